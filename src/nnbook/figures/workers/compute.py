"""What belongs to the figure `workers`: what was measured, and where else workers may stand."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnbook.experiments import scale, workers
from nnbook.experiments.scale import Place

BATCH = 6  # the exponent of 2 of the batch that was measured
LINKS = {  # bytes a second that each worker can send, and the seconds before a message arrives
    "here": ("this machine’s own", 0.0, 0.0),  # measured
    "gigabit": ("1 Gbit/s", 1e9 / 8, 1e-4),
    "rack": ("25 Gbit/s", 25e9 / 8, 3e-5),
    "center": ("400 Gbit/s", 400e9 / 8, 1e-5),
}
WORKERS = {"core": "a core like that", "card": "a data-center card"}
BATCHES = {"shared": "shared out", "own": "one for each worker"}
CARD = 400e12 / 2  # products a second: what each card of a large training run was reported to do


class Measured(NamedTuple):
    """Seconds of updates and of all-reduces by two processes, and where and when."""

    where: str
    parameters: tuple[int, ...]  # of the networks
    one: tuple[float, ...]  # an update by one process
    two: tuple[float, ...]  # and by two, the batch shared
    all_reduce: tuple[float, ...]  # of workers.SIZES


def measured(run: workers.Run | None) -> Measured:
    """This run; without one, the last that was recorded with workers."""
    if run is not None:
        found: dict[str, Any] = workers.speeds(run) | {"all_reduce": run.all_reduce}
        where = "measured when this page was built"
    else:
        record = [r for r in scale.recorded() if r["workers"]][-1]
        found = record["workers"]
        where = f"recorded on {record['date']}, on {record['machine']}"
    names = ("parameters", "one", "all", "all_reduce")
    return Measured(where, *(tuple(np.asarray(found[name]).tolist()) for name in names))


def places(found: Measured) -> dict[str, dict[str, Place]]:
    """By worker and link: the measured core and link, and others."""
    products = 3 * np.array(found.parameters) * 2.0**BATCH
    line = scale.fitted(products, np.array(found.one))
    fixed = max(line.fixed, 1e-6)
    wait, speed = scale.link(np.array(workers.SIZES), np.array(found.all_reduce))
    links = {name: (late, rate) for name, (_, rate, late) in LINKS.items()}
    links["here"] = (max(wait, 1e-6), speed)
    each = {"core": line.each, "card": 1 / CARD}
    return {
        worker: {name: Place(fixed, product, *one) for name, one in links.items()}
        for worker, product in each.items()
    }


def prices(place: Place) -> list[float]:
    """The seconds of `scale.seconds` that stand before 1, P B, P (n − 1) / n and n − 1."""
    return [place.fixed, 3 * place.product, 2 * scale.BYTES / place.bandwidth, 2 * place.latency]


def parts(
    place: Place, parameters: float, batch: float, n: ArrayLike, *, shared: bool
) -> tuple[Any, Any, Any]:
    """Seconds of an update that n workers (K,) compute, send, and wait for messages: (K,) each."""
    many = np.asarray(n, float)
    sending = scale.ring_bytes(parameters, many) / place.bandwidth
    waiting = 2 * (many - 1) * place.latency
    total = scale.seconds(place, parameters, batch, many, shared=shared)
    return total - sending - waiting, sending, waiting
