"""The figure `step-size`: its tables are the library's updates, its right answers are right."""

import numpy as np
import pytest

from nnbook import figures
from nnbook.figures.kit.pack import unpack
from nnbook.figures.step_size import compute


@pytest.mark.parametrize(
    ("lr", "curvature", "start"), [(0.05, 0.5, 4), (1.3, 1.5, -2.7), (2.5, 2, 1)]
)
def test_a_table_of_the_start_one_serves_every_start(lr, curvature, start):
    tables = {key: unpack(one) for key, one in figures.StepSize().tables.items()}
    i, j = (
        np.abs(compute.RATES - lr).argmin(),
        np.abs(compute.CURVATURES - curvature).argmin(),
    )
    w, e = compute.descend(start, lr, curvature)
    assert np.allclose(tables["w"][i, j] * start, w, rtol=1e-5, atol=1e-5)
    assert np.allclose(tables["e"][i, j] * start**2, e, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("ratio", "settles"), [(0.5, True), (0.99, True), (1.01, False)])
def test_two_over_the_curvature_is_the_limit(ratio, settles):
    for curvature in compute.CURVATURES:
        w, _ = compute.descend(1.0, ratio * 2 / curvature, curvature)
        assert (abs(w[-1]) < 1) == settles


def test_the_right_answers_are_right():
    asked = {q["key"]: q for q in figures.StepSize().questions}
    for key in ("grows", "steeper"):
        then = asked[key]["after"]
        w, _ = compute.descend(then["start"], then["lr"], then["curvature"])
        assert (np.diff(np.abs(w)) > 0).all()
    assert asked["once"]["truth"] == 1.5


def test_a_weight_far_away_is_said_to_be_far():
    rows = figures.StepSize(lr=2.5, curvature=2, start=4).rows()
    assert rows[-1][1] == "beyond 999"
    assert rows[5][1] == "beyond −999"
    assert rows[0] == ("0", 4.0, pytest.approx(16))


@pytest.mark.parametrize("lr", [0.5, 2.0, 2.5])
def test_from_the_bottom_no_rate_moves_the_weight(lr):
    said = figures.StepSize(lr=lr, curvature=1, start=0.0, step=12).still().say
    assert "lies at the bottom" in said
    assert "bottom" not in figures.StepSize(lr=lr, curvature=1, start=0.1, step=12).still().say
