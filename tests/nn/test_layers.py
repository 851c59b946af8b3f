"""The layers against PyTorch, their own manners, and their errors in words.
Dropout and batch normalization have a file of their own."""

import ast
import copy
import inspect
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nnbook import nn, optim
from nnbook.nn import layers

LAYERS = {
    "Linear": lambda d, rng: nn.Linear(d, rng.integers(1, 9), rng=rng),
    "Linear without bias": lambda d, rng: nn.Linear(d, rng.integers(1, 9), bias=False, rng=rng),
    "Flatten": lambda d, rng: nn.Flatten(),
    "Sigmoid": lambda d, rng: nn.Sigmoid(),
    "Tanh": lambda d, rng: nn.Tanh(),
    "ReLU": lambda d, rng: nn.ReLU(),
    "GELU": lambda d, rng: nn.GELU(),
    "GELU tanh": lambda d, rng: nn.GELU("tanh"),
    "Softmax": lambda d, rng: nn.Softmax(),
    "Softmax of columns": lambda d, rng: nn.Softmax(0),
    "Softmax of the last": lambda d, rng: nn.Softmax(-1),
}
BENDS = [nn.Sigmoid(), nn.Tanh(), nn.ReLU(), nn.GELU(), nn.GELU("tanh")]

each = pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS.keys())
each_bend = pytest.mark.parametrize("layer", BENDS, ids=repr)
quick = settings(max_examples=25, deadline=None, derandomize=True)


def some(shape, seed=0, dtype=np.float64):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def texts(error):
    return str(error.value)


# ---- PyTorch --------------------------------------------------------------------------------


@given(n=st.integers(1, 20), d=st.integers(1, 20), seed=st.integers(0, 999))
@example(n=1, d=1, seed=0)
@example(n=1, d=7, seed=0)
@example(n=300, d=200, seed=1)
@example(n=4096, d=3, seed=2)
@quick
@each
def test_each_layer_is_pytorchs_forward_and_backward(is_torchs, make, n, d, seed):
    rng = np.random.default_rng(seed)
    is_torchs(make(d, rng), rng.normal(size=(n, d)), seed=seed)


@pytest.mark.parametrize("layer", [*BENDS, nn.Flatten(), nn.Softmax(), nn.Softmax(2)], ids=repr)
def test_images_and_other_shapes_too(is_torchs, layer):
    is_torchs(layer, some((3, 4, 5)))
    is_torchs(layer, some((2, 3, 4, 5)))


@each_bend
def test_where_the_function_has_a_corner_or_is_flat_the_slope_is_pytorchs(is_torchs, layer):
    is_torchs(layer, [[0.0, -0.0, 5.0, -5.0, 30.0, -30.0, 400.0, -400.0]])


# ---- the formulas ---------------------------------------------------------------------------


def test_row_j_of_the_weight_and_entry_j_of_the_bias_are_neuron_j():
    layer = nn.Linear(4, 3, rng=np.random.default_rng(0), dtype=np.float64)
    x = some((5, 4))
    for j in range(3):
        neuron = nn.Neuron(layer.weight.value[j], layer.bias.value[j])
        np.testing.assert_allclose(layer(x)[:, j], neuron.pre_activation(x), rtol=0, atol=1e-14)


def test_each_example_adds_its_own_share_to_the_gradient():
    layer = nn.Linear(4, 3, dtype=np.float64)
    x, g = some((5, 4)), some((5, 3), 1)
    layer(x)
    layer.parameter_gradients(g)
    together = layer.weight.grad.copy()
    alone = 0
    for i in range(5):
        layer(x[i : i + 1])
        layer.parameter_gradients(g[i : i + 1])
        np.testing.assert_allclose(layer.weight.grad, np.outer(g[i], x[i]), rtol=1e-14)
        np.testing.assert_array_equal(layer.bias.grad, g[i])
        alone = alone + layer.weight.grad
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-13)


@pytest.mark.parametrize(
    ("layer", "f"),
    [
        (nn.Sigmoid(), nn.sigmoid),
        (nn.Tanh(), nn.tanh),
        (nn.ReLU(), nn.relu),
        (nn.GELU(), nn.gelu),
        (nn.GELU("tanh"), lambda x: nn.gelu(x, "tanh")),
    ],
    ids=["sigmoid", "tanh", "relu", "gelu", "gelu-tanh"],
)
def test_a_bending_layer_is_its_function(layer, f):
    x = some((4, 3))
    np.testing.assert_array_equal(layer(x), f(x))


