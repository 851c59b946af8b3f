"""Every chapter on other processors: NumPy's matrix library adds up in another order on each kind.

Where training is a matter of luck, the last digit of a sum decides. So the checks of each chapter
must hold with every kernel that runs here, and what a cell of book/run/runnable.txt prints is what
the page prints.
"""

from __future__ import annotations

import subprocess
import sys

import nbformat
import pytest
from fresh import ROOT, env
from nbclient import NotebookClient

CHAPTERS = sorted(path.stem for path in (ROOT / "chapters").glob("*.ipynb"))
KERNELS = ("Sandybridge", "Haswell", "SkylakeX")  # with AVX, with AVX2, with AVX-512
PRODUCT = """
import numpy as np
from threadpoolctl import threadpool_info
np.ones((300, 300), "f") @ np.ones((300, 300), "f")
print(*[library.get("architecture") for library in threadpool_info()])"""
LIST = (ROOT / "book/run/runnable.txt").read_text("utf-8").splitlines()
PRINTS = {tuple(line.split()[:2]) for line in LIST if not line.endswith(" supplies")}

Printed = dict[str, str]


def architecture(**more: str) -> str:
    """The kernel that NumPy multiplies with, or nothing where this processor cannot run it."""
    command = [sys.executable, "-c", PRODUCT]
    result = subprocess.run(command, env=env(**more), capture_output=True, text=True)
    return result.stdout.strip() if result.returncode == 0 else ""


def executed(chapter: str, monkeypatch: pytest.MonkeyPatch, **more: str) -> Printed:
    """What each of its cells prints; fails where a check does."""
    for name, value in {"OPENBLAS_NUM_THREADS": "1", **more}.items():
        monkeypatch.setenv(name, value)
    notebook = nbformat.read(ROOT / f"chapters/{chapter}.ipynb", as_version=4)
    resources = {"metadata": {"path": str(ROOT / "chapters")}}
    NotebookClient(notebook, timeout=900, kernel_name="python3", resources=resources).execute()
    return {
        cell["id"]: "".join(output["text"] for output in cell.outputs if "text" in output)
        for cell in notebook.cells
        if cell.cell_type == "code"
    }


@pytest.fixture(scope="module")
def own() -> dict[str, Printed]:
    """By chapter, with this processor's own kernel."""
    return {}


@pytest.mark.parametrize("chapter", CHAPTERS)
@pytest.mark.parametrize("kernel", KERNELS)
def test_a_chapter_finds_the_same(
    chapter: str, kernel: str, own: dict[str, Printed], monkeypatch: pytest.MonkeyPatch
):
    here = architecture(OPENBLAS_CORETYPE=kernel)
    if here != kernel or here == architecture():
        pytest.skip(f"{kernel} is this processor's own kernel, or it has none such")
    if chapter not in own:
        own[chapter] = executed(chapter, monkeypatch)
    there = executed(chapter, monkeypatch, OPENBLAS_CORETYPE=kernel)
    off = {
        name: (printed, there[name])
        for name, printed in own[chapter].items()
        if (f"chapters/{chapter}", name) in PRINTS and there[name] != printed
    }
    assert not off
