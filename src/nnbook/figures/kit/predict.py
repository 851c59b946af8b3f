"""Predict, observe, explain: what a figure asks before the reader moves it.

A question starts from one setting, asks what another setting will show, and keeps the guess
beside the truth. Every truth and every number in an explanation is computed by the library.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

Settings = dict[str, Any]


@dataclass(frozen=True)
class Position:
    """Guess a value of the control `control`, by a marker or a field; right within `tolerance`."""

    ask: str
    before: Settings
    after: Settings
    control: str
    truth: float
    tolerance: float
    explain: str

    def spec(self) -> dict[str, Any]:
        return {"kind": "position", **asdict(self)}


@dataclass(frozen=True)
class Choice:
    """Guess one of several outcomes. `options` are (text, what to say to whoever chose it)."""

    ask: str
    before: Settings
    after: Settings
    options: tuple[tuple[str, str], ...]
    right: int
    explain: str

    def spec(self) -> dict[str, Any]:
        return {"kind": "choice", **asdict(self)}


@dataclass(frozen=True)
class Number:
    """Type a number; right within `tolerance`. `mistakes` are (number, what it was made of)."""

    ask: str
    before: Settings
    after: Settings
    label: str
    truth: float
    tolerance: float
    explain: str
    mistakes: tuple[tuple[float, str], ...] = ()
    digits: int = 2

    def spec(self) -> dict[str, Any]:
        return {"kind": "number", **asdict(self)}


Question = Position | Choice | Number
