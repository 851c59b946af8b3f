"""Arrays for the browser: small, exact enough, unpacked by `array` of the kit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

NAN = -32768  # of int16: a value that does not exist, a loss that has left the range of floats


def pack(values: ArrayLike, dtype: str = "i2") -> dict[str, Any]:
    """The array as int16 ("i2"), uint8 ("u1") or float32 ("f4"), little-endian, with its shape.

    "i2" takes steps of max|x| / 32767, and any infinite or undefined value as NaN; "u1" steps of
    max x / 255, for numbers from 0; "f4" keeps seven digits.
    """
    x = np.asarray(values, np.float64)
    finite = np.isfinite(x)
    most = float(np.abs(x[finite]).max(initial=0)) or 1.0
    if dtype == "f4":
        data, scale = x.astype("<f4"), 1.0
    elif dtype == "u1":
        if not finite.all() or (x < 0).any():
            raise ValueError('pack: "u1" holds finite numbers from 0 on; take "i2"')
        scale = most / 255
        data = np.round(x / scale).astype("u1")
    elif dtype == "i2":
        scale = most / 32767
        data = np.where(finite, np.round(np.where(finite, x, 0) / scale), NAN).astype("<i2")
    else:
        raise ValueError(f'pack: dtype must be "i2", "u1" or "f4", got {dtype!r}')
    return {"shape": list(x.shape), "dtype": dtype, "scale": scale, "data": data.tobytes()}


def unpack(packed: dict[str, Any]) -> NDArray[np.float64]:
    """The numbers that the browser sees."""
    kind = {"i2": "<i2", "u1": "u1", "f4": "<f4"}[packed["dtype"]]
    raw = np.frombuffer(packed["data"], kind).reshape(packed["shape"])
    x = raw * np.float64(packed["scale"])
    return np.where(raw == NAN, np.nan, x) if packed["dtype"] == "i2" else x
