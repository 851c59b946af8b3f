"""The embedded digits: the same as scikit-learn's, small, and fresh at each call."""

from pathlib import Path

import numpy as np
import pytest

from nnbook import data


def test_the_digits_are_scikit_learns():
    theirs = pytest.importorskip("sklearn.datasets").load_digits()
    images, labels = data.load_digits()
    np.testing.assert_array_equal(images * 16, theirs.images)  # exact: sixteenths
    np.testing.assert_array_equal(labels, theirs.target)


def test_images_are_float32_from_0_to_1_and_labels_int64_from_0_to_9():
    images, labels = data.load_digits()
    assert images.shape == (1797, 8, 8)
    assert images.dtype == np.float32
    assert images.min() == 0
    assert images.max() == 1
    assert labels.shape == (1797,)
    assert labels.dtype == np.int64
    assert np.unique(labels).tolist() == list(range(10))


def test_each_call_gives_arrays_of_its_own():
    images, labels = data.load_digits()
    images[:], labels[:] = -1, -1
    images, labels = data.load_digits()
    assert images.min() == 0
    assert labels.min() == 0


def test_the_file_is_small_and_holds_nothing_else():
    path = Path(data.__file__).with_name("digits.npz")
    assert path.stat().st_size <= 60_000
    with np.load(path) as file:  # no pickle: safe to load
        assert {name: file[name].dtype for name in file} == {"images": np.uint8, "labels": np.uint8}


def test_the_digits_name_their_source_and_license():
    for word in ("Alpaydin", "Kaynak", "1998", "UCI", "CC BY 4.0"):
        assert word in data.load_digits.__doc__
