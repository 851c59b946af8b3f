"""One weight in a valley: whether a rate glides, alternates or runs away is up to its steepness."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from nnbook import nn, optim
from nnbook.figures._controls import slider, steps
from nnbook.figures._figure import Figure
from nnbook.figures._html import number
from nnbook.figures._pack import pack, unpack
from nnbook.figures._predict import Choice, Number, Question
from nnbook.figures._table import Array
from nnbook.nn.losses import Loss

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

RATES = np.round(np.arange(0.05, 2.501, 0.05), 2)
CURVATURES = np.array([0.5, 1.0, 1.5, 2.0])
LAST = 12  # updates
FAR = 999.0  # beyond it a weight is only said to be far


class StepSize(Figure):
    """Drag the start and the rate; watch one weight go down, or up, the valley E = ½ λ w²."""

    figure = "step-size"
    title = "The size of a step"
    question = "Settles, alternates, or grows?"
    about = (
        "An error E = ½ λ w² over one weight w, a valley whose lowest point stands at w = 0. Dots "
        "on it are the weight after each update, joined in their order. Below it a bar of learning "
        "rates with two marks: up to 1/λ the weight glides down one side, between 1/λ and 2/λ it "
        "changes sides and settles, above 2/λ it climbs away."
    )
    readouts = (
        ("factor", "each update takes w times"),
        ("marks", "1/λ and 2/λ"),
        ("w", "w now"),
        ("e", "E now"),
    )
    columns = ("update", "w", "E")
    ratio = 0.95

    lr = slider(0.6, 0.05, 2.5, 0.05, "learning rate η")
    curvature = slider(1.0, 0.5, 2, 0.5, "curvature λ")
    start = slider(-3.0, -4, 4, 0.1, "start w₀")
    step = steps(6, LAST, "updates")
    tables = traitlets.Dict().tag(sync=True)

    def build(self) -> dict[str, Question]:
        w, e = _descents()
        valley = [[error(v, k) for v in np.linspace(-4, 4, 81)] for k in CURVATURES]
        w, e = _descents()
        self.tables = {"w": pack(w, "f4"), "e": pack(e, "f4"), "valley": pack(valley, "f4")}
        return questions()

    def rows(self) -> list[tuple[float | str, ...]]:
        w, e = descend(self.start, self.lr, self.curvature)
        return [(str(t), far(w[t]), far(e[t])) for t in range(LAST + 1)]

    def plot(self, picture: Picture) -> None:
        axes, below = picture.subplots(2, height_ratios=[5, 1])
        tables = {key: unpack(one) for key, one in self.tables.items()}
        row = int(np.abs(self.curvature - CURVATURES).argmin())
        place = (int(np.abs(RATES - self.lr).argmin()), row)
        w = tables["w"][place][: self.step + 1] * self.start
        e = tables["e"][place][: self.step + 1] * self.start**2
        axes.plot(np.linspace(-4, 4, 81), tables["valley"][row], "-", color="C0")
        axes.plot(w, e, "o--", color="C1", linewidth=1)
        axes.plot(w[0], e[0], "o", color="C1", markersize=9)
        axes.set(xlim=(-4, 4), ylim=(0, 10), xlabel="weight w", ylabel="error E")
        once, twice = 1 / self.curvature, 2 / self.curvature
        below.axvspan(0, once, color="C2", alpha=0.25)
        below.axvspan(once, twice, color="C0", alpha=0.25)
        below.axvspan(twice, max(RATES[-1], twice), color="C1", alpha=0.25)
        below.axvline(once, color="C0", linestyle="-")
        below.axvline(twice, color="C1", linestyle="-")
        below.plot(self.lr, 0.5, "o", color="black")
        below.set(xlim=(0, RATES[-1]), ylim=(0, 1), yticks=[], xlabel="learning rate η")


def _one(curvature: float, w: float) -> tuple[nn.Linear, Loss, Array, Array]:
    """One weight, no bias, one example x = √λ with y = 0: half the squared error is ½ λ w²."""
    model = nn.Linear(1, 1, bias=False, dtype=np.float64)
    model.weight.value[:] = w
    return model, nn.HalfSquaredLoss(), np.array([[np.sqrt(curvature)]]), np.zeros((1, 1))


def error(w: float, curvature: float) -> float:
    model, loss_fn, x, y = _one(curvature, w)
    return loss_fn(model(x), y)


def descend(start: float, lr: float, curvature: float) -> tuple[Array, Array]:
    """w and E before any update and after each, by the library."""
    model, loss_fn, x, y = _one(curvature, start)
    optimizer = optim.SGD(model.parameters(), lr)
    w, e = [], []
    for _ in range(LAST + 1):
        w.append(model.weight.value.item())
        e.append(loss_fn(model(x), y))
        model.parameter_gradients(loss_fn.backward())
        optimizer.step()
    return np.array(w), np.array(e)


@cache
def _descents() -> tuple[Array, Array]:
    """From w₀ = 1, at every rate and curvature; another start is a multiple (of E its square)."""
    runs = [[descend(1.0, lr, k) for k in CURVATURES] for lr in RATES]
    w, e = np.moveaxis(np.array(runs), 2, 0)
    return w, e


def far(v: float) -> float | str:
    """The number, or that it is far away."""
    if abs(v) <= FAR:
        return float(v)
    return f"beyond {'−' if v < 0 else ''}{FAR:.0f}"


def questions() -> dict[str, Question]:
    """What to predict; every number is the library's."""
    w, e = descend(-3.0, 2.1, 1.0)
    over = descend(-3.0, 1.5, 1.0)[0]
    steep = descend(-3.0, 1.5, 2.0)[0]
    home: dict[str, Any] = {"lr": 0.6, "curvature": 1.0, "start": -3.0, "step": 6}
    return {
        "grows": Choice(
            ask="At η = 0.6 the weight glides to the bottom. Here λ = 1, and 2/λ is 2. "
            "What does it do at η = 2.1, a little above that?",
            start=home,
            then={**home, "lr": 2.1, "step": LAST},
            options=(
                ("It jumps to and fro and settles in the end.", "It would, below 2/λ."),
                ("It goes round the minimum for ever.", "Only at exactly 2/λ does it."),
                ("It climbs out of the valley.", ""),
            ),
            right=2,
            explain=f"Each update takes w times 1 − ηλ = {number(w[1] / w[0], 1)}. "
            f"From −3 that leads to {number(w[1], 1)}, {number(w[2], 2)}, {number(w[3], 2)}: every "
            f"step overshoots by more than it gained. In {LAST} updates the error grows from "
            f"{number(e[0], 1)} to {number(e[-1], 1)}.",
        ),
        "once": Number(
            ask="The weight stands at w = −3, the curvature is λ = 1, and the slope of E there is "
            "λw = −3. Where does one update at η = 1.5 put it?",
            start={**home, "step": 0},
            then={**home, "lr": 1.5, "step": 1},
            label="w₁",
            truth=float(over[1]),
            tolerance=0.05,
            explain=f"w₁ = w₀ − η · slope = −3 + 1.5 · 3 = {number(over[1], 1)}: across the bottom "
            f"and half as far out on the other side, where E = {number(error(over[1], 1.0))}.",
            mistakes=(
                (-7.5, "That is −3 + η · slope: uphill."),
                (-4.5, "That is −3 − η, or η times −3: the slope is missing, or the old weight."),
                (-1.5, "That is −3 + η: the step is η times the slope, not η."),
                (4.5, "That is the step alone; it is added to the weight."),
            ),
        ),
        "steeper": Choice(
            ask="At η = 1.5 the weight changes sides at every update and settles. Now the valley "
            "gets twice as steep, λ = 2, and η stays. What happens?",
            start={**home, "lr": 1.5, "step": LAST},
            then={**home, "lr": 1.5, "curvature": 2.0, "step": 4},
            options=(
                ("It settles sooner: the way down is steeper.", "Steeper means longer steps, too."),
                ("It runs away.", ""),
                ("The same: the rate is the same.", "A step is the rate times the slope."),
            ),
            right=1,
            explain=f"2/λ has come down to 1, and 1.5 is above it: each update takes w times "
            f"{number(steep[1] / steep[0], 0)} now. Whether a rate is too large is a question "
            "about the rate and the valley together.",
        ),
    }
