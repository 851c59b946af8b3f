"""A function of one number with its slope, as tables to draw; and the reader's own, tried out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnbook.experiments.polygon import packed, polygon
from nnbook.nn.activations import Array

Function = Callable[[Any], Any]  # of an array: one number for each

SEEN = 6.0  # pictures of f show −6 ≤ a ≤ 6
REACH = 16.0  # tables cover [−16, 16]: |w·x + b| stays below that in every figure
TOLERANCE = 2e-5  # of z, so that three decimals can be read off; slopes are ten times coarser


@dataclass(frozen=True)
class Curve:
    """A function of the pre-activation a, its derivative, and where either has a kink or jump.

    `span` is the range of z that a picture of f shows.
    """

    label: str
    f: Function
    derivative: Function
    breaks: Sequence[float] = ()
    span: tuple[float, float] = (-SEEN, SEEN)

    def tables(self) -> dict[str, bytes]:
        def table(f: Function, tolerance: float) -> bytes:
            return packed(*polygon(f, -REACH, REACH, tolerance=tolerance, breaks=self.breaks))

        return {"f": table(self.f, TOLERANCE), "slope": table(self.derivative, 10 * TOLERANCE)}


def readers_own(f: Function, derivative: Function | None, figure: str) -> Curve:
    """The reader's function, tried out first: what it does wrong is said in words.

    Without a derivative, central differences with h = 1e-5 are taken.
    """
    name = getattr(f, "__name__", "your function")
    own = _checked(f, f"{figure}(f={name})")
    if derivative is None:
        h = 1e-5
        slope: Function = lambda a: (own(a + h) - own(a - h)) / (2 * h)  # noqa: E731
    else:
        slope = _checked(derivative, f"{figure}(derivative=…)")
    z = own(np.linspace(-SEEN, SEEN, 121))
    return Curve(name, own, slope, span=(float(z.min()), float(z.max()) + 1e-9))


def _checked(f: Function, call: str) -> Function:
    """f, with errors that say what an activation function takes and gives."""
    need = "an activation function takes a NumPy array and returns one of the same shape"

    def checked(a: Array) -> Array:
        try:
            z: Any = np.asarray(f(a.copy()))
        except Exception as error:
            raise ValueError(
                f"{call} raised {type(error).__name__}: {error}. It was called with an array of "
                f"{a.size} numbers; {need}."
            ) from error
        if z.shape != a.shape:
            raise ValueError(
                f"{call} returned shape {z.shape} for input of shape {a.shape}; {need}."
            )
        if z.dtype.kind not in "fiub":
            raise TypeError(f"{call} returned {z.dtype}, not real numbers; {need}.")
        if not np.isfinite(z).all():
            at = a[~np.isfinite(z)][0]
            raise ValueError(
                f"{call} returned {z[~np.isfinite(z)][0]} at a = {at:.3g}; it must be finite."
            )
        return np.asarray(z, np.float64)

    checked(np.linspace(-REACH, REACH, 65))
    return checked
