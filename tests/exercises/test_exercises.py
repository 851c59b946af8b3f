"""Every exercise: its solution passes, its stub gets a first step, each mistake its own words."""

import re

import numpy as np
import pytest
from scipy.special import ndtr

from nnbook import exercises, nn

NAMES = exercises.names()
each_exercise = pytest.mark.parametrize("name", NAMES)
MISTAKES = [(name, wrong) for name in NAMES for wrong in exercises.get(name).mistakes]
CONTRACT = """
neuron sigmoid gelu linear_forward loops_to_matrix digit_templates mlp_forward
count_parameters relu_bump sgd_step cross_entropy minibatches linear_backward two_layer_backward
numerical_gradient he_init value_backward training_step accuracy evaluate
dropout_forward dropout_backward
average_masks batchnorm_forward running_statistics batchnorm_backward
"""


def cell(source):
    """What a notebook's cell defines, with what its chapter has imported."""
    names = {"np": np, "nn": nn, "exercises": exercises}
    if "ndtr" in source:
        names["ndtr"] = ndtr
    if "torch" in source:
        names["torch"] = pytest.importorskip("torch")
    exec(source, names)
    return names


def test_all_names_of_the_contract_are_there_in_the_order_of_the_book():
    assert " ".join(NAMES) == " ".join(CONTRACT.split())


@each_exercise
def test_the_solution_passes(name):
    result = exercises.check(name, exercises.get(name).solution)
    assert result.passed, result
    assert bool(result)


@each_exercise
def test_the_reference_passes_too(name):
    exercise = exercises.get(name)
    own = exercise.reference
    assert exercises.check(name, lambda *args: own(*args))


@each_exercise
def test_the_shown_solution_needs_nothing_but_what_its_chapter_imports(name):
    exercise = exercises.get(name)
    assert exercises.check(name, cell(exercise.source)[name])
    assert exercise.solved.endswith(f'exercises.check("{name}", {name})')


@each_exercise
def test_an_untouched_stub_gets_its_first_step(name):
    exercise = exercises.get(name)
    result = exercises.check(name, cell(exercise.stub)[name])
    assert not result.passed
    assert result.status == "stub"
    assert exercise.first in str(result)
    assert f'exercises.hint("{name}")' in str(result)


@each_exercise
def test_a_stub_that_raises_not_implemented_gets_its_first_step_too(name):
    def f(*args):
        raise NotImplementedError

    assert exercises.check(name, f).status == "stub"


@pytest.mark.parametrize(("name", "wrong"), MISTAKES)
def test_a_mistake_gets_its_own_words_and_no_others(name, wrong):
    exercise = exercises.get(name)
    result = exercises.check(name, exercise.mistakes[wrong])
    assert result.status == "failed"
    said = {part.label: part.text for part in result.parts}
    assert said["Likely cause"] == exercise.known[wrong].cause
    assert said["Next step"] == exercise.known[wrong].step
    others = [m for w, m in exercise.known.items() if w != wrong]
    assert not any(other.cause in str(result) for other in others)


@each_exercise
def test_there_are_enough_mistakes_hints_and_cases(name):
    exercise = exercises.get(name)
    assert len(exercise.mistakes) >= 3
    assert len(exercise.hints) >= 2
    assert [case.single for case in exercise.cases] == [False] * (len(exercise.cases) - 1) + [True]
    causes = [mistake.cause for mistake in exercise.known.values()]
    assert len(set(causes)) == len(causes)


@each_exercise
def test_a_cell_is_short_enough_for_a_phone(name):
    exercise = exercises.get(name)
    stub = exercise.stub.splitlines()
    assert stub[0] == f"def {exercise.signature}:"
    assert len(stub) <= 12
    assert max(map(len, [*stub, *exercise.source.splitlines()])) <= 72


@each_exercise
def test_all_words_are_sentences_and_none_talks_down(name):
    exercise = exercises.get(name)
    words = [exercise.title, exercise.task, exercise.first, exercise.because, *exercise.hints]
    words += [text for m in exercise.known.values() for text in (m.cause, m.step)]
    assert not re.search(r"\b(simply|obviously|trivially|of course|just)\b", " ".join(words))
    for text in words[1:]:
        assert text.rstrip(")")[-1] in ".?", text
        assert "  " not in text, text


def test_the_result_is_text_and_html_with_an_icon_and_a_word():
    passed = exercises.check("gelu", nn.gelu)
    failed = exercises.check("gelu", lambda x: x < 1)
    assert str(passed).startswith("✓ gelu: right\n")
    assert str(failed).startswith("✗ gelu: not yet\n")
    assert "✓</span> gelu: right</strong>" in passed._repr_html_()
    html = failed._repr_html_()
    assert "✗</span> gelu: not yet</strong>" in html
    assert not re.search(r"(?<!-)color: #", html), "text takes the page's own color"
    nasty = exercises.check("gelu", lambda x: "<script>")._repr_html_()
    assert "<script>" not in nasty


def test_hints_come_one_by_one_and_the_end_is_said(monkeypatch):
    monkeypatch.setattr(exercises, "_hints_given", {})
    hints = exercises.get("gelu").hints
    for k, text in enumerate(hints, 1):
        said = exercises.hint("gelu")
        assert said == repr(said) == f"Hint {k} of {len(hints)}: {text}"
    for _ in range(2):
        assert "You have seen all" in exercises.hint("gelu")
        assert 'exercises.solution("gelu")' in exercises.hint("gelu")
    assert exercises.hint("sigmoid").startswith("Hint 1 of")


def test_a_solution_is_its_source_and_a_sentence(monkeypatch):
    text = exercises.solution("gelu")
    assert text.startswith('def gelu(x):\n    """')
    assert "return x * ndtr(x)" in text
    assert text.endswith(exercises.get("gelu").because)
    assert text.markdown.startswith("```python\ndef gelu(x):")
    monkeypatch.setattr(exercises, "_withheld", False)
    exercises.withhold_solutions()
    said = exercises.solution("gelu")
    assert "left to your instructor" in said
    assert "return" not in said
    monkeypatch.setattr(exercises, "_hints_given", {"gelu": 2})
    assert "instructor" in exercises.hint("gelu")


@pytest.mark.parametrize("call", [exercises.hint, exercises.solution, exercises.get])
def test_an_unknown_name_names_its_neighbors(call):
    with pytest.raises(ValueError, match=r"no exercise 'gleu': did you mean 'gelu'\? .*all 26"):
        call("gleu")
    with pytest.raises(ValueError, match=r"no exercise 'xyzzy': exercises\.names\(\) lists"):
        call("xyzzy")


def test_a_check_with_its_arguments_the_wrong_way_round_says_so():
    with pytest.raises(TypeError, match=r'the name comes first: exercises\.check\("gelu", gelu\)'):
        exercises.check(nn.gelu, "gelu")


def test_without_pytorch_its_exercises_say_so_in_a_sentence(monkeypatch):
    monkeypatch.setattr("nnbook.peers._torch", lambda: None)
    result = exercises.check("accuracy", lambda logits, labels: 1.0)
    assert result.status == "unchecked"
    assert "PyTorch is not installed here" in str(result)
