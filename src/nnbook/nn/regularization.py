"""Two layers that act differently in training and in use: dropout and
batch normalization. `train()` and `eval()` switch between the two."""

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from nnbook.nn.activations import Array
from nnbook.nn.layers import Layer, Parameter, count, generator


class Dropout(Layer):
    """y = m ⊙ x / (1 − p) in training, and y = x in use.

    A fresh mask m at every forward: 0 with probability p, else 1.
    PyTorch's p, the share that is dropped; the paper's p is kept.
    ValueError for p outside [0, 1).
    Source: Srivastava et al. 2014, JMLR 15.
    """

    def __init__(
        self,
        p: float = 0.5,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        if not 0 <= p < 1:
            raise ValueError(f"Dropout p is the share that is dropped, in [0, 1), got {p}")
        self.p, self.rng = p, generator(rng)

    def forward(self, x: ArrayLike) -> Array:
        x = self._input(x)
        self.scale = np.ones((), x.dtype)
        if self.training:
            keeps = self._bits(x.size) >= int(self.p * 2**32)
            m = keeps.reshape(x.shape)
            self.scale = m / x.dtype.type(1 - self.p)
        return x * self.scale  # m ⊙ x / (1 − p)

    def input_gradient(self, grad: ArrayLike) -> Array:
        return self._gradient(grad) * self.scale  # g ⊙ m / (1 − p)

    def _bits(self, n: int) -> NDArray[np.uint32]:
        """n random whole numbers below 2³²: faster than fractions."""
        pairs = self.rng.integers(0, 2**64, (n + 1) // 2, np.uint64)
        return pairs.view(np.uint32)[:n]

    def __repr__(self) -> str:
        return f"Dropout(p={self.p})"


class BatchNorm1d(Layer):
    """y = γ x̂ + β,  x̂ = (x − μ) / √(σ² + ε), for each feature.

    weight γ and bias β (D,); x (N, D) → y (N, D). In training μ and
    σ² (÷ N) are the batch's, and running_mean, running_var move on:
    new = (1 − momentum) old + momentum batch, where σ² is ÷ (N − 1).
    In use μ and σ² are the running ones.
    ValueError for one example in training: it has no variance.
    Source: Ioffe & Szegedy 2015, arXiv:1502.03167.
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        *,
        dtype: DTypeLike = np.float32,
    ) -> None:
        self.num_features = count("num_features", num_features)
        if not (eps > 0 and 0 <= momentum <= 1):
            got = f"got eps={eps}, momentum={momentum}"
            raise ValueError(f"{self!r} {got}: eps > 0, momentum in [0, 1]")
        self.eps, self.momentum = float(eps), float(momentum)
        self.weight = Parameter(np.ones(num_features))
        self.bias = Parameter(np.zeros(num_features))
        self.running_mean = np.zeros(num_features)
        self.running_var = np.ones(num_features)
        self.to(dtype)

    def forward(self, x: ArrayLike) -> Array:
        x = self._rows(x, self.weight.value)
        self.of_batch = self.training  # whose μ and σ² these are
        if self.of_batch:
            normed, var = self._center(x)  # x − μ and σ²
        else:
            normed, var = x - self.running_mean, self.running_var
        self.std = np.sqrt(var + self.eps)  # √(σ² + ε)
        normed /= self.std
        self.normed = normed  # x̂
        y = normed * self.weight.value
        y += self.bias.value  # γ x̂ + β
        return y

    def parameter_gradients(self, grad: ArrayLike) -> None:
        sums = self._sums(self._gradient(grad))
        self.weight.grad[:], self.bias.grad[:] = sums

    def input_gradient(self, grad: ArrayLike) -> Array:
        grad = self._gradient(grad)
        return self._through(grad, *self._sums(grad))

    def backward(self, grad: ArrayLike) -> Array:
        grad = self._gradient(grad)
        self.parameter_gradients(grad)  # the sums, taken once
        return self._through(grad, self.weight.grad, self.bias.grad)

    def _center(self, x: Array) -> tuple[Array, Array]:
        """x − μ and σ² of a batch; the running statistics move on."""
        if (n := len(x)) == 1:
            cure = "leave that batch out, DataLoader(…, drop_last=True), or call eval()"
            raise ValueError(f"{self!r} got one example in training: {cure}")
        share = np.full(n, 1 / n, x.dtype)
        mean = share @ x  # μ = Σ x / N
        x = x - mean
        rest: Array = share @ x  # the digits that a large μ has lost
        x -= rest  # x − μ
        var: Array = np.einsum("nd,nd->d", x, x) / n  # σ² = Σ (x − μ)² / N
        m, unbiased = self.momentum, var * (n / (n - 1))
        self.running_mean = (1 - m) * self.running_mean + m * (mean + rest)
        self.running_var = (1 - m) * self.running_var + m * unbiased
        return x, var

    def _sums(self, grad: Array) -> tuple[Array, Array]:
        """∂L/∂γ = Σ g x̂ and ∂L/∂β = Σ g."""
        return np.einsum("nd,nd->d", grad, self.normed), np.sum(grad, axis=0)

    def _through(self, grad: Array, sum_gx: Array, sum_g: Array) -> Array:
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

    def __repr__(self) -> str:
        return f"BatchNorm1d({self.num_features})"
