"""The checks, in the order of teaching. Each looks at one trial beside the reference's.

returned → type → shape → dtype → finite → laws → values → input untouched; None means "go on".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnbook.exercises.kit import limit, words
from nnbook.exercises.kit.exercise import Exercise
from nnbook.exercises.kit.guess import of_error, of_numbers, of_shape
from nnbook.exercises.kit.result import Row
from nnbook.exercises.kit.trial import Trial
from nnbook.exercises.kit.values import close, is_tensor, plain


@dataclass
class Complaint:
    """What is wrong with one trial."""

    expected: str
    came: str
    cause: str
    step: str
    table: tuple[Row, ...] = ()
    where: str = ""  # the learner's line


Stage: TypeAlias = Callable[[Exercise, Trial, Trial], Complaint | None]


def outputs(exercise: Exercise, trial: Trial) -> dict[str, Any]:
    """The result's parts by name; of a single result the name is "result"."""
    if exercise.returns:
        return dict(zip(exercise.returns, trial.result, strict=True))
    return {"result": trial.result}


def returned(exercise: Exercise, trial: Trial, truth: Trial) -> Complaint | None:
    """It came to an end, and returned something."""
    wanted = _wanted(exercise, truth)
    if trial.timed_out:
        still = " It could not be stopped: restart the kernel." if trial.still_running else ""
        return Complaint(
            wanted,
            f"nothing within {limit.SECONDS:g} seconds, so the call was stopped.{still}",
            "A loop never ends, or goes over far more than it needs to.",
            "Print the loop's variable: does it come closer to the end each time?",
        )
    if trial.error is not None:
        return Complaint(wanted, words.error(trial.error), *of_error(trial.error), where=trial.line)
    if trial.result is None:
        return Complaint(
            wanted,
            "None",
            "The function ends without `return`, or returns what a method without a result gives.",
            "End the function with `return` and the result.",
        )
    return None


def typed(exercise: Exercise, trial: Trial, truth: Trial) -> Complaint | None:
    """Arrays where arrays are wanted, numbers where numbers are."""
    if odd := trial.malformed:
        return Complaint(odd.expected, odd.came, odd.cause, odd.step)
    if not exercise.structured:
        return None
    names = exercise.returns
    if names and not (isinstance(trial.result, list | tuple) and len(trial.result) == len(names)):
        return Complaint(
            _wanted(exercise, truth),
            words.kind(trial.result),
            f"{len(names)} results are wanted, in this order.",
            f"End with `return {', '.join(names)}`.",
        )
    for name, value in outputs(exercise, trial).items():
        expected = outputs(exercise, truth)[name]
        if plain(value) is None or is_tensor(value) != is_tensor(expected):
            of = f"{name} is " if names else ""
            cause, step = _of_type(value, expected)
            return Complaint(f"{of}{_noun(expected)}", f"{of}{words.kind(value)}", cause, step)
    return None


def shaped(exercise: Exercise, trial: Trial, truth: Trial) -> Complaint | None:
    """The shapes are right."""
    for name, value, expected in _arrays(exercise, trial, truth):
        if value.shape != expected.shape:
            of = f"{name} of shape" if exercise.returns else "shape"
            cause, step = of_shape(value.shape, expected.shape)
            return Complaint(f"{of} {expected.shape}", f"{of} {value.shape}", cause, step)
    return None


def dtyped(exercise: Exercise, trial: Trial, truth: Trial) -> Complaint | None:
    """The numbers are of a kind that can hold the answer; float32 and float64 are both fine."""
    for name, value, expected in _arrays(exercise, trial, truth):
        kind, wanted = value.dtype.kind, expected.dtype.kind
        exact = kind in "iub" and (exercise.observe is not None or close(value, expected))
        fine = kind in "iu" if wanted in "iu" else kind == "f" and value.dtype.itemsize >= 4
        if fine or (exact and wanted not in "iu" and (kind != "b" or exercise.observe)):
            continue
        of = f"{name} of " if exercise.returns else ""
        cause, step = _of_dtype(value.dtype, wanted)
        noun = "whole numbers" if wanted in "iu" else "floating-point numbers"
        return Complaint(f"{of}{noun}", f"{of}dtype {value.dtype}", cause, step)
    return None


def finite(exercise: Exercise, trial: Trial, truth: Trial) -> Complaint | None:
    """No NaN and no ∞ where there is a number to be had."""
    for name, value, expected in _arrays(exercise, trial, truth):
        bad = ~np.isfinite(value) & np.isfinite(expected)
        if bad.any():
            return Complaint(
                *words.pair(_label(name), expected, value),
                "∞ divided by ∞, 0 divided by 0, or the logarithm of 0: in between a number "
                "became too large or too small for the machine.",
                "Print the steps in between for this call, and find the first that is inf or nan.",
            )
    return None


def lawful(exercise: Exercise, trial: Trial, truth: Trial) -> Complaint | None:
    """What must be 0 in every right answer is 0."""
    if not exercise.laws:
        return None
    for law in exercise.laws:
        zero = law.zero(outputs(exercise, trial), trial.args)
        if zero is not None and not close(np.asarray(zero), np.zeros(np.shape(zero)), (0, 1e-4)):
            came = f"{law.name} = {words.short(zero)}"
            return Complaint(f"{law.name} = 0", came, law.cause, law.step)
    return None


