"""What the figure `playground` asks, and the runs that the build records."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from nnbook.experiments.playground import DISK, LOOKS, SEEDS, SPIRAL, XOR, Run
from nnbook.figures.kit.predict import Choice, Question
from nnbook.notebook.numbers import number

RECORDED = {
    "two": replace(DISK, h1=2),
    "disk": DISK,
    "xor": XOR,
    "flat": replace(XOR, h1=0),
    "zero": replace(XOR, first="zero"),
    "spiral": SPIRAL,
}


@cache
def right(record: str, updates: int) -> list[float]:
    """The share of the test points that is right in the end, for each of five seeds."""
    runs = [Run(replace(RECORDED[record], seed=seed)) for seed in SEEDS]
    for run in runs:
        run.advance(updates)
    return [float(run.state(2, 1)["losses"][3]) for run in runs]


def at(record: str, look: int) -> dict[str, Any]:
    """The settings at which a recorded run is looked at."""
    return {**RECORDED[record].controls(), "t": look}


def questions() -> dict[str, Question]:
    """What to predict; the truths are those of five networks each."""
    last = len(LOOKS) - 1
    two, three = right("two", 400), right("disk", 400)
    flat, zero = right("flat", 400), right("zero", 400)
    percent = [number(100 * v, 0) for v in (max(two), np.median(three), max(flat), max(zero))]
    return {
        "fence": Choice(
            ask="A disk in a ring. Each hidden neuron of tanh draws one straight border, and the "
            "output neuron weighs them. How many hidden neurons does it take to fence the disk in?",
            before=at("two", 0),
            after=at("disk", last),
            options=(
                ("two", "Two borders leave the fence open: see what two neurons do."),
                ("three", ""),
                ("eight", "More make a rounder fence, but three borders close a triangle."),
            ),
            right=1 if max(two) < 0.9 <= np.median(three) else 2,
            explain=f"After 400 updates five networks of two neurons are right on at most "
            f"{percent[0]} % of the test points, the middle one of five with three on {percent[1]} "
            "%. Chance is 50 %.",
        ),
        "flat": Choice(
            ask="XOR, and no hidden layer: two weights and a bias. On how many of the test points "
            "will it be right?",
            before=at("flat", 0),
            after=at("flat", last),
            options=(
                ("about half", ""),
                ("three quarters", "A line could be right on three of the four corners; "
                 "but the loss weighs all points, and its best line lies in the middle."),
                ("nearly all", "Only a bend can do that: a line has one side for each class."),
            ),
            right=0 if max(flat) < 0.65 else 1,
            explain=f"The best of five networks is right on {percent[2]} %: all weights go toward "
            "zero, and the map stays pale.",
        ),
        "zero": Choice(
            ask="Eight hidden ReLUs solve XOR. What do they learn if all their first weights and "
            "biases are zero?",
            before=at("zero", 0),
            after=at("zero", last),
            options=(
                ("The same, after a slower start.", "Nothing tells one neuron from another."),
                ("Nothing: they stay as they are.", ""),
                ("All eight learn the same border.", "Equal weights do get equal gradients; "
                 "but where the output’s weights are zero these are zero as well."),
            ),
            right=1,
            explain=f"The best of five is right on {percent[3]} %: only the output’s bias moves. "
            "Random first weights are there to make neurons different.",
        ),
    }  # fmt: skip
