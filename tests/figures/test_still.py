"""The still picture of every figure: drawn by the figure's own JavaScript, and true."""

import base64
import random
import re
import struct
import xml.etree.ElementTree as ET
import zlib

import numpy as np
import pytest

from nnbook import figures
from nnbook.figures import BY_NAME
from nnbook.figures.kit import front, still

every_figure = pytest.mark.parametrize("figure", BY_NAME.values(), ids=list(BY_NAME))


def values(spec):
    """All that a control can be set to, or the ends and some between."""
    if spec["kind"] == "choice":
        return list(spec["options"])
    if spec["kind"] == "switch":
        return [True, False]
    if spec["kind"] == "points":
        return ["", "o0000s4040", "s2020"]
    if spec["kind"] == "drawn":
        return spec["tries"]
    if spec["kind"] == "order":
        keys = [key for key, _ in spec["lines"]]
        return [",".join(some) for some in (keys, keys[::-1], keys[1:], [])]
    steps = round((spec["max"] - spec["min"]) / spec["step"])
    picked = {0, 1, steps // 3, steps // 2, steps - 1, steps}
    numbers = [round(spec["min"] + k * spec["step"], 9) for k in sorted(picked)]
    return [int(n) if isinstance(spec["min"], int) else n for n in numbers]


def close(shown, true):
    """Three decimals from a table of the function may differ from NumPy's in the last."""
    if isinstance(true, str) or isinstance(shown, str):
        return shown == true
    return abs(shown - true) < 0.0011


def settings_to_try(figure):
    """The opening, each control at each of its values, and twenty random settings."""
    rng, controls = random.Random(0), figure().controls
    tried = [{}]
    for key, spec in controls.items():
        tried += [{**spec.get("only_if", {}), key: value} for value in values(spec)]
    return tried + [{k: rng.choice(values(s)) for k, s in controls.items()} for _ in range(20)]


@every_figure
def test_the_table_that_javascript_writes_has_the_librarys_numbers(figure):
    one = figure()
    home = {key: getattr(one, key) for key in one.controls}
    for settings in settings_to_try(figure):
        for key, value in {**home, **settings}.items():
            setattr(one, key, value)
        drawn, true = one.still().rows, one.rows()
        assert len(drawn) == len(true)
        for got, row in zip(drawn, true, strict=True):
            assert len(got) == len(row)
            assert all(map(close, got, row)), (settings, got, row)


@pytest.mark.sweep
@every_figure
def test_the_picture_is_whole_at_every_setting(figure):
    one = figure()
    home = {key: getattr(one, key) for key in one.controls}
    for settings in settings_to_try(figure)[::3]:
        for key, value in {**home, **settings}.items():
            setattr(one, key, value)
        for width in (still.WIDE, still.NARROW):
            drawn = one.still(width)
            assert not re.search(r"NaN|undefined|Infinity|\[object", drawn.picture + drawn.say)
            assert set(drawn.out) == {key for key, _ in one.readouts}
            ET.fromstring(drawn.alone(one.alt()))


def test_a_recorded_run_is_shown_though_points_of_ones_own_wait():
    one = figures.Playground(t=3)
    before = one.still().rows
    assert "–" not in before[3]
    one.own = "o0510s3020"
    assert one.still().rows == before


@pytest.fixture
def rewrite(monkeypatch):
    """`rewrite(old, new)` changes the text of activation/figure.js."""
    read, place = front.read, "activation/figure.js"

    def change(old, new):
        text = read(place).replace(old, new)
        assert text != read(place)
        monkeypatch.setattr(front, "read", lambda path: text if path == place else read(path))

    return change


def test_a_changed_figure_js_changes_the_still(rewrite):
    before = figures.Activation().still().picture
    rewrite("nn-line nn-blue", "nn-line nn-green")
    after = figures.Activation().still().picture
    assert after != before
    assert after.replace("nn-green", "nn-blue") == before.replace("nn-green", "nn-blue")


def test_a_figure_js_that_fails_is_named(rewrite):
    rewrite("get(", "got(")
    with pytest.raises(
        RuntimeError, match=r"activation/figure\.js .*cannot draw 'activation'.*got"
    ):
        figures.Activation().still()


def test_what_the_document_does_not_know_is_refused_and_not_undefined(rewrite):
    """A browser would answer, and the still would differ from the live picture in silence."""
    rewrite("return () => {", "svg.isConnected; return () => {")
    with pytest.raises(RuntimeError, match=r"still\.js knows no isConnected of <svg>"):
        figures.Activation().still()


@every_figure
def test_ids_are_its_own_and_all_that_are_named_are_there(figure):
    one = figure(name="second")
    for picture, prefix in (
        (one.still().picture, "still-second"),
        (one.still(still.NARROW, "phone-second").picture, "phone-second"),
    ):
        ids = re.findall(r' id="([^"]*)"', picture)
        assert len(set(ids)) == len(ids)
        assert all(name.startswith(f"{prefix}-") for name in ids)
        assert set(re.findall(r"url\(#([^)]*)\)", picture)) <= set(ids)


@every_figure
def test_colors_are_the_themes_and_nothing_is_there_for_fingers(figure):
    picture = figure().still().picture
    assert "#" not in re.sub(r"url\(#[^)]*\)|data:[^\"]*", "", picture)
    assert not re.search(r"nn-target|hidden=|tabindex|role=|aria-|your guess", picture)


@every_figure
def test_alone_it_needs_no_page(figure):
    one = figure()
    text = one.still().alone(one.alt())
    root = ET.fromstring(text)
    assert root.get("aria-label") == one.alt()
    assert float(root.get("width")) / float(root.get("height")) == pytest.approx(
        one.ratio, rel=0.01
    )
    variables = set(re.findall(r"var\((--[\w-]+)\)", text))
    assert variables <= set(re.findall(r"(--[\w-]+):", text))
    assert "http" not in text.replace(still.SVG, "")


def test_a_notebook_gets_the_picture_with_its_words(monkeypatch):
    one = figures.Shapes()
    monkeypatch.delenv("NNBOOK_STATIC", raising=False)
    data, metadata = one._repr_mimebundle_()
    assert data["image/svg+xml"] == one.still().alone(one.alt())
    assert metadata["image/svg+xml"] == {"alt": one.alt()}
    monkeypatch.setattr(still, "available", lambda: False)
    data, _ = one._repr_mimebundle_()
    assert "image/svg+xml" not in data


def test_pixels_arrive_as_they_were_put():
    head, address = still.png(2, 2, [0, 255, 7, 128]).split(",")
    assert head == "data:image/png;base64"
    png = base64.b64decode(address)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (2, 2)
    length = struct.unpack(">I", png[33:37])[0]
    assert zlib.decompress(png[41 : 41 + length]) == bytes(
        [0, 255, 0, 255, 255, 0, 255, 7, 255, 128]
    )


def test_a_still_has_every_bend_that_can_be_seen_and_few_other_points(kit):
    x = np.linspace(0, 300, 1201)
    curve = np.c_[x, 80 * np.sin(x / 20)]
    curve[600:, 1] += 30  # a jump
    text = "M" + "L".join(f"{a:.2f} {b:.2f}" for a, b in curve)
    kept = kit("return straightened(argument);", text)
    points = np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", kept), float)
    assert len(points) < 150
    assert np.abs(points[[0, -1]] - curve[[0, -1]]).max() < 0.06
    near = [np.interp(a, points[:, 0], points[:, 1]) for a in x[:600]]
    assert np.abs(near - curve[:600, 1]).max() < 0.6  # at the steepest place: 0.15 across the line
    assert any(abs(a - x[599]) < 0.06 for a, _ in points)
