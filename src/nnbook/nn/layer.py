"""What all layers have in common: `Parameter`, which is learned, and `Layer` with its two doors.
The doors check; the methods behind them get clean arrays, and are the mathematics."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Self, TypeGuard, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from nnbook.nn.activations import Array, floats

Method = TypeVar("Method", bound=Callable[..., Any])


class Parameter:
    """A value that is learned and, beside it, grad = ∂L/∂value.

    To change it, write into it, value[:] = …: shape and dtype stay.
    """

    def __init__(self, value: ArrayLike) -> None:
        self.value = floats("Parameter value", value)
        self.grad = np.zeros(self.value.shape, self.value.dtype)


def is_plain(x: ArrayLike) -> TypeGuard[Array]:
    """Whether x is an array of floats, which `floats` would return as it is."""
    return type(x) is np.ndarray and x.dtype.char in "efd"


def door(method: Method) -> Method:
    """A method of ∂L/∂y, which gets it checked."""

    @wraps(method)
    def checked(self: "Layer", grad: ArrayLike) -> Any:
        return method(self, self._checked_gradient(grad))

    return cast(Method, checked)


class Layer:
    """y = layer(x), then ∂L/∂x = layer.backward(∂L/∂y).

    A layer of your own defines `forward` and `input_gradient`, and
    `parameter_gradients` if it learns. Gradients belong to the last
    y, overwrite `grad`, and have the dtype of their value.
    x and y are kept, not copied: leave them as they are until then.
    RuntimeError for backward before forward, ValueError for an empty
    batch or a gradient that has not the shape of y.
    """

    training = True  # set by train() and eval()
    _output: tuple[tuple[int, ...], np.dtype[Any]] | None = None  # shape and dtype of the last y

    def __init_subclass__(cls) -> None:
        """The gradients that a layer defines get a door, too."""
        for name in ("parameter_gradients", "input_gradient", "backward"):
            if name in vars(cls):
                setattr(cls, name, door(vars(cls)[name]))

    def __call__(self, x: ArrayLike) -> Array:
        """y = layer(x): forward, with x checked and y noted."""
        y = self.forward(self._checked_input(x))
        self._output = y.shape, y.dtype
        return y

    def forward(self, x: Array) -> Array:
        """x → y; keeps what the gradients need."""
        raise NotImplementedError(f"{self!r} has no forward")

    def parameter_gradients(self, grad: Array) -> None:
        """∂L/∂y → ∂L/∂parameter, written into each `grad`."""

    def input_gradient(self, grad: Array) -> Array:
        """∂L/∂y → ∂L/∂x."""
        raise NotImplementedError(f"{self!r} has no input_gradient")

    @door
    def backward(self, grad: Array) -> Array:
        """∂L/∂y → ∂L/∂x, with each ∂L/∂parameter on the way."""
        self.parameter_gradients(grad)
        return self.input_gradient(grad)

    def named_children(self) -> dict[str, "Layer"]:
        """The layers among its attributes, by name."""
        return {name: x for name, x in vars(self).items() if isinstance(x, Layer)}

    def named_parameters(self) -> dict[str, Parameter]:
        """Its own, then its children's: "weight", "0.weight" …"""
        named = {name: x for name, x in vars(self).items() if isinstance(x, Parameter)}
        for child, layer in self.named_children().items():
            named |= {f"{child}.{name}": p for name, p in layer.named_parameters().items()}
        return named

    def parameters(self) -> list[Parameter]:
        """All that an optimizer is to move."""
        return list(self.named_parameters().values())

    def train(self, mode: bool = True) -> Self:
        """Behave as in training, children too; returns the layer."""
        self.training = mode
        for child in self.named_children().values():
            child.train(mode)
        return self

    def eval(self) -> Self:
        """Behave as in use, children too; returns the layer."""
        return self.train(False)

    def to(self, dtype: DTypeLike) -> Self:
        """Turn its numbers into np.float32 or np.float64, in place; returns the layer."""
        if np.dtype(dtype) not in (np.float32, np.float64):
            raise TypeError(f"{self!r} takes np.float32 or np.float64, got {np.dtype(dtype)}")
        for name, x in list(vars(self).items()):
            if isinstance(x, Parameter):
                x.value, x.grad = x.value.astype(dtype), x.grad.astype(dtype)
            elif isinstance(x, np.ndarray) and x.dtype.kind == "f":
                setattr(self, name, x.astype(dtype))
        for child in self.named_children().values():
            child.to(dtype)
        return self

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    @property
    def _title(self) -> str:
        """What errors call it: its repr, if that is one line."""
        return repr(self).partition("\n")[0].rstrip("(")

    def _checked_input(self, x: ArrayLike) -> Array:
        """x as floats, C-contiguous, not empty."""
        if not is_plain(x):
            x = floats(f"{type(self).__name__} input", x)
        if x.size == 0:
            cure = "give at least one example"
            raise ValueError(f"{self._title} got an empty batch, shape {x.shape}: {cure}")
        return np.asarray(x, order="C")

    def _checked_gradient(self, grad: ArrayLike) -> Array:
        """∂L/∂y, of the shape and dtype of y, C-contiguous."""
        if self._output is None:
            cure = "backward before forward: call y = layer(x) first"
            raise RuntimeError(f"{self._title}: {cure}")
        shape, dtype = self._output
        if not is_plain(grad):
            grad = floats(f"{type(self).__name__} gradient", grad)
        if grad.shape != shape:
            got = f"a gradient of shape {grad.shape} for y of {shape}"
            raise ValueError(f"{self._title} got {got}")
        return np.asarray(grad, dtype, order="C")
