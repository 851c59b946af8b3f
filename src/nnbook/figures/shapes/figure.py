"""Shapes: what fits in y = x Wᵀ + b, what does not, and what fits by accident."""

from __future__ import annotations

import numpy as np
import traitlets

from nnbook.figures.kit.controls import choice, slider
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.pack import pack
from nnbook.figures.kit.predict import Question
from nnbook.figures.shapes.compute import outcome, parts
from nnbook.figures.shapes.questions import questions

MOST = 6
BUGS = {
    "none": "none",
    "column": "b is a column, (H, 1)",
    "untransposed": "x @ W, without the .T",
    "flat": "x is one example, (D,)",
}
CODE = {
    "none": "x @ W.T + b",
    "column": "x @ W.T + b",
    "untransposed": "x @ W + b",
    "flat": "x[0] @ W.T + b",
}
VERDICTS = ("right", "an error", "no error, and wrong numbers", "no batch any more: one example")


class Shapes(Figure):
    """Choose N, D and H, switch a bug on, and see what NumPy makes of it."""

    figure = "shapes"
    title = "Which shapes fit"
    question = "Which shapes fit, and which fit by accident?"
    about = (
        "The arrays of y = x Wᵀ + b as blocks of squares in a row, their shapes beneath them: N "
        "examples, D inputs, H neurons. Axes that must match are thick and joined by a bracket, "
        "which is broken where they do not; dotted squares are numbers that NumPy repeats, or a "
        "result that it refuses."
    )
    readouts = (("code", "in code"), ("numpy", "NumPy says"), ("verdict", "so it is"))
    columns = ("array", "shape")
    ratio = 1.55

    n = slider(5, 1, MOST, 1, "N, examples")
    d = slider(3, 1, MOST, 1, "D, inputs")
    h = slider(4, 1, MOST, 1, "H, neurons")
    bug = choice("none", BUGS, "bug")
    texts: traitlets.List[str] = traitlets.List().tag(sync=True)
    outcomes = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def build(self) -> dict[str, Question]:
        sizes = range(1, MOST + 1)
        found = {
            bug: [outcome(n, d, h, bug) for n in sizes for d in sizes for h in sizes]
            for bug in BUGS
        }
        self.texts = sorted({text for row in found.values() for text, _ in row})
        numbers = {text: k for k, text in enumerate(self.texts)}
        cube = (MOST, MOST, MOST, 2)
        self.outcomes = {
            bug: pack(np.array([(numbers[text], v) for text, v in row]).reshape(cube), "f4")
            for bug, row in found.items()
        }
        self.words = {"code": CODE, "verdicts": list(VERDICTS)}
        return questions()

    def now(self) -> tuple[int, int, int, str]:
        """The sizes, and the bug."""
        return self.n, self.d, self.h, self.bug

    def rows(self) -> list[tuple[float | str, ...]]:
        text, verdict = outcome(*self.now())
        shapes = [(name, str(shape)) for name, shape in parts(*self.now()).items()]
        return [*shapes, ("y", "none" if verdict == 1 else text)]
