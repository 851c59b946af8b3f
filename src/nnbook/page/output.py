"""What code prints and shows, on its way to the page: as text, in few messages, and with an end."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from time import monotonic
from typing import Any

from nnbook.exercises.kit import words

MOST = 100_000  # characters of a cell that are shown
CUT = f"\n… The rest is not shown: a cell may print {MOST:,} characters.\n"
OFTEN = 0.1  # seconds between two messages

Send = Callable[[str], None]
_send: list[Send] = []  # of the code that runs: where its output goes


class Markdown:
    """A text that a notebook would set; the page shows it as it is written."""

    def __init__(self, data: str) -> None:
        self.data = data

    def __repr__(self) -> str:
        return self.data


class Stream(io.TextIOBase):
    """Standard output: collects, sends on, and stops at MOST characters."""

    def __init__(self, send: Send) -> None:
        self.send, self.left, self.sent = send, MOST, monotonic()
        self.kept: list[str] = []

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() takes text, got {type(text).__name__}")
        if self.left > 0:
            self.kept.append(text[: self.left])
            self.left -= len(text)
            if self.left <= 0:
                self.kept.append(CUT)
            if monotonic() - self.sent > OFTEN:
                self.flush()
        return len(text)

    def flush(self) -> None:
        if self.kept:
            self.send("".join(self.kept))
        self.kept, self.sent = [], monotonic()


@contextmanager
def to(send: Send) -> Iterator[None]:
    """What is printed and displayed meanwhile goes there."""
    stream = Stream(send)
    _send.append(stream.write)  # type: ignore[arg-type]
    try:
        with redirect_stdout(stream), redirect_stderr(stream):
            yield
    finally:
        _send.pop()
        stream.flush()


def display(*things: Any, raw: bool = False, **ignored: Any) -> None:
    """IPython's: each thing on a line of its own. raw: what no notebook shows."""
    for thing in things:
        if _send and not raw:
            _send[-1](f"{shown(thing)}\n")


def shown(thing: Any) -> str:
    """repr; and in words what repr raises."""
    try:
        return repr(thing)
    except BaseException as error:
        return f"(of type {type(thing).__name__}, whose __repr__ raised {words.error(error)})"
