"""The experiments of the chapter on batch normalization, small: they measure what they say."""

import numpy as np
import pytest

from nnbook import nn
from nnbook.experiments import batchnorm

RNG = np.random.default_rng


def test_the_three_parts_of_the_digits_share_no_picture():
    parts = batchnorm.digits()
    assert [len(x) for x, _ in parts.values()] == [1077, 360, 360]
    pictures = np.concatenate([x for x, _ in parts.values()])
    assert len(np.unique(pictures, axis=0)) == 1797


def test_a_norm_stands_behind_each_hidden_linear_layer_which_then_has_no_bias():
    model = batchnorm.network([4, 3, 3, 2], nn.ReLU, RNG(0), batchnorm.batch_norm)
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds == ["Linear", "BatchNorm1d", "ReLU"] * 2 + ["Linear"]
    assert [model[i].bias is None for i in (0, 3, 6)] == [True, True, False]
    plain = batchnorm.network([4, 3, 2], nn.ReLU, RNG(0))
    assert [type(layer).__name__ for layer in plain.layers] == ["Linear", "ReLU", "Linear"]
    assert plain[0].bias is not None


@pytest.mark.parametrize(
    ("weights", "std"),
    [
        (batchnorm.normal(0.5), 0.5),
        (batchnorm.he, np.sqrt(2 / 200)),
        (batchnorm.four_times_xavier, 4 * np.sqrt(2 / 300)),
    ],
)
def test_first_weights_have_the_size_that_they_say(weights, std):
    model = batchnorm.network([200, 100, 2], nn.ReLU, RNG(1), weights=weights)
    assert model[0].weight.value.std() == pytest.approx(std, rel=0.05)


def test_updates_learn_and_end_where_the_loss_overflows():
    x, y = batchnorm.digits()["train"]
    model = batchnorm.network([64, 16, 10], nn.ReLU, RNG(0))
    before = batchnorm.accuracy(model, x, y)
    assert list(batchnorm.updates(model, x, y, RNG(0), lr=0.1, steps=50)) == list(range(1, 51))
    assert batchnorm.accuracy(model, x, y) > before + 0.2
    with np.errstate(all="ignore"):
        done = list(batchnorm.updates(model, x, y, RNG(0), lr=1e30, steps=50))
    assert len(done) < 50


def test_accuracy_leaves_the_network_in_training_mode_and_its_statistics_alone():
    model = batchnorm.network([64, 8, 10], nn.ReLU, RNG(0), batchnorm.batch_norm)
    remembered = model[1].running_mean.copy()
    batchnorm.accuracy(model, *batchnorm.digits()["test"])
    assert model.training
    assert model[1].training
    assert np.array_equal(model[1].running_mean, remembered)


def test_shaking_is_new_at_every_step_passes_gradients_on_and_rests_in_use():
    shake, x = batchnorm.Shake(RNG(0)), RNG(1).normal(size=(6, 3))
    first, second = shake(x), shake(x)
    assert np.abs(first - second).max() > 0.1
    g = RNG(2).normal(size=(6, 3))
    assert np.allclose(shake.backward(g), g * shake.s)
    assert np.array_equal(shake.eval()(x), x)


def test_the_race_is_won_by_batch_norm_and_looks_are_where_they_say():
    found = batchnorm.speed_up([7], ["larger weights", "batch norm", "shaken batch norm"])
    norm, rival = found["batch norm"], found["larger weights"]
    assert norm["reached"][0] < rival["reached"][0]
    assert found["shaken batch norm"]["reached"][0] < rival["reached"][0]
    looks = batchnorm.LOOKS[batchnorm.LOOKS <= 300]
    assert norm["right"].shape == (1, len(looks))
    at = np.flatnonzero(looks == norm["reached"][0])[0]
    assert norm["right"][0, at] >= batchnorm.GOOD > norm["right"][0, :at].max(initial=0)
    low, middle, high = np.moveaxis(norm["spread"][0], 1, 0)
    assert np.all((low <= middle) & (middle <= high))
    assert rival["moved"][0] > 2 * norm["moved"][0]
    assert rival["bands"][0] > 2 * norm["bands"][0]


