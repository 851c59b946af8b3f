"""The first weights: their spread by counting, their formulas against PyTorch's."""

import inspect

import numpy as np
import pytest
from scipy import stats

from nnbook import nn
from nnbook.nn.init import (
    constant_,
    kaiming_normal_,
    normal_,
    xavier_normal_,
    xavier_uniform_,
    zeros_,
)

FORMULAS = {  # the standard deviation, from the fans
    kaiming_normal_: lambda out, in_: np.sqrt(2 / in_),
    xavier_normal_: lambda out, in_: np.sqrt(2 / (in_ + out)),
    xavier_uniform_: lambda out, in_: np.sqrt(2 / (in_ + out)),
}
each = pytest.mark.parametrize("init_", FORMULAS, ids=lambda f: f.__name__)


def weight(out=300, in_=200, dtype=np.float32):
    return nn.Linear(in_, out, dtype=dtype).weight


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("gain", [1, 2.5])
@pytest.mark.parametrize(("out", "in_"), [(300, 200), (50, 1000), (1000, 50)])
@each
def test_the_spread_is_its_formula(init_, out, in_, gain):
    w = init_(weight(out, in_), gain=gain, rng=rng()).value
    std = gain * FORMULAS[init_](out, in_)
    n = w.size
    assert w.std() == pytest.approx(std, rel=4 / np.sqrt(2 * n))
    assert abs(w.mean()) <= 4 * std / np.sqrt(n)


@each
def test_the_spread_is_that_of_pytorch(init_):
    torch = pytest.importorskip("torch")
    for out, in_ in [(400, 100), (100, 400)]:
        w = init_(weight(out, in_), rng=rng()).value
        tensor = torch.empty(out, in_)
        getattr(torch.nn.init, init_.__name__)(tensor, generator=torch.Generator().manual_seed(0))
        assert w.std() == pytest.approx(float(tensor.std()), rel=0.03)
        assert stats.ks_2samp(w.ravel(), tensor.numpy().ravel()).pvalue > 0.001


def test_normal_is_normal_and_uniform_stays_within_its_bound():
    for init_ in (kaiming_normal_, xavier_normal_):
        w = init_(weight(100, 100, np.float64), rng=rng()).value
        assert stats.kstest(w.ravel() / w.std(), "norm").pvalue > 0.01
    for gain in (1, 0.5):
        bound = gain * np.sqrt(6 / 200)
        w = xavier_uniform_(weight(100, 100, np.float64), gain=gain, rng=rng()).value
        assert np.abs(w).max() <= bound
        assert w.min() < -0.999 * bound
        assert w.max() > 0.999 * bound
        assert stats.kstest(w.ravel() / bound, "uniform", args=(-1, 2)).pvalue > 0.01


def test_a_signal_keeps_its_size_through_relus():
    x = rng(1).normal(size=(200, 400)).astype(np.float32)
    z, generator = x, rng()
    for _ in range(10):
        layer = nn.Linear(400, 400, bias=False)
        kaiming_normal_(layer.weight, rng=generator)
        z = nn.relu(layer(z))
    assert np.mean(z**2) / np.mean(x**2) == pytest.approx(1, abs=0.5)


@each
def test_the_value_is_written_in_place_and_the_parameter_returned(init_):
    for dtype in (np.float32, np.float64):
        p = weight(3, 4, dtype)
        value = p.value
        assert init_(p, rng=rng()) is p
        assert p.value is value
        assert value.shape == (3, 4)
        assert value.dtype == p.grad.dtype == dtype
        assert not p.grad.any()


@each
def test_the_same_seed_gives_the_same_weights_to_the_bit(init_):
    a, b, c = (init_(weight(), rng=rng(seed)).value for seed in (0, 0, 1))
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, c)
    assert not np.array_equal(init_(weight()).value, init_(weight()).value)
    in_64 = init_(weight(dtype=np.float64), rng=rng()).value
    np.testing.assert_array_equal(a, in_64.astype(np.float32))


@each
def test_two_weights_of_one_generator_differ(init_):
    generator = rng()
    a, b = init_(weight(), rng=generator), init_(weight(), rng=generator)
    assert not np.array_equal(a.value, b.value)


def test_a_constant_fills_any_shape():
    layer = nn.Linear(4, 3)
    assert constant_(layer.bias, 0.5) is layer.bias
    assert layer.bias.value.tolist() == [0.5] * 3
    assert (constant_(layer.weight, -1).value == -1).all()
    assert layer.bias.value.dtype == layer.weight.value.dtype == np.float32
    assert constant_(nn.Parameter(2.0), 7).value == 7


def test_zeros_are_zeros_of_any_shape():
    layer = nn.Linear(4, 3)
    assert zeros_(layer.bias) is layer.bias
    assert not layer.bias.value.any()
    assert not zeros_(layer.weight).value.any()
    assert zeros_(nn.Parameter(2.0)).value == 0


