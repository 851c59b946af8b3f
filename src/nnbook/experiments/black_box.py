"""Is a network hard to interpret? Networks that do equally well and have nothing in common inside,
beside ten neurons without a hidden layer, whose weights can be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from functools import cache
from itertools import combinations

import numpy as np

from nnbook import nn
from nnbook.experiments.backprop import network
from nnbook.experiments.depth import train_digits
from nnbook.experiments.sgd import digits
from nnbook.nn.activations import Array

SEEDS = (0, 1, 2, 3, 4)


@cache
def trained(seed: int, hidden: tuple[int, ...] = (64, 64), updates: int = 400) -> nn.Sequential:
    """A network that reads the digits, not to be changed; with no hidden layer, ten neurons."""
    rng = np.random.default_rng(seed)
    model = network([64, *hidden, 10], nn.ReLU, "He", rng=rng)
    train_digits(model, 0.05, updates, momentum=0.9, rng=rng)
    return model


def alike(seeds: Sequence[int] = SEEDS, updates: int = 400) -> dict[str, Array]:
    """`right` (seeds,): accuracy on the test digits. For each pair of networks: `agree`, the share
    of pictures with one answer; `cosine`, of their middle weights, laid side by side."""
    x, y = digits().x_test, digits().y_test
    models = [trained(seed, updates=updates) for seed in seeds]
    answers = [model(x).argmax(axis=1) for model in models]
    inner = [_middle(model) for model in models]
    pairs = list(combinations(range(len(models)), 2))
    return {
        "right": np.array([np.mean(answer == y) for answer in answers]),
        "agree": np.array([np.mean(answers[i] == answers[j]) for i, j in pairs]),
        "cosine": np.array([_cosine(inner[i], inner[j]) for i, j in pairs]),
    }


def reordered(seed: int = 0) -> tuple[float, float]:
    """The first hidden neurons in another order: by how much the logits change, relative to their
    size, and the cosine of the middle weights before and after."""
    model = deepcopy(trained(seed))
    x, before, inner = digits().x_test, model(digits().x_test), _middle(model).copy()
    order = np.random.default_rng(seed).permutation(64)
    first, second = (p for p in model.layers[:3:2] if isinstance(p, nn.Linear))
    for p in first.parameters():
        p.value[:] = p.value[order]
    second.weight.value[:] = second.weight.value[:, order]
    change = np.abs(model(x) - before).max() / np.abs(before).max()
    return float(change), _cosine(inner, _middle(model))


def _middle(model: nn.Sequential) -> Array:
    return model.state_dict()["2.weight"]


def _cosine(v: Array, w: Array) -> float:
    v, w = v.ravel(), w.ravel()
    return float(v @ w / np.linalg.norm(v) / np.linalg.norm(w))
