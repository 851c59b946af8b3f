"""The layers of a network: `Linear`, which learns, and those that bend
or reshape. Each turns a batch forward and a gradient back."""

from math import prod, sqrt

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from nnbook.nn.activations import Array, gelu_bend, gelu_cdf, sigmoid, softmax, tanh
from nnbook.nn.checks import LARGEST, axis, choice, count, generator, switch
from nnbook.nn.layer import Layer
from nnbook.nn.parameter import Parameter


class Linear(Layer):
    """`y = x Wᵀ + b`.  Row j of W and entry j of b are neuron j.

    weight (out, in), bias (out,) or None; `x (N, in) → y (N, out)`.
    At first all are uniform in `±1/√in`, PyTorch's default.
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
        if in_features * out_features > LARGEST:
            got = f"{in_features} × {out_features} weights"
            raise ValueError(f"Linear got {got}, more than {LARGEST:,}")
        w = rng.uniform(-bound, bound, (out_features, in_features))
        b = rng.uniform(-bound, bound, out_features)
        self.weight = Parameter(w)
        self.bias = Parameter(b) if switch("Linear bias", bias) else None
        self.to(dtype)

    def forward(self, x: Array) -> Array:
        self.x = x
        return fast_matmul(x, self.weight.value.T) + self._b  # x Wᵀ + b

    def parameter_gradients(self, grad: Array) -> None:
        fast_matmul(grad.T, self.x, self.weight.grad)  # ∂L/∂W = gᵀ x
        if self.bias:
            np.sum(grad, axis=0, out=self.bias.grad)  # ∂L/∂b = Σ g

    def input_gradient(self, grad: Array) -> Array:
        return grad @ self.weight.value  # ∂L/∂x = g W

    @property
    def _b(self) -> Array | float:
        """The bias, or 0 without one."""
        return self.bias.value if self.bias else 0.0

    def _checked_input(self, x: ArrayLike) -> Array:
        return checked_batch(self, x, self.weight.value)

    def __repr__(self) -> str:
        bias = "" if self.bias else ", bias=False"
        return f"Linear({self.in_features}, {self.out_features}{bias})"


class Flatten(Layer):
    """`y[n]` = all the numbers of `x[n]` in one row.

    `x (N, …) → y (N, D)`.  ValueError for x without a second axis.
    """

    def forward(self, x: Array) -> Array:
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def input_gradient(self, grad: Array) -> Array:
        return grad.reshape(self.shape)

    def _checked_input(self, x: ArrayLike) -> Array:
        return checked_axes(self, super()._checked_input(x), 2)


class Sigmoid(Layer):
    """`z = σ(x) = 1 / (1 + e⁻ˣ)`, each number by itself."""

    def forward(self, x: Array) -> Array:
        self.z = sigmoid(x)  # 1 / (1 + e⁻ˣ)
        return self.z

    def input_gradient(self, grad: Array) -> Array:
        return grad * (self.z * (1 - self.z))  # g ⊙ σ (1 − σ)


class Tanh(Layer):
    """`z = tanh(x)`, each number by itself."""

    def forward(self, x: Array) -> Array:
        self.z = tanh(x)
        return self.z

    def input_gradient(self, grad: Array) -> Array:
        return grad * (1 - self.z**2)  # g ⊙ (1 − tanh²)


class ReLU(Layer):
    """`z = max(x, 0)`, each number by itself."""

    def forward(self, x: Array) -> Array:
        self.passes = x > 0  # ReLU′ = 1 where x > 0, else 0
        return np.maximum(x, 0)

    def input_gradient(self, grad: Array) -> Array:
        return grad * self.passes  # g ⊙ ReLU′


class GELU(Layer):
    """`z = x Φ(x)`, each number by itself.

    approximate "none", or "tanh" for the usual approximation of `Φ`,
    as in `nn.gelu`; ValueError for another.
    """

    def __init__(self, approximate: str = "none") -> None:
        self.approximate = choice("approximate", approximate, "none", "tanh")

    def forward(self, x: Array) -> Array:
        self.x, self.cdf = x, gelu_cdf(x, self.approximate)
        return x * self.cdf  # x Φ(x)

    def input_gradient(self, grad: Array) -> Array:
        slope = self.cdf + gelu_bend(self.x, self.approximate)
        return grad * slope  # g ⊙ (Φ + x φ)

    def __repr__(self) -> str:
        return f"GELU(approximate={self.approximate!r})"


class Softmax(Layer):
    """`zₖ = exp(xₖ) / Σⱼ exp(xⱼ)`: positive, with sum 1.

    `x (N, C) → z (N, C)`, the sum along `dim`: 1 is the classes.
    CrossEntropyLoss has it built in: give that loss the x.
    ValueError for x without that dim.
    """

    def __init__(self, dim: int = 1) -> None:
        self.dim = axis("Softmax dim", dim)

    def forward(self, x: Array) -> Array:
        self.z = softmax(x, self.dim)  # eˣ / Σ eˣ
        return self.z

    def input_gradient(self, grad: Array) -> Array:
        gz: Array = np.sum(grad * self.z, axis=self.dim, keepdims=True)
        return self.z * (grad - gz)  # z ⊙ (g − Σₖ gₖ zₖ)

    def _checked_input(self, x: ArrayLike) -> Array:
        axes = max(self.dim + 1, -self.dim)
        return checked_axes(self, super()._checked_input(x), axes)

    def __repr__(self) -> str:
        return f"Softmax(dim={self.dim})"


def fast_matmul(a: Array, b: Array, out: Array | None = None) -> Array:
    """a b, in an order that suits large products: BLAS is not as fast with every shape.

    Where b is one row, np.matmul takes eight times as long as np.dot; else np.dot takes a tenth
    longer. A few rows times Wᵀ take up to twice as long as (W aᵀ)ᵀ, which is the same.
    """
    if len(b) == 1:
        return np.dot(a, b, out=out)
    if out is None and 1 < len(a) <= 64 and not b.flags.c_contiguous:
        return np.ascontiguousarray((b.T @ a.T).T)
    return np.matmul(a, b, out=out)


def checked_axes(layer: Layer, x: Array, ndim: int) -> Array:
    """x, if it has as many axes, or more."""
    if x.ndim < ndim:
        raise ValueError(f"{layer._title} got shape {x.shape}: x[None] is a batch of one")
    return x


def checked_batch(layer: Layer, given: ArrayLike, weight: Array) -> Array:
    """A batch (N, in) for the weight (…, in); of its dtype."""
    width, dtype = weight.shape[-1], weight.dtype
    x = Layer._checked_input(layer, given)
    if x.shape[1:] != (width,):
        cure = f"give (N, {width})"
        if x.ndim > 2 and prod(x.shape[1:]) == width:
            cure = "put nn.Flatten() in front"
        elif x.size == width:
            cure = "x.reshape(1, -1) is a batch of one"
        got = f"input of width {x.shape[-1] if x.ndim else 1}, shape {x.shape}"
        raise ValueError(f"{layer._title} got {got}: {cure}")
    if isinstance(given, np.ndarray) and given.dtype != dtype:
        to = f" or layer.to(np.{given.dtype})" * (given.dtype in (np.float32, np.float64))
        raise TypeError(
            f"{layer._title} holds {dtype}, got {given.dtype}: x.astype(np.{dtype}){to}"
        )
    return x
