"""The exercises of the chapter on networks: `mlp_forward`, `count_parameters`, `relu_bump`."""
# mypy: allow-untyped-defs, allow-untyped-calls

from itertools import pairwise

import numpy as np

from nnbook import nn
from nnbook.exercises.kit.behavior import sum_of_relus
from nnbook.exercises.kit.exercise import Case, Exercise
from nnbook.exercises.kit.gradients import linear

RNG = np.random.default_rng(1)


def layers(*sizes):
    """Pairs (weight, bias) of a network with these widths."""
    return drawn_layers(RNG.normal, sizes)


def drawn_layers(normal, sizes):
    """The same from another source of normal numbers."""
    return [(normal(size=(n, m)), normal(size=n)) for m, n in pairwise(sizes)]


def by_library(x, layers):
    """The same network from the library's layers."""
    parts = [part for w, b in layers for part in (linear(w, b), nn.ReLU())]
    return nn.Sequential(*parts[:-1])(x.astype(np.float64))


X = RNG.normal(size=(5, 4))
SMALL = [(np.array([[1, -2], [0, 3]]), np.array([0, -1])), (np.array([[2, 1]]), np.array([-4]))]
QUARTERS = [(w / 4, b / 4) for w, b in SMALL]

MLP_FORWARD = Exercise(
    title="Any number of layers",
    task="Write the forward pass of a network that is given as a list of its layers, each a pair "
    "of weight and bias. Every layer but the last is followed by a ReLU.",
    first="Go through `layers` with a loop, and send `x` through one linear layer after the other.",
    reference=by_library,
    cases=[
        Case("one hidden layer", (X, layers(4, 3, 2))),
        Case("three hidden layers", (X, layers(4, 5, 6, 3, 2))),
        Case("all widths equal", (RNG.normal(size=(3, 3)), layers(3, 3, 3, 3))),
        Case("one layer only", (X - 1, layers(4, 3))),
        Case("integers", (np.array([[1, 2], [-3, 1]]), SMALL)),
        Case("integers in x alone", (np.array([[1, 2], [-3, 1], [0, 4]]), QUARTERS)),
        Case("large numbers", (1e4 * X, layers(4, 3, 1))),
        Case("a batch of one", (X[:1], layers(4, 3, 2)), single=True),
    ],
    draw=lambda d: (d.batch(), drawn_layers(d.rng.normal, (d.d, d.h, *d.labels(4, 4) + 2, 2))),
    hints=[
        "One layer is `x @ weight.T + bias`; its output is the next one's input: `x = …`.",
        "`layers[:-1]` are all but the last. Those get a ReLU.",
        "After the loop comes the last layer, `weight, bias = layers[-1]`, without a ReLU.",
    ],
)


@MLP_FORWARD.solve("The last layer stays unbent, so that its answers can have any size and sign.")
def mlp_forward(x, layers):
    """x → ReLU(x Wᵀ + b) → … → x Wᵀ + b, the last without ReLU.

    x (N, D); layers, a list of pairs (weight, bias) → (N, K)
    """
    for weight, bias in layers[:-1]:
        x = np.maximum(x @ weight.T + bias, 0)
    weight, bias = layers[-1]
    return x @ weight.T + bias


@MLP_FORWARD.wrong(
    "The last layer was bent too: no answer can be negative.",
    "Bend after every layer but the last.",
)
def mlp_last_bent(x, layers):
    for weight, bias in layers:
        x = np.maximum(x @ weight.T + bias, 0)
    return x


@MLP_FORWARD.wrong(
    "No layer was bent: the whole stack is one linear layer.",
    "Put a ReLU after every layer but the last.",
)
def mlp_linear(x, layers):
    for weight, bias in layers:
        x = x @ weight.T + bias
    return x


@MLP_FORWARD.wrong("The biases are missing.", "Add `bias` in every layer.")
def mlp_no_bias(x, layers):
    for weight, _ in layers[:-1]:
        x = np.maximum(x @ weight.T, 0)
    return x @ layers[-1][0].T


