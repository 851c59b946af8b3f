"""Draws a neuron, a layer or a network with its own numbers: `drawing.draw(net, x)` ends a cell.

The picture is SVG that takes its colors from the page. Places across are in percent, sizes in
pixels, so its text is as large on a phone as on a desk.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass
from html import escape
from itertools import combinations, count
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
LEFT, RIGHT = 11.0, 89.0  # percent: where the inputs stand, and the output
NAMES = {"Sigmoid": "sigmoid", "Tanh": "tanh", "relu": "ReLU", "gelu": "GELU"}
# What a page calls the color, what JupyterLab does, and that of white paper.
BLUE = "var(--nn-blue, var(--jp-brand-color1, #0067b9))"
SOFT = "var(--nn-muted, var(--jp-ui-font-color2, #57606a))"
PAPER = "var(--nn-paper, var(--pst-color-background, var(--jp-layout-color0, #ffffff)))"


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
    """Neurons side by side: weight (H, D), bias (H,) or None, f or None, and a, z if x is known."""

    weight: Array
    bias: Array | None
    f: Callable[[Any], Any] | None = None
    name: str = ""  # of f
    a: Array | None = None
    z: Array | None = None


def draw(net: nn.Neuron | nn.Layer, x: ArrayLike | None = None, path: int | None = None) -> Drawing:
    """The neuron, layer or network as circles and arrows: Σ adds up, a curve is f, arrows weigh.

    net: a Neuron, a Linear, or a Sequential of Linear and Sigmoid, Tanh, ReLU, GELU.
    x (D,): what it then computes stands beside the circles. path: the number of a weight, from 1,
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
    return stages


def _picture(stages: list[Stage], x: Array | None, path: int | None) -> tuple[str, str]:
    """The SVG, and what it shows in words."""
    sizes = [stages[0].weight.shape[1], *(len(stage.weight) for stage in stages)]
    height = max(66 * sizes[0], *(104 * n for n in sizes[1:])) + 16
    rows = [[height * (k + 0.5) / n for k in range(n)] for n in sizes]
    # From left to right: inputs, then sums and, where there is an f, bends; an f stands nearer.
    gaps = [gap for stage in stages for gap in ((1.8, 1.0) if stage.f else (1.8,))]
    places = iter(LEFT + (RIGHT - LEFT) * np.concatenate([[0], np.cumsum(gaps)]) / sum(gaps))
    lines, labels, circles, words = [], [], [], []
    number_of, unit_of, here = count(1), count(1), next(places)
    for i, y in enumerate(rows[0]):
        name = f"x{i + 1}".translate(SUB)
        circles.append(_circle(here, y, name if x is None else _short(x[i])))
        if x is not None:
            circles.append(_text(here, y + 5, name, dx=-R - 6, anchor="end"))
    words.append("the inputs " + _listed(_names("x", range(1, sizes[0] + 1), False), x))
    on_path = np.zeros(sizes[0], bool)
    one_neuron = sum(sizes[1:]) == 1
    for k, stage in enumerate(stages):
        outs, left, here = rows[k + 1], here, next(places)
        along = _along(rows[k], outs, 52 if k else 38)
        reached = np.zeros(len(outs), bool)
        for j, to in enumerate(outs):
            for i, start in enumerate(rows[k]):
                n, w = next(number_of), stage.weight[j, i]
                lit = n == path or bool(on_path[i])
                reached[j] |= lit
                lines.append(_line((left, start), (here, to), lit))
                name = f"w{j + 1}{i + 1}" if len(stages) == 1 and not one_neuron else f"w{n}"
                at = left + along * (here - left), start + along * (to - start) + 5
                labels.append(_text(*at, f"{name.translate(SUB)} = {_short(w)}", lit, halo=True))
        units = [next(unit_of) for _ in outs]
        last = k == len(stages) - 1
        plain = last and stage.f is None and len(stages) > 1
        sums = _names("a", units, one_neuron)
        if plain:
            sums = _names("ŷ", range(1, len(outs) + 1), len(outs) == 1)
        for j, y in enumerate(outs):
            circles.append(_circle(here, y, "Σ", lit=bool(reached[j])))
            circles.append(_value(here, y + R + 18, sums[j], stage.a, j))
            if stage.bias is not None:
                circles.append(_text(here, y - R - 8, f"+ b = {_short(stage.bias[j])}"))
        words.append(_sum_words(stage, sums))
        if stage.f is not None:
            left, here = here, next(places)
            outputs, f = _names("z", units, one_neuron), NAMES.get(stage.name, stage.name)
            for j, y in enumerate(outs):
                lines.append(_line((left, y), (here, y), bool(reached[j])))
                circles.append(_circle(here, y, "", lit=bool(reached[j])))
                circles.append(_curve(here, y, stage.f))
                circles.append(_text(here, y + R + 18, f, soft=True))
                circles.append(_value(here, y - R - 8, outputs[j], stage.z, j))
            words.append(f"f is {f}, which gives " + _listed(outputs, stage.z))
        on_path = reached
    alt = "; ".join(words)
    if path is not None:
        alt += f". The way from w{path} to the output is colored"
    alt = f"{_kind(stages, sizes)}: {alt}."
    narrowest = 320 if len(stages) < 3 else 230 * len(stages)  # a phone's page scrolls then
    style = f"display: block; max-width: 44rem; min-width: {narrowest}px"
    inside = "".join([*lines, *labels, *circles])
    own = f"nn-{crc32(alt.encode()):x}"  # of its ids, among other drawings of the page
    # An arrow's head stands at the rim of the circle that its line ends in.
    heads = "".join(
        f'<marker id="{own}-{name}" viewBox="0 0 8 8" refX="{R + 8}" refY="4" markerWidth="8" '
        f'markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">'
        f'<path d="M0 0L8 4L0 8Z" fill="{color}"/></marker>'
        for name, color in (("soft", SOFT), ("blue", BLUE))
    )
    inside = inside.replace("url(#", f"url(#{own}-")
    svg = (
        f'<svg class="nn-drawing" width="100%" height="{height}" role="img" fill="currentColor" '
        f'aria-label="{escape(alt)}" style="{style}" font-size="15">{heads}{inside}</svg>'
    )
    return svg, alt


