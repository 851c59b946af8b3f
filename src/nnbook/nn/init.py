"""How random the first weights are; in place, named as in torch.
Each takes a Parameter, changes its value, and returns it."""

import sys
from math import inf, isfinite, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

import nnbook.absent as absent
from nnbook.nn.checks import bounded, generator, shown
from nnbook.nn.parameter import Parameter


def kaiming_normal_(
    parameter: Parameter,
    *,
    gain: float = 1.0,
    rng: np.random.Generator | None = None,
) -> Parameter:
    """`w ~ N(0, gain² · 2 / in)`: a signal keeps its size through ReLU.

    W (out, in); ValueError for a value that has no rows and columns.
    Source: He et al. 2015, arXiv:1502.01852.
    """
    _, fan_in = _fans(parameter)
    std = _gain(gain) * sqrt(2 / fan_in)
    return normal_(parameter, std=std, rng=rng)


def xavier_normal_(
    parameter: Parameter,
    *,
    gain: float = 1.0,
    rng: np.random.Generator | None = None,
) -> Parameter:
    """`w ~ N(0, gain² · 2 / (in + out))`: between what the signal needs
    and what the gradient needs.

    W (out, in); ValueError for a value that has no rows and columns.
    Source: Glorot & Bengio 2010, AISTATS.
    """
    fan_out, fan_in = _fans(parameter)
    std = _gain(gain) * sqrt(2 / (fan_in + fan_out))
    return normal_(parameter, std=std, rng=rng)


def xavier_uniform_(
    parameter: Parameter,
    *,
    gain: float = 1.0,
    rng: np.random.Generator | None = None,
) -> Parameter:
    """w uniform in `±gain √(6 / (in + out))`: the variance of
    `xavier_normal_`.

    W (out, in); ValueError for a value that has no rows and columns.
    Source: Glorot & Bengio 2010, AISTATS.
    """
    fan_out, fan_in = _fans(parameter)
    bound = _gain(gain) * sqrt(6 / (fan_in + fan_out))
    shape = parameter.value.shape
    return _write(parameter, generator(rng).uniform(-bound, bound, shape))


def normal_(
    parameter: Parameter,
    mean: float = 0.0,
    std: float = 1.0,
    *,
    rng: np.random.Generator | None = None,
) -> Parameter:
    """`w ~ N(mean, std²)`, for a value of any shape.

    ValueError for a negative std, and for numbers that do not fit.
    """
    shape, mean = _shape(parameter), _finite("normal_ mean", mean)
    std = bounded("normal_ std", std, "0 or more", lambda x: 0 <= x < inf, "0.01, for example")
    return _write(parameter, generator(rng).normal(mean, abs(std), shape))


def constant_(parameter: Parameter, val: float) -> Parameter:
    """`w = val`, everywhere: neurons of a layer then stay the same."""
    _shape(parameter)
    return _write(parameter, _finite("constant_ val", val))


def zeros_(parameter: Parameter) -> Parameter:
    """`w = 0`, everywhere: right for a bias."""
    return constant_(parameter, 0.0)


def _shape(parameter: Any) -> tuple[int, ...]:
    """The shape of its value; TypeError for what is no Parameter."""
    if not isinstance(parameter, Parameter):
        cure = "give layer.weight or layer.bias"
        raise TypeError(f"nn.init takes a Parameter, got {shown(parameter)}: {cure}")
    shape: tuple[int, ...] = parameter.value.shape
    return shape


def _fans(parameter: Parameter) -> tuple[int, int]:
    """(out, in)."""
    shape = _shape(parameter)
    if len(shape) != 2 or 0 in shape:
        cure = "normal_ and constant_ take any shape"
        raise ValueError(f"a weight has the shape (out, in), got {shape}: {cure}")
    return shape[0], shape[1]


def _gain(gain: float) -> float:
    rule = "from 0 to 1e30"
    return abs(bounded("gain", gain, rule, lambda x: 0 <= x <= 1e30, "1.0 is usual"))


def _finite(name: str, x: float) -> float:
    return bounded(name, x, "finite", isfinite, "0.0 is usual")


def _write(parameter: Parameter, values: Any) -> Parameter:
    """parameter.value[...] = values, if its dtype can hold them."""
    dtype = parameter.value.dtype
    largest = np.finfo(dtype).max
    if not np.all(np.abs(values) <= largest):
        got = np.max(np.abs(values))
        raise ValueError(f"{dtype} takes numbers up to {largest:.2g}, got {got:.2g}")
    parameter.value[...] = values
    return parameter


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """The cure, for a name of PyTorch's that is not here."""
        raise absent.error(sys.modules[__name__], "nn.init", absent.INIT, name)
