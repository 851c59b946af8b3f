"""tools/build.py: the book is built when it has changed, and a failure stays one."""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import build
import pytest

# Stands in for jupyter-book: notes what it finds of an earlier build, leaves what it leaves, and
# warns, as Sphinx does, only when it reads a page.
STAND_IN = """
import os, sys
from pathlib import Path

made = Path("_build")
kept = [file for file in (".doctrees/page", "html/index.html") if (made / file).exists()]
print(*kept or ["clean"], file=open("calls", "a"))
for file in (".doctrees/page", "html/index.html"):
    (made / file).parent.mkdir(exist_ok=True)
text = Path("book/page.md").read_text()
read = made / ".doctrees/page"
is_new = not read.exists() or read.read_text() != text
read.write_text(text)
(made / "html/index.html").touch()
if is_new and text == "bad":
    sys.exit(f"{os.getcwd()}/book/page.md: WARNING: bad")
"""
CLEAN, KEPT = "clean", ".doctrees/page html/index.html"
FILES = (
    "src/nnbook/nn.py",
    "src/nnbook/quizzes/sgd.yaml",
    "src/nnbook/figures/bowl/figure.js",
    "src/nnbook/figures/kit/kit.css",
    "chapters/one.ipynb",
    "book/page.md",
    "book/references.bib",
    "book/ext/mathml.py",
    "book/static/book.css",
    "_config.yml",
    "_toc.yml",
    "LICENSE",
    "lock.txt",
)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A small book; calling it runs build.py and tells what the build found of an earlier one."""
    for file in FILES:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("one")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "COMMAND", [sys.executable, "-c", STAND_IN])
    monkeypatch.setattr(build.runtime, "provide", lambda: None)

    def call():
        calls = tmp_path / "calls"
        calls.unlink(missing_ok=True)
        build.main()
        return calls.read_text().strip() if calls.exists() else "nothing"

    return call


def test_nothing_is_built_when_nothing_changed_and_the_address_is_said_again(project, capsys):
    assert project() == CLEAN
    first = capsys.readouterr().out
    assert project() == "nothing"
    again = capsys.readouterr().out
    for text in (first, again):
        assert "_build/html/index.html\n" in text
        assert Path("_build/html/index.html").resolve().as_uri() in text


@pytest.mark.parametrize(
    "file",
    [
        "book/page.md",
        "chapters/one.ipynb",
        "src/nnbook/figures/bowl/figure.js",
        "src/nnbook/figures/kit/kit.css",
        "book/static/book.css",
    ],
)
def test_a_change_that_concerns_some_pages_is_built_with_what_is_kept_of_all(project, file):
    project()
    Path(file).write_text("two")
    assert project() == KEPT
    assert project() == "nothing"


@pytest.mark.parametrize(
    "file",
    [
        "src/nnbook/nn.py",
        "src/nnbook/quizzes/sgd.yaml",
        "book/references.bib",
        "book/ext/mathml.py",
        "_config.yml",
        "_toc.yml",
        "LICENSE",
        "lock.txt",
    ],
)
def test_for_anything_else_every_page_is_read_again(project, file):
    project()
    Path(file).write_text("two")
    assert project() == CLEAN
    assert project() == "nothing"


def test_for_another_python_every_page_is_read_again(project, monkeypatch):
    project()
    monkeypatch.setattr(sys, "version", "3.99.0 (main)")
    assert project() == CLEAN


def test_when_pyodide_comes_or_goes_every_page_is_read_again(project):
    project()
    build.runtime.LOCK.parent.mkdir()
    build.runtime.LOCK.write_text("{}")
    assert project() == CLEAN
    assert project() == "nothing"
    build.runtime.LOCK.unlink()
    assert project() == CLEAN


@pytest.mark.parametrize("file", [f for f in FILES if "/" in f and f != "book/page.md"])
def test_a_file_that_is_renamed_taken_away_or_new_is_built_so(project, file):
    project()
    other = Path(file).with_stem("other")
    Path(file).rename(other)
    assert project() == CLEAN
    other.unlink()
    assert project() == CLEAN
    Path(file).write_text("one")
    assert project() == CLEAN


def test_a_touch_or_a_by_product_builds_nothing(project):
    project()
    os.utime("book/page.md", (0, 0))
    for file in ("src/nnbook/__pycache__/a.pyc", "src/nnbook.egg-info/b", "book/.DS_Store"):
        Path(file).parent.mkdir(exist_ok=True)
        Path(file).touch()
    assert project() == "nothing"


def test_a_site_that_was_deleted_is_built_again(project):
    project()
    Path("_build/html/index.html").unlink()
    assert project() == CLEAN


def test_a_book_that_fails_fails_again_and_says_why_again(project, capsys):
    project()
    Path("book/page.md").write_text("bad")
    capsys.readouterr()
    for _ in range(3):
        with pytest.raises(SystemExit) as stop:
            project()
        assert stop.value.code.startswith("book/page.md: WARNING: bad\n")
        assert "_build/build.log" in stop.value.code
        Path("chapters/one.ipynb").write_text("changed, while the other page stays bad")
    assert "Open" not in capsys.readouterr().out
    Path("book/page.md").write_text("good")
    assert project() == CLEAN
    assert project() == "nothing"


def test_who_builds_at_the_same_time_waits_and_says_for_whom(project, capsys):
    pytest.importorskip("fcntl", reason="Windows has no make")
    project()
    Path("book/page.md").write_text("two")
    capsys.readouterr()
    with ThreadPoolExecutor() as pool:
        with build.alone():
            second, said = pool.submit(project), ""
            while "..." not in said:
                time.sleep(0.01)
                said += capsys.readouterr().out
            assert said == f"  Waiting for {sys.argv[0]}, process {os.getpid()} ...\n"
            assert not Path("calls").exists()
        assert second.result() == KEPT


COMPLAINTS = """\
[IPKernelApp] WARNING | Kernel is running over TCP without encryption.
\x1b[91m{root}/chapters/one.ipynb: WARNING: Executing notebook failed: CellExecutionError
Traceback (most recent call last):
  File "{root}/.venv/lib/python3.11/site-packages/nbclient/client.py", line 709, in execute
    await self.async_execute_cell(
          ^^^^^^^^^^^^^^^^^^^^^^^^^
nbclient.exceptions.CellExecutionError: An error occurred while executing the following cell:
------------------
  assert z == 43
------------------
AssertionError                            Traceback (most recent call last)
AssertionError: z is 42\x1b[39;49;00m
{root}/book/index.md:3: WARNING: unknown document: 'nothing'
Traceback (most recent call last):
  File "{root}/book/ext/figure.py", line 5, in draw
    raise KeyError("oops")
KeyError: 'oops'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "{root}/tools/pages.py", line 13, in <module>
    main()
  File "{root}/.venv/lib/python3.11/site-packages/click/core.py", line 1653, in __call__
    return self.main(*args, **kwargs)
RuntimeError:{space}
\x1b[91m==========\x1b[0m

There was an error in building your book. Look above for the cause.

\x1b[91m==========\x1b[0m
"""

READABLE = """\
chapters/one.ipynb: WARNING: Executing notebook failed: CellExecutionError
nbclient.exceptions.CellExecutionError: An error occurred while executing the following cell:
------------------
  assert z == 43
------------------
AssertionError                            Traceback (most recent call last)
AssertionError: z is 42
book/index.md:3: WARNING: unknown document: 'nothing'
Traceback (most recent call last):
  File "book/ext/figure.py", line 5, in draw
    raise KeyError("oops")
KeyError: 'oops'"""


def test_complaints_are_shown_without_the_tracebacks_of_others():
    complaints = COMPLAINTS.replace("{root}", str(build.ROOT)).replace("{space}", " ")
    assert build.readable(complaints) == READABLE
