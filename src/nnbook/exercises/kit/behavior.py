"""What an exercise asks of the way a result is made, seen from what the function does."""
# mypy: allow-untyped-defs, allow-untyped-calls

import gc
import sys

import numpy as np

from nnbook.exercises.kit.trial import Odd

FAR = 10.0 ** np.linspace(13, 16, 60) * (1 + np.arange(60) % 7 / 7)


def without_loops(f, rng):
    """Python's work must not grow with the sizes: eight times as many of each, one by one."""
    small = (2, 2, 2, 2)
    work_of(f, small, rng)  # what is imported or made ready at the first call
    least = work_of(f, small, rng)
    for k, what in enumerate(("images", "neurons", "rows", "columns")):
        sizes = tuple(16 if i == k else 2 for i in range(4))
        most = work_of(f, sizes, rng)
        if most > 2 * least:
            raise Odd(
                f"as many steps of Python for 16 {what} as for 2",
                f"{most} steps for 16 {what}, {least} for 2",
                f"Right, and still one by one: Python goes over the {what} itself.",
                "Flatten pictures and weights, and let `@` do all of it.",
            )


class Counted(np.ndarray):
    """An array for which Python does some work whenever a piece of it is taken."""

    def __array_finalize__(self, whole):
        pass


def work_of(f, sizes, rng):
    """How many instructions Python goes through in f, for (N, H, R, C)."""
    n, h, r, c = sizes
    args = rng.normal(size=(n, r, c)), rng.normal(size=(h, r, c)), rng.normal(size=h)
    count = 0

    def watch(frame, event, _):
        nonlocal count
        count += event == "opcode"
        frame.f_trace_lines, frame.f_trace_opcodes = False, True
        return watch

    before = sys.gettrace()
    counted = [a.view(Counted) for a in args]
    if hasattr(f, "work"):  # it runs in another process, and is counted there
        return f.work(*counted)
    gc.disable()  # what it clears away elsewhere may take steps of its own
    sys.settrace(watch)
    try:
        f(*counted)
    finally:
        sys.settrace(before)
        gc.enable()
    return count


def sum_of_relus(f, rng):
    """Far to the left every ReLU is 0. Far to the right three large numbers cancel, and leave
    a rounding error, where anything else that is level leaves none."""
    left, middle, right = np.cumsum(rng.uniform([-1, 0.3, 1.1], [0, 0.7, 1.9]))
    at_left, at_right = (np.asarray(f(x, left, middle, right)) for x in (-FAR, FAR))
    if np.any(at_left != 0) or not np.any(at_right != 0):
        side = "right" if np.all(at_left == 0) else "left"
        raise Odd(
            "a sum of three ReLUs, each times a number",
            f"the right numbers, but made in another way: that shows on the {side}",
            "Where three ReLUs cancel, a rounding error stays; where all three are 0, none does."
            f" On the {side} it is the other way round here.",
            "Take `nn.relu(x - left)`, `nn.relu(x - middle)` and `nn.relu(x - right)`, each times "
            "a number, and add them up.",
        )
