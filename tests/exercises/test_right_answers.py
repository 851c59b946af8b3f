"""Right answers that look different from ours must pass: learners write loops, einsum, masks."""

import functools
import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
import yaml
from answers import define
from scipy.special import erf, expit, ndtr

from nnbook import exercises, nn


def neuron(x, w, b):
    return np.array([max(sum(u * v for u, v in zip(row, w, strict=True)) + b, 0) for row in x])


def neuron_by_mask(x, w, b):
    a = np.einsum("nd,d->n", x, w) + b
    return a * (a > 0)


def sigmoid_by_halves(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))


def gelu_by_erf(x):
    return 0.5 * x * (1 + erf(x / math.sqrt(2)))


def linear_forward(x, weight, bias):
    return np.stack([x @ w + b for w, b in zip(weight, bias, strict=True)], axis=1)


def loops_by_tensordot(images, weights, bias):
    return np.tensordot(images, weights, axes=((1, 2), (1, 2))) + bias


def digit_templates(x, labels):
    weight, bias = np.zeros((10, x.shape[1])), np.zeros(10)
    for k in np.unique(labels):
        weight[k] = np.mean([row for row, label in zip(x, labels, strict=True) if label == k], 0)
        bias[k] = -0.5 * np.dot(weight[k], weight[k])
    return [weight, bias]


def mlp_forward(x, layers):
    for i, (weight, bias) in enumerate(layers):
        x = np.dot(x, weight.T) + bias
        if i < len(layers) - 1:
            x = np.where(x > 0, x, 0)
    return x


def count_parameters(sizes):
    return int(np.sum(np.array(sizes[1:]) * (np.array(sizes[:-1]) + 1)))


def relu_bump_by_masks(x, left, middle, right):
    hats = [(x - c) * (x > c) for c in (left, middle, right)]
    turns = np.diff([0, 1 / (middle - left), -1 / (right - middle), 0])
    return sum(turn * hat for turn, hat in zip(turns, hats, strict=True))


def sgd_step(w, grad, lr):
    new = w.copy()
    new -= lr * grad
    return new


def minibatches_as_a_generator(x, y, batch_size, rng):
    order = np.arange(len(x))
    rng.shuffle(order)
    while len(order):
        yield [x[order[:batch_size]], y[order[:batch_size]]]
        order = order[batch_size:]


def cross_entropy(logits, labels):
    losses = []
    for row, label in zip(logits, labels, strict=True):
        top = row.max()
        losses.append(top + np.log(np.sum(np.exp(row - top))) - row[label])
    return sum(losses) / len(losses)


def linear_backward(grad, x, weight):
    grad_weight = sum(np.outer(g, row) for g, row in zip(grad, x, strict=True))
    return np.einsum("nh,hd->nd", grad, weight), grad_weight, np.sum(grad, 0)


def two_layer_backward(x, y, W1, b1, W2, b2):
    a = x @ W1.T + b1
    error = expit(a) @ W2.T + b2 - y
    hidden = (error @ W2) * expit(a) * expit(-a)
    grads = hidden.T @ x, hidden.sum(0), error.T @ expit(a), error.sum(0)
    return tuple(grad / len(x) for grad in grads)


def numerical_gradient_with_put_back(f, w, h):
    w = w.astype(float)
    grad = np.empty_like(w)
    for i, _ in np.ndenumerate(w):
        w[i] += h
        up = f(w)
        w[i] -= 2 * h
        grad[i] = (up - f(w)) / 2 / h
        w[i] += h
    return grad


def he_init(in_features, out_features, rng):
    return rng.standard_normal((out_features, in_features)) * (2 / in_features) ** 0.5


def training_step(x, y, model, loss_fn, optimizer):
    model.train()
    optimizer.zero_grad()
    loss = loss_fn(model(x), y)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return float(loss)


def accuracy(logits, labels):
    hits = 0
    for row, label in zip(logits, labels, strict=True):
        hits += int(row.argmax() == label)
    return hits / len(labels)


