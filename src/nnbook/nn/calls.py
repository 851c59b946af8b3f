"""Which layers a forward calls, to go back through them; or why there is no way back."""

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any, Literal, TypeVar

import numpy as np

from nnbook.nn.activations import Array

Result = TypeVar("Result")
QUESTIONS = ("parameter_gradients", "input_gradient")  # of backpropagation


class Calls:
    """The layers that one forward calls, as long as they form a chain.

    Each must get the very array that the one before it returned,
    unchanged, and what the last one returns must be the result. Then
    `broken` is "", else it says what was done between two of them.
    """

    def __init__(self, x: Array) -> None:
        self.layers: list[Any] = []
        self.broken = ""
        self._carry(x, "its input")

    def note(self, layer: Any, x: Any, y: Array) -> None:
        """y = layer(x) has been called."""
        self._expect(x, f"{layer._title} gets")
        self.layers.append(layer)
        self._carry(y, f"what {layer._title} returned")

    def end(self, y: Any) -> "Calls":
        """forward has returned y: keeps no array from here on."""
        self._expect(y, "it returns")
        del self._carried, self._bytes
        return self

    def _carry(self, array: Array, what: str) -> None:
        self._carried, self._bytes, self._what = array, array.tobytes(), what

    def _expect(self, array: Any, taken: str) -> None:
        if array is not self._carried or array.tobytes() != self._bytes:
            self.broken = self.broken or f"{taken} something else than {self._what}"


# Of the forward that runs; False where nobody asks for them, None where nothing runs.
RUNNING: ContextVar[Calls | Literal[False] | None] = ContextVar("RUNNING", default=None)


def run(method: Callable[..., Result], *given: Any, calls: Calls | None = None) -> Result:
    """method(*given), whose calls of layers are noted.

    Small numbers may become 0, whatever np.errstate says: that is as it should be.
    """
    if RUNNING.get() is False and calls is None:
        return method(*given)
    token = RUNNING.set(calls or False)
    try:
        with np.errstate(under="ignore"):
            return method(*given)
    finally:
        RUNNING.reset(token)


def way_back(layer: Any) -> Sequence[Any]:
    """The layers that the last forward called, if gradients can go back through them."""
    needed = QUESTIONS if layer._learns() else QUESTIONS[1:]
    cure = "define " + " and ".join(name for name in needed if name not in layer._rooms)
    if layer._calls:
        layers: list[Any] = layer._calls.layers
        why = layer._calls.broken or wrong_in(layer, layers)
        if not why:
            return layers
        if layers:
            one = "call layers one after the other, such as nn.ReLU()"
            cure = f"in forward, {why}: {one}, or {cure}"
        else:
            cure += ", or make its forward of layers, such as nn.ReLU()"
    raise NotImplementedError(f"{layer._title} has no way back: {cure}")


def wrong_in(layer: Any, layers: Sequence[Any]) -> str:
    """Why gradients cannot go back through a chain of layers, or ""."""
    inside = [part for one in layers for _, part in one.named_modules()]
    for part in inside:
        if sum(part is other for other in inside) > 1:
            return f"it calls {part._title} twice, which keeps one call at a time: make two"
    mine = {id(p): name for name, p in layer.named_parameters()}
    reached = {id(p): one for one in layers for p in one.parameters()}
    foreign = [one._title for p, one in reached.items() if p not in mine]
    if foreign:
        return f"it calls {foreign[0]}, which is not an attribute, nor in a list that is one"
    idle = [name for p, name in mine.items() if p not in reached]
    return f"it does not use {', '.join(idle)}, which then cannot learn" if idle else ""
