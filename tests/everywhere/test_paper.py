"""The book as PDF, and every page of the site on paper: light, whole, unfolded, no controls."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import paper
import pypdfium2
import pytest
import yaml
from playwright.sync_api import Browser
from pypdfium2 import raw
from site_visit import ROOT, Visit, pages

# What the page that becomes the book says of itself.
SAID = """() => {
  const words = (e) => e.textContent;
  const own = (e) => [...e.childNodes].filter((node) => node.nodeType === 3).map(words);
  const seen = (e) => e.checkVisibility({ contentVisibilityAuto: true });
  const all = (root, what) => [...root.querySelectorAll(what)];
  return {
    headings: all(document, "h1, h2, h3, h4, h5, .nn-part").map(words),
    chapters: all(document, "article[id]").map((a) => [a.id, words(a.querySelector("h1"))]),
    pictures: all(document, "svg").filter((svg) => seen(svg) && !svg.parentElement.closest("svg"))
      .map((svg) => all(svg, "text, tspan")
        .filter((e) => seen(e) && getComputedStyle(e).paintOrder === "normal") // halos: twice
        .flatMap(own)),
    figures: all(document, "figure.nnfig:has(.nn-predict)").map((figure) => [figure.id,
      all(figure, ".nn-title > *, .nn-ask p, .nn-ask .nn-choice label").map(words)]),
    answers: all(document, "article[id]:has(.nn-answers)").map((article) => [article.id,
      all(article.querySelector(".nn-answers"), ":is(p, pre, ol:not(.nn-key) > li, [data-explain])")
        .filter((one) => !one.querySelector("math, a")).map(words)]),
  };
}"""
# What a page of the site folds away, the answers to its quiz, and what stands on its controls.
FOLDED = """() => {
  const words = (what) => [...document.querySelectorAll(what)]
    .filter((e) => !e.querySelector("p, li, math, a, button")).map((e) => e.textContent);
  return {
    folded: words("article details:not(.nn-live-code) :is(p, pre, li)"),
    key: words(".nn-key > li:not([hidden]) [data-explain]"),
    controls: words("button, article input + span"),
  };
}"""
WAYS = {"Check", "Run", "Search", "Solution"}  # which a line of the text may consist of


def bare(text: str) -> str:
    """What a text has of ASCII, without spaces: fonts spell other signs in ways of their own, and
    a hyphen at the end of a line is taken for one of the line's."""
    return re.sub(r"[^!-~]|-", "", unicodedata.normalize("NFKC", text))


class Pdf:
    """A printed file, its pages counted from 1. Text in its margins, in points, is left out."""

    def __init__(self, printed: bytes, margin: float = 0):
        self.file = pypdfium2.PdfDocument(printed)
        self.pages = range(1, len(self.file) + 1)
        self.text = {page: self._text(page, margin) for page in self.pages}
        self.bare = {page: bare(text) for page, text in self.text.items()}

    def _text(self, page: int, margin: float) -> str:
        _, height = self.file[page - 1].get_size()
        box = {"bottom": margin, "top": height - margin}
        return str(self.file[page - 1].get_textpage().get_text_bounded(**box))

    def whole(self, first: int = 1, last: int | None = None) -> str:
        """What the pages say, from the first to the one before the last."""
        return "".join(self.bare[page] for page in self.pages if first <= page < (last or 1e9))

    def says(self, line: str) -> bool:
        """On one page, or at the foot of one and the head of the next."""
        wanted, texts = bare(line), list(self.bare.values())
        return any(wanted in text for text in texts) or any(
            wanted[:at] in one and wanted[at:] in other
            for one, other in pairwise(texts)
            for at in range(1, len(wanted))
        )

    def lines(self) -> set[str]:
        return {line.strip() for text in self.text.values() for line in text.splitlines()}

    def gray(self, page: int) -> Any:
        """How light its dots are, from 0 to 255."""
        return self.file[page - 1].render(scale=0.25, grayscale=True).to_numpy().squeeze()

    def bookmarks(self) -> list[tuple[int, str, int]]:
        """How deep each stands, what it says and to which page it leads."""
        found = self.file.get_toc(max_depth=9)
        return [(b.level, b.get_title(), b.get_dest().get_index() + 1) for b in found]

    def links(self) -> Iterator[tuple[int, int, str]]:
        """The page of each link, and the page or the address that it leads to."""
        for page in self.pages:
            sheet = self.file[page - 1]
            at, link = ctypes.c_int(0), raw.FPDF_LINK()
            while raw.FPDFLink_Enumerate(sheet, at, link):
                place, action = raw.FPDFLink_GetDest(self.file, link), raw.FPDFLink_GetAction(link)
                address = ctypes.create_string_buffer(1000)
                raw.FPDFAction_GetURIPath(self.file, action, address, len(address))
                to = raw.FPDFDest_GetDestPageIndex(self.file, place) + 1 if place else 0
                yield page, to, address.value.decode()


