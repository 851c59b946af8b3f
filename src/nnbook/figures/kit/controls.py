"""What a reader can set in a figure, and the rule of what may be set.

A control's declaration is its trait, its place in the page and the syntax of the links that set it.
`controls.js` keeps the same rule in the browser; both are held to tests/figures/links.yaml.

                 off a slider's step   outside its range   of another kind
    the page     goes to the nearest   goes to the end     changes nothing
    Python       goes to the nearest   refused             refused
    the prose    refused               refused             refused
"""

from __future__ import annotations

import re
from math import floor
from numbers import Real
from typing import Any, Generic, TypeVar, overload

import numpy as np
import traitlets

from nnbook.notebook.numbers import number

Spec = dict[str, Any]  # what is declared of a control, as its figure's `controls` has it
Value = float | int | str | bool
T = TypeVar("T")
POINTS = re.compile("([os][0-9]{4})*")
MOST_POINTS = 60
DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class Control(traitlets.TraitType[T, Any], Generic[T]):
    """A trait with its declaration, which settles what is assigned."""

    def __init__(self, value: T, spec: Spec):
        super().__init__(value)
        self.tag(sync=True, control=spec)

    def validate(self, obj: Any, value: Any) -> Any:
        # A figure may offer more than it declares: a reader's function is one more choice.
        spec = obj.controls.get(self.name, self.metadata["control"])
        try:
            return settled(spec, value)
        except ValueError as error:
            name = f"{type(obj).__name__}: {self.name}"
            raise traitlets.TraitError(f"{name}={value!r}: {error}") from None


@overload
def slider(
    value: int, low: int, high: int, step: int, label: str, *, only_if: dict[str, str] = ...
) -> Control[int]: ...
@overload
def slider(
    value: float, low: float, high: float, step: float, label: str, *, only_if: dict[str, str] = ...
) -> Control[float]: ...
def slider(
    value: float,
    low: float,
    high: float,
    step: float,
    label: str,
    *,
    only_if: dict[str, str] | None = None,
) -> Any:
    """A number from `low` to `high` by `step`: a range input, also moved by a figure's handles.

    It is an int where `low` and `step` are. Shown only where the traits in `only_if` have these
    values.
    """
    digits = max(len(f"{v:.12g}".partition(".")[2]) for v in (low, step))
    spec = {"kind": "slider", "min": low, "max": high, "step": step, "digits": digits}
    spec |= {"label": label, "only_if": only_if or {}}
    for given in (value, high):
        if abs(snapped(spec, given) - given) > 1e-9:
            raise ValueError(f"slider {label!r}: {given} is not {_wanted(spec)}")
    return Control(snapped(spec, value), spec)


def steps(value: int, last: int, label: str, *, wait: int = 500) -> Control[int]:
    """A step of something that goes on, 0 to `last`: a slider with Play, Pause and Step.

    Playing takes `wait` milliseconds a step; with reduced motion it jumps to the end.
    """
    control = slider(value, 0, last, 1, label)
    control.metadata["control"]["wait"] = wait
    return control


def choice(
    value: str, options: dict[str, str], label: str, *, only_if: dict[str, str] | None = None
) -> Control[str]:
    """One of several names: radio buttons. `options` maps each name to what the reader sees.

    Shown only where the traits in `only_if` have these values. `order` is a list of the names,
    since a cache sorts the keys of a dictionary.
    """
    spec: Spec = {"kind": "choice", "options": options, "order": list(options), "label": label}
    return Control(value, spec | ({"only_if": only_if} if only_if else {}))


def waits(figure: Any, spec: Spec) -> bool:
    """Is this control out of sight, since a trait has another value than its `only_if` says?"""
    return any(getattr(figure, name) != value for name, value in spec.get("only_if", {}).items())


def switch(value: bool, label: str, *, only_if: dict[str, str] | None = None) -> Control[bool]:
    """On or off: a check box, shown only where the traits in `only_if` have these values."""
    return Control(value, {"kind": "switch", "label": label, "only_if": only_if or {}})


def order(value: str, lines: dict[str, str], label: str) -> Control[str]:
    """Lines to be put in an order, and left out: dragged, or moved by buttons.

    `lines` maps each key to what the reader sees; the value is the keys in their order,
    "first,second", without those left out.
    """
    spec = {"kind": "order", "lines": [list(line) for line in lines.items()], "label": label}
    return Control(value, spec)


