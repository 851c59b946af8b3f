"""The activation functions that figures offer, the reader's own among them, and their tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets

from nnbook import nn
from nnbook.experiments.curve import SEEN, Curve, Function, readers_own
from nnbook.figures.kit.figure import Figure

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
            self.functions["own"] = readers_own(f, derivative, type(self).__name__)
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
