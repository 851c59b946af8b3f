"""The deck in a browser, from the disk and under its policy: a clicker, figures that fit, notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import slides
from playwright.sync_api import Browser, Page
from site_visit import SITE, Visit, until

from nnbook.figures import BY_NAME

DECK = (SITE / "slides" / "index.html").as_uri()
NAMES = [slide.name for lecture in slides.lectures() for slide in lecture.slides]
SIZES = [(1920, 1080), (1280, 720), (1024, 768)]
# The sentence below a figure comes when the hand rests; here it comes at once.
AT_ONCE = """
const after = setTimeout;
window.setTimeout = (f, ms, ...rest) => after(f, ms === 400 ? 0 : ms, ...rest);
"""
HERE = "document.querySelector('.slides > section.present')"
GO = """(name) => {
  Reveal.slide([...document.querySelectorAll(".slides > section")].findIndex((e) => e.id === name));
  return new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)));
}"""
# What of the slide in view reaches beyond it, or is cut.
CUT = """() => {
  const slide = document.querySelector(".slides > section.present");
  const end = slide.querySelector(".page") ?? slide.querySelector(".stage, .plan");
  const foot = end.getBoundingClientRect().bottom;
  const edge = slide.getBoundingClientRect();
  const whole = ".nn-still, footer, div:has(> .slips)";
  const inside = `:is(svg, math, ${whole}, .nn-describe) *, ${whole}, .notes`;
  const found = [];
  for (const e of slide.querySelectorAll(`*:not(${inside})`)) {
    if (!e.checkVisibility({ visibilityProperty: true })) continue;
    const { left, right, top, bottom, width, height } = e.getBoundingClientRect();
    const name = `${e.localName}.${e.getAttribute("class")}`;
    if (!width || !height) continue;
    const aside = left < edge.left - 1 || right > edge.right + 1;
    if (aside || top < edge.top - 1 || bottom > foot + 1) {
      found.push(`${name} reaches out: ${[left, top, right, bottom].map(Math.round)}`);
    }
    const { overflowX, overflowY } = getComputedStyle(e);
    const high = overflowY !== "visible" && e.scrollHeight > e.clientHeight + 1;
    const wide = overflowX !== "visible" && e.scrollWidth > e.clientWidth + 1;
    if ((high || wide) && e.localName !== "input") found.push(`${name} is cut`);
  }
  return found;
}"""
# The same after each thing that can be done with the figure: both ends of each control, each
# choice, each question asked and answered.
STATES = f"""async () => {{
  const cut = {CUT};
  const box = document.querySelector(".slides > section.present .nnfig");
  const found = new Map();
  const look = async (state) => {{
    for (let n = 0; n < 2; n++) await new Promise((done) => setTimeout(done));
    for (const one of cut()) if (!found.has(one)) found.set(one, state);
  }};
  const press = (action) => box.querySelector(`[data-action="${{action}}"]`)?.click();
  for (const field of box.querySelectorAll(".nn-panel input:not([type=hidden])")) {{
    if (field.closest(".nn-folded") || field.closest("[inert]")) continue;
    const {{ trait }} = field.dataset;
    for (const end of field.type === "range" ? ["max", "min"] : [""]) {{
      if (end) {{
        field.value = field[end];
        field.dispatchEvent(new Event("input", {{ bubbles: true }}));
      }} else field.click();
      await look(`${{trait}} ${{end || field.value}}`);
    }}
  }}
  press("reset");
  for (const ask of box.querySelectorAll(".nn-ask")) {{
    const of = ask.dataset.ask;
    await look(`${{of}} asked`);
    const guesses = [...ask.querySelectorAll("input")];
    for (const guess of guesses) {{
      if (guess.type === "radio") guess.click();
      else {{
        guess.value = "-1.5";
        guess.dispatchEvent(new Event("input", {{ bubbles: true }}));
      }}
      press("show");
      await look(`${{of}} answered`);
      if (guess === guesses.at(-1)) break;
      for (const _ of box.querySelectorAll(".nn-ask")) press("next"); // round to the same question
    }}
    press("next");
  }}
  press("reset");
  await look("reset");
  return [...found].map(([what, state]) => `${{state}}: ${{what}}`);
}}"""
SMALLEST = """() => {
  const slide = document.querySelector(".slides > section.present");
  const walker = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
  const indices = ["msub", "msup", "msubsup", "munder", "mover", "munderover"]
    .map((tag) => `${tag} > :nth-child(n + 2)`).join();
  const found = [];
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    const seen = e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    const words = walker.currentNode.textContent.trim();
    const apart = `aside, .nn-still, title, desc, sub, sup, ${indices}`;
    if (!seen || !words || e.closest(apart)) continue;
    if (e.localName === "tspan") continue; // an index below its letter
    const svg = e.ownerSVGElement;
    const at = svg?.contains(e) ? e.getScreenCTM() : null;
    const zoom = at ? Math.hypot(at.a, at.b) : 1;
    found.push([parseFloat(getComputedStyle(e).fontSize) * zoom, words.slice(0, 30)]);
  }
  return found.sort((a, b) => a[0] - b[0])[0];
}"""


@pytest.fixture(scope="module")
def deck(browser: Browser, site: str) -> Iterator[Visit]:
    """The deck, opened from the disk."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.add_init_script(AT_ONCE)
    visit = Visit(context.new_page(), site)
    visit.open(DECK)
    yield visit
    context.close()


