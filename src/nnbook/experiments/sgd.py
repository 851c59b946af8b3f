"""Stochastic gradient descent put to the test: its noise, its rate, its settings, its peer.
On the digits, with the book's own network, loss and optimizer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice, pairwise
from typing import NamedTuple

import numpy as np

from nnbook import data, nn, optim, peers
from nnbook.experiments import side_by_side
from nnbook.experiments.side_by_side import rights, stacked, together
from nnbook.nn.activations import Array
from nnbook.nn.losses import Loss

Batch = tuple[Array, Array]
Floats = tuple[float, ...]
SEEDS = (0, 1, 2, 3, 4)
RATES = tuple(10 ** (np.arange(-12, 5) / 4))  # 0.001 to 10, four a decade
ACTIVATIONS = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "ReLU": nn.ReLU, "GELU": nn.GELU}


class Split(NamedTuple):
    """The digits in three parts: to learn from, to choose with, to report once."""

    x: Array  # (1077, 64)
    x_val: Array  # (360, 64)
    x_test: Array  # (360, 64)
    y: Array
    y_val: Array
    y_test: Array


@cache
def digits(seed: int = 0) -> Split:
    """The 1,797 digits as rows of 64 pixels, shuffled by `seed` and split 1,077 + 360 + 360."""
    rng = np.random.default_rng(seed)
    images, labels = data.load_digits()
    rows = images.reshape(-1, 64)
    rest, x_test, y_rest, y_test = data.train_test_split(rows, labels, 360, rng=rng)
    x, x_val, y, y_val = data.train_test_split(rest, y_rest, 360, rng=rng)
    return Split(x, x_val, x_test, y, y_val, y_test)


def network(
    widths: Iterable[int], f: type[nn.Layer], *, gain: float = 0.0, rng: np.random.Generator
) -> nn.Sequential:
    """Linear layers with f between them; gain × He's initialization, 0 for PyTorch's default."""
    layers: list[nn.Layer] = []
    for a, b in pairwise(widths):
        linear = nn.Linear(a, b, rng=rng)
        if gain:
            nn.init.kaiming_normal_(linear.weight, gain=gain, rng=rng)
        layers += [linear, f()]
    return nn.Sequential(*layers[:-1])


def batches(x: Array, y: Array, batch_size: int, rng: np.random.Generator) -> Iterator[Batch]:
    """Batches without end, in a new order at every epoch."""
    loader = data.DataLoader(data.ArrayDataset(x, y), batch_size, shuffle=True, rng=rng)
    while True:
        yield from loader


def descend(
    model: nn.Layer,
    loss_fn: Loss,
    optimizer: optim.SGD,
    feed: Iterable[Batch],
) -> Array:
    """Update once for each batch; return the losses before the updates."""
    losses = []
    for x, y in feed:
        losses.append(loss_fn(model(x), y))
        model.parameter_gradients(loss_fn.backward())  # step 2
        optimizer.step()  # step 3
    return np.array(losses)


def differences(
    model: nn.Layer,
    loss_fn: Loss,
    x: Array,
    y: Array,
    h: float = 1e-5,
) -> Array:
    """(E(w + h) − E(w − h)) / 2h for all weights, in one row."""
    slopes = []
    for p in model.parameters():
        for j in np.ndindex(p.value.shape):
            w = p.value[j]
            p.value[j] = w + h
            above = loss_fn(model(x), y)
            p.value[j] = w - h
            below = loss_fn(model(x), y)
            p.value[j] = w  # as it was
            slopes.append((above - below) / (2 * h))
    return np.array(slopes)


def ten_weights(f: type[nn.Layer] | None) -> nn.Sequential:
    """The slides' small network, with the book's numbers: w₁ … w₈, then f, then w₉ and w₁₀.

    f=None bends nothing.
    """
    parts = [nn.Linear(4, 2, bias=False), f() if f else None, nn.Linear(2, 1, bias=False)]
    model = nn.Sequential(*[part for part in parts if part]).to(np.float64)
    hidden, output = model.parameters()
    hidden.value[:] = [[0.5, 0.5, 1.0, 1.0], [-1.0, 0.5, 0.5, 2.0]]
    output.value[:] = [[0.5, -1.0]]
    return model


def four_two_one() -> tuple[nn.Sequential, Array, Array]:
    """That network with a ReLU, and two examples: x (2, 4), y (2, 1)."""
    x = np.array([[2, 1, -1, 0.5], [1, 2, -1, 1]])
    return ten_weights(nn.ReLU), x, np.array([[2.5], [1.0]])


def train(
    model: nn.Layer, lr: float, batch_size: int, updates: int, rng: np.random.Generator
) -> nn.Layer:
    """The model, after so many updates on the training digits; losses may overflow."""
    d = digits()
    optimizer = optim.SGD(model.parameters(), lr)
    with np.errstate(over="ignore", invalid="ignore"):
        feed = islice(batches(d.x, d.y, batch_size, rng), updates)
        descend(model, nn.CrossEntropyLoss(), optimizer, feed)
    return model


def accuracy(model: nn.Layer, x: Array, y: Array) -> float:
    """The share of rows whose largest output is the right one; NaN counts as the lowest."""
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.mean(np.argmax(np.nan_to_num(model(x), nan=-np.inf), axis=1) == y))


def templates() -> nn.Linear:
    """Ten neurons of averages: w_k the mean of class k, b_k = −½ |w_k|²."""
    d = digits()
    layer = nn.Linear(64, 10)
    for k in range(10):
        layer.weight.value[k] = d.x[d.y == k].mean(axis=0)
    assert layer.bias
    layer.bias.value[:] = -0.5 * (layer.weight.value**2).sum(axis=1)
    return layer


def ten_neurons(
    seeds: Sequence[int], *, lr: float = 0.5, batch_size: int = 64, epochs: int = 40
) -> dict[str, Array]:
    """One Linear layer trained from random weights: its cross-entropy on the training and the
    validation part and its accuracy on the latter (seed, epoch). Epoch 0 is before any update.
    """
    d, loss_fn = digits(), nn.CrossEntropyLoss()
    per_epoch = len(data.DataLoader(data.ArrayDataset(d.x, d.y), batch_size))
    found = np.zeros((3, len(seeds), epochs + 1))
    for i, seed in enumerate(seeds):
        rng = np.random.default_rng(seed)
        model = nn.Linear(64, 10, rng=rng)
        for epoch in range(epochs + 1):
            train(model, lr, batch_size, per_epoch if epoch else 0, rng)
            found[:2, i, epoch] = loss_fn(model(d.x), d.y), loss_fn(model(d.x_val), d.y_val)
            found[2, i, epoch] = accuracy(model, d.x_val, d.y_val)
    return dict(zip(("train", "val", "accuracy"), found, strict=True))


def gradients(model: nn.Layer, loss_fn: Loss, x: Array, y: Array) -> Array:
    """∂E/∂w for all weights, in one row, by backpropagation."""
    loss_fn(model(x), y)  # forward: each layer keeps its input
    model.parameter_gradients(loss_fn.backward())  # and back
    return np.concatenate([p.grad.ravel() for p in model.parameters()])


@cache
def batch_noise(
    seeds: tuple[int, ...] = SEEDS,
    sizes: tuple[int, ...] = (1, 4, 16, 64, 256, 1024),
    draws: int = 30,
) -> dict[str, Array]:
    """How far a batch's gradient is from that of all examples, in units of the latter's length.

    `noise` (seed, size): root of the mean of |g_B − g|² / |g|² over draws with replacement, of ten
    untrained neurons; `slope` (seed,): of log noise against log size.
    """
    d, noise = digits(), np.zeros((len(seeds), len(sizes)))
    for i, seed in enumerate(seeds):
        rng = np.random.default_rng(seed)
        model, loss_fn = nn.Linear(64, 10, rng=rng), nn.CrossEntropyLoss()
        full = gradients(model, loss_fn, d.x, d.y)
        for j, size in enumerate(sizes):
            picks = rng.integers(0, len(d.x), (draws, size))
            off = [gradients(model, loss_fn, d.x[k], d.y[k]) - full for k in picks]
            noise[i, j] = np.sqrt(np.mean(np.square(off).sum(axis=1)) / np.sum(full**2))
    slope = np.polyfit(np.log(sizes), np.log(noise).T, 1)[0]
    return {"size": np.array(sizes), "noise": noise, "slope": slope}


@cache
def rate_law(
    seeds: tuple[int, ...] = SEEDS, ratios: Floats = (0.995, 1.005, 1.05), steps: int = 500
) -> dict[str, Array]:
    """A squared error on both sides of the rate 2/λ, λ its largest curvature.

    One linear neuron on all training digits, "is it a zero?", rate = ratio · 2/λ: the error before
    and after (seed, ratio), and λ, the largest eigenvalue of XᵀX/N (with a column of ones for b).
    """
    d = digits()
    x, y = d.x.astype(np.float64), (d.y == 0)[:, None].astype(np.float64)
    ones = np.hstack([x, np.ones((len(x), 1))])
    curvature = np.linalg.eigvalsh(ones.T @ ones / len(x))[-1]
    before, after = np.zeros((2, len(seeds), len(ratios)))
    for i, seed in enumerate(seeds):
        for j, ratio in enumerate(ratios):
            model = nn.Linear(64, 1, rng=np.random.default_rng(seed), dtype=np.float64)
            loss_fn = nn.HalfSquaredLoss()
            optimizer = optim.SGD(model.parameters(), ratio * 2 / curvature)
            before[i, j] = descend(model, loss_fn, optimizer, [(x, y)] * steps)[0]
            after[i, j] = loss_fn(model(x), y)
    both = {"before": before, "after": after}
    return {"ratio": np.array(ratios), "curvature": np.array(curvature), **both}


def noisy_law(batch_size: int, *, ratio: float = 0.8, updates: int = 300, seed: int = 0) -> float:
    """How many times as large that neuron's error gets at the rate ratio · 2/λ, with batches."""
    d, rng = digits(), np.random.default_rng(seed)
    x, y = d.x.astype(np.float64), (d.y == 0)[:, None].astype(np.float64)
    model, loss_fn = nn.Linear(64, 1, rng=rng, dtype=np.float64), nn.HalfSquaredLoss()
    before = loss_fn(model(x), y)
    optimizer = optim.SGD(model.parameters(), ratio * 2 / float(rate_law()["curvature"]))
    descend(model, loss_fn, optimizer, islice(batches(x, y, batch_size, rng), updates))
    return loss_fn(model(x), y) / before


