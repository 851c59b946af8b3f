"""What JavaScript computes, against NumPy: table look-up, scales, ticks, and numbers as text."""

from __future__ import annotations

import numpy as np
import pytest
from site_visit import Visit

from nnbook.figures.activation.figure import PRINTED
from nnbook.figures.kit.functions import FUNCTIONS, REACH, TOLERANCE
from nnbook.figures.kit.html import number
from nnbook.figures.kit.pack import pack, unpack
from nnbook.figures.kit.table import unpacked

TABLES = {**FUNCTIONS, "printed": PRINTED}


def in_kit(visit: Visit, body: str, argument: object) -> object:
    """Run `body` in a page with the kit's own file, imported as the module that it is."""
    visit.page.goto(f"{visit.site}/src/nnbook/figures/front/kit.css")
    script = (
        "async ([body, argument]) => {"
        " const kit = await import('/src/nnbook/figures/front/kit.js');"
        " return new Function('kit', 'argument', body)(kit, argument); }"
    )
    return visit.page.evaluate(script, [body, argument])


def look_up(visit: Visit, table: bytes, x: np.ndarray) -> np.ndarray:
    body = (
        "const bytes = new DataView(new Uint8Array(argument.table).buffer);"
        "const { at } = kit.table(bytes); return argument.x.map(at);"
    )
    return np.array(in_kit(visit, body, {"table": list(table), "x": x.tolist()}))


@pytest.mark.parametrize("which", ["f", "slope"])
@pytest.mark.parametrize("name", TABLES)
def test_a_table_gives_numpys_values(visit: Visit, name: str, which: str):
    curve = TABLES[name]
    true, tolerance = {"f": (curve.f, TOLERANCE), "slope": (curve.derivative, 10 * TOLERANCE)}[
        which
    ]
    kinks = [side for at in curve.breaks for side in (at - 1e-6, at, at + 1e-6)]
    x = np.array([*np.linspace(-REACH, REACH, 1001), *kinks])
    got = look_up(visit, curve.tables()[which], x)
    assert np.abs(got - true(x)).max() <= tolerance + 1e-6  # 1e-6: a table holds float32


@pytest.mark.parametrize("which", ["f", "slope"])
@pytest.mark.parametrize("name", TABLES)
def test_outside_a_table_its_last_segments_go_on(visit: Visit, name: str, which: str):
    table = TABLES[name].tables()[which]
    xs, ys = unpacked(table)
    for x, (i, j) in ((-20.0, (0, 1)), (20.0, (-2, -1))):
        straight = ys[j] + (ys[j] - ys[i]) / (xs[j] - xs[i]) * (x - xs[j])
        assert look_up(visit, table, np.array([x]))[0] == pytest.approx(straight, abs=1e-9)
        true = TABLES[name].f if which == "f" else TABLES[name].derivative
        assert look_up(visit, table, np.array([x]))[0] == pytest.approx(
            true(np.array([x]))[0], abs=1e-3
        )


def test_the_left_value_counts_at_a_jump(visit: Visit):
    table = FUNCTIONS["relu"].tables()["slope"]
    assert look_up(visit, table, np.array([-1e-9, 0.0, 1e-9])).tolist() == [0, 0, 1]


def test_numbers_are_written_as_python_writes_them(visit: Visit):
    values = [0.0, -0.0, -0.0004, 0.0006, 1.005, -2.5, 1234.5678, -0.9996, 0.125, 2.675]
    got = in_kit(visit, "return argument.map((v) => kit.fmt(v, 3));", values)
    assert got == [number(v, 3) for v in values]


def test_a_scale_and_its_inverse(visit: Visit):
    body = "const s = kit.scale([-4, 4], [40, 200]);return [s(-4), s(4), s(0), s.invert(s(1.25))];"
    assert in_kit(visit, body, None) == [40, 200, 120, 1.25]


@pytest.mark.parametrize(
    ("a", "b", "n", "expected"),
    [
        (-4, 4, 8, [-4, -3, -2, -1, 0, 1, 2, 3, 4]),
        (0, 1, 2, [0, 0.5, 1]),
        (-0.12, 1.12, 2, [0, 1]),
        (-6, 6, 6, [-6, -4, -2, 0, 2, 4, 6]),
    ],
)
def test_ticks_are_round_numbers(visit: Visit, a: float, b: float, n: int, expected: list[float]):
    assert in_kit(visit, "return kit.ticks(...argument);", [a, b, n]) == expected


