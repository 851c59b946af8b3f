"""Makes a Matplotlib SVG part of a page: its colors follow the page's light or dark theme.

The palette becomes CSS variables with the light color as fallback, black the color of text.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

__all__ = ["themed"]

SVG = "http://www.w3.org/2000/svg"
GROUPS = {f"{{{SVG}}}g", f"{{{SVG}}}defs"}
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
COLORS = {
    "#000000": "currentColor",
    "#ffffff": "var(--paper, #ffffff)",
    "#0067b9": "var(--nn-blue, #0067b9)",
    "#b34500": "var(--nn-orange, #b34500)",
    "#006d4f": "var(--nn-green, #006d4f)",
    "#7a3e9d": "var(--nn-purple, #7a3e9d)",
    "#57606a": "var(--nn-muted, #57606a)",
}
# Labels take the page's font. Formulas in them are set letter by letter, for the widths of these.
FONTS = {
    "'DejaVu Sans'": "'DejaVu Sans', Verdana, sans-serif",
    "'STIXGeneral'": "STIXGeneral, 'Times New Roman', serif",
}

PHONE = 350  # CSS pixels of its column; there a word of 11 points has as many pixels again

ET.register_namespace("", SVG)


def themed(svg_text: str, *, prefix: str, alt: str) -> str:
    """The drawing `svg_text` as an `<svg>` element to stand inside a page.

    `prefix` makes its ids its own among all drawings of the page; `alt` says what it shows.
    A white background is dropped. The drawing shrinks with its column and never grows; its words
    grow by `--letters`, which a page may set to `--grow` where the column is that of a phone.
    """
    root = ET.fromstring(svg_text)
    _drop(root, lambda element: element.tag in {f"{{{SVG}}}metadata", f"{{{SVG}}}style"})
    for group in root.iter(f"{{{SVG}}}g"):
        if re.fullmatch(r"(figure|axes)_\d+", group.get("id", "")) and len(group):
            _drop(group[0], lambda element: element.get("style") == "fill: #ffffff")
    _make_ids_own(root, prefix)
    for element in root.iter():
        _follow_theme(element)
        _shorten(element)
    _drop(root, lambda element: element.tag in GROUPS and not len(element))
    # The joins and caps are what Matplotlib's style sheet says of every element: inside a page
    # that sheet would reach the whole page.
    style = "max-width: 100%; height: auto; stroke-linejoin: round; stroke-linecap: butt"
    style += f"; --grow: {max(1.0, float(root.attrib['width'].removesuffix('pt')) / PHONE):.2f}"
    root.attrib |= {"role": "img", "aria-label": alt, "fill": "currentColor", "style": style}
    return ET.tostring(root, encoding="unicode")


def _drop(root: ET.Element, unwanted: Callable[[ET.Element], bool]) -> None:
    for parent in reversed(list(root.iter())):  # the innermost first: it may leave its own empty
        for child in [child for child in parent if unwanted(child)]:
            parent.remove(child)


def _make_ids_own(root: ET.Element, prefix: str) -> None:
    """Put `prefix` before every id that the drawing refers to, and drop all others."""
    used = set()
    for element in root.iter():
        if XLINK_HREF in element.attrib:
            element.set("href", element.attrib.pop(XLINK_HREF))
        for name, value in element.attrib.items():
            if name == "href" and value.startswith("#"):
                used.add(value[1:])
                element.set(name, f"#{prefix}-{value[1:]}")
            elif found := re.search(r"url\(#([^)]+)\)", value):
                used.add(found[1])
                element.set(name, value.replace(f"#{found[1]}", f"#{prefix}-{found[1]}"))
    for element in root.iter():
        name = element.attrib.pop("id", "")
        if name in used:
            element.set("id", f"{prefix}-{name}")


def _follow_theme(element: ET.Element) -> None:
    for name in {"style", "fill", "stroke"} & element.attrib.keys():
        value = element.attrib[name]
        value = re.sub(r"#[0-9a-f]{6}\b", lambda color: COLORS.get(color[0], color[0]), value)
        value = re.sub(r"font-family: [^;]+, [^;]+;? ?", "", value)
        value = re.sub("|".join(FONTS), lambda font: FONTS[font[0]], value)
        if "font-family" not in value:  # the letters of a formula have their places
            value = re.sub(r"(?<=font-size: )[\d.]+px", r"calc(\g<0> * var(--letters, 1))", value)
        element.set(name, value)


def _shorten(element: ET.Element) -> None:
    """Coordinates to a hundredth of a point, no turns by nothing, no white space between tags."""
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]
    for name in {"d", "x", "y"} & element.attrib.keys():
        value = " ".join(element.attrib[name].split())
        value = re.sub(r"\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}", value)
        element.set(name, value)
    element.tail = None
    if element.tag not in {f"{{{SVG}}}text", f"{{{SVG}}}tspan"}:
        element.text = None
