"""The exercises of the chapter on layers: `linear_forward`, `loops_to_matrix` and
`digit_templates`."""
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from nnbook import data, nn
from nnbook.exercises.kit.behavior import without_loops
from nnbook.exercises.kit.exercise import Case, Exercise
from nnbook.exercises.kit.gradients import linear

RNG = np.random.default_rng(0)
X, W, B = RNG.normal(size=(4, 3)), RNG.normal(size=(2, 3)), np.array([0.5, -1.0])
SQUARE, BIAS3 = RNG.normal(size=(3, 3)), np.array([1.0, -2.0, 0.5])
PAPER_X, PAPER_W = np.array([[1.0, 1, 1], [0, 2, 3]]), np.array([[1.0, 0, -1], [2, 1, 0]])
IMAGES, FILTERS = RNG.normal(size=(5, 2, 3)), RNG.normal(size=(4, 2, 3))


LINEAR_FORWARD = Exercise(
    title="A layer in one line",
    task="Write the forward pass of a linear layer: all neurons, all examples. Row $j$ of `weight` "
    "is neuron $j$.",
    first="Write the shapes on paper: (N, D) times what gives (N, H), if `weight` is (H, D)?",
    reference=lambda x, weight, bias: linear(weight, bias)(x.astype(np.float64)),
    cases=[
        Case("the example on paper", (PAPER_X, PAPER_W, np.array([0.0, -1.0]))),
        Case("four examples", (X, W, B)),
        Case("N, D and H equal", (SQUARE, SQUARE[::-1] + 1, BIAS3)),
        Case("as many examples as neurons", (X[:2], W, B)),
        Case(
            "integers", (np.array([[1, 2], [-3, 0]]), np.array([[1, 0], [2, -1]]), np.ones(2, int))
        ),
        Case("integers in x alone", (np.array([[1, 2, 0], [-3, 0, 1]]), W, B)),
        Case("float32", (X.astype(np.float32), W.astype(np.float32), B.astype(np.float32))),
        Case("large numbers", (1e5 * X, W, B)),
        Case("a batch of one", (X[:1], W, B), single=True),
    ],
    draw=lambda d: (d.batch(), d.normal(d.h, d.d), d.normal(d.h)),
    hints=[
        "The number for example n and neuron j is the dot product of row n of x and row j of "
        "weight.",
        "`weight.T` has a column for each neuron: `x @ weight.T` is (N, H).",
        "A bias of shape (H,) is added to each row by itself: broadcasting starts at the last "
        "axis.",
    ],
)


@LINEAR_FORWARD.solve("Row n of x meets column j of Wᵀ, which is row j of W: neuron j.")
def linear_forward(x, weight, bias):
    """a = x Wᵀ + b.

    x (N, D), weight (H, D), bias (H,) → a (N, H)
    """
    return x @ weight.T + bias


@LINEAR_FORWARD.wrong(
    "The columns of the weight were taken for neurons.",
    "Rows are neurons: transpose, `weight.T`.",
)
def linear_no_transpose(x, weight, bias):
    return x @ weight + bias


@LINEAR_FORWARD.wrong("The bias is missing.", "Add `bias` to each row.")
def linear_no_bias(x, weight, bias):
    return x @ weight.T


@LINEAR_FORWARD.wrong(
    "The bias stands upright: each example got a bias of its own, and not each neuron.",
    "Add it as it is: a shape of (H,) lies along the row, one number for each neuron.",
)
def linear_bias_column(x, weight, bias):
    return x @ weight.T + bias[: len(x), None]


@LINEAR_FORWARD.wrong(
    "The result has a row for each neuron, and a column for each example.",
    "Turn it round; `x @ weight.T` has a row for each example.",
)
def linear_transposed(x, weight, bias):
    return weight @ x.T + bias[:, None]


@LINEAR_FORWARD.wrong(
    "The examples stand in the rows of x. A product with x on the right takes its columns.",
    "Put x first: `x @ weight.T`.",
)
def linear_x_last(x, weight, bias):
    return weight @ x + bias


@LINEAR_FORWARD.wrong("The bias was taken off.", "Add it: `+ bias`.")
def linear_minus_bias(x, weight, bias):
    return x @ weight.T - bias


LOOPS_TO_MATRIX = Exercise(
    title="Four loops become one product",
    task="The neurons of this layer look at pictures, and so their weights are pictures too. The "
    "formula in the docstring is four loops: over $n$, $j$, $r$ and $c$. Write it without a loop: "
    "the check counts the steps that Python takes, which must not grow with the sizes.",
    first="Turn each picture into a row: what does `images.reshape(len(images), -1)` give?",
    reference=lambda images, weights, bias: linear(weights.reshape(len(weights), -1), bias)(
        nn.Flatten()(images)
    ),
    cases=[
        Case("five pictures", (IMAGES, FILTERS, np.array([0.5, -1.0, 0.0, 2.0]))),
        Case("square pictures", (RNG.normal(size=(3, 2, 2)), RNG.normal(size=(2, 2, 2)), B)),
        Case("all sizes equal", (RNG.normal(size=(3, 3, 3)), RNG.normal(size=(3, 3, 3)), BIAS3)),
        Case("integers", (np.arange(12).reshape(2, 2, 3), np.ones((1, 2, 3), int), np.array([-5]))),
        Case("integers in the pictures alone", (np.arange(18).reshape(3, 2, 3), FILTERS[:2], B)),
        Case("large numbers", (1e4 * IMAGES, FILTERS[:2], B)),
        Case("a batch of one", (IMAGES[:1], FILTERS[:2], B), single=True),
    ],
    draw=lambda d: (d.batch(d.n, d.d, d.d + 1), d.normal(d.h, d.d, d.d + 1), d.normal(d.h)),
    also=[without_loops],
    hints=[
        "A sum over r and c of products is a dot product, once picture and weights lie in one row.",
        "Flatten both, images to (N, R·C) and weights to (H, R·C). Then it is a linear layer.",
    ],
)


