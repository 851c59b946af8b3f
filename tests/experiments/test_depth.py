"""What the first weights, f, depth, loss and optimizer change: on one seed and small."""

import numpy as np
import pytest

from nnbook import nn
from nnbook.experiments import depth as deep
from nnbook.experiments.backprop import network
from nnbook.experiments.sgd import digits

X, Y = np.array([[2.0, 1.0, -1.0, 0.5]]), np.array([[2.5]])


def test_a_relu_stack_loses_its_signal_by_the_predicted_factor():
    for first, factor in (("default", 6**-0.5), ("He", 1.0)):
        signal = deep.layer_sizes((0, 1), nn.ReLU, first, bias=False)["signal"]
        assert signal.shape == (2, 10)
        assert np.allclose((signal[:, -1] / signal[:, 0]).mean() ** (1 / 9), factor, rtol=0.1)


def test_ten_sigmoids_lose_the_gradient_and_four_times_larger_weights_keep_more():
    ratio = {}
    for f, first in ((nn.Sigmoid, "Xavier"), (nn.Sigmoid, "Xavier × 4"), (nn.Tanh, "Xavier")):
        size = deep.layer_sizes((3,), f, first)["gradient"][0]
        ratio[f.__name__, first] = size[0] / size[-1]
    assert ratio["Sigmoid", "Xavier"] < 1e-5 < 1e-3 < ratio["Sigmoid", "Xavier × 4"] < 0.1
    assert 0.3 < ratio["Tanh", "Xavier"] < 3


def test_neurons_that_start_the_same_stay_the_same():
    found = deep.same_start((3,), updates=60)
    assert found["rank"][:, 0].tolist() == [0, 1, 32]
    assert found["accuracy"][:2].max() < 0.3 < found["accuracy"][2].min()


def test_zeros_stay_with_relus_because_relu_of_0_is_0_and_move_with_sigmoids():
    relu, sigmoid = (deep.same_start((3,), updates=60, f=f) for f in (nn.ReLU, nn.Sigmoid))
    assert relu["rank"][0] == 0
    assert sigmoid["rank"][0] == 1


def test_a_network_with_a_wrong_gradient_learns_all_the_same():
    found = deep.bug((3,), updates=150)
    assert found["forgetful"].min() > 0.8
    assert deep.bug((3,), lr=2.0, updates=150)["right"] > found["forgetful"]  # at its own rate


def test_every_loss_learns_with_every_optimizer():
    found = deep.any_loss_any_optimizer((3,), updates=80)
    assert len(found) == 8
    assert all(accuracy.shape == (1,) and accuracy[0] > 0.25 for accuracy in found.values())


def test_the_race_tells_who_arrives_and_who_does_not():
    found, own = deep.race((3,), rates=(0.18, 0.56), most=119)
    assert len(found) == len(own) == len(deep.RUNNERS)
    assert np.isinf(found["sigmoid, default"]).all()
    assert found["ReLU, He"][0] <= 119
    assert found["ReLU, He"][0] % 17 == 0
    assert set(own.values()) == {0.18, 0.56}


def test_a_sigmoid_from_the_default_weights_arrives_if_it_is_given_time_and_rate():
    early, late = (
        deep.arrivals(nn.Sigmoid, "default", [rate], [0], most)
        for rate, most in ((1.0, 408), (3.0, 1224))
    )
    assert early[0] == np.inf > late[0]


def test_a_tried_rate_that_has_not_arrived_when_the_first_has_is_not_run_on():
    slow, fast = deep.arrivals(nn.ReLU, "He", [0.001, 0.2], [3, 3], all_of_them=False)
    assert slow == np.inf
    assert fast == deep.arrivals(nn.ReLU, "He", [0.2], [3])[0]


def test_the_others_run_on_until_all_runs_at_one_rate_have_arrived():
    runs = [0.2, 0.2, 0.001], [3, 4, 3]
    found = deep.arrivals(nn.ReLU, "He", *runs, all_of_them=False)
    assert found[2] == np.inf
    assert found[:2].tolist() == deep.arrivals(nn.ReLU, "He", [0.2, 0.2], [3, 4]).tolist()


