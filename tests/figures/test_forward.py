"""The figure `forward`: five numbers, worked by hand too, and lines of code that compute them."""

import re

import numpy as np
import pytest

from nnbook import nn
from nnbook.experiments.polygon import unpacked
from nnbook.figures import Forward
from nnbook.figures.forward.figure import CODE
from nnbook.figures.kit.functions import FUNCTIONS
from nnbook.figures.kit.network421 import STEPS, W, X, forward

BY_HAND = {  # a₁, z₁, a₂, z₂, ŷ for x = (2, 1, −1, ½)
    "relu": (1, 1, -1, 0, 0.5),
    "identity": (1, 1, -1, -1, 1.5),
    "sigmoid": (1, 0.731059, -1, 0.268941, 0.096588),
}


@pytest.mark.parametrize("f", BY_HAND)
def test_the_numbers_are_those_worked_by_hand(f):
    assert forward(W, FUNCTIONS[f].f, X[0]) == pytest.approx(BY_HAND[f], abs=1e-6)
    assert dict(Forward(f=f).rows())["ŷ"] == pytest.approx(BY_HAND[f][4], abs=1e-6)


@pytest.mark.parametrize("f", FUNCTIONS)
def test_the_lines_of_code_compute_these_numbers(f):
    scope = {"W1": W[:8].reshape(2, 4), "W2": W[8:][None], "x": X[0], "f": FUNCTIONS[f].f,
             "a": np.zeros(2), "z": np.zeros(2)}  # fmt: skip
    for line in CODE:
        exec(line, scope)
    (a1, a2), (z1, z2) = scope["a"], scope["z"]
    made = (a1, z1, a2, z2, scope["y_hat"])
    assert made == pytest.approx(forward(W, FUNCTIONS[f].f, X[0]), abs=1e-14)


@pytest.mark.parametrize("f", FUNCTIONS)
def test_the_browsers_tables_give_the_same_answer(f):
    xs, ys = unpacked(Forward().tables[f]["f"])
    rng = np.random.default_rng(0)
    for x in rng.uniform(-3, 3, size=(20, 4)):
        looked_up = forward(W, lambda a: np.interp(a, xs, ys), x)
        assert looked_up == pytest.approx(forward(W, FUNCTIONS[f].f, x), abs=1e-4)


def test_what_each_step_fills_is_drawn_then_and_not_before():
    def numbers(step):
        """Of the circles: four inputs, and what has been computed."""
        picture = Forward(f="sigmoid", step=step).still().picture
        return re.findall(r'class="nn-mid nn-fill-blue[^"]*"[^>]*>([^<]+)', picture)

    assert numbers(0) == ["2", "1", "−1", "0.5"]
    for step, name in enumerate(STEPS):
        assert len(numbers(step + 1)) == len(numbers(step)) + 1
        assert f"{name} =" not in Forward(step=step).still().picture
        assert f"{name} =" in Forward(step=step + 1).still().picture
    computed = ["1", "−1", "0.731", "0.269", "0.097"]
    assert sorted(numbers(5)) == sorted(numbers(0) + computed)


def test_weights_stand_on_their_edges_which_are_as_wide_as_they_are_large():
    picture = Forward(w=np.arange(10) / 10, step=0).still().picture
    widths = [float(v) for v in re.findall(r"stroke-width: ([\d.]+)", picture)]
    assert widths[2:] == pytest.approx(1 + 2 * np.arange(10) / 9)
    assert re.findall(r'<tspan class="">([\d.]+)</tspan>', picture) == [
        f"{k / 10:g}" for k in range(10)
    ]


def test_answers_are_the_librarys_and_no_mistake_is_taken_for_another():
    asked = {question["key"]: question for question in Forward().questions}
    assert asked["minus"]["truth"] == forward(W, nn.relu, -X[0])[4] == -1
    assert asked["nothing"]["truth"] == forward(W, nn.sigmoid, 0 * X[0])[4] == -0.25
    assert asked["sign"]["options"][asked["sign"]["right"]][0] == "positive"
    for question in asked.values():
        made = [v for v, _ in question.get("mistakes", ())]
        assert len({round(v, 2) for v in made}) == len(made)


def test_ones_own_weights_and_function():
    own = Forward(f=np.cos, w=np.arange(10) / 10, step=5)
    a = np.arange(8).reshape(2, 4) / 10 @ X[0]
    assert dict(own.rows())["ŷ"] == pytest.approx(0.8 * np.cos(a[0]) + 0.9 * np.cos(a[1]))
    assert own.questions == []
    with pytest.raises(ValueError, match=r"Forward w has shape \(9,\): give ten numbers"):
        Forward(w=W[:9])
    with pytest.raises(ValueError, match="make w₁ … w₈ smaller"):
        Forward(w=100 * W)


def test_the_identity_bends_nothing():
    assert Forward(f="identity", step=2).still().say == "f changes nothing: z₁ = 1."
    assert Forward(f="tanh", step=2).still().say == "Bent by tanh: z₁ = 0.762."
