"""benchmarks/: that all are measured, do the same work, and are reported and judged rightly.
How fast anything is depends on the machine: no test asserts it."""

import importlib
import json
import math
import re
import subprocess
import sys
from itertools import chain, repeat
from pathlib import Path

import numpy as np
import pytest

from nnbook import nn

ROOT = Path(__file__).parents[1]
CONTESTANTS = {
    "nnbook",
    "PyTorch",
    "scikit-learn, float32",
    "scikit-learn, float64",
    "matrix products alone",
}
NETWORKS = CONTESTANTS - {"scikit-learn, float32", "scikit-learn, float64"}
LAYERS = ["Dropout", "BatchNorm1d", "Sigmoid", "ReLU", "Tanh", "GELU", "Softmax"]
LAYERS += ["CrossEntropyLoss"]


STEP = ("network", 64, 512)


@pytest.fixture(autouse=True)
def path(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)


def load(name):
    return importlib.import_module(f"benchmarks.{name}")


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """What `python -m benchmarks --quick` prints, the numbers and the plot that it leaves."""
    out = tmp_path_factory.mktemp("bench")
    command = [sys.executable, "-m", "benchmarks", "--quick", "--out", out]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert not result.returncode, result.stderr
    numbers = json.loads((out / "speed.json").read_text("utf-8"))
    return result.stdout, numbers, (out / "growth.svg").read_text("utf-8")


@pytest.mark.slow
def test_all_contestants_of_the_step_take_part_and_leave_positive_times(quick):
    _, numbers, _ = quick
    [main] = [r for r in numbers["rows"] if (r["what"], r["batch"], r["width"]) == STEP]
    assert set(main["ms"]) == set(main["median"]) == CONTESTANTS
    assert set(main["ratios"]) == CONTESTANTS - {"nnbook"}
    assert {row["what"] for row in numbers["rows"]} == {"network", *LAYERS}
    for row in numbers["rows"]:
        assert set(row["ms"]) >= ({"nnbook", "PyTorch"} if row["what"] in LAYERS else NETWORKS)
        assert all(t > 0 and math.isfinite(t) for times in row["ms"].values() for t in times)


@pytest.mark.slow
def test_all_contestants_compute_the_same(quick):
    """The loss after four steps, or the gradient of the input."""
    _, numbers, _ = quick
    for row in numbers["rows"]:
        apart = {"matrix products alone"} | ({"PyTorch"} if row["what"] == "Dropout" else set())
        assert row["difference"].keys() == row["ms"].keys() - apart
        assert max(row["difference"].values()) <= 1e-5


@pytest.mark.slow
def test_everything_ran_in_one_thread(quick):
    _, numbers, _ = quick
    assert {row["threads"] for row in numbers["rows"]} == {1}


@pytest.mark.slow
def test_machine_versions_threads_and_date_stand_above_the_tables(quick):
    text, numbers, _ = quick
    head, *_ = text.partition("\n## ")
    for name in ("Processor", "System", "Versions", "Threads", "Date", "Load"):
        assert re.search(rf"^- {name}: \S", head, re.MULTILINE), name
    assert all(name in head for name in ("Python 3.", "numpy 2.", "torch 2.", "scikit-learn 1."))
    assert "|" not in head
    assert numbers["about"].keys() >= {"Processor", "Versions", "Date"}


@pytest.mark.slow
def test_every_table_has_as_many_cells_in_each_row_as_in_its_head(quick):
    text, _, _ = quick
    tables = re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE)
    assert len(tables) == 4
    for table in tables:
        head, rule, *rows = [line.count("|") for line in table.splitlines()]
        assert rows
        assert {head, rule} == set(rows) | {head}
        assert re.fullmatch(r"\| --- (\| ---: )+\|", table.splitlines()[1])


@pytest.mark.slow
def test_the_plot_names_its_axes_and_its_curves(quick):
    svg = quick[2]
    for text in ("batch", "width", "ms", "nnbook", "PyTorch", "matrix products alone"):
        assert text in svg


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_the_plot_draws_the_times_of_each(quick, name):
    rows = [row for row in quick[1]["rows"] if row["what"] == "network"]
    slower = [row | {"median": row["median"] | {name: 2 * row["median"][name]}} for row in rows]
    plot = load("report").plot
    assert plot(rows) == plot(rows) != plot(slower)


def test_the_whole_measures_every_size_and_layer_of_the_issue():
    cases = [(case.what, case.batch, case.width) for case in load("speed").cases()]
    assert len(cases) == len(set(cases))
    assert {("network", n, 512) for n in (1, 16, 64, 256, 1024, 4096)} <= set(cases)
    assert {("network", 64, n) for n in (64, 128, 256, 512, 1024, 2048)} <= set(cases)
    assert {(layer, n, 512) for layer in LAYERS for n in (64, 1024)} <= set(cases)


