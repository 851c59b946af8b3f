"""state_dict and load_state_dict: names as in PyTorch, all or nothing, every mistake named."""

import copy
import io

import numpy as np
import pytest

from nnbook import nn, peers
from nnbook.nn.state import Mismatch


def saved(model):
    """A round trip through a file of NumPy's."""
    file = io.BytesIO()
    np.savez(file, **model.state_dict())
    file.seek(0)
    return np.load(file)


def test_names_and_arrays_are_those_of_pytorch(restless):
    torch = pytest.importorskip("torch")
    model = restless(dtype=np.float32)
    state, theirs = model.state_dict(), peers.twin(model).state_dict()
    counts = [name for name in theirs if name.endswith("num_batches_tracked")]
    assert [*state] == [name for name in theirs if name not in counts]
    assert len(counts) == 1
    for name, array in state.items():
        np.testing.assert_array_equal(array, theirs[name].numpy())
        assert torch.from_numpy(array).dtype == theirs[name].dtype


def test_arrays_are_copied_out_and_in(restless):
    model, other = restless(0), restless(1)
    state = model.state_dict()
    before = copy.deepcopy(state)
    for array in state.values():
        array += 1
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    values = [p.value for p in other.parameters()]
    other.load_state_dict(before)
    assert all(p.value is value for p, value in zip(other.parameters(), values, strict=True))
    for array in before.values():
        array += 1
    for name, array in other.state_dict().items():
        np.testing.assert_array_equal(array, model.state_dict()[name])


def test_saved_with_numpy_and_loaded_it_predicts_the_same(restless):
    model, other, x = restless(0), restless(1), np.random.default_rng(0).normal(size=(5, 6))
    model(x)  # the running statistics move
    assert not np.array_equal(other.eval()(x), model.eval()(x))
    assert other.load_state_dict(saved(model)) == Mismatch([], [])
    np.testing.assert_array_equal(other(x), model(x))


def test_what_pytorch_has_trained_is_loaded_and_predicts_the_same():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    theirs = torch.nn.Sequential(
        torch.nn.Flatten(),
        torch.nn.Linear(6, 5),
        torch.nn.BatchNorm1d(5),
        torch.nn.ReLU(),
        torch.nn.Sequential(torch.nn.Dropout(), torch.nn.Linear(5, 3, bias=False)),
    )
    x = torch.randn(9, 2, 3)
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1)
    for _ in range(5):
        loss = torch.nn.functional.cross_entropy(theirs(x), torch.arange(9) % 3)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    inner = nn.Sequential(nn.Dropout(), nn.Linear(5, 3, bias=False))
    ours = nn.Sequential(nn.Flatten(), nn.Linear(6, 5), nn.BatchNorm1d(5), nn.ReLU(), inner)
    found = ours.load_state_dict(theirs.state_dict())
    assert (found.missing_keys, found.unexpected_keys) == ([], [])
    expected = theirs.eval()(x).detach().numpy()
    np.testing.assert_allclose(ours.eval()(x.numpy()), expected, rtol=0, atol=1e-6)
    again = theirs.load_state_dict(
        {name: torch.from_numpy(array) for name, array in ours.state_dict().items()}, strict=False
    )
    assert again.unexpected_keys == []


def test_a_layer_of_ones_own_saves_its_arrays_and_not_its_batch():
    class Centered(nn.Layer):
        def __init__(self):
            self.linear, self.mean, self.steps = nn.Linear(2, 2), np.zeros(2), np.array(0)
            self.name, self.x = "no number", None

        def forward(self, x):
            self.x, self.y = x, self.linear(x - self.mean.astype(np.float32))
            self.steps += 1
            return self.y

    names = ["mean", "steps", "linear.weight", "linear.bias"]
    layer, other = Centered(), Centered()
    assert [*layer.state_dict()] == names
    layer(np.ones((3, 2), np.float32))
    assert [*layer.state_dict()] == names
    layer.mean[:] = 5
    other.load_state_dict(saved(layer))
    assert (other.mean == 5).all()
    assert other.steps == 1


