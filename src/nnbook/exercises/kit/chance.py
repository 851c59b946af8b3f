"""Is chance what it should be: from the generator, new with each call, and independent?

Each look counts what independent draws would give and asks how far off it is, in standard
deviations; FAR is so far that a right answer comes there once in some ten thousand million times.
"""
# mypy: allow-untyped-defs, allow-untyped-calls

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from nnbook.exercises.kit.trial import Odd

FAR = 6.5
SINGLE = ("mean is off", "variance is off")  # what each number by itself can have wrong
SHAPE = ("large numbers occur", "middle is shifted")  # the same, if mean and variance are right
TIMES = 600  # calls to look at together


class Sample(NamedTuple):
    """What is random in the results of f: sample(f, *generators) has an array for each of them.

    call(rng): the arguments. read(result): the array.
    """

    call: Callable[..., tuple[Any, ...]]
    read: Callable[..., Any]

    def __call__(self, f, *generators):
        calls = [self.call(rng) for rng in generators]
        together = hasattr(f, "each")  # it runs in another process: one way there for all
        results = f.each(calls) if together else [f(*call) for call in calls]
        return np.array([self.read(result) for result in results])


def repeats(noun, sample):
    """A look at what decides: the same generator, another one, and the next call of one."""

    def look(f, rng):
        seed, other = rng.integers(2**31, size=2)
        one, same, new = map(np.random.default_rng, (seed, seed, seed + 1 + other))
        first, second, again, another = sample(f, one, one, same, new)
        if not np.array_equal(first, again):
            raise Odd(
                f"the same {noun} from two generators with the same seed",
                f"other {noun}",
                "Not all chance comes from rng, so nobody can repeat the run.",
                "Call the methods of `rng`, and those of no other generator.",
            )
        if np.array_equal(first, another):
            raise Odd(
                f"other {noun} from a generator with another seed",
                f"the same {noun}",
                "No chance comes from rng: its seed decides nothing.",
                "Call the methods of `rng`, and make no generator of your own.",
            )
        if np.array_equal(first, second):
            raise Odd(
                f"other {noun} at the next call with the same generator",
                f"the same {noun}",
                "Each call begins the generator's numbers anew.",
                "Leave `rng` where the last call has left it: it goes on by itself.",
            )

    return look


def independent(noun, sample, fourth, step):
    """A look at many tables of numbers that should be independent, with mean 0 and variance 1.

    fourth: the mean of their fourth power. step: what to draw, and how.
    """

    def look(f, rng):
        found = _odds(sample(f, *rng.spawn(TIMES)), fourth)
        for what, off in found.items():
            if abs(off) > FAR:
                more = "more" if off > 0 else "less"
                wanted = f"{noun} that are drawn independently of one another"
                cause = "Each of them is to be drawn by itself, whatever the others are."
                if what in SINGLE:
                    wanted = f"{noun} with the mean and the variance that are asked for"
                    cause = "Mean or variance is nearly the one that is asked for, and not quite."
                if what in SHAPE:
                    wanted = f"{noun} that are normal numbers"
                    cause = "Mean and variance fit, but the numbers are distributed in another way."
                came = f"{noun} whose {what} {more} than chance allows, in {TIMES} calls"
                raise Odd(wanted, came, cause, step)

    return look


def _odds(z, fourth):
    """How far off, in standard deviations: z (K, N, D) are K tables."""
    k, n, d = z.shape
    flat = z.reshape(k, -1)
    half = n * d // 2
    odds = {
        "mean is off": abs(z.mean()) * np.sqrt(z.size),
        "variance is off": abs(np.mean(z**2) - 1) * np.sqrt(z.size / (fourth - 1)),
    }
    sums = {"total varies": flat, "row sums vary": z, "column sums vary": z.transpose(0, 2, 1)}
    for what, parts in sums.items():
        m = parts.shape[-1]
        squares = parts.sum(axis=-1) ** 2 / m
        odds[what] = _of_squares(squares, 1 + (fourth - 3) / (2 * m))
    odds["places differ"] = _of_squares(z.mean(axis=0) ** 2 * k, 1 + (fourth - 3) / (2 * k))
    pairs = {
        "neighbors in a row agree": z[:, :, 1:] * z[:, :, :-1],
        "neighbors in a column agree": z[:, 1:] * z[:, :-1],
        "halves agree": flat[:, :half] * flat[:, half : 2 * half],
    }
    for what, products in pairs.items():
        odds[what] = products.mean() * np.sqrt(products.size)
    if fourth == 3:  # of normal numbers
        spread = ((flat**2 - 1).sum(axis=1)) ** 2 / (n * d * (fourth - 1))
        odds["size varies"] = _of_squares(spread, 1.1)
        odds["large numbers occur"] = (np.mean(z**4) - fourth) / np.sqrt(96 / z.size)
        odds["middle is shifted"] = np.mean(z**3) / np.sqrt(15 / z.size)
    return odds


def _of_squares(squares, excess):
    """Of squares with mean 1 whose variance is 2 · excess, by Wilson and Hilferty's root."""
    freedom = squares.size / excess
    wide = 2 / (9 * freedom)
    return (np.cbrt(squares.mean()) - (1 - wide)) / np.sqrt(wide)


def shuffled(noun, order, step):
    """A look at whether all orders of four things, and all places of more, are equally likely.

    order(n, size): a sample of the order in which n things come, so many at a time.
    """

    def look(f, rng):
        few = order(4, 2)(f, *rng.spawn(720))
        _, counts = np.unique(few @ 4 ** np.arange(4), return_counts=True)
        of_orders = np.concatenate([counts, np.zeros(24 - len(counts))])  # 4! = 24 of them
        more = order(9, 9)(f, *rng.spawn(1500))
        of_places = (more[:, :, None] == np.arange(9)).sum(axis=0)
        for counts, free, part in ((of_orders, 23, 1.0), (of_places, 64, 8 / 9)):
            usual = counts.mean()
            squares = part * ((counts - usual) ** 2).sum() / usual
            if abs(_of_squares(np.full(free, squares / free), 1.0)) > FAR:
                raise Odd(
                    f"{noun} in every order, all equally often",
                    f"{noun} of which some orders come more often, or more evenly, than by chance",
                    "Every order of the examples is to be as likely as every other.",
                    step,
                )

    return look


def of_two(share):
    """The fourth power of a standardized number that is 1 with this probability, and else 0."""
    return (1 - 3 * share * (1 - share)) / (share * (1 - share))
