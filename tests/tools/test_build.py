"""tools/build.py: the book is built when it has changed, and a failure stays one."""

import os
import sys
from pathlib import Path

import build
import pytest

# Stands in for jupyter-book: notes that it was called, leaves what it leaves, warns if told.
STAND_IN = """
import os, sys
from pathlib import Path

made = Path("_build")
assert not (made / ".doctrees").exists(), "pages that are not read again do not warn again"
print("built", file=open("calls", "a"))
for folder in (".doctrees", "html"):
    (made / folder).mkdir(exist_ok=True)
(made / "html" / "index.html").touch()
if Path("book/page.md").read_text() == "bad":
    sys.exit(f"{os.getcwd()}/book/page.md: WARNING: bad")
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A small book; calling it runs build.py and tells whether it was built."""
    for file in ("src/nnbook/nn.py", "chapters/one.ipynb", "book/page.md", "_config.yml"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("one")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "COMMAND", [sys.executable, "-c", STAND_IN])

    def call():
        calls = tmp_path / "calls"
        calls.unlink(missing_ok=True)
        build.main()
        return calls.read_text().strip() if calls.exists() else "nothing"

    return call


def test_nothing_is_built_when_nothing_changed_and_the_address_is_said_again(project, capsys):
    assert project() == "built"
    first = capsys.readouterr().out
    assert project() == "nothing"
    again = capsys.readouterr().out
    for text in (first, again):
        assert "_build/html/index.html\n" in text
        assert Path("_build/html/index.html").resolve().as_uri() in text


@pytest.mark.parametrize(
    "file", ["book/page.md", "chapters/one.ipynb", "_config.yml", "book/new", "src/nnbook/nn.py"]
)
def test_a_changed_file_builds_the_book_again(project, file):
    project()
    Path(file).write_text("two")
    assert project() == "built"
    assert project() == "nothing"


def test_a_page_renamed_or_taken_away_is_built_so(project):
    project()
    renamed = Path("chapters/one.ipynb").rename("chapters/two.ipynb")
    assert project() == "built"
    renamed.unlink()
    assert project() == "built"


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
    assert project() == "built"


def test_a_book_that_fails_fails_again_and_says_why_again(project, capsys):
    Path("book/page.md").write_text("bad")
    for _ in range(2):
        with pytest.raises(SystemExit) as stop:
            project()
        assert stop.value.code.startswith("book/page.md: WARNING: bad\n")
        assert "_build/build.log" in stop.value.code
    assert "Open" not in capsys.readouterr().out
    Path("book/page.md").write_text("good")
    assert project() == "built"


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
  File "{root}/.venv/bin/jupyter-book", line 8, in <module>
    sys.exit(main())
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
