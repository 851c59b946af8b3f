"""The library's tests notice the mistakes that a machine makes; here some of them, weekly all."""

import sys

import pytest
from fresh import ROOT, run

pytest.importorskip("resource", reason="Windows limits no process's memory")
import mutations


def test_every_file_has_tests_and_what_is_listed_as_equivalent_is_still_a_mutant():
    for file in mutations.FILES:
        assert mutations.tests(file)
        assert all((mutations.ROOT / test).exists() for test in mutations.tests(file))
        assert mutations.mistakes(file)
    assert set(mutations.equivalents()) <= set(mutations.FILES)


def test_a_mistake_is_noticed_and_the_same_in_other_words_is_not():
    text = (mutations.LIBRARY / "nn/init.py").read_text("utf-8")
    judge = mutations.Judge([])
    for new, killed in (
        ("_gain(gain) * sqrt(1 / fan_in)", True),
        ("sqrt(2 / fan_in) * _gain(gain)", False),
    ):
        changed = text.replace("_gain(gain) * sqrt(2 / fan_in)", new)
        assert changed != text
        assert bool(judge.killer("nn/init.py", changed)) is killed


def test_ninety_five_of_a_hundred_mistakes_are_noticed():
    print(run(sys.executable, ROOT / "tests/mutations.py", "--sample", 500))
