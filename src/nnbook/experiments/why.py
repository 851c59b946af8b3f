"""How much can a straight line do? Four small tasks in the plane, the best of all lines, and small
networks. The figure `line` shows what is found here. And how near is one example to the next?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnbook import nn, optim
from nnbook.experiments.side_by_side import descend, together
from nnbook.nn.activations import Array

HALF = 100  # points of each class
ANGLES = np.arange(0, 360, 5)  # degrees
OFFSETS = np.round(np.arange(-20, 21) / 10, 1)
SAME = 1e-9  # nearer than that, two points are one
GRID = np.linspace(-2, 2, 48)
HIDDEN, STEPS, RATE, MOMENTUM = 12, 600, 0.3, 0.9


def blobs(rng: np.random.Generator) -> tuple[Array, Array]:
    """x (200, 2), y (200,): two round heaps, side by side."""
    x = rng.normal(scale=0.4, size=(2 * HALF, 2))
    y = np.repeat([0.0, 1.0], HALF)
    return x + np.where(y[:, None] > 0, [0.7, 0.5], [-0.7, -0.5]), y


def ring(rng: np.random.Generator) -> tuple[Array, Array]:
    """x (200, 2), y (200,): a disk, class 1, and a ring around it, class 0."""
    y = np.repeat([0.0, 1.0], HALF)
    radius = np.where(y > 0, 0.75 * np.sqrt(rng.random(2 * HALF)), rng.uniform(1.2, 1.7, 2 * HALF))
    angle = rng.uniform(0, 2 * np.pi, 2 * HALF)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), y


def xor(rng: np.random.Generator) -> tuple[Array, Array]:
    """x (200, 2), y (200,): class 1 where exactly one of the two inputs is positive."""
    quadrant = np.arange(2 * HALF) % 4
    sign = np.stack([np.where(quadrant % 2, 1, -1), np.where(quadrant // 2, 1, -1)], axis=1)
    x = sign * rng.uniform(0.15, 1.6, (2 * HALF, 2))
    return x, (sign[:, 0] != sign[:, 1]).astype(float)


def moons(rng: np.random.Generator) -> tuple[Array, Array]:
    """x (200, 2), y (200,): two half moons, each reaching into the other."""
    y = np.repeat([0.0, 1.0], HALF)
    angle = rng.uniform(0, np.pi, 2 * HALF)
    upper = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], axis=1)
    x = np.where(y[:, None] > 0, upper, -upper) + rng.normal(scale=0.09, size=(2 * HALF, 2))
    return 1.15 * x, y


TASKS = {"blobs": blobs, "ring": ring, "xor": xor, "moons": moons}


@cache
def points(task: str) -> tuple[Array, Array]:
    """The points of a task and their classes, the same in every run."""
    return TASKS[task](np.random.default_rng(1))


@cache
def lines(task: str) -> NDArray[np.int64]:
    """How many points of each class the lines that can be set get right, (2, angles, offsets).

    A line is a neuron: class 1 where w·x > offset, w of length 1 in the direction of the angle.
    """
    x, y = points(task)
    turned = nn.Linear(2, len(ANGLES), bias=False, dtype=np.float64)
    turned.weight.value = np.stack([np.cos(np.radians(ANGLES)), np.sin(np.radians(ANGLES))], axis=1)
    says_one = turned(x)[:, :, None] > OFFSETS  # (points, angles, offsets)
    return np.stack([(~says_one[y == 0]).sum(axis=0), says_one[y == 1].sum(axis=0)])


def best_cut(x: Array, y: Array) -> tuple[float, float, int]:
    """The best of all straight lines between points x (N, 2) of the classes y (N,), 0 and 1:
    the angle of its arrow in degrees, its offset, and how many points it gets right.

    None is missed: points change places along the arrow only where it is at a right angle to the
    line through two of them, so one angle between each two such, and every offset, are all.
    """
    i, j = np.triu_indices(len(x), 1)
    apart = (x[j] - x[i])[np.abs(x[j] - x[i]).max(axis=1) > SAME]
    turns = np.unique([0.0, *(np.arctan2(apart[:, 0], -apart[:, 1]) % np.pi)])
    angles = turns + np.diff(turns, append=turns[0] + np.pi) / 2
    along = np.cos(angles)[:, None] * x[:, 0] + np.sin(angles)[:, None] * x[:, 1]
    order = along.argsort(axis=1)
    along = np.take_along_axis(along, order, axis=1)
    ends = np.ones((len(angles), 1))
    gaps = np.hstack([ends, np.diff(along), ends])  # before each point, and behind the last
    passed = np.cumsum(np.where(y[order] > 0, -1, 1), axis=1)  # class 0 is right below the offset
    right = np.where(gaps > SAME, np.hstack([0 * ends, passed]) + y.sum(), len(x) / 2)
    turned = len(x) - right.min() > right.max()  # the other way round is better
    k, n = np.unravel_index(right.argmin() if turned else right.argmax(), right.shape)
    offset = (along[k, 0] - 1 if n == 0 else along[k, n - 1]) + gaps[k, n] / 2
    if turned:
        return float(np.degrees(angles[k]) + 180), float(-offset), int(len(x) - right[k, n])
    return float(np.degrees(angles[k])), float(offset), int(right[k, n])


@cache
def best_line(task: str) -> tuple[float, float, int]:
    """The angle, the offset and the number of points right of the best of all lines."""
    return best_cut(*points(task))


@cache
def networks(task: str, seeds: Sequence[int]) -> dict[str, Any]:
    """Small networks, 2 → 12 → 1 with tanh: points right for each seed, and the median one's map.

    Trained on all points for 600 steps of SGD with momentum. unseen: right among 200 more of the
    task's points. map (48, 48): the logit over the plane, its first row at the top.
    """
    (x, y), (new_x, new_y) = points(task), TASKS[task](np.random.default_rng(2))
    plane = np.stack(np.meshgrid(GRID, GRID[::-1]), axis=-1).reshape(-1, 2)

    def untrained(rng: np.random.Generator) -> nn.Sequential:
        hidden = nn.Linear(2, HIDDEN, rng=rng, dtype=np.float64)
        return nn.Sequential(hidden, nn.Tanh(), nn.Linear(HIDDEN, 1, rng=rng, dtype=np.float64))

    models = together([untrained(np.random.default_rng(seed)) for seed in seeds])
    optimizer = optim.SGD(models.parameters(), lr=RATE, momentum=MOMENTUM)
    everything = np.stack([x] * len(seeds)), np.stack([y[:, None]] * len(seeds))
    descend(models, nn.BCEWithLogitsLoss("sum"), optimizer, [everything] * STEPS)

    def says_one(x: Array) -> NDArray[np.bool_]:
        return np.asarray(models(x[None])[..., 0] > 0)

    right = (says_one(x) == (y > 0)).sum(axis=1)
    unseen = (says_one(new_x) == (new_y > 0)).sum(axis=1)
    median = int(np.argsort(right)[len(right) // 2])
    return {
        "right": right,
        "unseen": unseen,
        "map": models(plane[None])[median].reshape(len(GRID), -1),
    }


def nearest(x: Array) -> tuple[NDArray[np.int64], Array, Array]:
    """For each row of x (N, D): which of the others is nearest (N,), its distance (N,), and the
    mean distance to all others (N,)."""
    x = np.asarray(x, np.float64)
    squares = (x**2).sum(axis=1)
    apart = np.sqrt(np.maximum(squares[:, None] + squares - 2 * x @ x.T, 0))
    np.fill_diagonal(apart, 0)
    typical = apart.sum(axis=1) / (len(x) - 1)
    np.fill_diagonal(apart, np.inf)
    return apart.argmin(axis=1), apart.min(axis=1), typical