def test_a_figure_that_is_taken_away_leaves_nothing_behind(visit: Visit):
    """Drawn and removed twice: no listener stays on the model, no timer, no element."""
    from nnbook.figures import Activation

    fig = Activation()
    state = {key: getattr(fig, key) for key in fig.own_traits() if key != "tables"}
    tables = {n: {k: list(v) for k, v in t.items()} for n, t in fig.tables.items()}
    visit.page.goto(f"{visit.site}/src/nnbook/figures/front/kit.css")
    left = visit.page.evaluate(
        """async ([state, tables, html]) => {
          const bytes = (v) => new DataView(new Uint8Array(v).buffer);
          for (const t of Object.values(tables)) for (const k in t) t[k] = bytes(t[k]);
          const listeners = new Map();
          const values = { ...state, tables, _html: html };
          const model = {
            get: (k) => values[k],
            set: (k, v) => {
              values[k] = v;
              for (const f of listeners.get(`change:${k}`) ?? []) f();
            },
            on: (e, f) => { listeners.set(e, [...(listeners.get(e) ?? []), f]); },
            off: (e, f) => { listeners.set(e, (listeners.get(e) ?? []).filter((g) => g !== f)); },
            save_changes() {},
          };
          const timers = new Set();
          const [set, clear] = [window.setTimeout, window.clearTimeout];
          window.setTimeout = (f, ms) => {
            const t = set(() => { timers.delete(t); f(); }, ms);
            timers.add(t);
            return t;
          };
          window.clearTimeout = (t) => { timers.delete(t); clear(t); };
          const { default: widget } = await import('/src/nnbook/figures/front/activation.js');
          const el = document.body;
          for (let k = 0; k < 2; k++) {
            const stop = widget.render({ model, el });
            model.set("w", 2 + k);
            await Promise.resolve();
            stop();
          }
          const frozen = el.innerHTML;
          model.set("w", -3);
          await Promise.resolve();
          return {
            listeners: [...listeners.values()].flat().length, timers: timers.size,
            drawings: el.querySelectorAll("svg").length, changed: frozen !== el.innerHTML,
          };
        }""",
        [state, tables, fig._html],
    )
    assert left == {"listeners": 0, "timers": 0, "drawings": 0, "changed": False}


ARRAYS = {
    "i2": np.array([[1.5, -2.25, np.nan], [0.0, 1e3, np.inf]]),
    "u1": np.linspace(0, 7, 24).reshape(2, 3, 4),
    "f4": np.array([[1e-8, -3e7], [np.pi, np.nan]]),
}


@pytest.mark.parametrize("dtype", ARRAYS)
def test_a_packed_array_arrives_as_numpy_has_it(visit: Visit, dtype: str):
    packed = pack(ARRAYS[dtype], dtype)
    body = (
        "const packed = {...argument, data: new DataView(new Uint8Array(argument.data).buffer)};"
        "const a = kit.array(packed); const seen = (v) => (Number.isNaN(v) ? null : v);"
        "return { all: Array.from(a.values, seen), shape: a.shape, at: a.at(...argument.place),"
        " row: Array.from(a.part(1), seen) };"
    )
    true = unpack(packed)
    place = (1,) * true.ndim if dtype == "u1" else (1, 0)
    got = in_kit(visit, body, {**packed, "data": list(packed["data"]), "place": place})
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


def test_a_logarithmic_scale_and_its_marks(visit: Visit):
    body = (
        "const s = kit.logScale([1e-3, 10], [0, 400]);"
        "const words = [-5, -1, 2].map(kit.power);"
        "return [s(1e-3), s(0.1), s(10), s.invert(100), ...words];"
    )
    *numbers, small, tenth, hundred = in_kit(visit, body, None)
    assert numbers == pytest.approx([0, 200, 400, 0.01], abs=1e-12)
    assert (small, tenth, hundred) == ("10⁻⁵", "0.1", "100")
