"""A training run watched: where a constant rate ends and a schedule does, what steps and outputs
tell of it, what width and weight decay do. The workshop's experiments; each takes seeds."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from nnbook import nn, optim
from nnbook.experiments.backprop import network
from nnbook.experiments.sgd import SEEDS, digits
from nnbook.experiments.side_by_side import SideBySide
from nnbook.nn.activations import Array

Schedule = Callable[[Array], Array]
PLANE = np.stack(np.meshgrid(np.linspace(-2, 2, 81), np.linspace(-2, 2, 81)), axis=-1)


def cosine(part: Array) -> Array:
    """½ (1 + cos π·part): 1 at the start of a run, 0 at its end."""
    return np.asarray((1 + np.cos(np.pi * part)) / 2)


@cache
def settling(
    rates: tuple[float, ...],
    schedule: Schedule | None = None,
    seeds: tuple[int, ...] = SEEDS,
    *,
    batch_size: int = 4,
    updates: int = 4000,
    look: int = 40,
) -> dict[str, Array]:
    """How far above its lowest value the error is, on the way there, with random batches.

    One linear neuron, "is it a zero?", half the squared error over all training digits, so that
    least squares know the lowest value. Rates are rate · schedule(part of the run), or constant.
    `updates` (looks,) and `above` (rate, seed, looks).
    """
    d = digits()
    x, y = d.x.astype(np.float64), (d.y == 0)[:, None].astype(np.float64)
    ones = np.hstack([x, np.ones((len(x), 1))])
    best = ones @ np.linalg.lstsq(ones, y, rcond=None)[0]
    lowest = np.mean((best - y) ** 2) / 2
    rngs = [np.random.default_rng(seed) for _ in rates for seed in seeds]
    model = SideBySide([nn.Linear(64, 1, rng=rng, dtype=np.float64) for rng in rngs])
    each = len(rngs) * np.repeat(rates, len(seeds))[:, None, None]  # the mean is over all
    optimizer, loss_fn = optim.SGD(model.parameters(), 1.0), nn.HalfSquaredLoss()
    picks = np.stack([rng.integers(0, len(x), (updates, batch_size)) for rng in rngs], axis=1)
    above, at = [], []
    for t, pick in enumerate(picks):
        if t % look == 0:
            at.append(t)
            above.append(np.mean((model(x) - y) ** 2, axis=(1, 2)) / 2 - lowest)
        if schedule is not None:
            optimizer.lr = float(schedule(np.asarray(t / updates)))
        loss_fn(model(x[pick]), y[pick])
        model.parameter_gradients(each * loss_fn.backward())
        optimizer.step()
    return {
        "updates": np.array(at),
        "above": np.array(above).T.reshape(len(rates), len(seeds), -1),
    }


@cache
def vital_signs(rate: float, seed: int = 0, *, updates: int = 200) -> dict[str, Array]:
    """What to look at while 64-64-64-10 with tanh is trained: how long an update of each layer's
    weights is beside the weights, |Δw| / |w| (`update`: updates, layer), and what its two hidden
    layers say about the training digits in the end (`outputs`: layer, example, unit)."""
    d, rng, loss_fn = digits(), np.random.default_rng(seed), nn.CrossEntropyLoss()
    model = network((64, 64, 64, 10), nn.Tanh, "Xavier", rng=rng)
    weights = [p for p in model.parameters() if p.value.ndim == 2]
    optimizer, ratios = optim.SGD(model.parameters(), rate), []
    for _ in range(updates):
        pick = rng.integers(0, len(d.x), 64)
        before = [w.value.copy() for w in weights]
        loss_fn(model(d.x[pick]), d.y[pick])
        model.parameter_gradients(loss_fn.backward())
        optimizer.step()
        moved = [
            float(np.linalg.norm(w.value - b) / np.linalg.norm(b))
            for w, b in zip(weights, before, strict=True)
        ]
        ratios.append(moved)
    model(d.x)
    outputs = [part.z for part in model.layers if isinstance(part, nn.Tanh)]
    right = np.mean(np.argmax(model(d.x_val), axis=1) == d.y_val)
    return {"update": np.array(ratios), "outputs": np.array(outputs), "right": np.array(right)}


def noisy_disk(n: int, rng: np.random.Generator, wrong: float = 0.1) -> tuple[Array, Array]:
    """x (n, 2) over the square from −2 to 2, y (n,): 1 in the disk of radius 1.2, and a share of
    the labels turned around."""
    x = rng.uniform(-2, 2, (n, 2))
    y = np.hypot(*x.T) < 1.2
    return x, (y ^ (rng.random(n) < wrong)).astype(float)


@cache
def regions(
    width: int, seeds: tuple[int, ...] = SEEDS, *, weight_decay: float = 0.0, updates: int = 3000
) -> dict[str, Array]:
    """What a 2-width-1 network with tanh makes of 80 `noisy_disk` points, one in ten mislabeled.

    `map` (81, 81): the first seed's logits over PLANE; `seen`, `fresh` (seed,): right among its own
    points and among 2,000 others without a wrong label; `length` (seed,): of all its weights.
    """
    draws = [noisy_disk(80, np.random.default_rng(seed)) for seed in seeds]
    x, y = (np.stack(part) for part in zip(*draws, strict=True))
    rngs = [np.random.default_rng([seed, width]) for seed in seeds]
    model = nn.Sequential(
        SideBySide([nn.Linear(2, width, rng=rng, dtype=np.float64) for rng in rngs]),
        nn.Tanh(),
        SideBySide([nn.Linear(width, 1, rng=rng, dtype=np.float64) for rng in rngs]),
    )
    loss_fn = nn.BCEWithLogitsLoss()
    optimizer = optim.SGD(model.parameters(), 0.3, 0.9, weight_decay=weight_decay)
    for _ in range(updates):
        loss_fn(model(x), y[..., None])
        model.parameter_gradients(loss_fn.backward() * len(seeds))  # the mean is over all
        optimizer.step()
    x_new, y_new = noisy_disk(2000, np.random.default_rng(1000), wrong=0)
    seen = np.mean((model(x)[..., 0] > 0) == (y > 0), axis=1)
    fresh = np.mean((model(x_new[None])[..., 0] > 0) == (y_new > 0), axis=1)
    length = np.sqrt(sum(np.sum(p.value**2, axis=(1, 2)) for p in model.parameters()[::2]))
    return {
        "x": x[0], "y": y[0], "map": model(PLANE.reshape(1, -1, 2))[0].reshape(PLANE.shape[:2]),
        "seen": seen, "fresh": fresh, "length": np.asarray(length),
    }  # fmt: skip
