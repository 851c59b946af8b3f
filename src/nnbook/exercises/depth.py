"""The exercise of the workshop on deep networks: `he_init`."""
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from nnbook import nn
from nnbook.exercises.kit import chance
from nnbook.exercises.kit.exercise import Case, Exercise
from nnbook.exercises.kit.observed import seen_weights, weights


def _sizes(in_features, seed):
    return in_features, 200_000 // in_features, np.random.default_rng(seed)


HE_INIT = Exercise(
    title="First weights that keep a signal's size",
    task="Draw the first weights of a layer before a ReLU, after He: normal numbers with mean 0 "
    "and variance 2 / `in_features`. Use only `rng` for whatever is random.",
    first="`rng.normal(0, std, shape)` draws them. What shape does the weight matrix have, and "
    "what is `std`?",
    reference=lambda in_features, out_features, rng: (
        nn.init.kaiming_normal_(nn.Parameter(np.zeros((out_features, in_features))), rng=rng).value
    ),
    cases=[
        Case("400 inputs, 300 neurons", lambda: (400, 300, np.random.default_rng(0))),
        Case("50 inputs, 2,000 neurons", lambda: (50, 2000, np.random.default_rng(1))),
        Case("as many inputs as neurons", lambda: (300, 300, np.random.default_rng(2))),
        Case("one neuron", lambda: (40000, 1, np.random.default_rng(3)), single=True),
    ],
    draw=lambda d: _sizes(int(d.rng.integers(100, 400)), d.seed),
    hints=[
        "`rng.normal` takes the standard deviation, which is the root of the variance.",
        "The weight is (out_features, in_features): row j is neuron j.",
    ],
    observe=seen_weights,
    tolerance={
        "mean of the weights": (0, 0.01),
        "standard deviation of the weights": (0.03, 0),
        "share within one standard deviation": (0, 0.02),
    },
    also=[
        chance.repeats("weights", weights),
        chance.independent("weights", weights, 3, "Draw one normal number for each weight."),
    ],
)


@HE_INIT.solve("A ReLU lets half of the signal's mean square through, and the 2 makes up for it.")
def he_init(in_features, out_features, rng):
    """Random weights w ~ N(0, 2 / in_features).

    → (out_features, in_features), a row for each neuron
    """
    std = np.sqrt(2 / in_features)
    return rng.normal(0, std, (out_features, in_features))


@HE_INIT.wrong(
    "The spread is 2 / in. That is the variance; the standard deviation is its root.",
    "Take the root: `np.sqrt(2 / in_features)`.",
)
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
