"""Python in the page: from the press of a button to the first answer, cold and warm, a check after
that, and what is loaded. The site is served without compression, on this machine."""

import gzip
import os
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from time import perf_counter

from playwright.sync_api import Browser, Page, sync_playwright

SITE = Path("_build/html")
HOME = "chapters/neuron.html"
CHROMIUM = ["--no-sandbox", "--disable-gpu"]
STARTS, CHECKS = 3, 10
RIGHT = "def neuron(x, w, b):\n    return np.maximum(x @ w + b, 0)"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


def press(page: Page) -> float:
    """Seconds from the press to the verdict."""
    box = page.locator('[data-exercise="neuron"]')
    start = perf_counter()
    box.locator('[data-do="check"]').click()
    page.wait_for_selector('[data-exercise="neuron"][data-passed="true"]', timeout=300_000)
    return perf_counter() - start


def starts(browser: Browser, address: str) -> tuple[list[float], list[float], list[float]]:
    """Of a browser that has seen nothing, of one that has, and of checks once Python runs."""
    cold, warm, checks = [], [], []
    for _ in range(STARTS):
        page = browser.new_context().new_page()
        for times in (cold, warm):
            page.goto(f"{address}/{HOME}")
            page.locator('[data-exercise="neuron"]').get_by_role("textbox").fill(RIGHT)
            times.append(press(page))
        checks += [press(page) for _ in range(CHECKS)]
        page.context.close()
    return cold, warm, checks


def main() -> None:
    run = SITE / "run"
    if not (run / "pyodide-lock.json").exists():
        raise SystemExit("The site has no Python: make book, with Pyodide within reach.")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as play:
        path = os.environ.get("NNBOOK_BROWSER") or None
        browser = play.chromium.launch(executable_path=path, args=CHROMIUM)
        cold, warm, checks = starts(browser, f"http://127.0.0.1:{server.server_port}")
        browser.close()
    files = [path.read_bytes() for path in run.rglob("*") if path.is_file()]
    sizes = sum(map(len, files)), sum(len(gzip.compress(file)) for file in files)
    print("# Python in the page\n")
    print("| from the press | median, s |\n| --- | ---: |")
    print(f"| first answer, cold | {median(cold):.1f} |")
    print(f"| first answer, warm | {median(warm):.1f} |")
    print(f"| a check after that | {median(checks):.2f} |")
    print(f"\nLoaded: {sizes[0] / 1e6:.1f} MB, {sizes[1] / 1e6:.1f} MB with gzip.")


if __name__ == "__main__":
    main()
