"""What the figure `digit` asks: what the other network reads, what it says of a letter, and what
it takes to make it fail."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from nnbook import nn
from nnbook.figures.digit.compute import (
    HIDDEN,
    Changes,
    in_a_frame,
    right,
    right_in_draws,
    right_of_its_own_kind,
    scores,
)
from nnbook.figures.kit.predict import Choice, Number, Question
from nnbook.notebook.numbers import number

TORN = ".rvqrroulxkBjEjHlJoKsJvGyDAABCBFCIEKGMIMLLOKQISFTCUzUwUuStQtNuK"  # a three, to its writer
SMILE = ".sqss.MqMs.mHoKqNtQxSATETHSLQONQKSH"
QUARTER = tuple(range(1, HIDDEN // 4 + 1))
NOISY = 0.5


@cache
def questions() -> dict[str, Question]:
    """What to predict; every count and every percentage is the library's."""
    home: dict[str, Any] = {
        "drawing": TORN, "network": "moved", "neuron": 0, "off": "", "noise": 0.0, "biases": True,
    }  # fmt: skip
    all_at_work, others = right("moved"), right("upright")
    trained_on, own = len(in_a_frame()[0]), round(right_of_its_own_kind())
    smiling = scores("moved", SMILE)
    assert smiling is not None
    p = nn.softmax(smiling[None])[0]
    without = right("moved", Changes(off=QUARTER))
    noisy, noisier = (right_in_draws("moved", Changes(noise=k * NOISY)) for k in (1, 2))
    return {
        "other": Number(
            ask=f"This network reads {all_at_work} of a hundred stored digits right. Another one, "
            f"trained on {trained_on:,} digits that all fill their frame, reads {own} of 100 "
            "others of their collection. Now the hundred stored digits are fitted into such a "
            "frame. How many of them does that other network read?",
            before=home,
            after={**home, "network": "upright"},
            label="right of 100",
            truth=others,
            tolerance=8,
            digits=0,
            mistakes=(
                (own, "So many of digits like its own, but these are by other writers and pens."),
                (all_at_work - 20, "It loses more than that."),
                (10, "That would be chance."),
            ),
            explain=f"{others} of 100. It never saw a digit that leans, lies aside or was "
            "written with another pen. The first network was trained on copies that are turned, "
            "sheared and scaled: what a network can read is what it was shown.",
        ),
        "face": Choice(
            ask="It has learned ten digits and nothing else. You draw a smiling face. What does it "
            "say?",
            before={**home, "drawing": ""},
            after={**home, "drawing": SMILE},
            options=(
                ("All ten alike: about 10 % each.", "It cannot say that it does not know."),
                ("Some digit, with more than 90 %.", ""),
                ("No digit.", "Ten probabilities that add up to 1 leave no room for that."),
            ),
            right=1,
            explain=f"It says {p.argmax()} with {number(100 * p.max(), 0)} %. The probabilities "
            "share out 1 among ten digits, whatever is drawn; a large one says which digit is "
            "nearest, and not that it is near.",
        ),
        "quarter": Number(
            ask="Now eight of the 32 hidden neurons are switched off, the first eight. How many of "
            "the hundred does it still read right?",
            before=home,
            after={**home, "off": ",".join(map(str, QUARTER))},
            label="right of 100",
            truth=without,
            tolerance=5,
            digits=0,
            mistakes=(
                (10, "That would be chance."),
                (all_at_work, "A few were needed, as you see."),
            ),
            explain=f"{without} of 100. No neuron reads a digit alone: each adds a little to "
            "several answers, so that the rest carry on without a quarter of them.",
        ),
        "noise": Choice(
            ask="To every weight a random number is added, with half the standard deviation of the "
            "layer’s weights. How many of the hundred are right, on average over five draws?",
            before=home,
            after={**home, "noise": NOISY},
            options=(
                ("About 10, it is destroyed.", "Errors of 196 products partly cancel in a sum."),
                ("Nearly all, above 90.", "Some of them hit what a neuron listens to."),
                ("Between 60 and 90.", ""),
            ),
            right=2,
            explain=f"On average {number(float(np.mean(noisy)), 0)}, from {min(noisy)} to "
            f"{max(noisy)}. The sum over many inputs averages noise out, up to a point: at 1, "
            f"twice as much, {number(float(np.mean(noisier)), 0)} are left.",
        ),
    }
