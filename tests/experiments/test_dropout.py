"""The experiments of the chapter on dropout, small: they measure what they say."""

import numpy as np
import pytest

from nnbook import data, nn
from nnbook.experiments import dropout, masks
from nnbook.experiments.sgd import Split

RNG = np.random.default_rng


def test_networks_side_by_side_are_the_same_as_each_alone():
    alone = [[nn.Linear(5, 4, rng=RNG(s)), nn.Linear(4, 3, rng=RNG(s + 9))] for s in range(3)]
    both = nn.Sequential(
        dropout.SideBySide([pair[0] for pair in alone]),
        nn.ReLU(),
        dropout.SideBySide([pair[1] for pair in alone]),
    )
    x = RNG(0).normal(size=(3, 7, 5)).astype(np.float32)
    g = RNG(1).normal(size=(3, 7, 3)).astype(np.float32)
    y, back = both(x), both.backward(g)
    for s, (first, last) in enumerate(alone):
        model = nn.Sequential(first, nn.ReLU(), last)
        assert np.allclose(model(x[s]), y[s], atol=1e-6)
        assert np.allclose(model.backward(g[s]), back[s], atol=1e-6)
        for ours, theirs in zip(both.parameters(), model.parameters(), strict=True):
            assert np.allclose(ours.grad[s], theirs.grad, atol=1e-5)


def test_spoiled_labels_are_wrong_where_it_is_said_and_as_often_as_asked():
    y = RNG(0).integers(0, 10, 4000)
    spoiled, wrong = dropout.spoil(y, 0.3, RNG(1))
    assert np.array_equal(spoiled != y, wrong)
    assert wrong.mean() == pytest.approx(0.3, abs=0.03)
    assert spoiled.min() == 0
    assert spoiled.max() == 9
    assert not dropout.spoil(y, 0.0, RNG(1))[1].any()


def test_a_seed_draws_the_same_digits_and_labels_whatever_is_trained_on_them():
    split = dropout.digits()
    one, again = (dropout.draw(split, 50, 0.3, RNG(4)) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one, again, strict=True))
    x, y, wrong, y_val = one
    true = [split.y[np.flatnonzero((split.x == row).all(axis=1))[0]] for row in x]
    assert np.array_equal(wrong, y != true)
    assert 0.15 < np.mean(y_val != split.y_val) < 0.45


def test_networks_with_and_without_dropout_start_from_the_same_weights():
    plain = dropout.network((5, 4, 3), 0.0, [RNG(0), RNG(1)])
    dropped = dropout.network((5, 4, 3), 0.5, [RNG(0), RNG(1)])
    for ours, theirs in zip(plain.parameters(), dropped.parameters(), strict=True):
        assert np.array_equal(ours.value, theirs.value)
    assert [type(layer).__name__ for layer in dropped.layers[1:3]] == ["ReLU", "Dropout"]


@pytest.fixture(scope="module")
def runs():
    return {p: dropout.learn(dropout.digits(), 60, 0.3, 16, p, [7]) for p in (0.0, 0.8)}


def test_a_plain_network_learns_wrong_labels_by_heart_and_dropout_hinders_it(runs):
    plain, dropped = runs[0.0], runs[0.8]
    assert {values.shape for values in plain.values()} == {(1, len(dropout.LOOKS))}
    assert plain["by_heart"][0, -1] > 0.9 > 0.6 > dropped["by_heart"][0, -1]
    assert plain["training"][0, -1] < 0.2 < dropped["training"][0, -1]
    assert plain["validation"][0, -1] > plain["validation"][0].min() + 0.5
    assert plain["training"][0, 0] == dropped["training"][0, 0]  # before the first update


def test_stopping_looks_at_the_validation_loss_alone():
    curves = {"validation": [[3.0, 1, 2], [3, 2, 1]], "right": [[0.1, 0.2, 0.9], [0.9, 0.1, 0.4]]}
    found = dropout.stopped({name: np.array(values) for name, values in curves.items()})
    assert found["right"].tolist() == [0.2, 0.4]
    assert found["update"].tolist() == dropout.LOOKS[[1, 2]].tolist()


def test_without_wrong_labels_none_is_known_by_heart():
    run = dropout.learn(dropout.digits(), 60, 0.0, 16, 0.0, [7])
    assert np.isnan(run["by_heart"]).all()
    assert run["right"][0, -1] > 0.6


