"""What a network costs: counted as on paper, and measured as a median."""

import numpy as np

from nnbook import nn
from nnbook.experiments import cost


def test_an_update_takes_three_products_for_each_weight_but_two_in_the_first_layer():
    model = nn.Sequential(nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 3))
    assert cost.of_update(model, batch=7) == 7 * (2 * 5 * 4 + 3 * 4 * 3)


def test_widths_are_measured_side_by_side_with_their_counts():
    found = cost.by_width((8, 16), batch=4, repeat=3)
    assert found["width"].tolist() == [8, 16]
    assert found["parameters"].tolist() == [64 * w + w + w * w + w + 10 * w + 10 for w in (8, 16)]
    assert (found["milliseconds"] > 0).all()
    assert found["multiplications"][1] > 2 * found["multiplications"][0]


def test_measuring_counts_no_warm_up(monkeypatch):
    ticks = iter([0.0, 9.0, 10.0, 10.001, 20.0, 20.001])  # the first update takes 9 seconds
    monkeypatch.setattr(cost, "process_time", lambda: next(ticks))
    model = nn.Sequential(nn.Linear(64, 10))
    x, y = np.zeros((4, 64), np.float32), np.zeros(4, np.int64)
    assert np.isclose(cost.milliseconds(model, x, y, repeat=3), 1.0)
