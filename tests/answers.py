"""Wrong answers to an exercise, made by machine from its solution: slips of the hand in the source,
and what goes wrong around a right function.

    for mutant in wrong_answers(exercise, names):
        print(mutant.change)
        exercises.check(exercise.name, mutant.function)
"""

import ast
import copy
import linecache
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, NamedTuple

import numpy as np
from mutants import _places, _put, mutants

NUMBERS = count()


class Answer(NamedTuple):
    change: str  # what was done to the solution
    function: Callable[..., Any]


def define(source: str, names: dict[str, Any]) -> dict[str, Any]:
    """What a cell with this source defines; its lines can be read, as in a notebook."""
    file = f"<cell {next(NUMBERS)}>"
    linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
    own = dict(names)
    exec(compile(source, file, "exec"), own)
    return own


def wrong_answers(exercise: Any, names: dict[str, Any]) -> Iterator[Answer]:
    """All of them; names: what the chapter has imported."""
    source, seen = exercise.source, Counter[str]()
    for change, text in slips(source):
        seen[change] += 1
        place = f" ({seen[change]})" if seen[change] > 1 else ""
        yield Answer(change + place, define(text, names)[exercise.name])
    yield from around(exercise, define(source, names)[exercise.name])


def slips(source: str) -> Iterator[tuple[str, str]]:
    """Each source with one slip of the hand."""
    made = {ast.unparse(ast.parse(source))}
    for mutant in mutants(source):
        made.add(mutant.text)
        yield mutant.change, mutant.text
    tree = ast.parse(source)
    for parent, field, k, node in list(_places(tree)):
        for new in _forgotten(node):
            before = ast.unparse(node)
            _put(parent, field, k, new)
            text = ast.unparse(ast.fix_missing_locations(tree))
            _put(parent, field, k, node)
            if text not in made:
                made.add(text)
                yield f"{before} → {ast.unparse(new)}", text


def _forgotten(node: ast.AST) -> Iterator[ast.AST]:
    """A term, a keyword, a transpose, a sign, a function that was left out, or put in."""
    match node:
        case ast.BinOp(left, op, right):
            yield from (left, right)
            if isinstance(op, ast.Sub | ast.Div | ast.MatMult | ast.Pow):
                yield ast.BinOp(right, op, left)
        case ast.Attribute(value, "T"):
            yield value
        case ast.Tuple([*parts]) if isinstance(node.ctx, ast.Load) and len(parts) > 1:
            yield ast.Tuple(parts[::-1], ast.Load())
            for i in range(len(parts)):
                yield ast.Tuple([*parts[:i], ast.UnaryOp(ast.USub(), parts[i]), *parts[i + 1 :]])
        case ast.Call(function, args, keywords):
            for i in range(len(keywords)):
                yield ast.Call(function, args, keywords[:i] + keywords[i + 1 :])
            if len(args) == 2:
                yield ast.Call(function, args[::-1], keywords)
            if len(args) == 1 and not keywords:
                yield args[0]
            if ast.unparse(function) in ("np.log", "np.sqrt") and args:
                tiny = ast.BinOp(args[0], ast.Add(), ast.Constant(1e-12))
                yield ast.Call(function, [tiny], keywords)
        case ast.Return(value) if value:
            yield ast.Return(ast.UnaryOp(ast.USub(), value))


def around(exercise: Any, right: Callable[..., Any]) -> Iterator[Answer]:
    """A right function, and what goes wrong around it: casts, chance, memory, what it is given."""
    places = range(len(exercise.parameters))
    first = exercise.cases[0].fresh()
    for i in places:
        name = exercise.parameters[i]
        if isinstance(first[i], np.ndarray):
            for kind in ("float32", "int"):
                yield Answer(f"{name} as {kind}", _with(right, i, lambda a, k=kind: a.astype(k)))
            yield Answer(f"{name} overwritten", _overwriting(right, i))
        if isinstance(first[i], np.random.Generator):
            for change, chance in CHANCES.items():
                yield Answer(f"{name}: {change}", _with(right, i, chance))
            yield Answer(f"{name}: the first one for ever", _first_for_ever(right, i))
            yield Answer(f"{name}: put back", _put_back(right, i))
    for change, spoil in SPOILED.items():
        yield Answer(f"result {change}", lambda *args, s=spoil: _each(s, right(*args)))
    yield Answer("of the call before", _late(right))
    yield Answer("only for the sizes of the fixed cases", _only_shown(exercise, right))


SPOILED: dict[str, Callable[[Any], Any]] = {
    "as int": lambda a: a.astype(int),
    "as float16": lambda a: a.astype(np.float16),
    "transposed": lambda a: a.T if a.ndim > 1 and len(a) > 1 else a + 1,
    "in reverse": lambda a: a[::-1] if a.ndim and len(a) > 1 else a + 1,
    "0.1 % off": lambda a: a * 1.001,
    "a little off": lambda a: a + 1e-3,
    "off at one place": lambda a: a + 0.1 * (np.arange(a.size) == a.size - 1).reshape(a.shape),
    "with an axis more": lambda a: a[None],
    "flat": lambda a: a.ravel() if a.ndim > 1 else a[None],
    "as a list": lambda a: np.atleast_1d(a).tolist(),
}


