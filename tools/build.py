"""Builds what has changed of the book into _build/html, and says where it is.

Warnings are errors, said anew at every call until they are gone. The log is _build/build.log.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from subprocess import DEVNULL, PIPE

import runtime
import stamp

try:
    from fcntl import LOCK_EX, LOCK_NB, flock
except ImportError:  # Windows, where no make is
    LOCK_EX = LOCK_NB = 0

    def flock(file: object, how: int) -> None: ...


ROOT = Path(__file__).resolve().parent.parent
BUILD = Path("_build")  # as seen from ROOT, where everything below runs
PAGE = BUILD / "html" / "index.html"
STAMP = BUILD / "stamp.json"
LOG = BUILD / "build.log"
LOCK = BUILD / "lock"  # held by who builds, and says who that is
COMMAND = [sys.executable, "-P", "tools/pages.py", "build", ".", "-W", "-n", "--keep-going"]
# Products as small as the book's lose time when two threads share them, and more when all wait.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
STATIC = {"NNBOOK_STATIC": "1"}  # these pages will have no kernel: see nnbook/notebook/live.py

# What a page may be made from. Executed cells are kept by book/ext/cache_key.py.
SOURCES = [
    "src/**/*",
    "book/**/*",
    "chapters/**/*",
    "*.md",
    "*.yml",
    "LICENSE*",
    "lock.txt",
    "tools/build.py",
    "tools/pages.py",
    "tools/runtime.py",
]
# Of these book/ext/incremental.py and static_figures.py know which pages are made from them.
KNOWN = ["book/*.md", "chapters/*.ipynb", "src/**/*.js", "src/**/*.css", "book/static/*"]
KNOWN += ["book/slides.yml", "book/slides/*"]  # the deck is made each time
# What helps nobody in a failed build's complaints: lines of tracebacks that are not the project's,
# and what jupyter-book adds to Sphinx's words.
NOISE = [
    r"\x1b\[[0-9;]*m",  # colors
    r"^\[IPKernelApp\].*\n",
    r'^  File "(?:/|\.venv|tools/pages)[^"]*".*\n(?:    .*\n)*',
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
    runtime.provide()
    build_what_changed()
    print(f"Open {PAGE}\n  {(ROOT / PAGE).as_uri()}")


def build_what_changed() -> None:
    with alone():
        now = state()
        if stamp.read(STAMP) == now and PAGE.exists():
            print("The book is up to date.")
        else:
            build(now)


@contextmanager
def alone() -> Iterator[None]:
    """Wait until nobody else builds, and say for whom, if it is so."""
    BUILD.mkdir(exist_ok=True)
    with LOCK.open("a+", encoding="utf-8") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            print(f"  Waiting for {lock.read() or 'another build'} ...", flush=True)
            flock(lock, LOCK_EX)
        lock.truncate(0)
        lock.write(f"{sys.argv[0]}, process {os.getpid()}")
        lock.flush()
        os.set_inheritable(lock.fileno(), True)  # its Sphinx holds it on if this process is killed
        yield


def state() -> dict[str, str]:
    """Fingerprints of what pages are made from, and of the Python that makes them."""
    everything, known = files(SOURCES), files(KNOWN)
    names = "\n".join(sorted(map(str, everything)))
    return {
        "known": stamp.fingerprint(known),
        "rest": stamp.fingerprint(everything - known),
        "names": sha256(names.encode()).hexdigest()[:16],
        "python": sys.version.split()[0],
        "runtime": stamp.fingerprint([runtime.LOCK]),
    }


def files(patterns: Iterable[str]) -> set[Path]:
    found = {file for pattern in patterns for file in Path().glob(pattern) if file.is_file()}
    return {f for f in found if not BY_PRODUCTS & set(f.parts) and ".egg-info" not in str(f)}


def build(now: dict[str, str]) -> None:
    """Read and write the pages that a change concerns; all of them, if it is not of what is KNOWN.

    All, too, if the last build failed: Sphinx warns of a page when it reads or writes it.
    """
    before = stamp.read(STAMP)
    STAMP.unlink(missing_ok=True)
    if not PAGE.exists() or any(before.get(key) != now[key] for key in now.keys() - {"known"}):
        for folder in ("html", ".doctrees", "jupyter_execute"):
            shutil.rmtree(BUILD / folder, ignore_errors=True)
    print("  Executing what has changed and building the pages ...", end=" ", flush=True)
    start = time.monotonic()
    env = ONE_THREAD | os.environ | STATIC
    with LOG.open("w", encoding="utf-8") as log:
        result = subprocess.run(
            COMMAND, stdin=DEVNULL, stdout=log, stderr=PIPE, env=env, close_fds=False
        )
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
