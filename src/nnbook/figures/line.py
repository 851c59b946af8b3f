"""The best straight line: how much of a task one neuron can do, and what is left for a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import traitlets

from nnbook.experiments import why
from nnbook.figures._controls import choice, slider
from nnbook.figures._figure import Figure
from nnbook.figures._html import number
from nnbook.figures._pack import pack, unpack
from nnbook.figures._predict import Choice, Number, Question

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

NAMES = {"blobs": "two heaps", "ring": "disk and ring", "xor": "XOR", "moons": "two moons"}
SEEDS = (0, 1, 2, 3, 4)
POINTS = 2 * why.HALF


class BestLine(Figure):
    """Turn and shift a line between two classes; compare it with the best one and with networks."""

    figure = "line"
    title = "One straight line"
    question = "How much can a straight line do?"
    about = (
        "Two hundred points in the plane, filled circles of one class and hollow squares of the "
        "other, and a straight line whose arrow points to the side that it calls circles."
    )
    readouts = (
        ("yours", "your line is right on"),
        ("most", "your best so far"),
        ("best", "the best of 2,952 lines"),
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
        return self._questions()

    def rows(self) -> list[tuple[float | str, ...]]:
        """How much of each task the line at the present settings gets right, in percent."""
        i, j = round(self.angle / 5), round((self.offset + 2) / 0.1)
        right = {name: why.lines(task)[:, i, j] for task, name in NAMES.items()}
        return [(name, both.sum() / 2, *both.astype(float)) for name, both in right.items()]

    def plot(self, picture: Picture) -> None:
        axes = picture.add_subplot()
        if self.view == "network":
            z = unpack(self.networks[self.task]["map"])
            for sign, color in ((1, "C1"), (-1, "C0")):
                for low in (0.02, 0.5, 0.9):
                    levels = [low, 1.1]
                    axes.contourf(
                        why.GRID, why.GRID[::-1], sign * z, levels, colors=[color], alpha=0.12
                    )
            axes.contour(why.GRID, why.GRID[::-1], z, [0], colors="black")
        drawn = [(self.angle, self.offset, "-", "black")]
        if self.view == "best":
            drawn.append((*self.best[self.task][:2], "--", "C2"))
        for angle, offset, style, color in drawn:
            w = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
            along = np.array([[-w[1]], [w[0]]]) * [-4, 4]
            axes.plot(*(offset * w[:, None] + along), style, color=color)
            tip, foot = (tuple(r * w) for r in (offset + 0.5, offset))
            axes.annotate("", tip, foot, arrowprops={"arrowstyle": "->"})
        x1, x2, y = unpack(self.points[self.task]).T
        axes.plot(x1[y > 0.5], x2[y > 0.5], "o", color="C1", markersize=4)
        axes.plot(x1[y < 0.5], x2[y < 0.5], "s", color="C0", markersize=4, fillstyle="none")
        axes.set(xlabel="input x₁", ylabel="input x₂", aspect="equal", xlim=(-2, 2), ylim=(-2, 2))

    def _questions(self) -> dict[str, Question]:
        """What to predict; every number is counted from the library's answers."""
        best = {task: 100 / POINTS * right for task, (_, _, right) in self.best.items()}

        median = float(np.median(self.networks["ring"]["right"]))

        def start(task: str) -> dict[str, object]:
            return {"task": task, "view": "mine", "angle": 90.0, "offset": 0.0}

        def shown(task: str) -> dict[str, object]:
            angle, offset, _ = self.best[task]
            return {"task": task, "view": "best", "angle": angle, "offset": offset}

        return {
            "ring": Number(
                ask="A disk of circles lies inside a ring of squares. Try it with your line. On "
                "how many percent can the best straight line be right? Chance is 50.",
                start=start("ring"),
                then=shown("ring"),
                label="best line on the ring, in %",
                truth=best["ring"],
                tolerance=4,
                digits=1,
                mistakes=(
                    (50, "It can do better than chance: it cuts off a part of the ring."),
                    (100, "Inside and outside of a disk lie on both sides of every line."),
                ),
                explain="No direction and no offset does better. The best a line can do is to cut "
                "off a piece of the ring, and leave the rest wrong.",
            ),
            "xor": Choice(
                ask="Circles lie where exactly one of the two inputs is positive (XOR). "
                "What is the best a line can do?",
                start=start("xor"),
                then=shown("xor"),
                options=(
                    (
                        "About a half.",
                        "Every line through the middle does; a shifted one does better.",
                    ),
                    ("About three quarters.", ""),
                    ("Nearly all.", "Circles lie in two opposite corners, and so do the squares."),
                ),
                right=1,
                explain=f"It is {number(best['xor'], 1)} %: a line can cut off one corner, "
                "and the three others stay together.",
            ),
            "network": Choice(
                ask="A small network, twelve such neurons side by side and one that listens to "
                "them, is trained on the ring. Which border will it draw?",
                start=start("ring"),
                then={**start("ring"), "view": "network"},
                options=(
                    (
                        "A straight line, in a better place.",
                        "Twelve bent neurons can bend the border.",
                    ),
                    ("A closed curve around the disk.", ""),
                    ("Two parallel lines.", "Two of its neurons could; it has twelve."),
                ),
                right=1,
                explain=f"It is right on {number(100 / POINTS * median, 0)} % of the points. "
                "Nobody told it about rings: it found what to look for by itself.",
            ),
        }
