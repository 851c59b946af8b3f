"""What axe-core finds in figures and quizzes, with everything in them open and answered.

The rest of the page is taken away first, since axe takes long for its many parts; test_pages.py has
the pages without these.
"""

from __future__ import annotations

from typing import Any

import figure_page
import pytest
import quiz_page
from axe_page import COLORS, violations
from site_visit import Visit, until

SMALL = ["scrollable-region-focusable", "target-size"]  # what else depends on the width
OPEN = """() => {
  for (const box of document.querySelectorAll(".nnfig:not([data-figure=quiz])")) {
    box.querySelector("summary").click();
    box.querySelector("[data-action=show]").click();
  }
  const kept = [...document.querySelectorAll(".nnfig")];
  for (const e of document.querySelectorAll("body *")) {
    if (e.isConnected && !kept.some((box) => box.contains(e) || e.contains(box))) e.remove();
  }
  return kept.map((box) => box.id);
}"""
PAGES = sorted({*figure_page.HOME.values(), *quiz_page.HOME.values()})


def axe(visit: Visit, rules: list[str] | None = None) -> list[Any]:
    found = violations(visit.page, ".nnfig", rules)
    return [(violation["id"], violation["nodes"][0]["html"]) for violation in found]


@pytest.mark.sweep
@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing_in_figures_and_quizzes_with_everything_open(visit: Visit, address: str):
    visit.open(address)
    for chapter in (name for name, home in quiz_page.HOME.items() if home == address):
        quiz_page.Asked(visit, chapter).answer_all()
    assert visit.page.evaluate(OPEN)
    visit.settle()
    assert axe(visit) == []
    visit.page.emulate_media(color_scheme="dark")
    until(visit.page, "document.documentElement.dataset.theme === 'dark'")
    visit.settle()
    assert axe(visit, COLORS) == []
    visit.page.emulate_media(color_scheme="light")
    visit.page.set_viewport_size({"width": 360, "height": 800})
    visit.settle()
    assert axe(visit, [*COLORS, *SMALL]) == []


PALE = """(color) => {
  const all = [...document.querySelectorAll("p")].slice(0, 9);
  for (const p of all) p.style.color = color;
  all[8].insertAdjacentHTML("beforeend", "<span class=deep style='background: #ddd'>deep</span>");
}"""


@pytest.mark.parametrize("visit", [{"bypass_csp": True}], indirect=True)
def test_a_look_that_is_hard_to_read_is_found_wherever_it_first_stands(visit: Visit):
    page = visit.open("book/errata.html")
    assert violations(page, rules=COLORS) == []
    page.evaluate(PALE, "#777")  # 4.48 : 1 on white
    found = violations(page, rules=COLORS)
    where = [node["html"] for violation in found for node in violation["nodes"]]
    assert {violation["id"] for violation in found} == {"color-contrast"}
    assert any(html.startswith("<p") for html in where)
    assert any("deep" in html for html in where), "a darker ground is a look of its own"
