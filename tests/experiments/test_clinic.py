"""The patients of the clinic, small: each is sick in the way that it says."""

import numpy as np
import pytest

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


@pytest.mark.parametrize("name", clinic.PATIENTS)
def test_a_seed_has_the_same_curves_alone_and_beside_another(name):
    patient = clinic.PATIENTS[name]
    with np.errstate(all="ignore"):
        both = clinic.curves(patient, (3, 4), epochs=2)
        for k, seed in enumerate((3, 4)):
            alone = clinic.curves(patient, (seed,), epochs=2)
            for curve in both:
                assert both[curve][k] == pytest.approx(alone[curve][0], rel=1e-4), curve
    assert not np.allclose(both["train"][0], both["train"][1], rtol=1e-3)
