"""The still picture against the live one, pixel by pixel: V8 and the browser draw the same."""

from __future__ import annotations

import io
from functools import reduce
from typing import Any

import pytest
from figure_page import NAMES, Shown, library
from PIL import Image, ImageChops, ImageDraw

# The live picture without the reader's guess, which no still has.
LIVE = """
(box, on) => {
  for (const e of box.querySelectorAll(".nn-guess")) e.style.visibility = on ? "hidden" : "";
  const { width, height } = box.querySelector(".nn-live").viewBox.baseVal;
  return [width, height];
}"""
STILL = """
(box, text) => {
  const stage = box.querySelector(".nn-stage");
  stage.querySelector(".nn-live").style.display = text ? "none" : "";
  stage.querySelector(".tried")?.remove();
  if (text) stage.insertAdjacentHTML("beforeend", `<div class="tried">${text}</div>`);
}"""

WORDS = """
(box, picture) => [...box.querySelectorAll(`${picture} text`)]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest("[hidden]"))
  .map((e) => e.textContent).filter(Boolean)"""
LIMIT = 15  # of 255; the farthest of all pictures is at 12


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def options() -> dict[str, Any]:
    return {"bypass_csp": True}  # a picture that stands alone has its styles in its text


def picture(shown: Shown) -> Image.Image:
    shown.painted()
    return Image.open(io.BytesIO(shown.box.locator(".nn-stage").screenshot())).convert("L")


def farthest(live: Image.Image, still: Image.Image) -> float:
    """The largest difference in gray, of 255, between squares of 8 pixels.

    Each square may lie a pixel aside, since a line of text falls on whole pixels.
    """
    steps = [(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    moved = [ImageChops.offset(still, *step).reduce(8) for step in steps]
    apart = [ImageChops.difference(live.reduce(8), other) for other in moved]
    return float(reduce(ImageChops.darker, apart).getextrema()[1])


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (lambda draw: draw.text((41, 60), "w = 0.5", 0), False),  # a pixel aside
        (lambda draw: draw.text((40, 64), "w = 0.5", 0), True),
        (lambda draw: draw.text((40, 60), "w = 0.5", 130), True),
        (lambda draw: (draw.text((40, 60), "w = 0.5", 0), draw.line((0, 9, 90, 9), 0)), True),
    ],
)
def test_a_line_of_text_may_fall_a_pixel_aside_and_nothing_else_may(change, seen):
    pictures = [Image.new("L", (120, 120), 255) for _ in range(2)]
    ImageDraw.Draw(pictures[0]).text((40, 60), "w = 0.5", 0)
    change(ImageDraw.Draw(pictures[1]))
    assert (farthest(*pictures) >= LIMIT) == seen


@pytest.mark.sweep
@pytest.mark.parametrize("state", ["opening", "other"])
def test_the_still_is_the_live_picture(shown: Shown, state: str):
    if shown.name == "bowl":
        shown.set("step", 1)  # before the first step the reader's arrow is in the picture
    if state == "other":
        last = [key for key, spec in shown.figure.controls.items() if spec["kind"] == "slider"][-1]
        shown.set(last, shown.figure.controls[last]["max"])
    width, height = shown.box.evaluate(LIVE, True)
    live, words = picture(shown), shown.box.evaluate(WORDS, ".nn-live")
    drawn = library(shown.name, **shown.now()).still(width, "tried")
    assert abs(drawn.height - height) <= 1
    shown.box.evaluate(
        STILL, drawn.inline("").replace("<svg ", '<svg style="position: absolute; inset: 0" ')
    )
    other = picture(shown)
    assert shown.box.evaluate(WORDS, ".tried") == words  # a digit is too small for what follows
    shown.box.evaluate(STILL, "")
    shown.box.evaluate(LIVE, False)
    assert farthest(live, other) < LIMIT
