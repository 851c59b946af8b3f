"""The claims that this book tests, and what this build found: `record` judges, shows, and keeps.
One rule gives every verdict: `verdict`. The page of claims shows what every chapter recorded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from html import escape
from string import Formatter
from typing import Any, NamedTuple

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
HOLDS, CONDITION, NOT_AS_STATED = "holds", "holds with a condition", "not as stated"
NOT_MEASURED = "not measured in this build"
MARKS = {HOLDS: "✔", CONDITION: "(✔)", NOT_AS_STATED: "✘", NOT_MEASURED: "–"}
SIGNS = {True: "✔", False: "✘", None: "–"}  # of a trial: passed, failed, no data
RUNS = re.compile(r" \[[^\]]+ to [^\]]+\]")  # behind a median
LEGEND = "median [lowest to highest] of the runs"
RELATIONS = {">=": ("at least", np.greater_equal), "<=": ("at most", np.less_equal)}


class Trial(NamedTuple):
    """What was found in one setting, and what had been asked of it.

    `values` has a number for each run; none: this build had no data for it.
    """

    name: str
    values: list[float]
    relation: str  # of RELATIONS
    bound: float

    @property
    def passed(self) -> bool | None:
        """Whether the median of the runs is what was asked for; None where there are no runs."""
        compare = RELATIONS[self.relation][1]
        return bool(compare(np.median(self.values), self.bound)) if self.values else None

    def __str__(self) -> str:
        found = spread(self.values) if self.values else "not measured"
        asked = f"{RELATIONS[self.relation][0]} {_number(self.bound, '.4g')}"
        return f"{self.name}: {found} (asked: {asked})"


def verdict(trials: Iterable[Trial]) -> str:
    """The rule. All trials passed: holds. Some did: holds with a condition. None: not as stated.

    A trial that had no data has not passed; if none had, the claim is not measured.
    """
    passed = [trial.passed for trial in trials]
    if any(passed):
        return HOLDS if all(passed) else CONDITION
    return NOT_AS_STATED if False in passed else NOT_MEASURED


def stated(claim: str) -> str:
    """The claim's sentence, with a note if it is not one of the slides'."""
    note = NOT_ON_SLIDES.get(claim)
    return CLAIMS[claim] + (f" (Not on the slides: {note}.)" if note else "")


def spread(values: ArrayLike, form: str = ".3g") -> str:
    """A number, or several runs' `median [lowest to highest]` where they are not all the same.

    What a run has not reached is ∞ in `values`, and "never" in the text.
    """
    runs = np.ravel(values)
    middle, low, high = (_number(v, form) for v in (np.median(runs), runs.min(), runs.max()))
    return middle if low == high else f"{middle} [{low} to {high}]"


class _Sentence(Formatter):
    """`{name}` and `{name:.0%}` stand for a number's `spread`."""

    def format_field(self, value: Any, form: str) -> str:
        return value if isinstance(value, str) else spread(value, form or ".3g")

    def check_unused_args(self, used: Any, args: Any, numbers: Any) -> None:
        if left := sorted(numbers.keys() - used):
            raise ValueError(f"the sentence does not say {', '.join(left)}")


def record(
    claim: str,
    sentence: str,
    trials: dict[str, tuple[ArrayLike | None, str, float]],
    *,
    says: str | None = None,
    measure: str = "",
    **numbers: ArrayLike,
) -> None:
    """Judge the claim by its trials, show verdict and sentence, keep them for the page of claims.

    `sentence` is what was found, with `{name}` or `{name:.0%}` for each of `numbers`: texts, single
    numbers, or arrays with one for each run. `trials` names the settings, each with what was found
    (None: no data), ">=" or "<=", and what is asked for; with `measure`, their common unit, the
    page draws them. `says` is the verdict that the text beside the call gives.

    KeyError for an unknown claim or a number that is missing, ValueError for one that is not said,
    AssertionError, with the trials, where the rule gives another verdict than the text.
    """
    if claim not in CLAIMS:
        raise KeyError(f"there is no claim {claim!r}, only {', '.join(CLAIMS)}")
    if says not in (None, *MARKS):
        raise ValueError(f"says must be one of {', '.join(MARKS)}, got {says!r}")
    found = [
        Trial(name, _values(v), relation, bound) for name, (v, relation, bound) in trials.items()
    ]
    given, said = verdict(found), _Sentence().format(sentence, **numbers)
    listed = "; ".join(f"{SIGNS[trial.passed]} {trial}" for trial in found)
    if says not in (None, given):
        raise AssertionError(f"{claim}: the text says {says!r}, the rule {given!r}: {listed}")
    line = f"**{claim}: {given}.** {stated(claim)} *{middle(said)}*"
    legend = [measure] if measure else []
    legend += [LEGEND] if " [" in said + listed else []
    display(Markdown(f"{line}\n\n{folded(said, found, *legend)}"))  # type: ignore[no-untyped-call]
    _keep(claim, {"sentence": said, "measure": measure, "trials": found})


def middle(sentence: str) -> str:
    """The sentence with the medians alone; the rest is among the details."""
    return RUNS.sub("", sentence)


def folded(sentence: str, trials: list[Trial], *more: str) -> str:
    """What was asked of a claim, and what was found: HTML that opens."""
    lines = [sentence] if RUNS.search(sentence) else []
    lines += [*(f"{SIGNS[trial.passed]} {trial}" for trial in trials), *more]
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<details><summary>What was asked of it</summary><ul>{items}</ul></details>"


def _values(value: ArrayLike | None) -> list[float]:
    return [] if value is None else [float(v) for v in np.ravel(value)]


def _number(value: Any, form: str) -> str:
    return f"{float(value):{form}}".replace("-", "−").replace("inf", "never")


def _keep(claim: str, said: dict[str, Any]) -> None:
    """For the page of claims, as myst-nb's `glue` does it: an output that no notebook shows.

    Its own function would be the same line, and takes seconds to import.
    """
    kind = "application/papermill.record/"
    note = {"scrapbook": {"name": claim, "mime_prefix": kind}}
    display({f"{kind}text/plain": json.dumps(said)}, metadata=note, raw=True)  # type: ignore[no-untyped-call]
