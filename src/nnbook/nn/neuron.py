"""One artificial neuron: the part that every network is made of.
It weighs its inputs, adds a bias and bends the sum with f."""

from collections.abc import Callable
from math import prod
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from nnbook.nn.activations import Array, floats, relu
from nnbook.nn.checks import Checked, shown

Function: TypeAlias = Callable[[Any], Any]


def checked_weights(name: str, weights: ArrayLike) -> Array:
    """A copy of the weights (D,), D ≥ 1."""
    w = floats(name, weights)
    if w.ndim != 1 or w.size == 0:
        cure = "need one weight for each input, e.g. [0.5, -1.0]"
        raise ValueError(f"{name}: got shape {w.shape}, {cure}")
    return w.copy()


def checked_bias(name: str, bias: ArrayLike) -> float:
    """The bias, one number."""
    if isinstance(bias, bool | np.bool_):
        raise TypeError(f"{name} must be a number, got {bias}")
    b = floats(name, bias)
    if b.ndim != 0:
        got = f"got shape {b.shape}: give bias[0], for example"
        raise ValueError(f"{name} must be one number, {got}")
    return float(b)


def checked_function(name: str, f: Function) -> Function:
    """f, which can be called."""
    if not callable(f):
        got = f"got {shown(f)}: f=nn.sigmoid, for example"
        raise TypeError(f"{name} must be a function, {got}")
    return f


class Neuron:
    """`z = f(w·x + b) = f(Σᵢ wᵢ xᵢ + b)`.

    weights (D,), copied; bias one number; f acts on each number alone.
    Takes x (D,) → one number, or a batch (N, D) → (N,). float32 stays
    float32 when weights and x are; lists and integers count as float64.
    TypeError or ValueError, with the cure, for all that does not fit.
    """

    weights = Checked(checked_weights)
    bias, f = Checked(checked_bias), Checked(checked_function)

    def __init__(
        self,
        weights: ArrayLike,
        bias: float = 0.0,
        f: Function = relu,
    ) -> None:
        self.weights, self.bias, self.f = weights, bias, f

    def pre_activation(self, x: ArrayLike) -> Array:
        """`a = w·x + b = Σᵢ wᵢ xᵢ + b`.  x (D,) → (), (N, D) → (N,)."""
        x = self._checked_input(x)
        return x @ self.weights + self.bias

    def __call__(self, x: ArrayLike) -> Array:
        """`z = f(a)`.  x (D,) → (), (N, D) → (N,)."""
        a = self.pre_activation(x)
        return self._checked_output(self.f(a), np.shape(a))

    def _checked_input(self, x: ArrayLike) -> Array:
        """x as floats, (D,) or (N, D)."""
        x, d = floats("Neuron input", x), self.weights.size
        shape = x.shape
        if x.ndim in (1, 2) and shape[-1] == d:
            return x
        cure = f"x of shape ({d},), or (N, {d}) for a batch"
        if len(shape) > 2 and prod(shape[1:]) == d:
            cure = "images.reshape(len(images), -1)"
        elif shape and prod(shape) == d:
            cure = "x.ravel()"
        elif len(shape) == 1 and d == 1:
            cure = "x.reshape(-1, 1), one row for each example"
        got = "a single number"
        if shape:
            got = f"input of width {shape[-1]}, shape {shape}"
        got = f"{self._size()} got {got}"
        raise ValueError(f"Neuron with {got}; give {cure}")

    def _checked_output(
        self,
        z: ArrayLike,
        shape: tuple[int, ...],
    ) -> Array:
        """What f has made of numbers of that shape."""
        z = floats("the output of Neuron's f", z)
        if z.shape != shape:
            got = f"turned shape {shape} into {z.shape}"
            cure = "it must return one number for each it is given"
            raise ValueError(f"{self!r}: f {got}; {cure}")
        return z[()]

    def _size(self) -> str:
        d = self.weights.size
        return f"{d} weight" if d == 1 else f"{d} weights"

    def __repr__(self) -> str:
        f = getattr(self.f, "__name__", repr(self.f))
        return f"Neuron({self._size()}, bias={self.bias:g}, f={f})"
