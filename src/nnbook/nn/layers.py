"""The layers of a network: `Linear`, which learns, and those that bend
or reshape. Each turns a batch forward and a gradient back."""

from math import prod, sqrt
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from nnbook.nn.activations import (
    Array,
    floats,
    gelu,
    gelu_derivative,
    sigmoid,
    tanh,
)


class Parameter:
    """A value that is learned and, beside it, grad = ∂L/∂value."""

    def __init__(self, value: Array) -> None:
        self.value = value
        self.grad = np.zeros_like(value)


class Layer:
    """y = layer(x), then ∂L/∂x = layer.backward(∂L/∂y).

    A layer of your own defines `forward` and `input_gradient`, and
    `parameter_gradients` if it learns. Gradients belong to the last
    forward, overwrite `grad`, and have the dtype of their value.
    The input is kept, not copied: leave it as it is until backward.
    RuntimeError for backward before forward, ValueError for an empty
    batch or a gradient that has not the shape of y.
    """

    training = True  # set by train() and eval()
    _y: tuple[tuple[int, ...], np.dtype[Any]] | None = None  # y is so

    def __call__(self, x: ArrayLike) -> Array:
        """y = layer(x)."""
        return self.forward(x)

    def forward(self, x: ArrayLike) -> Array:
        """x → y; keeps what the gradients need."""
        raise NotImplementedError(f"{self!r} has no forward(self, x)")

    def parameter_gradients(self, grad: ArrayLike) -> None:
        """∂L/∂y → ∂L/∂parameter, written into each `grad`."""

    def input_gradient(self, grad: ArrayLike) -> Array:
        """∂L/∂y → ∂L/∂x."""
        missing = "input_gradient(self, grad)"
        raise NotImplementedError(f"{self!r} has no {missing}")

    def backward(self, grad: ArrayLike) -> Array:
        """∂L/∂y → ∂L/∂x, with each ∂L/∂parameter on the way."""
        self.parameter_gradients(grad)
        return self.input_gradient(grad)

    def named_children(self) -> dict[str, "Layer"]:
        """The layers among its attributes, by name."""
        held = vars(self).items()
        return {name: x for name, x in held if isinstance(x, Layer)}

    def named_parameters(self) -> dict[str, Parameter]:
        """Its own, then its children's: "weight", "0.weight" …"""
        held = vars(self).items()
        named = {k: x for k, x in held if isinstance(x, Parameter)}
        for name, child in self.named_children().items():
            for key, p in child.named_parameters().items():
                named[f"{name}.{key}"] = p
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
        """Turn its numbers into np.float32 or np.float64, in place."""
        if np.dtype(dtype) not in (np.float32, np.float64):
            got = f"got {np.dtype(dtype)}"
            raise TypeError(f"to() takes np.float32 or np.float64, {got}")
        for name, x in list(vars(self).items()):
            if isinstance(x, Parameter):
                x.value, x.grad = (
                    x.value.astype(dtype),
                    x.grad.astype(dtype),
                )
            elif isinstance(x, np.ndarray) and x.dtype.kind == "f":
                setattr(self, name, x.astype(dtype))
        for child in self.named_children().values():
            child.to(dtype)
        return self

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def _input(self, x: ArrayLike) -> Array:
        """x as floats, and not empty. y is taken to be like it."""
        x = floats(f"{self!r} input", x)
        if x.size == 0:
            got = f"got an empty batch, shape {x.shape}"
            raise ValueError(f"{self!r} {got}: give at least one example")
        self._gives(x)
        return x

    def _gives(self, y: Array) -> Array:
        """y, whose shape and dtype the gradient must have."""
        self._y = y.shape, y.dtype
        return y

    def _gradient(self, grad: ArrayLike) -> Array:
        """∂L/∂y, of the shape and dtype of y, C-contiguous."""
        if self._y is None:
            cure = "call y = layer(x) first"
            raise RuntimeError(f"{self!r}: backward before forward: {cure}")
        shape, dtype = self._y
        grad = floats(f"{self!r} gradient", grad)
        if grad.shape != shape:
            wrong = f"a gradient of shape {grad.shape} for y of {shape}"
            raise ValueError(f"{self!r} got {wrong}: give ∂L/∂y")
        return np.asarray(grad, dtype, order="C")

    def _rows(self, x: ArrayLike, width: int, dtype: np.dtype[Any]) -> Array:
        """x as a batch (N, width) of dtype; a list counts as dtype."""
        given = x if isinstance(x, np.ndarray) else np.asarray(x, dtype)
        x = self._input(given)
        if x.shape[1:] != (width,):
            cure = f"give (N, {width})"
            if x.shape == (width,):
                cure = "x[None, :] is a batch of one"
            elif x.ndim > 2 and prod(x.shape[1:]) == width:
                cure = "put nn.Flatten() in front"
            got = f"input of width {x.shape[-1:][0] if x.ndim else 1}"
            raise ValueError(f"{self!r} got {got}, shape {x.shape}: {cure}")
        if given.dtype != dtype:
            cure = f"x.astype(np.{dtype}) or layer.to(np.{x.dtype})"
            holds = f"holds {dtype}, got {given.dtype}"
            raise TypeError(f"{self!r} {holds}: {cure}")
        return x


