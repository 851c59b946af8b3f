"""One error reaches every weight: the slides' 4-2-1 network, forward and backward, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets

from nnbook import nn, optim
from nnbook.figures.kit.controls import choice, slider, steps, switch
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.network421 import BATCHES, W, X, Y, table, trace
from nnbook.figures.kit.pack import pack, unpack
from nnbook.figures.kit.predict import Question
from nnbook.figures.messages.questions import questions
from nnbook.nn.activations import Array

LR, UPDATES = 0.1, 4
BENDS = {"linear": None, "sigmoid": nn.Sigmoid, "relu": nn.ReLU}
LINES = (  # a line of code a step: tests run them
    ("a", "a = x @ W1.T"),
    ("z", "z = f(a)"),
    ("y_hat", "y_hat = z @ W2.T"),
    ("E", "E = mean((y_hat - y)**2) / 2"),
    ("g", "g = (y_hat - y) / N"),
    ("W2", "W2.grad = g.T @ z"),
    ("gz", "g = g @ W2"),
    ("ga", "g = g * f_slope(a)"),
    ("W1", "W1.grad = g.T @ x"),
    ("gx", "g = g @ W1"),
)


class Messages(Figure):
    """Step forward through the 4-2-1 network, then back: upstream × local = gradient.

    `Messages(x=…, y=…, w=…, lr=…)` takes your own four inputs, target, ten weights, rate.
    """

    figure = "messages"
    title = "One error, ten weights"
    question = "How does one error reach the weights?"
    about = (
        "A network with four inputs x at the left, two hidden neurons in the middle, one output ŷ "
        "at the right. Each weight stands on its connection, and behind it its gradient; the way "
        "of the weight that is looked at is thick. Numbers on their way forward stand in the "
        "circles, messages that come back beneath them. The lines at the foot write out the "
        "present step, and the gradient of the weight that is looked at."
    )
    readouts = LINES
    coded = True
    columns = ("number", "of A", "of B", "of the batch")
    ratio = 1.23

    step = steps(5, len(LINES), "step", wait=1400)
    f = choice("linear", {"linear": "linear", "sigmoid": "sigmoid", "relu": "ReLU"}, "activation f")
    weight = slider(1, 1, 10, 1, "look at weight")
    batch = choice("a", {"a": "A alone", "b": "B alone", "both": "A and B"}, "examples")
    updates = steps(0, UPDATES, "updates made", wait=900)
    slide = switch(False, "with the slide’s sign")

    constants = traitlets.Dict({"lines": [key for key, _ in LINES], "batches": BATCHES}).tag(
        sync=True
    )
    given = traitlets.Dict().tag(sync=True)
    data = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        *,
        x: Sequence[float] | None = None,
        y: float = float(Y[0, 0]),
        w: Sequence[float] | None = None,
        lr: float = LR,
        **settings: Any,
    ):
        self._own = x is not None or w is not None or y != Y[0, 0] or lr != LR
        self._x, self._y, self._w = X.copy(), Y.copy(), W.copy()
        for name, given, place in (("x", x, self._x[0]), ("w", w, self._w)):
            if given is not None:
                if np.shape(given) != place.shape:
                    need = f"give {len(place)} numbers"
                    raise ValueError(f"Messages {name} has shape {np.shape(given)}: {need}")
                place[:] = given
        self._y[0, 0], self._lr = y, lr
        super().__init__(**settings)

    def build(self) -> dict[str, Question]:
        self.given = {"x": self._x.tolist(), "y": self._y[:, 0].tolist(), "lr": self._lr}
        runs = [
            [[self.run(f, batch, slide) for slide in (False, True)] for batch in BATCHES]
            for f in BENDS
        ]
        self.data = {
            key: pack([[[[now[key] for now in run] for run in b] for b in f] for f in runs], "f4")
            for key in runs[0][0][0][0]
        }
        return {} if self._own else questions(self.run, np.array(self.given["x"]))

    def run(self, f: str, batch: str, slide: bool) -> list[dict[str, Array]]:
        """All numbers of the network, before and after each update."""
        first, last = nn.Linear(4, 2, bias=False), nn.Linear(2, 1, bias=False)
        for layer, w in ((first, self._w[:8]), (last, self._w[8:])):
            layer.to(np.float64).weight.value[:] = w.reshape(layer.weight.value.shape)
        optimizer = optim.SGD([first.weight, last.weight], lr=self._lr)
        history = []
        for _ in range(UPDATES + 1):
            here = BATCHES[batch]
            history.append(trace(first, BENDS[f], last, self._x[here], self._y[here], here))
            for parameter in optimizer.parameters:
                parameter.grad *= -1 if slide else 1
            optimizer.step()
        return history

    def now(self) -> dict[str, Array]:
        """All numbers at the present settings, as the browser has them."""
        batch = list(BATCHES).index(self.batch)
        place = list(BENDS).index(self.f), batch, int(self.slide), self.updates
        return {key: unpack(value)[place] for key, value in self.data.items()}

    def rows(self) -> list[tuple[float | str, ...]]:
        now = self.run(self.f, self.batch, self.slide)[self.updates]
        return table(now, BATCHES[self.batch])
