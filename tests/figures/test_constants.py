"""Numbers that Python and a figure's drawing share: declared once, and read by the drawing."""

from string import ascii_letters

import pytest

from nnbook.figures import BY_NAME

# figure, constant → settings at which it counts, another value of it
CHANGED = {
    ("approximation", "dense"): ({}, 128),
    ("approximation", "coarse"): ({"over": "sigmoid", "pieces": "n8"}, 2),
    ("approximation", "widths"): ({}, [4, 8, 16, 32, 64, 100]),
    ("bowl", "far"): ({"kappa": "k25", "lr": 2.2, "step": 40}, 3),
    ("circuit", "ranges"): (
        {},
        {"add": [-3, -4, 1, 1], "max": [-4, -3.5, 1, 1], "multiply": [-8, -4, 1, 0.5]},
    ),
    ("circuit", "order"): ({"step": 4}, ["m", "q", "out", "add", "multiply", "max"]),
    ("curves", "panels"): ({}, ["low", "high", "good", "over"]),
    ("curves", "every"): ({}, 4),
    ("curves", "looks"): ({}, [0, 80, 200, 400]),
    ("digit", "pen"): ({}, 3),
    ("digit", "faint"): ({}, 1.5),
    ("digit", "smallest"): ({}, 50),
    ("digit", "letters"): ({}, "0123" + ascii_letters),
    ("digit", "networks"): (
        {},
        {"moved": {"side": 14, "fill": 12}, "upright": {"side": 8, "fill": 8}},
    ),
    ("digit", "draws"): ({"noise": 0.5}, 2),
    ("digit", "stride"): ({"noise": 0.5}, 500),
    ("digit", "raised"): ({"noise": 0.5}, 3),
    ("forward", "numbers"): ({}, ["p", "q", "r", "s", "t"]),
    ("grad", "every"): ({"calls": 8, "zero": "second"}, {"never": 0, "each": 1, "second": 3}),
    ("learning-rates", "good"): ({}, 50),
    ("loop", "right"): ({"order": "forward,loss"}, "forward,loss,step,backward"),
    ("loop", "marks"): ({}, [0, 30, 60]),
    ("messages", "lines"): ({}, ["gx", "W1", "ga", "gz", "W2", "g", "E", "y_hat", "z", "a"]),
    ("messages", "batches"): ({}, {"a": [1], "b": [0], "both": [0, 1]}),
    ("neighbors", "momentum"): ({}, 0.2),
    ("nudge", "nudges"): ({}, [k / 4 for k in range(-12, 13)]),
    ("nudge", "floor"): ({}, -2),
    ("playground", "looks"): ({"t": 1}, [0, 70, 100, 200, 400, 800]),
    ("playground", "reach"): ({}, 3),
    ("playground", "step"): ({"data": "own", "own": "o1020"}, 0.2),
    ("plane", "corners"): ({}, [[1, 1]]),
    ("ridge", "reach"): ({}, 8),
    ("ridge", "seen"): ({}, 3),
    ("step-size", "far"): ({"lr": 2.5, "curvature": 2, "step": 12}, 5),
    ("workers", "measured_b"): ({}, 7),
    ("towers", "walls"): ({}, [0.5, 1]),
    ("towers", "names"): ({}, ["one", "two", "three", "four", "five"]),
    ("towers", "reach"): ({}, 1.5),
}


def said(figure):
    still = figure.still()
    return still.picture, still.out, still.say, still.rows


@pytest.mark.parametrize("name", BY_NAME)
def test_every_constant_is_tried(name):
    assert {key for figure, key in CHANGED if figure == name} == {*BY_NAME[name]().constants}


@pytest.mark.parametrize(("name", "key"), CHANGED)
def test_the_drawing_follows_a_constant(name, key):
    settings, value = CHANGED[name, key]
    figure = BY_NAME[name](**settings)
    before = said(figure)
    figure.constants = {**figure.constants, key: value}
    assert said(figure) != before
