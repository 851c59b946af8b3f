"""What is in .grad, and who switches what: asked of PyTorch, as the figure says it."""

import numpy as np
import pytest

from nnbook import nn, peers
from nnbook.figures import Grad
from nnbook.figures.grad import compute

pytestmark = pytest.mark.skipif(not peers.available(), reason="PyTorch is not installed here")


def test_backward_adds_zero_grad_empties_and_eval_changes_nothing_about_that():
    grads = compute.observed("eval graph").grads
    never, each, second = (np.array(grads[zero][1:], float) for zero in compute.EVERY)
    assert {column[0] for column in grads.values()} == {None}
    np.testing.assert_allclose(never, never[0] * np.arange(1, 9), atol=1e-5)
    np.testing.assert_allclose(each, never[0])
    np.testing.assert_allclose(second, never[0] * np.array([1, 2] * 4), atol=1e-5)


def test_the_first_gradient_is_that_of_the_books_own_library():
    model, loss_fn = compute.network().eval(), nn.HalfSquaredLoss()
    loss_fn(model(compute.X), compute.X / 2)
    model.parameter_gradients(loss_fn.backward())
    ours = model.parameters()[-2].grad.item()
    assert compute.observed("eval graph").grads["never"][1] == pytest.approx(ours, abs=1e-6)


def test_in_training_mode_each_call_draws_another_mask():
    grads = compute.observed("train graph").grads
    assert len(set(grads["each"][1:])) > 4
    np.testing.assert_allclose(
        np.diff(np.array(grads["never"][1:], float)), grads["each"][2:], atol=1e-5
    )


def test_the_lamps_are_wired_to_one_switch_each():
    lamps = {key: compute.observed(key).lamps for key in compute.KEYS}
    assert lamps == {
        "train graph": [True, True, True],
        "train no_grad": [True, True, False],
        "eval graph": [False, False, True],
        "eval no_grad": [False, False, False],
    }


def test_without_a_graph_there_is_no_gradient_and_pytorch_says_why():
    for key in ("train no_grad", "eval no_grad"):
        seen = compute.observed(key)
        assert set(seen.grads["never"]) == {None}
        assert "does not require grad" in seen.error
        assert seen.made == "None"
    assert compute.observed("eval graph").error == ""


def test_before_any_call_python_has_said_nothing():
    for settings in ({"no_grad": True}, {"no_grad": True, "mode": "train"}, {}):
        none, one = (Grad(**settings, calls=calls).still() for calls in (0, 1))
        assert none.out["error"] == "nothing"
        assert "RuntimeError" not in none.say + none.picture
        assert ("RuntimeError" in one.say) == ("no_grad" in settings)
    assert "no graph is recorded" in Grad(no_grad=True, calls=0).still().say


def test_two_small_batches_are_a_large_one_unless_batch_norm_looks_at_each():
    off = {}
    for norm in (False, True):
        layers = [nn.Linear(1, 4, rng=np.random.default_rng(0)), nn.ReLU(), nn.Linear(4, 1)]
        model = nn.Sequential(*([nn.BatchNorm1d(1)] if norm else []), *layers).to(np.float64)
        found = []
        for parts in ([slice(0, 8)], [slice(0, 4), slice(4, 8)]):
            total = 0.0
            for part in parts:
                (loss_fn := nn.HalfSquaredLoss())(model(compute.X[part]), compute.X[part] / 2)
                model.parameter_gradients(loss_fn.backward() / len(parts))
                total = total + layers[0].weight.grad
            found.append(total)
        off[norm] = np.abs(found[1] - found[0]).max()
    assert off[False] < 1e-12 < 0.01 < off[True]