def evaluate(dataloader, model, loss_fn):
    import torch

    model.train(False)
    losses, hits = [], []
    for x, y in dataloader:
        with torch.inference_mode():
            a = model(x)
            losses += [float(loss_fn(a[i : i + 1], y[i : i + 1])) for i in range(len(x))]
            hits += (torch.softmax(a, 1).max(1).indices == y).tolist()
    model.train()
    return np.mean(losses), np.mean(hits)


def dropout_forward(x, p, rng):
    mask = rng.binomial(1, 1 - p, size=x.shape)
    return np.where(mask, x / (1 - p), 0), mask


def dropout_backward(grad, mask, p):
    return np.where(mask, grad, 0) / (1 - p)


def average_masks(f, n, p):
    return sum(
        math.prod(1 - p if bit else p for bit in bits) * f(np.array(bits))
        for bits in itertools.product([1, 0], repeat=n)
    )


def batchnorm_forward(x, gamma, beta, eps):
    out = np.zeros(x.shape)
    for d in range(x.shape[1]):
        column = x[:, d]
        var = np.mean((column - np.mean(column)) ** 2)
        out[:, d] = gamma[d] * (column - np.mean(column)) / (var + eps) ** 0.5 + beta[d]
    return out


def running_statistics(mean, var, x, momentum):
    n = len(x)
    unbiased = np.var(x, axis=0) * n / (n - 1)
    new_mean = mean + momentum * (np.mean(x, axis=0) - mean)
    return new_mean, var + momentum * (unbiased - var)


def batchnorm_backward(grad, x, gamma, eps):
    n, std = len(x), np.sqrt(np.var(x, axis=0) + eps)
    x_hat = (x - x.mean(0)) / std
    grad_gamma, grad_beta = (grad * x_hat).sum(0), grad.sum(0)
    grad_x = gamma * (n * grad - grad_beta - x_hat * grad_gamma) / (n * std)
    return [grad_x, grad_gamma, grad_beta]


def value_by_users(inputs, slopes):
    users = [[] for _ in inputs]
    for k, pairs in enumerate(zip(inputs, slopes, strict=True)):
        for i, slope in zip(*pairs, strict=True):
            users[i].append((k, slope))
    grads = {len(inputs) - 1: 1.0}
    for i in range(len(inputs) - 2, -1, -1):
        grads[i] = sum(slope * grads[k] for k, slope in users[i])
    return np.array([grads[i] for i in range(len(inputs))])


ANSWERS = {
    "value_backward": [value_by_users],
    "neuron": [neuron, neuron_by_mask],
    "sigmoid": [sigmoid_by_halves, expit],
    "gelu": [gelu_by_erf],
    "linear_forward": [linear_forward],
    "loops_to_matrix": [loops_by_tensordot],
    "digit_templates": [digit_templates],
    "mlp_forward": [mlp_forward],
    "count_parameters": [count_parameters],
    "relu_bump": [relu_bump_by_masks],
    "sgd_step": [sgd_step],
    "minibatches": [minibatches_as_a_generator],
    "cross_entropy": [cross_entropy],
    "linear_backward": [linear_backward],
    "two_layer_backward": [two_layer_backward],
    "numerical_gradient": [numerical_gradient_with_put_back],
    "he_init": [he_init],
    "training_step": [training_step],
    "accuracy": [accuracy],
    "evaluate": [evaluate],
    "dropout_forward": [dropout_forward],
    "dropout_backward": [dropout_backward],
    "average_masks": [average_masks],
    "batchnorm_forward": [batchnorm_forward],
    "running_statistics": [running_statistics],
    "batchnorm_backward": [batchnorm_backward],
}


@pytest.mark.parametrize("name", exercises.names())
def test_another_right_answer_passes(name):
    for f in ANSWERS[name]:
        result = exercises.check(name, f)
        assert result.passed, (f, result)


class Answer:
    """An object that can be called, with a method that is the answer too."""

    def __init__(self, f):
        self.f = f

    def __call__(self, *args):
        return self.f(*args)

    def method(self, *args):
        return self.f(*args)


def each(change):
    """A change of every array and number of a result, whatever holds them."""

    def out(value):
        if isinstance(value, list | tuple):
            return type(value)(map(out, value))
        return change(value)

    return out


