"""Whatever is given to nn: it answers, or refuses in words of its own. Never NumPy's words, never
Python's, never silence."""

import copy
import linecache
import warnings
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import nnbook
from nnbook import nn

HOME = Path(nnbook.__file__).parent
X = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)


class NoArray:
    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("cannot be an array")


class NoWords:
    def __repr__(self):
        raise RuntimeError("cannot be shown")


class Own(nn.Layer):
    def forward(self, x):
        return x


THINGS = [
    *(None, True, False, np.True_, 0, -1, 7, 10**30, 0.0, -2.5, 1e400, np.nan, -np.inf, 1j),
    *("", "text", "0.5", "mean", "cpu", b"0.5", [], (), {}, set(), {1.0}, {"a": 1}, [None], [[]]),
    *([1.0, [2.0]], [[1.0], [1.0, 2.0]], ["1"], [[1, 2, 3, 4]], (2, 3), range(4), [True, False]),
    *(Decimal("0.5"), Fraction(1, 2), date(2026, 1, 1), object(), NoArray(), NoWords(), print),
    *(int, float, nn.ReLU, np.ndarray, nn, nn.relu, lambda x: x, nn.ReLU(), Own(), nn.L1Loss()),
    *(nn.Parameter([1.0, 2.0]), nn.Neuron([1.0]), iter([1.0]), (x for x in (1, 2)), slice(2), ...),
    *(np.random, np.random.default_rng(0), np.random.RandomState(0), np.float16, np.dtype("f8")),
    *(np.float32(3), np.int8(3), np.array(2.0), np.array(3), np.array([]), np.zeros((0, 4))),
    *(np.ones(4, object), np.array(["a"]), np.ones((5, 4), complex), np.array(["2026"], "M8[D]")),
    *(np.ones((5, 4), np.longdouble), np.ones((5, 4), ">f4"), np.ones((5, 4), bool), X, X[:, :3]),
    *(np.zeros(3, [("a", float)]), np.ma.masked_array(X, X > 0), np.matrix("1 2; 3 4"), X > 0),
    *(np.arange(5), np.arange(5) - 1, np.full((5, 4), np.nan, np.float32), np.ones((2,) * 20)),
]
SHOWN = [t for t in THINGS if not (isinstance(t, NoWords) or getattr(t, "ndim", 0) == 20)]
numbers = hnp.arrays(
    st.sampled_from([np.float32, np.float64, np.float16, np.int64, np.uint8, bool]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)
things = st.one_of(
    st.sampled_from(SHOWN),
    numbers,
    st.integers(-3, 10**6) | st.floats() | st.text(max_size=3) | st.binary(max_size=3),
    st.recursive(st.none() | st.floats(), lambda s: st.lists(s, max_size=3), max_leaves=6),
)


def layer():
    return nn.Linear(4, 3)


def network():
    return nn.Sequential(nn.Flatten(), layer(), nn.BatchNorm1d(3), nn.Dropout(), nn.Softmax())


def after_forward(make):
    model = make()
    model(X)
    return model


def set_value(name):
    def call(thing):
        setattr(nn.Parameter(np.ones((5, 4), np.float32)), name, thing)
        return True

    return call


def set_weight(thing):
    model = layer()
    model.weight = thing
    return model.weight is thing


CALLS = {
    "Linear in": lambda t: nn.Linear(t, 2),
    "Linear out": lambda t: nn.Linear(2, t),
    "Linear bias": lambda t: nn.Linear(2, 2, t),
    "Linear rng": lambda t: nn.Linear(2, 2, rng=t),
    "Linear dtype": lambda t: nn.Linear(2, 2, dtype=t),
    "Linear all": lambda t: nn.Linear(t, t, t, rng=t, dtype=t),
    "BatchNorm1d": lambda t: nn.BatchNorm1d(t),
    "BatchNorm1d eps": lambda t: nn.BatchNorm1d(2, t),
    "BatchNorm1d momentum": lambda t: nn.BatchNorm1d(2, momentum=t),
    "BatchNorm1d dtype": lambda t: nn.BatchNorm1d(2, dtype=t),
    "Dropout": lambda t: nn.Dropout(t),
    "Dropout rng": lambda t: nn.Dropout(rng=t),
    "Dropout mask": lambda t: nn.Dropout().mask(t),
    "GELU": lambda t: nn.GELU(t),
    "Softmax": lambda t: nn.Softmax(t)(X),
    "Sequential": lambda t: nn.Sequential(nn.ReLU(), t),
    "Sequential append": lambda t: nn.Sequential().append(t),
    "Sequential item": lambda t: network()[t],
    "Parameter": lambda t: nn.Parameter(t),
    "Parameter to": lambda t: nn.Parameter([1.0]).to(t),
    "Parameter value": set_value("value"),
    "Parameter grad": set_value("grad"),
    "Layer weight": set_weight,
    "Neuron": lambda t: nn.Neuron(t),
    "Neuron bias": lambda t: nn.Neuron([1.0], t),
    "Neuron f": lambda t: nn.Neuron([1.0], f=t),
    "Neuron x": lambda t: nn.Neuron(np.ones(4))(t),
    "Neuron pre-activation": lambda t: nn.Neuron(np.ones(4)).pre_activation(t),
    "to": lambda t: network().to(t),
    "train": lambda t: network().train(t),
    "load_state_dict": lambda t: network().load_state_dict(t),
    "load_state_dict strict": lambda t: layer().load_state_dict(layer().state_dict(), t),
    "load_state_dict value": lambda t: layer().load_state_dict({"weight": t}, strict=False),
    "softmax dim": lambda t: nn.softmax(X, t),
    "gelu approximate": lambda t: nn.gelu(X, t),
    "gelu_derivative approximate": lambda t: nn.gelu_derivative(X, t),
}
CALLS |= {
    name: (lambda f: lambda t: f(t))(getattr(nn, name))
    for name in nn.__all__
    if name in ("relu", "sigmoid", "tanh", "gelu", "softmax") or name.endswith("_derivative")
}
LOSSES = ("L1Loss", "HalfSquaredLoss", "BCEWithLogitsLoss", "CrossEntropyLoss")
for _name in LOSSES:
    _kind = getattr(nn, _name)
    _y = np.arange(5) % 4 if _name == "CrossEntropyLoss" else X > 0
    CALLS |= {
        f"{_name} reduction": lambda t, kind=_kind: kind(t),
        f"{_name} prediction": lambda t, kind=_kind, y=_y: kind()(t, y),
        f"{_name} target": lambda t, kind=_kind: kind()(X, t),
        f"{_name} both": lambda t, kind=_kind: kind()(t, t),
    }
LAYERS = {
    "Linear": layer,
    "Flatten": nn.Flatten,
    "Sigmoid": nn.Sigmoid,
    "ReLU": nn.ReLU,
    "GELU": nn.GELU,
    "Softmax": nn.Softmax,
    "BatchNorm1d": lambda: nn.BatchNorm1d(4),
    "Dropout": nn.Dropout,
    "Sequential": network,
    "empty Sequential": nn.Sequential,
    "Own": Own,
}
for _name, _make in LAYERS.items():
    CALLS |= {
        f"{_name} x": lambda t, make=_make: make()(t),
        f"{_name} backward": lambda t, make=_make: after_forward(make).backward(t),
        f"{_name} input": lambda t, make=_make: after_forward(make).input_gradient(t),
        f"{_name} parameters": lambda t, make=_make: (
            after_forward(make).parameter_gradients(t) or True
        ),
    }


@pytest.mark.parametrize("name", CALLS)
def test_each_thing_is_taken_or_refused_in_our_words(name):
    for thing in THINGS:
        answers_or_refuses(CALLS[name], thing)


@given(name=st.sampled_from(sorted(CALLS)), thing=things)
@settings(max_examples=400, deadline=None, derandomize=True)
def test_whatever_is_thrown_at_it_is_taken_or_refused_in_our_words(name, thing):
    answers_or_refuses(CALLS[name], thing)


def answers_or_refuses(call, thing):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # NaN and ∞ in, NaN out
            found = call(thing)
    except Exception as error:
        refused = error
    else:
        assert found is not None
        return
    frame = refused.__traceback__
    while frame.tb_next:
        frame = frame.tb_next
    place = Path(frame.tb_frame.f_code.co_filename)
    line = linecache.getline(str(place), frame.tb_lineno).strip()
    where = f"{type(thing)}: {refused!r} in {place}: {line}"
    assert place.is_relative_to(HOME), where
    assert line.startswith("raise "), where
    assert isinstance(refused, TypeError | ValueError | RuntimeError | IndexError), where
    assert 20 < len(str(refused)) < 500, where


def test_what_is_taken_gives_the_right_numbers():
    expected = nn.Linear(4, 3, rng=np.random.default_rng(0))(X)
    for x in (X.tolist(), tuple(map(tuple, X.tolist())), nn.Parameter(X)):
        layer = nn.Linear(4, 3, rng=np.random.default_rng(0))
        np.testing.assert_array_equal(layer(x), expected)
    torch = pytest.importorskip("torch")
    np.testing.assert_array_equal(layer(torch.from_numpy(X)), expected)
    with pytest.raises(TypeError, match="must be real numbers, got Tensor, which is no array"):
        layer(torch.from_numpy(X).requires_grad_())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: nn.Linear(64, 10, "relu"), "Linear bias must be True or False, got 'relu'"),
        (lambda: nn.Linear(64, 10, 10), "Linear bias must be True or False, got 10"),
        (lambda: nn.Dropout("0.5"), "Dropout p must be a number, got '0.5': 0.5 is usual"),
        (lambda: nn.Dropout(True), "Dropout p must be a number, got True: 0.5 is usual"),
        (
            lambda: nn.BatchNorm1d(3, momentum=None),
            "BatchNorm1d momentum must be a number, got None: 0.1 is usual",
        ),
        (
            lambda: nn.CrossEntropyLoss(np.ones(10)),
            'reduction must be "mean" or "sum", got an array of shape (10,)',
        ),
        (lambda: nn.Softmax("1"), "Softmax dim must be a whole number, got '1': 1 is the classes"),
        (lambda: nn.Linear(2, 2).to(None), "Linear(2, 2) takes np.float32 or np.float64, got None"),
        (lambda: nn.Linear(2, 2).train(0), "Linear(2, 2) train(mode) must be True or False, got 0"),
        (
            lambda: nn.Sequential(nn.ReLU())["0"],
            "a network's layers are counted, model[0] …, got '0'",
        ),
        (lambda: nn.Sequential(nn.ReLU())[1], "a network of 1 layers has no layer 1"),
        (
            lambda: nn.Linear(10**6, 10**6),
            "Linear got 1000000 × 1000000 weights, more than 1,073,741,824",
        ),
        (lambda: nn.ReLU()(np.ma.masked_array([1.0], [True])), "got a masked array: give x.filled"),
        (
            lambda: nn.L1Loss()([1.0], np.ma.masked_array([1.0], [True])),
            "L1Loss target must be real numbers, got a masked array",
        ),
        (
            lambda: nn.CrossEntropyLoss()([[1.0]], np.ma.masked_array([0], [True])),
            "CrossEntropyLoss labels must be real numbers, got a masked array",
        ),
        (lambda: nn.Neuron([1.0], True), "Neuron bias must be a number, got True"),
    ],
)
def test_a_usual_slip_is_named_with_what_came_and_the_cure(call, words):
    with pytest.raises((TypeError, ValueError, IndexError)) as error:
        call()
    assert words in str(error.value)