def test_runs_are_trained_once_however_the_seeds_are_given(monkeypatch):
    calls = []
    monkeypatch.setattr(dropout, "learn", lambda *args: calls.append(args) or {"right": args[-1]})
    dropout._memorizing.cache_clear()
    first = dropout.memorizing(100, 0.3, dropout.PLAIN, range(2))
    assert dropout.memorizing(100, 0.3, dropout.PLAIN, [0, 1]) is first
    assert len(calls) == 1
    dropout._memorizing.cache_clear()


def test_a_vote_of_masks_is_better_than_one_and_none_is_the_network_in_use():
    used, one, many = (dropout.vote(0.8, k, [3])[0] for k in (0, 1, 30))
    model, history = dropout.trained(0.8, 3)
    split = dropout.digits()
    assert used == np.mean(model(split.x_test).argmax(axis=1) == split.y_test)
    assert one + 0.1 < many
    assert abs(many - used) < 0.1
    assert not model.training
    assert np.all(history.test_loss < history.train_loss)  # measured in different modes


def test_the_sample_of_mnist_is_cut_into_three_parts():
    parts = dropout.mnist()
    assert isinstance(parts, Split)
    assert [len(part) for part in parts] == 2 * [500, 400, 1100]
    images, labels = data.load_mnist_sample()
    assert np.array_equal(np.concatenate(parts[:3]), images.reshape(2000, 196))
    assert np.array_equal(np.concatenate(parts[3:]), labels)


def test_the_rate_is_chosen_by_the_validation_loss_where_it_will_be_used():
    late = {"validation": np.array([[9.0, 1.0]]), "right": np.array([[0.1, 0.6]])}
    early = {"validation": np.array([[0.5, 3.0]]), "right": np.array([[0.7, 0.2]])}
    runs = {0.1: late, 0.2: early}
    assert dropout.chosen(runs)[0] == 0.1
    assert dropout.chosen(runs)[1]["right"] == [0.6]
    lr, found = dropout.chosen(runs, dropout.stopped)
    assert lr == 0.2
    assert found["right"] == [0.7]


def arms(p):
    return {lr: dropout.learn(dropout.digits(), 300, 0.3, 64, p, lr=lr) for lr in (0.018, 0.1)}


def test_most_of_what_dropout_gains_at_one_rate_is_gone_where_each_has_its_own():
    plain, half = arms(0.0), arms(0.5)
    gain = (half[0.1]["right"] - plain[0.1]["right"])[:, -1].mean()
    own = dropout.chosen(half)[1]["right"].mean() - dropout.chosen(plain)[1]["right"].mean()
    assert gain > 0.08
    assert own < gain / 2


def test_validation_labels_are_worth_more_in_training_than_as_a_reason_to_stop():
    split = dropout.digits()
    early = dropout.stopped(dropout.learn(split, 300, 0.3, 64, 0.0))
    every = dropout.learn(split, 300, 0.3, 64, 0.0, updates=660, all_labels=True)
    assert every["right"].shape == (5, 34)
    assert every["right"][:, 15].mean() > early["right"].mean() + 0.02
    assert every["right"][:, 33].mean() < early["right"].mean()  # but who says 300?
    assert every["validation"][0, 33] < early["validation"][0]  # it has learned these labels


def test_a_chosen_mask_is_the_one_that_is_used_and_otherwise_it_is_random():
    layer, x = masks.Chosen(0.75, rng=RNG(0)), np.ones((4, 5))
    layer.keeps = np.array([1, 0, 0, 1, 1])
    assert layer(x).tolist() == 4 * [[4, 0, 0, 4, 4]]
    layer.keeps = None
    assert 0 < np.mean(layer(np.ones(1000)) == 0) < 1
    assert np.array_equal(layer.eval()(x), x)


def test_all_masks_are_there_once_and_the_last_keeps_everything():
    assert np.unique(masks.MASKS, axis=0).shape == (256, 8)
    assert masks.MASKS[0].sum() == 0
    assert masks.MASKS[-1].sum() == 8
    model = masks.crowd("two")
    x = masks.PLANE[:5]
    every = masks.every_mask(model, x)
    hidden = [2 * model[1](model[0](x))]
    hidden.append(2 * model[4](model[3](hidden[0])))
    assert np.allclose(every[-1], model[6](hidden[1])[:, 0])
    only_last = 2 * model[4](model[3](0 * hidden[0])) * [0, 0, 0, 1]
    assert np.allclose(every[1], model[6](only_last)[:, 0])
    assert not model.training


def test_scores_average_exactly_with_one_hidden_layer_and_only_closely_with_two():
    score, probability = masks.gaps("one")
    assert score < 1e-13
    assert 0.03 < probability < 0.4
    score, _ = masks.gaps("two")
    assert 0.05 < score < 1.5
