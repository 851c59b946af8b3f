"""What an argument must be. Each check returns the value, or raises an error
that names the thing, what came in its place, and the cure."""

from collections.abc import Callable
from math import inf, isfinite
from numbers import Real
from typing import Any

import numpy as np


def came(x: object) -> str:
    """x in a few words, whatever it is: for the end of "must be …, got …"."""
    kind = type(x).__name__
    if isinstance(x, np.ndarray):
        masked = "masked " * isinstance(x, np.ma.MaskedArray)
        return f"{masked}array of {x.dtype}, shape {x.shape}"
    if isinstance(x, type):
        return f"the class {x.__name__}"
    try:
        text = str(x) if isinstance(x, Real) else repr(x)
    except Exception:  # the object's own: we are on the way to a better one
        return kind
    says_more = text.isprintable() and len(text) <= 60 and not text.startswith("<")
    return text if says_more else kind


def number(
    name: str,
    x: Any,
    rule: str = "finite",
    holds: Callable[[float], bool] = isfinite,
    cure: str = "0.1, for example",
) -> float:
    """x as a float; TypeError for no number, ValueError where the rule does not hold."""
    if isinstance(x, bool) or not isinstance(x, Real):
        raise TypeError(f"{name} must be a number, got {came(x)}: {cure}")
    try:
        value = float(x)
    except OverflowError:  # an integer of more than 308 digits
        value = -inf if x < 0 else inf
    if not holds(value):
        raise ValueError(f"{name} must be {rule}, got {came(x)}: {cure}")
    return value


def flag(name: str, x: Any) -> bool:
    """x as a bool; TypeError for all but True and False: "no" would count as true."""
    if not isinstance(x, bool | np.bool_):
        raise TypeError(f"{name} must be a bool, got {came(x)}: give True or False")
    return bool(x)


class Checked:
    """An attribute that is checked whenever it is set: `lr = Checked(number, …)` in a class.

    check(name, value, *rule) returns the value to keep, or raises.
    """

    def __init__(self, check: Callable[..., Any], *rule: Any) -> None:
        self.check, self.rule = check, rule

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, owner: object, kind: type) -> Any:
        return self if owner is None else vars(owner)[self.name]

    def __set__(self, owner: object, value: Any) -> None:
        name = f"{type(owner).__name__} {self.name}"
        vars(owner)[self.name] = self.check(name, value, *self.rule)
