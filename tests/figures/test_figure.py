"""Every figure as a Python object: what can be set, what it says of itself, its still picture."""

import json
import re
from pathlib import Path

import pytest
import traitlets

import nnbook.figures
from nnbook.figures import BY_NAME, Figure

FIGURES = Path(nnbook.figures.__file__).parent

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
    controls = figure().controls
    assert list(controls) == [key for key in vars(figure) if key in controls]


@every_figure
def test_state_alone_rebuilds_the_figure(figure):
    one = figure()
    state = {key: getattr(one, key) for key in figure.own_traits()}
    other = figure.from_state(state)
    assert repr(other) == repr(one)
    assert other.still() == one.still()


def other_value(figure, key):
    """Another value of a control than the present one."""
    spec, now = figure.controls[key], getattr(figure, key)
    values = {
        "slider": lambda: [spec["max"], spec["min"]],
        "choice": lambda: list(spec["options"])[::-1],
        "switch": lambda: [True, False],
        "points": lambda: ["o0412", ""],
        "order": lambda: [",".join(key for key, _ in spec["lines"][1:]), ""],
        "drawn": lambda: spec["tries"],
    }[spec["kind"]]()
    return next(value for value in values if value != now)


@every_figure
def test_each_control_changes_the_still_picture_and_the_alt_text_follows(figure):
    one = figure()
    opening = one.still().picture
    for key, spec in one.controls.items():
        other = figure(**spec.get("only_if", {}))
        before, said = other.still().picture, other.alt()
        setattr(other, key, other_value(other, key))
        assert other.still().picture != before, key
        assert other.alt() != said, key
    assert one.still().picture == opening


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
    for key, spec in figure().controls.items():
        if spec["kind"] == "slider":
            value = spec["max"] + spec["step"]
            says = rf"^{figure.__name__}: {key}={re.escape(repr(value))}: give a number from "
            with pytest.raises(traitlets.TraitError, match=says):
                figure(**{key: value})


@every_figure
def test_traits_can_be_watched_and_set_from_python(figure):
    one, seen = figure(), []
    key, value = next((key, other_value(one, key)) for key in one.controls)
    one.observe(lambda change: seen.append(change["new"]), key)
    setattr(one, key, value)
    assert seen == [value]


@every_figure
def test_a_control_that_waits_for_another_is_inert_before_any_script_runs(figure):
    for settings in ({}, *(spec.get("only_if", {}) for spec in figure().controls.values())):
        one = figure(**settings)
        waiting = [
            key
            for key, spec in one.controls.items()
            if any(getattr(one, other) != v for other, v in spec.get("only_if", {}).items())
        ]
        assert len(re.findall(r"<(?:label|div|fieldset)[^>]* inert>", one._html)) == len(waiting)


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
def test_what_one_drags_in_the_picture_can_be_typed_too_behind_a_fold(figure):
    _, _, typed = figure()._html.partition("<summary>Type values</summary>")
    inside = re.findall(r'data-trait="(\w+)"', typed.partition("</details>")[0])
    assert inside == [*figure.folded]
    assert {*figure.folded} <= figure().controls.keys()


@every_figure
def test_truths_of_predictions_are_right_now(figure):
    one = figure()
    for question in one.questions:
        settings = {**question["before"], **question["after"]}
        assert set(settings) <= set(one.controls)
        if question["kind"] == "choice":
            assert 0 <= question["right"] < len(question["options"])
            assert len({text for text, _ in question["options"]}) >= 3
        elif question["kind"] == "number":
            wrong = [value for value, _ in question["mistakes"]]
            assert all(abs(value - question["truth"]) > question["tolerance"] for value in wrong)
        else:
            low, high = (one.controls[question["control"]][end] for end in ("min", "max"))
            assert low < question["truth"] < high


def test_the_right_options_do_not_all_stand_in_the_same_place():
    places = [q["right"] for f in BY_NAME.values() for q in f().questions if q["kind"] == "choice"]
    assert len(set(places)) > 1


@every_figure
def test_state_is_what_the_browser_can_read(figure):
    one = figure()
    state = {key: getattr(one, key) for key in figure.own_traits()}
    json.dumps(state, default=lambda raw: len(raw) if isinstance(raw, bytes) else 1 / 0)


def sorted_keys(state):
    """As jupyter-cache gives a state back: the keys of every Dict in alphabetical order."""
    if isinstance(state, dict):
        return {key: sorted_keys(state[key]) for key in sorted(state)}
    return [sorted_keys(one) for one in state] if isinstance(state, list | tuple) else state


@every_figure
def test_a_cache_that_sorts_the_keys_of_the_state_changes_no_order_that_counts(figure):
    one = figure()
    state = {key: getattr(one, key) for key in figure.own_traits()}
    again = sorted_keys(state)
    assert figure.from_state(again).alt() == one.alt()
    asked = [question["key"] for question in again["questions"]]
    assert asked == [question["key"] for question in one.questions] == list(one.build())
    assert again["opening"] == one.opening


def test_a_figure_without_a_front_end_of_its_own_is_a_base():
    class Base(Figure):
        pass

    assert not hasattr(Base, "figure")


def test_a_figure_lives_in_the_folder_of_its_name_and_registers_itself():
    for name, cls in BY_NAME.items():
        assert cls.__module__ == f"nnbook.figures.{name.replace('-', '_')}.figure"
    folders = {path.parent.name for path in FIGURES.glob("*/figure.js")}
    assert folders == {name.replace("-", "_") for name in BY_NAME} | {"quiz"}
