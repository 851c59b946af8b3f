"""Compares what came with what was expected: to rounding, in shape, and by constant factors."""

from __future__ import annotations

import sys
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Tolerance: TypeAlias = tuple[float, float]  # relative, absolute

FLOAT32, FLOAT64 = (1e-4, 1e-5), (1e-6, 1e-8)


def plain(value: Any) -> NDArray[Any] | None:
    """A number, an array or a PyTorch tensor as an array; None for all else."""
    if isinstance(value, np.ndarray | np.generic | bool | int | float | complex):
        return np.asarray(value)
    if is_tensor(value):
        return np.asarray(value.detach().cpu().numpy())
    return None


def is_tensor(value: Any) -> bool:
    """Is it PyTorch's? Asked without importing PyTorch."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def kept(value: Any) -> Any:
    """The same, with copies of its arrays, which nobody else can change."""
    if isinstance(value, np.ndarray):
        return np.array(value)
    if type(value) in (list, tuple):
        return type(value)(map(kept, value))
    return value


def close(came: Any, expected: Any, tolerance: Tolerance | None = None, slack: float = 0.0) -> bool:
    """Are they equal, to the rounding of the coarser of the two and slack? NaN equals NaN."""
    a, b = plain(came), plain(expected)
    if a is None or b is None or a.dtype.kind not in "fiub" or b.dtype.kind not in "fiub":
        return a is None and b is None and _alike(came, expected)
    return a.shape == b.shape and bool(np.all(near(a, b, tolerance, slack)))


def near(
    came: NDArray[Any],
    expected: NDArray[Any],
    tolerance: Tolerance | None = None,
    slack: float = 0.0,
) -> NDArray[np.bool_]:
    """Number by number."""
    rounded = any(x.dtype.kind == "f" and x.dtype.itemsize < 8 for x in (came, expected))
    relative, absolute = tolerance or (FLOAT32 if rounded else FLOAT64)
    with np.errstate(all="ignore"):
        a, b = came.astype(np.float64), expected.astype(np.float64)
        equal = (a == b) | (np.isnan(a) & np.isnan(b))
        off = np.abs(a - b) <= absolute + slack + relative * np.abs(b)
        return np.asarray(equal | (off & np.isfinite(b)))


def ratio(came: NDArray[Any], expected: NDArray[Any]) -> float | None:
    """c, if came = c · expected throughout; None if not, or if there is nothing to tell it by."""
    at = expected != 0
    if came.shape != expected.shape or not at.any() or np.any(came[~at] != 0):
        return None
    with np.errstate(all="ignore"):
        ratios = np.asarray(came[at] / expected[at], np.float64)
    middle = float(np.median(ratios))
    same = np.isfinite(middle) and middle != 0 and np.all(np.abs(ratios / middle - 1) < 1e-3)
    return middle if same else None


def same(a: Any, b: Any) -> bool:
    """Are two results equal, whatever they are made of?"""
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    return close(a, b)


def shapes(value: Any) -> Any:
    """Of what it is made: types, and the shapes of arrays."""
    if isinstance(value, list | tuple):
        return type(value).__name__, [shapes(part) for part in value]
    return np.shape(value) if plain(value) is not None else type(value).__name__


def edited(before: Any, after: Any) -> bool:
    """Has a call changed its argument, by more than the rounding of adding h and taking it off?"""
    if isinstance(before, list | tuple):
        return len(before) != len(after) or any(map(edited, before, after))
    if type(before) in (int, float) and type(after) is type(before) and before == after:
        return False  # soon said, of lists of thousands
    a, b = plain(after), plain(before)
    if a is None or b is None:
        return False
    return a.shape != b.shape or a.dtype != b.dtype or not np.all(near(a, b, (1e-9, 1e-12)))


def _alike(came: Any, expected: Any) -> bool:
    try:
        return bool(came == expected)
    except Exception:
        return False
