"""What the figure `memorizing` asks: where validation turns, what dropout is worth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nnbook.experiments.dropout import (
    stopped,
)
from nnbook.figures.kit.predict import Choice, Position, Question
from nnbook.nn.activations import Array
from nnbook.notebook.numbers import number

Runs = Callable[[str, str, str], dict[str, Array]]  # by examples, labels, network


def questions(runs: Runs, last: float) -> dict[str, Question]:
    """What to predict; the numbers are those of the runs, which end at t = `last`."""

    def at(t: float, network: str = "large", n: str = "many", labels: str = "wrong") -> Any:
        return {"network": network, "n": n, "labels": labels, "t": t}

    plain, clean = runs("many", "wrong", "large"), runs("many", "right", "large")
    few, drop = runs("few", "wrong", "large"), runs("many", "wrong", "p5")
    best, end = stopped(plain), {name: values[:, -1].mean() for name, values in plain.items()}
    turn, early = best["update"].mean() / 100, stopped(few)["update"].mean() / 100
    low, rise = best["validation"].mean(), clean["validation"].mean(axis=0)
    climb = rise[-1] - rise.min()
    ahead = 100 * (drop["right"][:, -1] - best["right"]).mean()
    return {
        "turn": Position(
            ask="64 neurons learn from 300 digits, three in ten of them with a wrong label. The "
            "training loss will fall all the way. Where will the validation loss be lowest? Drag "
            "the marker there.",
            before=at(0.2),
            after=at(last),
            control="t",
            truth=turn,
            tolerance=0.25,
            explain="That is the mean over the five seeds. From there the validation loss climbs "
            f"from {number(low, 2)} to {number(end['validation'], 2)}, while the training loss "
            f"falls to {number(end['training'], 2)}: in the end {number(100 * end['by_heart'], 0)} "
            "% of the wrong labels are known by heart.",
        ),
        "clean": Choice(
            ask="The same with all labels right. What does the validation loss do in the end?",
            before=at(last),
            after=at(last, labels="right"),
            options=(
                ("It climbs as steeply.", "There is no wrong label to be learned by heart."),
                ("It climbs hardly, or not at all.", ""),
                ("It falls to the training loss.", "Nobody has shown it these pictures."),
            ),
            right=1 if climb < 0.1 * (end["validation"] - low) else 0,
            explain=f"It gets as low as {number(rise.min(), 2)} and ends at {number(rise[-1], 2)}. "
            "The training pictures are known by heart here too, but what has been learned on the "
            "way holds for others.",
        ),
        "few": Choice(
            ask="Again three labels in ten are wrong, and now there are 100 training pictures "
            "instead of 300. When does the validation loss turn?",
            before=at(last),
            after=at(last, n="few"),
            options=(
                ("Earlier.", ""),
                ("Later.", "Each picture comes up three times as often."),
                ("At the same time.", "Each picture comes up three times as often."),
            ),
            right=0 if early < turn else 1,
            explain=f"At t = {number(early, 2)} instead of {number(turn, 2)}, and from there it "
            "climbs more steeply: fewer pictures are sooner known by heart.",
        ),
        "dropout": Choice(
            ask="300 pictures again. In each update, half of the hidden neurons, drawn at random, "
            "are switched off. A rival is the network without dropout, stopped where its "
            "validation loss is lowest. After 300 updates with dropout, the share of test digits "
            "that is right is …",
            before=at(last),
            after=at(last, "p5"),
            options=(
                ("more than five points above the rival’s.", "So it is if nobody stops the other."),
                ("within five points of it.", ""),
                ("more than five points below it.", "Dropout makes memorizing slower."),
            ),
            right=0 if ahead > 5 else 1 if ahead > -5 else 2,
            explain=f"{number(100 * drop['right'][:, -1].mean(), 0)} % with dropout, "
            f"{number(100 * best['right'].mean(), 0)} % for the rival, and "
            f"{number(100 * end['right'], 0)} % for the same network that nobody has stopped.",
        ),
    }
