"""A drawn digit, what a network sees of it, and what its neurons make of that: for `digit`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from string import ascii_letters
from typing import Any

import numpy as np

from nnbook import data, nn
from nnbook.figures.kit.pack import pack, unpack
from nnbook.nn.activations import Array

SIDE = 56  # cells of the drawing square, across and down
PEN = 2.2  # radius of the pen, in cells
FAINT = 0.25  # less ink does not count for how large a drawing is
SMALLEST = 14  # cells: a drawing below that is a dot, and stays small
LETTERS = ascii_letters + "0123"  # a letter for each cell of a side
HIDDEN = 32
DRAWS, STRIDE, RAISED = 5, 1009, 4  # of the noise: draws, numbers from one to the next, see `noise`


@dataclass(frozen=True)
class Seen:
    """How a network sees a drawing: `side` pixels across, its longer side on `fill` of them."""

    side: int
    fill: float
    name: str


NETWORKS = {
    "moved": Seen(14, 10, "196-32-10, trained on 8,000 digits, turned and sheared"),
    "upright": Seen(8, 8, "64-32-10, trained on 1,347 digits in a frame"),
}


def prepared(inks: Array, seen: Seen) -> Array:
    """`R_y ink R_xᵀ`: the pixels (N, side²) that a network gets of drawings (N, 56, 56), 0 to 1.

    As MNIST's digits were made: the longer side of the drawing is scaled to a fixed length, the
    center of its ink's mass comes to the middle; a pixel is the mean ink under it. An empty square
    gives 0.
    """
    profiles = np.stack([inks.max(axis=2), inks.max(axis=1)]) >= FAINT  # down, across; (2, N, 56)
    length = SIDE - profiles.argmax(axis=2) - profiles[:, :, ::-1].argmax(axis=2)
    pixel = np.maximum(length.max(axis=0), SMALLEST) / seen.fill  # in cells
    masses = np.stack([inks.sum(axis=2), inks.sum(axis=1)])
    total = np.maximum(masses[0].sum(axis=1), 1e-9)
    center = masses @ (np.arange(SIDE) + 0.5) / total
    edges = center[:, :, None] + pixel[:, None] * (np.arange(seen.side + 1) - seen.side / 2)
    cells = np.arange(SIDE)
    low = np.maximum(edges[:, :, :-1, None], cells)
    high = np.minimum(edges[:, :, 1:, None], cells + 1)
    down, across = np.maximum(high - low, 0) / pixel[:, None, None]
    return np.asarray(down @ inks @ across.transpose(0, 2, 1)).reshape(len(inks), -1)


def strokes(drawing: str) -> list[Array]:
    """The points (n, 2), across and down, of each stroke of a drawing."""
    return [
        np.array([LETTERS.index(c) for c in stroke], float).reshape(-1, 2)
        for stroke in drawing.split(".")[1:]
        if stroke
    ]


def ink(drawing: str) -> Array:
    """The ink (56, 56) of a drawing: one of the stored, by its number, or strokes of the pen."""
    if drawing and drawing[0] != ".":
        return enlarged(unpack(stored())[int(drawing)])
    paper = np.zeros((SIDE, SIDE))
    down, across = np.mgrid[:SIDE, :SIDE]
    for points in strokes(drawing):
        for start, end in zip(points, points[1:] if len(points) > 1 else points, strict=False):
            by = end - start
            along = (across - start[0]) * by[0] + (down - start[1]) * by[1]
            part = np.clip(along / max(by @ by, 1e-9), 0, 1)
            off = (across - start[0] - part * by[0]) ** 2 + (down - start[1] - part * by[1]) ** 2
            paper = np.maximum(paper, np.clip(PEN + 0.5 - np.sqrt(off), 0, 1))
    return paper


def enlarged(image: Array) -> Array:
    """A picture of 28 × 28 pixels on the drawing square."""
    return np.repeat(np.repeat(image, 2, axis=-2), 2, axis=-1)


@cache
def made() -> dict[str, Array]:
    """What tools/digit_networks.py made: weights and biases in steps, and a hundred digits."""
    with np.load(Path(__file__).with_name("digit.npz")) as found:
        return dict(found)


@cache
def stored() -> dict[str, Any]:
    """A hundred digits (100, 28, 28) that neither network was trained on, ten of each."""
    return pack(made()["images"] / 15, "u1")


@cache
def weights(name: str) -> dict[str, Any]:
    """The weights and biases of a network, for the browser."""
    found = made()
    return {
        key: pack(found[f"{name}_{key}"] * np.float64(found[f"{name}_{key}_step"]))
        for key in ("w1", "b1", "w2", "b2")
    }


@cache
def noise() -> dict[str, Any]:
    """8,191 numbers of the standard normal distribution, in eighths, raised by 4 to be positive."""
    drawn = np.random.default_rng(0).normal(size=8191)
    drawn = np.round(8 * drawn) / 8  # 65 values: fewer bytes for a page
    return pack(np.clip(drawn, -RAISED, RAISED) + RAISED, "u1")


@dataclass(frozen=True)
class Changes:
    """What is done to a network: neurons off (from 1), no biases, noise on its weights.

    `noise` is its standard deviation, by that of the layer's weights; `draw` says which noise.
    """

    off: tuple[int, ...] = ()
    biases: bool = True
    noise: float = 0.0
    draw: int = 0


PLAIN = Changes()


def network(name: str, changes: Changes = PLAIN) -> nn.Sequential:
    """The network with these changes, in float64 and with the numbers that the browser has."""
    found = {key: unpack(packed) for key, packed in weights(name).items()}
    second = nn.Linear(HIDDEN, 10, dtype=np.float64)
    first = nn.Linear(NETWORKS[name].side ** 2, HIDDEN, dtype=np.float64)
    model = nn.Sequential(first, nn.ReLU(), second)
    rest = np.roll(unpack(noise()) - RAISED, -STRIDE * changes.draw)
    for value, key in zip((p.value for p in model.parameters()), found, strict=True):
        value[:] = found[key]
        if key.startswith("b"):
            value *= changes.biases
        else:
            value += changes.noise * value.std() * rest[: value.size].reshape(value.shape)
            rest = rest[value.size :]
    second.weight.value[:, [k - 1 for k in changes.off]] = 0  # nobody hears them
    return model


@cache
def right(name: str, changes: Changes = PLAIN) -> int:
    """How many of the hundred stored digits the network reads right."""
    answers = network(name, changes)(seen_of_stored(name)).argmax(axis=1)
    return int((answers == np.arange(100) // 10).sum())


def right_in_draws(name: str, changes: Changes) -> list[int]:
    """The same for each of five draws of the noise; for one, where there is none."""
    draws = range(DRAWS if changes.noise else 1)
    return [right(name, replace(changes, draw=draw)) for draw in draws]


@cache
def in_a_frame() -> tuple[Array, Array, Array, Array]:
    """1,797 digits that all fill their frame: images to train "upright" and 450 others; labels."""
    return data.train_test_split(*data.load_digits(), 450, rng=np.random.default_rng(0))


def right_of_its_own_kind() -> float:
    """The percentage of the 450 others that "upright" reads right."""
    _, images, _, labels = in_a_frame()
    answers = network("upright")(images.reshape(len(images), -1).astype(float)).argmax(axis=1)
    return 100 * float(np.mean(answers == labels))


@cache
def seen_of_stored(name: str) -> Array:
    """What the network sees of the stored digits, (100, side²)."""
    return prepared(enlarged(unpack(stored())), NETWORKS[name])


def scores(name: str, drawing: str, changes: Changes = PLAIN) -> Array | None:
    """The ten scores for a drawing; None where nothing is drawn."""
    paper = ink(drawing)
    if not paper.any():
        return None
    return np.asarray(network(name, changes)(prepared(paper[None], NETWORKS[name]))[0])
