"""The patients of the clinic, small: each is sick in the way that it says."""

import numpy as np

from nnbook.experiments import clinic


def test_curves_begin_before_the_first_update_and_have_a_point_for_each_epoch():
    found = clinic.curves(clinic.HEALTHY, (3,), epochs=4)
    assert {name: values.shape for name, values in found.items()} == {
        "train": (1, 5), "validation": (1, 5), "right": (1, 5)
    }  # fmt: skip
    assert found["right"][0, 0] < 0.3 < 0.7 < found["right"][0, -1]


def test_a_rate_that_is_too_large_turns_the_hidden_neurons_off_and_a_good_one_does_not():
    with np.errstate(all="ignore"):
        sick = clinic.off(clinic.PATIENTS["learning rate too large"], (3,), epochs=8)
    assert sick.shape == (1,)
    assert sick[0] > 0.9
    assert clinic.off(clinic.HEALTHY, (3,), epochs=4)[0] < 0.1


def test_without_zero_grad_old_gradients_drive_the_weights_on():
    sick = clinic.curves(clinic.PATIENTS["no zero_grad"], (3,), epochs=4)
    well = clinic.curves(clinic.HEALTHY, (3,), epochs=4)
    assert np.array_equal(sick["train"][:, 0], well["train"][:, 0])
    assert not np.allclose(sick["train"][:, 1], well["train"][:, 1])
