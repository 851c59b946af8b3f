"""Tries a function with one case: what it returned or raised, and what it did to its arguments."""

from __future__ import annotations

import builtins
import linecache
import os
import sysconfig
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from traceback import walk_tb
from typing import Any

import numpy as np

from nnbook.exercises.kit import limit, written
from nnbook.exercises.kit.exercise import Case, Exercise, Function
from nnbook.exercises.kit.values import close, edited, kept, same, shapes

PACKAGE = str(Path(__file__).parents[2])
PATHS = (sysconfig.get_paths()[name] for name in ("stdlib", "purelib", "platlib"))
LIBRARIES = tuple(map(os.path.normpath, PATHS))


class Odd(Exception):
    """Raised for what an exercise sees in a result or a function, and can put in words itself."""

    def __init__(self, expected: str, came: str, cause: str, step: str) -> None:
        super().__init__(expected, came, cause, step)
        self.expected, self.came, self.cause, self.step = expected, came, cause, step


@dataclass
class Trial:
    """One call of f, with `args` as they were before it.

    `observed` is compared in the place of the result, by name, where chance has a part in it. A
    call that has timed out may be still running. beside: all trials of the same check, each with
    the reference's. slack: how far numbers in float32 may be off, by name.
    """

    f: Function
    case: Case
    args: tuple[Any, ...]
    result: Any = None
    returned: Any = None  # the very thing, which later calls may change
    error: BaseException | None = None
    line: str = ""
    malformed: Odd | None = None
    timed_out: bool = False
    still_running: bool = False
    changed_arguments: tuple[str, ...] = ()
    arguments_after: tuple[Any, ...] = ()
    observed: dict[str, Any] | None = None
    beside: list[tuple[Trial, Trial]] = field(default_factory=list)
    slack: dict[str, float] | None = None


def attempt(
    exercise: Exercise,
    f: Function,
    case: Case,
    readable: Callable[[Trial], bool],
    guard: bool = True,
) -> Trial:
    """One call of f. readable(trial): may its result be observed? guard: with the time limit."""
    args = case.fresh()
    trial = Trial(f, case, case.fresh())

    def work() -> None:
        trial.returned = f(*args)
        trial.result = kept(trial.returned)
        if exercise.observe and readable(trial):
            given = zip(trial.args, args, strict=True)  # arrays as they were given
            seen = (was if isinstance(was, np.ndarray) else now for was, now in given)
            trial.observed = exercise.observe(f, trial.result, tuple(seen))

    watched(trial, work, guard)
    names = zip(exercise.parameters, trial.args, args, strict=True)
    trial.changed_arguments = tuple(name for name, before, after in names if edited(before, after))
    trial.arguments_after = args
    return trial


def watched(trial: Trial, work: Callable[[], None], guard: bool = True) -> None:
    """work(), within the time limit; what it raises is noted in the trial."""

    def safely() -> None:
        with np.errstate(all="ignore"), warnings.catch_warnings(), _nobody_types():
            warnings.simplefilter("ignore")
            try:
                work()
            except Odd as odd:
                trial.malformed = odd
            except limit.TimeUp:
                raise
            except BaseException as error:
                trial.error, trial.line = error, _line(trial.f, error)

    if not guard:
        return safely()
    try:
        limit.within(limit.SECONDS, safely)
    except limit.TooLong as late:
        trial.timed_out, trial.still_running = True, not late.stopped
    return None


def alike(exercise: Exercise, a: Trial, b: Trial) -> bool:
    """Did two functions act the same way?"""
    if a.error or b.error:
        return type(a.error) is type(b.error) and str(a.error) == str(b.error)
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


@contextmanager
def _nobody_types() -> Iterator[None]:
    """`input` would wait forever: nobody is there to type."""

    def asked(*_: Any) -> str:
        raise Odd(
            "a result from the arguments alone",
            "`input()`, which waits for somebody to type",
            "All that is needed comes with the arguments, and nobody is there to type.",
            "Leave `input` out, and use the names in the first line of the function.",
        )

    usual, builtins.input = builtins.input, asked
    try:
        yield
    finally:
        builtins.input = usual


def _line(f: Function, error: BaseException) -> str:
    """The learner's line in which it happened: "line 3: return x @ w"; of a recursion the line
    that calls again."""
    own = getattr(getattr(written.function(f), "__code__", None), "co_filename", None)
    lines = []
    for frame, number in walk_tb(error.__traceback__):
        file = frame.f_code.co_filename
        library = os.path.normpath(file).startswith((PACKAGE, "<frozen", *LIBRARIES))
        if file == own or not library:
            lines.append((file, number))
    if not lines:
        return ""
    file, number = (
        Counter(lines).most_common(1)[0][0] if isinstance(error, RecursionError) else lines[-1]
    )
    text = linecache.getline(file, number).strip()
    return f"line {number}: {text}" if text else f"line {number}"