def _along(froms: list[float], tos: list[float], low: int) -> float:
    """At which part of their way, from `low` percent, the lines are farthest from each other."""

    def room(t: float) -> float:
        places = [y + t * (to - y) for y in froms for to in tos]
        return min((abs(a - b) for a, b in combinations(places, 2)), default=0)

    return max((k / 100 for k in range(low, low + 20)), key=room)


def _short(v: Any) -> str:
    """As one writes it by hand: 0.5, −1, 0.731."""
    text = number(float(v), 3)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _names(letter: str, numbers: Iterable[int], alone: bool) -> list[str]:
    return [letter if alone else f"{letter}{n}".translate(SUB) for n in numbers]


def _listed(names: list[str], values: Array | None) -> str:
    """The names, with their values if there are any."""
    if values is None:
        return ", ".join(names)
    return ", ".join(f"{name} = {_short(v)}" for name, v in zip(names, values, strict=True))


def _sum_words(stage: Stage, names: list[str]) -> str:
    said = []
    for j, (name, row) in enumerate(zip(names, stage.weight, strict=True)):
        text = f"{name} adds them up with the weights {', '.join(map(_short, row))}"
        text += "" if stage.bias is None else f" and the bias {_short(stage.bias[j])}"
        said.append(text + ("" if stage.a is None else f" to {_short(stage.a[j])}"))
    return "; ".join(said)


def _kind(stages: list[Stage], sizes: list[int]) -> str:
    if len(stages) > 1:
        return f"A {'-'.join(map(str, sizes))} network"
    return "A neuron" if sizes[1] == 1 else f"A layer of {sizes[1]} neurons"


def _line(start: tuple[float, float], end: tuple[float, float], lit: bool) -> str:
    (x1, y1), (x2, y2) = start, end
    color, width, head = (BLUE, 3.5, "blue") if lit else (SOFT, 1.2, "soft")
    ends = f'x1="{x1:.4g}%" y1="{y1:.4g}" x2="{x2:.4g}%" y2="{y2:.4g}"'
    marked = f'marker-end="url(#{head})"'
    return f'<line {ends} stroke="{color}" stroke-width="{width}" {marked}/>'


def _circle(x: float, y: float, inside: str, lit: bool = False) -> str:
    look = f'fill="{PAPER}" stroke="{BLUE if lit else SOFT}" stroke-width="{3 if lit else 1.5}"'
    return f'<circle cx="{x:.4g}%" cy="{y:.4g}" r="{R}" {look}/>' + _text(x, y + 5.5, inside)


def _curve(x: float, y: float, f: Callable[[Any], Any]) -> str:
    """f from −4 to 4, as large as its circle has room."""
    a = np.linspace(-4, 4, 33)
    z = np.asarray(f(a), float)
    z = (z - z.min()) / max(float(np.ptp(z)), 1e-9)
    points = " ".join(
        f"{p:.1f},{q:.1f}" for p, q in zip(3 * a, 8 - 16 * z, strict=True) if np.isfinite(q)
    )
    line = f'<polyline points="{points}" fill="none" stroke="{BLUE}" stroke-width="2.5"/>'
    return f'<svg x="{x:.4g}%" y="{y:.4g}" overflow="visible">{line}</svg>'


def _value(x: float, y: float, name: str, values: Array | None, j: int) -> str:
    if values is None:
        return _text(x, y, name)
    return _text(x, y, f"{name} = {_short(values[j])}", lit=True)


def _text(
    x: float,
    y: float,
    words: str,
    lit: bool = False,
    *,
    dx: float = 0,
    anchor: str = "middle",
    halo: bool = False,
    soft: bool = False,
) -> str:
    """Text around a place; its subscript is set in figures of 13 px, lower by 4."""
    if not words:
        return ""
    look = f' fill="{BLUE if lit else SOFT}"' if lit or soft else ""
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