@pytest.fixture(autouse=True)
def quiet(deck: Visit) -> Iterator[None]:
    yield
    complaints, deck.complaints[:] = [*deck.complaints], []
    assert complaints == []
    assert deck.strangers == []


def at(page: Page, name: str) -> None:
    page.evaluate(GO, name)
    assert page.evaluate(f"{HERE}.id") == name


def figures(page: Page) -> list[str]:
    found = page.eval_on_selector_all(".slides > section:has(.nnfig)", "all => all.map(e => e.id)")
    return list(found)


def test_every_slide_has_its_address_its_notes_and_at_most_one_figure(deck: Visit):
    found = deck.page.eval_on_selector_all(
        ".slides section",
        """all => all.map(e => [e.id, e.querySelectorAll("aside.notes").length === 1,
          e.querySelectorAll(".nnfig").length < 2])""",
    )
    assert [id for id, *_ in found] == NAMES
    for _, notes, single in found:
        assert notes
        assert single
    ids = deck.page.eval_on_selector_all("[id]", "all => all.map(e => e.id)")
    assert len(ids) == len(set(ids))
    assert len(figures(deck.page)) >= 12


@pytest.mark.slow
def test_a_clicker_turns_every_slide_whatever_has_the_focus(deck: Visit):
    page = deck.page
    at(page, NAMES[0])
    fields = "button:enabled, input:enabled, [tabindex], summary"
    for k, name in enumerate(NAMES):
        assert page.evaluate(f"{HERE}.id") == name
        count = page.evaluate(f"{HERE}.querySelectorAll('{fields}').length")
        every = name in ("activation", "loop", "plane", "neuron")
        for i in range(count) if every else (0, count - 1):
            focus = f"{HERE}.querySelectorAll('{fields}')[{i}]?.focus()"
            page.evaluate(focus)
            page.keyboard.press("PageDown")
            assert page.evaluate(f"{HERE}.id") == NAMES[min(k + 1, len(NAMES) - 1)], (name, i)
            if k + 1 < len(NAMES):
                page.keyboard.press("PageUp")
        page.keyboard.press("PageDown")
    until(page, f"location.hash === '#/{NAMES[-1]}'")


def test_arrows_are_the_figures_own_while_it_has_the_focus(deck: Visit):
    page = deck.page
    at(page, "activation")
    slider = page.locator("#fig-activation input[data-trait=w]")
    before = slider.input_value()
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert slider.input_value() != before
    page.locator("#fig-activation .nn-handle:visible").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(f"{HERE}.id") == "activation"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(f"{HERE}.id") == "summary"


