"""From one core to many machines: the same update ever faster, what it costs, and what it costs
to share it. The rungs of the ladder are timed by `rungs.py`, in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnbook import data, nn, optim
from nnbook.nn.activations import Array
from nnbook.nn.losses import Loss

BYTES = 4  # of a float32


# The step that every rung takes.


class Task(NamedTuple):
    """A network of ReLUs, and the updates that it is to make on the digits."""

    widths: tuple[int, ...] = (64, 16, 10)
    batch: int = 32
    updates: int = 50
    lr: float = 0.1
    momentum: float = 0.9
    seed: int = 0

    def model(self, linear: Callable[..., nn.Layer] = nn.Linear) -> nn.Sequential:
        """The network before its first update: the same weights for every kind of layer."""
        rng = np.random.default_rng(self.seed)
        layers: list[nn.Layer] = []
        for n, m in pairwise(self.widths):
            layers += [linear(n, m, rng=rng), nn.ReLU()]
        return nn.Sequential(*layers[:-1])

    @property
    def parameters(self) -> int:
        """Weights and biases: `Σ (in + 1) · out`."""
        return sum((n + 1) * m for n, m in pairwise(self.widths))

    @property
    def products(self) -> int:
        """Products with weights in one update: one forward, two back for each weight and example,
        but only one back for the first layer, whose input's gradient nobody needs."""
        sizes = [n * m for n, m in pairwise(self.widths)]
        return self.batch * (3 * sum(sizes) - sizes[0])

    def examples(self) -> tuple[Array, Array]:
        """All the examples that it sees, in their order: x (updates · batch, D), y."""
        images, labels = data.load_digits()
        rng, total = np.random.default_rng(self.seed), self.updates * self.batch
        rounds = -(-total // len(labels))
        order = np.concatenate([rng.permutation(len(labels)) for _ in range(rounds)])[:total]
        return images.reshape(len(images), -1)[order], labels[order]

    def batches(self) -> list[tuple[Array, Array]]:
        """The same examples, an update's at a time: x (batch, D), y."""
        x, y = self.examples()
        return [
            (x[k : k + self.batch], y[k : k + self.batch]) for k in range(0, len(x), self.batch)
        ]


SMALL = Task()
WIDE = Task((64, 512, 512, 10), batch=64)
PROBE = Task((64, 128, 128, 10), batch=64)  # what loops in Python are timed on, for WIDE


def step(
    model: nn.Sequential,
    loss_fn: Loss,
    optimizer: optim.SGD,
    x: Array,
    y: Array,
) -> None:
    """One update: forward, backward, step."""
    loss_fn(model(x), y)
    model.parameter_gradients(loss_fn.backward())
    optimizer.step()


class LinearBy(nn.Linear):
    """The library's layer, with its three matrix products left to `product(A, B)`."""

    def __init__(self, product: Callable[[Array, Array], Array], n: int, m: int, **options: Any):
        super().__init__(n, m, **options)
        self.product = product

    def forward(self, x: Array) -> Array:
        self.x = x
        return self.product(x, self.weight.value.T) + self._b  # x Wᵀ + b

    def parameter_gradients(self, grad: Array) -> None:
        self.weight.grad[:] = self.product(grad.T, self.x)  # ∂L/∂W = gᵀ x
        if self.bias:
            np.sum(grad, axis=0, out=self.bias.grad)

    def input_gradient(self, grad: Array) -> Array:
        return self.product(grad, self.weight.value)  # ∂L/∂x = g W


def by_loops(A: Array, B: Array) -> Array:
    """A B with three loops: one multiplication at a time, in Python."""
    columns = B.T.tolist()
    product = []
    for row in A.tolist():
        line = []
        for column in columns:
            total = 0.0
            for a, b in zip(row, column, strict=True):
                total += a * b
            line.append(total)
        product.append(line)
    return np.array(product, A.dtype)


def by_compiled_loops(A: Array, B: Array) -> Array:
    """A B with NumPy's own loops, which call no matrix library."""
    return np.asarray(np.einsum("ij,jk->ik", A, B, optimize=False))


# The ladder.


class Rung(NamedTuple):
    """One way to make the updates, as it was timed."""

    small: float  # the least milliseconds of an update of SMALL
    wide: float  # and of WIDE
    off: float  # how far SMALL's weights are from the first rung's, after all updates


def ladder(*, threads: Sequence[int] = (1, 2), compiled: bool = False) -> dict[str, Rung]:
    """The rungs that this machine has, each timed in a process with so many threads.

    PyTorch's are missing without PyTorch, a graphics card's without one. compiled:
    `torch.compile` too, which takes a minute.
    """
    found: dict[str, Array] = {}
    for n in threads:
        found |= timed("ladder", n, *(["--compiled"] if compiled else []))
    names = [name.removesuffix("/time") for name in found if name.endswith("/time")]
    first = found[f"{names[0]}/weights"]
    off = {name: float(np.abs(found[f"{name}/weights"] - first).max()) for name in names}
    times = {name: [float(t) for t in found[f"{name}/time"]] for name in names}
    return {name: Rung(times[name][0], times[name][1], off[name]) for name in names}


def timed(what: str, threads: int, *options: str) -> dict[str, Array]:
    """What `rungs.py` measures in a process of so many threads; RuntimeError says why it cannot."""
    env = os.environ | dict.fromkeys(THREADS, str(threads))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out.npz")
        command = [sys.executable, "-m", "nnbook.experiments.rungs", what, str(out), *options]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=600)
        if done.returncode:
            raise RuntimeError(f"timing {what} failed: {done.stderr.strip()[-400:]}")
        with np.load(out) as arrays:
            return {name: arrays[name] for name in arrays.files}


THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def show_ladder(rungs: dict[str, Rung]) -> None:
    """A line for each rung: how many times as fast as the first, and how far off its weights."""
    first = next(iter(rungs.values()))
    print(f"{'':34s}{'small':>8s}{'wide':>8s}   weights off by")
    for name, rung in rungs.items():
        small, wide = first.small / rung.small, first.wide / rung.wide
        print(f"{name:34s}{small:7,.0f}×{wide:7,.0f}×   {rung.off:.0e}")


# Cost against width and batch.


class Line(NamedTuple):
    """`t = fixed + each · n`, in the unit of the times; it bends where both parts are equal."""

    fixed: float
    each: float

    @property
    def bend(self) -> float:
        """The n that takes as long as everything else."""
        return self.fixed / self.each

    def __call__(self, n: Array) -> Array:
        return self.fixed + self.each * n


COSTS = {
    "width": [Task((64, w, w, 10), 64, momentum=0.0) for w in (8, 32, 128, 512, 1024)],
    "batch": [Task((64, 256, 256, 10), n, momentum=0.0) for n in (1, 4, 16, 64, 256)],
}


def costs() -> dict[str, dict[str, Array]]:
    """By width and by batch: `products` and `milliseconds` of an update, on one core."""
    found = timed("costs", 1)
    return {
        by: {
            "products": np.array([task.products for task in tasks]),
            "milliseconds": found[by],
        }
        for by, tasks in COSTS.items()
    }


def fitted(n: Array, times: Array) -> Line:
    """The line with the least relative errors: squares of (fixed + each · n) / t − 1.

    n: numbers of products, or of bytes, (K,); times (K,) in any unit.
    """
    rows = np.stack([1 / times, n / times], axis=1)
    fixed, each = np.linalg.lstsq(rows, np.ones(len(n)), rcond=None)[0]
    return Line(float(fixed), float(each))


# Shards: the same gradient from several workers.


def gradients(model: nn.Sequential, loss_fn: Loss, x: Array, y: Array) -> list[Array]:
    """∂E/∂w of a batch, one array a parameter."""
    loss_fn(model(x), y)
    model.parameter_gradients(loss_fn.backward())
    return [p.grad.copy() for p in model.parameters()]


