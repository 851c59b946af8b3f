"""The numbers of the quizzes, computed by the library: no answer is typed.

A question names one of these functions and gives its arguments. What comes back are its numbers by
name: `right` is the answer, the others are mistakes, or numbers that its texts print.
"""

from __future__ import annotations

import numpy as np

from nnbook import data, nn, optim
from nnbook.experiments import backprop, layer, network, scale

__all__ = [
    "chance",
    "disk_and_ring",
    "layer_size",
    "layer_speed",
    "many_relus",
    "neuron_saturated",
    "neuron_steepest",
    "neuron_switch",
    "normalized",
    "nothing_kept",
    "one_weight",
    "patterns",
    "quieter_batch",
    "rate_limit",
    "remembered",
    "ring_megabytes",
    "same_distance",
    "shard_mean",
    "signal_left",
    "sizes",
    "softmax_twice",
    "survivor",
    "trained_weight",
    "two_paths",
    "update_count",
]

Numbers = dict[str, float]


# why
def patterns(pixels: int, shades: int) -> Numbers:
    """How many pictures there are."""
    every = np.indices((shades,) * pixels).reshape(pixels, -1)
    return {"right": every.shape[1], "sum": pixels * shades, "swapped": pixels**shades}


def disk_and_ring(disk: float, ring: float) -> Numbers:
    """What two features are at most in the disk and at least in the ring, from points of both."""
    angle = np.linspace(0, 2 * np.pi, 7201)
    x1, x2 = np.cos(angle), np.sin(angle)
    square, diamond = x1**2 + x2**2, np.abs(x1) + np.abs(x2)
    found = {
        "inner": float(disk**2 * square.max()),
        "outer": float(ring**2 * square.min()),
        "corner": float(disk * diamond.max()),
    }
    assert found["inner"] < found["outer"]
    assert found["corner"] < ring * diamond.min()
    for other in (x1 + x2, x1 * x2):  # the ring's numbers lie on both sides of the disk's
        assert ring * other.min() < disk * other.min() < disk * other.max() < ring * other.max()
    return found


# neuron
def neuron_switch(w: float, b: float) -> Numbers:
    """Where the neuron's sum changes its sign."""
    place = -b / w
    assert nn.Neuron([w], b).pre_activation([place]) == 0
    return {"right": place, "sign": b / w, "inverse": -w / b, "bias": b}


def neuron_steepest(w: float) -> Numbers:
    """The largest slope dz/dx of a sigmoid neuron."""
    x = np.linspace(-10, 10, 20_001)
    slope = float(np.max(w * nn.sigmoid_derivative(w * x)))
    return {"right": slope, "f": float(nn.sigmoid_derivative(0.0)), "w": w, "inverse": slope / w**2}


def neuron_saturated(a: float) -> Numbers:
    """What doubling the weights makes of the slope w f'(a) of a sigmoid neuron without bias."""
    before, after = nn.sigmoid_derivative(np.array([a, 2 * a]))
    return {"less": round(float(before / (2 * after)))}


# layer
def layer_size(inputs: int, neurons: int) -> Numbers:
    """How many numbers a layer learns."""
    parts = nn.Linear(inputs, neurons).parameters()
    weights, biases = (p.value.size for p in parts)
    return {"right": weights + biases, "weights": weights, "per_input": weights + inputs}


def layer_speed() -> Numbers:
    """How many times longer than NumPy's product a layer takes in loops: in Python, compiled."""
    loops, compiled, library = layer.race(8, 512, 64).values()
    assert loops > 5 * compiled, "compiled loops are as slow as Python's: quiz layer/speed is wrong"
    assert compiled > 1.5 * library, (
        "compiled loops are as fast as NumPy: quiz layer/speed is wrong"
    )
    return {"python": loops / library, "compiled": compiled / library}


# network
def sizes(first: int, hidden: int, last: int) -> Numbers:
    """How many numbers a network with one hidden layer learns."""
    model = nn.Sequential(nn.Linear(first, hidden), nn.ReLU(), nn.Linear(hidden, last))
    right = sum(p.value.size for p in model.parameters())
    weights = sum(p.value.size for p in model.parameters() if p.value.ndim == 2)
    return {"right": right, "weights": weights, "input_too": right + first, "whole": first * last}


