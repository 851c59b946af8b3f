"""The built website, served on loopback, and a browser that meets nothing else."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import browser as browser_tool
import pytest
from figure_page import HOME, Shown
from playwright.sync_api import Browser, sync_playwright
from quiz_page import ALL, Asked
from quiz_page import HOME as QUIZZES
from site_visit import ROOT, SITE, Visit

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, *args: Any) -> None:
        """A browser that goes on to another page drops the files it no longer needs."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(*args)


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address at which the whole repository is served; the book is below /_build/html/."""
    assert (SITE / "index.html").exists(), "there is no website yet: run `make book`"
    server = Server(("127.0.0.1", 0), partial(Handler, directory=str(ROOT)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("NNBOOK_BROWSER") or browser_tool.find()
    assert path, "there is no browser: `make test` installs one"
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=FLAGS)


@pytest.fixture
def visit(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A fresh browser profile; `indirect` parameters are options of Playwright's new_context."""
    options = {"viewport": {"width": 1280, "height": 900}, **getattr(request, "param", {})}
    context = browser.new_context(**options)
    yield Visit(context.new_page(), site)
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
