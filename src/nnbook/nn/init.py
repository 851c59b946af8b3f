"""How random the first weights are; in place, named as in torch.
Each takes a Parameter, changes its value, and returns it."""

from math import sqrt

import numpy as np

from nnbook.nn.checks import generator
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
    std = gain * sqrt(2 / fan_in)
    parameter.value[:] = generator(rng).normal(0, std, parameter.value.shape)
    return parameter


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
    std = gain * sqrt(2 / (fan_in + fan_out))
    parameter.value[:] = generator(rng).normal(0, std, parameter.value.shape)
    return parameter


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
    bound = gain * sqrt(6 / (fan_in + fan_out))
    parameter.value[:] = generator(rng).uniform(-bound, bound, parameter.value.shape)
    return parameter


def constant_(parameter: Parameter, value: float) -> Parameter:
    """`w = value` everywhere: neurons of a layer then stay the same."""
    parameter.value[...] = value
    return parameter


def _fans(parameter: Parameter) -> tuple[int, int]:
    """(out, in)."""
    if parameter.value.ndim != 2:
        got = f"got {parameter.value.shape}: constant_ takes any shape"
        raise ValueError(f"a weight has the shape (out, in), {got}")
    fan_out, fan_in = parameter.value.shape
    return fan_out, fan_in
