"""What PyTorch says, for comparison: the one module that imports torch, inside its functions.
Without torch each function returns None, and `compare` says so in one line."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnbook import nn
from nnbook.nn.activations import Array, as_array, floats
from nnbook.nn.checks import bounded, shown
from nnbook.nn.losses import Loss

_OPTIONS = {  # what a layer is made with, besides its weights
    "Linear": ("in_features", "out_features"),
    "GELU": ("approximate",),
    "Softmax": ("dim",),
    "Dropout": ("p",),
    "BatchNorm1d": ("num_features", "eps", "momentum"),
}
_LOSSES = {  # ours by PyTorch's name, and theirs in units of ours
    "CrossEntropyLoss": ("CrossEntropyLoss", 1.0),
    "BCEWithLogitsLoss": ("BCEWithLogitsLoss", 1.0),
    "L1Loss": ("L1Loss", 1.0),
    "HalfSquaredLoss": ("MSELoss", 0.5),
}


class Ran(NamedTuple):
    """What PyTorch did with the lines of a training loop."""

    losses: Array  # of the examples held aside: before any batch, then after each whole one
    batch: int = 0  # in which batch a line failed, from 1; 0 for none
    line: int = 0  # which line that was, from 0
    error: str = ""  # what Python then said: "NameError: name 'pred' is not defined"


class Seen(NamedTuple):
    """What the layers of a network do in one mode, found by using them."""

    dropout_is_on: bool  # two passes over one input differ
    of_batch: bool  # batch norm's answer to one example changes with another example
    graph: str  # what y.grad_fn is: the name of an operation, or "None"


def available() -> bool:
    """Is PyTorch installed here?"""
    return _torch() is not None


def accelerator() -> str | None:
    """The name that PyTorch has for this machine's graphics card, "cuda" or "mps", if any."""
    torch = _torch()
    if torch is None or not hasattr(torch, "accelerator") or not torch.accelerator.is_available():
        return None
    return str(torch.accelerator.current_accelerator())


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
    return _values("gelu", x, approximate)


def derivative(name: str, x: ArrayLike, approximate: str = "none") -> Array | None:
    """`f′(x)` by PyTorch's autograd; f is "sigmoid", "tanh", "relu" or "gelu".

    approximate: gelu's, "none" or "tanh". Same shape and dtype as x.
    ValueError for another name.
    """
    if (torch := _torch()) is None:
        return None
    tensor = _tensor(torch, x).requires_grad_()
    _function(torch, name, approximate)(tensor).sum().backward()
    gradient: Array = tensor.grad.numpy()
    return gradient


def manual_seed(seed: int) -> None:
    """torch.manual_seed(seed): what PyTorch draws from here on, such as the masks of a twin."""
    if torch := _torch():
        torch.manual_seed(seed)


def twin(layer: nn.Layer) -> Any:
    """The same layer or network in PyTorch: copies of its weights, statistics, dtype and mode.

    Dropout draws other masks. TypeError for a layer that PyTorch does not have.
    """
    if (torch := _torch()) is None:
        return None
    if isinstance(layer, nn.Sequential) and type(layer).forward is nn.Sequential.forward:
        return torch.nn.Sequential(*map(twin, layer.layers)).train(layer.training)
    kind = type(layer).__name__
    if not isinstance(layer, nn.Layer) or type(layer) is not getattr(nn, kind, None):
        cure = "twin takes layers of nnbook.nn"
        raise TypeError(f"PyTorch has no layer like {shown(layer)}: {cure}")
    options = {name: vars(layer)[name] for name in _OPTIONS.get(kind, ())}
    if kind == "Linear":
        options["bias"] = getattr(layer, "bias", None) is not None
    theirs = getattr(torch.nn, kind)(**options).train(layer.training)
    state = {name: torch.from_numpy(x) for name, x in layer.state_dict().items()}
    for x in state.values():
        theirs.to(x.dtype)
    theirs.load_state_dict(state, strict=False)
    return theirs


