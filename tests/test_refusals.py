"""Objects of all kinds, thrown at every public callable of optim, data, training, nn.init, peers:
a right result, or an error of the library's own that says in one line what came and what to do."""

import itertools
import linecache
import math
import traceback
import warnings
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import nnbook
from nnbook import data, nn, optim, peers, training
from nnbook.nn.checks import shown

HOME = Path(nnbook.__file__).parent


class Pretender:
    """An object that says it is an array, and is none."""

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("no array")


class Squares:
    """A map-style dataset."""

    def __len__(self):
        return 5

    def __getitem__(self, index):
        return np.full(4, index, np.float32), index % 3


def pairs():
    return data.ArrayDataset(np.ones((5, 4), np.float32), np.arange(5) % 3)


def model():
    return nn.Sequential(nn.Linear(4, 3, rng=np.random.default_rng(0)))


SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5)
NUMBERS = st.one_of(
    st.booleans(),
    st.integers(-3, 70),
    st.sampled_from([10**400, -(10**400), 2**63, 7e173, -0.0, -math.inf]),
    st.floats(),
    st.floats(0, 1).map(np.float32),
    st.complex_numbers(),
    st.sampled_from([np.float64(0.5), np.int8(3), np.True_, Fraction(1, 3), Decimal("0.1")]),
)
ARRAYS = st.one_of(
    hnp.arrays(hnp.scalar_dtypes(), SHAPES),
    hnp.arrays(np.float32, (5, 4), elements=st.floats(-9, 9, width=32)),
    hnp.arrays(np.int64, (5,), elements=st.integers(0, 3)),
    st.sampled_from([np.array([None, 1]), np.array(1.0), np.ma.masked_array([1.0, 2.0], [0, 1])]),
)
SIMPLE = st.one_of(st.none(), NUMBERS, st.text(max_size=9), st.binary(max_size=9), ARRAYS)
THINGS = st.sampled_from(
    [
        object,
        Pretender,
        pairs,
        pairs,
        Squares,
        model,
        np.random.default_rng,
        nn.CrossEntropyLoss,
        lambda: nn.Parameter(np.ones((3, 4))),
        lambda: [nn.Parameter([1.0])],
        lambda: model().parameters(),
        lambda: optim.SGD(model().parameters(), 0.1),
        lambda: data.DataLoader(pairs(), 2),
        lambda: [*data.DataLoader(pairs(), 2)],
        lambda: (x for x in "abc"),
        lambda: zip([1], [2], strict=True),
        lambda: range(5),
        lambda: {"x": [1.0], "y": [2]},
        lambda: {1.0, 2.0},
        lambda: [[1.0], [1.0, 2.0]],
        lambda: [np.ma.masked_array([1.0], [1])],
        lambda: slice(3),
        lambda: Ellipsis,
        lambda: np,
        lambda: math.sqrt,
        lambda: nn.Linear,
        lambda: data.DataLoader,
        lambda: "train",
        lambda: 10**5000,  # too long to be shown
        itertools.count,
        lambda: itertools.repeat((1, 2)),
    ]
).map(lambda make: make())
ANYTHING = st.one_of(SIMPLE, THINGS, st.lists(SIMPLE, max_size=3), st.tuples(SIMPLE, SIMPLE))


def real(x):
    """Whether x is one real number, and which."""
    if isinstance(x, np.ndarray) and x.ndim == 0 and x.dtype.kind in "iuf":
        x = x[()]
    usual = isinstance(x, int | float | np.integer | np.floating | Fraction)
    try:
        return usual and not isinstance(x, bool) and math.isfinite(x)
    except OverflowError:
        return False


def a_setting(name, least, most):
    def call(x):
        optimizer = optim.SGD([nn.Parameter([1.0])], **{"lr": 0.1} | {name: x})
        setattr(optimizer, name, x)
        return real(x) and least <= getattr(optimizer, name) == float(x) <= most

    return call


def sgd_of(x):
    given = optim.SGD(x, 0.1).parameters
    return given and all(isinstance(p, nn.Parameter) for p in given)


def dataset(x, y):
    made = data.ArrayDataset(x, y)
    return len(made) == len(made.x) == len(made.y) > 0 and {
        made.x.dtype.kind,
        made.y.dtype.kind,
    } <= {*"fiub"}


def loader_of(x):
    made = data.DataLoader(x, 2)
    sizes = [(len(a), len(b)) for a, b in made]
    return sum(a for a, _ in sizes) == sum(b for _, b in sizes) == len(x)


def split(x, y, test_size=0.4, **rng):
    rng = {"rng": np.random.default_rng(0)} | rng
    parts = data.train_test_split(x, y, test_size, **rng)
    return len(parts[0]) == len(parts[2]) > 0 and len(parts[1]) == len(parts[3]) > 0


def load(x, download=False):
    load.tried = x, download
    try:
        data.load_mnist(x, download=download)
    except data.Unavailable:
        return x in ("train", "test") and isinstance(download, bool | np.bool_)
    return False


def fits(**changed):
    network = model()
    named = {"model": network, "loss_fn": nn.CrossEntropyLoss()}
    named |= {"optimizer": optim.SGD(network.parameters(), 0.1), "epochs": 2, "progress": False}
    named |= {"dataloader": data.DataLoader(pairs(), 2), "on_epoch": lambda history: True} | changed
    return len(training.fit(**named)) == 1


