"""Makes src/nnbook/figures/digit/digit.npz: the two networks of the figure `digit`, trained by
nnbook, and a hundred digits that neither has seen.

MNIST's test set is parted by tools/mnist_sample.py: its 2,000 are for tests, the other 8,000 for
training. Run it with NNBOOK_DATA naming a folder that holds mnist/, or with a network; it takes
minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from nnbook import data, nn, optim
from nnbook.figures.digit.compute import HIDDEN, NETWORKS, SIDE, in_a_frame, prepared
from nnbook.nn.activations import Array
from nnbook.training import train_loop

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src" / "nnbook" / "figures" / "digit" / "digit.npz"
UNIT = 1.6  # cells of the drawing square for a pixel of MNIST, at size 1


def parts(*, download: bool = True) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """(images, labels) to train on, and those of `data.load_mnist_sample`, at full size."""
    images, labels = data.load_mnist("test", download=download)
    order = np.random.default_rng(0).permutation(len(images))
    test, train = order[:2000], order[2000:]
    return (images[train], labels[train]), (images[test], labels[test])


def placed(
    images: Array,
    rng: np.random.Generator,
    *,
    turn: float = 0,
    shear: float = 0,
    squeeze: float = 0,
) -> Array:
    """Each picture (N, 28, 28) on the drawing square, at .5 to 1.5 times its size, anywhere.

    Turned by up to `turn` radians, sheared and squeezed by up to so much.
    """
    n = len(images)

    def spread(most: float) -> Array:
        return rng.uniform(-most, most, n)

    size = UNIT * rng.uniform(0.5, 1.5, n)
    angle, lean, wide = spread(turn), spread(shear), np.exp(spread(squeeze))
    c, s = np.cos(angle), np.sin(angle)
    matrix = np.array([[c, -s], [s, c]]).transpose(2, 0, 1)
    slant = np.stack([np.stack([wide, lean], 1), np.stack([0 * lean, 1 / wide], 1)], 1)
    matrix = size[:, None, None] * matrix @ slant  # from a picture's pixels to cells, around 13.5
    place = np.empty((n, 2))
    for i, image in enumerate(images):
        y, x = np.nonzero(image > 0.25)
        corner = matrix[i] @ np.stack([x - 13.5, y - 13.5])
        low, high = corner.min(axis=1) - size[i] / 2, corner.max(axis=1) + size[i] / 2
        place[i] = rng.uniform(-low, np.maximum(SIDE - 1 - high, -low))
    back = np.linalg.inv(matrix)
    y, x = np.mgrid[:SIDE, :SIDE].reshape(2, -1)
    at = back @ (np.stack([x, y])[None] - place[:, :, None]) + 13.5
    return _sampled(images, at).reshape(n, SIDE, SIDE)


def _sampled(images: Array, at: Array) -> Array:
    """Between four pixels each, white outside."""
    wide = np.pad(images, ((0, 0), (2, 2), (2, 2)))
    side = wide.shape[1]
    at = np.clip(at + 2, 0, side - 1.001)
    whole = at.astype(int)
    (x, y), (p, q) = whole.transpose(1, 0, 2), (at - whole).transpose(1, 0, 2)
    flat, first = wide.reshape(len(wide), -1), y * side + x

    def take(more: int) -> Array:
        return np.take_along_axis(flat, first + more, axis=1)

    upper = (1 - p) * take(0) + p * take(1)
    lower = (1 - p) * take(side) + p * take(side + 1)
    return np.asarray((1 - q) * upper + q * lower)


def pens(images: Array, rng: np.random.Generator) -> Array:
    """As if written with a thinner or a thicker pen: towards the least or the most of neighbors."""
    wide = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    around = [wide[:, 1:-1, :-2], wide[:, 1:-1, 2:], wide[:, :-2, 1:-1], wide[:, 2:, 1:-1], images]
    by = rng.uniform(-0.5, 1, (len(images), 1, 1))
    thick, thin = np.max(around, axis=0), np.min(around, axis=0)
    return np.where(by > 0, images + by * (thick - images), images - by * (thin - images))


def learn(name: str, epochs: int, batches: Callable[[], tuple[Array, Array]]) -> nn.Sequential:
    """The network `name`, trained on new `batches` in every epoch, at a rate that falls to 0."""
    rng = np.random.default_rng(0)
    model = nn.Sequential(
        nn.Linear(NETWORKS[name].side ** 2, HIDDEN, rng=rng),
        nn.ReLU(),
        nn.Linear(HIDDEN, 10, rng=rng),
    )
    loss_fn = nn.CrossEntropyLoss()
    for epoch in range(epochs):
        optimizer = optim.SGD(model.parameters(), 0.1 * (1 - epoch / epochs), momentum=0.9)
        loader = data.DataLoader(data.ArrayDataset(*batches()), 64, shuffle=True, rng=rng)
        print(name, epoch + 1, train_loop(loader, model, loss_fn, optimizer), flush=True)
    return model


def moved(images: Array, labels: Array) -> nn.Sequential:
    """196-32-10: in every epoch it gets a new copy of each digit, seen as the figure sees it."""
    rng = np.random.default_rng(1)

    def copies() -> tuple[Array, Array]:
        drawn = placed(pens(images, rng), rng, turn=0.25, shear=0.25, squeeze=0.12)
        return prepared(drawn, NETWORKS["moved"]).astype(np.float32), labels

    return learn("moved", 60, copies)


def upright() -> nn.Sequential:
    """64-32-10, trained on three quarters of the digits that nnbook brings, as they are."""
    images, _, labels, _ = in_a_frame()
    return learn("upright", 60, lambda: (images.reshape(-1, 64), labels))


def in_steps(name: str, model: nn.Sequential) -> dict[str, Array]:
    """Weights and biases as int8, with what one step is."""
    found: dict[str, Array] = {}
    values = (p.value for p in model.parameters())
    for key, value in zip(("w1", "b1", "w2", "b2"), values, strict=True):
        step = np.float32(np.abs(value).max() / 127)
        found[f"{name}_{key}"] = np.round(value / step).astype(np.int8)
        found[f"{name}_{key}_step"] = step
    return found


def examples(images: Array, labels: Array) -> Array:
    """The first ten of each digit (100, 28, 28), in sixteen shades."""
    chosen = np.concatenate([np.flatnonzero(labels == k)[:10] for k in range(10)])
    return np.round(images[chosen] * 15).astype(np.uint8)


def main() -> None:
    train, unseen = parts()
    found = {**in_steps("moved", moved(*train)), **in_steps("upright", upright())}
    np.savez_compressed(TARGET, images=examples(*unseen), **found)
    print(f"Wrote {TARGET.relative_to(ROOT)} ({TARGET.stat().st_size:,} bytes)")


if __name__ == "__main__":
    main()
