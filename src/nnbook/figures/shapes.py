"""Shapes: what fits in y = x Wᵀ + b, what does not, and what fits by accident."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import traitlets

from nnbook import nn
from nnbook.figures._controls import choice, slider
from nnbook.figures._figure import Figure
from nnbook.figures._pack import pack
from nnbook.figures._predict import Choice, Question

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

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
Shape = tuple[int, ...]


@cache
def outcome(n: int, d: int, h: int, bug: str) -> tuple[str, int]:
    """What NumPy says, a shape or the text of its error, and the number of the verdict."""
    rng = np.random.default_rng(0)
    layer = nn.Linear(d, h, rng=rng, dtype=np.float64)
    assert layer.bias is not None
    x, W, b = rng.normal(size=(n, d)), layer.weight.value, layer.bias.value
    x = x[0] if bug == "flat" else x
    b = b[:, None] if bug == "column" else b
    try:
        y = x @ (W if bug == "untransposed" else W.T) + b
    except ValueError as error:
        return str(error), 1
    true = layer(np.atleast_2d(x))
    if bug == "flat":
        return str(y.shape), 3 if np.allclose(y, true[0]) else 2
    return str(y.shape), 0 if y.shape == true.shape and np.allclose(y, true) else 2


def parts(n: int, d: int, h: int, bug: str) -> dict[str, Shape]:
    """The shapes of what is multiplied and added."""
    return {
        "x": (d,) if bug == "flat" else (n, d),
        "W" if bug == "untransposed" else "W.T": (h, d) if bug == "untransposed" else (d, h),
        "b": (h, 1) if bug == "column" else (h,),
    }


class Shapes(Figure):
    """Choose N, D and H, switch a bug on, and see what NumPy makes of it."""

    figure = "shapes"
    title = "Which shapes fit"
    question = "Which shapes fit, and which fit by accident?"
    about = (
        "The arrays of y = x Wᵀ + b as blocks of squares with their edges named: N examples, "
        "D inputs, H neurons; at the end the result, or a cross where NumPy refuses."
    )
    readouts = (("code", "in code"), ("numpy", "NumPy says"), ("verdict", "so it is"))
    columns = ("array", "shape")
    ratio = 1.1

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
        """The sizes as whole numbers, and the bug."""
        return int(self.n), int(self.d), int(self.h), self.bug

    def rows(self) -> list[tuple[float | str, ...]]:
        text, verdict = outcome(*self.now())
        shapes = [(name, str(shape)) for name, shape in parts(*self.now()).items()]
        return [*shapes, ("y", "none" if verdict == 1 else text)]

    def plot(self, picture: Picture) -> None:
        axes = picture.add_subplot()
        shapes = list(parts(*self.now()).items())
        text, verdict = outcome(*self.now())
        if verdict != 1:
            shapes.append(("y", tuple(int(k) for k in text.strip("(),").split(","))))
        left = 0.0
        for name, shape in shapes:
            rows, columns = shape if len(shape) == 2 else (1, shape[0])
            for i in range(rows):
                for j in range(columns):
                    square = [left + j, left + j + 1, left + j + 1, left + j, left + j]
                    axes.plot(square, [-i, -i, -i - 1, -i - 1, -i], "-", color="C0", linewidth=1)
            axes.text(left + columns / 2, 0.6, f"{name} {shape}", ha="center", fontsize=8)
            left += columns + 1.8
        said = f"{CODE[self.bug]}: {VERDICTS[verdict]}"
        axes.text(0, -MOST - 1.2, said if verdict != 1 else f"{said}\n{text}", fontsize=7, va="top")
        axes.set(xlim=(-0.5, max(left, 18)), ylim=(-MOST - 3, 1.5), aspect="equal")
        axes.axis("off")


def questions() -> dict[str, Question]:
    """What to predict; what NumPy answers is asked of NumPy."""
    home = {"n": 5.0, "d": 3.0, "h": 4.0, "bug": "none"}
    fits, refused = outcome(5, 3, 4, "none")[0], outcome(5, 3, 4, "column")[0]
    assert fits == "(5, 4)"
    assert outcome(5, 3, 4, "column")[1] == 1
    assert outcome(4, 3, 4, "column") == ("(4, 4)", 2)
    assert outcome(5, 4, 4, "untransposed") == ("(5, 4)", 2)
    return {
        "shape": Choice(
            ask="Five examples of three numbers go through four neurons: x is (5, 3), W is (4, 3), "
            "b is (4,). Which shape has x @ W.T + b?",
            start={**home, "n": 2.0, "d": 2.0, "h": 2.0},
            then=home,
            options=(
                ("(4, 5)", "Rows stay examples: whatever comes out for example n stands in row n."),
                ("(5, 4)", ""),
                (
                    "(5, 3)",
                    "The three inputs of an example are summed up; four outputs take their place.",
                ),
            ),
            right=1,
            explain=f"NumPy says {fits}: a row for each example, a column for each neuron. "
            "The inner edge D is summed away.",
        ),
        "column": Choice(
            ask="Somebody made b a column of shape (4, 1). With five examples NumPy refuses. "
            "Now the batch happens to have four examples. What then?",
            start={**home, "bug": "column"},
            then={**home, "n": 4.0, "bug": "column"},
            options=(
                ("It refuses again.", "The edges fit now: four rows here, four rows there."),
                ("It works, and is right.", "Each example got a bias of its own, not each neuron."),
                ("It works, and is wrong.", ""),
            ),
            right=2,
            explain=f"With five it said “{refused}”. With N = H it says nothing, and adds b₁ to "
            "example 1 instead of neuron 1. A check with a square batch cannot find this bug.",
        ),
        "square": Choice(
            ask="Somebody forgot the .T. For which sizes does that go unnoticed?",
            start={**home, "bug": "untransposed"},
            then={**home, "d": 4.0, "bug": "untransposed"},
            options=(
                ("When D = H.", ""),
                ("When N = H.", "N does not meet W at all."),
                ("Never: the shapes cannot fit.", "They fit when W is square."),
            ),
            right=0,
            explain="A square W fits both ways, and then every neuron reads a column of weights "
            "instead of its row. Test layers with three different sizes.",
        ),
    }
