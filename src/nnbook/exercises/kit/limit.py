"""Calls a function for so many seconds and no more, on every system and from any thread.
The work is done in a thread of its own, into which an exception is thrown when time is up."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from threading import Thread

SECONDS = 5.0


class TimeUp(BaseException):
    """Thrown into the thread; no Exception, so that a learner's `except Exception` lets it by."""


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
    thread.start()
    try:
        thread.join(seconds)
    except BaseException:  # the stop button
        _stop(thread)
        raise
    if thread.is_alive():
        raise TooLong(_stop(thread))


def _stop(thread: Thread) -> bool:
    """End the thread, also where it catches everything for a while; False if it will not end."""
    for _ in range(10):
        if not thread.is_alive():
            break
        ident = ctypes.c_ulong(thread.ident or 0)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(TimeUp))
        thread.join(0.1)
    return not thread.is_alive()
