"""Functions sampled for the browser: close to f, sharp at kinks and jumps, small."""

import numpy as np
import pytest

from nnbook import nn
from nnbook.experiments.polygon import packed, polygon, unpacked


@pytest.mark.parametrize("f", [nn.sigmoid, nn.gelu, nn.tanh, nn.sigmoid_derivative, np.sin])
def test_straight_lines_between_the_points_stay_within_the_tolerance(f):
    xs, ys = polygon(f, -16, 16, tolerance=2e-5)
    x = np.random.default_rng(0).uniform(-16, 16, 100_000)
    assert np.abs(np.interp(x, xs, ys) - f(x)).max() <= 2e-5 + 1e-6  # points are float32


def test_points_stand_close_where_f_bends_and_far_apart_where_it_is_straight():
    xs, _ = polygon(nn.gelu, -16, 16, tolerance=2e-5)
    assert len(xs) < 600
    gaps = np.diff(xs)
    assert gaps[-1] > 8 > 50 * gaps[np.abs(xs[:-1]) < 1].max()


def test_a_kink_is_one_point():
    xs, ys = polygon(nn.relu, -16, 16, tolerance=2e-5, breaks=[0.0])
    assert (xs.tolist(), ys.tolist()) == ([-16, 0, 16], [0, 0, 16])


def test_a_jump_is_two_points_with_the_limits_from_both_sides():
    xs, ys = polygon(nn.relu_derivative, -16, 16, tolerance=2e-5, breaks=[0.0])
    assert (xs.tolist(), ys.tolist()) == ([-16, 0, 0, 16], [0, 0, 1, 1])


def test_a_jump_that_nobody_announced_is_found():
    xs, ys = polygon(lambda x: np.where(x > 0.3, 1.0, 0.0), -16, 16, tolerance=2e-5)
    inside = xs[1:-1]
    assert np.allclose(inside, 0.3, atol=1e-6)
    assert ys.tolist() == [0, 0, 1, 1]


def test_noise_does_not_fill_the_memory():
    rng = np.random.default_rng(0)
    xs, _ = polygon(lambda x: rng.normal(size=x.shape), -16, 16, tolerance=2e-5)
    assert len(xs) < 10_000


def test_packing_keeps_the_points_to_float32():
    xs, ys = polygon(nn.tanh, -16, 16, tolerance=2e-5)
    again = unpacked(packed(xs, ys))
    assert np.array_equal(again[0], xs)
    assert np.array_equal(again[1], ys)
    assert len(packed(xs, ys)) == 8 * len(xs)
