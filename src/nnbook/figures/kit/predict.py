"""Predict, observe, explain: what a figure asks before the reader moves it.

A question starts from one setting, asks what another setting will show, and keeps the guess
beside the truth. Every truth and every number in an explanation is computed by the library.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

Settings = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """What each kind has, which is named after its class."""

    ask: str
    before: Settings
    after: Settings

    def spec(self) -> dict[str, Any]:
        return {"kind": type(self).__name__.lower(), **asdict(self)}


@dataclass(frozen=True)
class Position(Question):
    """Guess a value of the control `control`, by a marker or a field; right within `tolerance`."""

    control: str
    truth: float
    tolerance: float
    explain: str


@dataclass(frozen=True)
class Choice(Question):
    """Guess one of several outcomes. `options` are (text, what to say to whoever chose it)."""

    options: tuple[tuple[str, str], ...]
    right: int
    explain: str


@dataclass(frozen=True)
class Number(Question):
    """Type a number; right within `tolerance`. `mistakes` are (number, what it was made of)."""

    label: str
    truth: float
    tolerance: float
    explain: str
    mistakes: tuple[tuple[float, str], ...] = ()
    digits: int = 2
