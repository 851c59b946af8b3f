"""The exercises of the chapter on backpropagation: `linear_backward`, `two_layer_backward` and
`numerical_gradient`."""
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from nnbook import nn
from nnbook.exercises.kit import gradients, words
from nnbook.exercises.kit.exercise import Case, Exercise
from nnbook.exercises.kit.trial import Odd

RNG = np.random.default_rng(3)
G, X, W = RNG.normal(size=(4, 2)), RNG.normal(size=(4, 3)), RNG.normal(size=(2, 3))
G3, X3, W3 = RNG.normal(size=(3, 3, 3))


LINEAR_BACKWARD = Exercise(
    title="Back through a layer",
    task=r"Write the backward pass of $a = x W^\top + b$. `grad` is $\partial E / \partial a$, "
    "what arrives from above; return the gradients for the input, the weight and the bias. If "
    "$E$ is a mean over $N$ examples, `grad` has been divided by $N$ already.",
    first="Write down three shapes: each gradient has the shape of its own value.",
    reference=gradients.of_linear,
    numeric=gradients.numeric_linear,
    cases=[
        Case("four examples", (G, X, W)),
        Case("square tables", (G3, X3, W3)),
        Case("as many examples as neurons", (G[:2], X[:2], W)),
        Case("integers", (np.array([[1.0], [-2.0]]), np.array([[1, 0, 2], [3, -1, 1]]), W[:1])),
        Case("large numbers", (1e4 * G, X, W)),
        Case("float32", tuple(a.astype(np.float32) for a in (G, X, W))),
        Case("a batch of one", (G[:1], X[:1], W), single=True),
    ],
    draw=lambda d: (d.normal(d.n, d.h), d.batch(), d.normal(d.h, d.d)),
    hints=[
        "If N, D and H differ, only one product of `grad` (N, H) and `weight` (H, D) has the shape "
        "of x, (N, D).",
        "∂E/∂W adds up grad · x over the examples: (H, N) times (N, D), `grad.T @ x`.",
        "Every example uses the same bias, so its gradients add up: `grad.sum(axis=0)`.",
    ],
    returns=("grad_x", "grad_weight", "grad_bias"),
)


@LINEAR_BACKWARD.solve("All examples share W and b, so their gradients are summed over the batch.")
def linear_backward(grad, x, weight):
    """∂E/∂x, ∂E/∂W, ∂E/∂b of a = x Wᵀ + b, from grad = ∂E/∂a.

    grad (N, H), x (N, D), weight (H, D)
    → grad_x (N, D), grad_weight (H, D), grad_bias (H,)
    """
    return grad @ weight, grad.T @ x, grad.sum(axis=0)


@LINEAR_BACKWARD.wrong(
    "The gradient of the bias was not summed over the batch.",
    "Every example moves the same bias: add up, `grad.sum(axis=0)`.",
)
def grad_not_summed_over_batch(grad, x, weight):
    return grad @ weight, grad.T @ x, grad


@LINEAR_BACKWARD.wrong(
    "The gradients of W and b were divided by N: mean against sum. The loss has done that already.",
    "Sum over the batch, and leave the 1/N to `grad`.",
)
def linear_mean(grad, x, weight):
    return grad @ weight, grad.T @ x / len(x), grad.mean(axis=0)


@LINEAR_BACKWARD.wrong(
    "The gradient of the weight is transposed: inputs × neurons.",
    "Row j belongs to neuron j: `grad.T @ x`.",
)
def linear_weight_transposed(grad, x, weight):
    return grad @ weight, x.T @ grad, grad.sum(axis=0)


@LINEAR_BACKWARD.wrong(
    "On the way back the weight was transposed as on the way forward.",
    "Forward x Wᵀ, backward grad W: `grad @ weight`.",
)
def linear_input_transposed(grad, x, weight):
    return grad @ weight.T, grad.T @ x, grad.sum(axis=0)


@LINEAR_BACKWARD.wrong(
    "The three gradients come in another order.", "Return the input's first, then W's, then b's."
)
def linear_other_order(grad, x, weight):
    return grad.T @ x, grad.sum(axis=0), grad @ weight


def network(n, d, h, scale=1.0, rng=RNG):
    """x, y and the parameters of a network."""
    shapes = ((n, d), (n, 1), (h, d), (h,), (1, h), (1,))
    return tuple(scale * rng.normal(size=shape) for shape in shapes)


