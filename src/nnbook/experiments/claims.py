"""The testable claims of the slides, and what this build found: `record` asserts, shows, and keeps.
The page of claims shows what every chapter recorded."""

from __future__ import annotations

from IPython.display import Markdown, display

CLAIMS = {  # as the slides say them
    "C1": "A neural network layer is a relatively simple component.",
    "C2": "Easy to scale up by stacking layers.",
    "C3": "Can approximate any function.",
    "C4": "Works well for high dimensions.",
    "C5": "Hardware optimization is available.",
    "C6": "Computationally expensive.",
    "C7a": "Hard to fine-tune: the slide's own settings.",
    "C7b": "Hard to fine-tune: the learning rate.",
    "C7c": "Hard to fine-tune: settings drawn at random.",
    "C8": "Hard to interpret (black box).",
    "C9": "Stochastic gradient descent is three steps.",
    "C10": "The activation function decides how fast a network learns.",
    "C11": "Gradients vanish in deep networks.",
    "C12": "Backpropagation is chain rule, matrix multiplication and stored intermediate results.",
    "C13": "Loss and update are two agents: any loss goes with any optimizer.",
    "C14": "Dropout reduces overfitting.",
    "C15": "Batch normalization speeds up training.",
    "C16": "Batch normalization regularizes.",
    "C17": "Batch normalization prevents saturation and vanishing gradients.",
    "C18": "Batch normalization makes training less sensitive to the learning rate.",
    "C19": "Batch normalization keeps changes in lower layers from affecting higher layers.",
}
VERDICTS = ("holds", "holds with a condition", "not as stated", "not measured")


def record(claim: str, *, verdict: str, condition: bool, **numbers: float | str) -> None:
    """Assert that this build's numbers carry the verdict, show it in a line, keep it for the page.

    `condition` is what the verdict says, as a comparison of the numbers; `numbers` are named as a
    reader would name them. KeyError for an unknown claim, ValueError for an unknown verdict,
    AssertionError, with the numbers, where the condition does not hold.
    """
    if claim not in CLAIMS:
        raise KeyError(f"there is no claim {claim!r}, only {', '.join(CLAIMS)}")
    if verdict not in VERDICTS:
        raise ValueError(f"verdict must be one of {', '.join(VERDICTS)}, got {verdict!r}")
    found = ", ".join(f"{name.replace('_', ' ')} {_text(v)}" for name, v in numbers.items())
    if not condition:
        raise AssertionError(f"{claim}: this build does not carry the verdict {verdict!r}: {found}")
    line = Markdown(f"**{claim}: {verdict}.** {CLAIMS[claim]} ({found})")  # type: ignore[no-untyped-call]
    display(line)  # type: ignore[no-untyped-call]
    _keep(claim, {"verdict": verdict, "found": found})


def _text(value: float | str) -> str:
    return value if isinstance(value, str) else f"{float(value):.4g}".replace("-", "−")


def _keep(claim: str, said: dict[str, str]) -> None:
    """For the page of claims, as myst-nb's `glue` does it: an output that no notebook shows.

    Its own function would be the same line, and takes seconds to import.
    """
    kind = "application/papermill.record/"
    note = {"scrapbook": {"name": claim, "mime_prefix": kind}}
    display({f"{kind}text/plain": repr(said)}, metadata=note, raw=True)  # type: ignore[no-untyped-call]
