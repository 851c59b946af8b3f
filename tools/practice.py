"""Puts the exercises of nnbook.exercises into the chapters; a second time changes nothing.

    python tools/practice.py [NOTEBOOK …]     without any: all of chapters/

For each exercise of a chapter three cells, behind the cells named practice…: the task, the stub,
and the folded solution. Behind the last one stands the cell that counts.
"""

import json
import re
import sys
from pathlib import Path
from textwrap import wrap
from typing import Any

from nnbook import exercises
from nnbook.exercises import Exercise

ROOT = Path(__file__).resolve().parent.parent
OURS = re.compile(r"(exercise|try|solution)-|report$")
REPORT = 'exercises.report()  # to hand in: exercises.export("your name")'

Cell = dict[str, Any]


def main() -> None:
    paths = [*map(Path, sys.argv[1:])] or sorted((ROOT / "chapters").glob("*.ipynb"))
    for path in paths:
        text = path.read_text("utf-8")
        new = write(refreshed(json.loads(text), path.stem))
        if new != text:
            path.write_text(new, "utf-8")
        print(f"{path.name}: {'up to date' if new == text else 'exercises refreshed'}")


def write(notebook: dict[str, Any]) -> str:
    """A notebook as Jupyter stores it."""
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def refreshed(notebook: dict[str, Any], chapter: str) -> dict[str, Any]:
    """The notebook with this chapter's exercises; SystemExit if they have no place in it."""
    own = [e for e in map(exercises.get, exercises.names()) if e.chapter == chapter]
    old = [cell for cell in notebook["cells"] if not OURS.match(cell["id"])]
    if not own:
        return notebook | {"cells": old}
    ids = [cell["id"] for cell in old]
    if "practice" not in ids:
        sys.exit(f"{chapter} has no cell named practice, behind which its exercises could stand")
    end = ids.index("practice") + 1
    while end < len(ids) and ids[end].startswith("practice-"):
        end += 1
    new = [one for exercise in own for one in cells(exercise)] + [cell("report", REPORT, "code")]
    return notebook | {"cells": [*map(importing, old[:end]), *new, *old[end:]]}


def cells(exercise: Exercise) -> list[Cell]:
    """Task, stub and solution."""
    name = exercise.name.replace("_", "-")  # ids of cells have hyphens
    return [
        cell(f"exercise-{name}", task(exercise)),
        cell(f"try-{name}", exercise.stub, "code"),
        cell(f"solution-{name}", folded(exercise)),
    ]


def task(exercise: Exercise) -> str:
    """What to do, and how to get a hint."""
    ask = f'Stuck? Run `exercises.hint("{exercise.name}")` in a cell of your own.'
    return f"### Exercise: {exercise.title}\n\n{exercise.task}\n\n{ask}"


def folded(exercise: Exercise) -> str:
    """The solution, closed until it is clicked."""
    code = f"```python\n{exercise.source}\n```"
    summary = "<details>\n<summary>Solution</summary>"
    return f"{summary}\n\n{code}\n\n{exercise.because}\n\n</details>"


def cell(name: str, source: str, kind: str = "markdown") -> Cell:
    """A cell, its keys in the order in which Jupyter writes them."""
    lines = source.splitlines(keepends=True)
    if kind == "markdown":
        return {"cell_type": kind, "id": name, "metadata": {}, "source": lines}
    empty = {"execution_count": None, "id": name, "metadata": {}, "outputs": []}
    return {"cell_type": kind, **empty, "source": lines}


def importing(old: Cell) -> Cell:
    """The cell with the imports, which takes in `exercises` beside its other parts of nnbook."""
    if old["id"] != "imports":
        return old
    lines = "".join(old["source"]).splitlines()
    at = [i for i, line in enumerate(lines) if re.fullmatch(r"from nnbook import [\w, ]+", line)]
    at = [i for i in at if " as " not in lines[i]]
    names = {name for i in at for name in lines[i].split("import ")[1].split(", ")}
    text = ", ".join(sorted(names | {"exercises"}))
    new = [f"from nnbook import {part}" for part in wrap(text, 57, break_long_words=False)]
    new = [line.rstrip(",") for line in new]  # where one line is too long for a phone: two
    place = at[0] if at else len(lines)
    rest = [line for i, line in enumerate(lines) if i not in at]
    source = "\n".join([*rest[:place], *new, *rest[place:]])
    return old | {"source": source.splitlines(keepends=True)}


if __name__ == "__main__":
    main()
