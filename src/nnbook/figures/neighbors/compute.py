"""Batch norm of one feature, and the batches it has seen: for the figure `neighbors`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnbook import nn
from nnbook.nn.activations import Array

BATCHES = np.random.default_rng(1).normal(1, 2, (40, 8, 1))  # seen in training
REACH, LAST, MOMENTUM = 6.0, len(BATCHES), 0.1
PLACES = np.round(np.arange(-REACH, REACH + 0.05, 0.1), 1)  # where the neighbor can stand


def norm(
    seen: int = 0, gamma: float = 1.0, beta: float = 0.0, *, momentum: float = MOMENTUM
) -> nn.BatchNorm1d:
    """A batch norm of one feature that has seen so many of the training batches."""
    layer = nn.BatchNorm1d(1, momentum=momentum, dtype=np.float64)
    for x in BATCHES[:seen]:
        layer(x)
    layer.weight.value[:], layer.bias.value[:] = gamma, beta
    return layer


def batch(values: Sequence[float], other: float) -> Array:
    """The batch as (8, 1), with the neighbor in its place."""
    return np.array([values[0], other, *values[2:]])[:, None]


def statistics(layer: nn.BatchNorm1d) -> tuple[float, float]:
    """The running mean and variance."""
    return float(layer.running_mean[0]), float(layer.running_var[0])


def history() -> Array:
    """Running mean, variance, 1/√(variance + ε) after 0 … 40 batches, and each batch's own mean."""
    mean, var = np.array([statistics(norm(seen)) for seen in range(LAST + 1)]).T
    own = np.append(np.nan, BATCHES.mean(axis=(1, 2)))
    return np.array([mean, var, 1 / np.sqrt(var + norm().eps), own])
