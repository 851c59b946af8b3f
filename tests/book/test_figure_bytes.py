"""A figure's arrays come back bit for bit, and weigh less than they did."""

import gzip
import zlib
from base64 import b64decode, b64encode

import numpy as np
import pytest
from figure_bytes import ordered, packed

RNG = np.random.default_rng(0)
ARRAYS = {
    "a smooth curve": np.sin(np.linspace(0, 9, 1500)).astype("<f4"),
    "steps up and down": (3000 * np.cos(np.linspace(0, 9, 1500))).astype("<i2"),
    "noise": RNG.integers(0, 256, 999).astype("u1"),
    "not a number": np.array([np.nan, -0.0, np.inf, 1e-42], "<f4"),
    "one number": np.array([-7], "<i2"),
    "nothing": np.array([], "<f4"),
}


def buffer(name):
    return {"path": ["tables", name], "data": b64encode(ARRAYS[name].tobytes()).decode()}


def unpacked(found):
    """What figures.js does: each array's bytes, by its path."""
    data, arrays = zlib.decompress(b64decode(found["data"]), -zlib.MAX_WBITS), {}
    for path, size, width, sums in found["places"]:
        part, data = data[:size], data[size:]
        numbers = np.frombuffer(part, "u1").reshape(width, -1).T.copy().view(f"<u{width}")
        arrays[path[-1]] = (np.cumsum(numbers, dtype=numbers.dtype) if sums else numbers).tobytes()
    assert not data
    return arrays


def test_all_arrays_of_a_figure_come_back_bit_for_bit():
    arrays = unpacked(packed([buffer(name) for name in ARRAYS]))
    assert arrays == {name: array.tobytes() for name, array in ARRAYS.items()}


@pytest.mark.parametrize("name", ["a smooth curve", "steps up and down"])
def test_a_smooth_array_weighs_a_third_less_than_its_plain_text(name):
    plain, small = buffer(name)["data"], packed([buffer(name)])["data"]
    assert len(gzip.compress(small.encode())) < len(gzip.compress(plain.encode())) * 2 / 3


def test_the_bytes_of_numbers_and_their_differences_stand_in_planes():
    assert ordered(bytes([1, 2, 3, 5]), 2, sums=False) == bytes([1, 3, 2, 5])
    assert ordered(bytes([1, 2, 3, 5]), 2, sums=True) == bytes([1, 2, 2, 3])
    assert ordered(b"abc", 1, sums=False) == b"abc"
