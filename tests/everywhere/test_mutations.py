"""The library's tests notice the mistakes that a machine makes; here some of them, weekly all."""

import sys

from fresh import ROOT, run


def test_ninety_five_of_a_hundred_mistakes_are_noticed():
    print(run(sys.executable, ROOT / "tests/mutations.py", "--sample", 500))
