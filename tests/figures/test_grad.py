"""What is in .grad, and who switches what: asked of PyTorch, as the figure says it."""

import numpy as np
import pytest

from nnbook import nn, peers
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