@cache
def rate_sweep(
    seeds: tuple[int, ...] = SEEDS, rates: Floats = RATES, updates: int = 200
) -> dict[str, Array]:
    """The same network at several rates: 64-64-64-10, ReLU, batches of 64.

    `val`, `test` (seed, rate): accuracies; `best`: the rate that is best on the validation part.
    """
    d, (val, test) = digits(), np.zeros((2, len(seeds), len(rates)))
    rngs = [np.random.default_rng(seed) for seed in seeds]
    untrained = [network((64, 64, 64, 10), nn.ReLU, rng=rng) for rng in rngs]
    feed = [*islice(stacked([batches(d.x, d.y, 64, rng) for rng in rngs]), updates)]
    for j, rate in enumerate(rates):
        models, loss_fn = together(untrained), nn.CrossEntropyLoss("sum")
        optimizer = optim.SGD(models.parameters(), rate)
        with np.errstate(over="ignore", invalid="ignore"):
            side_by_side.descend(models, loss_fn, optimizer, feed)
            val[:, j] = rights(models, d.x_val, d.y_val)
            test[:, j] = rights(models, d.x_test, d.y_test)
    best = val.mean(axis=0).argmax()
    return {"rate": np.array(rates), "val": val, "test": test, "best": np.array(best)}


