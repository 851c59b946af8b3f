"""What the figure `messages` asks: what arrives at a weight, at an input, from a batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nnbook import nn
from nnbook.figures.kit.predict import Choice, Number, Question
from nnbook.nn.activations import Array
from nnbook.notebook.numbers import number

Run = Callable[[str, str, bool], list[dict[str, Array]]]  # by f, batch, whether it learns


def questions(run: Run, x: Array) -> dict[str, Question]:
    """What to predict. Truths and mistakes are made of the library's numbers."""

    def at(f: str, batch: str = "a", slide: bool = False, after: int = 0) -> dict[str, Array]:
        return run(f, batch, slide)[after]

    def start(f: str, step: int, weight: int, batch: str = "a") -> dict[str, Any]:
        home = {"updates": 0, "slide": False}
        return {"step": step, "f": f, "weight": weight, "batch": batch, **home}

    linear, bent, relu, both = at("linear"), at("sigmoid"), at("relu"), at("linear", "both")
    w = linear["w"]
    g, gw = linear["g"][0, 0], linear["gw"][0]
    gs, gr = bent["g"][0, 0], relu["g"][0, 0]
    up = gs * w[8] * x[0, 0]  # without f′
    at_z = float(nn.sigmoid_derivative(bent["z"][0, 0]))
    (one, two), total = linear["path"][0][[0, 4]], linear["gx"][0, 0]
    mine, other = both["gw"][:, 0]
    before, after = (at("linear", slide=True, after=n)["E"][0] for n in (0, 1))

    def n(value: float, digits: int = 2) -> str:
        return number(value, digits)

    return {
        "chain": Number(
            ask="f is linear (z = a). The error has sent its first message back to the output, "
            f"ŷ − y = {n(g, 0)}. What arrives at the weight w₁? Follow its way back: the message "
            f"passes w₉ = {n(w[8], 1)}, and w₁ multiplies x₁ = {n(x[0, 0], 0)}.",
            before=start("linear", 5, 1),
            after=start("linear", 9, 1),
            label="∂E/∂w₁",
            truth=gw[0],
            tolerance=0.01,
            explain=f"What comes back × the local slope, at every stop: {n(g, 0)} × {n(w[8], 1)} × "
            f"{n(x[0, 0], 0)} = {n(gw[0])}. It is negative: a larger w₁ makes E smaller.",
            mistakes=(
                (-gw[0], "That is the slide’s sign: what goes back is ŷ − y, and not y − ŷ."),
                (g * x[0, 0], "The message passes the weight w₉ on its way: multiply by it too."),
                (x[0, 0], "That is x₁, the local part alone: multiply by what comes back."),
                (g * w[8], "That is what arrives at a₁; to the weight it goes times x₁."),
            ),
        ),
        "slope": Number(
            ask="Now f is a sigmoid. The message of "
            f"{n(gs)} passes w₉ = {n(w[8], 1)} and then the sigmoid of the first neuron, whose "
            f"slope there is {n(bent['slope'][0, 0], 4)}. What arrives at w₁?",
            before=start("sigmoid", 7, 1),
            after=start("sigmoid", 9, 1),
            label="∂E/∂w₁",
            truth=bent["gw"][0, 0],
            tolerance=0.01,
            explain=f"{n(gs)} × {n(w[8], 1)} × {n(bent['slope'][0, 0], 4)} × {n(x[0, 0], 0)} = "
            f"{n(bent['gw'][0, 0], 4)}: the sigmoid lets about a fifth of the message through.",
            mistakes=(
                (up, "f′ is forgotten, as on the slide: that makes it five times too large."),
                (-up, "f′ is forgotten and the sign is lost: this is what the slide’s line gives."),
                (-bent["gw"][0, 0], "The sign is lost: what goes back is ŷ − y, and not y − ŷ."),
                (up * at_z, "That is f′ at the output z₁; its place is the pre-activation a₁."),
                (up * bent["slope"][0, 0] / w[8], "The message passes w₉ on its way back."),
            ),
        ),
        "dead": Number(
            ask="f is a ReLU, and the second neuron has a₂ = "
            f"{n(relu['a'][0, 1], 0)}. The message to its output z₂ is {n(relu['gz'][0, 1], 0)}. "
            f"What arrives at w₅, which multiplies x₁ = {n(x[0, 0], 0)}?",
            before=start("relu", 7, 5),
            after=start("relu", 9, 5),
            label="∂E/∂w₅",
            truth=relu["gw"][0, 4],
            tolerance=0.01,
            explain=f"The slope of a ReLU at {n(relu['a'][0, 1], 0)} is "
            f"{n(relu['slope'][0, 1], 0)}. Nothing passes, so none of w₅ … w₈ learns from this "
            "example.",
            mistakes=(
                (gr * w[9] * x[0, 0], "f′ is forgotten: this ReLU is off, its slope is 0."),
                (-gr * w[9] * x[0, 0], "f′ is forgotten, and the sign is lost."),
                (relu["gz"][0, 1], "That message ends at z₂: the ReLU is off, its slope is 0."),
            ),
        ),
        "fan-out": Number(
            ask="f is linear again. If x₁ were itself the output of a layer before, it would need "
            "a message, too. On this way the weights are the local slopes: "
            f"w₁ = {n(w[0], 1)} leads into the first neuron, which has received "
            f"{n(linear['ga'][0, 0], 1)}; w₅ = {n(w[4], 0)} leads into the second, which has "
            f"received {n(linear['ga'][0, 1], 0)}. What does x₁ get?",
            before=start("linear", 9, 1),
            after=start("linear", 10, 1),
            label="∂E/∂x₁",
            truth=total,
            tolerance=0.01,
            explain=f"x₁ acts on E along two paths, and the messages of both add up: {n(one)} and "
            f"{n(two, 0)} make {n(total)}.",
            mistakes=(
                (one, "That is the path through the first neuron alone."),
                (two, "That is the path through the second neuron alone."),
                (total / 2, "Paths add up; their mean is not taken."),
                (one * two, "Along a path one multiplies, but the two paths add up."),
            ),
        ),
        "batch": Number(
            ask="Now two examples at once, A and B, and E is the mean of their errors. Alone, A "
            f"sends {n(2 * mine, 0)} to w₁, and B sends {n(2 * other, 1)}. What is the gradient of "
            "the batch?",
            before=start("linear", 8, 1, "both"),
            after=start("linear", 9, 1, "both"),
            label="∂E/∂w₁",
            truth=both["grad"][0],
            tolerance=0.01,
            explain=f"Both messages reach the same weight and add up, each divided by N = 2: "
            f"{n(mine, 1)} and {n(other)} make {n(both['grad'][0])}. For w₂ they cancel: "
            f"its gradient is {n(abs(both['grad'][1]), 0)}, though either alone would move it.",
            mistakes=(
                (mine, "That is the share of A alone; and it is the sum, if N = 2 is forgotten."),
                (other, "That is the share of B alone."),
                (2 * mine, "A alone, and not divided by N = 2."),
            ),
        ),
        "sign": Choice(
            ask="All ten gradients are known, and the weights take one step, w ← w − 0.1 ∂E/∂w. "
            "A slide that you will see below prints ∂E/∂w with the other sign. E was "
            f"{n(before, 1)}. What becomes of E after a step with the slide’s sign?",
            before=start("linear", 9, 1),
            after={**start("linear", 9, 1), "updates": 1, "slide": True},
            options=(
                ("It falls, only more slowly.", "The size of a step does not turn it round."),
                ("It stays the same.", "The weights do move."),
                ("It climbs.", ""),
            ),
            right=2,
            explain=f"From {n(before)} to {n(after)}: each weight has moved the way that makes the "
            "error larger. Make more updates, and it goes on.",
        ),
    }