class Fake:
    """Passes for a generator, and draws in a way of its own."""

    def __init__(self, rng: np.random.Generator, way: Callable[..., Any]):
        self.rng, self.way = rng, way

    def random(self, shape: Any = ()) -> Any:
        return self.way(self.rng, shape, False)

    def normal(self, loc: float, scale: float, shape: Any) -> Any:
        return loc + scale * self.way(self.rng, shape, True)

    def permutation(self, n: int) -> Any:
        return np.argsort(np.ravel(self.way(self.rng, (n,), False)), kind="stable")


def _draw(rng: np.random.Generator, shape: Any, normal: bool) -> Any:
    return rng.normal(size=shape) if normal else rng.random(shape)


def _quantiles(shape: Any, normal: bool) -> Any:
    from scipy.special import ndtri

    n = int(np.prod(shape))
    even = (np.arange(n) + 0.5) / n
    return (ndtri(even) if normal else even).reshape(shape)


def _halves(rng: np.random.Generator, shape: Any, normal: bool) -> Any:
    n = int(np.prod(shape))
    half = _draw(rng, (n + 1) // 2, normal)
    mirrored = -half if normal else 1 - half
    return np.concatenate([half, mirrored])[:n].reshape(shape)


def _rows(rng: np.random.Generator, shape: Any, normal: bool) -> Any:
    return np.broadcast_to(_draw(rng, (1, *shape[1:]), normal), shape) + np.zeros(shape)


def _columns(rng: np.random.Generator, shape: Any, normal: bool) -> Any:
    return np.broadcast_to(_draw(rng, (*shape[:-1], 1), normal), shape) + np.zeros(shape)


def _turned(rng: np.random.Generator, shape: Any, normal: bool) -> Any:
    flat = _quantiles(shape, normal).ravel()
    return np.roll(flat, int(rng.integers(max(1, flat.size)))).reshape(shape)


CHANCES: dict[str, Callable[[np.random.Generator], Any]] = {
    "a fixed seed": lambda rng: np.random.default_rng(0),
    "without a seed": lambda rng: np.random.default_rng(),
    "quantiles in order": lambda rng: Fake(rng, lambda rng, s, normal: _quantiles(s, normal)),
    "quantiles in reverse": lambda rng: Fake(
        rng, lambda rng, s, normal: _quantiles(s, normal).ravel()[::-1].reshape(s)
    ),
    "quantiles, shuffled": lambda rng: Fake(
        rng,
        lambda rng, s, normal: (
            rng.permutation(_quantiles(s, normal).ravel()).reshape(s)
            if len(s) > 1
            else _quantiles(s, normal)
        ),
    ),
    "quantiles, turned": lambda rng: Fake(rng, _turned),
    "halves mirrored": lambda rng: Fake(rng, _halves),
    "one row for all": lambda rng: Fake(rng, _rows),
    "one column for all": lambda rng: Fake(rng, _columns),
    "sorted": lambda rng: Fake(
        rng, lambda rng, s, n: np.sort(_draw(rng, s, n), axis=None).reshape(s)
    ),
}


def _with(f: Callable[..., Any], i: int, change: Callable[[Any], Any]) -> Callable[..., Any]:
    return lambda *args: f(*args[:i], change(args[i]), *args[i + 1 :])


def _overwriting(f: Callable[..., Any], i: int) -> Callable[..., Any]:
    def g(*args: Any) -> Any:
        result = f(*args)
        args[i][...] = 1 - args[i]
        return result

    return g


def _first_for_ever(f: Callable[..., Any], i: int) -> Callable[..., Any]:
    seen: list[Any] = []

    def g(*args: Any) -> Any:
        seen.append(args[i])
        return f(*args[:i], seen[0], *args[i + 1 :])

    return g


def _put_back(f: Callable[..., Any], i: int) -> Callable[..., Any]:
    return _with(f, i, copy.deepcopy)


def _late(f: Callable[..., Any]) -> Callable[..., Any]:
    results: list[Any] = []

    def g(*args: Any) -> Any:
        results.append(f(*args))
        return results[max(0, len(results) - 2)]

    return g


def _only_shown(exercise: Any, f: Callable[..., Any]) -> Callable[..., Any]:
    """Right for arguments as large as those of the fixed cases."""

    def sizes(args: Any) -> str:
        return repr([_size(a) for a in args])

    shown = {sizes(case.fresh()) for case in exercise.cases}
    return lambda *args: f(*args) if sizes(args) in shown else _each(lambda a: 2 * a + 1, f(*args))


def _size(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_size(part) for part in value]
    if hasattr(value, "dataset"):
        return [_size(part) for part in value.dataset.tensors]
    return value if isinstance(value, int) else tuple(getattr(value, "shape", ()))


def _each(spoil: Callable[[Any], Any], value: Any) -> Any:
    """The first number or array of a result spoiled."""
    if isinstance(value, list | tuple):
        return type(value)([_each(spoil, value[0]), *value[1:]])
    if isinstance(value, np.ndarray):
        return spoil(value)
    spoiled = spoil(np.asarray(value))
    return spoiled.item() if isinstance(spoiled, np.ndarray) and not spoiled.ndim else spoiled
