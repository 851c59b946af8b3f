"""The slides' 4-2-1 network of ten weights, with every number of its passes."""

from __future__ import annotations

import numpy as np

from nnbook import nn
from nnbook.experiments.curve import Function
from nnbook.nn.activations import Array

# The example that the slides' network is worked with, then one more for a batch of two.
X = np.array([[2.0, 1.0, -1.0, 0.5], [1.0, 1.0, -1.0, 1.0]])
Y = np.array([[2.5], [-1.5]])
W = np.array([0.5, 0.5, 1.0, 1.0, -1.0, 0.5, 0.5, 2.0, 0.5, -1.0])  # w₁ … w₁₀
BATCHES = {"a": [0], "b": [1], "both": [0, 1]}  # which examples
SUB = ("₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉", "₁₀")
# What the table shows, from the input to the error and back: key and names of its entries.
TABLE = (
    ("a", ("a₁", "a₂")),
    ("z", ("z₁", "z₂")),
    ("y_hat", ("ŷ",)),
    ("g", ("∂E/∂ŷ",)),
    ("gz", ("∂E/∂z₁", "∂E/∂z₂")),
    ("ga", ("∂E/∂a₁", "∂E/∂a₂")),
    ("gx", tuple(f"∂E/∂x{k}" for k in SUB[:4])),
)
STEPS = ("a₁", "z₁", "a₂", "z₂", "ŷ")  # what `forward` computes, in this order


def forward(w: Array, f: Function, x: Array) -> tuple[float, ...]:
    """a₁, z₁, a₂, z₂, ŷ, by two layers of the library and f between them."""
    first = nn.Linear(4, 2, bias=False, dtype=np.float64)
    last = nn.Linear(2, 1, bias=False, dtype=np.float64)
    first.weight.value[:], last.weight.value[:] = w[:8].reshape(2, 4), w[8:]
    a = first(x[None])
    z = np.asarray(f(a))
    (a1, a2), (z1, z2), (y_hat,) = a[0], z[0], last(z)[0]
    return tuple(map(float, (a1, z1, a2, z2, y_hat)))


def trace(
    first: nn.Linear,
    bend: type[nn.Layer] | None,
    last: nn.Linear,
    x: Array,
    y: Array,
    who: list[int],
) -> dict[str, Array]:
    """Every number of one forward and one backward pass, an example a row (A, B; NaN if absent)."""
    f, loss_fn = bend() if bend else None, nn.HalfSquaredLoss()
    a = first(x)
    z = f(a) if f else a
    y_hat = last(z)
    loss = loss_fn(y_hat, y)

    g = loss_fn.backward()  # (ŷ − y) / N
    gz = last.input_gradient(g)
    slope = f.input_gradient(np.ones_like(a)) if f else np.ones_like(a)
    ga = f.input_gradient(gz) if f else gz
    paths = [first.input_gradient(ga * unit) for unit in np.eye(2)]  # one message a hidden unit

    def weights(rows: Array) -> Array:
        """The gradient of all ten weights, from the messages of these examples alone."""
        last.parameter_gradients(g * rows)
        first.parameter_gradients(ga * rows)
        return np.concatenate([first.weight.grad.ravel(), last.weight.grad.ravel()])

    shares = [weights(row[:, None]) for row in np.eye(len(x))]
    each = {"a": a, "z": z, "y_hat": y_hat, "g": g, "gz": gz, "slope": slope, "ga": ga}
    each |= {"gw": np.stack(shares), "path": np.hstack(paths), "gx": first.input_gradient(ga)}
    value = np.concatenate([first.weight.value.ravel(), last.weight.value.ravel()])
    return {key: _slots(v, who) for key, v in each.items()} | {
        "w": value,
        "E": np.array([loss]),
        "grad": weights(np.ones((len(x), 1))),  # last, so that it stands in each `grad`
    }


def _slots(values: Array, who: list[int]) -> Array:
    slots = np.full((2, values.shape[1]), np.nan)
    slots[who] = values
    return slots


def table(now: dict[str, Array], who: list[int]) -> list[tuple[float | str, ...]]:
    """Every number of the network: those of an example, those of a weight, the error."""

    def of(key: str, i: int) -> list[float | str]:
        return [now[key][n, i] if n in who else "–" for n in (0, 1)]

    lines: list[tuple[float | str, ...]] = [("E", "", "", now["E"][0])]
    for key, names in TABLE:
        lines += [(name, *of(key, i), "") for i, name in enumerate(names)]
    lines += [(f"w{k}", "", "", now["w"][i]) for i, k in enumerate(SUB)]
    return lines + [(f"∂E/∂w{k}", *of("gw", i), now["grad"][i]) for i, k in enumerate(SUB)]
