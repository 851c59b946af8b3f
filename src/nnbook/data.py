"""The data sets of the book, each loaded by name, and what serves them in batches.
The digits and a sample of MNIST are part of the package; they need no network."""

import sys
from collections.abc import Iterator
from math import ceil, prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

import nnbook.absent as absent
from nnbook.download import Published, Unavailable
from nnbook.nn.activations import as_array
from nnbook.nn.checks import Checked, shown, switch

__all__ = [
    "ArrayDataset",
    "DataLoader",
    "Dataset",
    "Unavailable",
    "load_digits",
    "load_fashion_mnist",
    "load_mnist",
    "load_mnist_sample",
    "train_test_split",
]

Array: TypeAlias = NDArray[Any]
Images: TypeAlias = NDArray[np.float32]
Labels: TypeAlias = NDArray[np.int64]

# SHA-256 of the unpacked files. All eight stand in two public repositories that have nothing to do
# with each other: github.com/EntroMorphic/sstt (Makefile) and github.com/SomeB1oody/dataset-core
# (crates/dataset-ml/src/dataset/mnist.rs and fashion_mnist.rs).
MNIST_SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
FASHION_MNIST_SHA256 = {
    "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}
MNIST_ADDRESSES = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",  # torchvision's
    "https://storage.googleapis.com/cvdf-datasets/mnist/",  # TensorFlow Datasets'
)
FASHION_MNIST_ADDRESSES = (
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",  # both are its authors'
    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
)
MNIST = Published("MNIST", "mnist", MNIST_ADDRESSES, MNIST_SHA256)
FASHION_MNIST = Published(
    "Fashion-MNIST", "fashion-mnist", FASHION_MNIST_ADDRESSES, FASHION_MNIST_SHA256
)


def load_digits() -> tuple[Images, Labels]:
    """images (1797, 8, 8) float32 from 0 (paper) to 1 (ink), labels (1797,) int64 from 0 to 9.

    A pixel is the share of ink in a 4×4 block of a 32×32 bitmap, in sixteenths.
    Fresh arrays at each call, in the order of scikit-learn's `load_digits`.
    Source: E. Alpaydin & C. Kaynak (1998), Optical Recognition of Handwritten Digits (test set),
    UCI Machine Learning Repository, CC BY 4.0; here stored as uint8 0…16 and divided by 16.
    """
    return _packed("digits.npz", 16)


def load_mnist_sample() -> tuple[Images, Labels]:
    """images (2000, 14, 14) float32 from 0 (paper) to 1 (ink), labels (2000,) int64 from 0 to 9.

    Drawn at random from MNIST's 10,000 test pictures, in random order; a pixel is the mean of four.
    Fresh arrays at each call. `load_mnist` has all pictures, at full size.
    Source: Y. LeCun, C. Cortes & C. Burges (1998), The MNIST Database of Handwritten Digits,
    CC BY-SA 3.0; made by tools/mnist_sample.py.
    """
    return _packed("mnist.npz", 255)


def _packed(name: str, ink: int) -> tuple[Images, Labels]:
    """The arrays of a file of the package, whose darkest pixel is `ink`."""
    with np.load(Path(__file__).with_name(name)) as file:
        return file["images"] / np.float32(ink), file["labels"].astype(np.int64)


def load_mnist(split: str, *, download: bool = True) -> tuple[Images, Labels]:
    """images (N, 28, 28) float32 from 0 (paper) to 1 (ink), labels (N,) int64 from 0 to 9.

    split "train": N = 60,000; "test": N = 10,000, whose halves differ: shuffle before splitting it.
    From NNBOOK_DATA/mnist or the cache; else downloaded once (10 or 2 MB), if download is true.
    Unavailable, an OSError, if that cannot be done; ValueError for a wrong file in NNBOOK_DATA.
    Source: Y. LeCun, C. Cortes & C. Burges (1998), The MNIST Database of Handwritten Digits.
    """
    return _load(MNIST, split, download)


def load_fashion_mnist(split: str, *, download: bool = True) -> tuple[Images, Labels]:
    """images (N, 28, 28) float32 from 0 (background) to 1, labels (N,) int64 from 0 to 9.

    split "train": N = 60,000; "test": N = 10,000. The labels: 0 T-shirt/top, 1 trouser,
    2 pullover, 3 dress, 4 coat, 5 sandal, 6 shirt, 7 sneaker, 8 bag, 9 ankle boot.
    From NNBOOK_DATA/fashion-mnist or as `load_mnist` (26 or 4 MB); errors as there.
    Source: H. Xiao, K. Rasul & R. Vollgraf (2017), arXiv:1708.07747, MIT License.
    """
    return _load(FASHION_MNIST, split, download)