@MLP_FORWARD.wrong(
    "The ReLU stands before each layer, so it cuts the negative inputs off.",
    "The input layer computes nothing: bend after each layer but the last.",
)
def mlp_input_bent(x, layers):
    for weight, bias in layers:
        x = np.maximum(x, 0) @ weight.T + bias
    return x


@MLP_FORWARD.wrong(
    "The hidden layers were bent by a sigmoid.", "This network has ReLUs: `np.maximum(a, 0)`."
)
def mlp_sigmoid(x, layers):
    for weight, bias in layers[:-1]:
        x = nn.sigmoid(x @ weight.T + bias)
    return x @ layers[-1][0].T + layers[-1][1]


def by_counting(sizes):
    """The library's network, its numbers counted."""
    model = nn.Sequential(*(nn.Linear(m, n) for m, n in pairwise(sizes)))
    return sum(p.value.size for p in model.parameters())


COUNT_PARAMETERS = Exercise(
    title="How many numbers does it learn?",
    task="Count the weights and biases of a network from the widths of its layers. The slides' "
    "4-2-1 network has 10 weights; with its three biases it has 13 numbers to learn.",
    first="Count one layer by hand: how many weights lead from m inputs to n neurons, and how many "
    "biases?",
    reference=by_counting,
    cases=[
        Case("the slides' 4-2-1", ([4, 2, 1],)),
        Case("one layer", ([64, 10],)),
        Case("the slides' network for images", ([784, 512, 512, 10],)),
        Case("all widths equal", ([3, 3, 3, 3],)),
        Case("a narrow waist", ([20, 1, 30, 2],)),
        Case("seven layers", ([5, 3, 8, 1, 6, 2, 9, 4],)),
        Case("one neuron", ([1, 1],), single=True),
    ],
    draw=lambda d: (d.rng.integers(1, 900, d.labels(1, 5)[0] + 2).tolist(),),
    hints=[
        "From m inputs to n neurons there are m · n weights, and n biases.",
        "Layer i leads from `sizes[i - 1]` to `sizes[i]`, for i from 1 on.",
    ],
)


@COUNT_PARAMETERS.solve("Each layer has a weight for every pair, and a bias for every neuron.")
def count_parameters(sizes):
    """How many weights and biases a network has.

    sizes, the widths from the input on, [4, 2, 1] → a whole number
    """
    total = 0
    for i in range(1, len(sizes)):
        total += sizes[i - 1] * sizes[i] + sizes[i]
    return total


@COUNT_PARAMETERS.wrong("The biases are missing.", "Add n for each layer of n neurons.")
def count_no_biases(sizes):
    return sum(m * n for m, n in pairwise(sizes))


@COUNT_PARAMETERS.wrong(
    "The input layer got biases too.",
    "The inputs are given, not computed: count biases from the second width on.",
)
def count_input_biases(sizes):
    return count_no_biases(sizes) + sum(sizes)


@COUNT_PARAMETERS.wrong(
    "Each layer got one bias for all its neurons.", "Every neuron has a bias of its own: add n."
)
def count_one_bias(sizes):
    return count_no_biases(sizes) + len(sizes) - 1


@COUNT_PARAMETERS.wrong(
    "What came is the number of neurons.", "Count the connections: m · n between neighbors."
)
def count_neurons(sizes):
    return sum(sizes)


@COUNT_PARAMETERS.wrong(
    "The last layer has no biases in this count.",
    "It has: only its ReLU is missing. Add n there too.",
)
def count_last_without(sizes):
    return count_no_biases(sizes) + sum(sizes[1:-1])


def by_turns(x, places, heights):
    """The straight lines through these points, level outside: a ReLU for each change of slope."""
    slopes = np.diff(heights) / np.diff(places)
    turns = np.diff([0, *slopes, 0])
    return nn.relu(x[..., None] - np.array(places, float)) @ turns


