"""Every quiz on the built pages: by mouse, by keyboard, by finger, rightly and wrongly."""

from __future__ import annotations

import re

import pytest
from figure_page import PHONE
from quiz_page import ALL, HOME, Asked, right, squeeze, tries
from site_visit import SITE

from nnbook import quizzes
from nnbook.figures.quiz import html

each = pytest.mark.parametrize("chapter", sorted(HOME))
on_phone = pytest.mark.parametrize("options", [PHONE], ids=["phone"])


def test_every_chapter_that_has_a_quiz_shows_it():
    assert sorted(HOME) == sorted(quizzes.names())
    assert all(address == f"chapters/{name}.html" for name, address in HOME.items())


@pytest.mark.sweep
@each
def test_right_answers_are_accepted_and_every_wrong_one_gets_its_text(asked: Asked):
    for question in asked.questions:
        replies = asked.texts(*(why for _, why in tries(question)))
        assert len(replies) >= len(question.wrong)
        for (value, _), why in zip(tries(question), replies, strict=True):
            state, said = asked.answer(question, value)
            assert state == "wrong", (question.key, value)
            assert said.startswith("✗ Not"), said
            assert [text for text in replies if text in said] == [why], (question.key, value)
        [explain] = asked.texts(question.explain)
        assert asked.answer(question, right(question)) == ("right", f"✓ Right. {explain}")
    assert asked.visit.complaints == []


def test_several_says_how_it_is_wrong_without_giving_it_away(asked: Asked):
    question = asked.of_kind("several")
    wrong, [why] = int(question.wrong[0].at[0]), asked.texts(question.wrong[0].why)
    one, *rest = question.right
    state, said = asked.answer(question, [one])
    assert (state, said) == ("wrong", "✗ Not yet. Something that fits is missing.")
    _, said = asked.answer(question, [*question.right, wrong])
    assert said == f"✗ Not so. {'abcdefgh'[wrong]} {why}"
    _, said = asked.answer(question, [wrong, *rest])
    assert said.endswith("And something that fits is missing.")


@pytest.mark.parametrize("options", [{"bypass_csp": True}], ids=["any-module"])
def test_numbers_may_be_typed_as_people_write_them(asked: Asked):
    path = SITE.parents[1] / "src" / "nnbook" / "figures" / "quiz" / "figure.js"
    program = re.sub(r"^import .*$", "", path.read_text("utf-8"), flags=re.MULTILINE)
    good = {"0.25": 0.25, "-3": -3, "−3": -3, "0,25": 0.25, "1/4": 0.25, " 7 ": 7, "1,250": 1250}
    good |= {"-0.5": -0.5, "1e-3": 0.001, "−1/2": -0.5, ".5": 0.5, "0,250": 0.25}
    good |= {"12.5%": 0.125, "12,5 %": 0.125, "1 250": 1250, "–2": -2, "1e−3": 0.001}
    good |= {"1\u202f250\u202f000": 1250000, "1 / 4": 0.25, "+3": 3}
    bad = ["1 2", "%", "1 25", "x", "", " ", "1/2/3", "1/", "--1", "5 apples", "1/0"]
    found = asked.page.evaluate(
        """async ([program, texts]) => {
          const blob = new Blob([program], { type: "text/javascript" });
          const { typed } = await import(URL.createObjectURL(blob));
          return texts.map(typed).map((v) => (Number.isFinite(v) ? v : null));
        }""",
        [program, [*good, *bad]],
    )
    assert found == [*good.values(), *(None for _ in bad)]


def test_with_nothing_answered_it_asks_for_an_answer(asked: Asked):
    for kind in ("choice", "several", "number"):
        question = asked.of_kind(kind)
        asked.at(question).locator("[data-action=check]").click()
        assert re.search(r"first\.|Type a number", asked.said(question))
        assert asked.at(question).get_attribute("data-state") == "open"


def test_the_mouse_does_it_all(asked: Asked):
    question = asked.of_kind("choice")
    box, wrong = asked.at(question), question.wrong[0]
    tell = box.get_by_role("button", name="Show the answer")
    assert not tell.is_visible()
    box.locator(".nn-option").nth(int(wrong.at[0])).click()
    box.get_by_role("button", name="Check").click()
    assert asked.said(question) == f"✗ Not so. {asked.texts(wrong.why)[0]}"
    tell.click()
    assert asked.said(question).startswith(f"The answer: {'abcdefgh'[question.right[0]]}.")
    box.locator(".nn-option").nth(question.right[0]).click()
    assert asked.said(question) == "", "it stands beside another answer than it is about"
    assert not tell.is_visible()
    box.get_by_role("button", name="Check").click()
    assert asked.said(question).startswith("✓ Right.")


KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('nn-quiz'))"


def test_one_press_takes_all_answers_back_and_leaves_nothing_in_the_browser(asked: Asked):
    before = asked.box.inner_text()
    asked.answer_all()
    assert asked.box.inner_text() != before
    assert asked.page.evaluate(KEPT) == [f"nn-quiz-{asked.chapter}"]
    asked.box.get_by_role("button", name="Delete my answers").click()
    assert asked.box.inner_text() == before
    assert asked.box.locator("input:checked").count() == 0
    assert asked.box.locator("input[type=text]").first.input_value() == ""
    assert asked.page.evaluate(KEPT) == []