def _load(published: Published, split: str, download: bool) -> tuple[Images, Labels]:
    if not isinstance(split, str) or split not in ("train", "test"):
        got = f'"train" or "test", got {shown(split)}'
        raise ValueError(f"split of {published.name} must be {got}")
    switch("download", download)
    kind = "train" if split == "train" else "t10k"
    images, labels = (
        _idx(name, published.read(name, download=download))
        for name in (f"{kind}-images-idx3-ubyte", f"{kind}-labels-idx1-ubyte")
    )
    if images.ndim != 3 or labels.shape != images.shape[:1]:
        got = f"images {images.shape} and labels {labels.shape}"
        raise ValueError(f"{published.name} must hold images and a label for each, got {got}")
    return np.divide(images, 255, dtype=np.float32), labels.astype(np.int64)


def _idx(name: str, content: bytes) -> NDArray[np.uint8]:
    """Two zeros, 8 for uint8, the number of axes; their lengths, big-endian uint32; the values."""
    axes = {b"\0\0\x08\x01": 1, b"\0\0\x08\x03": 3}.get(content[:4], 0)
    start = 4 + 4 * axes
    if axes and start <= len(content):
        shape = tuple(map(int, np.frombuffer(content, ">u4", axes, offset=4)))
        if prod(shape) == len(content) - start:
            return np.frombuffer(content, np.uint8, offset=start).reshape(shape)
    raise ValueError(f"{name} holds no idx array of uint8: {content[:16]!r}, {len(content)} bytes")


def train_test_split(
    x: ArrayLike, y: ArrayLike, test_size: float, *, rng: np.random.Generator
) -> tuple[Array, Array, Array, Array]:
    """x_train, x_test, y_train, y_test: the examples in random order, test_size of them apart.

    x (N, …), y (N, …); test_size a number of examples (int) or a share (float in (0, 1), rounded
    up, as in scikit-learn). Copies; the rows of x and y stay together.
    TypeError or ValueError, with the cure, for sizes that do not fit and a side left empty.
    """
    x, y = _paired("train_test_split", x, y)
    count = _count(test_size, len(x))
    order = _generator("train_test_split", rng).permutation(len(x))
    test, train = order[:count], order[count:]
    return x[train], x[test], y[train], y[test]


class Dataset(Protocol):
    """What DataLoader needs: a length, and one example (x, y) for each index 0, 1, 2 …"""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> tuple[Any, Any]: ...


class ArrayDataset:
    """`dataset[i] = (x[i], y[i])`, for an index, a slice or an array of indices.

    x (N, …), y (N, …), not copied. ValueError unless both have the same N > 0; TypeError for
    what holds no real numbers.
    PyTorch's TensorDataset, for arrays.
    """

    def __init__(self, x: ArrayLike, y: ArrayLike) -> None:
        self.x, self.y = _paired("ArrayDataset", x, y)

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, index: Any, /) -> tuple[Array, Array]:
        if isinstance(index, np.ndarray) and index.dtype.kind == "i":
            return self.x.take(index, axis=0), self.y.take(index, axis=0)  # faster than x[index]
        return self.x[index], self.y[index]

    def __repr__(self) -> str:
        return f"ArrayDataset(x {self.x.shape} {self.x.dtype}, y {self.y.shape} {self.y.dtype})"


def _batch_size(name: str, n: Any) -> int:
    if isinstance(n, bool) or not isinstance(n, int | np.integer):
        raise TypeError(f"{name} must be an integer, got {shown(n)}: 64, for example")
    if n < 1:
        cure = "len(dataset) for one batch of all"
        raise ValueError(f"{name} must be 1 or more, got {shown(n)}: {cure}")
    return int(n)


