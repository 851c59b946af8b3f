"""Every figure on the built pages as it is met: by finger, in the dark, on paper, from a link."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from figure_page import HOME, LINKS, NAMES, PHONE, Shown
from playwright.sync_api import Browser, Locator, Page
from site_visit import SITE, Visit, until

from nnbook.figures import BY_NAME
from nnbook.figures.kit.controls import formatted

RESTS = """async () => {
  const from = scrollY;
  for (let frame = 0; frame < 6; frame++) await new Promise(requestAnimationFrame);
  return scrollY === from;
}"""


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.sweep
@pytest.mark.parametrize("visit", [PHONE], indirect=True, ids=["phone"])
def test_a_handle_follows_a_finger_and_elsewhere_the_page_scrolls(visit: Visit, name: str):
    shown = Shown(visit, name)  # a page of its own: one that still glides takes a finger for a stop
    touch = shown.page.context.new_cdp_session(shown.page)

    def swipe(x: float, y: float, dx: float, dy: float) -> None:
        touch.send(
            "Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]}
        )
        for part in (0.25, 0.5, 0.75, 1, 1):
            point = {"x": x + part * dx, "y": y + part * dy}
            touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
            shown.painted()
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def scrolled() -> float:
        """Where the page has come to rest: one that still glides takes a finger for a stop."""
        until(shown.page, RESTS)
        return float(shown.page.evaluate("scrollY"))

    def center(place: Locator) -> tuple[float, float]:
        place.evaluate("e => e.scrollIntoView({block: 'center', behavior: 'instant'})")
        scrolled()
        return shown.middle(place)

    assert shown.box.locator(".nn-live").evaluate("e => getComputedStyle(e).touchAction") == "auto"
    for handle in shown.box.locator(".nn-handle:visible").all()[:1]:
        assert handle.evaluate("e => getComputedStyle(e).touchAction") == "none"
        x, y = center(handle)
        aside = shown.room(handle)
        swipe(x, y, aside, -20)
        shown.painted()
        assert shown.off(handle, x + aside, y - 20) < 8

    place = shown.box.locator(".nn-stage")
    center(place)
    stage, before = place.bounding_box(), scrolled()
    assert stage
    swipe(stage["x"] + 60, stage["y"] + 30, 0, -120)
    assert scrolled() > before + 20

    # Past sliders and lines that a mouse may drag the finger scrolls, and turns nothing.
    places = shown.box.locator("input[type=range]:visible, .nn-order code")
    for place in places.all()[:3]:
        x, y = center(place)
        settings, before = shown.now(), scrolled()
        swipe(x, y, 4, -120)
        assert scrolled() > before + 20
        assert shown.now() == settings
    for slider in shown.box.locator("input[type=range]:visible").all()[:1]:
        x, y = center(slider)
        value = slider.input_value()
        swipe(x - 40, y, 80, 4)
        until(shown.page, "([e, was]) => e.value !== was", [slider.element_handle(), value])


@pytest.mark.sweep
@pytest.mark.parametrize("options", [PHONE], ids=["phone"])
def test_targets_are_at_least_24_pixels_on_a_phone(shown: Shown):
    small = shown.box.evaluate(
        """box => {
          const size = (e) => {  // a label around a small box or button is part of the target
            const { width, height } = (e.closest("label") ?? e).getBoundingClientRect();
            return Math.min(width, height);
          };
          return [...box.querySelectorAll("button, summary, input, .nn-handle")]
            .filter((e) => e.checkVisibility({ visibilityProperty: true }) && size(e) < 24)
            .map((e) => e.outerHTML);
        }"""
    )
    assert small == []


@pytest.fixture(scope="module")
def unscripted(browser: Browser, site: str) -> Iterator[Callable[[str], Page]]:
    """A page where JavaScript is off; it stays open while its figures are looked at."""
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()

    def at(address: str) -> Page:
        if not page.url.endswith(address):
            page.goto(f"{site}/_build/html/{address}")
        return page

    yield at
    context.close()


@pytest.mark.sweep
def test_without_javascript_there_is_the_still_picture_and_no_dead_control(
    unscripted: Callable[[str], Page], name: str
):
    box = unscripted(HOME[name]).locator(f"#fig-{name}")
    still = box.locator(".nn-still svg:visible")
    assert still.is_visible()
    assert still.get_attribute("aria-label") == BY_NAME[name]().alt()
    size = still.bounding_box()
    assert size
    assert size["width"] > 300
    assert size["height"] > 200
    assert BY_NAME[name].question in box.inner_text()
    assert box.locator("button:visible, input:visible").count() == 0
    box.locator(".nn-describe summary").click()  # works without JavaScript
    assert box.locator("tbody tr").count() == len(BY_NAME[name]().rows())


@pytest.mark.sweep
def test_paper_gets_the_still_picture(shown: Shown):
    assert not shown.box.locator(".nn-still").is_visible()
    shown.page.emulate_media(media="print")
    assert shown.box.locator(".nn-still").is_visible()
    assert not shown.box.locator(".nn-live").is_visible()
    assert not shown.box.get_by_role("button", name="Reset").is_visible()
    shown.page.emulate_media(media="screen")


@pytest.mark.sweep
def test_the_dark_figure_has_other_colors_than_the_light_one(shown: Shown):
    colors = {}
    for scheme in ("dark", "light"):
        shown.page.emulate_media(color_scheme=scheme)
        until(shown.page, f"document.documentElement.dataset.theme === '{scheme}'")
        colors[scheme] = shown.page.evaluate(
            """box => {
              const look = (e, what) => getComputedStyle(e)[what];
              return {
                paper: look(box, "backgroundColor"), ink: look(box, "color"),
                line: look(box.querySelector(".nn-line"), "stroke"),
                still: look(box.querySelector(".nn-still svg"), "color"),
              };
            }""",
            shown.box.element_handle(),
        )
    for part, light in colors["light"].items():
        assert colors["dark"][part] != light, part


def test_the_address_sets_a_figure(visit: Visit):
    shown = Shown(visit, "activation", "#fig-activation?f=gelu&w=-2&printed=true")
    now = shown.now()
    assert (now["f"], now["w"], now["printed"]) == ("gelu", -2, True)
    assert shown.box.locator(".nn-stage").is_visible()
    until(shown.page, "scrollY > 100")  # it glides there


ODD = [  # tests/figures/links.yaml has many more, for a figure of its own
    ("bowl", "step=2.5", {"step": 3}),
    ("bowl", "w1=", {}),
    ("bowl", "w1=0.123456&seed=1.5", {"w1": 0.1, "seed": 2}),
    ("bowl", "lr=1000000000&w2=-0", {"lr": 2.2, "w2": 0}),
    ("messages", "step=2.5&weight=1.5", {"step": 3, "weight": 2}),
    ("activation", "f=toString&w=0x2&x=1e0&b=+1&q=1", {}),
    ("activation", "f=constructor&__proto__=1&printed=1&w=NaN", {}),
    ("activation", "%&%E0%A4%A=1&w=%E0%A4%A&b=2.06", {"b": 2.1}),
    ("activation", "w=1&" * 20_000 + "w=-2", {"w": -2}),
    ("loop", "order=loss,loss", {}),
    ("loop", "order=zero_grad,toString&step=-7", {"step": 0}),
]


@pytest.mark.sweep
@pytest.mark.parametrize(("name", "query", "sets"), ODD, ids=[odd[1][:40] for odd in ODD])
def test_an_odd_address_sets_what_the_control_can_show(
    visit: Visit, name: str, query: str, sets: dict[str, Any]
):
    shown = Shown(visit, name, f"#fig-{name}?{query}")
    settings, rows, picture = shown.all()
    opening = {key: shown.figure.opening[key] for key in shown.figure.controls}
    assert settings == {**opening, **sets}
    for key in sets:
        output = shown.box.locator(f"[data-trait={key}] + .nn-value").inner_text()
        assert output == formatted(shown.figure.controls[key], settings[key])
    assert visit.complaints == []
    shown.afresh()
    for key, value in sets.items():
        shown.set(key, value)
    assert shown.all() == (settings, rows, picture), "slider, numbers and picture agree"


NOWHERE = ("%", "%E0%A4%A", "?w=1", "fig-", "fig-?w=1", "fig-x?%", "fig-constructor", "fig-quiz")
NOWHERE += ("fig-__proto__?w=1", "fig-activation%?w=1", "fig-quiz?w=1", "fig-quiz-neuron?w=1")


@pytest.mark.parametrize(
    "fragment", [*NOWHERE[:4], *(pytest.param(one, marks=pytest.mark.slow) for one in NOWHERE[4:])]
)
def test_an_address_that_names_no_figure_sets_none(visit: Visit, fragment: str):
    shown = Shown(visit, "activation", f"#{fragment}")
    assert shown.now() == {key: shown.figure.opening[key] for key in shown.figure.controls}
    assert visit.complaints == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "visit", [{}, {"reduced_motion": "reduce"}], indirect=True, ids=["glides", "jumps"]
)
def test_back_forward_and_a_reload_restore_place_and_settings(visit: Visit):
    shown = Shown(visit, "activation")
    page, resting = shown.page, 700  # ms, until it has stopped gliding and the settings are kept

    def here() -> tuple[Any, ...]:
        page.wait_for_timeout(resting)
        until(page, RESTS)
        return shown.now(), shown.rows(), page.evaluate("scrollY")

    def back(there: tuple[Any, ...]) -> bool:
        until(page, "(y) => Math.abs(scrollY - y) < 50", there[2])  # it may have begun late
        now = here()
        return now[:2] == there[:2] and abs(now[2] - there[2]) < 50

    page.evaluate("scrollTo({ top: 300, behavior: 'instant' })")
    shown.set("b", 0.5)
    first = here()
    link = page.locator('article a[href^="#fig-activation?f=gelu"]').first
    link.scroll_into_view_if_needed()
    page.wait_for_timeout(resting)
    left = here()
    link.click()
    assert here()[0]["f"] == "gelu"
    shown.set("w", -2)
    second = here()
    page.go_back()
    assert back(left)
    assert left[:2] == first[:2]
    page.go_forward()
    assert back(second)
    page.reload()
    visit.settle()
    assert back(second)
    page.go_back()
    assert back(left)
    page.goto(f"{visit.site}/_build/html/chapters/layer.html")
    page.go_back()
    shown.box.wait_for()
    visit.settle()
    assert back(left), "from another page, too"
    for address in ("chapters/layer.html", "chapters/neuron.html"):
        visit.open(address)
    assert shown.now()["b"] == shown.figure.opening["b"], "who comes anew finds it as it opens"
    page.evaluate(
        """() => {
          addEventListener("pagehide", (event) => event.stopImmediatePropagation(), true);
          const figures = [["#fig-activation", "f=constructor&w=0x2&b=1&q=1"], ["#fig-x", "w=1"]];
          history.replaceState({ figures }, "");
        }"""
    )
    page.reload()
    visit.settle()
    opening = {key: shown.figure.opening[key] for key in shown.figure.controls}
    assert shown.now() in (opening, {**opening, "b": 1}), "what no control takes sets none"
    assert visit.complaints == []


def said(value: object, text: str) -> bool:
    """Whether a link with this text says the value."""
    return str(value).lower() in (text, f"{text}.0")


@pytest.mark.parametrize("address", sorted(set(HOME.values())))
def test_every_link_in_the_prose_sets_its_figure(visit: Visit, address: str):
    text = (SITE / address).read_text("utf-8")  # a figure may stand on other pages, too
    names = {*re.findall(r'data-figure="([\w-]+)"', text)} - {"quiz"}
    page = visit.open(address)
    links = page.evaluate(LINKS, {name: Shown.on(visit, name).kinds() for name in names})
    for _, link, home, now, changed in links:
        asked = dict(pair.split("=") for pair in link.partition("?")[2].split("&"))
        for key, value in asked.items():
            assert said(now[key], value), link
        if not all(said(home[key], value) for key, value in asked.items()):
            assert changed, link
    assert {name for name, *_ in links} == names
    assert visit.complaints == []


def test_a_choice_is_made_though_its_click_turns_attributes_of_the_page(visit: Visit):
    """As each first click into a cell of JupyterLab does, where figures look for a new theme."""
    shown = Shown(visit, "plane")
    shown.page.evaluate(
        "addEventListener('click', () => { document.body.dataset.turned = ''; }, { capture: true })"
    )
    shown.box.get_by_text("ReLU", exact=True).click()
    shown.painted()
    assert shown.page.evaluate("document.body.dataset.turned") == ""
    assert shown.now()["f"] == "relu"


def test_a_figure_that_fails_says_so_and_leaves_its_picture(visit: Visit):
    visit.page.route(
        "**/_static/figures/*.js*", lambda route: route.fulfill(body="window.nnFront = {};")
    )
    visit.page.goto(f"{visit.site}/_build/html/chapters/neuron.html")
    box = visit.page.locator("#fig-activation")
    box.locator(".nn-note").wait_for()
    assert "could not start" in box.inner_text()
    assert box.locator(".nn-still").is_visible()
    assert not box.locator("[data-action=show]").is_visible()