@pytest.mark.sweep
@each
def test_answers_are_there_again_when_the_page_is_loaded_anew(asked: Asked):
    asked.answer_all()
    wrong = asked.of_kind("number")
    asked.at(wrong).get_by_role("button", name="Show the answer").click()
    before = asked.box.inner_text()
    typed = asked.at(wrong).locator("input").input_value()
    asked.page.reload()
    asked.box.and_(asked.page.locator("[data-ready]")).wait_for()
    assert asked.box.inner_text() == before
    assert asked.at(wrong).locator("input").input_value() == typed
    assert asked.box.locator("[aria-live=off]").count() > 0, "old answers are read out again"
    asked.again()
    asked.page.reload()
    asked.box.and_(asked.page.locator("[data-ready]")).wait_for()
    assert asked.box.locator("input:checked").count() == 0
    assert asked.visit.complaints == []


@pytest.mark.parametrize(
    "kept",
    [
        "no JSON",
        "null",
        "[1, 2]",
        '"text"',
        '{"KEY": 3}',
        '{"KEY": {"mark": "MARK", "answer": {}, "state": "right"}}',
        '{"KEY": {"mark": "MARK", "answer": [7, "x"], "state": "<b>"}}',
        '{"KEY": {"mark": "older", "answer": [0], "state": "right"}}',
    ],
)
def test_what_is_kept_and_does_not_fit_is_left_alone(asked: Asked, kept: str):
    before = asked.box.inner_text()
    [spec] = [html.spec(q, q) for q in asked.questions if q.kind == "order"]
    kept = kept.replace("KEY", spec["key"]).replace("MARK", spec["mark"])
    asked.page.evaluate("([k, v]) => localStorage.setItem(k, v)", [f"nn-quiz-{ALL}", kept])
    asked.page.reload()
    asked.box.and_(asked.page.locator("[data-ready]")).wait_for()
    assert asked.box.inner_text() == before
    assert asked.visit.complaints == []
    asked.again()


@pytest.mark.sweep
@each
def test_another_one_asks_the_same_with_other_numbers_and_comes_round(asked: Asked):
    for question in [q for q in asked.questions if q.others]:
        for form in [*question.others, question]:
            asked.form(question).locator("[data-action=another]").click()
            shown = asked.form(question)
            assert shown.get_attribute("data-key") == form.key
            [ask] = asked.texts(form.ask)
            assert ask in squeeze(shown.locator("legend").text_content())
            assert asked.page.evaluate(
                "document.activeElement.closest('fieldset').dataset.key"
            ) == (form.key)
            state, said = asked.answer(form, right(form))
            assert state == "right", form.key
            [explain] = asked.texts(form.explain)
            assert said == f"✓ Right. {explain}"
    assert asked.visit.complaints == []


def test_the_form_that_is_shown_stays_when_the_page_is_loaded_anew(asked: Asked):
    question = next(q for q in asked.questions if q.others)
    asked.form(question).locator("[data-action=another]").click()
    asked.page.reload()
    asked.box.and_(asked.page.locator("[data-ready]")).wait_for()
    assert asked.form(question).get_attribute("data-key") == question.others[0].key
    asked.again()
    assert asked.form(question).get_attribute("data-key") == question.key


def test_keys_do_it_all(asked: Asked):
    keys, question = asked.page.keyboard, asked.of_kind("choice")
    asked.at(question).locator("input").first.focus()
    keys.press("Space")
    for _ in range(question.right[0]):
        keys.press("ArrowDown")
    keys.press("Tab")
    keys.press("Enter")
    assert asked.said(question).startswith("✓ Right.")

    question = asked.of_kind("number")
    asked.at(question).locator("input").focus()
    keys.type(right(question))
    keys.press("Enter")
    assert asked.said(question).startswith("✓ Right.")


def test_a_moved_line_keeps_the_focus_and_says_where_it_is(asked: Asked):
    question = asked.of_kind("order")
    rows = asked.at(question).locator("li")
    last = rows.count() - 1
    letter = rows.nth(last).locator(".nn-letter").inner_text()
    rows.nth(last).locator("[data-by='-1']").focus()
    for place in range(last, 0, -1):
        asked.page.keyboard.press("Enter")
        assert asked.said(question) == f"Line {letter} is now number {place} of {last + 1}."
    assert rows.first.locator(".nn-letter").inner_text() == letter
    assert rows.first.locator("[data-by='-1']").is_disabled()
    focus = asked.page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focus == f"Move line {letter} down"


def test_tab_leads_through_the_quiz_and_out_of_it(asked: Asked):
    asked.box.locator("input, button").first.focus()
    for _ in range(90):
        asked.page.keyboard.press("Tab")
        if not asked.box.evaluate("box => box.contains(document.activeElement)"):
            return
        outline = asked.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", "the focus cannot be seen"
    pytest.fail("Tab never leaves the quiz")


@on_phone
def test_fingers_do_it_all(asked: Asked):
    for kind in ("choice", "several", "order"):
        question = asked.of_kind(kind)
        box = asked.at(question)
        if kind == "order":
            for k, line in enumerate(question.right):
                rows = [int(r.get_attribute("data-at") or -1) for r in box.locator("li").all()]
                for _ in range(rows.index(line) - k):
                    box.locator(f"[data-at='{line}'] [data-by='-1']").tap()
        else:
            for k in question.right:
                box.locator(".nn-option").nth(k).tap()
        box.locator("[data-action=check]").tap()
        assert asked.said(question).startswith("✓ Right."), kind


def test_a_screen_reader_hears_a_question_with_its_options(asked: Asked):
    question = asked.of_kind("choice")
    groups = asked.box.get_by_role("group").filter(has=asked.page.locator("legend"))
    assert groups.count() == len(asked.questions)
    legend = squeeze(asked.at(question).locator("legend").text_content())
    assert re.match(rf"\d+ of {len(asked.questions)} \S", legend)
    assert asked.at(question).get_by_role("radio").count() == len(question.options)
    assert asked.box.get_by_role("status").count() == len(asked.questions)
