"""The exercises of the chapter on learning: `sgd_step`, `cross_entropy`."""
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from nnbook import nn, optim
from nnbook.exercises.kit.exercise import Case, Exercise

RNG = np.random.default_rng(2)
W, GRAD = np.array([1.0, -2.0, 0.5]), np.array([0.5, -1.0, 0.0])


def by_library(w, grad, lr):
    """The same step by optim.SGD."""
    p = nn.Parameter(np.array(w, np.float64))
    p.grad = np.array(grad, np.float64)
    optim.SGD([p], lr).step()
    return p.value


SGD_STEP = Exercise(
    title="One step downhill",
    task="Write step 3 of the recipe: move all weights a little against their slopes. Return new "
    "weights and leave the old ones as they are.",
    first="What is the sign of a slope that goes uphill to the right, and which way do you want to "
    "go?",
    reference=by_library,
    cases=[
        Case("three weights", (W, GRAD, 0.1)),
        Case("a matrix of weights", (RNG.normal(size=(2, 3)), RNG.normal(size=(2, 3)), 0.5)),
        Case("a large gradient", (W, 1e3 * GRAD + 1, 0.01)),
        Case("a gradient of integers", (np.array([3.0, -1.0]), np.array([1, 2]), 0.25)),
        Case("float32", (W.astype(np.float32), GRAD.astype(np.float32), 0.3)),
        Case("a single weight", (np.array([2.0]), np.array([-4.0]), 0.1), single=True),
    ],
    draw=lambda d: (d.batch(), d.normal(d.n, d.d), d.between(0.01, 2)),
    hints=[
        "The gradient points uphill. A step of η times the gradient is taken off.",
        "`w - lr * grad` is a new array. `w -= …` would change the array that you were given.",
    ],
)


@SGD_STEP.solve("The minus goes downhill, and `lr` says how far.")
def sgd_step(w, grad, lr):
    """w − η ∂E/∂w, as a new array.

    w and grad of one shape, lr a number → the shape of w
    """
    return w - lr * grad


@SGD_STEP.wrong("The step goes uphill.", "Take the step off: a minus.")
def step_uphill(w, grad, lr):
    return w + lr * grad


@SGD_STEP.wrong("The learning rate is missing.", "Multiply the gradient by `lr`.")
def step_no_rate(w, grad, lr):
    return w - grad


@SGD_STEP.wrong(
    "What came is the step v alone, not the new weights.", "Take the step off the weights: w − v."
)
def step_alone(w, grad, lr):
    return lr * grad


@SGD_STEP.wrong(
    "The right step, but the given weights themselves were changed.",
    "Write `w - lr * grad`, which makes a new array.",
)
def step_in_place(w, grad, lr):
    w -= lr * grad
    return w


@SGD_STEP.wrong(
    "Only the sign of each slope counts here: all steps are equally long.",
    "Multiply by the slope itself, so that flat places get short steps.",
)
def step_sign(w, grad, lr):
    return w - lr * np.sign(grad)


@SGD_STEP.wrong(
    "The gradient was divided by its length: every step is as long as the last.",
    "Leave the length in: it makes the steps short where it is flat.",
)
def step_unit(w, grad, lr):
    return w - lr * grad / np.sqrt((grad**2).sum())


LOGITS, LABELS = RNG.normal(size=(5, 3)), np.array([0, 2, 1, 1, 0])

CROSS_ENTROPY = Exercise(
    title="The surprise at the right answer",
    task=r"Write the cross-entropy of a batch from its logits, the mean of $-\log p_y$ over the "
    "examples, with $p$ the softmax of the logits. Large logits must not overflow.",
    first="Compute the softmax of each row. Which number of row n belongs to the label of "
    "example n?",
    reference=lambda logits, labels: nn.CrossEntropyLoss()(logits, labels),
    cases=[
        Case("the chapter's logits", (np.array([[2.0, 1.0, 0.0]] * 2), np.array([0, 2]))),
        Case("five examples", (LOGITS, LABELS)),
        Case("as many examples as classes", (3 * LOGITS[:3], np.array([2, 0, 1]))),
        Case("integers", (np.array([[1, 3], [0, -2]]), np.array([0, 1]))),
        Case("large numbers", (np.array([[1000.0, 0, -1000], [0, 990, 1000]]), np.array([0, 1]))),
        Case("one row of very negative logits", (LOGITS - [[0], [0], [900], [0], [0]], LABELS)),
        Case(
            "confident wrong answers", (np.array([[0.0, 60], [45, 2], [1, 0]]), np.array([0, 1, 0]))
        ),
        Case("float32", (LOGITS.astype(np.float32), LABELS)),
        Case("a batch of one", (LOGITS[:1], LABELS[:1]), single=True),
    ],
    draw=lambda d: (d.batch(d.n, d.h), d.labels(d.n, d.h)),
    skip=("one neuron",),
    hints=[
        "log p_y = a_y − log Σ eᵃ: no division is needed.",
        "Taking the row's largest logit off all of them changes no p: "
        "`logits.max(axis=1, keepdims=True)`. Then the largest exponential is e⁰.",
        "`log_p[np.arange(len(labels)), labels]` picks from row n the entry of its own label.",
    ],
)


@CROSS_ENTROPY.solve("With the largest logit taken off, no exponential is larger than e⁰ = 1.")
def cross_entropy(logits, labels):
    """The mean of −log p_y over the batch, p = softmax(logits).

    logits (N, C), labels (N,) from 0 to C − 1 → one number
    """
    a = logits - logits.max(axis=1, keepdims=True)
    log_p = a - np.log(np.exp(a).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(labels)), labels].mean()


def log_softmax(a, axis=1):
    """log p, without overflow."""
    a = a - a.max(axis=axis, keepdims=True)
    return a - np.log(np.exp(a).sum(axis=axis, keepdims=True))


@CROSS_ENTROPY.wrong(
    "What came is the sum over the batch, not the mean.", "Divide by N, or use `.mean()`."
)
def entropy_sum(logits, labels):
    return -log_softmax(logits)[np.arange(len(labels)), labels].sum()


@CROSS_ENTROPY.wrong(
    "e¹⁰⁰⁰ is ∞ for the machine, and ∞ / ∞ is no number.",
    "Take the row's largest logit off first: p stays the same, and no exponential exceeds 1.",
)
def entropy_overflows(logits, labels):
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(labels)), labels]).mean()


@CROSS_ENTROPY.wrong(
    "The softmax went over the examples (axis 0), not over the classes.",
    "Each row is one example: take its sum along axis=1.",
)
def softmax_wrong_axis(logits, labels):
    return -log_softmax(logits, axis=0)[np.arange(len(labels)), labels].mean()


@CROSS_ENTROPY.wrong(
    "The minus is missing: surprise is counted as a gain.",
    "The loss is −log p, and p is at most 1.",
)
def entropy_no_minus(logits, labels):
    return log_softmax(logits)[np.arange(len(labels)), labels].mean()


@CROSS_ENTROPY.wrong(
    "The softmax was taken twice: even a sure answer then costs something.",
    "Take the logarithm of the first softmax.",
)
def softmax_twice(logits, labels):
    return -log_softmax(np.exp(log_softmax(logits)))[np.arange(len(labels)), labels].mean()


@CROSS_ENTROPY.wrong(
    "All labels were looked up in every row: N × N numbers.",
    "Pair row n with label n: `log_p[np.arange(len(labels)), labels]`.",
)
def entropy_all_pairs(logits, labels):
    return -log_softmax(logits)[:, labels].mean()
