"""Draws a neuron, a layer or a network with its own numbers: `drawing.draw(net, x)` ends a cell.

The picture is SVG that takes its colors from the page. Places across are in percent, sizes in
pixels, so its text is as large on a phone as on a desk.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from html import escape
from itertools import combinations
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import ArrayLike

from nnbook import nn
from nnbook.nn.activations import Array, floats
from nnbook.notebook.numbers import number

BENDS = (nn.Sigmoid, nn.Tanh, nn.ReLU, nn.GELU)
MOST = 6  # numbers of one layer that can be read
SUB = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
UP = {low: up for up, low in SUB.items()}
R = 18  # of a circle
LEFT, RIGHT = 11.5, 88.0  # percent: where the inputs stand, and the output
NAMES = {"Sigmoid": "sigmoid", "Tanh": "tanh", "relu": "ReLU", "gelu": "GELU"}
# What a page calls the color, what JupyterLab does, and that of white paper.
BLUE = "var(--nn-blue, var(--jp-brand-color1, #0067b9))"
SOFT = "var(--nn-muted, var(--jp-ui-font-color2, #57606a))"
PAPER = "var(--paper, var(--jp-layout-color0, #ffffff))"


class Drawing:
    """A picture with its words: a notebook and a page show it as it stands."""

    def __init__(self, svg: str, alt: str):
        self.svg, self.alt = svg, alt

    def _repr_html_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"Drawing: {self.alt}"


@dataclass
class Stage:
    """Neurons side by side: weight (H, D), bias (H,) or None, f or None, and a, z if x is known;
    behind them perhaps dropout, and the factor of each z: 0 where it is dropped."""

    weight: Array
    bias: Array | None
    f: Callable[[Any], Any] | None = None
    name: str = ""  # of f
    a: Array | None = None
    z: Array | None = None
    dropout: nn.Dropout | None = None
    kept: Array | None = None


def draw(net: nn.Neuron | nn.Layer, x: ArrayLike | None = None, path: int | None = None) -> Drawing:
    """The neuron, layer or network as circles and arrows: Σ adds up, a curve is f, arrows weigh.

    net: a Neuron, a Linear, or a Sequential of Linear and Sigmoid, Tanh, ReLU, GELU, Dropout.
    x (D,): what it then computes stands beside the circles; what the next mask of a Dropout in
    training will drop is crossed out. path: the number of a weight, from 1,
    row by row and layer by layer; all that lies between it and the output is colored.
    TypeError for other layers, ValueError for what does not fit or has more than six in a layer.
    """
    stages = _computed(_stages(deepcopy(net)), x)
    weights = sum(stage.weight.size for stage in stages)
    if path is not None and path not in range(1, weights + 1):
        raise ValueError(f"draw path={path}: this network has the weights 1 to {weights}")
    values = None if x is None else floats("draw x", x)
    return Drawing(*_picture(stages, values, path))


def _stages(net: nn.Neuron | nn.Layer) -> list[Stage]:
    if isinstance(net, nn.Neuron):
        name = getattr(net.f, "__name__", "f").strip("<>")
        return _checked([Stage(net.weights[None], np.array([net.bias]), net.f, name)])
    stages: list[Stage] = []
    for layer in net if isinstance(net, nn.Sequential) else [net]:
        if isinstance(layer, nn.Linear):
            bias = None if layer.bias is None else layer.bias.value
            stages.append(Stage(layer.weight.value, bias))
        elif isinstance(layer, BENDS) and stages and stages[-1].f is None:
            stages[-1].f, stages[-1].name = layer, type(layer).__name__
        elif isinstance(layer, nn.Dropout) and stages and stages[-1].dropout is None:
            stages[-1].dropout = layer
        else:
            cure = "give a Neuron, or Linear layers with one of Sigmoid, Tanh, ReLU, GELU behind"
            raise TypeError(f"draw cannot draw {layer!r} here: {cure}")
    return _checked(stages)


def _checked(stages: list[Stage]) -> list[Stage]:
    """The stages, if there are some that can be read."""
    widest = max(max(stage.weight.shape) for stage in stages) if stages else 0
    if not 0 < widest <= MOST:
        raise ValueError(f"draw shows 1 to {MOST} numbers in each layer, got {widest}: draw a part")
    return stages


def _computed(stages: list[Stage], x: ArrayLike | None) -> list[Stage]:
    """With a and z of the inputs x, if there are any."""
    if x is None:
        return stages
    z, inputs = floats("draw x", x), stages[0].weight.shape[1]
    if z.shape != (inputs,):
        raise ValueError(f"draw x has shape {z.shape}: give {inputs} numbers")
    for stage in stages:
        stage.a = stage.weight @ z + (0 if stage.bias is None else stage.bias)
        z = stage.a if stage.f is None else np.asarray(stage.f(stage.a))
        stage.z = z
        if stage.dropout is not None and stage.dropout.training:
            stage.kept = stage.dropout(np.ones((1, len(z))))[0]
            z = z * stage.kept
    return stages


def _picture(stages: list[Stage], x: Array | None, path: int | None) -> tuple[str, str]:
    """The SVG, and what it shows in words."""
    sizes = [stages[0].weight.shape[1], *(len(stage.weight) for stage in stages)]
    height = max(66 * sizes[0], *(84 * n for n in sizes[1:])) + 16
    rows = [[height * (k + 0.5) / n for k in range(n)] for n in sizes]
    # From left to right: inputs, then sums and, where there is an f, bends; an f stands nearer.
    gaps = [gap for stage in stages for gap in ((1.8, 1.0) if stage.f else (1.8,))]
    places = iter(LEFT + (RIGHT - LEFT) * np.concatenate([[0], np.cumsum(gaps)]) / sum(gaps))
    alone = sum(sizes[1:]) == 1  # one neuron: its a and z need no number
    sheet, units, weights = Sheet(), 0, 0
    here, inputs = next(places), _names("x", sizes[0])
    sheet.inputs(here, rows[0], inputs, x)
    words = [f"the inputs {_listed(inputs, x)}"]
    for k, (stage, on) in enumerate(zip(stages, _ways(stages, path), strict=True)):
        before, here, size = here, next(places), len(stage.weight)
        numbers = _names("", size, units + 1)
        sums = [f"a{n}" for n in ([""] if alone else numbers)]
        if k > 0 and k == len(stages) - 1 and stage.f is None:  # what comes out of a network
            sums = ["ŷ"] if size == 1 else _names("ŷ", size)
        names = _names("w", stage.weight.size, weights + 1)
        if len(stages) == 1 and not alone:  # of a layer: neuron, input
            names = [f"w{j}{i}" for j in numbers for i in _names("", sizes[0])]
        edges, lit = ((before, rows[k]), (here, rows[k + 1])), [any(row) for row in on]
        silent = None if k == 0 else stages[k - 1].kept
        sheet.weights(*edges, names, stage.weight, on, 58 if k else 38, silent)
        sheet.sums(here, rows[k + 1], sums, stage, lit)
        words.append(_sum_words(stage, sums))
        if stage.f is not None:
            before, here, f = here, next(places), NAMES.get(stage.name, stage.name)
            outputs = [name.replace("a", "z") for name in sums]
            sheet.bends(before, here, rows[k + 1], outputs, f, stage, lit)
            words.append(f"f is {f}, which gives {_listed(outputs, stage.z)}")
        if stage.kept is not None:
            sheet.crosses(here, rows[k + 1], stage.kept)
            words.append(f"dropout multiplies them by {', '.join(map(_short, stage.kept))}")
        units, weights = units + size, weights + stage.weight.size
    alt = f"{_kind(stages, sizes)}: {'; '.join(words)}."
    if path is not None:
        alt += f" The way from w{path} to the output is colored."
    return sheet.svg(height, len(stages), alt), alt


class Sheet:
    """What has been drawn so far: lines, under circles, under the words on the lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.labels: list[str] = []
        self.circles: list[str] = []

    def inputs(self, x: float, ys: list[float], names: list[str], values: Array | None) -> None:
        for i, y in enumerate(ys):
            self.circle(x, y, names[i] if values is None else _short(values[i]))
            if values is not None:
                self.circles.append(_text(x, y + 5, names[i], dx=-R - 6, anchor="end"))

    def weights(
        self,
        froms: tuple[float, list[float]],
        tos: tuple[float, list[float]],
        names: list[str],
        weight: Array,
        lit: list[list[bool]],
        low: int,
        kept: Array | None,
    ) -> None:
        """An arrow for each weight, which stands on it; dashed where nothing comes along."""
        (left, starts), (right, ends) = froms, tos
        part = _along(starts, ends, low)
        for n, (j, i) in enumerate(np.ndindex(*weight.shape)):
            silent = kept is not None and not kept[i]
            self.line((left, starts[i]), (right, ends[j]), lit[j][i], silent)
            x, y = left + part * (right - left), starts[i] + part * (ends[j] - starts[i])
            color = BLUE if lit[j][i] else ""
            self.labels.append(_text(x, y + 5, _equal(names[n], weight[j, i]), color, halo=True))

    def sums(
        self, x: float, ys: list[float], names: list[str], stage: Stage, lit: list[bool]
    ) -> None:
        for j, y in enumerate(ys):
            self.circle(x, y, "Σ", lit[j])
            # A last sum stands a little to the right, off the arrows that come from below.
            self.value(x, y + R + 18, names[j], stage.a, j, dx=0 if stage.f else 10)
            if stage.bias is not None:
                self.circles.append(_text(x, y - R - 8, f"+ {_equal('b', stage.bias[j])}"))

    def bends(
        self,
        before: float,
        x: float,
        ys: list[float],
        names: list[str],
        f: str,
        stage: Stage,
        lit: list[bool],
    ) -> None:
        for j, y in enumerate(ys):
            self.line((before, y), (x, y), lit[j])
            self.circle(x, y, "", lit[j])
            self.circles += [_curve(x, y, stage.f), _text(x, y + R + 18, f, SOFT)]
            self.value(x, y - R - 8, names[j], stage.z, j, kept=stage.kept)

    def crosses(self, x: float, ys: list[float], kept: Array) -> None:
        """Over what is dropped."""
        for y in [y for y, factor in zip(ys, kept, strict=True) if not factor]:
            path = '<path d="M-20 -20L20 20M20 -20L-20 20" stroke="currentColor" stroke-width="3"/>'
            self.circles.append(f'<svg x="{x:.4g}%" y="{y:.4g}" overflow="visible">{path}</svg>')

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        lit: bool,
        silent: bool = False,
    ) -> None:
        (x1, y1), (x2, y2) = start, end
        color, width, head = (BLUE, 3.5, "blue") if lit else (SOFT, 1.2, "soft")
        ends = f'x1="{x1:.4g}%" y1="{y1:.4g}" x2="{x2:.4g}%" y2="{y2:.4g}"'
        look = f'stroke="{color}" stroke-width="{width}" marker-end="url(#{head})"'
        look += ' stroke-dasharray="2 6"' if silent else ""
        self.lines.append(f"<line {ends} {look}/>")

    def circle(self, x: float, y: float, inside: str, lit: bool = False) -> None:
        color, width = (BLUE, 3) if lit else (SOFT, 1.5)
        look = f'fill="{PAPER}" stroke="{color}" stroke-width="{width}"'
        shape = f'<circle cx="{x:.4g}%" cy="{y:.4g}" r="{R}" {look}/>'
        self.circles += [shape, _text(x, y + 5.5, inside)]

    def value(
        self,
        x: float,
        y: float,
        name: str,
        values: Array | None,
        j: int,
        dx: float = 0,
        kept: Array | None = None,
    ) -> None:
        """A name, with its value if it is known, and with what dropout makes of that."""
        known = values is not None
        words = _equal(name, values[j]) if values is not None else name
        words += "" if values is None or kept is None else f" → {_short(values[j] * kept[j])}"
        self.circles.append(_text(x, y, words, BLUE if known else "", dx=dx))

    def svg(self, height: float, stages: int, alt: str) -> str:
        own = f"nn-{crc32(alt.encode()):x}"  # of its ids, among other drawings of the page
        # An arrow's head stands at the rim of the circle that its line ends in.
        size = f'viewBox="0 0 8 8" refX="{R + 8}" refY="4" markerWidth="8" markerHeight="8"'
        heads = "".join(
            f'<marker id="{own}-{name}" {size} markerUnits="userSpaceOnUse" orient="auto">'
            f'<path d="M0 0L8 4L0 8Z" fill="{color}"/></marker>'
            for name, color in (("soft", SOFT), ("blue", BLUE))
        )
        inside = "".join([*self.lines, *self.circles, *self.labels])
        narrowest = 320 if stages < 3 else 280 * stages  # a phone scrolls a deep network
        style = f"display: block; max-width: 44rem; min-width: {narrowest}px"
        return (
            f'<svg class="nn-drawing" width="100%" height="{height:g}" style="{style}" role="img" '
            f'aria-label="{escape(alt)}" fill="currentColor" font-size="15">'
            f"{heads}{inside.replace('url(#', f'url(#{own}-')}</svg>"
        )


