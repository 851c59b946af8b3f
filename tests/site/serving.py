"""Fixtures for every folder that opens pages: the built website on loopback, and a browser."""

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
from playwright.sync_api import Browser, sync_playwright
from site_visit import ROOT, SITE

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # strangers are not there
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
