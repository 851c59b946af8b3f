"""The figure `memorizing`: its curves are the library's, its answers are those of the runs."""

import numpy as np
import pytest

from nnbook.experiments import dropout
from nnbook.figures import Memorizing
from nnbook.figures.kit.pack import unpack


def test_every_setting_finds_its_own_curves_in_the_tables():
    fig = Memorizing()
    losses, shares = unpack(fig.losses), unpack(fig.shares)
    for i, n in enumerate(dropout.SIZES):
        for j, noise in enumerate(dropout.NOISES):
            for k, name in enumerate(dropout.NETWORKS):
                runs = dropout.memorizing(n, noise, name)
                here = i, j, k
                assert np.allclose(losses[here], [runs["training"], runs["validation"]], atol=2e-4)
                both = [runs["right"], runs["by_heart"]]
                assert np.allclose(shares[here], both, atol=1e-6, equal_nan=True)


def test_rows_end_at_t_and_say_nothing_of_wrong_labels_where_there_are_none():
    runs = dropout.memorizing(100, 0.0, "16 neurons")
    rows = Memorizing(network="small", n="few", labels="right", t=0.6).rows()
    assert len(rows) == len(dropout.LOOKS)
    assert rows[3][0] == "0.6"
    assert rows[3][1] == pytest.approx(runs["training"][:, 3].mean())
    assert rows[3][4] == "–"
    assert rows[4][1:] == ("–",) * 4


def test_the_answers_hold():
    asked = {question["key"]: question for question in Memorizing().questions}
    plain = dropout.stopped(dropout.memorizing(300, 0.3, dropout.PLAIN))
    few = dropout.stopped(dropout.memorizing(100, 0.3, dropout.PLAIN))
    assert asked["turn"]["truth"] == pytest.approx(plain["update"].mean() / 100)
    assert asked["few"]["right"] == 0
    assert few["update"].mean() < plain["update"].mean()
    clean = dropout.memorizing(300, 0.0, dropout.PLAIN)["validation"].mean(axis=0)
    assert asked["clean"]["right"] == 1
    assert clean[-1] - clean.min() < 0.1
    drop = dropout.memorizing(300, 0.3, "64, dropout 0.5")["right"][:, -1]
    assert asked["dropout"]["right"] == 1
    assert abs(drop.mean() - plain["right"].mean()) < 0.05


def test_seeds_of_the_readers_own_and_none():
    with pytest.raises(ValueError, match=r"give at least one seed, range\(5\)"):
        Memorizing(seeds=())