@LOOPS_TO_MATRIX.solve("Flattened the same way, a picture and its weights make one dot product.")
def loops_to_matrix(images, weights, bias):
    """a[n, j] = Σ_r Σ_c images[n, r, c] · weights[j, r, c] + bias[j]

    images (N, R, C), weights (H, R, C), bias (H,) → a (N, H)
    """
    x = images.reshape(len(images), -1)
    w = weights.reshape(len(weights), -1)
    return x @ w.T + bias


@LOOPS_TO_MATRIX.wrong(
    "The weights were flattened column by column, the pictures row by row: pixels met the wrong "
    "weights.",
    "Flatten both in the same way, without a transpose before it.",
)
def loops_other_order(images, weights, bias):
    w = weights.transpose(0, 2, 1).reshape(len(weights), -1)
    return images.reshape(len(images), -1) @ w.T + bias


@LOOPS_TO_MATRIX.wrong("The bias is missing.", "Add `bias` to each row.")
def loops_no_bias(images, weights, bias):
    return images.reshape(len(images), -1) @ weights.reshape(len(weights), -1).T


@LOOPS_TO_MATRIX.wrong(
    "Within each pair of pictures every row met every row; only rows of one place belong together.",
    "Flatten first, so that `@` sees tables: one row for each picture.",
)
def loops_product_of_pictures(images, weights, bias):
    products = images[:, None] @ weights.transpose(0, 2, 1)[None]
    return products.sum(axis=(2, 3)) + bias


DIGIT_TEMPLATES = Exercise(
    title="Ten templates",
    task="Make the layer that reads digits without training: neuron $k$ has the mean picture of "
    r"digit $k$ as its weights, and the bias $-\frac{1}{2} w_k \cdot w_k$, so that a "
    "strong template has no advantage.",
    first="For one digit: which rows of `x` are pictures of it? `x[labels == k]`. Take their mean.",
    reference=lambda x, labels: _by_counting(x, labels),
    cases=[
        Case("twelve points", (RNG.normal(size=(12, 2)), np.array([*range(10), 3, 7]))),
        Case("in another order", (RNG.normal(size=(12, 3)), np.array([5, 5, *range(9, -1, -1)]))),
        Case("a square table of examples", (RNG.normal(size=(10, 10)), np.arange(10)[::-1])),
        Case("the first hundred digits", lambda: _digits(100)),
        Case("integers", (np.arange(24).reshape(12, 2) ** 2, np.array([*range(10), 0, 0]))),
        Case("one picture of each", (RNG.normal(size=(10, 4)), np.arange(10)), single=True),
    ],
    draw=lambda d: (d.batch(10 + d.n, d.d), d.rng.permutation([*range(10), *d.labels(d.n, 10)])),
    skip=("one example",),
    hints=[
        "`x[labels == k].mean(axis=0)` is the mean picture of digit k, of shape (D,).",
        "Ten of them, one below the other: `np.array([… for k in range(10)])` is (10, D).",
        "w·w for every row at once: `(weight**2).sum(axis=1)`.",
    ],
    returns=("weight", "bias"),
)


def _by_counting(x, labels):
    """The same by a matrix product: row k of onehotᵀ x is the sum over digit k."""
    onehot = (labels[:, None] == np.arange(10)).astype(np.float64)
    weight = onehot.T @ x / onehot.sum(axis=0)[:, None]
    return weight, -np.einsum("kd,kd->k", weight, weight) / 2


def _digits(n):
    images, labels = data.load_digits()
    return images[:n].reshape(n, -1), labels[:n]


@DIGIT_TEMPLATES.solve("Then neuron k scores highest exactly where template k is the nearest.")
def digit_templates(x, labels):
    """Row k of weight is the mean of digit k, bias[k] = −½ w_k·w_k.

    x (N, D), labels (N,) from 0 to 9, each at least once
    → weight (10, D), bias (10,)
    """
    weight = np.array([x[labels == k].mean(axis=0) for k in range(10)])
    return weight, -(weight**2).sum(axis=1) / 2


@DIGIT_TEMPLATES.wrong(
    "The pictures were added up, so a frequent digit has a stronger template.",
    "Take the mean over each digit's pictures.",
)
def templates_sum(x, labels):
    weight = np.array([x[labels == k].sum(axis=0) for k in range(10)])
    return weight, -(weight**2).sum(axis=1) / 2


@DIGIT_TEMPLATES.wrong("The half in the bias is missing.", "Divide by 2: −½ w·w.")
def templates_no_half(x, labels):
    weight = digit_templates(x, labels)[0]
    return weight, -(weight**2).sum(axis=1)


@DIGIT_TEMPLATES.wrong(
    "The bias is positive: strong templates would win even more often.",
    "Put a minus in front: −½ w·w.",
)
def templates_plus(x, labels):
    weight, bias = digit_templates(x, labels)
    return weight, -bias


@DIGIT_TEMPLATES.wrong(
    "The bias is −½ |w|: the length, not its square.",
    "Take w·w itself, the sum of the squares, without a root.",
)
def templates_root(x, labels):
    weight = digit_templates(x, labels)[0]
    return weight, -np.sqrt((weight**2).sum(axis=1)) / 2


@DIGIT_TEMPLATES.wrong("The bias is 0.", "Compute −½ w·w for each row of the weight.")
def templates_no_bias(x, labels):
    return digit_templates(x, labels)[0], np.zeros(10)
