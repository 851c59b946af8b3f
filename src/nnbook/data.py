"""The data sets of the book, each loaded by name.
The digits are part of the package; they need no network."""

from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Images: TypeAlias = NDArray[np.float32]
Labels: TypeAlias = NDArray[np.int64]


def load_digits() -> tuple[Images, Labels]:
    """images (1797, 8, 8) float32 from 0 (paper) to 1 (ink), labels (1797,) int64 from 0 to 9.

    A pixel is the share of ink in a 4×4 block of a 32×32 bitmap, in sixteenths.
    Fresh arrays at each call, in the order of scikit-learn's `load_digits`.
    Source: E. Alpaydin & C. Kaynak (1998), Optical Recognition of Handwritten Digits (test set),
    UCI Machine Learning Repository, CC BY 4.0; here stored as uint8 0…16 and divided by 16.
    """
    with np.load(Path(__file__).with_name("digits.npz")) as file:
        return file["images"] / np.float32(16), file["labels"].astype(np.int64)
