"""Writes constraints.txt and what Binder installs anew: `python tools/freeze.py` (needs uv).

Add --upgrade for the newest versions. uv resolves requirements.txt and tests/requirements.txt for
every tested Python and system at once.
"""

import re
import subprocess
import sys
from pathlib import Path

import freeze_binder

ROOT = Path(__file__).resolve().parent.parent
DIRECT = ["requirements.txt", "tests/requirements.txt"]
HEADER = """\
# Freezes what requirements.txt and tests/requirements.txt bring along, for Python 3.11 to 3.13 on
# Linux, macOS and Windows. Use it as:  pip install -r requirements.txt -c constraints.txt
# Made by `python tools/freeze.py`; not by hand. CUDA's come only with TORCH=default.
"""


def names(lines: list[str]) -> set[str]:
    """The packages that requirement lines name, spelled one way."""
    found = (re.match(r"[\w.-]+", line) for line in lines)
    return {re.sub(r"[-_.]+", "-", name[0]).lower() for name in found if name}


def main() -> None:
    target = ROOT / "constraints.txt"
    resolve = ["uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    layout = ["--no-header", "--no-annotate", "--output-file", target.name]
    subprocess.run([*resolve, *layout, *DIRECT, *sys.argv[1:]], cwd=ROOT, check=True)
    direct = names([line for file in DIRECT for line in (ROOT / file).read_text().splitlines()])
    frozen = [line for line in target.read_text().splitlines() if not names([line]) & direct]
    target.write_text(HEADER + "\n".join(frozen) + "\n")
    freeze_binder.main()


if __name__ == "__main__":
    main()
