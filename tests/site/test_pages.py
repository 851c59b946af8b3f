"""Every page of the built site: quiet, at home, within the screen, readable without JavaScript."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import browser as browser_tool
import pytest
from axe_page import COLORS, violations
from budgets import budget
from playwright.sync_api import Browser
from serving import FLAGS
from site_visit import SITE, Visit, pages, until

SHIFT = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""

# What a small screen may change, beside colors.
SMALL = ["scrollable-region-focusable", "meta-viewport", "css-orientation-lock"]

# Figures and quizzes have tests of their own; code, formulas and plots look the same on all pages.
ALIKE = "pre, math, svg:not(.icon)"
EMPTY = "(alike) => document.querySelectorAll(alike).forEach((e) => e.replaceChildren())"

# As far apart as WCAG 1.4.12 lets a reader set them.
SPACED = """
  * { line-height: 1.5 !important; letter-spacing: 0.12em !important; }
  * { word-spacing: 0.16em !important; }
  p { margin-block-end: 2em !important; }
"""
SPACE = """(rules) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets = [sheet];
}"""
CUT = """() => [...document.querySelectorAll("body *")].filter((e) => {
  const { overflowX, overflowY } = getComputedStyle(e);
  const cut = (how, all, seen) => ["hidden", "clip"].includes(how) && all > seen + 1;
  const wide = cut(overflowX, e.scrollWidth, e.clientWidth);
  const high = cut(overflowY, e.scrollHeight, e.clientHeight);
  const seen = e.clientWidth > 2 && e.checkVisibility() && !e.closest("svg, .formula");
  return seen && (wide || high);
}).map((e) => e.outerHTML.slice(0, 120))"""
# Lines of text that lie over one another, by the middle of their letters.
MEET = """() => {
  scrollTo({ top: 0, behavior: "instant" }); // or a picture stays over what scrolls beneath it
  const walk = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT);
  const lines = [], range = document.createRange(), elsewhere = "svg, math, pre, .copy";
  for (let node; (node = walk.nextNode());) {
    const { parentElement: e, data } = node;
    const isSeen = e.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (!isSeen || !data.trim() || e.closest(elsewhere)) continue;
    range.selectNodeContents(node);
    for (const { left, right, top, bottom } of range.getClientRects()) {
      const rim = 0.3 * (bottom - top);
      lines.push({ node, left: left + 1, right: right - 1, top: top + rim, bottom: bottom - rim });
    }
  }
  lines.sort((a, b) => a.top - b.top);
  return lines.flatMap((a, k) => {
    const below = lines.slice(k + 1, k + 40).filter((b) => b.node !== a.node && b.top < a.bottom);
    const over = below.filter((b) => b.left < a.right && a.left < b.right);
    return over.map((b) => `${a.node.data} | ${b.node.data}`);
  });
}"""


@pytest.fixture(scope="module", params=pages())
def address(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def opened(browser: Browser, site: str, address: str) -> Iterator[Visit]:
    """A page that lies open for all tests about it, since opening takes longest."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    visit = Visit(context.new_page(), site)
    visit.open(address).wait_for_load_state("networkidle")
    yield visit
    context.close()


def axe(visit: Visit, rules: list[str] | None = None) -> list[str]:
    """What axe finds wrong outside of figures and quizzes."""
    whole = visit.page.url.endswith("neuron.html")
    visit.page.evaluate(EMPTY, ".nnfig" if whole else f".nnfig, {ALIKE}")
    return [
        f"{violation['id']}: {node['html'][:120]}"
        for violation in violations(visit.page, rules=rules)
        for node in violation["nodes"]
    ]


def test_a_page_loads_without_a_complaint_or_a_request_to_a_stranger(opened: Visit):
    assert opened.complaints == []
    assert len(opened.strangers) <= budget(opened.page.url, "strangers"), opened.strangers


def test_code_and_what_it_prints_fit_into_their_column(opened: Visit):
    """But for a link that is there to be copied."""
    cut = r"""all => all.filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1)
      .filter((e) => !/^https:\S+$/.test(e.textContent.trim()))
      .map((e) => `${e.closest("[id]").id}: ${e.textContent.slice(0, 80)}`)"""
    assert opened.page.eval_on_selector_all("article .cell pre", cut) == []


def test_each_id_stands_once_on_a_page(opened: Visit):
    ids = opened.page.eval_on_selector_all("[id]", "all => all.map(e => e.id)")
    twice = {id for id in ids if ids.count(id) > 1}
    assert twice == set()


