"""What arguments must be: each check by its edges, and what is said of what came."""

import numpy as np
import pytest

from nnbook import nn
from nnbook.nn import checks


class Silent:
    def __repr__(self):
        raise RuntimeError("no words")


@pytest.mark.parametrize(
    ("x", "words"),
    [
        ("0.1", "'0.1'"),
        (None, "None"),
        (np.float64(0.5), "0.5"),
        (np.int64(3), "3"),
        (np.True_, "True"),
        (np.ones((3, 4)), "an array of shape (3, 4)"),
        (np.ma.masked_array([1.0, 2.0], [0, 1]), "a masked array of shape (2,)"),
        (nn.ReLU, "<class 'nnbook.nn.layers.ReLU'>"),
        (nn.ReLU(), "ReLU()"),
        (object(), "<object object>"),  # without an address
        ("a" * 78, repr("a" * 78)),
        ("a" * 79, "an object of type str"),
        ("", "''"),
        (nn.Sequential(nn.ReLU()), "an object of type Sequential"),  # two lines
        (10**5000, "an object of type int"),  # Python refuses to write it
        (Silent(), "an object of type Silent"),
    ],
    ids=range(16),
)
def test_what_came_is_shown_in_a_few_words(x, words):
    assert checks.shown(x) == words


@pytest.mark.parametrize("n", [1, 2, np.int8(3), 2**30])
def test_a_count_is_a_whole_number_from_1(n):
    assert type(checks.count("width", n)) is int
    assert checks.count("width", n) == n


@pytest.mark.parametrize("n", [0, -1, True, 2.0, "2", None, np.ones(1), 2**30 + 1])
def test_what_is_no_count_is_refused(n):
    rule = "a whole number, at least 1" if n != 2**30 + 1 else "at most 1,073,741,824"
    with pytest.raises(ValueError, match=f"^width must be {rule}, got "):
        checks.count("width", n)


@pytest.mark.parametrize("shape", [(), (0,), (1, 0), (2, np.int8(3)), (2**15, 2**15)])
def test_a_shape_is_a_tuple_of_whole_numbers_from_0(shape):
    assert checks.sizes("zeros", shape) is shape


@pytest.mark.parametrize("shape", [3, [2, 3], None, "23", (2.0, 3), (2, "3"), (2, True), (None,)])
def test_what_is_no_shape_is_refused(shape):
    with pytest.raises(TypeError, match=r"^zeros takes a tuple such as \(64, 512\), got "):
        checks.sizes("zeros", shape)


@pytest.mark.parametrize("shape", [(-1,), (2, -1), (-2, -3), (2**15, 2**15 + 1), (2**31,)])
def test_a_shape_that_is_negative_or_too_large_is_refused(shape):
    with pytest.raises(ValueError, match="sizes from 0, together at most 1,073,741,824, got"):
        checks.sizes("zeros", shape)


@pytest.mark.parametrize("dim", [0, 1, -1, np.int64(2)])
def test_an_axis_is_a_whole_number(dim):
    assert type(checks.axis("dim", dim)) is int
    assert checks.axis("dim", dim) == dim


@pytest.mark.parametrize("dim", [True, 1.0, "1", None])
def test_what_is_no_axis_is_refused(dim):
    with pytest.raises(TypeError, match=r"^dim must be a whole number, got .+: 1 is the classes$"):
        checks.axis("dim", dim)


def test_a_choice_is_one_of_two_words():
    for word in ("mean", "sum"):
        assert checks.choice("reduction", word, "mean", "sum") is word
    for wrong in ("none", "", None, 0, ["mean"]):
        with pytest.raises(ValueError, match=r'^reduction must be "mean" or "sum", got '):
            checks.choice("reduction", wrong, "mean", "sum")


def test_a_dtype_is_one_of_two():
    for name in ("float32", "float64"):
        for dtype in (name, getattr(np, name), np.dtype(name)):
            assert checks.float_dtype("to", dtype) == np.dtype(name)
    for wrong, came in ((None, "None"), (int, "int64"), ("f2", "float16"), (object(), "<object")):
        with pytest.raises(TypeError, match=f"^to takes np.float32 or np.float64, got {came}"):
            checks.float_dtype("to", wrong)


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_a_device_in_place_of_a_dtype_is_told_of_the_processor(device):
    with pytest.raises(TypeError, match=rf"got '{device}': NumPy computes on the processor"):
        checks.float_dtype("to", device)
    with pytest.raises(TypeError, match=r"got 'tpu'$"):
        checks.float_dtype("to", "tpu")


@pytest.mark.parametrize("x", [0.25, 1, np.float32(0.25), np.int8(1), np.array(0.25)])
def test_a_bounded_number_is_a_float(x):
    value = checks.bounded("lr", x, "positive", lambda x: x > 0, "try 0.1")
    assert type(value) is float
    assert value == x


@pytest.mark.parametrize(("x", "came"), [(0, 0), (-(10**400), "an object of type int")])
def test_a_number_out_of_bounds_is_refused_with_the_rule(x, came):
    with pytest.raises(ValueError, match="positive") as error:
        checks.bounded("lr", x, "positive", lambda x: x > 0, "try 0.1")
    assert str(error.value) == f"lr must be positive, got {came}: try 0.1"


def test_whole_numbers_beyond_all_floats_are_infinite():
    assert checks.number("lr", 10**400, "try 0.1") == np.inf
    assert checks.number("lr", -(10**400), "try 0.1") == -np.inf
    assert type(checks.number("lr", 10**400, "try 0.1")) is float


@pytest.mark.parametrize("x", ["1", None, True, np.True_, 1j, [1], np.ones(1), np.array("1")])
def test_what_is_no_number_is_refused(x):
    with pytest.raises(TypeError, match=r"^lr must be a number, got .+: try 0\.1$"):
        checks.bounded("lr", x, "positive", lambda x: x > 0, "try 0.1")


def test_a_switch_is_true_or_false_and_nothing_like_it():
    assert checks.switch("shuffle", True) is checks.switch("shuffle", np.True_) is True
    assert checks.switch("shuffle", False) is checks.switch("shuffle", np.False_) is False
    for x in (1, 0, "no", None, np.ones(1)):
        with pytest.raises(TypeError, match=r"^shuffle must be True or False, got "):
            checks.switch("shuffle", x)


class Oven:
    heat = checks.Checked(checks.bounded, "below 300", lambda x: x < 300, "200 is usual")
    on = checks.Checked(checks.switch)


def test_a_checked_attribute_is_checked_whenever_it_is_set():
    oven, other = Oven(), Oven()
    oven.heat, oven.on, other.heat = 200, False, 100
    assert (oven.heat, oven.on, other.heat) == (200.0, False, 100.0)
    with pytest.raises(ValueError, match=r"^Oven heat must be below 300, got 300: 200 is usual$"):
        oven.heat = 300
    with pytest.raises(TypeError, match=r"^Oven on must be True or False, got 1$"):
        oven.on = 1
    assert (oven.heat, oven.on) == (200.0, False)
    assert isinstance(Oven.heat, checks.Checked)


def test_a_seed_in_place_of_a_generator_is_told_how_to_become_one():
    rng = np.random.default_rng(0)
    assert checks.generator(rng) is rng
    assert isinstance(checks.generator(None), np.random.Generator)
    for wrong, seed in ((7, 7), (2**32 - 1, 2**32 - 1), (-1, 0), (2**32, 0), ("7", 0)):
        text = rf"^rng must be a Generator, got .+: give numpy\.random\.default_rng\({seed}\)$"
        with pytest.raises(TypeError, match=text):
            checks.generator(wrong)
