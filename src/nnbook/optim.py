"""What moves the parameters: stochastic gradient descent.
It reads each grad, which backward has written, and changes the value."""

import sys
from collections.abc import Iterable, Iterator
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

import nnbook.absent as absent
from nnbook.nn.activations import Array
from nnbook.nn.checks import Checked, bounded, shown
from nnbook.nn.parameter import Parameter

__all__ = ["SGD"]


class SGD:
    """`v ← momentum · v + g`,  `w ← w − lr · v`, from `v = 0`.

    All parameters w at once, as PyTorch's SGD. `g = ∂L/∂w`, and
    with weight_decay `g = ∂L/∂w + weight_decay · w`. `lr` and the
    other two may be changed between steps.
    ValueError for lr not positive, momentum outside [0, 1), negative
    weight_decay, no parameters or one given twice; TypeError for
    other things.
    """

    lr = Checked(bounded, "positive", lambda x: 0 < x < inf, "try 0.1")
    momentum = Checked(bounded, "in [0, 1)", lambda x: 0 <= x < 1, "0.9 is usual")
    weight_decay = Checked(bounded, "0 or more", lambda x: 0 <= x < inf, "1e-4 is usual")

    def __init__(
        self,
        parameters: Iterable[Parameter],
        lr: float,
        momentum: float = 0.0,
        *,
        weight_decay: float = 0.0,
    ) -> None:
        self.parameters = _parameters(parameters)
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay
        self.velocities = [np.zeros_like(p.grad) for p in self.parameters]

    def step(self) -> None:
        """Move every parameter once, against its gradient."""
        lr, momentum, decay = self.lr, self.momentum, self.weight_decay
        for w, g, v in self._fast_blocks():
            if decay:
                g = g + decay * w  # g = ∂L/∂w + λ w
            if momentum:
                v *= momentum
                v += g  # v ← momentum · v + g
                g = v
            w -= lr * g  # w ← w − lr · v

    def _fast_blocks(self) -> Iterator[tuple[Array, Array, Array]]:
        """Each value, gradient and velocity; of large ones, in turn, as many rows as the
        processor's cache holds."""
        for i, p in enumerate(self.parameters):
            v = self.velocities[i].astype(p.grad.dtype, copy=False)
            self.velocities[i] = v  # as p.to(np.float64) may have made it
            if p.size <= 2**16:
                yield p.value, p.grad, v
                continue
            rows = max(1, 2**16 * len(v) // v.size)
            for n in range(0, len(v), rows):
                yield p.value[n : n + rows], p.grad[n : n + rows], v[n : n + rows]

    def __repr__(self) -> str:
        settings = f"lr={self.lr}, momentum={self.momentum}, weight_decay={self.weight_decay}"
        return f"{type(self).__name__}({len(self.parameters)} parameters, {settings})"

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            raise absent.error(self, "optim.SGD", absent.OPTIMIZER, name)

        def __setattr__(self, name: str, new: Any) -> None:
            """What would change nothing, such as learning_rate, is refused."""
            if name in absent.OPTIMIZER:
                raise absent.error(self, "optim.SGD", absent.OPTIMIZER, name)
            object.__setattr__(self, name, new)


def _parameters(given: Any) -> list[Parameter]:
    """The parameters, each once; TypeError or ValueError with the cure."""
    cure = "give model.parameters()"
    if isinstance(given, Parameter):
        raise TypeError("SGD takes a list of parameters, got one Parameter: give [parameter]")
    try:
        iterator = iter(given)
    except TypeError:
        raise TypeError(f"SGD takes a list of parameters, got {shown(given)}: {cure}") from None
    found: list[Parameter] = []
    for p in iterator:
        if not isinstance(p, Parameter):
            raise TypeError(f"SGD takes parameters, got {type(p).__name__}: {cure}")
        if any(p is other for other in found):
            tied = "layers cannot share one, since the second backward overwrites grad"
            raise ValueError(f"SGD got a parameter twice: list it once; {tied}")
        found.append(p)
    if not found:
        raise ValueError(f"SGD got no parameters: {cure}, of layers that hold nn.Parameter(…)")
    return found


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """The cure, for a name of PyTorch's that is not here."""
        raise absent.error(sys.modules[__name__], "nnbook.optim", absent.OPTIM, name)
