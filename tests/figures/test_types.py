"""The types that `make check-js` goes by are those of what Python sends."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from nnbook.figures import BY_NAME
from nnbook.figures.kit import front, predict
from nnbook.figures.kit.figure import Figure

ROOT = Path(__file__).parents[2]
JAVASCRIPT = sorted([*ROOT.glob("src/nnbook/figures/**/*.[jt]s"), *ROOT.glob("book/static/*.js")])
OF_KIND = {"slider": "number", "switch": "boolean"} | dict.fromkeys(
    ("choice", "order", "points", "drawn"), "string"
)
every_figure = pytest.mark.parametrize("figure", BY_NAME.values(), ids=list(BY_NAME))


def members(text):
    """The names of an object type with their types: {"a": "number", "b?": "string"}."""
    text = re.sub(r"//.*", "", text)
    while (flat := re.sub(r"\{[^{}]*\}|\[[^][]*\]|<[^<>]*>|\([^()]*\)", "…", text)) != text:
        text = flat
    return {key: kind.strip() for key, kind in re.findall(r"(\w+\??)…?: ([^,;]+)", text)}


def declared(figure, name):
    """The text of one of a figure's two types, Settings and Data."""
    text = front.read(f"{front.folder(figure)}/figure.js")
    return re.search(rf"@typedef \{{\{{((?:(?!@typedef).)*)\}}\}} {name}\n", text, re.DOTALL)[1]


def interface(name):
    text = front.read("kit/types.d.ts")
    base, body = re.search(
        rf"^interface {name} (?:extends (\w+) )?\{{\n(.*?)^\}}", text, re.M | re.S
    ).groups()
    return {**(interface(base) if base else {}), **members(body)}


def agree(names, sent):
    """All that is sent is declared; all that is declared, but what may be missing, is sent."""
    assert sent <= {key.rstrip("?") for key in names}
    assert {key for key in names if not key.endswith("?")} <= sent


@every_figure
def test_a_figures_traits_are_those_that_its_javascript_declares(figure):
    specs = {
        key: trait.metadata["control"]
        for key, trait in figure.class_traits().items()
        if "control" in trait.metadata
    }
    for spec in specs.values():
        agree(interface(spec["kind"].title()), spec.keys())
    kinds = {key: OF_KIND[spec["kind"]] for key, spec in specs.items()}
    assert members(declared(figure.figure, "Settings")) == kinds
    sent = figure.own_traits() - Figure.own_traits() - kinds.keys()
    data = declared(figure.figure, "Data")
    assert members(data).keys() - {"constants"} == sent
    constants = re.search(r"constants: \{(.*?)\}", data, re.DOTALL)
    shared = figure.class_traits()["constants"].make_dynamic_default()
    assert members(constants[1] if constants else "").keys() == shared.keys()


@pytest.mark.parametrize("question", [predict.Choice, predict.Number, predict.Position])
def test_a_question_has_the_names_that_types_d_ts_declares(question):
    sent = {field.name for field in fields(question)}
    agree(interface(f"Asked{question.__name__}"), sent | {"kind", "key"})


def test_the_traits_of_every_figure_are_in_types_d_ts():
    assert interface("Declared").keys() >= Figure.own_traits() - {"name"}


def test_an_object_type_is_read():
    text = "a: number, b?: Record<string, { c: Packed, d: [x: number] }>,\n e(v: number): string"
    assert members(text) == {"a": "number", "b?": "Record…", "e": "string"}


@pytest.mark.parametrize("path", JAVASCRIPT, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_line_of_javascript_has_at_most_120_columns(path):
    long = [line for line in path.read_text("utf-8").splitlines() if len(line) > 120]
    assert not long
