"""The activation functions that figures offer, the reader's own among them, and their tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import traitlets

from nnbook import nn
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.table import packed, polygon
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


FUNCTIONS = {
    "sigmoid": Curve("sigmoid", nn.sigmoid, nn.sigmoid_derivative, span=(0.0, 1.0)),
    "relu": Curve("ReLU", nn.relu, nn.relu_derivative, breaks=[0.0], span=(0.0, SEEN)),
    "gelu": Curve("GELU", nn.gelu, nn.gelu_derivative, span=(0.0, SEEN)),
    "tanh": Curve("tanh", nn.tanh, nn.tanh_derivative, span=(-1.0, 1.0)),
    "identity": Curve("identity", lambda a: 1.0 * a, np.ones_like),
}


class FunctionFigure(Figure):
    """A figure of z = f(a) with a choice of f; `f=my_function` adds the reader's own."""

    tables = traitlets.Dict().tag(sync=True)
    functions: dict[str, Curve]

    def __init__(self, *, f: str | Function, derivative: Function | None, **settings: Any):
        self.functions = dict(FUNCTIONS)
        if callable(f):
            self.functions["own"] = _readers_own(f, derivative, type(self).__name__)
            f = "own"
        super().__init__(f=f, **settings)

    def offer_functions(self, **more: Curve) -> None:
        """Put every function in the list to choose from, and their tables and `more` in a trait."""
        options = {name: curve.label for name, curve in self.functions.items()}
        offered = {"options": options, "order": list(options)}
        self.controls = {**self.controls, "f": {**self.controls["f"], **offered}}
        self.tables = {name: c.tables() for name, c in {**self.functions, **more}.items()}

    def label(self) -> str:
        """How the chosen f is called."""
        return str(self.controls["f"]["options"][self.f])


def _readers_own(f: Function, derivative: Function | None, figure: str) -> Curve:
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
