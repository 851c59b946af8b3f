"""Parameter: a value and a gradient that keep their shape and dtype, whatever is assigned."""

import copy
import pickle

import numpy as np
import pytest

from nnbook import nn


@pytest.fixture
def p():
    return nn.Parameter(np.arange(6, dtype=np.float32).reshape(2, 3))


def test_shape_size_and_axes_are_those_of_the_value(p):
    assert (p.shape, p.size, p.ndim) == ((2, 3), 6, 2)
    assert (nn.Parameter(1.5).shape, nn.Parameter(1.5).size, nn.Parameter(1.5).ndim) == ((), 1, 0)


def test_it_counts_as_its_value_where_an_array_is_taken(p):
    assert np.asarray(p) is p.value
    assert np.array(p).dtype == np.float32
    assert not np.shares_memory(np.array(p), p.value)
    assert np.asarray(p, np.float64).dtype == np.float64
    np.testing.assert_array_equal(np.ones((2, 3)) * p, p.value)
    np.testing.assert_array_equal(nn.relu(p), p.value)


def test_it_shows_its_shape_and_its_numbers(p):
    assert repr(p) == "Parameter of shape (2, 3), float32:\n[[0. 1. 2.]\n [3. 4. 5.]]"
    assert "..." in repr(nn.Parameter(np.zeros((100, 100))))


def test_an_array_of_the_same_kind_may_take_its_place(p):
    new = np.ones((2, 3), np.float32)
    p.value = new
    assert p.value is new
    p.value -= 1
    assert not p.value.any()
    p.grad = np.ones((2, 3))  # rounded: a gradient has the dtype of its value
    assert p.grad.dtype == np.float32


@pytest.mark.parametrize("name", ["value", "grad"])
def test_another_shape_is_refused_with_the_cure(p, name):
    for wrong in (np.ones((3, 2), np.float32), np.ones(6, np.float32), np.float32(1), 2.0):
        with pytest.raises(
            ValueError, match=rf"^Parameter {name} has shape \(2, 3\), got"
        ) as error:
            setattr(p, name, wrong)
        assert str(error.value).endswith(f": write into it, {name}[:] = …")
    assert p.value.sum() == 15


def test_another_dtype_is_refused_for_the_value(p):
    for wrong in (np.ones((2, 3)), np.ones((2, 3), int), [[1, 2, 3], [4, 5, 6]]):
        with pytest.raises(
            TypeError, match=r"^Parameter value holds float32, got float64: write in"
        ):
            p.value = wrong


@pytest.mark.parametrize("name", ["value", "grad"])
@pytest.mark.parametrize("wrong", ["text", None, [[1.0], [1.0, 2.0]], 1j, nn.relu])
def test_what_is_no_number_is_refused(p, name, wrong):
    with pytest.raises(TypeError, match=f"^Parameter {name} must be real numbers, got"):
        setattr(p, name, wrong)


def test_no_other_attribute_can_be_set(p):
    with pytest.raises(AttributeError, match=r"^a Parameter has no values$"):
        p.values = np.ones((2, 3))
    with pytest.raises(AttributeError, match=r"a Parameter has no data: use value"):
        p.data = np.ones((2, 3))
    with pytest.raises(AttributeError, match=r"no requires_grad: give optim.SGD only the para"):
        p.requires_grad = False


def test_a_value_that_cannot_be_written_is_copied():
    row = np.broadcast_to(np.float32(1), (2, 3))
    p = nn.Parameter(row)
    p.value[0, 0] = 5
    assert row[0, 0] == 1


def test_a_layers_parameter_is_not_replaced_by_an_array():
    layer = nn.Linear(3, 2)
    with pytest.raises(TypeError, match=r"^Linear\(3, 2\) weight is a Parameter, got an array of"):
        layer.weight = np.ones((2, 3))
    layer.weight = nn.Parameter(np.ones((2, 3), np.float32))
    layer.bias = None
    np.testing.assert_array_equal(layer(np.ones((1, 3), np.float32)), [[3, 3]])


@pytest.mark.parametrize(
    "clone", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_copies_have_value_and_gradient(p, clone):
    p.grad[:] = 7
    twin = clone(p)
    np.testing.assert_array_equal(twin.value, p.value)
    np.testing.assert_array_equal(twin.grad, p.grad)


def test_one_parameter_in_two_layers_is_refused():
    a, b = nn.Linear(2, 2), nn.Linear(2, 2)
    b.weight = a.weight
    text = "Sequential got two layers with one parameter; its gradient would be that of one of them"
    with pytest.raises(ValueError, match=text):
        nn.Sequential(a, b)
    with pytest.raises(ValueError, match=text):
        nn.Sequential(a).append(b)
    model = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 2)))
    model[1][0].bias = model[0].bias
    for ask in (model.parameters, model.named_parameters, model.state_dict):
        with pytest.raises(
            ValueError, match=r"one parameter in two places, 0\.bias and 1\.0\.bias"
        ):
            ask()


def test_a_new_one_has_no_gradient_yet():
    parameter = nn.Parameter([1.0, 2.0])
    assert np.array_equal(parameter.grad, [0.0, 0.0])
    assert parameter.grad.dtype == parameter.value.dtype


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_to_another_dtype_value_and_gradient_go_together(dtype):
    parameter = nn.Parameter(np.array([1.5, 2.5]))
    parameter.grad[:] = 3.5, 4.5
    assert parameter.to(dtype) is parameter
    assert parameter.value.dtype == parameter.grad.dtype == dtype
    assert np.array_equal(parameter.value, [1.5, 2.5])
    assert np.array_equal(parameter.grad, [3.5, 4.5])


def test_what_it_does_not_have_is_refused_in_our_words():
    with pytest.raises(AttributeError, match="a Parameter"):
        _ = nn.Parameter([1.0]).nothing


def test_an_array_that_cannot_be_written_is_copied_also_when_it_is_set(p):
    row = np.broadcast_to(np.float32(1), (2, 3))
    p.value = row
    p.value -= 1
    assert row.all()
    assert not p.value.any()
