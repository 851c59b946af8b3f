"""What the figure `line` asks: how much a straight line can do, and a network."""

from __future__ import annotations

import numpy as np

from nnbook.experiments import why
from nnbook.figures.kit.predict import Choice, Number, Question
from nnbook.notebook.numbers import number

POINTS = 2 * why.HALF


def questions(
    best_lines: dict[str, tuple[float, float, int]], right_on_ring: list[int]
) -> dict[str, Question]:
    """What to predict; every number is counted from the library's answers.

    best_lines: by task, the angle, the offset and how many are right; right_on_ring: by network.
    """
    best = {task: 100 / POINTS * right for task, (_, _, right) in best_lines.items()}

    median = float(np.median(right_on_ring))

    def start(task: str) -> dict[str, object]:
        return {"task": task, "view": "mine", "angle": 90.0, "offset": 0.0}

    return {
        "ring": Number(
            ask="A disk of circles lies inside a ring of squares. Try your line on it. What "
            "percentage of the points can the best straight line get right? Guessing gets 50.",
            before=start("ring"),
            after={**start("ring"), "view": "best"},
            label="best line on the ring, in %",
            truth=best["ring"],
            tolerance=4,
            digits=1,
            mistakes=(
                (50, "It can do better than guessing: it cuts off a part of the ring."),
                (100, "Wherever the line stands, a part of the ring lies on the disk’s side."),
            ),
            explain="Every way in which a line can divide these points was counted. The best one "
            "can do is to cut off a piece of the ring, and leave the rest wrong.",
        ),
        "xor": Choice(
            ask="Circles lie where exactly one of the two inputs is positive (XOR). "
            "What is the best a line can do?",
            before=start("xor"),
            after={**start("xor"), "view": "best"},
            options=(
                (
                    "About a half.",
                    "Many lines through the middle do; a shifted one does better.",
                ),
                ("About seven in ten.", ""),
                ("Nearly all.", "Circles lie in two opposite corners, and so do the squares."),
            ),
            right=1,
            explain=f"It is {number(best['xor'], 1)} %: a line can cut off one corner, "
            "and the three others stay together.",
        ),
        "network": Choice(
            ask="A small network is trained on the ring: twelve neurons side by side, and a "
            "thirteenth that adds up what they say. Which border will it draw?",
            before=start("ring"),
            after={**start("ring"), "view": "network"},
            options=(
                (
                    "A straight line, in a better place.",
                    "Twelve bent neurons can bend the border.",
                ),
                ("A closed curve around the disk.", ""),
                ("Two parallel lines.", "Two of its neurons could; it has twelve."),
            ),
            right=1,
            explain=f"It is right on {number(100 / POINTS * median, 0)} % of the points. "
            "Nobody told it about rings: it found what to look for by itself.",
        ),
    }
