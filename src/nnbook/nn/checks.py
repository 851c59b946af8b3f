"""Arguments that are checked alike wherever they are given, in words that name the argument."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

LARGEST = 2**30  # numbers in an array: more is a slip


def shown(x: object) -> str:
    """x in an error: its repr, if that is short and one line."""
    try:
        text = repr(x)
    except Exception:  # an object whose repr fails is still to be named
        text = ""
    if isinstance(x, np.ndarray):
        return f"an array of shape {x.shape}"
    if text and len(text) <= 80 and "\n" not in text:
        return text
    return f"an object of type {type(x).__name__}"


def count(name: str, n: int) -> int:
    """n, if it is one of 1, 2, 3 …; ValueError if not."""
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise ValueError(f"{name} must be a whole number, at least 1, got {shown(n)}")
    if n > LARGEST:
        raise ValueError(f"{name} must be at most {LARGEST:,}, got {shown(n)}")
    return int(n)


def number(name: str, x: Any, usual: str) -> float:
    """x as a float, if it is one real number; TypeError if not, with the usual one."""
    array = isinstance(x, np.ndarray) and x.ndim == 0 and x.dtype.kind in "fiu"
    plain = isinstance(x, int | float | np.integer | np.floating) and not isinstance(x, bool)
    if not (array or plain):
        raise TypeError(f"{name} must be a number, got {shown(x)}: {usual}")
    try:
        return float(x)
    except OverflowError:  # a whole number beyond all floats
        return float("inf") if x > 0 else float("-inf")


def switch(name: str, x: Any) -> bool:
    """x, if it is True or False; TypeError if not."""
    if not isinstance(x, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, got {shown(x)}")
    return bool(x)


def choice(name: str, x: Any, first: str, second: str) -> str:
    """x, if it is one of two words; ValueError if not."""
    if not isinstance(x, str) or x not in (first, second):
        raise ValueError(f'{name} must be "{first}" or "{second}", got {shown(x)}')
    return x


def float_dtype(title: str, dtype: DTypeLike) -> np.dtype[Any]:
    """np.float32 or np.float64; TypeError for anything else."""
    try:
        found = None if dtype is None else np.dtype(dtype)
    except Exception:  # whatever NumPy says of what is no dtype
        found = None
    if found in (np.float32, np.float64):
        return np.dtype(found)
    got = str(found) if found is not None else shown(dtype)
    cure = ": NumPy computes on the processor, leave it out" * (got in ("'cpu'", "'cuda'"))
    raise TypeError(f"{title} takes np.float32 or np.float64, got {got}{cure}")


def axis(name: str, dim: Any) -> int:
    """dim, if it is a whole number; TypeError if not."""
    if isinstance(dim, bool) or not isinstance(dim, int | np.integer):
        raise TypeError(f"{name} must be a whole number, got {shown(dim)}: 1 is the classes")
    return int(dim)


def generator(rng: np.random.Generator | None) -> np.random.Generator:
    """rng, or for None an unseeded one; TypeError for another thing."""
    if rng is not None and not isinstance(rng, np.random.Generator):
        cure = f"give numpy.random.default_rng({rng if isinstance(rng, int) else 0})"
        raise TypeError(f"rng must be a Generator, got {shown(rng)}: {cure}")
    return rng or np.random.default_rng()
