"""Bent sheets, added and cut, become a corner, a tower, and then a hill that is given."""

from __future__ import annotations

import numpy as np
import traitlets

from nnbook import nn
from nnbook.experiments.polygon import packed, polygon
from nnbook.figures.kit.controls import choice, slider, steps
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.pack import pack
from nnbook.figures.kit.predict import Question
from nnbook.figures.towers.compute import (
    BENT,
    GRID,
    LAST,
    POINTS,
    REACH,
    SIDE,
    STEPS,
    TARGETS,
    WALLS,
    changes,
    network,
    neurons,
)
from nnbook.figures.towers.questions import questions
from nnbook.notebook.numbers import number

MANY = (2, 4, 8, 16)
SHOWN = range(0, SIDE, 10)  # rows of the table: x₁ = −2, −1, …


class Towers(Figure):
    """Add steps, cut a corner out, make a tower of four, and a hill of many; nothing is trained."""

    figure = "towers"
    title = "A hill of towers"
    question = "How do bent sheets become a hill?"
    about = (
        "Above, a surface over the plane of two inputs, seen from one side: the output of a "
        "network, first of a single step, at last of many corners that follow a given hill. The "
        "dashed line on it is the cut that is drawn below, with the hill that is to be followed "
        "and the largest error on the cut. Errors are those at the 41 × 41 points that are drawn."
    )
    readouts = (
        ("hidden", "hidden neurons"),
        ("high", "output from … to"),
        ("worst", "largest error shown"),
        ("mean", "mean error"),
    )
    columns = ("on the cut, x₁", "output", "to be followed")
    ratio = 1.05

    step = steps(0, LAST, "built so far", wait=1500)
    f = choice("sigmoid", {name: label for name, (_, label) in BENT.items()}, "f")
    width = slider(0.2, 0.05, 1, 0.05, "width of a wall")
    many = choice("n8", {f"n{n}": f"{n} × {n}" for n in MANY}, "knots of the hill")
    target = choice("hills", {name: label for name, (_, label) in TARGETS.items()}, "the hill")
    cut = slider(0.0, -REACH, REACH, 0.1, "cut at x₂")
    constants = traitlets.Dict({"walls": WALLS, "names": STEPS, "reach": REACH}).tag(sync=True)
    tables = traitlets.Dict().tag(sync=True)  # of the sigmoid
    hills = traitlets.Dict().tag(sync=True)  # by target: heights at the points shown
    changes = traitlets.Dict().tag(sync=True)  # by target and number of knots: what corners add

    def build(self) -> dict[str, Question]:
        self.tables = {"sigmoid": packed(*polygon(nn.sigmoid, -16, 16, tolerance=2e-6))}
        self.hills = {
            name: pack(f(POINTS).reshape(SIDE, SIDE), "f4") for name, (f, _) in TARGETS.items()
        }
        self.changes = {
            name: {f"n{n}": pack(changes(name, n), "f4") for n in MANY} for name in TARGETS
        }
        return questions()

    def rows(self) -> list[tuple[float | str, ...]]:
        model = network(self.step, self.f, self.width, int(self.many[1:]), self.target)
        out = model(POINTS)[:, 0].reshape(SIDE, SIDE)
        true = TARGETS[self.target][0](POINTS).reshape(SIDE, SIDE)
        row, last = self.index("cut"), self.step == LAST
        off = np.abs(out - true)
        worst, mean = (float(off.max()), float(off.mean())) if last else ("–", "–")
        return [
            *((number(GRID[k], 0), out[row, k], true[row, k]) for k in SHOWN),
            ("largest error", worst, ""),
            ("mean error", mean, ""),
            ("hidden neurons", float(neurons(model)), ""),
        ]
