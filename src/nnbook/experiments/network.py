"""The network put to the test: what its sums of bent lines can be made to do, without training and
with it, in one dimension and in many. Functions of seeds return arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import islice, product

import numpy as np
from numpy.typing import ArrayLike

from nnbook import nn, optim, peers
from nnbook.experiments import side_by_side
from nnbook.experiments.sgd import batches, descend, digits
from nnbook.experiments.side_by_side import stacked, together
from nnbook.nn.activations import Array

Function = Callable[[Array], Array]

SEEDS = (0, 1, 2, 3, 4)
LOW, HIGH = -2.0, 2.0  # the interval on which a function is approximated
GRID = np.linspace(LOW, HIGH, 2001)


def wave(x: Array) -> Array:
    """sin 3x + 0.3 cos 11x."""
    return np.asarray(np.sin(3 * x) + 0.3 * np.cos(11 * x))


def wave_bend(x: Array) -> Array:
    """Its second derivative."""
    return np.asarray(-9 * np.sin(3 * x) - 36.3 * np.cos(11 * x))


def step(x: Array) -> Array:
    """−1 up to x = 0.3, 1 behind it."""
    return np.where(np.asarray(x) <= 0.3, -1.0, 1.0)


def through(knots: ArrayLike, heights: ArrayLike) -> nn.Sequential:
    """One hidden layer of ReLUs: straight from point to point."""
    x, y = np.asarray(knots, float), np.asarray(heights, float)
    slopes = np.diff(y) / np.diff(x)
    model = one_hidden_layer(len(slopes), nn.ReLU())
    w, b, v, c = (p.value for p in model.parameters())
    w[:], b[:] = 1, -x[:-1]  # ReLU k is on right of knot k,
    v[:] = np.diff(slopes, prepend=0)  # and bends the line there
    c[:] = y[0]
    return model


def staircase(knots: ArrayLike, heights: ArrayLike) -> nn.Sequential:
    """One hidden layer of sigmoids: a soft step between two points."""
    x, y = np.asarray(knots, float), np.asarray(heights, float)
    steep = 8 / np.diff(x)  # from 2 % to 98 % of the step
    model = one_hidden_layer(len(steep), nn.Sigmoid())
    w, b, v, c = (p.value for p in model.parameters())
    w[:, 0], b[:] = steep, -steep * (x[:-1] + x[1:]) / 2
    v[:], c[:] = np.diff(y), y[0]
    return model


class Square(nn.Layer):
    """y = x²."""

    def forward(self, x: Array) -> Array:
        self.x = x
        return x**2

    def input_gradient(self, grad: Array) -> Array:
        return grad * 2 * self.x


def squares(f: Function, width: int, seed: int = 0) -> nn.Sequential:
    """One hidden layer of squares (w x + b)²: random w and b, the best output weights there are."""
    model = one_hidden_layer(width, Square(), np.random.default_rng(seed))
    x = GRID[::8]
    z = nn.Sequential(*model.layers[:2])(x[:, None])
    best, *_ = np.linalg.lstsq(np.c_[z, np.ones_like(x)], f(x), rcond=1e-9)
    _, _, v, c = (p.value for p in model.parameters())
    v[:], c[:] = best[:-1], best[-1]
    return model


def one_hidden_layer(
    width: int, f: nn.Layer, rng: np.random.Generator | None = None
) -> nn.Sequential:
    """1 → width → 1, in float64; its parameters are w, b of the neurons, v, c of the sum."""
    hidden = nn.Linear(1, width, rng=rng, dtype=np.float64)
    return nn.Sequential(hidden, f, nn.Linear(width, 1, rng=rng, dtype=np.float64))


def errors(f: Function, model: nn.Layer, x: Array = GRID) -> Array:
    """|network(x) − f(x)| at each x."""
    return np.asarray(np.abs(model(x[:, None])[:, 0] - f(x)))


@cache
def built(
    f: Function = wave, *, widths: tuple[int, ...] = (4, 8, 16, 32, 64, 128, 256)
) -> dict[str, Array]:
    """Largest errors (width,) on [−2, 2] of networks that are built, not trained.

    `ReLU` and `sigmoid`: through equally spaced points of f. `x²`: the best of its kind.
    `typical`: of the ReLUs, the root of the mean of squares.
    """
    out: dict[str, list[float]] = {"ReLU": [], "sigmoid": [], "x²": [], "typical": []}
    for width in widths:
        knots = np.linspace(LOW, HIGH, width + 1)
        relu = errors(f, through(knots, f(knots)))
        out["ReLU"].append(relu.max())
        out["typical"].append(np.sqrt(np.mean(relu**2)))
        out["sigmoid"].append(errors(f, staircase(knots, f(knots))).max())
        out["x²"].append(errors(f, squares(f, width)).max())
    found = {name: np.array(values) for name, values in out.items()}
    return found | {"width": np.array(widths), "h": (HIGH - LOW) / np.array(widths)}


def tents(depth: int) -> nn.Sequential:
    """`depth` hidden layers of two ReLUs: each folds [0, 1] in half and stretches it again."""

    def tent() -> nn.Sequential:
        model = one_hidden_layer(2, nn.ReLU())
        w, b, v, c = (p.value for p in model.parameters())
        w[:], b[:] = 1, [0, -0.5]
        v[:], c[:] = [2, -4], 0
        return model

    return nn.Sequential(*(tent() for _ in range(depth)))


def pieces(model: nn.Layer, depth: int) -> int:
    """How many straight pieces the network has on [0, 1], with knots at multiples of 2⁻ᵈᵉᵖᵗʰ."""
    x = np.linspace(0, 1, 2 ** (depth + 2) + 1)
    slopes = np.diff(model(x[:, None])[:, 0]) / np.diff(x)
    return 1 + int(np.sum(np.abs(np.diff(slopes)) > 1e-6))


def ways(x: Array, many: int, rng: np.random.Generator, rounds: int = 10) -> Array:
    """Floats average pictures (many, D) instead of one: each of those that are nearest to it.

    It starts from pictures drawn at random: Lloyd's k-means.
    """
    centers = x[rng.permutation(len(x))[:many]]
    for _ in range(rounds):
        nearest = ((x[:, None] - centers) ** 2).sum(axis=2).argmin(axis=1)
        groups = [x[nearest == j] for j in range(many)]
        pairs = zip(groups, centers, strict=True)
        centers = np.array([g.mean(axis=0) if len(g) else c for g, c in pairs])
    return centers


def reader(
    many: int,
    x: Array,
    y: Array,
    rng: np.random.Generator,
) -> nn.Sequential:
    """64 → 10·many → 10, no error looked at: templates, then their votes."""
    w = np.concatenate([ways(x[y == k], many, rng) for k in range(10)])
    hidden = nn.Linear(64, len(w))
    output = nn.Linear(len(w), 10, bias=False)
    sharp = 5  # so that the nearest template gets most
    model = nn.Sequential(hidden, nn.Softmax(), output)
    weight, bias, votes = (p.value for p in model.parameters())
    weight[:], bias[:] = sharp * w, -sharp * (w**2).sum(axis=1) / 2
    votes[:] = np.repeat(np.eye(10), many, axis=1)
    return model


@cache
def many_templates(
    seeds: tuple[int, ...] = SEEDS, many: tuple[int, ...] = (1, 2, 4, 8), updates: int = 1000
) -> dict[str, Array]:
    """Share of the test digits (seed, many) that `reader` gets right; each seed another split.

    `trained` (seed,): of ten neurons without a hidden layer, trained on the same labels.
    """
    right, trained = np.zeros((len(seeds), len(many))), []
    for i, seed in enumerate(seeds):
        d, rng = digits(seed), np.random.default_rng(seed)
        for j, m in enumerate(many):
            model = reader(m, d.x, d.y, rng)
            right[i, j] = np.mean(model(d.x_test).argmax(axis=1) == d.y_test)
        ten = nn.Linear(64, 10, rng=rng)
        feed = islice(batches(d.x, d.y, 64, rng), updates)
        descend(ten, nn.CrossEntropyLoss(), optim.SGD(ten.parameters(), lr=1.0), feed)
        trained.append(np.mean(ten(d.x_test).argmax(axis=1) == d.y_test))
    return {"many": np.array(many), "right": right, "trained": np.array(trained)}


def one_direction(d: int, rng: np.random.Generator) -> Function:
    """y = sin 3(u·x), u of length 1: of all d numbers, only one combination counts."""
    u = rng.normal(size=(d, 1))
    u /= np.linalg.norm(u)
    return lambda x: np.asarray(np.sin(3 * x @ u))


def all_directions(d: int, rng: np.random.Generator, rough: float = 3.0) -> Function:
    """y = a sum of 200 waves cos(rough u·x + phase), each in a direction u of length 1."""
    u, phase = rng.normal(size=(d, 200)), rng.uniform(0, 2 * np.pi, 200)
    u *= rough / np.linalg.norm(u, axis=0)  # or it would get rougher with every input
    size = rng.normal(size=(200, 1)) / 10
    return lambda x: np.asarray(np.cos(x @ u + phase) @ size)


TARGETS: dict[str, Callable[..., Function]] = {
    "one direction": one_direction,
    "all directions": all_directions,
    "all, but smooth": partial(all_directions, rough=1.0),
}


def neighbors(x: Array, y: Array, q: Array, near: tuple[int, ...]) -> list[Array]:
    """For each row of q the mean y of the nearest examples, as many as `near` says: a peer."""
    distance = (x**2).sum(axis=1) - 2 * q @ x.T  # and |q|², the same for all
    close = np.argpartition(distance, max(near), axis=1)[:, : max(near)]
    order = np.argsort(np.take_along_axis(distance, close, axis=1), axis=1)
    ranked = y[np.take_along_axis(close, order, axis=1)]
    return [ranked[:, :n].mean(axis=1) for n in near]


@cache
def dimensions(
    seeds: tuple[int, ...] = SEEDS,
    *,
    sizes: tuple[int, ...] = (2, 8, 32),
    examples: int = 2000,
    updates: int = 800,
) -> dict[str, Array]:
    """Test errors (seed, size) by the number of inputs, keyed "target, who"; 1 is a constant's.

    The network: one hidden layer of 32 tanh, SGD with rate 0.1 and momentum 0.9 in batches of 64,
    kept as it was when it did best on 400 validation examples. Its peer: nearest neighbors, their
    number chosen on the same 400.
    """
    out = {f"{t}, {who}": np.zeros((len(seeds), len(sizes)))
           for t in TARGETS for who in ("network", "neighbors")}  # fmt: skip
    parts = [examples, examples + 400]
    for (target, make), (j, d) in product(TARGETS.items(), enumerate(sizes)):
        rngs = [np.random.default_rng(seed) for seed in seeds]
        fs = [make(d, rng) for rng in rngs]
        x = np.stack([rng.normal(size=(examples + 1000, d)) for rng in rngs]).astype(np.float32)
        y = np.stack([f(rows) for f, rows in zip(fs, x, strict=True)]).astype(np.float32)
        xs, ys = np.split(x, parts, axis=1), np.split(y, parts, axis=1)
        runs = range(len(seeds))
        asked = [_neighbors([x[s] for x in xs], [y[s] for y in ys]) for s in runs]
        answers = {
            "network": fitted_networks(xs, ys, rngs, updates),
            "neighbors": np.stack(asked),
        }
        for who, y_hat in answers.items():
            off = np.mean((y_hat - ys[2]) ** 2, axis=(1, 2))
            out[f"{target}, {who}"][:, j] = off / ys[2].var(axis=(1, 2))
    return out | {"size": np.array(sizes)}


def fitted_networks(
    xs: Sequence[Array], ys: Sequence[Array], rngs: Sequence[np.random.Generator], updates: int
) -> Array:
    """What S networks answer for the test part, each at the update that did best on validation.

    xs, ys: training, validation and test part, (S, N, D) and (S, N, 1).
    """

    def untrained(rng: np.random.Generator) -> nn.Sequential:
        hidden, last = nn.Linear(xs[0].shape[2], 32, rng=rng), nn.Linear(32, 1, rng=rng)
        nn.init.xavier_normal_(hidden.weight, gain=2.0, rng=rng)
        return nn.Sequential(hidden, nn.Tanh(), last)

    models = together([untrained(rng) for rng in rngs])
    loss_fn, optimizer = nn.HalfSquaredLoss("sum"), optim.SGD(models.parameters(), 0.1, 0.9)
    seen = zip(xs[0], ys[0], rngs, strict=True)
    feed = stacked([batches(x, y, 64, rng) for x, y, rng in seen])
    least, y_hat = np.full(len(rngs), np.inf), np.zeros_like(ys[2])
    for _ in range(updates // 100):
        side_by_side.descend(models, loss_fn, optimizer, islice(feed, 100))
        now = np.mean((models(xs[1]) - ys[1]) ** 2, axis=(1, 2))
        best = now < least
        least[best], y_hat[best] = now[best], models(xs[2])[best]
    return y_hat


def _neighbors(xs: Sequence[Array], ys: Sequence[Array]) -> Array:
    """Their answers for the test part, with the number that did best on the validation part."""
    near = (1, 2, 4, 8, 16, 32, 64)
    on_val, on_test = (neighbors(xs[0], ys[0], q, near) for q in xs[1:])
    best = min(range(len(near)), key=lambda k: float(np.mean((on_val[k] - ys[1]) ** 2)))
    return on_test[best]


def pytorch_output(model: nn.Sequential, x: Array) -> Array | None:
    """What PyTorch's network with the same weights answers; None without PyTorch."""
    if (twin := peers.twin(model)) is None:
        return None
    tensor = next(twin.parameters()).new_tensor
    answer: Array = twin(tensor(x)).detach().numpy()
    return answer