@pytest.mark.parametrize("batch", [1, 64])
def test_the_bound_makes_the_multiplications_of_a_step_and_no_more(batch):
    speed = load("speed")
    made = speed.products(batch, (784, 512, 512, 10))
    forward = batch * (784 * 512 + 512 * 512 + 512 * 10)
    assert speed.multiplications(made) == 3 * forward - batch * 784 * 512


@pytest.mark.parametrize("batch", [1, 6])
def test_the_bound_gives_the_gradients_of_a_linear_network(batch):
    speed = load("speed")
    made = speed.products(batch, (5, 4, 3))
    speed.alone(made)()
    (_, x, w1, _), (_, _, w2, _), (_, g, _, w2_grad), *_, (_, _, _, w1_grad) = made
    model = nn.Sequential(nn.Linear(5, 4, bias=False), nn.Linear(4, 3, bias=False))
    for parameter, w in zip(model.parameters(), (w1, w2), strict=True):
        parameter.value[:] = w.T
    model(x)
    model.parameter_gradients(g.T)
    for parameter, grad in zip(model.parameters(), (w1_grad, w2_grad), strict=True):
        np.testing.assert_allclose(grad, parameter.grad, rtol=1e-5)


def test_a_contestant_that_computes_something_else_is_refused():
    compare = load("speed").compare
    assert compare({"nnbook": lambda: 2.0, "PyTorch": lambda: 2.000001})["PyTorch"] < 1e-6
    with pytest.raises(RuntimeError, match="PyTorch does not compute what nnbook does"):
        compare({"nnbook": lambda: 2.0, "PyTorch": lambda: 2.1})
    with pytest.raises(RuntimeError, match="PyTorch"):
        compare({"nnbook": lambda: 2.0, "PyTorch": lambda: math.nan})


def row(what, batch, width, **ms):
    return {"what": what, "batch": batch, "width": width, "ms": ms}


@pytest.mark.parametrize(
    ("what", "batch", "ours", "target", "reached"),
    [
        ("network", 64, 7.8, 0.78, True),
        ("network", 64, 7.81, 0.78, False),
        ("network", 1, 9.0, 0.90, True),
        ("network", 1, 9.1, 0.90, False),
        ("Dropout", 64, 2.0, 0.2, True),
        ("Dropout", 64, 2.1, 0.2, False),
        ("BatchNorm1d", 64, 10.1, 1.0, False),
        ("Sigmoid", 64, 11.0, 1.1, True),
    ],
)
def test_a_target_is_reached_at_and_below_it_and_missed_above(what, batch, ours, target, reached):
    report = load("report")
    ratio = report.summary(row(what, batch, 512, nnbook=[ours], PyTorch=[10.0]))["ratios"][
        "PyTorch"
    ]
    assert (ratio["target"], ratio["reached"]) == (target, reached)
    assert report.figure(ratio).endswith("reached" if reached else "**missed**")


def test_what_has_no_target_is_not_judged():
    report = load("report")
    for what, batch in (("Dropout", 1024), ("ReLU", 64)):
        ratios = report.summary(row(what, batch, 512, nnbook=[9.0], PyTorch=[1.0]))["ratios"]
        assert "target" not in ratios["PyTorch"]
        assert "ed" not in report.figure(ratios["PyTorch"])


def test_a_burst_in_one_round_moves_neither_the_ratio_nor_its_interval():
    ratio = load("timing").ratio
    quiet = [1.0 + i / 1000 for i in range(40)]
    middle, low, high = ratio(quiet, [2.0] * 40)
    assert low < middle < high
    assert high - low < 0.01
    assert ratio([100.0, *quiet[1:]], [2.0] * 40) == pytest.approx((middle, low, high), abs=0.001)


def test_a_load_that_lasts_cancels_in_the_ratio():
    speeds = [1.0] * 20 + [3.0] * 20
    found = load("timing").ratio([2 * s for s in speeds], [4 * s for s in speeds])
    assert found == (0.5, 0.5, 0.5)


@pytest.fixture
def clock(monkeypatch):
    """timing, and steps that alone move its clocks: by seconds of the processor and on the wall."""
    timing, now = load("timing"), {"processor": 0.0, "wall": 0.0}
    monkeypatch.setattr(timing, "process_time", lambda: now["processor"])
    monkeypatch.setattr(timing, "perf_counter", lambda: now["wall"])

    def step(seconds):
        def one():
            processor, wall = next(seconds)
            now["processor"] += processor
            now["wall"] += wall

        return one

    return timing, step


def test_every_contestant_takes_a_turn_in_every_round_and_times_are_those_of_one_step(clock):
    timing, step = clock
    steps = {"a": step(repeat((0.001, 0.001))), "b": step(repeat((0.030, 0.060)))}
    times, share = timing.interleave(steps, 0, turn=0.02, least=4)
    assert times == {"a": pytest.approx([1.0] * 2), "b": pytest.approx([30.0] * 2)}  # ms
    assert share == pytest.approx((20 * 0.001 + 0.030) / (20 * 0.001 + 0.060))


