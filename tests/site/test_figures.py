"""Every figure on the built pages, held to the bar of all figures: true, operable, seen, quiet."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from built import SITE, Visit, pages
from playwright.sync_api import Locator, Page

from nnbook.figures import BY_NAME, Figure
from nnbook.figures._html import number

# Where each figure stands, its chapter before the landing page.
HOME = {
    name: address
    for address in pages()
    for name in re.findall(r'data-figure="([\w-]+)"', (SITE / address).read_text("utf-8"))
}
PHONE = {"viewport": {"width": 360, "height": 800}, "has_touch": True}
every_figure = pytest.mark.parametrize("name", sorted(BY_NAME))
CONTROLS = [(name, key) for name in sorted(BY_NAME) for key in BY_NAME[name]().controls]


def test_every_figure_of_the_library_stands_on_a_page():
    assert sorted(HOME) == sorted(BY_NAME)


class Shown:
    """One figure in the browser: its controls by the names of their traits, its numbers."""

    def __init__(self, visit: Visit, name: str, query: str = ""):
        self.page: Page = visit.open(f"{HOME[name]}{query}")
        self.box: Locator = self.page.locator(f"#fig-{name}")
        self.figure: Figure = BY_NAME[name]()
        self.name = name

    def set(self, key: str, value: Any) -> None:
        """As a reader would, through the control itself."""
        spec = self.figure.controls[key]
        for other, needed in spec.get("only_if", {}).items():
            self.set(other, needed)
        field = self.box.locator(f"[data-trait={key}]")
        if spec["kind"] == "choice":
            self.box.locator(f"[data-trait={key}][value={value}]").check()
        elif spec["kind"] == "switch":
            field.set_checked(value)
        else:
            field.evaluate(
                "(e, v) => { e.value = v; e.dispatchEvent(new Event('input', {bubbles: true})); }",
                value,
            )

    def now(self) -> dict[str, Any]:
        """The present settings, read from the controls."""
        return {key: self._value(key, spec["kind"]) for key, spec in self.figure.controls.items()}

    def _value(self, key: str, kind: str) -> Any:
        field = self.box.locator(f"[data-trait={key}]")
        if kind == "choice":
            return self.box.locator(f"[data-trait={key}]:checked").input_value()
        return field.is_checked() if kind == "switch" else float(field.input_value())

    def ask_again(self, key: str) -> None:
        """Go round the questions, once."""
        for _ in self.figure.questions:
            self.box.get_by_role("button", name="Next question").click()
        assert self.box.locator(f"[data-ask={key}]").is_visible()

    def rows(self) -> list[list[str]]:
        return self.box.locator(".nn-describe tbody tr").evaluate_all(
            "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
        )

    def picture(self) -> str:
        """The drawing as it is seen: what is hidden is left out."""
        return self.box.locator(".nn-live").evaluate(
            "svg => { const seen = svg.cloneNode(true);"
            " for (const e of seen.querySelectorAll('[hidden], title, desc')) e.remove();"
            " return seen.innerHTML; }"
        )


def close(shown: str, true: float | str) -> bool:
    """Three decimals from a table of the function may differ from NumPy's in the last."""
    if isinstance(true, str):
        return shown == true
    return abs(float(shown.replace("−", "-")) - true) < 0.0011


def extremes(spec: dict[str, Any]) -> list[Any]:
    if spec["kind"] == "slider":
        return [spec["min"], spec["max"], spec["min"] + 3 * spec["step"]]
    return list(spec["options"]) if spec["kind"] == "choice" else [True, False]


@pytest.mark.parametrize(("name", "key"), CONTROLS)
def test_a_control_changes_the_picture_and_the_numbers_are_numpys(
    visit: Visit, name: str, key: str
):
    shown = Shown(visit, name)
    seen = set()
    for value in extremes(shown.figure.controls[key]):
        shown.set(key, value)
        seen.add(shown.picture())
        now = shown.now()
        assert now[key] == (pytest.approx(value) if isinstance(value, float) else value)
        expected = BY_NAME[name](**now).rows()
        for got, true in zip(shown.rows(), expected, strict=True):
            assert all(map(close, got, true)), (now, got, true)
    assert len(seen) == len(set(extremes(shown.figure.controls[key])))
    assert visit.complaints == []


