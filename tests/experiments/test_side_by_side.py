"""Networks side by side learn what each learns alone."""

from itertools import islice

import numpy as np
import pytest

from nnbook import nn, optim
from nnbook.experiments import batchnorm, sgd
from nnbook.experiments.side_by_side import apart, descend, stacked, together

SEEDS = (0, 1, 2)


def networks(norm):
    rngs = [np.random.default_rng(seed) for seed in SEEDS]
    return [batchnorm.network([64, 12, 10], nn.ReLU, rng, norm) for rng in rngs]


def feeds():
    d = sgd.digits()
    return [sgd.batches(d.x, d.y, 64, np.random.default_rng([1, seed])) for seed in SEEDS]


def summed(models):
    return nn.CrossEntropyLoss("sum"), optim.SGD(models.parameters(), 0.1, 0.9)


def alone(model, feed, lr, updates, *, until_overflow=False):
    """As the library does it; the model, and after how many updates it stopped."""
    loss_fn, optimizer = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr, 0.9)
    for done in range(updates):
        x, y = next(feed)
        if not np.isfinite(loss_fn(model(x), y)) and until_overflow:
            return model, done
        model.parameter_gradients(loss_fn.backward())
        optimizer.step()
    return model, updates


def dropout(n, rng):
    return nn.Dropout(0.5, rng=rng)


NORMS = [None, batchnorm.batch_norm, batchnorm.shaken_batch_norm, dropout]


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("trained", [True, False])
def test_they_give_what_each_gives_alone(norm, trained):
    both = together(networks(norm))
    descend(both, *summed(both), islice(stacked(feeds()), 40))
    one_by_one = [alone(*pair, 0.1, 40)[0] for pair in zip(networks(norm), feeds(), strict=True)]
    x = sgd.digits().x_test
    y = both.train(trained)(np.stack([x] * len(SEEDS)))
    for logits, model in zip(y, one_by_one, strict=True):
        assert np.allclose(logits, model.train(trained)(x), rtol=0, atol=1e-4)


@pytest.mark.parametrize("norm", NORMS)
def test_apart_again_each_has_its_own_numbers(norm):
    each, x = networks(norm), sgd.digits().x_test
    both = together(each)
    descend(both, *summed(both), islice(stacked(feeds()), 5))
    apart(both, each)
    said = both.eval()(np.stack([x] * len(SEEDS)))
    for logits, model in zip(said, each, strict=True):
        assert np.allclose(logits, model.eval()(x), rtol=0, atol=1e-5)
    assert not np.allclose(said[0], said[1], atol=0.1)


@pytest.mark.parametrize("loss", [nn.HalfSquaredLoss, nn.BCEWithLogitsLoss])
def test_targets_of_one_number_teach_each_what_they_teach_it_alone(loss):
    def made():
        rngs = [np.random.default_rng(seed) for seed in SEEDS]
        return [sgd.network([64, 12, 1], nn.Tanh, rng=rng) for rng in rngs]

    def zeros(feed):
        return ((x, (y == 0)[:, None].astype(np.float32)) for x, y in islice(feed, 40))

    both, x = together(made()), sgd.digits().x_test
    optimizer = optim.SGD(both.parameters(), 0.1, 0.9)
    descend(both, loss("sum"), optimizer, stacked(map(zeros, feeds())))
    for said, model, feed in zip(both(x[None]), made(), feeds(), strict=True):
        sgd.descend(model, loss(), optim.SGD(model.parameters(), 0.1, 0.9), zeros(feed))
        assert np.allclose(said, model(x), rtol=0, atol=1e-4)


def test_a_loss_that_is_a_mean_over_all_networks_is_refused():
    both = together(networks(None))
    with pytest.raises(ValueError, match=r"mean over all networks: give it reduction=\"sum\""):
        descend(both, nn.CrossEntropyLoss(), optim.SGD(both.parameters(), 0.1), feeds())


def broken(feed, at):
    """The feed, with a pixel of ∞ in one batch."""
    for k, (x, y) in enumerate(feed):
        yield (np.where(np.arange(64) == 9, np.float32(np.inf), x) if k == at else x), y


@pytest.mark.parametrize("norm", [None, batchnorm.batch_norm])
def test_one_that_overflows_stays_as_it_is_and_the_others_go_on(norm):
    def given():
        return [broken(feed, at) for feed, at in zip(feeds(), (5, 12, 99), strict=True)]

    both = together(networks(norm))
    with np.errstate(all="ignore"):
        descend(both, *summed(both), islice(stacked(given()), 20), until_overflow=True)
        ends = [
            alone(*pair, 0.1, 20, until_overflow=True)
            for pair in zip(networks(norm), given(), strict=True)
        ]
    assert [done for _, done in ends] == [5, 12, 20]
    for k, (model, _) in enumerate(ends):
        numbers = [array.reshape(len(SEEDS), -1)[k] for array in both.state_dict().values()]
        for mine, own in zip(numbers, model.state_dict().values(), strict=True):
            assert np.allclose(mine, own.ravel(), rtol=0, atol=1e-4, equal_nan=True)