def _ways(stages: list[Stage], path: int | None) -> list[list[list[bool]]]:
    """Of each stage, which weights (neuron, input) lie on the way from weight `path` to the end."""
    ways, lit, first = [], np.zeros(stages[0].weight.shape[1], bool), 1
    for stage in stages:
        numbers = first + np.arange(stage.weight.size).reshape(stage.weight.shape)
        on = lit | (numbers == (path or 0))
        ways.append(on.tolist())
        lit, first = on.any(axis=1), first + stage.weight.size
    return ways


def _equal(name: str, v: Any) -> str:
    return f"{name} = {_short(v)}".replace("= ≈", "≈ ")


def _names(letter: str, n: int, first: int = 1) -> list[str]:
    return [f"{letter}{k}".translate(SUB) for k in range(first, first + n)]


def _along(froms: list[float], tos: list[float], low: int) -> float:
    """At which part of their way, from `low` percent, the lines are farthest from each other."""

    def room(t: float) -> float:
        places = [y + t * (to - y) for y in froms for to in tos]
        return min((abs(a - b) for a, b in combinations(places, 2)), default=0)

    return max((k / 100 for k in range(low, low + 20)), key=room)


def _short(v: Any) -> str:
    """As one writes it by hand: 0.5, −1, 0.73; ≈0 for what is small but not zero."""
    text = number(float(v), 2).rstrip("0").rstrip(".")
    return "≈0" if v and text == "0" else text


