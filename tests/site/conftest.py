"""The built website, served on loopback, and a browser that meets nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from figure_page import HOME, Shown
from playwright.sync_api import Browser
from python_page import worker
from quiz_page import ALL, Asked
from quiz_page import HOME as QUIZZES
from serving import browser, site
from site_visit import Visit

__all__ = ["browser", "site", "worker"]


# What is not of figures goes: a page of few parts answers in half the time.
ALONE = """() => {
  const others = document.querySelectorAll(":is(math, pre, svg):not(.nnfig *, a *, button *)");
  for (const e of others) e.replaceChildren();
}"""


@pytest.fixture
def visit(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A fresh browser profile; `indirect` parameters are options of Playwright's new_context."""
    options = {"viewport": {"width": 1280, "height": 900}, **getattr(request, "param", {})}
    context = browser.new_context(**options)
    yield Visit(context.new_page(), site)
    context.close()


@pytest.fixture(scope="module")
def opened(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """The page that a module names as its HOME; its tests share it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    visit = Visit(context.new_page(), site)
    visit.open(request.module.HOME)
    yield visit
    context.close()


@pytest.fixture
def options() -> dict[str, Any]:
    """Of Playwright's new_context; a test sets its own by `parametrize("options", …)`."""
    return {}


@pytest.fixture(scope="session")
def desk(browser: Browser, site: str) -> Iterator[dict[str, Visit]]:
    """The pages that lie open, by address and options: opening a page takes longest."""
    open_: dict[str, Visit] = {}
    yield open_
    for visit in open_.values():
        visit.page.context.close()


@pytest.fixture
def shown(
    desk: dict[str, Visit], browser: Browser, site: str, name: str, options: dict[str, Any]
) -> Iterator[Shown]:
    """The figure `name` as it was when its page opened; the page is shared with other tests."""
    key = f"{HOME[name]} {options}"
    if key not in desk:
        if len(desk) > 3:
            desk.pop(next(iter(desk))).page.context.close()
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        desk[key] = Visit(context.new_page(), site)
        desk[key].open(HOME[name])
        desk[key].page.evaluate(ALONE)
    shown = Shown.on(desk[key], name)
    shown.afresh()
    yield shown
    if shown.visit.complaints:
        desk.pop(key).page.context.close()


@pytest.fixture
def chapter() -> str:
    """The quiz that a test takes, unless it sets its own by `parametrize("chapter", …)`."""
    return ALL


@pytest.fixture(scope="module")
def open_quizzes(browser: Browser) -> Iterator[dict[str, Asked]]:
    """The quizzes that lie open, by chapter and options."""
    found: dict[str, Asked] = {}
    yield found
    for asked in found.values():
        asked.page.context.close()


@pytest.fixture
def asked(
    open_quizzes: dict[str, Asked],
    browser: Browser,
    site: str,
    chapter: str,
    options: dict[str, Any],
) -> Asked:
    """The quiz of a chapter with nothing answered; the page is shared with other tests."""
    key = f"{chapter} {options}"
    if key not in open_quizzes:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        visit = Visit(context.new_page(), site)
        visit.open(QUIZZES[chapter])
        open_quizzes[key] = Asked(visit, chapter)
    open_quizzes[key].again()
    return open_quizzes[key]
