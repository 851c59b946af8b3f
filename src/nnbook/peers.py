"""What PyTorch says, for comparison: the one module that imports torch, inside its functions.
Without torch each function returns None, and `compare` says so in one line."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nnbook import nn
from nnbook.nn.activations import Array, floats

_OPTIONS = {  # what a layer is made with, besides its weights
    "Linear": ("in_features", "out_features"),
    "GELU": ("approximate",),
    "Softmax": ("dim",),
    "Dropout": ("p",),
    "BatchNorm1d": ("num_features", "eps", "momentum"),
}


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


def twin(layer: nn.Layer) -> Any:
    """The same layer or network in PyTorch: copies of its weights, statistics, dtype and mode.

    Dropout draws other masks. TypeError for a layer that PyTorch does not have.
    """
    if (torch := _torch()) is None:
        return None
    if isinstance(layer, nn.Sequential):
        return torch.nn.Sequential(*map(twin, layer.layers)).train(layer.training)
    kind = type(layer).__name__
    if type(layer) is not getattr(nn, kind, None):
        raise TypeError(f"PyTorch has no layer like {layer!r}: twin takes layers of nnbook.nn")
    options = {name: vars(layer)[name] for name in _OPTIONS.get(kind, ())}
    if kind == "Linear":
        options["bias"] = layer.named_parameters().get("bias") is not None
    theirs = getattr(torch.nn, kind)(**options).train(layer.training)
    ours = {name: p.value for name, p in layer.named_parameters().items()}
    ours |= {name: x for name, x in vars(layer).items() if name.startswith("running_")}
    state = {name: torch.from_numpy(x.copy()) for name, x in ours.items()}
    for x in state.values():
        theirs.to(x.dtype)
    theirs.load_state_dict(state, strict=False)
    return theirs


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
