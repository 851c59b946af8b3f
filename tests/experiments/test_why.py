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


def most_through_pairs(x, y):
    """A turn or a shift of the line through two points gets both right; count the rest."""
    most = 0
    for i, j in zip(*np.triu_indices(len(x), 1), strict=True):
        (p, q), rest = x[[i, j]], np.delete(np.arange(len(x)), [i, j])
        left = (x[rest] - p) @ np.array([p[1] - q[1], q[0] - p[0]]) > 0
        right = (left == (y[rest] > 0)).sum()
        most = max(most, right + 2, len(x) - right)
    return most


@each_task
def test_the_best_line_is_the_best_of_all_and_of_the_grid_only_nearly(task):
    x, y = why.points(task)
    angle, offset, right = why.best_line(task)
    w = [np.cos(np.radians(angle)), np.sin(np.radians(angle))]
    assert ((nn.Neuron(w, -offset, f=nn.relu)(x) > 0) == (y > 0)).sum() == right
    assert right == most_through_pairs(x, y)
    grid = why.lines(task).sum(axis=0).max()
    assert right - 2 <= grid <= right
    assert right == {"blobs": 200, "ring": 141, "xor": 144, "moons": 184}[task]
    assert (grid == right) == (task == "blobs")


@pytest.mark.parametrize(
    ("x", "y", "right"),
    [
        ([[0, 0]] * 4, [0, 1, 1, 1], 3),  # no line tells a point from itself
        ([[0, 0], [0, 0], [1, 1]], [0, 1, 1], 2),
        ([[0, 0], [1, 1], [2, 2]], [0, 1, 0], 2),  # on one line
        ([[1, 0], [2, 0], [3, 0]], [1, 1, 0], 3),
        ([[0, 0], [1, 1], [0, 1], [1, 0]], [0, 0, 1, 1], 3),
        ([[0, 0], [1, 0]], [0, 0], 2),  # one class alone
        ([[5, 5]], [1], 1),
    ],
)
def test_the_best_cut_of_few_points_or_equal_ones(x, y, right):
    x, y = np.array(x, float), np.array(y, float)
    for turned, labels in ((x, y), (-x, y), (x[:, ::-1], y), (x, 1 - y)):
        angle, offset, found = why.best_cut(turned, labels)
        w = [np.cos(np.radians(angle)), np.sin(np.radians(angle))]
        assert found == right == ((turned @ w > offset) == (labels > 0)).sum()


def test_a_layer_without_f_never_changes_what_the_best_line_gets_right():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(40, 2)), rng.integers(0, 2, 40).astype(float)
    before = why.best_cut(x, y)[2]
    for _ in range(20):
        layer = nn.Linear(2, 2, rng=rng, dtype=np.float64)
        assert why.best_cut(layer(x), y)[2] == before


def test_what_the_chapter_says_of_lines_and_networks():
    assert why.lines("blobs").sum(axis=0)[35 // 5, 20] == 200  # the line that the text links to
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


def test_the_nearest_of_the_others_and_how_far_off_a_typical_one_is():
    x = np.array([[0, 0], [3, 4], [3, 5], [0, -10]], np.float32)
    who, near, typical = why.nearest(x)
    assert who.tolist() == [1, 2, 1, 0]
    assert np.allclose(near, [5, 1, 1, 10])
    rows = [[np.hypot(*(a - b)) for b in x] for a in x]
    assert np.allclose(typical, np.sum(rows, axis=1) / 3)


def test_a_row_that_stands_twice_is_its_own_double_s_nearest():
    who, near, _ = why.nearest(np.array([[1.0, 2], [5, 5], [1, 2]]))
    assert who[[0, 2]].tolist() == [2, 0]
    assert near[[0, 2]].tolist() == [0, 0]


def test_unseen_points_are_others_of_the_same_task():
    found = why.networks("ring", (7,))
    assert found["right"].tolist() == [200]
    assert 190 <= found["unseen"][0] <= 200
    blobs = why.networks("blobs", (7,))
    assert blobs["unseen"][0] < blobs["right"][0] == 200  # the heaps overlap
