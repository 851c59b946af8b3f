"""What the figure `workers` asks: whether a second process pays, what helps, where it ends."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnbook.experiments import scale
from nnbook.figures.kit.predict import Choice, Question
from nnbook.figures.workers import compute
from nnbook.notebook.numbers import number


def questions(found: compute.Measured) -> dict[str, Question]:
    """What to predict; every number is the library's, or measured."""
    places = compute.places(found)
    here = places["core"]["here"]
    home: dict[str, Any] = {"k": 1, "p": 5.0, "b": 6, "link": "here", "worker": "core",
                            "batch": "shared"}  # fmt: skip
    two = found.one[1] / found.two[1]  # of 10⁵ parameters
    base, larger, longer = (
        float(scale.speed_up(here, size, 2.0**b, 2)) for size, b in ((1e5, 6), (1e6, 6), (1e5, 12))
    )
    gains = [larger, longer]
    soonest = scale.most_useful(places["core"]["gigabit"], 1e6, 2.0**14)
    ends = [4.0, 100.0, 2500.0]
    nearest = int(np.abs(np.log(ends) - np.log(soonest)).argmin())
    best, most = int(np.argmax(gains)), number(max(gains), 2)
    center = places["card"]["center"]
    small, large = (float(scale.speed_up(center, 1e10, 2.0**b, 1024)) for b in (10, 22))
    return {
        "second": Choice(
            ask="A network of 10⁵ parameters, a batch of 64. One process becomes two, on two cores "
            "of one machine, each with half of the batch. How many times as fast is an update?",
            before={**home, "k": 0, "p": 7.0},  # nothing of 10⁵ parameters is shown
            after=home,
            options=(
                ("About twice: the work is halved.", "The gradients have to be exchanged, too."),
                ("A little faster, but far from twice.", "It depends on the machine; look."),
                ("No faster.", "It depends on the machine; look."),
            ),
            right=0 if two > 1.7 else 1 if two > 1.05 else 2,
            explain=f"{number(two, 2)} times. Half of the batch is done in "
            f"little time, and sending 10⁵ numbers each, waiting and everything that is not a "
            f"product take their share. (Ours was {found.where}.)",
        ),
        "help": Choice(
            ask="What gives the second process the larger gain: ten times as many parameters, or "
            "64 times as many examples in a batch?",
            before=home,
            after={**home, "p": 6.0} if best == 0 else {**home, "b": 12},
            options=(
                ("Ten times the parameters.", "Then ten times as many gradients travel, too."),
                ("64 times the examples.", "More examples are more work, and no byte more."),
                ("Both the same.", "Both are more work. Which of them is also more to send?"),
            ),
            right=best,
            explain=f"Now {number(base, 2)} times; {number(larger, 2)} with ten times the "
            f"parameters, {number(longer, 2)} with 64 times the examples: up to {most}. Work "
            "grows with parameters times examples, what is sent with parameters alone.",
        ),
        "end": Choice(
            ask="Many machines, each with such a core, a link of 1 Gbit/s, 10⁶ parameters, a batch "
            "of 2¹⁴ shared out. With how many workers is it done soonest?",
            before={**home, "p": 6.0, "b": 14, "link": "gigabit", "k": 0},
            after={
                **home,
                "p": 6.0,
                "b": 14,
                "link": "gigabit",
                "k": round(float(np.clip(np.log2(soonest), 0, 14))),
            },
            options=tuple((f"About {end:,.0f}.", "Look where the curve turns.") for end in ends),
            right=nearest,
            explain=f"{number(soonest, 0)} workers. Each further one has less to compute, but "
            "messages go round the whole ring, and there are 2 (n − 1) of them. Beyond, more "
            "workers are slower.",
        ),
        "center": Choice(
            ask="1,024 data-center cards, 400 Gbit/s, 10¹⁰ parameters. With 2¹⁰ examples in a "
            "batch they are slower than a single card. With 2²² examples?",
            before={**home, "k": 10, "p": 10.0, "b": 10, "link": "center", "worker": "card"},
            after={**home, "k": 10, "p": 10.0, "b": 22, "link": "center", "worker": "card"},
            options=(
                ("Still slower than one.", "The work has grown 4,096-fold, the bytes have not."),
                ("Hundreds of times as fast.", "Count what is sent, and what is computed."),
                ("1,024 times as fast.", "Something is always sent."),
            ),
            right=0 if large < 100 else 1 if large < 1000 else 2,
            explain=f"{number(large, 0)} times, where it was {number(small, 2)}. Large machines "
            "need large batches, and a larger batch is fewer updates from the same data.",
        ),
    }
