"""Records of how numbers were computed, for the exercise on automatic differentiation: sums,
products and tanh, each with its inputs and its derivatives by them."""
# mypy: allow-untyped-defs, allow-untyped-calls

from typing import Any

import numpy as np

from nnbook.exercises.kit import words
from nnbook.exercises.kit.trial import Odd


class Record:
    """Values in the order in which they were made, each known by its place."""

    def __init__(self, *leaves):
        self.values, self.ways, self.inputs, self.slopes = [], [], [], []
        for leaf in leaves:
            self.give(leaf)

    def give(self, value):
        """The place of one more value that is given."""
        return self._append(float(value), None, (), ())

    def note(self, way, *inputs):
        """The place of a new value: "add", "mul" or "tanh" of those at these places."""
        value, slopes = WAYS[way](*(self.values[i] for i in inputs))
        return self._append(value, way, inputs, slopes)

    def _append(self, value, way, inputs, slopes):
        self.values.append(value)
        self.ways.append(way)
        self.inputs.append(inputs)
        self.slopes.append(slopes)
        return len(self.values) - 1

    def add(self, *terms):
        """The sum of two or more."""
        first, *rest = terms
        for term in rest:
            first = self.note("add", first, term)
        return first

    def args(self):
        """What the exercise is given: inputs, slopes."""
        return self.inputs, self.slopes

    def last(self, nudged, by):
        """The last value, computed anew with one of them moved."""
        found: list[float] = []
        for k, way in enumerate(self.ways):
            made = WAYS[way](*(found[i] for i in self.inputs[k])) if way else (self.values[k],)
            found.append(made[0] + by * (k == nudged))
        return found[-1]

    def measured(self, h=1e-6):
        """∂ last / ∂ each, by central differences."""
        places = range(len(self.values))
        return np.array([(self.last(k, h) - self.last(k, -h)) / (2 * h) for k in places])


def _tanh(u):
    z = float(np.tanh(u))
    return z, (1 - z * z,)


WAYS: dict[str, Any] = {  # a value, and its derivatives by what it is made of
    "add": lambda *terms: (sum(terms), (1.0,) * len(terms)),
    "mul": lambda u, v: (u * v, (v, u)),
    "tanh": _tanh,
}


def square():
    """a · a."""
    record = Record(3)
    record.note("mul", 0, 0)
    return record.args()


def diamond():
    """(a · b) · (a · c): two ways to a, of the same length; a itself was made, from e."""
    record = Record(0.5, 5, -1)
    a = record.note("tanh", 0)
    record.note("mul", record.note("mul", a, 1), record.note("mul", a, 2))
    return record.args()


def unequal():
    """a · tanh(tanh a) + tanh a: ways from a of several lengths, which part again."""
    record = Record(0.7)
    once = record.note("tanh", 0)
    record.add(record.note("mul", 0, record.note("tanh", once)), once)
    return record.args()


def unused():
    """A value that is made on the way and used by nobody."""
    record = Record(1.5, -2)
    record.note("mul", 0, 1)
    record.note("tanh", 0)
    return record.args()


def late():
    """tanh(a) · b + a + tanh(a), where b is given in the middle, and the sum is one of three."""
    record = Record(0.4)
    z = record.note("tanh", 0)
    b = record.give(-2)
    record.note("add", record.note("mul", z, b), 0, z)
    return record.args()


def chain(n=5000):
    """One value after the other, each a little larger than that before."""
    slopes = 1 + 0.001 * np.cos(np.arange(n))
    return [(), *((k,) for k in range(n))], [(), *((float(slope),) for slope in slopes)]


def doubled(n=40):
    """a + a, and that plus itself, and so on: 2ⁿ paths."""
    record = Record(1)
    for k in range(n):
        record.add(k, k)
    return record.args()


def four_two_one():
    """½ (ŷ − y)² of the slides' network, with tanh in its hidden neurons."""
    x, w = [2, 1, -1, 0.5], [0.5, 0.5, 1, 1, -1, 0.5, 0.5, 2, 0.5, -1]
    record = Record(*x, *w, -2.5, 0.5)
    hidden = []
    for j in range(2):
        products = [record.note("mul", i, 4 + 4 * j + i) for i in range(4)]
        hidden.append(record.note("tanh", record.add(*products)))
    y_hat = record.add(*(record.note("mul", 12 + j, z) for j, z in enumerate(hidden)))
    error = record.add(y_hat, 14)
    record.note("mul", record.note("mul", error, error), 15)
    return record


def tangled(rng, leaves, more):
    """A record that nobody has drawn: `more` sums, products and tanh over so many numbers."""
    record = Record(*rng.normal(size=leaves))
    for _ in range(more):
        n = len(record.values)
        way = ("add", "mul", "tanh", "mul")[rng.integers(4)]
        many = {"tanh": 0, "add": 1 + rng.integers(2)}
        others = rng.integers(n, size=many.get(way, 1))
        record.note(way, n - 1 if rng.random() < 0.7 else int(rng.integers(n)), *map(int, others))
    return record


def backward(inputs, slopes):
    """The gradients of the last value, from lists of the messages that arrive at each."""
    arrived: list[list[float]] = [[] for _ in inputs]
    arrived[-1].append(1.0)
    for k in range(len(inputs) - 1, -1, -1):
        message = sum(arrived[k])
        for i, slope in zip(inputs[k], slopes[k], strict=True):
            arrived[i].append(slope * message)
    return np.array([float(sum(messages)) for messages in arrived])


def agrees_with_nudges(f, rng):
    """The gradients of a tangle of values are what central differences measure."""
    for _ in range(3):
        record = tangled(rng, 4, 14)
        while max(map(abs, record.values)) > 1e3:  # of a large value a nudge measures roundings
            record = tangled(rng, 4, 14)
        came, measured = np.asarray(f(*record.args()), np.float64), record.measured()
        if not np.allclose(came, measured, rtol=1e-4, atol=1e-6):
            raise Odd(
                f"{words.short(measured)}, measured by nudging each value",
                words.short(came),
                "Each value was moved a little, and all that is made of it computed anew.",
                "Follow one value by hand: who uses it, and has each of them its whole message?",
            )