def gradients(model: nn.Layer, loss_fn: Loss, x: ArrayLike, y: ArrayLike) -> list[Array] | None:
    """`∂L/∂w` by autograd on the model's twin, one array a parameter, as in model.parameters()."""
    if (torch := _torch()) is None:
        return None
    theirs = twin(model)
    _loss(torch, loss_fn)(theirs(_data(torch, x)), _data(torch, y)).backward()
    return [p.grad.numpy() for p in theirs.parameters()]


def descend(
    model: nn.Layer,
    loss_fn: Loss,
    some: Iterable[tuple[ArrayLike, ArrayLike]],
    lr: float,
    momentum: float = 0.0,
) -> tuple[Array, list[Array]] | None:
    """torch.optim.SGD on the model's twin, one update a batch (x, y).

    The loss of each batch before its update, and the weights after the last one, as in
    model.parameters(). The model itself stays as it is.
    """
    if (torch := _torch()) is None:
        return None
    theirs, losses = twin(model), []
    optimizer = torch.optim.SGD(theirs.parameters(), lr=lr, momentum=momentum)
    for x, y in some:
        loss = _loss(torch, loss_fn)(theirs(_data(torch, x)), _data(torch, y))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return np.array(losses), [p.detach().numpy() for p in theirs.parameters()]


def run_loop(
    lines: Sequence[str],
    model: nn.Layer,
    loss_fn: Loss,
    some: Iterable[tuple[ArrayLike, ArrayLike]],
    aside: tuple[ArrayLike, ArrayLike],
    lr: float,
) -> Ran | None:
    """for X, y in some: the lines, as a reader might type them; then the loss of (x, y) aside.

    They know X, y, model (the twin), loss_fn and optimizer, all PyTorch's; an exception ends it.
    """
    if (torch := _torch()) is None:
        return None
    theirs, judge = twin(model), _loss(torch, loss_fn)
    optimizer = torch.optim.SGD(theirs.parameters(), lr=lr)
    names = {"model": theirs, "loss_fn": judge, "optimizer": optimizer}
    codes = [compile(line, "loop", "exec") for line in lines]
    x_aside, y_aside = (_data(torch, part) for part in aside)

    def measured() -> float:
        with torch.no_grad():
            return float(judge(theirs(x_aside), y_aside))

    threads, losses = torch.get_num_threads(), [measured()]
    torch.set_num_threads(1)  # in products this small two would wait for each other
    try:
        for batch, (x, y) in enumerate(some, 1):
            names |= {"X": _data(torch, x), "y": _data(torch, y)}
            for k, code in enumerate(codes):
                try:
                    exec(code, names)
                except Exception as error:
                    return Ran(np.array(losses), batch, k, f"{type(error).__name__}: {error}")
            losses.append(measured())
    finally:
        torch.set_num_threads(threads)
    return Ran(np.array(losses))


def press_backward(
    model: nn.Layer,
    loss_fn: Loss,
    batch: tuple[ArrayLike, ArrayLike],
    calls: int,
    *,
    zero_every: int = 0,
    graph: bool = True,
) -> tuple[Array, str] | None:
    """model(x) and loss.backward() again and again: .grad of the twin's last parameter but one,
    summed up, before any call and after each; NaN where it is None. And what Python said.

    zero_every: zero_grad() before calls 1, 1 + n, …; 0 for never. graph=False: model(x) stands
    inside torch.no_grad(). Dropout draws its masks from one seed; the mode is the model's.
    """
    if (torch := _torch()) is None:
        return None
    theirs, said = twin(model), ""
    (x, y), judge = (_data(torch, part) for part in batch), _loss(torch, loss_fn)
    if len(parameters := [*theirs.parameters()]) < 2:
        raise ValueError(f"press_backward takes a network with parameters, got {shown(model)}")
    weight = parameters[-2]
    found = [np.nan]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for call in range(calls):
            if zero_every and call % zero_every == 0:
                theirs.zero_grad()
            with torch.set_grad_enabled(graph):
                y_hat = theirs(x)
            try:
                judge(y_hat, y).backward()
            except RuntimeError as error:
                said = f"{type(error).__name__}: {error}"
            found.append(np.nan if weight.grad is None else weight.grad.sum().item())
    return np.array(found), said


