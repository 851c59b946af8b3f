"""Activation functions f, in `z = f(w·x + b)`, and their derivatives.
Each takes numbers of any shape and returns as many, one for one."""

from collections.abc import Callable
from functools import cache, wraps
from math import erfc, pi, sqrt
from typing import Any, TypeAlias, TypeGuard

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnbook.nn.checks import axis, choice

Array: TypeAlias = NDArray[np.floating[Any]]
C, K = 2 * sqrt(2 / pi), 0.044715  # GELU's tanh approximation


def as_array(name: str, x: ArrayLike) -> NDArray[Any]:
    """x as an array of real numbers, with the dtype it has.

    TypeError, which calls x by `name`, for all that is no real number,
    and for masked arrays, whose gaps would count.
    """
    rule, got = "must be real numbers", type(x).__name__
    rows = [x, *x] if isinstance(x, list | tuple) else [x]
    if any(map(_may_be_endless, rows)):
        raise TypeError(f"{name} {rule}, got {got}: give an array")
    try:
        a = np.asarray(x)
    except ValueError as error:
        got += " with rows of unequal length"
        raise TypeError(f"{name} {rule}, got {got}") from error
    except Exception as error:  # whatever an object's __array__ raises
        got += f", which is no array: {error}"
        raise TypeError(f"{name} {rule}, got {got}") from error
    if any(hasattr(row, "filled") for row in rows):
        got = "a masked array: give x.filled(0), or leave rows out"
        raise TypeError(f"{name} {rule}, got {got}")
    if a.dtype.kind in "fiub":
        return a
    if isinstance(x, np.ndarray | np.generic):
        got = str(x.dtype)
    elif a.ndim:
        got += f" of {a.dtype}"
    cure = "x.real" if a.dtype.kind == "c" else "floats or integers"
    raise TypeError(f"{name} {rule}, got {got}: give {cure}")


def _may_be_endless(x: object) -> bool:
    """Whether NumPy may ask for x[0], x[1], … forever: a dataset."""
    kind = type(x)
    known = hasattr(kind, "__iter__") or hasattr(kind, "__array__")
    return hasattr(kind, "__getitem__") and not known


def floats(name: str, x: ArrayLike) -> Array:
    """x as an array: floats as they are, integers and bools as float64.

    TypeError, which calls x by `name`, for all that is no real number.
    """
    if is_plain(x):
        return x
    a = as_array(name, x)
    return a if is_plain(a) else a.astype(np.float64)


def is_plain(x: object) -> TypeGuard[Array]:
    """Whether x is an array of floats, to be taken as it is."""
    return type(x) is np.ndarray and x.dtype.char in "efd"


def elementwise(f: Callable[..., Array]) -> Callable[..., Array]:
    """f for anything that holds real numbers: keeps dtype and shape.

    Far out e^x overflows to ∞ or underflows to 0, and 1/∞ = 0 is the
    right limit: f must be written so that no 0·∞ and no ∞/∞ follows.
    """

    @np.errstate(over="ignore", under="ignore")
    @wraps(f)
    def g(x: ArrayLike, *args: str, **kwargs: str) -> Array:
        x = floats(f"{f.__name__}(x): x", x)
        return np.asarray(f(x, *args, **kwargs), x.dtype)[()]

    return g


@elementwise
def sigmoid(x: Array) -> Array:
    """`σ(x) = 1 / (1 + e⁻ˣ)`, between 0 and 1.

    The same function as `eˣ / (eˣ + 1)`, which is `∞/∞` for large x.
    """
    return 1 / (1 + np.exp(-x))


@elementwise
def sigmoid_derivative(x: Array) -> Array:
    """`σ′(x) = σ(x) (1 − σ(x))`, at most ¼ and the same at x and −x.

    So it is taken at `−|x|`: for large x, `1 − σ(x)` is rounded to 0.
    """
    s = sigmoid(-np.abs(x))
    return s * (1 - s)


@elementwise
def tanh(x: Array) -> Array:
    """`tanh(x) = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ) = 2 σ(2x) − 1`, in (−1, 1)."""
    return np.tanh(x)


