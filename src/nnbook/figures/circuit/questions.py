"""What the figure `circuit` asks: what each of three gates gives back."""

from __future__ import annotations

from typing import Any

from nnbook.figures.circuit.compute import run
from nnbook.figures.kit.predict import Choice, Number, Question
from nnbook.notebook.numbers import number

HOME = {"x": 3.0, "y": -1.0, "z": 4.0, "w": 1.5}


def questions() -> dict[str, Question]:
    """What to predict; every number is that of the gates."""
    value, gradient = run(**HOME)
    other = {**HOME, "w": -3.5, "z": -3.0}  # the larger of two negative numbers
    turned = run(**other)[1]
    raised = run(**{**HOME, "y": 0.0})[0]["out"]
    below = run(**{**HOME, "w": 2.5})[1]

    def n(v: float) -> str:
        return number(v, 1).removesuffix(".0")

    def at(step: int, **more: float) -> dict[str, Any]:
        return {"step": step, **HOME, **more}

    return {
        "swap": Number(
            ask=f"Forward, q = {n(value['q'])} and m = {n(value['m'])} were multiplied to "
            f"{n(value['out'])}. Now back: out has the gradient 1, since it moves exactly as much "
            "as itself. What does the multiplication give back to q?",
            before=at(3),
            after=at(4),
            label="∂out/∂q",
            truth=gradient["q"],
            tolerance=0.01,
            explain=f"A product moves by m when q moves by 1. So q gets m, which is "
            f"{n(gradient['q'])}, and m gets q, which is {n(gradient['m'])}: multiplying swaps.",
            mistakes=(
                (value["q"], "That is q itself; it is what m gets."),
                (1.0, "An addition would hand the 1 on. A product is steeper."),
                (value["out"], "That is the value of out, not how fast out moves."),
            ),
        ),
        "hand": Number(
            ask=f"The wire q has the gradient {n(gradient['q'])} now. It is the sum of x = "
            f"{n(HOME['x'])} and y = {n(HOME['y'])}. What does the addition give to y?",
            before=at(4),
            after=at(5),
            label="∂out/∂y",
            truth=gradient["y"],
            tolerance=0.01,
            explain=f"A sum moves as much as either of its parts, so both get {n(gradient['y'])}, "
            "whatever their values are: adding hands out. Try it: with y one larger, out is "
            f"{n(raised)} and no longer {n(value['out'])}.",
            mistakes=(
                (gradient["q"] / 2, "It is not shared out: each part moves the sum by as much."),
                (HOME["x"] * gradient["q"], "Swapping is what a multiplication does."),
                (-gradient["q"], "y is negative; but one more of it still makes q larger."),
            ),
        ),
        "route": Choice(
            ask=f"max(z, w) passed on z = {n(HOME['z'])}, the larger one, and has the gradient "
            f"{n(gradient['m'])}. How does it give that back to z and w = {n(HOME['w'])}?",
            before=at(5),
            after=at(6),
            options=(
                ("Half to each.", "w could move a little and nobody would notice."),
                ("By their size.", "What was smaller had no say at all."),
                ("All of it to z, nothing to w.", ""),
            ),
            right=2,
            explain=f"Only z moves the output: it gets {n(gradient['z'])}, and w gets "
            f"{n(gradient['w'])}. max routes, like a switch. With w = 2.5 it would still be "
            f"{n(below['w'])}; with w above z, all would go to w.",
        ),
        "turned": Number(
            ask=f"Now z = {n(other['z'])} and w = {n(other['w'])}; x and y stay, so q is "
            f"{n(value['q'])}. What is the gradient of x?",
            before=at(3, z=other["z"], w=other["w"]),
            after=at(6, z=other["z"], w=other["w"]),
            label="∂out/∂x",
            truth=turned["x"],
            tolerance=0.01,
            explain=f"m is the larger of two negative numbers, {n(other['z'])}. Multiplying gives "
            "it to q, adding hands it out: a larger x now makes out smaller.",
            mistakes=(
                (other["w"], "That is the smaller one of z and w."),
                (-other["z"], "m is negative, and so is what the multiplication gives to q."),
                (value["q"], "That is what m gets."),
                (gradient["x"], "That was with z = 4; m has changed, and it is the local slope."),
            ),
        ),
    }