SLIDE = (
    np.array([[2.0, 1.0, -1.0, 0.5], [0.0, 1.0, 1.0, -1.0], [1.0, -1.0, 0.0, 2.0]]),
    np.array([[2.5], [0.0], [-1.0]]),
    np.array([[0.5, 0.5, 1.0, 1.0], [-1.0, 0.5, 0.5, 2.0]]),
    np.zeros(2),
    np.array([[0.5, -1.0]]),
    np.zeros(1),
)

TWO_LAYER_BACKWARD = Exercise(
    title="Back through the slides' network",
    task="Write the whole gradient of a network with one hidden layer of sigmoids and a linear "
    "output, like the slides' 4-2-1, here with three biases added. The error is the mean over "
    r"the batch of $\frac{1}{2} (\hat{y} - y)^2$.",
    first="Go forward and keep Z and ŷ. Then begin at the end: what is ∂E/∂ŷ, with its 1/N?",
    reference=gradients.of_two_layers,
    numeric=gradients.numeric_two_layers,
    cases=[
        Case("the 4-2-1 network", SLIDE),
        Case("five examples", network(5, 3, 4)),
        Case("all sizes equal", network(3, 3, 3)),
        Case("integers", (np.array([[1, 2], [0, -1], [3, 1]]), *network(3, 2, 2)[1:])),
        Case("large numbers", network(4, 3, 2, scale=5.0)),
        Case("a batch of one", tuple(a[:1] if i < 2 else a for i, a in enumerate(SLIDE)), True),
    ],
    draw=lambda d: (d.batch(), *network(d.n, d.d, d.h, rng=d.rng)[1:]),
    hints=[
        "At the output δ2 = (ŷ − y) / N, of shape (N, 1). There W2 gets δ2ᵀ Z and b2 the sum of "
        "δ2.",
        "One layer further back: δ1 = (δ2 W2) ⊙ σ′(a1), and σ′ = Z (1 − Z) since Z is kept.",
        "W1 and b1 then are as W2 and b2, with δ1 in place of δ2 and x in place of Z.",
    ],
    returns=("grad_W1", "grad_b1", "grad_W2", "grad_b2"),
)


@TWO_LAYER_BACKWARD.solve(
    "At each layer the message goes back through the weights, then through the slope of f."
)
def two_layer_backward(x, y, W1, b1, W2, b2):
    """Gradients for W1, b1, W2, b2 of E = mean of ½ (ŷ − y)²,
    where Z = σ(x W1ᵀ + b1) and ŷ = Z W2ᵀ + b2.

    x (N, D), y (N, 1), W1 (H, D), b1 (H,), W2 (1, H), b2 (1,)
    """
    Z = nn.sigmoid(x @ W1.T + b1)
    y_hat = Z @ W2.T + b2
    delta2 = (y_hat - y) / len(x)
    delta1 = (delta2 @ W2) * Z * (1 - Z)
    grad_W1, grad_b1 = delta1.T @ x, delta1.sum(axis=0)
    grad_W2, grad_b2 = delta2.T @ Z, delta2.sum(axis=0)
    return grad_W1, grad_b1, grad_W2, grad_b2


def _both(x, Z, delta1, delta2):
    return delta1.T @ x, delta1.sum(axis=0), delta2.T @ Z, delta2.sum(axis=0)


def _forward(x, W1, b1, W2, b2):
    Z = nn.sigmoid(x @ W1.T + b1)
    return Z, Z @ W2.T + b2


@TWO_LAYER_BACKWARD.wrong(
    "The slope of the sigmoid is missing, as in the slide's line.",
    "Multiply the message by Z (1 − Z) on its way through the hidden layer.",
)
def two_no_slope(x, y, W1, b1, W2, b2):
    Z, y_hat = _forward(x, W1, b1, W2, b2)
    delta2 = (y_hat - y) / len(x)
    return _both(x, Z, delta2 @ W2, delta2)


@TWO_LAYER_BACKWARD.wrong(
    "The sign is that of y − ŷ: all steps would go uphill.", "Begin with ŷ − y, the derivative."
)
def two_sign(x, y, W1, b1, W2, b2):
    return tuple(-grad for grad in two_layer_backward(x, y, W1, b1, W2, b2))


@TWO_LAYER_BACKWARD.wrong(
    "This is the gradient of the batch's sum: N times too large. Mean against sum.",
    "E is a mean: divide ŷ − y by N at the start.",
)
def two_sum(x, y, W1, b1, W2, b2):
    return tuple(len(x) * grad for grad in two_layer_backward(x, y, W1, b1, W2, b2))


