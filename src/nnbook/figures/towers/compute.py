"""Hills over the plane, built of sheets that neurons bend: for the figure `towers`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from nnbook import nn
from nnbook.nn.activations import Array

REACH, SIDE = 2.0, 41  # the square [−2, 2]², and the points of it that are shown, down and across
GRID = np.linspace(-REACH, REACH, SIDE)
POINTS = np.stack(np.meshgrid(GRID, GRID), axis=-1).reshape(-1, 2)  # (1681, 2), x₁ runs first
WALLS = (-1.0, 1.0)  # of the single tower
STEPS = ("a step", "two steps, added", "a corner", "a tower of four corners", "many towers")
LAST = len(STEPS) - 1
BENT: dict[str, tuple[Callable[[], nn.Layer], str]] = {
    "sigmoid": (nn.Sigmoid, "sigmoid"),
    "relu": (nn.ReLU, "ReLU"),
}


def two_hills(x: Array) -> Array:
    """Heights (N,) over points (N, 2): a hill of height 1, and a lower one."""
    first = np.exp(-2 * ((x - [-0.8, -0.6]) ** 2).sum(axis=1))
    return np.asarray(first + 0.6 * np.exp(-2 * ((x - [0.8, 0.6]) ** 2).sum(axis=1)))


TARGETS: dict[str, tuple[Callable[[Array], Array], str]] = {
    "hills": (two_hills, "two hills"),
    "wave": (lambda x: np.asarray((1 + np.sin(2 * x[:, 0]) * np.cos(2 * x[:, 1])) / 2), "a wave"),
    "cliff": (lambda x: np.where((x**2).sum(axis=1) < 2, 1.0, 0.0), "a cliff"),
}


def changes(target: str, many: int) -> Array:
    """What each corner adds to the target's height at (many + 1)² knots: row i for x₁, column j
    for x₂. The sum of all up to row i and column j is the height at knot i, j."""
    knots = np.linspace(-REACH, REACH, many + 1)
    f, _ = TARGETS[target]
    high = f(np.stack(np.meshgrid(knots, knots, indexing="ij"), axis=-1).reshape(-1, 2))
    across = np.diff(high.reshape(many + 1, many + 1), axis=0, prepend=0)
    return np.diff(across, axis=1, prepend=0)


def climbs(f: str, at: ArrayLike, width: float) -> tuple[Array, Array, Array]:
    """Neurons that climb from 0 to 1 at each place t (K,), within `width`: weights (H,), biases
    (H,), and the matrix (K, H) that makes steps of their outputs.

    One sigmoid a step, `σ(4 s (x − t))`, H = K; or two ReLUs, `ReLU(s (x − t) + ½) −
    ReLU(s (x − t) − ½)`, H = 2K; with the same slope `s = 1 / width` in the middle.
    """
    t, s = np.asarray(at, float), 1 / width
    if f == "sigmoid":
        return np.full(len(t), 4 * s), -4 * s * t, np.eye(len(t))
    w, b = np.full(2 * len(t), s), np.concatenate([0.5 - s * t, -0.5 - s * t])
    return w, b, np.hstack([np.eye(len(t)), -np.eye(len(t))])


def steps(f: str, x1: ArrayLike, x2: ArrayLike, width: float) -> tuple[nn.Linear, Array]:
    """A layer of H neurons that climb at these x₁ and at these x₂; and the matrix (K, H) that makes
    steps of their outputs, those along x₁ first."""
    (w1, b1, m1), (w2, b2, m2) = (climbs(f, at, width) for at in (x1, x2))
    weight = np.zeros((len(w1) + len(w2), 2))
    weight[: len(w1), 0], weight[len(w1) :, 1] = w1, w2
    made = np.zeros((len(m1) + len(m2), len(weight)))
    made[: len(m1), : len(w1)], made[len(m1) :, len(w1) :] = m1, m2
    return linear(weight, np.concatenate([b1, b2])), made


def linear(weight: Array, bias: Array | float) -> nn.Linear:
    """`x Wᵀ + b` with this W (H, D) and this b, (H,) or one for all."""
    layer = nn.Linear(weight.shape[1], weight.shape[0], dtype=np.float64)
    layer.weight.value[:] = weight
    assert layer.bias is not None
    layer.bias.value[:] = bias
    return layer


def corners(f: str, sums: Array, more: Array | float, sharp: float) -> nn.Linear:
    """Neurons that are on where two steps are up, by their sum: 2 there, 1 or 0 elsewhere.

    sums (C, H) has the weights that make the C sums of the layer below. A sigmoid climbs at 1½,
    `σ(4 · sharp · (sum − 1½))`; a ReLU is `ReLU(sum − 1)`. `more`, (C,) or one for all, is added to
    the sums.
    """
    if f == "sigmoid":
        return linear(4 * sharp * sums, 4 * sharp * (more - 1.5))
    return linear(sums, more - 1.0)


def single(step: int, f: str, width: float) -> nn.Sequential:
    """Up to the tower: a step, two of them, the corner that they make, four corners."""
    bent, _ = BENT[f]
    x1, x2 = [(WALLS[:1], ()), (WALLS[:1], WALLS[:1]), (WALLS[:1], WALLS[:1]), (WALLS, WALLS)][step]
    layer, made = steps(f, x1, x2, width * (WALLS[1] - WALLS[0]))
    if step < 2:
        return nn.Sequential(layer, bent(), linear(np.ones((1, len(made))) @ made, 0.0))
    pairs = np.array(
        [[1.0, 1]] if step == 2 else [[1, 0, 1, 0], [1, 0, 0, 1], [0, 1, 1, 0], [0, 1, 0, 1]]
    )
    last = np.array([[1.0]] if step == 2 else [[1, -1, -1, 1]])
    second = corners(f, pairs @ made, 0.0, 1 / width)
    return nn.Sequential(layer, bent(), second, bent(), linear(last, 0.0))


def towers(f: str, width: float, many: int, target: str) -> nn.Sequential:
    """Every knot's corner at once: `many` steps each way, and a neuron for every two of them.

    With ReLUs whose walls are as wide as the towers (`width` 1) the sum is the straight
    interpolation between knots, over triangles.
    """
    bent, _ = BENT[f]
    apart = 2 * REACH / many
    walls = -REACH + apart * (np.arange(many) + 0.5)
    layer, made = steps(f, walls, walls, width * apart)
    up = np.eye(many + 1, many, -1)  # knot 0 has no step: it is always up
    pairs = np.hstack([np.repeat(up, many + 1, axis=0), np.tile(up, (many + 1, 1))])
    always = 2 - pairs.sum(axis=1)
    change = changes(target, many).ravel()
    second = corners(f, (pairs @ made)[1:], always[1:], 1 / width)
    return nn.Sequential(layer, bent(), second, bent(), linear(change[None, 1:], change[0]))


def neurons(model: nn.Sequential) -> int:
    """How many hidden neurons it has."""
    return sum(one.out_features for one in model if isinstance(one, nn.Linear)) - 1


def network(step: int, f: str, width: float, many: int, target: str) -> nn.Sequential:
    """What the figure shows; `width` is that of a wall, by the tower's."""
    return single(step, f, width) if step < LAST else towers(f, width, many, target)


@cache
def misses(f: str, width: float, many: int, target: str) -> tuple[float, float]:
    """The largest and the mean error of many towers at the 1,681 points."""
    off = np.abs(towers(f, width, many, target)(POINTS)[:, 0] - TARGETS[target][0](POINTS))
    return float(off.max()), float(off.mean())
