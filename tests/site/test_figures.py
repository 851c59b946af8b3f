"""Every figure on the built pages, held to the bar of all figures: true, operable, quiet."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from functools import cache

import pytest
from figure_page import HOME, NAMES, SAID, Shown, extremes, library, opened
from site_visit import until

from nnbook.figures import BY_NAME, Figure
from nnbook.notebook.numbers import number


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_figure_of_the_library_stands_on_a_page():
    assert sorted(HOME) == sorted(BY_NAME)


@cache
def computed(name: str) -> Figure:
    """The library's figure, to be set as the page is."""
    return library(name)


def same(shown: str, drawn: float | str) -> bool:
    """The number as the page shows it, with three decimals, and as V8 has it."""
    if isinstance(drawn, str):
        return shown == drawn
    return abs(float(shown.replace("−", "-")) - drawn) < 0.00051


@pytest.mark.sweep
def test_the_page_says_of_itself_what_the_library_says(name: str):
    for what in SAID:
        of_library = json.loads(json.dumps(getattr(computed(name), what)))  # a pair is a list there
        assert getattr(opened(name), what) == of_library, what


@pytest.mark.sweep
def test_each_control_changes_the_picture_and_the_page_draws_what_v8_draws(shown: Shown):
    """That V8's numbers are the library's, in many more states, is tests/figures/test_still.py."""
    figure, pictures = computed(shown.name), defaultdict(set)
    todo = [
        (key, value)
        for key, spec in shown.figure.controls.items()
        for value in (extremes(spec)[:2] if spec["kind"] == "slider" else extremes(spec))
    ]
    for (key, value), (now, rows, picture) in zip(todo, shown.through(todo), strict=True):
        assert now[key] == (pytest.approx(value) if isinstance(value, float) else value), key
        assert picture not in pictures[key], f"{key} changes nothing"
        pictures[key].add(picture)
        for one, set_to in now.items():
            setattr(figure, one, set_to)
        for got, drawn in zip(rows, figure.still().rows, strict=True):
            assert all(map(same, got, drawn)), (now, got, drawn)
    assert shown.visit.complaints == []


@pytest.mark.sweep
def test_reset_brings_back_the_opening(shown: Shown):
    opening, picture = shown.now(), shown.picture()
    shown.press("Next question")
    for key, spec in shown.figure.controls.items():
        shown.set(key, next(v for v in extremes(spec) if v != opening[key]))
    assert shown.now() != opening
    shown.box.get_by_role("button", name="Reset").click()
    assert {"predict": shown.figure.predict, **opening} == shown.figure.opening
    assert shown.now() == opening
    assert shown.picture() == picture
    assert shown.box.locator(f"[data-ask={shown.figure.predict}]").is_visible()


@pytest.mark.sweep
def test_keys_turn_every_slider_by_one_ten_and_all_the_steps(shown: Shown):
    for key, spec in shown.figure.controls.items():
        if spec["kind"] != "slider":
            continue
        for other, needed in spec.get("only_if", {}).items():
            shown.set(other, needed)
        field = shown.box.locator(f"[data-trait={key}]")
        field.evaluate(
            """field => {
              field.focus();
              field.seen = [];
              field.onkeyup = () => field.seen.push(Number(field.value));
            }"""
        )
        last = round((spec["max"] - spec["min"]) / spec["step"])
        steps = {"Home": -last, "ArrowRight": 1, "PageUp": 10, "PageDown": -10, "ArrowLeft": -1}
        at, expected = last, []
        for press, by in {**steps, "End": last}.items():
            shown.page.keyboard.press(press)
            at = min(last, max(0, at + by))
            expected.append(pytest.approx(spec["min"] + at * spec["step"]))
        seen, text, said = field.evaluate(
            "e => [e.seen, e.getAttribute('aria-valuetext'), e.nextElementSibling.innerText]"
        )
        assert seen == expected, key
        assert text == said


@pytest.mark.sweep
def test_keys_turn_every_handle_in_the_picture(shown: Shown):
    handles = shown.box.locator(".nn-handle:visible")
    for k in range(handles.count()):
        handle = handles.nth(k)
        handle.focus()
        before = handle.get_attribute("aria-valuetext")
        for press in ("ArrowRight", "ArrowUp", "PageDown", "PageUp", "Home", "End"):
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


