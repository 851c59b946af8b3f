"""What the slides promise of batch normalization besides speed: C16, C17 and C19, on the digits.
Each with its fair rival, the same network from first weights that suit it."""

from __future__ import annotations

from copy import deepcopy
from itertools import islice

import numpy as np

from nnbook import nn, optim
from nnbook.experiments.batchnorm import (
    ARMS,
    SEEDS,
    Array,
    Norm,
    Seeds,
    Weights,
    accuracies_of,
    accuracy,
    batch_norm,
    digits,
    draws,
    he,
    in_use,
    network,
    race,
)
from nnbook.experiments.side_by_side import SideBySide, descend, stacked, together

# C16: regularization, at equal training loss and against stopping early.

LEARNERS: dict[str, tuple[Norm | None, Weights | None, int]] = {
    "He’s weights": (None, he, 300),
    "batch norm": (batch_norm, None, 150),
}


def regularization(
    images: Array, labels: Array, n: int, level: float, seeds: Seeds = SEEDS
) -> dict[str, dict[str, Array]]:
    """ReLU networks trained on n pictures; 400 others say when to stop, 1,000 are the test.

    For each arm `train`, `validation`, `test`: the losses at twelve looks, (seeds, 12); `equal`
    (seeds,): the test loss where the training loss passes `level`; `stopped` and `right`, (seeds,):
    the test loss and accuracy at the look with the lowest validation loss.
    """
    order = np.random.default_rng(0).permutation(len(images))[: n + 1400]
    x, y = images.reshape(len(images), -1)[order], labels[order]
    ends = {"train": slice(n), "validation": slice(n, n + 400), "test": slice(n + 400, None)}
    parts = {name: (x[part], y[part]) for name, part in ends.items()}
    found = {}
    for arm in LEARNERS:
        train, validation, test, right = _memorize(arm, parts, seeds)
        best = np.arange(len(seeds)), validation.argmin(axis=1)
        falling = -np.log(np.minimum.accumulate(train, axis=1))
        equal = [
            np.interp(-np.log(level), t, v, right=np.nan)
            for t, v in zip(falling, test, strict=True)
        ]
        found[arm] = {"train": train, "validation": validation, "test": test}
        found[arm] |= {"equal": np.array(equal), "stopped": test[best], "right": right[best]}
    return found


def report(found: dict[str, dict[str, Array]]) -> None:
    """Two lines for each arm of `regularization`: medians, and the range over the seeds."""
    for arm, run in found.items():
        equal, stopped, right = (run[name] for name in ("equal", "stopped", "right"))
        at = f"{np.median(equal):.2f} ({equal.min():.2f} to {equal.max():.2f})"
        print(f"{arm:18s} test loss at equal training loss {at},")
        end, share = np.median(stopped), np.median(right)
        print(f"{'':18s} stopped early {end:.2f}, with {share:.1%} right")


