"""Whoever turns a control sees what it does: picture and control stand in the window together."""

from __future__ import annotations

import pytest
from figure_page import NAMES, Shown

# With each control in the middle of the window: what share of the picture is in it, uncovered.
SHARES = """
(box) => {
  const stage = box.querySelector(".nn-stage");
  const all = [...box.querySelectorAll(".nn-panel :is(input, button)")];
  const folded = (field) => field.closest("details:not([open])");
  const seen = (field) => field.checkVisibility({ visibilityProperty: true });
  const fields = all.filter((field) => seen(field) && !folded(field));
  const bar = document.querySelector(".bar");
  return fields.map((field) => {
    field.scrollIntoView({ block: "center", behavior: "instant" });
    const { top, bottom, height } = stage.getBoundingClientRect();
    const stays = getComputedStyle(bar).position === "sticky";
    const start = stays ? Math.max(0, bar.getBoundingClientRect().bottom) : 0;
    const share = (Math.min(bottom, innerHeight) - Math.max(top, start)) / height;
    const { x, y, width, height: h } = field.getBoundingClientRect();
    const free = field.contains(document.elementFromPoint(x + width / 2, y + h / 2));
    const { trait, action, by } = field.dataset;
    return [trait ?? action ?? by ?? "", free ? share : 0];
  });
}"""
WINDOWS = [
    {"viewport": {"width": 390, "height": 844}, "has_touch": True},
    {"viewport": {"width": 1280, "height": 720}},
]


@pytest.mark.sweep
@pytest.mark.parametrize("options", WINDOWS, ids=["phone", "desk"])
@pytest.mark.parametrize("name", NAMES)
def test_most_of_the_picture_is_seen_from_every_control(shown: Shown):
    hidden = [(of, round(share, 2)) for of, share in shown.box.evaluate(SHARES) if share < 0.6]
    assert hidden == []


# With the figure's top so far above the window's: how far picture and words reach into the numbers.
OVER = """
(box) => [0, 100, 200, 300, 400, 500, 600].map((by) => {
  const [stage, words, numbers] = [".nn-stage", ".nn-sentence", ".nn-numbers"].map((one) =>
    box.querySelector(one));
  const { top } = box.querySelector(".nn-body").getBoundingClientRect();
  scrollTo({ top: scrollY + top + by, behavior: "instant" });
  const ends = [stage, words].map((one) => one.getBoundingClientRect().bottom);
  return Math.max(...ends) - numbers.getBoundingClientRect().top;
})"""


@pytest.mark.sweep
@pytest.mark.parametrize("options", [{"viewport": {"width": 1280, "height": 1800}}], ids=["tall"])
@pytest.mark.parametrize("name", NAMES)
def test_the_picture_never_slides_over_its_numbers(shown: Shown):
    assert max(shown.box.evaluate(OVER)) <= 1


@pytest.mark.sweep
@pytest.mark.parametrize("options", [{"viewport": {"width": 320, "height": 800}}], ids=["320"])
@pytest.mark.parametrize("name", NAMES)
def test_a_figure_holds_text_of_twice_the_size_on_the_smallest_phone(shown: Shown):
    shown.page.evaluate("document.documentElement.style.fontSize = '200%'")
    shown.painted()
    wide, most = shown.box.evaluate("(box) => [box.scrollWidth, box.clientWidth]")
    shown.page.evaluate("document.documentElement.style.fontSize = ''")
    assert wide <= most
