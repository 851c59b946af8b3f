"""Every quiz on the built pages as it is met: small, in the dark, on paper, without a script."""

from __future__ import annotations

import pytest
from figure_page import PHONE
from playwright.sync_api import Locator
from quiz_page import ALL, HOME, Asked, load, right, squeeze
from site_visit import SITE, Visit, until

each = pytest.mark.parametrize("chapter", sorted(HOME))


@pytest.mark.parametrize("options", [PHONE], ids=["phone"])
@pytest.mark.parametrize("chapter", sorted({ALL, "pytorch", "network"} & HOME.keys()))
def test_targets_are_at_least_24_pixels_and_nothing_is_cut_off_on_a_phone(asked: Asked):
    asked.answer_all()
    small, wide = asked.box.evaluate(
        """box => {
          const seen = (what) => [...box.querySelectorAll(what)].filter((e) => e.checkVisibility());
          const place = (e) => e.getBoundingClientRect();
          const target = (e) => place(e.closest("label") ?? e);
          const small = (e) => Math.min(target(e).width, target(e).height) < 24;
          const wide = (e) => place(e).right > place(box).right;
          const texts = [seen("button, input").filter(small), seen(":not(pre *)").filter(wide)];
          return texts.map((all) => all.map((e) => e.outerHTML.slice(0, 200)));
        }"""
    )
    assert small == []
    assert wide == []


def test_nothing_leaves_the_page_and_nothing_plays(asked: Asked):
    sent: list[str] = []
    asked.page.on("request", lambda request: sent.append(request.url))
    others = "Object.entries(localStorage).filter(([key]) => !key.startsWith('nn-quiz-'))"
    kept = f"JSON.stringify([{others}, {{ ...sessionStorage }}, document.cookie])"
    before = asked.page.evaluate(kept)
    asked.answer_all()
    seen = asked.box.inner_text()
    asked.page.wait_for_timeout(300)
    assert asked.box.inner_text() == seen
    assert asked.page.evaluate(kept) == before
    assert sent == []


def test_the_dark_quiz_has_other_colors_than_the_light_one(asked: Asked):
    asked.answer_all()
    colors = []
    for scheme in ("dark", "light"):
        asked.page.emulate_media(color_scheme=scheme)
        until(asked.page, f"document.documentElement.dataset.theme === '{scheme}'")
        colors.append(
            asked.box.evaluate(
                """box => [".nn-asked", ".nn-feedback b", ".nn-feedback", "[data-action=check]"]
                  .map((e) => getComputedStyle(box.querySelector(e)))
                  .map(({ color, backgroundColor }) => [color, backgroundColor].join())"""
            )
        )
    assert all(dark != light for dark, light in zip(*colors, strict=True)), colors


@pytest.mark.sweep
@each
def test_on_paper_the_answers_stand_at_the_end(asked: Asked):
    key = asked.box.locator(".nn-key")
    assert not key.is_visible()
    asked.page.emulate_media(media="print")
    try:
        assert key.is_visible()
        assert asked.box.locator("button:visible").count() == 0
        assert asked.box.locator("legend:visible").count() == len(asked.questions)
        assert key.locator("> li:visible").count() == len(asked.questions)
        text = squeeze(key.text_content())
        for question in asked.questions:
            told = (question.explain, *(wrong.why for wrong in question.wrong))
            assert all(said in text for said in asked.texts(*told)), question.key
    finally:
        asked.page.emulate_media(media="screen")


def unscripted(visit: Visit) -> Locator:
    visit.page.goto(f"{visit.site}/_build/html/{HOME[ALL]}")
    return visit.page.locator(f"#fig-quiz-{ALL}")


def test_without_storage_the_quiz_works_all_the_same(visit: Visit):
    visit.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('none') } })"
    )
    visit.open(HOME[ALL])
    asked = Asked(visit, ALL)
    asked.box.and_(visit.page.locator("[data-ready]")).wait_for()
    question = asked.of_kind("choice")
    assert asked.answer(question, right(question))[0] == "right"
    asked.again()
    assert asked.box.locator("input:checked").count() == 0


def test_from_a_disk_answers_are_kept_too(visit: Visit):
    page = visit.page
    page.goto((SITE / HOME[ALL]).as_uri())
    asked = Asked(visit, ALL)
    ready = asked.box.and_(page.locator("[data-ready]"))
    ready.wait_for()
    question = asked.of_kind("number")
    asked.answer(question, right(question))
    page.reload()
    ready.wait_for()
    assert asked.said(question).startswith("✓ Right.")
    assert visit.complaints == []


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_without_javascript_the_questions_stand_there_and_the_answers_fold(visit: Visit):
    box, questions = unscripted(visit), load(ALL).questions
    assert box.locator("legend:visible").count() == len(questions)
    lines = box.locator(".nn-option > span:visible, .nn-lines span:visible")
    assert lines.count() == sum(len(question.options) for question in questions)
    assert box.locator("button:visible, input:visible").count() == 0
    for place in (line.bounding_box() for line in box.locator(".nn-lines li, .nn-option").all()):
        assert place
        assert place["width"] > 400
    assert not box.locator(".nn-key").is_visible()
    box.locator("summary").click()
    assert box.locator(".nn-key").is_visible()


def test_a_quiz_that_cannot_start_says_so_and_keeps_its_answers(visit: Visit):
    visit.page.route(
        "**/_static/figures/*.js*", lambda route: route.fulfill(body="window.nnFront = {}")
    )
    box = unscripted(visit)
    note = box.locator(".nn-note")
    note.scroll_into_view_if_needed()
    assert "could not start" in note.inner_text()
    assert box.locator("button:visible, input:visible").count() == 0
    box.locator("summary").click()
    assert box.locator(".nn-key").is_visible()
