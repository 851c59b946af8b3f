"""A quiz as a widget: its HTML, what it says of itself, and what it does not keep."""

import json
import re
from dataclasses import replace

import pytest

from nnbook import quizzes
from nnbook.figures import Quiz
from nnbook.figures.kit import front
from nnbook.figures.quiz import html
from nnbook.quizzes import text as quiz_text

every_quiz = pytest.mark.parametrize("chapter", quizzes.CHAPTERS)


@every_quiz
def test_the_html_has_every_text_once_and_the_answers_at_the_end(chapter):
    quiz, widget = quizzes.load(chapter), Quiz(chapter)
    asked, key = widget._html.split('<details class="nn-fold">')
    for question in (form for first in quiz.questions for form in first.forms):
        assert quiz_text.html(question.ask) in asked
        assert quiz_text.html(question.explain) in key
        assert all(quiz_text.html(option) in asked for option in question.options)
        assert all(quiz_text.html(wrong.why) in key for wrong in question.wrong)
        assert f'id="quiz-{chapter}-{question.key}"' in asked
    assert "$" not in re.sub(r"<code>.*?</code>", "", widget._html)
    assert "[[" not in widget._html
    ids = re.findall(r'id="([^"]*)"', widget._html)
    assert len(set(ids)) == len(ids)


@every_quiz
def test_repr_is_a_sentence_and_state_alone_rebuilds_it(chapter):
    one, other = Quiz(chapter), Quiz(chapter)
    assert repr(one) == repr(other)
    assert re.fullmatch(r"Quiz: .*\. \d+ questions, each with its answer\.", repr(one))
    state = json.loads(json.dumps({key: getattr(one, key) for key in Quiz.own_traits()}))
    assert repr(Quiz.from_state(state)) == repr(one)
    assert Quiz.from_state(state).on_page(one._html) == one._html
    assert one._repr_mimebundle_()[0]["text/plain"] == repr(one)


@every_quiz
def test_a_notebook_that_is_shown_without_widgets_has_the_questions(chapter, monkeypatch):
    text = Quiz(chapter)._repr_mimebundle_()[0]["text/markdown"]
    for question in quizzes.load(chapter).questions:
        for part in (question.ask, *question.options):
            assert " ".join(part.split()) in text
        assert question.code.rstrip() in text
        assert question.explain not in text, "the answers are for who has answered"
    monkeypatch.setenv("NNBOOK_STATIC", "1")
    assert "text/markdown" not in Quiz(chapter)._repr_mimebundle_()[0]


def test_no_trait_holds_what_a_reader_answers():
    assert Quiz.own_traits() == {"name", "chapter", "title", "questions"}


def test_what_the_page_judges_by_is_what_the_file_says():
    for chapter in quizzes.names():
        forms = [(f, q) for q in quizzes.load(chapter).questions for f in q.forms]
        found = Quiz(chapter).questions
        assert [spec["key"] for spec in found] == [form.key for form, _ in forms]
        for spec, (form, first) in zip(found, forms, strict=True):
            assert spec == html.spec(form, first)
            assert spec["form"] == first.key
            assert len(spec["wrong"]) == len(form.wrong)


def test_a_question_that_is_asked_otherwise_has_another_mark():
    [one, *_] = quizzes.load("neuron").questions
    marks = {
        html.spec(question, one)["mark"]
        for question in (
            one,
            replace(one, ask="?"),
            replace(one, code="x"),
            replace(one, options=one.options[::-1]),
        )
    }
    assert len(marks) == 4
    assert html.spec(replace(one, explain="?"), one)["mark"] in marks


def test_other_forms_wait_hidden_and_so_do_their_answers():
    page = Quiz("neuron")._html
    for key in ("steepest-2", "steepest-3"):
        assert re.search(rf'<fieldset [^>]*data-key="{key}" hidden>', page)
        assert f'<li data-of="{key}" hidden>' in page
    assert re.search(r'<fieldset [^>]*data-key="steepest">', page)
    assert page.count(">Another one<") == sum(
        len(q.forms) for q in quizzes.load("neuron").questions if q.others
    )


def test_a_quiz_brings_the_kit_and_a_style_sheet_of_its_own():
    kit, own = Quiz._css.split(front.CSS_KIT_END)
    assert kit == front.style()
    assert ".nn-question" in own
    assert ".nn-question" not in kit
