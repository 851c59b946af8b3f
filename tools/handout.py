"""Makes notebooks to hand out from the chapters.

python tools/handout.py student     _build/student.zip: without the folded solutions, which
                                    exercises.solution then leaves to the instructor
python tools/handout.py solutions   _build/solutions/: the exercises solved

Links to other chapters lead to their notebooks. All others lead to the website, if
`make repository` has said where it is; else to the pages they name, which come along as text.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import practice
import repository

from nnbook import exercises

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
WITHHOLD = "\n\nfrom nnbook import exercises\n\nexercises.withhold_solutions()"

LINK = re.compile(r"`[^`\n]+`|(?<!!)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)")  # or code
PLACEHOLDER = repository.Repository("OWNER", "REPO")

Notebook = dict[str, Any]
Files = dict[str, str]  # by name, what stands in them


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) == 2 else ""
    if kind not in ("student", "solutions"):
        sys.exit("Say which: python tools/handout.py student, or solutions")
    notebooks = {
        path.name: json.loads(path.read_text("utf-8"))
        for path in sorted((ROOT / "chapters").glob("*.ipynb"))
    }
    print(f"{len(notebooks)} notebooks in {make(kind, notebooks).relative_to(ROOT)}")
    if not site():
        print("Links lead to texts beside them; to the website, after make repository URL=…")


def make(
    kind: str, notebooks: dict[str, Notebook], build: Path = BUILD, address: str | None = None
) -> Path:
    """Writes them into the zip or folder, and returns where that is. address: of the website."""
    build.mkdir(exist_ok=True)
    change = student if kind == "student" else solved
    files = handed({name: change(notebook) for name, notebook in notebooks.items()}, address)
    if kind == "student":
        target = build / "student.zip"
        with ZipFile(target, "w", ZIP_DEFLATED) as file:
            for name, text in files.items():
                file.writestr(f"student/{name}", text)
        return target
    target = build / "solutions"
    for name, text in files.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(text, "utf-8")
    return target


def site() -> str:
    """Where the website is, with a slash at its end; "" as long as nobody has said it."""
    found = repository.configured()
    return "" if found == PLACEHOLDER else found.site


def handed(notebooks: dict[str, Notebook], address: str | None = None) -> Files:
    """The notebooks with links that lead somewhere, and the pages that they lead to."""
    address = site() if address is None else address
    files: Files = {}
    pages: Files = {}  # those that links have asked for

    def leads(link: str, here: str) -> str | None:
        """Where a link leads in what is handed out; None if nowhere."""
        if ":" in link:
            return link if link.startswith(("http", "mailto")) else None
        name, mark, rest = re.fullmatch(r"([^#?]*)([#?]?)(.*)", link).groups()  # type: ignore[union-attr]
        file = Path(name or here).name
        is_page = file.endswith(".md")
        if not ((ROOT / "book" / file).exists() if is_page else file in notebooks):
            return None
        if address and (mark or is_page):
            home = "book" if is_page else "chapters"
            return f"{address}{home}/{Path(file).stem}.html{mark}{rest}"
        if is_page:
            pages[file] = (ROOT / "book" / file).read_text("utf-8")
        return file if name else None

    def relinked(text: str, here: str) -> str:
        def new(found: re.Match[str]) -> str:
            if found[2] is None:
                return found[0]
            where = leads(found[2], here)
            return f"[{found[1]}]({where})" if where else found[1]

        return LINK.sub(new, text)

    for name, notebook in notebooks.items():
        cells = [
            with_source(cell, relinked("".join(cell["source"]), name))
            if cell["cell_type"] == "markdown"
            else cell
            for cell in notebook["cells"]
        ]
        files[name] = practice.write(notebook | {"cells": cells})
    while waiting := pages.keys() - files.keys():
        for name in sorted(waiting):
            files[name] = relinked(pages[name], name)
    return files


def student(notebook: Notebook) -> Notebook:
    """Without the folded solutions; the cell of the set-up says that they are withheld."""
    kept = [cell for cell in notebook["cells"] if not cell["id"].startswith("solution-")]
    cells = [
        with_source(cell, "".join(cell["source"]) + WITHHOLD) if cell["id"] == "setup" else cell
        for cell in kept
    ]
    return notebook | {"cells": cells}


def solved(notebook: Notebook) -> Notebook:
    """With a solution in each stub; a cell that is not right then stops the notebook."""
    sources = {}
    for exercise in map(exercises.get, exercises.names()):
        *code, check = exercise.solved.splitlines()
        text = "\n".join([*code, f"result = {check}", "assert result, result", "result"])
        sources[f"try-{exercise.name.replace('_', '-')}"] = text
    cells = [
        with_source(cell, sources[cell["id"]]) if cell["id"] in sources else cell
        for cell in notebook["cells"]
    ]
    return notebook | {"cells": cells}


def with_source(cell: practice.Cell, source: str) -> practice.Cell:
    """The same cell with another text."""
    return cell | {"source": source.splitlines(keepends=True)}


if __name__ == "__main__":
    main()
