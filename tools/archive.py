"""Packs the book for a machine without a network: site, notebooks, list of wheels, data; one zip.

It holds no wheels but nnbook's own: they differ between systems. READ-ME.txt says how to get them.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

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
    yield "sbom.cdx.json", (json.dumps(sbom(), indent=1) + "\n").encode()
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


def sbom() -> dict[str, Any]:
    """What the book is made of, as CycloneDX 1.6 has it: packages, runtime, and files of others."""
    listed = tomllib.loads((ROOT / runtime.LIST).read_text("utf-8"))
    vendored = tomllib.loads((ROOT / "book/vendored.toml").read_text("utf-8"))["file"]
    package = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    parts = [component(**part) for part in packages()]
    for file in [*listed["core"], *listed["package"]]:
        name, version = file["version"].split(", ")[0].rsplit(" ", 1)
        parts.append(component(name, version, file["license"], [file["sha256"]], file["name"]))
    for file in vendored:
        about = file["of"], file["version"], file["license"], [file["sha256"]], file["path"]
        parts.append(component(*about))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": component(package["name"], package["version"], "BSD-3-Clause")},
        "components": parts,
    }


def packages() -> Iterator[dict[str, Any]]:
    """The packages of lock.txt, with the hashes of their files."""
    for entry in freeze.entries(freeze.LOCK):
        pin, *more = entry.split(" \\\n")
        name, version = pin.split(" ;")[0].split("==")
        hashes = re.findall(r"sha256:([0-9a-f]{64})", "".join(more))
        yield {
            "name": name,
            "version": version,
            "hashes": hashes,
            "purl": f"pkg:pypi/{name}@{version}",
        }


def component(
    name: str,
    version: str,
    license: str = "",
    hashes: Sequence[str] = (),
    file: str = "",
    purl: str = "",
) -> dict[str, Any]:
    """A part of the book, as CycloneDX writes it: without what is not known of it."""
    given = {
        "type": "file" if file else "library",
        "name": f"{name}: {file}" if file else name,
        "version": version,
        "licenses": [{"expression": license}] if license else [],
        "hashes": [{"alg": "SHA-256", "content": content} for content in hashes],
        "purl": purl,
    }
    return {key: value for key, value in given.items() if value}


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
