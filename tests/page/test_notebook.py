"""Cells of a page: each runs after what it needs, and finds what those cells left."""

import pytest

from nnbook.page.notebook import Notebook


class Page:
    """Cells a, b, c …; `run("c")` gives what ran, in order, and what was said."""

    def __init__(self, *cells):
        self.cells, self.notebook = list(cells), Notebook()

    def run(self, name):
        at = "abcdefgh".index(name)
        page = [("abcdefgh"[i], code) for i, code in enumerate(self.cells[: at + 1])]
        self.said, before = {}, dict(self.notebook.runs)

        def send(cell, text):
            self.said[cell] = self.said.get(cell, "") + text

        self.failed = self.notebook.run(page, send)
        new = [c for c, run in self.notebook.runs.items() if before.get(c) is not run]
        return "".join(sorted(new, key=lambda c: self.notebook.runs[c].number))


def test_a_cell_runs_after_what_it_needs_and_that_only_once():
    page = Page("x = 2", "y = 10", "print(x)", "print(x + y)")
    assert page.run("c") == "ac"
    assert page.said == {"c": "2\n"}
    assert page.run("d") == "bd"
    assert page.said == {"d": "12\n"}
    assert page.run("d") == "d"


def test_an_edited_cell_runs_again_and_so_does_what_came_of_it():
    page = Page("x = 2", "y = x * x", "print(y)")
    assert page.run("c") == "abc"
    page.cells[0] = "x = 3"
    assert page.run("c") == "abc"
    assert page.said["c"] == "9\n"


def test_an_earlier_cell_finds_its_names_as_they_were_there():
    page = Page("w = 1", "print(w)", "w = 2", "print(w)")
    assert page.run("d") == "cd"
    assert page.run("b") == "ab"
    assert page.said["b"] == "1\n"
    page.run("d")
    assert page.said["d"] == "2\n"


def test_what_a_later_cell_may_have_changed_is_made_anew():
    page = Page("w = [1]", "print(w)", "w.append(2)", "print(w)")
    for _ in range(2):
        page.run("d")
        assert page.said["d"] == "[1, 2]\n"
        assert page.run("b") == "ab"
        assert page.said["b"] == "[1]\n"


def test_a_function_looks_its_names_up_where_it_is_called():
    page = Page("def f(): return k", "k = 5", "print(f())")
    assert page.run("c") == "abc"
    assert page.said["c"] == "5\n"


def test_a_cell_that_fails_stops_what_needs_it():
    page = Page("x = 1 / 0", "print(x)")
    assert page.run("b") == ""
    assert page.failed == "a"
    assert page.said["a"].endswith("ZeroDivisionError: division by zero\n")
    page.cells[0] = "x = 1"
    page.run("b")
    assert page.said["b"] == "1\n"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("3", "3\n"),
        ("3;", ""),
        ("None", ""),
        ("x = 3\nx", "3\n"),
        ("", ""),
        ("# nothing", ""),
        ("display('a', 2)", "'a'\n2\n"),
    ],
)
def test_the_last_value_is_shown_as_a_notebook_shows_it(code, said):
    page = Page(code)
    page.run("a")
    assert "".join(page.said.values()) == said


def test_a_traceback_shows_the_readers_lines_and_no_others():
    page = Page(
        "import numpy as np\n\ndef f(x):\n    return np.linalg.inv(x)\n\nf(np.zeros((2, 2)))"
    )
    page.run("a")
    assert page.failed == "a"
    lines = page.said["a"].splitlines()
    assert [line for line in lines if "File" in line] == [
        '  File "<a>", line 6, in <module>',
        '  File "<a>", line 4, in f',
    ]
    assert "    return np.linalg.inv(x)" in lines
    assert lines[-1] == "LinAlgError: Singular matrix" or lines[-1].endswith("Singular matrix")


@pytest.mark.parametrize(
    ("code", "last"),
    [
        ("x = (", "SyntaxError: '(' was never closed"),
        ("raise SystemExit", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("class A:\n    def __repr__(self): raise ValueError('no')\nA()", "ValueError: no)"),
        ("import nowhere", "No module named 'nowhere'. Python in the page has"),
    ],
)
def test_whatever_code_raises_is_said_and_ends_nothing(code, last):
    page = Page(code, "print(1)")
    page.run("a")
    assert last in page.said["a"].splitlines()[-1]
    assert page.run("b") == "b"
