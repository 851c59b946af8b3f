"""What the first weights, f, the depth, the loss and the optimizer change; and a bug that learns.
The networks of the chapter on backpropagation, trained. Each function takes seeds."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import islice, product

import numpy as np

from nnbook import nn, optim
from nnbook.experiments.backprop import SEEDS, network
from nnbook.experiments.sgd import accuracy, batches, descend, digits
from nnbook.nn.activations import Array

CURVE = np.linspace(-2, 2, 2001)[:, None]  # where `fit` compares a network with the function


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
def bug(seeds: tuple[int, ...] = SEEDS, *, updates: int = 250) -> dict[str, Array]:
    """Test accuracy (seed,) of 64-32-10 networks, with the right sigmoid and the `Forgetful`."""
    out: dict[str, list[float]] = {"right": [], "forgetful": []}
    for name, f in (("right", nn.Sigmoid), ("forgetful", Forgetful)):
        for seed in seeds:
            rng = np.random.default_rng(seed)
            model = network((64, 32, 10), f, "Xavier", rng=rng)
            out[name].append(train_digits(model, 0.3, updates, rng=rng))
    return {name: np.array(values) for name, values in out.items()}


@cache
def any_loss_any_optimizer(
    seeds: tuple[int, ...] = SEEDS, *, updates: int = 200
) -> dict[str, Array]:
    """Test accuracies (seed,) of 64-32-10 networks (tanh), keyed "loss, optimizer".

    One rule for the rate: 0.1; ten times that for a loss that is a mean over the ten outputs too;
    a tenth of it with momentum 0.9, which adds up about ten gradients.
    """
    d, out = digits(), {}
    onehot = np.eye(10, dtype=np.float32)[d.y]
    for loss in (nn.CrossEntropyLoss, nn.BCEWithLogitsLoss, nn.HalfSquaredLoss, nn.L1Loss):
        target, scale = (d.y, 1) if loss is nn.CrossEntropyLoss else (onehot, 10)
        for optimizer, momentum in (("SGD", 0.0), ("momentum", 0.9)):
            found = []
            for seed in seeds:
                rng = np.random.default_rng(seed)
                model = network((64, 32, 10), nn.Tanh, "Xavier", rng=rng)
                update = optim.SGD(model.parameters(), 0.1 * scale * (1 - momentum), momentum)
                descend(model, loss(), update, islice(batches(d.x, target, 64, rng), updates))
                found.append(accuracy(model, d.x_test, d.y_test))
            out[f"{loss.__name__}, {optimizer}"] = np.array(found)
    return out


@cache
def same_start(seeds: tuple[int, ...] = SEEDS, *, updates: int = 200) -> dict[str, Array]:
    """64-32-10 networks (ReLU) from constant weights, 0 and 0.05, and from random ones.

    `accuracy` (3, seed) on the test digits; `rank` (3, seed) of the first weights at the end, up to
    a thousandth of the largest singular value: how many different neurons there are.
    """
    found, ranks = np.zeros((3, len(seeds))), np.zeros((3, len(seeds)), int)
    for i, seed in enumerate(seeds):
        for k, constant in enumerate((0.0, 0.05, None)):
            rng = np.random.default_rng(seed)
            model = network((64, 32, 10), nn.ReLU, rng=rng)
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


@cache
def race(
    seeds: tuple[int, ...] = SEEDS, *, lr: float = 0.3, most: int = 408, hidden: int = 3
) -> dict[str, Array]:
    """Updates (seed,) until 90 % of the validation digits are right, keyed "f, first weights".

    64-64-64-64-10, looked at after every 17 updates, one pass through the data; ∞ where that takes
    more than `most`.
    """
    d, out = digits(), {}
    for name, f, first in RUNNERS:
        found = []
        for seed in seeds:
            rng = np.random.default_rng(seed)
            model = network([64, *[64] * hidden, 10], f, first, rng=rng)
            optimizer, feed = optim.SGD(model.parameters(), lr), batches(d.x, d.y, 64, rng)
            found.append(np.inf)
            for done in range(17, most + 1, 17):
                descend(model, nn.CrossEntropyLoss(), optimizer, islice(feed, 17))
                if accuracy(model, d.x_val, d.y_val) >= 0.9:
                    found[-1] = done
                    break
        out[f"{name}, {first}"] = np.array(found)
    return out


@cache
def stacks(
    seeds: tuple[int, ...] = SEEDS,
    more: tuple[int, ...] = (5, 6, 7, 8, 9),
    *,
    depths: tuple[int, ...] = (0, 1, 4, 12),
    updates: int = 200,
) -> dict[str, Array]:
    """Test accuracies (seed,) of stacks of hidden layers of 64 ReLUs, keyed "depth, first weights".

    SGD with rate 0.015 and momentum 0.9, the same for all. The deepest with He's weights gets
    `more` seeds: its runs differ most.
    """
    out = {}
    for depth, first in product(depths, ("default", "He")):
        found = []
        for seed in seeds + (more if (depth, first) == (depths[-1], "He") else ()):
            rng = np.random.default_rng(seed)
            model = network([64, *[64] * depth, 10], nn.ReLU, first, rng=rng)
            found.append(train_digits(model, 0.015, updates, momentum=0.9, rng=rng))
        out[f"{depth}, {first}"] = np.array(found)
    return out


def wave(x: Array) -> Array:
    """sin 3x + 0.3 cos 11x."""
    return np.asarray(np.sin(3 * x) + 0.3 * np.cos(11 * x))


@cache
def fit(
    seeds: tuple[int, ...] = SEEDS,
    *,
    widths: tuple[int, ...] = (4, 16, 64, 256),
    updates: int = 700,
) -> dict[str, Array]:
    """`wave` on [−2, 2] by one hidden layer of ReLUs: typical errors, roots of mean squares.

    `trained` (seed, width): by SGD with rate 0.03 and momentum 0.9, batches of 64 of 512 points.
    `built` (width,): by straight lines between as many equal pieces, which as many ReLUs can be.
    """
    x = np.linspace(-2, 2, 512, dtype=np.float32)[:, None]
    y, truth = wave(x), wave(CURVE)
    trained = np.zeros((len(seeds), len(widths)))
    built = np.zeros(len(widths))
    curves = []
    for j, width in enumerate(widths):
        knots = np.linspace(-2, 2, width + 1)
        lines = np.interp(CURVE[:, 0], knots, wave(knots))
        built[j] = np.sqrt(np.mean((lines - truth[:, 0]) ** 2))
        for i, seed in enumerate(seeds):
            rng = np.random.default_rng(seed)
            model = network((1, width, 1), nn.ReLU, rng=rng)
            optimizer = optim.SGD(model.parameters(), 0.03, momentum=0.9)
            descend(model, nn.HalfSquaredLoss(), optimizer, islice(batches(x, y, 64, rng), updates))
            y_hat = model(CURVE.astype(np.float32))
            trained[i, j] = np.sqrt(np.mean((y_hat - truth) ** 2))
            curves += [y_hat[:, 0]] if i == 0 else []
    return {
        "width": np.array(widths), "trained": trained, "built": built, "curves": np.array(curves)
    }  # fmt: skip