@every_figure
def test_reset_brings_back_the_opening(visit: Visit, name: str):
    shown = Shown(visit, name)
    opening, picture = shown.now(), shown.picture()
    shown.box.get_by_role("button", name="Next question").click()
    for key, spec in shown.figure.controls.items():
        shown.set(key, next(v for v in extremes(spec) if v != opening[key]))
    assert shown.now() != opening
    shown.box.get_by_role("button", name="Reset").click()
    assert {"predict": shown.figure.predict, **opening} == shown.figure.opening
    assert shown.now() == opening
    assert shown.picture() == picture
    assert shown.box.locator(f"[data-ask={shown.figure.predict}]").is_visible()


@every_figure
def test_keys_turn_every_slider_by_one_ten_and_all_the_steps(visit: Visit, name: str):
    shown = Shown(visit, name)
    for key, spec in shown.figure.controls.items():
        if spec["kind"] != "slider":
            continue
        field = shown.box.locator(f"[data-trait={key}]")
        field.focus()
        shown.page.keyboard.press("Home")
        assert shown.now()[key] == spec["min"]
        at = 0
        last = round((spec["max"] - spec["min"]) / spec["step"])
        for press, steps in (
            ("ArrowRight", 1),
            ("PageUp", 10),
            ("PageDown", -10),
            ("ArrowLeft", -1),
        ):
            shown.page.keyboard.press(press)
            at = min(last, max(0, at + steps))
            assert shown.now()[key] == pytest.approx(spec["min"] + at * spec["step"])
        shown.page.keyboard.press("End")
        assert shown.now()[key] == spec["max"]
        assert (
            field.get_attribute("aria-valuetext")
            == shown.box.locator(f"[data-trait={key}] + output").inner_text()
        )


@every_figure
def test_keys_turn_every_handle_in_the_picture(visit: Visit, name: str):
    shown = Shown(visit, name)
    handles = shown.box.locator(".nn-handle:visible")
    for k in range(handles.count()):
        handle = handles.nth(k)
        handle.focus()
        before = handle.get_attribute("aria-valuetext")
        for press in ("ArrowRight", "ArrowUp", "PageDown", "Home", "End"):
            was = handle.get_attribute("aria-valuetext")
            shown.page.keyboard.press(press)
            assert handle.get_attribute("aria-valuetext") != was, (k, press)
        assert handle.get_attribute("aria-valuetext") != before
        assert handle.get_attribute("aria-label")
        low, now, high = (
            float(handle.get_attribute(f"aria-value{what}") or "nan")
            for what in ("min", "now", "max")
        )
        assert low <= now <= high


@every_figure
def test_tab_leads_through_the_figure_and_out_of_it(visit: Visit, name: str):
    shown = Shown(visit, name)
    shown.box.locator("input, button").first.focus()
    for _ in range(40):
        shown.page.keyboard.press("Tab")
        inside = shown.box.evaluate("box => box.contains(document.activeElement)")
        if not inside:
            return
        outline = shown.page.evaluate(
            "(() => { const e = document.activeElement; const t = e.querySelector?.('.nn-target');"
            " return t ? getComputedStyle(t).stroke : getComputedStyle(e).outlineStyle; })()"
        )
        assert outline not in ("none", ""), "the focus cannot be seen"
    pytest.fail("Tab never leaves the figure")


