"""Networks that do the same and look different inside: on two seeds, and little training."""

import numpy as np

from nnbook.experiments import black_box


def test_two_networks_agree_although_their_weights_do_not():
    found = black_box.alike((0, 1), updates=150)
    assert found["right"].shape == (2,)
    assert found["agree"].shape == found["cosine"].shape == (1,)
    assert found["right"].min() > 0.85
    assert found["agree"][0] > 0.85
    assert abs(found["cosine"][0]) < 0.1


def test_another_order_of_the_hidden_neurons_is_the_same_network_with_other_weights():
    change, cosine = black_box.reordered()
    assert change < 1e-5
    assert abs(cosine) < 0.2


def test_a_trained_network_is_kept_and_not_changed_by_the_others():
    model = black_box.trained(0)
    before = model.state_dict()["0.weight"].copy()
    black_box.reordered(0)
    assert black_box.trained(0) is model
    assert np.array_equal(model.state_dict()["0.weight"], before)


def test_without_hidden_layers_ten_neurons_are_left():
    assert black_box.trained(0, hidden=(), updates=5).state_dict()["0.weight"].shape == (
        10,
        64,
    )