def test_a_rate_at_which_one_of_the_trials_fails_is_not_chosen(monkeypatch):
    arrives = {1.0: (17, 17, np.inf), 0.5: (34, 85, 17), 0.25: (68, 85, 85), 0.1: (102, 17, 17)}

    def planned(f, first, rates, seeds, most, *, all_of_them=True):
        if all_of_them:
            return np.zeros(len(seeds))
        runs = zip(rates, seeds, strict=True)
        return np.array([arrives[lr][deep.TRIALS.index(seed)] for lr, seed in runs])

    monkeypatch.setattr(deep, "arrivals", planned)
    _, own = deep.race.__wrapped__((3,), rates=(0.1, 0.25, 0.5, 1.0))
    assert set(own.values()) == {0.25}  # the smallest of those at which the last comes first


@pytest.mark.parametrize("f", [nn.Sigmoid, nn.ReLU])
def test_networks_side_by_side_on_the_digits_are_trained_as_they_would_be_alone(f):
    rates, seeds = [0.1, 1e3, 0.3], [3, 4, 5]  # the one in the middle diverges, where it can
    shape, d = (64, 16, 10), digits()

    def models():
        rngs = [np.random.default_rng(seed) for seed in seeds]
        return [network(shape, f, rng=rng) for rng in rngs], rngs

    together, rngs = models()
    with np.errstate(over="ignore", invalid="ignore"):
        runs = deep.train_together(together, rates, rngs, updates=40, look=40, momentum=0.5)
        _, trained = next(runs)
    found = deep.rights(trained, d.x_test, d.y_test)
    apart, rngs = models()
    for k in (0, 2):
        alone = deep.train_digits(apart[k], rates[k], 40, momentum=0.5, rng=rngs[k])
        assert found[k] == pytest.approx(alone, abs=2 / 360)
        weights = trained.parameters()[0].value[k]
        assert np.allclose(weights, apart[k].parameters()[0].value, atol=1e-4)


def test_four_default_layers_learn_at_a_rate_of_their_own_and_twelve_do_not():
    slow, fast = deep.stack(4, "default", [0.015, 0.1], [3, 3])
    assert slow < 0.75
    assert fast > 0.88
    assert deep.stack(12, "default", [0.01, 0.1, 0.3], [3, 3, 3]).max() < 0.15


def test_deep_stacks_learn_from_hes_weights_only():
    found, own = deep.stacks((3, 4), depths=(8,), updates=120, rates=(0.01, 0.03))
    assert own.keys() == found.keys() == {"8, default", "8, He"}
    assert found["8, default"].max() < 0.3
    assert found["8, He"].max() > 0.7


def test_the_best_rate_is_the_one_with_the_highest_score():
    assert deep.best_rate(lambda tried: -np.abs(np.array(tried) - 0.3), (0.1, 0.25, 1.0)) == 0.25


def test_large_rates_kill_relus_and_the_first_layers_dead_stay_dead():
    found = deep.dying((3,), rates=(0.1, 3.0), updates=60)
    assert found["dead"].shape == found["stay"].shape == found["right"].shape == (2, 1)
    assert found["dead"][0, 0] < 0.15 < 0.8 < found["dead"][1, 0]
    assert np.nanmin(found["stay"]) == 1
    assert found["right"][0, 0] > 0.7 > 0.3 > found["right"][1, 0]


@pytest.fixture(scope="module")
def wave():
    return deep.fit((3,), widths=(16, 64), updates=300)


def test_built_networks_beat_trained_ones_and_the_built_error_falls_with_the_square(wave):
    assert wave["trained"].shape == wave["solved"].shape == (1, 2)
    assert wave["curves"].shape == (2, len(deep.CURVE))
    assert 10 < wave["built"][0] / wave["built"][1] < 20
    assert wave["trained"][0, 1] > 3 * wave["built"][1]
    assert set(wave["rate"]) <= set(deep.FIT_RATES)


def test_the_same_first_weights_can_do_better_than_gradient_descent_finds(wave):
    trained, solved = wave["trained"][0], wave["solved"][0]
    assert (solved < trained).all()
    assert solved[1] < trained[1] / 2


def test_a_network_side_by_side_is_trained_as_it_would_be_alone():
    rates = (0.03, 0.1)
    both = deep.fit((3,), widths=(8,), updates=50, rates=rates)
    alone = {lr: deep.fit((3,), widths=(8,), updates=50, rates=(lr,)) for lr in rates}
    errors = {lr: found["trained"][0, 0] for lr, found in alone.items()}
    assert both["trained"][0, 0] == pytest.approx(min(errors.values()), rel=1e-3)
    assert both["rate"][0] == min(errors, key=errors.get)
