"""What the first weights, f, the depth, the loss and the optimizer change; and a bug that learns.
The networks of the chapters on backpropagation and on depth, trained. Each function takes seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial
from itertools import islice, product

import numpy as np

from nnbook import nn, optim
from nnbook.experiments.backprop import SEEDS, network
from nnbook.experiments.dropout import SideBySide
from nnbook.experiments.sgd import accuracy, batches, descend, digits
from nnbook.nn.activations import Array

CURVE = np.linspace(-2, 2, 2001)[:, None]  # where `fit` compares a network with the function
# Rates to choose from, four in each tenfold: of the race, the stacks, the wave.
RATES = tuple(10 ** np.arange(-0.75, 0.1, 0.25))
STACK_RATES = tuple(10 ** np.arange(-2.25, -0.9, 0.25))
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
    out: dict[str, list[float]] = {"right": [], "forgetful": []}
    for name, f in (("right", nn.Sigmoid), ("forgetful", Forgetful)):
        for seed in seeds:
            rng = np.random.default_rng(seed)
            model = network((64, 32, 10), f, "Xavier", rng=rng)
            out[name].append(train_digits(model, lr, updates, rng=rng))
    return {name: np.array(values) for name, values in out.items()}


@cache
def any_loss_any_optimizer(
    seeds: tuple[int, ...] = SEEDS,
    *,
    updates: int = 200,
    scale: float = 1.0,
    losses: tuple[type, ...] = LOSSES,
) -> dict[str, Array]:
    """Test accuracies (seed,) of 64-32-10 networks (tanh), keyed "loss, optimizer".

    One rule for the rate: 0.1; ten times that for a loss that is a mean over the ten outputs too;
    a tenth of it with momentum 0.9, which adds up about ten gradients; all of it times `scale`.
    """
    d, out = digits(), {}
    onehot = np.eye(10, dtype=np.float32)[d.y]
    for loss in losses:
        target, rate = (d.y, 0.1) if loss is nn.CrossEntropyLoss else (onehot, 1.0)
        for optimizer, momentum in (("SGD", 0.0), ("momentum", 0.9)):
            found = []
            for seed in seeds:
                rng = np.random.default_rng(seed)
                model = network((64, 32, 10), nn.Tanh, "Xavier", rng=rng)
                update = optim.SGD(model.parameters(), scale * rate * (1 - momentum), momentum)
                descend(model, loss(), update, islice(batches(d.x, target, 64, rng), updates))
                found.append(accuracy(model, d.x_test, d.y_test))
            out[f"{loss.__name__}, {optimizer}"] = np.array(found)
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


def best_rate(score: Callable[[float], float], rates: Iterable[float]) -> float:
    """The rate with the highest score, in a run that takes no part afterwards."""
    return max(rates, key=score)


def arrival(f: type[nn.Layer], first: str, lr: float, seed: int, most: int = 408) -> float:
    """Updates until a 64-64-64-64-10 network reads 90 % of the validation digits; ∞ if never.

    Looked at after every 17 updates, one pass through the data.
    """
    d, rng = digits(), np.random.default_rng(seed)
    model = network([64, 64, 64, 64, 10], f, first, rng=rng)
    optimizer, feed = optim.SGD(model.parameters(), lr), batches(d.x, d.y, 64, rng)
    for done in range(17, most + 1, 17):
        with np.errstate(over="ignore", invalid="ignore"):
            descend(model, nn.CrossEntropyLoss(), optimizer, islice(feed, 17))
            if accuracy(model, d.x_val, d.y_val) >= 0.9:
                return done
    return np.inf


@cache
def race(
    seeds: tuple[int, ...] = SEEDS, *, rates: tuple[float, ...] = RATES, most: int = 408
) -> tuple[dict[str, Array], dict[str, float]]:
    """`arrival` (seed,) of each runner at a rate of its own, and those rates.

    Keyed "f, first weights". The rate is the one at which one more run arrives first.
    """
    found, own = {}, {}
    for name, f, first in RUNNERS:
        run = partial(arrival, f, first, most=most)
        lr = best_rate(lambda lr, run=run: -run(lr, 100), rates)  # type: ignore[misc]
        own[f"{name}, {first}"] = lr
        found[f"{name}, {first}"] = np.array([run(lr, seed) for seed in seeds])
    return found, own


def stack(
    depth: int, first: str, lr: float, seed: int, updates: int = 200, validation: bool = False
) -> float:
    """Test (or validation) accuracy of so many hidden layers of 64 ReLUs; momentum 0.9."""
    rng = np.random.default_rng(seed)
    model = network([64, *[64] * depth, 10], nn.ReLU, first, rng=rng)
    right = train_digits(model, lr, updates, momentum=0.9, rng=rng)
    d = digits()
    return accuracy(model, d.x_val, d.y_val) if validation else right


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
        run = partial(stack, depth, first, updates=updates)
        lr = best_rate(lambda lr, run=run: run(lr, 100, validation=True), rates)  # type: ignore[misc]
        own[f"{depth}, {first}"] = lr
        found[f"{depth}, {first}"] = np.array([run(lr, seed) for seed in seeds])
    return found, own


def wave(x: Array) -> Array:
    """sin 3x + 0.3 cos 11x."""
    return np.asarray(np.sin(3 * x) + 0.3 * np.cos(11 * x))


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
    y, truth = wave(x), wave(CURVE)
    trained, solved = np.zeros((2, len(seeds), len(widths)))
    built, rate, curves = np.zeros(len(widths)), np.zeros(len(widths)), []

    def off(y_hat: Array) -> Array:
        return np.asarray(np.sqrt(np.mean((y_hat - truth) ** 2, axis=(-2, -1))))

    for j, width in enumerate(widths):
        knots = np.linspace(-2, 2, width + 1)
        built[j] = off(np.interp(CURVE, knots, wave(knots)))
        pairs = [_two_layers(width, seed) for seed in seeds]
        for i, (first, _) in enumerate(pairs):
            w, b = (p.value.astype(np.float64) for p in first.parameters())
            z, z_curve = (np.maximum(v @ w.T + b, 0) for v in (x, CURVE))
            solved[i, j] = off(_least_squares(z, y, z_curve))
        model = nn.Sequential(  # a network for each rate and seed, side by side
            SideBySide([first for first, _ in pairs] * len(rates)),
            nn.ReLU(),
            SideBySide([last for _, last in pairs] * len(rates)),
        )
        optimizer = optim.SGD(model.parameters(), 1.0, momentum=0.9)
        order, loss_fn = np.random.default_rng(seeds), nn.HalfSquaredLoss()
        each = np.repeat(rates, len(seeds))[:, None, None] * len(rates) * len(seeds)
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in range(updates):
                batch = np.tile(order.integers(0, len(x), (len(seeds), 64)), (len(rates), 1))
                loss_fn(model(x[batch]), y[batch])
                model.parameter_gradients((loss_fn.backward() * each).astype(np.float32))
                optimizer.step()
            y_hat = model(CURVE.astype(np.float32)).reshape(len(rates), len(seeds), -1, 1)
            errors = np.nan_to_num(off(y_hat), nan=np.inf)  # (rate, seed)
        best = int(np.median(errors, axis=1).argmin())
        trained[:, j], rate[j] = errors[best], rates[best]
        curves.append(y_hat[best, 0, :, 0])
    return {
        "width": np.array(widths), "trained": trained, "solved": solved, "built": built,
        "rate": rate, "curves": np.array(curves),
    }  # fmt: skip


def _two_layers(width: int, seed: int) -> tuple[nn.Linear, nn.Linear]:
    rng = np.random.default_rng(seed)
    return nn.Linear(1, width, rng=rng), nn.Linear(width, 1, rng=rng)


def _least_squares(z: Array, y: Array, z_new: Array) -> Array:
    """The last layer's best answers to z_new: weights and bias that fit (z, y)."""
    columns = [np.hstack([v, np.ones((len(v), 1))]).astype(np.float64) for v in (z, z_new)]
    return np.asarray(columns[1] @ np.linalg.lstsq(columns[0], y, rcond=None)[0])
