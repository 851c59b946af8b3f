"""The figure `approximation`: what it draws is the library's network, its errors are measured."""

import re

import numpy as np
import pytest

from nnbook.experiments import network
from nnbook.figures import Approximation
from nnbook.figures.approximation.compute import (
    HAND,
    INSIDE,
    SHOWN,
    TARGETS,
    WIDTHS,
    sum_of_relus,
    survey,
)


@pytest.mark.parametrize("pieces", ["hand", "n4", "n32"])
@pytest.mark.parametrize("target", TARGETS)
def test_what_is_drawn_is_the_networks(target, pieces):
    fig = Approximation(target=target, pieces=pieces, y2=0.7, x1=-1.5)
    drawn = {name: numbers for name, *numbers in fig.still().rows}
    _, bias, weight, _ = (p.value.ravel() for p in fig.model().parameters())
    assert drawn["bias"] == pytest.approx(bias[:4], abs=1e-6)
    assert drawn["weight in the sum"] == pytest.approx(weight[:4], abs=1e-4)
    worst, left, right, _ = drawn["largest error now; sum at −3, at 3; curve at 3"]
    off = np.abs(fig.model()(INSIDE[:, None])[:, 0] - fig._targets[target][1](INSIDE))
    assert worst == pytest.approx(off.max(), abs=1e-4)
    assert fig.model()(np.array([[-3.0], [3.0]]))[:, 0] == pytest.approx([left, right], abs=1e-4)


@pytest.mark.parametrize("pieces", ["hand", "n8"])
def test_quarters_are_added_from_the_left(pieces):
    at = {"pieces": pieces, "x1": -1, "x3": 1}
    whole = Approximation(**at).model()(SHOWN[:, None])[:, 0]
    for added in range(5):
        part = Approximation(**at, added=added).model()(SHOWN[:, None])[:, 0]
        known = added - 2 >= SHOWN
        assert part[known] == pytest.approx(whole[known], abs=1e-12)
        if added < 3:
            assert np.abs(part[~known] - whole[~known]).max() > 0.1


@pytest.mark.parametrize("target", ["sine", "wave"])
def test_errors_are_below_the_bound_and_a_quarter_of_those_with_half_the_relus(target):
    errors = survey(*TARGETS[target][1:])["errors"]
    assert np.all(np.array(errors["relu"]) <= errors["bound"])
    assert errors["relu"][-1] / errors["relu"][-2] == pytest.approx(1 / 4, rel=0.1)
    assert errors["sigmoid"][-1] / errors["sigmoid"][-2] == pytest.approx(1 / 2, rel=0.15)
    assert np.ptp(errors["square"]) < 1e-6


def test_no_bound_is_claimed_for_a_jump():
    fig = Approximation(target="step")
    assert fig.errors["step"]["bound"] == []
    assert min(fig.errors["step"]["relu"]) > 0.9
    assert {name: rest for name, *rest in fig.rows()}["bound"] == ["none"] * 4


@pytest.mark.parametrize("target", TARGETS)
def test_the_table_and_the_lower_panel_say_the_same(target):
    for k, width in enumerate(WIDTHS[:4]):
        *_, (_, now, *_) = Approximation(target=target, pieces=f"n{width}").rows()
        assert now == pytest.approx(survey(*TARGETS[target][1:])["errors"]["relu"][k], abs=1e-12)


def test_one_lifted_knot_changes_three_weights():
    def weights(**moved):
        model = sum_of_relus(TARGETS["sine"][1], "hand", 4, {**HAND, **moved})
        return model.parameters()[2].value[0]

    assert np.sum(weights() != weights(y2=0.6)) == 3
    asked = {question["key"]: question for question in Approximation().questions}
    assert asked["lift"]["options"][asked["lift"]["right"]][0] == "Three."
    eight, sixteen = survey(*TARGETS["sine"][1:])["errors"]["relu"][1:3]
    assert asked["double"]["truth"] == sixteen
    assert 0.2 < sixteen / eight < 0.3


def test_four_by_hand_can_be_better_than_four_equally_spaced():
    better = Approximation(x1=-1, y1=-1.12, x3=1, y3=1.12)
    *_, (_, now, *_) = better.rows()
    assert now < 0.85 * survey(*TARGETS["sine"][1:])["errors"]["relu"][0]


def test_a_curve_of_ones_own_and_what_is_wrong_with_it():
    fig = Approximation(f=lambda x: x**2 / 4, pieces="n4")
    assert fig.questions == []
    *_, (_, now, *_) = fig.rows()
    assert now == pytest.approx(1 / 16, abs=1e-9)  # h²/8 · max|f″| exactly
    assert fig.errors["own"]["bound"][0] == pytest.approx(1 / 16, rel=1e-4)
    assert fig.still().rows[-1][1] == pytest.approx(1 / 16, abs=1e-4)
    for f, why in (
        (lambda x: x**2, r"reaches 4 on \[−2, 2\]: divide it by 2.7"),
        (lambda x: x[:3], r"returned shape \(3,\) for x of shape"),
        (lambda x: x / 0, "NaN or ∞"),
        (lambda x: missing, "raised NameError"),  # noqa: F821
    ):
        with pytest.raises(ValueError, match=why), np.errstate(all="ignore"):
            Approximation(f=f)


def test_the_gap_is_filled_between_the_knots_around_the_worst_place():
    fig = Approximation(pieces="n4", target="sine")
    picture = fig.still(600).picture
    (points,) = re.findall(r'<path class="nn-fill-orange nn-faint" d="M([^"]*)"', picture)
    xs = [float(point.split()[0]) for point in points.split("L")]
    pixels = (600 - 12 - 36) / 6  # of a unit of x
    assert (max(xs) - min(xs)) / pixels == pytest.approx(1, abs=0.01)  # 4 pieces over 4 units
    assert f"off by {fig.rows()[-1][1]:.2f}" in picture


def test_beside_a_jump_the_error_is_told_roughly_since_it_is_larger_between_the_points():
    fine = np.linspace(0.29, 0.31, 20_001)
    for pieces in (4, 8, 16, 32):
        knots = np.linspace(-2, 2, pieces + 1)
        model = network.through(knots, network.step(knots))
        off = float(network.errors(network.step, model, fine).max())
        said = Approximation(target="step", pieces=f"n{pieces}").still().say
        assert f"off by at most about {off:.1f} between" in said
    assert "off by at most 0.070 between" in Approximation(pieces="n8").still().say
