"""A page's cells and what has run of them: each finds the names that the cells above it have left,
whatever else has run since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from nnbook.page import cells, needs


@dataclass
class Run:
    """The last run of a cell that ended well: when it was, and the names that it set."""

    code: str
    number: int
    left: dict[str, Any]


class Notebook:
    """Runs a cell after what it needs."""

    def __init__(self) -> None:
        self.fresh = cells.namespace()
        self.space = dict(self.fresh)  # one for all, because functions look their names up in it
        self.runs: dict[str, Run] = {}

    def run(self, page: Sequence[tuple[str, str]], send: Callable[[str, str], None]) -> str:
        """Run the last cell of `page` (ids and code from the top), and what it needs and has not.

        send(id, text) gets what they say. The id of the cell that failed; "" if none did.
        """
        names, codes = zip(*page, strict=True)
        last = len(page) - 1
        above = needs.above(codes, last)
        involved = {names[i] for i in (*above, last)}
        for i in (*above, last):
            needed = [names[k] for k in needs.above(codes, i)]
            if (i == last or not self._holds(names[i], codes[i], needed, involved)) and not (
                self._run(names[i], codes[i], needed, partial(send, names[i]))
            ):
                return str(names[i])
        return ""

    def _holds(self, name: str, code: str, needed: list[str], involved: set[str]) -> bool:
        """Is what the cell left still what it would leave now?"""
        run = self.runs.get(name)
        if run is None or run.code != code:
            return False
        since = {other for other, at in self.runs.items() if at.number > run.number}
        return not since & set(needed) and not any(
            needs.may_change(self.runs[other].code, {*run.left} - needs.names(code).fixed)
            for other in since - involved
        )

    def _run(self, name: str, code: str, needed: list[str], send: Callable[[str], None]) -> bool:
        self.space.clear()
        self.space.update(self.fresh)
        for other in needed:
            self.space.update(self.runs[other].left)
        before = dict(self.space)
        number = 1 + max((run.number for run in self.runs.values()), default=0)
        self.runs.pop(name, None)
        if not cells.run(code, name, self.space, send):
            return False
        left = {
            key: value
            for key, value in self.space.items()
            if key not in before or before[key] is not value
        }
        self.runs[name] = Run(code, number, left)
        return True
