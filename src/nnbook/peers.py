"""What PyTorch says, for comparison: the one module that imports torch, inside its functions.
Without torch each function returns None, and `compare` says so in one line."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook.nn.activations import Array, floats


def available() -> bool:
    """Is PyTorch installed here?"""
    return _torch() is not None


def sigmoid(x: ArrayLike) -> Array | None:
    """torch.sigmoid(x)."""
    return _values("sigmoid", x)


def tanh(x: ArrayLike) -> Array | None:
    """torch.tanh(x)."""
    return _values("tanh", x)


def relu(x: ArrayLike) -> Array | None:
    """torch.relu(x)."""
    return _values("relu", x)


def gelu(x: ArrayLike, approximate: str = "none") -> Array | None:
    """torch.nn.functional.gelu(x, approximate=approximate)."""
    return _values("gelu", x, approximate=approximate)


def derivative(name: str, x: ArrayLike, **options: str) -> Array | None:
    """f′(x) by PyTorch's autograd; f is "sigmoid", "tanh", "relu" or "gelu".

    options: approximate="tanh" for gelu. Same shape and dtype as x.
    ValueError for another name.
    """
    if (torch := _torch()) is None:
        return None
    tensor = _tensor(torch, x).requires_grad_()
    _function(torch, name)(tensor, **options).sum().backward()
    gradient: Array = tensor.grad.numpy()
    return gradient


def compare(name: str, ours: ArrayLike, theirs: ArrayLike | None, tolerance: float) -> None:
    """max|ours − theirs| ≤ tolerance · max(1, max|theirs|), or an AssertionError.

    Prints the difference in one line. NaN, ∞, another shape or nothing to compare fail as well.
    theirs=None, what this module returns without PyTorch: prints that, asserts nothing.
    """
    if theirs is None:
        print(f"{name}: PyTorch is not installed here, nothing was compared")
        return
    a, b = np.asarray(ours, np.float64), np.asarray(theirs, np.float64)
    if a.shape != b.shape or a.size == 0:
        raise AssertionError(f"{name}: cannot compare shape {a.shape} with PyTorch's {b.shape}")
    difference, allowed = np.abs(a - b).max(), tolerance * max(1.0, np.abs(b).max())
    line = f"{name}: largest difference from PyTorch {difference:.2g} (allowed {allowed:.2g})"
    print(line)
    if not difference <= allowed < np.inf:  # so NaN and ∞ fail too
        raise AssertionError(line)


def _torch() -> Any:
    try:
        import torch
    except ImportError:
        return None
    return torch


def _tensor(torch: Any, x: ArrayLike) -> Any:
    return torch.from_numpy(np.array(floats("x", x), order="C"))  # a copy


def _function(torch: Any, name: str) -> Any:
    functions = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "gelu": torch.nn.functional.gelu,
    }
    if name not in functions:
        raise ValueError(f"name must be one of {', '.join(functions)}, got {name!r}")
    return functions[name]


def _values(name: str, x: ArrayLike, **options: str) -> Array | None:
    if (torch := _torch()) is None:
        return None
    values: Array = _function(torch, name)(_tensor(torch, x), **options).numpy()
    return values
