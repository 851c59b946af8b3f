"""A notebook alone, as on Colab: its first cell brings nnbook, replaces nothing, or says why."""

import json
import re
import subprocess
import sys
import zipfile
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import pytest
import repository

from nnbook.notebook import colab

ROOT = Path(__file__).parents[2]
NAMES = {re.split(r"[^\w.-]", need)[0] for need in requires("nnbook") or [] if "extra" not in need}


@pytest.fixture
def cell(monkeypatch):
    """The set-up cell of the chapters; it runs what pip would be called with into a list."""
    notebook = json.loads((ROOT / "chapters/neuron.ipynb").read_text("utf-8"))
    code = "".join(notebook["cells"][0]["source"])
    calls = []
    monkeypatch.setattr(subprocess, "run", lambda command, **options: calls.append(command))

    def run(*, there):
        known = iter(there)
        monkeypatch.setattr("importlib.util.find_spec", lambda name: next(known) and object())
        monkeypatch.setattr(colab, "prepare", lambda: calls.append("prepare"))
        exec(compile(code, "setup", "exec"), {})
        return calls

    run.calls = calls
    return run


def test_the_first_cell_installs_nothing_where_nnbook_is(cell):
    assert cell(there=[True, True]) == ["prepare"]


def test_the_first_cell_brings_nnbook_alone_from_its_repository(cell):
    install, prepared = cell(there=[False, True])
    assert install[:4] == [sys.executable, "-m", "pip", "install"]
    assert "--no-deps" in install
    assert install[-1] == f"git+{repository.configured().url}"
    assert prepared == "prepare"


def test_without_a_network_the_first_cell_stops_with_a_sentence(cell):
    with pytest.raises(AssertionError, match=r"github\.com/\S+ is out of reach: check the network"):
        cell(there=[False, False])
    assert "prepare" not in cell.calls


def without(monkeypatch, *names):
    """As if these packages were not installed."""

    def distribution(name):
        if name in names:
            raise PackageNotFoundError(name)

    monkeypatch.setattr(colab, "distribution", distribution)


def test_nothing_is_missing_here():
    assert colab.missing() == []
    assert colab.fault() is None


def test_what_is_missing_is_added_with_its_lower_bound_and_nothing_else(monkeypatch):
    without(monkeypatch, "anywidget", "torch", "jupyter-book")
    [need] = colab.missing()
    assert re.fullmatch(r"anywidget>=[\d.]+", need)
    without(monkeypatch, *NAMES)
    assert len(colab.missing()) == len(NAMES) > 4
    without(monkeypatch, "nnbook", "anywidget")  # read from a source folder
    assert colab.missing() == []


def test_each_package_that_is_there_is_held_at_its_version(monkeypatch):
    held = {}

    def run(command, **options):
        held["lines"] = Path(command[command.index("--constraint") + 1]).read_text().splitlines()
        held["asked"] = command[-1]

    monkeypatch.setattr(subprocess, "run", run)
    colab.install(["anywidget>=0.9"])
    assert held["asked"] == "anywidget>=0.9"
    assert {f"numpy=={version('numpy')}", f"ipywidgets=={version('ipywidgets')}"} <= {
        *held["lines"]
    }


def test_what_does_not_work_is_said_in_a_sentence(monkeypatch):
    monkeypatch.setattr("nnbook.nn.relu", lambda x: -7.0)
    with pytest.raises(
        AssertionError, match=r"does not work: it computes the wrong numbers\. Rest"
    ):
        colab.prepare()
    monkeypatch.setattr("nnbook.data.load_digits", lambda: 1 / 0)
    with pytest.raises(AssertionError, match=r"work: ZeroDivisionError: division by .*Restart the"):
        colab.prepare()


def test_the_dependencies_have_lower_bounds_only():
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    lists = re.findall(r"^(dependencies|book|test) = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    assert [name for name, _ in lists] == ["dependencies", "book", "test"]
    for _, lines in lists:
        for line in lines.splitlines():
            assert re.fullmatch(r'    "[\w-]+>=[\d.a-z]+",', line), line


def test_a_wheel_holds_every_file_of_the_library(tmp_path):
    """What pip makes of the repository's address; a file that it leaves out is missing on Colab."""
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    wanted = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src/nnbook").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    for name in wanted:
        (tmp_path / "src" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "src" / name).write_bytes((ROOT / "src" / name).read_bytes())
    pip = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet"]
    subprocess.run([*pip, "--wheel-dir", tmp_path, tmp_path], check=True)
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        assert wanted <= set(file.namelist()), wanted - set(file.namelist())
