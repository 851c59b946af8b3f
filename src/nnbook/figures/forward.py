"""What is computed, in which order: the slides' 4-2-1 network, one number at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from nnbook import nn
from nnbook.figures._controls import choice, slider, steps
from nnbook.figures._functions import FUNCTIONS, REACH, Function, FunctionFigure
from nnbook.figures._html import number
from nnbook.figures._messages import SUB
from nnbook.figures._predict import Choice, Number, Question
from nnbook.figures.messages import W, X
from nnbook.nn.activations import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

STEPS = ("a₁", "z₁", "a₂", "z₂", "ŷ")  # what each step fills
CODE = ("a[0] = W1[0] @ x", "z[0] = f(a[0])", "a[1] = W1[1] @ x", "z[1] = f(a[1])",
        "y_hat = W2[0] @ z")  # fmt: skip
UNITS = {"step": "of the step", "h1": "first hidden", "h2": "second hidden", "out": "output"}


class Forward(FunctionFigure):
    """Step through the 4-2-1 network; look at a unit for its sum and its line of code.

    `Forward(w=…, f=my_function)` takes your own ten weights, your own function of an array.
    """

    figure = "forward"
    title = "Ten weights, five numbers"
    question = "What is computed, in which order?"
    about = (
        "A network with four inputs x below, two hidden units in the middle, one output ŷ on top. "
        "Each weight stands on its connection. Numbers appear in the units as they are computed; "
        "the lines at the foot write out the sum of the unit that is looked at."
    )
    readouts = tuple(zip(STEPS, CODE, strict=True))
    columns = ("number", "value")
    ratio = 0.7

    step = steps(1, len(STEPS), "step", wait=1400)
    look = choice("step", UNITS, "look at the unit")
    f = choice("relu", {name: curve.label for name, curve in FUNCTIONS.items()}, "activation f")
    x1 = slider(X[0, 0], -3, 3, 0.5, "input x₁")
    x2 = slider(X[0, 1], -3, 3, 0.5, "input x₂")
    x3 = slider(X[0, 2], -3, 3, 0.5, "input x₃")
    x4 = slider(X[0, 3], -3, 3, 0.5, "input x₄")

    w: traitlets.List[float] = traitlets.List().tag(sync=True)
    code: traitlets.List[str] = traitlets.List().tag(sync=True)

    def __init__(
        self, f: str | Function = "relu", *, w: Sequence[float] | None = None, **settings: Any
    ):
        self._own = w is not None
        self._w = np.array(W if w is None else w, float)
        if self._w.shape != W.shape:
            raise ValueError(f"Forward w has shape {self._w.shape}: give ten numbers, w₁ … w₁₀")
        if 3 * np.abs(self._w[:8].reshape(2, 4)).sum(axis=1).max() > REACH:
            raise ValueError("Forward w: a could leave [−16, 16]: make w₁ … w₈ smaller")
        super().__init__(f=f, derivative=None, **settings)

    def build(self) -> dict[str, Question]:
        self.offer_functions()
        self.tables = {name: {"f": table["f"]} for name, table in self.tables.items()}  # no slopes
        self.w, self.code = self._w.tolist(), list(CODE)
        return {} if self._own else questions()

    def x(self) -> Array:
        return np.array([self.x1, self.x2, self.x3, self.x4])

    def rows(self) -> list[tuple[float | str, ...]]:
        now = forward(self._w, self.functions[self.f].f, self.x())
        named = [(f"w{k}", float(v)) for k, v in zip(SUB, self._w, strict=True)]
        named += [(f"x{k}", float(v)) for k, v in zip(SUB[:4], self.x(), strict=True)]
        return [*named, *zip(STEPS, now, strict=True)]

    def plot(self, picture: Picture) -> None:
        axes = picture.add_subplot()
        w = np.array(self.w)
        now = forward(w, self.look_up, self.x())
        lit = {"h1": (0,), "h2": (1,), "out": (2,), "step": ((self.step - 1) // 2,)}[self.look]

        def known(k: int) -> str:
            return f"{STEPS[k]} = {now[k]:.3g}" if self.step > k else STEPS[k]

        def box(left: float, low: float, unit: int, *lines: str) -> None:
            style = {"fc": "none", "ec": "C3" if unit in lit else "0.5", "pad": 5}
            axes.text(left, low, "\n".join(lines), ha="center", va="center", bbox=style)

        def weight(k: int, below: tuple[float, float], above: tuple[float, float]) -> None:
            unit = k // 4 if k < 8 else 2
            axes.plot(*zip(below, above, strict=True), color="C0" if unit in lit else "0.7", lw=1)
            part = 0.35 if k < 8 else 0.5
            at, high = (b + part * (a - b) for b, a in zip(below, above, strict=True))
            axes.text(at, high, f"w{SUB[k]} {w[k]:g}", size=8, ha="center", va="center")

        for j, left in enumerate((2.0, 6.0)):
            for i in range(4):
                weight(4 * j + i, (1 + 2 * i, 0.3), (left, 3.1))
            weight(8 + j, (left, 4.2), (4, 6.6))
            box(left, 3.65, j, known(2 * j + 1), self.label(), known(2 * j))
        for i, v in enumerate(self.x()):
            box(1 + 2 * i, 0, 3, f"x{SUB[i]} = {v:g}")
        box(4, 6.9, 2, known(4))
        layers = ("input layer", 0.6), ("hidden layer", 4.5), ("output layer", 7.3)
        for name, low in layers:
            axes.text(0, low, name, size=8)
        axes.set(xlim=(0, 8), ylim=(-0.5, 7.6))
        axes.axis("off")


def forward(w: Array, f: Function, x: Array) -> tuple[float, ...]:
    """a₁, z₁, a₂, z₂, ŷ, by two layers of the library and f between them."""
    first = nn.Linear(4, 2, bias=False, dtype=np.float64)
    last = nn.Linear(2, 1, bias=False, dtype=np.float64)
    first.weight.value[:], last.weight.value[:] = w[:8].reshape(2, 4), w[8:]
    a = first(x[None])
    z = np.asarray(f(a))
    (a1, a2), (z1, z2), (y_hat,) = a[0], z[0], last(z)[0]
    return tuple(map(float, (a1, z1, a2, z2, y_hat)))


def questions() -> dict[str, Question]:
    """What to predict; every number is the library's."""
    x = X[0]

    def run(f: str, x: Array) -> tuple[float, ...]:
        return forward(W, FUNCTIONS[f].f, x)

    def given(x: Array) -> dict[str, float]:
        return {f"x{i + 1}": float(v) for i, v in enumerate(x)}

    def n(v: float, digits: int = 2) -> str:
        return number(v, digits)

    relu, other, straight = run("relu", x), run("relu", -x), run("identity", x)
    nothing = run("sigmoid", 0 * x)
    home: dict[str, Any] = {"step": 1, "look": "step", "f": "relu", **given(x)}
    all_of_it = {"step": len(STEPS), "look": "step"}
    right = ["negative", "zero", "positive"][int(np.sign(relu[4])) + 1]
    says = {
        "negative": "That would be w₁₀ · z₂ winning; but the second unit is off.",
        "zero": "Both hidden units would have to be off, or cancel.",
        "positive": "",
    }
    return {
        "sign": Choice(
            ask=f"f is a ReLU. The first sum is a₁ = {n(relu[0], 0)}; the second is "
            f"a₂ = {n(relu[2], 0)}. The output weighs them with w₉ = {n(W[8], 1)} and "
            f"w₁₀ = {n(W[9], 0)}. Which sign has ŷ?",
            start=home,
            then=all_of_it,
            options=tuple((name, says[name]) for name in says),
            right=list(says).index(right),
            explain=f"The ReLU stops a₂, so ŷ = {n(W[8], 1)} · {n(relu[1], 0)} + "
            f"({n(W[9], 0)}) · {n(relu[3], 0)} = {n(relu[4], 1)}. With f left out it would be "
            f"{n(straight[4], 1)}.",
        ),
        "order": Choice(
            ask="Two people share the work. Which two numbers can they compute at the same time?",
            start={**home, "step": 0},
            then={"step": 3, "look": "step"},
            options=(
                ("a₁ and z₁", "z₁ is f(a₁): it waits for a₁."),
                ("z₁ and ŷ", "ŷ waits for z₁, and for z₂."),
                ("a₁ and a₂", ""),
            ),
            right=2,
            explain="Neurons of one layer know nothing of each other: they can all work at once. "
            "A layer must wait for the layer below it. That is why a layer is one matrix product, "
            "and a network is not.",
        ),
        "minus": Number(
            ask=f"With a ReLU, x = (2, 1, −1, ½) gives ŷ = {n(relu[4], 1)}. Now all four inputs "
            "change sign. What is ŷ?",
            start={**home, **all_of_it},
            then={**given(-x), **all_of_it},
            label="ŷ",
            truth=other[4],
            tolerance=0.01,
            explain=f"Both sums change sign, and now the second unit is on and the first is off: "
            f"ŷ = {n(W[9], 0)} · {n(other[3], 0)} = {n(other[4], 0)}. A linear network would "
            "have turned its sign; this one is another network for −x.",
            mistakes=(
                (-relu[4], "That is what a linear function would do; the ReLU is none."),
                (relu[4], "The units have changed roles: what was on is off."),
                (0.0, "One of the two sums is positive for −x."),
                (1.0, "Nearly: the second unit counts with the weight −1."),
            ),
        ),
        "nothing": Number(
            ask="All inputs are 0, there is no bias, and f is a sigmoid. What is ŷ?",
            start={**home, "f": "sigmoid"},
            then={**given(0 * x), **all_of_it},
            label="ŷ",
            truth=nothing[4],
            tolerance=0.01,
            explain=f"Both sums are 0, but the sigmoid of 0 is {n(nothing[1], 1)}: ŷ = "
            f"{n(W[8], 1)} · {n(nothing[1], 1)} − {n(nothing[3], 1)} = {n(nothing[4])}.",
            mistakes=(
                (0.0, "The sums are 0; the sigmoid of 0 is not."),
                (float(W[8] + W[9]), "That is the sum of the two weights: z is ½, not 1."),
                (0.75, "The second weight is negative."),
            ),
        ),
    }
