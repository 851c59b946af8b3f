"""Numbers as the figures print them; the kit's JavaScript writes them alike."""

from __future__ import annotations

from math import floor, log10
from typing import Any

_RAISED = str.maketrans("−0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: Any, digits: int = 3) -> str:
    """A number as the figures print it: a real minus sign, and no negative zero."""
    if isinstance(value, str):
        return value
    text = f"{abs(value):.{digits}f}"
    return f"−{text}" if value < 0 and float(text) else text


def power(k: float) -> str:
    """10ᵏ, for whole k."""
    return f"10{number(k, 0).translate(_RAISED)}"


def science(value: float) -> str:
    """2.31, but 3.9·10⁻⁴ for what is below 0.01 or above 1,000."""
    if value == 0 or 0.01 <= abs(value) < 1000:
        return number(value, 2)
    k = floor(log10(abs(value)))
    return f"{number(value / 10**k, 1)}·{power(k)}"
