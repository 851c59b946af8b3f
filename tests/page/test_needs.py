"""Which cells a cell needs, read from their code."""

import pytest

from nnbook.page import needs


def above(*cells: str) -> list[int]:
    return needs.above(cells, len(cells) - 1)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("y = x + 1", {"x"}),
        ("x = 1\ny = x", set()),
        ("x = x + 1", {"x"}),
        ("x += 1", {"x"}),
        ("for i in range(3):\n    total = i\ntotal", {"range"}),
        ("for x in x:\n    pass", {"x"}),
        ("[k for k in rows]", {"rows"}),
        ("def f(a):\n    b = a\n    return b + c", {"c"}),
        ("f = lambda a: a + c", {"c"}),
        ("a, *b = c", {"c"}),
        ("w[0] = 1", {"w"}),
        ("model.rate = 2", {"model"}),
        ("import numpy as np\nnp.pi", set()),
        ("import os.path\nos", set()),
        ("class A(B):\n    def f(self):\n        return g", {"B", "g"}),
        ("with open(p) as f:\n    f", {"open", "p"}),
        ("if (n := len(x)) > 2:\n    n", {"len", "x"}),
        ("x: int = y", {"y"}),
        ("return (", set()),
    ],
)
def test_a_cell_needs_the_names_that_it_uses_before_it_sets_them(code, names):
    assert needs.names(code).needs == names


def test_a_cell_needs_those_that_set_its_names_and_their_needs_in_order():
    assert above("a = 1", "b = a", "c = 3", "print(b)") == [0, 1]


def test_only_the_last_that_set_a_name_counts():
    assert above("w = 1", "w = 2", "print(w)") == [1]
    assert above("w = 1", "w = w + 1", "print(w)") == [0, 1]


def test_what_may_have_changed_a_value_is_needed_too():
    assert above("w = [1]", "w.append(2)", "print(w)") == [0, 1]
    assert above("w = [1]", "w[0] += 1", "print(w)") == [0, 1]
    assert above("w = [1]", "change(w)", "print(w)") == [0, 1]


def test_a_module_or_a_function_is_not_changed_by_its_use():
    assert above("import numpy as np", "a = np.ones(2)", "b = np.ones(3)", "b") == [0, 2]
    assert above("def f(): return 1", "a = f()", "b = f()", "b") == [0, 2]


def test_a_function_brings_along_what_it_uses():
    assert above("k = 2", "def f(x): return k * x", "f(1)") == [0, 1]
    assert above("def f(x): return k * x", "k = 3", "f(1)") == [0, 1]
    assert above("w = [1]", "def step(): w.append(1)", "step()", "print(w)") == [0, 1, 2]


def test_names_of_python_itself_are_no_needs():
    assert above("print(1)", "print(2)") == []
