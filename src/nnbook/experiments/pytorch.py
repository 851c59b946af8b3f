"""The slides' PyTorch code put to the test: its learning rate, and a softmax where none belongs.
With the book's own network, loss, optimizer and training loops."""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import NamedTuple

import numpy as np

from nnbook import data, nn, optim, training
from nnbook.experiments import sgd
from nnbook.experiments.side_by_side import descend, rights, stacked, together
from nnbook.nn.activations import Array

SEEDS = (0, 1, 2, 3, 4)
PRODUCT = 9380 * 1e-3  # updates × rate on the slide: 10 epochs of 938 batches, lr=1e-3


class Halves(NamedTuple):
    """The digits in two parts: nothing is chosen here, so there is no part to choose with."""

    x: Array  # (1437, 64)
    x_test: Array  # (360, 64)
    y: Array
    y_test: Array


@cache
def digits(seed: int = 0) -> Halves:
    """The 1,797 digits as rows of 64 pixels, shuffled by `seed` and split 1,437 + 360."""
    images, labels = data.load_digits()
    rows, rng = images.reshape(-1, 64), np.random.default_rng(seed)
    return Halves(*data.train_test_split(rows, labels, 360, rng=rng))


def slides_run(
    parts: Halves, lr: float, *, epochs: int = 10, width: int = 512, seed: int = 0
) -> Array:
    """Test accuracy before training and after each epoch, in the slides' setting.

    Two hidden layers of ReLUs, cross-entropy, SGD, shuffled batches of 64.
    """
    rng, loss_fn = np.random.default_rng(seed), nn.CrossEntropyLoss()
    model = sgd.network((parts.x.shape[1], width, width, 10), nn.ReLU, rng=rng)
    optimizer = optim.SGD(model.parameters(), lr=lr)
    train = data.ArrayDataset(parts.x, parts.y)
    batches = data.DataLoader(train, 64, shuffle=True, rng=rng)
    test = data.DataLoader(data.ArrayDataset(parts.x_test, parts.y_test), 360)
    before = training.test_loop(test, model, loss_fn).accuracy
    history = training.fit(
        model, loss_fn, optimizer, batches, epochs, test_dataloader=test, progress=False
    )
    return np.array([before, *history.test_accuracy])


@cache
def slides_rate(
    seeds: tuple[int, ...] = SEEDS,
    rates: tuple[float, ...] = (1e-3, 0.04, 0.1),
    epochs: int = 10,
    width: int = 512,
) -> dict[str, Array]:
    """The slides' setting on the digits at several rates: `accuracy` (rate, seed, epoch).

    `updates` (epoch,), and `product` (rate, epoch), updates × rate.
    """
    d = digits()
    right = [[slides_run(d, lr, epochs=epochs, width=width, seed=s) for s in seeds] for lr in rates]
    updates = np.arange(epochs + 1) * -(-len(d.x) // 64)
    product = np.array(rates)[:, None] * updates
    return {
        "rate": np.array(rates), "accuracy": np.array(right), "updates": updates, "product": product
    }  # fmt: skip


@cache
def softmax_twice(
    seeds: tuple[int, ...] = SEEDS, *, lr: float = 0.1, updates: int = 400
) -> dict[str, Array]:
    """A 64-64-10 network with and without a softmax in front of the cross-entropy.

    For each, `accuracy` and `loss` on the test part (arm, seed), logits first.
    """
    d, loss_fn, total = digits(), nn.CrossEntropyLoss(), nn.CrossEntropyLoss("sum")
    right, losses = np.zeros((2, 2, len(seeds)))
    for arm, extra in enumerate(([], [nn.Softmax(dim=2)])):
        rngs = [np.random.default_rng(seed) for seed in seeds]
        plain = together([sgd.network((64, 64, 10), nn.ReLU, rng=rng) for rng in rngs])
        models = nn.Sequential(*plain.layers, *extra)
        feed = stacked([sgd.batches(d.x, d.y, 64, rng) for rng in rngs])
        optimizer = optim.SGD(models.parameters(), lr=lr)
        descend(models, total, optimizer, islice(feed, updates))
        right[arm] = rights(models, d.x_test, d.y_test)
        losses[arm] = [loss_fn(logits, d.y_test) for logits in models(d.x_test[None])]
    return {"accuracy": right, "loss": losses}
