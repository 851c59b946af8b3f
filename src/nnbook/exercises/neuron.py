"""The exercises of the chapter on one neuron: `neuron`, `sigmoid`, `gelu`."""
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from nnbook import nn
from nnbook.exercises.kit.exercise import Case, Exercise
from nnbook.nn.activations import normal_cdf as ndtr

X = np.array([[2.0, 1.0, -1.0, 0.5], [0.0, -1.0, 2.0, 1.0]])
W = np.array([0.5, 0.5, 1.0, 1.0])
SQUARE = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, -1.0], [-1.0, 1.0, 4.0]])
W3 = np.array([1.0, -0.5, 2.0])
FEW = np.array([-3.0, -2.2, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0])

NEURON = Exercise(
    title="One neuron, many examples",
    task="Write the neuron with a ReLU for a whole batch. Each row of `x` is one example: weigh "
    "it, add up, shift by `b`, bend. What comes out is one number for each row.",
    first="Compute the pre-activations of all rows at once: `a = x @ w + b`. What is still "
    "missing?",
    reference=lambda x, w, b: nn.Neuron(w, float(b), f=nn.relu)(x),
    cases=[
        Case("the chapter's example and another", (X, W, 0.25)),
        Case("sums below zero", (-X, W, -1.5)),
        Case("a square table of examples", (SQUARE, W3, 0.5)),
        Case("integers", (np.array([[1, -2], [3, 4], [0, -1]]), np.array([2, 1]), 1)),
        Case("integers in x alone", (np.array([[2, -1], [0, 3], [1, 1]]), W[1:3] / 4, 0.5)),
        Case("large numbers", (1e4 * X, W, 3.0)),
        Case("float32", (X.astype(np.float32), W.astype(np.float32), 0.1)),
        Case("a batch of one", (X[:1], W, -0.5), single=True),
    ],
    draw=lambda d: (d.batch(), d.normal(d.d), d.between(-1, 1)),
    hints=[
        "`x @ w` takes the dot product of each row of x with w: shape (N,).",
        "The bias is one number and is added after the sum, once for each example.",
        "`np.maximum(a, 0)` compares number by number; `np.max(a)` would find the largest.",
    ],
)


@NEURON.solve("`x @ w` is one dot product for each row, so no loop over the examples is needed.")
def neuron(x, w, b):
    """z = max(w·x + b, 0), for each example.

    x (N, D), a row for each example; w (D,); b one number → z (N,)
    """
    a = x @ w + b
    return np.maximum(a, 0)


@NEURON.wrong("The bias is missing.", "Add `b` to the weighted sum, before the ReLU.")
def neuron_no_bias(x, w, b):
    return np.maximum(x @ w, 0)


@NEURON.wrong(
    "What came is the pre-activation a: it has not been bent.",
    "Send it through the ReLU: `np.maximum(a, 0)`.",
)
def neuron_no_relu(x, w, b):
    return x @ w + b


@NEURON.wrong("The bias was taken off.", "Add it: `+ b`.")
def neuron_minus_bias(x, w, b):
    return np.maximum(x @ w - b, 0)


@NEURON.wrong(
    "Each product was bent by itself, before they were added up.",
    "Add up first: a neuron bends its sum, once.",
)
def neuron_bent_products(x, w, b):
    return np.maximum(x * w, 0).sum(axis=1) + b


@NEURON.wrong(
    "The weights go down the columns of x here, and mix the examples.",
    "Rows are examples: write `x @ w`.",
)
def neuron_down_the_columns(x, w, b):
    return np.maximum(w @ x + b, 0)


@NEURON.wrong(
    "The bias was added to every product, so it counts once for each input.",
    "Sum first, then add b once.",
)
def neuron_many_biases(x, w, b):
    return np.maximum((x * w + b).sum(axis=1), 0)


SIGMOID = Exercise(
    title="A sigmoid that survives large numbers",
    task="Write the sigmoid for an array of any shape. Choose the form that gives a number for "
    "every `x`: the check will try x = 1000 and x = −1000.",
    first="Write the second of the chapter's two forms, 1 / (1 + e⁻ˣ); `np.exp` works number by "
    "number.",
    reference=nn.sigmoid,
    cases=[
        Case("small numbers", (FEW,)),
        Case("a table", (FEW.reshape(2, 4) / 2,)),
        Case("integers", (np.array([-2, 0, 1, 3]),)),
        Case("float32", (FEW.astype(np.float32),)),
        Case("numbers further from 0", (np.array([-20.0, -12.0, -7.0, -4.5, 4.5, 9.0]),)),
        Case("large numbers", (np.array([-1000.0, -40.0, 40.0, 1000.0]),)),
        Case("a batch of one", (np.array([[0.3, -0.7]]),), single=True),
    ],
    draw=lambda d: (d.batch(d.n, d.d, d.h),),
    hints=[
        "On paper the chapter's two forms are the same function. What is e¹⁰⁰⁰ for the machine, "
        "and what is ∞/∞?",
        "In 1 / (1 + e⁻ˣ) the worst that can happen is 1/∞, and that is 0.",
    ],
)


