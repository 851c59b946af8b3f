"""Layers one after the other: a composition of functions.
The gradient takes them in reverse order: the chain rule."""

from collections.abc import Iterable, Iterator
from itertools import dropwhile

import numpy as np
from numpy.typing import ArrayLike

from nnbook.nn.activations import Array
from nnbook.nn.layer import Layer


class Sequential(Layer):
    """y = fₖ(… f₂(f₁(x))), of the layers f₁ … fₖ.

    `parameter_gradients` stops at the first layer that learns, since
    nobody needs the gradient of the data; `backward` goes on to ∂L/∂x.
    After two forwards, gradients are those of the second.
    TypeError for anything but layers, ValueError for one given twice.
    """

    def __init__(self, *layers: Layer) -> None:
        self.layers = layers
        parts = [*_parts(layers)]
        for part in parts:
            if sum(part is other for other in parts) > 1:
                why = "a layer keeps one forward at a time: make two"
                raise ValueError(f"Sequential got one {part!r} twice; {why}")

    def forward(self, x: Array) -> Array:
        for layer in self.layers:
            x = layer(x)
        return x

    def parameter_gradients(self, grad: Array) -> None:
        learn = [*dropwhile(lambda f: not f.parameters(), self.layers)]
        for layer in reversed(learn[1:]):
            grad = layer.backward(grad)
        if learn:
            learn[0].parameter_gradients(grad)

    def input_gradient(self, grad: Array) -> Array:
        for layer in reversed(self.layers):
            grad = layer.input_gradient(grad)
        return grad

    def backward(self, grad: Array) -> Array:
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        return grad

    def named_children(self) -> dict[str, Layer]:
        return {str(i): layer for i, layer in enumerate(self.layers)}

    def _checked_input(self, x: ArrayLike) -> Array:
        """An array as it is, for the first layer to check; lists take the dtype of the weights."""
        if isinstance(x, np.ndarray):
            return x
        x = super()._checked_input(x)
        dtypes = [p.value.dtype for p in self.parameters()]
        return x.astype(dtypes[0], copy=False) if dtypes else x

    def __getitem__(self, i: int) -> Layer:
        return self.layers[i]

    def __len__(self) -> int:
        return len(self.layers)

    def _checked_gradient(self, grad: ArrayLike) -> Array:
        """By the last layer, which knows y also if its layers were called one by one."""
        if self.layers and self.layers[-1]._output:
            return self.layers[-1]._checked_gradient(grad)
        return super()._checked_gradient(grad)

    def __repr__(self) -> str:
        rows = [f"({i}): {layer!r}" for i, layer in enumerate(self.layers)]
        inside = "".join(f"\n{row}" for row in rows).replace("\n", "\n  ")
        return f"Sequential({inside}\n)" if rows else "Sequential()"


def _parts(layers: Iterable[Layer]) -> Iterator[Layer]:
    """Every layer in layers, however deep; TypeError for other things."""
    for layer in layers:
        if not isinstance(layer, Layer):
            cure = "write it as Sequential(nn.Linear(2, 1), nn.ReLU())"
            raise TypeError(f"Sequential takes layers, got {layer!r}: {cure}")
        yield layer
        yield from _parts(layer.named_children().values())
