"""Dropout by counting, batch normalization against PyTorch, and their errors in words."""

import copy
import math
import pickle

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nnbook import nn
from nnbook.nn import regularization

quick = settings(max_examples=30, deadline=None, derandomize=True)


def some(shape, seed=0, dtype=np.float64):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def dropout(p, seed=0):
    return nn.Dropout(p, rng=np.random.default_rng(seed))


# ---- dropout --------------------------------------------------------------------------------


@pytest.mark.parametrize("p", [0, 0.001, 0.1, 0.2, 0.5, 0.8, 0.999])
def test_the_share_p_becomes_0_and_the_others_grow_by_1_over_1_minus_p(p):
    n = 400_000
    for dtype in (np.float32, np.float64):
        x = np.ones(n, dtype)
        y = dropout(p)(x)
        assert y.dtype == dtype
        kept = y[y != 0]
        np.testing.assert_allclose(kept, 1 / (1 - p), rtol=3 * np.finfo(dtype).eps)
        share = 1 - len(kept) / n
        assert abs(share - p) <= 4 * np.sqrt(p * (1 - p) / n)


def test_the_mean_of_each_number_stays():
    x = some((10,))
    y = dropout(0.3)(np.tile(x, (40_000, 1)))
    np.testing.assert_allclose(y.mean(axis=0), x, rtol=0.015)


def test_each_forward_draws_a_fresh_mask_and_each_number_its_own():
    layer, x = dropout(0.5), np.ones((200, 100))
    masks = np.array([layer(x) != 0 for _ in range(3)])
    for a, b in [(0, 1), (0, 2), (1, 2)]:
        assert abs(np.mean(masks[a] == masks[b]) - 0.5) < 0.02
    mask = masks[0]
    for shift in (1, 2, 3):  # neighbors do not go together, nor do rows
        assert abs(np.mean(mask[:, shift:] == mask[:, :-shift]) - 0.5) < 0.02
        assert abs(np.mean(mask[shift:] == mask[:-shift]) - 0.5) < 0.02
    assert abs(mask.mean(axis=0) - 0.5).max() < 0.2
    assert abs(mask.mean(axis=1) - 0.5).max() < 0.25


def test_backward_takes_the_mask_of_the_last_forward():
    layer, x, g = dropout(0.4), some((20, 10)), some((20, 10), 1)
    layer(x)
    y = layer(x)
    scale = np.where(y == 0, 0, 1 / 0.6)
    np.testing.assert_allclose(layer.backward(g), g * scale, rtol=1e-15)
    np.testing.assert_allclose(layer.input_gradient(g), g * scale, rtol=1e-15)


def test_in_use_every_number_stays_to_the_bit_and_so_does_its_gradient():
    for dtype in (np.float16, np.float32, np.float64):
        layer = dropout(0.9).eval()
        x = some((20, 10), dtype=dtype)
        x[0, :4] = [np.inf, -np.inf, np.nan, 5e-324]
        assert layer(x).tobytes() == x.tobytes()
        assert layer(x).dtype == dtype
        assert layer.backward(x).tobytes() == x.tobytes()
        assert not np.shares_memory(layer(x), x)


def test_what_counts_is_the_mode_at_the_forward():
    layer, x = dropout(0.5), np.ones((50, 40))
    y = layer(x)
    np.testing.assert_array_equal(layer.eval().backward(x), y)
    layer(x)
    np.testing.assert_array_equal(layer.train().backward(x), x)
    assert (layer(x) == 0).any()


def test_in_use_no_random_number_is_spent():
    a, b, x = dropout(0.5), dropout(0.5), np.ones(100)
    a.eval()(x)
    np.testing.assert_array_equal(a.train()(x), b(x))


def test_the_same_seed_drops_the_same_numbers():
    x = np.ones((7, 9), np.float32)
    np.testing.assert_array_equal(dropout(0.5, 3)(x), dropout(0.5, 3)(x))
    assert not np.array_equal(dropout(0.5, 3)(x), dropout(0.5, 4)(x))
    assert not np.array_equal(nn.Dropout()(x), nn.Dropout()(x))
    np.testing.assert_array_equal(dropout(0.5)(x), dropout(0.5)(x.astype(np.float64)))


@pytest.mark.parametrize(
    ("p", "kept"), [(0, [1, 1, 1, 1]), (0.25, [0, 0, 1, 1]), (0.5, [0, 0, 0, 1])]
)
def test_of_the_whole_numbers_below_2_to_the_32_those_below_p_of_them_are_dropped(
    monkeypatch, p, kept
):
    numbers = np.array([0, 2**30 - 1, 2**30, 2**32 - 1], np.uint32)
    monkeypatch.setattr(regularization, "fast_random", lambda rng, shape: numbers)
    np.testing.assert_array_equal(dropout(p).mask((4,)), np.array(kept, bool))


