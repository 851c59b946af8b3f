"""Likely causes that need no knowledge of the exercise: in exceptions, in shapes, in numbers."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnbook.exercises.kit.values import near, ratio
from nnbook.exercises.kit.words import short

Advice: TypeAlias = tuple[str, str]  # likely cause, next step

ERRORS = (  # exception, a word of its message, cause, step
    (
        "NameError",
        "",
        "Python does not know this name: a typing error, or the cell with the imports has not run.",
        "Compare the spelling, and run the notebook from the top.",
    ),
    (
        "TypeError",
        "scalar",
        "A function for single numbers, such as those of `math`, was given an array.",
        "Use NumPy's function of that name: `np.exp` instead of `math.exp`.",
    ),
    (
        "TypeError",
        "argument",
        "A function was called with other arguments than it takes.",
        "Look up what the function in this line takes, and in which order.",
    ),
    (
        "UFuncTypeError",
        "cast",
        "The result of a calculation with floats was written into an array of integers.",
        "Make a new array, `a = a - b`, instead of changing one in place, `a -= b`.",
    ),
    (
        "ValueError",
        "ambiguous",
        "An `if` or `max` asks one question of a whole array.",
        "Use `np.where` or `np.maximum`, which answer for each number.",
    ),
    (
        "ValueError",
        "",
        "Most often the shapes in this line do not fit together.",
        "Print the `.shape` of each array in this line, and compare with the docstring.",
    ),
    (
        "IndexError",
        "",
        "An index is larger than the array.",
        "Print the array's `.shape` and the index; counting begins at 0.",
    ),
    (
        "ZeroDivisionError",
        "",
        "A number was divided by 0.",
        "Print what stands below the fraction line in this call.",
    ),
    (
        "RecursionError",
        "",
        "The function calls itself without end.",
        "Look for its own name inside the function: a formula is meant there.",
    ),
    (
        "AttributeError",
        "",
        "This object has nothing of that name.",
        "Print `type(…)` of what stands left of the dot.",
    ),
)


def of_error(error: BaseException) -> Advice:
    """For an exception in the learner's code."""
    names = [cls.__name__ for cls in type(error).__mro__]
    for name, word, cause, step in ERRORS:
        if name in names and word in str(error):
            return cause, step
    return "", "Read the message and the line; print what that line works with."


def of_shape(came: tuple[int, ...], expected: tuple[int, ...]) -> Advice:
    """For a shape that is not the expected one."""
    step = "Print the shapes from line to line, and compare them with the docstring."
    if len(came) > 1 and came == expected[::-1]:
        return "The result is transposed.", "Swap the two sides: rows are examples."
    if not came and expected:
        return (
            "Everything was added up to one number.",
            "Say along which axis: axis=0 goes over the examples, axis=1 over the features.",
        )
    if came and not expected:
        return (
            "One number is wanted, over all of the batch.",
            "Take the sum or mean without an axis, or look for one that is missing.",
        )
    if came[1:] == expected and came[:1] != expected[:1]:
        return "The batch has not been added up.", "Sum over the examples: axis=0."
    squeezed = [n for n in came if n != 1]
    if squeezed == [n for n in expected if n != 1]:
        return "The numbers have an axis of length 1 too many or too few.", (
            "Look for `keepdims=True`, `[:, None]`, `reshape` or `squeeze`."
        )
    if len(came) == 2 and expected and came[0] == came[1] == expected[0]:
        return (
            "A row met a column: shapes (N,) and (N, 1) make (N, N).",
            "Print the shapes of the two sides of the last operation.",
        )
    return "", step


def of_numbers(came: NDArray[Any], expected: NDArray[Any], n: int | None) -> Advice:
    """For numbers of the right shape. n: how many examples there are."""
    factor, offset = ratio(came, expected), np.asarray(came, np.float64) - expected
    if factor is not None and abs(factor - 1) > 1e-2 and (came.size > 1 or factor == -1):
        return _of_factor(factor, n)
    if came.size > 1 and np.ptp(offset) < 1e-6 * max(1.0, float(np.abs(offset).max())):
        return (
            f"Every number is off by the same amount, {short(float(offset.flat[0]))}.",
            "Look for something that is added, or left out: a bias, for example.",
        )
    step = "Work out one number of this call by hand, and print the steps in between."
    if came.size and float(np.abs(offset).max()) < 1e-2 * float(np.abs(expected).max()):
        most = short(float(np.abs(offset).max()))
        return (
            f"Nearly right, off by up to {most}, which is more than rounding: an approximation?",
            "Look for a constant or a formula that is only nearly the one that is meant.",
        )
    if came.ndim == 2 and came.shape[0] == came.shape[1] and near(came.T, expected).all():
        return "The result is transposed.", "Swap the two sides: rows are examples."
    right = near(came, expected)
    if came.size > 1 and right.any():
        where = [int(i) for i in np.argwhere(~right)[0]]
        count = f"{right.sum()} of {came.size} numbers are right; the first wrong one is at"
        return f"{count} {where}.", step
    return "", step


def _of_factor(factor: float, n: int | None) -> Advice:
    if abs(factor + 1) < 1e-3:
        return "Every number has the wrong sign.", "Look for a minus that is missing or too many."
    if n and n > 1 and abs(factor / n - 1) < 1e-3:
        return (
            f"Every number is {n} times too large, and {n} is the number of examples N: "
            "mean against sum.",
            "The mean of the batch is wanted here: divide by N once.",
        )
    if n and n > 1 and abs(factor * n - 1) < 1e-3:
        return (
            f"Every number is {n} times too small, and {n} is the number of examples N: "
            "mean against sum.",
            "The sum over the batch is wanted here: do not divide by N.",
        )
    return (
        f"Every number is {short(factor)} times the expected one.",
        "Look for a factor that is missing or too many.",
    )
