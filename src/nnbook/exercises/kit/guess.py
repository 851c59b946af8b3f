"""Likely causes that need no knowledge of the exercise: in exceptions, in shapes, in numbers.
No advice is better than a wrong one: each is given only where all that it says is seen."""

from __future__ import annotations

import re
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnbook.exercises.kit.values import near, ratio
from nnbook.exercises.kit.words import short

Advice: TypeAlias = tuple[str, str]  # likely cause, next step
Array: TypeAlias = NDArray[Any]

TURNED = ("The result is transposed.", "Look up in the docstring which axis comes first.")


class Known(NamedTuple):
    """An exception whose cause can be told: by its name, its message and the learner's line."""

    name: str
    message: str  # regular expressions; the empty one fits all
    line: str
    cause: str
    step: str


ERRORS = (
    Known(
        "UnboundLocalError",
        "",
        "",
        "A name was read before it had a value: what a function assigns to is its own.",
        "Give it a value above this line, in every case.",
    ),
    Known(
        "NameError",
        "",
        "",
        "Python does not know this name: a typing error, or the cell with the imports has not run.",
        "Compare the spelling, and run the notebook from the top.",
    ),
    Known(
        "TypeError",
        "converted to Python scalars",
        r"\bmath\.erfc?\(",
        "The functions of `math` take one number, and here came an array.",
        "NumPy has no such function, but SciPy: `from scipy.special import erf`.",
    ),
    Known(
        "TypeError",
        "converted to Python scalars",
        r"\bmath\.",
        "The functions of `math` take one number, and here came an array.",
        "Use NumPy's function of that name: `np.exp` instead of `math.exp`.",
    ),
    Known(
        "TypeError",
        "converted to Python scalars",
        r"(?<![.\w])(float|int)\(",
        "One Python number cannot hold an array of several.",
        "Keep the array as it is, or add it up first.",
    ),
    Known(
        "TypeError",
        r"bitwise_xor|for \^",
        r"\^",
        "In Python `^` is no power: it compares the bits of two whole numbers.",
        "Write `**`.",
    ),
    Known(
        "TypeError",
        r"unsupported operand .*'(numpy\.ufunc|function|builtin_function_or_method|method)'",
        "",
        "A function itself stands in this line, where its result is wanted.",
        "Call it: its argument stands behind it in round brackets.",
    ),
    Known(
        "TypeError",
        "cannot be interpreted as an integer",
        r"\brange\(len\)",
        "`range` was given the function `len` itself.",
        "Say of what: `range(len(x))`.",
    ),
    Known(
        "TypeError",
        "'float' object cannot be interpreted as an integer",
        "",
        "A whole number is wanted in this line, and a float came.",
        "Divide with `//` where a count is meant.",
    ),
    Known(
        "TypeError",
        r"positional argument|keyword argument|takes no arguments",
        "",
        "A function was called with other arguments than it takes.",
        "Look up what the function in this line takes, and in which order.",
    ),
    Known(
        "TypeError",
        "object is not subscriptable",
        "",
        "Square brackets stand behind something that has no entries.",
        "Round brackets call a function; square ones pick an entry.",
    ),
    Known(
        "TypeError",
        "object is not callable",
        "",
        "Round brackets stand behind something that is no function.",
        "Look for a missing `*`, or for a name that was given to something else.",
    ),
    Known(
        "UFuncTypeError",
        r"Cannot cast ufunc .* from dtype\('float\d+'\) to dtype\('u?int",
        r"[-+*/]=",
        "The result of a calculation with floats was to be written into an array of whole numbers.",
        "Make a new array, `a = a - b`, instead of changing one in place.",
    ),
    Known(
        "ValueError",
        "ambiguous",
        r"(?<![.\w])max\(",
        "Python's own `max` asks one question of a whole array: which is larger?",
        "Use `np.maximum`, which answers for each number.",
    ),
    Known(
        "ValueError",
        "ambiguous",
        r"(?<![.\w])min\(",
        "Python's own `min` asks one question of a whole array: which is smaller?",
        "Use `np.minimum`, which answers for each number.",
    ),
    Known(
        "ValueError",
        "ambiguous",
        r"\b(if|while|and|or|not)\b",
        "A whole array was asked one question with yes or no for an answer.",
        "Use `np.where`, which answers for each number.",
    ),
    Known(
        "ValueError",
        "non-broadcastable output operand",
        r"[-+*/]=",
        "The result has more numbers than the array on the left, into which it was to be written.",
        "Make a new array, `a = a + b`, instead of changing one in place.",
    ),
    Known(
        "ValueError",
        "matmul|not aligned|operands could not be broadcast|shapes? .*mismatch|mismatch .*shape"
        "|cannot reshape|could not broadcast",
        "",
        "The shapes in this line do not fit together.",
        "Print the `.shape` of each array in this line, and compare with the docstring.",
    ),
    Known(
        "RuntimeError",
        "shapes cannot be multiplied|size of tensor .* must match|shape .* invalid for input",
        "",
        "The shapes in this line do not fit together.",
        "Print the `.shape` of each tensor in this line, and compare with the docstring.",
    ),
    Known(
        "RuntimeError",
        "does not require grad",
        "",
        "There is no graph behind this number, and so no way back to the weights.",
        "Call `backward` on the loss itself, computed from `model(x)` while gradients are on.",
    ),
    Known(
        "RuntimeError",
        "Input dtype must be either a floating point .* Got: Bool",
        "",
        "PyTorch takes no mean of True and False.",
        "Make numbers of them first: `.float()`.",
    ),
    Known(
        "AxisError",
        "out of bounds",
        "",
        "An axis was named that this array does not have.",
        "Print the array's `.shape`; its first axis is axis=0.",
    ),
    Known(
        "IndexError",
        "out of bounds|out of range",
        "",
        "An index is larger than what it picks from.",
        "Print the `.shape` or the length, and the index; counting begins at 0.",
    ),
    Known(
        "IndexError",
        "too many indices",
        "",
        "There are more indices than axes.",
        "Print the array's `.shape`.",
    ),
    Known(
        "ZeroDivisionError",
        "",
        "",
        "A number was divided by 0.",
        "Print what stands below the fraction line in this call.",
    ),
    Known(
        "RecursionError",
        "",
        "",
        "The function calls itself, directly or through another, without end.",
        "Look for its own name inside the function: when does it stop?",
    ),
    Known(
        "AttributeError",
        "has no attribute",
        "",
        "This object has nothing of that name.",
        "Print `type(…)` of what stands left of the dot.",
    ),
)