def many_relus(few: int, times: int) -> Numbers:
    """By what the largest error is divided when a network that is built gets more ReLUs."""
    worst = []
    for pieces in (few, few * times):
        knots = np.linspace(-2, 2, pieces + 1)
        model = network.through(knots, network.wave(knots))
        worst.append(float(network.errors(network.wave, model).max()))
    return {"right": worst[0] / worst[1], "once": times, "two_power": 2**times * 4}


# sgd
def rate_limit(curvature: float) -> Numbers:
    """The rate beyond which gradient descent runs away in a parabola."""

    def after(rate: float) -> float:
        w = nn.Parameter(np.array([1.0]))
        step = optim.SGD([w], lr=rate)
        for _ in range(50):
            w.grad = curvature * w.value
            step.step()
        return float(abs(w.value[0]))

    limit = 2 / curvature
    assert after(0.99 * limit) < 1 < after(1.01 * limit)
    return {
        "right": limit,
        "one_step": 1 / curvature,
        "curvature": curvature,
        "half": curvature / 2,
    }


def same_distance(curvature: float, rate: float) -> Numbers:
    """By what one update multiplies the distance from the bottom of a parabola."""
    w = nn.Parameter(np.array([1.0]))
    w.grad = curvature * w.value
    optim.SGD([w], lr=rate).step()
    return {"factor": float(w.value[0]), "size": abs(float(w.value[0]))}


