"""What the kit computes and draws: look-up, scales, ticks, numbers as text, keys, arrows, maps."""

import numpy as np
import pytest

from nnbook.experiments.curve import REACH, TOLERANCE
from nnbook.experiments.polygon import unpacked
from nnbook.figures.activation.figure import PRINTED
from nnbook.figures.kit.functions import FUNCTIONS
from nnbook.figures.kit.pack import pack, unpack
from nnbook.notebook.numbers import number

TABLES = {**FUNCTIONS, "printed": PRINTED}


BYTES = "const bytes = (v) => new DataView(new Uint8Array(v).buffer);"


def look_up(kit, table, x):
    body = BYTES + "const { at } = kit.table(bytes(argument.table)); return argument.x.map(at);"
    return np.array(kit(body, {"table": list(table), "x": x.tolist()}))


@pytest.mark.parametrize("which", ["f", "slope"])
@pytest.mark.parametrize("name", TABLES)
def test_a_table_gives_numpys_values(kit, name, which):
    curve = TABLES[name]
    true, tolerance = {"f": (curve.f, TOLERANCE), "slope": (curve.derivative, 10 * TOLERANCE)}[
        which
    ]
    kinks = [side for at in curve.breaks for side in (at - 1e-6, at, at + 1e-6)]
    x = np.array([*np.linspace(-REACH, REACH, 1001), *kinks])
    got = look_up(kit, curve.tables()[which], x)
    assert np.abs(got - true(x)).max() <= tolerance + 1e-6  # 1e-6: a table holds float32


@pytest.mark.parametrize("which", ["f", "slope"])
@pytest.mark.parametrize("name", TABLES)
def test_outside_a_table_its_last_segments_go_on(kit, name, which):
    table = TABLES[name].tables()[which]
    xs, ys = unpacked(table)
    for x, (i, j) in ((-20.0, (0, 1)), (20.0, (-2, -1))):
        straight = ys[j] + (ys[j] - ys[i]) / (xs[j] - xs[i]) * (x - xs[j])
        assert look_up(kit, table, np.array([x]))[0] == pytest.approx(straight, abs=1e-9)
        true = TABLES[name].f if which == "f" else TABLES[name].derivative
        assert look_up(kit, table, np.array([x]))[0] == pytest.approx(
            true(np.array([x]))[0], abs=1e-3
        )


def test_the_left_value_counts_at_a_jump(kit):
    table = FUNCTIONS["relu"].tables()["slope"]
    assert look_up(kit, table, np.array([-1e-9, 0.0, 1e-9])).tolist() == [0, 0, 1]


def test_a_jump_is_drawn_as_an_upright_piece(kit):
    table = list(FUNCTIONS["relu"].tables()["slope"])
    body = BYTES + "return kit.table(bytes(argument)).points(-1, 1);"
    points = kit(body, table)
    assert points[0] == [-1, 0]
    assert points[-1] == [1, 1]
    assert [y for x, y in points if x == 0] == [0, 1]
    assert points == sorted(points)


def test_numbers_are_written_as_python_writes_them(kit):
    values = [0.0, -0.0, -0.0004, 0.0006, 1.005, -2.5, 1234.5678, -0.9996, 0.125, 2.675]
    got = kit("return argument.map((v) => kit.fmt(v, 3));", values)
    assert got == [number(v, 3) for v in values]


def test_a_scale_and_its_inverse(kit):
    body = "const s = kit.scale([-4, 4], [40, 200]);return [s(-4), s(4), s(0), s.invert(s(1.25))];"
    assert kit(body) == [40, 200, 120, 1.25]


@pytest.mark.parametrize(
    ("a", "b", "n", "expected"),
    [
        (-4, 4, 8, [-4, -3, -2, -1, 0, 1, 2, 3, 4]),
        (0, 1, 2, [0, 0.5, 1]),
        (-0.12, 1.12, 2, [0, 1]),
        (-6, 6, 6, [-6, -4, -2, 0, 2, 4, 6]),
        (0.4, 20.6, 8, [5, 10, 15, 20]),  # none at an end
        (0, 0.3, 3, [0, 0.1, 0.2, 0.3]),  # not 0.30000000000000004, and the last one is there
        (-3e-4, 3e-4, 3, [-2e-4, 0, 2e-4]),
        (1e5, 9e5, 4, [2e5, 4e5, 6e5, 8e5]),
        (0, 9.6, 1, [0]),  # a step of 10, where 5 would be two marks
    ],
)
def test_ticks_are_round_numbers(kit, a, b, n, expected):
    assert kit("return kit.ticks(...argument);", [a, b, n]) == expected


