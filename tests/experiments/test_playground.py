"""The network of the playground: the same from the same settings, and what a change keeps."""

from dataclasses import replace

import numpy as np
import pytest

from nnbook import nn
from nnbook.experiments import plane, playground
from nnbook.experiments.playground import DISK, SPIRAL, XOR, Run, Settings
from nnbook.training import Diverged


def numbers(run):
    return np.concatenate([p.value.ravel() for p in run.model.parameters()])


def advanced(settings, updates=60):
    run = Run(settings)
    run.advance(updates)
    return run


@pytest.mark.parametrize("settings", [DISK, XOR, SPIRAL], ids=lambda s: s.data)
def test_five_networks_solve_what_the_chapter_says_they_do(settings):
    assert max(playground.solved_after(settings)) < 1000


def test_points_of_ones_own_wait_until_they_are_chosen():
    own = {"own": "o0510s3020"}
    assert Settings.of(DISK.controls() | own) == DISK
    assert Settings.of(DISK.controls() | own | {"data": "own"}).own == own["own"]


def test_what_is_not_solved_is_an_error():
    with pytest.raises(ValueError, match="not solved after 100 updates"):
        playground.solved_after(replace(XOR, h1=0), 100)


@pytest.mark.parametrize("settings", [SPIRAL, replace(XOR, dropout=0.3, norm=True, batch=32)])
def test_the_same_settings_give_the_same_run_and_another_seed_another(settings):
    one, other = advanced(settings), advanced(settings)
    assert np.array_equal(numbers(one), numbers(other))
    assert not np.array_equal(numbers(one), numbers(advanced(replace(settings, seed=1))))
    in_pieces = Run(settings)
    for part in (1, 19, 40):
        in_pieces.advance(part)
    assert np.array_equal(numbers(in_pieces), numbers(one))


@pytest.mark.parametrize("other", [{"rate": 0.01}, {"batch": 32}, {"f": "gelu"}, {"dropout": 0.5}])
def test_rate_batch_f_and_dropout_keep_the_weights_and_the_order_of_the_data(other):
    run = advanced(replace(SPIRAL, norm=True))
    before, order = numbers(run), run.order.copy()
    assert run.change(replace(SPIRAL, norm=True, **other))
    assert np.array_equal(numbers(run), before)
    assert np.array_equal(run.order, order)
    run.advance(1)
    same = advanced(replace(SPIRAL, norm=True), 61)
    assert not np.array_equal(numbers(run), numbers(same))


@pytest.mark.parametrize("other", [{"h1": 7}, {"seed": 1}, {"noise": 10}, {"first": "xavier"}])
def test_all_else_takes_another_network(other):
    run = advanced(SPIRAL)
    assert not run.change(replace(SPIRAL, **other))
    assert run.settings == SPIRAL


def test_each_epoch_shows_every_example_once_whatever_the_batch():
    run = Run(replace(DISK, batch=32))
    seen = np.concatenate([run.batch()[0] for _ in range(25)])  # 8 epochs of 100
    for k in range(0, 800, 100):
        epoch = seen[k : k + 100]
        assert np.array_equal(np.sort(epoch, axis=0), np.sort(run.x, axis=0))


def test_the_state_is_that_of_the_network_in_use():
    run = advanced(replace(XOR, dropout=0.5, norm=True), 40)
    state = run.state(24, 3)
    run.model.eval()
    corner = np.tanh(run.model(np.array([[-2.0, 2.0]]))[0, 0] / 2)
    assert state["map"][0, 0] == pytest.approx(corner)
    assert state["units"].shape == (8, 8, 8)
    assert list(state["sizes"]) == [2, 8, 1]
    assert len(state["weights"]) == 2 * 8 + 8
    right = ((run.model(run.x_test) > 0) == (run.y_test > 0.5)).mean()
    assert state["losses"][3] == right


def test_zero_weights_stay_as_they_are_and_a_huge_rate_diverges():
    run = advanced(replace(XOR, first="zero"))
    assert not any(np.any(p.value) for p in list(run.model.parameters())[:-1])
    run = Run(replace(XOR, h2=8))
    run.optimizer.lr = 1e200
    with pytest.raises(Diverged), np.errstate(all="ignore"):
        run.advance(100)


def test_points_of_ones_own_are_where_their_text_says():
    x, y = plane.own_points("o0040s2020")
    assert np.allclose(x, [[-2, 2], [0, 0]])
    assert list(y) == [1, 0]
    run = advanced(replace(DISK, data="own", own="o0040s2020o4000s0000", batch=10))
    assert np.isnan(run.state(4, 1)["losses"][1])
    with pytest.raises(ValueError, match="a circle and a square"):
        Run(replace(DISK, data="own", own="o0040"))


def test_the_step_in_words_has_the_numbers_of_the_step():
    run = advanced(DISK)
    weight = run.model.layers[0].weight.value[0, 0]
    first, name, *_, last = run.explained()
    assert first.startswith("update 61: a batch of 10, loss 0.")
    assert f"its first number {weight:.6f} − 1 · " in name
    assert f"= {run.model.layers[0].weight.value[0, 0]:.6f};" in name
    assert last.startswith("loss of the same batch after the update: 0.")


def test_the_gradients_of_the_present_network_are_checked():
    run = advanced(replace(SPIRAL, norm=True, dropout=0.2))
    assert run.checked().startswith("passed: ")
    run.model.layers[0].parameter_gradients = lambda grad: None
    assert run.checked().startswith("failed: at 0.")


def test_every_activation_and_every_first_weight_has_its_choice():
    for f, layer in playground.FUNCTIONS.items():
        assert any(isinstance(one, layer) for one in Run(replace(DISK, f=f)).model.layers)
    stds = {
        first: np.std(Run(replace(DISK, h1=8, h2=8, first=first)).model.layers[2].weight.value)
        for first in ("torch", "he", "xavier", "large", "zero")
    }
    assert stds["zero"] == 0 < stds["torch"] < stds["xavier"] < stds["he"] < stds["large"]
    assert isinstance(Run(DISK).loss_fn, nn.BCEWithLogitsLoss)