@elementwise
def tanh_derivative(x: Array) -> Array:
    """`tanh′(x) = 1 − tanh²(x) = 1 / cosh²(x) = 4 σ′(2x)`, at most 1.

    `1 − tanh²(x)` would be rounded to 0 for large x; `4 σ′(2x)` is not.
    """
    return 4 * sigmoid_derivative(2 * x)


@elementwise
def relu(x: Array) -> Array:
    """`ReLU(x) = max(x, 0)`."""
    return np.maximum(x, 0)


@elementwise
def relu_derivative(x: Array) -> Array:
    """`ReLU′(x) = 1` if `x > 0`, 0 otherwise.

    At 0 there is no derivative: 0 by convention, as in PyTorch.
    """
    return np.heaviside(x, 0)


@elementwise
def gelu(x: Array, approximate: str = "none") -> Array:
    """`GELU(x) = x Φ(x)`, where `Φ(x) = P(X ≤ x)` for `X ~ N(0, 1)`.

    approximate="tanh": `Φ(x) ≈ ½ (1 + tanh(√(2/π) (x + 0.044715 x³)))`,
    off by at most 5e-4 in GELU. At −∞ NaN, as in PyTorch.
    ValueError for any other `approximate` than "none" and "tanh".
    Source: Hendrycks & Gimpel 2016, arXiv:1606.08415.
    """
    return x * gelu_cdf(x, approximate)


@elementwise
def gelu_derivative(x: Array, approximate: str = "none") -> Array:
    """`GELU′(x) = Φ(x) + x φ(x)`, where `φ = Φ′`, the normal density.

    approximate="tanh": the derivative of gelu(x, "tanh").
    """
    return gelu_cdf(x, approximate) + gelu_bend(x, approximate)


@np.errstate(under="ignore")
def softmax(x: ArrayLike, dim: int = -1) -> Array:
    """`softmax(x)ₖ = exp(xₖ) / Σⱼ exp(xⱼ)`: positive, with sum 1.

    The sum goes along the axis `dim`; ValueError for x without it.
    The largest x is taken off first, so that nothing overflows.
    """
    x, dim = floats("softmax(x): x", x), axis("softmax dim", dim)
    if not -x.ndim <= dim < x.ndim or x.shape[dim] == 0:
        got = f"got x of shape {x.shape}"
        raise ValueError(f"softmax along dim={dim} {got}")
    z: Array = np.exp(x - np.max(x, axis=dim, keepdims=True))
    z /= np.sum(z, axis=dim, keepdims=True)  # eˣ / Σ eˣ
    return z


@elementwise
def normal_cdf(x: Array) -> Array:
    """Φ(x) = P(X ≤ x) for X ~ N(0, 1), = ½ erfc(−x / √2)."""
    return _ndtr()(x)


@cache
def _ndtr() -> Callable[[Array], Array]:
    """SciPy's Φ; without SciPy the same, one number at a time."""
    try:
        from scipy.special import ndtr  # here: slower than all of NumPy
    except ImportError:
        return np.vectorize(lambda x: erfc(-x / sqrt(2)) / 2, [float])
    return ndtr  # type: ignore[no-any-return]


@elementwise
def gelu_cdf(x: Array, approximate: str) -> Array:
    """Φ(x); "tanh": ½ (1 + tanh u) = σ(2u), 2u = C x (1 + K x²)."""
    if choice("approximate", approximate, "none", "tanh") == "tanh":
        return sigmoid(C * x * (1 + K * x**2))
    return normal_cdf(x)


@elementwise
def gelu_bend(x: Array, approximate: str) -> Array:
    """x φ(x), where φ is the derivative of gelu_cdf(x, approximate)."""
    x = np.clip(x, -40, 40)  # farther out it is 0, and no 0·∞
    if approximate == "none":
        return x * (np.exp(-(x**2) / 2) / sqrt(2 * pi))
    slope = C * (1 + 3 * K * x**2)
    return x * (sigmoid_derivative(C * x * (1 + K * x**2)) * slope)
