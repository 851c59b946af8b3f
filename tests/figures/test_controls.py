"""What may be set: one rule for Python, for the browser's kit and for the links of the book."""

import math
import random
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qsl

import numpy as np
import pytest
import traitlets
import yaml

from nnbook import figures
from nnbook.figures.kit.controls import (
    choice,
    drawn,
    index,
    order,
    parsed,
    points,
    slider,
    snapped,
    steps,
    switch,
)

OPENING = {
    "w": -1.5,
    "lr": 0.5,
    "half": -1.5,
    "seed": 3,
    "step": 7,
    "depth": 10,
    "f": "relu",
    "printed": False,
    "order": "zero,forward",
    "own": "o0040",
    "marks": "3",
}


class Trial(figures.Figure):
    """A control of each kind; the table of links is about this one."""

    title = question = about = ""
    readouts = columns = ()

    w = slider(OPENING["w"], -3, 3, 0.1, "w")
    lr = slider(OPENING["lr"], 0.05, 2.2, 0.05, "lr")
    half = slider(OPENING["half"], -2.5, 1, 0.5, "half")
    seed = slider(OPENING["seed"], 1, 5, 1, "seed")
    step = steps(OPENING["step"], 40, "step")
    depth = slider(OPENING["depth"], 5, 20, 5, "depth")
    f = choice("relu", {"relu": "ReLU", "gelu": "GELU", "my-f": "mine"}, "f")
    printed = switch(False, "printed")
    own = points(OPENING["own"], 40, "own", only_if={"f": "gelu"})
    order = order("zero,forward", {"zero": "0", "forward": "1", "loss": "2"}, "order")

    marks = drawn("3", "(?:[0-9](?:,[0-9])*)?", ("", "1,2"), "marks")

    def build(self):
        return {}

    def rows(self):
        return []

    def settings(self):
        return {key: getattr(self, key) for key in self.controls}


def read(query):
    """The query of a line; a long one is written as what is repeated."""
    if isinstance(query, str):
        return query
    return query.get("before", "") + query["repeat"] * query["times"] + query.get("after", "")


TABLE = yaml.safe_load(Path(__file__).with_name("links.yaml").read_text("utf-8"))
LINES = [
    pytest.param(read(query), sets, exact, id=f"{kind}: {str(query)[:40]}")
    for kind, lines in TABLE.items()
    for query, sets, exact in lines
]
every_line = pytest.mark.parametrize(("query", "sets", "exact"), LINES)
SLIDERS = [
    pytest.param(spec, id=f"{name} {key}")
    for name, kind in {"trial": Trial, **figures.BY_NAME}.items()
    for key, trait in kind.class_traits(control=lambda spec: spec is not None).items()
    if (spec := trait.metadata["control"])["kind"] == "slider"
]


def same(one, other):
    """Equal, and of the same type: 1 is not true, and −0 is not 0."""
    signs = [math.copysign(1, v) for v in (one, other) if isinstance(v, float)]
    return one == other and isinstance(one, bool) == isinstance(other, bool) and len({*signs}) < 2


def is_set(figure, sets):
    now = figure.settings()
    return all(same(now[key], value) for key, value in {**OPENING, **sets}.items())


@every_line
def test_python_reads_a_link_as_the_table_says(query, sets, exact):
    figure = Trial(name="trial")
    for key, text in parse_qsl(query, keep_blank_values=True):
        if key in figure.controls:
            with suppress(ValueError):
                value = parsed(figure.controls[key], text)
                setattr(figure, key, value)
                assert same(getattr(figure, key), value), "a trait takes what a link gives"
    assert is_set(figure, sets)
    for key, value in sets.items():
        assert type(getattr(figure, key)) is type(value)


@every_line
def test_the_browser_reads_a_link_as_the_table_says(kit, query, sets, exact):
    controls = Trial(name="trial").controls
    body = """
      const [state, query] = argument;
      const model = {
        saved: 0, get: (key) => state[key], set(key, value) { state[key] = value; },
        save_changes() { this.saved += 1; },
      };
      kit.figure(() => {}).follow({ model }, query);
      return [state, model.saved];"""
    state, saved = kit(body, [{"controls": controls, **OPENING}, query])
    assert state == {"controls": controls, **OPENING, **sets}
    assert all(same(state[key], value) for key, value in sets.items())
    assert saved == 1


@every_line
def test_the_book_may_only_say_what_the_figure_then_shows(query, sets, exact):
    links = pytest.importorskip("figure_links")
    state = {"name": "trial", "controls": Trial(name="trial").controls}
    record = {"state": {**state, "_anywidget_id": "nnbook.figures.trial.figure.Trial"}}
    app = SimpleNamespace(env=SimpleNamespace(nb_metadata={"page": {"widgets": {"1": record}}}))
    problems = links.wrong(app, links.Link("here:1", "page", f"fig-trial?{query}"))
    assert (problems == []) == exact