def update_count(examples: int, batch: int, epochs: int) -> Numbers:
    """How many updates these epochs are."""
    loader = data.DataLoader(data.ArrayDataset(np.zeros(examples), np.zeros(examples)), batch)
    right = epochs * len(loader)
    floor, short = epochs * (examples // batch), examples - (len(loader) - 1) * batch
    found: Numbers = {"right": right, "epoch": len(loader), "short": short, "epochs": epochs}
    return found | {"floor": floor, "each": epochs * examples}


def chance(classes: int) -> Numbers:
    """The cross-entropy of whoever guesses."""
    right = nn.CrossEntropyLoss()(np.zeros((1, classes)), np.array([0]))
    bases = {"ten": float(right / np.log(10)), "two": float(right / np.log(2))}
    return {"right": right, "p": 1 / classes, "not_p": 1 - 1 / classes} | bases


# training
def quieter_batch(batch: int, noise: float, wanted: float) -> Numbers:
    """How many examples make a batch's noise so small, if it falls as 1/√B."""
    factor = noise / wanted
    return {
        "right": batch * factor**2,
        "factor": factor,
        "square": factor**2,
        "proportional": batch * factor,
        "upside_down": batch / factor,
        "root": batch * factor**0.5,
    }


# backprop
def one_weight(delta: float, out: float, a: float, x: float) -> Numbers:
    """The gradient of a weight below a sigmoid that stands at `a`, from the message `delta`."""
    lower, f, upper = nn.Linear(1, 1, bias=False), nn.Sigmoid(), nn.Linear(1, 1, bias=False)
    model = nn.Sequential(lower, f, upper).to(np.float64)
    lower.weight.value[:], upper.weight.value[:] = a / x, out
    model(np.array([[float(x)]]))
    model.parameter_gradients(np.array([[float(delta)]]))
    right = float(lower.weight.grad[0, 0])
    return {"right": right, "no_slope": delta * out * x, "no_input": right / x, "sign": -right}


def two_paths(delta: float, first: float, second: float) -> Numbers:
    """What arrives at an input that feeds two linear neurons, with their weights further up."""
    below, above = nn.Linear(1, 2, bias=False), nn.Linear(2, 1, bias=False)
    below.weight.value[:], above.weight.value[:] = 1.0, [[first, second]]
    model = nn.Sequential(below, above).to(np.float64)
    model(np.ones((1, 1)))
    right = float(model.backward(np.array([[float(delta)]]))[0, 0])
    mean, product = right / 2, delta * first * delta * second
    return {"right": right, "one": delta * first, "mean": mean, "product": product}


def nothing_kept(layers: int) -> Numbers:
    """Matrix products of the forward direction if no layer's input is kept, counted."""
    stored, again = backprop.stored_or_again(layers)["products"]
    return {"right": int(again), "stored": int(stored), "twice": 2 * layers, "all": layers**2}


# depth
def signal_left(layers: int) -> Numbers:
    """Which part of the mean square ReLUs leave of a signal whose sums keep their variance."""
    a = np.linspace(-1, 1, 2001)
    kept = float(np.sum(nn.relu(a) ** 2) / np.sum(a**2))
    right = kept**layers
    return {"right": right, "one": 1, "size": right**0.5, "added": kept / layers}


# pytorch
def softmax_twice(classes: int) -> Numbers:
    """What the best answer costs if softmax stands in front of a loss that takes logits."""
    best = np.eye(classes)[:1]
    return {"least": nn.CrossEntropyLoss()(best, np.array([0]))}


def trained_weight(first: float, second: float) -> Numbers:
    """What two backward passes leave in `.grad`."""
    return {"right": first + second, "last": second, "mean": (first + second) / 2, "first": first}


# dropout
def survivor(p: float, h: float) -> Numbers:
    """What dropout makes of an output that it keeps."""
    z = nn.Dropout(p, rng=np.random.default_rng(0))(np.full((1, 64), float(h)))
    right = float(z.max())
    return {"right": right, "keeps": h / p, "same": h, "down": h * (1 - p), "part": h * p}


# batchnorm
def normalized(x: list[float]) -> dict[str, float | str]:
    """What batch norm makes of a batch's first number, as it begins (γ = 1, β = 0)."""
    column = np.array(x, dtype=float)[:, None]
    off, spread = float(column[0, 0] - column.mean()), float(column.std())
    return {
        "values": ", ".join(map(str, x)),
        "first": x[0],
        "mean": float(column.mean()),
        "spread": spread,
        "right": float(nn.BatchNorm1d(1, dtype=np.float64)(column)[0, 0]),
        "centered": off,
        "unbiased": off / float(column.std(ddof=1)),
        "variance": off / spread**2,
    }


def remembered(mean: float) -> Numbers:
    """The running mean after the first batch, whose mean this is."""
    layer = nn.BatchNorm1d(1, dtype=np.float64)
    layer(np.array([[mean - 1.0], [mean + 1.0]]))
    right = float(layer.running_mean[0])
    return {"right": right, "other": mean - right, "batch": mean}


# scale
def ring_megabytes(workers: int, millions: int) -> Numbers:
    """Million bytes that each worker sends, as a ring of them counts it on a smaller vector."""
    size = 1000 * workers  # so that all parts are equal
    _, sent = scale.ring_all_reduce([np.ones(size, np.float32)] * workers)
    right = millions * sent / size
    return {
        "right": right,
        "once": right / 2,
        "everyone": 4 * millions * (workers - 1),
        "numbers": right / 4,
        "bytes": 4 * millions,
    }


def shard_mean(n1: int, n2: int, g1: float, g2: float) -> Numbers:
    """The gradient of ½(w − t)² for w = 0, from two shards whose mean gradients are g1 and g2."""
    models = [nn.Sequential(nn.Linear(1, 1, bias=False)) for _ in range(3)]
    for model in models:
        model.parameters()[0].value[:] = 0
    x = np.ones((n1 + n2, 1), np.float32)
    t = -np.repeat([g1, g2], [n1, n2]).astype(np.float32)[:, None]  # the gradient is w − t = −t
    loss_fn = nn.HalfSquaredLoss()
    [whole] = scale.gradients(models[2], loss_fn, x, t)
    [parts] = scale.averaged(models[:2], loss_fn, x, t, (n1, n2))
    assert np.allclose(whole, parts)
    return {
        "right": float(whole[0, 0]),
        "plain": (g1 + g2) / 2,
        "sum": g1 + g2,
        "swapped": (n2 * g1 + n1 * g2) / (n1 + n2),
        "all": n1 + n2,
    }
