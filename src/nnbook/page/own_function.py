"""The reader's own function, typed in a figure: an expression in x becomes tables to draw."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from nnbook.experiments.curve import SEEN, readers_own
from nnbook.nn import activations
from nnbook.nn.activations import Array

OURS = ("relu", "sigmoid", "gelu", "tanh", "normal_cdf")
NUMPYS = {name: thing for name, thing in vars(np).items() if not name.startswith("_")}
KNOWN = {**NUMPYS, **{name: getattr(activations, name) for name in OURS}, "np": np}
BUILTINS = {"__import__": __import__}  # which NumPy itself needs, and no other
INSTEAD = {  # what works on numbers one by one, or is no power
    "max": "maximum", "min": "minimum", "ln": "log", "sgn": "sign", "erf": "normal_cdf",
}  # fmt: skip


def tabulate(text: str) -> dict[str, Any]:
    """The tables of f and its slope, or in words what is wrong with the text."""
    text = text.strip()
    if not text:
        return {"error": "Type an expression in x: x * tanh(log(1 + exp(x)))."}
    try:
        code = compile(text, "<f(x)>", "eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        why = getattr(error, "msg", error)
        return {"error": f"Python cannot read this ({why}). Write 2 * x for 2x, x**2 for a power."}
    for name in code.co_names:
        if name in INSTEAD:
            return {"error": f"Write {INSTEAD[name]} instead of {name}: x is an array of numbers."}
    if callable(KNOWN.get(text.removeprefix("np."))):
        return {"error": f"{text} is a function: write {text}(x)."}
    if "^" in text:
        return {"error": "^ is no power in Python: write x**2."}

    def f(x: Array) -> Any:
        return np.broadcast_to(eval(code, {"__builtins__": BUILTINS, **KNOWN, "x": x}), x.shape)

    f.__name__ = f"x: {text}"
    try:
        with np.errstate(all="ignore"):  # what is not finite is told
            curve = readers_own(f, None, "f")
            x = np.linspace(-SEEN, 5, 41)
            if not np.allclose(curve.f(x)[5:20], curve.f(x[5:20])):
                return {"error": f"{text} must take each number by itself, and looks at others."}
            tables = curve.tables()
    except (ValueError, TypeError) as error:
        return {"error": words(error, text)}
    return {key: {"dtype": "f4", "data": table.decode("latin-1")} for key, table in tables.items()}


def words(error: Exception, text: str) -> str:
    """What the reader needs of the error of a function."""
    cause = error.__cause__
    if isinstance(cause, NameError):
        return f"There is no {cause.name!r}: x, and NumPy's names, such as exp, sin, maximum, pi."
    if "truth value" in str(cause):
        return f"{text} asks all numbers at once: write where(x > 0, a, b) for a if x > 0 else b."
    if cause is not None:
        return f"{text} raised {type(cause).__name__}: {cause}."
    return str(error).replace(f"f(f=x: {text})", text)


def tabulate_json(text: str) -> str:
    """What the worker calls."""
    return json.dumps(tabulate(text), ensure_ascii=False)
