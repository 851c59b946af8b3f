"""Backpropagation put to the test: what it is made of, and what it costs. The networks
that `depth` trains. Each function takes seeds and returns arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise, product
from typing import Any, TypeAlias

import numpy as np

from nnbook import nn, peers
from nnbook.nn.activations import Array

Layers: TypeAlias = Sequence[nn.Layer]

SEEDS = (0, 1, 2, 3, 4)


def _scaled(draw: Callable[..., Any], gain: float = 1.0) -> Callable[..., None]:
    """First weights from `draw`, biases 0."""

    def start(layer: nn.Linear, rng: np.random.Generator) -> None:
        draw(layer.weight, gain=gain, rng=rng)
        if layer.bias:
            nn.init.constant_(layer.bias, 0)

    return start


FIRST_WEIGHTS: dict[str, Callable[..., None]] = {  # how random?
    "default": lambda layer, rng: None,  # PyTorch's, in which layers are made
    "Xavier": _scaled(nn.init.xavier_normal_),
    "Xavier × 4": _scaled(nn.init.xavier_normal_, gain=4),
    "He": _scaled(nn.init.kaiming_normal_),
}


def network(
    widths: Iterable[int],
    f: type[nn.Layer],
    first: str = "default",
    *,
    bias: bool = True,
    rng: np.random.Generator,
) -> nn.Sequential:
    """Linear layers with f between them; their first weights by name."""
    sizes = pairwise(widths)
    linear = [nn.Linear(n, m, bias, rng=rng) for n, m in sizes]
    for layer in linear:
        FIRST_WEIGHTS[first](layer, rng)
    stack = [part for layer in linear for part in (layer, f())]
    return nn.Sequential(*stack[:-1])  # no f at the end


def as_printed(model: nn.Sequential, loss_fn: Any, x: Array, y: Array) -> Array:
    """The slide's Δ w₉ x₁ with Δ = y − ŷ, and so on for all ten weights of one example."""
    *hidden, output = model.layers
    z = nn.Sequential(*hidden)(x)[0]
    delta = y[0, 0] - output(z[None])[0, 0]
    w9, w10 = output.parameters()[0].value[0]
    return np.concatenate([delta * w9 * x[0], delta * w10 * x[0], delta * z])


def pytorch_gradients(model: nn.Sequential, x: Array, y: Array) -> Array | None:
    """∂/∂w of Σ ½ (ŷ − y)² by PyTorch's autograd, for a copy of the model; None without PyTorch."""
    if (twin := peers.twin(model)) is None:
        return None
    tensor = next(twin.parameters()).new_tensor
    (((twin(tensor(x)) - tensor(y)) ** 2).sum() / 2).backward()
    return np.concatenate([p.grad.numpy().ravel() for p in twin.parameters()])


def follow(
    slopes: Callable[..., Array],
    model: nn.Sequential,
    x: Array,
    y: Array,
    *,
    lr: float = 0.1,
    updates: int = 20,
) -> Array:
    """E before and after each update w ← w − lr · slopes; changes the model."""
    loss_fn, errors = nn.HalfSquaredLoss(), [nn.HalfSquaredLoss()(model(x), y)]
    for _ in range(updates):
        steps, start = lr * slopes(model, loss_fn, x, y), 0
        for p in model.parameters():
            p.value -= steps[start : start + p.value.size].reshape(p.value.shape)
            start += p.value.size
        errors.append(loss_fn(model(x), y))
    return np.array(errors)


