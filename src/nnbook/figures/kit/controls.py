"""What a reader can set in a figure: traits that carry their range, their label and their control.

One declaration serves the trait's validation in Python, the control in the page, and the check
of the links in the prose that set it.
"""

from __future__ import annotations

from math import floor, log10
from typing import Any

import traitlets

from nnbook.figures.kit.numbers import number


def slider(
    value: float,
    low: float,
    high: float,
    step: float,
    label: str,
    *,
    only_if: dict[str, str] | None = None,
) -> traitlets.Float[float, Any]:
    """A number in [low, high]: a range input, also moved by a figure's handles.

    Shown only where the traits in `only_if` have these values.
    """
    spec = {"kind": "slider", "min": low, "max": high, "step": step, "label": label}
    spec["only_if"] = only_if or {}
    return traitlets.Float(value, min=low, max=high).tag(sync=True, control=spec)


def steps(value: int, last: int, label: str, *, wait: int = 500) -> traitlets.Int[int, Any]:
    """A step of something that goes on, 0 to `last`: a slider with Play, Pause and Step.

    Playing takes `wait` milliseconds a step; with reduced motion it jumps to the end.
    """
    spec = {"kind": "slider", "min": 0, "max": last, "step": 1, "label": label, "wait": wait}
    return traitlets.Int(value, min=0, max=last).tag(sync=True, control=spec)


class Choice(traitlets.Unicode):  # type: ignore[type-arg]
    """One of the options that the figure's control lists now (a reader's function adds one)."""

    def validate(self, obj: Any, value: Any) -> str:
        name = str(super().validate(obj, value))
        options = obj.controls.get(self.name, self.metadata["control"])["options"]
        if name not in options:
            ours = ", ".join(options)
            raise traitlets.TraitError(
                f"{type(obj).__name__}: {self.name} cannot be {name!r}, only one of {ours}"
            )
        return name


def choice(value: str, options: dict[str, str], label: str) -> Choice:
    """One of several names: radio buttons. `options` maps each name to what the reader sees.

    `order` is a list of the names, since a cache sorts the keys of a dictionary.
    """
    spec = {"kind": "choice", "options": options, "order": list(options), "label": label}
    return Choice(value).tag(sync=True, control=spec)


def switch(
    value: bool, label: str, *, only_if: dict[str, str] | None = None
) -> traitlets.Bool[bool, Any]:
    """On or off: a check box, shown only where the traits in `only_if` have these values."""
    spec = {"kind": "switch", "label": label, "only_if": only_if or {}}
    return traitlets.Bool(value).tag(sync=True, control=spec)


class Order(traitlets.Unicode):  # type: ignore[type-arg]
    """Keys of the control's lines, each at most once, with commas between them."""

    def validate(self, obj: Any, value: Any) -> str:
        text = str(super().validate(obj, value))
        try:
            _keys(self.metadata["control"], text)
        except ValueError as error:
            raise traitlets.TraitError(
                f"{type(obj).__name__}: {self.name}={text!r} {error}"
            ) from None
        return text


def order(value: str, lines: dict[str, str], label: str) -> Order:
    """Lines to be put in an order, and left out: dragged, or moved by buttons.

    `lines` maps each key to what the reader sees; the value is the keys in their order,
    "first,second", without those left out.
    """
    spec = {"kind": "order", "lines": [list(line) for line in lines.items()], "label": label}
    return Order(value).tag(sync=True, control=spec)


def _keys(spec: dict[str, Any], text: str) -> list[str]:
    """The keys in an order's text; ValueError says why not."""
    keys, known = text.split(",") if text else [], dict(spec["lines"])
    if wrong := [key for key in keys if key not in known]:
        raise ValueError(f"names {wrong[0]!r}, none of {', '.join(known)}")
    if len(set(keys)) < len(keys):
        raise ValueError("names a line twice")
    return keys


def shown(spec: dict[str, Any], value: Any) -> str:
    """The value as the control's page shows it."""
    if spec["kind"] == "choice":
        return str(spec["options"][value])
    if spec["kind"] == "switch":
        return "on" if value else "off"
    if spec["kind"] == "order":
        lines = dict(spec["lines"])
        return "; ".join(lines[key] for key in _keys(spec, value)) or "none of them"
    digits = max(0, -floor(log10(spec["step"]) + 1e-9))
    return number(value, digits)


def parse(spec: dict[str, Any], text: str) -> float | int | str | bool:
    """The value that `text`, taken from a link, gives this control; ValueError says why not."""
    if spec["kind"] == "choice":
        if text not in spec["options"]:
            raise ValueError(f"is none of {', '.join(spec['options'])}")
        return text
    if spec["kind"] == "switch":
        if text not in ("true", "false"):
            raise ValueError("is neither true nor false")
        return text == "true"
    if spec["kind"] == "order":
        return ",".join(_keys(spec, text))
    try:
        number = float(text)
    except ValueError:
        raise ValueError("is not a number") from None
    if not spec["min"] <= number <= spec["max"]:
        raise ValueError(f"is outside [{spec['min']:g}, {spec['max']:g}]")
    if "wait" not in spec:
        return number
    if number % 1:
        raise ValueError("is not a whole number")
    return int(number)
