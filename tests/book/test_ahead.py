"""Notebooks that are not in the cache are executed together, while other pages are read."""

import re

import ahead
import kernels
import pytest
import trial

INDEX = "# Book\n\n```{toctree}\none\ntwo\n```\n"
# Neither ends before the other has begun.
MEETING = """
import time
from pathlib import Path
Path("{mine}").touch()
for _ in range(600):
    if Path("{other}").exists():
        break
    time.sleep(0.1)
else:
    raise TimeoutError("the other notebook has not begun")
print("run", file=open("runs", "a"))
"""


def build(folder, one, two):
    pages = {
        "index.md": INDEX,
        "one.ipynb": trial.notebook(trial.text("t", "# One"), trial.code("c", one)),
        "two.ipynb": trial.notebook(trial.text("t", "# Two"), trial.code("c", two)),
    }
    return trial.build(
        folder,
        pages,
        ["ahead"],
        nb_execution_mode="cache",
        nb_execution_cache_path=str(folder / "_build/cache"),
        nb_execution_show_tb=True,
    )


@pytest.fixture
def two_at_a_time(monkeypatch):
    monkeypatch.setattr(ahead, "AT_A_TIME", 2)


def runs(folder):
    return len((folder / "runs").read_text().splitlines())


def test_two_notebooks_run_at_a_time_and_myst_nb_finds_them_in_the_cache(tmp_path, two_at_a_time):
    one, two = (MEETING.format(mine=m, other=o) for m, o in (("a", "b"), ("b", "a")))
    book = build(tmp_path, one, two)
    assert not book.failed, book.messages
    assert runs(tmp_path) == 2, "each has run once"


def test_other_pages_are_read_meanwhile(tmp_path, two_at_a_time):
    """A notebook waits for the index, which is therefore not read after it."""
    count = 'print("run", file=open("runs", "a"))'
    wait = MEETING.format(mine="a", other="_build/doctrees/index.doctree")
    book = build(tmp_path, count + wait, "print(2)")
    assert not book.failed, book.messages
    assert runs(tmp_path) == 2, "it has begun once, and ended"


def test_of_changed_and_unchanged_notebooks_only_the_changed_run(tmp_path, two_at_a_time):
    count = 'print("run", file=open("runs", "a"))'
    build(tmp_path, count, f"2\n{count}")
    book = build(tmp_path, f"3\n{count}", f"2\n{count}")
    assert not book.failed, book.messages
    assert runs(tmp_path) == 3


@pytest.mark.slow
def test_the_error_of_a_cell_is_said_as_myst_nb_says_it(tmp_path, two_at_a_time):
    book = build(tmp_path, "41 + one", "print(2)")
    assert book.failed
    assert "one.ipynb: WARNING: Executing notebook failed: CellExecutionError" in book.messages
    assert "NameError: name 'one' is not defined" in book.messages


@pytest.mark.skipif(not kernels.CAN_FORK, reason="libraries here do not outlive a fork")
def test_kernels_begin_with_what_any_of_them_imports(tmp_path):
    """`this` prints when it is imported: once, where no reader looks."""
    parent = "import os; print('from', os.getppid())"
    book = build(
        tmp_path, f"import this\n{parent}", f"import sys\nprint('this' in sys.modules)\n{parent}"
    )
    assert not book.failed, book.messages
    one, two = (re.sub("<[^>]+>", "", book.page(name)) for name in ("one", "two"))
    assert "True" in two
    assert "Beautiful is better than ugly" not in one + two
    assert re.findall(r"from \d+", one) == re.findall(r"from \d+", two)


@pytest.mark.slow
def test_an_exercise_finds_its_kernel_as_it_finds_every_other(tmp_path):
    asked = "exercises.check('neuron', lambda x, w, b: ...)"
    book = build(tmp_path, f"from nnbook import exercises\n{asked}", "2")
    assert not book.failed, book.messages
    assert "neuron: not started" in book.page("one")


@pytest.mark.slow
def test_an_import_that_fails_is_said_of_its_cell(tmp_path, two_at_a_time):
    book = build(tmp_path, "import no_such_module", "2")
    assert book.failed
    assert "ModuleNotFoundError: No module named 'no_such_module'" in book.messages


PIECES = """
import time
for part in ["if a:", "\\n", "    b", "\\n    c"]:
    print(part, end="", flush=True)
    time.sleep(0.3)
"""


def test_what_is_printed_in_pieces_stands_on_the_page_as_it_was_printed(tmp_path):
    book = build(tmp_path, PIECES, "2")
    assert not book.failed, book.messages
    printed = re.sub("<[^>]+>", "", book.page("one").split('class="cell_output')[1])
    assert "if a:\n    b\n    c" in printed
