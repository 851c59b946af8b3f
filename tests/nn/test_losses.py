"""The losses against PyTorch and by hand; far-out logits, labels of every kind, and the errors."""

import copy
import math
import pickle

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nnbook import nn

LOSSES = [nn.L1Loss, nn.HalfSquaredLoss, nn.BCEWithLogitsLoss, nn.CrossEntropyLoss]
PAIRED = LOSSES[:3]  # a target for each number, not for each row
INTEGERS = [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64]

each = pytest.mark.parametrize("kind", LOSSES)
each_paired = pytest.mark.parametrize("kind", PAIRED)
either = pytest.mark.parametrize("reduction", ["mean", "sum"])
quick = settings(max_examples=30, deadline=None, derandomize=True)


def torchs(kind, reduction):
    torch = pytest.importorskip("torch")
    if kind is nn.HalfSquaredLoss:
        return lambda a, y: torch.nn.MSELoss(reduction=reduction)(a, y) / 2
    return getattr(torch.nn, kind.__name__)(reduction=reduction)


def pair(kind, shape, rng):
    """Predictions and targets that `kind` takes."""
    a = rng.normal(size=shape)
    if kind is nn.CrossEntropyLoss:
        return a, rng.integers(0, shape[1], shape[0])
    return a, rng.uniform(size=shape) if kind is nn.BCEWithLogitsLoss else rng.normal(size=shape)


# ---- PyTorch --------------------------------------------------------------------------------


@given(n=st.integers(1, 20), d=st.integers(1, 20), seed=st.integers(0, 999))
@example(n=1, d=1, seed=0)
@example(n=1, d=10, seed=0)
@example(n=3000, d=10, seed=0)
@quick
@either
@each
def test_each_loss_is_pytorchs_with_its_gradient(is_torchs_loss, kind, reduction, n, d, seed):
    a, y = pair(kind, (n, d), np.random.default_rng(seed))
    is_torchs_loss(kind(reduction), torchs(kind, reduction), a, y)


@either
@each_paired
def test_predictions_of_any_shape_will_do(is_torchs_loss, kind, reduction):
    for shape in [(), (5,), (2, 3, 4)]:
        a, y = pair(kind, shape, np.random.default_rng(0))
        is_torchs_loss(kind(reduction), torchs(kind, reduction), np.asarray(a), np.asarray(y))


@pytest.mark.parametrize("scale", [30, 1e4])
@either
def test_far_out_logits_are_pytorchs_too(is_torchs_loss, reduction, scale):
    rng = np.random.default_rng(0)
    a = rng.normal(size=(20, 5)) * scale
    kind = nn.CrossEntropyLoss
    is_torchs_loss(kind(reduction), torchs(kind, reduction), a, rng.integers(0, 5, 20))
    kind = nn.BCEWithLogitsLoss
    y = rng.integers(0, 2, (20, 5)).astype(float)
    is_torchs_loss(kind(reduction), torchs(kind, reduction), a, y)


# ---- by hand --------------------------------------------------------------------------------


def test_each_loss_of_two_numbers_by_hand():
    a, y = [0.0, 2.0], [1.0, 0.0]
    assert nn.L1Loss()(a, y) == 1.5
    assert nn.L1Loss("sum")(a, y) == 3
    assert nn.HalfSquaredLoss()(a, y) == 1.25
    assert nn.HalfSquaredLoss("sum")(a, y) == 2.5
    of_each = [math.log(2), math.log(1 + math.exp(2))]  # −log σ(0) and −log(1 − σ(2))
    assert nn.BCEWithLogitsLoss()(a, y) == pytest.approx(sum(of_each) / 2, rel=1e-15)
    assert nn.BCEWithLogitsLoss("sum")(a, y) == pytest.approx(sum(of_each), rel=1e-15)
    of_each = [math.log(1 + math.exp(-2)), math.log(1 + math.exp(2))]
    assert nn.CrossEntropyLoss()([a, a], [1, 0]) == pytest.approx(sum(of_each) / 2, rel=1e-15)
    assert nn.CrossEntropyLoss("sum")([a, a], [1, 0]) == pytest.approx(sum(of_each), rel=1e-15)


def test_the_gradients_of_two_numbers_by_hand():
    a, y = np.array([0.0, 2.0]), np.array([1.0, 0.0])
    for kind, slopes in [
        (nn.L1Loss, [-1, 1]),
        (nn.HalfSquaredLoss, [-1, 2]),
        (nn.BCEWithLogitsLoss, [-0.5, nn.sigmoid(2)]),
    ]:
        for reduction, n in [("mean", 2), ("sum", 1)]:
            loss_fn = kind(reduction)
            loss_fn(a, y)
            np.testing.assert_allclose(loss_fn.backward(), np.array(slopes) / n, rtol=1e-15)
    loss_fn, p = nn.CrossEntropyLoss(), nn.sigmoid(2)
    loss_fn([a, a], [1, 0])
    expected = np.array([[1 - p, p - 1], [-p, p]]) / 2
    np.testing.assert_allclose(loss_fn.backward(), expected, rtol=1e-14)