@pytest.mark.sweep
def test_tab_leads_through_the_figure_and_out_of_it(shown: Shown):
    shown.box.locator("input, button").first.focus()
    for _ in range(40):
        shown.page.keyboard.press("Tab")
        outline = shown.box.evaluate(
            """box => {
              const e = document.activeElement, t = e.querySelector?.(".nn-target");
              if (!box.contains(e)) return "outside";
              return t ? getComputedStyle(t).stroke : getComputedStyle(e).outlineStyle;
            }"""
        )
        if outline == "outside":
            return
        assert outline not in ("none", ""), "the focus cannot be seen"
    pytest.fail("Tab never leaves the figure")


@pytest.mark.sweep
def test_a_handle_follows_the_mouse(shown: Shown):
    for handle in shown.box.locator(".nn-handle:visible").all():
        handle.scroll_into_view_if_needed()
        x, y = shown.middle(handle)
        aside = shown.room(handle)
        shown.page.mouse.move(x, y)
        shown.page.mouse.down()
        shown.page.mouse.move(x + aside, y - 20, steps=3)
        shown.painted()
        off = shown.off(handle, x + aside, y - 20)
        shown.page.mouse.up()
        assert off < 8, "it is not under the pointer"
        still = handle.bounding_box()
        shown.page.mouse.move(x + 40, y)
        shown.painted()
        assert handle.bounding_box() == still, "it moves though it was let go"


@pytest.mark.sweep
def test_the_sentence_is_polite_and_waits_for_the_hand_to_rest(shown: Shown):
    sentence = shown.box.locator(".nn-sentence")
    assert sentence.get_attribute("aria-live") == "polite"
    until(
        shown.page,
        "([s, opening]) => s.innerText === opening",
        arg=[sentence.element_handle(), library(shown.name).still().say],
    )
    slider = next(k for k, spec in shown.figure.controls.items() if spec["kind"] == "slider")
    before, opening = sentence.inner_text(), shown.now()
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
    for key, spec in shown.figure.controls.items():
        shown.set(key, next(other for other in extremes(spec) if other != opening[key]))
    until(
        shown.page,
        "([s, before]) => s.innerText !== before",
        arg=[sentence.element_handle(), before],
    )


@pytest.mark.sweep
def test_each_question_keeps_the_guess_and_gives_the_answer(shown: Shown):
    for question in shown.figure.questions:
        key = question["key"]
        assert question["ask"] in shown.box.locator(f"[data-ask={key}]").inner_text()
        assert shown.said() == ""
        now = shown.now()
        assert now == {**now, **question["before"]}
        if question["kind"] == "choice":
            guess = (question["right"] + 1) % len(question["options"])
            expected = f"✗ Not so. {question['options'][guess][1]}"
        elif question["kind"] == "number":
            wrong = f"✗ Not so: {question['label']} = "
            for mistake, why in question["mistakes"]:
                said = shown.guess(key, str(mistake))
                assert wrong in said
                assert why in said
                shown.ask_again()
            guess = str(round(question["truth"] + 1e3, 2)).replace(".", ",").replace("-", "−")
            expected = f"{wrong}{number(question['truth'], question['digits'])}"
        else:
            guess = str(round(question["truth"] + 1, 2))
            expected = f"You said {number(question['truth'] + 1, 2)}, 1.00 too far right"
        said = shown.guess(key, guess)
        assert expected in said
        assert question["explain"] in said
        now = shown.now()
        assert now == {**now, **question["after"]}
        if question["kind"] == "position":
            assert shown.box.locator(".nn-ghost-text").text_content() == (
                f"your guess {number(round(question['truth'] + 1, 2), 2)}"
            )
            assert number(question["truth"], 2) in (
                shown.box.locator(".nn-truth-text").text_content() or ""
            )
        shown.press("Next question")


