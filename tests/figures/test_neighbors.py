"""The neighbors' figure: what it shows is what the library's batch norm answers."""

import numpy as np
import pytest

from nnbook import nn
from nnbook.figures import Neighbors
from nnbook.figures.kit.pack import unpack
from nnbook.figures.neighbors.compute import BATCHES, PLACES, norm


def test_the_statistics_of_every_batch_are_numpys():
    one = Neighbors()
    stats = unpack(one.batches)
    for n in (2, 5, 8):
        for j in (0, 60, 120):
            x = np.array([one.values[0], PLACES[j], *one.values[2:]])[:n]
            assert np.allclose(stats[:2, n - 1, j], [x.mean(), x.var()], atol=1e-6)
            assert stats[2, n - 1, j] == pytest.approx(1 / np.sqrt(x.var() + 1e-5), rel=1e-5)
    assert np.isnan(stats[:, 0]).all()  # a batch of one has none


def test_the_running_statistics_follow_the_rule():
    mean, var, _, own = unpack(Neighbors().running)
    assert (mean[0], var[0]) == (0, 1)
    assert np.allclose(mean[1:], 0.9 * mean[:-1] + 0.1 * own[1:], atol=1e-6)
    unbiased = BATCHES[:, :, 0].var(axis=1, ddof=1)
    assert np.allclose(var[1:], 0.9 * var[:-1] + 0.1 * unbiased, atol=1e-5)


def test_in_use_the_neighbor_does_not_count_and_in_training_it_does():
    def mine(mode, other):
        return Neighbors(mode=mode, other=other).rows()[0][3]

    assert mine("eval", -6.0) == mine("eval", 6.0)
    assert abs(mine("train", -6.0) - mine("train", 6.0)) > 0.3


def test_of_two_each_is_one_sigma_from_their_mean():
    for other in (-5.0, 1.0, 6.0):
        rows = Neighbors(n=2, other=other).rows()
        assert abs(rows[0][2]) == pytest.approx(1, abs=1e-3)
        assert rows[0][2] == -rows[1][2]
        assert rows[2][2:] == ("–", "–")


def test_a_batch_of_one_is_refused_in_the_librarys_words_and_used_after_eval():
    one = Neighbors(n=1)
    with pytest.raises(ValueError, match="one example in training") as refused:
        nn.BatchNorm1d(1)(np.ones((1, 1), np.float32))
    assert one.refusal == str(refused.value)
    assert {row[2:] for row in one.rows()} == {("–", "–")}
    used = Neighbors(n=1, mode="eval", gamma=2.0, beta=1.0).rows()
    expected = norm(20, 2.0, 1.0).eval()(np.array([[one.values[0]]]))[0, 0]
    assert used[0][3] == pytest.approx(expected)
    assert used[1][2:] == ("–", "–")


def test_a_batch_of_the_readers_own():
    own = Neighbors(batch=[1, -3, 0, 0, 2, 2, 4, 4])
    assert [row[1] for row in own.rows()] == [1, -3, 0, 0, 2, 2, 4, 4]
    for wrong in ([1, 2, 3], [9] * 8, [np.nan] * 8):
        with pytest.raises(ValueError, match="give eight numbers from −6 to 6, mine first"):
            Neighbors(batch=wrong)
