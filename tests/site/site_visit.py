"""The built website, as the tests in this folder see it: its pages, and a visit to one of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"


def pages() -> list[str]:
    """Every page of the built site by its address, but for the one that only leads to the first.

    Of the pages that show the library's source, all made alike, the longest stands for the others.
    """
    found = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
    left_out = ("_static", "index.html", "slides/")  # the deck: test_slides.py
    sources = [page for page in found if page.startswith("_modules/nnbook/")]
    one = max(sources, key=lambda page: (SITE / page).stat().st_size, default="")
    return [
        page
        for page in found
        if not page.startswith(left_out) and (page == one or page not in sources)
    ]


def until(page: Page, condition: str, arg: Any = None, timeout: float = 10_000) -> None:
    """Wait until an expression or a function of JavaScript is true, `timeout` ms at most.

    Playwright's own wait evaluates text inside the page, which the page's policy forbids.
    """
    is_function = re.match(r"(async )?(\w+|\([^()]*\)) =>", condition)
    call = f"({condition})(arg)" if is_function else f"({condition})"
    waiting = """async ([arg, timeout]) => {
      for (const start = Date.now(); Date.now() - start < timeout;) {
        if (CALL) return true;
        await new Promise((done) => setTimeout(done, 20));
      }
      return false;
    }"""
    found = page.evaluate(waiting.replace("CALL", call), [arg, timeout])
    assert found, f"still not so: {condition}"


class Visit:
    """A page in the browser, with what went wrong on it: complaints, and requests to strangers."""

    def __init__(self, page: Page, site: str):
        self.page, self.site = page, site
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._note(request.url))

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _at_home(self, address: str) -> bool:
        return address.startswith((self.site, "file:", "blob:", "data:"))

    def _note(self, address: str) -> None:
        if not self._at_home(address):
            self.strangers.append(address)

    def open(self, address: str) -> Page:
        """Go there, and wait until all of it is there."""
        if "://" not in address:
            address = f"{self.site}/_build/html/{address}"
        self.page.goto(address)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until every figure is drawn and no color is on its way to another."""
        self.page.evaluate("new Promise(requestAnimationFrame)")
        until(
            self.page,
            "!document.querySelector('.nn-fresh, .nnfig:not([data-ready])')"
            " && !document.getAnimations().some("  # those by scrolling never end
            "(a) => a.playState === 'running' && a.timeline === document.timeline)",
        )
