"""The book's style of plots: its palette, readable in JupyterLab's themes too, and repeatable."""

import json
from collections.abc import Iterator

import matplotlib
import matplotlib.pyplot as plt
import nbformat
import pytest
from matplotlib.colors import to_hex
from nbclient import NotebookClient

from nnbook.notebook import plots
from nnbook.notebook.svg import COLORS


@pytest.fixture(autouse=True)
def style() -> Iterator[None]:
    with matplotlib.rc_context():
        plots.use_style()
        yield


def curves(count: int) -> list[matplotlib.lines.Line2D]:
    figure, axes = plt.subplots()
    lines = [axes.plot([0, 1], [0, slope])[0] for slope in range(count)]
    plt.close(figure)
    return lines


def test_curves_take_the_colors_that_follow_the_theme() -> None:
    assert {to_hex(line.get_color()) for line in curves(4)} <= set(COLORS)


def test_curves_are_told_apart_without_color_too() -> None:
    assert len({line.get_color() for line in curves(4)}) == 4
    assert len({line.get_linestyle() for line in curves(4)}) == 4


def test_a_notebook_in_a_dark_lab_still_shows_dark_text_on_white() -> None:
    face = to_hex(matplotlib.rcParams["figure.facecolor"])
    ink = [to_hex(matplotlib.rcParams[name]) for name in ("text.color", "xtick.labelcolor")]
    assert (face, ink) == ("#ffffff", ["#000000", "#000000"])


def test_text_is_readable_where_a_figure_is_a_phone_wide() -> None:
    width_in_pixels = matplotlib.rcParams["figure.figsize"][0] * 96
    text_in_pixels = matplotlib.rcParams["font.size"] * 96 / 72
    assert text_in_pixels * min(1, 330 / width_in_pixels) > 9


def test_the_same_figure_is_the_same_file() -> None:
    def svg() -> str:
        figure, axes = plt.subplots()
        axes.plot([0, 1], marker="o")
        plt.close(figure)
        return plots.as_svg(figure)

    assert svg() == svg()
    assert "<dc:date>" not in svg()


def test_a_notebook_draws_figures_as_svg_alone_and_the_same_in_every_run() -> None:
    source = (
        "from nnbook.notebook import plots; plots.use_style()\n"
        "import matplotlib.pyplot as plt\n"
        "from matplotlib.backends.backend_agg import FigureCanvasAgg as Pixels\n"
        "Pixels.draw = lambda _: print('drawn as pixels too, in vain')\n"
        "_ = plt.plot([0, 1], marker='o')"
    )

    def output() -> dict[str, str]:
        page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
        NotebookClient(page, kernel_name="python3").execute()
        (shown,) = page.cells[0].outputs
        return json.loads(json.dumps(shown["data"]))

    first, second = output(), output()
    assert set(first) == {"image/svg+xml", "text/plain"}
    assert first == second
