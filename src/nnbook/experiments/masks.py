"""All the networks that dropout makes of one: two small ones, with each of their 256 masks.
Their average beside the network in use, for scores and for probabilities."""

from __future__ import annotations

from functools import cache
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from nnbook import nn, optim
from nnbook.nn.activations import Array

SIZES = {"one": (2, 8, 1), "two": (2, 4, 4, 1)}  # hidden layers of 8 units in all
REACH, STEP = 3.2, 0.4
GRID = np.round(np.arange(-REACH, REACH + STEP / 2, STEP), 1)  # of each input, for maps
PLANE = np.stack(np.meshgrid(GRID, GRID[::-1]), axis=-1).reshape(-1, 2)  # the top row first
MASKS = np.array(list(product((0, 1), repeat=8)))  # (256, 8): what is kept, from nothing to all


class Chosen(nn.Dropout):
    """Dropout with a mask of our choice: `keeps` (D,), the same for all examples.

    While it is None the mask is random, as always.
    """

    keeps: NDArray[np.int64] | None = None

    def mask(self, shape: tuple[int, ...]) -> NDArray[np.bool_]:
        if self.keeps is None:
            return super().mask(shape)
        return np.broadcast_to(self.keeps == 1, shape)


def points(rng: np.random.Generator, n: int = 200) -> tuple[Array, Array]:
    """A task that no straight line solves: class 1 is a band across the plane, class 0 the rest."""
    x = rng.uniform(-REACH, REACH, (n, 2))
    return x, (np.abs(x[:, 0] - x[:, 1]) < 2).astype(float)


def crowd(name: str, seed: int = 0) -> nn.Sequential:
    """The network of SIZES[name] after training on `points`, with dropout of ½ behind each hidden
    layer; not to be changed."""
    return _crowd(name, seed)


@cache
def _crowd(name: str, seed: int) -> nn.Sequential:
    rng = np.random.default_rng(seed)
    x, y = points(rng)
    layers: list[nn.Layer] = []
    for n_in, n_out in pairwise(SIZES[name]):
        layers += [nn.Linear(n_in, n_out, rng=rng), nn.Tanh(), Chosen(0.5, rng=rng)]
    model = nn.Sequential(*layers[:-2]).to(np.float64)  # the last layer is linear alone
    loss_fn = nn.BCEWithLogitsLoss()
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    for _ in range(800):
        i = rng.integers(0, len(x), 40)
        loss_fn(model(x[i]), y[i, None])
        model.parameter_gradients(loss_fn.backward())
        optimizer.step()
    return model.eval()


def every_mask(model: nn.Sequential, x: Array) -> Array:
    """(256, N): the scores of x in training mode, with each of MASKS in turn."""
    drops = [layer for layer in model.layers if isinstance(layer, Chosen)]
    scores = []
    model.train()
    for mask in MASKS:
        for layer, keeps in zip(drops, np.split(mask, len(drops)), strict=True):
            layer.keeps = keeps
        scores.append(model(x)[:, 0])
    for layer in drops:
        layer.keeps = None
    model.eval()
    return np.array(scores)


def gaps(name: str, x: Array = PLANE, seed: int = 0) -> tuple[float, float]:
    """How far the average over all masks is from the network in use, at most over x: of the scores,
    and of the probabilities."""
    model = crowd(name, seed)
    scores, used = every_mask(model, x), model(x)[:, 0]
    score = np.abs(scores.mean(axis=0) - used).max()
    probability = np.abs(nn.sigmoid(scores).mean(axis=0) - nn.sigmoid(used)).max()
    return float(score), float(probability)
