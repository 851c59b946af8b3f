"""Writes lock.txt, tests/lock.txt and binder/requirements.txt: `python tools/freeze.py` (needs uv).

Add --upgrade for the newest versions. uv resolves requirements.txt and tests/requirements.txt for
every Python and system at once; what PyTorch's build with CUDA brings along is left out.
"""

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from install import TORCH_CPU

ROOT = Path(__file__).resolve().parent.parent
LOCK, TESTS = ROOT / "lock.txt", ROOT / "tests" / "lock.txt"
BINDER = ROOT / "binder" / "requirements.txt"
HEADER = """\
# {what}: each package in one version, with the hashes of its files, for Python 3.11
# and later on Linux, macOS and Windows. Made by `python tools/freeze.py`; not by hand.
"""
BINDER_HEADER = f"""\
# What Binder installs: lock.txt for Linux, with PyTorch's CPU build (192 MB instead of several GB).
# Made by `python tools/freeze.py`; not by hand. All of it in this one file, so that Binder keeps
# the layer with the packages over commits.
--extra-index-url {TORCH_CPU}
"""
CUDA = re.compile(r"nvidia|cuda|triton")


def main() -> None:
    with TemporaryDirectory() as folder:
        every, book = Path(folder, "every.txt"), Path(folder, "book.txt")
        every.write_text("".join(f.read_text("utf-8") for f in (LOCK, TESTS) if f.exists()))
        resolve(every, "requirements.txt", "tests/requirements.txt", *sys.argv[1:])
        resolve(book, "requirements.txt", "--constraints", every)
        of_book = entries(book)
        of_tests = [entry for entry in entries(every) if entry not in of_book]
    write(LOCK, HEADER.format(what="What the book runs on") + "".join(of_book))
    write(TESTS, HEADER.format(what="What its tests need besides") + "".join(of_tests))
    write(BINDER, binder(pins()))


def resolve(target: Path, *sources: str | Path) -> None:
    """What these requirements come to, as `target`; versions that stand there already are kept."""
    command = ["uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    layout = ["--generate-hashes", "--no-header", "--no-annotate", "--output-file", target]
    subprocess.run([*command, *layout, *sources], cwd=ROOT, check=True)


def entries(lock: Path) -> list[str]:
    """A lock's packages, each a line with its version and more with hashes; without CUDA's."""
    found = re.findall(r"^\S+==.*\n(?:    .*\n)*", lock.read_text("utf-8"), re.MULTILINE)
    return [entry for entry in found if not CUDA.match(entry)]


def pins() -> list[str]:
    """The packages of the book in their versions, without hashes: `numpy==2.4.6`."""
    return [entry.split(" \\\n")[0] for entry in entries(LOCK)]


def binder(pins: list[str]) -> str:
    """What Binder's file says, if these are the pins of the book."""
    linux = [pin for pin in pins if not re.search(r"== '(win32|darwin|nt)'", pin)]
    lines = [f"{pin}+cpu" if pin.startswith("torch==") else pin for pin in linux]
    return BINDER_HEADER + "".join(f"{line}\n" for line in lines)


def write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