def valued(exercise: Exercise, trial: Trial, truth: Trial) -> Complaint | None:
    """The numbers are right."""
    if exercise.observe:
        came, expected = trial.observed or {}, truth.observed or {}
    else:
        came, expected = outputs(exercise, trial), outputs(exercise, truth)
    for name, value in came.items():
        if close(value, expected[name], exercise.tolerance.get(name)):
            continue
        texts = words.pair(_label(name), expected[name], value)
        if exercise.observe:
            return Complaint(*texts, "", "")
        a, b = np.asarray(plain(value)), np.asarray(plain(expected[name]))
        table = _table(exercise, trial, name, a) if exercise.numeric else ()
        return Complaint(*texts, *of_numbers(a, b, _examples(trial)), table)
    return None


def untouched(exercise: Exercise, trial: Trial, truth: Trial) -> Complaint | None:
    """What was given is as it was."""
    if not trial.changed_arguments:
        return None
    name = trial.changed_arguments[0]
    i = exercise.parameters.index(name)
    return Complaint(
        f"{name} as it was, {words.short(trial.args[i])}",
        f"the right result, and {name} changed to {words.short(trial.arguments_after[i])}",
        f"`{name}` was changed in place, with `-=`, `+=` or `[…] =`. Whoever called the function "
        "still needs it.",
        f"Compute something new, `new = {name} - …`, or work on `{name}.copy()`.",
    )


STAGES: tuple[Stage, ...] = (
    returned,
    typed,
    shaped,
    dtyped,
    finite,
    lawful,
    valued,
    untouched,
)


def readable(exercise: Exercise, trial: Trial, truth: Trial) -> bool:
    """Is the result such that it can be observed: of the right type, shape, dtype, and finite?"""
    if trial.result is None:
        return False
    if not exercise.structured:
        return True
    return not any(stage(exercise, trial, truth) for stage in (typed, shaped, dtyped, finite))


def _arrays(
    exercise: Exercise, trial: Trial, truth: Trial
) -> list[tuple[str, NDArray[Any], NDArray[Any]]]:
    """name, what came and what was expected, of each output."""
    if not exercise.structured:
        return []
    expected, found = outputs(exercise, truth), []
    for name, value in outputs(exercise, trial).items():
        a, b = plain(value), plain(expected[name])
        if a is not None and b is not None:
            found.append((name, a, b))
    return found


def _label(name: str) -> str:
    """A single result needs no name."""
    return "" if name == "result" else name


def _wanted(exercise: Exercise, truth: Trial) -> str:
    if not exercise.structured:
        return words.kind(truth.result)
    if exercise.returns:
        return f"{len(exercise.returns)} results: {words.listed(list(exercise.returns))}"
    return words.short(truth.result) if exercise.observe is None else _noun(truth.result)


def _noun(expected: Any) -> str:
    array = plain(expected)
    shape = () if array is None else array.shape
    return f"an array of shape {shape}" if shape else "one number"


def _of_type(value: Any, expected: Any) -> tuple[str, str]:
    if is_tensor(value) and _noun(expected) == "one number":
        return (
            "A tensor that holds one number is still a tensor, and keeps the graph behind it "
            "alive.",
            "Turn it into a Python number: `.item()`.",
        )
    if is_tensor(value):
        return "This chapter's functions work with NumPy.", "Take `np` in place of `torch`."
    if isinstance(value, list | tuple):
        return (
            "The numbers are right or wrong, but not in an array.",
            "Return an array: `np.array(…)` around it, or keep to NumPy's operations.",
        )
    if callable(value):
        return "A function was returned, and not called.", "Look for missing brackets: `f(x)`."
    if value is None:
        return "A part of the result was never computed.", "Give each of the results a value."
    return "", "Look at what stands behind `return`."


def _of_dtype(dtype: np.dtype[Any], wanted: str) -> tuple[str, str]:
    if wanted in "iu":
        return "A count is a whole number.", "Use `//` instead of `/`, or add up without dividing."
    if dtype.kind in "iu":
        return (
            "An array of integers cannot hold fractions: each number was cut off at its point.",
            "Make the array with `np.zeros(shape)`, not `np.zeros_like(x)` of an integer x.",
        )
    if dtype.kind == "b":
        return "A comparison was returned: True and False.", "Return the numbers themselves."
    if dtype.kind == "f":
        return "Half precision has three digits.", "Compute in float32 or float64."
    if dtype.kind == "O":
        return "The array holds Python objects: rows of unequal length?", "Print the array."
    return "", "Print the array: it should hold real numbers."


def _examples(trial: Trial) -> int | None:
    """N: the length of the first argument."""
    first = plain(trial.args[0]) if trial.args else None
    return len(first) if first is not None and first.ndim else None


def _table(exercise: Exercise, trial: Trial, name: str, came: NDArray[Any]) -> tuple[Row, ...]:
    """yours, numeric and their ratio, for the first six numbers."""
    assert exercise.numeric
    numeric = exercise.numeric(*trial.case.fresh())
    if exercise.returns:
        numeric = dict(zip(exercise.returns, numeric, strict=True))[name]
    numeric = np.asarray(numeric, np.float64)
    if numeric.shape != came.shape:
        return ()
    rows: list[Row] = [(name if exercise.returns else "", "yours", "numeric", "ratio")]
    for index in [*np.ndindex(came.shape)][:6]:
        mine, theirs = float(came[index]), float(numeric[index])
        small = abs(theirs) < 1e-7
        share = "–" if small else f"{mine / theirs:.4g}"
        rows.append((str([*index]), f"{mine:.5g}", "0" if small else f"{theirs:.5g}", share))
    return tuple(rows)
