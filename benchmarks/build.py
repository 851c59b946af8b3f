"""How long the book takes to make, in a copy: from nothing; with what was executed kept; after one
sentence, and after one cell of a chapter has changed. And how that, and what a page weighs, grows
with the number of chapters: copies of `why` that need no execution."""

from __future__ import annotations

import gzip
import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from os import environ
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
COUNTS = (1, 8, 64)
CHAPTER = Path("chapters/neuron.ipynb")
EXTRA = "chapters/why.ipynb"


def copy(folder: Path) -> Path:
    """The project as git knows it here, with the runtime that pages carry and nothing built."""
    git = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(git, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    if (ROOT / "_build/runtime").exists():
        shutil.copytree(ROOT / "_build/runtime", folder / "_build/runtime")
    return folder


def build(folder: Path) -> tuple[float, float]:
    """Seconds, and seconds of the processor, that the book takes there."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    env = environ | {"PYTHONPATH": str(folder / "src")}
    command = [sys.executable, "tools/build.py"]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = now.ru_utime + now.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - start, spent


def forget_pages(folder: Path) -> None:
    for name in ("html", ".doctrees", "jupyter_execute"):
        shutil.rmtree(folder / "_build" / name)


def change(kind: str, text: str) -> Callable[[Path], None]:
    """What puts a text behind the last cell of a kind of the chapter."""

    def changed(folder: Path) -> None:
        notebook = json.loads((folder / CHAPTER).read_text("utf-8"))
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == kind]
        cells[-1]["source"] = [*cells[-1]["source"], text]
        (folder / CHAPTER).write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")

    return changed


CHANGES: dict[str, Callable[[Path], None]] = {
    "nothing kept": lambda folder: None,
    "executed cells kept": forget_pages,
    "one sentence changed": change("markdown", "\n\nOne sentence more."),
    "one cell of a chapter changed": change("code", "\n# and a comment"),
}


def grown(folder: Path, count: int) -> None:
    """So many chapters more, of one text."""
    toc = (folder / "_toc.yml").read_text("utf-8").partition("  - caption: More\n")[0]
    files = [f"chapters/more-{k:02d}" for k in range(count)]
    for file in files:
        shutil.copy(folder / EXTRA, folder / f"{file}.ipynb")
    listed = "".join(f"      - file: {file}\n" for file in files)
    (folder / "_toc.yml").write_text(f"{toc}  - caption: More\n    chapters:\n{listed}")


def weight(folder: Path) -> float:
    """Kilobytes of one of these pages, compressed."""
    return len(gzip.compress((folder / "_build/html/chapters/more-00.html").read_bytes())) / 1000


def main() -> None:
    print("# Making the book\n\n| changed | s | processor, s |\n| --- | ---: | ---: |")
    with TemporaryDirectory() as place:
        folder = copy(Path(place))
        for what, make in CHANGES.items():
            make(folder)
            seconds, spent = build(folder)
            print(f"| {what} | {seconds:.1f} | {spent:.1f} |", flush=True)
        print("\n| chapters more | s | processor, s | processor, s a chapter | page, kB |")
        print("| ---: | ---: | ---: | ---: | ---: |")
        first = 0.0
        for count in COUNTS:
            grown(folder, count)
            forget_pages(folder)
            seconds, spent = build(folder)
            first = first or spent
            row = f"| {count} | {seconds:.1f} | {spent:.1f} | {each(count, spent - first)} | "
            print(f"{row}{weight(folder):.1f} |", flush=True)


def each(count: int, more: float) -> str:
    """What a chapter costs that the first count has not, if that is so much more in all."""
    return f"{more / (count - COUNTS[0]):.2f}" if count > COUNTS[0] else ""


if __name__ == "__main__":
    main()
