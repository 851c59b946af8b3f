"""Prints the book and its slides: `make pdf` leaves a PDF of each in _build.

tools/paper.js makes one page of all pages of the site, answers behind their chapters, and the
browser that tests the site prints it: its headings become the file's bookmarks, and links inside
the book stay links. It prints twice, since only the first print says where everything stands.
"""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import browser as browser_tool
import pypdfium2
import repository
import yaml
from playwright.sync_api import Browser, Page, Route, sync_playwright

from nnbook import exercises

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SITE = ROOT / "_build" / "html"
BOOK = ROOT / "_build" / "introduction-to-deep-learning.pdf"
SLIDES = ROOT / "_build" / "slides.pdf"
HOST = "http://book.invalid"  # no host is called so: what its pages ask for comes from SITE
FLAGS = ["--no-sandbox", "--disable-gpu"]
PRINT: Any = {
    "prefer_css_page_size": True,
    "print_background": True,
    "outline": True,  # bookmarks
    "tagged": True,  # what is a heading, a list, a table: for who hears the book
}
LEFT_OUT = {"book/instructors", "book/hosting", "book/status"}  # not of the book's subject
EMPTY = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Introduction to Deep Learning</title></head>
<body></body></html>"""
PRINTS = 5  # at most, until the page numbers in the text are those of its pages
NO_SLIDES = "The site has no slides/index.html (make slides): there is no PDF of the slides."
# A bookmark loses the space at which its heading is broken into lines, unless that takes room.
HEADINGS = "h1, h2, h3, h4 { white-space: break-spaces; }"
READY = """async () => {
  for (const start = Date.now(); Date.now() - start < 60_000;) {
    if (!document.querySelector(".nnfig:not([data-ready])")) return true;
    await new Promise((done) => setTimeout(done, 50));
  }
  return false;
}"""


def main() -> None:
    if not (SITE / "index.html").exists():
        sys.exit("There is no website yet: run `make pdf`, which builds it first.")
    for target, made in ((BOOK, book), (SLIDES, slides)):
        if made is slides and not (SITE / "slides" / "index.html").exists():
            print(NO_SLIDES)
            continue
        start = time.monotonic()
        with chromium() as browser:
            target.write_bytes(printed := made(browser))
        with pypdfium2.PdfDocument(printed) as pdf:
            print(
                f"Printed {target.relative_to(ROOT)}: {len(pdf)} pages, {len(printed) / 1e6:.1f} MB"
                f", in {time.monotonic() - start:.0f} s"
            )


@contextmanager
def chromium() -> Iterator[Browser]:
    path = browser_tool.find() or browser_tool.install()
    if path is None:
        sys.exit(browser_tool.CURE.format(browser_tool.LOG))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def opened(browser: Browser, address: str) -> Page:
    """A page of the site, or an empty one, which loads from the disk and from nowhere else."""

    def answer(route: Route) -> None:
        asked = urlsplit(route.request.url)
        file = SITE / unquote(asked.path).lstrip("/")
        if f"{asked.scheme}://{asked.netloc}" == HOST and asked.path == "/":
            route.fulfill(body=EMPTY, content_type="text/html")
        elif f"{asked.scheme}://{asked.netloc}" == HOST and file.is_file():
            route.fulfill(path=file)
        else:
            route.fulfill(status=404)

    page = browser.new_page(color_scheme="light", bypass_csp=True)
    page.emulate_media(media="print")
    page.route("**/*", answer)
    page.goto(f"{HOST}/{address}")
    page.add_style_tag(content=HEADINGS)
    return page


def book(browser: Browser) -> bytes:
    """The PDF of the book."""
    return numbered(composed(browser))


def composed(browser: Browser) -> Page:
    """All of the book on one page."""
    page = opened(browser, "")
    page.add_script_tag(path=HERE / "paper.js")
    page.add_style_tag(path=HERE / "paper.css")
    page.evaluate("given => book.compose(given)", contents())
    return page


def numbered(page: Page) -> bytes:
    """The book's page as PDF, once the numbers in its text are those of the PDF's pages."""
    shown: dict[str, int] = {}
    for _ in range(PRINTS):
        printed = page.pdf(**PRINT)
        if (found := places(printed)) == shown:
            return printed
        page.evaluate("pages => book.number(pages)", found)
        shown = found
    sys.exit(f"Its page numbers move the book's pages, even after {PRINTS} prints: see paper.css.")


def contents() -> dict[str, Any]:
    """What compose() makes the book of."""
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["parts"]
    listed = [(part["caption"], [page["file"] for page in part["chapters"]]) for part in parts]
    return {
        "parts": [
            {"caption": caption, "pages": [page for page in pages if page not in LEFT_OUT]}
            for caption, pages in listed
        ],
        "hints": {name: exercises.get(name).hints for name in exercises.names()},
        "address": repository.configured().site,
    }


def places(printed: bytes) -> dict[str, int]:
    """On which page of a PDF, from 1, each place stands that a link leads to, by its name."""
    found, raw = {}, pypdfium2.raw
    with pypdfium2.PdfDocument(printed) as pdf:
        for k in range(raw.FPDF_CountNamedDests(pdf)):
            size = ctypes.c_long()
            raw.FPDF_GetNamedDest(pdf, k, None, size)
            name = ctypes.create_string_buffer(size.value)
            place = raw.FPDF_GetNamedDest(pdf, k, name, size)
            text = name.raw.decode("utf-16-le").rstrip("\0")
            found[text] = raw.FPDFDest_GetDestPageIndex(pdf, place) + 1
    return found


def slides(browser: Browser) -> bytes:
    """The PDF of the deck, which lays itself out for paper."""
    page = opened(browser, "slides/index.html?print-pdf")
    if not page.evaluate(READY):
        sys.exit("The slides still have figures that are not drawn: open slides/?print-pdf.")
    return page.pdf(**PRINT)


if __name__ == "__main__":
    main()
