"""From a learner's function to the answer: all cases, the first complaint, the likely cause."""

from __future__ import annotations

import dis
import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from nnbook.exercises.kit import guard, words, written
from nnbook.exercises.kit.exercise import Case, Exercise, Function, Mistake
from nnbook.exercises.kit.result import Part, Result
from nnbook.exercises.kit.stages import STAGES, Complaint, readable
from nnbook.exercises.kit.trial import Trial, alike, attempt, watched

Look: TypeAlias = Callable[..., list[Trial]]


def judge(exercise: Exercise, f: Any, seed: int) -> Result:
    """Is f the function that the exercise asks for? seed: of the cases that nobody has seen."""
    if names := guard.restore():
        return _replaced(exercise, names)
    if not exercise.ready():
        return Result(exercise.name, "unchecked", (Part("", exercise.missing),))
    if complaint := _callable(exercise, f):
        return _report(exercise, complaint)
    if _is_stub(f):
        return _first_step(exercise)
    for cases in (exercise.cases, exercise.drawn(seed)):
        again = seed if cases is not exercise.cases else None
        truths, trials = _truths(exercise, cases), []
        for case, right in zip(cases, truths, strict=True):
            trials.append(_attempt(exercise, f, case, right))
            if trials[-1].timed_out:
                break
            if _says_not_implemented(trials[-1]):
                return _first_step(exercise)
        if names := guard.restore():
            return _replaced(exercise, names)
        if found := _first_complaint(exercise, trials, truths):
            complaint, trial = found
            at = trials.index(trial)
            if not trial.timed_out and (known := _recognize(exercise, cases, trials, at)):
                complaint.cause, complaint.step = known.cause, known.step
            elif _asks_floats_to_be_equal(exercise, trial, truths[at]):
                complaint.cause, complaint.step = EQUAL
            return _report(exercise, complaint, trial, again)
    for look in exercise.also:
        trial = Trial(f, exercise.cases[0], ())
        watched(trial, partial(look, f, np.random.default_rng(seed)))
        if names := guard.restore():
            return _replaced(exercise, names)
        truth = _truths(exercise, exercise.cases)[0]
        if (trial.timed_out or trial.error or trial.malformed) and (
            complaint := _complaint(exercise, trial, truth)
        ):
            return _report(exercise, complaint, None, seed)
    return _praise(exercise)


def _of_fixed(look: Look) -> Look:
    """The same, which remembers what it found of an exercise's fixed cases."""
    known: dict[tuple[str, ...], list[Trial]] = {}

    def remembering(exercise: Exercise, cases: Sequence[Case], *name: str) -> list[Trial]:
        if cases is not exercise.cases:
            return look(exercise, cases, *name)
        key = (exercise.name, *name)
        if key not in known:
            known[key] = look(exercise, cases, *name)
        return known[key]

    return remembering


@_of_fixed
def _truths(exercise: Exercise, cases: Sequence[Case]) -> list[Trial]:
    """What the reference does with each case."""
    f = exercise.reference
    return [attempt(exercise, f, case, lambda trial: True, guard=False) for case in cases]


@_of_fixed
def _mistaken(exercise: Exercise, cases: Sequence[Case], name: str) -> list[Trial]:
    """What a known mistake does with each case."""
    f, pairs = exercise.known[name].function, zip(cases, _truths(exercise, cases), strict=True)
    return [_attempt(exercise, f, case, right, guard=False) for case, right in pairs]


def _attempt(
    exercise: Exercise, f: Function, case: Case, right: Trial, guard: bool = True
) -> Trial:
    return attempt(exercise, f, case, lambda trial: readable(exercise, trial, right), guard)


def _first_complaint(
    exercise: Exercise, trials: list[Trial], truths: list[Trial]
) -> tuple[Complaint, Trial] | None:
    """Stage by stage over all cases; batches of one when all others have passed."""
    pairs = list(zip(trials, truths, strict=False))
    for single in (False, True):
        for stage in STAGES:
            for trial, right in pairs:
                trial.beside = pairs
                if trial.case.single is single and (found := stage(exercise, trial, right)):
                    if trial.case.again:
                        found.cause, found.step = AGAIN
                    return found, trial
    return None


def _asks_floats_to_be_equal(exercise: Exercise, trial: Trial, right: Trial) -> bool:
    """Would the answer be right if its == and != allowed for rounding?"""
    f = written.forgiving(trial.f)
    if f is None:
        return False
    other = _attempt(exercise, f, trial.case, right)
    return not any(stage(exercise, other, right) for stage in STAGES)


EQUAL = (
    "Two floats are asked to be equal to the last digit, and rounding has kept them apart.",
    "Compare with `<` or `>=`, or with `np.isclose`.",
)

AGAIN = (
    "The same call was right before: something of an earlier call has stayed.",
    "Look for what outlives a call: a name outside the function, or a default argument.",
)


