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
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

__all__ = ["DIVERGING", "as_svg", "canvas", "style", "use_style"]

SHEET = files("nnbook") / "book.mplstyle"
UNDATED = {"Date": None}  # so that the same figure gives the same bytes
# Blue below zero, orange above, and the paper itself at zero, whatever the theme's paper is.
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
