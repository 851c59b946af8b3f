"""What the figure `bowl` computes with the library: its points, its updates, its ellipses."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnbook import nn, optim
from nnbook.figures.kit.pack import pack
from nnbook.nn.activations import Array

LAST, SEEDS, DRAWS = 40, 5, 200  # updates of a path; paths; drawn batches, 40 for each path
SIZES = {"b1": 1, "b4": 4, "b16": 16, "all": 0}
FAR = 99.0  # beyond it a number is only said to be far


def update_at(m: Array, w: Array) -> Array:
    """−gradient of a batch at w, from what one update at rate 1 does to (0, 0), (1, 0), (0, 1)."""
    return np.asarray(m[0] + w[0] * m[1] + w[1] * m[2])


def far(v: float) -> float | str:
    """The number, or that it is far away."""
    return float(v) if abs(v) <= FAR else f"beyond {'−' if v < 0 else ''}{FAR:.0f}"


def points(kappa: float) -> tuple[Array, Array]:
    """40 points around y = −x − ½, x of variance 1/κ: the narrower, the flatter along w₁."""
    rng = np.random.default_rng(4)
    u, noise = rng.normal(size=(2, 40))
    u = (u - u.mean()) / u.std()
    base = np.stack([u, np.ones(40)])
    noise -= base.T @ (base @ noise) / 40  # so that the lowest point is (−1, −½) for every κ
    x = u / np.sqrt(kappa)
    return x, -x - 0.5 + 0.7 * noise / noise.std()


def readers_own(x: ArrayLike | None, y: ArrayLike | None) -> tuple[Array, Array]:
    """The reader's points, scaled; what does not fit is said in words."""
    if x is None or y is None:
        raise ValueError("LossBowl takes both x and y: LossBowl(x, y)")
    a, b = np.array(x, np.float64), np.array(y, np.float64)
    if a.shape != b.shape or a.ndim != 1 or not 16 <= a.size <= 1000:
        got = f"got {a.shape} and {b.shape}"
        raise ValueError(f"LossBowl: x and y are 16 to 1,000 numbers each, {got}: x.ravel()?")
    scale = np.sqrt(np.mean(a**2)), np.sqrt(np.mean(b**2))
    if not (np.isfinite([a, b]).all() and min(scale) > 0 and a.std() > 0):
        raise ValueError("LossBowl: x and y must be finite, y not all 0, x not all the same")
    a, b = a / scale[0], b / scale[1]
    center = np.abs(bowl(a, b)["center"])
    if center[0] > 2.5 or center[1] > 1.5:
        cure = "take the mean off first, LossBowl(x - x.mean(), y - y.mean())"
        raise ValueError(f"LossBowl: the lowest point lies outside the map; {cure}")
    return a, b


def bowl(x: Array, y: Array) -> dict[str, Any]:
    """Lowest point and error, and the ellipse E = lowest + ½ as the unit circle's image."""
    base = np.stack([x, np.ones_like(x)])
    curvatures, directions = np.linalg.eigh(base @ base.T / len(x))
    center = np.linalg.solve(base @ base.T, base @ y)
    axes = directions / np.sqrt(np.maximum(curvatures, 1e-9))
    return {
        "center": center.tolist(),
        "axes": axes.tolist(),
        "inverse": np.linalg.inv(axes).tolist(),
        "lowest": error(x, y, center),
        "most": float(curvatures[-1]),
    }


def picks(size: int, n: int) -> NDArray[np.int64]:
    """Which examples each of the 200 batches holds, drawn with replacement; size 0: one, of all."""
    if not size:
        return np.arange(n)[None]
    return np.random.default_rng(size).integers(0, n, (DRAWS, size))


def _model(w: Any) -> nn.Linear:
    model = nn.Linear(2, 1, bias=False, dtype=np.float64)
    model.weight.value[:] = w
    return model


def error(x: Array, y: Array, w: Any) -> float:
    """E(w), half the mean squared error of all points."""
    rows = np.stack([x, np.ones_like(x)], axis=1)
    return nn.HalfSquaredLoss()(_model(w)(rows), y[:, None])


def update(model: nn.Linear, x: Array, y: Array, optimizer: optim.SGD) -> None:
    """One update by the library."""
    loss_fn = nn.HalfSquaredLoss()
    loss_fn(model(np.stack([x, np.ones_like(x)], axis=1)), y[:, None])
    model.parameter_gradients(loss_fn.backward())
    optimizer.step()


def update_as_affine(x: Array, y: Array) -> Array:
    """What an update at rate 1 adds to w: at (0, 0), and more for each unit of w₁ and of w₂."""
    model, added = _model(0.0), []
    optimizer = optim.SGD(model.parameters(), 1.0)
    for w in np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]):
        model.weight.value[:] = w
        update(model, x, y, optimizer)
        added.append(model.weight.value[0] - w)
    return np.array([added[0], added[1] - added[0], added[2] - added[0]])


def update_tables(x: Array, y: Array) -> dict[str, Any]:
    """For the browser: what an update with each example alone adds, and the points."""
    updates = [update_as_affine(x[k : k + 1], y[k : k + 1]) for k in range(len(x))]
    return {"updates": pack(updates, "f4"), "points": pack([x, y], "f4")}


def descend(
    x: Array, y: Array, w: tuple[float, float], lr: float, size: int, seed: int
) -> tuple[Array, Array]:
    """The path of w, and E of all points, through 40 updates with batches of `size` (0: all)."""
    model, path, e = _model(w), [], []
    optimizer, drawn = optim.SGD(model.parameters(), lr), picks(size, len(x))
    for t in range(LAST + 1):
        path.append(model.weight.value[0].copy())
        e.append(error(x, y, path[-1]))
        k = drawn[((seed - 1) * LAST + t) % len(drawn)]
        update(model, x[k], y[k], optimizer)
    return np.array(path), np.array(e)
