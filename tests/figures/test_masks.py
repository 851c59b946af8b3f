"""The figure `masks`: what the browser adds up is what the library's networks say."""

import re

import numpy as np
import pytest

from nnbook import nn
from nnbook.experiments.masks import PLANE, crowd, every_mask
from nnbook.figures import Masks
from nnbook.figures.masks import compute
from nnbook.notebook.numbers import number


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


@pytest.mark.parametrize("network", ["one", "two"])
def test_dropped_units_are_crossed_out_and_nothing_goes_through_them(network):
    for mask, dropped in ((0, 8), (170, 4), (255, 0)):
        fig = Masks(network=network, mask=mask)
        lost = re.findall(r'<path class="nn-line nn-muted(| nn-faint)" d="', fig.still().picture)
        assert fig.still().picture.count('d="M-6 -6L6 6M-6 6L6 -6"') == dropped
        assert lost.count(" nn-faint") == (mask != 255)
        on = re.findall(r'<path class="nn-line nn-muted" d="([^"]*)"', fig.still().picture)
        ways = sum(path.count("M") for path in on)
        units = 8 - dropped
        last = units if network == "one" else mask.bit_count() // 2
        among = (units // 2) ** 2 if network == "two" else 0
        assert ways == 2 * (units if network == "one" else units // 2) + among + last


def test_all_the_masks_stand_in_the_place_of_the_network_when_asked_for():
    assert "M-6 -6L6 6" in Masks().still().picture
    assert "M-6 -6L6 6" not in Masks(all=True).still().picture
    assert "all 256" in Masks(all=True).still().picture


def test_the_strip_marks_this_mask_the_average_and_the_network_in_use():
    fig = Masks(mask=77)
    used, mean, _, mine = fig.rows()
    for words, value in (("evaluation", used[1]), ("average", mean[1]), ("this mask", mine[1])):
        assert f">{words} {number(value, 2)}<" in fig.still().picture