@pytest.mark.parametrize(
    ("width", "height"),
    [*(pytest.param(*size, marks=pytest.mark.slow) for size in SIZES[:2]), SIZES[2]],
)
def test_no_slide_reaches_beyond_the_screen(deck: Visit, width: int, height: int):
    deck.page.set_viewport_size({"width": width, "height": height})
    cut = {}
    for name in NAMES:
        at(deck.page, name)
        cut[name] = deck.page.evaluate(CUT)
    assert {name: found for name, found in cut.items() if found} == {}


@pytest.mark.slow
def test_no_figure_is_cut_in_any_state(deck: Visit):
    deck.page.set_viewport_size({"width": 1280, "height": 720})
    cut = {}
    for name in figures(deck.page):
        at(deck.page, name)
        cut[name] = deck.page.evaluate(STATES)
    assert {name: found for name, found in cut.items() if found} == {}


def test_the_smallest_text_is_of_24_pixels(deck: Visit):
    deck.page.set_viewport_size({"width": 1920, "height": 1080})
    small = {}
    for name in deck.page.eval_on_selector_all(".slides > section", "all => all.map(e => e.id)"):
        at(deck.page, name)
        size, words = deck.page.evaluate(SMALLEST)
        if size < 23.9:
            small[name] = (size, words)
    assert small == {}


@pytest.mark.parametrize(("width", "height"), [SIZES[0], SIZES[2]])
def test_what_is_dragged_lands_under_the_pointer(deck: Visit, width: int, height: int):
    """Within two pixels, beside the step to which it snaps."""
    page = deck.page
    page.set_viewport_size({"width": width, "height": height})
    place = """(e) => {
      const { x, y, width, height } = e.getBoundingClientRect();
      return [x + width / 2, y + height / 2];
    }"""
    for name in ("activation", "plane", "approximation", "neighbors"):
        at(page, name)
        page.locator(f"#{name} [data-action=reset]").click()
        handle = page.locator(f"#{name} .nn-handle:visible").first
        start = handle.evaluate(place)
        handle.focus()
        page.keyboard.press("ArrowLeft")
        page.evaluate("new Promise(requestAnimationFrame)")
        step = abs(handle.evaluate(place)[0] - start[0])
        page.keyboard.press("ArrowRight")
        page.evaluate("new Promise(requestAnimationFrame)")
        x, y = handle.evaluate(place)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x - 60, y, steps=3)
        page.evaluate("new Promise(requestAnimationFrame)")
        off = abs(handle.evaluate(place)[0] - (x - 60))
        page.mouse.up()
        assert off <= step / 2 + 2, name


def test_a_figure_is_drawn_the_same_however_its_slide_was_reached(deck: Visit):
    page = deck.page
    seen = """() => {
      const svg = document.querySelector("#forward .nn-live");
      const { x, width, height } = svg.getBoundingClientRect();
      return [svg.getAttribute("viewBox"), x, width, height];
    }"""
    page.set_viewport_size({"width": 1280, "height": 720})
    at(page, "forward")
    turned = page.evaluate(seen)
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.evaluate(GO, "forward")
    assert page.evaluate(seen) != turned
    page.set_viewport_size({"width": 1280, "height": 720})
    page.evaluate(GO, "forward")
    assert page.evaluate(seen) == turned
    page.keyboard.press("o")  # all slides at once
    assert page.locator(".slides > section:visible").count() == len(NAMES)
    page.locator("#forward").click()
    assert page.evaluate(f"{HERE}.id") == "forward"
    assert page.evaluate(seen) == turned
    page.goto("about:blank")
    deck.open(f"{DECK}#/forward")  # by its address
    until(page, f"({seen})()[2] > 0")
    assert page.evaluate(seen) == turned
    above = """(e) => {
      const found = [];
      for (; e; e = e.parentElement) found.push(getComputedStyle(e).transform);
      return found;
    }"""
    assert set(page.locator("#forward .nn-stage").evaluate(above)) == {"none"}


