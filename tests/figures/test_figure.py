"""Every figure as a Python object: what can be set, what it says of itself, its still picture."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest
import traitlets

from nnbook import figures, nn
from nnbook.figures import BY_NAME, Figure
from nnbook.figures._controls import parse

every_figure = pytest.mark.parametrize("figure", BY_NAME.values(), ids=list(BY_NAME))


@every_figure
def test_repr_is_the_same_sentence_in_every_run(figure):
    one, other = figure(), figure()
    assert repr(one) == repr(other)
    assert re.match(r"Interactive figure: .{10,}\.$", repr(one))
    assert one.model_id not in repr(one)
    data, _ = one._repr_mimebundle_()
    assert data["text/plain"] == repr(one)
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == one.model_id


@every_figure
def test_controls_stand_in_the_order_in_which_they_are_declared(figure):
    declared = [key for key in vars(figure) if key in figure().controls]
    assert list(figure().controls) == declared


@every_figure
def test_state_alone_rebuilds_the_figure(figure):
    one = figure()
    state = {key: getattr(one, key) for key in figure.own_traits()}
    other = figure.from_state(state)
    assert repr(other) == repr(one)
    assert other.still() == one.still()


@every_figure
def test_each_control_changes_the_still_picture_and_the_alt_text_follows(figure):
    one = figure()
    opening = one.still()
    for key, spec in one.controls.items():
        other = figure(**spec.get("only_if", {}))
        before = other.still()
        value = {
            "slider": lambda spec: spec["max"],
            "choice": lambda spec: list(spec["options"])[-1],
            "switch": lambda spec: True,
        }[spec["kind"]](spec)
        setattr(other, key, value)
        assert other.still() != before, key
    assert one.still() == opening


CHANGED = """
import numpy as np
from nnbook import nn
nn.tanh = lambda a: 0.9 * np.tanh(a)
from nnbook.figures import Activation
print(Activation(f="tanh").still())
"""


def test_the_still_picture_changes_with_the_library():
    def run(code):
        return subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()

    true = figures.Activation(f="tanh").still()
    assert run(CHANGED.replace("0.9", "1.0")) == true
    assert run(CHANGED) != true


@every_figure
def test_a_setting_that_does_not_exist_is_named_with_those_that_do(figure):
    ours = ", ".join(figure().controls)
    with pytest.raises(
        ValueError, match=rf"{figure.__name__}: there is no setting 'q', only {ours}"
    ):
        figure(q=1)


@every_figure
def test_a_question_that_does_not_exist_is_named_with_those_that_do(figure):
    first = figure().questions[0]["key"]
    with pytest.raises(ValueError, match=rf"there is no question 'q', only {first}, "):
        figure(predict="q")


@every_figure
def test_a_number_outside_its_range_is_refused_by_name(figure):
    with pytest.raises(traitlets.TraitError, match=r"'b' trait of an? \w+ instance .*3"):
        figure(b=5)


@every_figure
def test_a_function_that_is_not_offered_is_refused_with_those_that_are(figure):
    with pytest.raises(traitlets.TraitError, match=r"softmax.*sigmoid, relu, gelu, tanh"):
        figure(f="softmax")
    figure_ = figure()
    with pytest.raises(traitlets.TraitError, match="softmax"):
        figure_.f = "softmax"
    assert figure_.f in figure_.controls["f"]["options"]


def swish(a):
    return a * nn.sigmoid(a)


@every_figure
def test_the_readers_own_function_is_offered_by_its_name(figure):
    own = figure(f=swish)
    assert own.f == "own"
    assert own.label() == "swish"
    assert "swish" in repr(own)
    assert "swish" in own._html
    a = np.linspace(-15, 15, 1000)
    assert np.abs(own.look_up(a) - swish(a)).max() < 3e-5
    slope = nn.sigmoid(a) + a * nn.sigmoid_derivative(a)
    assert np.abs(own.look_up(a, "slope") - slope).max() < 3e-4
    assert "svg" in own.still()


def raises(a):
    raise RuntimeError("out of tea")


def edits(a):
    a[a < 0] = 0
    return a


@every_figure
@pytest.mark.parametrize(
    ("f", "error", "says"),
    [
        (raises, ValueError, r"\(f=raises\) raised RuntimeError: out of tea"),
        (lambda a: a[:3], ValueError, r"returned shape \(3,\) for input of shape \(65,\)"),
        (lambda a: 1.0, ValueError, r"returned shape \(\) for input of shape \(65,\)"),
        (lambda a: a.sum(), ValueError, r"takes a NumPy array and returns one of the same shape"),
        (lambda a: None, ValueError, r"returned shape \(\)"),
        (lambda a: a.astype(str), TypeError, r"returned <U\d+, not real numbers"),
        (lambda a: a * 1j, TypeError, r"returned complex128, not real numbers"),
        (lambda a: np.log(np.abs(np.round(a))), ValueError, r"returned -inf at a = .*finite"),
        (lambda: 1, ValueError, r"raised TypeError"),
    ],
)
def test_what_is_wrong_with_the_readers_function_is_said_in_words(figure, f, error, says):
    with np.errstate(all="ignore"), pytest.raises(error, match=says):
        figure(f=f)


@every_figure
def test_a_function_that_edits_its_input_does_no_harm(figure):
    a = np.linspace(-10, 10, 101)
    assert np.allclose(figure(f=edits).look_up(a), nn.relu(a), atol=3e-5)


def test_a_derivative_of_ones_own_is_used():
    own = figures.Activation(f=swish, derivative=lambda a: 0 * a + 7)
    assert own.look_up(1.0, "slope") == 7


@every_figure
def test_traits_can_be_watched_and_set_from_python(figure):
    one, seen = figure(), []
    one.observe(lambda change: seen.append(change["new"]), "b")
    one.b = 2.5
    assert seen == [2.5]


@every_figure
def test_html_names_every_control_and_the_question(figure):
    one = figure()
    for key, spec in one.controls.items():
        assert f'data-trait="{key}"' in one._html
        assert spec["label"] in one._html
    assert one.question in one._html
    assert f'id="fig-{one.figure}"' in one._html
    assert f'data-figure="{one.figure}"' in one._html
    assert 'id="fig-second"' in figure(name="second")._html


@every_figure
def test_truths_of_predictions_are_right_now(figure):
    for question in figure().questions:
        settings = {**question["start"], **question["then"]}
        assert set(settings) <= set(figure().controls)
        if question["kind"] == "choice":
            assert 0 <= question["right"] < len(question["options"])
            assert len({text for text, _ in question["options"]}) >= 3
        else:
            low, high = (figure().controls[question["of"]][end] for end in ("min", "max"))
            assert low < question["truth"] < high


def test_the_right_options_do_not_all_stand_in_the_same_place():
    places = [q["right"] for f in BY_NAME.values() for q in f().questions if q["kind"] == "choice"]
    assert len(set(places)) > 1


def test_the_ridges_answers_hold():
    """What each right option says, tried with the library."""
    for question in figures.Ridge().questions:
        key = question["key"]
        before = figures.Ridge(predict=key)
        after = figures.Ridge(**{**question["start"], **question["then"]})
        if key == "bias":  # the point of the line on the ray along w moves against w
            assert -after.b / after.length < -before.b / before.length
        if key == "along":
            assert abs(after.a(after.x1, after.x2) - before.a(before.x1, before.x2)) < 0.05
        if key == "length":
            assert before.a(0, 0) == after.a(0, 0) == 0
            assert after.a(1, 1) == pytest.approx(2 * before.a(1, 1))


@every_figure
def test_what_a_link_says_is_read_as_the_control_reads_it(figure):
    controls = figure().controls
    assert parse(controls["b"], "-1.5") == -1.5
    assert parse(controls["f"], "gelu") == "gelu"
    for key, text, why in [
        ("b", "9", "outside"),
        ("b", "x", "not a number"),
        ("f", "g", "none of"),
    ]:
        with pytest.raises(ValueError, match=why):
            parse(controls[key], text)
    with pytest.raises(ValueError, match="outside"):
        parse(controls["b"], "nan")


@every_figure
def test_state_is_what_the_browser_can_read(figure):
    state = {key: getattr(figure(), key) for key in figure.own_traits()}
    json.dumps(state, default=lambda raw: len(raw) if isinstance(raw, bytes) else 1 / 0)


@every_figure
def test_a_cache_that_sorts_the_keys_of_the_state_changes_no_order_that_counts(figure):
    one = figure()
    state = {key: getattr(one, key) for key in figure.own_traits() - {"tables"}}
    again = json.loads(json.dumps(state, sort_keys=True))
    assert figure.from_state(again).alt() == one.alt()
    asked = [question["key"] for question in again["questions"]]
    assert asked == [question["key"] for question in one.questions] == list(one.build())
    assert again["opening"] == one.opening


def test_a_figure_without_a_front_end_of_its_own_is_a_base():
    class Base(Figure):
        pass

    assert not hasattr(Base, "figure")