def test_without_a_difference_the_gradient_is_0():
    for kind in (nn.L1Loss, nn.HalfSquaredLoss):
        loss_fn = kind()
        assert loss_fn([1.5, -2.0], [1.5, -2.0]) == 0
        assert not loss_fn.backward().any()


def test_logits_that_know_nothing_cost_the_logarithm_of_the_classes():
    for c in (2, 10, 1000):
        loss_fn = nn.CrossEntropyLoss()
        assert loss_fn(np.zeros((3, c)), [0, 1, 1]) == pytest.approx(math.log(c), rel=1e-14)
        assert loss_fn.backward()[0, 0] == pytest.approx((1 / c - 1) / 3, rel=1e-13)


def test_the_same_number_added_to_all_logits_changes_nothing():
    a, y = pair(nn.CrossEntropyLoss, (6, 4), np.random.default_rng(0))
    here, there = nn.CrossEntropyLoss(), nn.CrossEntropyLoss()
    assert there(a + 500, y) == pytest.approx(here(a, y), rel=1e-12)
    np.testing.assert_allclose(there.backward(), here.backward(), rtol=0, atol=1e-13)
    np.testing.assert_allclose(here.backward().sum(axis=1), 0, atol=1e-16)


def test_two_classes_are_one_logit():
    a = np.random.default_rng(0).normal(size=9) * 3
    y = np.arange(9) % 2
    two, one = nn.CrossEntropyLoss(), nn.BCEWithLogitsLoss()
    assert two(np.stack([0 * a, a], axis=1), y) == pytest.approx(one(a, y), rel=1e-13)
    np.testing.assert_allclose(two.backward()[:, 1], one.backward(), rtol=1e-12)


# ---- far out --------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("far", [1e4, 3e38])
@pytest.mark.filterwarnings("error")
@np.errstate(all="raise", under="ignore")
def test_extreme_logits_cost_what_they_must_without_a_warning(dtype, far):
    a = np.array([[far, -far, 0], [-far, far, 0], [far, far, far]], dtype)
    loss_fn = nn.CrossEntropyLoss("sum")
    if far == 1e4:
        loss = loss_fn(a, [0, 0, 2])
        assert loss == pytest.approx(2e4 + math.log(3), rel=1e-7)
        p = loss_fn.backward()
        expected = [[0, 0, 0], [-1, 1, 0], [1 / 3, 1 / 3, -2 / 3]]
        np.testing.assert_allclose(p, expected, rtol=1e-6, atol=1e-300)
    loss_fn = nn.BCEWithLogitsLoss("sum")
    assert loss_fn(a, (a > 0).astype(dtype)) == pytest.approx(2 * math.log(2), rel=1e-7)
    assert np.abs(loss_fn.backward()).max() == 0.5
    loss_fn = nn.BCEWithLogitsLoss()
    assert loss_fn(a[:1, :1], np.zeros((1, 1), dtype)) == pytest.approx(far, rel=1e-6)
    assert loss_fn.backward()[0, 0] == 1


def test_a_small_loss_keeps_its_digits():
    for a in (40.0, 200.0, 700.0):
        assert nn.BCEWithLogitsLoss()(a, 1.0) == pytest.approx(math.exp(-a), rel=1e-14, abs=0)
        assert nn.BCEWithLogitsLoss()(-a, 0.0) == pytest.approx(math.exp(-a), rel=1e-14, abs=0)
    loss_fn = nn.BCEWithLogitsLoss()
    loss_fn(-700.0, 0.0)
    assert loss_fn.backward() == pytest.approx(math.exp(-700), rel=1e-13, abs=0)


def test_the_mean_of_many_float32_losses_is_taken_in_float64():
    a, y = np.full(2**21, np.float32(0.1)), np.zeros(2**21, np.float32)
    assert nn.L1Loss()(a, y) == float(np.float32(0.1))
    assert nn.L1Loss("sum")(a, y) == 2**21 * float(np.float32(0.1))


@each
def test_nan_shows_in_the_loss(kind):
    a, y = pair(kind, (3, 2), np.random.default_rng(0))
    a[1, 1] = np.nan
    assert math.isnan(kind()(a, y))


