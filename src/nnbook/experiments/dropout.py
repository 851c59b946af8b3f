"""Learning or memorizing, and what dropout does about it: claim C14, against a rival that stops
early, that has all labels, or a rate of its own.
Wrong labels are the probe: nobody can learn them, so whoever gives them knows them by heart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnbook import data, nn, optim, training
from nnbook.experiments.sgd import Split, digits
from nnbook.experiments.side_by_side import SideBySide
from nnbook.nn.activations import Array

Seeds = Sequence[int]
Runs = dict[str, Array]  # each (seeds, looks)
SEEDS = tuple(range(5))
BATCH, EVERY, UPDATES = 50, 20, 300
LOOKS = np.arange(0, UPDATES + 1, EVERY)  # after so many updates
RATES = 10 ** np.arange(-2.25, -0.9, 0.25)  # 0.006 to 0.1, four in each tenfold
SIZES, NOISES = (100, 300), (0.0, 0.3)  # training pictures; share of wrong labels
PLAIN = "64 neurons"
NETWORKS = {  # hidden neurons, share dropped
    "16 neurons": (16, 0.0),
    PLAIN: (64, 0.0),
    "64, dropout 0.2": (64, 0.2),
    "64, dropout 0.5": (64, 0.5),
    "64, dropout 0.8": (64, 0.8),
}


def network(
    sizes: tuple[int, int, int], p: float, rngs: Sequence[np.random.Generator]
) -> nn.Sequential:
    """One hidden layer of ReLUs, with dropout behind it if p > 0; a network for each generator."""
    n_in, width, n_out = sizes
    first = SideBySide([nn.Linear(n_in, width, rng=rng) for rng in rngs])
    last = SideBySide([nn.Linear(width, n_out, rng=rng) for rng in rngs])
    masks = np.random.default_rng(rngs[0].integers(2**32))
    return nn.Sequential(first, nn.ReLU(), *([nn.Dropout(p, rng=masks)] if p else []), last)


def spoil(
    y: NDArray[Any], noise: float, rng: np.random.Generator
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Labels of which a share `noise` is wrong, and which ones are."""
    wrong = rng.random(len(y)) < noise
    shift = rng.integers(1, 10, len(y))
    return np.where(wrong, (y + shift) % 10, y), wrong


def draw(split: Split, n: int, noise: float, rng: np.random.Generator) -> tuple[NDArray[Any], ...]:
    """n training pictures, their labels, which of these are wrong, and labels for validation.

    Validation labels are as often wrong: whoever has bad labels has them there too.
    """
    chosen = rng.permutation(len(split.x))[:n]
    y, wrong = spoil(split.y[chosen], noise, rng)
    return split.x[chosen], y, wrong, spoil(split.y_val, noise, rng)[0]


def learn(
    split: Split,
    n: int,
    noise: float,
    width: int,
    p: float,
    seeds: Seeds = SEEDS,
    *,
    lr: float = 0.1,
    updates: int = UPDATES,
    all_labels: bool = False,
) -> Runs:
    """Train on n pictures, or with `all_labels` on those of the
    validation part too. Measured in evaluation mode, at LOOKS:
    `training` and `validation`, the losses; `right`, the share of test
    pictures (true labels) that is right; `by_heart`, the share of the
    wrong labels that is given.

    For every p a seed has the same pictures, labels, first weights
    and batches, so that runs can be compared in pairs.
    """
    rngs = [np.random.default_rng(seed) for seed in seeds]
    drawn = [draw(split, n, noise, rng) for rng in rngs]
    x, y, wrong, y_val = (np.stack(v) for v in zip(*drawn, strict=True))
    if all_labels:
        x = np.stack([np.concatenate([mine, split.x_val]) for mine in x])
        y = np.concatenate([y, y_val], axis=1)
        wrong = np.concatenate([wrong, y_val != split.y_val], axis=1)
    model = network((x.shape[2], width, 10), p, rngs)
    loss_fn, looks = nn.CrossEntropyLoss(), []
    optimizer = optim.SGD(model.parameters(), lr, momentum=0.9)
    order = np.random.default_rng(seeds)
    for step in range(updates + 1):
        if step % EVERY == 0:
            looks.append(look(model, split, x, y, wrong, y_val))
        i = order.integers(0, x.shape[1], BATCH)
        loss_fn(model(x[:, i]).reshape(-1, 10), y[:, i].reshape(-1))
        grad = loss_fn.backward().reshape(len(seeds), BATCH, 10)
        model.parameter_gradients(grad * len(seeds))  # a mean for each
        optimizer.step()
    names = ("training", "validation", "right", "by_heart")
    return dict(zip(names, np.transpose(looks, (1, 2, 0)), strict=True))


