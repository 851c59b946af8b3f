"""What the figure `loop` asks: what PyTorch does with the five lines in other orders."""

from __future__ import annotations

import numpy as np

from nnbook.figures.kit.predict import Choice, Question
from nnbook.figures.loop.compute import KINDS, LAST, ORDERS, RIGHT, kind, outcome
from nnbook.notebook.numbers import number


def questions() -> dict[str, Question]:
    """What to predict; every outcome is PyTorch's."""
    middle = {key: np.median(outcome(key)[0], axis=0) for key in ORDERS}
    without = middle["forward,loss,backward,step"]
    low, best = number(without.min(), 2), int(without.argmin())
    same = sum(np.array_equal(one, middle[RIGHT]) for one in middle.values())
    fails = outcome("forward,loss,step,backward")
    assert same > 1
    assert fails[1] == 2

    def ask(text: str, order: str, explain: str, *replies: str) -> Question:
        found = kind(outcome(order)).split(" in ")[0]
        return Choice(
            ask=text,
            before={"order": RIGHT, "step": LAST},
            after={"order": order, "step": LAST},
            options=tuple(zip(KINDS.values(), replies, strict=True)),
            right=[*KINDS].index(found),
            explain=explain,
        )

    return {
        "without": ask(
            "This is the usual order. Somebody leaves zero_grad() out. What does the loss do?",
            "forward,loss,backward,step",
            "backward() adds to what .grad holds, so every step follows the sum of all gradients "
            f"since the start. The middle loss is down at {low} after {best} batches and ends at "
            f"{number(without[-1], 2)}; in the usual order it ends at "
            f"{number(middle[RIGHT][-1], 2)}.",
            "The old gradients are still there.",
            "",
            "The weights do move, and too far.",
            "Adding gradients up is allowed; some people want it.",
        ),
        "last": ask(
            "Now zero_grad() goes to the very end, after step(). What does the loss do?",
            "forward,loss,backward,step,zero_grad",
            f"Not a bit of it changes: {same} orders give this same curve. What counts is that "
            "zero_grad() comes after one step() and before the next backward().",
            "",
            "Nothing is left over from the batch before.",
            "The step has been taken by then.",
            "All names are known when they are used.",
        ),
        "between": ask(
            "And zero_grad() between backward() and step()?",
            "forward,loss,backward,zero_grad,step",
            "The gradients are thrown away before anybody has used them. No error, no warning: "
            f"the loss is {number(middle[RIGHT][0], 2)} forever.",
            "The step finds no gradient.",
            "For that, old gradients would have to be there.",
            "",
            "A step without gradients is allowed: it does nothing.",
        ),
        "early": ask(
            "zero_grad() is left out, and step() stands before backward(). What happens?",
            "forward,loss,step,backward",
            "In batch 1 there is no gradient yet, and step() does nothing. In batch 2 it changes "
            "weights that the forward pass has used and backward() still needs, and PyTorch "
            "notices.",
            "It would, one batch late, if step() came before the forward pass.",
            "It does not get that far.",
            "In batch 1 it does.",
            "",
        ),
    }
