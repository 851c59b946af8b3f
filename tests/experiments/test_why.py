"""The tasks of the first chapter: what lines and networks get right is counted truly."""

import numpy as np
import pytest

from nnbook import nn
from nnbook.experiments import why

each_task = pytest.mark.parametrize("task", why.TASKS)


@each_task
def test_a_task_has_a_hundred_points_of_each_class_inside_the_picture(task):
    x, y = why.points(task)
    assert x.shape == (200, 2)
    assert np.abs(x).max() < 2
    assert y.sum() == why.HALF


@each_task
def test_a_line_is_a_neuron(task):
    x, y = why.points(task)
    for i, j in ((0, 20), (13, 25), (50, 3)):
        w = [np.cos(np.radians(why.ANGLES[i])), np.sin(np.radians(why.ANGLES[i]))]
        circles = nn.Neuron(w, -why.OFFSETS[j], f=nn.relu)(x) > 0
        squares_right, circles_right = why.lines(task)[:, i, j]
        assert squares_right == (~circles[y == 0]).sum()
        assert circles_right == circles[y == 1].sum()


@each_task
def test_the_best_line_is_the_best_of_all(task):
    angle, offset, right = why.best_line(task)
    counts = why.lines(task).sum(axis=0)
    assert right == counts.max()
    assert counts[round(angle / 5), round((offset + 2) * 10)] == right


def test_what_the_chapter_says_of_lines_and_networks():
    best = {task: why.best_line(task)[2] / 200 for task in why.TASKS}
    assert best["blobs"] == 1
    assert 0.6 < best["ring"] < 0.8
    assert 0.68 < best["xor"] < 0.75
    assert 0.85 < best["moons"] < 0.95
    found = why.networks("ring", (7,))
    assert found["right"][0] > 190
    assert found["map"].shape == (48, 48)
    assert found["map"][24, 24] > 0 > found["map"][0, 0]  # the disk, and a corner


def test_the_first_row_of_a_map_is_the_top_of_the_plane():
    def upper(rng):
        x = rng.uniform(-1.8, 1.8, (200, 2))
        return x, (x[:, 1] > 0).astype(float)

    why.TASKS["upper"] = upper
    try:
        found = why.networks("upper", (0,))["map"]
    finally:
        del why.TASKS["upper"]
    assert (found[0] > 0).all()
    assert (found[-1] < 0).all()
