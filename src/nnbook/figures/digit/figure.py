"""A digit that the reader draws, and what a network of 32 hidden neurons makes of it."""

from __future__ import annotations

import numpy as np
import traitlets

from nnbook import nn
from nnbook.experiments.polygon import packed, polygon
from nnbook.figures.digit.compute import (
    DRAWS,
    FAINT,
    HIDDEN,
    LETTERS,
    NETWORKS,
    PEN,
    RAISED,
    SMALLEST,
    STRIDE,
    Changes,
    noise,
    right_in_draws,
    scores,
    stored,
    weights,
)
from nnbook.figures.digit.questions import TORN, questions
from nnbook.figures.kit.controls import choice, drawn, slider, switch
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.predict import Question

POINTS = rf"(?:\.(?:[{LETTERS}][{LETTERS}])+)*"  # strokes, two letters a point
ONE_OF = f"(?:[1-9]|[12][0-9]|3[0-{HIDDEN % 10}])"
CONSTANTS = {
    "pen": PEN,
    "faint": FAINT,
    "smallest": SMALLEST,
    "letters": LETTERS,
    "networks": {name: {"side": n.side, "fill": n.fill} for name, n in NETWORKS.items()},
    "draws": DRAWS,
    "stride": STRIDE,
    "raised": RAISED,
}


class DrawDigit(Figure):
    """Draw a digit with mouse, finger or keys; look into the neurons, and hurt them.

    A drawing is a stored one by its number, "0" to "99", or strokes. In a notebook of your own,
    `figure.drawing` has it, and can be set.
    """

    figure = "digit"
    title = "Draw a digit"
    question = "What does each layer make of it, and when is it wrong?"
    about = (
        "A square to draw a digit in, with ten keys for stored drawings. Beside it the same "
        "drawing as the network sees it, scaled, centered and shrunk, and the weights of the "
        "chosen neuron in the same places. Then the 32 hidden neurons, darker the larger their "
        "outputs are, and a bar for each of the ten answers. Lines lead from the neurons that "
        "speak most for the answer with the longest bar (blue) and the runner-up (orange)."
    )
    readouts = (
        ("says", "it says"),
        ("second", "the other network says"),
        ("right", "right of 100 stored digits"),
        ("neuron", "the chosen neuron"),
    )
    columns = ("digit", "score", "probability", "other network")
    ratio = 1.55
    narrow_ratio = 0.8  # upright; figure.css says where

    drawing = drawn(TORN, f"(?:[0-9]|[1-9][0-9]|{POINTS})", ("", "37", TORN), "drawing")
    network = choice("moved", {name: n.name for name, n in NETWORKS.items()}, "network")
    neuron = slider(0, 0, HIDDEN, 1, "neuron")
    off = drawn("", f"(?:{ONE_OF}(?:,{ONE_OF})*)?", ("", "3,14,15"), "neurons off")
    noise = slider(0.0, 0, 1, 0.05, "weight noise")
    biases = switch(True, "biases")
    constants = traitlets.Dict(CONSTANTS).tag(sync=True)
    images = traitlets.Dict().tag(sync=True)
    weights = traitlets.Dict().tag(sync=True)  # by network
    noises = traitlets.Dict().tag(sync=True)
    tables = traitlets.Dict().tag(sync=True)  # of e to the power x

    def build(self) -> dict[str, Question]:
        self.images, self.noises = stored(), noise()
        self.weights = {name: weights(name) for name in NETWORKS}
        self.tables = {"exp": packed(*polygon(np.exp, -16, 0, tolerance=2e-5))}
        return questions()

    def changes(self) -> Changes:
        off = tuple(int(k) for k in self.off.split(",") if k)
        return Changes(off=off, biases=self.biases, noise=self.noise)

    def alt(self) -> str:
        """What the picture shows, with the drawing and the answer in words."""
        what = "a drawing" if self.drawing.startswith(".") else "nothing"
        if self.drawing.isdigit():
            what = f"a stored {int(self.drawing) // 10}, number {self.drawing}"
        found = scores(self.network, self.drawing, self.changes())
        said = "no answer" if found is None else f"the answer {found.argmax()}"
        return (
            f"{self.about} Here {what}, with {said} of the network {NETWORKS[self.network].name}; "
            f"chosen neuron {self.neuron or 'none'}, neurons off {self.off or 'none'}, "
            f"noise {self.noise}, biases {'on' if self.biases else 'off'}."
        )

    def rows(self) -> list[tuple[float | str, ...]]:
        other = next(name for name in NETWORKS if name != self.network)
        mine = scores(self.network, self.drawing, self.changes())
        second = scores(other, self.drawing)
        right = right_in_draws(self.network, self.changes())
        last = ("right of 100 stored", float(np.mean(right)), "", "")
        if mine is None or second is None:
            return [*((str(k), "–", "–", "–") for k in range(10)), last]
        p, q = (nn.softmax(one[None])[0] for one in (mine, second))
        return [*((str(k), mine[k], p[k], q[k]) for k in range(10)), last]
