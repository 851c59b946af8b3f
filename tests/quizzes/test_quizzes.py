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
    runs = [found[k : k + 3] for found in places.values() for k in range(len(found) - 2)]
    assert all(len(set(run)) > 1 for run in runs), places


CHOICES = [q for name in quizzes.names() for q in load(name).questions if q.kind == "choice"]
CHANCE = sum(1 / len(q.options) for q in CHOICES) / len(CHOICES)


@pytest.mark.parametrize("count", [3, 4])
def test_no_letter_is_right_too_often(count):
    found = [q.right[0] for q in CHOICES if len(q.options) == count]
    counted = collections.Counter(found)
    assert set(counted) == set(range(count))
    assert max(counted.values()) / len(found) <= 0.4, counted


def gives_a_reason(option):
    return re.search(r"\b(because|since)\b", option) is not None


def share_of(*rules):
    """Which share of the questions whoever picks by these rules, one after the other, gets right.

    A rule scores an option of a question; those with the highest score stay, and chance decides
    among them.
    """
    total = 0.0
    for question in CHOICES:
        left = list(range(len(question.options)))
        for rule in rules:
            scores = {k: rule(question.options, k) for k in left}
            left = [k for k in left if scores[k] == max(scores.values())]
        total += (question.right[0] in left) / len(left)
    return total / len(CHOICES)


def long(options, k):
    return len(plain(options[k]))


def short(options, k):
    return -long(options, k)


def middling(options, k):
    sizes = [long(options, j) for j in range(len(options))]
    return min(sizes) < sizes[k] < max(sizes)


def reason(options, k):
    return gives_a_reason(options[k])


def no_reason(options, k):
    return not reason(options, k)


def alone(options, k):
    """The only one with a reason, or the only one without."""
    return [reason(options, j) for j in range(len(options))].count(reason(options, k)) == 1


def starts_alike(options, k):
    """Its first word is that of another, too."""
    firsts = [option.split()[0] for option in options]
    return firsts.count(firsts[k]) > 1


ASKED = {id(question.options): question.ask for question in CHOICES}
SAID = {
    "hedged": r"about|nearly|roughly|some|often|usually|may|might|can|hardly|little|almost",
    "sweeping": r"all|always|never|nothing|none|every|each|any|only|must|cannot|exactly",
    "denies": r"no|not|nothing|none|never|neither|cannot",
    "numbers": r"\d+|half|two|three|four|twice|third|quarter|ten|doubles?",
    "compares": r"\w+er|more|less",
    "turns": r"but|though|rather|except",
    "stays": r"stays?|same|unchanged|nothing",
}


def says(kind):
    """Which of these words are in it, and how many."""

    def rule(options, k):
        return len(re.findall(rf"\b({SAID[kind]})\b", plain(options[k]).lower()))

    return named(rule, kind)


def named(rule, name):
    rule.__name__ = name
    return rule


def less(rule):
    return named(lambda options, k: -rule(options, k), f"less-{rule.__name__}")


def contents(text):
    return {word for word in re.findall(r"\w+", plain(text).lower()) if len(word) > 3}


def of_the_question(options, k):
    """How much of it repeats the question."""
    return len(contents(options[k]) & contents(ASKED[id(options)]))


def share_of_the_question(options, k):
    return of_the_question(options, k) / max(1, len(contents(options[k])))


def of_the_others(options, k):
    """What it has in common with the others: wrong options are often made from the right one."""
    rest = set().union(*(contents(o) for j, o in enumerate(options) if j != k))
    return len(contents(options[k]) & rest)


def long_words(options, k):
    return max(map(len, plain(options[k]).split()))


def formulas(options, k):
    return options[k].count("$") + options[k].count("`")


def commas(options, k):
    return options[k].count(",")


def sentences(options, k):
    return len(re.findall(r"[.;:](\s|$)", options[k]))


def inside(options, k):
    return 0 < k < len(options) - 1


LOOKS = [
    *map(says, SAID),
    of_the_question,
    share_of_the_question,
    of_the_others,
    long_words,
    formulas,
    commas,
    sentences,
    inside,
]


@pytest.mark.parametrize(
    "rules",
    [
        *([rule] for rule in LOOKS),
        *([less(rule)] for rule in (*LOOKS, starts_alike)),
        [long],
        [short],
        [middling],
        [reason],
        [no_reason],
        [alone],
        [starts_alike],
        [reason, long],
        [reason, short],
        [no_reason, long],
        [no_reason, short],
    ],
    ids=lambda rules: "-".join(rule.__name__ for rule in rules),
)
def test_whoever_picks_by_the_looks_of_an_option_is_hardly_better_than_chance(rules):
    assert share_of(*rules) <= CHANCE + 0.1


def test_a_rule_that_knows_the_answer_is_noticed():
    right = {q.options[q.right[0]] for q in CHOICES}
    assert share_of(lambda options, k: options[k] in right) == 1.0
    assert share_of(lambda options, k: 0) == pytest.approx(CHANCE)


def test_where_several_fit_neither_length_nor_place_tells_which():
    several = [q for name in quizzes.names() for q in load(name).questions if q.kind == "several"]
    for find in (min, max):
        ends = [
            find(range(len(q.options)), key=lambda k, q=q: len(plain(q.options[k])))
            for q in several
        ]
        hits = sum(k in q.right for q, k in zip(several, ends, strict=True))
        share = sum(len(q.right) / len(q.options) for q in several)
        assert hits <= share + 0.25 * len(several), (find, hits)
    for place in range(4):
        assert {place in q.right for q in several} == {True, False}


@every_question
def test_every_number_can_be_practised_with_other_numbers(question):
    if question.kind != "number":
        assert question.others == ()
        return
    assert len(question.others) >= 1
    assert len({form.ask for form in question.forms}) == len(question.forms)
    assert len({form.truth for form in question.forms}) == len(question.forms)
    for form in question.others:
        assert form.key.startswith(f"{question.key}-")
        assert [w.misconception for w in form.wrong] == [w.misconception for w in question.wrong]


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


@every_question
def test_no_text_of_another_form_keeps_a_number_of_the_first(question):
    """What is the same in all forms was typed, and none of it is the first form's answer."""
    for form in question.others:
        texts = zip(
            (question.explain, question.otherwise, *(w.why for w in question.wrong)),
            (form.explain, form.otherwise, *(w.why for w in form.wrong)),
            strict=True,
        )
        for first, other in texts:
            typed = re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?", other)
            answers = {f"{question.truth:g}", f"{question.truth:.1f}", f"{question.truth:.2f}"}
            own = {f"{form.truth:g}", f"{form.truth:.1f}", f"{form.truth:.2f}"}
            inside = set(re.findall(r"-?\d+(?:\.\d+)?", form.ask))
            assert not (set(typed) & answers) - own - inside, (first, other)


def test_what_the_quiz_says_of_speed_is_measured_when_it_is_read(monkeypatch):
    found = answers.layer_speed()
    assert found["python"] > found["compiled"] > 1
    for slow in ([10.0, 9.0, 1.0], [1000.0, 1.1, 1.0]):
        monkeypatch.setattr(answers.layer, "race", lambda *_, s=slow: dict(enumerate(s)))
        with pytest.raises(AssertionError, match="quiz layer/speed is wrong"):
            quizzes.load("layer")


def test_a_ring_that_begins_too_near_the_disk_is_noticed():
    assert answers.disk_and_ring(1, 2)["corner"] == pytest.approx(2**0.5)
    with pytest.raises(AssertionError):
        answers.disk_and_ring(1, 1.3)


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
