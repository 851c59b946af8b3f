"""The arrays of a figure on their way to a reader: deflated, in the order that deflates best.

Base64 of plain bytes hides from a server's gzip what repeats in them; of deflated bytes it has
nothing to hide. `figures.js` puts the arrays together again, bit for bit.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from itertools import product
from typing import Any

import numpy as np


def packed(buffers: list[dict[str, Any]]) -> dict[str, Any]:
    """All buffers as one text, and for each its path, its bytes, and the way back (`ordered`)."""
    places, parts = [], []
    for buffer in buffers:
        raw = b64decode(buffer["data"])
        widths = [width for width in (1, 2, 4) if len(raw) % width == 0]
        ways = [*product(widths, (False, True))]
        best = min(ways, key=lambda way: len(deflated(ordered(raw, *way))))
        places.append([buffer["path"], len(raw), *best])
        parts.append(ordered(raw, *best))
    return {"places": places, "data": b64encode(deflated(b"".join(parts))).decode()}


def ordered(raw: bytes, width: int, sums: bool) -> bytes:
    """Numbers of `width` bytes: all first bytes, then all second ones; differences, if `sums`."""
    numbers = np.frombuffer(raw, f"<u{width}")
    if sums:
        numbers = np.diff(numbers, prepend=numbers.dtype.type(0))
    return numbers.view("u1").reshape(-1, width).T.tobytes()


def deflated(data: bytes) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()
