"""Calls a function for so many seconds and no more, on every system and from any thread.

The work is done in a thread of its own, into which an exception is thrown when time is up. In a
browser there are no threads: there Python itself looks at the clock at each jump of a loop.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from threading import Thread
from time import monotonic
from typing import Any

SECONDS = 5.0


class TimeUp(BaseException):
    """Thrown into the work; no Exception, so that a learner's `except Exception` lets it by."""


class TooLong(Exception):
    """The work did not end. stopped: it has been ended now; if not, it still runs."""

    def __init__(self, stopped: bool) -> None:
        super().__init__(stopped)
        self.stopped = stopped


def within(seconds: float, work: Callable[[], None]) -> None:
    """work(), in the caller's context; TooLong if it takes more than so many seconds.

    What work raises is its own affair: it should catch it. The stop button of a notebook ends the
    work as well.
    """

    def guarded() -> None:
        with suppress(TimeUp):
            work()

    thread = Thread(target=copy_context().run, args=(guarded,), daemon=True)
    try:
        thread.start()
    except RuntimeError:  # no threads here
        return _by_the_clock(seconds, work)
    try:
        thread.join(seconds)
    except BaseException:  # the stop button
        _stop(thread)
        raise
    if thread.is_alive():
        raise TooLong(_stop(thread))
    return None


def _stop(thread: Thread) -> bool:
    """End the thread, also where it catches everything for a while; False if it will not end."""
    for _ in range(10):
        if not thread.is_alive():
            break
        ident = ctypes.c_ulong(thread.ident or 0)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(TimeUp))
        thread.join(0.1)
    return not thread.is_alive()


def _by_the_clock(seconds: float, work: Callable[[], None]) -> None:
    """The same without threads, from Python 3.12 on; before it, without a limit."""
    if sys.version_info < (3, 12):
        return work()
    watch, end = sys.monitoring, monotonic() + seconds

    def look(*_: Any) -> None:
        nonlocal end
        if monotonic() > end:
            end += 0.1  # what catches it is asked again; what cleans up behind it is left in peace
            raise TimeUp

    tool, stopped = next(k for k in range(6) if watch.get_tool(k) is None), False
    watch.use_tool_id(tool, "nnbook")
    for event in (watch.events.JUMP, watch.events.PY_START):
        watch.register_callback(tool, event, look)
    watch.set_events(tool, watch.events.JUMP | watch.events.PY_START)
    try:
        work()
    except TimeUp:
        stopped = True
    finally:
        watch.set_events(tool, watch.events.NO_EVENTS)
        watch.free_tool_id(tool)
    if stopped:
        raise TooLong(stopped)
    return None
