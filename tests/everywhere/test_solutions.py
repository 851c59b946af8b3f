"""What `make solutions` and `make student` write runs to its end, solved or not yet begun."""

import json
import sys
from zipfile import ZipFile

import pytest
from fresh import HERE, ROOT, run

CHAPTERS = sorted(path.name for path in (ROOT / "chapters").glob("*.ipynb"))


@pytest.fixture(scope="module")
def solutions():
    said = run("make", "solutions", cwd=ROOT)
    assert f"{len(CHAPTERS)} notebooks in _build/solutions" in said
    return ROOT / "_build" / "solutions"


@pytest.fixture(scope="module")
def students(tmp_path_factory):
    said = run("make", "student", cwd=ROOT)
    assert f"{len(CHAPTERS)} notebooks in _build/student.zip" in said
    folder = tmp_path_factory.mktemp("handed out")
    with ZipFile(ROOT / "_build" / "student.zip") as file:
        file.extractall(folder)
    return folder / "student"


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_solved_chapter_runs(solutions, name):
    said = run(sys.executable, HERE / "alone.py", solutions / name)
    assert json.loads(said.splitlines()[0])["notebook"] == name


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_students_chapter_runs_and_holds_no_solution(students, name):
    text = (students / name).read_text("utf-8")
    assert "<summary>Solution" not in text
    said = run(sys.executable, HERE / "alone.py", students / name)
    assert json.loads(said.splitlines()[0])["notebook"] == name
