"""What is looked at where a result depends on chance: batches, masks, first weights."""
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from nnbook.exercises.kit import words
from nnbook.exercises.kit.chance import Sample
from nnbook.exercises.kit.trial import Odd
from nnbook.exercises.kit.values import close


def examples(n, d=2):
    """n examples that can be told apart, and a label that tells whose it is."""
    return np.arange(n)[:, None] + 100.123 * np.arange(d), 100 + np.arange(n)


def seen_batches(f, result, args):
    """What matters about the batches: whether every example is there, with its label."""
    x, y, _, _ = args
    batches = batches_in(result, x)
    rows = np.concatenate([np.asarray(a)[:, 0] for a, _ in batches]).astype(int)
    found = np.concatenate([np.asarray(a) for a, _ in batches])
    labels = np.concatenate([np.asarray(b) for _, b in batches])
    return {
        "number of batches": len(batches),
        "sizes of the batches": np.array([len(a) for a, _ in batches]),
        "how often each example comes": np.bincount(rows, minlength=len(x)),
        "examples with all their features": close(found, x[rows]),
        "share of examples with their own label": float(np.mean(labels == y[rows])),
        "the labels are whole numbers": labels.dtype.kind in "iu",
    }


def batches_in(result, x):
    """A list of pairs (x, y); Odd if it is none."""
    wanted, step = "a list of pairs (x, y)", "Collect `(x[rows], y[rows])` for each batch."
    cause = "Each batch is a pair: some rows of x, and the labels of the same rows."
    if isinstance(result, np.ndarray | str | dict | set):
        raise Odd(wanted, words.kind(result), cause, step)
    try:
        batches = list(result)
    except TypeError:
        raise Odd(wanted, words.kind(result), cause, step) from None
    if not batches:
        raise Odd(wanted, "an empty list", "No batch was collected.", step)
    for batch in batches:
        arrays = isinstance(batch, tuple | list) and all(isinstance(a, np.ndarray) for a in batch)
        if not arrays or len(batch) != 2:
            parts = batch if isinstance(batch, tuple | list) and len(batch) in (2, 3) else [batch]
            came = f"a list with {words.listed([words.kind(part) for part in parts])} in it"
            raise Odd(wanted, came, cause, step)
        a, b = batch
        fits = a.ndim == 2 and a.shape[1:] == x.shape[1:] and b.shape == (len(a),)
        if not fits or a.dtype.kind not in "fiu" or not np.isfinite(a).all():
            came = f"a pair of shapes {a.shape} and {b.shape}"
            raise Odd("pairs of shapes (B, D) and (B,)", came, cause, step)
        if not np.isin(a[:, 0], x[:, 0]).all():
            raise Odd("rows of x", "rows that x does not have", cause, step)
    return batches


def order(n, size):
    """In which order n examples come, so many at a time."""
    return Sample(
        lambda rng: (*examples(n), size, rng),
        lambda batches: np.concatenate([a[:, 0] for a, _ in batches]).astype(int),
    )


def seen_mask(f, result, args):
    """What chance leaves the same: shares and factors."""
    x, p, _ = args
    y, mask = (np.asarray(part, np.float64) for part in result)
    kept, rows, columns = y != 0, (y != 0).mean(axis=1), (y != 0).mean(axis=0)
    return {
        "share of neurons that are dropped": float(1 - kept.mean()),
        "what a kept 1 becomes": float(np.median(y[kept] / x[kept])) if kept.any() else 0.0,
        "all kept neurons get the same factor": bool(np.ptp((y / x)[kept]) < 1e-4)
        if kept.any()
        else True,
        "whole rows or columns are dropped": min(x.shape) > 1
        and p > 0
        and bool(set(rows) <= {0.0, 1.0} or set(columns) <= {0.0, 1.0}),
        "what the mask holds for dropped and for kept neurons": np.array(
            [
                np.median(mask[at]) if at.any() else right
                for right, at in ((0.0, ~kept), (1.0, kept))
            ]
        ),
        "all kept neurons have the same in the mask, and all dropped ones": all(
            at.sum() < 2 or np.ptp(mask[at]) == 0 for at in (kept, ~kept)
        ),
    }


def kept(p):
    """Which of 8 × 6 neurons are kept, standardized."""
    return Sample(
        lambda rng: (np.ones((8, 6)), p, rng),
        lambda result: (1.0 * (np.asarray(result[0]) != 0) - (1 - p)) / np.sqrt(p * (1 - p)),
    )


def seen_weights(f, result, args):
    """Mean, spread and kind of random weights."""
    std = float(result.std())
    return {
        "mean of the weights": float(result.mean()),
        "standard deviation of the weights": std,
        "share within one standard deviation": float(np.mean(np.abs(result) < std)),
    }


# 12 × 8 weights for a layer with 8 inputs, in units of their standard deviation
weights = Sample(lambda rng: (8, 12, rng), lambda weight: np.asarray(weight, np.float64) / 0.5)
