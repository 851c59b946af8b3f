"""The figure `masks`: what the browser adds up is what the library's networks say."""

import numpy as np
import pytest

from nnbook import nn
from nnbook.experiments.masks import PLANE, crowd, every_mask
from nnbook.figures import Masks
from nnbook.figures.masks import compute


def drawn_at(fig, x1, x2):
    """The scores of each mask at a point, as the browser adds them up: from the table below it."""
    masks = [Masks(**fig, mask=m, x1=x1, x2=x2) for m in (0, 1, 170, 255)]
    return np.array([one.still().rows[3][1] for one in masks])


@pytest.mark.parametrize("name", ["one", "two"])
def test_sums_of_parts_are_the_scores_of_every_mask(name):
    every = every_mask(crowd(name), PLANE)[[0, 1, 170, 255]]
    for x1, x2 in ((0.8, 0.4), (-3.2, 3.2), (3.2, -3.2)):
        at = np.abs(PLANE - [x1, x2]).sum(axis=1).argmin()
        assert np.allclose(drawn_at({"network": name}, x1, x2), every[:, at], atol=5e-4)


def test_without_the_scale_scores_are_those_of_outputs_that_are_masked_and_no_more():
    at = np.abs(PLANE - [0.8, 0.4]).sum(axis=1).argmin()
    unscaled = compute.scores("one", scaled=False)
    fig = {"network": "one", "scale": False}
    assert np.allclose(drawn_at(fig, 0.8, 0.4), unscaled[[0, 1, 170, 255], at], atol=5e-4)
    kept = np.array([1, 0, 1, 0, 1, 0, 1, 0])
    model = crowd("one")
    outputs = model[1](model[0](PLANE))
    assert np.allclose(unscaled[170], model[3](kept * outputs)[:, 0])


def test_the_scale_concerns_one_hidden_layer_only():
    assert Masks(network="two", scale=False).rows() == Masks(network="two").rows()


def test_rows_are_at_the_point():
    fig = Masks(network="two", x1=-1.2, x2=2.0, mask=77)
    model = crowd("two")
    score = model(np.array([[-1.2, 2.0]]))[0, 0]
    every = every_mask(model, np.array([[-1.2, 2.0]]))[:, 0]
    used, mean, probability, mine = fig.rows()
    assert used[1:] == pytest.approx((score, nn.sigmoid(score)))
    assert mean[1] == pytest.approx(every.mean())
    assert probability[2] == pytest.approx(nn.sigmoid(every).mean())
    assert mine[1] == pytest.approx(every[77])


def test_the_right_answers_are_right():
    fig = Masks()
    asked = {question["key"]: question for question in fig.questions}
    assert asked["which"]["right"] == 0
    assert fig.gaps["one"][0] < 1e-13 < 0.05 < fig.gaps["one"][1]
    assert asked["two"]["right"] == 1
    assert 0.05 < fig.gaps["two"][0] < 1
    assert asked["count"]["truth"] == 2**10
    b, away = fig.bias["one"], [Masks(scale=s).rows()[1][1] for s in (True, False)]
    assert away[1] - b == pytest.approx((away[0] - b) / 2)


def test_the_point_stands_on_a_pixel_wherever_it_is():
    for x1, x2 in ((-3.2, 3.2), (3.2, -3.2), (0.4, -1.2)):
        fig = Masks(x1=x1, x2=x2)
        assert PLANE[fig.place] == pytest.approx((x1, x2))