@pytest.mark.parametrize("spec", SLIDERS)
def test_both_languages_find_the_same_step_of_a_slider(kit, spec):
    rng, low, high, step = random.Random(0), spec["min"], spec["max"], spec["step"]
    last = round((high - low) / step)
    values = [low + k * step / 4 for k in range(-4, 4 * min(last, 100) + 8)]
    values += [rng.uniform(low - step, high + step) for _ in range(200)]
    values += [float(f"{v:.{d}f}") for v in values for d in (1, 2)]
    body = """
      const [spec, values] = argument;
      return values.map((v) => {
        const set = {};
        kit.knob("q", spec, () => v, ({ q }) => { set.q = q; }).set(v);
        return [set.q, kit.knob("q", spec, () => v).index()];
      });"""
    found = kit(body, [spec, values])
    for v, (q, k) in zip(values, found, strict=True):
        assert (snapped(spec, v), index(spec, v)) == (q, k), v
        assert 0 <= k <= last
        assert snapped(spec, q) == q, "it stays where it is"
        assert abs(q - v) <= (0.5 + 1e-9) * step or not low < v < high


@pytest.mark.parametrize("spec", SLIDERS)
def test_a_slider_ends_and_opens_on_a_step_and_shows_all_its_digits(spec):
    for k in range(round((spec["max"] - spec["min"]) / spec["step"]) + 1):
        v = snapped(spec, spec["min"] + k * spec["step"])
        assert index(spec, v) == k
        assert f"{v:.{spec['digits']}f}" == f"{spec['min'] + k * spec['step']:.{spec['digits']}f}"
        assert isinstance(v, int) == (spec["digits"] == 0)
    assert v == spec["max"]


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("w", np.float32(0.3), 0.3),
        ("w", np.float64(-0.2), -0.2),
        ("w", np.float16(0.1), 0.1),
        ("w", np.int64(2), 2.0),
        ("w", 2, 2.0),
        ("w", Fraction(1, 3), 0.3),
        ("w", 0.123456, 0.1),
        ("w", -0.04, 0.0),
        ("lr", np.float32(2.2), 2.2),  # a little more than 2.2
        ("lr", np.float32(0.05), 0.05),
        ("lr", 2.21, 2.2),
        ("seed", np.int32(2), 2),
        ("seed", 2.0, 2),
        ("seed", np.float32(4), 4),
        ("step", 2.5, 3),
        ("depth", 12, 10),
        ("f", np.str_("gelu"), "gelu"),
        ("printed", np.True_, True),
        ("own", np.str_("s0102"), "s0102"),
        ("order", "", ""),
        ("order", np.str_("loss,zero"), "loss,zero"),
        ("marks", np.str_("1,2"), "1,2"),
    ],
)
def test_python_takes_numpy_scalars_and_goes_to_the_nearest_step(key, value, shown):
    figure = Trial(name="trial")
    setattr(figure, key, value)
    assert same(getattr(figure, key), shown)
    assert type(getattr(figure, key)) is type(shown)
    assert same(getattr(Trial(name="trial", **{key: value}), key), shown)


@pytest.mark.parametrize(
    ("key", "values", "says"),
    [
        (
            "w",
            [
                3.1,
                -4,
                math.nan,
                math.inf,
                -math.inf,
                10**400,
                "1",
                None,
                True,
                np.True_,
                1j,
                [1],
                np.array([1.0]),
                np.float32("nan"),
            ],
            "give a number from -3 to 3, in steps of 0.1",
        ),
        ("lr", [0, 0.02, 2.23, -1], "give a number from 0.05 to 2.2, in steps of 0.05"),
        ("seed", [0, 6, 0.4, "1", False], "give a number from 1 to 5, in steps of 1"),
        ("f", ["swish", "", None, 1, "toString"], "give one of relu, gelu, my-f"),
        ("printed", ["true", 1, 0, None, "on"], "give true or false"),
        (
            "order",
            ["backward", "zero,zero", "zero,", None, ["zero"]],
            "give some of zero, forward, loss, each once, with commas between",
        ),
        (
            "own",
            ["o041", "o0041", "x0101", 61 * "o0101", None, "o0101,"],
            "give points as o0412 or s0412, at steps 00 to 40, at most 60",
        ),
        (
            "marks",
            ["3,", "x", "12", "1\n", None, 3],
            "give a text that matches (?:[0-9](?:,[0-9])*)?, such as '1,2'",
        ),
    ],
)
def test_python_refuses_the_rest_by_name_and_says_what_it_takes(key, values, says):
    figure = Trial(name="trial")
    for value in values:
        with pytest.raises(traitlets.TraitError) as refused:
            setattr(figure, key, value)
        assert str(refused.value) == f"Trial: {key}={value!r}: {says}"
    assert is_set(figure, {})


@pytest.mark.parametrize("wrong", [(0.05, 0, 1, 0.1), (0.5, 0, 1.05, 0.1), (2, 0, 1, 0.1)])
def test_a_declaration_that_contradicts_itself_is_no_declaration(wrong):
    with pytest.raises(ValueError, match=r"slider 'q': [\d.]+ is not a number from 0 to "):
        slider(*wrong, "q")


def test_a_name_that_is_like_one_that_can_be_set_is_guessed():
    figure = figures.Activation()
    said = r"what can be set is f, w, b, x, printed\. Did you mean 'w' or 'x'\?$"
    with pytest.raises(AttributeError, match=rf"^Activation has no 'wx'; {said}"):
        figure.wx = 3
    with pytest.raises(
        ValueError, match=r"there is no setting 'wx', only .*\. Did you mean 'w' or 'x'\?"
    ):
        figures.Activation(wx=3)
    with pytest.raises(AttributeError, match=r"Activation has no 'zebra'; .* x, printed$"):
        figure.zebra = 3
    assert not hasattr(figure, "wx")