# ---- manners --------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", INTEGERS)
def test_labels_of_every_integer_dtype_are_the_same_labels(dtype):
    a, y = pair(nn.CrossEntropyLoss, (7, 5), np.random.default_rng(0))
    expected, loss_fn = nn.CrossEntropyLoss(), nn.CrossEntropyLoss()
    assert loss_fn(a, y.astype(dtype)) == expected(a, y)
    np.testing.assert_array_equal(loss_fn.backward(), expected.backward())
    assert loss_fn(a, y.astype(dtype).tolist()) == expected(a, y)


def test_more_classes_than_the_labels_dtype_can_count():
    a = np.random.default_rng(0).normal(size=(2, 300))
    for dtype in (np.int8, np.uint8):
        assert nn.CrossEntropyLoss()(a, np.array([127, 3], dtype)) == nn.CrossEntropyLoss()(
            a, [127, 3]
        )


@each
def test_any_layout_will_do_and_nothing_is_edited(kind):
    a, y = pair(kind, (6, 4), np.random.default_rng(0))
    loss_fn = kind()
    expected = loss_fn(a, y)
    slopes = loss_fn.backward()
    wide = np.repeat(np.repeat(a, 2, axis=0), 3, axis=1)
    frozen, labels = a.copy(), y.copy()
    frozen.flags.writeable = labels.flags.writeable = False
    for view in (np.asfortranarray(a), wide[::2, ::3], frozen):
        for target in (np.asfortranarray(y), y[::-1].copy()[::-1], labels):
            assert loss_fn(view, target) == pytest.approx(expected, rel=1e-14)
            grad = loss_fn.backward()
            assert grad.flags.c_contiguous
            np.testing.assert_allclose(grad, slopes, rtol=1e-13)
            np.testing.assert_array_equal(view, frozen)
            np.testing.assert_array_equal(target, labels)


@each
def test_backward_may_be_asked_twice_and_gives_an_array_of_ones_own(kind):
    loss_fn = kind("sum")
    loss_fn(*pair(kind, (3, 2), np.random.default_rng(0)))
    first = loss_fn.backward()
    kept = first.copy()
    first[:] = 7
    np.testing.assert_array_equal(loss_fn.backward(), kept)


@each
def test_the_gradient_is_that_of_the_last_call(kind):
    loss_fn, other, rng = kind(), kind(), np.random.default_rng(0)
    loss_fn(*pair(kind, (5, 3), rng))
    a, y = pair(kind, (4, 3), rng)
    assert loss_fn(a, y) == other(a, y)
    np.testing.assert_array_equal(loss_fn.backward(), other.backward())


@each_paired
def test_targets_take_the_dtype_of_the_prediction(kind):
    a = np.array([0.5, -1.0], np.float32)
    expected = kind()(a, np.array([1, 0], np.float32))
    for y in (np.array([1.0, 0.0]), np.array([1, 0], np.uint8), [True, False], [1, 0]):
        loss_fn = kind()
        assert loss_fn(a, y) == expected
        assert loss_fn.backward().dtype == np.float32
    loss_fn = kind()
    loss_fn([0, 1], [1, 0])
    assert loss_fn.backward().dtype == np.float64


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
@each
def test_a_copy_goes_on_by_itself(kind, clone):
    loss_fn, rng = kind("sum"), np.random.default_rng(0)
    loss_fn(*pair(kind, (3, 2), rng))
    twin = clone(loss_fn)
    with pytest.raises(RuntimeError, match="backward before forward"):
        twin.backward()
    assert repr(twin) == f"{kind.__name__}(reduction='sum')"
    assert repr(kind()) == f"{kind.__name__}()"


# ---- errors ---------------------------------------------------------------------------------


@each
def test_another_reduction_is_refused_and_both_choices_named(kind):
    for wrong in ("none", "Mean", None):
        with pytest.raises(ValueError, match=r'reduction must be "mean" or "sum", got') as error:
            kind(wrong)
        text = f'{kind.__name__} reduction must be "mean" or "sum", got {wrong!r}'
        assert str(error.value) == text
        with pytest.raises(ValueError, match=r'reduction must be "mean" or "sum", got'):
            kind().reduction = wrong


@each
def test_backward_before_forward_is_refused(kind):
    with pytest.raises(RuntimeError) as error:
        kind().backward()
    text = f"{kind.__name__}(): backward before forward: call loss_fn(ŷ, y) first"
    assert str(error.value) == text


@each_paired
def test_predictions_and_targets_of_two_shapes_are_never_broadcast(kind):
    for a, b in [((4, 1), (4,)), ((4,), (4, 1)), ((1, 4), (4,)), ((4, 2), (4, 1)), ((4,), ())]:
        with pytest.raises(ValueError, match="give both one shape") as error:
            kind()(np.zeros(a), np.zeros(b))
        got = f"got predictions of shape {a}, targets of {b}"
        cure = "give both one shape, target.reshape(prediction.shape)"
        assert str(error.value) == f"{kind.__name__}() {got}: {cure}"