def look(
    model: nn.Layer, split: Split, x: Array, y: Array, wrong: NDArray[Any], y_val: Array
) -> list[list[float]]:
    """The four numbers of `learn` for each network, in evaluation mode."""
    loss_fn, seeds = nn.CrossEntropyLoss(), range(len(x))
    model.eval()
    mine, val, test = (model(part) for part in (x, split.x_val[None], split.x_test[None]))
    model.train()
    heart = wrong & (mine.argmax(axis=2) == y)
    with np.errstate(invalid="ignore"):  # 0/0 where no label is wrong
        return [
            [loss_fn(mine[s], y[s]) for s in seeds],
            [loss_fn(val[s], y_val[s]) for s in seeds],
            np.mean(test.argmax(axis=2) == split.y_test, axis=1),
            heart.sum(axis=1) / wrong.sum(axis=1),
        ]


def memorizing(n: int, noise: float, name: str, seeds: Seeds = SEEDS) -> Runs:
    """`learn` on the digits, for one of NETWORKS; each is trained once in a process."""
    return _memorizing(n, noise, name, tuple(seeds))


@cache
def _memorizing(n: int, noise: float, name: str, seeds: tuple[int, ...]) -> Runs:
    return learn(digits(), n, noise, *NETWORKS[name], seeds)


def stopped(runs: Runs) -> Runs:
    """The same numbers, (seeds,), at each seed's own look with the
    lowest validation loss; `update`, how many updates that took."""
    best = runs["validation"].argmin(axis=1)
    seeds = np.arange(len(best))
    found = {name: v[seeds, best] for name, v in runs.items()}
    return found | {"update": LOOKS[best]}


def ended(runs: Runs) -> Runs:
    """The same numbers, (seeds,), after the last update."""
    return {name: v[:, -1] for name, v in runs.items()}


# C14 with a fair rival: each network at the rate that its validation loss chooses.


def mnist() -> Split:
    """500, 400 and 1,100 pictures of the sample of MNIST."""
    images, labels = data.load_mnist_sample()
    x = images.reshape(len(images), -1)
    return Split(*np.split(x, [500, 900]), *np.split(labels, [500, 900]))


@cache
def at_rates(p: float) -> dict[float, Runs]:
    """`learn` at each of RATES: 64 neurons, 300 digits, three labels in ten wrong."""
    return {float(lr): learn(digits(), 300, 0.3, 64, p, lr=lr) for lr in RATES}


@cache
def at_rates_on_mnist(p: float) -> dict[float, Runs]:
    """`learn` at RATES from 0.02: 64 neurons, 500 pictures of `mnist`, all labels right."""
    return {float(lr): learn(mnist(), 500, 0.0, 64, p, lr=lr) for lr in RATES[2:]}


def chosen(runs: dict[float, Runs], when: Callable[[Runs], Runs] = ended) -> tuple[float, Runs]:
    """The rate with the lowest validation loss in the mean, and
    the numbers there: at the end, or where each seed is `stopped`."""
    losses = {lr: when(run)["validation"].mean() for lr, run in runs.items()}
    lr = min(losses, key=losses.__getitem__)
    return lr, when(runs[lr])


# Along the way: the usual loop, eval() forgotten, and a vote of many masks.


@cache
def trained(
    p: float, seed: int, layer: type[nn.Dropout] = nn.Dropout
) -> tuple[nn.Sequential, training.History]:
    """One network 64 → 64 → 10 with dropout p, not to be changed, after 40 epochs on 300 digits
    with right labels; and its record, where the validation part stands for `test`."""
    rng, split = np.random.default_rng(seed), digits()
    chosen = rng.permutation(len(split.x))[:300]
    model = nn.Sequential(
        nn.Linear(64, 64, rng=rng),
        nn.ReLU(),
        layer(p, rng=rng),
        nn.Linear(64, 10, rng=rng),
    )
    seen = data.ArrayDataset(split.x[chosen], split.y[chosen])
    held_out = data.ArrayDataset(split.x_val, split.y_val)
    history = training.fit(
        model,
        nn.CrossEntropyLoss(),
        optim.SGD(model.parameters(), lr=0.1, momentum=0.9),
        data.DataLoader(seen, BATCH, shuffle=True, rng=rng),
        epochs=40,
        test_dataloader=data.DataLoader(held_out, 360),
        progress=False,
    )
    return model, history


def vote(p: float, masks: int, seeds: Seeds = SEEDS) -> Array:
    """(seeds,): the share of test pictures right by the mean of the probabilities that so many
    random masks give; with 0 masks, that of the network in use."""
    split, softmax, right = digits(), nn.Softmax(), []
    for seed in seeds:
        model = deepcopy(trained(p, seed)[0]).train(masks > 0)
        answers = [softmax(model(split.x_test)) for _ in range(max(1, masks))]
        right.append(np.mean(np.mean(answers, axis=0).argmax(axis=1) == split.y_test))
    return np.array(right)
