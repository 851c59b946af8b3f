"""What the figure `curves` asks: what lies flat, and where luck decides."""

from __future__ import annotations

import numpy as np

from nnbook.experiments.curves import RATES, UPDATES, curves, on
from nnbook.figures.kit.predict import Choice, Question
from nnbook.notebook.numbers import number

HIDDEN = {
    "named": False,
    "runs": "five",
    "until": UPDATES,
    "axis": "linear",
    "match": ",".join(RATES),
}
RIGHT = "high,low,over,good"


def questions() -> dict[str, Question]:
    """What to predict; the truths are those of five runs each."""
    found, awake = curves(), on()
    last = {name: losses[:, -10:].mean(axis=1) for name, losses in found.items()}
    spread = {name: values.max() / values.min() for name, values in last.items()}
    luckiest = max(spread, key=lambda name: spread[name])
    flat = last["over"].mean() > 0.8 * np.log(10)
    return {
        "flat": Choice(
            ask="Curve C stays near log 10 = 2.30, which is the loss of giving each of the ten "
            "digits the probability one tenth. Which rate made it?",
            before=HIDDEN,
            after={"named": True, "match": RIGHT},
            options=(
                (f"the lowest, {RATES['low']:g}", "A rate that is too low falls slowly, as B."),
                (f"the highest, {RATES['over']:g}", ""),
                ("none: its gradients are wrong", "They are the same as of the other three."),
            ),
            right=1 if flat else 0,
            explain="Its first steps throw the weights so far that in the end "
            f"{number(100 * awake['over'].mean(), 0)} % of the last hidden ReLUs are on for any "
            f"picture (at {RATES['good']:g} it is {number(100 * awake['good'].mean(), 0)} %). "
            "Where all are off no gradient comes through, and the loss stays at "
            f"{number(last['over'].mean(), 2)}. Too high a rate need not look like an explosion.",
        ),
        "luck": Choice(
            ask="The five runs of a curve differ only in their first weights and batches. Divide "
            "the largest of their five final losses by the smallest. At which rate is this ratio "
            "greatest?",
            before=HIDDEN,
            after={"named": True, "match": RIGHT, "axis": "log"},
            options=tuple(
                (f"{RATES[name]:g}", f"There it is {number(spread[name], 1)}.")
                for name in ("low", "good", "high")
            ),
            right=("low", "good", "high").index(luckiest),
            explain=f"At {RATES[luckiest]:g} the ratio is {number(spread[luckiest], 1)}: a rate "
            "at the edge makes a good run a matter of luck, so one run says little about it.",
        ),
    }
