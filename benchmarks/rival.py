"""One chapter twice: as this book builds it, and as Jupyter Book does, with its own theme and its
own loading of widgets. The same cells with the same outputs and figures, both served from this
machine to a browser that has nothing kept. What the rival's page takes from other hosts is answered
at once, with the files of the same npm packages, so that no network is measured.
"""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

import nbformat
from jupyter_cache import get_cache
from playwright.sync_api import Browser, Response, Route, sync_playwright

from benchmarks.pages import SLOWER, VISITS, options
from benchmarks.python import served

ROOT = Path(__file__).resolve().parents[1]
CHAPTER = Path("chapters/neuron.ipynb")
KEPT = ROOT / "_build/.jupyter_cache"
# The versions that myst-nb and the widgets ask for.
PACKAGES = {
    "@jupyter-widgets/html-manager": "1.0.6",
    "anywidget": "0.11.0",
    "mathjax": "3.2.2",
    "requirejs": "2.3.4",
}
CONFIG = "title: Rival\nexecute: {execute_notebooks: 'off'}\n"
DRAWN = """async (figures) => {
  while (document.querySelectorAll(".nnfig[data-ready]").length < figures)
    await new Promise(requestAnimationFrame);
  return performance.now();
}"""


class Loaded(NamedTuple):
    """What one visit took."""

    ready: float  # ms
    requests: int
    kB: float  # gzip
    others: int  # requests to other hosts


def rival(folder: Path) -> Path:
    """The site that Jupyter Book makes of the chapter as it was executed here."""
    (folder / "chapters").mkdir()
    notebook = nbformat.read(ROOT / CHAPTER, as_version=4)
    [cache] = KEPT.iterdir()
    executed = get_cache(cache).merge_match_into_notebook(notebook)[1]
    nbformat.write(executed, folder / CHAPTER)
    (folder / "_config.yml").write_text(CONFIG)
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: {CHAPTER.with_suffix('')}\n")
    book = Path(sys.executable).with_name("jupyter-book")
    subprocess.run([book, "build", folder], capture_output=True, check=True)
    page = folder / "_build/html" / CHAPTER.with_suffix(".html")
    # npm has require.js as it was written, and the page would take it compressed only.
    page.write_text(re.sub(' integrity="[^"]*"', "", page.read_text("utf-8")), "utf-8")
    return folder / "_build/html"


def packages(folder: Path) -> dict[str, Path]:
    """The npm packages that the rival's page loads from elsewhere, unpacked."""
    found = {}
    for name, version in PACKAGES.items():
        place = folder / name.replace("/", "-")
        place.mkdir()
        pack = ["npm", "pack", "--silent", f"{name}@{version}"]
        subprocess.run(pack, cwd=place, capture_output=True, check=True)
        [archive] = place.glob("*.tgz")
        shutil.unpack_archive(archive, place, filter="data")
        found[name] = place / "package"
    return found


def visit(browser: Browser, address: str, figures: int, npm: dict[str, Path], rate: int) -> Loaded:
    context = browser.new_context()
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    bodies: list[Response] = []
    page.on("response", lambda response: bodies.append(response))

    def answer(route: Route) -> None:
        address = route.request.url
        part = re.search(r"/npm/((?:@[\w-]+/)?[\w-]+)@[^/]+/(.*)$", address)
        file = npm[part[1]] / part[2] if part else npm["requirejs"] / "require.js"
        route.fulfill(path=file, headers={"Access-Control-Allow-Origin": "*"})

    page.route(re.compile("^https://"), answer)
    page.goto(address)
    ready = page.evaluate(DRAWN, figures)
    sizes = [len(gzip.compress(r.body())) for r in bodies if r.ok]
    others = sum(r.url.startswith("https://") for r in bodies)
    context.close()
    return Loaded(ready, len(sizes), sum(sizes) / 1000, others)


def measure() -> dict[str, list[Loaded]]:
    """For each of the two sites its visits, first at full speed, then at a quarter of it."""
    with TemporaryDirectory() as temporary, sync_playwright() as play:
        folder = Path(temporary)
        (folder / "book").mkdir()
        npm = packages(folder)
        sites = {"this book": ROOT / "_build/html", "Jupyter Book": rival(folder / "book")}
        path = CHAPTER.with_suffix(".html").as_posix()
        figures = len(re.findall('class="nnfig', (ROOT / "_build/html" / path).read_text("utf-8")))
        servers = {name: served(site) for name, site in sites.items()}
        browser = play.chromium.launch(**options())
        rows: dict[str, list[Loaded]] = {name: [] for name in sites}
        for rate in (1, SLOWER):
            for _ in range(VISITS):
                for name, server in servers.items():  # in turn: a busy moment meets both
                    address = f"http://127.0.0.1:{server.server_port}/{path}"
                    rows[name].append(visit(browser, address, figures, npm, rate))
        browser.close()
        for server in servers.values():
            server.shutdown()
    return rows


def markdown(rows: dict[str, list[Loaded]]) -> str:
    lines = [
        "# Beside Jupyter Book's own page",
        "",
        f"`{CHAPTER}` with the same outputs and figures; medians of {VISITS} visits with nothing "
        "kept, served from this machine, other hosts answering at once.",
        "",
        "| page made by | requests | to other hosts | kB (gzip) | ready, ms "
        f"| ready at 1/{SLOWER}, ms |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    medians = {}
    for name, visits in rows.items():
        fast, slow = (median(v.ready for v in part) for part in (visits[:VISITS], visits[VISITS:]))
        one = visits[0]
        medians[name] = one.kB, fast, slow
        lines.append(
            f"| {name} | {one.requests} | {one.others} | {one.kB:.0f} | {fast:.0f} | {slow:.0f} |"
        )
    ours, theirs = medians.values()
    size, fast, slow = (a / b for a, b in zip(ours, theirs, strict=True))
    lines += [
        "",
        f"Beside Jupyter Book's own page of the same chapter: {size:.2f} of the bytes, "
        f"ready in {fast:.2f} of the time, on a processor at 1/{SLOWER} in {slow:.2f}.",
    ]
    return "\n".join(lines)


def main() -> None:
    if not KEPT.exists():
        raise SystemExit("There is no executed chapter to measure: make book first.")
    if not shutil.which("npm"):
        print("# Beside Jupyter Book's own page\n\nNot measured: npm is not here.")
        return
    print(markdown(measure()))


if __name__ == "__main__":
    main()