def averaged(
    models: Sequence[nn.Sequential],
    loss_fn: Loss,
    x: Array,
    y: Array,
    sizes: Sequence[int],
    *,
    weighted: bool = True,
) -> list[Array]:
    """`Σ (n_k / N) ∇E_k`: the shards' gradients, averaged.

    Model k sees the next n_k = sizes[k] examples, nothing else.
    weighted=False: the plain mean, `Σ ∇E_k / K`.
    """
    ends = np.cumsum(sizes)
    total = [np.zeros_like(p.value) for p in models[0].parameters()]
    for model, n, end in zip(models, sizes, ends, strict=True):
        share = n / ends[-1] if weighted else 1 / len(sizes)
        own = slice(end - n, end)
        grads = gradients(model, loss_fn, x[own], y[own])
        for whole, grad in zip(total, grads, strict=True):
            whole += share * grad
    return total


def distance(a: Sequence[Array], b: Sequence[Array]) -> float:
    """|a − b| / |b| over all arrays together."""
    off = sum(float(np.sum((u - v) ** 2)) for u, v in zip(a, b, strict=True))
    return float(np.sqrt(off / sum(float(np.sum(v**2)) for v in b)))


# What synchronizing costs.


def ring_bytes(parameters: float, n: Any) -> Any:
    """`4 P · 2 (n − 1) / n`: what each of n workers sends in one ring all-reduce of float32."""
    return BYTES * parameters * 2 * (n - 1) / n


def ring_all_reduce(
    vectors: Sequence[Array],
) -> tuple[list[Array], int]:
    """Everybody gets the sum, and sends to the right neighbor only.

    Each vector is cut into as many parts as there are workers. In
    n − 1 rounds the parts go round and are added up, in n − 1 more
    the sums go round. Also: the most bytes that a worker sent.
    """
    n = len(vectors)
    parts = [np.array_split(v.copy(), n) for v in vectors]
    sent = [0] * n
    for turn in range(2 * (n - 1)):
        moving = [(k - turn) % n for k in range(n)]  # worker k's part
        messages = [parts[k][i].copy() for k, i in enumerate(moving)]
        for k, message in enumerate(messages):
            i = moving[k]
            right = parts[(k + 1) % n]
            right[i] = right[i] + message if turn < n - 1 else message
            sent[k] += message.nbytes
    return [np.concatenate(p) for p in parts], max(sent)


class Place(NamedTuple):
    """Where the workers stand: how fast one computes, how fast they talk."""

    fixed: float  # seconds of an update that no product explains
    product: float  # seconds of one product (a multiplication and an addition)
    latency: float  # seconds before a message arrives
    bandwidth: float  # bytes a second, of each worker


def seconds(
    place: Place, parameters: float, batch: float, n: ArrayLike, *, shared: bool = True
) -> Array:
    """`T(n) = fixed + 3 P B_k · product + 2 (n − 1) latency + ring_bytes / bandwidth`.

    shared: the batch is cut, B_k = B / n; otherwise every worker has its own B. About three
    products a weight and example: one forward, two back. Nothing overlaps.
    """
    many = np.asarray(n, float)
    work = 3 * parameters * (batch / many if shared else batch) * place.product
    talk = 2 * (many - 1) * place.latency + ring_bytes(parameters, many) / place.bandwidth
    return np.asarray(place.fixed + work + talk)


def speed_up(
    place: Place, parameters: float, batch: float, n: ArrayLike, *, shared: bool = True
) -> Array:
    """How many times as many examples a second n workers take as one does."""
    many = np.asarray(n, float)
    one = seconds(place, parameters, batch, 1, shared=shared)
    share = 1.0 if shared else many
    return np.asarray(share * one / seconds(place, parameters, batch, many, shared=shared))


def most_useful(place: Place, parameters: float, batch: float) -> float:
    """The n at which a shared batch is done soonest: `√((W − 2S) / 2 latency)`, at least 1.

    W is what one worker computes in, S the time to send all gradients once. If sending them twice
    takes longer than computing, no second worker pays, whatever the latency.
    """
    work = 3 * parameters * batch * place.product
    send = BYTES * parameters / place.bandwidth
    return max(float(np.sqrt(max(work - 2 * send, 0.0) / (2 * place.latency))), 1.0)


