"""The five lines of a training loop in any order, or left out: what PyTorch then does."""

from __future__ import annotations

import numpy as np
import traitlets

from nnbook import peers
from nnbook.figures.kit.controls import order as lines_in_order
from nnbook.figures.kit.controls import steps
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.pack import pack
from nnbook.figures.kit.predict import Question
from nnbook.figures.loop.compute import LAST, LINES, MARKS, ORDERS, RIGHT, kind, outcome
from nnbook.figures.loop.questions import questions
from nnbook.nn.activations import Array

NONE = "PyTorch is not installed where this figure was made: it can show no outcome."


class Loop(Figure):
    """Drag the five lines, leave some out, and see what PyTorch makes of the loop."""

    figure = "loop"
    title = "Five lines in a loop"
    question = "What if the five lines stand in another order?"
    about = (
        "The loss of pictures that are held aside, after each of 60 batches, as five thin lines, "
        "one for each start: a 64-32-10 network that reads digits, trained with the lines of code "
        "in the order chosen. Dashed, the middle of the five for the usual order. Where PyTorch "
        "stops with an exception, a cross says in which batch."
    )
    takes = "runs every loop in PyTorch, for about ten seconds the first time"
    readouts = (("kind", "so it"), ("loss", "loss of five starts"), ("error", "Python says"))
    columns = ("batches", "lowest loss", "middle loss", "highest loss")
    ratio = 1.05

    order = lines_in_order(RIGHT, LINES, "for X, y in train_dataloader:")
    step = steps(LAST, LAST, "batches", wait=60)
    constants = traitlets.Dict({"right": RIGHT, "marks": list(MARKS)}).tag(sync=True)
    curves = traitlets.Dict().tag(sync=True)  # (curve, seed, batch); NaN where it has stopped
    outcomes = traitlets.Dict().tag(sync=True)  # of an order: curve, batch, line, error, kind
    texts: traitlets.List[str] = traitlets.List().tag(sync=True)

    def build(self) -> dict[str, Question]:
        found = {} if not peers.available() else {key: outcome(key) for key in ORDERS}
        kept: dict[bytes, Array] = {}
        self.texts = sorted({said for o in found.values() for said in (o[3], kind(o))}) or [NONE]
        for key, (losses, batch, line, error) in found.items():
            kept.setdefault(losses.tobytes(), losses)
            place = [*kept].index(losses.tobytes())
            said = self.texts.index(error), self.texts.index(kind(found[key]))
            self.outcomes = {**self.outcomes, key: [place, batch, line, *said]}
        if kept:
            self.curves = pack([*kept.values()])
        return questions() if found else {}

    @staticmethod
    def losses(order: str) -> Array:
        """What PyTorch does with "forward,loss,backward,step" or another order: the loss of the
        pictures held aside (start, batch), NaN from where an exception has stopped it."""
        return outcome(order)[0]

    def rows(self) -> list[tuple[float | str, ...]]:
        if not self.outcomes:
            return [(str(t), "–", "–", "–") for t in MARKS]
        losses = outcome(self.order)[0]
        return [
            (
                str(t),
                *(v if np.isfinite(v) else "–" for v in np.quantile(losses[:, t], [0, 0.5, 1])),
            )
            for t in MARKS
        ]
