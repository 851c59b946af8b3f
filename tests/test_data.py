"""The data sets are the published ones; splits and batches lose nothing and mix nothing up."""

import gzip
import inspect
import os
import re
from hashlib import sha256
from pathlib import Path

import mnist_sample
import numpy as np
import pytest

from nnbook import data

# what the package brings

PACKED = [
    (data.load_digits, "digits.npz", (1797, 8, 8), 60_000),
    (data.load_mnist_sample, "mnist.npz", (2000, 14, 14), 150_000),
]
each_packed = pytest.mark.parametrize(("load", "name", "shape", "most"), PACKED)


def test_the_digits_are_scikit_learns():
    theirs = pytest.importorskip("sklearn.datasets").load_digits()
    images, labels = data.load_digits()
    np.testing.assert_array_equal(images * 16, theirs.images)  # exact: sixteenths
    np.testing.assert_array_equal(labels, theirs.target)


def test_the_sample_of_mnist_is_what_the_script_draws():
    images, labels = data.load_mnist_sample()
    pixels = np.rint(255 * images).astype(np.uint8)
    digest = sha256(pixels.tobytes() + labels.astype(np.uint8).tobytes()).hexdigest()
    assert digest == "a59544ffd34137e4777dae956c8d76729fb88b532c5f82689133e255eba6b1cf"
    try:
        again = mnist_sample.sample(download=False)
    except data.Unavailable:
        pytest.skip("MNIST is not here")
    np.testing.assert_array_equal(pixels, again["images"])
    np.testing.assert_array_equal(labels, again["labels"])


@each_packed
def test_images_are_float32_from_0_to_1_and_labels_int64_from_0_to_9(load, name, shape, most):
    images, labels = load()
    assert images.shape == shape
    assert images.dtype == np.float32
    assert images.min() == 0
    assert images.max() == 1
    assert labels.shape == shape[:1]
    assert labels.dtype == np.int64
    assert np.bincount(labels).min() > len(labels) / 12  # no digit is rare


@each_packed
def test_each_call_gives_arrays_of_its_own(load, name, shape, most):
    images, labels = load()
    images[:], labels[:] = -1, -1
    images, labels = load()
    assert images.min() == 0
    assert labels.min() == 0


@each_packed
def test_the_file_is_small_and_holds_nothing_else(load, name, shape, most):
    path = Path(data.__file__).with_name(name)
    assert path.stat().st_size <= most
    with np.load(path) as file:  # no pickle: safe to load
        assert {name: file[name].dtype for name in file} == {"images": np.uint8, "labels": np.uint8}


def test_what_is_packed_names_its_source_and_license():
    for word in ("Alpaydin", "Kaynak", "1998", "UCI", "CC BY 4.0"):
        assert word in data.load_digits.__doc__
    for word in ("LeCun", "Cortes", "Burges", "1998", "CC BY-SA 3.0"):
        assert word in data.load_mnist_sample.__doc__


# MNIST and Fashion-MNIST

LOADERS = [
    (data.load_mnist, "MNIST", "mnist"),
    (data.load_fashion_mnist, "FASHION_MNIST", "fashion-mnist"),
]
FILES = [
    f"{kind}-{what}-ubyte" for kind in ("train", "t10k") for what in ("images-idx3", "labels-idx1")
]


