"""The workshop on training, small: what schedules, steps and weight decay are said to do."""

import numpy as np
import pytest
from scipy.optimize import minimize

from nnbook import nn, optim
from nnbook.experiments import training
from nnbook.experiments.sgd import descend


def test_the_cosine_goes_from_1_to_0_and_is_one_half_in_the_middle():
    assert training.cosine(np.array([0, 0.5, 1])) == pytest.approx([1, 0.5, 0], abs=1e-15)


def test_a_schedule_ends_lower_than_the_rate_that_it_starts_with():
    ends = [
        training.settling((0.05,), schedule, (7, 8))["above"][..., -10:].mean()
        for schedule in (None, training.cosine)
    ]
    assert 0 < ends[1] < ends[0] / 2


def test_nothing_is_ever_below_the_lowest_error_and_the_start_is_far_above():
    found = training.settling((0.02,), None, (7,), updates=400)
    assert (found["above"] > 0).all()
    assert found["above"][0, 0, 0] > 3 * found["above"][0, 0, -1]
    assert found["updates"].tolist() == list(range(0, 400, 40))


def test_with_all_examples_at_once_a_constant_rate_does_settle():
    noisy, quiet = (
        training.settling((0.03,), None, (7,), batch_size=n, updates=800)["above"][0, 0]
        for n in (1, 4096)
    )
    assert (np.diff(quiet) < 0).mean() > 0.9 > (np.diff(noisy) < 0).mean()


def test_ten_times_the_rate_makes_the_first_update_ten_times_as_long():
    one, ten = (training.vital_signs(rate, 3, updates=1)["update"][0] for rate in (0.01, 0.1))
    assert ten == pytest.approx(10 * one, rel=1e-3)
    assert (one > 0).all()


def test_too_large_a_rate_saturates_the_hidden_neurons():
    good, high = (training.vital_signs(rate, 3, updates=100)["outputs"] for rate in (0.1, 3.0))
    assert good.shape == (2, 1077, 64)
    assert (np.abs(good) > 0.97).mean() < 0.05 < 0.8 < (np.abs(high) > 0.97).mean()


def test_one_label_in_ten_of_the_disk_is_wrong_and_none_if_one_asks_for_none():
    x, y = training.noisy_disk(5000, np.random.default_rng(0))
    clean = training.noisy_disk(5000, np.random.default_rng(0), wrong=0)
    assert np.array_equal(x, clean[0])
    assert np.mean(y != clean[1]) == pytest.approx(0.1, abs=0.02)
    assert np.array_equal(clean[1] == 1, np.hypot(*x.T) < 1.2)


def test_weight_decay_makes_the_weights_shorter_and_the_border_simpler():
    plain, decayed = (
        training.regions(20, (3,), weight_decay=w, updates=1500) for w in (0.0, 0.003)
    )
    assert plain["map"].shape == training.PLANE.shape[:2]
    assert decayed["length"] < plain["length"] / 1.5
    assert plain["seen"] > decayed["seen"]
    islands = [np.abs(np.diff(found["map"] > 0, axis=1)).sum() for found in (plain, decayed)]
    assert islands[1] < islands[0]


def test_two_neurons_are_too_few_for_a_disk_and_four_are_not():
    two, four = (training.regions(n, (3, 4), updates=1500)["fresh"].mean() for n in (2, 4))
    assert two < 0.8 < 0.85 < four


def test_four_neurons_can_come_to_rest_where_others_get_lower():
    """A local minimum: no slope, every curvature positive, and another start ends far below."""
    x, y = training.noisy_disk(80, np.random.default_rng(14))
    loss_fn = nn.BCEWithLogitsLoss()

    def trained(seed, updates):
        rng = np.random.default_rng([seed, 99])
        layers = [nn.Linear(n, m, rng=rng, dtype=np.float64) for n, m in ((2, 4), (4, 1))]
        model = nn.Sequential(layers[0], nn.Tanh(), layers[1])
        optimizer = optim.SGD(model.parameters(), 0.3, 0.9)
        descend(model, loss_fn, optimizer, [(x, y[:, None])] * updates)
        return model, model.parameters()

    model, parameters = trained(0, 3000)
    ends = np.cumsum([p.value.size for p in parameters])[:-1]

    def slopes(w):
        for p, part in zip(parameters, np.split(w, ends), strict=True):
            p.value[:] = part.reshape(p.value.shape)
        error = float(loss_fn(model(x), y[:, None]))
        model.parameter_gradients(loss_fn.backward())
        return error, np.concatenate([p.grad.ravel() for p in parameters])

    start = np.concatenate([p.value.ravel() for p in parameters])
    rest = minimize(slopes, start, jac=True, method="BFGS", options={"gtol": 1e-9}).x
    error, slope = slopes(rest)
    nudges = 1e-4 * np.eye(len(rest))
    bend = np.array([slopes(rest + e)[1] - slopes(rest - e)[1] for e in nudges]) / 2e-4
    assert np.abs(slope).max() < 1e-7
    assert np.linalg.eigvalsh(bend + bend.T).min() > 1e-5
    other, _ = trained(7, 6000)
    assert error > 0.34 > 0.3 > loss_fn(other(x), y[:, None])
