"""Two layers that act differently in training and in use: dropout and
batch normalization. `train()` and `eval()` switch between the two."""

from math import inf, prod

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from nnbook.nn.activations import Array
from nnbook.nn.checks import Checked, bounded, count, generator, sizes
from nnbook.nn.layer import Layer
from nnbook.nn.layers import checked_batch
from nnbook.nn.parameter import Parameter


class Dropout(Layer):
    """`y = m ⊙ x / (1 − p)` in training, and `y = x` in use.

    A fresh mask m at every forward: 0 with probability p, else 1.
    PyTorch's p, the share that is dropped; the paper's p is kept.
    ValueError for p outside [0, 1).
    Source: Srivastava et al. 2014, JMLR 15.
    """

    p = Checked(bounded, "the share dropped, in [0, 1)", lambda x: 0 <= x < 1, "0.5 is usual")

    def __init__(
        self,
        p: float = 0.5,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        self.p, self.rng = p, generator(rng)

    def mask(self, shape: tuple[int, ...]) -> NDArray[np.bool_]:
        """m of a forward: True, which counts as 1, with probability 1 − p."""
        shape = sizes("Dropout mask(shape)", shape)
        return fast_random(self.rng, shape) >= int(self.p * 2**32)

    def forward(self, x: Array) -> Array:
        self.scale = np.ones((), x.dtype)
        if self.training:
            m = self.mask(x.shape)
            self.scale = m / x.dtype.type(1 - self.p)  # m / (1 − p)
        return x * self.scale  # m ⊙ x / (1 − p)

    def input_gradient(self, grad: Array) -> Array:
        return grad * self.scale  # g ⊙ m / (1 − p)

    def __repr__(self) -> str:
        return f"Dropout(p={self.p})"


class BatchNorm1d(Layer):
    """`y = γ x̂ + β`,  `x̂ = (x − μ) / √(σ² + ε)`, for each feature.

    weight `γ` and bias `β` (D,); `x (N, D) → y (N, D)`. In training
    `μ` and `σ²` (÷ N) are the batch's, and running_mean, running_var
    move on: `new = (1 − momentum) old + momentum batch`, where `σ²` is
    ÷ (N − 1). In use `μ` and `σ²` are the running ones.
    ValueError for one example in training: it has no variance.
    Source: Ioffe & Szegedy 2015, arXiv:1502.03167.
    """

    eps = Checked(bounded, "positive", lambda x: 0 < x < inf, "1e-5 is usual")
    momentum = Checked(bounded, "in [0, 1]", lambda x: 0 <= x <= 1, "0.1 is usual")

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        *,
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.num_features = count("num_features", num_features)
        self.eps, self.momentum = eps, momentum
        self.weight = Parameter(np.ones(num_features))
        self.bias = Parameter(np.zeros(num_features))
        self.running_mean = np.zeros(num_features)
        self.running_var = np.ones(num_features)
        self.to(dtype)

    def forward(self, x: Array) -> Array:
        self.of_batch = self.training  # whose μ and σ² these are
        if self.of_batch:
            normed, mean = fast_center(x)  # x − μ and μ = Σ x / N
            var = fast_dots(normed, normed) / len(x)  # Σ (x − μ)² / N
            self._move_statistics(mean, var, len(x))
        else:
            normed, var = x - self.running_mean, self.running_var
        self.std = np.sqrt(var + self.eps)  # √(σ² + ε)
        normed /= self.std
        self.normed = normed  # x̂
        y = normed * self.weight.value
        y += self.bias.value  # γ x̂ + β
        return y

    def parameter_gradients(self, grad: Array) -> None:
        self.weight.grad[:] = fast_dots(grad, self.normed)  # Σ g x̂
        self.bias.grad[:] = grad.sum(axis=0)  # Σ g

    def input_gradient(self, grad: Array) -> Array:
        sums = fast_dots(grad, self.normed), grad.sum(axis=0)
        return self._input_gradient_from_sums(grad, *sums)

    def backward(self, grad: Array) -> Array:
        self.parameter_gradients(grad)
        sums = self.weight.grad, self.bias.grad  # taken once
        return self._input_gradient_from_sums(grad, *sums)

    def _move_statistics(self, mean: Array, var: Array, n: int) -> None:
        """A step of the running ones to those of a batch of N."""
        m = self.momentum
        unbiased = var * (n / (n - 1))  # Σ (x − μ)² / (N − 1)
        self.running_mean = (1 - m) * self.running_mean + m * mean
        self.running_var = (1 - m) * self.running_var + m * unbiased

    def _input_gradient_from_sums(self, grad: Array, sum_gx: Array, sum_g: Array) -> Array:
        """∂L/∂x = γ/√(σ² + ε) (g − mean(g) − x̂ mean(g x̂)).

        The means are what g moves μ and σ²; in use they stand still.
        """
        scale: Array = self.weight.value / self.std
        if not self.of_batch:
            return scale * grad
        x_grad = self.normed * (-sum_gx / len(grad))
        x_grad -= sum_g / len(grad)
        x_grad += grad
        x_grad *= scale
        return x_grad

    def _checked_input(self, x: ArrayLike) -> Array:
        x = checked_batch(self, x, self.weight.value)
        if self.training and len(x) == 1:
            cure = (
                "give a larger batch (DataLoader(…, drop_last=True) leaves out the last, smaller "
                "one), or eval() for the running statistics"
            )
            raise ValueError(f"{self!r} got one example in training: {cure}")
        return x

    def __repr__(self) -> str:
        return f"BatchNorm1d({self.num_features})"


def fast_random(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.uint32]:
    """Random whole numbers below 2³², two from each draw: faster than fractions, rng.random."""
    n = prod(shape)
    pairs = rng.integers(0, 2**64, (n + 1) // 2, np.uint64)
    return pairs.view(np.uint32)[:n].reshape(shape)


def fast_center(x: Array) -> tuple[Array, Array]:
    """x − μ and μ, the mean of each column: faster than x.mean(axis=0), and in two passes, since
    x − μ loses digits where μ is large: what then is left of a mean is taken off, too."""
    share = np.full(len(x), 1 / len(x), x.dtype)
    mean: Array = share @ x
    x = x - mean
    left: Array = share @ x
    x -= left
    return x, mean + left


def fast_dots(a: Array, b: Array) -> Array:
    """(a * b).sum(axis=0), without the array of products."""
    sums: Array = np.einsum("nd,nd->d", a, b)
    return sums
