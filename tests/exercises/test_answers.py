"""Each checker against the wrong answers that a machine makes of its solution: how many pass?"""

from pathlib import Path

import numpy as np
import pytest
import yaml
from answers import define, slips, wrong_answers
from scipy.special import ndtr

from nnbook import exercises, nn
from nnbook.exercises.kit import limit

NAMES = exercises.names()
LISTED = yaml.safe_load((Path(__file__).parent / "equivalent_answers.yaml").read_text("utf-8"))
EVERYWHERE = tuple(LISTED.pop("every exercise"))


def imported(name):
    """What the chapter of an exercise has imported."""
    names = {"np": np, "nn": nn, "exercises": exercises, "ndtr": ndtr}
    if exercises.get(name).chapter == "pytorch":
        names["torch"] = pytest.importorskip("torch")
        names["torch"].set_num_threads(1)
    return names


@pytest.mark.parametrize(
    "name", [NAMES[0], *(pytest.param(name, marks=pytest.mark.slow) for name in NAMES[1:])]
)
def test_at_least_98_in_100_wrong_answers_are_refused(name, monkeypatch):
    monkeypatch.setattr(limit, "SECONDS", 2)
    assert exercises.get(name).ready()
    listed, refused, passed, equivalent = LISTED.get(name, {}), [], [], []
    for answer in wrong_answers(exercises.get(name), imported(name)):
        result = exercises.check(name, answer.function, seed=1)
        assert result.status in ("passed", "failed", "stub"), (answer.change, result)
        right = answer.change in listed or answer.change.endswith(EVERYWHERE)
        group = passed if result else refused
        (equivalent if right else group).append(answer.change)
        if answer.change in listed:
            assert result, f"{answer.change} is refused: take it off the list"
    assert set(listed) <= set(equivalent), "listed, but never made"
    assert len(refused) + len(passed) >= 15
    assert len(passed) <= 0.02 * (len(refused) + len(passed)), passed


def test_a_machine_makes_each_kind_of_slip():
    made = dict(
        slips("def f(x):\n    return np.sum(x - x.mean(axis=0, keepdims=True), axis=1) / 2")
    )
    after = {change.partition(" → ")[2] for change in made}
    assert "x.mean(axis=0)" in after  # a dropped keepdims
    assert "x.mean(keepdims=True)" in after
    assert "x" in after  # a dropped term
    assert {"axis=0", "axis=1"} <= after
    assert any("x + x.mean" in text for text in made.values())
    assert any(text.endswith("/ 3") for text in made.values())
    assert len(made) == len(set(made.values()))


def test_what_a_machine_defines_can_be_read_again():
    names = define("def f(x):\n    return x", {})
    assert names["f"](3) == 3
    import inspect

    assert inspect.getsource(names["f"]) == "def f(x):\n    return x"
