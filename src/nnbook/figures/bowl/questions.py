"""What the figure `bowl` asks: where −gradient points, how noisy batches are."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from nnbook.figures.bowl.compute import (
    LAST,
    SEEDS,
    descend,
    picks,
    points,
    update_as_affine,
    update_at,
)
from nnbook.figures.kit.predict import Choice, Number, Question
from nnbook.notebook.numbers import number


@cache
def questions() -> dict[str, Question]:
    """What to predict; every number is the library's."""
    x, y = points(4.0)
    start, center = np.array([1.0, 0.5]), np.array([-1.0, -0.5])

    def turn(kappa: float) -> float:
        """From the direction of the minimum to that of −gradient, counterclockwise, in degrees."""
        down, home = update_at(update_as_affine(*points(kappa)), start), center - start
        angle = np.arctan2(down[1], down[0]) - np.arctan2(home[1], home[0])
        return float(np.degrees((angle + np.pi) % (2 * np.pi) - np.pi))

    def spread(size: int) -> float:
        full = update_at(update_as_affine(x, y), start)
        off = [update_at(update_as_affine(x[k], y[k]), start) - full for k in picks(size, 40)]
        return float(np.sqrt(np.mean(np.square(off).sum(axis=1))))

    def rest(size: int) -> float:
        ends = [descend(x, y, (1.0, 0.5), 0.5, size, s)[0][-10:] for s in range(1, SEEDS + 1)]
        return float(np.linalg.norm(np.array(ends) - center, axis=2).mean())

    home: dict[str, Any] = {
        "kappa": "k4", "batch": "b4", "lr": 0.5, "w1": 1.0, "w2": 0.5, "step": 0, "seed": 1.0,
        "arrows": False, "cloud": False,
    }  # fmt: skip
    return {
        "arrow": Number(
            ask="On this map the bowl is four times as curved from bottom to top as from left to "
            "right. Drag the purple arrow to where −gradient points. At 0° it points straight at "
            "the minimum, the cross; counterclockwise counts as positive.",
            before=home,
            after={**home, "arrows": True},
            label="turn (°)",
            truth=turn(4.0),
            tolerance=8.0,
            digits=0,
            explain=f"−gradient stands at a right angle to the ellipse on which the weights are, "
            f"and leans to the steep side: from this start {number(turn(4.0), 1)}° away from the "
            f"minimum. In the round bowl, κ = 1, the miss is {number(abs(turn(1.0)), 0)}°, at κ = "
            f"25 it is {number(turn(25.0), 1)}°.",
            mistakes=(
                (0.0, "It points where the error falls fastest here, not where the minimum is."),
                (-37.0, "It leans to the steep side of the bowl, not to the flat one."),
                (90.0, "It crosses the ellipse at a right angle; there is no such turn."),
                (-143.0, "That is uphill, the gradient without its minus."),
            ),
        ),
        "noise": Choice(
            ask="Each purple point is the end of one arrow, the −gradient of one batch of 4. Now "
            "batches hold 16, four times as many. How wide is the cloud?",
            before={**home, "arrows": True, "cloud": True},
            after={**home, "batch": "b16", "arrows": True, "cloud": True},
            options=(
                ("A quarter as wide.", "Four times the work does not buy that much."),
                ("Half as wide.", ""),
                ("As wide as before.", "More examples average out some of the noise."),
            ),
            right=1,
            explain=f"The spread falls from {number(spread(4), 2)} to {number(spread(16), 2)}, as "
            "1/√|B| does. Its center, the gradient of all points, stays.",
        ),
        "rest": Choice(
            ask="With all points in every batch the weights come to rest at the cross. "
            "Now every batch is one example, at the same rate. And then?",
            before={**home, "batch": "all", "step": LAST},
            after={**home, "batch": "b1", "step": LAST},
            options=(
                ("They rest there too, only later.", "Later they are as restless as now."),
                ("They leave the bowl.", "On average each step still leads down."),
                ("They keep wandering around it.", ""),
            ),
            right=2,
            explain=f"In the last ten updates they are {number(rest(1), 2)} away from the cross on "
            f"average over five seeds; with all points it is {number(rest(0), 2)}. At the minimum "
            "the examples agree only on average; each alone still pulls. A smaller rate calms it.",
        ),
    }
