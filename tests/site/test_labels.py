"""Words in Matplotlib's pictures can be read on a phone; what scripts draw has its own sizes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest
from site_visit import SITE, pages

PHONE, REM, LEAST = 390, 16, 10  # CSS pixels: of the window, of a rem, of a word
POINT = 96 / 72
SHEET = (SITE / "_static/book.css").read_text("utf-8") if SITE.exists() else ""


class Label(NamedTuple):
    pixels: float
    words: str
    picture: str


def column() -> float:
    """The width of the text on a phone, by the sheet's padding."""
    padding = re.search(r"^article \{ padding: 0 ([\d.]+)rem", SHEET, re.MULTILINE)
    assert padding, "book.css: article has no padding in rem"
    return PHONE - 2 * REM * float(padding[1])


def growth() -> float:
    """How many times as large words may become, by the sheet."""
    cap = re.search(r"--letters: min\(var\(--grow\), ([\d.]+)\)", SHEET)
    assert cap, "book.css: --letters has no limit"
    return float(cap[1])


def labels(page: str) -> Iterator[Label]:
    """Every word of every picture of a page, and how large it is."""
    text = (SITE / page).read_text("utf-8")
    for svg in re.findall(r'<svg [^>]*width="[\d.]+pt".*?</svg>', text, re.DOTALL):
        grow = float(re.findall(r"--grow: ([\d.]+)", styled(page, svg))[0])
        scale = min(POINT, column() / float(re.findall(r'viewBox="0 0 ([\d.]+)', svg)[0]))
        for tag, words in re.findall(r"(<(?:text|tspan)\b[^>]*>)([^<]+)", svg):
            size = re.search(r"(calc\()?([\d.]+)px", styled(page, tag))
            if size:
                larger = min(grow, growth()) if size[1] else 1
                alt = re.findall(r'aria-label="([^"]{,60})', svg)[0]
                yield Label(round(float(size[2]) * scale * larger, 1), words, alt)


@cache
def rules(page: str) -> dict[str, str]:
    """What the page's own sheet says of each of its classes."""
    sheet = SITE / "_static/styles" / page.replace("/", "-").replace(".html", ".css")
    return dict(re.findall(r"\.(i\w{7}):not\(#i\) \{([^}]*)\}", sheet.read_text("utf-8")))


def styled(page: str, tag: str) -> str:
    """What the page says of the first element of a text."""
    names = re.search(r'class="([^"]*)"', tag.split(">")[0])
    return " ".join(rules(page).get(name, "") for name in (names[1].split() if names else ()))


def test_no_word_of_a_picture_is_too_small_on_a_phone():
    found = {page: list(labels(page)) for page in pages() if page.startswith(("chap", "book"))}
    if not found:
        pytest.skip("there is no built book")
    assert sum(map(len, found.values())) > 300
    small = {(page, *one) for page, every in found.items() for one in every if one.pixels < LEAST}
    assert not small, "\n".join(map(str, sorted(small)))
