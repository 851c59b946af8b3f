"""The library works with the oldest packages that pyproject.toml admits, on the oldest Python."""

import re
import tomllib

import pytest
from fresh import ROOT, copy, pip, run, torch, venv

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
NOT_HERE = {"playwright", "axe-playwright-python", "ruff", "mypy"}  # do not run the library
TESTS = ["tests/nn", "tests/experiments", "tests/figures", "tests/exercises", "tests/quizzes"]
FILES = ["test_anywhere", "test_data", "test_gradient_check", "test_optim", "test_peers"]


def oldest(needs):
    """The lowest version of each: `numpy>=2.0` → `numpy==2.0`."""
    return [need.replace(">=", "==") for need in needs if re.split(">=", need)[0] not in NOT_HERE]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return copy(tmp_path_factory.mktemp("project") / "book")


@pytest.fixture(scope="module")
def old(tmp_path_factory, project):
    """An environment in which each direct dependency has its lowest version."""
    needs = oldest([*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]])
    lowest = re.search(r"\d+\.\d+", PROJECT["requires-python"])[0]
    python = venv(
        tmp_path_factory.mktemp("oldest") / "venv", lowest, *needs, "ipykernel", "setuptools"
    )
    torch(python)
    pip(python, "--no-deps", "--no-build-isolation", "--editable", project)
    return python


def test_the_versions_are_the_oldest(old):
    listed = run(old, "-m", "pip", "list", "--format=freeze")
    for need in oldest(PROJECT["dependencies"]):
        name, _, version = need.partition("==")
        assert re.search(rf"^{name}=={re.escape(version)}(\.0)*$", listed, re.MULTILINE | re.I), (
            need
        )
    run(old, "-m", "pip", "check")


def test_the_library_passes_its_tests(old, project):
    paths = [path for path in TESTS if (ROOT / path).exists()]
    files = [f"tests/{name}.py" for name in FILES]
    said = run(old, "-m", "pytest", "-q", "-n2", *paths, *files, cwd=project)
    assert re.search(r"\d+ passed", said), said[-2000:]


@pytest.mark.parametrize("path", sorted((ROOT / "chapters").glob("*.ipynb")), ids=lambda p: p.stem)
def test_a_chapter_runs(old, project, path):
    run(old, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"chapters/{path.name}", cwd=project)
