"""Odd places: a path with spaces and letters beyond ASCII, and files with Windows line ends."""

import re
import shutil
import subprocess
import sys

import pytest
from fresh import copy, env, run

TEXT = {".py", ".js", ".css", ".md", ".yml", ".yaml", ".toml", ".txt", ".ipynb", ".bib", ".cff"}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The project with Windows line ends, in such a path, with one chapter to keep it short."""
    folder = copy(tmp_path_factory.mktemp("odd") / "Übung №1" / "mein Buch")
    for path in folder.rglob("*"):
        if path.suffix in TEXT and path.is_file():
            path.write_bytes(re.sub(rb"\r?\n", b"\r\n", path.read_bytes()))
    return folder


def python(project, *arguments):
    """With the copy's library, not that of the environment."""
    return run(sys.executable, *arguments, cwd=project, env=env(PYTHONPATH=str(project / "src")))


def test_the_book_is_built_there_without_a_warning(project):
    said = python(project, "tools/build.py")
    assert "index.html" in said
    page = (project / "_build/html/chapters/neuron.html").read_text("utf-8")
    assert 'data-figure="ridge"' in page
    assert "<math" in page


def test_a_chapter_runs_there(project):
    python(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", "chapters/neuron.ipynb")


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")
def test_make_works_there(project):
    for name in ("Makefile", "tools/python.sh"):  # git keeps these with their own line ends
        path = project / name
        path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))
    for command in (["help"], ["repository"]):
        result = subprocess.run(["make", *command], cwd=project, capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