RELU_BUMP = Exercise(
    title="A hat from three ReLUs",
    task="Build a function that is 0 up to `left`, climbs in a straight line to 1 at `middle`, "
    "falls in a straight line to 0 at `right`, and stays there. Add up three ReLUs, each times a "
    "number: the check notices if anything else bends or cuts the line.",
    first="Begin on the left: which multiple of `nn.relu(x - left)` is 1 at `middle`?",
    reference=lambda x, left, middle, right: by_turns(x, [left, middle, right], [0, 1, 0]),
    cases=[
        Case("a wide hat", (np.linspace(-1, 5, 13), 0.0, 2.0, 4.0)),
        Case("a lopsided hat", (np.linspace(-2, 4, 13), -1.0, 0.0, 3.0)),
        Case("a narrow hat", (np.linspace(0, 1, 11), 0.25, 0.5, 0.6)),
        Case("integers", (np.arange(-3, 8), 0, 2, 6)),
        Case("far to the right", (np.array([10.0, 100.0, 1000.0]), -1.0, 1.0, 2.0)),
        Case("a batch of one", (np.array([[0.3]]), -1.0, 1.0, 2.0), single=True),
    ],
    draw=lambda d: (d.batch(), *np.cumsum(d.rng.uniform(0.2, 1.5, 3)).tolist()),
    skip=(
        "a large offset",
        "large numbers",
        "numbers of all sizes",
        "rows far apart",
    ),  # in float32
    also=[sum_of_relus],
    hints=[
        "A climb from 0 to 1 over the distance `middle - left` has the slope 1 / (middle - left).",
        "A ReLU that starts at `middle` changes the slope there: by minus the climb, and minus the "
        "fall.",
        "At `right` the slope is to be 0 again: the third ReLU gives back the fall.",
    ],
)


@RELU_BUMP.solve("Each ReLU changes the slope at one place: up, over the top, and level again.")
def relu_bump(x, left, middle, right):
    """0 up to left, 1 at middle, 0 from right on; straight between.

    x of any shape → the same shape
    """
    up = 1 / (middle - left)
    down = 1 / (right - middle)
    hat = up * nn.relu(x - left) - (up + down) * nn.relu(x - middle)
    return hat + down * nn.relu(x - right)


@RELU_BUMP.wrong(
    "The third ReLU is missing: behind the right end the line falls on below 0.",
    "Add a ReLU that starts at `right` and takes the slope back to 0.",
)
def bump_falls_on(x, left, middle, right):
    up, down = 1 / (middle - left), 1 / (right - middle)
    return up * nn.relu(x - left) - (up + down) * nn.relu(x - middle)


@RELU_BUMP.wrong(
    "The second ReLU only ends the climb: the function stays at 1.",
    "It has to turn the climb into a fall: subtract both slopes.",
)
def bump_plateau(x, left, middle, right):
    return (nn.relu(x - left) - nn.relu(x - middle)) / (middle - left)


@RELU_BUMP.wrong(
    "All slopes are 1, so the hat is as high as it is wide.",
    "Divide by the distances: the climb is 1 / (middle - left).",
)
def bump_slope_one(x, left, middle, right):
    return nn.relu(x - left) - 2 * nn.relu(x - middle) + nn.relu(x - right)


@RELU_BUMP.wrong(
    "The fall has the slope of the climb; that fits only where the top is halfway.",
    "Take 1 / (right - middle) for the fall.",
)
def bump_symmetric(x, left, middle, right):
    return bump_slope_one(x, left, middle, right) / (middle - left)


@RELU_BUMP.wrong(
    "The ReLUs start at −left, −middle and −right.",
    "A ReLU that starts at c is `nn.relu(x - c)`: its bias is minus c.",
)
def bump_mirrored(x, left, middle, right):
    up, down = 1 / (middle - left), 1 / (right - middle)
    hat = up * nn.relu(x + left) - (up + down) * nn.relu(x + middle)
    return hat + down * nn.relu(x + right)
