"""Packs the book for a machine without a network: site, notebooks, list of wheels, data; one zip.

It holds no wheels but nnbook's own: they differ between systems. READ-ME.txt says how to get them.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import freeze
import runtime

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"
NAME = "introduction-to-deep-learning"
TARGET = ROOT / "_build" / f"{NAME}.zip"
DATE = (1980, 1, 1, 0, 0, 0)  # so that the same book gives the same archive
DIGITS = ROOT / "src" / "nnbook" / "digits.npz"
READ_ME = """\
Introduction to Deep Learning, for a machine without a network

READ    Open site/index.html in a browser. Every figure works; nothing is loaded from elsewhere.

RUN     The notebooks need Python 3.11 to 3.14 and the packages of wheels.txt. Where there
        is a network, on the same kind of system and with the same Python, collect them:

            python -m pip download -r wheels.txt -d wheels

        Then, without a network, in this folder:

            python -m venv venv
            venv/bin/python -m pip install --no-index --find-links wheels -r wheels.txt
            venv/bin/python -m jupyterlab notebooks

        (On Windows: venv\\Scripts\\python.) On Linux, PyTorch without CUDA is several GB less:
        write torch=={torch}+cpu in wheels.txt, and collect with
        --extra-index-url https://download.pytorch.org/whl/cpu

DATA    data/digits.npz: 1,797 handwritten digits of 8 x 8 pixels, which nnbook brings too:
        E. Alpaydin and C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI, CC BY 4.0.
        MNIST, if you have its four files, goes into a folder that NNBOOK_DATA names.

Text and figures: CC BY 4.0 (LICENSE-TEXT.md). Code: BSD-3-Clause (LICENSE).
"""


def main() -> None:
    if not (SITE / "index.html").exists():
        sys.exit("There is no website yet: run `make zip`, which builds it first.")
    TARGET.parent.mkdir(exist_ok=True)
    write(TARGET)
    print(f"Packed {TARGET.relative_to(ROOT)} ({TARGET.stat().st_size / 1e6:.1f} MB)")


def write(target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(target, "w") as archive:
        entries = dict(contents(wheel(Path(folder))))
        for name in sorted(entries):
            entry = zipfile.ZipInfo(f"{NAME}/{name}", DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, entries[name])


def contents(own: Path) -> Iterator[tuple[str, bytes]]:
    """Everything in the archive: its path and its bytes."""
    list_ = wheels()
    torch = re.search(r"^torch==(\S+)", list_, re.MULTILINE)
    yield "READ-ME.txt", READ_ME.format(torch=torch[1] if torch else "").encode()
    yield "wheels.txt", list_.encode()
    yield f"wheels/{own.name}", own.read_bytes()
    yield f"data/{DIGITS.name}", DIGITS.read_bytes()
    for name in ("LICENSE", "LICENSE-TEXT.md", "CITATION.cff"):
        yield name, (ROOT / name).read_bytes()
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        yield f"notebooks/{path.name}", path.read_bytes()
    lock = SITE / "run" / "pyodide-lock.json"
    left_out = runtime.for_tests(lock) if lock.exists() else set()
    for path in filter(Path.is_file, SITE.rglob("*")):
        if path.name not in left_out:
            yield f"site/{path.relative_to(SITE).as_posix()}", path.read_bytes()


def wheels() -> str:
    """What to install: nnbook, the book's packages, and what these bring along, frozen."""
    return "\n".join(["--find-links wheels", "nnbook", *freeze.pins(), ""])


def wheel(folder: Path) -> Path:
    """nnbook itself, as a wheel in this folder; made of a copy, because pip leaves things there."""
    source = folder / "source"
    shutil.copytree(ROOT / "src", source / "src", ignore=shutil.ignore_patterns("*.egg-info"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", folder, source], check=True)
    [made] = folder.glob("nnbook-*.whl")
    return made


if __name__ == "__main__":
    main()
