"""Python in the page: from the press of a button to the first answer, cold and warm, a check after
that, the playground's updates and maps, and what is loaded. The site is served without compression,
on this machine."""

import gzip
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from playwright.sync_api import BrowserType, Page, sync_playwright

from benchmarks.pages import options

SITE = Path("_build/html")
HOME = "chapters/neuron.html"
STARTS, CHECKS = 3, 10
RIGHT = "def neuron(x, w, b):\n    return np.maximum(x @ w + b, 0)"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


def served(site: Path) -> ThreadingHTTPServer:
    """A server of the site, on this machine alone."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def press(page: Page) -> float:
    """Seconds from the press to the verdict."""
    box = page.locator('[data-exercise="neuron"]')
    start = perf_counter()
    box.locator('[data-do="check"]').click()
    page.wait_for_selector(
        '[data-exercise="neuron"][data-passed="true"]:not([aria-busy])', timeout=300_000
    )
    return perf_counter() - start


def starts(chromium: BrowserType, address: str) -> tuple[list[float], list[float], list[float]]:
    """Of a browser that has seen nothing, of one that has, and of checks once Python runs.

    Each browser has a folder of its own, because only there does it keep compiled code.
    """
    cold, warm, checks = [], [], []
    for _ in range(STARTS):
        with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            context = chromium.launch_persistent_context(folder, **options())
            page = context.new_page()
            for times in (cold, warm, warm):
                page.goto(f"{address}/{HOME}")
                page.locator('[data-exercise="neuron"]').get_by_role("textbox").fill(RIGHT)
                times.append(press(page))
            checks += [press(page) for _ in range(CHECKS)]
            context.close()
    return cold, warm, checks


def training(page: Page) -> tuple[float, float]:
    """Milliseconds of one update of a 2-8-8-1 network with batches of 10, and of one map with the
    losses: the best of many slices of 20 updates as the playground asks for them."""
    found: list[float] = page.evaluate(
        """async () => {
          const settings = { data: "spiral", noise: 0, h1: 8, h2: 8, rate: "0.3", batch: "10" };
          const more = { number: 0, code: "", what: "go", side: 40, every: 5 };
          const message = { do: "train", settings, ...more };
          const best = async (updates) => {
            const times = [];
            for (let k = 0; k < 60; k++) {
              const start = performance.now();
              await window.nnPython.consult({ ...message, updates }, () => {});
              times.push(performance.now() - start);
            }
            return Math.min(...times);
          };
          const map = await best(0);
          return [((await best(20)) - map) / 20, map];
        }"""
    )
    return found[0], found[1]


def main() -> None:
    run = SITE / "run"
    if not (run / "pyodide-lock.json").exists():
        raise SystemExit("The site has no Python: make book, with Pyodide within reach.")
    server = served(SITE)
    with sync_playwright() as play:
        address = f"http://127.0.0.1:{server.server_port}"
        cold, warm, checks = starts(play.chromium, address)
        browser = play.chromium.launch(**options())
        page = browser.new_page()
        page.goto(f"{address}/{HOME}")
        update, redraw = training(page)
        browser.close()
    files = [path.read_bytes() for path in run.rglob("*") if path.is_file()]
    sizes = sum(map(len, files)), sum(len(gzip.compress(file)) for file in files)
    print("# Python in the page\n")
    print("| from the press, s | median | best |\n| --- | ---: | ---: |")
    for what, times in {"first answer, cold": cold, "first answer, warm": warm}.items():
        print(f"| {what} | {median(times):.1f} | {min(times):.1f} |")
    print(f"| a check after that | {median(checks):.2f} | {min(checks):.2f} |")
    print("\n| the playground, 2-8-8-1 | best, ms |\n| --- | ---: |")
    print(f"| one update, batch 10: {1000 / update:.0f} a second | {update:.2f} |")
    print(f"| one map of 40 × 40, and the losses | {redraw:.1f} |")
    print(f"| 20 updates and a map (33 is 30 frames a second) | {20 * update + redraw:.0f} |")
    print(f"\nLoaded: {sizes[0] / 1e6:.1f} MB, {sizes[1] / 1e6:.1f} MB with gzip.")


if __name__ == "__main__":
    main()
