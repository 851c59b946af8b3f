"""Three gates, forward and backward: add hands a message out, multiply swaps, max routes."""

from __future__ import annotations

import numpy as np
import traitlets

from nnbook.figures.circuit.compute import WIRES, run, table
from nnbook.figures.circuit.questions import questions
from nnbook.figures.kit.controls import slider, steps
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.pack import pack
from nnbook.figures.kit.predict import Question
from nnbook.nn.activations import Array

LINES = (  # a line of code a step: tests run them
    ("q", "q = x + y"),
    ("m", "m = max(z, w)"),
    ("out", "out = q * m"),
    ("multiply", "dq, dm = m, q"),
    ("add", "dx, dy = dq, dq"),
    ("max", "dz, dw = dm * (z > w), dm * (w > z)"),
)
RANGES = {  # of each gate's two inputs: the smallest of both, then the steps of both
    "add": (-4, -4, 1, 1),
    "max": (-4, -3.5, 1, 1),
    "multiply": (-8, -4, 1, 0.5),
}


def numbers(low: float, by: float) -> Array:
    """From `low` to −`low`: what can come in at an input."""
    return np.arange(low, 0.5 - low, by)


class Circuit(Figure):
    """Numbers go forward through three gates, gradients come back: who passes on what?"""

    figure = "circuit"
    title = "Three gates"
    question = "Who passes on what?"
    about = (
        "Four inputs at the left. x and y meet in a gate that adds, z and w in one that takes the "
        "larger; what comes out of both is multiplied at the right. Values stand above the wires, "
        "gradients below them. A gate gives back the gradient from its right, times its own slope; "
        "once the gate that takes the larger number has given back, the wire of the smaller one is "
        "dotted."
    )
    readouts = LINES
    coded = True
    columns = ("wire", "value", "gradient of out")
    ratio = 1.55

    step = steps(3, len(LINES), "step", wait=1400)
    x = slider(3.0, -4, 4, 1, "input x")
    y = slider(-1.0, -4, 4, 1, "input y")
    z = slider(4.0, -4, 4, 1, "input z")
    w = slider(1.5, -3.5, 3.5, 1, "input w")  # never equal to z: there max has no slope
    constants = traitlets.Dict(
        {"ranges": {name: list(four) for name, four in RANGES.items()}, "order": [*dict(LINES)]}
    ).tag(sync=True)
    gates = traitlets.Dict().tag(sync=True)  # (out and two slopes, first input, second input)

    def build(self) -> dict[str, Question]:
        self.gates = {
            name: pack(table(name, numbers(a, by_a), numbers(b, by_b)), "f4")
            for name, (a, b, by_a, by_b) in RANGES.items()
        }
        return questions()

    def rows(self) -> list[tuple[float | str, ...]]:
        value, gradient = run(x=self.x, y=self.y, z=self.z, w=self.w)
        return [(name, value[name], gradient[name]) for name in WIRES]
