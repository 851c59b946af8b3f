"""What the figure `masks` asks: which average is exact, what the division does, how many."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnbook.figures.kit.predict import Choice, Number, Question
from nnbook.figures.masks.compute import in_use, scores
from nnbook.notebook.numbers import number, science


def questions(
    gaps: dict[str, list[float]], bias: dict[str, float], place: int
) -> dict[str, Question]:
    """What to predict; every number is what the library answers, at pixel `place`."""

    def at(what: str, network: str = "one", scale: bool = True) -> dict[str, Any]:
        place = {"mask": 170, "x1": 0.8, "x2": 0.4}
        return {"network": network, "what": what, "scale": scale, **place}

    exact, close = gaps["one"], gaps["two"]
    means = [scores("one", scaled=scaled)[:, place].mean() for scaled in (True, False)]
    b = bias["one"]
    most = np.abs(in_use("two")).max()
    return {
        "which": Choice(
            ask="Eight hidden neurons, each kept or dropped, make 256 masks; here is one of them "
            "and its map. Average the 256 scores, or turn each score into a probability with a "
            "sigmoid and average those. Which is exactly the network in evaluation, the dashed "
            "line?",
            before=at("mask"),
            after=at("score"),
            options=(
                ("The average score.", ""),
                ("The average probability.", "The sigmoid bends each score before the average."),
                ("Both.", "An average and a bend cannot change places."),
                ("Neither.", "With one hidden layer, one of them is."),
            ),
            right=0 if exact[0] < 1e-12 < exact[1] else 3,
            explain="On the whole map the average score differs from it by "
            f"{science(exact[0])} at most, which is rounding; the average probability by "
            f"{number(exact[1], 2)}. Behind the last mask there is only a weighted sum.",
        ),
        "scale": Choice(
            ask="Each neuron is kept with probability 1 − p = ½, and what is kept is divided by ½. "
            "Leave the division out. At the point, what does the average score do?",
            before=at("score"),
            after=at("score", scale=False),
            options=(
                ("It stays: as many are kept as before.", "But each counts half as much now."),
                ("It comes twice as close to the last bias b.", ""),
                ("It goes twice as far from b.", "So it would without the masks."),
            ),
            right=1,
            explain=f"b is {number(b, 2)}. The average was {number(means[0], 2)}, that is "
            f"{number(means[0] - b, 2)} away from it, and is {number(means[1], 2)}, "
            f"{number(means[1] - b, 2)} away: half as far.",
        ),
        "two": Choice(
            ask="Now two hidden layers of four neurons, both with dropout: again 256 masks. Is the "
            "average score still the network in evaluation?",
            before=at("mask", "two"),
            after=at("score", "two"),
            options=(
                ("Yes, exactly.", "Behind the first mask there is a tanh now, and it bends."),
                ("It comes close, but no more.", ""),
                ("No, it has nothing to do with it.", "Compare the map with the dashed line."),
            ),
            right=1 if 1e-6 < close[0] < 0.5 * most else 0 if close[0] < 1e-6 else 2,
            explain=f"It is off by up to {number(close[0], 2)}, where the scores in evaluation go "
            f"up to {number(most, 2)}: the same shape, other numbers. In deep networks the one in "
            "evaluation stands for the average; it is not equal to it.",
        ),
        "count": Number(
            ask="Eight neurons, each in or out, make 256 masks. How many masks are there for a "
            "hidden layer of ten neurons?",
            before=at("mask"),
            after=at("mask"),
            label="masks",
            truth=1024,
            tolerance=0.5,
            digits=0,
            explain="Each neuron more doubles their number: 2¹⁰. For the 64 neurons of the other "
            f"figure there are 2⁶⁴, about {science(2.0**64)}: training sees a few of them.",
            mistakes=(
                (20, "That is 2 × 10; the choices of the ten neurons multiply."),
                (100, "That is 10²; it is 2 choices for each of 10 neurons."),
                (320, "That is 256 × 10 / 8; but each neuron more doubles the number."),
                (1023, "The mask that keeps nothing counts too."),
            ),
        ),
    }