@TWO_LAYER_BACKWARD.wrong(
    "Everything is twice too large: this is the gradient of (ŷ − y)², without its ½.",
    "The 2 of the square and the ½ cancel: begin with (ŷ − y) / N.",
)
def two_no_half(x, y, W1, b1, W2, b2):
    return tuple(2 * grad for grad in two_layer_backward(x, y, W1, b1, W2, b2))


@TWO_LAYER_BACKWARD.wrong(
    "The slope was taken at Z, after the sigmoid: σ′(Z).",
    "σ′ belongs to the pre-activation: σ′(a) = Z (1 − Z).",
)
def two_slope_of_output(x, y, W1, b1, W2, b2):
    Z, y_hat = _forward(x, W1, b1, W2, b2)
    delta2 = (y_hat - y) / len(x)
    return _both(x, Z, delta2 @ W2 * nn.sigmoid_derivative(Z), delta2)


@TWO_LAYER_BACKWARD.wrong(
    "The message did not go through W2 on its way back.",
    "What a hidden neuron hears is weighed by the weight that it speaks with: `delta2 @ W2`.",
)
def two_no_weight(x, y, W1, b1, W2, b2):
    Z, y_hat = _forward(x, W1, b1, W2, b2)
    delta2 = (y_hat - y) / len(x)
    return _both(x, Z, delta2 * Z * (1 - Z), delta2)


NUDGED = np.random.default_rng(4)


def curved(shape, weights=()):
    """A function of all entries of such an array together, whose slope changes everywhere."""
    size = int(np.prod(shape))
    each = np.reshape(weights if len(weights) else np.arange(1, size + 1), shape)

    def f(w):
        if not isinstance(w, np.ndarray) or w.shape != shape:
            raise Odd(
                f"f called with an array of shape {shape}, like w",
                f"f called with {words.kind(w)}",
                "f takes a whole array like w, and no other shape.",
                "Nudge one entry of a copy of w, and give f the whole copy.",
            )
        w = w.astype(np.float64)
        return float(np.sum(w) ** 3 / 10 + np.sum(w**2 * each))

    return f


def curved_at(w, h, weights=()):
    """f, w and h."""
    return curved(w.shape, weights), w, h


def _drawn_curve(d):
    shape = (d.n, d.d, d.h)[: 1 + int(d.labels(1, 3)[0])]
    w = d.normal(*shape)
    return curved_at(w, d.between(0.01, 0.2), d.normal(w.size))


NUMERICAL_GRADIENT = Exercise(
    title="A second witness",
    task="Measure the slope of any function for every entry of `w`: nudge one entry up by h, then "
    "down by h, and see what the function says. `w` may have any shape.",
    first="For one entry: copy `w`, add h to `copy[i]`, and call `f(copy)`.",
    reference=lambda f, w, h: gradients.one_by_one(f, w, h),
    cases=[
        Case("three weights", curved_at(np.array([1.0, -0.5, 0.25]), 1e-5)),
        Case("a wide nudge", curved_at(np.array([1.0, -0.5, 0.25]), 0.1)),
        Case("a matrix", curved_at(NUDGED.normal(size=(2, 3)), 1e-4)),
        Case("a square matrix", curved_at(NUDGED.normal(size=(2, 2)), 0.05)),
        Case("integers", curved_at(np.array([2, -1, 3]), 0.1)),
        Case("large numbers", curved_at(np.array([100.0, -50.0]), 1e-3)),
        Case("a single weight", curved_at(np.array([0.7]), 0.1), single=True),
    ],
    draw=_drawn_curve,
    skip=("one example", "one feature", "one neuron", "many examples"),
    hints=[
        "`for i in np.ndindex(w.shape):` goes through every index of any shape; `grad[i]` takes "
        "it.",
        "A nudge that leaves w alone: `step = np.zeros(w.shape)`, `step[i] = h`, then `f(w + "
        "step)`.",
        "From w − h to w + h the way is 2h long.",
    ],
    tolerance={"result": (1e-5, 2e-6)},
)


@NUMERICAL_GRADIENT.solve(
    "For a smooth f, a nudge to one side misses the slope by an amount in proportion to h. "
    "With a nudge to both sides these amounts cancel; what is left is in proportion to h², tiny."
)
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
    "In an array of whole numbers a nudge of 0.1 is cut off at the point, and nothing moves.",
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
