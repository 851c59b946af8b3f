"""What is looked at where a result depends on chance: batches, masks, first weights."""
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from nnbook.exercises.kit import words
from nnbook.exercises.kit.trial import Odd


def examples(n):
    """n examples that can be told apart, and a label that tells whose it is."""
    return np.arange(n)[:, None] * [1.0, 10.0] + [0.0, 1.0], 100 + np.arange(n)


def seen_batches(f, result, args):
    """What matters about the batches: whether every example is there, with its label."""
    x, y, size, _ = args
    batches = batches_in(result)
    rows = np.concatenate([np.asarray(a)[:, 0] for a, _ in batches]).astype(int)
    labels = np.concatenate([np.asarray(b) for _, b in batches])
    again = batches_in(f(x.copy(), y.copy(), size, np.random.default_rng(5)))
    third = batches_in(f(x.copy(), y.copy(), size, np.random.default_rng(5)))
    return {
        "number of batches": len(batches),
        "sizes of the batches": np.array([len(a) for a, _ in batches]),
        "how often each example comes": np.bincount(rows, minlength=len(x)),
        "share of examples with their own label": float(np.mean(labels == 100 + rows)),
        "examples in the old order": len(x) > 1 and bool((np.diff(rows) > 0).all()),
        "the same generator gives the same batches": len(again) == len(third)
        and all(np.array_equal(a, b) for (a, _), (b, _) in zip(again, third, strict=True)),
    }


def batches_in(result):
    """A list of pairs (x, y); Odd if it is none."""
    wanted, step = "a list of pairs (x, y)", "Collect `(x[rows], y[rows])` for each batch."
    cause = "Each batch is a pair: some rows of x, and the labels of the same rows."
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
        if a.ndim != 2 or a.shape[1] != 2 or b.shape != (len(a),) or not np.isfinite(a).all():
            came = f"a pair of shapes {a.shape} and {b.shape}"
            raise Odd("pairs of shapes (B, D) and (B,)", came, cause, step)
        if not np.isin(a[:, 0], np.arange(100)).all():
            raise Odd("rows of x", "rows that x does not have", cause, step)
    return batches


def seen_mask(f, result, args):
    """What chance leaves the same: shares, factors, and whether the seed decides."""
    x, p, _ = args
    y, mask = (np.asarray(part, np.float64) for part in result)
    kept, rows, columns = y != 0, (y != 0).mean(axis=1), (y != 0).mean(axis=0)
    again = [np.asarray(f(x, p, np.random.default_rng(7))[0]) for _ in range(2)]
    return {
        "share of units that are dropped": float(1 - kept.mean()),
        "what a kept 1 becomes": float(np.median(y[kept] / x[kept])) if kept.any() else 0.0,
        "all kept units get the same factor": bool(np.ptp((y / x)[kept]) < 1e-4)
        if kept.any()
        else True,
        "whole rows or columns are dropped": len(x) > 1
        and p > 0
        and bool(set(rows) <= {0.0, 1.0} or set(columns) <= {0.0, 1.0}),
        "what the mask holds for dropped and for kept units": np.array(
            [
                np.median(mask[at]) if at.any() else right
                for right, at in ((0.0, ~kept), (1.0, kept))
            ]
        ),
        "the same generator gives the same mask": bool(np.array_equal(again[0], again[1])),
    }


def seen_weights(f, result, args):
    """Mean, spread and kind of random weights, and whether their seed decides them."""
    std = float(result.std())
    once, twice = (f(*args[:-1], np.random.default_rng(7)) for _ in range(2))
    return {
        "mean of the weights": float(result.mean()),
        "standard deviation of the weights": std,
        "share within one standard deviation": float(np.mean(np.abs(result) < std)),
        "the same generator gives the same weights": bool(np.array_equal(once, twice)),
    }
