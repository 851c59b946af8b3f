"""The scores of a small network with every mask, for the figure `masks`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from nnbook import nn
from nnbook.experiments.masks import GRID, MASKS, PLANE, crowd, every_mask
from nnbook.nn.activations import Array

ANSWERS: tuple[Callable[[Any], Any], ...] = (np.asarray, nn.sigmoid)  # score, probability
NETWORKS = {"one": "2-8-1", "two": "2-4-4-1"}
WHAT = {"mask": "one mask", "score": "average score", "probability": "average probability"}
SIDE = len(GRID)  # pixels of a map, across and down


@cache
def scores(name: str, *, scaled: bool = True) -> Array:
    """(256, pixels): the scores of the plane with each mask; not scaled, without dividing by 1 − p.

    2-8-1 alone is linear in its units' outputs, so that there the scores without the scale are
    those of half the outputs.
    """
    model = crowd(name)
    if scaled:
        return every_mask(model, PLANE)
    outputs, last = model[1](model[0](PLANE)), model[-1]
    return np.array([last(mask * outputs)[:, 0] for mask in MASKS])


def in_use(name: str) -> Array:
    """The scores of the plane after eval()."""
    return np.asarray(crowd(name)(PLANE)[:, 0])
