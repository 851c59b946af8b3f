"""Two classes of points in the plane: what the network of a playground learns to tell apart."""

from __future__ import annotations

from functools import cache

import numpy as np

from nnbook.nn.activations import Array

HALF = 100  # points of each class, of which one half is for training and the other for the test
REACH = 2.0  # inputs from −2 to 2
STEP = 0.1  # of the grid on which a reader puts points


def circle(rng: np.random.Generator, y: Array) -> Array:
    """A disk, class 1, in a ring, class 0."""
    radius = np.where(y > 0, 0.9 * np.sqrt(rng.random(len(y))), rng.uniform(1.2, 1.9, len(y)))
    angle = rng.uniform(0, 2 * np.pi, len(y))
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def xor(rng: np.random.Generator, y: Array) -> Array:
    """Class 1 where exactly one of the two inputs is positive."""
    x = rng.uniform(0.2, 1.8, (len(y), 2)) * rng.choice([-1, 1], (len(y), 1))
    return np.asarray(x * np.stack([np.ones_like(y), 1 - 2 * y], axis=1))


def spiral(rng: np.random.Generator, y: Array) -> Array:
    """Two arms, one turn each, that lie in each other."""
    t = rng.random(len(y)) ** 0.7
    radius, angle = 0.12 + 1.75 * t, 2 * np.pi * t + np.pi * y + 0.5
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def blobs(rng: np.random.Generator, y: Array) -> Array:
    """Two round heaps, side by side."""
    return rng.normal(scale=0.4, size=(len(y), 2)) + (2 * y[:, None] - 1) * [0.8, 0.5]


# Points (N, 2) of the classes y (N,), 0 and 1.
TASKS = {"circle": circle, "xor": xor, "spiral": spiral, "blobs": blobs}


@cache
def points(data: str) -> tuple[Array, Array, Array]:
    """Points (200, 2) without noise, the noise of each at 100 %, and classes (200,), alternating;
    the first half is for training."""
    y = np.arange(2 * HALF) % 2.0
    x = TASKS[data](np.random.default_rng(1), y)
    return x, np.random.default_rng(2).normal(scale=0.5, size=x.shape), y


def own_points(text: str) -> tuple[Array, Array]:
    """The points that a reader has put: x (N, 2), y (N,)."""
    found = [text[k : k + 5] for k in range(0, len(text), 5)]
    x = [[int(one[1:3]) * STEP - REACH, int(one[3:]) * STEP - REACH] for one in found]
    return np.array(x).reshape(-1, 2), np.array([float(one[0] == "o") for one in found])


def examples(data: str, noise: float, own: str) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """x (N, 2) and y (N, 1) for training, and for the test; of one's own points no test.

    ValueError for points of one class.
    """
    if data == "own":
        x, y = own_points(own)
        if len(set(y)) < 2:
            raise ValueError("Put a circle and a square at least: there are two classes to tell.")
        return (x, y[:, None]), (x[:0], y[:0, None])
    clean, jitter, y = points(data)
    x = clean + noise / 100 * jitter
    return (x[:HALF], y[:HALF, None]), (x[HALF:], y[HALF:, None])


def inputs(x: Array, *, squares: bool, product: bool, sines: bool) -> Array:
    """What the network gets of points (N, 2): both coordinates, and what is made of them."""
    a, b = x.T
    rows = [a, b]
    if squares:
        rows += [a * a, b * b]
    if product:
        rows += [a * b]
    if sines:
        rows += [np.sin(np.pi * a), np.sin(np.pi * b)]
    return np.stack(rows, axis=1)
