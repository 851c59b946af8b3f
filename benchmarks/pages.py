"""The built pages in a browser: how soon a page is ready, what its figures weigh, and how long
after an input a figure has been painted anew. Pages are opened from disk, in a warm browser."""

import gzip
import os
import re
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

SITE = Path("_build/html")
CHROMIUM = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
INPUTS, VISITS = 60, 5
SLOWER = 4  # times: a phone

READY = """() => new Promise(done => {
  const look = () => document.querySelectorAll('.nnfig:not([data-ready])').length
    ? requestAnimationFrame(look) : done(performance.now());
  look();
})"""
LOADED = "() => performance.getEntriesByType('navigation')[0].loadEventEnd"
# From the event to the task after the frame in which it was painted. A slider runs to and fro over
# all its values; without one the options of a choice are pressed in turn.
LATENCY = """async (figure, count) => {
  const frame = () => new Promise(done => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(0);
  }));
  const shown = e => e.checkVisibility() && !e.disabled;
  const slider = [...figure.querySelectorAll('.nn-panel input[type=range]')].find(shown);
  const presses = [...figure.querySelectorAll('.nn-panel :is(input, button)')].filter(shown);
  const times = [];
  for (let k = 0; k < count; k++) {
    await frame();
    const start = performance.now();
    if (slider) {
      const steps = Math.round((slider.max - slider.min) / slider.step);
      const at = k % (2 * steps);
      slider.value = +slider.min + slider.step * (at < steps ? at : 2 * steps - at);
      slider.dispatchEvent(new Event('input', { bubbles: true }));
    } else if (presses.length) {
      presses[k % presses.length].click();
    }
    await frame();
    times.push(performance.now() - start);
  }
  return times;
}"""


def options() -> dict[str, Any]:
    """How to start the browser: the one that NNBOOK_BROWSER names, by its path or its channel."""
    name = os.environ.get("NNBOOK_BROWSER") or None
    kind = "executable_path" if name and "/" in name else "channel"
    return {"args": CHROMIUM.split(), kind: name}


def measure() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows for the pages, and rows for the figures; the site must have been built."""
    with sync_playwright() as play:
        browser = play.chromium.launch(**options())
        pages, figures = [], []
        for file in sorted([*SITE.glob("chapters/*.html"), *SITE.glob("book/*.html")]):
            page_row, figure_rows = visit(browser, file)
            pages.append(page_row)
            figures += figure_rows
        browser.close()
    return pages, figures


def visit(browser: Browser, file: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    text = file.read_text(encoding="utf-8")
    page = browser.new_page()
    times = []
    for _ in range(VISITS):
        page.goto(file.resolve().as_uri())
        times.append((page.evaluate(LOADED), page.evaluate(READY)))
    loaded, ready = (median(values) for values in zip(*times, strict=True))
    row = {
        "page": file.relative_to(SITE).with_suffix("").as_posix(),
        "kB": len(gzip.compress(text.encode())) / 1000,
        "loaded": loaded,
        "ready": ready,
    }
    figures = [latency(page, name, row["page"]) for name in names(page)]
    page.close()
    return row, figures


def names(page: Page) -> list[str]:
    found: list[str] = page.locator(".nnfig").evaluate_all("all => all.map(each => each.id)")
    return found


def latency(page: Page, name: str, where: str) -> dict[str, Any]:
    figure = page.locator(f"#{name}")
    state: str = figure.evaluate(
        "f => f.closest('.nn-host')?.querySelector('script')?.textContent ?? ''"
    )
    figure.scroll_into_view_if_needed()
    devtools = page.context.new_cdp_session(page)
    found = {}
    for speed, rate in (("full", 1), ("slow", SLOWER)):
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": rate})
        found[speed] = sorted(figure.evaluate(f"(figure) => ({LATENCY})(figure, {INPUTS})"))
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    devtools.detach()
    times, slow = found["full"], found["slow"]
    return {
        "figure": re.sub("^fig-", "", name),
        "page": where,
        "kB": len(gzip.compress(state.encode())) / 1000,
        "median": median(times),
        "p95": times[int(0.95 * len(times))],
        "slow": slow[int(0.95 * len(slow))],
    }


def markdown(pages: list[dict[str, Any]], figures: list[dict[str, Any]]) -> str:
    lines = [
        "# Pages",
        "",
        f"Opened from disk, medians of {VISITS}. Ready: all figures drawn, since the navigation.",
        "",
        "| page | kB (gzip) | loaded, ms | ready, ms |",
        "| --- | ---: | ---: | ---: |",
        *[f"| {r['page']} | {r['kB']:.0f} | {r['loaded']:.0f} | {r['ready']:.0f} |" for r in pages],
        "",
        f"Input to paint of {INPUTS} inputs to the figure's first control; a frame is 16.7 ms.",
        "",
        f"| figure | page | state, kB (gzip) | median, ms | p95, ms | p95 at 1/{SLOWER} |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {r['figure']} | {r['page']} | {r['kB']:.1f} | {r['median']:.1f} | {r['p95']:.1f} "
        f"| {r['slow']:.1f} |"
        for r in figures
    ]
    return "\n".join(lines)


def main() -> None:
    if not SITE.exists():
        raise SystemExit("There are no pages to measure: make book first.")
    print(markdown(*measure()))


if __name__ == "__main__":
    main()