class Linear(Layer):
    """y = x Wᵀ + b.  Row j of W and entry j of b are neuron j.

    weight (out, in), bias (out,) or None; x (N, in) → y (N, out).
    At first all are uniform in ±1/√in, PyTorch's default.
    ValueError for a wrong width, TypeError for a wrong dtype.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        rng: np.random.Generator | None = None,
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.in_features = count("in_features", in_features)
        self.out_features = count("out_features", out_features)
        rng, bound = generator(rng), 1 / sqrt(in_features)
        w = rng.uniform(-bound, bound, (out_features, in_features))
        b = rng.uniform(-bound, bound, out_features)
        self.weight = Parameter(w.astype(dtype))
        self.bias = Parameter(b.astype(dtype)) if bias else None

    def forward(self, x: ArrayLike) -> Array:
        dtype = self.weight.value.dtype
        self.x = self._rows(x, self.in_features, dtype)
        y = self.x @ self.weight.value.T  # x Wᵀ
        if self.bias:
            y += self.bias.value  # + b, to each row
        return self._gives(y)

    def parameter_gradients(self, grad: ArrayLike) -> None:
        grad = self._gradient(grad)
        product = np.matmul if len(grad) > 1 else np.dot  # for speed
        product(grad.T, self.x, out=self.weight.grad)  # ∂L/∂W = gᵀ x
        if self.bias:
            np.sum(grad, axis=0, out=self.bias.grad)  # ∂L/∂b = Σ g

    def input_gradient(self, grad: ArrayLike) -> Array:
        return self._gradient(grad) @ self.weight.value  # ∂L/∂x = g W

    def __repr__(self) -> str:
        bias = "" if self.bias else ", bias=False"
        return f"Linear({self.in_features}, {self.out_features}{bias})"


class Flatten(Layer):
    """y[n] = all the numbers of x[n] in one row.

    x (N, …) → y (N, D).  ValueError for x without a second axis.
    """

    def forward(self, x: ArrayLike) -> Array:
        x = self._input(x)
        if x.ndim < 2:
            got = f"got {x.shape}, not (N, …)"
            raise ValueError(f"{self!r} {got}: x[None] is a batch of one")
        self.shape = x.shape
        return self._gives(x.reshape(len(x), -1))

    def input_gradient(self, grad: ArrayLike) -> Array:
        return self._gradient(grad).reshape(self.shape)


class Sigmoid(Layer):
    """z = σ(x) = 1 / (1 + e⁻ˣ), each number by itself."""

    def forward(self, x: ArrayLike) -> Array:
        self.z = sigmoid(self._input(x))
        return self.z

    def input_gradient(self, grad: ArrayLike) -> Array:
        slope = self.z * (1 - self.z)  # σ′ = σ (1 − σ)
        return self._gradient(grad) * slope


class Tanh(Layer):
    """z = tanh(x), each number by itself."""

    def forward(self, x: ArrayLike) -> Array:
        self.z = tanh(self._input(x))
        return self.z

    def input_gradient(self, grad: ArrayLike) -> Array:
        slope = 1 - self.z**2  # tanh′ = 1 − tanh²
        return self._gradient(grad) * slope


class ReLU(Layer):
    """z = max(x, 0), each number by itself."""

    def forward(self, x: ArrayLike) -> Array:
        x = self._input(x)
        self.passes = x > 0  # ReLU′ = 1 where x > 0, else 0
        return np.maximum(x, 0)

    def input_gradient(self, grad: ArrayLike) -> Array:
        return self._gradient(grad) * self.passes


class GELU(Layer):
    """z = x Φ(x), each number by itself.

    approximate "none", or "tanh" for the usual approximation of Φ,
    as in `nn.gelu`; ValueError for another.
    """

    def __init__(self, approximate: str = "none") -> None:
        gelu(0.0, approximate)  # refuses what it does not know
        self.approximate = approximate

    def forward(self, x: ArrayLike) -> Array:
        self.x = self._input(x)
        return gelu(self.x, self.approximate)

    def input_gradient(self, grad: ArrayLike) -> Array:
        slope = gelu_derivative(self.x, self.approximate)  # Φ + x φ
        return self._gradient(grad) * slope

    def __repr__(self) -> str:
        return f"GELU(approximate={self.approximate!r})"


class Softmax(Layer):
    """z_k = exp(x_k) / Σⱼ exp(x_j): positive, with sum 1.

    x (N, C) → z (N, C), the sum along `dim`: 1 is the classes.
    CrossEntropyLoss has it built in: give that loss the x.
    ValueError for x without that dim.
    """

    def __init__(self, dim: int = 1) -> None:
        self.dim = dim

    def forward(self, x: ArrayLike) -> Array:
        x = self._input(x)
        if not -x.ndim <= self.dim < x.ndim:
            cure = "x[None, :] is a batch of one"
            raise ValueError(f"{self!r} got shape {x.shape}: {cure}")
        top = np.max(x, axis=self.dim, keepdims=True)  # no overflow
        e = np.exp(x - top)
        self.z: Array = e / np.sum(e, axis=self.dim, keepdims=True)
        return self.z

    def input_gradient(self, grad: ArrayLike) -> Array:
        grad = self._gradient(grad)
        mean = np.sum(grad * self.z, axis=self.dim, keepdims=True)
        return np.multiply(self.z, grad - mean)  # z ⊙ (g − Σₖ gₖ zₖ)

    def __repr__(self) -> str:
        return f"Softmax(dim={self.dim})"


def count(name: str, n: int) -> int:
    """n, if it is one of 1, 2, 3 …; TypeError or ValueError if not."""
    if isinstance(n, bool) or not isinstance(n, int | np.integer):
        raise TypeError(f"{name} must be a whole number, got {n!r}")
    if n < 1:
        raise ValueError(f"{name} must be at least 1, got {n}")
    return int(n)


def generator(rng: np.random.Generator | None) -> np.random.Generator:
    """rng, or for None an unseeded one; TypeError for another thing."""
    rng = np.random.default_rng() if rng is None else rng
    if not isinstance(rng, np.random.Generator):
        seed = rng if isinstance(rng, int) else 0
        cure = f"give numpy.random.default_rng({seed})"
        raise TypeError(f"rng must be a Generator, got {rng!r}: {cure}")
    return rng
