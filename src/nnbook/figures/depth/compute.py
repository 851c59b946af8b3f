"""Signal and gradient of deep networks before any training, for the figure `depth`."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any

import numpy as np

from nnbook import data, nn
from nnbook.nn.activations import Array

SEEDS, WIDTH = 5, 100
BATCH = 25  # so small that BLAS starts no second thread for 100 units: that would take longer
DEPTHS = (5, 10, 15, 20)
MOST = DEPTHS[-1]
BENDS: dict[str, type[nn.Layer]] = {
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "gelu": nn.GELU,
}
STARTS = {"torch": "PyTorch’s", "xavier": "Xavier", "xavier4": "Xavier × 4", "he": "He"}


BINS = 16
SEEN = {"sigmoid": (0, 1), "tanh": (-1, 1), "relu": (-0.5, 3.5), "gelu": (-0.5, 3.5)}


def measured() -> tuple[Array, Array, Array]:
    """log₁₀ of signal and gradient: (f, init, norm, seed, layer), gradients for every depth; and
    of the factors a message takes on by weights, batch norm and f: (f, init, norm, depth, 3)."""
    return _every_network()[:3]


def histograms() -> Array:
    """(f, init, norm, layer, 16): how the outputs of all seeds are spread over what f has SEEN.

    Parts of the fullest bin; the first and the last one take what lies beyond.
    """
    return _every_network()[3]


@cache
def _every_network() -> tuple[Array, Array, Array, Array]:
    images, labels = data.load_digits()
    x = images.reshape(len(images), -1).astype(np.float64)
    shape = len(BENDS), len(STARTS), 2
    signal = np.empty((*shape, SEEDS, MOST))
    gradient = np.empty((*shape, SEEDS, sum(DEPTHS)))
    factors = np.empty((*shape, SEEDS, len(DEPTHS), 3))
    spread = np.zeros((*shape, MOST, BINS))
    for (j, init), seed in product(enumerate(STARTS), range(SEEDS)):
        rng = np.random.default_rng(seed)
        rows = rng.permutation(len(x))[:BATCH]
        linears = [_first_weights(D, init, rng) for D in [x.shape[1], *[WIDTH] * (MOST - 1)]]
        head = nn.Linear(WIDTH, 10, rng=rng, dtype=np.float64)
        for (i, f), norm in product(enumerate(BENDS.values()), (0, 1)):
            found = one_run(linears, head, f, bool(norm), x[rows], labels[rows])
            for values, mine in zip((signal, gradient, factors), found[:3], strict=True):
                values[i, j, norm, seed] = mine
            low, high = SEEN[list(BENDS)[i]]
            for layer, z in enumerate(found[3]):
                inside = np.clip(z, low, high - 1e-9)
                spread[i, j, norm, layer] += np.histogram(inside, BINS, (low, high))[0]
    spread /= spread.max(axis=-1, keepdims=True)
    return signal, gradient, factors.mean(axis=3), spread


def one_run(
    linears: list[nn.Linear], head: nn.Linear, f: type[nn.Layer], norm: bool, x: Array, labels: Any
) -> tuple[Array, Array, Array, list[Array]]:
    """Signal, gradients, factors and outputs of 20 layers; a network of depth n has the first n."""
    norms = [nn.BatchNorm1d(WIDTH, dtype=np.float64) for _ in linears] if norm else []
    bends, loss_fn = [f() for _ in linears], nn.CrossEntropyLoss()
    z, outputs = x, []
    for i, linear in enumerate(linears):
        z = bends[i](norms[i](linear(z)) if norm else linear(z))
        outputs.append(z)

    sizes, factors = [], []
    for n in DEPTHS:
        loss_fn(head(outputs[n - 1]), labels)
        message = head.input_gradient(loss_fn.backward())  # ∂L/∂z of the last layer
        layers, ways = [], []
        for i in reversed(range(n)):
            after = bends[i].input_gradient(message)
            before = norms[i].input_gradient(after) if norm else after
            linears[i].parameter_gradients(before)
            layers.append(linears[i].weight.grad)
            if i:
                below = linears[i].input_gradient(before)
                ways.append([_size(v) for v in (message, after, before, below)])
                message = below
        sizes += [_size(grad) for grad in reversed(layers)]
        f_, norm_, weights = np.diff(ways, axis=1).mean(axis=0)
        factors.append([weights, norm_, f_])
    signal = [np.log10(np.sqrt(np.mean(z.var(axis=0)))) for z in outputs]
    return np.array(signal), np.array(sizes), np.array(factors), outputs


def place(f: str, init: str, norm: bool) -> tuple[int, int, int]:
    """Where these settings stand in the arrays of `measured`."""
    return list(BENDS).index(f), list(STARTS).index(init), int(norm)


def begin(depth: int) -> int:
    """Where the gradients of the network with so many layers begin among those of all depths."""
    return sum(n for n in DEPTHS if n < depth)


def _first_weights(inputs: int, init: str, rng: np.random.Generator) -> nn.Linear:
    layer = nn.Linear(inputs, WIDTH, rng=rng, dtype=np.float64)
    if init != "torch":
        assert layer.bias is not None
        nn.init.constant_(layer.bias, 0.0)
    if init == "he":
        nn.init.kaiming_normal_(layer.weight, rng=rng)
    elif init != "torch":
        nn.init.xavier_normal_(layer.weight, gain=4.0 if init == "xavier4" else 1.0, rng=rng)
    return layer


def _size(v: Array) -> float:
    return float(np.log10(np.linalg.norm(v)))
