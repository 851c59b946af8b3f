"""A visit meets nobody but the site: who else is asked is noted, and gets no request."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from site_visit import Visit

ASK = "(address) => fetch(address).then((answer) => answer.text(), () => 'nobody')"


@pytest.fixture
def other() -> Iterator[tuple[str, list[str]]]:
    """The port of a server that is not the site's, and what it was asked."""
    asked: list[str] = []

    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("", 0), Other)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f":{server.server_port}", asked
    server.shutdown()


@pytest.mark.parametrize("host", ["127.0.0.2", "localhost", "192.0.2.1", "example.com"])
def test_a_stranger_is_noted_and_gets_no_request(
    visit: Visit, other: tuple[str, list[str]], host: str
):
    port, asked = other
    visit.page.goto(f"{visit.site}/tests/")  # a list of files, without a policy
    assert visit.page.evaluate(ASK, f"http://{host}{port}/") == "nobody"
    assert visit.strangers == [f"http://{host}{port}/"]
    assert asked == []
