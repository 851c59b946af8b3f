"""The exercises of the chapter on dropout: `dropout_forward`, `dropout_backward`,
`average_masks`."""
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from nnbook import nn
from nnbook.exercises.kit import chance, words
from nnbook.exercises.kit.exercise import Case, Exercise
from nnbook.exercises.kit.gradients import slopes
from nnbook.exercises.kit.observed import kept, seen_mask
from nnbook.exercises.kit.trial import Odd

RNG = np.random.default_rng(5)
BATCH = RNG.uniform(0.5, 2.0, (200, 150))  # no zeros, so that a dropped neuron shows


def by_library(x, p, rng):
    """y and mask of the library's layer."""
    layer = nn.Dropout(p, rng=rng)
    y = layer(np.asarray(x, np.float64))
    return y, (layer.scale > 0).astype(np.float64)


def mask_of_zeros(f, rng):
    """The mask is the one that was drawn, also where x is 0 without it."""
    share = np.mean(np.asarray(f(np.zeros((40, 50)), 0.5, rng)[1]) != 0)
    if not 0.3 < share < 0.7:
        raise Odd(
            "about as many 1s as 0s in the mask of an x that is 0 everywhere, for p = 0.5",
            f"a mask with {share:.0%} of its entries not 0",
            "The mask tells which neurons are kept. One that is kept may be 0, as after a ReLU.",
            "Return what you multiplied with, and do not read it off the result.",
        )