ARRAYS = {
    "i2": np.array([[1.5, -2.25, np.nan], [0.0, 1e3, np.inf]]),
    "u1": np.linspace(0, 7, 24).reshape(2, 3, 4),
    "f4": np.array([[1e-8, -3e7], [np.pi, np.nan]]),
}


@pytest.mark.parametrize("dtype", ARRAYS)
def test_a_packed_array_arrives_as_numpy_has_it(kit, dtype):
    packed = pack(ARRAYS[dtype], dtype)
    body = (
        BYTES + "const packed = {...argument, data: bytes(argument.data)};"
        "const a = kit.array(packed); const seen = (v) => (Number.isNaN(v) ? null : v);"
        "return { all: Array.from(a.values, seen), shape: a.shape, at: a.at(...argument.place),"
        " row: Array.from(a.part(1), seen) };"
    )
    true = unpack(packed)
    place = (1,) * true.ndim if dtype == "u1" else (1, 0)
    got = kit(body, {**packed, "data": list(packed["data"]), "place": place})
    assert np.allclose(np.array(got["all"], float).reshape(true.shape), true, 1e-12, 0, True)
    assert got["shape"] == list(true.shape)
    assert np.array(got["row"], float) == pytest.approx(true[1].ravel(), nan_ok=True)
    assert got["at"] == pytest.approx(true[place])


def test_packing_loses_at_most_half_a_step():
    x = np.random.default_rng(0).normal(size=999)
    assert np.abs(unpack(pack(x)) - x).max() <= np.abs(x).max() / 32767 / 2 * (1 + 1e-9)
    assert np.abs(unpack(pack(x**2, "u1")) - x**2).max() <= (x**2).max() / 255 / 2 * (1 + 1e-9)
    with pytest.raises(ValueError, match="finite numbers from 0 on"):
        pack(x, "u1")
    with pytest.raises(ValueError, match='"i2", "u1" or "f4", got'):
        pack(x, "f8")


def test_a_logarithmic_scale_and_its_marks(kit):
    body = (
        "const s = kit.logScale([1e-3, 10], [0, 400]);"
        "const words = [-5, -1, 2].map(kit.power);"
        "return [s(1e-3), s(0.1), s(10), s.invert(100), ...words];"
    )
    *numbers, small, tenth, hundred = kit(body)
    assert numbers == pytest.approx([0, 200, 400, 0.01], abs=1e-12)
    assert (small, tenth, hundred) == ("10⁻⁵", "0.1", "100")


def test_small_and_large_numbers_are_written_with_a_power_of_ten(kit):
    numbers = [0, 0.01, 0.00999, -3.87e-4, 999.4, 1000, -25600]
    words = kit("return argument.map(kit.science);", numbers)
    assert words == ["0.00", "0.01", "10.0·10⁻³", "−3.9·10⁻⁴", "999.40", "1.0·10³", "−2.6·10⁴"]


PRESSED = """
const turned = [];
const knob = (name) => ({ turn: (steps) => turned.push([name, steps]) });
const event = { ...argument, preventDefault: () => turned.push("taken") };
"""


@pytest.mark.parametrize(
    ("key", "alone", "both"),
    [
        ("ArrowRight", ["across", 1], ["across", 1]),
        ("ArrowLeft", ["across", -1], ["across", -1]),
        ("ArrowUp", ["across", 1], ["along", 1]),
        ("ArrowDown", ["across", -1], ["along", -1]),
        ("PageUp", ["across", 10], ["across", 10]),
        ("PageDown", ["across", -10], ["across", -10]),
        ("Home", ["across", -1e9], ["across", -1e9]),
        ("End", ["across", 1e9], ["across", 1e9]),
    ],
)
def test_a_key_turns_its_knob(kit, key, alone, both):
    one = PRESSED + 'kit.onKey(event, knob("across")); return turned;'
    two = PRESSED + 'kit.onKey(event, knob("across"), knob("along")); return turned;'
    assert kit(one, {"key": key}) == ["taken", alone]
    assert kit(two, {"key": key}) == ["taken", both]


@pytest.mark.parametrize(
    "event",
    [
        {"key": "Tab"},
        *({"key": "ArrowLeft", held: True} for held in ("altKey", "ctrlKey", "metaKey")),
    ],
)
def test_other_keys_are_the_browsers(kit, event):
    body = PRESSED + 'kit.onKey(event, knob("across"), knob("along")); return turned;'
    assert kit(body, event) == []


