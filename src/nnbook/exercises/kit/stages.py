"""The checks, in the order of teaching. Each looks at one trial beside the reference's.

returned → type → order → shape → laws → values → dtype → input untouched; None means "go on".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnbook.exercises.kit import limit, words, written
from nnbook.exercises.kit.exercise import Exercise
from nnbook.exercises.kit.guess import of_error, of_numbers, of_shape
from nnbook.exercises.kit.result import Row
from nnbook.exercises.kit.trial import Trial
from nnbook.exercises.kit.values import close, is_tensor, plain, same


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

IN_PLACE = (  # the lines that change what NAME holds
    r"^NAME(\[.*\])? [-+*/@]=",
    r"^NAME\[.*\] =",
    r"\bNAME\.(pop|append|insert|remove|reverse|clear|extend|sort|fill|\w+_)\(",
    r"^del NAME\b",
    r"\bout=NAME\b",
    r"\bshuffle\(NAME\b",
)


def outputs(exercise: Exercise, trial: Trial) -> dict[str, Any]:
    """The result's parts by name; of a single result the name is "result"."""
    if exercise.returns:
        return dict(zip(exercise.returns, trial.result, strict=True))
    return {"result": trial.result}


def returned(exercise: Exercise, trial: Trial, truth: Trial) -> Complaint | None:
    """It came to an end, and returned something."""
    ended = not trial.timed_out and trial.error is None
    if ended and (trial.result is not None or trial.malformed):
        return None
    wanted = _wanted(exercise, truth)
    if trial.timed_out:
        still = " It could not be stopped: restart the kernel." if trial.still_running else ""
        return Complaint(
            wanted,
            f"nothing within {limit.SECONDS:g} seconds, so the call was stopped.{still}",
            "A loop never ends, or there is far more work than there needs to be.",
            "If there is a loop, print its variable: does it come closer to the end each time?",
        )
    if trial.error is not None:
        advice = of_error(trial.error, trial.line)
        return Complaint(wanted, words.error(trial.error), *advice, where=trial.line)
    if trial.result is None and trial.malformed is None:
        cause = "The function comes to its end without a result."
        if written.has(r"\breturn\b (?!None)", trial.f):
            cause = (
                "What stands behind `return` is None: some methods work in place, and give nothing."
            )
            if not written.ends_with_return(trial.f):
                cause = "No `return` was reached in this call, or what stands behind it is None."
        return Complaint(wanted, "None", cause, "End the function with `return` and the result.")
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


def ordered(exercise: Exercise, trial: Trial, truth: Trial) -> Complaint | None:
    """Several results come in the order that was asked for."""
    names = exercise.returns
    if not names:
        return None
    expected = list(outputs(exercise, truth).values())
    for order in permutations(range(len(names))):  # first the right one
        if all(close(a, expected[k]) for a, k in zip(trial.result, order, strict=True)):
            if list(order) == sorted(order):
                return None
            return Complaint(
                ", ".join(names),
                ", ".join(names[k] for k in order),
                "The results are right, and come in another order.",
                f"End with {words.listed(list(names))}, in this order.",
            )
    return None


REDUCES = r"\.(sum|mean|max|min|prod|any|all|dot|vdot|norm)\(|\bsum\("


def shaped(exercise: Exercise, trial: Trial, truth: Trial) -> Complaint | None:
    """The shapes are right."""
    for name, value, expected in _arrays(exercise, trial, truth):
        if value.shape != expected.shape:
            of = f"{name} of shape" if exercise.returns else "shape"
            cause, step = of_shape(value, expected)
            if not value.shape and not written.has(REDUCES, trial.f):
                step = "Print the shapes from line to line, and compare them with the docstring."
                if written.has(r"\bfor\b", trial.f):
                    step = "Keep what each round of the loop gives, and return all of it."
            return Complaint(f"{of} {expected.shape}", f"{of} {value.shape}", cause, step)
    return None


def finite(exercise: Exercise, trial: Trial, truth: Trial) -> Complaint | None:
    """No NaN and no ∞ where there is a number to be had."""
    for name, value, expected in _arrays(exercise, trial, truth):
        if value.dtype.kind not in "fc":
            continue
        bad = ~np.isfinite(value) & np.isfinite(expected)
        if bad.any():
            nan = bool(np.isnan(value[bad]).any())
            return Complaint(
                *words.pair(_label(name), expected, value),
                "`nan` comes from 0 / 0, ∞ / ∞, ∞ − ∞, 0 · ∞, or from the root or the logarithm of "
                "a negative number."
                if nan
                else "`inf` comes from a division by 0, the logarithm of 0, or a number too large "
                "for the machine.",
                "Print the steps in between for this call, and find the first that is inf or nan.",
            )
    return None