def idx(array):
    header = b"\0\0\x08" + bytes([array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return header + array.astype(np.uint8).tobytes()


@pytest.fixture
def toys(tmp_path, monkeypatch):
    """Publishes made-up arrays in NNBOOK_DATA, under both names; no network, no cache."""

    def publish(**arrays):
        contents = {file: idx(array) for file, array in zip(FILES, arrays.values(), strict=True)}
        hashes = {file: sha256(content).hexdigest() for file, content in contents.items()}
        for _, constant, folder in LOADERS:
            set_ = getattr(data, constant)._replace(sha256=hashes, addresses=())
            monkeypatch.setattr(data, constant, set_)
            (tmp_path / folder).mkdir()
            for file, content in contents.items():
                (tmp_path / folder / f"{file}.gz").write_bytes(gzip.compress(content))

    monkeypatch.setenv("NNBOOK_DATA", str(tmp_path))
    monkeypatch.setattr("pooch.os_cache", lambda project: tmp_path / "cache")
    return publish


def small(n, seed):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (n, 28, 28)), rng.integers(0, 10, n)


@pytest.mark.parametrize("load", [loader for loader, *_ in LOADERS])
def test_a_split_is_its_own_images_from_0_to_1_and_labels_in_order(toys, load):
    (a, b), (c, d) = small(6, 0), small(3, 1)
    a[0, 0, :2] = 0, 255
    toys(a=a, b=b, c=c, d=d)
    for split, raw, wanted in (("train", a, b), ("test", c, d)):
        images, labels = load(split)
        assert images.dtype == np.float32
        assert labels.dtype == np.int64
        np.testing.assert_array_equal(images, raw.astype(np.float32) / np.float32(255))
        np.testing.assert_array_equal(labels, wanted)
        images[:], labels[:] = -1, -1  # the caller's own
    assert load("train")[0][0, 0, :2].tolist() == [0, 1]


@pytest.mark.parametrize("split", ["valid", "Train", 0, None, ""])
@pytest.mark.parametrize(
    ("load", "name"), [(data.load_mnist, "MNIST"), (data.load_fashion_mnist, "Fashion-MNIST")]
)
def test_another_split_is_refused_and_the_two_are_named(load, name, split):
    with pytest.raises(ValueError, match="must be") as error:
        load(split)
    assert str(error.value) == f'split of {name} must be "train" or "test", got {split!r}'


@pytest.mark.parametrize("load", [data.load_mnist, data.load_fashion_mnist])
def test_to_download_is_true_or_false(load):
    with pytest.raises(TypeError, match=r"^download must be True or False, got 'no'"):
        load("test", download="no")


@pytest.mark.parametrize(("load", "constant", "folder"), LOADERS)
def test_a_chapter_can_ask_without_downloading(tmp_path, monkeypatch, load, constant, folder):
    monkeypatch.delenv("NNBOOK_DATA", raising=False)
    monkeypatch.setattr("pooch.os_cache", lambda project: tmp_path)
    monkeypatch.setattr("pooch.HTTPDownloader.__call__", None)  # to call it would be a TypeError
    with pytest.raises(data.Unavailable, match="is not on this machine: load it once without"):
        load("train", download=False)
    with pytest.raises(TypeError, match="NoneType"):
        load("train")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0\x08",
        b"\0\0\x08\x00",
        b"\0\0\x08\x01\0\0\0",
        b"\0\0\x08\x01\0\0\0\x03ab",
        b"\0\0\x08\x01\0\0\0\x01ab",
        b"\0\0\x09\x01\0\0\0\x02ab",
        b"\0\x01\x08\x01\0\0\0\x02ab",
        b"\0\0\x08\x03" + 3 * b"\0\0\0\x02" + b"abcdefg",
        b"\0\0\x08\x03" + 3 * b"\xff\xff\xff\xff" + b"a",
    ],
)
def test_bytes_that_are_no_idx_array_are_refused(content):
    with pytest.raises(
        ValueError, match=f"labels holds no idx array of uint8: .*{len(content)} bytes"
    ):
        data._idx("labels", content)


def test_idx_holds_its_values_row_by_row():
    assert data._idx("x", b"\0\0\x08\x01\0\0\0\0").shape == (0,)
    array = data._idx("x", b"\0\0\x08\x03\0\0\0\x01\0\0\0\x02\0\0\0\x03abcdef")
    assert array.tolist() == [[[97, 98, 99], [100, 101, 102]]]


@pytest.mark.parametrize(
    "arrays", [small(4, 0)[:1] + small(5, 0)[1:], small(4, 0)[::-1], small(4, 0)[1:] * 2]
)
def test_images_without_a_label_each_are_refused(toys, arrays):
    x, y = arrays
    toys(a=x, b=y, c=x, d=y)
    with pytest.raises(ValueError, match="must hold images and a label for each, got images"):
        data.load_mnist("train")


