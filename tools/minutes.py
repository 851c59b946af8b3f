"""Says in each chapter how long it takes to read and to work through; twice changes nothing.

    python tools/minutes.py [NOTEBOOK …]     without any: all of chapters/

Reading: the words before the practice and of the summary, without folded boxes and sources, at 200
a minute, and a minute for each figure. Working: all words at that speed, three minutes for each
figure, ten lines of code a minute, five minutes for each task, one for each question of the quiz.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

from practice import write

from nnbook import quizzes

ROOT = Path(__file__).resolve().parent.parent
STATED = re.compile(
    r"^\*About (\d+) minutes to read(?:, about (\d+) to work through)?; the code", re.MULTILINE
)
WORDS, LINES = 200, 10  # a minute
FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)
OFF_STAGE = {"remove-cell", "remove-input", "hide-input", "checks"}


class Minutes(NamedTuple):
    words: int  # that are read
    read: int
    work: int  # in steps of five

    def __str__(self) -> str:
        return f"*About {self.read} minutes to read, about {self.work} to work through; the code"


def minutes(notebook: dict[str, Any]) -> Minutes:
    """The times of a chapter."""
    cells = notebook["cells"]
    ids = [cell["id"] for cell in cells]
    practice = ids.index("practice") if "practice" in ids else len(cells)
    text = [source(c) if c["cell_type"] == "markdown" else "" for c in cells]
    words = sum(len(FOLDED.sub("", part).split()) for part in text[:practice])
    if "summary" in ids:  # and its list of sources, which is looked up
        words += len(text[ids.index("summary")].split("## Sources")[0].split())
    code = [
        source(cell)
        for cell in cells
        if cell["cell_type"] == "code" and not OFF_STAGE & {*cell["metadata"].get("tags", [])}
    ]
    shown = re.findall(r"^(?:figures|live)\.(\w+)\((?:\"(\w+)\")?", "\n".join(code), re.MULTILINE)
    figures = sum(name != "Quiz" for name, _ in shown)
    questions = sum(len(quizzes.load(quiz).questions) for name, quiz in shown if name == "Quiz")
    tasks = sum(id.startswith("try-") for id in ids) + len(
        re.findall(r"^\*\*(?:On paper|Change and explain)", "\n".join(text), re.MULTILINE)
    )
    lines = sum(len(part.splitlines()) for part in code)
    every = sum(len(part.split()) for part in text)
    work = every / WORDS + 3 * figures + lines / LINES + 5 * tasks + questions
    return Minutes(words, round(words / WORDS + figures), 5 * round(work / 5))


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def stated(notebook: dict[str, Any], found: Minutes) -> dict[str, Any]:
    """The notebook, its first words telling these times; SystemExit where they tell none."""
    cells = list(notebook["cells"])
    at = next(k for k, cell in enumerate(cells) if cell["cell_type"] == "markdown")
    text, count = STATED.subn(str(found), source(cells[at]))
    if not count:
        sys.exit(f"{cells[at]['id']} says nowhere “*About 15 minutes to read; the code runs in …”")
    cells[at] = cells[at] | {"source": text.splitlines(keepends=True)}
    return notebook | {"cells": cells}


def main() -> None:
    for path in [*map(Path, sys.argv[1:])] or sorted((ROOT / "chapters").glob("*.ipynb")):
        notebook = json.loads(path.read_text("utf-8"))
        found = minutes(notebook)
        path.write_text(write(stated(notebook, found)), "utf-8")
        print(f"{path.stem:10} {found.words:5} words, {found.read} minutes, {found.work} to work")


if __name__ == "__main__":
    main()
