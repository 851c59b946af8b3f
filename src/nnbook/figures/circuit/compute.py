"""The circuit (x + y) · max(z, w), forward and backward, gate by gate, for the figure `circuit`."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from nnbook.nn.activations import Array


class Gate(NamedTuple):
    """A function of two numbers, and its slopes in both, which the gate knows from its inputs."""

    out: str  # the wire that comes out
    inputs: tuple[str, str]
    f: Callable[[float, float], float]
    slopes: Callable[[float, float], tuple[float, float]]


GATES = {  # in the order of the way forward
    "add": Gate("q", ("x", "y"), lambda a, b: a + b, lambda a, b: (1, 1)),
    "max": Gate("m", ("z", "w"), max, lambda a, b: (float(a > b), float(b > a))),
    "multiply": Gate("out", ("q", "m"), lambda a, b: a * b, lambda a, b: (b, a)),
}
WIRES = ("x", "y", "z", "w", "q", "m", "out")


def run(**inputs: float) -> tuple[dict[str, float], dict[str, float]]:
    """The value of each wire, and its gradient ∂out/∂wire, for inputs x, y, z, w."""
    value, gradient = dict(inputs), {"out": 1.0}
    for gate in GATES.values():
        value[gate.out] = gate.f(*(value[name] for name in gate.inputs))
    for gate in reversed(GATES.values()):
        slopes = gate.slopes(*(value[name] for name in gate.inputs))
        for name, slope in zip(gate.inputs, slopes, strict=True):
            gradient[name] = gradient[gate.out] * slope  # upstream × local
    return value, gradient


def table(name: str, firsts: Array, seconds: Array) -> Array:
    """(3, firsts, seconds): what the gate makes of each pair of numbers, and its two slopes."""
    gate = GATES[name]
    return np.array(
        [[[gate.f(a, b), *gate.slopes(a, b)] for b in seconds] for a in firsts], float
    ).transpose(2, 0, 1)
