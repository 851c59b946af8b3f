"""A quiz that cannot be read says so: the file, the question, what is wrong, and the cure."""

import re

import pytest

from nnbook import quizzes
from nnbook.quizzes import QuizError
from nnbook.quizzes.read import read

KNOWN = {"M01": "One"}

CHOICE = {
    "key": "one",
    "kind": "choice",
    "ask": "Which is it, the first or another?",
    "options": [
        {"right": "the first"},
        {"wrong": "the second", "misconception": "M01", "why": "It is not."},
        {"wrong": "the third", "misconception": "counting wrong", "why": "Nor this."},
    ],
    "explain": "Count.",
}
NUMBER = {
    "key": "two",
    "kind": "number",
    "ask": "At [[w]]?",
    "compute": "neuron_switch",
    "given": {"w": 4, "b": -2},
    "label": "$x$",
    "tolerance": 0.01,
    "mistakes": [{"value": "sign", "misconception": "M01", "why": "No."}],
    "otherwise": "Try.",
    "explain": "So.",
}
ORDER = {
    "key": "three",
    "kind": "order",
    "ask": "In order?",
    "lines": {"a": "first", "b": "second", "c": "third"},
    "slips": [{"line": "c", "before": "a", "misconception": "M01", "why": "No."}],
    "otherwise": "Try.",
    "explain": "So.",
}


def error(*questions):
    with pytest.raises(QuizError) as caught:
        read("quizzes/x.yaml", {"title": "X", "questions": list(questions)}, KNOWN)
    return str(caught.value)


def changed(question, **fields):
    return {**question, **fields}


def option(k, **fields):
    options = [dict(one) for one in CHOICE["options"]]
    options[k] = {key: v for key, v in {**options[k], **fields}.items() if v is not None}
    return changed(CHOICE, options=options)


def test_what_is_right_is_read():
    quiz = read("quizzes/x.yaml", {"title": "X", "questions": [CHOICE, NUMBER, ORDER]}, KNOWN)
    one, two, three = quiz.questions
    assert (one.right, len(one.wrong)) == ((0,), 2)
    assert (two.truth, two.ask, two.wrong[0].at) == (0.5, "At 4?", (-0.5,))
    assert [three.options[k] for k in three.right] == ["first", "second", "third"]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (changed(CHOICE, key="One!"), r"`key:` must be a name of small letters"),
        (changed(CHOICE, kind="riddle"), r"kind 'riddle' is unknown; it is one of choice, several"),
        (changed(CHOICE, hint="?"), r"'hint' is no field of choice; its fields are ask, code"),
        (changed(CHOICE, ask=""), r"has no `ask:`; write it"),
        (changed(CHOICE, explain=None), r"has no `explain:`"),
        (changed(CHOICE, ask=r"$\nosuch{x}$"), r"ask: .*no formula that latex2mathml knows"),
        (changed(CHOICE, ask="a $ alone"), r"ask: a \$ or a ` has no partner"),
        (changed(CHOICE, ask="at [[q]]"), r"\[\[q\]\] is not known; .* give nothing"),
        (option(1, misconception=None), r"option 2 names no `misconception:`; give M01 to M20"),
        (option(1, misconception="M77"), r"option 2 misconception M77 is not in misconceptions"),
        (option(1, why=None), r"option 2 has no `why:`"),
        (option(1, wrong="the first"), r"two options are the same"),
        (option(1, wrong="all of the above"), r"says “all of the above”"),
        (option(0, right=None), r"option 1 must hold either `right:` or `wrong:`"),
        (option(1, clue="x"), r"option 2 has an unknown field 'clue'"),
        (
            changed(CHOICE, options=CHOICE["options"][:2]),
            r"`options:` must be a list of at least 3",
        ),
        (
            changed(CHOICE, options=[{"right": "x"}, *CHOICE["options"]]),
            r"has 2 right options; `kind: choice` needs one",
        ),
        (changed(NUMBER, compute="guess"), r"'guess' is no function of quizzes/answers.py, only "),
        (changed(NUMBER, given={"w": 1}), r"given: neuron_switch\(.*missing a required argument"),
        (changed(NUMBER, tolerance=0.001), r"`tolerance:` must be a number, at least 0.005"),
        (
            changed(NUMBER, mistakes=[{**NUMBER["mistakes"][0], "value": "sine"}]),
            r"mistake 1, value 'sine' is not computed; `compute:` gives w, b, right",
        ),
        (
            changed(NUMBER, tolerance=0.6),
            r"mistake 1 gives -0.5, too near to another answer",
        ),
        (changed(NUMBER, otherwise=None), r"has no `otherwise:`"),
        (changed(NUMBER, others={"w": 2}), r"`others:` must be a list, each as `given:`"),
        (changed(NUMBER, others=[{"w": 2}]), r"others 1 must give what `given:` gives"),
        (changed(NUMBER, others=[{"w": 8, "b": -4}]), r"others 1 has the answer of another form"),
        (
            changed(NUMBER, others=[{"w": 1, "b": -1}], tolerance=0.6),
            r"mistake 1 gives -0.5, too near",
        ),
        (
            changed(NUMBER, others=[{"w": 1, "b": 0.001}]),
            r"others 1: mistake 1 gives 0.001, too near to another answer",
        ),
        (changed(CHOICE, others=[{}]), r"'others' is no field of choice"),
        (changed(ORDER, lines={"a": "x", "b": "y"}), r"`lines:` must map at least 3 names"),
        (
            changed(ORDER, slips=[{**ORDER["slips"][0], "line": "q"}]),
            r"slip 1 needs `line:` and `before:`, each of a, b, c",
        ),
        (
            changed(ORDER, slips=[{**ORDER["slips"][0], "line": "a", "before": "b"}]),
            r"slip 1: a before b is right",
        ),
    ],
)
def test_an_error_says_file_question_what_and_cure(question, said):
    text = error(question)
    assert re.match(r"quizzes/x\.yaml, question '?\w", text)
    assert re.search(said, text), text


def test_a_number_is_asked_again_with_its_other_numbers():
    other = changed(NUMBER, others=[{"w": 5, "b": -3}, {"w": 2, "b": 3}])
    [two] = read("quizzes/x.yaml", {"title": "X", "questions": [other]}, KNOWN).questions
    assert [form.key for form in two.forms] == ["two", "two-2", "two-3"]
    assert [form.ask for form in two.forms] == ["At 4?", "At 5?", "At 2?"]
    assert [form.truth for form in two.forms] == [0.5, 0.6, -1.5]
    assert [form.wrong[0].at for form in two.forms] == [(-0.5,), (-0.6,), (1.5,)]


def test_two_questions_of_one_key_and_a_file_of_another_form_are_refused():
    assert "two questions are called 'one'" in error(CHOICE, CHOICE)
    with pytest.raises(QuizError, match=r"x\.yaml must hold `title:` and `questions:`"):
        read("quizzes/x.yaml", [CHOICE], KNOWN)


def test_a_quiz_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(ValueError, match=r"there is no quiz 'nose', only why, neuron, layer"):
        quizzes.load("nose")


def test_a_file_that_is_no_yaml_says_so(tmp_path, monkeypatch):
    (tmp_path / "why.yaml").write_text("title: a: b\n")
    monkeypatch.setattr(quizzes, "FOLDER", tmp_path)
    with pytest.raises(QuizError, match=r"(?s)quizzes/why\.yaml is no YAML: .*needs quotes"):
        quizzes.load("why")
