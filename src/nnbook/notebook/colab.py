"""Makes nnbook work where it was installed alone: the last lines of every notebook's first cell.
It adds what nnbook needs and is missing, and replaces nothing that is there."""

import re
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, distribution, distributions, requires
from pathlib import Path


def prepare() -> None:
    """Add missing packages, then try nnbook; AssertionError with a sentence if it does not work."""
    if needed := missing():
        print(f"Installing {', '.join(needed)} …")
        install(needed)
    if problem := fault():
        raise AssertionError(
            f"nnbook is here, but does not work: {problem}. Restart the kernel and run this cell "
            "again; if that does not help, the chapter can be read on the website."
        )


def missing() -> list[str]:
    """The packages that nnbook needs and this Python lacks, with their bounds: `anywidget>=0.9`."""
    if not _is_there("nnbook"):  # read from a source folder, not installed
        return []
    needs = [need for need in requires("nnbook") or [] if "extra ==" not in need]
    return [need for need in needs if not _is_there(re.split(r"[^\w.-]", need)[0])]


def install(needed: list[str]) -> None:
    """Let pip add packages, each one that is there being held at the version that it has."""
    with tempfile.TemporaryDirectory() as folder:
        held = Path(folder, "held.txt")
        held.write_text("\n".join(present()), encoding="utf-8")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--constraint", str(held)]
        subprocess.run([*pip, *needed], check=False)  # what is missing then, fault() says


def present() -> list[str]:
    """The packages of this Python as pip's constraints: `numpy==2.0.2`."""
    pins = {f"{found.metadata['Name']}=={found.version}" for found in distributions()}
    return sorted(pin for pin in pins if re.fullmatch(r"[\w.-]+==\d[\w.+!]*", pin))


def fault() -> str | None:
    """What goes wrong when the library and its figures are used; None if they work."""
    try:
        from nnbook import data, figures, nn

        images, labels = data.load_digits()
        works = nn.relu(-2.0) == 0 and len(images) == len(labels) and figures.BY_NAME
    except Exception as error:  # whatever it is, the reader gets a sentence
        return f"{type(error).__name__}: {error}"
    return None if works else "it computes the wrong numbers"


def _is_there(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True
