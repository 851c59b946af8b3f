"""Records of how numbers were computed: their gradients, by two other ways."""

import numpy as np
import pytest

from nnbook import nn
from nnbook.exercises.kit import recorded
from nnbook.experiments.sgd import ten_weights


@pytest.mark.parametrize("seed", range(20))
def test_backward_gives_what_central_differences_measure(seed):
    record = recorded.tangled(np.random.default_rng(seed), 4, 14)
    np.testing.assert_allclose(
        recorded.backward(*record.args()), record.measured(), rtol=1e-4, atol=1e-6
    )


def test_the_ten_gradients_of_the_4_2_1_network_are_the_librarys():
    record, model, loss_fn = recorded.four_two_one(), ten_weights(nn.Tanh), nn.HalfSquaredLoss()
    loss = loss_fn(model(np.array([[2.0, 1.0, -1.0, 0.5]])), np.array([[2.5]]))
    model.backward(loss_fn.backward())
    ten = np.concatenate([p.grad.ravel() for p in model.parameters()])
    assert np.isclose(record.values[-1], loss)
    np.testing.assert_allclose(recorded.backward(*record.args())[4:14], ten)


def test_a_tangle_has_values_used_twice_and_ways_of_several_lengths():
    """Otherwise a wrong order would pass."""
    record = recorded.tangled(np.random.default_rng(0), 4, 14)
    used = [i for inputs in record.inputs for i in inputs]
    assert len(set(used)) < len(used)
    assert len(recorded.chain()[0]) == 5001
