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

PACKAGE = str(Path(__file__).parents[2])
LIBRARIES = tuple(sysconfig.get_paths()[name] for name in ("stdlib", "purelib", "platlib"))


class Odd(Exception):
    """Raised by an exercise's `observe` for a result that it cannot read."""

    def __init__(self, expected: str, came: str, cause: str, step: str) -> None:
        super().__init__(expected, came, cause, step)
        self.expected, self.came, self.cause, self.step = expected, came, cause, step


@dataclass
class Trial:
    """One call, with `args` as they were before it.

    `observed` is compared in the place of the result, by name, where chance has a part in it. A
    call that has timed out may be still running.
    """

    case: Case
    args: tuple[Any, ...]
    result: Any = None
    error: BaseException | None = None
    line: str = ""
    malformed: Odd | None = None
    timed_out: bool = False
    still_running: bool = False
    changed_arguments: tuple[str, ...] = ()
    arguments_after: tuple[Any, ...] = ()
    observed: dict[str, Any] | None = None


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
                    trial.observed = exercise.observe(f, trial.result, args)
            except Odd as odd:
                trial.malformed = odd
            except limit.TimeUp:
                raise
            except BaseException as error:
                trial.error, trial.line = error, _line(f, error)

    if guard:
        try:
            limit.within(limit.SECONDS, work)
        except limit.TooLong as late:
            trial.timed_out, trial.still_running = True, not late.stopped
    else:
        work()
    names = zip(exercise.parameters, trial.args, args, strict=True)
    trial.changed_arguments = tuple(name for name, before, after in names if edited(before, after))
    trial.arguments_after = args
    return trial


def alike(exercise: Exercise, a: Trial, b: Trial) -> bool:
    """Did two functions act the same way?"""
    if a.error or b.error:
        return type(a.error) is type(b.error)
    if a.malformed or b.malformed:
        return bool(a.malformed and b.malformed and a.malformed.args == b.malformed.args)
    if a.changed_arguments != b.changed_arguments or a.timed_out != b.timed_out:
        return False
    if not exercise.observe:
        return same(a.result, b.result)
    if a.observed is None or b.observed is None:
        return a.observed is b.observed and shapes(a.result) == shapes(b.result)
    return a.observed.keys() == b.observed.keys() and all(
        close(value, b.observed[name], exercise.tolerance.get(name))
        for name, value in a.observed.items()
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