def real(load, split):
    """What is on this machine, and never the network."""
    if not os.environ.get("NNBOOK_DATA"):
        pytest.skip("NNBOOK_DATA does not say where larger data sets lie")
    try:
        return load(split, download=False)
    except data.Unavailable as reason:
        pytest.skip(str(reason))


def test_mnists_test_split_is_the_known_one():
    images, labels = real(data.load_mnist, "test")
    assert images.shape == (10_000, 28, 28)
    assert images.min() == 0
    assert images.max() == 1
    assert labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert np.bincount(labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert abs(images.mean() - 0.1325) < 0.0001  # ink on paper, and not the other way round


def test_mnists_training_split_is_the_known_one():
    images, labels = real(data.load_mnist, "train")
    assert images.shape == (60_000, 28, 28)
    counts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(labels).tolist() == counts


@pytest.mark.parametrize(("split", "n"), [("train", 60_000), ("test", 10_000)])
def test_fashion_mnists_splits_are_the_known_ones(split, n):
    images, labels = real(data.load_fashion_mnist, split)
    assert images.shape == (n, 28, 28)
    assert np.bincount(labels).tolist() == [n // 10] * 10


def test_the_table_of_hashes_and_addresses_has_no_slip():
    both = [data.MNIST, data.FASHION_MNIST]
    assert all(list(published.sha256) == FILES for published in both)
    hashes = [value for published in both for value in published.sha256.values()]
    assert len(set(hashes)) == 8
    check = sha256("".join(hashes).encode()).hexdigest()  # of what was compared with two sources
    assert check == "106b2389d72cf816ef10490c892121b8437d7691b9c3ed643fd8423d74ef40b4"
    addresses = [address for published in both for address in published.addresses]
    assert all(re.fullmatch(r"https?://.+/", address) for address in addresses)
    assert len(set(addresses)) == 4
    assert len({published.folder for published in both}) == 2


# train_test_split


def rows(n):
    return np.arange(3 * n).reshape(n, 3), np.arange(n)


def test_a_split_gives_every_example_to_one_side_with_its_own_label():
    x, y = rows(10)
    x_train, x_test, y_train, y_test = data.train_test_split(x, y, 3, rng=np.random.default_rng(0))
    assert [len(part) for part in (x_train, x_test, y_train, y_test)] == [7, 3, 7, 3]
    np.testing.assert_array_equal(x_train, x[y_train])
    np.testing.assert_array_equal(x_test, x[y_test])
    assert sorted([*y_train, *y_test]) == list(range(10))


def test_a_split_is_drawn_from_its_generator():
    x, y = rows(50)

    def split(seed):
        return data.train_test_split(x, y, 10, rng=np.random.default_rng(seed))

    for ours, again in zip(split(1), split(1), strict=True):
        np.testing.assert_array_equal(ours, again)
    assert split(1)[3].tolist() != split(2)[3].tolist()
    assert split(1)[2].tolist() != sorted(split(1)[2])  # the training side is in random order too


def test_all_examples_have_the_same_chance_to_be_tested():
    x, y = rows(5)
    rng = np.random.default_rng(0)
    tested = [data.train_test_split(x, y, 2, rng=rng)[3] for _ in range(2000)]
    share = np.bincount(np.concatenate(tested)) / 2000
    assert np.abs(share - 2 / 5).max() < 0.05  # 4.5 standard errors


@pytest.mark.parametrize("test_size", [1, 3, 0.1, 0.2, 1 / 3, 0.55, np.int64(2), np.float64(0.3)])
@pytest.mark.parametrize("n", [6, 10, 37])
def test_the_sizes_and_the_order_of_what_is_returned_are_scikit_learns(n, test_size):
    theirs = pytest.importorskip("sklearn.model_selection").train_test_split
    x, y = rows(n)
    ours = data.train_test_split(x, y, test_size, rng=np.random.default_rng(0))
    assert [a.shape for a in ours] == [a.shape for a in theirs(x, y, test_size=test_size)]


def test_a_split_copies_and_keeps_the_dtype():
    x, y = rows(4)
    x = x.astype(np.float32)
    parts = data.train_test_split(x, y, 0.5, rng=np.random.default_rng(0))
    assert [part.dtype for part in parts] == [np.float32, np.float32, y.dtype, y.dtype]
    parts[0][:] = parts[1][:] = -1
    assert x.min() == 0


@pytest.mark.parametrize(
    ("test_size", "error", "text"),
    [
        (
            0,
            ValueError,
            "test_size=0 of 4 examples leaves none for the test set: give an int, or a",
        ),
        (4, ValueError, "test_size=4 of 4 examples leaves none for the training set: give an int"),
        (-1, ValueError, "test_size=-1 of 4 examples leaves none for the test set"),
        (0.9, ValueError, "test_size=0.9 of 4 examples leaves none for the training set"),
        (0.0, ValueError, r"test_size=0.0 is no share between 0 and 1: give an int, or a float in"),
        (1.0, ValueError, "test_size=1.0 is no share between 0 and 1"),
        (float("nan"), ValueError, "test_size=nan is no share between 0 and 1"),
        (True, TypeError, "test_size=True must be an int, or a float"),
        ("1", TypeError, "test_size='1' must be an int, or a float"),
        (None, TypeError, "test_size=None must be an int, or a float"),
    ],
)
def test_a_side_must_not_be_empty(test_size, error, text):
    with pytest.raises(error, match=text):
        data.train_test_split(*rows(4), test_size, rng=np.random.default_rng(0))


def test_of_one_example_it_is_the_training_set_that_would_be_empty():
    with pytest.raises(ValueError, match="of 1 examples leaves none for the training set"):
        data.train_test_split(*rows(1), 1, rng=np.random.default_rng(0))


def test_a_split_needs_a_generator():
    with pytest.raises(TypeError, match="rng"):
        data.train_test_split(*rows(4), 1)
    for rng, cure in (
        (7, "default_rng(7)"),
        (2**32 - 1, "default_rng(4294967295)"),
        (2**32, "default_rng(0)"),
        (-1, "default_rng(0)"),
        (None, "default_rng(0)"),
        ("seed", "default_rng(0)"),
    ):
        with pytest.raises(
            TypeError, match="train_test_split rng must be a numpy Generator"
        ) as error:
            data.train_test_split(*rows(4), 1, rng=rng)
        assert str(error.value).endswith(f"got {rng!r}: numpy.random.{cure}")


# ArrayDataset


def test_a_dataset_gives_x_and_y_for_an_index_a_slice_and_an_array_of_indices():
    x, y = rows(5)
    dataset = data.ArrayDataset(x, y)
    assert len(dataset) == 5
    indices = np.array([3, 0, -1])
    for index in (
        2,
        -1,
        np.int64(2),
        slice(1, 4),
        slice(None, None, 2),
        indices,
        indices[:2].astype(np.uint64),
        y % 2 == 0,
        [4, 1],
    ):
        got_x, got_y = dataset[index]
        np.testing.assert_array_equal(got_x, x[index])
        np.testing.assert_array_equal(got_y, y[index])
    with pytest.raises(IndexError):
        dataset[5]
    with pytest.raises(IndexError):
        dataset[np.array([5])]


def test_a_dataset_can_be_run_through_and_printed():
    dataset = data.ArrayDataset([[1.0, 2.0], [3.0, 4.0]], [0, 1])
    assert [(x.tolist(), int(y)) for x, y in dataset] == [([1, 2], 0), ([3, 4], 1)]
    assert repr(dataset) == "ArrayDataset(x (2, 2) float64, y (2,) int64)"


def test_a_dataset_holds_its_arrays_without_a_copy():
    x, y = rows(5)
    dataset = data.ArrayDataset(x, y)
    assert dataset.x is x
    assert dataset.y is y


@pytest.mark.parametrize(
    ("x", "y", "text"),
    [
        (np.zeros((3, 2)), np.zeros(4), "needs as many x as y, got 3 and 4: one y for each x"),
        (np.zeros((0, 2)), np.zeros(0), "got no examples: give at least one"),
        (1.0, np.zeros(1), r"needs x and y with an axis of examples, got shapes \(\) and \(1,\)"),
        (np.zeros(1), 1.0, r"needs x and y with an axis of examples, got shapes \(1,\) and \(\)"),
    ],
)
def test_arrays_that_do_not_fit_together_are_refused(x, y, text):
    with pytest.raises(ValueError, match=f"ArrayDataset {text}"):
        data.ArrayDataset(x, y)
    with pytest.raises(ValueError, match=f"train_test_split {text}"):
        data.train_test_split(x, y, 1, rng=np.random.default_rng(0))


MASKED = np.ma.masked_array(np.zeros(2), [0, 1])
NO_ARRAYS = [
    (
        np.ma.masked_array(np.zeros((2, 2)), np.eye(2)),
        r"got a masked array: give x\.filled\(0\), or",
    ),
    ([MASKED, MASKED], r"got a masked array: give x\.filled\(0\), or leave"),
    ([[1.0], [1.0, 2.0]], "got list with rows of unequal length"),
    (["cat", "dog"], "got list of <U3: give floats or integers"),
    (np.ones((2, 2), complex), r"got complex128: give x\.real"),
    ([None, None], "got list of object: give floats or integers"),
    (range, "got type: give floats or integers"),
    (np.array(["2020-01-01"] * 2, "datetime64[D]"), r"got datetime64\[D\]: give floats or"),
]


@pytest.mark.parametrize(("wrong", "text"), NO_ARRAYS, ids=range(len(NO_ARRAYS)))
def test_what_holds_no_numbers_is_refused(wrong, text):
    for at, pair in (("x", (wrong, [0, 1])), ("y", ([0, 1], wrong))):
        with pytest.raises(TypeError, match=f"^ArrayDataset {at} must be real numbers, {text}"):
            data.ArrayDataset(*pair)
        with pytest.raises(TypeError, match=f"^train_test_split {at} must be real numbers, {text}"):
            data.train_test_split(*pair, 1, rng=np.random.default_rng(0))


# DataLoader


def loader(n, *args, **options):
    return data.DataLoader(data.ArrayDataset(*rows(n)), *args, **options)


@pytest.mark.parametrize(
    ("n", "size", "lengths"), [(10, 4, [4, 4, 2]), (8, 4, [4, 4]), (3, 9, [3]), (2, 1, [1, 1])]
)
@pytest.mark.parametrize("shuffle", [False, True])
def test_batches_hold_every_example_once_with_its_label_and_the_last_is_short(
    n, size, lengths, shuffle
):
    x, _ = rows(n)
    batches = list(data_loader := loader(n, size, shuffle))
    assert [len(y) for _, y in batches] == lengths
    assert len(data_loader) == len(lengths)
    assert sorted(np.concatenate([y for _, y in batches])) == list(range(n))
    for batch_x, batch_y in batches:
        np.testing.assert_array_equal(batch_x, x[batch_y])


def test_without_shuffle_the_order_is_the_datasets_at_every_pass():
    batches = loader(5, 2)
    for _ in range(2):
        assert [y.tolist() for _, y in batches] == [[0, 1], [2, 3], [4]]


def test_without_shuffle_nothing_is_copied():
    batches = loader(4, 2)
    for x, y in batches:
        assert np.shares_memory(x, batches.dataset.x)
        assert np.shares_memory(y, batches.dataset.y)


def passes(seed, count=2):
    batches = loader(100, 7, shuffle=True, rng=np.random.default_rng(seed))
    return [[y.tolist() for _, y in batches] for _ in range(count)]


def test_every_pass_has_a_new_order_and_the_same_seed_has_the_same_passes():
    first, second = passes(0)
    assert first != second
    assert passes(0) == [first, second]
    assert passes(1)[0] != first


def test_the_order_of_a_pass_is_one_permutation_of_the_generator():
    order = np.random.default_rng(0).permutation(100)
    assert np.concatenate(passes(0)[0]).tolist() == order.tolist()


def test_a_pass_cut_short_leaves_the_next_one_whole():
    batches = loader(10, 3, True, rng=np.random.default_rng(0))
    next(iter(batches))
    assert sum(len(y) for _, y in batches) == 10


def test_without_a_generator_two_loaders_differ():
    assert [y.tolist() for _, y in loader(100, 100, True)] != [
        y.tolist() for _, y in loader(100, 100, True)
    ]


def test_the_first_arguments_are_pytorchs_in_names_order_and_defaults():
    torch = pytest.importorskip("torch.utils.data").DataLoader
    ours = list(inspect.signature(data.DataLoader).parameters.values())[:3]
    theirs = list(inspect.signature(torch).parameters.values())[:3]
    assert [p.name for p in ours] == [p.name for p in theirs]
    assert [p.default for p in ours[:2]] == [p.default for p in theirs[:2]]
    assert not any(p.default for p in (ours[2], theirs[2]))  # shuffle: False here, None there
    batches = loader(4)
    assert batches.batch_size == 1
    assert isinstance(batches.dataset, data.ArrayDataset)
    assert [y.tolist() for _, y in batches] == [[0], [1], [2], [3]]


class Squares:
    """A dataset as PyTorch knows it: a length, and one example for each integer."""

    def __init__(self, n=5):
        self.n, self.asked = n, []

    def __len__(self):
        return self.n

    def __getitem__(self, index):
        assert type(index) is int
        self.asked.append(index)
        return np.full((2, 3), index, np.float32), index**2


@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize(("n", "size"), [(5, 2), (6, 3), (4, 1), (3, 7), (9, 9)])
def test_a_map_style_dataset_is_batched_as_in_pytorch(n, size, drop_last):
    torch = pytest.importorskip("torch.utils.data")
    ours = data.DataLoader(Squares(n), size, drop_last=drop_last)
    theirs = torch.DataLoader(Squares(n), size, drop_last=drop_last)
    assert len(ours) == len(theirs)
    for (x, y), (their_x, their_y) in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(x, their_x.numpy())
        np.testing.assert_array_equal(y, their_y.numpy())
        assert x.dtype == their_x.numpy().dtype
        assert y.dtype == their_y.numpy().dtype


def test_a_map_style_dataset_is_asked_for_each_example_once_in_the_order_of_the_generator():
    dataset = Squares(7)
    batches = list(data.DataLoader(dataset, 3, True, rng=np.random.default_rng(0)))
    assert dataset.asked == np.random.default_rng(0).permutation(7).tolist()
    assert [y.tolist() for _, y in batches] == [
        [i**2 for i in dataset.asked[k : k + 3]] for k in (0, 3, 6)
    ]


def test_a_dataset_of_ones_own_that_changes_examples_changes_each_by_itself():
    class Mirrored(data.ArrayDataset):
        def __getitem__(self, index):
            x, y = super().__getitem__(index)
            return x[::-1], y  # an example's own first axis

    x, y = rows(4)
    for got, _ in data.DataLoader(Mirrored(x, y), 4):
        np.testing.assert_array_equal(got, x[:, ::-1])


@pytest.mark.parametrize(
    ("example", "error", "text"),
    [
        (5, TypeError, r"dataset\[0\] must be a pair \(x, y\), got 5: return x, y"),
        ((1, 2, 3), TypeError, r"dataset\[0\] must be a pair \(x, y\), got \(1, 2, 3\)"),
        (np.zeros(2), TypeError, r"dataset\[0\] must be a pair \(x, y\), got an array of sh"),
        ((None, 1), TypeError, r"dataset\[0\] x must be real numbers, got NoneType: give floats"),
        ((1, "a"), TypeError, r"dataset\[0\] y must be real numbers, got str: give floats"),
    ],
)
def test_what_is_no_example_is_refused(example, error, text):
    class Wrong(Squares):
        def __getitem__(self, index):
            return example

    with pytest.raises(error, match=text):
        list(data.DataLoader(Wrong(), 2))


def test_examples_of_a_batch_have_one_shape():
    class Growing(Squares):
        def __getitem__(self, index):
            return np.zeros(index + 1), index

    batches = iter(data.DataLoader(Growing(), 1))
    assert [x.shape for x, _ in batches] == [(1, n) for n in (1, 2, 3, 4, 5)]
    text = r"x of a dataset must have one shape in a batch, got \(2,\) at 1 and \(1,\) at 0"
    with pytest.raises(ValueError, match=text):
        list(data.DataLoader(Growing(), 5))


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize(("n", "size"), [(10, 4), (8, 4), (3, 4), (33, 16)])
def test_drop_last_leaves_out_a_short_batch_and_nothing_else(n, size, shuffle):
    batches = loader(n, size, shuffle, drop_last=True)
    lengths = [len(y) for _, y in batches]
    assert lengths == [size] * (n // size)
    assert len(batches) == n // size
    if not shuffle:
        assert [v for _, y in batches for v in y] == list(range(n // size * size))


def test_dropped_examples_are_others_at_every_pass():
    batches = loader(10, 4, True, drop_last=True, rng=np.random.default_rng(0))
    used = [{v for _, y in batches for v in y} for _ in range(9)]
    assert {len(pass_) for pass_ in used} == {8}
    assert set.union(*used) == set(range(10))


def test_a_loader_shows_its_settings():
    shown = repr(loader(4, 2, True, drop_last=True))
    dataset = "ArrayDataset(x (4, 3) int64, y (4,) int64)"
    assert shown == f"DataLoader({dataset}, batch_size=2, shuffle=True, drop_last=True)"
    dataset = Squares()
    shown = repr(data.DataLoader(dataset))
    assert shown == f"DataLoader({dataset!r}, batch_size=1, shuffle=False, drop_last=False)"


@pytest.mark.parametrize("name", ["shuffle", "drop_last"])
@pytest.mark.parametrize("value", ["no", None, 0, 1, np.ones(1), np.random.default_rng(0)])
def test_a_switch_is_true_or_false_at_first_and_later(name, value):
    text = f"^DataLoader {name} must be True or False, got .+$"
    with pytest.raises(TypeError, match=text):
        loader(4, **{name: value})
    with pytest.raises(TypeError, match=text):
        setattr(loader(4), name, value)
    assert getattr(loader(4, **{name: np.True_}), name) is True


@pytest.mark.parametrize(
    ("size", "error", "text"),
    [
        (0, ValueError, r"must be 1 or more, got 0: len\(dataset\) for one batch of all"),
        (-3, ValueError, "must be 1 or more, got -3"),
        (64.0, TypeError, "must be an integer, got 64.0: 64, for example"),
        (True, TypeError, "must be an integer, got True: 64, for example"),
        (None, TypeError, "must be an integer, got None"),
    ],
)
def test_a_batch_holds_a_whole_number_of_examples(size, error, text):
    with pytest.raises(error, match=f"DataLoader batch_size {text}"):
        loader(4, size)
    with pytest.raises(error, match=f"DataLoader batch_size {text}"):
        loader(4).batch_size = size
    assert len(loader(4, np.int64(3))) == 2
    assert type(loader(4, np.int64(3)).batch_size) is int


def test_a_loader_of_arrays_says_what_to_wrap_them_in():
    x, y = rows(4)
    for arrays in ((x, y), [x, y], x, {"x": x}, None, "digits", zip(x, y, strict=True), loader(4)):
        kind = type(arrays).__name__
        with pytest.raises(
            TypeError, match=rf"needs a dataset, got a {kind}: ArrayDataset\(x, y\)"
        ):
            data.DataLoader(arrays, 2)


def test_a_loader_needs_a_generator_and_not_a_seed():
    with pytest.raises(
        TypeError, match=r"DataLoader rng .* got 3: numpy\.random\.default_rng\(3\)"
    ):
        loader(4, 2, True, rng=3)
