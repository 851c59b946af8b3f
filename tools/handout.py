"""Makes notebooks to hand out from the chapters.

python tools/handout.py student     _build/student.zip: without the folded solutions, which
                                    exercises.solution then leaves to the instructor
python tools/handout.py solutions   _build/solutions/: the exercises solved
"""

import json
import sys
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import practice

from nnbook import exercises

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
WITHHOLD = "\n\nfrom nnbook import exercises\n\nexercises.withhold_solutions()"

Notebook = dict[str, Any]


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) == 2 else ""
    if kind not in ("student", "solutions"):
        sys.exit("Say which: python tools/handout.py student, or solutions")
    notebooks = {
        path.name: json.loads(path.read_text("utf-8"))
        for path in sorted((ROOT / "chapters").glob("*.ipynb"))
    }
    print(f"{len(notebooks)} notebooks in {make(kind, notebooks).relative_to(ROOT)}")


def make(kind: str, notebooks: dict[str, Notebook], build: Path = BUILD) -> Path:
    """Writes them into the zip or folder, and returns where that is."""
    build.mkdir(exist_ok=True)
    if kind == "student":
        target = build / "student.zip"
        with ZipFile(target, "w", ZIP_DEFLATED) as file:
            for name, notebook in notebooks.items():
                file.writestr(f"student/{name}", practice.write(student(notebook)))
        return target
    target = build / "solutions"
    target.mkdir(exist_ok=True)
    for name, notebook in notebooks.items():
        (target / name).write_text(practice.write(solved(notebook)), "utf-8")
    return target


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
