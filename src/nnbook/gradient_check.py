"""Is `backward` right? Compares each gradient that it gives with a central difference,
`(L(w + h) − L(w − h)) / 2h`, for which the forward pass is enough."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from math import inf, isfinite, isnan
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnbook.nn.activations import Array, as_array
from nnbook.nn.checks import number, shown
from nnbook.nn.layer import Layer
from nnbook.nn.losses import Loss, check_loss

Line: TypeAlias = Callable[[float], float]

TOLERANCE = 1e-6  # relative
MOST = 100_000  # forward passes


@dataclass(frozen=True)
class Report:
    """What `gradient_check` found; str(report) is a sentence.

    worst: the largest relative error, `|numeric − analytic| / max(|numeric|, |analytic|)`, less
    what rounding explains; ∞ for NaN. It stands at `index` of the parameter `name`, or of "input":
    backward gives `analytic` there, and differences give `numeric`. count: how many were compared.
    kink: L has one slope on the left of that place and another on the right.
    """

    worst: float
    name: str
    index: tuple[int, ...]
    analytic: float
    numeric: float
    count: int
    kink: bool

    @property
    def passed(self) -> bool:
        """Is every gradient right, to a relative error of 1e-6?"""
        return self.worst <= TOLERANCE

    def __str__(self) -> str:
        place = self.name + (str([*self.index]) if self.index else "")
        if self.passed:
            error = f"worst relative error {self.worst:.2g}"
            return f"passed: {self.count} gradients, {error} at {place}"
        gives = f"backward gives {self.analytic:.7g}, differences give {self.numeric:.7g}"
        if isnan(self.analytic):
            gives = gives.replace("gives nan", "gives NaN or does not overwrite grad")
        kink = " (at a kink of the loss: try another input)" if self.kink else ""
        return f"failed: at {place}, of {self.count} gradients, {gives}{kink}"


@np.errstate(all="ignore")  # NaN and ∞ are found and reported
def gradient_check(
    model: Layer,
    x: ArrayLike,
    *,
    loss_fn: Loss | None = None,
    target: ArrayLike | None = None,
    h: float = 1e-5,
) -> Report:
    """`∂L/∂w = (L(w + h) − L(w − h)) / 2h + O(h²)`, for every parameter and every number in x.

    x (N, …) floats. `L = loss_fn(model(x), target)`, or without a loss `Σ c ⊙ model(x)`, with
    random `c` of order one. All on a float64 copy, in the model's mode; each forward draws the same
    random numbers (a dropout mask). Compared are `backward`, and `parameter_gradients` and
    `input_gradient` called alone.

    Where the two disagree, the slopes on the left and on the right of w are taken with steps from
    0.1 down to 1e-7, and the first step at which both agree decides: large ones lift tiny gradients
    out of the rounding of L, small ones get below a kink (an input of ReLU within h of 0). If they
    never agree, the kink is at w, and backward may give either slope or their mean.

    Takes 2 (P + D) forwards for P parameters and D numbers in x, and up to 43 for each of those
    that disagree. ValueError for more than 100,000, for a model that gives other results each
    time, for gradients of a wrong shape; TypeError for x of integers.
    """
    run = _Run(model, _floats(model, x), loss_fn, target)
    values, gradients = run.values(), [run.gradients(), run.gradients(apart=True)]
    count = sum(value.size for value in values.values())
    if 2 * count > MOST:
        needed = f"{count:,} gradients take {2 * count:,} forward passes"
        cure = "check a smaller network and batch, such as width 8 and 3 examples"
        raise ValueError(f"gradient_check: {needed}, at most {MOST:,}: {cure}")
    h = number("gradient_check h", h, "1e-5 is usual")
    if not 0 < h < inf:
        raise ValueError(f"gradient_check h must be positive, got {h:g}: 1e-5 is usual")
    of_loss, of_gradients = _noise(run)
    reports = []
    for name, value in values.items():
        for index in np.ndindex(value.shape):
            line, noise = _line(run, value, index), (of_loss, of_gradients[name][index])
            for analytic in {float(named[name][index]) for named in gradients}:
                error, numeric, kink = _compare(line, analytic, h, *noise)
                reports.append(Report(error, name, index, analytic, numeric, count, kink))
    return max(reports, key=lambda report: report.worst)


class _Run:
    """A float64 copy of a model, and L as a function of nothing but its values."""

    def __init__(self, model: Layer, x: NDArray[Any], loss_fn: Loss | None, target: Any) -> None:
        if (loss_fn is None) != (target is None):
            raise ValueError("gradient_check takes loss_fn and target together, or neither")
        if loss_fn is not None:
            check_loss(loss_fn, "gradient_check(model, x, loss_fn=…, target=…)")
        self.model, self.x = deepcopy(model).to(np.float64), x.astype(np.float64)
        self.loss_fn, self.target = deepcopy(loss_fn), target
        self.states = [(rng, rng.bit_generator.state) for rng in _generators(self.model)]
        y, rng = self.forward(), np.random.default_rng(0)
        self.c = rng.uniform(0.5, 1.5, y.shape) * rng.choice([-1, 1], y.shape)
        once, twice = self.gradients(), self.gradients()
        pairs = [(y, self.forward()), (x, self.x)] + [(once[name], twice[name]) for name in once]
        if not all(np.array_equal(a, b, equal_nan=True) for a, b in pairs):
            cure = "draw from a Generator kept as self.rng, and do not write into x"
            raise ValueError(f"{model!r} gives other results for the same input: {cure}")

    def forward(self) -> Array:
        for rng, state in self.states:
            rng.bit_generator.state = state
        return self.model(self.x)

    def loss(self) -> float:
        y = self.forward()
        return float(np.sum(self.c * y) if self.loss_fn is None else self.loss_fn(y, self.target))

    def values(self) -> dict[str, Array]:
        """All that L depends on, by name."""
        named = {name: p.value for name, p in self.model.named_parameters()}
        return named | {"input": self.x}

    def gradients(self, apart: bool = False) -> dict[str, Array]:
        """∂L/∂value by name; apart: by parameter_gradients and input_gradient, not backward."""
        parameters = dict(self.model.named_parameters())
        for p in parameters.values():
            p.grad = np.full_like(p.value, np.nan)  # stays where backward does not overwrite it
        self.loss()
        grad = self.c if self.loss_fn is None else self.loss_fn.backward()
        if apart:
            self.model.parameter_gradients(grad.copy())  # in which a layer may write
            of_input = self.model.input_gradient(grad.copy())
        else:
            of_input = self.model.backward(grad.copy())
        named = {name: p.grad for name, p in parameters.items()} | {"input": of_input}
        gradients: dict[str, Array] = {name: np.array(g, float) for name, g in named.items()}
        for name, value in self.values().items():
            if gradients[name].shape != value.shape:
                got = f"{gradients[name].shape}, must be {value.shape}"
                raise ValueError(f"{self.model!r} gives a gradient of {name} of shape {got}")
        return gradients


def _floats(model: Layer, x: ArrayLike) -> NDArray[Any]:
    """x, if it can be checked."""
    if not isinstance(model, Layer):
        raise TypeError(f"gradient_check takes a layer or network, got {shown(model)}")
    x = as_array("gradient_check x", x)
    if x.dtype.kind != "f":
        cure = "give x.astype(np.float64), and labels as target"
        raise TypeError(f"gradient_check x must be floats, got {x.dtype}: {cure}")
    if x.ndim < 2 or x.size == 0:
        cure = "give a batch (N, …); x[None, :] is a batch of one"
        raise ValueError(f"gradient_check got x of shape {x.shape}: {cure}")
    return x


def _generators(layer: Layer) -> Iterator[np.random.Generator]:
    """Every source of random numbers in a network."""
    for _, part in layer.named_modules():
        yield from (x for x in vars(part).values() if isinstance(x, np.random.Generator))


def _line(run: _Run, value: Array, index: tuple[int, ...]) -> Line:
    """t → L with t added to one entry of value."""

    def line(t: float) -> float:
        kept = value[index]
        value[index] += t
        loss = run.loss()
        value[index] = kept
        return loss

    return line


def _noise(run: _Run) -> tuple[float, dict[str, Any]]:
    """How far rounding throws L and each gradient: they jitter in hair-thin steps of all values."""
    values, rng = run.values(), np.random.default_rng(1)
    kept = {name: value.copy() for name, value in values.items()}
    steps = {name: 1e-11 * rng.standard_normal(value.shape) for name, value in values.items()}
    size = np.abs(run.c * run.forward()).max() if run.loss_fn is None else max(1, abs(run.loss()))
    losses, gradients = [], []
    for _ in range(16):
        for name, value in values.items():
            value += steps[name]
        losses.append(run.loss())
        gradients.append(run.gradients())
    for name, value in values.items():
        value[...] = kept[name]
    of_gradients = {name: _jitter([named[name] for named in gradients]) for name in values}
    return max(_jitter(losses), np.spacing(size)), of_gradients


def _jitter(sequence: ArrayLike) -> Any:
    """The largest second difference: 0 for what is linear."""
    return np.abs(np.diff(sequence, 2, axis=0)).max(axis=0)


def _compare(
    line: Line, analytic: float, h: float, of_loss: float, of_gradient: float
) -> tuple[float, float, bool]:
    """error, numeric and kink, as `gradient_check` says."""
    central = (line(h) - line(-h)) / (2 * h)
    error = _error(central, analytic)
    if error <= TOLERANCE and central != 0:  # 0 may be a gradient too small for h
        return error, central, False
    at_0 = line(0)
    for step in (10.0**-k for k in range(1, 8)):
        blur = 10 * of_loss / step
        left, right = _slopes(line, at_0, -step), _slopes(line, at_0, step)
        slopes = np.array(left + right)
        if _error(slopes.min(), slopes.max(), blur) <= TOLERANCE:
            numeric = (left[0] + right[0]) / 2
            return _error(numeric, analytic, blur + 5 * of_gradient), numeric, False
    sides = left[0], right[0], (left[0] + right[0]) / 2
    return min((_error(slope, analytic, blur), slope, isfinite(slope)) for slope in sides)


def _slopes(line: Line, at_0: float, h: float) -> list[float]:
    """L′ on one side, (−3 L(0) + 4 L(h) − L(2h)) / 2h + O(h²), with steps h/2 and h."""
    half, one, two = line(h / 2), line(h), line(2 * h)
    return [(-3 * at_0 + 4 * half - one) / h, (-3 * at_0 + 4 * one - two) / (2 * h)]


def _error(numeric: float, analytic: float, blur: float = 0.0) -> float:
    """|numeric − analytic|, less blur, relative to the larger of the two; ∞ for NaN."""
    gap = abs(numeric - analytic)
    if not isfinite(gap + blur):
        return inf
    return float((gap - blur) / max(abs(numeric), abs(analytic))) if gap > blur else 0.0
