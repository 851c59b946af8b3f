"""Matplotlib in the book's style: `plots.use_style()` stands at the top of a chapter.

Figures become SVG, which is sharp at any size and takes the colors of the page's theme.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files

import matplotlib
import matplotlib.style
import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

__all__ = ["DIVERGING", "as_svg", "canvas", "style", "training_curves", "use_style"]

SHEET = files("nnbook.notebook") / "book.mplstyle"
UNDATED = {"Date": None}  # so that the same figure gives the same bytes
#: Blue below zero, orange above, and the paper itself at zero, whatever the theme's paper is.
DIVERGING = LinearSegmentedColormap.from_list(
    "diverging", ["#0067b9ff", "#0067b900", "#b3450000", "#b34500ff"]
)


def use_style() -> None:
    """Draw as `book.mplstyle` says from here on and, in a notebook, show figures as SVG."""
    with as_file(SHEET) as sheet:
        matplotlib.style.use(sheet)
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("svg", metadata=UNDATED)  # type: ignore[no-untyped-call]
        if "inline" in matplotlib.get_backend():
            from matplotlib import pyplot

            pyplot.uninstall_repl_displayhook()  # would draw, just before it is shown, every figure


@contextmanager
def style() -> Iterator[None]:
    """The book's style inside a `with`, whatever the style outside is."""
    with as_file(SHEET) as sheet, matplotlib.rc_context(), matplotlib.style.context(sheet):
        yield


def canvas(width: float, height: float) -> Figure:
    """An empty figure of so many inches, of no concern to pyplot."""
    return Figure(figsize=(width, height), layout="constrained")


def as_svg(figure: Figure) -> str:
    """The figure as the text of an SVG file."""
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata=UNDATED)
    return text.getvalue()


def training_curves(
    train: ArrayLike, validation: ArrayLike, right: ArrayLike, figure: Figure | None = None
) -> Figure:
    """Losses on the left, accuracy on the right, against epochs: a thin line for each seed.

    Each is (seeds, looks), a look before the first epoch and one after each; NaN is left out.
    """
    figure = figure or canvas(5.2, 2.3)
    loss, accuracy = figure.subplots(1, 2)
    for values, axes, color, dash, name in (
        (train, loss, "C0", "-", "training"),
        (validation, loss, "C1", "--", "validation"),
        (100 * np.asarray(right), accuracy, "C1", "--", "validation"),
    ):
        lines = axes.plot(np.transpose(values), dash, color=color, linewidth=1, alpha=0.8)
        lines[0].set_label(name)
    loss.set(xlabel="epochs", ylabel="loss (cross-entropy)", ylim=(0, None))
    accuracy.set(xlabel="epochs", ylabel="right on validation (%)", ylim=(0, 100))
    loss.legend(fontsize=10)
    return figure