def test_the_probabilities_of_a_softmax_are_positive_with_sum_1():
    x = some((6, 4)) * 3
    for dim in (0, 1, -1, -2):
        z = nn.Softmax(dim)(x)
        assert (z > 0).all()
        np.testing.assert_allclose(z.sum(axis=dim), 1, rtol=1e-15)
        np.testing.assert_array_equal(z.argmax(axis=dim), x.argmax(axis=dim))
        np.testing.assert_allclose(nn.Softmax(dim)(x + 100), z, rtol=1e-12)


def test_flatten_keeps_the_order_of_the_numbers():
    x = np.arange(24.0).reshape(2, 3, 4)
    flatten = nn.Flatten()
    np.testing.assert_array_equal(flatten(x), [np.arange(12), np.arange(12, 24)])
    np.testing.assert_array_equal(flatten.backward(flatten(x)), x)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("layer", [*BENDS, nn.Softmax(), nn.Softmax(0), nn.Flatten()], ids=repr)
@pytest.mark.filterwarnings("error")
@np.errstate(all="raise", under="ignore")
def test_extreme_numbers_pass_without_overflow_nan_or_warning(layer, dtype):
    x = np.array([[1e4, -1e4, 0, 88.8, -104, 750], [-1e4, -1e4, 1e4, 1e4, 1e-30, -750]], dtype)
    y = layer(x)
    x_grad = layer.backward(np.ones_like(x))
    assert np.isfinite(y).all()
    assert np.isfinite(x_grad).all()
    assert y.dtype == x_grad.dtype == dtype


@each
def test_nan_is_not_swallowed(make):
    x = some((3, 4), dtype=np.float32)
    x[1, 2] = np.nan
    assert np.isnan(make(4, np.random.default_rng(0))(x)[1]).any()


# ---- manners --------------------------------------------------------------------------------


def views(x):
    """x in every layout that an array can have."""
    wide = np.zeros((2 * x.shape[0], 3 * x.shape[1]), x.dtype)
    wide[::2, ::3] = x
    frozen = x.copy()
    frozen.flags.writeable = False
    return [np.asfortranarray(x), wide[::2, ::3], x[::-1, ::-1].copy()[::-1, ::-1], frozen]


@each
def test_any_layout_will_do_and_neither_input_nor_gradient_is_edited(make):
    for n, d in [(5, 4), (1, 4), (5, 1)]:
        layer = make(d, np.random.default_rng(0))
        x = some((n, d), dtype=np.float32)
        y = layer(x)
        g = some(y.shape, 1, np.float32)
        x_grad = layer.backward(g)
        grads = [p.grad.copy() for p in layer.parameters()]
        for x_view in views(x):
            for g_view in views(g):
                again = layer(x_view)
                np.testing.assert_allclose(again, y, rtol=1e-6, atol=1e-7)
                assert again.flags.c_contiguous
                back = layer.backward(g_view)
                np.testing.assert_allclose(back, x_grad, rtol=1e-5, atol=1e-7)
                assert back.flags.c_contiguous
                assert back.shape == x.shape
                for p, grad in zip(layer.parameters(), grads, strict=True):
                    np.testing.assert_allclose(p.grad, grad, rtol=1e-5, atol=1e-6)
                    assert p.grad.flags.c_contiguous
                    assert p.grad.dtype == p.value.dtype
                np.testing.assert_array_equal(x_view, x)
                np.testing.assert_array_equal(g_view, g)


def test_one_row_given_to_a_whole_batch_by_broadcasting():
    x = np.broadcast_to(some(4), (3, 4))
    layer = nn.Linear(4, 2, dtype=np.float64)
    np.testing.assert_allclose(layer(x), layer(x.copy()), rtol=1e-14)
    layer.backward(np.broadcast_to(1.0, (3, 2)))
    np.testing.assert_allclose(layer.weight.grad, np.tile(3 * x[0], (2, 1)), rtol=1e-14)