class DataLoader:
    """for x, y in loader: the examples in batches of batch_size, the last one maybe shorter.

    `len(loader) = ⌈len(dataset) / batch_size⌉`, or `⌊…⌋` with drop_last, which leaves a shorter
    last batch out. With shuffle, a new order at every pass, drawn from rng (None: unseeded): the
    same seed gives the same batches. Without, batches of an ArrayDataset are views of its arrays:
    do not write into them. Any other dataset is asked for one example after the other.
    TypeError or ValueError for a batch_size that is not 1, 2, 3 …, for what is no dataset, and for
    examples that do not fit together.
    Names and order of arguments as in PyTorch's DataLoader.
    """

    batch_size = Checked(_batch_size)
    shuffle, drop_last = Checked(switch), Checked(switch)

    def __init__(
        self,
        dataset: Dataset,
        batch_size: int = 1,
        shuffle: bool = False,
        *,
        drop_last: bool = False,
        rng: np.random.Generator | None = None,
    ) -> None:
        whole = hasattr(dataset, "__getitem__") and hasattr(dataset, "__len__")
        if not whole or isinstance(dataset, tuple | list | dict | str | np.ndarray | type):
            got = f"got a {type(dataset).__name__}: ArrayDataset(x, y)"
            raise TypeError(f"DataLoader needs a dataset, {got}")
        self.dataset, self.batch_size = dataset, batch_size
        self.shuffle, self.drop_last = shuffle, drop_last
        self.rng = np.random.default_rng() if rng is None else _generator("DataLoader", rng)

    def __len__(self) -> int:
        n: int = len(self.dataset)
        size: int = self.batch_size
        return n // size if self.drop_last else -(-n // size)  # ⌊n / size⌋ or ⌈n / size⌉

    def __iter__(self) -> Iterator[tuple[Array, Array]]:
        size = self.batch_size
        order = self.rng.permutation(len(self.dataset)) if self.shuffle else None
        for start in range(0, len(self) * size, size):
            rows = slice(start, start + size)
            yield self._batch(rows if order is None else order[rows])

    def _batch(self, rows: Any) -> tuple[Array, Array]:
        """The examples of a slice, or of an array of indices."""
        if type(self.dataset).__getitem__ is ArrayDataset.__getitem__:
            return self.dataset[rows]  # at once
        return _stacked(self.dataset, np.arange(len(self.dataset))[rows].tolist())

    def __repr__(self) -> str:
        settings = f"shuffle={self.shuffle}, drop_last={self.drop_last}"
        return f"DataLoader({self.dataset!r}, batch_size={self.batch_size}, {settings})"


def _stacked(dataset: Dataset, indices: list[int]) -> tuple[Array, Array]:
    """x (n, …) and y (n, …) of these examples, which must be alike in shape."""
    columns: dict[str, list[Array]] = {"x": [], "y": []}
    for i in indices:
        example: Any = dataset[i]
        if not isinstance(example, tuple | list) or len(example) != 2:
            got = f"got {shown(example)}: return x, y"
            raise TypeError(f"dataset[{i}] must be a pair (x, y), {got}")
        for (name, column), part in zip(columns.items(), example, strict=True):
            column.append(as_array(f"dataset[{i}] {name}", part))
            if column[-1].shape != column[0].shape:
                got = f"got {column[-1].shape} at {i} and {column[0].shape} at {indices[0]}"
                raise ValueError(f"{name} of a dataset must have one shape in a batch, {got}")
    return np.stack(columns["x"]), np.stack(columns["y"])


def _paired(name: str, x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    x, y = as_array(f"{name} x", x), as_array(f"{name} y", y)
    if x.ndim == 0 or y.ndim == 0:
        got = f"got shapes {x.shape} and {y.shape}"
        raise ValueError(f"{name} needs x and y with an axis of examples, {got}")
    if len(x) != len(y):
        got = f"got {len(x)} and {len(y)}: one y for each x"
        raise ValueError(f"{name} needs as many x as y, {got}")
    if len(x) == 0:
        raise ValueError(f"{name} got no examples: give at least one")
    return x, y


def _count(test_size: float, n: int) -> int:
    """How many of n examples are for testing."""
    name, cure = f"train_test_split test_size={shown(test_size)}", "an int, or a float in (0, 1)"
    if isinstance(test_size, bool) or not isinstance(
        test_size, int | float | np.integer | np.floating
    ):
        raise TypeError(f"{name} must be {cure}: 100 examples, or 0.2 of all")
    if not isinstance(test_size, int | np.integer):
        if not 0 < test_size < 1:
            raise ValueError(f"{name} is no share between 0 and 1: give {cure}")
        test_size = ceil(test_size * n)
    if not 0 < test_size < n:
        side = "training" if test_size > 0 else "test"
        raise ValueError(f"{name} of {n} examples leaves none for the {side} set: give {cure}")
    return int(test_size)


def _generator(name: str, rng: np.random.Generator) -> np.random.Generator:
    if not isinstance(rng, np.random.Generator):
        seed = rng if isinstance(rng, int | np.integer) and 0 <= rng < 2**32 else 0
        got = f"got {shown(rng)}: numpy.random.default_rng({seed})"
        raise TypeError(f"{name} rng must be a numpy Generator, {got}")
    return rng


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """The cure, for a name of PyTorch's that is not here."""
        raise absent.error(sys.modules[__name__], "nnbook.data", absent.DATA, name)
