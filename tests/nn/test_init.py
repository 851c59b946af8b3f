"""The first weights: their spread by counting, their formulas against PyTorch's."""

import numpy as np
import pytest
from scipy import stats

from nnbook import nn
from nnbook.nn.init import constant_, kaiming_normal_, xavier_normal_, xavier_uniform_

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


@each
def test_a_bias_has_no_rows_and_columns_and_is_refused(init_):
    for shape in [(3,), (), (2, 3, 4)]:
        with pytest.raises(ValueError, match="a weight has the shape") as error:
            init_(nn.Parameter(np.zeros(shape)))
        text = f"a weight has the shape (out, in), got {shape}: constant_ takes any shape"
        assert str(error.value) == text


def test_pytorch_names_its_initializers_so():
    torch = pytest.importorskip("torch")
    for name in ("kaiming_normal_", "xavier_normal_", "xavier_uniform_", "constant_"):
        assert hasattr(nn.init, name)
        assert hasattr(torch.nn.init, name)
