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
# Products as small as the book's lose time when two threads share them, and more when all wait.
CALM = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
STATIC = {"NNBOOK_STATIC": "1"}  # these pages will have no kernel: see nnbook/live.py

# What a page may be made from. Executed cells are kept by book/ext/cache_key.py.
FOLDERS = ["src/**/*", "book/**/*", "chapters/**/*"]
SOURCES = [
    *FOLDERS,
    "*.md",
    "*.yml",
    "LICENSE*",
    "lock.txt",
    "tools/build.py",
]
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
    now = {"pages": state(SOURCES)}
    if stamp.read(STAMP) == now and PAGE.exists():
        print("The book is up to date.")
    else:
        build(now)
    print(f"Open {PAGE}\n  {(ROOT / PAGE).as_uri()}")


def state(patterns: list[str]) -> str:
    """A fingerprint of the files that match, and of the Python that runs them."""
    files = {file for pattern in patterns for file in Path().glob(pattern) if file.is_file()}
    sources = [f for f in files if not BY_PRODUCTS & set(f.parts) and ".egg-info" not in str(f)]
    return f"{stamp.fingerprint(sources)} Python {sys.version.split()[0]}"


def build(now: dict[str, str]) -> None:
    """Read every page anew, so that every warning is said; only executed cells are kept."""
    for folder in (BUILD / "html", BUILD / ".doctrees"):
        shutil.rmtree(folder, ignore_errors=True)
    STAMP.unlink(missing_ok=True)
    BUILD.mkdir(exist_ok=True)
    print("  Executing what has changed and building the pages ...", end=" ", flush=True)
    start = time.monotonic()
    env = CALM | os.environ | STATIC
    with LOG.open("w", encoding="utf-8") as log:
        result = subprocess.run(COMMAND, stdin=DEVNULL, stdout=log, stderr=PIPE, env=env)
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
