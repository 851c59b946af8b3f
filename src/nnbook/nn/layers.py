"""The layers of a network: `Linear`, which learns, and those that bend
or reshape. Each turns a batch forward and a gradient back."""

from math import prod, sqrt
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from nnbook.nn.activations import Array, floats, gelu, gelu_derivative, sigmoid, tanh


class Parameter:
    """A value that is learned and, beside it, grad = ∂L/∂value.

    To change it, write into it, value[:] = …: shape and dtype stay.
    """

    def __init__(self, value: ArrayLike) -> None:
        self.value = floats("Parameter value", value)
        self.grad = np.zeros(self.value.shape, self.value.dtype)


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
    _y: tuple[tuple[int, ...], np.dtype[Any]] | None = None  # shape and dtype of the last y

    def __call__(self, x: ArrayLike) -> Array:
        """y = layer(x)."""
        y = self.forward(x)
        self._y = y.shape, y.dtype
        return y

    def forward(self, x: ArrayLike) -> Array:
        """x → y; keeps what the gradients need."""
        raise NotImplementedError(f"{self!r} has no forward")

    def parameter_gradients(self, grad: ArrayLike) -> None:
        """∂L/∂y → ∂L/∂parameter, written into each `grad`."""

    def input_gradient(self, grad: ArrayLike) -> Array:
        """∂L/∂y → ∂L/∂x."""
        raise NotImplementedError(f"{self!r} has no input_gradient")

    def backward(self, grad: ArrayLike) -> Array:
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

    def _input(self, x: ArrayLike, ndim: int = 0) -> Array:
        """x as floats, C-contiguous, not empty, of ndim axes or more."""
        x = floats(f"{type(self).__name__} input", x)
        if x.size == 0:
            cure = "give at least one example"
            raise ValueError(f"{self!r} got an empty batch, shape {x.shape}: {cure}")
        if x.ndim < ndim:
            raise ValueError(f"{self!r} got shape {x.shape}: x[None] is a batch of one")
        return np.asarray(x, order="C")

    def _rows(self, x: ArrayLike, weight: Array) -> Array:
        """x as a batch (N, in) for the weight (…, in); a list takes the weight's dtype."""
        given, width, dtype = x, weight.shape[-1], weight.dtype
        x = self._input(x)
        if x.shape[1:] != (width,):
            cure = f"give (N, {width})"
            if x.ndim > 2 and prod(x.shape[1:]) == width:
                cure = "put nn.Flatten() in front"
            elif x.size == width:
                cure = "x.reshape(1, -1) is a batch of one"
            got = f"input of width {x.shape[-1] if x.ndim else 1}, shape {x.shape}"
            raise ValueError(f"{self!r} got {got}: {cure}")
        if isinstance(given, np.ndarray) and given.dtype != dtype:
            to = f" or layer.to(np.{given.dtype})" * (given.dtype in (np.float32, np.float64))
            raise TypeError(f"{self!r} holds {dtype}, got {given.dtype}: x.astype(np.{dtype}){to}")
        return x.astype(dtype, copy=False)

    def _gradient(self, grad: ArrayLike) -> Array:
        """∂L/∂y, of the shape and dtype of y, C-contiguous."""
        if self._y is None:
            raise RuntimeError(f"{self!r}: backward before forward: call y = layer(x) first")
        shape, dtype = self._y
        grad = floats(f"{type(self).__name__} gradient", grad)
        if grad.shape != shape:
            raise ValueError(f"{self!r} got a gradient of shape {grad.shape} for y of {shape}")
        return np.asarray(grad, dtype, order="C")


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
        self.weight = Parameter(w)
        self.bias = Parameter(b) if bias else None
        self.to(dtype)

    def forward(self, x: ArrayLike) -> Array:
        self.x = self._rows(x, self.weight.value)
        y = self.x @ self.weight.value.T  # x Wᵀ
        if self.bias:
            y += self.bias.value  # + b, to each row
        return y

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
        x = self._input(x, ndim=2)
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def input_gradient(self, grad: ArrayLike) -> Array:
        return self._gradient(grad).reshape(self.shape)


class Sigmoid(Layer):
    """z = σ(x) = 1 / (1 + e⁻ˣ), each number by itself."""

    def forward(self, x: ArrayLike) -> Array:
        self.z = sigmoid(self._input(x))  # 1 / (1 + e⁻ˣ)
        return self.z

    def input_gradient(self, grad: ArrayLike) -> Array:
        return self._gradient(grad) * (self.z * (1 - self.z))  # σ(1−σ)


class Tanh(Layer):
    """z = tanh(x), each number by itself."""

    def forward(self, x: ArrayLike) -> Array:
        self.z = tanh(self._input(x))
        return self.z

    def input_gradient(self, grad: ArrayLike) -> Array:
        return self._gradient(grad) * (1 - self.z**2)  # 1 − tanh²


class ReLU(Layer):
    """z = max(x, 0), each number by itself."""

    def forward(self, x: ArrayLike) -> Array:
        x = self._input(x)
        self.passes = x > 0  # ReLU′ = 1 where x > 0, else 0
        return np.maximum(x, 0)  # max(x, 0)

    def input_gradient(self, grad: ArrayLike) -> Array:
        return self._gradient(grad) * self.passes  # g ⊙ ReLU′


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
        return gelu(self.x, self.approximate)  # x Φ(x)

    def input_gradient(self, grad: ArrayLike) -> Array:
        grad = self._gradient(grad)
        return grad * gelu_derivative(self.x, self.approximate)  # Φ+xφ

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
        x = self._input(x, ndim=max(self.dim + 1, -self.dim))
        top = np.max(x, axis=self.dim, keepdims=True)
        z: Array = np.exp(x - top)  # the same z, and no overflow
        z /= np.sum(z, axis=self.dim, keepdims=True)  # eˣ / Σ eˣ
        self.z = z
        return z

    def input_gradient(self, grad: ArrayLike) -> Array:
        grad = self._gradient(grad)
        gz: Array = np.sum(grad * self.z, axis=self.dim, keepdims=True)
        return self.z * (grad - gz)  # z ⊙ (g − Σₖ gₖ zₖ)

    def __repr__(self) -> str:
        return f"Softmax(dim={self.dim})"


def count(name: str, n: int) -> int:
    """n, if it is one of 1, 2, 3 …; ValueError if not."""
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise ValueError(f"{name} must be a whole number, at least 1, got {n!r}")
    return int(n)


def generator(rng: np.random.Generator | None) -> np.random.Generator:
    """rng, or for None an unseeded one; TypeError for another thing."""
    if rng is not None and not isinstance(rng, np.random.Generator):
        cure = f"give numpy.random.default_rng({rng if isinstance(rng, int) else 0})"
        raise TypeError(f"rng must be a Generator, got {rng!r}: {cure}")
    return rng or np.random.default_rng()
