"""Each chapter alone in an empty folder, with packages as on Colab: its first cell brings nnbook.

The versions are those of Colab in 2026; what matters is that they are old, and stay as they are.
"""

import json
import re

import pytest
import repository
from fresh import HERE, ROOT, as_if_from, clone, run, torch, venv

COLAB = [
    "ipywidgets==7.7.1",
    "ipykernel==6.17.1",
    "ipython==7.34.0",
    "numpy==2.0.2",
    "scipy==1.16.3",
    "matplotlib==3.10.0",
    "nbclient",
    "tqdm",
    "requests",
]
TOC = re.findall(r"file: (chapters/\S+)", (ROOT / "_toc.yml").read_text("utf-8"))
NO_TORCH = re.compile("PyTorch is not installed here, nothing was compared|not compared")


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """A repository to install from, and the environment in which its address leads there."""
    folder = clone(tmp_path_factory.mktemp("disk") / "a path with ö" / "book")
    return as_if_from(repository.configured().url, folder)


def execute(python, environment, *chapters):
    """What alone.py says of each chapter, and at last what it did to the packages."""
    notebooks = [ROOT / f"{chapter}.ipynb" for chapter in chapters]
    said = run(python, HERE / "alone.py", *notebooks, env=environment)
    return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


@pytest.fixture(scope="session")
def colab(tmp_path_factory, environment):
    """Python 3.12 with old packages, in which one chapter has been opened; and what that did."""
    python = venv(tmp_path_factory.mktemp("colab") / "venv", "3.12", *COLAB)
    return python, execute(python, environment, "chapters/neuron")


def test_the_first_cell_adds_what_is_missing_and_changes_no_package(colab):
    _, (_, packages) = colab
    assert packages["changed"] == []
    assert {"nnbook", "anywidget"} <= set(packages["added"])
    assert not {"torch", "jupyterlab", "ipywidgets"} & set(packages["added"])
    assert len(packages["added"]) < 8, packages["added"]


@pytest.mark.parametrize("chapter", [c for c in TOC if c != "chapters/pytorch"])
def test_a_chapter_runs_alone_and_says_that_pytorch_is_not_there(colab, environment, chapter):
    python, _ = colab
    said, packages = execute(python, environment, chapter)
    assert packages == {"added": [], "changed": []}
    source = (ROOT / f"{chapter}.ipynb").read_text("utf-8")
    compares = re.search(r"peers\.compare\(", source)
    assert bool(compares) == bool(NO_TORCH.search(said["printed"])), said["printed"]
    if "figures." in source:
        assert "application/vnd.jupyter.widget-view+json" in said["kinds"]


@pytest.mark.skipif("chapters/pytorch" not in TOC, reason="the chapter is not written yet")
def test_the_chapter_on_pytorch_runs_alone_where_pytorch_is(tmp_path, environment):
    old = [pin for pin in COLAB if not pin.startswith("scipy")]  # that one needs 3.11.4
    python = venv(tmp_path / "venv", "3.11", *old, "scipy")
    torch(python)
    said, packages = execute(python, environment, "chapters/pytorch")
    assert packages["changed"] == []
    assert not NO_TORCH.search(said["printed"])
