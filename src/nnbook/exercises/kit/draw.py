"""Numbers and sizes for cases that nobody has seen. What is special about one is its kind."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

KINDS: dict[str, dict[str, Any]] = {
    "random sizes": {},
    "other random sizes": {},
    "one example": {"n": 1},
    "one feature": {"d": 1},
    "one neuron": {"h": 1},
    "many examples": {"n": 40},
    "a large offset": {"offset": 1e3, "n": 12},
    "large numbers": {"scale": 1e6},
    "small numbers": {"scale": 1e-3},
    "numbers of all sizes": {"decades": 4.0},
    "rows far apart": {"apart": 1e3},
}


class Draw:
    """Gives the sizes n, d and h, no two of them equal, and numbers; remembers what was asked.

    n: examples. d: features. h: neurons or classes. A batch is offset + scale · normal numbers,
    some of them larger and some smaller by so many decades; `apart` is how far its rows are from
    one another.
    """

    n: int
    d: int
    h: int
    offset: float
    scale: float
    decades: float
    apart: float

    def __init__(self, seed: Any, special: dict[str, Any]) -> None:
        self.origin, self.special = seed, special
        self.rng = np.random.default_rng(seed)
        sizes = map(int, self.rng.permutation(np.arange(2, 8)))
        usual = dict(zip("ndh", sizes, strict=False), offset=0.0, scale=1.0, decades=0.0, apart=0.0)
        self.asked: set[str] = set()
        self._given = usual | special

    def __getattr__(self, name: str) -> Any:
        if name not in self._given:
            raise AttributeError(name)
        self.asked.add(name)
        return self._given[name]

    def batch(self, *shape: int) -> Array:
        """Examples of this shape, (n, d) if none is given."""
        shape = shape or (self.n, self.d)
        sizes = self.scale * 10 ** self.rng.uniform(-self.decades, self.decades, shape)
        x = self.offset + sizes * self.normal(*shape)
        places = self.rng.permutation(len(x)) - len(x) // 2
        return x + self.apart * places.reshape(-1, *[1] * (x.ndim - 1))

    def normal(self, *shape: int) -> Array:
        """Normal numbers: weights, for example."""
        return self.rng.normal(size=shape)

    def between(self, low: float, high: float) -> float:
        """One number."""
        return float(self.rng.uniform(low, high))

    def labels(self, n: int, classes: int) -> NDArray[np.int64]:
        """A class for each of n examples."""
        return self.rng.integers(0, classes, n)

    @property
    def seed(self) -> int:
        """For what draws its own numbers."""
        return int(self.rng.integers(2**31))