@SIGMOID.solve(
    "Where e⁻ˣ overflows, this gives 1/∞, which is 0, and σ(x) is hardly more. The slide's form "
    "gives ∞/∞ where eˣ overflows."
)
def sigmoid(x):
    """σ(x) = 1 / (1 + e⁻ˣ), number by number.

    x of any shape → numbers between 0 and 1, of the same shape
    """
    return 1 / (1 + np.exp(-x))


@SIGMOID.wrong(
    "For large x this is ∞ divided by ∞, or ∞ times 0: eˣ is too large for the machine.",
    "Divide eˣ and eˣ + 1 by eˣ, on paper, and write the form that comes out.",
)
def sigmoid_as_printed(x):
    return np.exp(x) / (np.exp(x) + 1)


@SIGMOID.wrong(
    "The minus in the exponent is missing: the curve falls where it should climb.",
    "Write `np.exp(-x)`.",
)
def sigmoid_no_minus(x):
    return 1 / (1 + np.exp(x))


@SIGMOID.wrong(
    "What comes out is 1 + e⁻ˣ: the sum is not below the fraction line.",
    "Put brackets around the sum: `1 / (1 + …)`.",
)
def sigmoid_no_brackets(x):
    return 1 / 1 + np.exp(-x)


@SIGMOID.wrong(
    "This is tanh, which runs from −1 to 1.",
    "The sigmoid runs from 0 to 1; it is ½ (1 + tanh(x/2)).",
)
def sigmoid_tanh(x):
    return np.tanh(x)


@SIGMOID.wrong(
    "This is the slope of the sigmoid, σ(x) (1 − σ(x)).",
    "Return σ(x) itself.",
)
def sigmoid_slope(x):
    s = 1 / (1 + np.exp(-x))
    return s * (1 - s)


GELU = Exercise(
    title="A soft gate",
    task="Write the GELU for an array of any shape. `ndtr`, which the chapter has imported from "
    "SciPy, is Φ(x), the share of the area under the bell curve to the left of x.",
    first="Compute the gate `ndtr(x)`. What does the GELU do with x and its gate?",
    reference=nn.gelu,
    cases=[
        Case("small numbers", (FEW,)),
        Case("a table", (FEW.reshape(4, 2) * 1.5,)),
        Case("integers", (np.array([-2, 0, 1, 3]),)),
        Case("numbers further from 0", (np.array([-9.0, -5.2, -4.5, 4.5, 5.2, 9.0]),)),
        Case("large numbers", (np.array([-1000.0, -30.0, 30.0, 1000.0]),)),
        Case("float32", (FEW.astype(np.float32),)),
        Case("a batch of one", (np.array([[0.3, -0.7]]),), single=True),
    ],
    draw=lambda d: (d.batch(d.n, d.d, d.h),),
    hints=[
        "A gate is something that you multiply with.",
        "GELU(x) = x · Φ(x). At 0 it is 0; far to the right it is nearly x, far to the left "
        "nearly 0.",
    ],
)


@GELU.solve("Φ(x) is the share of x that is let through, from nearly 0 to nearly 1.")
def gelu(x):
    """GELU(x) = x · Φ(x), number by number.

    x of any shape → the same shape; Φ is `ndtr`
    """
    return x * ndtr(x)


@GELU.wrong(
    "This is x + Φ(x), as the slide prints it. A sum is no gate: it climbs everywhere.",
    "Multiply: the gate says which share of x is let through.",
)
def gelu_as_printed(x):
    return x + ndtr(x)


@GELU.wrong(
    "This is the gate Φ(x) alone.",
    "Multiply it by x.",
)
def gelu_gate_alone(x):
    return ndtr(x)


@GELU.wrong(
    "This is the tanh approximation of the GELU, which is off by up to 0.0005.",
    "Take Φ itself: `ndtr(x)`.",
)
def gelu_tanh(x):
    return nn.gelu(x, "tanh")


@GELU.wrong(
    "This is x · σ(1.702 x), an approximation of the GELU that is off by up to 0.02.",
    "Take Φ itself, `ndtr(x)`, in place of the sigmoid.",
)
def gelu_sigmoid(x):
    return x * nn.sigmoid(1.702 * x)


@GELU.wrong(
    "This is x times the bell curve. The gate is the area under the bell to the left of x.",
    "Take the area, `ndtr(x)`, instead of the height of the curve.",
)
def gelu_density(x):
    return x * np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)


@GELU.wrong(
    "This is the ReLU: a switch, where the GELU has a dimmer.",
    "Replace the switch x > 0 by the gate Φ(x).",
)
def gelu_relu(x):
    return np.maximum(x, 0) * 1.0
