"""A page laid out for paper, for a reader of the dark: light, unfolded, no wider than its sheet.

Its print, and that of all pages, is looked at in tests/everywhere/test_paper.py.
"""

from __future__ import annotations

import pytest
from site_visit import Visit

A4 = round((210 - 2 * 20) / 25.4 * 96)  # pixels between the margins

LAID_OUT = """() => {
  const all = (what) => [...document.querySelectorAll(what)];
  const seen = (e) => e.checkVisibility() && e.getClientRects().length > 0;
  const body = getComputedStyle(document.body);
  return {
    ink: body.color,
    paper: body.backgroundColor,
    wider: all("article *")
      .filter((e) => seen(e) && !e.closest("svg"))
      .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
      .map((e) => e.outerHTML.slice(0, 100)),
    controls: all("button, input, select, .bar, nav, footer").filter(seen).map((e) => e.outerHTML),
    folded: all("article details:not(.nn-live-code) :is(p, pre)")
      .filter((e) => e.getBoundingClientRect().height === 0)
      .map((e) => e.outerHTML.slice(0, 100)),
    stills: all(".nn-still").filter((e) => e.getBoundingClientRect().height < 50).length,
    answers: all("ol.nn-key").filter(seen).length,
  };
}"""


@pytest.mark.parametrize("visit", [{"viewport": {"width": A4, "height": 1000}}], indirect=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_chapter_on_paper_is_light_unfolded_and_fits(visit: Visit, scheme: str):
    visit.page.emulate_media(color_scheme=scheme)
    visit.page.add_init_script(f"localStorage.setItem('mode', '{scheme}')")
    page = visit.open("chapters/neuron.html")
    page.emulate_media(media="print", color_scheme=scheme)
    assert page.evaluate(LAID_OUT) == {
        "ink": "rgb(28, 33, 39)",
        "paper": "rgb(255, 255, 255)",
        "wider": [],
        "controls": [],
        "folded": [],
        "stills": 0,
        "answers": 1,
    }
