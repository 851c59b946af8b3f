"""Tries a function with one case: what it returned or raised, and what it did to its arguments."""

from __future__ import annotations

import linecache
import sysconfig
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from traceback import walk_tb
from typing import Any

import numpy as np

from nnbook.exercises.kit import limit
from nnbook.exercises.kit.exercise import Case, Exercise, Function
from nnbook.exercises.kit.values import close, edited, same, shapes

PACKAGE = str(Path(__file__).parents[1])
LIBRARIES = tuple(sysconfig.get_paths()[name] for name in ("stdlib", "purelib", "platlib"))


class Odd(Exception):
    """Raised by an exercise's `observe` for a result that it cannot read."""

    def __init__(self, expected: str, came: str, cause: str, step: str) -> None:
        super().__init__(expected, came, cause, step)
        self.expected, self.came, self.cause, self.step = expected, came, cause, step


@dataclass
class Trial:
    """One call. args: as they were before it. seen: what is compared, by name, if that is not the
    result itself. odd: the result cannot be read. late: it took too long, and goes on if `runs`."""

    case: Case
    args: tuple[Any, ...]
    result: Any = None
    error: BaseException | None = None
    line: str = ""
    odd: Odd | None = None
    late: bool = False
    runs: bool = False
    edited: tuple[str, ...] = ()
    after: tuple[Any, ...] = ()
    seen: dict[str, Any] | None = None


def attempt(
    exercise: Exercise,
    f: Function,
    case: Case,
    readable: Callable[[Trial], bool],
    guard: bool = True,
) -> Trial:
    """One call of f. readable(trial): may its result be observed? guard: with the time limit."""
    args = case.fresh()
    trial = Trial(case, case.fresh())

    def work() -> None:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                trial.result = f(*args)
                if exercise.observe and readable(trial):
                    trial.seen = exercise.observe(f, trial.result, args)
            except Odd as odd:
                trial.odd = odd
            except limit.TimeUp:
                raise
            except BaseException as error:
                trial.error, trial.line = error, _line(f, error)

    if guard:
        try:
            limit.within(limit.SECONDS, work)
        except limit.TooLong as late:
            trial.late, trial.runs = True, not late.stopped
    else:
        work()
    names = zip(exercise.parameters, trial.args, args, strict=True)
    trial.edited = tuple(name for name, before, after in names if edited(before, after))
    trial.after = args
    return trial


def alike(exercise: Exercise, a: Trial, b: Trial) -> bool:
    """Did two functions act the same way?"""
    if a.error or b.error:
        return type(a.error) is type(b.error)
    if a.odd or b.odd:
        return bool(a.odd and b.odd and a.odd.args == b.odd.args)
    if a.edited != b.edited or a.late != b.late:
        return False
    if not exercise.observe:
        return same(a.result, b.result)
    if a.seen is None or b.seen is None:
        return a.seen is b.seen and shapes(a.result) == shapes(b.result)
    return a.seen.keys() == b.seen.keys() and all(
        close(value, b.seen[name], exercise.tolerance.get(name)) for name, value in a.seen.items()
    )


def _line(f: Function, error: BaseException) -> str:
    """The learner's line in which it happened: "line 3: return x @ w"."""
    own = getattr(getattr(f, "__code__", None), "co_filename", None)
    found = ""
    for frame, number in walk_tb(error.__traceback__):
        file = frame.f_code.co_filename
        if file == own or not file.startswith((PACKAGE, "<frozen", *LIBRARIES)):
            text = linecache.getline(file, number).strip()
            found = f"line {number}: {text}" if text else f"line {number}"
    return found
