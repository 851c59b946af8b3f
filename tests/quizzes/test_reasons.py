"""What quizzes give as reasons, run: as far as a compute function does not do it already."""

import numpy as np
import pytest

from nnbook import nn, optim
from nnbook.experiments import sgd


def test_two_hidden_layers_can_be_swapped_if_each_has_as_many_inputs_as_neurons():
    """network/swapped"""
    x = np.ones((1, 4), np.float32)
    for inputs in (4, 3):
        rng = np.random.default_rng(0)
        first, second = nn.Linear(inputs, 4, rng=rng), nn.Linear(4, 4, rng=rng)
        one = nn.Sequential(first, nn.ReLU(), second, nn.ReLU())
        other = nn.Sequential(second, nn.ReLU(), first, nn.ReLU())
        if inputs == 4:
            assert not np.allclose(one(x), other(x))
        else:
            with pytest.raises(ValueError, match="shape"):
                other(x)


def test_at_a_third_of_the_rate_no_seed_gets_as_far_as_the_worst_at_the_rate():
    """training/slow-rate: and they lie far apart."""
    small, large = sgd.rate_sweep(rates=(0.03, 0.1))["val"].T
    assert small.max() < large.min()
    assert np.ptp(small) > 0.15


def test_who_pays_log_10_may_be_sure():
    """sgd/guessing: so it is said of a loss that has not moved."""
    d, rng = sgd.digits(), np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(64, 10, rng=rng))
    feed = sgd.batches(d.x, d.y, 64, rng)
    optimizer = optim.SGD(model.parameters(), 0.5)
    sgd.descend(model, nn.CrossEntropyLoss(), optimizer, (next(feed) for _ in range(300)))
    logits = 42 * model(d.x_val)
    assert abs(nn.CrossEntropyLoss()(logits, d.y_val) - np.log(10)) < 0.2
    assert np.median(nn.Softmax()(logits).max(axis=1)) > 0.999
    assert np.mean(logits.argmax(axis=1) == d.y_val) > 0.9