def test_a_key_shows_the_answer_another_asks_on_and_one_unfolds_the_slips(deck: Visit):
    page = deck.page
    at(page, "step-size")
    page.keyboard.press("a")
    assert page.locator("#step-size .nn-answer").inner_text()
    asked = page.locator("#step-size .nn-ask:visible").inner_text()
    page.keyboard.press("n")
    assert page.locator("#step-size .nn-ask:visible").inner_text() != asked
    at(page, "gelu")
    note = page.locator("#gelu .slips > div")
    assert not note.is_visible()
    page.keyboard.press("a")
    assert "plus sign" in note.inner_text()
    page.keyboard.press("a")


def test_the_deck_is_light_and_dark(deck: Visit):
    page = deck.page
    theme = "document.documentElement.dataset.theme"
    before = page.evaluate(theme)
    page.keyboard.press("t")
    assert {before, page.evaluate(theme)} == {"light", "dark"}
    page.keyboard.press("t")


def test_the_speakers_window_has_notes_a_still_of_the_next_slide_and_turns_the_deck(deck: Visit):
    page = deck.page
    at(page, "lecun")
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    window = opened.value
    window.wait_for_load_state()
    complaints: list[str] = []
    window.on("console", lambda message: complaints.append(message.text))
    until(window, "document.querySelector('#notes-lecun').hidden === false")
    words = window.locator("article:visible").inner_text()
    assert "Ask" in words
    assert "1 minute" in words
    assert window.locator("[data-still=components]").is_visible()
    assert window.locator(".nnfig[data-ready]").count() == 0
    window.keyboard.press("PageDown")
    until(window, "document.querySelector('#notes-components').hidden === false")
    assert page.evaluate(f"{HERE}.id") == "components"
    window.keyboard.press("PageUp")
    until(page, f"{HERE}.id === 'lecun'")
    assert re.fullmatch(r"\d+:\d\d", window.locator(".clock button").inner_text())
    window.close()
    assert complaints == []


def test_on_paper_every_slide_is_a_page(deck: Visit, browser: Browser, site: str):
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    visit = Visit(context.new_page(), site)
    page = visit.open(f"{DECK}?print-pdf")
    tall = page.eval_on_selector_all(".slides > section", "all => all.map(e => e.offsetHeight)")
    assert tall == [720] * len(NAMES)
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == len(NAMES)
    assert visit.complaints == []
    context.close()


@pytest.mark.parametrize("visit", [{"viewport": {"width": 1280, "height": 720}}], indirect=True)
def test_a_page_that_is_presented_fills_the_screen_with_its_figure(visit: Visit):
    page = visit.open("chapters/neuron.html?present=1")
    filled = "document.querySelector('.nn-host.stage .nnfig')"
    page.locator("#fig-activation").scroll_into_view_if_needed()
    page.keyboard.press("f")
    until(page, f"{filled}?.id === 'fig-activation'")
    box: dict[str, Any] = page.locator(".nn-host.stage").bounding_box() or {}
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 1280, 720)
    for button in page.locator("#fig-activation button:visible").all():
        assert (button.bounding_box() or {"y": 999})["y"] < 700
    page.keyboard.press("n")
    assert page.evaluate(f"{filled}.id") == "fig-ridge"
    page.keyboard.press("p")
    assert page.evaluate(f"{filled}.id") == "fig-activation"
    page.keyboard.press("Escape")
    assert page.locator(".nn-host.stage").count() == 0
    middle, size = page.locator("article section > p:not(.nn-remark)").first.evaluate(
        """(e) => {
          const { left, right } = e.getBoundingClientRect();
          return [(left + right) / 2, getComputedStyle(e).fontSize];
        }"""
    )
    assert middle == pytest.approx(640, abs=8)
    code = page.locator("article pre").first
    assert code.evaluate("(e) => getComputedStyle(e).fontSize") == size
    page.keyboard.press("Escape")
    page.wait_for_url(lambda address: "present" not in address)
    assert visit.complaints == []


def test_each_figure_of_the_deck_is_one_of_the_library(deck: Visit):
    found = deck.page.eval_on_selector_all(".nnfig", "all => all.map(e => e.dataset.figure)")
    assert set(found) <= set(BY_NAME)
    assert len(found) == len(set(found))
