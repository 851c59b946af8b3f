"""Layers one after the other: a composition of functions.
The gradient takes them in reverse order: the chain rule."""

from collections.abc import Iterator
from typing import Self, overload

import numpy as np
from numpy.typing import ArrayLike

from nnbook.nn.activations import Array
from nnbook.nn.checks import shown
from nnbook.nn.layer import Layer


class Sequential(Layer):
    """`y = fₖ(… f₂(f₁(x)))`, of the layers `f₁ … fₖ`.

    `parameter_gradients` stops at the first layer that learns, since
    nobody needs the gradient of the data; `backward` goes on to
    `∂L/∂x`. After two forwards, gradients are those of the second.
    model[0] is a layer, model[:2] a network that shares its layers.
    TypeError for anything but layers, ValueError for one given twice.
    """

    _recorded = False  # its layers are known

    def __init__(self, *layers: Layer) -> None:
        self.layers = self._checked_layers(layers)

    def forward(self, x: Array) -> Array:
        for layer in self.layers:
            x = layer(x)
        return x

    def append(self, layer: Layer) -> Self:
        """Put a layer behind the last one; returns the network."""
        self.layers = self._checked_layers((*self.layers, layer))
        return self

    def named_children(self) -> list[tuple[str, Layer]]:
        """Its layers by number: "0", "1" …; and a subclass's other ones."""
        found = super().named_children()
        return [(name.removeprefix("layers."), layer) for name, layer in found]

    @overload
    def __getitem__(self, i: int) -> Layer: ...
    @overload
    def __getitem__(self, i: slice) -> "Sequential": ...
    def __getitem__(self, i: int | slice) -> Layer:
        if isinstance(i, slice):
            return Sequential(*self.layers[i])
        if isinstance(i, bool) or not isinstance(i, int | np.integer):
            raise TypeError(f"a network's layers are counted, model[0] …, got {shown(i)}")
        if not -len(self) <= i < len(self):
            raise IndexError(f"a network of {len(self)} layers has no layer {i}")
        return self.layers[i]

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    def _checked_gradient(self, grad: ArrayLike) -> Array:
        """By the last layer, which knows y also if its layers were called one by one."""
        other = self._recorded or self._rooms  # a subclass, which may have another y
        if not other and self.layers and self.layers[-1]._output:
            return self.layers[-1]._checked_gradient(grad)
        return super()._checked_gradient(grad)

    def __repr__(self) -> str:
        rows = [f"({i}): {layer!r}" for i, layer in enumerate(self.layers)]
        inside = "".join(f"\n{row}" for row in rows).replace("\n", "\n  ")
        return f"Sequential({inside}\n)" if rows else "Sequential()"

    def _way_back(self) -> tuple[Layer, ...]:
        """Its layers, unless a subclass has another forward."""
        return (*super()._way_back(),) if self._recorded else self.layers

    def _checked_input(self, x: ArrayLike) -> Array:
        """An array as it is: the first layer checks it."""
        return x if isinstance(x, np.ndarray) else super()._checked_input(x)

    def _checked_layers(self, layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
        """Layers, each of them once, and each parameter."""
        for layer in layers:
            if not isinstance(layer, Layer):
                cure = "write it as Sequential(nn.Linear(2, 1), nn.ReLU())"
                raise TypeError(f"Sequential takes layers, got {shown(layer)}: {cure}")
        parts = [part for layer in layers for _, part in layer.named_modules()]
        for part in parts:
            if sum(part is other for other in parts) > 1:
                why = "a layer keeps one forward at a time: make two"
                raise ValueError(f"Sequential got one {part._title} twice; {why}")
        learned = [p for layer in layers for p in layer.parameters()]
        if len({id(p) for p in learned}) < len(learned):
            why = "its gradient would be that of one of them: give each its own"
            raise ValueError(f"Sequential got two layers with one parameter; {why}")
        return layers
