"""An arrow of the plane by its angle, as the sliders of the figures turn it."""

from __future__ import annotations

import numpy as np

from nnbook.nn.activations import Array


def polar(angle: float, length: float = 1.0) -> Array:
    """w = (w₁, w₂) from its direction in degrees and its length."""
    return length * np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
