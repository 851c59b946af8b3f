"""The exercises' time limit without a thread, which a browser's Python cannot start.
The clock is read whenever a loop jumps back; one long call in C is not seen by it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import monotonic
from typing import Any

from nnbook.exercises.kit.limit import TimeUp, TooLong

_ends: list[float] = []  # of the limits that are running, the nearest last


def within(seconds: float, work: Callable[[], None]) -> None:
    """work(); TooLong if it takes more than so many seconds. Limits may lie in each other."""
    _ends.append(min([monotonic() + seconds, *_ends[-1:]]))
    try:
        _watch(True)
        work()
    except TimeUp:
        late = True
    else:
        late = False
    finally:
        _ends.pop()
        _watch(bool(_ends))
    if late:
        raise TooLong(True)


def _watch(on: bool) -> None:
    """Have Python call `_jumped` at each jump, or not."""
    monitoring: Any = sys.monitoring  # type: ignore[attr-defined, unused-ignore]
    tool, jump = monitoring.DEBUGGER_ID, monitoring.events.JUMP
    if monitoring.get_tool(tool) is None:
        monitoring.use_tool_id(tool, "nnbook")
        monitoring.register_callback(tool, jump, _jumped)
    monitoring.set_events(tool, jump if on else 0)


def _jumped(code: object, here: int, there: int) -> None:
    if _ends and monotonic() > _ends[-1]:
        raise TimeUp
