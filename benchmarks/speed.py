"""A training step of 784-W-W-10 and of single layers: ours against PyTorch, scikit-learn and the
matrix products alone. Each set of contestants is measured in a process of its own."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import timing
from nnbook import nn, optim, peers

OURS, TORCH, PRODUCTS = "nnbook", "PyTorch", "matrix products alone"
SKLEARN = {"scikit-learn, float32": np.float32, "scikit-learn, float64": np.float64}
LR = 0.01
BATCH, WIDTH = 64, 512
BATCHES, WIDTHS = (1, 16, 64, 256, 1024, 4096), (64, 128, 256, 512, 1024, 2048)
LAYERS = ("Dropout", "BatchNorm1d", "Sigmoid", "ReLU", "Tanh", "GELU")
LAYERS += ("Softmax", "CrossEntropyLoss")
LAYER_BATCHES = (64, 1024)
LAYER_TARGETS = {"Dropout": 0.2, "BatchNorm1d": 1.0, "Sigmoid": 1.1}  # at batch 64


@dataclass(frozen=True)
class Case:
    """A set of contestants: a network's step, or a layer forward and backward, at one size."""

    what: str  # "network", or the layer's name
    batch: int = BATCH
    width: int = WIDTH
    seconds: float = 8.0


def targets(row: dict[str, Any]) -> dict[str, float]:
    """By rival, at most so much of its time should ours be in this case."""
    if row["what"] == "network":
        main = (row["batch"], row["width"]) == (BATCH, WIDTH)
        return {TORCH: 0.78, PRODUCTS: 1.22} if main else {TORCH: 0.90}
    if row["batch"] == BATCH and row["what"] in LAYER_TARGETS:
        return {TORCH: LAYER_TARGETS[row["what"]]}
    return {}


def cases(quick: bool = False) -> list[Case]:
    """All that is measured; quick: a part of it, for too short to mean anything."""
    if quick:
        networks = [Case("network"), Case("network", 1), Case("network", width=64)]
        return [replace(case, seconds=0) for case in networks + [Case(name) for name in LAYERS]]
    networks = [Case("network", batch) for batch in BATCHES]
    networks += [Case("network", width=width) for width in WIDTHS if width != WIDTH]
    return networks + [Case(name, batch, seconds=4) for name in LAYERS for batch in LAYER_BATCHES]


def run(case: Case) -> dict[str, Any]:
    """Measures a case, in a process in which NumPy began with one thread."""
    import torch
    from threadpoolctl import threadpool_info

    torch.set_num_threads(1)
    steps = contestants(case)
    unlike = {PRODUCTS} if case.what != "Dropout" else {PRODUCTS, TORCH}  # it draws other masks
    difference = compare({name: step for name, step in steps.items() if name not in unlike})
    quick = {"turn": 0.002, "least": 3} if not case.seconds else {}
    times, share = timing.interleave(steps, case.seconds, **quick)
    pools = threadpool_info()
    blas = {
        f"{pool['internal_api']} for {pool['architecture']}"
        for pool in pools
        if "architecture" in pool
    }
    return asdict(case) | {
        "ms": times,
        "difference": difference,
        "share": share,
        "threads": max(*(pool["num_threads"] for pool in pools), torch.get_num_threads()),
        "blas": ", ".join(sorted(blas))
        + f"; PyTorch for {torch.backends.cpu.get_cpu_capability()}",
    }


def contestants(case: Case) -> dict[str, timing.Step]:
    """By name, what makes one step and returns its loss, or the gradient of the layer's input."""
    rng = np.random.default_rng(0)
    if case.what != "network":
        return layers(case, rng)
    x = rng.random((case.batch, 784), np.float32)
    y = rng.integers(0, 10, case.batch)
    model = nn.Sequential(
        nn.Linear(784, case.width, rng=rng),
        nn.ReLU(),
        nn.Linear(case.width, case.width, rng=rng),
        nn.ReLU(),
        nn.Linear(case.width, 10, rng=rng),
    )
    steps = {TORCH: torch_network(peers.twin(model), x, y)}
    if (case.batch, case.width) == (BATCH, WIDTH):
        for name, dtype in SKLEARN.items():
            steps[name] = sklearn_network(model, x.astype(dtype), y)
    steps[PRODUCTS] = alone(products(case.batch, (784, case.width, case.width, 10)))
    return {OURS: our_network(model, x, y)} | steps


def our_network(model: nn.Sequential, x: NDArray[Any], y: NDArray[Any]) -> timing.Step:
    loss_fn, optimizer = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), LR)

    def step() -> float:
        loss = loss_fn(model(x), y)
        model.parameter_gradients(loss_fn.backward())
        optimizer.step()
        return loss

    return step