def test_a_network_of_the_race_is_the_one_that_its_updates_give_alone():
    norm, weights, steps = batchnorm.SHAKEN
    rng, right = RNG(1), []
    model = batchnorm.network([64, 64, 64, 64, 10], nn.Sigmoid, rng, norm, weights)
    part = batchnorm.digits()
    for step in batchnorm.updates(model, *part["train"], rng, lr=1.0, steps=steps):
        if step in batchnorm.LOOKS:
            right.append(batchnorm.accuracy(model, *part["test"]))
    trained, mine, spread = batchnorm.race("shaken batch norm", 1)
    assert mine == pytest.approx(right, abs=0.006)  # two pictures of 360
    a, logits = batchnorm.into_last(trained, part["test"][0])
    assert np.allclose(logits, batchnorm.in_use(model, part["test"][0]), rtol=0, atol=0.01)
    assert spread.shape == (len(mine), 3, 10)
    assert np.allclose(spread[-1, 1], np.median(a[:, :10], axis=0), rtol=0, atol=1e-4)


def test_the_middle_wanders_over_the_same_window_in_every_arm():
    small = batchnorm.speed_up([7], ["small weights"])["small weights"]
    middle = small["spread"][0, :, 1]
    assert small["moved"][0] < np.ptp(middle, axis=0).mean()  # all 700 updates
    early = middle[batchnorm.LOOKS <= batchnorm.WINDOW]
    assert small["moved"][0] == pytest.approx(np.ptp(early, axis=0).mean())


def test_updates_at_a_right_angle_make_plain_sgds_weights_longer():
    x, y = batchnorm.digits()["train"]
    rng = RNG(0)
    model = batchnorm.network([64, 16, 10], nn.ReLU, rng, batchnorm.batch_norm)
    lengths = [np.linalg.norm(model[0].weight.value, axis=1)]
    for _ in batchnorm.updates(model, x, y, rng, lr=0.5, steps=20):
        lengths.append(np.linalg.norm(model[0].weight.value, axis=1))
    assert np.all(np.diff(lengths, axis=0) > -1e-5)


def test_batch_norm_is_faster_than_the_rival_at_the_rate_that_suits_the_rival():
    def first(arm, lr):
        norm, weights, _ = batchnorm.ARMS[arm]
        rng = RNG(7)
        model = batchnorm.network([64, 64, 64, 64, 10], nn.Sigmoid, rng, norm, weights)
        part = batchnorm.digits()
        for step in batchnorm.updates(model, *part["train"], rng, lr=lr, steps=240):
            if step % 10 == 0 and batchnorm.accuracy(model, *part["validation"]) >= 0.9:
                return step
        return np.inf

    rival = min(first("larger weights", lr) for lr in (0.56, 1.0, 1.78))
    assert first("batch norm", 1.0) < rival / 2


def test_what_goes_into_the_last_sigmoids_leads_to_the_networks_logits():
    model, _, _ = batchnorm.race("batch norm", 7)
    x, _ = batchnorm.digits()["test"]
    a, logits = batchnorm.into_last(model, x)
    assert np.allclose(logits, model[-1](nn.sigmoid(a)), atol=1e-5)
    model.eval()
    assert np.allclose(logits, model(x), atol=1e-4)
    model.train()


def test_rates_are_tried_once_and_batch_norm_is_right_at_one_where_the_rival_is_not():
    norm = batchnorm.learning_rates("ReLU", "batch norm", [3])
    assert batchnorm.learning_rates("ReLU", "batch norm", (3,)) is norm
    assert norm["test"].shape == norm["validation"].shape == (len(batchnorm.RATES), 1)
    assert norm["test"].max() > 0.93
    assert norm["test"][-1] < 0.5  # at a rate of ten nothing works
