"""book/run/runnable.txt names the cells that print in a page what the book printed, and no others;
and those that run and print something else, since cells below may need what they compute.

Each code cell is run in the page's Python, after those above it. What is found is left in
_build/runnable.txt: where it is right, copy it over the list. _build/runnable.log says why the
others do not run.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from python_page import Worker, shipped
from site_visit import ROOT, Visit

from nnbook.page import needs

LIST, FOUND = ROOT / "book" / "run" / "runnable.txt", ROOT / "_build" / "runnable.txt"
LONGEST = 150  # seconds of a processor that a reader may wait for a cell, who is told before
SLOWER = 3  # how many times as long another machine may take
PATIENCE = 900  # seconds by the clock, on a machine that has other things to do
WORTH_A_WORD = 5  # seconds from which on the page says before the press how long it takes
CHAPTERS = sorted(path.stem for path in (ROOT / "chapters").glob("*.ipynb"))
PRINTED = """() => Object.fromEntries([...document.querySelectorAll("[id^=cell-]")].map((cell) => {
  const output = cell.querySelector(":scope > .cell_output")?.cloneNode(true);
  for (const button of output?.querySelectorAll("button") ?? []) button.remove();
  const drawn = output?.querySelector("img, svg, .text_html, .nn-host");
  return [cell.id.slice(5), drawn ? null : output?.textContent ?? ""];
}))"""

pytestmark = pytest.mark.skipif(not shipped(), reason="the site was built without Pyodide")


def cells(chapter: str) -> list[tuple[str, str]]:
    """The code cells that a page shows, without those of the exercises."""
    notebook = json.loads((ROOT / f"chapters/{chapter}.ipynb").read_text("utf-8"))
    return [
        (cell["id"], "".join(cell["source"]))
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
        and not {"remove-cell", "remove-input", "checks"} & {*cell["metadata"].get("tags", [])}
        and not cell["id"].startswith("try-")
    ]


def bare(text: str) -> str:
    """Without what Markdown and the page's layout make of it."""
    return " ".join(re.sub(r"```\w*|[*`$_\\]", "", text).split())


def run(page: Page, message: dict[str, Any]) -> dict[str, Any] | None:
    """The worker's answer, with what the last cell said; None where it takes too long."""
    found: dict[str, Any] | None = page.evaluate(
        """async ([message, longest]) => {
          let said = "";
          const last = message.cells[message.cells.length - 1][0];
          const clock = setTimeout(() => window.python.end(), longest * 1000);
          try {
            const answer = await window.python.ask(message, ({ cell, text }) => {
              if (cell === last) said += text;
            });
            return { ...answer, said };
          } catch {
            await window.python.start(() => {});
            return null;
          } finally {
            clearTimeout(clock);
          }
        }""",
        [message, PATIENCE],
    )
    return found


def spent() -> float:
    """Processor seconds of the processes that this one has started: load does not change them."""
    parents, seconds = {}, {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            values = file.read_text("utf-8").rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        process = int(file.parent.name)
        parents[process] = int(values[1])
        seconds[process] = (int(values[11]) + int(values[12])) / os.sysconf("SC_CLK_TCK")
    own = {os.getpid()}
    while new := {process for process, parent in parents.items() if parent in own} - own:
        own |= new
    return sum(seconds[process] for process in own)


def runnable(asked: Worker, chapter: str) -> Iterator[tuple[str, float]]:
    """The lines of the list for one chapter, and the seconds of each cell."""
    printed = asked.page.evaluate(PRINTED)
    kept: list[tuple[str, str]] = []
    took: list[float] = []  # by each of them
    for name, code in cells(chapter):
        if name not in printed:
            continue
        before = spent()
        answer = run(asked.page, {"do": "run", "cells": [*kept, (name, code)]})
        seconds = spent() - before
        if not answer or answer["failed"] or seconds > LONGEST:
            said = answer["said"] if answer and answer["failed"] else "it takes too long"
            note(chapter, name, f"{said} ({seconds:.0f} s)")
            continue
        kept.append((name, code))
        took.append(seconds)
        if printed[name] is None or bare(answer["said"]) != bare(printed[name]):
            note(chapter, name, f"{printed[name]}\n--- and here\n{answer['said']}")
            yield f"chapters/{chapter} {name} supplies", seconds
            continue
        above = needs.above([code for _, code in kept], len(kept) - 1)
        whole = seconds + sum(took[i] for i in above)  # for a reader who begins here
        yield f"chapters/{chapter} {name}" + f" {whole:.0f}" * (whole > WORTH_A_WORD), seconds


def note(chapter: str, name: str, why: str) -> None:
    with FOUND.with_suffix(".log").open("a", encoding="utf-8") as log:
        log.write(f"## {chapter} {name}\n{why}\n\n")


@pytest.fixture(scope="module")
def found(browser: Browser, site: str) -> dict[str, float]:
    lines: dict[str, float] = {}
    FOUND.with_suffix(".log").unlink(missing_ok=True)
    for chapter in CHAPTERS:
        context = browser.new_context()
        asked = Worker(Visit(context.new_page(), site), f"chapters/{chapter}.html")
        lines.update(runnable(asked, chapter))
        context.close()
    FOUND.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return lines


def told(lines: Iterable[str]) -> dict[str, bool]:
    """The cells that run, and whether each prints what the page prints."""
    return {" ".join(line.split()[:2]): not line.endswith(" supplies") for line in lines}


def test_the_list_is_what_a_run_finds(found: dict[str, float]):
    """Where rounding decides, a page made on this machine may print what Python in it prints, and
    one made on another not: such a cell is listed as one that only supplies others. And what runs
    here may take too long on a slower machine: it may be missing.
    """
    listed, here = told(LIST.read_text("utf-8").splitlines()), told(found)
    slow = told(line for line, seconds in found.items() if SLOWER * seconds > LONGEST)
    assert listed.keys() <= here.keys() <= listed.keys() | slow.keys(), f"see {FOUND}"
    assert [cell for cell, prints in listed.items() if prints and not here[cell]] == []


def test_every_chapter_has_cells_that_run(found: dict[str, float]):
    assert {line.split()[0] for line in found} == {f"chapters/{chapter}" for chapter in CHAPTERS}