def test_an_empty_batch_is_refused():
    for kind in PAIRED:
        for shape in [(0,), (0, 3), (3, 0)]:
            with pytest.raises(ValueError, match="give at least one example") as error:
                kind()(np.zeros(shape), np.zeros(shape))
            assert f"{kind.__name__}() got an empty batch, shape {shape}" in str(error.value)
    with pytest.raises(ValueError, match="a row for each example") as error:
        nn.CrossEntropyLoss()(np.zeros((0, 10)), np.zeros(0, int))
    assert "got an empty batch of shape (0, 10)" in str(error.value)


@pytest.mark.parametrize("wrong", [[1.5], [-0.1], [np.nan], [0.5, 1.5]])
def test_a_target_that_is_no_probability_is_refused(wrong):
    with pytest.raises(ValueError, match=r"takes targets in \[0, 1\], got") as error:
        nn.BCEWithLogitsLoss()([0.3] * len(wrong), wrong)
    assert str(error.value).endswith(f"got {min(wrong)} to {max(wrong)}")


@pytest.mark.parametrize(
    ("wrong", "got"), [([0, 3], "0 to 3"), ([-1, 2], "-1 to 2"), ([7, 8], "7 to 8")]
)
def test_labels_out_of_range_are_refused_and_never_wrap_around(wrong, got):
    with pytest.raises(ValueError, match="labels") as error:
        nn.CrossEntropyLoss()(np.zeros((2, 3)), wrong)
    assert str(error.value) == f"CrossEntropyLoss() labels must be from 0 to 2, got {got}"


def test_an_unsigned_label_is_not_negative():
    with pytest.raises(ValueError, match="from 0 to 2, got 0 to 255"):
        nn.CrossEntropyLoss()(np.zeros((2, 3)), np.array([0, 255], np.uint8))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, bool, object, "U1"])
def test_labels_that_are_no_integers_are_refused(dtype):
    y = np.array([0, 1]).astype(dtype)
    with pytest.raises(TypeError, match="labels must be integers, got") as error:
        nn.CrossEntropyLoss()(np.zeros((2, 3)), y)
    assert str(error.value).endswith(f"got {y.dtype}: labels.astype(np.int64)")


@pytest.mark.parametrize(
    ("shape", "cure"),
    [
        ((2, 3), "labels.argmax(axis=1)"),
        ((2, 1), "labels.ravel()"),
        ((3,), "one for each"),
        ((), "one for each"),
    ],
)
def test_one_hot_labels_or_too_many_are_refused(shape, cure):
    for dtype in (int, float):
        with pytest.raises(ValueError, match="labels of shape") as error:
            nn.CrossEntropyLoss()(np.zeros((2, 3)), np.zeros(shape, dtype))
        got = f"labels of shape {shape} for 2 examples"
        assert str(error.value) == f"CrossEntropyLoss() got {got}: give {cure}"


@pytest.mark.parametrize("shape", [(3,), (), (2, 3, 4)])
def test_logits_have_a_row_for_each_example(shape):
    with pytest.raises(ValueError, match=r"give \(N, C\), a row for each example") as error:
        nn.CrossEntropyLoss()(np.zeros(shape), [0])
    assert f"CrossEntropyLoss() got logits of shape {shape}:" in str(error.value)


@each
def test_what_is_no_number_is_refused(kind):
    with pytest.raises(TypeError, match=f"^{kind.__name__} (prediction|logits) must be real num"):
        kind()("text", [0])


@each_paired
def test_a_target_that_is_no_number_is_refused(kind):
    with pytest.raises(TypeError, match=f"^{kind.__name__} target must be real numbers"):
        kind()([1.0], ["text"])


def test_a_loss_of_ones_own_needs_forward():
    base = nn.L1Loss.__base__
    with pytest.raises(NotImplementedError, match=r"^Loss\(\) has no forward"):
        base()([1.0], [1.0])


def test_one_logit_for_two_classes_is_told_its_loss():
    cure = r"labels must be from 0 to 0, got 0 to 1: for one logit use BCEWithLogitsLoss\(\)$"
    with pytest.raises(ValueError, match=cure):
        nn.CrossEntropyLoss()(np.zeros((2, 1)), [0, 1])
    with pytest.raises(ValueError, match=r"from 0 to 1, got 0 to 2$"):
        nn.CrossEntropyLoss()(np.zeros((2, 2)), [0, 2])
