"""What the figure `grad` asks: what .grad holds, what eval() and no_grad() do."""

from __future__ import annotations

import numpy as np

from nnbook.figures.grad.compute import observed
from nnbook.figures.kit.predict import Choice, Number, Question
from nnbook.notebook.numbers import number


def questions() -> dict[str, Question]:
    """What to predict; PyTorch has been asked."""
    home = {"calls": 1, "zero": "never", "mode": "eval", "no_grad": False}
    usual, quiet, off = (observed(key) for key in ("eval graph", "eval no_grad", "train no_grad"))
    never, second = (np.array(usual.grads[zero][1:], float) for zero in ("never", "second"))
    one, three = float(never[0]), float(never[2])
    assert usual.lamps == [False, False, True]
    assert off.lamps == [True, True, False]
    assert quiet.error.startswith("RuntimeError")
    return {
        "three": Number(
            ask="Three times over, the model answers the same batch and backward() is called, with "
            f"no zero_grad(). After the first call w.grad is {number(one, 2)}. After the third?",
            before=home,
            after={**home, "calls": 3},
            label="w.grad",
            truth=three,
            tolerance=0.02,
            explain=f"backward() adds to .grad: {number(one, 2)} three times is "
            f"{number(three, 2)}. The gradient has not changed, only what is kept.",
            mistakes=(
                (one, "So it would be if backward() overwrote .grad."),
                (2 * one, "The first call counts as well."),
                (round(one**3, 3), "It adds; it does not multiply."),
            ),
        ),
        "second": Number(
            ask="Now zero_grad() comes before every second call: the first, the third, the fifth "
            "and so on. What is in w.grad after call 4?",
            before={**home, "calls": 3},
            after={**home, "calls": 4, "zero": "second"},
            label="w.grad",
            truth=float(second[3]),
            tolerance=0.02,
            explain="Calls 3 and 4 are added up. On purpose this is called gradient accumulation: "
            "with halved losses, two small batches of one size give the gradient of a large one, "
            "unless batch norm, in training mode, looks at each by itself.",
            mistakes=(
                (float(never[3]), "That is without any zero_grad()."),
                (one, "Only before call 3 was it emptied, and call 4 has added to it."),
            ),
        ),
        "eval": Choice(
            ask="In training mode a graph is recorded and backward() works. What does eval() do "
            "to that?",
            before={**home, "mode": "train"},
            after=home,
            options=(
                ("No graph is recorded any more.", "That is what no_grad() is for."),
                ("A graph is recorded as before.", ""),
                ("backward() raises an error.", "It would without a graph; there is one."),
            ),
            right=1 if usual.lamps[2] else 0,
            explain=f"y.grad_fn is {usual.made}, and w.grad is {number(one, 2)}: eval() turns "
            "dropout off, and batch norm takes remembered means; no more.",
        ),
        "no_grad": Choice(
            ask="The model is in training mode. What does no_grad() do to its dropout?",
            before={**home, "mode": "train"},
            after={**home, "mode": "train", "no_grad": True},
            options=(
                ("It stays on.", ""),
                ("It goes off: nothing is trained here.", "Dropout listens to eval() only."),
                ("It goes off, and batch norm takes remembered means.", "So it is in eval()."),
            ),
            right=0 if off.lamps[0] else 1,
            explain="Only the graph is gone, and with it backward(): PyTorch says that there is "
            "nothing to follow back. To test a network you want both switches.",
        ),
    }