@cache
def random_settings(seed: int = 0, count: int = 40, updates: int = 200) -> dict[str, Array]:
    """Settings that nobody chose: rate, width, depth, activation, batch, initialization at random.

    Rates from 1e-4 to 10 and widths from 8 to 64 are drawn evenly on a logarithmic scale, hidden
    layers from 1 to 6. `accuracy` (count,) on the validation part; `rival` (5,): ten neurons
    without a hidden layer from five starts, as many updates, at the rate 0.5.
    """
    d, rng = digits(), np.random.default_rng(seed)
    rates = 10 ** rng.uniform(-4, 1, count)
    widths = np.round(2 ** rng.uniform(3, 6, count)).astype(int)
    depths, sizes = rng.integers(1, 7, count), 2 ** rng.integers(4, 7, count)
    names, gains = rng.choice(list(ACTIVATIONS), count), rng.choice([0.0, 1.0], count)
    right, settings = [], zip(rates, widths, depths, names, sizes, gains, strict=True)
    for rate, width, depth, name, size, gain in settings:
        model = network((64, *[width] * depth, 10), ACTIVATIONS[name], gain=gain, rng=rng)
        right.append(accuracy(train(model, rate, size, updates, rng), d.x_val, d.y_val))
    starts = [train(nn.Linear(64, 10, rng=r), 0.5, 64, updates, r) for r in rng.spawn(5)]
    rival = [accuracy(model, d.x_val, d.y_val) for model in starts]
    return {
        "rate": rates, "width": widths, "depth": depths, "activation": names, "batch": sizes,
        "gain": gains, "accuracy": np.array(right), "rival": np.array(rival),
    }  # fmt: skip


