"""What the figure `forward` asks: a sign, what can be computed at once, other inputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnbook.figures.kit.functions import FUNCTIONS
from nnbook.figures.kit.network421 import STEPS, W, X, forward
from nnbook.figures.kit.predict import Choice, Number, Question
from nnbook.nn.activations import Array
from nnbook.notebook.numbers import number


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
        "negative": "That would be w₁₀ · z₂ winning; but the second neuron is off.",
        "zero": "Both hidden neurons would have to be off, or cancel.",
        "positive": "",
    }
    return {
        "sign": Choice(
            ask=f"f is a ReLU. The first sum is a₁ = {n(relu[0], 0)}; the second is "
            f"a₂ = {n(relu[2], 0)}. The output weighs them with w₉ = {n(W[8], 1)} and "
            f"w₁₀ = {n(W[9], 0)}. Which sign does ŷ have?",
            before=home,
            after=all_of_it,
            options=tuple((name, says[name]) for name in says),
            right=list(says).index(right),
            explain=f"The ReLU stops a₂, so ŷ = {n(W[8], 1)} · {n(relu[1], 0)} + "
            f"({n(W[9], 0)}) · {n(relu[3], 0)} = {n(relu[4], 1)}. With f left out it would be "
            f"{n(straight[4], 1)}.",
        ),
        "order": Choice(
            ask="Two people share the work. Which two numbers can they compute at the same time?",
            before={**home, "step": 0},
            after={"step": 3, "look": "step"},
            options=(
                ("a₁ and z₁", "z₁ is f(a₁): it waits for a₁."),
                ("z₁ and ŷ", "ŷ waits for z₁, and for z₂."),
                ("a₁ and a₂", ""),
            ),
            right=2,
            explain="Neurons of one layer know nothing of each other: they can all work at once. "
            "A layer must wait for the layer before it. So a layer is one matrix product, and a "
            "network takes them one after the other.",
        ),
        "minus": Number(
            ask=f"With a ReLU, x = (2, 1, −1, ½) gives ŷ = {n(relu[4], 1)}. Now all four inputs "
            "change sign. What is ŷ?",
            before={**home, **all_of_it},
            after={**given(-x), **all_of_it},
            label="ŷ",
            truth=other[4],
            tolerance=0.01,
            explain=f"Both sums change sign, and now the second neuron is on and the first is off: "
            f"ŷ = {n(W[9], 0)} · {n(other[3], 0)} = {n(other[4], 0)}. A linear network would "
            "have turned its sign; this one is another network for −x.",
            mistakes=(
                (-relu[4], "That is what a linear function would do; the ReLU is none."),
                (relu[4], "The neurons have changed roles: what was on is off."),
                (0.0, "One of the two sums is positive for −x."),
                (1.0, "Nearly: the second neuron counts with the weight −1."),
            ),
        ),
        "nothing": Number(
            ask="All inputs are 0, there is no bias, and f is a sigmoid. What is ŷ?",
            before={**home, "f": "sigmoid"},
            after={**given(0 * x), **all_of_it},
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