@pytest.mark.parametrize("shape", [(), (0,), (4,), (5,), (2, 3), (3, 3)])
def test_two_random_numbers_come_of_each_draw_and_no_draw_is_wasted(shape):
    ours, theirs = np.random.default_rng(0), np.random.default_rng(0)
    n = math.prod(shape)
    numbers = regularization.fast_random(ours, shape)
    drawn = theirs.integers(0, 2**64, math.ceil(n / 2), np.uint64).view(np.uint32)
    np.testing.assert_array_equal(numbers, drawn[:n].reshape(shape))
    assert ours.bit_generator.state == theirs.bit_generator.state


@given(st.lists(st.integers(1, 6), min_size=0, max_size=4), st.floats(0, 0.99))
@quick
def test_any_shape_will_do_and_the_input_is_not_edited(shape, p):
    x = np.ones(shape)
    x.flags.writeable = False
    layer = dropout(p)
    y = layer(x)
    assert y.shape == layer.backward(x).shape == tuple(shape)
    assert set(np.unique(y)) <= {0, 1 / (1 - p)}


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_copy_of_dropout_goes_on_by_itself(clone):
    layer, x = dropout(0.5), np.ones((30, 20))
    layer(x)
    twin = clone(layer)
    assert twin.scale is None
    np.testing.assert_array_equal(twin(x), layer(x))  # its own generator, in the same state


def test_dropout_has_nothing_to_learn_and_half_is_its_default():
    assert nn.Dropout().p == 0.5
    assert nn.Dropout().parameters() == []
    assert repr(nn.Dropout(0.25)) == "Dropout(p=0.25)"


@pytest.mark.parametrize("p", [1, 1.5, -0.1, np.nan, -1e-9])
def test_a_share_outside_0_to_1_is_refused(p):
    with pytest.raises(ValueError, match="share") as error:
        nn.Dropout(p)
    text = f"Dropout p must be the share dropped, in [0, 1), got {p}: 0.5 is usual"
    assert str(error.value) == text
    layer = nn.Dropout(0.25)
    with pytest.raises(ValueError, match="share"):
        layer.p = p
    assert layer.p == 0.25


def test_dropout_too_refuses_what_does_not_fit():
    layer = nn.Dropout()
    with pytest.raises(RuntimeError, match=r"^Dropout\(p=0.5\): backward before forward"):
        layer.backward(np.ones(2))
    with pytest.raises(ValueError, match="got an empty batch"):
        layer(np.ones((0, 2)))
    layer(np.ones((3, 2)))
    with pytest.raises(ValueError, match=r"a gradient of shape \(2,\) for y of \(3, 2\)"):
        layer.backward(np.ones(2))


# ---- batch normalization --------------------------------------------------------------------


def norm(d, seed=0, **options):
    """A layer with weights and statistics that are not the first ones."""
    rng = np.random.default_rng(seed)
    layer = nn.BatchNorm1d(d, **options)
    layer.weight.value[:], layer.bias.value[:] = rng.normal(size=(2, d))
    layer.running_mean[:], layer.running_var[:] = rng.normal(size=d), rng.uniform(0.5, 2, d)
    return layer


@given(n=st.integers(2, 20), d=st.integers(1, 20), seed=st.integers(0, 999), training=st.booleans())
@example(n=2, d=1, seed=0, training=True)
@example(n=300, d=50, seed=0, training=True)
@example(n=4096, d=3, seed=0, training=True)
@example(n=1, d=7, seed=0, training=False)
@example(n=1, d=1, seed=0, training=False)
@quick
def test_outputs_gradients_and_statistics_are_pytorchs(is_torchs, n, d, seed, training):
    is_torchs(norm(d, seed, dtype=np.float64).train(training), some((n, d), seed), seed=seed)


@pytest.mark.parametrize(("eps", "momentum"), [(1e-3, 0.1), (1e-5, 0.3), (0.5, 0.0), (1e-5, 1)])
def test_other_eps_and_momentum_too(is_torchs, eps, momentum):
    layer = norm(4, eps=eps, momentum=momentum, dtype=np.float64)
    is_torchs(layer, some((9, 4)))
    is_torchs(layer, some((9, 4), 1) * 3)


