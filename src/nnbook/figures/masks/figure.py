"""Every network that dropout makes of one, and their average beside that of evaluation."""

from __future__ import annotations

import numpy as np
import traitlets

from nnbook import nn
from nnbook.experiments.masks import MASKS, REACH, STEP
from nnbook.experiments.polygon import packed, polygon
from nnbook.figures.kit.controls import choice, slider, steps, switch
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.pack import pack
from nnbook.figures.kit.predict import Question
from nnbook.figures.masks.compute import ANSWERS, NETWORKS, SIDE, WHAT, in_use, scores
from nnbook.figures.masks.questions import questions

LAST = len(MASKS) - 1


class Masks(Figure):
    """All 256 masks at p = ½ of a small network trained with dropout, on maps of its two inputs."""

    figure = "masks"
    title = "All the masks at once"
    question = "Which average is exactly the network that we use?"
    about = (
        "At the left a small network whose eight hidden neurons are switches; one that is crossed "
        "out is dropped. At the right, over two inputs, what it answers, orange where the score is "
        "positive; the dashed line is where the network in evaluation scores 0. Below, a "
        "histogram of the answers of all 256 masks at the chosen point, with three marked: this "
        "mask, the average, the network in evaluation. All 256 maps can stand in the network's "
        "place."
    )
    readouts = (
        ("used", "evaluation: score, probability"),
        ("average", "average over all masks"),
        ("mask", "this mask"),
        ("gap", "largest difference on the map"),
    )
    columns = ("at the point", "score", "probability")
    ratio = 1.25
    folded = ("x1", "x2")

    network = choice("one", dict(NETWORKS), "network")
    what = choice("mask", dict(WHAT), "map")
    scale = switch(True, "divide by 1 − p", only_if={"network": "one"})
    mask = steps(170, LAST, "mask", wait=150)
    all = switch(False, "see all 256 masks")
    x1 = slider(0.8, -REACH, REACH, STEP, "input x₁")
    x2 = slider(0.4, -REACH, REACH, STEP, "input x₂")
    bias = traitlets.Dict().tag(sync=True)  # by network: the score with nothing kept
    above = traitlets.Dict().tag(sync=True)  # (16, pixels): 2-8-1, the first four neurons' masks
    parts = traitlets.Dict().tag(sync=True)  # by network: (1 or 16, 4, pixels), the last four
    used = traitlets.Dict().tag(sync=True)  # (2, pixels): the scores in evaluation
    tables = traitlets.Dict().tag(sync=True)  # of the sigmoid
    gaps = traitlets.Dict().tag(sync=True)  # on the map, exactly: score, probability

    def build(self) -> dict[str, Question]:
        one, two = (scores(name).reshape(16, 16, -1) for name in NETWORKS)
        self.bias = {"one": float(one[0, 0, 0]), "two": float(two[0, 0, 0])}
        single = [8, 4, 2, 1]  # the masks that keep one neuron of four
        self.above = pack(one[:, 0] - one[0, 0])
        alone = one[:1, single] - one[:1, :1], two[:, single] - two[:, :1]
        self.parts = {name: pack(part) for name, part in zip(NETWORKS, alone, strict=True)}
        self.used = pack([in_use(name) for name in NETWORKS])
        self.tables = {"sigmoid": packed(*polygon(ANSWERS[1], -16, 16, tolerance=1e-4))}
        self.gaps = {
            key: [float(np.abs(f(answers).mean(axis=0) - f(in_use(name))).max()) for f in ANSWERS]
            for key, name, answers in (
                ("one", "one", scores("one")),
                ("two", "two", scores("two")),
                ("unscaled", "one", scores("one", scaled=False)),
            )
        }
        return questions(self.gaps, self.bias, self.place)

    @property
    def scaled(self) -> bool:
        return self.scale or self.network == "two"

    @property
    def place(self) -> int:
        """Which pixel of the maps the point is on."""
        return SIDE * (SIDE - 1 - self.index("x2")) + self.index("x1")  # the top row first

    def rows(self) -> list[tuple[float | str, ...]]:
        every = scores(self.network, scaled=self.scaled)[:, self.place]
        used, mean, mine = in_use(self.network)[self.place], every.mean(), every[self.mask]
        return [
            ("in evaluation", used, float(nn.sigmoid(used))),
            ("average score", mean, float(nn.sigmoid(mean))),
            ("average probability", "–", nn.sigmoid(every).mean()),
            ("this mask", mine, float(nn.sigmoid(mine))),
        ]
