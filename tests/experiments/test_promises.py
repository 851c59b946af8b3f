"""The promises of batch normalization, small: the experiments measure what they say."""

from copy import deepcopy

import numpy as np
import pytest

from nnbook import nn
from nnbook.experiments import batchnorm, promises

RNG = np.random.default_rng


def test_regularization_uses_n_pictures_and_stops_where_validation_is_best():
    rng = RNG(0)
    labels = rng.integers(0, 10, 1600)
    images = rng.normal(size=(1600, 5)) + 3 * (labels[:, None] % 5 == np.arange(5))
    found = promises.regularization(images.astype(np.float32), labels, 60, 0.5, [0])
    for run in found.values():
        assert run["train"].shape == (1, 12)
        best = run["validation"][0].argmin()
        assert run["stopped"][0] == run["test"][0, best]
        assert 0.1 < run["right"][0] < 0.7  # five of ten classes can be told apart, by half
    assert found["batch norm"]["train"][0, -1] < found["batch norm"]["train"][0, 0]


def test_networks_that_memorize_side_by_side_have_the_losses_of_each_alone():
    labels, seeds, loss_fn = RNG(0).integers(0, 10, 1460), [3, 4], nn.CrossEntropyLoss()
    images = RNG(1).normal(size=(1460, 5)).astype(np.float32)
    found = promises.regularization(images, labels, 60, 0.5, seeds)
    order = RNG(0).permutation(1460)
    parts = {"train": order[:60], "validation": order[60:460], "test": order[460:]}
    x, y = images[parts["train"]], labels[parts["train"]]
    for arm, (norm, weights, steps) in promises.LEARNERS.items():
        for k, seed in enumerate(seeds):
            rng, losses, right = RNG(seed), [], []
            model = batchnorm.network([5, 64, 64, 10], nn.ReLU, rng, norm, weights)
            for step in batchnorm.updates(model, x, y, rng, lr=0.3, steps=steps, batch=40):
                if step % (steps // 12) == 0:
                    said = [(batchnorm.in_use(model, images[i]), labels[i]) for i in parts.values()]
                    losses.append([loss_fn(*pair) for pair in said])
                    right.append(np.mean(said[-1][0].argmax(axis=1) == said[-1][1]))
            mine = np.transpose([found[arm][part][k] for part in parts])
            assert np.allclose(mine, losses, rtol=1e-3, atol=0)
            assert found[arm]["right"][k] == pytest.approx(right[mine[:, 1].argmin()], abs=2e-3)


@pytest.mark.parametrize("norm", [False, True])
def test_networks_that_saturate_side_by_side_end_as_each_alone(norm):
    weights, seeds, (x, y) = batchnorm.normal(3.0), [3, 4], batchnorm.digits()["train"]
    found = promises.saturation(weights, norm, seeds, steps=20)
    layer = batchnorm.batch_norm if norm else None
    for k, seed in enumerate(seeds):
        rng, loss_fn, beyond = RNG(seed), nn.CrossEntropyLoss(), []
        model = batchnorm.network([64, *[50] * 5, 10], nn.Sigmoid, rng, layer, weights)
        loss_fn(model(x[:80]), y[:80])
        model.parameter_gradients(loss_fn.backward())
        first, *_, last, _ = (np.abs(f.weight.grad).mean() for f in model if type(f) is nn.Linear)
        assert found["gradient"][k] == pytest.approx(first / last, rel=1e-4)
        for steps in (0, 20):
            for _ in batchnorm.updates(model, x, y, rng, lr=0.3, steps=steps):
                pass
            below = nn.Sequential(*model.layers[:-2])
            beyond.append(np.mean(np.abs(below(x[:80])) > 4))
        assert found["saturated"][k] == pytest.approx(beyond, abs=1e-3)
        assert found["right"][k] == batchnorm.accuracy(model, *batchnorm.digits()["test"])


def test_large_weights_saturate_small_ones_do_not_and_batch_norm_never():
    large = promises.saturation(batchnorm.normal(3.0), False, [0], steps=3)
    small = promises.saturation(batchnorm.normal(0.1), False, [0], steps=3)
    norm = promises.saturation(batchnorm.normal(3.0), True, [0], steps=3)
    assert large["saturated"].shape == (1, 2)
    assert large["saturated"][0, 0] > 0.5
    assert small["saturated"].max() == norm["saturated"][0, 0] == 0
    assert small["gradient"][0] < 0.01 < norm["gradient"][0]


def test_weights_that_suit_a_sigmoid_let_some_of_the_gradient_through():
    rival = promises.saturation(batchnorm.four_times_xavier, False, [0], steps=3)
    assert 0.03 < rival["gradient"][0] < 0.3
    assert rival["saturated"].max() < 0.3


def test_a_change_below_is_measured_without_changing_the_network_that_is_kept():
    before = batchnorm.race("batch norm", 7)[0][0].weight.value.copy()
    found = promises.impact([7])["batch norm"]
    assert np.array_equal(before, batchnorm.race("batch norm", 7)[0][0].weight.value)
    assert 0.005 < found["raw"][0] < 0.3
    assert 0 <= found["flipped"][0] < 0.1
    assert found["in_use"][0] > 1.3 * found["raw"][0]  # what it remembers no longer fits


@pytest.mark.parametrize("trained", [True, False])
def test_networks_side_by_side_are_changed_as_each_alone(trained):
    seeds, x = [7, 8], batchnorm.digits()["test"][0]
    found = promises.impact(seeds, trained, directions=2)["batch norm"]
    norm, weights, _ = batchnorm.ARMS["batch norm"]
    for k, seed in enumerate(seeds):
        rng, moves = RNG(seed), []
        model = batchnorm.network([64, 64, 64, 64, 10], nn.Sigmoid, rng, norm, weights)
        if trained:
            model, rng = deepcopy(batchnorm.race("batch norm", seed)[0]), RNG(seed)
        before, used = model(x), batchnorm.in_use(model, x)
        w, first = model[0].weight.value, model[0].weight.value.copy()
        remembered = model.state_dict()
        for _ in range(2):
            change = rng.normal(size=w.shape)
            model.load_state_dict(remembered)
            w[:] = first + 0.1 * np.linalg.norm(first) / np.linalg.norm(change) * change
            now, after = batchnorm.in_use(model, x), model(x)
            raw = np.linalg.norm(after - before) / np.linalg.norm(before)
            off = after - before - np.mean(after - before, axis=0)
            centered = np.linalg.norm(off) / np.linalg.norm(before - before.mean(axis=0))
            flipped = np.mean(after.argmax(axis=1) != before.argmax(axis=1))
            shifted = np.linalg.norm(now - used) / np.linalg.norm(used)
            anew = np.mean(now.argmax(axis=1) != used.argmax(axis=1))
            moves.append([raw, centered, flipped, shifted, anew])
        mine = [values[k] for values in found.values()]
        assert mine == pytest.approx(np.mean(moves, axis=0)[: len(mine)], rel=1e-3, abs=3e-3)


def test_in_use_batch_norm_shields_no_more_than_larger_weights_do():
    found = promises.impact([7, 8])
    assert found["batch norm"]["in_use"].mean() > found["larger weights"]["in_use"].mean()


def test_answers_flip_less_with_batch_norm_in_training_mode_than_in_use():
    """In the mean of thirty directions; of one, 3 pictures of 360 against 1."""
    found = {arm: {k: v.mean() for k, v in f.items()} for arm, f in promises.impact([7, 8]).items()}
    norm, rival, small = (found[k] for k in ("batch norm", "larger weights", "small weights"))
    assert 1.5 * norm["flipped"] < min(rival["flipped"], small["flipped"])
    assert norm["flipped_in_use"] > 0.7 * small["flipped_in_use"]
    assert set(promises.impact([7], trained=False)["batch norm"]) == {"raw", "centered", "flipped"}


def test_a_forgotten_eval_is_worst_where_a_batch_is_of_one_class():
    mixed = promises.forgotten_eval(30, seeds=[7])
    sorted_ = promises.forgotten_eval(30, by_class=True, seeds=[7])
    assert mixed["before"] == sorted_["before"]
    assert sorted_["right"][0] < 0.5 < 0.9 < mixed["right"][0]


def test_gradients_grow_with_batch_norm_and_hold_with_he_alone():
    assert promises.growth(None, 12, [0])[0] == pytest.approx(1, abs=0.1)
    assert promises.growth(batchnorm.batch_norm, 12, [0])[0] > 1.1
    for f in (nn.Tanh, nn.Sigmoid):  # less, but it grows
        assert 1 < promises.growth(batchnorm.batch_norm, 30, [0], f)[0] < 1.12