def lawful(exercise: Exercise, trial: Trial, truth: Trial) -> Complaint | None:
    """What must be 0 in every right answer is 0."""
    if finite(exercise, trial, truth):
        return None
    for law in exercise.laws:
        zero, right = (law.zero(outputs(exercise, t), t.args) for t in (trial, truth))
        if zero is None or right is None:
            continue
        slack = (_examples(trial) or 1) * sum(_slack(exercise, trial, truth).values())
        if not close(zero, right, (0, 1e-4), slack + float(np.max(np.abs(right)))):
            came = f"{law.name} = {words.short(zero)}"
            return Complaint(f"{law.name} = 0", came, law.cause, law.step)
    return None


def valued(exercise: Exercise, trial: Trial, truth: Trial) -> Complaint | None:
    """The numbers are right: first, there are some."""
    if infinite := finite(exercise, trial, truth):
        return infinite
    came, expected = _compared(exercise, trial), _compared(exercise, truth)
    for name, value in came.items():
        slack = _slack(exercise, trial, truth).get(name, 0.0)
        if close(value, expected[name], exercise.tolerance.get(name), slack):
            continue
        a, b = plain(value), plain(expected[name])
        texts = words.pair(_label(name), expected[name], value)
        if exercise.observe or a is None or b is None or a.dtype.kind not in "fiub":
            return Complaint(*texts, "", "")
        if explained := _of_dtype(a, b):
            return explained
        others = []
        for other, right in trial.beside:
            if other is not trial and (found := _same_output(exercise, other, right, name)):
                others.append((*found, _examples(other)))
        table = _table(exercise, trial, name, a) if exercise.numeric else ()
        return Complaint(*texts, *of_numbers(a, b, _examples(trial), others), table)
    return None


def dtyped(exercise: Exercise, trial: Trial, truth: Trial) -> Complaint | None:
    """The numbers are of a kind that can hold the answer; float32 and float64 are both fine."""
    for name, value, expected in _arrays(exercise, trial, truth):
        kind, wanted = value.dtype.kind, expected.dtype.kind
        if wanted in "iu":
            if kind in "iu":
                continue
            cause, step = (
                "A count is a whole number.",
                "Use `//` where you divide, or do not divide.",
            )
        elif kind in "iu" or (kind == "f" and value.dtype.itemsize >= 4):
            continue  # whole numbers only get here if they are right
        elif kind == "b" and exercise.observe:
            continue
        else:
            cause, step = _of_kind(value.dtype)
        of = f"{name} of " if exercise.returns else ""
        noun = "whole numbers" if wanted in "iu" else "floating-point numbers"
        return Complaint(f"{of}{noun}", f"{of}{words.numbers(value.dtype)}", cause, step)
    return None


def untouched(exercise: Exercise, trial: Trial, truth: Trial) -> Complaint | None:
    """What was given, and what was returned, is as it was."""
    if trial.changed_arguments:
        name = trial.changed_arguments[0]
        i = exercise.parameters.index(name)
        lines = written.lines(trial.f, i, IN_PLACE)
        copying = "clone" if is_tensor(trial.args[i]) else "copy"
        how = f" It happens here: `{lines[0]}`." if lines else ""
        return Complaint(
            f"{name} as it was, {words.short(trial.args[i])}",
            f"the right result, and {name} changed to {words.short(trial.arguments_after[i])}",
            f"{name} was changed in place, and whoever called the function still needs it.{how}",
            f"Compute something new, or begin with `{name} = {name}.{copying}()`.",
        )
    if not same(trial.result, trial.returned):
        return Complaint(
            f"{words.short(trial.result)}, as it was returned",
            f"{words.short(trial.returned)}, after another call",
            "A later call has changed the result of an earlier one: both return the same array.",
            "Make a new array inside the function, for each call.",
        )
    return None


STAGES: tuple[Stage, ...] = (
    returned,
    typed,
    ordered,
    shaped,
    lawful,
    valued,
    dtyped,
    untouched,
)


def readable(exercise: Exercise, trial: Trial, truth: Trial) -> bool:
    """Can the result be observed: is it of the right type, shape and dtype, and finite?"""
    if trial.result is None:
        return False
    if not exercise.structured:
        return True
    return not any(stage(exercise, trial, truth) for stage in (typed, shaped, finite, dtyped))


