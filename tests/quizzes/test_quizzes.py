"""The quizzes as files: sound, each wrong answer answered, right ones everywhere, none typed."""

import collections
import html
import re
from functools import cache
from itertools import permutations

import pytest

from nnbook import quizzes
from nnbook.quizzes import answers
from nnbook.quizzes import text as quiz_text

load = cache(quizzes.load)
every_quiz = pytest.mark.parametrize("chapter", quizzes.CHAPTERS)
every_question = pytest.mark.parametrize(
    "question",
    [question for chapter in quizzes.names() for question in load(chapter).questions],
    ids=lambda question: question.key,
)


def plain(text):
    """A text as it is read: without tags, each formula as one word."""
    text = re.sub(r"<math.*?</math>", "formula", quiz_text.html(text))
    return html.unescape(re.sub(r"<[^>]*>", "", text))


def words(text):
    return len(plain(text).split())


@every_quiz
def test_every_chapter_asks_five_questions_or_more(chapter):
    assert len(load(chapter).questions) >= 5


@every_quiz
def test_a_quiz_asks_in_several_ways(chapter):
    assert len({q.kind for q in load(chapter).questions}) >= 3


def test_every_way_of_asking_is_used_in_three_chapters():
    used = collections.Counter(
        kind for name in quizzes.names() for kind in {q.kind for q in load(name).questions}
    )
    assert set(used) == {"choice", "several", "number", "order"}
    assert min(used.values()) >= 3


@every_question
def test_every_wrong_answer_gets_a_text_of_its_own_that_is_short(question):
    said = [wrong.why for wrong in question.wrong]
    assert said
    assert len(set(said)) == len(said)
    for text in (*said, question.explain):
        assert 4 <= words(text) <= 60, text
    assert words(question.ask) <= 75
    if question.kind == "choice":
        assert {wrong.at[0] for wrong in question.wrong} | set(question.right) == set(
            range(len(question.options))
        )


@every_question
def test_every_wrong_answer_names_its_misconception(question):
    for wrong in question.wrong:
        named = wrong.misconception
        assert named in quizzes.misconceptions() or 2 <= len(named.split()) <= 12, named


@every_question
def test_a_right_option_is_not_the_longest_by_far(question):
    if question.kind == "choice":
        sizes = [len(plain(option)) for option in question.options]
        [right] = question.right
        rest = sizes[:right] + sizes[right + 1 :]
        assert sizes[right] <= 1.35 * max(rest), question.options[right]


def test_the_right_option_stands_everywhere():
    places = {
        name: [q.right[0] for q in load(name).questions if q.kind == "choice"]
        for name in quizzes.names()
    }
    assert all(len(set(found)) >= 2 for found in places.values()), places
    counted = collections.Counter(place for found in places.values() for place in found)
    total = sum(counted.values())
    assert all(0.1 < counted[place] / total < 0.45 for place in (0, 1, 2, 3)), counted
    runs = [found[k : k + 3] for found in places.values() for k in range(len(found) - 2)]
    assert all(len(set(run)) > 1 for run in runs), places


def test_an_order_is_never_shown_in_order():
    found = [q for name in quizzes.names() for q in load(name).questions]
    orders = [q for q in found if q.kind == "order"]
    assert all(q.right != tuple(range(len(q.options))) for q in orders)


@every_question
def test_every_slip_of_an_order_can_be_the_first_that_is_seen(question):
    if question.kind == "order":
        slips = [wrong.at for wrong in question.wrong]
        seen = set()
        for order in permutations(range(len(question.options))):
            shows = [order.index(first) < order.index(then) for first, then in slips]
            seen.add(shows.index(True) if True in shows else None)
        assert seen >= set(range(len(slips)))


def test_nearly_all_known_misconceptions_are_met():
    assert len(quizzes.misconceptions().keys() & quizzes.by_misconception().keys()) >= 19
    assert next(iter(quizzes.by_misconception())) == "M01"


def test_no_answer_is_typed():
    for name in quizzes.CHAPTERS:
        text = (quizzes.FOLDER / f"{name}.yaml").read_text("utf-8")
        assert not re.search(r"^\s*(truth|answer|right|value): *-?\d", text, re.MULTILINE)


def test_every_function_for_the_answers_is_used():
    texts = "".join((quizzes.FOLDER / f"{n}.yaml").read_text("utf-8") for n in quizzes.CHAPTERS)
    for name in answers.__all__:
        assert f"compute: {name}\n" in texts, name


def test_a_change_of_the_library_changes_the_answer(monkeypatch):
    before = {q.key: q.truth for q in quizzes.load("neuron").questions}
    monkeypatch.setattr(answers.nn, "sigmoid_derivative", lambda x: 0 * x + 0.5)
    after = {q.key: q.truth for q in quizzes.load("neuron").questions}
    assert (before["steepest"], after["steepest"]) == (1.5, 3.0)
    assert before["switch"] == after["switch"]