def one_by_one(*, width: int = 4, layers: int = 8, seed: int = 0) -> dict[str, Array]:
    """One weight's gradient without matrices: a product for each path to the loss, all added up.

    The loss is the sum of the last layer's outputs, f is tanh. `paths`: how many there are.
    """
    rng = np.random.default_rng(seed)
    model = network([width] * (layers + 1), nn.Tanh, "Xavier", rng=rng).to(np.float64)
    x = rng.normal(size=(1, width))
    model.parameter_gradients(np.ones_like(model(x)))
    weights = [p.value for p in model.parameters()[2::2]]
    slopes = [1 - part.z[0] ** 2 for part in model.layers if isinstance(part, nn.Tanh)]
    total, paths = 0.0, list(product(range(width), repeat=layers - 1))
    for path in paths:  # the unit that it goes through in each later layer
        rate, unit = x[0, 0], 0  # w reaches a₁ through its input
        for w, slope, target in zip(weights, slopes, path, strict=True):
            rate *= slope[unit] * w[target, unit]
            unit = target
        total += rate
    by_matrices = model.parameters()[0].grad[0, 0]
    return {
        "paths": np.array(len(paths)), "added up": np.array(total), "by matrices": by_matrices
    }  # fmt: skip


class Counting(nn.Linear):
    """A layer that counts its matrix products: `forward` ones, and those on the way `back`."""

    up = back = 0

    def forward(self, x: Any) -> Array:
        self.up += 1
        return super().forward(x)

    def parameter_gradients(self, grad: Array) -> None:
        self.back += 1
        super().parameter_gradients(grad)

    def input_gradient(self, grad: Array) -> Array:
        self.back += 1
        return super().input_gradient(grad)


def nothing_kept(parts: Layers, x: Array, grad: Array) -> None:
    """Backward through pairs (Linear, f) that have kept nothing."""
    for last in range(len(parts), 0, -2):
        nn.Sequential(*parts[:last])(x)  # from the bottom, once more
        for part in reversed(parts[last - 2 : last]):
            grad = part.backward(grad)


def checkpoints(parts: Layers, x: Array, grad: Array, every: int) -> None:
    """Backward where the input of every so many pairs was kept."""
    starts = range(0, len(parts), 2 * every)
    segments = [nn.Sequential(*parts[i : i + 2 * every]) for i in starts]
    kept = [x]
    for segment in segments:
        kept.append(segment(kept[-1]))
    for segment, start in zip(segments[::-1], kept[-2::-1], strict=True):
        segment(start)  # from the checkpoint, once more
        grad = segment.backward(grad)


def stored_or_again(layers: int, *, width: int = 8, seed: int = 0) -> dict[str, Array]:
    """The same gradients from stored inputs, and with each layer's input computed once more.

    `products`: matrix products of the forward direction, stored and again; `all`: of both
    directions, stored, again, and with √layers checkpoints; `difference` of the gradients.
    """
    rng = np.random.default_rng(seed)
    linear = [Counting(width, width, rng=rng) for _ in range(layers)]
    parts = [part for layer in linear for part in (layer, nn.Tanh())]
    model, x = nn.Sequential(*parts), rng.normal(size=(5, width)).astype(np.float32)
    ones = np.ones_like(x)

    def counted(way: Callable[[], object]) -> tuple[int, int, list[Array]]:
        """Products forward and in all, and the gradients."""
        for layer in linear:
            layer.up = layer.back = 0
        way()
        up, back = sum(layer.up for layer in linear), sum(layer.back for layer in linear)
        return up, up + back, [p.grad.copy() for p in model.parameters()]

    stored = counted(lambda: (model(x), model.backward(ones)))
    again = counted(lambda: nothing_kept(parts, x, ones))
    some = counted(lambda: checkpoints(parts, x, ones, round(layers**0.5)))
    off = max(
        np.abs(a - b).max()
        for other in (again, some)
        for a, b in zip(stored[2], other[2], strict=True)
    )
    return {
        "products": np.array([stored[0], again[0]]),
        "all": np.array([stored[1], again[1], some[1]]),
        "difference": np.array(off),
    }


def multiplications(model: nn.Sequential) -> dict[str, int]:
    """How many a single example takes: forward, backward, and for differences in all weights.

    Products with weights alone: all the rest grows with the width only, these with its square.
    """
    sizes = [part.weight.value.size for part in model.layers if isinstance(part, nn.Linear)]
    forward, parameters = sum(sizes), sum(p.value.size for p in model.parameters())
    backward = forward + sum(sizes[1:])  # ∂E/∂W for all, ∂E/∂x for all but the first
    return {"forward": forward, "backward": backward, "differences": 2 * parameters * forward}