@each
def test_backward_overwrites_and_does_not_add(make):
    layer = make(4, np.random.default_rng(0))
    y = layer(some((3, 4), dtype=np.float32))
    for p in layer.parameters():
        p.grad[:] = np.nan
    first = layer.backward(y)
    grads = [p.grad.copy() for p in layer.parameters()]
    np.testing.assert_array_equal(layer.backward(y), first)
    for p, grad in zip(layer.parameters(), grads, strict=True):
        assert np.isfinite(grad).all()
        np.testing.assert_array_equal(p.grad, grad)


@each
def test_backward_is_its_two_questions_together(make):
    layer = make(4, np.random.default_rng(0))
    g = some(layer(some((3, 4), dtype=np.float32)).shape, 1)
    assert layer.parameter_gradients(g) is None
    grads = [p.grad.copy() for p in layer.parameters()]
    for p in layer.parameters():
        p.grad[:] = 7
    x_grad = layer.input_gradient(g)
    assert all((p.grad == 7).all() for p in layer.parameters())
    np.testing.assert_array_equal(layer.backward(g), x_grad)
    for p, grad in zip(layer.parameters(), grads, strict=True):
        np.testing.assert_array_equal(p.grad, grad)


@each
def test_gradients_belong_to_the_last_forward(make):
    layer, fresh = (make(4, np.random.default_rng(0)) for _ in range(2))
    a, b = some((3, 4), 1, np.float32), some((5, 4), 2, np.float32)
    layer(a)
    np.testing.assert_array_equal(layer(b), fresh(b))
    np.testing.assert_array_equal(layer.backward(layer(b)), fresh.backward(fresh(b)))


@each
def test_float64_gradients_reach_a_float32_layer_as_float32(make):
    layer = make(4, np.random.default_rng(0))
    x = some((3, 4), dtype=np.float32)
    assert layer.backward(layer(x).astype(np.float64)).dtype == np.float32
    assert layer.backward(layer(x).tolist()).dtype == np.float32
    assert {p.grad.dtype for p in layer.parameters()} <= {np.dtype(np.float32)}


def test_layers_without_weights_keep_the_dtype_and_count_integers_as_float64():
    for layer in [*BENDS, nn.Softmax(), nn.Flatten()]:
        for dtype in (np.float16, np.float32, np.float64):
            assert layer(np.ones((2, 3), dtype)).dtype == dtype
            assert layer.backward(np.ones((2, 3))).dtype == dtype
        assert layer(np.ones((2, 3), np.uint8)).dtype == np.float64
        assert layer([[1, 2, 3]]).dtype == np.float64


def test_a_list_takes_the_dtype_of_the_layer():
    for dtype in (np.float32, np.float64):
        layer = nn.Linear(2, 3, dtype=dtype)
        for x in ([[1, 2]], [[1.0, 2.0]], ((True, False),)):
            assert layer(x).dtype == dtype
            assert layer.backward(np.ones((1, 3))).dtype == dtype


# ---- the first weights ----------------------------------------------------------------------


def test_the_first_weights_are_uniform_within_one_over_the_root_of_the_inputs():
    layer = nn.Linear(100, 400, rng=np.random.default_rng(0))
    for p in layer.parameters():
        assert np.abs(p.value).max() <= np.float32(0.1)
        assert p.value.min() < -0.098
        assert p.value.max() > 0.098
        assert abs(p.value.mean()) < 0.01
        assert p.value.std() == pytest.approx(0.1 / np.sqrt(3), rel=0.1)


def test_the_same_seed_gives_the_same_weights_to_the_bit():
    def weights(seed, **options):
        layer = nn.Linear(3, 2, rng=np.random.default_rng(seed), **options)
        return layer.weight.value

    np.testing.assert_array_equal(weights(0), weights(0))
    np.testing.assert_array_equal(weights(0), weights(0, bias=False))
    np.testing.assert_array_equal(weights(0), weights(0, dtype=np.float64).astype(np.float32))
    assert (weights(0) != weights(1)).all()
    assert (nn.Linear(3, 2).weight.value != nn.Linear(3, 2).weight.value).all()


@pytest.mark.parametrize(("ins", "outs"), [(1, 7), (7, 1), (3, 3)])
def test_more_weights_than_an_array_may_hold_are_refused_before_they_are_drawn(
    monkeypatch, ins, outs
):
    monkeypatch.setattr(layers, "LARGEST", 6)
    assert nn.Linear(2, 3).weight.size == 6
    with pytest.raises(ValueError, match=rf"^Linear got {ins} × {outs} weights, more than 6$"):
        nn.Linear(ins, outs)