@pytest.mark.parametrize("n", [2, 64, 1024])
@pytest.mark.parametrize("mean", [1, 1e3, 1e4, 1e6])
@pytest.mark.parametrize("spread", [1e-3, 1])
def test_a_large_mean_and_a_tiny_spread_cost_no_more_digits_than_in_pytorch(
    is_torchs, n, mean, spread
):
    for seed in range(3):
        is_torchs(norm(5, seed), mean + spread * some((n, 5), seed), exact=False, seed=seed)


def test_two_examples_that_are_almost_one_are_pytorchs_too(is_torchs):
    x = some((1, 4)) + np.array([[0], [1e-7]])
    is_torchs(norm(4, dtype=np.float64), x, exact=False)


def test_in_training_each_feature_of_the_batch_has_mean_0_and_variance_1():
    x = some((50, 4)) * [1, 10, 0.1, 3] + [0, -5, 2, 100]
    y = nn.BatchNorm1d(4, dtype=np.float64)(x)
    np.testing.assert_allclose(y.mean(axis=0), 0, atol=1e-13)
    np.testing.assert_allclose(y.var(axis=0), 1, rtol=2e-3)  # less ε / σ²
    layer = nn.BatchNorm1d(4, dtype=np.float64)
    layer.weight.value[:], layer.bias.value[:] = [1, 2, 3, 4], [5, 6, 7, 8]
    np.testing.assert_allclose(layer(x), y * [1, 2, 3, 4] + [5, 6, 7, 8], rtol=0, atol=1e-13)


def test_the_statistics_move_by_a_tenth_towards_the_unbiased_variance():
    x = np.array([[0.0], [2.0]])  # mean 1, variance 1 divided by N, 2 divided by N − 1
    layer = nn.BatchNorm1d(1)
    layer(x.astype(np.float32))
    assert layer.running_mean == np.float32(0.1)
    assert layer.running_var == pytest.approx(0.9 * 1 + 0.1 * 2, rel=1e-6)
    layer(x.astype(np.float32))
    assert layer.running_mean == pytest.approx(0.19, rel=1e-6)
    frozen = nn.BatchNorm1d(1, momentum=0, dtype=np.float64)
    frozen(x)
    assert (frozen.running_mean, frozen.running_var) == (0, 1)
    latest = nn.BatchNorm1d(1, momentum=1, dtype=np.float64)
    latest(x)
    assert (latest.running_mean, latest.running_var) == (1, 2)


def test_the_running_mean_keeps_the_digits_of_float32():
    x = 1e4 + some((4096, 5), dtype=np.float32)
    layer = nn.BatchNorm1d(5, momentum=1)
    layer(x)
    mean = x.mean(axis=0, dtype=np.float64)
    np.testing.assert_allclose(layer.running_mean, mean, rtol=np.finfo(np.float32).eps)


def test_in_use_the_statistics_stand_still_and_rows_do_not_meet():
    layer = norm(3, dtype=np.float64).eval()
    mean, var = layer.running_mean.copy(), layer.running_var.copy()
    x = some((6, 3))
    y = layer(x)
    np.testing.assert_array_equal(layer.running_mean, mean)
    np.testing.assert_array_equal(layer.running_var, var)
    np.testing.assert_allclose(
        y,
        layer.weight.value * (x - mean) / np.sqrt(var + 1e-5) + layer.bias.value,
        rtol=0,
        atol=1e-14,
    )
    for i in range(6):
        np.testing.assert_allclose(layer(x[i : i + 1]), y[i : i + 1], rtol=1e-14)


def test_in_use_the_gradient_takes_the_statistics_as_constants():
    layer = norm(3, dtype=np.float64).eval()
    layer(some((6, 3)))
    g = some((6, 3), 1)
    slope = layer.weight.value / np.sqrt(layer.running_var + 1e-5)
    np.testing.assert_allclose(layer.backward(g), g * slope, rtol=1e-14)
    np.testing.assert_allclose(layer.input_gradient(g), g * slope, rtol=1e-14)


def test_in_training_the_gradient_knows_that_a_shift_of_the_batch_does_nothing():
    layer, x = norm(3, dtype=np.float64), some((6, 3))
    layer(x)
    x_grad = layer.backward(some((6, 3), 1))
    np.testing.assert_allclose(x_grad.sum(axis=0), 0, atol=1e-13)
    np.testing.assert_allclose((x_grad * x).sum(axis=0), 0, atol=1e-4)  # nor its size, but for ε