def _compared(exercise: Exercise, trial: Trial) -> dict[str, Any]:
    return (trial.observed or {}) if exercise.observe else outputs(exercise, trial)


def _same_output(
    exercise: Exercise, trial: Trial, truth: Trial, name: str
) -> tuple[NDArray[Any], NDArray[Any]] | None:
    """The same output of another call, if it has the right shape."""
    if any(stage(exercise, trial, truth) for stage in (returned, typed, shaped, finite)):
        return None
    return next((a, b) for key, a, b in _arrays(exercise, trial, truth) if key == name)


def _slack(exercise: Exercise, trial: Trial, truth: Trial) -> dict[str, float]:
    """For results in float32: ten times what rounding the arguments to float32 changes."""
    if trial.slack is None:
        trial.slack = {}
        coarse = any(a.dtype == np.float32 for _, a, _ in _arrays(exercise, trial, truth))
        if coarse and not exercise.observe:
            for seed in range(4):
                rng = np.random.default_rng(seed)
                args = [_rounded(a, rng) for a in trial.case.fresh()]
                rounded = Trial(exercise.reference, trial.case, trial.args)
                rounded.result = exercise.reference(*args)
                for name, a, b in _arrays(exercise, rounded, truth):
                    off = 10 * float(np.max(np.abs(a - b), initial=0.0))
                    trial.slack[name] = max(off, trial.slack.get(name, 0.0))
    return trial.slack


def _rounded(value: Any, rng: np.random.Generator) -> Any:
    """An array whose numbers are off by as much as float32 may round them."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value * (1 + 2.0**-24 * rng.choice([-1.0, 1.0], value.shape))
    return value


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
        return _of_list(value, expected)
    if callable(value):
        return "A function was returned, and not called.", "Look for missing brackets: `f(x)`."
    if value is None:
        return "A part of the result was never computed.", "Give each of the results a value."
    return "", "Look at what stands behind `return`."


def _of_list(value: list[Any] | tuple[Any, ...], expected: Any) -> tuple[str, str]:
    """A list or a tuple where an array or a number is wanted; its numbers may be right."""
    kind = type(value).__name__
    if not len(value):
        return f"An empty {kind} came: nothing was put into it.", "Print what stands in it."
    if len(value) > 1 and any(close(part, expected) for part in value):
        return f"The result is right, but other things stand beside it in a {kind}.", (
            "Return it alone."
        )
    if len(value) == 1 and close(value[0], expected):
        return f"The result is right, but it stands in a {kind} of one.", (
            "Return it alone; a comma behind it makes a tuple."
            if kind == "tuple"
            else "Return it without the square brackets."
        )
    try:
        array = np.array(value)
    except Exception:
        array = np.array(None)
    if array.dtype.kind not in "fiub":
        return f"A {kind} came, and not of numbers alone.", "Print what stands behind `return`."
    if close(array, expected):
        return f"The numbers are right, but in a {kind}.", "Put `np.array(…)` around them."
    if _noun(expected) == "one number":
        return f"A {kind} of numbers came, where one is wanted.", "Return one number."
    return f"A {kind} of numbers came, not an array.", (
        "Put `np.array(…)` around them; then the numbers can be compared."
    )


def _of_dtype(came: NDArray[Any], expected: NDArray[Any]) -> Complaint | None:
    """Where the kind of number alone explains that the numbers are wrong."""
    cut = came.dtype.kind in "iu" and expected.dtype.kind == "f"
    with np.errstate(all="ignore"):
        if cut and not np.array_equal(came, np.trunc(expected).astype(came.dtype)):
            return None
    coarse = came.dtype.kind == "f" and came.dtype.itemsize < 4
    told = came.dtype.kind == "b" or (coarse and close(came, expected, (1e-2, 1e-2)))
    if not cut and not told:
        return None
    if cut and not came.ndim:
        cause = "A whole number came, where a fraction is wanted: it was cut off at its point."
        step = "`/` keeps what stands behind the point; `//` and `int` do not."
    elif cut:
        cause = "An array of whole numbers cannot hold fractions: each was cut off at its point."
        step = "Make an array of floats: `np.zeros(shape)`, or `x.astype(float)`."
    else:
        cause, step = _of_kind(came.dtype)
    return Complaint(*words.pair("", expected, came), cause, step)


def _of_kind(dtype: np.dtype[Any]) -> tuple[str, str]:
    if dtype.kind == "b":
        return "True and False came, as from a comparison.", "Return the numbers themselves."
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