def torch_network(model: Any, x: NDArray[Any], y: NDArray[Any]) -> timing.Step:
    import torch

    loss_fn, optimizer = torch.nn.CrossEntropyLoss(), torch.optim.SGD(model.parameters(), LR)
    inputs, labels = torch.from_numpy(x), torch.from_numpy(y)

    def step() -> Any:
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), labels)
        loss.backward()
        optimizer.step()
        return loss

    return step


def sklearn_network(model: nn.Sequential, x: NDArray[Any], y: NDArray[Any]) -> timing.Step:
    from sklearn.neural_network import MLPClassifier

    linears = [layer for layer in model.layers if isinstance(layer, nn.Linear)]
    net = MLPClassifier(
        [layer.out_features for layer in linears[:-1]],
        solver="sgd",
        momentum=0,
        nesterovs_momentum=False,
        alpha=0,
        learning_rate="constant",
        learning_rate_init=LR,
        batch_size=len(x),
        shuffle=False,
    )
    net.partial_fit(x, y, classes=np.arange(10))
    for layer, weight, bias in zip(linears, net.coefs_, net.intercepts_, strict=True):
        weight[:], bias[:] = layer.weight.value.T, layer.bias.value

    def step() -> Any:
        return net.partial_fit(x, y).loss_

    return step


Product = tuple[Callable[..., Any], NDArray[Any], NDArray[Any], NDArray[Any]]


def products(batch: int, widths: tuple[int, ...]) -> list[Product]:
    """What no step can do without: (function, left, right, out) of each matrix product."""
    rng = np.random.default_rng(0)
    x, grad = (rng.random((batch, n), np.float32) for n in (widths[0], widths[-1]))
    weights = [rng.random((n, m), np.float32) for m, n in pairwise(widths)]
    outer = np.matmul if batch > 1 else np.dot  # as in ours: the faster
    forward: list[Product] = []
    backward: list[Product] = []
    for w in weights:
        y = np.empty((batch, len(w)), np.float32)
        forward.append((np.matmul, x, w.T, y))  # x Wᵀ
        x = y
    for (_, x, _, _), w in zip(forward[::-1], weights[::-1], strict=True):
        backward.append((outer, grad.T, x, np.empty_like(w)))  # gᵀ x
        x_grad = np.empty_like(x)
        backward.append((np.matmul, grad, w, x_grad))  # g W
        grad = x_grad
    return forward + backward[:-1]  # nobody needs the gradient of the data


def multiplications(made: list[Product]) -> int:
    """How many products of two numbers these matrix products are."""
    return sum(left.size * right.shape[1] for _, left, right, _ in made)


def alone(made: list[Product]) -> timing.Step:
    def step() -> None:
        for function, left, right, out in made:
            function(left, right, out=out)

    return step


def layers(case: Case, rng: np.random.Generator) -> dict[str, timing.Step]:
    """A layer or loss of ours and of PyTorch's, forward and backward to its input and weights."""
    import torch

    x, grad = rng.standard_normal((2, case.batch, case.width), np.float32)
    given = torch.from_numpy(x).requires_grad_()
    labels, upstream = [], [grad]  # what a layer is given, besides x
    if case.what == "CrossEntropyLoss":
        ours, theirs = nn.CrossEntropyLoss(), torch.nn.CrossEntropyLoss()
        labels, upstream = [rng.integers(0, case.width, case.batch)], []
    else:
        ours = getattr(nn, case.what)(*[case.width] * (case.what == "BatchNorm1d"))
        theirs = peers.twin(ours)
    wanted = [given, *theirs.parameters()]  # their gradients
    their_labels = [*map(torch.from_numpy, labels)]
    their_upstream = [*map(torch.from_numpy, upstream)]

    def our_step() -> Any:
        ours(x, *labels)
        return ours.backward(*upstream)

    def their_step() -> Any:
        for tensor in wanted:
            tensor.grad = None
        theirs(given, *their_labels).backward(*their_upstream)
        return given.grad

    return {OURS: our_step, TORCH: their_step}


def compare(steps: dict[str, timing.Step]) -> dict[str, float]:
    """How far each contestant's fifth result is from ours: max|a − b| / max(1, max|b|).

    RuntimeError if it is another: then their times must not be compared.
    """
    results = {}
    for name, step in steps.items():
        result: Any = [step() for _ in range(5)][-1]
        results[name] = np.asarray(result.detach() if hasattr(result, "detach") else result)
    ours, found = results[OURS], {}
    for name, result in results.items():
        found[name] = float(np.abs(result - ours).max() / max(1, np.abs(ours).max()))
        if not found[name] <= 1e-5:
            raise RuntimeError(f"{name} does not compute what {OURS} does: off by {found[name]}")
    return found
