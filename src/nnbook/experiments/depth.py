"""What the first weights, f, the depth, the loss and the optimizer change; and a bug that learns.
The networks of the chapters on backpropagation and on depth, trained. Each function takes seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import islice, product

import numpy as np
from numpy.typing import NDArray

from nnbook import nn, optim
from nnbook.experiments import side_by_side
from nnbook.experiments.backprop import SEEDS, network
from nnbook.experiments.network import GRID, wave
from nnbook.experiments.sgd import accuracy, batches, descend, digits
from nnbook.experiments.side_by_side import SideBySide, rights, stacked, together
from nnbook.nn.activations import Array

CURVE = GRID[:, None]  # where `fit` compares a network with the function
# Rates to choose from, four in each tenfold: of the race, the stacks, the wave.
RATES = tuple(10 ** np.arange(-0.75, 0.1, 0.25))
STACK_RATES = tuple(10 ** np.arange(-2.75, -0.4, 0.25))  # from 0.002 to 0.3
LOSSES = (nn.CrossEntropyLoss, nn.BCEWithLogitsLoss, nn.HalfSquaredLoss, nn.L1Loss)
FIT_RATES = tuple(10 ** np.arange(-1.5, -0.7, 0.25))


class Forgetful(nn.Sigmoid):
    """A sigmoid with a bug: it forgets its f′ on the way back."""

    def input_gradient(self, grad: Array) -> Array:
        return grad


def train_digits(
    model: nn.Sequential,
    lr: float,
    updates: int,
    *,
    momentum: float = 0.0,
    rng: np.random.Generator,
) -> float:
    """Train on batches of 64; the accuracy on the test digits."""
    d = digits()
    optimizer = optim.SGD(model.parameters(), lr, momentum)
    with np.errstate(over="ignore", invalid="ignore"):
        feed = islice(batches(d.x, d.y, 64, rng), updates)
        descend(model, nn.CrossEntropyLoss(), optimizer, feed)
        return accuracy(model, d.x_test, d.y_test)


@cache
def bug(seeds: tuple[int, ...] = SEEDS, *, lr: float = 0.3, updates: int = 250) -> dict[str, Array]:
    """Test accuracy (seed,) of 64-32-10 networks, with the right sigmoid and the `Forgetful`."""
    d, out, total = digits(), {}, nn.CrossEntropyLoss("sum")
    for name, f in (("right", nn.Sigmoid), ("forgetful", Forgetful)):
        rngs = [np.random.default_rng(seed) for seed in seeds]
        models = together([network((64, 32, 10), f, "Xavier", rng=rng) for rng in rngs])
        feed = stacked([batches(d.x, d.y, 64, rng) for rng in rngs])
        optimizer = optim.SGD(models.parameters(), lr)
        with np.errstate(over="ignore", invalid="ignore"):
            side_by_side.descend(models, total, optimizer, islice(feed, updates))
            out[name] = rights(models, d.x_test, d.y_test)
    return out


@cache
def any_loss_any_optimizer(
    seeds: tuple[int, ...] = SEEDS,
    *,
    updates: int = 200,
    scale: float = 1.0,
    losses: tuple[type, ...] = LOSSES,
) -> dict[str, Array]:
    """Test accuracies (seed,) of 64-32-10 networks (tanh), keyed "loss, optimizer".

    One rule for the rate: 0.1; ten times that for a loss that is a mean over the ten outputs too
    (the same as 0.1 for the sum over them, as here); a tenth of it with momentum 0.9, which adds up
    about ten gradients; all of it times `scale`.
    """
    d, out = digits(), {}
    onehot = np.eye(10, dtype=np.float32)[d.y]
    for loss in losses:
        target = d.y if loss is nn.CrossEntropyLoss else onehot
        for optimizer, momentum in (("SGD", 0.0), ("momentum", 0.9)):
            rngs = [np.random.default_rng(seed) for seed in seeds]
            models = together([network((64, 32, 10), nn.Tanh, "Xavier", rng=rng) for rng in rngs])
            feed = stacked([batches(d.x, target, 64, rng) for rng in rngs])
            update = optim.SGD(models.parameters(), scale * 0.1 * (1 - momentum), momentum)
            side_by_side.descend(models, loss("sum"), update, islice(feed, updates))
            out[f"{loss.__name__}, {optimizer}"] = rights(models, d.x_test, d.y_test)
    return out


@cache
def same_start(
    seeds: tuple[int, ...] = SEEDS, *, updates: int = 200, f: type[nn.Layer] = nn.ReLU
) -> dict[str, Array]:
    """64-32-10 networks from constant weights, 0 and 0.05, and from random ones.

    `accuracy` (3, seed) on the test digits; `rank` (3, seed) of the first weights at the end, up to
    a thousandth of the largest singular value: how many different neurons there are.
    """
    found, ranks = np.zeros((3, len(seeds))), np.zeros((3, len(seeds)), int)
    for i, seed in enumerate(seeds):
        for k, constant in enumerate((0.0, 0.05, None)):
            rng = np.random.default_rng(seed)
            model = network((64, 32, 10), f, rng=rng)
            if constant is not None:
                for p in model.parameters():
                    nn.init.constant_(p, constant if p.value.ndim == 2 else 0)
            found[k, i] = train_digits(model, 0.1, updates, rng=rng)
            values = np.linalg.svd(model.parameters()[0].value, compute_uv=False)
            ranks[k, i] = np.sum(values > 1e-3 * max(values[0], 1e-9))
    return {"accuracy": found, "rank": ranks}


def layer_sizes(
    seeds: Iterable[int],
    f: type[nn.Layer],
    first: str,
    *,
    layers: int = 10,
    width: int = 100,
    bias: bool = True,
) -> dict[str, Array]:
    """What arrives in each hidden layer before any training, on 100 digits.

    `signal` (seed, layer): root of the mean of a², forward; `gradient` (seed, layer): the length of
    ∂E/∂W, backward. In float64, so that small is not 0.
    """
    d, signal, gradient = digits(), [], []
    x, y, loss_fn = d.x[:100].astype(np.float64), d.y[:100], nn.CrossEntropyLoss()
    for seed in seeds:
        rng = np.random.default_rng(seed)
        widths = [64, *[width] * layers, 10]
        model = network(widths, f, first, bias=bias, rng=rng).to(np.float64)
        sizes, a = [], np.asarray(x)
        for part in model.layers:
            a = np.asarray(part(a))
            if isinstance(part, nn.Linear):
                sizes.append(np.sqrt(np.mean(a**2)))
        loss_fn(a, y)
        model.parameter_gradients(loss_fn.backward())
        weights = [p.grad for p in model.parameters() if p.grad.ndim == 2]
        signal.append(sizes[:-1])
        gradient.append([np.linalg.norm(g) for g in weights[:-1]])
    return {"signal": np.array(signal), "gradient": np.array(gradient)}


TRIALS = (100, 101, 102)  # seeds that choose a runner's rate, and do not race
RUNNERS = (  # of the race: f, first weights
    ("sigmoid", nn.Sigmoid, "default"),
    ("tanh", nn.Tanh, "default"),
    ("ReLU", nn.ReLU, "default"),
    ("GELU", nn.GELU, "default"),
    ("sigmoid", nn.Sigmoid, "Xavier × 4"),
    ("tanh", nn.Tanh, "Xavier"),
    ("ReLU", nn.ReLU, "He"),
    ("GELU", nn.GELU, "He"),
)


def best_rate(score: Callable[[list[float]], Array], rates: Iterable[float]) -> float:
    """The rate with the highest score, in runs that take no part afterwards."""
    tried = [*rates]
    return tried[int(np.argmax(score(tried)))]


Looks = Iterator[tuple[int, nn.Layer]]  # after each look: updates done, and the models


def train_together(
    models: list[nn.Sequential],
    rates: Iterable[float],
    rngs: list[np.random.Generator],
    *,
    updates: int,
    look: int,
    momentum: float = 0.0,
) -> Looks:
    """Train models of one shape on the digits, each at its rate and on batches of 64 of its own.

    Side by side, in one call for all of them; a look after so many updates. A run that has
    diverged stays as it is and leaves the others alone.
    """
    d, loss_fn = digits(), nn.CrossEntropyLoss()
    all_of_them = together(models)
    each = len(models) * np.array([*rates], np.float32)[:, None, None]  # the mean is over all
    optimizer = optim.SGD(all_of_them.parameters(), 1.0, momentum)
    feeds = [batches(d.x, d.y, 64, rng) for rng in rngs]
    for done in range(1, updates + 1):
        x, y = (np.stack(part) for part in zip(*map(next, feeds), strict=True))
        logits = all_of_them(x)
        loss_fn(logits.reshape(-1, 10), y.ravel())
        all_of_them.parameter_gradients(each * loss_fn.backward().reshape(logits.shape))
        optimizer.step()
        if done % look == 0:
            yield done, all_of_them


def arrivals(
    f: type[nn.Layer],
    first: str,
    rates: list[float],
    seeds: Sequence[int],
    most: int = 408,
    *,
    all_of_them: bool = True,
) -> Array:
    """Updates until 64-64-64-64-10 networks read 90 % of the validation digits; ∞ if never.

    A rate and a seed for each. Looked at after every 17 updates, one pass through the data, until
    all have arrived, or all that run at one of the rates.
    """
    d, rngs = digits(), [np.random.default_rng(seed) for seed in seeds]
    models = [network([64, 64, 64, 64, 10], f, first, rng=rng) for rng in rngs]
    found = np.full(len(models), np.inf)
    groups = np.equal.outer(np.unique(rates), rates)  # (rate, run)
    if all_of_them:
        groups = np.ones((1, len(models)), bool)
    with np.errstate(over="ignore", invalid="ignore"):
        for done, trained in train_together(models, rates, rngs, updates=most, look=17):
            there = rights(trained, d.x_val, d.y_val) >= 0.9
            found[there & np.isinf(found)] = done
            if (np.isfinite(found) | ~groups).all(axis=1).any():
                break
    return found


@cache
def race(
    seeds: tuple[int, ...] = SEEDS, *, rates: tuple[float, ...] = RATES, most: int = 408
) -> tuple[dict[str, Array], dict[str, float]]:
    """`arrivals` (seed,) of each runner at a rate of its own, and those rates.

    Keyed "f, first weights". The rate is the one at which the last of three more runs arrives
    first, the smallest if there are several; runs at the others need not go on. (One run would not
    do: near the largest rate that works, rounding decides which seed arrives.)
    """
    found, own = {}, {}
    for name, f, first in RUNNERS:

        def soon(tried: list[float], f: type[nn.Layer] = f, first: str = first) -> Array:
            lrs, more = np.repeat(tried, len(TRIALS)), [*TRIALS] * len(tried)
            there = arrivals(f, first, [*lrs], more, most, all_of_them=False)
            return np.asarray(-there.reshape(len(tried), -1).max(axis=1))

        lr = own[f"{name}, {first}"] = best_rate(soon, rates)
        found[f"{name}, {first}"] = arrivals(f, first, [lr] * len(seeds), seeds, most)
    return found, own


def stack(
    depth: int,
    first: str,
    rates: list[float],
    seeds: Sequence[int],
    updates: int = 200,
    validation: bool = False,
) -> Array:
    """Test (or validation) accuracies of so many hidden layers of 64 ReLUs; momentum 0.9.

    A rate and a seed for each.
    """
    d, rngs = digits(), [np.random.default_rng(seed) for seed in seeds]
    models = [network([64, *[64] * depth, 10], nn.ReLU, first, rng=rng) for rng in rngs]
    with np.errstate(over="ignore", invalid="ignore"):
        runs = train_together(models, rates, rngs, updates=updates, look=updates, momentum=0.9)
        _, trained = next(runs)
        part = (d.x_val, d.y_val) if validation else (d.x_test, d.y_test)
        return rights(trained, *part)


@cache
def stacks(
    seeds: tuple[int, ...] = SEEDS,
    *,
    depths: tuple[int, ...] = (0, 1, 4, 12),
    updates: int = 200,
    rates: tuple[float, ...] = STACK_RATES,
) -> tuple[dict[str, Array], dict[str, float]]:
    """Test accuracies (seed,) of `stack`s, each at a rate of its own, and those rates.

    Keyed "depth, first weights". The rate is the one with the best validation accuracy of
    one more run.
    """
    found, own = {}, {}
    for depth, first in product(depths, ("default", "He")):

        def score(tried: list[float], depth: int = depth, first: str = first) -> Array:
            return stack(depth, first, tried, [100] * len(tried), updates, validation=True)

        lr = own[f"{depth}, {first}"] = best_rate(score, rates)
        found[f"{depth}, {first}"] = stack(depth, first, [lr] * len(seeds), seeds, updates)
    return found, own


@cache
def dying(
    seeds: tuple[int, ...] = SEEDS,
    *,
    rates: tuple[float, ...] = (0.1, 0.3, 1.0, 3.0),
    updates: int = 200,
) -> dict[str, Array]:
    """Hidden ReLUs that are off for every training picture, of 64-64-64-10 from He's weights.

    `dead` (rate, seed): their share after so many updates. `stay`: the share of the first layer's
    dead that are still dead after as many updates more; NaN for none. `right` (rate, seed) on the
    validation part. The biases start at 0.
    """
    d, runs = digits(), [(rate, seed) for rate in rates for seed in seeds]
    rngs = [np.random.default_rng(seed) for _, seed in runs]
    models = [network((64, 64, 64, 10), nn.ReLU, "He", rng=rng) for rng in rngs]

    def off(model: nn.Layer) -> NDArray[np.bool_]:
        """(2, run, unit): is it off for all pictures?"""
        z, found = d.x[None], []
        for part in model.layers[:-1]:  # type: ignore[attr-defined]
            z = part(z)
            if isinstance(part, nn.ReLU):
                found.append((z <= 0).all(axis=-2))
        return np.array(found)

    with np.errstate(over="ignore", invalid="ignore"):
        each = [rate for rate, _ in runs]
        looks = train_together(models, each, rngs, updates=2 * updates, look=updates)
        _, trained = next(looks)
        dead, right = off(trained), rights(trained, d.x_val, d.y_val)
        later = off(next(looks)[1])
    with np.errstate(invalid="ignore"):
        stay = (dead & later)[0].sum(axis=-1) / dead[0].sum(axis=-1)
    found = {"dead": dead.mean(axis=(0, 2)), "stay": stay, "right": right}
    return {key: np.reshape(v, (len(rates), len(seeds))) for key, v in found.items()}


@cache
def fit(
    seeds: tuple[int, ...] = SEEDS,
    *,
    widths: tuple[int, ...] = (4, 16, 64, 256),
    updates: int = 700,
    rates: tuple[float, ...] = FIT_RATES,
) -> dict[str, Array]:
    """`wave` on [−2, 2] by one hidden layer of ReLUs: typical errors, roots of mean squares.

    `trained` (seed, width): by SGD with momentum 0.9, batches of 64 of 512 points, at the one of
    `rates` that suits the width (`rate`). `solved` (seed, width): the same first weights, and only
    the last layer found, by least squares. `built` (width,): straight lines between as many equal
    pieces, which as many ReLUs can be. `curves`: the first seed's trained functions.
    """
    x = np.linspace(-2, 2, 512, dtype=np.float32)[:, None]
    y = wave(x)
    trained, solved = np.zeros((2, len(seeds), len(widths)))
    built, rate, curves = np.zeros(len(widths)), np.zeros(len(widths)), []
    for j, width in enumerate(widths):
        knots = np.linspace(-2, 2, width + 1)
        built[j] = _off(np.interp(CURVE, knots, wave(knots)))
        for i, seed in enumerate(seeds):
            w, b = (p.value.astype(np.float64) for p in _two_layers(width, seed)[0].parameters())
            z, z_curve = (np.maximum(v @ w.T + b, 0) for v in (x, CURVE))
            solved[i, j] = _off(_least_squares(z, y, z_curve))
        runs = [(lr, seed) for lr in rates for seed in seeds]
        y_hat = _fitted(width, [lr for lr, _ in runs], [seed for _, seed in runs], updates)
        y_hat = y_hat.reshape(len(rates), len(seeds), -1, 1)
        errors = _off(y_hat)  # (rate, seed)
        best = int(np.median(errors, axis=1).argmin())
        trained[:, j], rate[j] = errors[best], rates[best]
        curves.append(y_hat[best, 0, :, 0])
    return {
        "width": np.array(widths), "trained": trained, "solved": solved, "built": built,
        "rate": rate, "curves": np.array(curves),
    }  # fmt: skip


def _off(y_hat: Array) -> Array:
    """The typical error on CURVE, a root of a mean of squares; ∞ for what has diverged."""
    errors = np.sqrt(np.mean((y_hat - wave(CURVE)) ** 2, axis=(-2, -1)))
    return np.asarray(np.nan_to_num(errors, nan=np.inf))


def _fitted(width: int, rates: Sequence[float], seeds: Sequence[int], updates: int) -> Array:
    """What trained networks say on CURVE (run, 2001, 1): a rate and a seed for each, side by side.

    Runs with the same seed see the same batches.
    """
    x = np.linspace(-2, 2, 512, dtype=np.float32)[:, None]
    y, pairs = wave(x), [_two_layers(width, seed) for seed in seeds]
    first, last = ([pair[k] for pair in pairs] for k in (0, 1))
    model = nn.Sequential(SideBySide(first), nn.ReLU(), SideBySide(last))
    optimizer, loss_fn = optim.SGD(model.parameters(), 1.0, momentum=0.9), nn.HalfSquaredLoss()
    rngs = [np.random.default_rng(seed) for seed in seeds]
    picks = np.stack([rng.integers(0, len(x), (updates, 64)) for rng in rngs], axis=1)
    each = len(seeds) * np.array(rates, np.float32)[:, None, None]  # the mean is over all
    with np.errstate(over="ignore", invalid="ignore"):
        for pick in picks:
            loss_fn(model(x[pick]), y[pick])
            model.parameter_gradients(each * loss_fn.backward())
            optimizer.step()
        return np.asarray(model(CURVE.astype(np.float32)[None]))


def _two_layers(width: int, seed: int) -> tuple[nn.Linear, nn.Linear]:
    rng = np.random.default_rng(seed)
    return nn.Linear(1, width, rng=rng), nn.Linear(width, 1, rng=rng)


def _least_squares(z: Array, y: Array, z_new: Array) -> Array:
    """The last layer's best answers to z_new: weights and bias that fit (z, y)."""
    columns = [np.hstack([v, np.ones((len(v), 1))]).astype(np.float64) for v in (z, z_new)]
    return np.asarray(columns[1] @ np.linalg.lstsq(columns[0], y, rcond=None)[0])
