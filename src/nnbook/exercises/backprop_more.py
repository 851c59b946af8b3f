"""Two more exercises of the chapter on backpropagation: `numerical_gradient`, `he_init`."""
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from nnbook import nn
from nnbook.exercises import _gradients as gradients
from nnbook.exercises._exercise import Case, Exercise
from nnbook.exercises._observed import seen_weights

RNG = np.random.default_rng(4)


def curved(w):
    """A function of all entries together, whose slope changes everywhere."""
    w = np.asarray(w, np.float64)
    return float(np.sum(w) ** 3 / 10 + np.sum(w**2 * np.arange(1, w.size + 1).reshape(w.shape)))


NUMERICAL_GRADIENT = Exercise(
    title="A second witness",
    task="Measure the slope of any function for every entry of `w`: nudge one entry up by h, then "
    "down by h, and see what the function says. `w` may have any shape.",
    first="For one entry: copy `w`, add h to `copy[i]`, and call `f(copy)`.",
    reference=lambda f, w, h: gradients.one_by_one(f, w, h),
    cases=[
        Case("three weights", (curved, np.array([1.0, -0.5, 0.25]), 1e-5)),
        Case("a wide nudge", (curved, np.array([1.0, -0.5, 0.25]), 0.1)),
        Case("a matrix", (curved, RNG.normal(size=(2, 3)), 1e-4)),
        Case("a square matrix", (curved, RNG.normal(size=(2, 2)), 0.05)),
        Case("integers", (curved, np.array([2, -1, 3]), 0.1)),
        Case("large numbers", (curved, np.array([100.0, -50.0]), 1e-3)),
        Case("a single weight", (curved, np.array([0.7]), 0.1), single=True),
    ],
    hints=[
        "`for i in np.ndindex(w.shape):` goes through every index of any shape; `grad[i]` takes "
        "it.",
        "A nudge that leaves w alone: `step = np.zeros(w.shape)`, `step[i] = h`, then `f(w + "
        "step)`.",
        "From w − h to w + h the way is 2h long.",
    ],
    tolerance={"result": (1e-5, 1e-7)},
)


@NUMERICAL_GRADIENT.solve("On both sides the error in h cancels, and only one in h² is left.")
def numerical_gradient(f, w, h):
    """(f(w + h) − f(w − h)) / 2h, for one entry of w at a time.

    f takes an array like w → a number; w of any shape → that shape
    """
    grad = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        step = np.zeros(w.shape)
        step[i] = h
        grad[i] = (f(w + step) - f(w - step)) / (2 * h)
    return grad


@NUMERICAL_GRADIENT.wrong(
    "The nudge goes to one side only, and is off by a term in h.",
    "Go up *and* down: f(w + h) − f(w − h), divided by 2h.",
)
def numerical_one_sided(f, w, h):
    return np.array([f(w + step) - f(w) for step in gradients.steps(w, h)]).reshape(w.shape) / h


@NUMERICAL_GRADIENT.wrong(
    "The 2 below the line is missing: every slope is twice too steep.", "Divide by 2h."
)
def numerical_no_two(f, w, h):
    return 2 * gradients.one_by_one(f, w, h)


@NUMERICAL_GRADIENT.wrong(
    "All entries were nudged together, which gives the sum of all slopes.",
    "Nudge one entry at a time: `step[i] = h`, all others 0.",
)
def numerical_all_together(f, w, h):
    return np.full(w.shape, (f(w + h) - f(w - h)) / (2 * h))


@NUMERICAL_GRADIENT.wrong(
    "For a `w` of integers a nudge of 0.1 is cut off at the point, and nothing moves.",
    "Make floats of it first: `w = w.astype(float)`, which is a copy as well.",
)
def numerical_integers(f, w, h):
    grad, nudged = np.zeros(w.shape), w.copy()
    for i in np.ndindex(w.shape):
        nudged[i] = w[i] + h
        up = f(nudged)
        nudged[i] = w[i] - h
        grad[i] = (up - f(nudged)) / (2 * h)
        nudged[i] = w[i]
    return grad


@NUMERICAL_GRADIENT.wrong("The signs are turned round.", "Up minus down: f(w + h) − f(w − h).")
def numerical_sign(f, w, h):
    return -gradients.one_by_one(f, w, h)


HE_INIT = Exercise(
    title="First weights that keep a signal's size",
    task="Draw the first weights of a layer before a ReLU, after He: normal numbers with mean 0 "
    "and variance 2 / `in_features`. Take all chance from the generator `rng`.",
    first="`rng.normal(0, std, shape)` draws them. Which shape has a weight, and what is `std`?",
    reference=lambda in_features, out_features, rng: (
        nn.init.kaiming_normal_(nn.Parameter(np.zeros((out_features, in_features))), rng=rng).value
    ),
    cases=[
        Case("400 inputs, 300 neurons", lambda: (400, 300, np.random.default_rng(0))),
        Case("50 inputs, 2,000 neurons", lambda: (50, 2000, np.random.default_rng(1))),
        Case("as many inputs as neurons", lambda: (300, 300, np.random.default_rng(2))),
        Case("one neuron", lambda: (40000, 1, np.random.default_rng(3)), single=True),
    ],
    hints=[
        "`rng.normal` takes the standard deviation, which is the root of the variance.",
        "The weight is (out_features, in_features): row j is neuron j.",
    ],
    observe=seen_weights,
    tolerance={
        "mean of the weights": (0, 0.003),
        "standard deviation of the weights": (0.03, 0),
        "share within one standard deviation": (0, 0.02),
    },
)


@HE_INIT.solve("A ReLU lets half of the signal's power through, and the 2 makes up for it.")
def he_init(in_features, out_features, rng):
    """Random weights w ~ N(0, 2 / in_features).

    → (out_features, in_features), a row for each neuron
    """
    std = np.sqrt(2 / in_features)
    return rng.normal(0, std, (out_features, in_features))


@HE_INIT.wrong("2 / in is the variance; `normal` takes the standard deviation.", "Take its root.")
def he_variance(in_features, out_features, rng):
    return rng.normal(0, 2 / in_features, (out_features, in_features))


@HE_INIT.wrong(
    "The variance is 1 / in: the ReLU will halve the signal at every layer.",
    "Make up for it with a 2: √(2 / in).",
)
def he_without_two(in_features, out_features, rng):
    return rng.normal(0, np.sqrt(1 / in_features), (out_features, in_features))


@HE_INIT.wrong(
    "The outputs were counted, not the inputs.", "A sum gets large with its terms: in_features."
)
def he_fan_out(in_features, out_features, rng):
    return rng.normal(0, np.sqrt(2 / out_features), (out_features, in_features))


@HE_INIT.wrong(
    "The weights are uniform, with √(2 / in) as their largest value; their spread is √3 less.",
    "Draw them with `rng.normal`.",
)
def he_uniform(in_features, out_features, rng):
    bound = np.sqrt(2 / in_features)
    return rng.uniform(-bound, bound, (out_features, in_features))


@HE_INIT.wrong(
    "The weight is transposed: a column for each neuron.",
    "Rows are neurons: (out_features, in_features).",
)
def he_transposed(in_features, out_features, rng):
    return rng.normal(0, np.sqrt(2 / in_features), (in_features, out_features))


@HE_INIT.wrong(
    "The chance does not come from `rng`, so nobody can repeat the run.",
    "Call `rng.normal`, not `np.random.normal`.",
)
def he_own_chance(in_features, out_features, rng):
    return np.random.normal(0, np.sqrt(2 / in_features), (out_features, in_features))