class Book(NamedTuple):
    pdf: Pdf
    said: dict[str, Any]
    at: dict[str, int]  # the page of each place that a link leads to


@pytest.fixture(scope="module")
def book(browser: Browser) -> Book:
    page = paper.composed(browser)
    said = page.evaluate(SAID)
    printed = paper.numbered(page)
    page.close()
    return Book(Pdf(printed, margin=60), said, paper.places(printed))


def spans(book: Book) -> dict[str, list[int]]:
    """Each chapter's first page, and the one after its last."""
    first = [book.at[name] for name, _ in book.said["chapters"]]
    ends = [*first[1:], book.pdf.pages[-1] + 1]
    return {
        name: (a, b) for (name, _), a, b in zip(book.said["chapters"], first, ends, strict=True)
    }


def test_parts_chapters_and_all_headings_are_bookmarks_that_lead_to_them(book: Book):
    bookmarks = book.pdf.bookmarks()
    assert [bare(title) for _, title, _ in bookmarks] == [bare(h) for h in book.said["headings"]]
    for _, title, page in bookmarks:
        assert bare(title) in book.pdf.bare[page]
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["parts"]
    names = [page["file"] for part in parts for page in part["chapters"]]
    assert [name for name, _ in book.said["chapters"]] == [
        n for n in names if n not in paper.LEFT_OUT
    ]
    top = [title for level, title, _ in bookmarks if level == 0]
    assert top == ["Contents", "Ninety minutes", *(part["caption"] for part in parts)]
    chapters = [bare(title) for level, title, _ in bookmarks if level == 1]
    assert chapters == [bare(title) for _, title in book.said["chapters"]]


def test_the_outline_says_on_which_page_a_chapter_begins_and_each_page_its_number(book: Book):
    outline = book.pdf.whole(1, book.at["book/index--ninety-minutes"])
    for name, title in book.said["chapters"]:
        assert bare(title) + str(book.at[name]) in outline
    for page in book.pdf.pages[1:]:
        foot = book.pdf.file[page - 1].get_textpage().get_text_bounded(top=60)
        assert foot.strip() == str(page)


def test_links_inside_the_book_lead_to_its_pages_and_others_out_of_it(book: Book):
    links = list(book.pdf.links())
    assert len([to for _, to, _ in links if to]) > 1000
    for page, to, address in links:
        assert to in book.pdf.pages or address.startswith("https://"), (page, address)


def test_no_page_is_dark_and_nothing_reaches_into_its_margins(book: Book):
    for page in book.pdf.pages:
        dots = book.pdf.gray(page)
        assert dots.mean() > 200, page
        width = dots.shape[1]
        for strip in (dots[:, : width // 10], dots[:, -width // 10 :]):  # they are wider than that
            assert strip.min() > 250, page


def test_every_picture_and_every_figure_with_its_questions_is_whole_on_one_page(book: Book):
    for words in book.said["pictures"]:
        wanted = {bare(word) for word in words}
        assert any(all(word in text for word in wanted) for text in book.pdf.bare.values()), words
    assert len(book.said["figures"]) > 20
    for name, words in book.said["figures"]:
        for word in words:
            assert bare(word) in book.pdf.bare[book.at[name]], (name, word)


def test_answers_stand_at_the_end_of_their_chapter_and_nowhere_else(book: Book):
    assert len(book.said["answers"]) > 12
    for name, answers in book.said["answers"]:
        first, last = spans(book)[name]
        begin = book.at[f"{name}--answer-1"]
        assert begin < last
        before, behind = book.pdf.whole(first, begin), book.pdf.whole(begin, last)
        for answer in answers:
            for line in map(bare, answer.splitlines()):
                assert line in behind, (name, line)
            assert len(answer) < 60 or bare(answer) not in before, (name, answer)


@pytest.mark.parametrize("name", pages())
def test_a_page_prints_light_unfolded_and_without_its_controls(
    name: str, browser: Browser, site: str
):
    context = browser.new_context(color_scheme="dark", viewport={"width": 1280, "height": 900})
    context.add_init_script("localStorage.setItem('mode', 'dark')")
    page = Visit(context.new_page(), site).open(name)
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"
    found = page.evaluate(FOLDED)
    pdf = Pdf(page.pdf(print_background=True, format="A4"))
    context.close()
    for folded in [*found["folded"], *found["key"]]:
        for line in folded.splitlines():
            assert pdf.says(line), line
    # A slider's number may be a tick of a picture, too.
    controls = {c.strip() for c in found["controls"] if re.search("[a-z]{2}", c)} - WAYS
    assert not controls & pdf.lines()
    for sheet in pdf.pages:
        dots = pdf.gray(sheet)
        assert dots.mean() > 180, sheet
        assert np.percentile(dots[:, -4:], 1) > 250, sheet  # nothing leaves the page
