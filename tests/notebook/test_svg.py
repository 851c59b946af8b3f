"""A drawing in the page follows the page's theme, says what it shows, and disturbs nothing else."""

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import matplotlib.style
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nnbook.notebook.svg import COLORS, themed

SVG = "{http://www.w3.org/2000/svg}"


def drawn(draw: Callable[[Axes], object], **settings: object) -> str:
    """What Matplotlib writes for a figure with one pair of axes on which `draw` was called."""
    text = io.StringIO()
    settings = {"svg.fonttype": "none", "svg.hashsalt": "test", **settings}
    with matplotlib.style.context(["default", settings]):  # another test may have left its own
        figure = Figure(figsize=(3, 2))
        draw(figure.add_subplot())
        figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()


def inline(draw: Callable[[Axes], object], prefix: str = "p", **settings: object) -> str:
    return themed(drawn(draw, **settings), prefix=prefix, alt="A line")


def test_no_group_is_empty_and_no_text_turned_by_nothing():
    def draw(axes: Axes) -> None:
        axes.plot([0, 1])
        axes.set_ylabel("turned")

    root = ET.fromstring(inline(draw))
    assert all(len(group) for name in ("g", "defs") for group in root.iter(f"{SVG}{name}"))
    turned = [e.text for e in root.iter() if "rotate" in e.get("transform", "")]
    assert turned == ["turned"]
    assert "rotate(-0" in drawn(draw)


@pytest.mark.parametrize(
    "color", [color for color in COLORS if color not in {"#000000", "#ffffff"}]
)
def test_a_color_of_the_palette_becomes_a_variable_with_itself_as_fallback(color: str) -> None:
    svg = inline(lambda axes: axes.plot([0, 1], color=color, marker="o"))
    assert re.search(rf"stroke: var\(--nn-[a-z]+, {color}\)", svg)
    assert re.search(rf"fill: var\(--nn-[a-z]+, {color}\)", svg)
    assert not re.search(rf": {color}", svg)


def test_black_and_text_take_the_color_of_the_page_s_text() -> None:
    svg = inline(lambda axes: axes.set_title("Title"))
    assert ET.fromstring(svg).get("fill") == "currentColor"  # Matplotlib leaves black text unsaid
    assert "stroke: currentColor" in svg
    assert "#000000" not in svg


def test_the_white_background_is_dropped_and_a_white_edge_takes_the_page_s() -> None:
    plain = inline(lambda axes: None)
    assert "--paper" not in plain
    assert "#ffffff" not in plain
    edged = inline(lambda axes: axes.plot([0, 1], marker="o", markeredgecolor="#ffffff"))
    assert "stroke: var(--paper, #ffffff)" in edged


def test_a_white_bar_over_others_stays() -> None:
    svg = inline(lambda axes: [axes.bar(0, 2, color="#0067b9"), axes.bar(0, 1, color="#ffffff")])
    assert "fill: var(--paper, #ffffff)" in svg


def test_a_color_outside_the_palette_stays_as_it_is() -> None:
    assert "#123456" in inline(lambda axes: axes.plot([0, 1], color="#123456"))


def test_two_drawings_share_no_id_and_every_reference_leads_somewhere() -> None:
    def draw(axes: Axes) -> None:
        axes.plot([0, 1], marker="o")
        axes.imshow([[0, 1]])

    one, two = (ET.fromstring(inline(draw, prefix)) for prefix in ("a", "b"))
    ids = [{e.get("id") for e in root.iter()} - {None} for root in (one, two)]
    assert ids[0]
    assert not ids[0] & ids[1]
    for own, root in zip(ids, (one, two), strict=True):
        values = " ".join(value for e in root.iter() for value in e.attrib.values())
        links = {e.get("href", "") for e in root.iter()}
        uses = {link[1:] for link in links if link.startswith("#")}
        assert uses | set(re.findall(r"url\(#([^)]+)\)", values)) == own


def test_the_drawing_is_an_image_with_its_alt_text() -> None:
    root = ET.fromstring(themed(drawn(lambda axes: None), prefix="p", alt='a < "b" & c'))
    assert (root.get("role"), root.get("aria-label")) == ("img", 'a < "b" & c')


def test_the_drawing_shrinks_with_its_column_in_its_own_proportions() -> None:
    root = ET.fromstring(inline(lambda axes: None))
    assert root.get("style", "").startswith("max-width: 100%; height: auto;")
    assert root.get("viewBox") == "0 0 216 144"
    assert root.get("width") == "216pt"


def test_nothing_in_it_reaches_the_rest_of_the_page() -> None:
    svg = inline(lambda axes: axes.plot([0, 1]))
    assert "<style" not in svg
    assert "<!DOCTYPE" not in svg
    assert "stroke-linejoin: round; stroke-linecap: butt" in svg.split(">")[0]


def test_labels_are_text_in_the_page_s_font_and_formulas_in_one_of_their_width() -> None:
    settings = {"mathtext.fontset": "stix"}
    svg = inline(lambda axes: axes.set_title("Loss"), **settings)
    assert re.search(r"<text[^>]*>Loss</text>", svg)
    assert "font-family" not in svg
    formula = inline(lambda axes: axes.set_xlabel("$a$"), **settings)
    assert "font-family: STIXGeneral, 'Times New Roman', serif" in formula


def test_words_grow_where_a_page_says_so_and_the_letters_of_a_formula_do_not() -> None:
    svg = inline(lambda axes: axes.set(title="Loss", xlabel="$a$"), **{"mathtext.fontset": "stix"})
    words = re.findall(r'<text style="([^"]*)"[^>]*>[^<]*Loss', svg)
    assert words
    assert all("font-size: calc(12px * var(--letters, 1))" in style for style in words)
    letters = re.findall(r'style="([^"]*STIXGeneral[^"]*)"', svg)
    assert letters
    assert not any("--letters" in style for style in letters)
    assert "--grow: 1.00" in svg.split(">")[0]  # 216 points wide: there is nothing to make up for


def test_coordinates_are_short_and_in_place() -> None:
    raw, svg = (write(lambda axes: axes.plot([0, 1], [0, 1 / 3])) for write in (drawn, inline))
    number = r"-?\d+\.?\d*"
    points = [re.findall(rf"[ML] ({number}) ({number})", text) for text in (raw, svg)]
    background = len(points[0]) - len(points[1])
    assert background == 2 * 4
    for before, after in zip(points[0][background:], points[1], strict=True):
        assert [float(x) for x in after] == pytest.approx([float(x) for x in before], abs=0.0051)
    assert not re.search(r' [dxy]="[^"]*\.\d{3}', svg)
