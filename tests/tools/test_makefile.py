"""The Makefile: what `make` alone says."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(
    os.name == "nt" or not shutil.which("make"), reason="make is for Linux, macOS and WSL"
)


def make(*arguments, folder=ROOT):
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(["make", *arguments], cwd=folder, env=env, capture_output=True, text=True)


def test_make_alone_lists_every_command_with_a_line():
    commands = re.search(r"^\.PHONY: (.*)", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    lines = make().stdout.splitlines()
    assert [line.split()[1] for line in lines] == commands.split()
    assert all(len(line.split()) > 3 for line in lines)
    assert make("help").stdout.splitlines() == lines


def test_make_in_another_folder_says_where_to_run_it(tmp_path):
    result = make("-f", str(ROOT / "Makefile"), "book", folder=tmp_path)
    assert result.returncode
    assert "Run make in the book's own folder" in result.stderr
    assert not list(tmp_path.iterdir())


def test_only_the_tests_look_for_data_beside_the_project(tmp_path):
    project = tmp_path / "a path with ö" / "book"
    (project / "tools").mkdir(parents=True)
    for file in ("Makefile", "tools/python.sh"):
        shutil.copy(ROOT / file, project / file)
    assert "NNBOOK_DATA" not in make("-n", "test", folder=project).stdout
    data = project.parent / "shared" / "data"
    data.mkdir(parents=True)
    assert f'NNBOOK_DATA="${{NNBOOK_DATA:-{data}}}"' in make("-n", "test", folder=project).stdout
    assert "NNBOOK_DATA" not in make("-n", "book", "lab", folder=project).stdout


@pytest.mark.parametrize("given", [["FOLDER=hand ins"], ["/tmp/hand-ins"], ["hand-ins/first"]])
def test_a_folder_to_grade_may_be_named_or_stand_behind_the_command(given):
    said = make("-n", "grade", *given).stdout
    folder = given[0].removeprefix("FOLDER=")
    assert f"tools/grade.py '{folder}'" in said
    assert said.count("\n") <= 3, "nothing else is made"


def test_every_command_looks_for_pyodide_beside_the_project_unless_it_is_named(
    tmp_path, monkeypatch
):
    monkeypatch.delenv("NNBOOK_PYODIDE", raising=False)
    project = tmp_path / "a path with ö" / "book"
    (project / "tools").mkdir(parents=True)
    for file in ("Makefile", "tools/python.sh"):
        shutil.copy(ROOT / file, project / file)
    show = ("--eval", 'show: ; @echo "<$$NNBOOK_PYODIDE>"', "show")
    assert make(*show, folder=project).stdout == "<>\n"
    pyodide = project.parent / "shared" / "pyodide"
    pyodide.mkdir(parents=True)
    assert make(*show, folder=project).stdout == f"<{pyodide}>\n"
    monkeypatch.setenv("NNBOOK_PYODIDE", "elsewhere")
    assert make(*show, folder=project).stdout == "<elsewhere>\n"