@every_figure
def test_a_handle_follows_the_mouse(visit: Visit, name: str):
    shown = Shown(visit, name)
    for k in range(shown.box.locator(".nn-handle:visible").count()):
        handle = shown.box.locator(".nn-handle:visible").nth(k)
        handle.scroll_into_view_if_needed()
        box = handle.bounding_box()
        assert box
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        shown.page.mouse.move(x, y)
        shown.page.mouse.down()
        shown.page.mouse.move(x - 30, y - 20, steps=3)
        moved = handle.bounding_box()
        shown.page.mouse.up()
        assert moved
        assert abs(moved["x"] - box["x"] + 30) < 8, "it is not under the pointer"
        still = handle.bounding_box()
        shown.page.mouse.move(x + 40, y)
        assert handle.bounding_box() == still, "it moves though it was let go"


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
@every_figure
def test_a_handle_follows_a_finger_and_elsewhere_the_page_scrolls(visit: Visit, name: str):
    shown = Shown(visit, name)
    touch = shown.page.context.new_cdp_session(shown.page)

    def swipe(x: float, y: float, dx: float, dy: float) -> None:
        touch.send(
            "Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]}
        )
        for part in (0.5, 1):
            point = {"x": x + part * dx, "y": y + part * dy}
            touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    assert shown.box.locator(".nn-live").evaluate("e => getComputedStyle(e).touchAction") == "auto"
    for handle in shown.box.locator(".nn-handle:visible").all()[:1]:
        assert handle.evaluate("e => getComputedStyle(e).touchAction") == "none"
        handle.evaluate("e => e.scrollIntoView({block: 'center', behavior: 'instant'})")
        box = handle.bounding_box()
        assert box
        swipe(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, -30, 0)
        moved = handle.bounding_box()
        assert moved
        assert abs(moved["x"] - box["x"] + 30) < 8

    stage = shown.box.locator(".nn-stage").bounding_box()
    assert stage
    before = shown.page.evaluate("scrollY")
    swipe(stage["x"] + 60, stage["y"] + 30, 0, -120)
    shown.page.wait_for_timeout(300)
    assert shown.page.evaluate("scrollY") > before + 20


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
@every_figure
def test_targets_are_at_least_24_pixels_on_a_phone(visit: Visit, name: str):
    shown = Shown(visit, name)
    targets = shown.box.locator("button, summary, input, .nn-handle")
    for k in range(targets.count()):
        target = targets.nth(k)
        if not target.is_visible():
            continue
        # A label around a small box or button is part of the target.
        box = target.evaluate(
            "e => { const r = (e.closest('label') ?? e).getBoundingClientRect();"
            " return [r.width, r.height]; }"
        )
        assert min(box) >= 24, target.evaluate("e => e.outerHTML")


@pytest.mark.parametrize(
    "visit",
    [{}, {"color_scheme": "dark"}, PHONE],
    indirect=True,
    ids=["light", "dark", "phone"],
)
@every_figure
def test_axe_finds_nothing_in_a_figure_with_everything_open(visit: Visit, name: str):
    shown = Shown(visit, name)
    shown.box.locator("summary").click()
    shown.box.get_by_role("button", name="Show").click()
    found = Axe().run(shown.page, f"#fig-{name}").response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []


@every_figure
def test_the_sentence_is_polite_and_waits_for_the_hand_to_rest(visit: Visit, name: str):
    shown = Shown(visit, name)
    sentence = shown.box.locator(".nn-sentence")
    assert sentence.get_attribute("aria-live") == "polite"
    shown.page.wait_for_function("s => s.textContent", arg=sentence.element_handle())
    slider = next(k for k, spec in shown.figure.controls.items() if spec["kind"] == "slider")
    before = sentence.inner_text()
    at_once = shown.box.locator(f"[data-trait={slider}]").evaluate(
        """async (field) => {
          for (let k = 0; k < 5; k++) {
            field.value = Number(field.min) + (k / 5) * (field.max - field.min);
            field.dispatchEvent(new Event("input", { bubbles: true }));
            await Promise.resolve();
          }
          return field.closest(".nnfig").querySelector(".nn-sentence").innerText;
        }"""
    )
    assert at_once == before
    shown.page.wait_for_function(
        "([s, before]) => s.innerText !== before", arg=[sentence.element_handle(), before]
    )


