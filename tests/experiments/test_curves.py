"""Loss curves at four rates: what the figure says of them holds in every run."""

import numpy as np

from nnbook.experiments import curves


def last(name):
    return curves.curves()[name][:, -10:].mean(axis=1)


def test_the_four_rates_differ_as_their_names_say():
    assert (last("good") < 0.2).all()
    assert ((last("low") > 1) & (last("low") < 2)).all()
    assert last("high").max() > 3 * last("high").min()
    assert np.allclose(last("over"), np.log(10), atol=0.05)


def test_good_and_low_fall_smoothly_and_high_in_spikes():
    worst = {name: np.diff(found).max(axis=1) for name, found in curves.curves().items()}
    assert (worst["low"] < 0.05).all()
    assert (worst["high"] > 0.3).all()
    assert np.median(worst["good"]) < 0.3


def test_at_the_highest_rate_no_unit_is_on_and_at_the_good_one_nearly_all_are():
    assert not curves.on()["over"].any()
    assert (curves.on()["good"] > 0.8).all()


def test_all_start_alike_and_seeds_differ():
    first = {name: tuple(found[:, 0]) for name, found in curves.curves().items()}
    assert len({*first.values()}) == 1
    assert len({*first["low"]}) == len(curves.SEEDS)
