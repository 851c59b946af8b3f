"""Figures on the page without a kernel: placed, weighed, shipped once; other widgets say so."""

import json
import re
import shutil
from base64 import b64encode
from pathlib import Path
from types import SimpleNamespace

import pytest
import static_figures
from docutils import nodes

from nnbook.figures import Activation, Quiz, Ridge
from nnbook.figures.kit import front


def record(figure):
    """What myst-nb keeps of a widget: its state, and its binary values apart."""
    state = {key: getattr(figure, key) for key in figure.own_traits()}
    state |= {"_esm": figure._esm, "_css": figure._css, "_html": figure._html}
    kind = type(figure)
    state["_anywidget_id"] = f"{kind.__module__}.{kind.__name__}"
    buffers, tables = [], {}
    for name, table in state["tables"].items():
        tables[name] = dict.fromkeys(table)
        for which, raw in table.items():
            data = b64encode(raw).decode()
            buffers.append({"path": ["tables", name, which], "data": data, "encoding": "base64"})
    return {"state": {**state, "tables": tables}, "buffers": buffers}


@pytest.fixture
def app(tmp_path):
    found = {"1": record(Activation()), "2": record(Ridge())}
    button = {"_view_name": "ButtonView"}
    found["3"] = {"state": button}
    return SimpleNamespace(
        outdir=tmp_path,
        doctreedir=tmp_path / "doctrees",
        builder=SimpleNamespace(format="html"),
        env=SimpleNamespace(nb_metadata={"page": {"widgets": found}}, found_docs={"page", "text"}),
    )


def page(app, *models):
    """A page with a view of each of these widgets, after the extension has seen it."""
    document = nodes.document("", "")
    for model in models:
        view = json.dumps({"model_id": model})
        tag = f'<script type="{static_figures.VIEW}">{view}</script>'
        document += nodes.raw("", tag, format="html")
    static_figures.put_figures(app, document, "page")
    return [node.astext() for node in document.findall(nodes.raw)]


def test_a_view_becomes_the_figure_with_its_still_picture_in_the_stage(app):
    [html] = page(app, "1")
    assert re.search(r'<figure class="nnfig" id="fig-activation" data-figure="activation"', html)
    assert re.search(r'<div class="nn-stage"[^>]*><div class="nn-still"><svg', html)
    assert static_figures.VIEW not in html


def test_the_state_in_the_page_has_what_the_figure_needs_and_no_program(app):
    [html] = page(app, "1")
    text = re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)
    data = json.loads(text[1])
    assert data["state"].keys() == Activation.own_traits()
    assert len(data["bytes"]["places"]) == 12
    assert "polyline" not in html


def test_a_figure_is_drawn_again_only_if_it_or_the_library_is_another(app, monkeypatch):
    drawn, draw = [], static_figures.figure_html
    monkeypatch.setattr(
        static_figures, "figure_html", lambda given: drawn.append(given) or draw(given)
    )
    assert page(app, "1") == page(app, "1")
    assert len(drawn) == 1
    page(app, "2")
    assert len(drawn) == 2
    monkeypatch.setattr(static_figures, "_program", lambda: "another library")
    page(app, "1")
    assert len(drawn) == 3
    assert [path.name for path in Path(app.outdir, "figures").iterdir()] == ["another library"]


def test_each_part_of_the_programs_is_shipped_once(app):
    data = [
        json.loads(re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)[1])
        for html in page(app, "1", "2")
    ]
    assert static_figures.write_programs(app, app.env) == ["page"]
    (kit, own), (same_kit, other) = (one["modules"] for one in data)
    assert kit == same_kit
    shipped = {path.stem for path in Path(app.outdir, "_static/figures").glob("*.js")}
    assert shipped == {kit, own, other}


def test_a_page_is_written_again_when_a_program_or_a_style_of_its_figures_is_another(
    app, monkeypatch
):
    shipped = Path(app.outdir, "_static/figures")
    static_figures.write_programs(app, app.env)
    assert static_figures.write_programs(app, app.env) == []
    before = {path.name for path in shipped.iterdir()}
    new = {"ridge": "\n/* new */"}
    for text in ("module", "style"):
        whole = getattr(front, text)
        monkeypatch.setattr(front, text, lambda name, whole=whole: whole(name) + new.get(name, ""))
        assert static_figures.write_programs(app, app.env) == ["page"]
        assert static_figures.write_programs(app, app.env) == []
    now = {path.name for path in shipped.iterdir()}
    assert len(before - now) == len(now - before) == 1, "an old program has gone, a new one come"


@pytest.mark.parametrize("name", ["kit/still.js", "kit/kit.css"])
def test_a_page_is_written_again_when_what_draws_its_figures_here_is_another(
    app, monkeypatch, tmp_path, name
):
    shutil.copytree(static_figures.FIGURES, tmp_path / "figures")
    monkeypatch.setattr(static_figures, "FIGURES", tmp_path / "figures")
    static_figures.write_programs(app, app.env)
    (tmp_path / "figures" / name).write_text("another")
    assert static_figures.write_programs(app, app.env) == ["page"]


def test_program_and_quiz_are_the_librarys_now_and_not_those_of_the_execution(app):
    for state in static_figures.page_figures(app, "page").values():
        state["_esm"] = state["_css"] = "of the execution"
    quiz = Quiz("neuron")
    state = {"chapter": "neuron", "name": "quiz-neuron", "_html": "old", "questions": ["old"]}
    state |= {"title": "old", "_anywidget_id": f"{Quiz.__module__}.Quiz"}
    app.env.nb_metadata["page"]["widgets"]["4"] = {"state": state}
    static_figures.write_programs(app, app.env)
    [html] = page(app, "4")
    assert quiz._html in html
    data = json.loads(
        re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)[1]
    )
    assert data["state"]["questions"] == quiz.questions
    for path in Path(app.outdir, "_static/figures").iterdir():
        assert "of the execution" not in path.read_text("utf-8")


def test_a_widget_that_is_no_figure_says_that_it_needs_a_kernel(app):
    assert page(app, "3") == [f'<p class="nn-note">{static_figures.NOTE}</p>']


def test_two_figures_of_one_name_stop_the_build(app):
    with pytest.raises(
        static_figures.SphinxError, match=r"page: two figures are called 'activation'"
    ):
        page(app, "1", "1")


def test_a_figure_that_is_too_heavy_stops_the_build_by_name(app, monkeypatch):
    monkeypatch.setattr(static_figures, "HEAVIEST_FIGURE", 1000)
    with pytest.raises(static_figures.SphinxError, match=r"figure 'activation': .* over 1000"):
        page(app, "1")


def test_a_page_that_is_too_heavy_stops_the_build_by_name(app, monkeypatch):
    monkeypatch.setattr(static_figures, "HEAVIEST_PAGE", 5_000)
    with pytest.raises(static_figures.SphinxError, match=r"page: its figures weigh .* over 5000"):
        page(app, "1", "2")


def test_the_states_of_widgets_are_taken_from_the_pages_head(app):
    metadata = app.env.nb_metadata["page"]
    body = json.dumps({"state": metadata.pop("widgets")})
    metadata["js_files"] = {"ipywidgets_state": (None, {"body": body}), "other": ("a.js", {})}
    app.env.docname = "page"
    static_figures.take_state(app, nodes.document("", ""))
    assert list(metadata["js_files"]) == ["other"]
    assert set(static_figures.page_figures(app, "page")) == {"1", "2"}