def _listed(names: list[str], values: Array | None) -> str:
    """The names, with their values if there are any."""
    if values is None:
        return ", ".join(names)
    return ", ".join(_equal(name, v) for name, v in zip(names, values, strict=True))


def _sum_words(stage: Stage, names: list[str]) -> str:
    said = []
    for j, (name, row) in enumerate(zip(names, stage.weight, strict=True)):
        sum_ = name if stage.a is None else _equal(name, stage.a[j])
        bias = "" if stage.bias is None else f", plus the bias {_short(stage.bias[j])}"
        said.append(f"{sum_} is their sum, weighted by {', '.join(map(_short, row))}{bias}")
    return "; ".join(said)


def _kind(stages: list[Stage], sizes: list[int]) -> str:
    if len(stages) > 1:
        return f"A {'-'.join(map(str, sizes))} network"
    return "A neuron" if sizes[1] == 1 else f"A layer of {sizes[1]} neurons"


def _curve(x: float, y: float, f: Any) -> str:
    """f from −4 to 4, as large as its circle has room."""
    a = np.linspace(-4, 4, 33)
    z = np.asarray(f(a), float)
    z = (z - z.min()) / max(float(np.ptp(z)), 1e-9)
    points = " ".join(
        f"{p:.1f},{q:.1f}" for p, q in zip(3 * a, 8 - 16 * z, strict=True) if np.isfinite(q)
    )
    line = f'<polyline points="{points}" fill="none" stroke="{BLUE}" stroke-width="2.5"/>'
    return f'<svg x="{x:.4g}%" y="{y:.4g}" overflow="visible">{line}</svg>'


def _text(
    x: float,
    y: float,
    words: str,
    color: str = "",
    *,
    dx: float = 0,
    anchor: str = "middle",
    halo: bool = False,
) -> str:
    """Text around a place; its subscript is set in figures of 13 px, lower by 4."""
    if not words:
        return ""
    look = f' fill="{color}"' if color else ""
    look += f' dx="{dx:g}"' if dx else ""
    if halo:
        look += f' paint-order="stroke" stroke="{PAPER}" stroke-width="5" stroke-linejoin="round"'
    base = re.sub(
        r"([₀-₉]+)(.*)",
        lambda found: (
            f'<tspan font-size="13" dy="4">{found[1].translate(UP)}</tspan>'
            f'<tspan dy="-4">{found[2]}</tspan>'
        ),
        escape(words),
    )
    return f'<text x="{x:.4g}%" y="{y:.4g}" text-anchor="{anchor}"{look}>{base}</text>'
