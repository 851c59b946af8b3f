"""Every network that dropout makes of one, and their average beside the one in use."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from matplotlib.patches import Rectangle

from nnbook import nn, plots
from nnbook.experiments.masks import GRID, MASKS, PLANE, REACH, STEP, crowd, every_mask
from nnbook.figures._controls import choice, slider, steps, switch
from nnbook.figures._figure import Figure
from nnbook.figures._html import number
from nnbook.figures._pack import pack, unpack
from nnbook.figures._predict import Choice, Number, Question
from nnbook.figures._science import science
from nnbook.figures._table import packed, polygon
from nnbook.nn.activations import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

SIDE, LAST = len(GRID), len(MASKS) - 1
NETWORKS = {"one": "one hidden layer, 2-8-1", "two": "two hidden layers, 2-4-4-1"}
WHAT = {"mask": "one mask alone", "score": "average score", "probability": "average probability"}
FARTHEST = 8.0  # of the line of scores
ANSWERS: tuple[Callable[[Any], Any], ...] = (np.asarray, nn.sigmoid)  # score, probability
THUMB = (SIDE + 1) // 2  # pixels of a small map: every second one


class Masks(Figure):
    """All 256 masks at p = ½ of a small network trained with dropout, on maps of its two inputs."""

    figure = "masks"
    title = "All the masks at once"
    question = "Which average is exactly the network that we use?"
    about = (
        "Above, two maps over two inputs, orange where the score is positive: the network in use, "
        "and one mask or the average over all 256. Between, a line with a mark for each mask's "
        "answer at the chosen point, and two bars to compare. Below, the map of every mask: the "
        "row says what is kept of the first four units, the column of the last four, from nothing "
        "at the top left to everything at the bottom right."
    )
    readouts = (
        ("used", "in use: score, probability"),
        ("average", "average over all masks"),
        ("mask", "this mask"),
        ("gap", "largest difference on the map"),
    )
    columns = ("at the point", "score", "probability")
    ratio = 0.53

    network = choice("one", dict(NETWORKS), "network")
    what = choice("mask", dict(WHAT), "map on the right")
    scale = switch(True, "divide by 1 − p", only_if={"network": "one"})
    mask = steps(170, LAST, "mask", wait=150)
    x1 = slider(0.8, -REACH, REACH, STEP, "input x₁")
    x2 = slider(0.4, -REACH, REACH, STEP, "input x₂")
    bias = traitlets.Dict().tag(sync=True)  # by network: the score with nothing kept
    above = traitlets.Dict().tag(sync=True)  # (16, pixels): 2-8-1, the first four units' masks
    parts = traitlets.Dict().tag(sync=True)  # by network: (1 or 16, 4, pixels), the last four units
    used = traitlets.Dict().tag(sync=True)  # (2, pixels): the scores in use
    tables = traitlets.Dict().tag(sync=True)  # of the sigmoid
    gaps = traitlets.Dict().tag(sync=True)  # on the map, exactly: score, probability
    far = traitlets.Float(FARTHEST).tag(sync=True)

    def build(self) -> dict[str, Question]:
        one, two = (scores(name).reshape(16, 16, -1) for name in NETWORKS)
        self.bias = {"one": float(one[0, 0, 0]), "two": float(two[0, 0, 0])}
        single = [8, 4, 2, 1]  # the masks that keep one unit of four
        self.above = pack(one[:, 0] - one[0, 0])
        alone = one[:1, single] - one[:1, :1], two[:, single] - two[:, :1]
        self.parts = {name: pack(part) for name, part in zip(NETWORKS, alone, strict=True)}
        self.used = pack([in_use(name) for name in NETWORKS])
        self.tables = {"sigmoid": packed(*polygon(ANSWERS[1], -16, 16, tolerance=1e-4))}
        self.gaps = {
            key: [float(np.abs(f(answers).mean(axis=0) - f(in_use(name))).max()) for f in ANSWERS]
            for key, name, answers in (
                ("one", "one", scores("one")),
                ("two", "two", scores("two")),
                ("unscaled", "one", scores("one", scaled=False)),
            )
        }
        return questions(self)

    @property
    def scaled(self) -> bool:
        return self.scale or self.network == "two"

    @property
    def place(self) -> int:
        """Which pixel of the maps the point is on."""
        row, column = round((REACH - self.x2) / STEP), round((self.x1 + REACH) / STEP)
        return SIDE * row + column

    def rows(self) -> list[tuple[float | str, ...]]:
        every = scores(self.network, scaled=self.scaled)[:, self.place]
        used, mean, mine = in_use(self.network)[self.place], every.mean(), every[self.mask]
        return [
            ("in use", used, float(nn.sigmoid(used))),
            ("average score", mean, float(nn.sigmoid(mean))),
            ("average probability", "–", nn.sigmoid(every).mean()),
            ("this mask", mine, float(nn.sigmoid(mine))),
        ]

    def every(self) -> Array:
        """(256, pixels): the score with each mask, put together as the browser does it."""
        bias, parts = self.bias[self.network], unpack(self.parts[self.network])
        above = unpack(self.above) if self.network == "one" else np.zeros((16, SIDE**2))
        sums = above[:, None] + MASKS[:16, 4:] @ parts
        return np.asarray(bias + (1.0 if self.scaled else 0.5) * sums.reshape(256, -1))

    def plot(self, picture: Picture) -> None:
        as_probability = self.what == "probability"
        f, middle = ANSWERS[as_probability], 0.5 * as_probability
        every = self.every()
        used = f(unpack(self.used)[list(NETWORKS).index(self.network)])
        mine = every[self.mask] if self.what == "mask" else f(every).mean(axis=0)
        grid = picture.add_gridspec(3, 2, height_ratios=[3.6, 1, 7])
        look: dict[str, Any] = {"cmap": plots.DIVERGING, "extent": (-REACH, REACH, -REACH, REACH)}
        most = np.abs(used - middle).max()
        titles = ("in use, after eval()", WHAT[self.what])
        for k, (v, title) in enumerate(zip((used, mine), titles, strict=True)):
            ax = picture.add_subplot(grid[0, k])
            v = v.reshape(SIDE, SIDE) - middle
            ax.imshow(v, vmin=-most, vmax=most, **look)
            if np.ptp(np.sign(v)) > 1:
                ax.contour(GRID, GRID[::-1], v, [0], colors="black")
            ax.plot(self.x1, self.x2, "o", color="C2")
            ax.set(title=title, xlabel="input x₁", ylabel="input x₂")
        here, place = f(every)[:, self.place], self.place
        ax = picture.add_subplot(grid[1, :])
        ax.plot(here, np.zeros(256), "|", color="C0", markersize=12, alpha=0.4)
        ax.plot(here[self.mask], 0, "|", color="C3", markersize=22)
        b = 0.0 if as_probability else self.bias[self.network]
        ends = used[place], here[self.mask] if self.what == "mask" else here.mean()
        ax.barh([-1, -2], np.array(ends) - b, 0.6, left=b, color=["C0", "C1"])
        ax.set_yticks([0, -1, -2], ["all masks", "in use", WHAT[self.what].split()[0]])
        ax.set(xlabel=("score", "probability")[as_probability])
        wall = np.zeros((16, THUMB + 1, 16, THUMB + 1))
        thumbs = (f(every) - middle).reshape(16, 16, SIDE, SIDE)[:, :, ::2, ::2]
        wall[:, :THUMB, :, :THUMB] = thumbs.transpose(0, 2, 1, 3)
        most = np.abs(wall).max()
        ax = picture.add_subplot(grid[2, :])
        flat = wall.reshape(16 * (THUMB + 1), -1)
        ax.imshow(flat, cmap=plots.DIVERGING, vmin=-most, vmax=most)
        row, column = divmod(int(self.mask), 16)
        corner = (THUMB + 1) * column - 1, (THUMB + 1) * row - 1
        ax.add_patch(Rectangle(corner, THUMB + 1, THUMB + 1, fill=False, ec="C3", lw=2))
        ax.axis("off")


@cache
def scores(name: str, *, scaled: bool = True) -> Array:
    """(256, pixels): the scores of the plane with each mask; not scaled, without dividing by 1 − p.

    2-8-1 alone is linear in its units' outputs, so that there the scores without the scale are
    those of half the outputs.
    """
    model = crowd(name)
    if scaled:
        return every_mask(model, PLANE)
    outputs, last = model[1](model[0](PLANE)), model[-1]
    return np.array([last(mask * outputs)[:, 0] for mask in MASKS])


def in_use(name: str) -> Array:
    """The scores of the plane after eval()."""
    return np.asarray(crowd(name)(PLANE)[:, 0])


def questions(fig: Masks) -> dict[str, Question]:
    """What to predict; every number is what the library answers."""

    def at(what: str, network: str = "one", scale: bool = True) -> dict[str, Any]:
        place = {"mask": 170, "x1": 0.8, "x2": 0.4}
        return {"network": network, "what": what, "scale": scale, **place}

    exact, close = fig.gaps["one"], fig.gaps["two"]
    means = [scores("one", scaled=scaled)[:, fig.place].mean() for scaled in (True, False)]
    b = fig.bias["one"]
    most = np.abs(in_use("two")).max()
    return {
        "which": Choice(
            ask="Each of the 256 small maps below is the network with another mask; on the right "
            "is one of them. Take the average of all 256, of their scores or of the probabilities "
            "that a sigmoid makes of each. Which is exactly the network in use, on the left?",
            start=at("mask"),
            then=at("score"),
            options=(
                ("The average score.", ""),
                ("The average probability.", "The sigmoid bends each score before the average."),
                ("Both.", "An average and a bend cannot change places."),
                ("Neither.", "With one hidden layer, one of them is."),
            ),
            right=0 if exact[0] < 1e-12 < exact[1] else 3,
            explain="On the whole map the average score differs from it by "
            f"{science(exact[0])} at most, which is rounding; the average probability by "
            f"{number(exact[1], 2)}. Behind the last mask there is only a weighted sum.",
        ),
        "scale": Choice(
            ask="Each unit is kept with probability 1 − p = ½, and what is kept is divided by ½. "
            "Leave the division out. At the point, what does the average score do?",
            start=at("score"),
            then=at("score", scale=False),
            options=(
                ("It stays: as many are kept as before.", "But each counts half as much now."),
                ("It comes twice as close to the last bias b.", ""),
                ("It goes twice as far from b.", "So it would without the masks."),
            ),
            right=1,
            explain=f"b is {number(b, 2)}. The average was {number(means[0], 2)}, that is "
            f"{number(means[0] - b, 2)} away from it, and is {number(means[1], 2)}, "
            f"{number(means[1] - b, 2)} away: the bar has half its length.",
        ),
        "two": Choice(
            ask="Now two hidden layers of four units, both with dropout: again 256 masks. Is the "
            "average score still the network in use?",
            start=at("mask", "two"),
            then=at("score", "two"),
            options=(
                ("Yes, exactly.", "Behind the first mask there is a tanh now, and it bends."),
                ("It comes close, but no more.", ""),
                ("No, it has nothing to do with it.", "Compare the two maps."),
            ),
            right=1 if 1e-6 < close[0] < 0.5 * most else 0 if close[0] < 1e-6 else 2,
            explain=f"It is off by up to {number(close[0], 2)}, where the scores in use go up to "
            f"{number(most, 2)}: the same shape, other numbers. In deep networks the one in use "
            "stands for the average; it is not equal to it.",
        ),
        "count": Number(
            ask="Eight units, each in or out, make 256 masks. How many masks are there for a "
            "hidden layer of ten units?",
            start=at("mask"),
            then=at("mask"),
            label="masks",
            truth=1024,
            tolerance=0.5,
            digits=0,
            explain="Each unit more doubles their number: 2¹⁰. For the 64 units of the other "
            f"figure there are 2⁶⁴, about {science(2.0**64)}: training sees a few of them.",
            mistakes=(
                (20, "That is 2 × 10; the choices of the ten units multiply."),
                (100, "That is 10²; it is 2 choices for each of 10 units."),
                (320, "That is 256 × 10 / 8; but each unit more doubles the number."),
                (1023, "The mask that keeps nothing counts too."),
            ),
        ),
    }