def test_labels_buttons_and_references_are_those_of_valid_html(opened: Visit):
    wrong = opened.page.evaluate(
        """() => {
          const fields = "button, input:not([type=hidden]), output, progress, select, textarea";
          const all = (selector) => [...document.querySelectorAll(selector)];
          const refers = ["labelledby", "describedby", "controls"].map((name) => `aria-${name}`);
          refers.push("for", "popovertarget");
          return [
            ...all("label").filter((e) => e.querySelectorAll(fields).length !== 1 && !e.htmlFor),
            ...all("button:not([type])"),
            ...all("p :is(p, div, ul, ol, table, figure), button :is(button, a), a :is(button, a)"),
            ...all("details > :first-child:not(summary), figure > figcaption ~ figcaption"),
            ...refers.flatMap((name) => all(`[${name}]`).filter((e) =>
              e.getAttribute(name).split(" ").some((id) => !document.getElementById(id)))),
            ...all("main[role], nav[role], form[action='']"),
          ].map((e) => e.outerHTML.slice(0, 120));
        }"""
    )
    assert wrong == []


def test_nothing_lies_over_a_heading(opened: Visit):
    covered = opened.page.evaluate(
        """() => [...document.querySelectorAll("article :is(h1, h2, h3)")].filter((e) => {
          if (!e.checkVisibility()) return false; // folded away
          e.scrollIntoView({ block: "center", behavior: "instant" });
          const text = document.createRange();
          text.selectNodeContents(e);
          const { left, top, height } = text.getClientRects()[0];
          return !e.contains(document.elementFromPoint(left + 4, top + height / 2));
        }).map((e) => e.textContent)"""
    )
    assert covered == []


@pytest.mark.parametrize("wide", [pytest.param(360, marks=pytest.mark.slow), 320])
def test_a_page_never_scrolls_sideways_on_a_phone(opened: Visit, wide: int):
    opened.page.set_viewport_size({"width": wide, "height": 800})
    opened.settle()
    width, screen = opened.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width <= screen == wide


@pytest.mark.parametrize("wide", [pytest.param(1280, marks=pytest.mark.slow), 360])
def test_no_picture_lies_over_its_sentence(opened: Visit, wide: int):
    opened.page.set_viewport_size({"width": wide, "height": 800})
    opened.page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    opened.settle()
    covered = opened.page.evaluate(
        """() => [...document.querySelectorAll(".nnfig")].filter((figure) => {
          const [stage, said] = [".nn-stage", ".nn-sentence"].map((q) => figure.querySelector(q));
          if (!stage?.checkVisibility() || !said?.checkVisibility()) return false;
          const [picture, text] = [stage, said].map((e) => e.getBoundingClientRect());
          return text.left < picture.right && picture.left < text.right
            && text.top < picture.bottom - 1 && picture.top < text.bottom - 1;
        }).map((e) => e.id)"""
    )
    assert covered == []


@pytest.mark.sweep
def test_letters_words_and_lines_set_far_apart_are_not_cut_and_do_not_meet(opened: Visit):
    found = {}
    for wide in (1280, 360, 320):
        opened.page.set_viewport_size({"width": wide, "height": 800})
        opened.page.evaluate(SPACE, SPACED)
        opened.settle()
        width = opened.page.evaluate("document.documentElement.scrollWidth")
        found[wide] = (width <= wide, opened.page.evaluate(CUT), opened.page.evaluate(MEET))
        opened.page.evaluate(SPACE, "")
    assert found == dict.fromkeys(found, (True, [], []))


@pytest.mark.sweep
def test_axe_finds_nothing_on_a_page_on_a_phone_in_the_light_in_the_dark(opened: Visit):
    opened.page.set_viewport_size({"width": 360, "height": 800})
    assert axe(opened, SMALL) == []
    opened.page.set_viewport_size({"width": 1280, "height": 900})
    opened.settle()
    assert axe(opened) == []
    opened.page.emulate_media(color_scheme="dark")
    until(opened.page, "document.documentElement.dataset.theme === 'dark'")
    opened.settle()
    assert axe(opened, COLORS) == []


@pytest.mark.sweep
def test_a_page_opened_from_the_disk_does_the_same(visit: Visit, address: str):
    visit.open((SITE / address).as_uri()).wait_for_load_state("networkidle")
    assert visit.complaints == []
    assert visit.strangers == []


def test_text_of_twice_the_size_leaves_a_desk_its_text_and_figures(browser: Browser, site: str):
    """The size that a reader sets in the browser: the columns beside the text make way for it."""
    flags = [*FLAGS, "--blink-settings=defaultFontSize=32"]
    path = os.environ.get("NNBOOK_BROWSER") or browser_tool.find()
    large = browser.browser_type.launch(executable_path=path, args=flags)
    page = large.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{site}/_build/html/chapters/neuron.html")
    until(page, "document.querySelectorAll('.nnfig:not([data-ready])').length === 0")
    root, text, stage, wide = page.evaluate(
        """() => {
          const width = (selector) => document.querySelector(selector).clientWidth;
          const { fontSize } = getComputedStyle(document.documentElement);
          return [fontSize, width("article"), width(".nn-stage"), width("html")];
        }"""
    )
    large.close()
    assert root == "32px"
    assert wide <= 1280
    assert text > 1000
    assert stage > 400


