"""What a layer costs, and what a stack of layers without f is worth.
The same layer by plain loops, by compiled loops and by the matrix library: counted and timed."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from textwrap import dedent
from time import perf_counter
from typing import Any

import numpy as np

from nnbook import nn
from nnbook.nn.activations import Array


def statements(of: type = nn.Linear, helpers: bool = True) -> list[str]:
    """The statements with which a layer computes, forward and backward, and with `helpers` those of
    what they call in its own file; comments, docstrings and the checks at the door do not count.
    """
    names, seen, found = ["forward", "parameter_gradients", "input_gradient"], set(), []
    module = vars(inspect.getmodule(of))
    for name in names:
        f = vars(of).get(name, module.get(name))
        f = f.fget if isinstance(f, property) else f
        if name in seen or not inspect.isfunction(f) or f.__module__ != of.__module__:
            continue
        seen.add(name)
        (function,) = ast.parse(dedent(inspect.getsource(f))).body
        for node in ast.walk(function):
            if isinstance(node, ast.stmt) and node is not function:
                constant = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
                found += [] if constant else [ast.unparse(node).splitlines()[0]]
            if helpers and isinstance(node, ast.Name | ast.Attribute):
                names.append(node.id if isinstance(node, ast.Name) else node.attr)
    return found


def by_loops(x: Array, W: Array, b: Array) -> Array:
    """y = x Wᵀ + b by loops in Python: one product at a time."""
    y, neurons = [], list(zip(W.tolist(), b.tolist(), strict=True))
    for example in x.tolist():
        outputs = []
        for weights, a in neurons:
            for i in range(len(weights)):
                a += weights[i] * example[i]
            outputs.append(a)
        y.append(outputs)
    return np.array(y, x.dtype)


def by_compiled_loops(x: Array, W: Array, b: Array) -> Array:
    """y = x Wᵀ + b with compiled loops: NumPy's einsum, which calls no matrix library here.

    They multiply several numbers at once, which a plain loop from a C compiler does not.
    """
    return np.asarray(np.einsum("ni,ji->nj", x, W, optimize=False) + b)


def by_matrix_library(x: Array, W: Array, b: Array) -> Array:
    """y = x Wᵀ + b with one matrix product."""
    return x @ W.T + b


def least(calls: Mapping[Any, Callable[[], Any]], rounds: int = 15) -> dict[Any, float]:
    """The least microseconds of each: what the machine can do when nothing disturbs it.

    They take turns, so that what disturbs one disturbs the others, too.
    """
    times: dict[Any, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            start = perf_counter()
            call()
            times[name].append(1e6 * (perf_counter() - start))
    return {name: min(of) for name, of in times.items()}


def race(n: int = 64, d: int = 784, h: int = 512, seed: int = 0) -> dict[str, float]:
    """Microseconds for one batch (n, d) through h neurons, in three ways.

    The Python loops are timed on a single neuron and a few examples, and multiplied up.
    """
    rng = np.random.default_rng(seed)
    layer = nn.Linear(d, h, rng=rng)
    assert layer.bias is not None
    W, b = layer.weight.value, layer.bias.value
    x = rng.random((n, d), np.float32)
    some = x[: min(n, 4)]
    times = least(
        {
            "loops in Python": lambda: by_loops(some, W[:1], b[:1]),
            "compiled loops": lambda: by_compiled_loops(x, W, b),
            "matrix library": lambda: by_matrix_library(x, W, b),
        },
        rounds=30,
    )
    share = len(some) / (n * h)  # of all the work
    return times | {"loops in Python": times["loops in Python"] / share}


def stack(depth: int, seed: int, width: int = 8) -> float:
    """How far a stack of linear layers is from the one layer that it equals, relatively.

    W = W_k … W₁, and b is what the stack makes of an input of zeros.
    """
    rng = np.random.default_rng(seed)
    layers = [nn.Linear(width, width, rng=rng, dtype=np.float64) for _ in range(depth)]
    model = nn.Sequential(*layers)
    x = rng.normal(size=(20, width))
    W = np.eye(width)
    for layer in layers:
        W = layer.weight.value @ W
    one = nn.Linear(width, width, dtype=np.float64)
    assert one.bias is not None
    one.weight.value, one.bias.value = W, model(np.zeros((1, width)))[0]
    return float(np.abs(model(x) - one(x)).max() / np.abs(model(x)).max())
