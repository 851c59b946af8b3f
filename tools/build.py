"""Builds the book into _build/html, if anything in it has changed, and says where it is.

Warnings are errors, said anew at every call until they are gone. The log is _build/build.log.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from subprocess import DEVNULL, PIPE

import stamp

ROOT = Path(__file__).resolve().parent.parent
BUILD = Path("_build")  # as seen from ROOT, where everything below runs
PAGE = BUILD / "html" / "index.html"
STAMP = BUILD / "stamp.json"
LOG = BUILD / "build.log"
JUPYTER_BOOK = str(Path(sys.executable).with_name("jupyter-book"))
COMMAND = [JUPYTER_BOOK, "build", ".", "-W", "-n", "--keep-going"]

# What a code cell runs on: when this changes, every chapter is executed again.
LIBRARY = ["src/**/*", "requirements.txt", "constraints.txt"]
SOURCES = [*LIBRARY, "book/**/*", "chapters/**/*", "*.md", "*.yml", "LICENSE*", "tools/build.py"]
# What helps nobody in a failed build's complaints: lines of tracebacks that are not the project's,
# and what jupyter-book adds to Sphinx's words.
NOISE = [
    r"\x1b\[[0-9;]*m",  # colors
    r"^\[IPKernelApp\].*\n",
    r'^  File "(?:/|\.venv)[^"]*".*\n(?:    .*\n)*',
    r"^Traceback \(most recent call last\):\n(?!  File)",
    r"^(?:During handling of|The above exception was) .*\n",
    r"^There was an error in building your book\. Look above for the cause\.\n",
    r"^RuntimeError: \n",
    r"^=+\n",
    r"\n(?=\n\n)",  # blank lines in a row
]
BY_PRODUCTS = {"__pycache__", ".ipynb_checkpoints", ".DS_Store"}


def main() -> None:
    os.chdir(ROOT)
    now = {"pages": state(SOURCES), "cells": state(LIBRARY)}
    before = stamp.read(STAMP)
    if before == now and PAGE.exists():
        print("The book is up to date.")
    else:
        build(now, keep_cells=before.get("cells") == now["cells"])
    print(f"Open {PAGE}\n  {(ROOT / PAGE).as_uri()}")


def state(patterns: list[str]) -> str:
    """A fingerprint of the files that match, and of the Python that runs them."""
    files = {file for pattern in patterns for file in Path().glob(pattern) if file.is_file()}
    sources = [f for f in files if not BY_PRODUCTS & set(f.parts) and ".egg-info" not in str(f)]
    return f"{stamp.fingerprint(sources)} Python {sys.version.split()[0]}"


def build(now: dict[str, str], keep_cells: bool) -> None:
    """Read every page anew, so that every warning is said; only executed cells may be kept."""
    cells = BUILD / ".jupyter_cache"
    for folder in [BUILD / "html", BUILD / ".doctrees", *([] if keep_cells else [cells])]:
        shutil.rmtree(folder, ignore_errors=True)
    BUILD.mkdir(exist_ok=True)
    stamp.write(STAMP, {"cells": now["cells"]})  # whatever happens now, these cells are fresh
    work = "building the pages" if cells.exists() else "executing the chapters, building the pages"
    print(f"  Building the book: {work} ...", end=" ", flush=True)
    start = time.monotonic()
    with LOG.open("w", encoding="utf-8") as log:
        result = subprocess.run(COMMAND, stdin=DEVNULL, stdout=log, stderr=PIPE)
        complaints = result.stderr.decode(errors="replace")
        log.write(f"\n{complaints}")
    if result.returncode:
        print("failed.\n", flush=True)
        sys.exit(f"{readable(complaints)}\n\nThe book was not built. All of it: {LOG}")
    stamp.write(STAMP, now)
    print(f"{time.monotonic() - start:.0f} s")


def readable(complaints: str) -> str:
    """What Sphinx complains of, without NOISE, with paths as seen from here."""
    complaints = complaints.replace(f"{ROOT}{os.sep}", "")
    for noise in NOISE:
        complaints = re.sub(noise, "", complaints, flags=re.MULTILINE)
    return complaints.strip()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Stopped.")
