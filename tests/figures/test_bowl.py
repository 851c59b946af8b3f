"""The figure `bowl`: what the browser puts together from tables is what the library computes."""

import numpy as np
import pytest

from nnbook import figures
from nnbook.figures.bowl import compute
from nnbook.figures.kit.pack import unpack
from nnbook.notebook.numbers import number


@pytest.mark.parametrize("kappa", ["k1", "k4", "k25"])
def test_the_lowest_point_and_the_stretch_are_as_said(kappa):
    bowl = figures.LossBowl(kappa=kappa).bowls[kappa]
    assert np.allclose(bowl["center"], [-1, -0.5])
    lengths = np.linalg.norm(bowl["axes"], axis=0)
    assert (lengths.max() / lengths.min()) ** 2 == pytest.approx(float(kappa[1:]))
    x, y = compute.points(float(kappa[1:]))
    rim = np.array(bowl["center"]) + np.array(bowl["axes"]) @ [0.6, 0.8]
    assert compute.error(x, y, rim) == pytest.approx(bowl["lowest"] + 0.5)


@pytest.mark.parametrize("batch", ["b1", "b4", "b16", "all"])
@pytest.mark.parametrize("seed", [1, 5])
def test_moves_of_rate_one_make_the_path_at_any_rate(batch, seed):
    figure = figures.LossBowl(batch=batch, seed=seed, lr=0.7, w1=-2.3, w2=1.1)
    one = unpack(figure.tables["k4"]["updates"])
    drawn = unpack(figure.tables["picks"][batch]).round().astype(int)
    moves, w = one[drawn].mean(axis=1), np.array([-2.3, 1.1])
    path, _ = figure.path()
    for t in range(compute.LAST):
        assert np.allclose(path[t], w, atol=1e-4)
        w = w + 0.7 * compute.update_at(moves[((seed - 1) * compute.LAST + t) % len(moves)], w)
    assert len(path) == compute.LAST + 1


def test_the_angles_are_those_of_the_specification():
    explained = figures.LossBowl().questions[0]
    assert explained["truth"] == pytest.approx(36.87, abs=0.01)
    assert "is 58.9°" in explained["explain"]
    assert "is 0°" in explained["explain"]


def test_four_times_the_examples_halve_the_cloud():
    x, y = compute.points(4.0)
    one = unpack(compute.update_tables(x, y)["updates"])
    batches = [one[compute.picks(size, len(x))].mean(axis=1).transpose(1, 2, 0) for size in (4, 16)]
    wide = [compute.update_at(one, (1.0, 0.5)) for one in batches]
    spreads = [np.sqrt(one.var(axis=1).sum()) for one in wide]
    assert spreads[0] / spreads[1] == pytest.approx(2, rel=0.15)


def test_points_of_ones_own_are_shown_and_nothing_is_asked():
    x = np.random.default_rng(0).normal(size=50)
    own = figures.LossBowl(x, 3 * x + 1)
    assert own.kappa == "own"
    assert own.questions == []
    assert own.bowls["own"]["lowest"] == pytest.approx(0, abs=1e-12)
    assert "your points" in repr(own)
    assert own.still().out["e"] == number(own.rows()[0][3], 2)


@pytest.mark.parametrize(
    ("x", "y", "says"),
    [
        (np.arange(20) + 1990.0, np.arange(20.0), r"take the mean off first"),
        (np.arange(20.0), None, r"both x and y"),
        (np.arange(5.0), np.arange(5.0), r"16 to 1,000 numbers each, got \(5,\)"),
        (np.ones(20), np.arange(20.0), r"not all the same"),
    ],
)
def test_what_is_wrong_with_the_readers_points_is_said_in_words(x, y, says):
    with pytest.raises(ValueError, match=says):
        figures.LossBowl(x, y)
