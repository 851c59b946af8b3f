"""From a learner's function to the answer: all cases, the first complaint, the likely cause."""

from __future__ import annotations

import dis
import inspect
from functools import cache
from typing import Any

from nnbook.exercises.kit import words
from nnbook.exercises.kit.exercise import Case, Exercise, Function, Mistake
from nnbook.exercises.kit.result import Part, Result
from nnbook.exercises.kit.stages import STAGES, Complaint, readable
from nnbook.exercises.kit.trial import Trial, alike, attempt


def judge(exercise: Exercise, f: Any) -> Result:
    """Is f the function that the exercise asks for?"""
    if not exercise.ready():
        return Result(exercise.name, "unchecked", (Part("", exercise.missing),))
    if complaint := _callable(exercise, f):
        return _report(exercise, complaint, None)
    if _is_stub(f):
        return _first_step(exercise)
    truths, trials = truth(exercise), []
    for case, right in zip(exercise.cases, truths, strict=True):
        trials.append(_attempt(exercise, f, case, right))
        if trials[-1].timed_out:
            break
        if isinstance(trials[-1].error, NotImplementedError):
            return _first_step(exercise)
    found = _first_complaint(exercise, trials, truths)
    if found is None:
        for mistake in exercise.known.values():
            if mistake.seen and mistake.seen(f):
                return _report(exercise, _habit(mistake), None)
        return _praise(exercise)
    complaint, trial = found
    if not trial.timed_out and (known := _recognize(exercise, trials, trials.index(trial))):
        complaint.cause, complaint.step = known.cause, known.step
    return _report(exercise, complaint, trial)


@cache
def truth(exercise: Exercise) -> list[Trial]:
    """What the reference does with each case."""
    return [attempt(exercise, exercise.reference, c, _always, guard=False) for c in exercise.cases]


@cache
def _of_mistake(exercise: Exercise, name: str) -> list[Trial]:
    f = exercise.known[name].function
    pairs = zip(exercise.cases, truth(exercise), strict=True)
    return [_attempt(exercise, f, case, right, guard=False) for case, right in pairs]


def _attempt(
    exercise: Exercise, f: Function, case: Case, right: Trial, guard: bool = True
) -> Trial:
    return attempt(exercise, f, case, lambda trial: readable(exercise, trial, right), guard)


def _always(trial: Trial) -> bool:
    return True


def _first_complaint(
    exercise: Exercise, trials: list[Trial], truths: list[Trial]
) -> tuple[Complaint, Trial] | None:
    """Stage by stage over all cases; batches of one when all others have passed."""
    pairs = list(zip(trials, truths, strict=False))
    for single in (False, True):
        for stage in STAGES:
            for trial, right in pairs:
                if trial.case.single is single and (found := stage(exercise, trial, right)):
                    return found, trial
    return None


def _recognize(exercise: Exercise, trials: list[Trial], at: int) -> Mistake | None:
    """The mistake that acts the same way in every case; or else at `at` and in most cases."""
    likely = None
    for name, mistake in exercise.known.items():
        if mistake.seen:
            continue
        others = _of_mistake(exercise, name)
        agree = [alike(exercise, a, b) for a, b in zip(trials, others, strict=True)]
        if all(agree):
            return mistake
        if agree[at] and 2 * sum(agree) > len(agree):
            likely = likely or mistake
    return likely


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


def _first_step(exercise: Exercise) -> Result:
    parts = (
        Part("First step", exercise.first),
        Part("Then", "put your code in place of `...` and run this cell again."),
        Part("Hint", f'exercises.hint("{exercise.name}")', code=True),
    )
    return Result(exercise.name, "stub", parts)


def _praise(exercise: Exercise) -> Result:
    labels = words.listed([case.label for case in exercise.cases])
    return Result(exercise.name, "passed", (Part("Tried", labels), Part("", exercise.because)))


def _habit(mistake: Mistake) -> Complaint:
    return Complaint("", "the right results", mistake.cause, mistake.step)


def _report(exercise: Exercise, complaint: Complaint, trial: Trial | None) -> Result:
    parts = []
    if trial is not None:
        parts.append(Part("Called", _call(exercise, trial), code=True))
    parts += [
        Part("Expected", complaint.expected, code=True),
        Part("Came", complaint.came, code=True),
        Part("In your code", complaint.where, code=True),
        Part("Compared", "", table=complaint.table),
        Part("Likely cause", complaint.cause),
        Part("Next step", complaint.step or f'`exercises.hint("{exercise.name}")` gives a hint.'),
    ]
    kept = tuple(part for part in parts if part.text or part.table)
    return Result(exercise.name, "failed", kept)


def _call(exercise: Exercise, trial: Trial) -> str:
    """The call, what is special about it, and its arguments."""
    lines = [f"{exercise.signature}  # {trial.case.label}"]
    for name, value in zip(exercise.parameters, trial.args, strict=True):
        lines.append(words.named(name, words.short(value)))
    return "\n".join(lines)
