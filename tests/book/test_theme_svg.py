"""Drawings of cells stand in the page; a picture that says nothing in words stops the build."""

import base64
import re
from pathlib import Path

import pytest
from trial import Book, build, code, notebook, text

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9pt" height="9pt" viewBox="0 0 9 9">'
    '<defs><path id="m0" d="M 0 0 L 9 9"/></defs>'
    '<g id="figure_1"><use href="#m0" style="stroke: #0067b9"/></g></svg>'
)
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
ALT = 'A line from "here" to <there>'


def picture_book(folder: Path, *cells: dict) -> Book:
    page = notebook(text("title", "# Page"), *cells)
    return build(folder, {"index.ipynb": page}, ["cell_anchors", "theme_svg"])


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    cells = [
        code("one", svg=SVG, alt=ALT),
        code("two", svg=SVG, alt="B"),
        code("p", png=PNG, alt="C"),
    ]
    book = picture_book(tmp_path_factory.mktemp("pictures"), *cells)
    assert not book.failed, book.messages
    assert len(list((book.out / "_images").glob("*"))) == 1, "drawings in the page are no files"
    return book.page("index")


def test_a_drawing_stands_in_the_page_and_takes_its_colors(page: str) -> None:
    drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(drawings) == 2
    assert all("stroke: var(--nn-blue, #0067b9)" in drawing for drawing in drawings)


def test_the_alt_text_of_a_drawing_is_its_label(page: str) -> None:
    label = re.search(r'<svg[^>]*role="img" aria-label="([^"]*)"', page)
    assert label
    assert label[1] == "A line from &quot;here&quot; to &lt;there&gt;"


def test_no_two_drawings_of_a_page_share_an_id(page: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(set(ids)) == len(ids)
    assert {"plot1-m0", "plot2-m0"} <= set(ids)


def test_a_picture_of_pixels_stays_an_image(page: str) -> None:
    assert re.search(r'<img alt="C"[^>]*src="_images/[0-9a-f]+\.png"', page)


@pytest.mark.parametrize("picture", [{"svg": SVG}, {"png": PNG}, {"svg": SVG, "alt": ""}])
def test_a_picture_without_alt_text_fails_every_build(tmp_path: Path, picture: dict) -> None:
    for _ in range(2):
        book = picture_book(tmp_path, code("curve", **picture))
        assert book.failed
        assert re.search(r"index\.ipynb:\d+: ERROR: cell-curve shows a picture", book.messages)
    mended = picture_book(tmp_path, code("curve", **{**picture, "alt": "A curve"}))
    assert not mended.failed, mended.messages
