"""Numbers, arrays and anything else that a function may return, in a few words."""

from __future__ import annotations

import inspect
import re
from typing import Any

import numpy as np

from nnbook.exercises.kit.values import is_tensor, plain

MOST = 16  # numbers of an array that are written out


def short(value: Any, digits: int = 4) -> str:
    """Rounded, and short however large it is."""
    array = plain(value)
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, list | tuple):
        inside = [short(part, digits) for part in value[:6]] + ["…"] * (len(value) > 6)
        return f"[{', '.join(inside)}]" if isinstance(value, list) else f"({', '.join(inside)})"
    if array is None:
        return kind(value)
    if array.ndim:
        text = np.array2string(
            array,
            precision=digits,
            suppress_small=digits == 4,
            threshold=MOST,
            edgeitems=2,
            max_line_width=72,
        )
        return f"{text}, of shape {array.shape}" if array.size > MOST else text
    if array.dtype.kind == "f":
        return f"{array.item():.{digits}g}"
    return str(array.item())


def pair(name: str, expected: Any, came: Any) -> tuple[str, str]:
    """Both, with as many digits as it takes to see a difference."""
    texts = [(short(expected, digits), short(came, digits)) for digits in (4, 8, 16)]
    two = next((two for two in texts if two[0] != two[1]), texts[0])
    return named(name, two[0]), named(name, two[1])


def named(name: str, text: str) -> str:
    """name = text, its lines one below the other; a result without a name stands alone."""
    if not name:
        return text
    indent = "\n" + " " * (len(name) + 3)
    return f"{name} = {text.replace(chr(10), indent)}"


def kind(value: Any) -> str:
    """What it is: "a list", "an array of shape (2, 3)"."""
    if value is None or value is ...:
        return repr(value)
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if isinstance(value, np.random.Generator):
        return "a random generator"
    if is_tensor(value):
        return f"a PyTorch tensor of shape {tuple(value.shape)}"
    array = plain(value)
    if array is not None:
        return f"an array of shape {array.shape}" if array.ndim else f"the number {short(value)}"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    if inspect.isgenerator(value):
        return "a generator"
    if inspect.isroutine(value):
        return f"the function {getattr(value, '__name__', '')}".rstrip()
    if isinstance(value, str):
        return f"the text {safe(value)}"
    name = type(value).__name__
    return f"{'an' if name[0] in 'AEIOUaeiou' else 'a'} {name}"


def numbers(dtype: np.dtype[Any]) -> str:
    """What an array holds, in the same words on every machine: "whole numbers"."""
    many = {"i": "whole numbers", "u": "whole numbers", "b": "True and False"}
    many |= {"O": "Python objects", "c": "complex numbers"}
    return many.get(dtype.kind, f"dtype {dtype}")


def error(error: BaseException) -> str:
    """The exception's name and message, without paths, addresses, the width of an integer, and
    where a recursion met its end: that is elsewhere in each Python."""
    try:
        text = " ".join(str(error).split())
    except BaseException:  # whatever its __str__ raises
        text = ""
    text = re.sub(r"(?<![\w.])/(?:[^\s/'\"]+/)+", "", text)
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", text)
    text = re.sub(r"\b(u?int)(8|16|32|64)\b", r"\1", text)
    text = re.sub(r"(maximum recursion depth exceeded).*", r"\1", text)
    name = type(error).__name__
    return f"{name}: {text[:240]}" if text else name


def safe(value: Any) -> str:
    """repr, short, and never an exception."""
    try:
        text = repr(value)
    except Exception:
        text = f"<{type(value).__name__}>"
    return text if len(text) <= 60 else f"{text[:57]}…"


def listed(words: list[str]) -> str:
    """a, b and c."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