def test_two_layers_of_one_generator_differ():
    rng = np.random.default_rng(0)
    assert (nn.Linear(3, 2, rng=rng).weight.value != nn.Linear(3, 2, rng=rng).weight.value).all()


def test_float32_and_a_bias_are_the_defaults():
    layer = nn.Linear(3, 2)
    assert [p.value.shape for p in layer.parameters()] == [(2, 3), (2,)]
    assert {p.value.dtype for p in layer.parameters()} == {np.dtype(np.float32)}
    assert layer.training
    assert nn.Linear(3, 2, False).bias is None
    assert list(dict(nn.Linear(3, 2, bias=False).named_parameters())) == ["weight"]
    assert nn.Linear(np.int64(3), 28 * 28)(np.ones((1, 3), np.float32)).shape == (1, 784)


# ---- parameters, modes, copies --------------------------------------------------------------


def test_a_parameter_is_a_value_and_a_gradient_of_the_same_kind():
    w = np.asfortranarray(some((3, 2), dtype=np.float32))
    p = nn.Parameter(w)
    assert not np.shares_memory(p.value, w)  # the caller's array stays as it is
    np.testing.assert_array_equal(p.value, w)
    assert p.grad.shape == (3, 2)
    assert p.grad.dtype == np.float32
    assert p.grad.flags.c_contiguous
    assert not p.grad.any()
    assert p.__slots__ == ("grad", "value")
    assert nn.Parameter([1, 2]).value.dtype == nn.Parameter(3).grad.dtype == np.float64
    with pytest.raises(TypeError, match=r"^Parameter value must be real numbers, got str"):
        nn.Parameter("w")


def test_to_turns_values_and_gradients_and_forgets_the_batch():
    layer = nn.Linear(3, 2, rng=np.random.default_rng(0))
    before = layer.weight.value.copy()
    layer(some((4, 3), dtype=np.float32))
    layer.backward(np.ones((4, 2)))
    assert layer.to(np.float64) is layer
    assert {p.value.dtype for p in layer.parameters()} == {np.dtype(np.float64)}
    assert {p.grad.dtype for p in layer.parameters()} == {np.dtype(np.float64)}
    np.testing.assert_array_equal(layer.weight.value, before)
    assert layer.weight.grad.any()
    assert layer.x is None
    with pytest.raises(RuntimeError, match="backward before forward"):
        layer.backward(np.ones((4, 2)))
    assert layer(some((4, 3))).dtype == np.float64
    assert layer.to("float32")(some((4, 3), dtype=np.float32)).dtype == np.float32


@pytest.mark.parametrize("wrong", [int, np.float16, bool, complex])
def test_only_float32_and_float64_are_kinds_of_numbers_to_learn_with(wrong):
    text = rf"Linear\(3, 2\) takes np.float32 or np.float64, got {np.dtype(wrong)}"
    with pytest.raises(TypeError, match=text):
        nn.Linear(3, 2).to(wrong)
    with pytest.raises(TypeError, match=text):
        nn.Linear(3, 2, dtype=wrong)


class Scaled(nn.Layer):
    """y = s · inner(x), a reader's own layer that learns s and holds another layer."""

    def __init__(self, rng):
        self.s = nn.Parameter(np.full(1, 2.0, np.float32))
        self.inner = nn.Linear(3, 2, rng=rng)
        self.drop = nn.Dropout(0.5, rng=rng)
        self.average = np.zeros(2, np.float32)
        self.names = ["no", "layer"]

    def forward(self, x):
        self.z = self.drop(self.inner(x))
        return self.s.value * self.z

    def parameter_gradients(self, grad):
        self.s.grad[:] = np.sum(grad * self.z)
        self.inner.parameter_gradients(self.drop.backward(grad * self.s.value))

    def input_gradient(self, grad):
        return self.inner.input_gradient(self.drop.input_gradient(grad * self.s.value))


@pytest.fixture
def own():
    return Scaled(np.random.default_rng(0))


def test_a_layer_of_ones_own_lists_its_parameters_and_those_inside(own):
    assert list(dict(own.named_parameters())) == ["s", "inner.weight", "inner.bias"]
    assert own.named_children() == [("inner", own.inner), ("drop", own.drop)]
    assert own.parameters() == [own.s, own.inner.weight, own.inner.bias]