# ---- np.errstate ------------------------------------------------------------------------------

TINY = np.array([[0, -200, 5, 1e-30], [-1e-38, 1e-44, -104, 88]], np.float32)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", [*sorted({*LAYERS} - {"Sequential"}), "deep"])
def test_numbers_that_underflow_are_0_whatever_errstate_says(name, dtype):
    make = LAYERS.get(
        name, lambda: nn.Sequential(layer(), nn.Sigmoid(), nn.Linear(3, 3), nn.Tanh())
    )
    model, x = make().to(dtype).eval(), TINY.astype(dtype)
    twin = copy.deepcopy(model)
    quiet = [twin(x)]
    grad = np.finfo(dtype).tiny * quiet[0]
    quiet.append(twin.backward(grad))
    with np.errstate(all="raise"):
        loud = [model(x), model.backward(grad)]
    for a, b in zip(loud, quiet, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", LOSSES)
def test_losses_too_let_small_numbers_be_0(name):
    y = [2, 3] if name == "CrossEntropyLoss" else TINY > 0
    loss_fn, twin = getattr(nn, name)(), getattr(nn, name)()
    expected = twin(TINY, y), twin.backward()
    with np.errstate(all="raise"):
        assert loss_fn(TINY, y) == expected[0]
        np.testing.assert_array_equal(loss_fn.backward(), expected[1])
        np.testing.assert_array_equal(nn.softmax(TINY), nn.Softmax()(TINY))
