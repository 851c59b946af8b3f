"""Times contestants in turns, so that what disturbs the machine disturbs them alike.
Nothing here knows what is measured.

A round gives every contestant a turn of some steps, in shuffled order; contestants are compared
within a round, and the median over rounds counts. So a load that lasts cancels, and a burst is one
bad round. A step's time is processor time: without the waiting while other processes run, and on a
quiet machine the time on the clock, since all is done in one thread. Other processes also empty
the caches: of all rounds only the less disturbed half counts, by the processor's share in the time
on the clock, and that share is returned.
"""

import gc
import random
from collections.abc import Callable
from math import sqrt
from statistics import median
from time import perf_counter, process_time

Step = Callable[[], object]


def interleave(
    steps: dict[str, Step], seconds: float, *, turn: float = 0.02, least: int = 16
) -> tuple[dict[str, list[float]], float]:
    """The ms of a step, by contestant and round, and the processor's share in the time.

    Rounds for so many seconds but at least so many, with turns of `turn` seconds or of one step.
    """
    rng = random.Random(0)
    rounds: list[tuple[float, dict[str, float]]] = []
    gc.collect()
    gc.disable()
    try:
        lengths = {name: _warm_up(step, turn) for name, step in steps.items()}
        end = perf_counter() + seconds
        while len(rounds) < least or perf_counter() < end:
            used = {
                name: _turn(steps[name], lengths[name]) for name in rng.sample([*steps], len(steps))
            }
            share = sum(p for p, _ in used.values()) / sum(c for _, c in used.values())
            rounds.append((share, {name: 1000 * used[name][0] / lengths[name] for name in steps}))
    finally:
        gc.enable()
    rounds.sort(key=lambda each: each[0])
    rounds = rounds[len(rounds) // 2 :]
    times = {name: [ms[name] for _, ms in rounds] for name in steps}
    return times, median(share for share, _ in rounds)


def _warm_up(step: Step, turn: float) -> int:
    """Some unmeasured turns; returns how many steps make one."""
    n = 1
    for _ in range(4):
        used, _ = _turn(step, n)
        n = max(1, round(n * turn / max(used, 1e-6)))
    return n


def _turn(step: Step, n: int) -> tuple[float, float]:
    """Seconds of processor and clock for n steps; one before them brings its data to the caches."""
    step()
    p, c = process_time(), perf_counter()
    for _ in range(n):
        step()
    return process_time() - p, perf_counter() - c


def ratio(ours: list[float], theirs: list[float]) -> tuple[float, float, float]:
    """The median over rounds of ours / theirs, and the ends of its 95 % interval.

    The ends are order statistics, which ask nothing of the noise but that rounds are independent.
    With fewer than six rounds they are the extremes.
    """
    ratios = sorted(a / b for a, b in zip(ours, theirs, strict=True))
    cut = max(0, int(len(ratios) / 2 - 0.98 * sqrt(len(ratios))))
    return median(ratios), ratios[cut], ratios[-1 - cut]
