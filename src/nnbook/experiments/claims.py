"""The claims that this book tests, and what this build found: `record` asserts, shows, and keeps.
The page of claims shows what every chapter recorded."""

from __future__ import annotations

from typing import Any

import numpy as np
from IPython.display import Markdown, display
from numpy.typing import ArrayLike

CLAIMS = {  # near to the slides' words
    "C1": "A neural network layer is a relatively simple component.",
    "C2": "Easy to scale up by stacking layers.",
    "C3": "Can approximate any function.",
    "C4": "Works well for high dimensions.",
    "C5": "Hardware optimization is available.",
    "C6": "Computationally expensive.",
    "C7a": "Can be hard to finetune: the slides' own settings.",
    "C7b": "Can be hard to finetune: the learning rate.",
    "C7c": "Can be hard to finetune: settings drawn at random.",
    "C8": "Hard to interpret (black box).",
    "C9": "Stochastic gradient descent is three steps.",
    "C10": "The activation function decides how fast a network learns.",
    "C11": "Gradients vanish in deep networks.",
    "C12": "Backpropagation is chain rule, matrix multiplication and stored intermediate results.",
    "C13": "Loss and update are two agents working together: any loss goes with any optimizer.",
    "C14": "Dropout reduces overfitting.",
    "C15": "Batch normalization: training speed-up.",
    "C16": "Batch normalization: regularization.",
    "C17": "Batch normalization prevents neurons from saturating and gradients from vanishing.",
    "C18": "Batch normalization makes training less sensitive to the learning rate.",
    "C19": "Batch normalization prevents changes in lower layers from significantly impacting"
    " higher layers.",
}
NOT_ON_SLIDES = {  # what others say of the same parts, and what the slides say instead
    "C10": "they list three functions and compare none",
    "C11": "they name vanishing gradients only as what batch normalization prevents",
    "C14": "they show what dropout does, and claim nothing",
    "C18": "they promise speed, and name no learning rate",
}
VERDICTS = ("holds", "holds with a condition", "not as stated", "not measured")
LEGEND = "median [lowest to highest] of the runs"


def stated(claim: str) -> str:
    """The claim's sentence, with a note if it is not one of the slides'."""
    note = NOT_ON_SLIDES.get(claim)
    return CLAIMS[claim] + (f" (Not on the slides: {note}.)" if note else "")


def spread(values: ArrayLike, form: str = ".4g") -> str:
    """A number, or several runs' `median [lowest to highest]` where they are not all the same.

    What a run has not reached is ∞ in `values`, and "never" in the text.
    """
    runs = np.ravel(values)
    middle, low, high = (_number(v, form) for v in (np.median(runs), runs.min(), runs.max()))
    return middle if low == high else f"{middle} [{low} to {high}]"


def record(claim: str, *, verdict: str, condition: bool, **numbers: ArrayLike) -> None:
    """Assert that this build's numbers carry the verdict, show it in a line, keep it for the page.

    `condition` is what the verdict says, as a comparison of the numbers; `numbers` are named as a
    reader would name them, and are texts, single numbers, or arrays with one for each run, of which
    the `spread` is shown. KeyError for an unknown claim, ValueError for an unknown verdict,
    AssertionError, with the numbers, where the condition does not hold.
    """
    if claim not in CLAIMS:
        raise KeyError(f"there is no claim {claim!r}, only {', '.join(CLAIMS)}")
    if verdict not in VERDICTS:
        raise ValueError(f"verdict must be one of {', '.join(VERDICTS)}, got {verdict!r}")
    found = "; ".join(f"{name.replace('_', ' ')} {_text(v)}" for name, v in numbers.items())
    if not condition:
        raise AssertionError(f"{claim}: this build does not carry the verdict {verdict!r}: {found}")
    legend = f" – {LEGEND}" if " [" in found else ""
    line = Markdown(f"**{claim}: {verdict}.** {stated(claim)} ({found}{legend})")  # type: ignore[no-untyped-call]
    display(line)  # type: ignore[no-untyped-call]
    _keep(claim, {"verdict": verdict, "found": found})


def _text(value: ArrayLike) -> str:
    return value if isinstance(value, str) else spread(value)


def _number(value: Any, form: str) -> str:
    return f"{float(value):{form}}".replace("-", "−").replace("inf", "never")


def _keep(claim: str, said: dict[str, str]) -> None:
    """For the page of claims, as myst-nb's `glue` does it: an output that no notebook shows.

    Its own function would be the same line, and takes seconds to import.
    """
    kind = "application/papermill.record/"
    note = {"scrapbook": {"name": claim, "mime_prefix": kind}}
    display({f"{kind}text/plain": repr(said)}, metadata=note, raw=True)  # type: ignore[no-untyped-call]
