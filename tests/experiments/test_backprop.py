"""What the chapter on backpropagation claims, on one seed and small."""

import numpy as np
import pytest

from nnbook import nn
from nnbook.experiments import backprop as bp
from nnbook.experiments.sgd import differences, gradients, ten_weights

X, Y = np.array([[2.0, 1.0, -1.0, 0.5]]), np.array([[2.5]])
each_f = pytest.mark.parametrize("f", [None, nn.Sigmoid, nn.ReLU])


@each_f
def test_three_ways_give_one_gradient(f):
    model, loss_fn = ten_weights(f), nn.HalfSquaredLoss()
    by_library = gradients(model, loss_fn, X, Y)
    assert by_library.shape == (10,)
    assert np.allclose(by_library, differences(model, loss_fn, X, Y), rtol=0, atol=1e-8)
    theirs = bp.pytorch_gradients(model, X, Y)
    assert theirs is None or np.allclose(by_library, theirs, rtol=0, atol=1e-13)


def test_differences_leave_the_weights_as_they_were():
    model = ten_weights(nn.Sigmoid)
    before = [p.value.copy() for p in model.parameters()]
    differences(model, nn.HalfSquaredLoss(), X, Y)
    for p, value in zip(model.parameters(), before, strict=True):
        assert np.array_equal(p.value, value)


def test_the_printed_form_is_wrong_in_sign_and_lacks_the_slope():
    for f, slope in ((None, 1.0), (nn.Sigmoid, nn.sigmoid_derivative(1.0))):
        model, loss_fn = ten_weights(f), nn.HalfSquaredLoss()
        meant = gradients(model, loss_fn, X, Y)
        printed = bp.as_printed(model, loss_fn, X, Y)
        assert np.allclose(-printed[:8] * slope, meant[:8])  # f′ is even: both units have one slope
        assert np.allclose(-printed[8:], meant[8:])


def test_the_printed_sign_climbs_and_the_right_one_goes_down():
    down = bp.follow(gradients, ten_weights(None), X, Y, updates=5)
    up = bp.follow(bp.as_printed, ten_weights(None), X, Y, updates=5)
    assert down.shape == up.shape == (6,)
    assert np.allclose([down[1], up[1]], [0.0028125, 1.78132812])
    assert np.all(np.diff(down) < 0)
    assert np.all(np.diff(up) > 0)


def test_the_paths_of_one_weight_add_up_to_its_gradient():
    for width, layers in ((2, 5), (3, 4)):
        found = bp.one_by_one(width=width, layers=layers, seed=1)
        assert found["paths"] == width ** (layers - 1)
        assert found["by matrices"] != 0
        assert np.isclose(found["added up"], found["by matrices"], rtol=1e-10, atol=0)


def test_without_stored_inputs_the_products_add_up_to_a_triangle():
    for layers in (1, 3, 6):
        found = bp.stored_or_again(layers, seed=2)
        triangle = layers * (layers + 1) // 2
        assert found["products"].tolist() == [layers, triangle]
        assert found["all"].tolist() == [3 * layers, triangle + 2 * layers, 4 * layers]
        assert found["difference"] == 0


def test_multiplications_of_a_small_network_are_those_counted_by_hand():
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    found = bp.multiplications(model)
    assert found == {"forward": 20, "backward": 20 + 8, "differences": 2 * 26 * 20}


def test_first_weights_have_the_variance_of_their_recipe():
    rng = np.random.default_rng(0)
    expected = {"default": 1 / 300, "Xavier": 1 / 100, "Xavier × 4": 16 / 100, "He": 2 / 100}
    assert expected.keys() == bp.FIRST_WEIGHTS.keys()
    for first, variance in expected.items():
        model = bp.network((100, 100, 100), nn.ReLU, first, rng=rng)
        weight, bias = (p.value for p in model.parameters()[:2])
        assert np.isclose(weight.var(), variance, rtol=0.06)
        assert np.any(bias) == (first == "default")
