"""The activation explorer: one neuron with one input, its curve z = f(wx + b) and its slope."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnbook.experiments.curve import Curve, Function
from nnbook.figures.activation.questions import questions
from nnbook.figures.kit.controls import choice, slider, switch
from nnbook.figures.kit.functions import FUNCTIONS, FunctionFigure
from nnbook.figures.kit.predict import Question
from nnbook.nn.activations import normal_cdf

# The slide prints x + Φ(x); its slope is 1 + φ(x), the derivative of Φ being φ.
PRINTED = Curve(
    "x + Φ(x)",
    lambda a: a + normal_cdf(a),
    lambda a: 1 + np.exp(-(a**2) / 2) / np.sqrt(2 * np.pi),
)


class Activation(FunctionFigure):
    """Drag x along z = f(w·x + b); read a, z and the slope dz/dx = w·f′(a).

    `Activation(f=my_function)` shows a function of your own: array in, array of the same shape
    out. `derivative` is its derivative; without it central differences are taken.
    """

    figure = "activation"
    title = "Activation explorer"
    question = "Where does it switch, how steep is it?"
    about = (
        "A curve of a neuron's output z = f(w·x + b) over its input x from −4 to 4; "
        "a dot marks the present x, and a dashed line the slope there."
    )
    readouts = (("a", "a = w·x + b"), ("z", "z = f(a)"), ("slope", "dz/dx = w·f′(a)"))
    columns = ("x", "a = w·x + b", "z = f(a)", "dz/dx")

    f = choice("relu", {name: curve.label for name, curve in FUNCTIONS.items()}, "activation f")
    w = slider(1.0, -3, 3, 0.1, "weight w")
    b = slider(0.0, -3, 3, 0.1, "bias b")
    x = slider(2.0, -4, 4, 0.1, "input x")
    printed = switch(False, "GELU as the slide prints it", only_if={"f": "gelu"})

    def __init__(
        self, f: str | Function = "relu", *, derivative: Function | None = None, **settings: Any
    ):
        super().__init__(f=f, derivative=derivative, **settings)

    def build(self) -> dict[str, Question]:
        self.offer_functions(printed=PRINTED)
        return {} if "own" in self.functions else questions()

    def more(self) -> str:
        """A field for a function of one's own, where the page has Python."""
        radio = f'<input type="radio" name="{self.name}-f" value="own" data-trait="f" disabled>'
        field = '<input class="nn-own" type="text" maxlength="200" spellcheck="false"'
        return (
            '<div class="nn-buttons" data-own hidden>'
            f'<label class="nn-number">{radio} f(x) =</label>'
            f'{field} placeholder="x * tanh(log(1 + exp(x)))" aria-label="my own f(x), in NumPy">'
            '<button type="button">Draw it</button></div><p role="status"></p>'
        )

    def rows(self) -> list[tuple[float | str, ...]]:
        x = np.arange(-4.0, 5.0)
        a = self.w * x + self.b
        curve = self.functions[self.f]
        return list(zip(x, a, curve.f(a), self.w * curve.derivative(a), strict=True))
