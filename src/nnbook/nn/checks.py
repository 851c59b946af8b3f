"""Arguments that are checked alike wherever they are given, in words that name the argument."""

import numpy as np


def count(name: str, n: int) -> int:
    """n, if it is one of 1, 2, 3 …; ValueError if not."""
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise ValueError(f"{name} must be a whole number, at least 1, got {n!r}")
    return int(n)


def generator(rng: np.random.Generator | None) -> np.random.Generator:
    """rng, or for None an unseeded one; TypeError for another thing."""
    if rng is not None and not isinstance(rng, np.random.Generator):
        cure = f"give numpy.random.default_rng({rng if isinstance(rng, int) else 0})"
        raise TypeError(f"rng must be a Generator, got {rng!r}: {cure}")
    return rng or np.random.default_rng()
