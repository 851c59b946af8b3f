"""What moves the parameters: stochastic gradient descent.
It reads each grad, which backward has written, and changes the value."""

from collections.abc import Iterable

import numpy as np

from nnbook.nn.activations import Array
from nnbook.nn.layers import Parameter


class SGD:
    """v ← momentum · v + ∂L/∂w,  w ← w − lr · v, from v = 0.

    All parameters w at once; PyTorch's convention of momentum. `lr`
    may be changed between steps.
    ValueError for lr not positive, momentum outside [0, 1), or
    nothing to move.
    """

    def __init__(
        self,
        parameters: Iterable[Parameter],
        lr: float,
        momentum: float = 0.0,
    ) -> None:
        self.parameters = list(parameters)
        if not self.parameters:
            cure = "give model.parameters(), of layers that learn"
            raise ValueError(f"SGD got no parameters: {cure}")
        if not 0 < lr < np.inf:
            raise ValueError(f"SGD lr must be positive, got {lr}: try 0.1")
        if not 0 <= momentum < 1:
            got = f"got {momentum}: 0.9 is usual"
            raise ValueError(f"SGD momentum must be in [0, 1), {got}")
        self.lr, self.momentum = lr, momentum
        self.velocities = [np.zeros_like(p.grad) for p in self.parameters]

    def step(self) -> None:
        """Move every parameter once, against its gradient."""
        for i, p in enumerate(self.parameters):
            v = p.grad  # ∂L/∂w
            if self.momentum:
                v = self.momentum * self.velocities[i] + p.grad
                self.velocities[i] = v
            for rows in _blocks(v):
                p.value[rows] -= self.lr * v[rows]  # w ← w − lr v


def _blocks(v: Array) -> list[slice]:
    """Rows of v in groups that fit into the processor's cache."""
    step = max(1, 2**15 * len(v) // v.size)
    return [slice(i, i + step) for i in range(0, len(v), step)]
