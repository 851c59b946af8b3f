"""What is learned: `Parameter`, a value and, beside it, the gradient of the loss."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

import nnbook.absent as absent
from nnbook.nn.activations import Array, floats
from nnbook.nn.checks import float_dtype


class Parameter:
    """A value that is learned and, beside it, `grad = ∂L/∂value`.

    A copy of what is given. To change it, write into it,
    value[:] = …: shape and dtype stay.
    ValueError for another shape, TypeError for another dtype.
    """

    __slots__ = ("grad", "value")
    value: Array
    grad: Array

    def __init__(self, value: ArrayLike) -> None:
        self.value = np.array(floats("Parameter value", value), order="C")
        self.grad = np.zeros_like(self.value)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the value."""
        return self.value.shape

    @property
    def size(self) -> int:
        """How many numbers are learned."""
        return self.value.size

    @property
    def ndim(self) -> int:
        """How many axes the value has."""
        return self.value.ndim

    def to(self, dtype: DTypeLike) -> "Parameter":
        """Turn value and grad into np.float32 or np.float64, in place; returns the parameter."""
        dtype = float_dtype("Parameter", dtype)
        value, grad = self.value.astype(dtype), self.grad.astype(dtype)
        object.__setattr__(self, "value", value)
        object.__setattr__(self, "grad", grad)
        return self

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.value, dtype, copy=copy)

    def __repr__(self) -> str:
        return f"Parameter of shape {self.shape}, {self.value.dtype}:\n{self.value}"

    def __setattr__(self, name: str, new: ArrayLike) -> None:
        """A value, or a gradient, of another shape or dtype is refused."""
        if name not in Parameter.__slots__:
            raise absent.error(self, "a Parameter", absent.PARAMETER, name)
        new = floats(f"Parameter {name}", new)
        if hasattr(self, name):
            write = f"write into it, {name}[:] = …"
            if new.shape != self.value.shape:
                got = f"shape {self.value.shape}, got {new.shape}"
                raise ValueError(f"Parameter {name} has {got}: {write}")
            if name == "grad":
                new = new.astype(self.value.dtype, copy=False)
            elif new.dtype != self.value.dtype:
                got = f"holds {self.value.dtype}, got {new.dtype}"
                raise TypeError(f"Parameter value {got}: {write}")
        if not new.flags.writeable:
            new = new.copy()
        object.__setattr__(self, name, new)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            raise absent.error(self, "a Parameter", absent.PARAMETER, name)
