"""The figure `nudge`: a V for a right gradient, a floor for a wrong one."""

import numpy as np
import pytest

from nnbook import nn
from nnbook.figures import Nudge
from nnbook.figures.kit.network421 import W, X, Y
from nnbook.figures.kit.pack import unpack
from nnbook.figures.nudge.compute import EXPONENTS, NUDGES, measured

AT = {float(e): i for i, e in enumerate(EXPONENTS)}


def loss(w, dtype=np.float64):
    model = nn.Sequential(nn.Linear(4, 2, bias=False), nn.Sigmoid(), nn.Linear(2, 1, bias=False))
    first, last = model.to(dtype).parameters()
    first.value[:], last.value[:] = w[:8].reshape(2, 4), w[8:]
    return nn.HalfSquaredLoss()(model(X[:1].astype(dtype)), Y[:1].astype(dtype))


@pytest.mark.parametrize("k", range(10))
def test_the_estimates_are_quotients_of_the_librarys_losses(k):
    claims, near, errors = measured()
    one = np.eye(10)[k]
    for exponent in (-1.0, -4.5):
        h, i = 10**exponent, AT[exponent]
        central = (loss(W + h * one) - loss(W - h * one)) / (2 * h)
        assert claims["right"][k] + errors[k, 0, 0, i] == pytest.approx(central, abs=1e-10)
        ahead = (loss(W + h * one) - loss(W)) / h
        assert claims["right"][k] + errors[k, 0, 1, i] == pytest.approx(ahead, abs=1e-10)
        rise = (loss(W + 1.5 * h * one) - loss(W)) / (h * abs(claims["right"][k]))
        assert near[k, 0, i, -1] == pytest.approx(rise, abs=1e-8)


def test_the_error_is_a_v_with_its_bottom_between_and_float32_is_worse():
    _, _, errors = measured()
    middle = np.median(np.abs(errors), axis=0)  # by dtype, rule, h
    for p, rule in np.ndindex(2, 2):
        v = middle[p, rule]
        assert v.min() < 0.1 * min(v[AT[0.0]], v[AT[-11.0]]), (p, rule)
    best = EXPONENTS[middle.argmin(axis=2)]
    assert -7 <= best[0, 0] <= -4 < best[1, 0], "central differences in float64 and float32"
    assert best[0, 1] < best[0, 0], "one-sided differences want a smaller h"
    assert middle[1, 0].min() > 1e3 * middle[0, 0].min()
    assert middle[0, 1].min() > 10 * middle[0, 0].min()


def test_far_down_float32_sees_no_change_at_all():
    claims, near, errors = measured()
    assert np.all(near[:, 1, AT[-11.0]] == 0)
    assert np.allclose(errors[:, 1, :, AT[-11.0]], -claims["right"][:, None])


def test_a_wrong_gradient_is_found_for_each_weight_that_it_is_wrong_for():
    claims, _, errors = measured()
    for name, wrong in (("slope", range(8)), ("sign", range(10))):
        for k in range(10):
            off = np.abs(errors[k, 0, 0] + claims["right"][k] - claims[name][k]).min()
            assert (off > 0.1) == (k in wrong), (name, k)


def test_forgetting_f_makes_a_gradient_five_times_too_large():
    claims, *_ = measured()
    ratio = claims["slope"] / claims["right"]
    assert ratio[:8] == pytest.approx(5.086, abs=1e-3)
    assert ratio[8:] == pytest.approx(1)


def test_the_browser_gets_these_numbers():
    fig = Nudge()
    _, near, errors = measured()
    # A point may be off by a third of a hundredth of a frame.
    assert np.abs(unpack(fig.near) - near).max() < 0.002
    assert np.allclose(unpack(fig.errors), errors, rtol=1e-6, atol=0)
    assert NUDGES[[4, 12, 20]].tolist() == [-1, 0, 1]  # the places that nudge.js takes
    assert len(EXPONENTS) == 23
    assert EXPONENTS[0] == -11
