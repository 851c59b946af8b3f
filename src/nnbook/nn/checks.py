"""What an argument must be. Each check returns the value, or raises an error
that names the thing, what came in its place, and the cure."""

from collections.abc import Callable
from math import inf, isfinite
from numbers import Real
from typing import Any

import numpy as np


def shown(x: object) -> str:
    """x in an error: its repr, if that is short and one line."""
    if isinstance(x, np.ndarray):
        return (
            f"{'a masked' if isinstance(x, np.ma.MaskedArray) else 'an'} array of shape {x.shape}"
        )
    if isinstance(x, type):
        return f"the class {x.__name__}"
    try:
        text = str(x) if isinstance(x, Real) else repr(x)
    except Exception:  # an object whose repr fails is still to be named
        text = ""
    if text.isprintable() and 0 < len(text) <= 80 and not text.startswith("<"):  # <… at 0x7f…>
        return text
    return f"an object of type {type(x).__name__}"


def bounded(
    name: str,
    x: Any,
    rule: str = "finite",
    holds: Callable[[float], bool] = isfinite,
    cure: str = "0.1, for example",
) -> float:
    """x as a float; TypeError for no number, ValueError where the rule does not hold."""
    if isinstance(x, bool) or not isinstance(x, Real):
        raise TypeError(f"{name} must be a number, got {shown(x)}: {cure}")
    try:
        value = float(x)
    except OverflowError:  # an integer of more than 308 digits
        value = -inf if x < 0 else inf
    if not holds(value):
        raise ValueError(f"{name} must be {rule}, got {shown(x)}: {cure}")
    return value


def switch(name: str, x: Any) -> bool:
    """x as a bool; TypeError for all but True and False: "no" would count as true."""
    if not isinstance(x, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, got {shown(x)}")
    return bool(x)


class Checked:
    """An attribute that is checked whenever it is set: `lr = Checked(bounded, …)` in a class.

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
