"""Makes src/nnbook/mnist.npz of MNIST's test set: 2,000 random pictures, at half the size.

Run it with NNBOOK_DATA naming a folder that holds mnist/, or with a network.
"""

from pathlib import Path

import numpy as np

from nnbook import data

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src" / "nnbook" / "mnist.npz"
COUNT = 2_000


def sample(*, download: bool = True) -> dict[str, np.ndarray]:
    """`images` (2000, 14, 14) uint8, each pixel the mean of four; `labels` (2000,) uint8.

    Drawn from all 10,000, in random order: the halves of MNIST's test set differ.
    """
    images, labels = data.load_mnist("test", download=download)
    chosen = np.random.default_rng(0).permutation(len(images))[:COUNT]
    fours = images[chosen].astype(np.float64).reshape(COUNT, 14, 2, 14, 2)
    pixels = np.round(255 * fours.mean(axis=(2, 4))).astype(np.uint8)
    return {"images": pixels, "labels": labels[chosen].astype(np.uint8)}


if __name__ == "__main__":
    np.savez_compressed(TARGET, **sample())
    print(f"Wrote {TARGET.relative_to(ROOT)} ({TARGET.stat().st_size:,} bytes)")