def test_modes_and_dtypes_reach_the_layers_inside(own):
    assert own.eval() is own
    assert [own.training, own.inner.training, own.drop.training] == [False] * 3
    assert own.train() is own
    assert [own.training, own.inner.training, own.drop.training] == [True] * 3
    assert own.train(False) is own
    assert not own.drop.training
    assert own.train(np.True_).drop.training is True
    assert own.to(np.float64) is own
    assert own.s.value.dtype == own.inner.bias.grad.dtype == own.average.dtype == np.float64
    assert own.names == ["no", "layer"]
    assert nn.Dropout().training  # the switch of one layer is not that of its class


def test_a_layer_of_ones_own_learns_inside_a_network(own):
    model = nn.Sequential(nn.Linear(4, 3, rng=np.random.default_rng(1)), nn.Tanh(), own).eval()
    model.to(np.float64)
    x, y, loss_fn = some((8, 4)), some((8, 2), 1), nn.HalfSquaredLoss()
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for _ in range(50):
        losses.append(loss_fn(model(x), y))
        model.parameter_gradients(loss_fn.backward())
        optimizer.step()
    assert losses[-1] < losses[0] / 2
    assert own.s.value != 2
    h = 1e-6
    for p in model.parameters():  # every gradient is the slope of the loss
        loss_fn(model(x), y)
        model.backward(loss_fn.backward())
        grad = p.grad.flat[0]
        p.value.flat[0] += h
        above = loss_fn(model(x), y)
        p.value.flat[0] -= 2 * h
        below = loss_fn(model(x), y)
        p.value.flat[0] += h
        assert grad == pytest.approx((above - below) / (2 * h), rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
@each
def test_a_copy_goes_on_by_itself(make, clone):
    layer = make(4, np.random.default_rng(0))
    x = some((3, 4), dtype=np.float32)
    y = layer(x)
    x_grad = layer.backward(y)
    twin = clone(layer)
    for p in layer.parameters():
        p.value[:] = 0
    assert all(p.grad.any() for p in twin.parameters())
    with pytest.raises(RuntimeError, match="backward before forward"):
        twin.backward(y)  # what was kept stayed behind
    np.testing.assert_array_equal(twin(x), y)
    np.testing.assert_array_equal(twin.backward(y), x_grad)


def test_what_is_printed_is_what_was_written():
    assert repr(nn.Linear(28 * 28, 512)) == "Linear(784, 512)"
    assert repr(nn.Linear(4, 2, bias=False)) == "Linear(4, 2, bias=False)"
    assert repr(nn.Flatten()) == "Flatten()"
    assert repr(nn.ReLU()) == "ReLU()"
    assert repr(nn.GELU("tanh")) == "GELU(approximate='tanh')"
    assert repr(nn.Softmax(dim=-1)) == "Softmax(dim=-1)"


# ---- errors ---------------------------------------------------------------------------------

WRONG_INPUTS = [
    (np.ones((2, 100), np.float32), "width 100, shape (2, 100): give (N, 784)"),
    (np.ones(784, np.float32), "width 784, shape (784,): x.reshape(1, -1) is a batch of one"),
    (np.ones((28, 28), np.float32), "width 28, shape (28, 28): x.reshape(1, -1) is a batch of one"),
    (np.ones((5, 28, 28), np.float32), "width 28, shape (5, 28, 28): put nn.Flatten() in front"),
    (np.ones((5, 2, 784), np.float32), "width 784, shape (5, 2, 784): give (N, 784)"),
    (np.ones((2, 100)), "width 100, shape (2, 100): give (N, 784)"),
    (3.0, "width 1, shape (): give (N, 784)"),
]


@pytest.mark.parametrize(("x", "text"), WRONG_INPUTS, ids=[text for _, text in WRONG_INPUTS])
def test_a_wrong_width_names_the_layer_what_came_and_the_cure(x, text):
    with pytest.raises(ValueError, match=r"^Linear") as error:
        nn.Linear(784, 512)(x)
    assert texts(error) == f"Linear(784, 512) got input of {text}"


@pytest.mark.parametrize(
    ("holds", "given", "cure"),
    [
        ("float32", "float64", "x.astype(np.float32) or layer.to(np.float64)"),
        ("float64", "float32", "x.astype(np.float64) or layer.to(np.float32)"),
        ("float32", "uint8", "x.astype(np.float32)"),
        ("float64", "int64", "x.astype(np.float64)"),
        ("float32", "float16", "x.astype(np.float32)"),
    ],
)
def test_a_wrong_dtype_names_a_cure_that_works(holds, given, cure):
    layer, x = nn.Linear(784, 512, dtype=holds), np.ones((2, 784), given)
    with pytest.raises(TypeError) as error:
        layer(x)
    assert texts(error) == f"Linear(784, 512) holds {holds}, got {given}: {cure}"
    for text in cure.split(" or "):
        result = eval(text, {"x": x, "layer": layer, "np": np})
        (layer(result) if isinstance(result, np.ndarray) else result(x))
        layer.to(holds)


@each
def test_an_empty_batch_is_refused(make):
    for shape in [(0, 4), (0, 2, 2)]:
        with pytest.raises(ValueError, match="give at least one example") as error:
            make(4, np.random.default_rng(0))(np.ones(shape, np.float32))
        assert f"got an empty batch, shape {shape}" in texts(error)


@each
def test_backward_before_forward_is_refused(make):
    layer = make(4, np.random.default_rng(0))
    asks = [layer.backward, layer.input_gradient]
    for ask in [*asks, layer.parameter_gradients] if layer.parameters() else asks:
        with pytest.raises(RuntimeError) as error:
            ask(np.ones((2, 4)))
        assert texts(error) == f"{layer!r}: backward before forward: call y = layer(x) first"


@each
def test_a_gradient_of_another_shape_is_refused(make):
    layer = make(4, np.random.default_rng(0))
    shape = layer(np.ones((3, 4), np.float32)).shape
    same_size = (3 * shape[1],)
    for wrong in [(2, *shape[1:]), (1, *shape[1:]), same_size, shape[:1], (), (3, shape[1] + 1)]:
        with pytest.raises(ValueError, match="a gradient of shape") as error:
            layer.backward(np.ones(wrong))
        cure = ": give loss_fn.backward(), not the loss" * (wrong == ())
        assert texts(error) == f"{layer!r} got a gradient of shape {wrong} for y of {shape}{cure}"


@each
def test_what_is_no_number_is_refused(make):
    layer = make(4, np.random.default_rng(0))
    for wrong in ("text", None, [[1.0, 2.0], [3.0]], np.ones((2, 4), complex)):
        with pytest.raises(TypeError, match=rf"^{type(layer).__name__} input must be real num"):
            layer(wrong)
    layer(np.ones((3, 4), np.float32))
    with pytest.raises(TypeError, match=rf"^{type(layer).__name__} gradient must be real num"):
        layer.backward(None)


@pytest.mark.parametrize("wrong", [0, -1, 2.5, "3", None, True, np.float64(4)])
def test_a_number_of_features_is_a_whole_number_from_1(wrong):
    for make, name in [
        (lambda: nn.Linear(wrong, 2), "in_features"),
        (lambda: nn.Linear(2, wrong), "out_features"),
        (lambda: nn.BatchNorm1d(wrong), "num_features"),
    ]:
        with pytest.raises(ValueError, match="must be a whole number, at least 1, got") as error:
            make()
        assert texts(error).startswith(name)
        assert texts(error).endswith("4.0" if isinstance(wrong, np.floating) else repr(wrong))


@pytest.mark.parametrize(
    ("wrong", "cure"),
    [(0, "default_rng(0)"), (42, "default_rng(42)"), (np.random.RandomState(1), "default_rng(0)")],
)
def test_a_seed_is_no_generator(wrong, cure):
    for make in (
        lambda: nn.Linear(2, 2, rng=wrong),
        lambda: nn.Dropout(rng=wrong),
        lambda: nn.init.kaiming_normal_(nn.Linear(2, 2).weight, rng=wrong),
    ):
        with pytest.raises(TypeError, match=r"^rng must be a Generator, got ") as error:
            make()
        came = "RandomState(MT19937)" if isinstance(wrong, np.random.RandomState) else repr(wrong)
        assert texts(error).endswith(f"got {came}: give numpy.random.{cure}")


def test_one_example_without_its_axis_is_refused_by_flatten_and_softmax():
    with pytest.raises(ValueError, match=r"got shape \(3,\): x\[None\] is a batch of one") as error:
        nn.Flatten()(np.ones(3))
    assert texts(error).startswith("Flatten()")
    with pytest.raises(ValueError, match=r"shape \(3,\): x\[None\] is a batch of one") as error:
        nn.Softmax()(np.ones(3))
    assert texts(error).startswith("Softmax(dim=1) got")
    with pytest.raises(ValueError, match=r"^Softmax\(dim=-3\)"):
        nn.Softmax(-3)(np.ones((2, 2)))
    assert nn.Softmax(0)(np.ones(4)).tolist() == [0.25] * 4


def test_gelu_knows_two_forms():
    with pytest.raises(ValueError, match='approximate must be "none" or "tanh", got \'erf\''):
        nn.GELU("erf")


def test_a_layer_of_ones_own_that_lacks_a_method_is_told_which():
    class Bare(nn.Layer):
        pass

    class Half(nn.Layer):
        def forward(self, x):
            return x / 2

    with pytest.raises(NotImplementedError, match=r"^Bare\(\) has no forward: define it$"):
        Bare()(np.ones(2))
    half = Half()
    with pytest.raises(NotImplementedError) as error:
        half.backward(half(np.ones(2)))
    cure = "define input_gradient, or make its forward of layers, such as nn.ReLU()"
    assert texts(error) == f"Half() has no way back: {cure}"


# ---- speed --------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n", [1, 2, 3, 63, 64, 65, 200])
def test_a_product_taken_the_fast_way_is_the_product(n, dtype):
    rng = np.random.default_rng(n)
    x, w, grad = (rng.normal(size=shape).astype(dtype) for shape in ((n, 31), (17, 31), (n, 17)))
    out = np.empty((17, 31), dtype)
    columns = np.asfortranarray(x)
    for a, b, place in ((x, w.T, None), (grad, w, None), (grad.T, x, out), (grad.T, columns, out)):
        product = layers.fast_matmul(a, b, place)
        exact = a.astype(np.float64) @ b.astype(np.float64)
        np.testing.assert_allclose(product, exact, rtol=0, atol=1000 * np.finfo(dtype).eps)
        assert product.flags.c_contiguous
        assert product.dtype == dtype
        assert (product is place) == (place is not None)


def test_what_a_layer_has_returned_stays_as_it_is():
    rng = np.random.default_rng(0)
    model = nn.Sequential(
        nn.Linear(6, 5, rng=rng), nn.ReLU(), nn.BatchNorm1d(5), nn.Dropout(rng=rng), nn.Tanh()
    )
    kept = []
    for n in (8, 8, 70, 8):
        x = rng.normal(size=(n, 6)).astype(np.float32)
        y = model(x)
        grad = rng.normal(size=y.shape).astype(np.float32)
        arrays = [x, y, grad, model.backward(grad), model[:2](x)]
        kept.append((arrays, [array.copy() for array in arrays]))
    for arrays, copies in kept:
        for array, before in zip(arrays, copies, strict=True):
            np.testing.assert_array_equal(array, before)


# ---- the house ------------------------------------------------------------------------------

NN = Path(nn.__file__).parent
SHOWN = {"forward", "parameter_gradients", "input_gradient", "backward", "step"}


@pytest.mark.style
@pytest.mark.parametrize("file", sorted([*NN.glob("*.py"), NN.parent / "optim.py"]))
def test_code_that_the_pages_show_is_at_most_72_wide(file):
    text = file.read_text("utf-8")
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name in SHOWN:
            shown = range(node.lineno, node.end_lineno + 1)
        elif isinstance(node, ast.ClassDef) and isinstance(node.body[0], ast.Expr):
            shown = range(node.lineno, node.body[0].end_lineno + 1)
        else:
            continue
        for n in shown:
            assert len(lines[n - 1]) <= 72, f"{file.name}, line {n}"


@pytest.mark.style
@pytest.mark.parametrize("name", [name for name in nn.__all__ if name[0].isupper()])
def test_the_help_of_each_class_opens_with_its_formula(name):
    first = inspect.getdoc(getattr(nn, name)).splitlines()[0]
    assert "=" in first or "→" in first or name == "Flatten"
    assert first.endswith((".", ",", ":")) or "." in first
