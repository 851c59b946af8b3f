"""Notices when an answer has put something of its own in the place of what its judge relies on.

The functions and classes of NumPy, nnbook and Python itself, and the exercises, are remembered as
they are when the exercises are loaded, and so are all modules; `restore` puts them back and names
them.
"""

from __future__ import annotations

import sys
from types import FunctionType, ModuleType
from typing import Any

WATCHED = ("numpy", "builtins", "math", "json", "nnbook.exercises", "nnbook.nn")
OURS = "nnbook.exercises"
PARTS = ("__code__", "__defaults__", "__kwdefaults__")  # of a function
FREE = {f"builtins.{name}" for name in ("_", "input", "open", "print", "breakpoint", "__import__")}
FREE |= {f"{OURS}.kit.limit.SECONDS"}  # kernels, debuggers and tests change these

_modules: set[str] = set()  # those that are remembered
_loaded: dict[str, ModuleType] = {}  # all that Python has loaded
_kept: list[tuple[str, dict[str, Any], Any, dict[str, Any]]] = []  # name, what it holds, itself,
_functions: list[tuple[str, FunctionType, tuple[Any, ...]]] = []  # and what it held
_classes: list[tuple[str, type, set[str]]] = []  # and the names that they had


def restore() -> list[str]:
    """Put back what was replaced; the names of it: ["numpy.isclose"]. Takes in new modules."""
    gone = _loaded.keys() - sys.modules.keys()
    other = {name for name in _modules if sys.modules.get(name) is not _loaded[name]}
    sys.modules.update({name: _loaded[name] for name in gone | other})
    found = [f"sys.modules['{name}']" for name in sorted(other)]
    for place, now, thing, before in _kept:
        for name, value in before.items():
            if now.get(name) is not value:
                setattr(thing, name, value)
                found.append(f"{place}.{name}")
    for place, cls, names in _classes:
        for name in vars(cls).keys() - names:
            if hasattr(vars(cls)[name], "__get__"):  # goes before what instances hold
                delattr(cls, name)
                found.append(f"{place}.{name}")
    for place, function, (code, defaults, named) in _functions:
        if function.__code__ is not code or function.__defaults__ is not defaults:
            function.__code__, function.__defaults__ = code, defaults
            found.append(place)
        if function.__kwdefaults__ is not named:
            function.__kwdefaults__ = named
            found.append(place)
    _take_in(WATCHED, sys.modules.keys() - _loaded.keys())
    return sorted(found, key=len)


def watch(*roots: str) -> None:
    """Remember the modules of these names, and those below them, as they are."""
    _take_in(roots, sys.modules.keys() - _modules)


def _take_in(roots: tuple[str, ...], names: set[str]) -> None:
    """Remember the modules of these names that are `roots` or below them; note all as loaded."""
    below = tuple(f"{root}." for root in roots)
    for name in names:
        if f"{name}.".startswith(below):
            _modules.add(name)
            _remember(name, sys.modules[name])
    _loaded.update(sys.modules)


def _remember(name: str, module: ModuleType) -> None:
    """The module, and what is defined in it: our classes, all functions, and the exercises."""
    _keep(name, module, constants=name.startswith(OURS))
    for key, value in list(vars(module).items()):
        inner = getattr(value, "__wrapped__", value)  # of NumPy's dispatched functions
        if type(value).__name__ == "Exercise":
            _keep(f"{name}.{key}", value, everything=True)
        elif getattr(inner, "__module__", "") != name:
            continue
        elif isinstance(inner, FunctionType):
            _functions.append((f"{name}.{key}", inner, tuple(getattr(inner, p) for p in PARTS)))
        elif isinstance(inner, type) and name.startswith("nnbook"):
            _keep(f"{name}.{key}", inner)
            _classes.append((f"{name}.{key}", inner, {*vars(inner)}))


def _keep(place: str, thing: Any, constants: bool = False, everything: bool = False) -> None:
    before = {
        name: value
        for name, value in vars(thing).items()
        if everything
        or callable(value)
        or isinstance(value, property)
        or (constants and name.isupper())
    }
    for name in [name for name in before if f"{place}.{name}" in FREE]:
        del before[name]
    _kept.append((place, vars(thing), thing, before))
