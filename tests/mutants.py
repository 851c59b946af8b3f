"""Mistakes made by machine: every small change of a Python text that could be a slip of the hand.

    for mutant in mutants(text):
        print(mutant.line, mutant.change)
        exec(compile(mutant.text, "mutant", "exec"), {})

Changed are operators, comparisons, conditions, numbers, axes, slices, casts, whole statements, and
functions for their opposites; not what an error says, nor annotations, f-strings and docstrings.
"""

import ast
from collections.abc import Iterator
from typing import NamedTuple

OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
    ast.And: ast.Or, ast.Or: ast.And, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
PAIRS = ["all any", "argmax argmin", "max min", "maximum minimum", "ones zeros", "sum mean"]
OPPOSITE = {a: b for pair in PAIRS for a, b in (pair.split(), pair.split()[::-1])}
OPPOSITE |= {"ones_like": "zeros_like", "zeros_like": "ones_like"}
CASTS = {"array", "asarray", "astype", "bool", "copy", "float", "int"}
TURNED = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)  # by OPERATORS, as by a not
DEEDS = (ast.Expr, ast.AugAssign, ast.Raise, ast.Delete, ast.Break, ast.Continue)
TELLING = (
    ast.AugAssign,
    ast.BinOp,
    ast.BoolOp,
    ast.Call,
    ast.Compare,
    ast.Slice,
    ast.UnaryOp,
    ast.keyword,
)
NO_RESULT = ("strict", "copy")  # zip(a, b, strict=True) and x.astype(t, copy=False) change none
LEFT_ALONE = {"annotation", "returns", "decorator_list", "exc", "cause", "msg"}  # fields


class Mutant(NamedTuple):
    line: int  # where in the text it was made
    change: str  # old → new
    text: str  # all of it with the mistake, but without comments


def mutants(text: str) -> Iterator[Mutant]:
    """Each text with one mistake, in the order of its lines."""
    tree = ast.parse(text)
    made = {ast.unparse(tree)}  # two changes may come to the same
    for parent, field, k, node in list(_places(tree)):
        told = parent if isinstance(parent, TELLING) else node
        before = ast.unparse(told)
        for new in _changes(parent, field, node):
            _put(parent, field, k, new)
            after, whole = ast.unparse(parent if told is parent else new), ast.unparse(tree)
            _put(parent, field, k, node)
            if whole not in made:
                made.add(whole)
                line = next(n.lineno for n in (node, parent) if hasattr(n, "lineno"))
                yield Mutant(line, f"{before} → {after}", whole)


def _places(parent: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """Parent, field, place in the field's list, and node: all that may be changed."""
    if isinstance(parent, ast.Import | ast.ImportFrom | ast.JoinedStr):
        return
    for field, value in ast.iter_fields(parent):
        for k, node in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(node, ast.AST) and field not in LEFT_ALONE:
                yield parent, field, k if isinstance(value, list) else None, node
                yield from _places(node)


def _put(parent: ast.AST, field: str, k: int | None, node: ast.AST) -> None:
    if k is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[k] = node


def _changes(parent: ast.AST, field: str, node: ast.AST) -> Iterator[ast.AST]:
    """What could stand in the node's place by mistake."""
    if field in ("test", "ifs") and not _is_turned_anyway(node):
        yield ast.UnaryOp(ast.Not(), node)
    if isinstance(parent, ast.Slice) and field != "step" and not isinstance(node, ast.Constant):
        yield ast.BinOp(node, ast.Add() if field == "lower" else ast.Sub(), ast.Constant(1))
    match node:
        case ast.operator() | ast.cmpop() | ast.boolop() if type(node) in OPERATORS:
            yield OPERATORS[type(node)]()
        case ast.UnaryOp(ast.USub() | ast.Not(), operand):
            yield operand
        case ast.Constant(bool(value)) if getattr(parent, "arg", "") not in NO_RESULT:
            yield ast.Constant(not value)
        case ast.Constant(0 | 1 as value) if getattr(parent, "arg", "") == "axis":
            yield ast.Constant(1 - value)
        case ast.Constant(int(value)) if not isinstance(value, bool):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Constant(float(value)):
            yield from (ast.Constant(value + 1), ast.Constant(0.0))
        case ast.Call(ast.Name(name) | ast.Attribute(_, name), [*inside]):
            if name in OPPOSITE:
                yield ast.Call(_renamed(node.func, OPPOSITE[name]), node.args, node.keywords)
            if name in ("astype", "copy") and isinstance(node.func, ast.Attribute):
                yield node.func.value
            elif name in CASTS and inside:
                yield inside[0]
        case ast.Expr(ast.Constant()):  # a docstring
            pass
        case ast.Assign([ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()
        case _ if isinstance(node, DEEDS):
            yield ast.Pass()


def _is_turned_anyway(test: ast.AST) -> bool:
    match test:
        case ast.UnaryOp(ast.Not()):
            return True
        case ast.Compare(_, [op]):
            return isinstance(op, TURNED)
    return False


def _renamed(function: ast.expr, name: str) -> ast.expr:
    if isinstance(function, ast.Attribute):
        return ast.Attribute(function.value, name, ast.Load())
    return ast.Name(name, ast.Load())
