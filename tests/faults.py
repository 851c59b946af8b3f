"""Do the checks notice what can go wrong? Plants each fault of faults.yaml, one at a time, in a
copy of the project, makes the book where the fault is in a page, and runs the checks it names.

    python tests/faults.py [WORD…]   WORD: only faults with it, or with another one, in their name

Needs a book that was built with Python (NNBOOK_PYODIDE). Writes benchmarks/faults.md: each fault,
and the check that turned red; with a WORD only the rows of these. Ends with 1 if a fault passes
unnoticed, or if a check fails without any fault.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "benchmarks" / "faults.md"
LISTED = Path(__file__).with_name("faults.yaml")
HEAD = """# Planted faults

Each was planted by itself in a copy of the project; the check in the last column turned red.
Written by `python tests/faults.py`; not by hand.

| fault | planted in | noticed by |
|---|---|---|
"""


class Fault(NamedTuple):
    """A text of a file that becomes another one, and the checks that should notice."""

    name: str
    file: str
    old: str
    new: str
    checks: tuple[str, ...]  # files of tests
    only: str = ""  # pytest's -k: those of their tests
    build: bool = False  # the book is made first; where that stops, it has noticed

    def plant(self, folder: Path) -> str:
        """Put it into the project in a folder; the file's text as it was."""
        path = folder / self.file
        text = path.read_text("utf-8")
        if text.count(self.old) != 1:
            raise SystemExit(f"{self.name}: {self.file} has {text.count(self.old)} × {self.old!r}")
        path.write_text(text.replace(self.old, self.new), "utf-8")
        return text


def listed() -> list[Fault]:
    entries: list[dict[str, Any]] = yaml.safe_load(LISTED.read_text("utf-8"))
    return [Fault(**entry | {"checks": tuple(entry["checks"])}) for entry in entries]


def copy(folder: Path) -> Path:
    """The project as git knows it here, with the book that was built."""
    names = run(ROOT, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")[1]
    for name in filter(None, names.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).exists():
            shutil.copy2(ROOT / name, folder / name)
    shutil.copytree(ROOT / "_build", folder / "_build", symlinks=True)
    return folder


def run(folder: Path, *command: str) -> tuple[bool, str]:
    """Whether it succeeds there, with the library of that folder, and what it says."""
    env = os.environ | {"PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    return not done.returncode, done.stdout + done.stderr


def made(folder: Path) -> str:
    """Make the book; "" or the first complaint."""
    fine, said = run(folder, sys.executable, "tools/build.py")
    [first, *_] = [*re.findall(r"^.*(?:WARNING|ERROR|Error)\b.*$", said, re.M), said.strip()[-200:]]
    return "" if fine else f"make book: {first.replace(str(folder), '').strip('/ ')[:160]}"


def failed(folder: Path, *checks: str, only: str = "") -> str:
    """The first test that fails, or ""."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider"]
    fine, said = run(folder, *command, "-k", only, *checks) if checks else (True, "")
    if checks and fine and not re.search(r"\b\d+ passed", said):
        raise SystemExit(f"{checks[0]} was skipped here: {said[-300:]}")
    found = re.search(r"^(?:FAILED|ERROR) (.*?)(?: - .*)?$", said, re.MULTILINE)
    return "" if fine else found[1] if found else f"pytest: {said[-300:]}"


def noticed(fault: Fault, folder: Path) -> str:
    """What turned red with the fault planted, or ""."""
    text = fault.plant(folder)
    try:
        complaint = made(folder) if fault.build else ""
        return complaint or failed(folder, *fault.checks, only=fault.only)
    finally:
        (folder / fault.file).write_text(text, "utf-8")


def kept() -> dict[str, str]:
    """The rows of the table that is there, by the fault's name."""
    text = TABLE.read_text("utf-8") if TABLE.exists() else HEAD
    return {row.split(" | ")[0].removeprefix("| "): row for row in text[len(HEAD) :].splitlines()}


def write(found: dict[Fault, str]) -> None:
    """Into the table, where rows of other faults stay."""
    new = {
        f.name: f"| {f.name} | {f.file} | `{check or 'NOTHING'}` |" for f, check in found.items()
    }
    rows = kept() | new
    named = [rows[fault.name] for fault in listed() if fault.name in rows]
    TABLE.write_text(HEAD + "\n".join(named) + "\n", "utf-8")


def main(*words: str) -> int:
    faults = [f for f in listed() if not words or any(word in f.name for word in words)]
    found = {}
    with TemporaryDirectory() as place:
        folder = copy(Path(place))
        for fault in faults:
            found[fault] = noticed(fault, folder)
            print(f"{fault.name}: {found[fault] or 'UNNOTICED'}", flush=True)
        write(found)
        # A cell needs those before it.
        names = (re.sub(r"(\.ipynb)::.*", r"\1", name) for name in found.values())
        tests = {name for name in names if ".py::" in name or name.endswith(".ipynb")}
        if complaint := made(folder) or failed(folder, *sorted(tests)):
            raise SystemExit(f"Without any fault: {complaint}")
    unnoticed = [fault for fault in faults if not found[fault]]
    print(f"{len(faults) - len(unnoticed)} of {len(faults)} faults noticed")
    return int(bool(unnoticed))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