def _memorize(arm: str, parts: dict[str, tuple[Array, Array]], seeds: Seeds) -> Array:
    """Three losses and the test's accuracy, at each look of each network: (4, seeds, 12)."""
    norm, weights, steps = LEARNERS[arm]
    x, y = parts["train"]
    rngs = [np.random.default_rng(seed) for seed in seeds]
    sizes = [x.shape[1], 64, 64, 10]
    models = together([network(sizes, nn.ReLU, rng, norm, weights) for rng in rngs])
    feed = stacked([draws(x, y, 40, rng) for rng in rngs])
    loss_fn, optimizer = nn.CrossEntropyLoss("sum"), optim.SGD(models.parameters(), 0.3)
    looks = []
    for _ in range(12):
        descend(models, loss_fn, optimizer, islice(feed, steps // 12))
        losses = []
        for some, labels in parts.values():
            logits = in_use(models, some[None])
            losses.append([loss_fn(one, labels) / len(labels) for one in logits])
        looks.append([*losses, np.mean(logits.argmax(axis=2) == labels, axis=1)])
    return np.moveaxis(np.array(looks), 0, 2)


# C17: saturation and vanishing gradients.


def saturation(
    weights: Weights, norm: bool, seeds: Seeds = SEEDS, steps: int = 120
) -> dict[str, Array]:
    """Five hidden layers of 50 sigmoids. For each seed: `saturated`, the share of the last
    sigmoids' inputs beyond ±4, before and after training (seeds, 2); `gradient`, the first weights'
    mean |∂E/∂w| over the last hidden ones', before; `right`, at the end."""
    x, y = digits()["train"]
    rngs, layer = [np.random.default_rng(seed) for seed in seeds], batch_norm if norm else None
    sizes = [64, *[50] * 5, 10]
    models = together([network(sizes, nn.Sigmoid, rng, layer, weights) for rng in rngs])
    loss_fn, optimizer = nn.CrossEntropyLoss("sum"), optim.SGD(models.parameters(), 0.3)
    some, labels = x[None, :80], np.tile(y[:80], len(seeds))
    logits = models(some)
    loss_fn(logits.reshape(-1, 10), labels)
    models.parameter_gradients(loss_fn.backward().reshape(logits.shape))
    linear = [f for f in models.layers if isinstance(f, SideBySide)]
    first, last = (np.abs(f.weight.grad).mean(axis=(1, 2)) for f in (linear[0], linear[-2]))
    before = _saturated(models, some)
    feed = stacked([draws(x, y, 60, rng) for rng in rngs])
    descend(models, loss_fn, optimizer, islice(feed, steps))
    saturated = np.stack([before, _saturated(models, some)], axis=1)
    right = accuracies_of(models, *digits()["test"])
    return {"saturated": saturated, "gradient": first / last, "right": right}


def _saturated(models: nn.Sequential, x: Array) -> Array:
    """The share of the last sigmoids' inputs beyond ±4, (S,), in training mode: with the
    statistics of this batch."""
    for layer in models.layers[:-2]:
        x = layer(x)
    return np.asarray(np.mean(np.abs(x) > 4, axis=(1, 2)))


# C19: changes in lower layers.


def impact(
    seeds: Seeds = SEEDS, trained: bool = True, *, directions: int = 30
) -> dict[str, dict[str, Array]]:
    """The first weights change by 10 % in random directions. For each arm and seed, in the mean of
    these: how far the logits move, relative to their size (`raw`); the same after each logit's mean
    over the batch is taken off (`centered`); the share of pictures answered anew (`flipped`).

    The networks of `race`, after their training or before it, in training mode; `in_use` and
    `flipped_in_use` are `raw` and `flipped` after eval(), with the statistics that were remembered
    before the change.
    """
    x, found = digits()["test"][0][None], {}
    for arm, (norm, weights, _) in ARMS.items():
        rngs = [np.random.default_rng(seed) for seed in seeds]
        if trained:
            each = [race(arm, seed)[0] for seed in seeds]
        else:
            sizes = [64, 64, 64, 64, 10]
            each = [network(sizes, nn.Sigmoid, rng, norm, weights) for rng in rngs]
        models = together(each)
        before, used, state = models(x), in_use(models, x), models.state_dict()
        tries = [_shift(models, state, x, before, used, rngs) for _ in range(directions)]
        kept = [name for name in tries[0] if trained or "in_use" not in name]
        found[arm] = {name: np.mean([one[name] for one in tries], axis=0) for name in kept}
    return found


def _shift(
    models: nn.Sequential,
    state: dict[str, Array],
    x: Array,
    before: Array,
    used: Array,
    rngs: list[np.random.Generator],
) -> dict[str, Array]:
    """What one change of each network's first weights, from `state`, does to logits and answers,
    in both modes."""
    models.load_state_dict(state)
    for w, rng in zip(models.parameters()[0].value, rngs, strict=True):
        change = rng.normal(size=w.shape)
        w += 0.1 * np.linalg.norm(w) / np.linalg.norm(change) * change
    now_used, after = in_use(models, x), models(x)
    middle, middle_before = (logits.mean(axis=1, keepdims=True) for logits in (after, before))
    return {
        "raw": _relative(after, before),
        "centered": _relative(after - middle, before - middle_before),
        "flipped": _flipped(after, before),
        "in_use": _relative(now_used, used),
        "flipped_in_use": _flipped(now_used, used),
    }


def _flipped(after: Array, before: Array) -> Array:
    return np.asarray(np.mean(after.argmax(axis=2) != before.argmax(axis=2), axis=1))


def _relative(after: Array, before: Array) -> Array:
    moved, size = (np.linalg.norm(v, axis=(1, 2)) for v in (after - before, before))
    return np.asarray(moved / size, float)


# Along the way: eval() forgotten, and very deep ReLU networks.


def forgotten_eval(size: int, by_class: bool = False, seeds: Seeds = SEEDS) -> dict[str, Array]:
    """Tested in training mode, in batches of `size`, mixed or sorted by class: `right` (seeds,).
    `after` (seeds,) is the accuracy with eval() then, `before` what it was with eval() at first."""
    x, y = digits()["test"]
    order = np.argsort(y, kind="stable") if by_class else np.arange(len(y))
    batches = np.split(order, range(size, len(y), size))
    found: dict[str, list[float]] = {"before": [], "right": [], "after": []}
    for seed in seeds:
        model = deepcopy(race("batch norm", seed)[0])
        found["before"].append(accuracy(model, x, y))
        said = np.concatenate([model(x[i]).argmax(axis=1) for i in batches])
        found["right"].append(float(np.mean(said == y[order])))
        found["after"].append(accuracy(model, x, y))
    return {name: np.array(values) for name, values in found.items()}


def growth(
    norm: Norm | None, depth: int = 30, seeds: Seeds = SEEDS, f: type[nn.Layer] = nn.ReLU
) -> Array:
    """(seeds,): the factor by which the weights' gradient grows from one hidden layer to the one
    below, in an untrained network of `depth` of them, 50 wide, from He's weights."""
    x, y = (v[:128] for v in digits()["train"])
    factors = []
    for seed in seeds:
        rng, loss_fn = np.random.default_rng(seed), nn.CrossEntropyLoss()
        model = network([64, *[50] * depth, 10], f, rng, norm, he)
        loss_fn(model(x), y)
        model.parameter_gradients(loss_fn.backward())
        linear = [f for f in model.layers if isinstance(f, nn.Linear)]
        low, high = (np.linalg.norm(f.weight.grad) for f in (linear[1], linear[-2]))
        factors.append((low / high) ** (1 / (depth - 2)))
    return np.array(factors)
