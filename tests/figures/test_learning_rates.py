"""The learning rates' figure: its questions are answered by the runs."""

import numpy as np
import pytest

from nnbook.experiments.batchnorm import GOOD, RATES, learning_rates
from nnbook.figures import LearningRates


def medians(f, series):
    return np.median(learning_rates(f, series)["test"], axis=1)


def test_rows_are_the_runs_and_hide_what_is_switched_off():
    rows = LearningRates(f="relu", first="larger", norm=True, predict="without").rows()
    assert len(rows) == len(RATES) == 13
    assert [row[1] for row in rows] == pytest.approx(100 * medians("ReLU", "larger weights"))
    assert [row[3] for row in rows] == pytest.approx(100 * medians("ReLU", "batch norm"))
    off = LearningRates(f="relu", first="larger").rows()
    assert {row[3:] for row in off} == {("–", "–")}


def test_the_answers_hold():
    asked = {question["key"]: question for question in LearningRates().questions}
    plain = (medians("sigmoid", "PyTorch’s weights") >= GOOD).sum()
    assert asked["without"]["right"] == (2 if plain == 0 else 1 if plain < 5 else 0)
    good = RATES[medians("sigmoid", "batch norm") >= GOOD]
    assert asked["with"]["truth"] == len(good)
    assert f"about {good.max() / good.min():.0f} times" in asked["with"]["explain"]
    assert f"Without batch norm it was {plain}." in asked["with"]["explain"]


def test_the_rates_are_written_as_they_are():
    assert [float(text) for text in LearningRates().rates] == pytest.approx(RATES, rel=0.13)


def test_seeds_of_the_readers_own_and_none():
    with pytest.raises(ValueError, match=r"give at least one seed, range\(5\)"):
        LearningRates(seeds=())