def link(sizes: Array, seconds: Array, n: int = 2) -> tuple[float, float]:
    """Latency and bandwidth of a link, from all-reduces of vectors of these sizes.

    The line `2 (n − 1) latency + bytes / bandwidth` with the least relative errors.
    """
    sent = np.array([ring_bytes(size, n) for size in sizes])
    line = fitted(sent, np.asarray(seconds))
    return line.fixed / (2 * (n - 1)), 1 / line.each


# What a larger batch costs.

RATES = tuple(10 ** (np.arange(-4, 3) / 4))  # 0.1 to 3.2, four a decade
SEEDS = (0, 1, 2, 3, 4)


def large_batches(
    sizes: Sequence[int] = (64, 256, 1024),
    seeds: Sequence[int] = SEEDS,
    *,
    epochs: int = 8,
    rates: Sequence[float] = RATES,
    momentum: float = 0.0,
) -> dict[int, dict[str, Array]]:
    """After the same epochs, by batch: cross-entropy on the validation digits at every rate,
    `loss` (seeds, rates); at the best rate of each seed `best` and the test accuracy `right`."""
    # Here, since it brings SciPy's optimizers, and every process that is timed imports this file.
    from nnbook.experiments.sgd import batches, digits
    from nnbook.experiments.side_by_side import descend, rights, stacked, together

    d, found, mean, total = digits(), {}, nn.CrossEntropyLoss(), nn.CrossEntropyLoss("sum")
    untrained = [SMALL._replace(seed=seed).model() for seed in seeds]
    for size in sizes:
        updates = epochs * len(d.y) // size
        rngs = [np.random.default_rng(seed) for seed in seeds]
        feed = [*islice(stacked([batches(d.x, d.y, size, rng) for rng in rngs]), updates)]
        loss, right = np.zeros((2, len(seeds), len(rates)))
        for j, lr in enumerate(rates):
            models = together(untrained)
            optimizer = optim.SGD(models.parameters(), lr, momentum)
            with np.errstate(over="ignore", invalid="ignore"):
                descend(models, total, optimizer, feed)
                loss[:, j] = [mean(logits, d.y_val) for logits in models(d.x_val[None])]
                right[:, j] = rights(models, d.x_test, d.y_test)
        loss[~np.isfinite(loss)] = np.inf
        best = loss.argmin(axis=1)
        rows = np.arange(len(seeds))
        found[size] = {
            "loss": loss,
            "best": np.asarray(rates)[best],
            "right": right[rows, best],
            "updates": np.array(updates),
        }
    return found


# A run that somebody made on a machine that this build does not have.

RECORDED = Path(__file__).with_name("recorded.json")


def recorded() -> list[dict[str, Any]]:
    """The recorded runs, each with date, machine and versions.

    `python -m nnbook.experiments.record` makes one and adds it.
    """
    runs: list[dict[str, Any]] = json.loads(RECORDED.read_text("utf-8"))
    return runs


def show_recorded(rungs: dict[str, Rung]) -> None:
    """What other machines did that this ladder does not have: `torch.compile`, a graphics card."""
    if cards := [name for name in rungs if name.startswith("PyTorch on")]:
        print(f"on the ladder above: {', '.join(cards)}")
    runs = recorded()
    for run in runs:
        first = Rung(**next(iter(run["rungs"].values())))
        load = f"under a load of {run['load']:g}"
        versions = run["versions"]
        print(f"recorded on {run['date']} {load}, with PyTorch {versions['torch']},")
        print(f"on {run['card'] or run['machine']}; times as fast as its loops:")
        print(f"{'':34s}{'small':>8s}{'wide':>8s}")
        for name, numbers in run["rungs"].items():
            if name.startswith("PyTorch"):
                small, wide = first.small / numbers["small"], first.wide / numbers["wide"]
                print(f"{name:34s}{small:7,.0f}×{wide:7,.0f}×")
    if not cards and not any(run["card"] for run in runs):
        print("No graphics card here, and no run on one is recorded.")
