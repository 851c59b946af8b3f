"""The figure `curves`: what it says of its four pictures is so, and of one right rate in one."""

import numpy as np

from nnbook.experiments import curves
from nnbook.figures import Curves


def test_the_lines_are_as_the_description_says():
    runs = curves.curves()
    jumps = {name: (np.diff(found, axis=1) > 0.3).sum(axis=1) for name, found in runs.items()}
    assert (np.diff(runs["low"], axis=1) < 0).all()  # B falls slowly and smoothly
    assert runs["low"][:, -1].min() > 0.9
    assert runs["good"][:, -1].max() < 0.1
    assert sorted(jumps["good"]) == [0, 0, 0, 0, 1]  # D, one run with a spike
    assert jumps["high"].min() >= 2  # A, many
    assert abs(runs["over"][:, -1] - np.log(10)).max() < 0.05  # C
    assert "one run with a spike" in " ".join(Curves.about.split())


def test_one_right_rate_is_right():
    figure = Curves(match="good,low,high,over", named=True)
    assert figure.still().say.startswith("1 of your four is right.")
    assert (
        Curves(match="high,low,good,over", named=True).still().say.startswith("2 of your four are")
    )
