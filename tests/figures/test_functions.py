"""Figures of a function f: those that the book offers, and the reader's own."""

import subprocess
import sys

import numpy as np
import pytest
import traitlets

from nnbook import figures, nn
from nnbook.experiments.polygon import unpacked
from nnbook.figures import BY_NAME
from nnbook.figures.kit.functions import FunctionFigure

OF_FUNCTIONS = {name: cls for name, cls in BY_NAME.items() if issubclass(cls, FunctionFigure)}
every_figure = pytest.mark.parametrize("figure", OF_FUNCTIONS.values(), ids=OF_FUNCTIONS)


def look_up(figure, a, which="f"):
    """What the browser shows for f(a): from the table, not from the function."""
    return np.interp(a, *unpacked(figure.tables[figure.f][which]))


CHANGED = """
import numpy as np
from nnbook import nn
nn.tanh = lambda a: 0.9 * np.tanh(a)
from nnbook.figures import Activation
print(Activation(f="tanh").still().picture)
"""


def test_the_still_picture_changes_with_the_library():
    def run(code):
        return subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()

    true = figures.Activation(f="tanh").still().picture
    assert run(CHANGED.replace("0.9", "1.0")) == true
    assert run(CHANGED) != true


@every_figure
def test_a_function_that_is_not_offered_is_refused_with_those_that_are(figure):
    with pytest.raises(traitlets.TraitError, match=r"softmax.*sigmoid, relu, gelu, tanh"):
        figure(f="softmax")
    figure_ = figure()
    with pytest.raises(traitlets.TraitError, match="softmax"):
        figure_.f = "softmax"
    assert figure_.f in figure_.controls["f"]["options"]


def swish(a):
    return a * nn.sigmoid(a)


@every_figure
def test_the_readers_own_function_is_offered_by_its_name_and_nothing_is_asked(figure):
    own = figure(f=swish)
    assert own.questions == []
    assert own.f == "own"
    assert own.label() == "swish"
    assert "swish" in repr(own)
    assert "swish" in own._html
    a = np.linspace(-15, 15, 1000)
    assert np.abs(look_up(own, a) - swish(a)).max() < 3e-5
    if figure is not figures.Forward:  # which shows no slopes
        slope = nn.sigmoid(a) + a * nn.sigmoid_derivative(a)
        assert np.abs(look_up(own, a, "slope") - slope).max() < 3e-4
    assert own.still().picture != figure().still().picture


def raises(a):
    raise RuntimeError("out of tea")


def edits(a):
    a[a < 0] = 0
    return a


@every_figure
@pytest.mark.parametrize(
    ("f", "error", "says"),
    [
        (raises, ValueError, r"\(f=raises\) raised RuntimeError: out of tea"),
        (lambda a: a[:3], ValueError, r"returned shape \(3,\) for input of shape \(65,\)"),
        (lambda a: 1.0, ValueError, r"returned shape \(\) for input of shape \(65,\)"),
        (lambda a: a.sum(), ValueError, r"takes a NumPy array and returns one of the same shape"),
        (lambda a: None, ValueError, r"returned shape \(\)"),
        (lambda a: a.astype(str), TypeError, r"returned <U\d+, not real numbers"),
        (lambda a: a * 1j, TypeError, r"returned complex128, not real numbers"),
        (lambda a: np.log(np.abs(np.round(a))), ValueError, r"returned -inf at a = .*finite"),
        (lambda: 1, ValueError, r"raised TypeError"),
    ],
)
def test_what_is_wrong_with_the_readers_function_is_said_in_words(figure, f, error, says):
    with np.errstate(all="ignore"), pytest.raises(error, match=says):
        figure(f=f)


@every_figure
def test_a_function_that_edits_its_input_does_no_harm(figure):
    a = np.linspace(-10, 10, 101)
    assert np.allclose(look_up(figure(f=edits), a), nn.relu(a), atol=3e-5)


def test_a_derivative_of_ones_own_is_used():
    own = figures.Activation(f=swish, derivative=lambda a: 0 * a + 7)
    assert look_up(own, 1.0, "slope") == 7


def test_the_ridges_answers_hold():
    """What each right option says, tried with the library."""
    for question in figures.Ridge().questions:
        key = question["key"]
        before = figures.Ridge(predict=key)
        after = figures.Ridge(**{**question["before"], **question["after"]})
        if key == "bias":  # the point of the line on the ray along w moves against w
            assert -after.b / after.length < -before.b / before.length
        if key == "along":
            assert abs(after.a(after.x1, after.x2) - before.a(before.x1, before.x2)) < 0.05
        if key == "length":
            assert before.a(0, 0) == after.a(0, 0) == 0
            assert after.a(1, 1) == pytest.approx(2 * before.a(1, 1))
