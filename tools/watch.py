"""The edit loop: builds the book as its files change, and has the browser load the page anew.

The site is served from _build/html as it lies there; a line that waits for the next build is added
to a page on its way. PORT says where, 8000 if it is not set.
"""

import os
import sys
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread
from typing import Any
from urllib.parse import urlsplit

import build

NEXT = "/next-build"
WAIT = 20.0  # seconds after which a browser asks again
SCRIPT = """<script>
const next = () => fetch("%s?%d").then(
  (answer) => (answer.status === 205 ? location.reload() : next()),
  () => setTimeout(next, 1000),
);
next();
</script>
"""


class Builds:
    """Counts the builds; pages wait here for the next one."""

    def __init__(self) -> None:
        self.count = int(time.time())  # none of an earlier watch's
        self._changed = Condition()

    def add(self) -> None:
        with self._changed:
            self.count += 1
            self._changed.notify_all()

    def is_newer_than(self, count: int) -> bool:
        """Whether there has been a build since `count`, known at once or when WAIT is over."""
        with self._changed:
            return self._changed.wait_for(lambda: self.count != count, WAIT)


class Site(SimpleHTTPRequestHandler):
    """The built site, with its pages waiting for the next build."""

    def __init__(self, builds: Builds, *args: Any, **kwargs: Any) -> None:
        self.builds = builds
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        page = Path(self.translate_path(self.path))
        if address.path == NEXT:
            self.send_response(205 if self.builds.is_newer_than(int(address.query)) else 204)
            self.end_headers()
        elif page.suffix == ".html" and page.is_file():
            script = SCRIPT % (NEXT, self.builds.count)
            text = page.read_bytes() + script.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)
        else:
            super().do_GET()

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        pass


def serve(builds: Builds, port: int) -> ThreadingHTTPServer:
    """Serve the site to this machine alone, beside what else this process does."""
    site = partial(Site, builds, directory=str(build.ROOT / build.PAGE.parent))
    server = ThreadingHTTPServer(("127.0.0.1", port), site)
    Thread(target=server.serve_forever, daemon=True).start()
    return server


def changes(pause: float = 0.3) -> Iterator[None]:
    """Yields at first, and whenever a file that the book is made from is new, gone or written."""
    before = None
    while True:
        now = {file: file.stat().st_mtime_ns for file in build.files(build.SOURCES)}
        if now != before:
            before = now
            yield
        time.sleep(pause)


def main() -> None:
    os.chdir(build.ROOT)
    builds, port = Builds(), int(os.environ.get("PORT", "8000"))
    try:
        server = serve(builds, port)
    except OSError as error:
        sys.exit(f"Port {port} cannot be used ({error.strerror}); try make watch PORT={port + 1}")
    print(f"The book is at http://127.0.0.1:{server.server_port}/ (Ctrl-C ends this).", flush=True)
    for _ in changes():
        try:
            build.build_what_changed()
            builds.add()
        except SystemExit as complaint:
            print(complaint, flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Stopped.")
