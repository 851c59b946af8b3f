"""What JavaScript computes, against NumPy: table look-up, scales, ticks, and numbers as text."""

import numpy as np
import pytest

from nnbook.figures.activation.figure import PRINTED
from nnbook.figures.kit.functions import FUNCTIONS, REACH, TOLERANCE
from nnbook.figures.kit.pack import pack, unpack
from nnbook.figures.kit.table import unpacked
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