def test_the_mode_at_the_forward_decides_for_the_gradient():
    layer, x, g = norm(3, dtype=np.float64), some((6, 3)), some((6, 3), 1)
    layer(x)
    expected = layer.backward(g)
    np.testing.assert_array_equal(layer.eval().backward(g), expected)
    layer(x)
    expected = layer.backward(g)
    np.testing.assert_array_equal(layer.train().backward(g), expected)


@pytest.mark.parametrize("training", [True, False])
def test_backward_is_its_two_questions_together(training):
    layer, x, g = norm(3, dtype=np.float64).train(training), some((6, 3)), some((6, 3), 1)
    layer(x)
    assert layer.parameter_gradients(g) is None
    grads = layer.weight.grad.copy(), layer.bias.grad.copy()
    layer.weight.grad[:] = layer.bias.grad[:] = 7
    x_grad = layer.input_gradient(g)
    assert (layer.weight.grad == 7).all()
    assert (layer.bias.grad == 7).all()
    np.testing.assert_array_equal(layer.backward(g), x_grad)
    np.testing.assert_array_equal(layer.backward(g), x_grad)  # overwrites
    np.testing.assert_array_equal((layer.weight.grad, layer.bias.grad), grads)
    np.testing.assert_allclose(grads[1], g.sum(axis=0), rtol=1e-13)


def test_batch_norm_takes_any_layout_and_edits_nothing():
    x, g = some((6, 4)), some((6, 4), 1)
    for training in (True, False):
        expected = norm(4, dtype=np.float64).train(training)
        y = expected(x)
        x_grad = expected.backward(g)
        for view in (np.asfortranarray(x), np.repeat(x, 2, axis=1)[:, ::2], x[::-1].copy()[::-1]):
            view.flags.writeable = False
            layer = norm(4, dtype=np.float64).train(training)
            np.testing.assert_allclose(layer(view), y, rtol=1e-12)
            back = layer.backward(np.asfortranarray(g))
            np.testing.assert_allclose(back, x_grad, rtol=0, atol=1e-13)
            assert back.flags.c_contiguous
            np.testing.assert_array_equal(view, x)


def test_numpys_float64_as_eps_or_momentum_does_not_turn_float32_into_float64():
    layer = nn.BatchNorm1d(3, eps=np.float64(1e-5), momentum=np.float64(0.1))
    x = some((5, 3), dtype=np.float32)
    for mode in (True, False):
        assert layer.train(mode)(x).dtype == np.float32
        assert layer.backward(x).dtype == np.float32
        assert layer.running_mean.dtype == layer.running_var.dtype == np.float32
        assert layer.weight.grad.dtype == layer.bias.grad.dtype == np.float32


def test_to_turns_the_statistics_too():
    layer = norm(3)
    assert layer.to(np.float64) is layer
    assert layer.running_mean.dtype == layer.running_var.dtype == np.float64
    assert layer(some((4, 3))).dtype == np.float64


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_copy_of_batch_norm_goes_on_by_itself(clone):
    layer, x = norm(3, dtype=np.float64), some((5, 3))
    layer(x)
    twin = clone(layer)
    assert twin.normed is None
    np.testing.assert_array_equal(twin.running_mean, layer.running_mean)
    mean = twin.running_mean.copy()
    layer(x + 100)
    np.testing.assert_array_equal(twin.running_mean, mean)


def test_at_first_batch_norm_changes_nothing_in_use():
    layer = nn.BatchNorm1d(3).eval()
    assert [name for name, _ in layer.named_parameters()] == ["weight", "bias"]
    assert {p.value.dtype for p in layer.parameters()} == {np.dtype(np.float32)}
    x = some((2, 3), dtype=np.float32)
    np.testing.assert_allclose(layer(x), x, rtol=1e-5)
    assert repr(layer) == "BatchNorm1d(3)"


def test_one_example_in_training_has_no_variance_and_is_refused():
    layer = nn.BatchNorm1d(3)
    with pytest.raises(ValueError, match="one example") as error:
        layer(np.ones((1, 3), np.float32))
    cure = "give a larger batch (DataLoader(…, drop_last=True) leaves out the last, smaller one)"
    cure += ", or eval() for the running statistics"
    assert str(error.value) == f"BatchNorm1d(3) got one example in training: {cure}"
    assert not layer.running_mean.any()  # and it leaves no trace
    layer.eval()(np.ones((1, 3), np.float32))


