"""Writes binder/requirements.txt from the two files at the root: `python tools/freeze_binder.py`.

Binder keeps the layer with the packages over commits only if that one file holds them all: a line
such as `-r ../requirements.txt` would make it install everything anew at each commit.
"""

import re
from pathlib import Path

import install

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "binder" / "requirements.txt"
HEADER = f"""\
# What Binder installs: the book's packages, frozen, with PyTorch's CPU build (192 MB instead of
# several GB). Made by `python tools/freeze_binder.py`; not by hand.
--extra-index-url {install.TORCH_CPU}
"""
CUDA = r"nvidia|cuda|triton"  # come with PyTorch's other build only
ELSEWHERE = r"win32|darwin|'nt'"  # markers of other systems


def main() -> None:
    TARGET.write_text(text(), encoding="utf-8", newline="\n")


def text() -> str:
    """The file as the two others want it."""
    direct = pins("requirements.txt")
    named = {pin.partition("==")[0] for pin in direct}
    frozen = [p for p in pins("constraints.txt") if wanted(p) and p.partition("==")[0] not in named]
    lines = [f"{pin}+cpu" if pin.startswith("torch==") else pin for pin in direct]
    return HEADER + "\n".join([*lines, *frozen]) + "\n"


def pins(file: str) -> list[str]:
    lines = (ROOT / file).read_text("utf-8").splitlines()
    stripped = [re.sub(r"(^|\s)#.*", "", line).strip() for line in lines]
    return [line for line in stripped if line]


def wanted(pin: str) -> bool:
    name, _, marker = pin.partition(";")
    abroad = re.search(ELSEWHERE, marker) and "!=" not in marker
    return not re.match(CUDA, name) and not abroad


if __name__ == "__main__":
    main()
