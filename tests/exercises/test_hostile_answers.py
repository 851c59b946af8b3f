"""Answers that lean on the judge instead of the task: none passes, and the next one is judged as
if they had never been."""

import builtins
import json
import sys
from types import ModuleType

import numpy as np
import pytest

from nnbook import exercises, nn
from nnbook.exercises.kit import guard, judge, limit, stages, values
from nnbook.exercises.kit.limit import TooLong, within
from nnbook.exercises.kit.result import Result

NAMES = exercises.names()
GELU = exercises.get("gelu").solution


def said(result):
    return {part.label: part.text for part in result.parts}


def yes(*args, **more):
    return True


@pytest.fixture(autouse=True)
def _as_before():
    guard.restore()
    yield
    assert not guard.restore(), "a check has left something replaced"


HOSTILE = {
    "numpy.isclose": lambda: setattr(np, "isclose", yes),
    "numpy.abs": lambda: setattr(np, "abs", lambda a: 0 * a),
    "numpy.all": lambda: setattr(np, "all", yes),
    "numpy.asarray": lambda: setattr(np, "asarray", lambda *a, **k: np.zeros(8)),
    "builtins.all": lambda: setattr(builtins, "all", yes),
    "builtins.any": lambda: setattr(builtins, "any", lambda x: False),
    "nnbook.exercises.kit.values.near": lambda: setattr(values, "near", yes),
    "nnbook.exercises.kit.stages.close": lambda: setattr(stages, "close", yes),
    "nnbook.exercises.kit.values.FLOAT64": lambda: setattr(values, "FLOAT64", (9e9, 9e9)),
    "nnbook.exercises.kit.stages.STAGES": lambda: setattr(stages, "STAGES", ()),
    "nnbook.exercises.kit.judge.STAGES": lambda: setattr(judge, "STAGES", ()),
    "nnbook.exercises.neuron.GELU.cases": lambda: setattr(exercises.get("gelu"), "cases", ()),
    "nnbook.exercises.neuron.GELU.reference": lambda: setattr(
        exercises.get("gelu"), "reference", lambda x: np.full(x.shape, 3.0)
    ),
    "nnbook.exercises.kit.values.close": lambda: setattr(values.close, "__code__", yes.__code__),
    "numpy.isfinite": lambda: setattr(np, "isfinite", yes),
    "nnbook.exercises.kit.result.Result.status": lambda: setattr(
        Result, "status", property(lambda self: "passed", lambda self, value: None)
    ),
    "json.dumps": lambda: setattr(json, "dumps", lambda *a, **k: '{"status": "passed"}'),
    "sys.modules['json']": lambda: sys.modules.pop("json"),
    "sys.modules['math']": lambda: sys.modules.update(math=ModuleType("math")),
    "sys.modules['nnbook.nn']": lambda: sys.modules.update({"nnbook.nn": ModuleType("nn")}),
    "nnbook.nn.gelu": lambda: setattr(nn, "gelu", lambda x: np.full(np.shape(x), 3.0)),
}


@pytest.mark.parametrize("when", ["in the call", "before the check"])
@pytest.mark.parametrize("name", HOSTILE)
def test_what_replaces_the_judges_tools_is_named_and_put_back(name, when):
    def threes(x):
        if when == "in the call":
            HOSTILE[name]()
        return np.full(np.shape(x), 3.0)

    if when == "before the check":
        HOSTILE[name]()
    result = exercises.check("gelu", threes)
    assert not result.passed
    assert f"`{name}`" in said(result)["Came"]
    assert exercises.check("gelu", GELU).passed
    assert not exercises.check("gelu", lambda x: np.full(np.shape(x), 3.0)).passed


@pytest.mark.parametrize("name", NAMES)
def test_a_right_answer_that_replaces_something_does_not_pass_either(name):
    right = exercises.get(name).solution

    def f(*args):
        np.isclose = yes
        return right(*args)

    result = exercises.check(name, f)
    assert not result.passed
    assert "`numpy.isclose`" in said(result)["Came"]
    assert exercises.check(name, right).passed


