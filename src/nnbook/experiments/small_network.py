"""The code that a playground trains with: what a reader sees beside the figure, and can change."""

from __future__ import annotations

import numpy as np

from nnbook import nn, optim
from nnbook.nn.activations import Array
from nnbook.nn.losses import Loss


def network(
    inputs: int,
    widths: list[int],
    f: type[nn.Layer],
    first: str,
    dropout: float,
    norm: bool,
    rng: np.random.Generator,
) -> nn.Sequential:
    """A width: Linear, batch norm, f, dropout; at the end one logit."""
    layers: list[nn.Layer] = []
    for width in widths:
        layers.append(linear(inputs, width, first, rng))
        if norm:
            layers.append(nn.BatchNorm1d(width, dtype=np.float64))
        layers.append(f())
        if dropout:
            layers.append(nn.Dropout(dropout, rng=np.random.default_rng(1)))
        inputs = width
    return nn.Sequential(*layers, linear(inputs, 1, first, rng))


def linear(
    inputs: int,
    width: int,
    first: str,
    rng: np.random.Generator,
) -> nn.Linear:
    """A layer with its first weights."""
    layer = nn.Linear(inputs, width, rng=rng, dtype=np.float64)
    if first == "he":
        nn.init.kaiming_normal_(layer.weight, rng=rng)
    elif first == "xavier":
        nn.init.xavier_normal_(layer.weight, rng=rng)
    elif first == "large":
        nn.init.normal_(layer.weight, std=4, rng=rng)
    elif first == "zero":
        nn.init.zeros_(layer.weight)
    if first != "torch" and layer.bias:
        nn.init.zeros_(layer.bias)
    return layer


def optimizer(model: nn.Sequential, lr: float) -> optim.SGD:
    """What moves the weights."""
    return optim.SGD(model.parameters(), lr)


def update(
    model: nn.Sequential,
    loss_fn: Loss,
    opt: optim.SGD,
    x: Array,
    y: Array,
) -> float:
    """Forward, loss, backward, a step; the loss before it."""
    loss: float = loss_fn(model(x), y)
    model.parameter_gradients(loss_fn.backward())
    opt.step()
    return loss


SHOWN = (network, linear, optimizer, update)  # what a reader can see, change, and have trained
