"""Gradients to compare with: the library's, and those by differences."""
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from nnbook import nn


def linear(weight, bias):
    """The library's layer with these weights, in float64."""
    layer = nn.Linear(weight.shape[1], weight.shape[0], dtype=np.float64)
    assert layer.bias is not None
    layer.weight.value[:], layer.bias.value[:] = weight, bias
    return layer


def slopes(f, *arrays, h=1e-5):
    """∂f/∂array for each array, by central differences in float64."""
    values = [np.array(a, np.float64) for a in arrays]
    found = [np.zeros(v.shape) for v in values]
    for value, grad in zip(values, found, strict=True):
        for i in np.ndindex(value.shape):
            kept = value[i]
            value[i] = kept + h
            up = f(*values)
            value[i] = kept - h
            grad[i] = (up - f(*values)) / (2 * h)
            value[i] = kept
    return tuple(found)


def of_linear(grad, x, weight):
    """The library's gradients of a linear layer."""
    layer = linear(weight, np.zeros(len(weight)))
    layer(x.astype(np.float64))
    grad_x = layer.backward(grad)
    return grad_x, layer.weight.grad, layer.bias.grad


def numeric_linear(grad, x, weight):
    """The same by differences of L = Σ grad ⊙ (x Wᵀ + b)."""
    zero = np.zeros(len(weight))
    return slopes(lambda x, w, b: np.sum(grad * (x @ w.T + b)), x, weight, zero)


def of_two_layers(x, y, W1, b1, W2, b2):
    """The library's gradients of the network."""
    first, last = linear(W1, b1), linear(W2, b2)
    model, loss_fn = nn.Sequential(first, nn.Sigmoid(), last), nn.HalfSquaredLoss()
    loss_fn(model(x.astype(np.float64)), y)
    model.parameter_gradients(loss_fn.backward())
    return tuple(p.grad for p in model.parameters())


def numeric_two_layers(x, y, *parameters):
    """The same by differences."""

    def error(W1, b1, W2, b2):
        y_hat = nn.sigmoid(x @ W1.T + b1) @ W2.T + b2
        return np.mean((y_hat - y) ** 2) / 2

    return slopes(error, *parameters)


def steps(w, h):
    """One array for each entry of w: h there, 0 elsewhere."""
    return h * np.eye(w.size).reshape(-1, *w.shape)


def one_by_one(f, w, h):
    """(f(w + h) − f(w − h)) / 2h for each entry of w."""
    pairs = [f(w + step) - f(w - step) for step in steps(w, h)]
    return np.array(pairs).reshape(w.shape) / (2 * h)


def normalizer(x, gamma, beta, eps):
    """The library's layer, which takes no batch of one and no eps of 0."""
    layer = nn.BatchNorm1d(x.shape[1], eps=max(eps, 1e-30), dtype=np.float64)
    layer.weight.value[:], layer.bias.value[:] = gamma, beta
    return layer


def of_norm(grad, x, gamma, eps):
    """The library's gradients for x, γ and β."""
    layer = normalizer(x, gamma, np.zeros(len(gamma)), eps)
    layer(x.astype(np.float64))
    grad_x = layer.backward(grad)
    return grad_x, layer.weight.grad, layer.bias.grad


def numeric_norm(grad, x, gamma, eps):
    """The same by differences of Σ grad ⊙ y."""

    def loss(x, gamma, beta):
        y = gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta
        return np.sum(grad * y)

    return slopes(loss, x, gamma, np.zeros(len(gamma)))


def along_x_hat(values, args):
    """Σ grad_x x̂ over the batch; 0 only for ε = 0."""
    _, x, _, eps = args
    x_hat = (x - x.mean(axis=0)) / x.std(axis=0)
    return None if eps else (values["grad_x"] * x_hat).sum(axis=0)
