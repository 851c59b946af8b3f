"""Arguments that are checked alike wherever they are given, in words that name the argument."""

import re
from collections.abc import Callable
from math import prod
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import DTypeLike

T = TypeVar("T")
LARGEST = 2**30  # numbers in an array: more is a slip


def shown(x: object) -> str:
    """x in an error: its repr, if that is short and one line."""
    if isinstance(x, np.ndarray) and x.ndim:
        kind = "a masked" if isinstance(x, np.ma.MaskedArray) else "an"
        return f"{kind} array of shape {x.shape}"
    try:
        plain = x.item() if isinstance(x, np.generic) else x
        text = re.sub(" at 0x[0-9a-fA-F]+", "", repr(plain))
    except Exception:  # an object whose repr fails is still to be named
        text = ""
    if text.isprintable() and 0 < len(text) <= 80:
        return text
    return f"an object of type {type(x).__name__}"


def count(name: str, n: int) -> int:
    """n, if it is one of 1, 2, 3 …; ValueError if not."""
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise ValueError(f"{name} must be a whole number, at least 1, got {shown(n)}")
    if n > LARGEST:
        raise ValueError(f"{name} must be at most {LARGEST:,}, got {shown(n)}")
    return int(n)


def sizes(name: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    """shape, if it is a tuple of whole numbers from 0; TypeError or ValueError if not."""
    whole = isinstance(shape, tuple) and all(isinstance(n, int | np.integer) for n in shape)
    if not whole or any(isinstance(n, bool) for n in shape):
        raise TypeError(f"{name} takes a tuple such as (64, 512), got {shown(shape)}")
    if any(n < 0 for n in shape) or prod(map(int, shape)) > LARGEST:
        raise ValueError(f"{name} takes sizes from 0, together at most {LARGEST:,}, got {shape}")
    return shape


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
        seed = rng if isinstance(rng, int) and 0 <= rng < 2**32 else 0
        cure = f"give numpy.random.default_rng({seed})"
        raise TypeError(f"rng must be a Generator, got {shown(rng)}: {cure}")
    return rng or np.random.default_rng()


def bounded(name: str, x: Any, rule: str, holds: Callable[[float], bool], usual: str) -> float:
    """x as a float; TypeError for no number, ValueError where the rule does not hold."""
    value = number(name, x, usual)
    if not holds(value):
        raise ValueError(f"{name} must be {rule}, got {shown(x)}: {usual}")
    return value


class Checked(Generic[T]):
    """An attribute that is checked whenever it is set.

    In a class: `lr = Checked(check, *rule)`; check(name, value, *rule)
    returns the value to keep, or raises.
    """

    def __init__(self, check: Callable[..., T], *rule: Any) -> None:
        self.check, self.rule = check, rule

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, owner: object, kind: type) -> T:
        if owner is None:
            return self  # type: ignore[return-value]
        try:
            kept: T = owner.__dict__[self.name]
        except KeyError:
            cure = "call super().__init__()"
            raise AttributeError(f"{kind.__name__} has no {self.name} yet: {cure}") from None
        return kept

    def __set__(self, owner: object, value: Any) -> None:
        name = f"{type(owner).__name__} {self.name}"
        vars(owner)[self.name] = self.check(name, value, *self.rule)