def loops(**changed):
    network = model()
    named = {"dataloader": data.DataLoader(pairs(), 2), "model": network}
    named |= {"loss_fn": nn.CrossEntropyLoss()} | changed
    sgd = changed.pop("optimizer", optim.SGD(network.parameters(), 0.1))
    named.pop("optimizer", None)
    tested = training.test_loop(**named)
    return math.isfinite(training.train_loop(**named, optimizer=sgd).loss + tested.loss)


def init(name, **changed):
    p = nn.Parameter(np.ones((3, 4), np.float32))
    named = {"parameter": p, "rng": np.random.default_rng(0)} | changed
    if name in ("zeros_", "constant_"):
        del named["rng"]
    done = getattr(nn.init, name)(**named)
    return done is named["parameter"] and np.isfinite(done.value).all()


def peer(name, x):
    theirs = getattr(peers, name)(x)
    with np.errstate(invalid="ignore"):  # GELU(−∞)
        ours = getattr(nn, name)(x)
    return np.shape(theirs) == np.shape(x) and np.array_equal(*map(np.isfinite, (theirs, ours)))


def compared(ours, theirs, tolerance=1.0):
    with suppress(AssertionError):  # they differ
        peers.compare("x", ours, theirs, tolerance)
    return theirs is None or real(tolerance) or tolerance > 2**1023


CALLS = {
    "SGD parameters": sgd_of,
    "SGD lr": a_setting("lr", 0, math.inf),
    "SGD momentum": a_setting("momentum", 0, 1),
    "SGD weight_decay": a_setting("weight_decay", 0, math.inf),
    "ArrayDataset x": lambda x: dataset(x, np.arange(5)),
    "ArrayDataset y": lambda x: dataset(np.ones((5, 4)), x),
    "ArrayDataset both": lambda x: dataset(x, x),
    "DataLoader dataset": loader_of,
    "DataLoader batch_size": lambda x: len(data.DataLoader(pairs(), x)) == -(-5 // int(x)) > 0,
    "DataLoader shuffle": lambda x: data.DataLoader(pairs(), 2, x).shuffle == x,
    "DataLoader drop_last": lambda x: data.DataLoader(pairs(), drop_last=x).drop_last == x,
    "DataLoader rng": lambda x: len([*data.DataLoader(pairs(), 2, True, rng=x)]) == 3,
    "train_test_split x": lambda x: split(x, np.arange(5)),
    "train_test_split y": lambda x: split(np.arange(5), x),
    "train_test_split test_size": lambda x: split(np.arange(5), np.arange(5), x),
    "train_test_split rng": lambda x: split(np.arange(5), np.arange(5), rng=x),
    "load_mnist split": load,
    "load_mnist download": lambda x: load("test", x),
    **{
        f"{f.__name__} {name}": lambda x, f=f, name=name: f(**{name: x})
        for f in (fits, loops)
        for name in ("model", "loss_fn", "optimizer", "dataloader")
    },
    "fits epochs": lambda x: fits(epochs=x),
    "fits test_dataloader": lambda x: fits(test_dataloader=x),
    "fits progress": lambda x: fits(progress=x),
    "fits on_epoch": lambda x: callable(x) or fits(on_epoch=x, epochs=1),  # its errors are its own
    **{
        f"{name} parameter": lambda x, name=name: init(name, parameter=x)
        for name in ("kaiming_normal_", "xavier_normal_", "xavier_uniform_", "normal_", "zeros_")
    },
    **{
        f"{name} gain": lambda x, name=name: init(name, gain=x)
        for name in ("kaiming_normal_", "xavier_normal_", "xavier_uniform_")
    },
    "normal_ mean": lambda x: init("normal_", mean=x),
    "normal_ std": lambda x: init("normal_", std=x),
    "normal_ rng": lambda x: init("normal_", rng=x),
    "constant_ val": lambda x: init("constant_", val=x),
    **{f"peers.{f} x": lambda x, f=f: peer(f, x) for f in ("sigmoid", "tanh", "relu", "gelu")},
    "peers.gelu approximate": lambda x: peers.gelu(1.0, x) is not None,
    "peers.derivative name": lambda x: peers.derivative(x, 1.0) is not None,
    "peers.derivative x": lambda x: np.shape(peers.derivative("tanh", x)) == np.shape(x),
    "peers.twin": lambda x: type(peers.twin(x)).__name__ == type(x).__name__,
    "peers.compare ours": lambda x: compared(x, [1.0]),
    "peers.compare theirs": lambda x: compared([1.0], x),
    "peers.compare tolerance": lambda x: compared([1.0], [1.0], x),
}


SAYS = "got ", "gave ", "leaves none", "test_size=", "another model", "has no layer like"


def is_ours(error):
    """Whether a line of the library raised it, in one line of text that says what came."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    line = linecache.getline(last.filename, last.lineno).strip()
    text = str(error)
    says = any(word in text for word in SAYS)
    one_line = text.isprintable() and 20 < len(text) < 300
    return (
        Path(last.filename).is_relative_to(HOME) and line.startswith("raise ") and says and one_line
    )


@pytest.mark.parametrize("name", CALLS)
@settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(thing=ANYTHING)
def test_a_right_result_or_a_refusal_in_our_words(name, thing, monkeypatch, tmp_path):
    monkeypatch.delenv("NNBOOK_DATA", raising=False)
    monkeypatch.setattr("pooch.os_cache", lambda project: tmp_path)
    monkeypatch.setattr(data, "MNIST", data.MNIST._replace(addresses=()))  # no network
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            fine = CALLS[name](thing)
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            fine, said = is_ours(error), f"{type(error).__name__}: {error}"
        else:
            said = "silence"
    assert fine, f"{shown(thing)}: {said}"