def watch(model: nn.Sequential, x: ArrayLike, *, graph: bool = True) -> Seen | None:
    """What the twin's layers do with the batch x in the model's mode, its own BatchNorm1d and
    Dropout being used one by one; graph=False: inside torch.no_grad()."""
    if (torch := _torch()) is None:
        return None
    theirs, tensor = twin(model), _data(torch, x)
    kinds = {type(layer).__name__: layer for layer in theirs}
    if not {"BatchNorm1d", "Dropout"} <= kinds.keys():
        raise ValueError(f"watch takes a network with BatchNorm1d and Dropout, got {shown(model)}")
    norm, drop = kinds["BatchNorm1d"], kinds["Dropout"]
    other = tensor.clone()
    other[-1] += 1  # another neighbor
    ones = torch.ones(1000)
    with torch.set_grad_enabled(graph), torch.random.fork_rng(devices=[]):
        dropout_is_on = not torch.equal(drop(ones), drop(ones))
        of_batch = not torch.equal(norm(tensor)[0], norm(other)[0])
        made_by = theirs(tensor).grad_fn
    return Seen(dropout_is_on, of_batch, "None" if made_by is None else type(made_by).__name__)


def compare(name: str, ours: ArrayLike, theirs: ArrayLike | None, tolerance: float) -> None:
    """`max|ours − theirs| ≤ tolerance · max(1, max|theirs|)`, or an AssertionError.

    Prints the difference in one line. NaN, ∞, another shape or nothing to compare fail as well.
    theirs=None, what this module returns without PyTorch: prints that, asserts nothing.
    """
    if theirs is None:
        print(f"{name}: PyTorch is not installed here, nothing was compared")
        return
    a = floats(f"{name}: ours", ours)
    b = floats(f"{name}: theirs", theirs).astype(np.float64)
    tolerance = bounded("tolerance", tolerance, "0 or more", lambda x: x >= 0, "1e-12 is usual")
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
    return torch if hasattr(torch, "__version__") else None  # in a page there is a stand-in


def _tensor(torch: Any, x: ArrayLike) -> Any:
    return _data(torch, floats("x", x))


def _data(torch: Any, x: ArrayLike) -> Any:
    """A copy, of any real dtype: labels stay integers."""
    a = as_array("data", x)
    return torch.from_numpy(np.array(a, a.dtype.newbyteorder("="), order="C"))


def _loss(torch: Any, loss_fn: Loss) -> Any:
    """PyTorch's loss of the same name and reduction."""
    kind = type(loss_fn).__name__
    if kind not in _LOSSES:
        got = f"{shown(loss_fn)}: give one of {', '.join(_LOSSES)}"
        raise TypeError(f"PyTorch has no loss like {got}")
    name, factor = _LOSSES[kind]
    theirs = getattr(torch.nn, name)(reduction=loss_fn.reduction)
    return theirs if factor == 1 else lambda y_hat, y: factor * theirs(y_hat, y)


def _function(torch: Any, name: str, approximate: str) -> Any:
    nn.gelu([], approximate)  # refuses what it does not know
    functions = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "gelu": partial(torch.nn.functional.gelu, approximate=approximate),
    }
    if not isinstance(name, str) or name not in functions:
        raise ValueError(f"name must be one of {', '.join(functions)}, got {shown(name)}")
    return functions[name]


def _values(name: str, x: ArrayLike, approximate: str = "none") -> Array | None:
    if (torch := _torch()) is None:
        return None
    values: Array = _function(torch, name, approximate)(_tensor(torch, x)).numpy()
    return values