@pytest.mark.parametrize(
    ("eps", "momentum"),
    [(0, 0.1), (-1, 0.1), (np.nan, 0.1), (np.inf, 0.1), (1e-5, 1.1), (1e-5, -0.1)],
)
def test_eps_is_positive_and_momentum_a_share(eps, momentum):
    name, got = ("eps", eps) if eps != 1e-5 else ("momentum", momentum)
    rule = {"eps": "positive", "momentum": "in [0, 1]"}[name]
    with pytest.raises(ValueError, match="must be") as error:
        nn.BatchNorm1d(3, eps, momentum)
    assert str(error.value).startswith(f"BatchNorm1d {name} must be {rule}, got {got}: ")
    with pytest.raises(ValueError, match="must be"):
        setattr(nn.BatchNorm1d(3), name, got)


def test_a_momentum_of_numpys_leaves_the_statistics_their_dtype():
    layer = nn.BatchNorm1d(3)
    layer.momentum = np.float64(0.5)
    layer(np.eye(3, dtype=np.float32))
    assert layer.running_mean.dtype == layer.running_var.dtype == np.float32


def test_settings_that_a_subclass_has_forgotten_to_make_are_absent():
    class Bare(nn.Dropout):
        def __init__(self):
            self.rng = np.random.default_rng(0)

    assert not hasattr(Bare(), "p")
    with pytest.raises(AttributeError, match=r"^Bare has no p"):
        Bare()(np.ones((2, 3)))


def test_batch_norm_too_refuses_what_does_not_fit():
    layer = nn.BatchNorm1d(3)
    with pytest.raises(RuntimeError, match=r"^BatchNorm1d\(3\): backward before forward"):
        layer.backward(np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"^BatchNorm1d\(3\) got input of width 4, shape \(2, 4\)"):
        layer(np.ones((2, 4), np.float32))
    with pytest.raises(ValueError, match=r"put nn.Flatten\(\) in front"):
        nn.BatchNorm1d(6)(np.ones((2, 2, 3), np.float32))
    with pytest.raises(TypeError, match=r"^BatchNorm1d\(3\) holds float32, got float64: x.astype"):
        layer(np.ones((2, 3)))
    with pytest.raises(TypeError, match=r"^BatchNorm1d\(3\) takes np.float32 or np.float64, got "):
        nn.BatchNorm1d(3, dtype=int)
    with pytest.raises(ValueError, match="got an empty batch"):
        layer(np.ones((0, 3), np.float32))
    layer(np.eye(3, dtype=np.float32))
    with pytest.raises(ValueError, match=r"a gradient of shape \(1, 3\) for y of \(3, 3\)"):
        layer.backward(np.ones((1, 3)))


def test_an_array_is_a_number_where_it_has_no_axis():
    assert nn.Dropout(np.array(0.25)).p == 0.25
    with pytest.raises(TypeError, match=r"^Dropout p must be a number"):
        nn.Dropout(np.array([0.25]))


# ---- the mask ---------------------------------------------------------------------------------


def test_the_mask_of_a_forward_is_that_of_its_generator():
    layer, twin = dropout(0.3, 5), dropout(0.3, 5)
    m = layer.mask((40, 30))
    assert m.dtype == bool
    assert m.shape == (40, 30)
    assert abs(m.mean() - 0.7) < 0.05
    np.testing.assert_array_equal(twin(np.ones((40, 30))) != 0, m)
    assert layer.mask(()).shape == ()
    assert layer.mask((3, 0)).shape == (3, 0)


def test_a_mask_of_ones_own_is_used_forward_and_backward():
    class Odd(nn.Dropout):
        def mask(self, shape):
            return np.broadcast_to(np.arange(shape[-1]) % 2 == 1, shape)

    layer, x = Odd(0.2), some((3, 4), dtype=np.float32)
    expected = x * np.array([0, 1, 0, 1], np.float32) / np.float32(0.8)
    np.testing.assert_allclose(layer(x), expected, rtol=1e-6)
    np.testing.assert_allclose(layer.backward(x), expected, rtol=1e-6)
    np.testing.assert_array_equal(layer.eval()(x), x)


@pytest.mark.parametrize("wrong", [3, [2, 3], (2.0,), (True,), None, "ab", ((2, 3),)])
def test_a_shape_of_a_mask_is_a_tuple_of_whole_numbers(wrong):
    with pytest.raises(
        TypeError, match=r"^Dropout mask\(shape\) takes a tuple such as \(64, 512\)"
    ):
        nn.Dropout().mask(wrong)
    for sizes in ((-1, 2), (2**20, 2**20)):
        with pytest.raises(ValueError, match=r"takes sizes from 0, together at most"):
            nn.Dropout().mask(sizes)