@every_figure
def test_each_question_keeps_the_guess_and_gives_the_answer(visit: Visit, name: str):
    shown = Shown(visit, name)
    answer = shown.box.locator(".nn-answer")
    for question in shown.figure.questions:
        ask = shown.box.locator(f"[data-ask={question['key']}]")
        assert ask.is_visible()
        assert question["ask"] in ask.inner_text()
        assert answer.inner_text() == ""
        assert shown.now() == {**shown.now(), **question["start"]}
        if question["kind"] == "choice":
            wrong = (question["right"] + 1) % len(question["options"])
            ask.locator("input").nth(wrong).check()
            expected = f"✗ Not so. {question['options'][wrong][1]}"
        elif question["kind"] == "number":
            for mistake, why in question["mistakes"]:
                ask.locator("input").fill(str(mistake))
                shown.box.get_by_role("button", name="Show").click()
                assert f"✗ Not so: {question['label']} = " in answer.inner_text()
                assert why in answer.inner_text()
                shown.ask_again(question["key"])
            ask.locator("input").fill(str(round(question["truth"] + 1e3, 2)))
            expected = (
                f"✗ Not so: {question['label']} = {number(question['truth'], question['digits'])}"
            )
        else:
            ask.locator("input").fill(str(round(question["truth"] + 1, 2)))
            expected = f"You said {number(question['truth'] + 1, 2)}, 1.00 too far right"
        shown.box.get_by_role("button", name="Show").click()
        assert expected in answer.inner_text()
        assert question["explain"] in answer.inner_text()
        assert shown.now() == {**shown.now(), **question["then"]}
        if question["kind"] == "position":
            assert shown.box.locator(".nn-ghost-text").text_content() == (
                f"your guess {number(round(question['truth'] + 1, 2), 2)}"
            )
            assert number(question["truth"], 2) in (
                shown.box.locator(".nn-truth-text").text_content() or ""
            )
        shown.box.get_by_role("button", name="Next question").click()


@every_figure
def test_a_right_guess_is_called_right_and_no_guess_is_no_guess(visit: Visit, name: str):
    shown = Shown(visit, name)
    for question in shown.figure.questions:
        ask = shown.box.locator(f"[data-ask={question['key']}]")
        if question["kind"] == "choice":
            ask.locator("input").nth(question["right"]).check()
        else:
            ask.locator("input").fill(str(round(question["truth"], question.get("digits", 2))))
        shown.box.get_by_role("button", name="Show").click()
        assert shown.box.locator(".nn-answer").inner_text().startswith("✓ Right")
        shown.box.get_by_role("button", name="Next question").click()
    shown.box.get_by_role("button", name="Show").click()
    said = shown.box.locator(".nn-answer").inner_text()
    assert not said.startswith(("✓", "✗", "You said"))


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
@every_figure
def test_without_javascript_there_is_the_still_picture_and_no_dead_control(visit: Visit, name: str):
    visit.page.goto(f"{visit.site}/_build/html/{HOME[name]}")
    box = visit.page.locator(f"#fig-{name}")
    still = box.locator(".nn-still svg")
    assert still.is_visible()
    assert still.get_attribute("aria-label") == BY_NAME[name]().alt()
    size = still.bounding_box()
    assert size
    assert size["width"] > 300
    assert size["height"] > 200
    assert BY_NAME[name].question in box.inner_text()
    for control in box.locator("button, input").all():
        assert not control.is_visible()
    box.locator("summary").click()  # works without JavaScript
    assert box.locator("tbody tr").count() == len(BY_NAME[name]().rows())


@every_figure
def test_paper_gets_the_still_picture(visit: Visit, name: str):
    shown = Shown(visit, name)
    assert not shown.box.locator(".nn-still").is_visible()
    shown.page.emulate_media(media="print")
    assert shown.box.locator(".nn-still").is_visible()
    assert not shown.box.locator(".nn-live").is_visible()
    assert not shown.box.get_by_role("button", name="Reset").is_visible()


@every_figure
def test_the_dark_figure_has_other_colors_than_the_light_one(visit: Visit, name: str):
    colors = {}
    for scheme in ("light", "dark"):
        visit.page.emulate_media(color_scheme=scheme)
        shown = Shown(visit, name)
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


PLAYED = [(name, key) for name, key in CONTROLS if "wait" in BY_NAME[name]().controls[key]]


