"""The doors of a layer: what stands in front of its mathematics, so that this gets clean arrays."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook.nn.activations import Array, floats, is_plain
from nnbook.nn.calls import Calls, run

Room = Callable[..., Any]


def door(room: Room) -> Any:
    """A method of ∂L/∂y, which gets it checked."""

    @wraps(room)
    def method(self: Any, grad: ArrayLike) -> Any:
        n = len(self.__dict__)
        x_grad = run(room, self, self._checked_gradient(grad))
        if len(self.__dict__) > n:
            note(self, n)
        if x_grad is None and room.__name__ != "parameter_gradients":
            name = "input_gradient" if "input_gradient" in self._rooms else "backward"
            raise TypeError(f"{self._title} {name} returned None: return ∂L/∂x")
        return x_grad

    return method


def by_backward(self: Any, grad: Array) -> Any:
    """A question to a layer that has a `backward` of its own."""
    return self.backward(grad)


def noted_forward(layer: Any, x: Array) -> Any:
    """forward; which layers it calls is noted, and which attributes it is the first to set."""
    mine = layer.__dict__
    if not layer._output:
        layer._kept = layer._kept | {name for name in mine if mine[name] is None}
    n, calls = len(mine), Calls(x) if layer._recorded else None
    y = run(layer.forward, x, calls=calls)
    if len(mine) > n:
        note(layer, n)
    if calls:
        layer._calls = calls.end(y)
    return y


def note(layer: Any, n: int) -> None:
    """Attributes after the first n have just been set: they are there for backward alone."""
    layer._kept = layer._kept | {*[*layer.__dict__][n:]}


def checked_input(layer: Any, x: ArrayLike) -> Array:
    """x as floats, C-contiguous, not empty; a list takes the dtype of the weights."""
    if not is_plain(x):
        given, x = x, floats(f"{type(layer).__name__} input", x)
        if not isinstance(given, np.ndarray):
            dtypes = [p.value.dtype for p in layer.parameters()]
            x = x.astype(dtypes[0], copy=False) if dtypes else x
    if x.size == 0:
        cure = "give at least one example"
        raise ValueError(f"{layer._title} got an empty batch, shape {x.shape}: {cure}")
    return x if x.flags.c_contiguous else np.ascontiguousarray(x)


def checked_gradient(layer: Any, grad: ArrayLike) -> Array:
    """∂L/∂y, of the shape and dtype of y, C-contiguous."""
    if layer._output is None:
        cure = "backward before forward: call y = layer(x) first"
        raise RuntimeError(f"{layer._title}: {cure}")
    shape, dtype = layer._output
    if not is_plain(grad):
        grad = floats(f"{type(layer).__name__} gradient", grad)
    if grad.shape != shape:
        got = f"a gradient of shape {grad.shape} for y of {shape}"
        got += ": give loss_fn.backward(), not the loss" * (grad.ndim == 0)
        raise ValueError(f"{layer._title} got {got}")
    return np.asarray(grad, dtype, order="C")
