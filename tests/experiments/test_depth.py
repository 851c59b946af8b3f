"""What the first weights, f, depth, loss and optimizer change: on one seed and small."""

import numpy as np
import pytest

from nnbook import nn
from nnbook.experiments import depth as deep

X, Y = np.array([[2.0, 1.0, -1.0, 0.5]]), np.array([[2.5]])
each_f = pytest.mark.parametrize("f", [None, nn.Sigmoid, nn.ReLU])


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


def test_a_network_with_a_wrong_gradient_learns_all_the_same():
    found = deep.bug((3,), updates=150)
    assert found["forgetful"].min() > 0.8


def test_every_loss_learns_with_every_optimizer():
    found = deep.any_loss_any_optimizer((3,), updates=80)
    assert len(found) == 8
    assert all(accuracy.shape == (1,) and accuracy[0] > 0.25 for accuracy in found.values())


def test_the_race_tells_who_arrives_and_who_does_not():
    found = deep.race((3,), most=119)
    assert len(found) == len(deep.RUNNERS)
    assert np.isinf(found["sigmoid, default"]).all()
    assert found["ReLU, He"][0] <= 119
    assert found["ReLU, He"][0] % 17 == 0


def test_deep_stacks_learn_from_hes_weights_only():
    found = deep.stacks((3,), (4,), depths=(8,), updates=120)
    assert found["8, default"].shape == (1,)
    assert found["8, He"].shape == (2,)
    assert found["8, default"][0] < 0.3
    assert found["8, He"].max() > 0.7


def test_built_networks_beat_trained_ones_and_the_built_error_falls_with_the_square():
    found = deep.fit((3,), widths=(16, 64), updates=60)
    assert found["trained"].shape == (1, 2)
    assert found["curves"].shape == (2, len(deep.CURVE))
    assert 10 < found["built"][0] / found["built"][1] < 20
    assert found["trained"][0, 1] > 3 * found["built"][1]
