"""The slides' code as an experiment: small runs of what the chapter runs in full."""

import numpy as np
import pytest

from nnbook import data, nn
from nnbook.experiments import pytorch as pt


def test_the_digits_are_split_in_two_and_no_picture_is_in_both():
    d = pt.digits()
    assert d.x.shape == (1437, 64)
    assert d.x_test.shape == (360, 64)
    assert len(d.y) == 1437
    assert len(d.y_test) == 360
    all_of_them = np.sort(np.concatenate([d.x, d.x_test]).sum(axis=1))
    np.testing.assert_array_equal(
        all_of_them, np.sort(np.concatenate([*pt.digits(1)[:2]]).sum(axis=1))
    )
    assert not np.array_equal(d.y, pt.digits(1).y)


def test_a_run_in_the_slides_setting_starts_by_guessing_and_learns_if_the_rate_allows():
    d = pt.digits()
    slow, fast = (pt.slides_run(d, lr, epochs=4, width=64, seed=1) for lr in (1e-3, 0.5))
    assert len(slow) == len(fast) == 5  # before, and after each epoch
    assert slow[0] == fast[0] < 0.3
    assert slow[-1] < 0.2 < 0.6 < fast[-1]
    np.testing.assert_array_equal(slow, pt.slides_run(d, 1e-3, epochs=4, width=64, seed=1))


def test_the_rates_are_compared_by_updates_times_rate():
    found = pt.slides_rate((2,), (0.1, 0.2), epochs=2, width=32)
    assert found["accuracy"].shape == (2, 1, 3)
    assert found["updates"].tolist() == [0, 23, 46]
    np.testing.assert_allclose(found["product"], [[0, 2.3, 4.6], [0, 4.6, 9.2]])
    assert pytest.approx(9.38) == pt.PRODUCT


def test_a_softmax_too_many_slows_the_learning_and_keeps_the_loss_above_its_floor():
    twice = pt.softmax_twice((3,), updates=150)
    once, again = twice["accuracy"][:, 0]
    assert once > again + 0.1
    perfect = nn.CrossEntropyLoss()(np.eye(10), np.arange(10))
    assert twice["loss"][1, 0] > perfect > 1.46


def test_a_larger_rate_makes_up_for_a_softmax_too_many_and_ruins_the_right_network():
    once, again = pt.softmax_twice((3,), lr=3.0, updates=300)["accuracy"][:, 0]
    assert once < 0.2 < 0.9 < again


def mnist() -> pt.Halves:
    images, labels = data.load_mnist_sample()
    x = images.reshape(len(images), -1)
    return pt.Halves(x[:1600], x[1600:], labels[:1600], labels[1600:])


def test_a_tenth_of_the_updates_at_a_hundred_times_the_rate_reads_more_of_mnist():
    parts = mnist()
    slow = pt.slides_run(parts, 1e-3, epochs=40, width=32)[-1]
    fast = pt.slides_run(parts, 0.1, epochs=4, width=32)
    assert fast.shape == (5,)
    assert fast[-1] > slow


@pytest.mark.slow
def test_at_the_slides_rate_layers_of_512_misread_twice_as_many_of_mnist_as_at_a_tenth():
    wrong = {w: 1 - pt.slides_run(mnist(), 1e-3, epochs=375, width=w)[-1] for w in (64, 512)}
    fast = 1 - pt.slides_run(mnist(), 0.1, epochs=38)[-1]
    assert wrong[512] < wrong[64] - 0.2
    assert 1.7 < wrong[512] / fast < 2.7
