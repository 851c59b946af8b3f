"""PyTorch asked for every order of five lines: run once a process, for the figure `loop`."""

from __future__ import annotations

from functools import cache
from itertools import islice, permutations

import numpy as np

from nnbook import nn, peers
from nnbook.experiments import sgd
from nnbook.nn.activations import Array

LINES = {
    "zero_grad": "optimizer.zero_grad()",
    "forward": "pred = model(X)",
    "loss": "loss = loss_fn(pred, y)",
    "backward": "loss.backward()",
    "step": "optimizer.step()",
}
RIGHT = ",".join(LINES)
ORDERS = [",".join(some) for n in range(len(LINES) + 1) for some in permutations(LINES, n)]
SEEDS, LAST, RATE = range(5), 60, 0.5
MARKS = range(0, LAST + 1, 10)  # the batches of the table
Outcome = tuple[Array, int, int, str]  # losses (seed, batch); where and how it failed, as peers.Ran
KINDS = {  # what the curves do, and how a question puts it
    "learns": "The loss falls as in the usual order.",
    "falls faster, then swings up": "The loss falls faster at first, then swings up.",
    "learns nothing": "The loss stays where it is.",
    "stops": "PyTorch stops with an exception.",
}


@cache
def _data() -> tuple[list[tuple[Array, Array]], tuple[Array, Array]]:
    d = sgd.digits()
    some = islice(sgd.batches(d.x, d.y, 64, np.random.default_rng(0)), LAST)
    return [*some], (d.x_val, d.y_val)


@cache
def run(key: str, seed: int) -> peers.Ran:
    model = sgd.network((64, 32, 10), nn.ReLU, rng=np.random.default_rng(seed))
    lines = [LINES[one] for one in key.split(",") if one]
    some, aside = _data()
    ran = peers.run_loop(lines, model, nn.CrossEntropyLoss(), some, aside, RATE)
    assert ran
    return ran


@cache
def _alike() -> dict[tuple[bytes, str], str]:
    """The first order with each outcome from the first start: what is equal there to the last bit,
    and fails with the same words if it fails, is the same program."""
    first: dict[tuple[bytes, str], str] = {}
    for key in ORDERS:
        ran = run(key, SEEDS[0])
        first.setdefault((ran.losses.tobytes(), ran.error), key)
    return first


@cache
def outcome(key: str) -> Outcome:
    """What PyTorch does with the lines in this order, from five starts."""
    mine = run(key, SEEDS[0])
    runs = [run(_alike()[mine.losses.tobytes(), mine.error], seed) for seed in SEEDS]
    losses = np.full((len(SEEDS), LAST + 1), np.nan)
    for row, ran in zip(losses, runs, strict=True):
        row[: len(ran.losses)] = ran.losses
    return losses, mine.batch, mine.line, mine.error


def kind(o: Outcome) -> str:
    """One of KINDS, found in the five curves."""
    losses, batch, _, error = o
    if error:
        return f"stops in batch {batch}"
    if np.all(losses == losses[:, :1]):
        return "learns nothing"
    swing = [row[row.argmin() :].max() / row.min() for row in losses]
    if np.min(swing) > 1.4:
        return "falls faster, then swings up"
    assert np.all(losses[:, -1] < 0.3 * losses[:, 0])
    return "learns"