def points(value: str, last: int, label: str, *, only_if: dict[str, str]) -> Control[str]:
    """Points of two classes on a grid of steps 0 to `last`, put by the drawing.

    The value is their texts in a row: "o0412" is a circle at step 4 across and 12 up, s a square.
    """
    return Control(value, {"kind": "points", "last": last, "label": label, "only_if": only_if})


def drawn(value: str, pattern: str, tries: tuple[str, ...], label: str) -> Control[str]:
    """A text that is set in the picture alone: what was drawn in it, which of its parts are off.

    `pattern` says which texts there are, in Python and in JavaScript; `tries` are some of them.
    """
    spec = {"kind": "drawn", "pattern": pattern, "tries": list(tries), "label": label}
    return Control(value, spec)


def index(spec: Spec, value: float) -> int:
    """The number of the slider's nearest step, 0 at its smallest value; a half goes up."""
    inside = min(max(value, spec["min"]), spec["max"])
    steps: float = (inside - spec["min"]) / spec["step"]
    return floor(steps + 0.5)


def snapped(spec: Spec, value: float) -> float:
    """The nearest number that the slider can show."""
    nearest: float = round(spec["min"] + index(spec, value) * spec["step"], spec["digits"])
    return nearest + 0  # no −0


def settled(spec: Spec, value: Any) -> Value:
    """What the control shows when Python assigns `value`; ValueError says what it takes."""
    kind = spec["kind"]
    if kind == "slider":
        low, high, half = spec["min"], spec["max"], 0.5 * spec["step"]
        is_number = isinstance(value, Real) and not isinstance(value, bool)
        if is_number and low - half <= value <= high + half:  # 2.2 in float32 is 2.2000000477
            return snapped(spec, float(value))
    elif kind == "switch":
        if isinstance(value, bool | np.bool_):
            return bool(value)
    elif kind == "points":
        if isinstance(value, str) and POINTS.fullmatch(value) and len(value) <= 5 * MOST_POINTS:
            steps = [int(value[k + i : k + i + 2]) for k in range(0, len(value), 5) for i in (1, 3)]
            if max(steps, default=0) <= spec["last"]:
                return str(value)
    elif kind == "drawn":
        if isinstance(value, str) and re.fullmatch(spec["pattern"], value):
            return str(value)
    elif isinstance(value, str) and (kind == "order" or value in spec["options"]):
        keys = value.split(",") if value else []
        if kind == "choice" or len({*keys} & dict(spec["lines"]).keys()) == len(keys):
            return str(value)
    raise ValueError(f"give {_wanted(spec)}")


def parsed(spec: Spec, text: str) -> Value:
    """What the control shows when a link says `text`; ValueError says what it takes."""
    if spec["kind"] == "slider" and DECIMAL.fullmatch(text):
        return snapped(spec, float(text))
    if spec["kind"] == "switch" and text in ("true", "false"):
        return text == "true"
    return settled(spec, text)


def exact(spec: Spec, text: str) -> Value:
    """The same for a link in the prose, which may only say what the figure then shows."""
    value = parsed(spec, text)
    if spec["kind"] == "slider" and value != float(text):
        raise ValueError(f"give {_wanted(spec)}")
    return value


def _wanted(spec: Spec) -> str:
    """What the control takes, in words."""
    if spec["kind"] == "slider":
        return f"a number from {spec['min']:g} to {spec['max']:g}, in steps of {spec['step']:g}"
    if spec["kind"] == "switch":
        return "true or false"
    if spec["kind"] == "choice":
        return f"one of {', '.join(spec['options'])}"
    if spec["kind"] == "points":
        return f"points as o0412 or s0412, at steps 00 to {spec['last']}, at most {MOST_POINTS}"
    if spec["kind"] == "drawn":
        return f"a text that matches {spec['pattern']}, such as {spec['tries'][-1]!r}"
    return f"some of {', '.join(dict(spec['lines']))}, each once, with commas between"


def formatted(spec: Spec, value: Any) -> str:
    """The value as the control's page shows it."""
    if spec["kind"] == "choice":
        return str(spec["options"][value])
    if spec["kind"] == "switch":
        return "on" if value else "off"
    if spec["kind"] == "points":
        return f"{len(value) // 5} of them"
    if spec["kind"] == "order":
        lines = dict(spec["lines"])
        return "; ".join(lines[key] for key in value.split(",") if key) or "none of them"
    if spec["kind"] == "drawn":
        return value or "none"
    return number(value, spec["digits"])
