"""What is left of the gradient ten layers down: signal forward beside gradient backward."""

from __future__ import annotations

import numpy as np
import traitlets

from nnbook.figures.depth.compute import (
    MOST,
    SEEN,
    STARTS,
    begin,
    histograms,
    measured,
    place,
)
from nnbook.figures.depth.questions import questions
from nnbook.figures.kit.controls import choice, slider, switch
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.pack import pack
from nnbook.figures.kit.predict import Question


class Depth(Figure):
    """How the signal fades or grows on its way up, and the gradient on its way down.

    Digits, layers of 100 neurons, five seeds, before any training.
    """

    figure = "depth"
    title = "Down through the layers"
    question = "What is left of the gradient ten layers down?"
    about = (
        "Two bars for each layer of a network, from 1 to its size on a logarithmic axis. Blue: "
        "how much the outputs of the layer differ between examples, the signal, on its way up "
        "from layer 1. Orange: the gradient of the layer's weights, on its way down from the last "
        "layer. Short lines at their ends are five random starts; gray marks are the settings at "
        "the opening. Under each layer, a histogram of its outputs z."
    )
    takes = "measures its networks, for a few seconds the first time"
    readouts = (
        ("W", "through the weights"),
        ("norm", "through batch norm"),
        ("f", "through f (slope f′)"),
        ("layer", "one layer down"),
        ("all", "layer 1 : last layer"),
    )
    columns = ("layer", "log₁₀ signal", "log₁₀ gradient", "smallest", "largest")
    ratio = 1.28

    depth = slider(10, 5, MOST, 5, "layers")
    f = choice(
        "sigmoid",
        {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU", "gelu": "GELU"},
        "activation f",
    )
    init = choice("xavier", STARTS, "first weights")
    norm = switch(False, "batch norm before each f")

    signal = traitlets.Dict().tag(sync=True)
    gradient = traitlets.Dict().tag(sync=True)
    factors = traitlets.Dict().tag(sync=True)
    spread = traitlets.Dict().tag(sync=True)  # of z, in parts of 255
    seen = traitlets.Dict({f: list(ends) for f, ends in SEEN.items()}).tag(sync=True)

    def build(self) -> dict[str, Question]:
        signal, gradient, factors = measured()
        self.signal, self.gradient, self.factors = (
            pack(signal),
            pack(gradient),
            pack(factors, "f4"),
        )
        self.spread = pack(np.round(255 * histograms()).astype(np.uint8), "u1")
        return questions()

    def rows(self) -> list[tuple[float | str, ...]]:
        signal, gradient, _ = measured()
        here = place(self.f, self.init, self.norm)
        table: list[tuple[float | str, ...]] = []
        for layer in range(MOST):
            if layer < self.depth:
                g = gradient[here][:, begin(self.depth) + layer]
                numbers = (signal[here][:, layer].mean(), g.mean(), g.min(), g.max())
                table.append((str(layer + 1), *numbers))
            else:
                table.append((str(layer + 1), *("–",) * 4))
        return table
