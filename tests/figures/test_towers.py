"""The figure `towers`: networks built by hand do what is said of them, and the browser agrees."""

import numpy as np
import pytest

from nnbook import nn
from nnbook.figures import Towers
from nnbook.figures.towers import compute
from nnbook.figures.towers.compute import LAST, POINTS, REACH, SIDE

FAR = np.array([[-1.9, -1.9], [1.9, -1.9], [-1.9, 1.9], [1.9, 1.9], [0.0, 0.0]])


@pytest.mark.parametrize("f", compute.BENT)
@pytest.mark.parametrize(
    ("step", "heights"),
    [
        (0, [0, 1, 0, 1, 1]),
        (1, [0, 1, 1, 2, 2]),
        (2, [0, 0, 0, 1, 1]),
        (3, [0, 0, 0, 0, 1]),
    ],
)
def test_plains_are_as_high_as_is_said(f, step, heights):
    model = compute.single(step, f, 0.1)
    np.testing.assert_allclose(model(FAR)[:, 0], heights, atol=1e-3)


def test_the_networks_are_of_linear_layers_and_f_alone():
    for f, (bent, _) in compute.BENT.items():
        for step in range(LAST + 1):
            model = compute.network(step, f, 0.2, 4, "hills")
            kinds = {type(layer) for layer in model}
            assert kinds == {nn.Linear, bent}
            assert isinstance(model[-1], nn.Linear)


@pytest.mark.parametrize("many", [2, 4, 8])
@pytest.mark.parametrize("target", compute.TARGETS)
def test_ramps_of_relus_are_the_straight_interpolation_over_triangles(many, target):
    model = compute.towers("relu", 1.0, many, target)
    x = np.random.default_rng(0).uniform(-REACH, REACH, (500, 2))
    apart = 2 * REACH / many
    cell = np.minimum(np.floor((x + REACH) / apart), many - 1)
    u, v = ((x + REACH) / apart - cell).T
    true = compute.TARGETS[target][0]

    def knot(right, up):
        return true((cell + np.array([right, up])) * apart - REACH)

    low, high = knot(0, 0), knot(1, 1)
    below = low + u * (knot(1, 0) - low) + v * (knot(0, 1) - low)
    above = high + (1 - u) * (knot(0, 1) - high) + (1 - v) * (knot(1, 0) - high)
    np.testing.assert_allclose(model(x)[:, 0], np.where(u + v < 1, below, above), atol=1e-9)


@pytest.mark.parametrize("f", compute.BENT)
def test_with_steep_walls_each_plateau_is_as_high_as_its_knot(f):
    model = compute.towers(f, 0.02, 4, "wave")
    knots = np.stack(np.meshgrid(*2 * [np.linspace(-REACH, REACH, 5)]), axis=-1).reshape(-1, 2)
    np.testing.assert_allclose(model(knots)[:, 0], compute.TARGETS["wave"][0](knots), atol=1e-9)


def test_half_the_distance_halves_the_error_of_stairs_and_quarters_that_of_ramps():
    stairs = [compute.misses("sigmoid", 0.2, n, "hills")[0] for n in (8, 16, 32)]
    ramps = [compute.misses("relu", 1.0, n, "hills")[0] for n in (8, 16, 32)]
    for errors, factor in ((stairs, 2), (ramps, 4)):
        ratios = np.array(errors[:-1]) / errors[1:]
        assert ratios == pytest.approx([factor] * 2, rel=0.2)
    cliffs = [compute.misses("sigmoid", 0.2, n, "cliff") for n in (8, 16)]
    assert min(worst for worst, _ in cliffs) > 0.9
    assert cliffs[1][1] < 0.6 * cliffs[0][1]


@pytest.mark.parametrize("f", compute.BENT)
@pytest.mark.parametrize("many", [2, 16])
def test_neurons_are_counted(f, many):
    model = compute.towers(f, 0.2, many, "hills")
    assert compute.neurons(model) == model[0].out_features + model[2].out_features
    climbing = 1 if f == "sigmoid" else 2
    assert compute.neurons(model) == 2 * many * climbing + (many + 1) ** 2 - 1


@pytest.mark.parametrize("settings", [{}, {"step": 1}, {"step": 3, "f": "relu"}, {"step": 4}])
def test_the_cut_is_a_row_of_the_surface(settings):
    figure = Towers(cut=-0.6, **settings)
    model = compute.network(figure.step, figure.f, figure.width, 8, figure.target)
    at = np.stack([[-2.0, -1, 0, 1, 2], np.full(5, -0.6)], axis=1)
    drawn = [row[1] for row in figure.still().rows[:5]]
    assert drawn == pytest.approx(model(at)[:, 0].tolist(), abs=5e-4)
    assert POINTS[figure.index("cut") * SIDE].tolist() == pytest.approx([-2, -0.6])


def test_a_tower_of_sigmoids_has_a_pit_outside_the_corner_where_both_walls_fall():
    for width in (0.05, 0.2, 0.5, 1.0):
        out = {
            f: compute.network(3, f, width, 8, "hills")(compute.POINTS)[:, 0] for f in compute.BENT
        }
        low = compute.POINTS[out["sigmoid"].argmin()]
        assert out["relu"].min() > -1e-12
        assert out["sigmoid"].min() < -0.05
        assert (low > 0.95).all()
        said = {f: Towers(step=3, f=f, width=width).still().say for f in compute.BENT}
        assert "is a pit" in said["sigmoid"]
        assert "pit" not in said["relu"]


def test_errors_are_those_at_the_points_shown_and_between_them_they_are_larger():
    fine = np.linspace(-compute.REACH, compute.REACH, 201)
    points = np.stack(np.meshgrid(fine, fine), axis=-1).reshape(-1, 2)
    f, _ = compute.TARGETS["hills"]
    off = np.abs(compute.towers("sigmoid", 0.2, 8, "hills")(points)[:, 0] - f(points)).max()
    assert off > 1.3 * compute.misses("sigmoid", 0.2, 8, "hills")[0]
    assert "At the points shown" in Towers(step=4).still().say