@pytest.mark.parametrize(("name", "key"), PLAYED)
def test_play_pause_and_step(visit: Visit, name: str, key: str):
    shown = Shown(visit, name)
    last = shown.figure.controls[key]["max"]
    row = shown.box.locator(f"[data-action=play][data-of={key}]")
    shown.set(key, 0)
    shown.box.locator(f"[data-action=step][data-of={key}]").click()
    assert shown.now()[key] == 1
    row.click()
    assert row.inner_text() == "Pause"
    shown.page.wait_for_function(
        "field => Number(field.value) > 1",
        arg=shown.box.locator(f"[data-trait={key}]").element_handle(),
    )
    row.click()
    rest = shown.now()[key]
    shown.page.wait_for_timeout(2 * shown.figure.controls[key]["wait"])
    assert shown.now()[key] == rest, "it goes on after Pause"
    shown.page.emulate_media(reduced_motion="reduce")
    shown.set(key, 0)
    row.click()
    assert shown.now()[key] == last, "with reduced motion Play jumps to the end"
    assert row.inner_text() == "Play"
    assert visit.complaints == []


@every_figure
def test_a_figure_plays_nothing_by_itself(visit: Visit, name: str):
    shown = Shown(visit, name)
    before = shown.picture()
    shown.page.wait_for_timeout(700)
    assert shown.picture() == before
    moving = "document.getAnimations().filter(a => a.effect.target.closest('.nnfig')).length"
    assert shown.page.evaluate(moving) == 0


@every_figure
def test_a_hundred_random_operations_raise_no_error(visit: Visit, name: str):
    shown = Shown(visit, name)
    rng = random.Random(0)
    keys = ["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"]
    targets = shown.box.locator("button, input:visible, .nn-handle:visible, summary")
    for _ in range(100):
        target = targets.nth(rng.randrange(targets.count()))
        if target.is_visible() and target.is_enabled():
            target.focus()
            shown.page.keyboard.press(rng.choice([*keys, "Space", "5"]))
    assert visit.complaints == []
    assert "NaN" not in shown.picture() + str(shown.rows())


def test_the_address_sets_a_figure(visit: Visit):
    shown = Shown(visit, "activation", "#fig-activation?f=gelu&w=-2&printed=true")
    now = shown.now()
    assert (now["f"], now["w"], now["printed"]) == ("gelu", -2, True)
    assert shown.box.locator(".nn-stage").is_visible()
    assert shown.page.evaluate("scrollY") > 100


def test_every_link_in_the_prose_sets_its_figure(visit: Visit):
    page = visit.open("chapters/neuron.html")
    links = page.locator('.bd-content a[href^="#fig-"]')
    assert links.count() >= 5
    for k in range(links.count()):
        link = links.nth(k)
        href = link.get_attribute("href") or ""
        name, _, query = href.removeprefix("#fig-").partition("?")
        shown = Shown.__new__(Shown)
        shown.page, shown.box = page, page.locator(f"#fig-{name}")
        shown.figure, shown.name = BY_NAME[name](), name
        shown.box.get_by_role("button", name="Reset").click()
        before = shown.picture()
        for _ in range(2):  # a second click on the same link sets it again
            link.click()
            now = shown.now()
            for pair in query.split("&"):
                key, value = pair.split("=")
                assert str(now[key]).lower() in (value, f"{value}.0"), href
            assert shown.picture() != before
            shown.box.get_by_role("button", name="Reset").click()
    assert visit.complaints == []


def test_a_figure_that_fails_says_so_and_leaves_its_picture(visit: Visit):
    visit.page.route(
        "**/_static/figures/*.js*", lambda route: route.fulfill(body="window.nnFront = {}")
    )
    visit.page.goto(f"{visit.site}/_build/html/chapters/neuron.html")
    box = visit.page.locator("#fig-activation")
    box.locator(".nn-note").wait_for()
    assert "could not start" in box.inner_text()
    assert box.locator(".nn-still").is_visible()
    assert not box.locator("[data-action=show]").is_visible()