def in_float32(value):
    if isinstance(value, np.ndarray) and value.dtype == np.float64:
        return value.astype(np.float32)
    if isinstance(value, list | tuple):
        return type(value)(map(in_float32, value))
    return value


def turned(value):
    return np.asfortranarray(value) if isinstance(value, np.ndarray) else value


def as_array(value):
    """A number as an array without axes."""
    return np.array(value) if isinstance(value, float | int) else value


FORMS = {
    "partial": functools.partial,
    "an object": Answer,
    "a method": lambda f: Answer(f).method,
    "wrapped": lambda f: functools.wraps(f)(lambda *args, **more: f(*args, **more)),
    "a result in float32": lambda f: lambda *args: each(in_float32)(f(*args)),
    "all in float32": lambda f: lambda *args: f(*map(in_float32, args)),
    "arrays column by column": lambda f: lambda *args: each(turned)(f(*map(turned, args))),
    "arrays without axes": lambda f: lambda *args: each(as_array)(f(*args)),
    "views": lambda f: (
        lambda *args: each(lambda a: a[...] if isinstance(a, np.ndarray) else a)(f(*args))
    ),
}


@pytest.mark.sweep
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", exercises.names())
def test_a_right_answer_passes_in_every_form(name, form):
    result = exercises.check(name, FORMS[form](exercises.get(name).solution))
    assert result.passed, result


def cell(source):
    """A right answer as a learner types it into a cell."""
    names = {"np": np, "nn": nn, "functools": functools, "itertools": itertools, "math": math}
    if "torch" in source:
        names["torch"] = pytest.importorskip("torch")
        names["device"] = "cpu"
    if "ndtr" in source:
        names["ndtr"] = ndtr
    return list(define(source, names).values())[-1]


TYPED = yaml.safe_load((Path(__file__).parent / "right_answers.yaml").read_text("utf-8"))


@pytest.mark.sweep
@pytest.mark.parametrize(("name", "k"), [(n, k) for n in TYPED for k in range(len(TYPED[n]))])
def test_a_right_answer_in_other_words_passes(name, k):
    result = exercises.check(name, cell(TYPED[name][k]))
    assert result.passed, (TYPED[name][k], result)


def test_every_exercise_is_answered_in_other_words():
    assert list(TYPED) == exercises.names()
    assert all(len(answers) >= 2 for answers in TYPED.values())


FAR_ON = 0x9E3779B97F4A7C15F39CC0605CEDC835  # of 2**128 numbers: streams never meet


@pytest.mark.parametrize("many", [10, pytest.param(200, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", ["minibatches", "he_init", "dropout_forward"])
def test_right_answers_with_other_chances_pass(name, many):
    """Every seed of a check draws other numbers; a right answer is refused with none of them."""
    right = exercises.get(name).solution
    for stream in range(many):

        def f(*args, stream=stream):
            args[-1].bit_generator.advance(stream * FAR_ON)
            return right(*args)

        result = exercises.check(name, f, seed=stream)
        assert result.passed, result


def test_the_chapters_own_functions_pass():
    path = Path(__file__).resolve().parents[2] / "chapters/pytorch.ipynb"
    cells = {c["id"]: "".join(c["source"]) for c in json.loads(path.read_text("utf-8"))["cells"]}
    assert exercises.check("evaluate", cell("import torch\n" + cells["test-loop-torch"]))
    assert exercises.check("gelu", nn.gelu)
    assert exercises.check("sigmoid", nn.sigmoid)


@pytest.mark.sweep
@pytest.mark.parametrize("name", exercises.names())
def test_an_answer_that_spoils_what_it_is_given_spoils_no_other(name):
    right = exercises.get(name).solution

    def spoiling(*args):
        result = right(*args)
        for a in args:
            if isinstance(a, np.ndarray):
                a[...] = 7
            if isinstance(a, list):
                a.clear()
            if hasattr(a, "detach"):
                a.zero_()
        return result

    for _ in range(2):
        assert exercises.check(name, right)
        exercises.check(name, spoiling)
    assert exercises.check(name, right)
