"""What a reader has answered so far: the sentence that counts it, and the file to hand in.

The file holds each answer as text that runs by itself: the function, what it calls, the imports.
What it says of results is for the reader; `make grade` runs the text and believes nothing else.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import json
import re
import sys
import textwrap
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from nnbook.exercises.kit.result import Result, Text

FORMAT = "nnbook answers 1"
LARGEST = 1000  # characters of a constant that goes along

_checked: dict[str, tuple[Any, str]] = {}  # by exercise: what was checked last, and the status
_met: list[str] = []  # what was checked at all, last the latest


def keep(name: str, f: Any, result: Result) -> None:
    """Remember what was checked; the answer only if there is one."""
    _met.append(name)
    if result.status != "stub":
        _checked[name] = f, result.status


def report(names: list[str], title: Callable[[str], str]) -> Text:
    """ "7 of the book’s 25 exercises passed, next: gelu, “A soft gate”.", in this kernel."""
    passed = [name for name in names if _checked.get(name, (None, ""))[1] == "passed"]
    return _counted(passed, names, title)


def export(name: str, names: list[str], title: Callable[[str], str]) -> Text:
    """Write NAME.json with the answers that were checked, beside those that are in it already.

    ValueError for a name that no file can have, and for a file that is something else.
    """
    if not isinstance(name, str) or not re.search(r"\w", name):
        raise ValueError(f'whose answers? exercises.export("Ada Lovelace"), got {name!r}')
    path = Path(re.sub(r"[^\w.-]+", "-", name).strip("-.") + ".json")
    answers = _answers_in(path)
    alone = []
    for exercise, (f, status) in _checked.items():
        try:
            text = standing_alone(f)
        except (ValueError, OSError, SyntaxError, TypeError) as error:
            alone.append(f"{exercise} is not in it: {error}.")
            continue
        answers[exercise] = {"function": f.__name__, "source": text, "here": status}
    saved = datetime.now().astimezone().isoformat(timespec="seconds")
    ordered = {exercise: answers[exercise] for exercise in names if exercise in answers}
    whole = {"format": FORMAT, "name": name, "saved": saved, "answers": ordered}
    path.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", "utf-8")
    passed = [exercise for exercise in ordered if ordered[exercise].get("here") == "passed"]
    count = "1 answer" if len(ordered) == 1 else f"{len(ordered)} answers"
    parts = [f"{path} holds {count}.", *alone, _counted(passed, names, title)]
    return Text("\n".join(parts), "\n\n".join(parts))


def _counted(passed: list[str], names: list[str], title: Callable[[str], str]) -> Text:
    left = [name for name in names if name not in passed]
    here = [name for name in left if name in _met]
    later = [name for name in left if _met and names.index(name) > names.index(_met[-1])]
    left = here or later or left
    count = f"{len(passed)} of the book’s {len(names)} exercises passed"
    return Text(f"{count}, next: {left[0]}, “{title(left[0])}”." if left else f"{count}.")


def _answers_in(path: Path) -> dict[str, Any]:
    """What an earlier export has written: other chapters have kernels of their own."""
    if not path.exists():
        return {}
    try:
        data = json.loads(path.read_text("utf-8"))
        if data["format"] != FORMAT:
            raise ValueError
        return {str(key): dict(value) for key, value in data["answers"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError(
            f"{path} is no file of answers: move it away, or export under another name"
        ) from None


def standing_alone(f: Any) -> str:
    """The source of a function with all that it uses: imports, constants, functions beside it.

    ValueError for what has no source of its own, such as a lambda.
    """
    if not isinstance(f, FunctionType) or f.__name__ == "<lambda>":
        raise ValueError("only a function that is made with `def` can be handed in")
    imports: dict[str, None] = {}
    texts: dict[str, str] = {}  # a dict keeps the order, and each text once

    def take(name: str, value: Any) -> None:
        if name in texts or (hasattr(builtins, name) and getattr(builtins, name) is value):
            return
        if home := _home(name, value, f.__module__):
            imports[home] = None
        elif getattr(value, "__name__", "") == "<lambda>":
            raise ValueError(f"it uses {name}, a lambda: make {name} with `def`, and check again")
        elif isinstance(value, FunctionType | type):
            texts[name] = ""  # it may call itself
            text = _source(value)
            inside = inspect.unwrap(value) if isinstance(value, FunctionType) else None
            around = f.__globals__ if inside is None else inside.__globals__
            for other in sorted(_names(text)):
                found = _closed(inside).get(other, around.get(other, texts))
                if found is not texts:
                    take(other, found)
            del texts[name]  # behind what it needs when it is defined
            texts[name] = (
                text if value.__name__ == name else f"{text}\n\n\n{name} = {value.__name__}"
            )
        else:
            texts[name] = f"{name} = {_constant(name, value)}"

    take(f.__name__, f)
    return "\n\n\n".join(filter(None, ["\n".join(sorted(imports)), *texts.values()])) + "\n"


def _home(name: str, value: Any, own: str) -> str:
    """The line that imports it; "" for what the notebook has made itself."""
    if isinstance(value, ModuleType):
        return f"import {value.__name__} as {name}" if value.__name__ != name else f"import {name}"
    module = getattr(value, "__module__", None)
    if module == own or module == "__main__":
        return ""
    known = [module] if isinstance(module, str) else []
    if isinstance(value, np.ufunc):  # has no module
        known += ["numpy", "scipy.special"]
    for home in known:
        here = sys.modules.get(home)
        for theirs in (
            getattr(value, "__qualname__", name),
            getattr(value, "__name__", name),
            name,
        ):
            if getattr(here, theirs, None) is value:
                alias = "" if theirs == name else f" as {name}"
                return f"from {home} import {theirs}{alias}"
    return ""


def _source(value: Any) -> str:
    """Its lines, moved to the left edge."""
    try:
        return textwrap.dedent(inspect.getsource(value)).rstrip()
    except (OSError, TypeError):
        raise ValueError(f"the source of {value.__name__} is not to be had: run its cell") from None


def _names(text: str) -> set[str]:
    """The names that a piece of source takes from around it."""
    import symtable  # here, since a page must start soon

    tables, found = [symtable.symtable(text, "answer", "exec")], set()
    while tables:
        table = tables.pop()
        tables += table.get_children()
        for symbol in table.get_symbols():
            inside = table.get_type() != "module"
            if symbol.is_global() if inside else not symbol.is_assigned():
                found.add(symbol.get_name())
    return found


def _closed(f: FunctionType | None) -> dict[str, Any]:
    """What a function has from the function around it."""
    if f is None or f.__closure__ is None:
        return {}
    found = {}
    for name, cell in zip(f.__code__.co_freevars, f.__closure__, strict=True):
        with suppress(ValueError):  # empty as yet
            found[name] = cell.cell_contents
    return found


def _constant(name: str, value: Any) -> str:
    """A number, text, list or array as source."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        text = f'__import__("numpy").array({value.tolist()!r}, "{value.dtype}")'
    else:
        text = repr(value)
        try:
            if ast.literal_eval(text) != value:
                raise ValueError
        except (ValueError, SyntaxError, TypeError):
            raise ValueError(f"it uses {name}, which no text can say") from None
    if len(text) > LARGEST:
        raise ValueError(f"it uses {name}, which is too large to go along")
    return text
