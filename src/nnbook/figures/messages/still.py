"""The still picture of the figure `messages`: the network with its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnbook.figures.kit.network421 import BATCHES, SUB
from nnbook.figures.kit.numbers import number
from nnbook.nn.activations import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Picture

    from nnbook.figures.messages.figure import Messages


def still(picture: Picture, fig: Messages) -> None:
    """The network upright, with the numbers known at this step."""
    axes, now = picture.add_subplot(), fig.now()

    def words(key: str, i: int, since: int) -> str:
        return _words(fig, now[key][:, i]) if fig.step >= since else ""

    def box(left: float, low: float, text: str, up: str, down: str) -> None:
        axes.text(left, low, text, ha="center", va="center", bbox={"fc": "none", "ec": "C0"})
        for side, ha, numbers, color in ((-0.3, "right", up, "C0"), (0.3, "left", down, "C1")):
            axes.text(left + side, low, numbers, ha=ha, va="center", color=color, size=9)

    for j, unit in enumerate((2.0, 6.0)):
        box(unit, 4.2, f"a{SUB[j]}", words("a", j, 1), words("ga", j, 8))
        box(unit, 5.2, f"z{SUB[j]}", words("z", j, 2), words("gz", j, 7))
        bend = fig.controls["f"]["options"][fig.f]
        axes.text(unit, 4.7, bend, ha="center", va="center", size=8)
        _weight(axes, fig, now, 8 + j, (3 + 2 * j, 6.8), ((unit, 5.5), (3.8 + 0.4 * j, 8.1)))
        for i in range(4):
            place = 1 + 2 * i - 0.48 + 0.96 * j, 1.75
            ends = (1 + 2 * i, 0.3), (unit + 0.2 * (i - 1.5), 3.9)
            _weight(axes, fig, now, 4 * j + i, place, ends)
    for i in range(4):
        mine = _words(fig, [row[i] for row in fig.given["x"]])
        box(1 + 2 * i, 0, f"x{SUB[i]}", mine, words("gx", i, 10))
    box(4, 8.4, "ŷ", words("y_hat", 0, 3), words("g", 0, 5))
    _notes(axes, fig, now["E"][0])
    axes.set(xlim=(-0.05, 8.05), ylim=(-0.5, 9))
    axes.axis("off")


def _short(value: float) -> str:
    text = number(value, 2)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _words(fig: Messages, values: Any) -> str:
    """A number for each example of the batch, one a line."""
    return "\n".join(_short(values[n]) for n in BATCHES[fig.batch])


def _weight(
    axes: Axes, fig: Messages, now: dict[str, Array], i: int, place: Any, ends: Any
) -> None:
    """A weight in a small box on its connection, its gradient under it once it is known."""
    left, low = place
    known = fig.step >= (9 if i < 8 else 6)
    gradient = f"\n{_short(now['grad'][i])}" if known else "\n "
    mine = i == fig.weight - 1
    style = {"fc": "none", "ec": "C3" if mine else "0.6", "lw": 2 if mine else 0.8, "pad": 2}
    text = f"w{SUB[i]}\n{_short(now['w'][i])}{gradient}"
    axes.text(left, low, text, ha="center", va="center", size=8, bbox=style)
    for one, end in ((ends[0], (left, low - 0.33)), ((left, low + 0.33), ends[1])):
        axes.plot(*zip(one, end, strict=True), "-", color="0.6", lw=1)


def _notes(axes: Axes, fig: Messages, error: float) -> None:
    """The target, the rule of the updates, and the error."""
    sign = "+" if fig.slide else "−"
    rule = f"w ← w {sign} {fig.given['lr']:g} ∂E/∂w"
    axes.text(0, 8.7, "y = " + _words(fig, fig.given["y"]).replace("\n", ", "), size=9)
    axes.text(0, 8.2, f"{rule}\nupdates: {fig.updates}", size=9, va="top")
    if fig.step >= 4:
        axes.text(8, 8.5, f"E = {error:.2f}", ha="right", size=11)
