"""What belongs to the figure `approximation`: the curves, the networks for them, their errors."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from nnbook import nn
from nnbook.experiments import network
from nnbook.figures.kit.pack import pack
from nnbook.nn.activations import Array

Function = Callable[[Any], Any]

DENSE, COARSE = 256, 4  # points in a unit of x; of curves laid over, every fourth
SHOWN = np.linspace(-3, 3, 6 * DENSE + 1)  # the knots of 4, 8, … 128 equal pieces are among these
INSIDE = SHOWN[DENSE:-DENSE]  # [−2, 2], where errors are taken
WIDTHS = (4, 8, 16, 32, 64, 128)
HAND: dict[str, float] = {"x1": -1.1, "y1": -0.5, "x2": 0.0, "y2": 0.0, "x3": 1.1, "y3": 0.5}
# What is to be approximated: its name, f, f″ (None where f jumps).
TARGETS: dict[str, tuple[str, Function, Function | None]] = {
    "sine": ("sine", lambda x: np.sin(np.pi / 2 * x),
             lambda x: -((np.pi / 2) ** 2) * np.sin(np.pi / 2 * x)),
    "wave": ("wave", network.wave, network.wave_bend),
    "step": ("step", network.step, None),
}  # fmt: skip


def sum_of_relus(f: Function, pieces: str, added: int, hand: dict[str, float]) -> nn.Sequential:
    """The library's network of one hidden layer; of its ReLUs `added` quarters count."""
    if pieces == "hand":
        knots = np.array([-2, hand["x1"], hand["x2"], hand["x3"], 2])
        low, high = f(knots[[0, -1]])
        heights = np.array([low, hand["y1"], hand["y2"], hand["y3"], high])
    else:
        knots = np.linspace(-2, 2, int(pieces[1:]) + 1)
        heights = f(knots)
    model = network.through(knots, heights)
    output = model.parameters()[2].value
    output[:, output.size * added // 4 :] = 0
    return model


@cache
def survey(f: Function, bend: Function | None) -> dict[str, Any]:
    """Curves and errors of all networks for one target, by the library."""
    errors: dict[str, list[float]] = {"relu": [], "sigmoid": [], "square": [], "bound": []}
    sigmoids = []
    for width in WIDTHS:
        knots = np.linspace(-2, 2, width + 1)
        models = {
            "relu": network.through(knots, f(knots)),
            "sigmoid": network.staircase(knots, f(knots)),
            "square": network.squares(f, width),
        }
        for name, model in models.items():
            errors[name].append(float(network.errors(f, model, INSIDE).max()))
        if bend is not None:
            most = float(np.abs(bend(network.GRID)).max())
            errors["bound"].append((4 / width) ** 2 * most / 8)
        sigmoids.append(models["sigmoid"](SHOWN[::COARSE, None])[:, 0])
    square = models["square"](SHOWN[::COARSE, None])[:, 0]
    curves = {
        "f": pack(f(SHOWN), "f4"),
        "sigmoid": pack(np.array(sigmoids[:4])),
        "square": pack(square),
    }
    return {"curves": curves, "errors": errors}


def rows(
    model: nn.Sequential, f: Function, errors: dict[str, list[float]]
) -> list[tuple[float | str, ...]]:
    """The first weights of the network, the errors by width, and where this one stands."""
    _, bias, weight, _ = (p.value.ravel() for p in model.parameters())
    off = np.abs(model(INSIDE[:, None])[:, 0] - f(INSIDE))
    ends = np.array([-3.0, 3.0])
    now = (float(off.max()), *map(float, model(ends[:, None])[:, 0]), float(f(ends)[1]))
    bound: list[float | str] = [*errors["bound"][:4]] or ["none"] * 4
    return [
        ("bias", *map(float, bias[:4])),
        ("weight in the sum", *map(float, weight[:4])),
        ("largest error, ReLU", *errors["relu"][:4]),
        ("bound", *bound),
        ("largest error, sigmoid", *errors["sigmoid"][:4]),
        ("largest error, x²", *errors["square"][:4]),
        ("largest error now; sum at −3, at 3; curve at 3", *now),
    ]


def readers_own(f: Function) -> tuple[str, Function, Function]:
    """The reader's function, tried out first; f″ by differences."""
    name = getattr(f, "__name__", "your function")
    call = f"Approximation(f={name})"

    def own(x: Any) -> Array:
        try:
            y = np.asarray(f(np.array(x, float)), float)
        except Exception as error:
            need = "f takes a NumPy array of x and returns one of the same shape"
            raise ValueError(f"{call} raised {type(error).__name__}: {error}; {need}") from error
        if y.shape != np.shape(x):
            raise ValueError(f"{call} returned shape {y.shape} for x of shape {np.shape(x)}")
        if not np.isfinite(y).all():
            raise ValueError(f"{call} returned NaN or ∞; it must be finite for −3 ≤ x ≤ 3")
        return y

    own(np.linspace(-3, 3, 385))
    most = float(np.abs(own(np.linspace(-2, 2, 1025))).max())
    if most > 1.5:
        raise ValueError(f"{call} reaches {most:.3g} on [−2, 2]: divide it by {most / 1.5:.2g}")
    h = 1e-3
    return name, own, lambda x: (own(x + h) - 2 * own(x) + own(x - h)) / h**2