DROPOUT_FORWARD = Exercise(
    title="Dropout, forward",
    task="Write dropout in training mode. Drop each number with probability `p`, independently of "
    "the others, and scale up the rest so that each keeps its mean. Return the mask too: the way "
    "back will need it.",
    first="`rng.random(x.shape)` draws numbers from 0 to 1. What share of them is below p?",
    reference=by_library,
    cases=[
        Case("p = 0.2", lambda: (BATCH, 0.2, np.random.default_rng(0))),
        Case("p = 0.5", lambda: (BATCH, 0.5, np.random.default_rng(1))),
        Case("p = 0.8", lambda: (BATCH[:, :100], 0.8, np.random.default_rng(2))),
        Case("p = 0", lambda: (BATCH[:5], 0.0, np.random.default_rng(3))),
        Case("negative numbers", lambda: (-BATCH, 0.3, np.random.default_rng(4))),
        Case("integers", lambda: (np.full((200, 150), 2), 0.25, np.random.default_rng(5))),
        Case("a batch of one", lambda: (BATCH.reshape(1, -1), 0.4, np.random.default_rng(6)), True),
    ],
    draw=lambda d: (
        (d.offset + d.scale * d.rng.uniform(0.5, 2, (d.n, 30_000 // d.n))),
        d.between(0.05, 0.95),
        np.random.default_rng(d.seed),
    ),
    skip=("other random sizes", "many examples", "large numbers"),
    hints=[
        "`rng.random(x.shape) >= p` is True with probability 1 − p: the mask of those that stay.",
        "On average a share 1 − p stays. Dividing by 1 − p makes up for it.",
    ],
    returns=("y", "mask"),
    observe=seen_mask,
    tolerance={"share of neurons that are dropped": (0, 0.03), "what a kept 1 becomes": (1e-4, 0)},
    also=[
        mask_of_zeros,
        chance.repeats("masks", kept(0.3)),
        chance.independent(
            "masks", kept(0.3), chance.of_two(0.3), "Draw one number for each entry of x."
        ),
    ],
)


@DROPOUT_FORWARD.solve(
    "Divided by 1 − p, each y has x as its mean: in evaluation nothing has to be scaled."
)
def dropout_forward(x, p, rng):
    """y = m ⊙ x / (1 − p), and the mask m: 0 with probability p.

    x (N, D), p the share that is dropped → y (N, D), m (N, D)
    """
    mask = rng.random(x.shape) >= p
    return x * mask / (1 - p), mask


def _dropped(x, mask, factor):
    return x * mask * factor, mask


@DROPOUT_FORWARD.wrong(
    "What stays was not scaled up: in training everything is smaller than in evaluation.",
    "Divide by 1 − p.",
)
def dropout_no_scale(x, p, rng):
    return _dropped(x, rng.random(x.shape) >= p, 1.0)


@DROPOUT_FORWARD.wrong(
    "p was taken for the share that is kept, as in the paper.",
    "As in PyTorch, p is the share that is dropped.",
)
def dropout_p_keeps(x, p, rng):
    return _dropped(x, rng.random(x.shape) < p, 1 / max(p, 1e-9))


@DROPOUT_FORWARD.wrong(
    "The comparison is turned round: a share p stays, and the rest is dropped.",
    "Keep an entry where its random number is at least p.",
)
def dropout_other_share(x, p, rng):
    return _dropped(x, rng.random(x.shape) < p, 1 / (1 - p))


@DROPOUT_FORWARD.wrong(
    "The right share is dropped, and the rest divided by p.",
    "Divide by the share that stays, 1 − p.",
)
def dropout_over_p(x, p, rng):
    return _dropped(x, rng.random(x.shape) >= p, 1 / max(p, 1e-9))


@DROPOUT_FORWARD.wrong(
    "All examples have the same neurons dropped: the mask was drawn for one row.",
    "Draw one number for each entry: `rng.random(x.shape)`.",
)
def dropout_one_mask(x, p, rng):
    mask = np.repeat(rng.random((1, x.shape[1])) >= p, len(x), axis=0)
    return _dropped(x, mask, 1 / (1 - p))


@DROPOUT_FORWARD.wrong(
    "The mask is the wrong way round: it is 1 where a neuron was dropped.",
    "Return what you multiplied with: 1 for the neurons that stay.",
)
def dropout_mask_inverted(x, p, rng):
    mask = rng.random(x.shape) >= p
    return x * mask / (1 - p), ~mask


@DROPOUT_FORWARD.wrong(
    "The mask has the factor 1 / (1 − p) in it already.",
    "Return 0s and 1s, and keep the factor for y: `dropout_backward` divides again.",
)
def dropout_mask_scaled(x, p, rng):
    mask = (rng.random(x.shape) >= p) / (1 - p)
    return x * mask, mask


GRAD, MASK = RNG.normal(size=(3, 4)), (RNG.random((3, 4)) > 0.4).astype(np.float64)


def backward_by_library(grad, mask, p):
    """The library's layer, with this mask."""
    layer = nn.Dropout(p)
    layer(np.ones(mask.shape))
    layer.scale = mask / (1 - p)
    return layer.backward(grad)


DROPOUT_BACKWARD = Exercise(
    title="Dropout, backward",
    task="Write the way back through dropout: `grad` is ∂E/∂y, `mask` is what `dropout_forward` "
    "returned. Nothing is drawn at random here.",
    first="y is x times something that does not depend on x. What is it, for each number?",
    reference=backward_by_library,
    numeric=lambda grad, mask, p: slopes(
        lambda x: np.sum(grad * (mask * x / (1 - p))), np.ones(mask.shape)
    )[0],
    cases=[
        Case("p = 0.4", (GRAD, MASK, 0.4)),
        Case("p = 0.2", (GRAD[:2], MASK[:2], 0.2)),
        Case("a square batch", (GRAD[:, :3], MASK[:, 1:], 0.5)),
        Case("p = 0, nothing dropped", (GRAD, np.ones((3, 4)), 0.0)),
        Case("a mask of True and False", (1e4 * GRAD, MASK > 0, 0.75)),
        Case("float32", (GRAD.astype(np.float32), MASK.astype(np.float32), 0.3)),
        Case("a batch of one", (GRAD[:1], MASK[:1], 0.4), single=True),
    ],
    draw=lambda d: (d.batch(), 1.0 * (d.rng.random((d.n, d.d)) > 0.4), d.between(0, 0.9)),
    hints=[
        "Forward, each number was multiplied by m / (1 − p). The slope of c · x is c.",
        "A dropped neuron has no part in the error, so its gradient is 0.",
    ],
)


@DROPOUT_BACKWARD.solve("Forward and back, each number meets the same factor m / (1 − p).")
def dropout_backward(grad, mask, p):
    """∂E/∂x of y = m ⊙ x / (1 − p), from grad = ∂E/∂y.

    grad (N, D), mask (N, D), p the share that is dropped → (N, D)
    """
    return grad * mask / (1 - p)


@DROPOUT_BACKWARD.wrong(
    "The factor 1 / (1 − p) is missing on the way back.", "Divide by 1 − p, as forward."
)
def backward_no_scale(grad, mask, p):
    return grad * mask * 1.0


@DROPOUT_BACKWARD.wrong(
    "Dropped neurons got a gradient too.", "Multiply by the mask: what was 0 forward stays out."
)
def backward_no_mask(grad, mask, p):
    return grad / (1 - p)


@DROPOUT_BACKWARD.wrong(
    "What was divided forward was multiplied back.",
    "The slope of x / (1 − p) is 1 / (1 − p): divide again.",
)
def backward_undone(grad, mask, p):
    return grad * mask * (1 - p)


@DROPOUT_BACKWARD.wrong(
    "The mask is the wrong way round: the dropped neurons got the gradient.",
    "Multiply by `mask`, not by its opposite.",
)
def backward_inverted(grad, mask, p):
    return grad * (1 - 1.0 * mask) / (1 - p)


OUT = np.array([1.5, -0.5, 2.0, 0.75])


def score(n, out=OUT):
    """A linear answer of n neurons."""

    def f(mask):
        if np.shape(mask) != (n,):
            raise Odd(
                f"f called with a mask of shape ({n},)",
                f"f called with {words.kind(mask)}",
                "f takes one mask at a time, with an entry for each neuron.",
                "Give f an array of n zeros and ones.",
            )
        return float(out[:n] @ np.asarray(mask))

    return f


def probability(n, out=OUT):
    """An answer that is not linear: a sigmoid of the score."""
    linear = score(n, out)
    return lambda mask: float(1 / (1 + np.exp(1 - linear(mask))))


def _drawn_answer(n, d):
    return probability(n, d.normal(n)), n, d.between(0.05, 0.95)


def by_table(f, n, p):
    """The same from a table of all masks."""
    masks = np.arange(2**n)[:, None] >> np.arange(n) & 1
    shares = np.where(masks, 1 - p, p).prod(axis=1)
    return float(shares @ [f(mask) for mask in masks])


AVERAGE_MASKS = Exercise(
    title="All thinned networks at once",
    task="Dropout draws from $2^n$ thinned networks that share their weights. For a few neurons "
    "you can ask them all: average `f(mask)` over every mask, each weighted by how probable it is.",
    first="`for bits in np.ndindex((2,) * n):` goes through all masks; `np.array(bits)` is one.",
    reference=by_table,
    cases=[
        Case("two neurons, p = 0.5", (score(2), 2, 0.5)),
        Case("four neurons, p = 0.5", (probability(4), 4, 0.5)),
        Case("three neurons, p = 0.2", (probability(3), 3, 0.2)),
        Case("four neurons, p = 0.9", (score(4), 4, 0.9)),
        Case("p = 0, nothing dropped", (probability(3), 3, 0.0)),
        Case("nine neurons, p = 0.4", (probability(9, np.linspace(-1, 2, 9)), 9, 0.4)),
        Case("a single neuron", (probability(1), 1, 0.3), single=True),
    ],
    draw=lambda d: _drawn_answer(int(d.labels(1, 6)[0]) + 1, d),
    hints=[
        "A mask with k ones out of n has the probability (1 − p)ᵏ · pⁿ⁻ᵏ.",
        "All probabilities together are 1, so nothing is divided by the number of masks.",
    ],
)


@AVERAGE_MASKS.solve(
    "Where f is not linear, this is not f of the average mask, which `eval()` computes."
)
def average_masks(f, n, p):
    """The mean of f(mask) over all 2ⁿ masks, by their probability.

    f takes a mask (n,) of 0s and 1s → a number; each entry is 0
    with probability p
    """
    mean = 0.0
    for bits in np.ndindex((2,) * n):
        mask = np.array(bits)
        k = mask.sum()
        mean += (1 - p) ** k * p ** (n - k) * f(mask)
    return mean


def _masks(n):
    return [np.array(bits) for bits in np.ndindex((2,) * n)]


@AVERAGE_MASKS.wrong(
    "All masks count the same; that fits p = 0.5 only.",
    "Weigh each with its probability, (1 − p)ᵏ pⁿ⁻ᵏ.",
)
def masks_plain_mean(f, n, p):
    return float(np.mean([f(mask) for mask in _masks(n)]))


@AVERAGE_MASKS.wrong(
    "p was taken for the probability of a 1.",
    "p is the share that is dropped: a 0 has p, a 1 has 1 − p.",
)
def masks_p_keeps(f, n, p):
    return by_table(f, n, 1 - p)


@AVERAGE_MASKS.wrong(
    "The mask that drops every neuron was left out.",
    "It counts too, with probability pⁿ: begin with all zeros.",
)
def masks_without_empty(f, n, p):
    return by_table(f, n, p) - p**n * f(np.zeros(n))


@AVERAGE_MASKS.wrong(
    "The masks were averaged, and f asked once: another number where f bends.",
    "Ask f for every mask, and average its answers.",
)
def masks_averaged_first(f, n, p):
    return f(np.full(n, 1 - p))


@AVERAGE_MASKS.wrong(
    "The answers were added up without weights.", "Multiply each by the mask's probability."
)
def masks_sum(f, n, p):
    return float(sum(f(mask) for mask in _masks(n)))