def test_rounds_in_which_others_had_the_processor_do_not_count(clock):
    timing, step = clock
    quiet, busy = (0.010, 0.010), (0.012, 0.040)
    warm_up = 2 + 3 + 3 + 3  # turns of one step, then of two, each after one that is not measured
    seconds = chain(repeat(quiet, warm_up), repeat(busy, 3 * 3), repeat(quiet))
    times, share = timing.interleave({"a": step(seconds)}, 0, turn=0.02, least=6)
    assert times == {"a": pytest.approx([10.0] * 3)}
    assert share == pytest.approx(1)


TABLES = """# Speed

| PyTorch | 3.636 | 0.912 (0.884–0.964), ≤ 0.78 **missed** |
| matrix products alone | 2.877 | 1.301 (1.284–1.360), ≤ 1.22 **missed** |

# Pages

| book/api | 20 | 100 | 700 |
| chapters/sgd | 75 | 100 | 180 |
| chapters/why | 20 | 100 | 90 |
| bowl | chapters/training | 35.0 | 17.0 | 25.1 | 60.0 |
| line | chapters/why | 35.0 | 17.0 | 19.2 | 60.0 |

# Beside Jupyter Book's own page

Beside Jupyter Book's own page of the same chapter: 0.07 of the bytes, ready in 0.14 of the time.

# Python in the page

| first answer, cold | 9.1 | 8.0 |
| a check after that | 0.31 | 0.30 |

# Making the book

| nothing kept | 151.2 | 280.0 |
| one sentence changed | 4.4 | 5.0 |
"""


def test_a_line_each_says_what_the_tables_hold():
    step, page, python, *_ = load("all").short(TABLES)
    assert "0.91 of PyTorch's time, and 1.30 of" in step
    assert "ready 90 to 180 ms after" in page
    assert "own page: 0.07 of the bytes, ready in 0.14 of the time)" in page
    assert "within 19 to 25 ms" in page
    assert "answers 9.1 s after the first press, then in 0.31 s" in python
    assert "made in 151 s, and in 4 s after" in python


def test_one_part_is_measured_again_and_the_others_are_kept(tmp_path, monkeypatch, capsys):
    every = load("all")
    results, readme = tmp_path / "results.md", tmp_path / "README.md"
    results.write_text(f"- what was told\n\n{TABLES}")
    readme.write_text("Before.\n<!-- measured -->\n- old\n<!-- end -->\nAfter.\n")
    monkeypatch.setattr(every, "ROOT", tmp_path)
    monkeypatch.setattr(every, "RESULTS", results)
    monkeypatch.setattr(every, "README", readme)
    new = "# Python in the page\n\n| first answer, cold | 7.0 |\n| a check after that | 0.2 |"
    monkeypatch.setattr(every, "measured", {"benchmarks.python": new}.__getitem__)
    every.main(["python"])
    text = results.read_text()
    assert "| 7.0 |" in text
    assert "| 9.1 |" not in text
    assert [line for line in TABLES.splitlines() if line not in text] == [
        "| first answer, cold | 9.1 | 8.0 |",
        "| a check after that | 0.31 | 0.30 |",
    ]
    before, *told, after = readme.read_text().splitlines()
    assert (before, after) == ("Before.", "After.")
    assert told[1:-1] == text.splitlines()[: len(told) - 2]
    assert "answers 7.0 s after" in readme.read_text()
    with pytest.raises(SystemExit, match="No part pyhton: there are speed, pages, rival, python"):
        every.main(["pyhton"])


def test_the_readme_and_the_status_page_tell_what_was_measured_last():
    every = load("all")
    [told] = every.TOLD.findall(every.README.read_text("utf-8"))
    measured = every.RESULTS.read_text("utf-8").splitlines()
    assert len(told.splitlines()) == 5
    assert told.splitlines() == measured[:5]
    assert every.RESULTS.name in (ROOT / "book/status.md").read_text("utf-8")
    for part in ("Speed", "Pages", "Python in the page", "Making the book"):
        assert f"# {part}" in measured
    assert all(
        re.search(rf"^- {name}: ", "\n".join(measured), re.MULTILINE)
        for name in ("Processor", "Versions")
    )


def test_the_growth_is_of_chapters_that_need_no_execution():
    build = load("build")
    assert build.COUNTS == (1, 8, 64)
    assert [build.each(count, 63 * 0.5) for count in (1, 64)] == ["", "0.50"]
    assert (ROOT / build.CHAPTER).exists()
    assert (ROOT / build.EXTRA).exists()


def test_the_rival_s_page_is_compared_in_size_and_in_both_speeds():
    rival = load("rival")
    ours = [rival.Loaded(ms, 26, 190.0, 0) for ms in [300] * 5 + [900] * 5]
    theirs = [rival.Loaded(ms, 43, 1900.0, 11) for ms in [1500] * 5 + [3600] * 5]
    text = rival.markdown({"this book": ours, "Jupyter Book": theirs})
    assert "| Jupyter Book | 43 | 11 | 1900 | 1500 | 3600 |" in text
    assert "0.10 of the bytes, ready in 0.20 of the time, on a processor at 1/4 in 0.25." in text
