"""Learning, or memorizing: the two losses over the updates, and where to stop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import traitlets

from nnbook.experiments.dropout import LOOKS, NETWORKS, NOISES, SEEDS, SIZES, Runs, memorizing
from nnbook.figures.kit.controls import choice, slider
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.pack import pack
from nnbook.figures.kit.predict import Question
from nnbook.figures.memorizing.questions import questions
from nnbook.notebook.numbers import number

COUNTS = dict(zip(("few", "many"), SIZES, strict=True))
LABELS = dict(zip(("right", "wrong"), NOISES, strict=True))
NAMES = dict(zip(("small", "large", "p2", "p5", "p8"), NETWORKS, strict=True))
LAST = float(LOOKS[-1] / 100)


class Memorizing(Figure):
    """Training and validation loss of small networks on the digits, a thin line for each seed.

    `Memorizing(seeds=range(5, 10))` trains with seeds of your own; that takes a while.
    """

    figure = "memorizing"
    title = "Learning, or memorizing?"
    question = "Where does learning end and memorizing begin?"
    about = (
        "The loss over the number of updates, a thin line for each of five seeds and a thick one "
        "for their mean: dashed on the training pictures, solid on validation pictures that the "
        "networks have never seen. A ring marks where a seed's validation loss is lowest so far. "
        "If a network with dropout is chosen, two more lines show the one of 64 neurons "
        "without it: the dotted line is its mean validation loss, and the level line the mean of "
        "each seed's lowest one."
    )
    takes = "trains its networks, for a few seconds the first time"
    readouts = (
        ("loss", "loss: training, validation"),
        ("heart", "wrong labels known by heart"),
        ("right", "right on test digits"),
        ("stop", "stopped at its lowest"),
        ("rival", "no dropout, stopped"),
    )
    columns = ("t", "training loss", "validation loss", "share right", "by heart")
    ratio = 1.05

    network = choice("large", dict(NAMES), "hidden layer")
    n = choice("many", {key: str(n) for key, n in COUNTS.items()}, "training pictures")
    labels = choice("wrong", {"right": "none", "wrong": "3 in 10"}, "wrong labels")
    t = slider(LAST, 0, LAST, 0.2, "updates t, in hundreds")
    seeds: tuple[int, ...]
    losses = traitlets.Dict().tag(sync=True)  # (n, labels, network, kind, seeds, looks)
    shares = traitlets.Dict().tag(sync=True)  # the same, of what is right and what is by heart

    def __init__(self, *, seeds: Iterable[int] = SEEDS, **settings: Any):
        self.seeds = tuple(seeds)
        if not self.seeds:
            raise ValueError("Memorizing(seeds=()): give at least one seed, range(5)")
        super().__init__(**settings)

    def build(self) -> dict[str, Question]:
        def every(*kinds: str) -> Any:
            return [
                [
                    [[self.runs(n, labels, name)[kind] for kind in kinds] for name in NAMES]
                    for labels in LABELS
                ]
                for n in COUNTS
            ]

        self.losses = pack(every("training", "validation"))
        self.shares = pack(every("right", "by_heart"), "f4")
        return questions(self.runs, self.controls["t"]["max"])

    def runs(self, n: str, labels: str, name: str) -> Runs:
        """What the library's networks did, each (seeds, looks)."""
        return memorizing(COUNTS[n], LABELS[labels], NAMES[name], self.seeds)

    def rows(self) -> list[tuple[float | str, ...]]:
        runs = self.runs(self.n, self.labels, self.network)
        means = [values.mean(axis=0) for values in runs.values()]
        table: list[tuple[float | str, ...]] = []
        for k, update in enumerate(LOOKS):
            values: list[float | str] = [mean[k] for mean in means]
            if self.labels == "right":
                values[-1] = "–"
            if update > round(100 * self.t):
                values = ["–"] * 4
            table.append((number(update / 100, 1), *values))
        return table