# ---- what does not fit ------------------------------------------------------------------------


def small():
    return nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))


def without(state, *names):
    return {name: array for name, array in state.items() if name not in names}


def test_missing_and_unexpected_names_are_told_and_nothing_is_loaded():
    model, state = small(), small().state_dict()
    before = model.state_dict()
    wrong = without(state, "0.bias", "1.running_var") | {"3.weight": np.ones(2), "lr": 1.0}
    with pytest.raises(ValueError, match="load_state_dict") as error:
        model.load_state_dict(wrong)
    text = "load_state_dict misses 0.bias, 1.running_var and has no place for 3.weight, lr: "
    assert str(error.value) == text + "is it of another network? strict=False loads the rest"
    with pytest.raises(ValueError, match=r"^load_state_dict misses 0\.bias: is it"):
        model.load_state_dict(without(state, "0.bias"))
    with pytest.raises(ValueError, match=r"^load_state_dict has no place for more: is it"):
        model.load_state_dict(state | {"more": np.ones(1)})
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


def test_not_strict_loads_the_rest_and_says_what_did_not_fit():
    model, state = small(), small().state_dict()
    found = model.load_state_dict(without(state, "0.bias") | {"more": np.ones(1)}, strict=False)
    assert found == (["0.bias"], ["more"])
    np.testing.assert_array_equal(model[0].weight.value, state["0.weight"])
    assert not np.array_equal(model[0].bias.value, state["0.bias"])


@pytest.mark.parametrize("strict", [True, False])
def test_a_wrong_shape_or_kind_is_named_and_nothing_is_loaded(strict):
    model, state = small(), small().state_dict()
    before = model.state_dict()
    for wrong, error, text in [
        (np.ones((3, 2, 1)), ValueError, r"got 1\.weight of shape \(3, 2, 1\), must be \(3,\)"),
        (np.float32(1), ValueError, r"got 1\.weight of shape \(\), must be \(3,\)"),
        ("text", TypeError, r"1\.weight must be real numbers, got str"),
        (None, TypeError, r"1\.weight must be real numbers, got NoneType"),
        (np.ones(3, complex), TypeError, r"1\.weight must be real numbers, got complex128"),
        (np.ma.masked_array(np.ones(3), [0, 0, 1]), TypeError, "got a masked array"),
    ]:
        with pytest.raises(error, match=text):
            model.load_state_dict(state | {"1.weight": wrong}, strict=strict)
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


@pytest.mark.parametrize("wrong", [None, 3, "file.npz", [np.ones(2)], nn.Linear(2, 2)])
def test_what_holds_no_names_is_refused(wrong):
    with pytest.raises(TypeError, match=r"^load_state_dict takes names and arrays, got "):
        nn.Linear(2, 2).load_state_dict(wrong)


def test_strict_is_true_or_false():
    with pytest.raises(TypeError, match="strict must be True or False, got 'no'"):
        small().load_state_dict(small().state_dict(), strict="no")


def test_a_count_of_batches_is_passed_over_only_where_there_are_statistics():
    state = small().state_dict() | {"1.num_batches_tracked": np.int64(7)}
    assert small().load_state_dict(state) == ([], [])
    with pytest.raises(ValueError, match=r"no place for 0\.num_batches_tracked"):
        small().load_state_dict(state | {"0.num_batches_tracked": np.int64(7)})


def test_float64_is_rounded_into_float32_and_a_fraction_into_no_integer():
    model = small()
    state = {name: array.astype(np.float64) + 1e-12 for name, array in model.state_dict().items()}
    model.load_state_dict(state)
    assert {p.value.dtype for p in model.parameters()} == {np.dtype(np.float32)}

    class Counter(nn.Layer):
        def __init__(self):
            self.n = np.array(3)

    with pytest.raises(TypeError, match="got n of float64, must be int64"):
        Counter().load_state_dict({"n": 2.5})
