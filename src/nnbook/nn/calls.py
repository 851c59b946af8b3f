"""What runs while a layer's forward runs: which layers it calls, to go back through them.
`RUNNING` is one for each thread; nothing else here is shared."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TypeVar

import numpy as np

from nnbook.nn.activations import Array

Result = TypeVar("Result")


class Calls:
    """The layers that one forward calls, as long as they form a chain.

    Each must get the very array that the one before it returned,
    unchanged, and what the last one returns must be the result. Then
    `broken` is "", else it says what was done between two of them.
    """

    def __init__(self, x: Array) -> None:
        self.layers: list[Any] = []
        self.broken = ""
        self._carry(x, None)

    def note(self, layer: Any, x: Any, y: Array) -> None:
        """y = layer(x) has been called."""
        self._expect(x, layer)
        self.layers.append(layer)
        self._carry(y, layer)

    def end(self, y: Array) -> "Calls":
        """forward has returned y: keeps no array from here on."""
        self._expect(y, None)
        del self._carried, self._bytes, self._source
        return self

    def _carry(self, array: Array, source: Any) -> None:
        self._carried, self._bytes, self._source = array, array.tobytes(), source

    def _expect(self, array: Any, taker: Any) -> None:
        """The array that is carried must come, as it was, to the layer, or for None to the end."""
        if self.broken or (array is self._carried and array.tobytes() == self._bytes):
            return
        gets = "it returns" if taker is None else f"{taker._title} gets"
        came = "its input" if self._source is None else f"what {self._source._title} returned"
        self.broken = f"{gets} something else than {came}"


# The calls of the forward that runs; True where nobody records them, False where nothing runs.
RUNNING: ContextVar[Calls | bool] = ContextVar("RUNNING", default=False)


def run(
    method: Callable[[Any, Array], Result], layer: Any, x: Array, record: Calls | bool
) -> Result:
    """method(layer, x), whose calls of layers go into the record.

    Small numbers may become 0, whatever np.errstate says: that is as it should be.
    """
    outer, token = RUNNING.get(), RUNNING.set(record)
    try:
        if outer:
            return method(layer, x)
        with np.errstate(under="ignore"):
            return method(layer, x)
    finally:
        RUNNING.reset(token)
