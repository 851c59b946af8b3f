"""What the figure `neighbors` asks: what a neighbor does to my output."""

from __future__ import annotations

from collections.abc import Sequence

from nnbook.figures.kit.predict import Choice, Number, Question
from nnbook.figures.neighbors.compute import BATCHES, batch, norm, statistics
from nnbook.notebook.numbers import number


def questions(values: Sequence[float]) -> dict[str, Question]:
    """What to predict; every number is what the library answers."""
    home = {"mode": "train", "other": 0.0, "n": 8, "gamma": 1.0, "beta": 0.0, "seen": 20}

    def mine(other: float, n: int = 8, training: bool = True) -> float:
        return float(norm(20).train(training)(batch(values, other)[:n])[0, 0])

    me, far, near = values[0], 6.0, -1.4
    moved, still = mine(far) - mine(0.0), mine(0.0, training=False)
    first, after = BATCHES[0].mean(), statistics(norm(1))[0]
    moves = "My x has not moved, but the batch's mean and spread have."
    was = "So it was in training mode."
    return {
        "train": Choice(
            ask=f"In training mode my x is {number(me, 1)} and stays there. My neighbor moves from "
            f"0 to {number(far, 0)}. What does my output do?",
            before=home,
            after={**home, "other": far},
            options=(
                ("It rises.", moves),
                ("It falls.", moves),
                (
                    "It stays.",
                    "My x stays, but not what is taken off it and what it is divided by.",
                ),
            ),
            right=0 if moved > 0.005 else 1 if moved < -0.005 else 2,
            explain=f"It goes from {number(mine(0.0), 2)} to {number(mine(far), 2)}: the neighbor "
            "takes the batch's mean along and changes its spread.",
        ),
        "eval": Choice(
            ask="The same in evaluation, after eval(), when the network is used and no longer "
            f"trained: my neighbor moves from 0 to {number(far, 0)}. What does my output do?",
            before={**home, "mode": "eval"},
            after={**home, "mode": "eval", "other": far},
            options=(("It rises.", was), ("It falls.", was), ("It stays.", "")),
            right=2,
            explain=f"It is {number(still, 2)} before and {number(mine(far, 8, False), 2)} after: "
            "in evaluation the running statistics are taken, which come from the training batches.",
        ),
        "two": Number(
            ask=f"A batch of two in training mode: me at {number(me, 1)}, my neighbor at "
            f"{number(near, 1)}, with γ = 1 and β = 0 (nothing more is done to x̂; see the formula "
            "below). What is my output?",
            before={**home, "n": 2},
            after={**home, "n": 2, "other": near},
            label="y",
            truth=mine(near, 2),
            tolerance=0.02,
            explain="Each of two different numbers is one σ from their mean, wherever they are: "
            "move the neighbor, and my output is 1 or −1, until it stands where I do. A batch of "
            "two says which is larger, no more.",
            mistakes=(
                (-mine(near, 2), "That is the neighbor's."),
                ((me - near) / 2, "There only the mean is taken off."),
                (mine(near, 2) / 2**0.5, "That is with N − 1 in the variance; the batch's has N."),
            ),
        ),
        "momentum": Number(
            ask="For evaluation the layer remembers a running mean. It begins at 0, and each "
            "training batch moves it a part of the way to its own mean; this part is the "
            f"momentum, 0.1. The first batch has the mean {number(first, 2)}. What is the running "
            "mean after it?",
            before={**home, "seen": 0},
            after={**home, "seen": 1},
            label="running mean",
            truth=after,
            tolerance=0.02,
            explain="The new one is 0.9 of the old one and 0.1 of the batch's: in PyTorch, and "
            "here, momentum is the share of what is new.",
            mistakes=((float(first - after), "There momentum would be the share of what is old."),),
            digits=3,
        ),
    }