def _complaint(exercise: Exercise, trial: Trial, truth: Trial) -> Complaint | None:
    """Of what was looked at besides the cases."""
    return next((found for stage in STAGES[:2] if (found := stage(exercise, trial, truth))), None)


def _recognize(
    exercise: Exercise, cases: Sequence[Case], trials: list[Trial], at: int
) -> Mistake | None:
    """The mistake that acts the same way in every call."""
    if trials[at].case.again:
        return None
    for name, mistake in exercise.known.items():
        if not written.quotes_it(mistake.cause, trials[at].f):
            continue
        others = _mistaken(exercise, cases, name)
        if all(alike(exercise, a, b) for a, b in zip(trials, others, strict=True)):
            return mistake
    return None


def _callable(exercise: Exercise, f: Any) -> Complaint | None:
    """It is a function, and takes the right number of arguments."""
    name = exercise.name
    wanted = f"the function {exercise.signature}"
    if isinstance(f, type):
        step = f'Define a function with `def`, and give it: exercises.check("{name}", {name})'
        return Complaint(wanted, words.kind(f), "A class makes objects.", step)
    if not callable(f):
        cause = "The function was called, and its result given to `check`."
        if f is None or isinstance(f, str):
            cause = "`check` takes the exercise's name, then the function itself."
        step = f'Leave out the brackets: exercises.check("{name}", {name})'
        return Complaint(wanted, words.kind(f), cause, step)
    if inspect.iscoroutinefunction(f) or inspect.isasyncgenfunction(f):
        return Complaint(wanted, "an `async` function", "It would return a promise.", "Use `def`.")
    try:
        takes = inspect.signature(f)
    except (TypeError, ValueError):  # some functions written in C have none
        return None
    try:
        takes.bind(*exercise.parameters)
    except TypeError:
        own = f"{getattr(f, '__name__', 'the function')}{takes}"
        cause = "It takes another number of arguments."
        return Complaint(wanted, own, cause, f"Begin with `def {exercise.signature}:`")
    return None


def _is_stub(f: Any) -> bool:
    """Is there nothing in it but a docstring, `...` or `pass`?"""
    if not inspect.isfunction(f):
        return False
    *before, last = [i for i in dis.get_instructions(f) if i.opname not in ("RESUME", "NOP")]
    if any(i.opname != "LOAD_CONST" for i in before):
        return False
    value = last.argval if last.opname == "RETURN_CONST" else before[-1].argval if before else 0
    return last.opname in ("RETURN_VALUE", "RETURN_CONST") and value in (None, ...)


def _says_not_implemented(trial: Trial) -> bool:
    """Does the learner's own line say so? Libraries raise the same for other reasons."""
    own = re.search(r": raise NotImplementedError\b", trial.line)
    return isinstance(trial.error, NotImplementedError) and own is not None


def _replaced(exercise: Exercise, names: list[str]) -> Result:
    which = words.listed([f"`{name}`" for name in names[:3]])
    complaint = Complaint(
        "Python, NumPy and nnbook as they are",
        f"something else in the place of {which}",
        "What the check itself relies on was replaced, so it has checked nothing.",
        "It has been put back. Take out the line that replaces it, and run the cell again.",
    )
    return replace(_report(exercise, complaint), status="unchecked")


def _first_step(exercise: Exercise) -> Result:
    parts = (
        Part("First step", exercise.first),
        Part("Then", "put your code in place of `...` and run this cell again."),
        Part("Hint", f'exercises.hint("{exercise.name}")', code=True),
    )
    return Result(exercise.name, "stub", parts)


def _praise(exercise: Exercise) -> Result:
    labels = words.listed([*(case.label for case in exercise.cases), "fresh cases"])
    return Result(exercise.name, "passed", (Part("Tried", labels), Part("", exercise.because)))


def _report(
    exercise: Exercise, complaint: Complaint, trial: Trial | None = None, seed: int | None = None
) -> Result:
    """seed: of the fresh case that found it."""
    name, parts = exercise.name, []
    if trial is not None:
        parts.append(Part("Called", _call(exercise, trial), code=True))
    again = "" if seed is None else f'exercises.check("{name}", {name}, seed={seed})'
    parts += [
        Part("Expected", complaint.expected, code=True),
        Part("Came", complaint.came, code=True),
        Part("In your code", complaint.where, code=True),
        Part("Compared", "", table=complaint.table),
        Part("Likely cause", complaint.cause),
        Part("Next step", complaint.step or f'`exercises.hint("{name}")` gives a hint.'),
        Part("The same cases again", again, code=True),
    ]
    kept = tuple(part for part in parts if part.text or part.table)
    return Result(name, "failed", kept)


def _call(exercise: Exercise, trial: Trial) -> str:
    """The call, what is special about it, and its arguments."""
    once_more = ", once more" if trial.case.again else ""
    lines = [f"{exercise.signature}  # {trial.case.label}{once_more}"]
    for name, value in zip(exercise.parameters, trial.args, strict=True):
        lines.append(words.named(name, words.short(value)))
    return "\n".join(lines)