@pytest.mark.sweep
def test_a_right_guess_is_called_right_and_no_guess_is_no_guess(shown: Shown):
    for question in shown.figure.questions:
        ask = shown.box.locator(f"[data-ask={question['key']}]")
        if question["kind"] == "choice":
            ask.locator("input").nth(question["right"]).check()
        else:
            ask.locator("input").fill(str(round(question["truth"], question.get("digits", 2))))
        shown.press("Show")
        assert shown.box.locator(".nn-answer").inner_text().startswith("✓ Right")
        shown.press("Next question")
    shown.press("Show")
    said = shown.box.locator(".nn-answer").inner_text()
    assert not said.startswith(("✓", "✗", "You said"))


READ = {"-3": -3, "−3": -3, "2,5": 2.5, "2.50": 2.5, " 7 ": 7, "1,024": 1024, "0,250": 0.25}
NO_GUESS = ["", " ", "x", "1/4", "2,5,", "86 %", "--1", "5 apples"]


@pytest.mark.parametrize("name", ["activation"])
def test_a_guess_is_read_as_people_type_it_and_what_is_no_number_is_none(shown: Shown):
    key = shown.figure.questions[0]["key"]
    for text, value in READ.items():
        assert shown.guess(key, text).startswith(f"You said {number(value, 2)}, "), text
        shown.ask_again()
    for text in NO_GUESS:
        assert shown.guess(key, text).startswith("It is "), text
        shown.ask_again()


@pytest.mark.sweep
def test_play_pause_and_step(shown: Shown):
    playing = [(key, spec) for key, spec in shown.figure.controls.items() if "wait" in spec]
    assert shown.box.locator("[data-action=play]").count() == len(playing[:1]), "one pair a panel"
    for key, spec in playing[:1]:
        shown.afresh()
        play, step = (
            shown.box.locator(f"[data-action={a}][data-of={key}]") for a in ("play", "step")
        )
        field = shown.box.locator(f"[data-trait={key}]")
        shown.set(key, 0)
        step.click()
        assert shown.now()[key] == 1
        shown.set(key, 0)
        play.click()
        assert play.inner_text() == "Pause"
        until(shown.page, "field => Number(field.value) > 0", arg=field.element_handle())
        play.click()
        rest = shown.now()[key]
        shown.page.wait_for_timeout(2 * spec["wait"])
        assert shown.now()[key] == rest, "it goes on after Pause"
        shown.page.emulate_media(reduced_motion="reduce")
        shown.set(key, 0)
        play.click()
        assert shown.now()[key] == spec["max"], "with reduced motion Play jumps to the end"
        assert play.inner_text() == "Play"
        shown.page.emulate_media(reduced_motion="no-preference")
    assert shown.visit.complaints == []


@pytest.mark.sweep
def test_a_figure_plays_nothing_by_itself(shown: Shown):
    before = shown.picture()
    shown.page.wait_for_timeout(700)
    assert shown.picture() == before
    moving = "document.getAnimations().filter(a => a.effect.target.closest('.nnfig')).length"
    assert shown.page.evaluate(moving) == 0


@pytest.mark.sweep
@pytest.mark.parametrize("many", [50, pytest.param(200, marks=pytest.mark.slow)])
def test_random_operations_raise_no_error(shown: Shown, many: int):
    rng = random.Random(0)
    keys = ["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"]
    shown.box.evaluate(
        """async (box, operations) => {
          for (const [share, key] of operations) {
            const all = [...box.querySelectorAll("button, input, .nn-handle, summary")];
            const seen = all.filter((e) => e.checkVisibility() && !e.disabled);
            const one = seen[Math.floor(share * seen.length)];
            one.focus({ preventScroll: true });
            if (document.activeElement !== one) continue; // what is hidden takes no focus
            one.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
            if (one.type === "range" || one.type === "number") {
              one.value = one.type === "range" ? Number(one.min) + share * (one.max - one.min) : 5;
              one.dispatchEvent(new Event("input", { bubbles: true }));
            } else if (one.click) one.click();
            await new Promise((done) => setTimeout(done)); // it draws
          }
        }""",
        [[rng.random(), rng.choice(keys)] for _ in range(many)],
    )
    assert shown.visit.complaints == []
    assert "NaN" not in shown.picture() + str(shown.rows())