@pytest.mark.parametrize("shape", [(20_000,), (100, 200), (5, 40, 100)])
def test_normal_has_its_mean_and_spread_for_any_shape(shape):
    p = nn.Parameter(np.zeros(shape))
    value = p.value
    assert normal_(p, 3.0, 0.5, rng=rng()) is p
    assert p.value is value
    assert stats.kstest((value.ravel() - 3) / 0.5, "norm").pvalue > 0.01
    assert stats.kstest(normal_(p, rng=rng()).value.ravel(), "norm").pvalue > 0.01
    np.testing.assert_array_equal(normal_(p, 3.0, 0.0).value, 3)


def test_normal_is_drawn_from_its_generator():
    a, b, c = (normal_(weight(), std=0.01, rng=rng(seed)).value for seed in (0, 0, 1))
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, c)
    assert a.dtype == np.float32


@each
def test_a_bias_has_no_rows_and_columns_and_is_refused(init_):
    for shape in [(3,), (), (2, 3, 4), (0, 3), (3, 0)]:
        with pytest.raises(ValueError, match="a weight has the shape") as error:
            init_(nn.Parameter(np.zeros(shape)))
        text = (
            f"a weight has the shape (out, in), got {shape}: normal_ and constant_ take any shape"
        )
        assert str(error.value) == text


@pytest.mark.parametrize("init_", [normal_, constant_, zeros_], ids=lambda f: f.__name__)
def test_the_arguments_are_pytorchs_in_names_order_and_defaults(init_):
    torch = pytest.importorskip("torch")
    ours = [*inspect.signature(getattr(nn.init, init_.__name__)).parameters.values()]
    theirs = [*inspect.signature(getattr(torch.nn.init, init_.__name__)).parameters.values()]
    pairs = [(p.name, p.default) for p in ours[1:] if p.name != "rng"]
    assert pairs == [(p.name, p.default) for p in theirs[1:] if p.name != "generator"]


def test_pytorch_names_its_initializers_so():
    torch = pytest.importorskip("torch")
    for name in ("kaiming_normal_", "xavier_normal_", "xavier_uniform_"):
        assert hasattr(nn.init, name)
        assert hasattr(torch.nn.init, name)


@pytest.mark.parametrize("init_", [*FORMULAS, normal_, zeros_, lambda p: constant_(p, 1.0)])
@pytest.mark.parametrize("wrong", [nn.Linear(2, 3), np.zeros((2, 3)), None, "weight", nn.Parameter])
def test_only_a_parameter_can_be_initialized(init_, wrong):
    with pytest.raises(TypeError, match=r"^nn\.init takes a Parameter, got .+: give layer\.weight"):
        init_(wrong)


@pytest.mark.parametrize(
    ("init_", "error", "text"),
    [
        (lambda p: constant_(p, "0"), TypeError, "constant_ val must be a number, got '0'"),
        (lambda p: constant_(p, np.nan), ValueError, "constant_ val must be finite, got nan"),
        (lambda p: constant_(p, 1e39), ValueError, r"float32 takes numbers up to 3\.4e.38, got"),
        (lambda p: normal_(p, None), TypeError, "normal_ mean must be a number, got None"),
        (lambda p: normal_(p, 0, -1), ValueError, "normal_ std must be 0 or more, got -1"),
        (lambda p: normal_(p, 0, 1e39), ValueError, r"float32 takes numbers up to 3\.4e.38, got"),
        (lambda p: normal_(p, rng=3), TypeError, r"got 3: give numpy\.random\.default_rng\(3\)"),
    ],
)
def test_what_cannot_be_a_weight_is_refused_and_the_value_stays(init_, error, text):
    p = nn.Parameter(np.ones((2, 3), np.float32))
    with pytest.raises(error, match=text):
        init_(p)
    assert (p.value == 1).all()


def test_of_numbers_that_do_not_fit_the_largest_is_told():
    drawn = np.random.default_rng(0).normal(0, 1e39, (2, 3))
    with pytest.raises(ValueError, match="takes numbers up to") as error:
        normal_(nn.Parameter(np.ones((2, 3), np.float32)), 0, 1e39, rng=np.random.default_rng(0))
    assert str(error.value).endswith(f", got {np.abs(drawn).max():.2g}")


@pytest.mark.parametrize("gain", ["2", None, True, -1, np.nan, np.inf, 1e31, [1.0]])
@each
def test_a_gain_is_a_number_that_is_not_negative(init_, gain):
    with pytest.raises((TypeError, ValueError), match=r"^gain must be .+, got .+: 1\.0 is usual$"):
        init_(weight(), gain=gain)


def test_the_largest_numbers_that_fit_are_taken():
    largest = float(np.finfo(np.float32).max)
    parameter = nn.Parameter(np.zeros((2, 3), np.float32))
    assert (nn.init.constant_(parameter, largest).value == largest).all()
    for gain in (0, 1e30):
        nn.init.xavier_uniform_(parameter, gain=gain, rng=np.random.default_rng(0))
        assert (np.abs(parameter.value).max() > 1e29) is np.bool_(gain > 0)
    with pytest.raises(ValueError, match="normal_ std must be 0 or more, got inf"):
        nn.init.normal_(parameter, std=np.inf)