def starts(seeds: Iterable[int], *, lr: float = 0.5, updates: int = 600) -> dict[str, Array]:
    """64-64-10 networks from different starts: the error `before` and `after`, and how alike the
    first weights of each and of the next then are: `cosine`; and `matched`, with the neurons of
    the one in the order that suits the other best."""
    from scipy.optimize import linear_sum_assignment  # half a second, for this alone

    d, loss_fn, rngs = digits(), nn.CrossEntropyLoss(), [np.random.default_rng(s) for s in seeds]
    models = together([network((64, 64, 10), nn.ReLU, rng=rng) for rng in rngs])
    before = [loss_fn(logits, d.y) for logits in models(d.x[None])]
    optimizer = optim.SGD(models.parameters(), lr)
    feed = islice(stacked([batches(d.x, d.y, 64, rng) for rng in rngs]), updates)
    side_by_side.descend(models, nn.CrossEntropyLoss("sum"), optimizer, feed)
    after = [loss_fn(logits, d.y) for logits in models(d.x[None])]
    rows = [w / np.linalg.norm(w) for w in models.parameters()[0].value]
    alike = [a @ b.T for a, b in pairwise(rows)]  # every neuron of the one with all of the other
    matched = [one[linear_sum_assignment(one, maximize=True)].sum() for one in alike]
    cosine = [np.trace(one) for one in alike]
    found = {"before": before, "after": after, "cosine": cosine, "matched": matched}
    return {key: np.array(values) for key, values in found.items()}


def beside_pytorch(
    updates: int = 200, *, lr: float = 0.1, momentum: float = 0.0
) -> dict[str, Array] | None:
    """The same network on the same batches, by our SGD and by PyTorch's, in float64.

    `ours`, `theirs`: the losses; `difference`: the largest of a weight. None without PyTorch.
    """
    d, rng = digits(), np.random.default_rng(0)
    model = network((64, 64, 10), nn.ReLU, rng=rng).to(np.float64)
    feed = list(islice(batches(d.x.astype(np.float64), d.y, 64, rng), updates))
    loss_fn = nn.CrossEntropyLoss()
    if (peer := peers.descend(model, loss_fn, feed, lr, momentum)) is None:
        return None
    theirs, weights = peer
    ours = descend(model, loss_fn, optim.SGD(model.parameters(), lr, momentum), feed)
    pairs = zip(model.parameters(), weights, strict=True)
    off = max(np.abs(p.value - q).max() for p, q in pairs)
    return {"ours": ours, "theirs": theirs, "difference": np.array(off)}
