"""How many times as fast n workers are as one: by what they compute, send and wait for."""

from __future__ import annotations

from typing import Any

import traitlets

from nnbook.experiments import scale, workers
from nnbook.figures.kit.controls import choice, slider
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.predict import Question
from nnbook.figures.workers import compute
from nnbook.figures.workers.questions import questions

MOST = 14  # 2¹⁴ = 16,384 workers
COUNTS = [2**k for k in range(MOST + 1)]


class Workers(Figure):
    """The speed-up of n workers, predicted, with the measured points on the curve.

    `Workers(run=workers.train(measure=True))` takes its core, its link and its points from a run
    on your machine; otherwise they are recorded ones, and the figure says whose.
    """

    figure = "workers"
    title = "Do more workers pay?"
    question = "From how many workers on does one more no longer pay?"
    about = (
        "The speed-up of n workers, over n, both axes logarithmic: how many examples they take "
        "while one worker takes one. The dashed line is the ideal, n times; a dotted line marks "
        "the n at which a shared batch is done soonest. Below, what these n workers reach of the "
        "ideal, in %, over the size of the network; circles are what two processes were measured "
        "to do here."
    )
    readouts = (
        ("speed", "speed-up"),
        ("compute", "computing"),
        ("send", "sending gradients"),
        ("wait", "waiting for messages"),
        ("most", "done soonest with n ="),
    )
    columns = ("workers", "speed-up", "computing, s", "sending, s", "waiting, s")
    ratio = 0.95

    k = slider(0, 0, MOST, 1, "workers n = 2ᵏ, k")
    p = slider(7.0, 4, 11, 0.5, "parameters P = 10ᵖ, p")
    b = slider(compute.BATCH, 4, 24, 1, "examples in a batch, 2ᵇ, b")
    link = choice("here", {name: label for name, (label, *_) in compute.LINKS.items()}, "the link")
    worker = choice("core", compute.WORKERS, "a worker is")
    batch = choice("shared", compute.BATCHES, "the batch is")

    constants = traitlets.Dict({"measured_b": compute.BATCH}).tag(sync=True)
    prices = traitlets.Dict().tag(sync=True)  # by worker and link
    points: traitlets.List[list[float]] = traitlets.List().tag(sync=True)  # P, speed-up of two
    where = traitlets.Unicode().tag(sync=True)

    def __init__(self, *, run: workers.Run | None = None, **settings: Any):
        self._measured = compute.measured(run)
        super().__init__(**settings)

    def build(self) -> dict[str, Question]:
        found = self._measured
        self.prices = {
            worker: {link: compute.prices(place) for link, place in links.items()}
            for worker, links in compute.places(found).items()
        }
        self.points = [
            [float(size), one / two]
            for size, one, two in zip(found.parameters, found.one, found.two, strict=True)
        ]
        self.where = found.where
        return questions(found)

    def rows(self) -> list[tuple[float | str, ...]]:
        place = compute.places(self._measured)[self.worker][self.link]
        size, examples, shared = 10.0**self.p, 2.0**self.b, self.batch == "shared"
        speed = scale.speed_up(place, size, examples, COUNTS, shared=shared)
        columns = compute.parts(place, size, examples, COUNTS, shared=shared)
        return [(n, speed[i], *(c[i] for c in columns)) for i, n in enumerate(COUNTS)]
