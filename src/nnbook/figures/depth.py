"""What is left of the gradient ten layers down: signal forward beside gradient backward."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from nnbook import data, nn
from nnbook.figures._controls import choice, slider, switch
from nnbook.figures._figure import Figure
from nnbook.figures._html import number
from nnbook.figures._pack import pack, unpack
from nnbook.figures._predict import Choice, Number, Question
from nnbook.figures._science import science
from nnbook.nn.activations import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

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


class Depth(Figure):
    """How the signal fades or grows on its way up, and the gradient on its way down.

    Digits, layers of 100 units, five seeds, before any training.
    """

    figure = "depth"
    title = "Down through the layers"
    question = "What is left of the gradient ten layers down?"
    about = (
        "Two panels over the layers of a network, with logarithmic axes and a thin line for each "
        "of five random starts. Above, how much the outputs of a layer differ between examples: "
        "the signal, on its way up from layer 1. Below, the size of the gradient of each layer's "
        "weights, on its way down from the last layer; layers that are not there have none."
    )
    readouts = (
        ("W", "through the weights"),
        ("norm", "through batch norm"),
        ("f", "through f (slope f′)"),
        ("layer", "one layer down"),
        ("all", "layer 1 : last layer"),
    )
    columns = ("layer", "log₁₀ signal", "log₁₀ gradient", "smallest", "largest")
    ratio = 0.75

    depth = slider(10, 5, MOST, 5, "layers")
    f = choice(
        "sigmoid",
        {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU", "gelu": "GELU"},
        "activation f",
    )
    init = choice("xavier", STARTS, "first weights")
    norm = switch(False, "batch norm before each f")

    signal = traitlets.Dict().tag(sync=True)
    gradient = traitlets.Dict().tag(sync=True)
    factors = traitlets.Dict().tag(sync=True)

    def build(self) -> dict[str, Question]:
        signal, gradient, factors = measured()
        self.signal, self.gradient, self.factors = (
            pack(signal),
            pack(gradient),
            pack(factors, "f4"),
        )
        return questions()

    def rows(self) -> list[tuple[float | str, ...]]:
        signal, gradient, _ = measured()
        here = _place(self.f, self.init, self.norm)
        table: list[tuple[float | str, ...]] = []
        for layer in range(MOST):
            if layer < self.depth:
                g = gradient[here][:, _start(self.depth) + layer]
                numbers = (signal[here][:, layer].mean(), g.mean(), g.min(), g.max())
                table.append((str(layer + 1), *numbers))
            else:
                table.append((str(layer + 1), *("–",) * 4))
        return table

    def plot(self, picture: Picture) -> None:
        above, below = picture.subplots(2, sharex=True)
        here, n = _place(self.f, self.init, self.norm), int(self.depth)
        layers = np.arange(1, n + 1)
        start = _start(n)
        above.plot(layers, unpack(self.signal)[here][:, :n].T, "-", color="C0", lw=1)
        gradient = unpack(self.gradient)[here][:, start : start + n]
        below.plot(layers, gradient.T, "--", color="C1", lw=1)
        above.set(
            xlim=(0.5, MOST + 0.5), ylim=(-15, 9), xticks=[1, *DEPTHS], ylabel="log₁₀ signal, up →"
        )
        below.set(ylim=(-15, 9), xlabel="layer", ylabel="log₁₀ gradient, ← down")


def _place(f: str, init: str, norm: bool) -> tuple[int, int, int]:
    return list(BENDS).index(f), list(STARTS).index(init), int(norm)


def _start(depth: float) -> int:
    """Where the gradients of the network with so many layers begin among those of all depths."""
    return sum(n for n in DEPTHS if n < depth)


@cache
def measured() -> tuple[Array, Array, Array]:
    """log₁₀ of signal and gradient: (f, init, norm, seed, layer), gradients for every depth; and
    of the factors a message takes on by weights, batch norm and f: (f, init, norm, depth, 3)."""
    images, labels = data.load_digits()
    x = images.reshape(len(images), -1).astype(np.float64)
    shape = len(BENDS), len(STARTS), 2
    signal = np.empty((*shape, SEEDS, MOST))
    gradient = np.empty((*shape, SEEDS, sum(DEPTHS)))
    factors = np.empty((*shape, SEEDS, len(DEPTHS), 3))
    for (j, init), seed in product(enumerate(STARTS), range(SEEDS)):
        rng = np.random.default_rng(seed)
        rows = rng.permutation(len(x))[:BATCH]
        linears = [_first_weights(D, init, rng) for D in [x.shape[1], *[WIDTH] * (MOST - 1)]]
        head = nn.Linear(WIDTH, 10, rng=rng, dtype=np.float64)
        for (i, f), norm in product(enumerate(BENDS.values()), (0, 1)):
            found = one_run(linears, head, f, bool(norm), x[rows], labels[rows])
            for values, mine in zip((signal, gradient, factors), found, strict=True):
                values[i, j, norm, seed] = mine
    return signal, gradient, factors.mean(axis=3)


def one_run(
    linears: list[nn.Linear], head: nn.Linear, f: type[nn.Layer], norm: bool, x: Array, labels: Any
) -> tuple[Array, Array, Array]:
    """Signal, gradients and factors of 20 layers; a network of depth n has the first n of them."""
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
    spread = [np.log10(np.sqrt(np.mean(z.var(axis=0)))) for z in outputs]
    return np.array(spread), np.array(sizes), np.array(factors)


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


def questions() -> dict[str, Question]:
    """What to predict, from the five runs of each setting."""
    _, gradient, factors = measured()

    def left(f: str, init: str, norm: bool, depth: int) -> float:
        """log₁₀ of layer 1's gradient by the last layer's, in the mean over seeds."""
        g = gradient[_place(f, init, norm)][:, _start(depth) :][:, :depth]
        return float((g[:, 0] - g[:, -1]).mean())

    def factor(f: str, init: str, norm: bool, depth: int, part: int | None = None) -> str:
        logs = factors[_place(f, init, norm)][DEPTHS.index(depth)]
        return number(10 ** (logs.sum() if part is None else logs[part]), 2)

    def ten(log: float) -> str:
        return science(10**log)

    sigmoid, he = left("sigmoid", "xavier", False, 10), left("relu", "he", False, 20)
    norm, quarter = left("relu", "he", True, 20), float(np.log10(nn.sigmoid_derivative(0.0)))
    small = gradient[_place("gelu", "xavier", False)][:, _start(20)].mean()
    at_first = {"norm": False, "depth": 10, "f": "sigmoid", "init": "xavier"}
    relu = {**at_first, "f": "relu", "init": "torch", "depth": 20}
    return {
        "sigmoid": Number(
            ask="Ten layers of sigmoids, Xavier’s weights. A message on its way down passes nine "
            "sigmoids between the last layer and the first, and the slope of each is ¼ at most. "
            "How large is the gradient of layer 1, divided by that of layer 10? "
            "Guess its log₁₀: −2 means a hundredth.",
            start={**at_first, "f": "tanh"},
            then=at_first,
            label="log₁₀",
            truth=sigmoid,
            tolerance=0.8,
            digits=1,
            explain=f"Factors multiply: one layer takes × {factor('sigmoid', 'xavier', False, 10)}"
            f", of which f′ is {factor('sigmoid', 'xavier', False, 10, 2)} and the weights "
            f"{factor('sigmoid', 'xavier', False, 10, 0)}. The bound ¼ holds for f′ only.",
            mistakes=(
                (quarter, "That is one layer; there are nine on the way."),
                (-9 / 4, "Nine times ¼ would be right if factors added up."),
                (-sigmoid, "The gradient becomes smaller, so its logarithm is negative."),
            ),
        ),
        "he": Choice(
            ask="Twenty layers of ReLUs with PyTorch’s first weights: layer 1 has "
            f"{ten(left('relu', 'torch', False, 20))} times the gradient of layer 20. He’s weights "
            "are √6 times larger. What is left with them?",
            start=relu,
            then={**relu, "init": "he"},
            options=(
                ("About all of it.", ""),
                ("A little more than before.", "A factor per layer is taken twenty times."),
                ("It grows without bounds.", "It would with still larger weights."),
            ),
            right=0,
            explain=f"Layer 1 has {ten(he)} times the last layer’s gradient: the weights take "
            f"× {factor('relu', 'he', False, 20, 0)}, the ReLUs × "
            f"{factor('relu', 'he', False, 20, 2)}, and the product is about one.",
        ),
        "norm": Choice(
            ask="Batch norm is said to keep gradients from vanishing. With it, in twenty layers of "
            "ReLUs, what does the gradient do on its way down?",
            start={**relu, "init": "he"},
            then={**relu, "init": "he", "norm": True},
            options=(
                ("It shrinks, but slowly.", "Nothing shrinks here."),
                ("It keeps its size.", "The signal does, on its way up."),
                ("It grows.", ""),
            ),
            right=2,
            explain=f"It takes × {factor('relu', 'he', True, 20)} in each layer, and layer 1 has "
            f"{ten(norm)} times the last layer’s gradient: no vanishing, but the opposite.",
        ),
        "signal": Choice(
            ask="Twenty layers of GELUs, Xavier’s weights: layer 1 and layer 20 have gradients of "
            f"one size (their ratio is {ten(left('gelu', 'xavier', False, 20))}). "
            "Is all well?",
            start={**relu, "f": "gelu", "init": "he"},
            then={**relu, "f": "gelu", "init": "xavier"},
            options=(
                ("Yes: a ratio of one is what we want.", "Look at the sizes themselves."),
                ("No: all of them are tiny.", ""),
                ("No: all of them are huge.", "Look at the signal above."),
            ),
            right=1,
            explain=f"The signal fades on its way up, and each gradient is a message times a "
            f"signal: here their sizes are about {ten(small)}. Always look at both.",
        ),
    }