SHEET = 'const sheet = document.createElementNS("", "svg");'


def drawn(kit, start, end):
    """Whether an arrow is seen, its line and its head, as lists of points."""
    body = SHEET + (
        "const move = kit.arrow(sheet); move(...argument); const [line, head] = move.g.children;"
        "const points = (path) => path.getAttribute('d').match(/-?[0-9.]+ -?[0-9.]+/g)"
        ".map((pair) => pair.split(' ').map(Number));"
        "return [!move.g.hasAttribute('hidden'), points(line), points(head)];"
    )
    return kit(body, [start, end])


def test_an_arrow_ends_at_its_tip_with_a_head_across_its_line(kit):
    seen, line, head = drawn(kit, [10, 20], [40, 60])  # 50 long: its head is 10
    assert seen
    assert line == [[10, 20], [34, 52]]
    tip, left, right = np.array(head)
    assert tip.tolist() == [40, 60]
    assert ((left + right) / 2).tolist() == [34, 52]
    assert (left - right) @ [3, 4] == pytest.approx(0, abs=1e-9)
    assert np.hypot(*(left - right)) == pytest.approx(9)


def test_an_arrow_as_short_as_its_head_is_none(kit):
    body = SHEET + (
        "const move = kit.arrow(sheet);"
        "return argument.map((length) => {"
        " move([5, 5], [5 + length, 5]); return move.g.hasAttribute('hidden'); });"
    )
    assert kit(body, [4, 3, 0, 4]) == [False, True, True, False]


@pytest.mark.parametrize(
    ("scale", "ticks", "words"),
    [
        ("kit.scale([0, 1], [0, 100])", "2", ["0", "0.5", "1"]),
        ("kit.scale([0, 0.1], [0, 100])", "4", ["0", "0.05", "0.10"]),
        ("kit.scale([-4, 4], [0, 100])", "4", ["−4", "−2", "0", "2", "4"]),
        ("kit.logScale([1e-4, 4], [0, 100])", "5", ["10⁻⁴", "10⁻³", "0.01", "0.1", "1"]),
        ("kit.logScale([1e-12, 1], [0, 100])", "4", ["10⁻¹²", "10⁻⁹", "10⁻⁶", "10⁻³", "1"]),
        ("kit.scale([0, 3], [0, 100])", '[0, 1.5, [3, "three"]]', ["0", "1.5", "three"]),
        ("kit.scale([0, 3], [0, 100])", "[]", []),
    ],
)
def test_an_axis_writes_its_marks(kit, scale, ticks, words):
    body = SHEET + (
        f"const x = {scale}; const y = kit.scale([0, 1], [50, 10]);"
        f'kit.axes(sheet, x, y, {{ xName: "right", yName: "up", xTicks: {ticks}, yTicks: [] }});'
        "const [g] = sheet.children;"
        "return g.children.filter((one) => one.localName === 'text').map((one) => one.text);"
    )
    assert kit(body) == [*words, "right", "up"]


def test_a_map_is_blue_below_zero_and_orange_above(kit):
    body = SHEET + (
        "images = []; const draw = kit.heat(sheet, { x: 0, y: 0, width: 9, height: 9 });"
        "draw(Float64Array.of(-9, -1, 0, 1, 2, 9), 3, 2);"
        "sheet.children.forEach((one) => markup(one, (id) => id)); return images;"
    )
    blue, orange = kit(body)
    assert (blue["width"], blue["height"]) == (3, 2)
    assert blue["alpha"] == [230, 115, 0, 0, 0, 0]
    assert orange["alpha"] == [0, 0, 0, 115, 230, 230]


def test_a_handle_says_where_it_stands(kit):
    body = SHEET + (
        "const at = { x: 0.5 }; const spec = { min: -1, max: 1, step: 0.5, digits: 1 };"
        "const across = kit.knob('x', spec, (key) => at[key], (given) => Object.assign(at, given));"
        "const move = kit.handle({ svg: sheet, width: 100, signal: null },"
        " { label: 'the tip', across, drag: () => {} });"
        "across.turn(1); move(12.345, 6, 'x is 1'); return Object.fromEntries(move.g.attributes);"
    )
    assert kit(body) == {
        "class": "nn-handle",
        "role": "slider",
        "tabindex": "0",
        "aria-label": "the tip",
        "aria-valuemin": "-1",
        "aria-valuemax": "1",
        "aria-valuenow": "1",
        "aria-valuetext": "x is 1",
        "transform": "translate(12.35 6.00)",
    }