def of_error(error: BaseException, line: str) -> Advice:
    """For an exception in the learner's line."""
    names = [cls.__name__ for cls in type(error).__mro__]
    code = line.partition(": ")[2].partition("#")[0]
    for known in ERRORS:
        fits = known.name in names and re.search(known.message, str(error))
        if fits and re.search(known.line, code):
            return known.cause, known.step
    return "", "Read the message and the line; print what that line works with."


def of_shape(came: Array, expected: Array) -> Advice:
    """For a shape that is not the expected one."""
    a, b = came.shape, expected.shape
    step = "Print the shapes from line to line, and compare them with the docstring."
    numbers = came.dtype.kind in "fiub"
    if came.ndim > 1 and a == b[::-1]:
        if numbers and near(came.T, expected).all():
            return TURNED
        return "Rows and columns have changed places.", step
    if [n for n in a if n != 1] == [n for n in b if n != 1]:
        return "The numbers have an axis of length 1 too many or too few.", (
            "Look for `keepdims=True`, `[:, None]`, `reshape` or `squeeze`."
        )
    if not a:
        return (
            "One number came where several are wanted.",
            "Say along which axis: axis=0 goes over the examples, axis=1 over the features.",
        )
    if not b:
        return (
            "One number is wanted, over all of the batch.",
            "Look at what is still to be added up.",
        )
    if a[1:] == b and numbers and near(came.sum(axis=0), expected).all():
        return "The batch has not been added up.", "Sum over the examples: axis=0."
    if len(a) == 2 and a[0] == a[1] == b[0]:
        return (
            "There is a number for every pair, and not one for each: a row (N,) beside a column "
            "(N, 1) makes such a table, and so does a product of two tables.",
            "Print the shapes of the two sides of each operation.",
        )
    return "", step


def of_numbers(
    came: Array, expected: Array, n: int | None, others: list[tuple[Array, Array, int | None]]
) -> Advice:
    """For numbers of the right shape. n: how many examples; others: the same of other calls."""
    step = "Work out one number of this call by hand, and print the steps in between."
    factor, offset = ratio(came, expected), np.asarray(came, np.float64) - expected
    if factor is not None and abs(factor - 1) > 1e-2:
        return _of_factor(factor, n, others) or ("", step)
    if not came.size or not np.isfinite(offset).all():
        return "", step
    rounded = [k for k in range(2, 8) if np.array_equal(came, np.round(expected, k))]
    if rounded and np.count_nonzero(came) > 2:
        cause = f"The numbers are right, but rounded to {rounded[0]} places behind the point."
        return cause, "Leave the rounding out."
    most, largest = float(np.abs(offset).max()), float(np.abs(expected).max())
    if came.size > 1 and most > 1e-3 * largest and np.ptp(offset) < 1e-6 * max(largest, most):
        return (
            f"Every number is off by the same amount, {short(float(offset.flat[0]))}.",
            "Look for something that is added, or left out.",
        )
    if most < 1e-2 * largest:
        return (
            f"Nearly right, off by up to {short(most)}, which is more than rounding should be.",
            "Look for a formula or a constant that is only nearly the one that is meant, and for "
            "large numbers that are taken from one another.",
        )
    if came.ndim == 2 and came.shape[0] == came.shape[1] and near(came.T, expected).all():
        return TURNED
    right = near(came, expected)
    if came.size > 1 and right.any():
        where = [int(i) for i in np.argwhere(~right)[0]]
        verb = "is" if right.sum() == 1 else "are"
        count = f"{right.sum()} of {came.size} numbers {verb} right"
        return f"{count}; the first wrong one is at {where}.", step
    return "", step


def _of_factor(
    factor: float, n: int | None, others: list[tuple[Array, Array, int | None]]
) -> Advice | None:
    """A factor that all calls have in common, or that is each call's N or 1/N."""
    found = [(ratio(a, b), m) for a, b, m in others]
    calls = [(c, m) for c, m in found if c is not None] + [(factor, n)]
    if len(calls) < 1 + len(found) / 2:
        return None
    for power, many, cure in (
        (1, "large", "Look for a division by N that is missing, or a factor N that is too many."),
        (-1, "small", "Look for a division by N that is too many, perhaps in a mean."),
    ):
        sizes = {m for _, m in calls if m}
        if n and n > 1 and len(sizes) > 1 and all(m and _is(c, m**power) for c, m in calls):
            cause = f"Every number is {n} times too {many}, and {n} is the number of examples N"
            return f"{cause}: mean against sum.", cure
    if not all(_is(c, factor) for c, _ in calls):
        return None
    if _is(factor, -1):
        return "Every number has the wrong sign.", "Look for a minus that is missing or too many."
    return (
        f"Every number is {short(factor)} times the expected one.",
        "Look for a factor that is missing or too many.",
    )


def _is(factor: float, wanted: float) -> bool:
    return abs(factor / wanted - 1) < 1e-3
