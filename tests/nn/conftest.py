"""How near to PyTorch a layer or a loss must be, in float64 and in float32."""

import copy

import numpy as np
import pytest

from nnbook import nn, peers


def off(a, b):
    """max|a − b| / max(1, max|b|), of two arrays of one shape."""
    assert np.shape(a) == np.shape(b)
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return np.abs(a - b).max() / max(1, np.abs(b).max())


def assert_near(ours, theirs, truth=None):
    """Equal to 1e-12; with a truth: no farther from it than twice theirs, or than 2e-6."""
    assert ours.keys() == theirs.keys()
    for name, b in theirs.items():
        if truth is None:
            assert off(ours[name], b) <= 1e-12, name
        else:
            assert off(ours[name], truth[name]) <= max(2 * off(b, truth[name]), 2e-6), name


def statistics(layer, prefix=""):
    """Running means and variances, named as in PyTorch's state_dict."""
    found = {prefix + k: x for k, x in vars(layer).items() if k.startswith("running_")}
    for name, child in layer.named_children():
        found |= statistics(child, f"{prefix}{name}.")
    return found


def ours(layer, x, grad):
    found = {"y": layer(x), "∂L/∂x": layer.backward(grad)}
    found |= {f"∂L/∂{name}": p.grad for name, p in layer.named_parameters()}
    found |= statistics(layer)
    assert {a.dtype for a in found.values()} == {x.dtype}
    return found


def theirs(twin, x, grad):
    torch = pytest.importorskip("torch")
    x = torch.tensor(x, requires_grad=True)
    y = twin(x)
    y.backward(torch.tensor(grad))
    found = {"y": y.detach(), "∂L/∂x": x.grad}
    found |= {f"∂L/∂{name}": p.grad for name, p in twin.named_parameters()}
    found |= {name: b for name, b in twin.named_buffers() if "running_" in name}
    return {name: tensor.numpy() for name, tensor in found.items()}


@pytest.fixture(scope="session")
def is_torchs():
    """is_torchs(layer, x): outputs, gradients and statistics are those of its twin in PyTorch.

    exact=False: only in float32, for an x that leaves no algorithm its twelve digits.
    """
    pytest.importorskip("torch")

    def check(layer, x, exact=True, seed=0):
        x = np.asarray(x, np.float64)
        grad = np.random.default_rng(seed).normal(size=copy.deepcopy(layer).to(x.dtype)(x).shape)
        if exact:
            layer64 = copy.deepcopy(layer).to(np.float64)
            twin = peers.twin(layer64)
            assert_near(ours(layer64, x, grad), theirs(twin, x, grad))
        layer32, x, grad = layer.to(np.float32), x.astype(np.float32), grad.astype(np.float32)
        layer64, twin = copy.deepcopy(layer32).to(np.float64), peers.twin(layer32)
        truth = ours(layer64, x.astype(np.float64), grad.astype(np.float64))
        assert_near(ours(layer32, x, grad), theirs(twin, x, grad), truth)

    return check


def our_loss(loss_fn, a, y):
    value, grad = loss_fn(a, y), loss_fn.backward()
    assert isinstance(value, float)
    assert grad.dtype == a.dtype
    return {"L": value, "∂L/∂a": grad}


def their_loss(loss_fn, a, y):
    torch = pytest.importorskip("torch")
    a = torch.tensor(a, requires_grad=True)
    value = loss_fn(a, torch.tensor(y))
    value.backward()
    return {"L": value.detach().numpy(), "∂L/∂a": a.grad.numpy()}


@pytest.fixture(scope="session")
def is_torchs_loss():
    """is_torchs_loss(ours, theirs, a, y): the loss and its gradient, in both precisions."""
    pytest.importorskip("torch")

    def check(loss_fn, torch_loss, a, y):
        assert_near(our_loss(loss_fn, a, y), their_loss(torch_loss, a, y))
        a = a.astype(np.float32)
        y = y.astype(np.float32) if y.dtype == np.float64 else y
        truth = our_loss(loss_fn, a.astype(np.float64), y)
        assert_near(our_loss(loss_fn, a, y), their_loss(torch_loss, a, y), truth)

    return check


@pytest.fixture(scope="session")
def restless():
    """A network of every kind of layer, nested, with statistics that are not the first ones."""

    def make(rng=0, dtype=np.float64, width=6):
        rng = np.random.default_rng(rng)
        inner = nn.Sequential(nn.Linear(5, 4, bias=False, rng=rng), nn.GELU(), nn.Tanh())
        model = nn.Sequential(
            nn.Flatten(),
            nn.Linear(width, 5, rng=rng),
            nn.BatchNorm1d(5),
            nn.Sigmoid(),
            nn.Sequential(nn.ReLU(), inner),
            nn.GELU("tanh"),
            nn.Linear(4, 3, rng=rng),
            nn.Softmax(),
        )
        norm = model[2]
        norm.weight.value[:], norm.bias.value[:] = rng.normal(size=(2, 5))
        norm.running_mean, norm.running_var = rng.normal(size=5), rng.uniform(0.5, 2, 5)
        return model.to(dtype)

    return make
