"""What moves the parameters: stochastic gradient descent.
It reads each grad, which backward has written, and changes the value."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from nnbook.nn.activations import Array
from nnbook.nn.parameter import Parameter


class SGD:
    """`v ← momentum · v + ∂L/∂w`,  `w ← w − lr · v`, from `v = 0`.

    All parameters w at once; PyTorch's convention of momentum. `lr`
    may be changed between steps.
    ValueError for lr not positive, momentum outside [0, 1), no
    parameters or one given twice; TypeError for other things.
    """

    def __init__(
        self,
        parameters: Iterable[Parameter],
        lr: float,
        momentum: float = 0.0,
    ) -> None:
        self.parameters = list(parameters)
        for p in self.parameters:
            if not isinstance(p, Parameter):
                got = type(p).__name__
                raise TypeError(f"SGD takes parameters, got {got}: give model.parameters()")
        if not self.parameters:
            raise ValueError("SGD got no parameters: give model.parameters(), of layers that learn")
        if len(set(self.parameters)) < len(self.parameters):
            raise ValueError("SGD got a parameter twice, and would move it twice: give each once")
        if not 0 < lr < np.inf:
            raise ValueError(f"SGD lr must be positive, got {lr}: try 0.1")
        if not 0 <= momentum < 1:
            raise ValueError(f"SGD momentum must be in [0, 1), got {momentum}: 0.9 is usual")
        self.lr, self.momentum = float(lr), float(momentum)
        self.velocities = [np.zeros_like(p.grad) for p in self.parameters]

    def step(self) -> None:
        """Move every parameter once, against its gradient."""
        moves = zip(self.parameters, self.velocities, strict=True)
        for p, velocity in moves:
            for rows in _blocks(p.value):
                v = p.grad[rows]  # ∂L/∂w
                if self.momentum:
                    velocity[rows] *= self.momentum
                    velocity[rows] += v  # v ← momentum · v + ∂L/∂w
                    v = velocity[rows]
                p.value[rows] -= self.lr * v  # w ← w − lr · v


def _blocks(w: Array) -> list[Any]:
    """Indices of groups of rows that fit into the processor's cache."""
    if w.size <= 2**15:
        return [...]
    step = max(1, 2**15 * len(w) // w.size)
    return [slice(i, i + step) for i in range(0, len(w), step)]
