"""What the figure `step-size` asks: a rate above 2/λ, one step, a steeper valley."""

from __future__ import annotations

from typing import Any

from nnbook.figures.kit.predict import Choice, Number, Question
from nnbook.figures.step_size.compute import LAST, descend, error
from nnbook.notebook.numbers import number


def questions() -> dict[str, Question]:
    """What to predict; every number is the library's."""
    w, e = descend(-3.0, 2.1, 1.0)
    over = descend(-3.0, 1.5, 1.0)[0]
    steep = descend(-3.0, 1.5, 2.0)[0]
    home: dict[str, Any] = {"lr": 0.6, "curvature": 1.0, "start": -3.0, "step": 6}
    return {
        "grows": Choice(
            ask="The curvature is λ = 1. At a rate of η = 0.6 the weight glides to the bottom. "
            "What does it do at η = 2.1?",
            before=home,
            after={**home, "lr": 2.1, "step": LAST},
            options=(
                ("It jumps to and fro and settles in the end.", "It would, below 2/λ."),
                ("It jumps to and fro forever.", "Only at exactly 2/λ does it."),
                ("It runs away, out of the valley.", ""),
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
            before={**home, "step": 0},
            after={**home, "lr": 1.5, "step": 1},
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
            before={**home, "lr": 1.5, "step": LAST},
            after={**home, "lr": 1.5, "curvature": 2.0, "step": 4},
            options=(
                ("It settles sooner: the way down is steeper.", "Steeper means longer steps, too."),
                ("It runs away.", ""),
                ("The same: the rate is the same.", "A step is the rate times the slope."),
            ),
            right=1,
            explain=f"2/λ has come down to 1, and 1.5 is above it: each update multiplies w by "
            f"{number(steep[1] / steep[0], 0)} now. Whether a rate is too large is a question "
            "about the rate and the valley together.",
        ),
    }
