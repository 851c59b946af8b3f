"""One neuron: z = f(w·x + b), for one input and for a batch, and its errors in words."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnbook import nn
from nnbook.data import load_digits

X = np.array([2, 1, -1, 0.5])  # the slides' example with four inputs
W = np.array([-1, 0.5, 0.5, 2])


def test_a_neuron_is_f_of_the_weighted_sum_plus_the_bias():
    a = -2 + 0.5 - 0.5 + 1 + 0.25  # Σ wᵢxᵢ + b, by hand
    neuron = nn.Neuron(W, bias=0.25, f=nn.sigmoid)
    assert neuron.pre_activation(X) == a
    assert neuron(X) == 1 / (1 + math.exp(-a))


@pytest.mark.parametrize(
    ("f", "z"), [(nn.relu, 0), (nn.sigmoid, 0.268941), (nn.tanh, -0.761594), (nn.gelu, -0.158655)]
)
def test_f_may_be_any_activation_function(f, z):
    assert nn.Neuron(W, f=f)(X) == pytest.approx(z, abs=1e-6)


def test_relu_and_a_bias_of_0_are_the_defaults():
    neuron = nn.Neuron([1, -1])
    assert neuron.bias == 0
    assert neuron.f is nn.relu
    assert neuron([3, 1]) == 2
    assert neuron([1, 3]) == 0


def test_a_function_of_ones_own_will_do():
    step = nn.Neuron([1.0, 1.0], bias=-1.5, f=lambda a: a > 0)  # logical and
    np.testing.assert_array_equal(step([[0, 0], [0, 1], [1, 0], [1, 1]]), [0, 0, 0, 1])
    assert nn.Neuron([2.0], f=math.tanh)([0.5]) == math.tanh(1)


vectors = hnp.arrays(np.float64, 3, elements=st.floats(-10, 10))
batches = hnp.arrays(
    np.float64, st.tuples(st.integers(0, 5), st.just(3)), elements=st.floats(-9, 9)
)


@given(weights=vectors, batch=batches, bias=st.floats(-3, 3))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_a_batch_gives_what_its_rows_give_one_by_one(weights, batch, bias):
    before = batch.copy()
    neuron = nn.Neuron(weights, bias, nn.tanh)
    z = neuron(batch)
    assert z.shape == neuron.pre_activation(batch).shape == (len(batch),)
    np.testing.assert_array_equal(batch, before)
    for row, value in zip(batch, z, strict=True):
        assert np.shape(neuron(row)) == ()
        a = sum(w * x for w, x in zip(weights, row, strict=True)) + bias
        assert value == pytest.approx(float(neuron(row)), abs=1e-13)
        assert value == pytest.approx(math.tanh(a), abs=1e-12)


def test_float32_stays_float32_when_all_are_float32():
    w, x = np.ones(3, np.float32), np.ones((2, 3), np.float32)
    for f in (nn.relu, nn.sigmoid, nn.tanh, nn.gelu):
        neuron = nn.Neuron(w, bias=0.1, f=f)
        assert neuron(x).dtype == neuron(x[0]).dtype == np.float32
        assert nn.Neuron(w, np.float64(0.1), f)(x).dtype == np.float32
    assert nn.Neuron(w)(x.astype(np.float64)).dtype == np.float64
    assert nn.Neuron([1, 1, 1])(x).dtype == np.float64


def test_the_neuron_keeps_its_own_copy_of_the_weights():
    w = np.array([1.0, 2.0])
    w.flags.writeable = False
    neuron = nn.Neuron(w)
    neuron.weights[0] = 5
    assert w.tolist() == [1, 2]
    v = np.array([1.0, 2.0])
    other = nn.Neuron(v)
    v[0] = 7
    assert other.weights.tolist() == [1, 2]


def test_weights_and_bias_may_be_changed_by_hand():
    neuron = nn.Neuron([1, 1], bias=np.float32(1))
    assert type(neuron.bias) is float
    neuron.weights[:] = [2, 0]
    neuron.bias = -1.0
    assert neuron([3, 9]) == 5


def test_nan_in_the_input_is_seen_in_the_output():
    assert np.isnan(nn.Neuron([1, 1])([1, np.nan]))


def test_a_neuron_says_what_it_is():
    assert repr(nn.Neuron(np.ones(64), 0.5, nn.sigmoid)) == (
        "Neuron(64 weights, bias=0.5, f=sigmoid)"
    )
    assert repr(nn.Neuron([1])) == "Neuron(1 weight, bias=0, f=relu)"
    assert "f=<lambda>" in repr(nn.Neuron([1], f=lambda a: a))
    assert "square" in repr(nn.Neuron([1], f=np.square))


def test_a_neuron_of_averages_tells_zeros_from_ones():
    images, labels = load_digits()
    x, zeros, ones = images.reshape(len(images), -1), labels == 0, labels == 1
    mean0, mean1 = x[zeros].mean(axis=0), x[ones].mean(axis=0)
    w = mean0 - mean1
    neuron = nn.Neuron(w, bias=-w @ (mean0 + mean1) / 2, f=nn.sigmoid)
    assert (neuron(x[zeros]) > 0.5).mean() > 0.95
    assert (neuron(x[ones]) < 0.5).mean() > 0.95


# ---- errors ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "came", "cure"),
    [
        ((100,), "input of width 100", "give x of shape (64,), or (N, 64) for a batch"),
        ((5, 100), "input of width 100", "give x of shape (64,), or (N, 64) for a batch"),
        ((64, 5), "input of width 5", "give x of shape (64,), or (N, 64) for a batch"),
        ((1797, 8, 8), "input of width 8", "give images.reshape(len(images), -1)"),
        ((1, 8, 8), "input of width 8", "give images.reshape(len(images), -1)"),
        ((2, 3, 64), "input of width 64", "give x of shape (64,), or (N, 64) for a batch"),
        ((8, 8), "input of width 8", "give x.ravel()"),
        ((), "a single number", "give x of shape (64,), or (N, 64) for a batch"),
        ((0,), "input of width 0", "give x of shape (64,), or (N, 64) for a batch"),
    ],
)
def test_input_of_the_wrong_width_is_refused_with_the_cure(shape, came, cure):
    neuron = nn.Neuron(np.ones(64))
    for call in (neuron, neuron.pre_activation):
        with pytest.raises(ValueError, match=r"^Neuron with 64 weights got ") as error:
            call(np.zeros(shape))
        assert came in str(error.value)
        assert str(error.value).endswith(cure)


def test_each_cure_cures():
    neuron, images = nn.Neuron(np.ones(64)), np.ones((5, 8, 8))
    assert neuron(images.reshape(len(images), -1)).shape == (5,)
    assert neuron(images[0].ravel()) == 64
    with pytest.raises(
        ValueError, match=r"1 weight got input of width 5.*give x\.reshape\(-1, 1\)"
    ):
        nn.Neuron([2])(np.arange(5))
    np.testing.assert_array_equal(nn.Neuron([2])(np.arange(5).reshape(-1, 1)), [0, 2, 4, 6, 8])


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"weights": np.eye(2)}, ValueError, r"Neuron weights: got shape \(2, 2\), need one"),
        ({"weights": []}, ValueError, r"Neuron weights: got shape \(0,\), need one"),
        ({"weights": 3.0}, ValueError, r"Neuron weights: got shape \(\), need one"),
        ({"weights": "w"}, TypeError, "Neuron weights must be real numbers, got str"),
        ({"weights": None}, TypeError, "Neuron weights must be real numbers, got NoneType"),
        ({"weights": [1j]}, TypeError, "Neuron weights must be real numbers, got list of complex"),
        ({"bias": [1, 2]}, ValueError, r"Neuron bias must be one number, got shape \(2,\)"),
        ({"bias": np.ones(1)}, ValueError, r"Neuron bias must be one number.*give bias\[0\]"),
        ({"bias": None}, TypeError, "Neuron bias must be real numbers, got NoneType"),
        ({"bias": 1j}, TypeError, "Neuron bias must be real numbers, got complex"),
        ({"bias": nn.relu}, TypeError, "Neuron bias must be real numbers, got function"),
        ({"f": "relu"}, TypeError, "Neuron f must be a function, got 'relu': f=nn.sigmoid"),
        ({"f": None}, TypeError, "Neuron f must be a function, got None"),
    ],
)
def test_a_neuron_that_cannot_be_is_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        nn.Neuron(**{"weights": [1.0, 2.0]} | arguments)


@pytest.mark.parametrize("x", ["ab", None, [1j, 1j], [[1], [1, 2]]])
def test_input_that_is_no_number_is_refused(x):
    with pytest.raises(TypeError, match=r"^Neuron input must be real numbers, got "):
        nn.Neuron([1, 1])(x)


def test_an_f_that_does_not_keep_the_shape_is_refused():
    x = np.ones((3, 2))
    for f in (np.sum, lambda a: a[:, None], lambda a: a[:2], lambda a: 1.0):
        with pytest.raises(ValueError, match=r"f turned shape \(3,\) into .* one number for each"):
            nn.Neuron([1, 1], f=f)(x)
    for f in (print, lambda a: "yes"):
        with pytest.raises(TypeError, match="the output of Neuron's f must be real numbers"):
            nn.Neuron([1, 1], f=f)(x)


def test_a_bias_is_a_number_and_not_true_or_false():
    for bias in (True, np.False_):
        with pytest.raises(TypeError, match=f"^Neuron bias must be a number, got {bias}$"):
            nn.Neuron([1.0], bias)


def test_what_is_set_later_is_checked_and_copied_too():
    neuron, w = nn.Neuron([1.0, 2.0]), np.array([1.0, 1.0, 1.0])
    neuron.weights = w
    w[0] = 9
    assert neuron([1, 2, 3]) == 6
    neuron.weights = [3, 4]
    assert neuron([1, 1]) == 7
    with pytest.raises(ValueError, match=r"^Neuron weights: got shape \(1, 2\), need one"):
        neuron.weights = [[1, 2]]
    with pytest.raises(ValueError, match=r"^Neuron bias must be one number"):
        neuron.bias = [1, 2]
    with pytest.raises(TypeError, match=r"^Neuron f must be a function, got 'relu'"):
        neuron.f = "relu"
    assert neuron([1, 1]) == 7
