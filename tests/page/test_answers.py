"""Answers typed into the page: the judge's words, and words for code that does not come so far."""

import pytest

from nnbook import exercises
from nnbook.page import answers

IMPORTS = "import numpy as np"
RIGHT = "def neuron(x, w, b):\n    return np.maximum(x @ w + b, 0)"


def check(code, name="neuron", imports=IMPORTS):
    said = []
    result = answers.check(name, code, imports, said.append, seed=0)
    return result, "".join(said)


def test_a_right_answer_passes_with_the_judges_words():
    result, said = check(RIGHT)
    assert result.passed
    assert repr(result) == repr(exercises.check("neuron", exercises.get("neuron").solution, 0))
    assert said == ""


@pytest.mark.parametrize(
    "code",
    ["", "pass", "def neuron(x, w, b): pass", "neuron = 3", RIGHT.replace("neuron", "other")],
)
def test_what_is_no_answer_does_not_pass(code):
    assert not check(code)[0].passed


@pytest.mark.parametrize(
    ("code", "came", "line"),
    [
        ("def neuron(x, w, b):\n    return (x @ w", "'(' was never closed", "line 2"),
        ("y = 1\nneuron = 1 / 0", "ZeroDivisionError", "line 2: neuron = 1 / 0"),
        ("import nowhere", "No module named 'nowhere'", "line 1: import nowhere"),
        ("raise SystemExit", "SystemExit", "line 1"),
    ],
)
def test_code_that_fails_before_the_judge_is_told_where(code, came, line):
    result, _ = check(code)
    assert not result.passed
    assert came in repr(result)
    assert line in repr(result)


def test_an_answer_has_the_chapters_imports_and_no_other_names():
    assert check(RIGHT.replace("np.", "chapter."), imports="import numpy as chapter")[0].passed
    assert "NameError" in repr(check(RIGHT.replace("np.", "NEURON."))[0])


def test_what_it_prints_is_heard():
    assert check("print('hello')\n" + RIGHT)[1] == "hello\n"


def test_an_answer_that_replaces_something_fails_and_does_no_harm_to_the_next():
    for line, name in (("np.isclose = max", "numpy.isclose"), ("nn.relu = abs", "nnbook.nn")):
        result, _ = check(f"{RIGHT}\n{line}", imports="import numpy as np\nfrom nnbook import nn")
        assert not result.passed
        assert name in repr(result)
        assert check(RIGHT)[0].passed
    assert not check(f"{RIGHT}\nnp.isclose = max\nraise ValueError")[0].passed
    assert check(RIGHT)[0].passed


@pytest.mark.parametrize("name", ["neuron", "linear_backward", "minibatches"])
def test_the_pieces_are_what_a_notebook_prints(name):
    exercise = exercises.get(name)
    for f in (exercise.solution, *exercise.mistakes.values(), lambda: 1 / 0):
        result = exercises.check(name, f)
        assert "".join(text for _, text in answers.pieces(result)) == repr(result)
