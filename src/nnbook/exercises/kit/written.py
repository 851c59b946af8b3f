"""What stands in an answer: so that no advice speaks of what is not there."""

from __future__ import annotations

import ast
import functools
import inspect
import re
import textwrap
from collections.abc import Sequence
from contextlib import suppress
from types import CodeType
from typing import Any

import numpy as np


def function(f: Any) -> Any:
    """The plain function inside a partial, a method or an object that can be called; or None."""
    while isinstance(f, functools.partial):
        f = f.func
    if not inspect.isroutine(f) and not isinstance(f, type):
        f = getattr(type(f), "__call__", f)  # noqa: B004, which means hasattr
    f = inspect.unwrap(getattr(f, "__func__", f))
    return f if inspect.isfunction(f) else None


def text(f: Any) -> str:
    """Its source and that of its helpers, without comments and docstrings; "" if unknown."""
    found: dict[Any, str] = {}
    waiting = [function(f)]
    while waiting:
        f = waiting.pop()
        if f is None or f in found:
            continue
        found[f] = ""
        with suppress(Exception):
            found[f] = _bare(textwrap.dedent(inspect.getsource(f)))
        names = {
            name: f.__globals__.get(name) for code in _codes(f.__code__) for name in code.co_names
        }
        helpers = [g for g in names.values() if inspect.isfunction(g)]
        waiting += [g for g in helpers if g.__code__.co_filename == f.__code__.co_filename]
    return "\n".join(found.values())


def has(pattern: str, f: Any) -> bool:
    """Is there such a piece of code in it? The pattern meets the source as Python prints it."""
    return re.search(pattern, text(f)) is not None


def ends_with_return(f: Any) -> bool:
    """Is its last statement a `return`, so that it comes to no other end?"""
    try:
        node = ast.parse(textwrap.dedent(inspect.getsource(function(f)))).body[0]
    except (OSError, TypeError, SyntaxError):
        return True
    return not isinstance(node, ast.FunctionDef) or isinstance(node.body[-1], ast.Return)


def lines(f: Any, place: int, patterns: Sequence[str]) -> list[str]:
    """The lines that fit one of the patterns, with f's own argument of that place as NAME."""
    try:
        name = list(inspect.signature(f).parameters)[place]
    except (TypeError, ValueError, IndexError):
        return []
    found = [line.strip() for line in text(f).splitlines()]
    here = [pattern.replace("NAME", re.escape(name)) for pattern in patterns]
    return [line for line in found if any(re.search(pattern, line) for pattern in here)]


def quotes_it(words: str, f: Any) -> bool:
    """Does all that the words quote in backticks stand in it? The dots of `log_p[…]` are a gap."""
    quoted = [re.sub(r"\s", "", piece).split("…") for piece in re.findall("`([^`]+)`", words)]
    if not quoted:
        return True
    source = re.sub(r"\s", "", text(f))
    return all(part in source for parts in quoted for part in parts)


def forgiving(f: Any) -> Any:
    """The same function, whose == and != between floats allow for rounding; None if it has none."""
    f = function(f)
    if f is None or f.__closure__:
        return None
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(f)))
    except (OSError, TypeError, SyntaxError):
        return None
    node = tree.body[0]
    if not isinstance(node, ast.FunctionDef):
        return None
    node.decorator_list, before = [], ast.unparse(tree)
    tree = ast.fix_missing_locations(_Forgiving().visit(tree))
    if ast.unparse(tree) == before:
        return None
    names = dict(f.__globals__, _close=_close)
    exec(compile(tree, "<answer>", "exec"), names)
    return names[node.name]


class _Forgiving(ast.NodeTransformer):
    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        if len(node.ops) != 1 or not isinstance(node.ops[0], ast.Eq | ast.NotEq):
            return node
        equal = ast.Constant(isinstance(node.ops[0], ast.Eq))
        inside = [node.left, node.comparators[0], equal]
        return ast.Call(ast.Name("_close", ast.Load()), inside, [])


def _close(a: Any, b: Any, equal: bool) -> Any:
    if any(np.asarray(value).dtype.kind == "f" for value in (a, b)):
        return np.isclose(a, b) == equal
    return a == b if equal else a != b


def _bare(source: str) -> str:
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a lambda inside an expression, for example
        return source
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
            node.decorator_list = []
    return ast.unparse(tree)


def _codes(code: CodeType) -> list[CodeType]:
    inside = [c for c in code.co_consts if isinstance(c, CodeType)]
    return [code, *(deep for c in inside for deep in _codes(c))]