def test_results_that_lie_about_themselves_are_seen_through():
    class Agreeing(np.ndarray):
        def __eq__(self, other):
            return np.ones(np.shape(self), bool)

        def __sub__(self, other):
            return np.zeros(np.shape(self))

    class Number(float):
        def __eq__(self, other):
            return True

        __hash__ = None

    assert not exercises.check("gelu", lambda x: np.full(x.shape, 3.0).view(Agreeing))
    assert not exercises.check("count_parameters", lambda sizes: Number(3))
    tensor = type("Tensor", (), {"__module__": "torch", "detach": lambda self: self})
    assert not exercises.check("gelu", lambda x: tensor())


@pytest.mark.parametrize("name", NAMES)
def test_none_of_the_answers_that_answer_nothing_passes(name):
    other = exercises.get(NAMES[NAMES.index(name) - 1]).solution

    def empty(*args):
        pass

    def dots(*args): ...

    def renamed(*args):
        return other(*args)

    renamed.__name__ = name
    for f in (empty, dots, renamed, other, "", None):
        result = exercises.check(name, f)
        assert not result.passed
        assert "book's fault" not in str(result)


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_that_is_right_for_a_while_does_not_pass(name):
    right, calls = exercises.get(name).solution, []

    def f(*args):
        calls.append(1)
        return right(*args) if len(calls) < len(exercises.get(name).cases) else None

    assert not exercises.check(name, f)


def test_one_array_for_all_results_is_named():
    room = np.zeros((9, 9))

    def f(x, w, b):
        out = room[: len(x), 0]
        out[:] = np.maximum(x @ w + b, 0)
        return out

    assert "both return the same array" in said(exercises.check("neuron", f))["Likely cause"]


def test_what_an_earlier_call_has_left_is_named():
    seen = []

    def f(sizes):
        seen.append(1)
        return exercises.get("count_parameters").solution(sizes) + (len(seen) > 7)

    labels = said(exercises.check("count_parameters", f, seed=3))
    assert "seed=3" in labels["The same cases again"]

    def g(sizes):
        first = sizes == [4, 2, 1]
        seen.append(first)
        return exercises.get("count_parameters").solution(sizes) + (first and seen.count(True) > 1)

    seen.clear()
    labels = said(exercises.check("count_parameters", g, seed=3))
    assert "once more" in labels["Called"]
    assert "The same call was right before" in labels["Likely cause"]


def test_a_seed_draws_the_same_cases_again():
    def f(x):
        return x * 0 if x.ndim == 3 else GELU(x)

    one, two, other = (str(exercises.check("gelu", f, seed=seed)) for seed in (1, 1, 2))
    assert one == two != other
    assert 'exercises.check("gelu", gelu, seed=1)' in one
    chosen = {str(exercises.check("gelu", f)) for _ in range(8)}
    assert len(chosen) > 1


@pytest.mark.skipif(sys.version_info < (3, 12), reason="no sys.monitoring")
def test_without_threads_a_loop_is_ended_too(monkeypatch):
    def no_threads(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(limit.Thread, "start", no_threads)

    def endless():
        while True:
            pass

    def stubborn():
        while True:
            try:
                endless()
            except BaseException:
                continue

    done = []
    within(1, lambda: done.append(1))
    assert done == [1]
    for work in (endless, stubborn):
        with pytest.raises(TooLong) as late:
            within(0.2, work)
        assert late.value.stopped
    assert sys.monitoring.get_tool(0) is None
    assert exercises.check("gelu", GELU)


def test_what_is_loaded_later_is_watched_from_then_on(monkeypatch):
    """As the parts that only PyTorch's exercises need are."""
    for name in ("_modules", "_loaded", "_kept", "_functions", "_classes"):
        monkeypatch.setattr(guard, name, getattr(guard, name).copy())
    late = ModuleType(f"{guard.OURS}.late")
    exec("def weigh(a): return a", vars(late))
    own = late.weigh
    monkeypatch.setitem(sys.modules, late.__name__, late)
    assert not guard.restore()
    late.weigh = yes
    assert guard.restore() == [f"{late.__name__}.weigh"]
    assert late.weigh is own
