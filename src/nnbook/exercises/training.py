"""The exercise of the workshop on training: `minibatches`."""
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from nnbook.data import ArrayDataset, DataLoader
from nnbook.exercises.kit import chance
from nnbook.exercises.kit.exercise import Case, Exercise
from nnbook.exercises.kit.observed import examples, order, seen_batches

MINIBATCHES = Exercise(
    title="A shuffled epoch",
    task="Deal the examples out in random batches, as a card player deals a shuffled deck: every "
    "example once, and with its own label. Use only `rng` for whatever is random.",
    first="`order = rng.permutation(len(x))` is a random order of the row numbers.",
    reference=lambda x, y, size, rng: list(DataLoader(ArrayDataset(x, y), size, True, rng=rng)),
    cases=[
        Case("12 examples by 4", lambda: (*examples(12), 4, np.random.default_rng(0))),
        Case("10 examples by 4, so the last batch is short", lambda: (*examples(10), 4, _rng(1))),
        Case("17 examples by 3", lambda: (*examples(17), 3, _rng(2))),
        Case("9 examples, one batch of all", lambda: (*examples(9), 50, _rng(3))),
        Case("8 examples by 1", lambda: (*examples(8), 1, _rng(4))),
        Case("one example", lambda: (*examples(1), 4, _rng(5)), single=True),
    ],
    draw=lambda d: (*examples(d.n, d.d), int(d.labels(1, d.n + 2)[0]) + 1, _rng(d.seed)),
    hints=[
        "One order for both: `x[order]` and `y[order]` keep each example with its label.",
        "`range(0, len(x), batch_size)` gives the places where the batches begin.",
        "`order[i : i + batch_size]` are a batch's rows; a slice at the end may be shorter.",
    ],
    observe=seen_batches,
    also=[
        chance.repeats("batches", order(40, 2)),
        chance.shuffled(
            "the examples", order, "Shuffle all rows at once: `rng.permutation(len(x))`."
        ),
    ],
    structured=False,
)


def _rng(seed):
    return np.random.default_rng(seed)


def _dealt(x, y, batch_size, order):
    """The batches of an order."""
    places = [order[i : i + batch_size] for i in range(0, len(order), batch_size)]
    return [(x[rows], y[rows]) for rows in places]


@MINIBATCHES.solve("One order for x and y keeps each example together with its label.")
def minibatches(x, y, batch_size, rng):
    """A list of pairs (x, y): all examples, in random batches.

    x (N, D), y (N,); every batch has batch_size examples,
    only the last may have fewer
    """
    order = rng.permutation(len(x))
    batches = []
    for i in range(0, len(x), batch_size):
        rows = order[i : i + batch_size]
        batches.append((x[rows], y[rows]))
    return batches


@MINIBATCHES.wrong(
    "x and y were shuffled each in its own way: the labels belong to other examples.",
    "Draw one order, and use it for both.",
)
def batches_two_orders(x, y, batch_size, rng):
    x, y = x[rng.permutation(len(x))], y[rng.permutation(len(y))]
    return _dealt(x, y, batch_size, np.arange(len(x)))


@MINIBATCHES.wrong(
    "The last, shorter batch was dropped, and its examples with it.",
    "Let the last slice be shorter: slices may end behind the end.",
)
def batches_last_dropped(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    return _dealt(x, y, batch_size, order[: max(1, len(x) // batch_size) * batch_size])


@MINIBATCHES.wrong(
    "Each card went back into the deck: some examples come twice and others never.",
    "Take `rng.permutation`, or `rng.choice` with `replace=False`.",
)
def batches_put_back(x, y, batch_size, rng):
    return _dealt(x, y, batch_size, rng.integers(0, len(x), len(x)))


@MINIBATCHES.wrong(
    "The batch size was taken for the number of batches.",
    "It is the number of examples in each batch.",
)
def batches_that_many(x, y, batch_size, rng):
    order = np.array_split(rng.permutation(len(x)), min(batch_size, len(x)))
    return [(x[rows], y[rows]) for rows in order]