def test_the_sites_address_leads_to_the_landing_page(visit: Visit):
    visit.page.goto(f"{visit.site}/_build/html/")
    visit.page.wait_for_url("**/book/index.html")
    assert visit.page.get_by_role("heading", level=1).is_visible()
    assert visit.strangers == []


def test_formulas_stand_in_the_font_that_the_book_brings(visit: Visit):
    for address in ("chapters/neuron.html", (SITE / "chapters/neuron.html").as_uri()):
        page = visit.open(address)
        page.evaluate("document.fonts.ready")
        loaded = page.evaluate(
            "[...document.fonts].filter(f => f.status == 'loaded').map(f => f.family)"
        )
        assert any("STIX Two Math" in family for family in loaded), address


@pytest.mark.parametrize(
    "visit", [{"viewport": {"width": w, "height": 800}} for w in (360, 1280)], indirect=True
)
@pytest.mark.parametrize("address", ["book/index.html", "chapters/neuron.html"])
def test_nothing_jumps_while_a_page_loads(visit: Visit, address: str):
    visit.page.add_init_script(SHIFT)
    page = visit.open(address)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)
    assert page.evaluate("window.shift") <= budget(address, "shift")


@pytest.mark.parametrize(
    "visit", [{"viewport": {"width": w, "height": 800}} for w in (360, 768, 1280)], indirect=True
)
@pytest.mark.parametrize("address", ["book/index.html", "chapters/neuron.html"])
def test_a_figure_is_as_high_before_its_script_has_run_as_after(visit: Visit, address: str):
    held = []
    visit.page.route("**/_static/figures.js*", lambda route: held.append(route))
    visit.page.goto(f"{visit.site}/_build/html/{address}", wait_until="commit")
    visit.page.locator("footer").first.wait_for()
    sheets = "[...document.querySelectorAll('link[rel=stylesheet]')]"
    until(visit.page, f"{sheets}.every((link) => link.sheet)")  # nothing is painted before
    visit.page.evaluate("document.fonts.ready.then(() => true)")  # later on a busy machine
    heights = "[...document.querySelectorAll('.nnfig')].map(e => e.offsetHeight)"
    before = visit.page.evaluate(heights)
    assert visit.page.locator(".nnfig[data-ready]").count() == 0
    held[0].continue_()
    visit.page.locator(".nnfig[data-ready]").first.wait_for()
    visit.page.wait_for_timeout(600)  # the sentence comes last
    assert visit.page.evaluate(heights) == pytest.approx(before, abs=1)


@pytest.mark.parametrize("visit", [{"color_scheme": "dark"}], indirect=True)
def test_a_page_is_dark_before_it_is_read(visit: Visit):
    visit.page.add_init_script(
        """window.themes = [];
        new MutationObserver(() => {
          const { readyState, documentElement: { dataset } } = document;
          if (dataset.theme !== "auto") themes.push(`${dataset.theme} ${readyState}`);
        }).observe(document, { subtree: true, attributeFilter: ["data-theme"] });"""
    )
    assert visit.open("chapters/neuron.html").evaluate("themes[0]") == "dark loading"


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_formulas_and_text_stand_without_javascript(visit: Visit):
    visit.page.goto(f"{visit.site}/_build/html/chapters/neuron.html")
    seen = [math for math in visit.page.locator("math").all() if math.is_visible()]
    assert len(seen) > 20
    for math in seen:
        box = math.bounding_box()
        assert box
        assert min(box["width"], box["height"]) > 3


def test_each_front_end_text_is_shipped_once():
    parts = [path.read_text("utf-8") for path in (SITE / "_static/figures").glob("*.js")]
    assert sum("function polyline" in part or "const polyline" in part for part in parts) == 1
    for address in pages():
        html = (SITE / address).read_text("utf-8")
        assert "const polyline" not in html, f"{address} carries the kit in its own text"
        assert "require.min.js" not in html, f"{address} loads require.js"
        assert "mathjax" not in html.lower() or "MathJax = " not in html, address


def test_the_search_index_knows_the_chapter():
    index = (SITE / "searchindex.js").read_text("utf-8")
    assert "chapters/neuron" in index
    assert re.search(r'"?sigmoid"?:', index)
