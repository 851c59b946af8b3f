"""The best straight line: how much of a task one neuron can do, and what is left for a network."""

from __future__ import annotations

import numpy as np
import traitlets

from nnbook.experiments import why
from nnbook.figures.kit.controls import choice, slider
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.pack import pack
from nnbook.figures.kit.predict import Question
from nnbook.figures.line.questions import questions

NAMES = {"blobs": "two heaps", "ring": "disk and ring", "xor": "XOR", "moons": "two moons"}
SEEDS = (0, 1, 2, 3, 4)


class BestLine(Figure):
    """Turn and shift a line between two classes; compare it with the best one and with networks."""

    figure = "line"
    title = "One straight line"
    question = "How much can a straight line do?"
    about = (
        "Two hundred points in the plane, filled circles of one class and hollow squares of the "
        "other, and a straight line whose arrow points to the side that it calls circles."
    )
    takes = "trains its networks, for a few seconds the first time"
    readouts = (
        ("yours", "your line is right on"),
        ("most", "your best so far"),
        ("best", "the best of all lines"),
        ("network", "five small networks"),
    )
    columns = ("your line, right on", "of all, in %", "of the squares", "of the circles")
    ratio = 1.0

    task = choice("blobs", NAMES, "task")
    view = choice(
        "mine", {"mine": "my line", "best": "the best line", "network": "a network"}, "show"
    )
    angle = slider(90, 0, 355, 5, "direction of the arrow (°)")
    offset = slider(0.0, -2, 2, 0.1, "offset from the center")
    most: traitlets.Dict[str, int] = traitlets.Dict().tag(sync=True)
    points = traitlets.Dict().tag(sync=True)
    right = traitlets.Dict().tag(sync=True)
    best = traitlets.Dict().tag(sync=True)
    networks = traitlets.Dict().tag(sync=True)

    def build(self) -> dict[str, Question]:
        for task in NAMES:
            (x, y), trained = why.points(task), why.networks(task, SEEDS)
            self.points = {**self.points, task: pack(np.column_stack([x, y]))}
            self.right = {**self.right, task: pack(why.lines(task), "u1")}
            self.best = {**self.best, task: list(why.best_line(task))}
            self.networks = {
                **self.networks,
                task: {
                    "map": pack(np.tanh(trained["map"] / 2)),
                    "right": trained["right"].tolist(),
                },
            }
        return questions(self.best, self.networks["ring"]["right"])

    def rows(self) -> list[tuple[float | str, ...]]:
        """How much of each task the line at the present settings gets right, in percent."""
        i, j = self.index("angle"), self.index("offset")
        right = {name: why.lines(task)[:, i, j] for task, name in NAMES.items()}
        return [(name, both.sum() / 2, *both.astype(float)) for name, both in right.items()]
