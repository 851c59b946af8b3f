"""The exercises of the chapter on batch normalization: `batchnorm_forward`, `running_statistics`,
`batchnorm_backward`."""
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from nnbook import nn
from nnbook.exercises.kit import gradients
from nnbook.exercises.kit.exercise import Case, Exercise, Law

RNG = np.random.default_rng(6)
X, GAMMA, BETA = (
    RNG.normal(2.0, 3.0, (6, 3)),
    np.array([1.5, -0.5, 2.0]),
    np.array([0.5, 1.0, -1.0]),
)
EIGHT = np.array([[2.0], [4], [4], [4], [5], [5], [7], [9]])
ONE, NONE = np.ones(1), np.zeros(1)


def by_library(x, gamma, beta, eps):
    """y; a batch of one has no spread, x̂ = 0, and β is what comes out."""
    if len(x) == 1:
        return beta[None] * np.ones(x.shape)
    return gradients.normalizer(x, gamma, beta, eps)(x.astype(np.float64))


BATCHNORM_FORWARD = Exercise(
    title="Batch norm, forward",
    task="Write batch norm in training mode: for each feature take off the batch's mean, divide by "
    r"its spread, then stretch by $\gamma$ and shift by $\beta$.",
    first="Take the mean and the variance of each column: which axis goes over the examples?",
    reference=by_library,
    cases=[
        Case("the chapter's eight numbers", (EIGHT, ONE, NONE, 1e-5)),
        Case("three features", (X, GAMMA, BETA, 1e-5)),
        Case("a large ε", (X[:4], GAMMA, BETA, 0.5)),
        Case("as many examples as features", (X[:3], GAMMA, BETA, 0.1)),
        Case("integers", (np.array([[1, -2], [3, 0], [9, 1]]), GAMMA[:2], BETA[:2], 0.1)),
        Case("large numbers", (1e4 * X, GAMMA, BETA, 1e-5)),
        Case("far from 0", (1e6 + X, GAMMA, BETA, 1e-5)),
        Case("float32", (*(a.astype(np.float32) for a in (X, GAMMA, BETA)), 1e-3)),
        Case("a batch of one", (X[:1], GAMMA, BETA, 0.1), single=True),
    ],
    draw=lambda d: (d.batch(), d.normal(d.d), d.normal(d.d), 10 ** d.between(-6, -1)),
    hints=[
        "`x.mean(axis=0)` goes over the examples: one mean for each feature, (D,).",
        "x̂ = (x − μ) / √(σ² + ε), with `x.var(axis=0)`, which divides by N.",
    ],
)


@BATCHNORM_FORWARD.solve("Each column then has mean β and, if it is wide beside √ε, spread |γ|.")
def batchnorm_forward(x, gamma, beta, eps):
    """y = γ x̂ + β, where x̂ = (x − μ) / √(σ² + ε), in training.

    x (N, D), gamma (D,), beta (D,), eps a number → y (N, D)
    """
    mean, var = x.mean(axis=0), x.var(axis=0)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


@BATCHNORM_FORWARD.wrong(
    "Mean and variance were taken along the rows: over the features of each example.",
    "Go over the examples, axis=0. (Along the rows it is layer normalization.)",
)
def forward_wrong_axis(x, gamma, beta, eps):
    mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


@BATCHNORM_FORWARD.wrong(
    "The variance was divided by N − 1. The batch is normalized with N.",
    "Divide by N, as `x.var(axis=0)` does; N − 1 is for the running variance.",
)
def forward_unbiased(x, gamma, beta, eps):
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0, ddof=1) + eps) + beta


@BATCHNORM_FORWARD.wrong(
    "ε stands behind the root: σ + ε.", "Add it to the variance, under the root: √(σ² + ε)."
)
def forward_eps_outside(x, gamma, beta, eps):
    return gamma * (x - x.mean(axis=0)) / (x.std(axis=0) + eps) + beta


@BATCHNORM_FORWARD.wrong("Divided by the variance, not by its root.", "Take `np.sqrt(var + eps)`.")
def forward_no_root(x, gamma, beta, eps):
    return gamma * (x - x.mean(axis=0)) / (x.var(axis=0) + eps) + beta


@BATCHNORM_FORWARD.wrong(
    "What came is x̂: it was not stretched and shifted.", "Finish with `gamma * x_hat + beta`."
)
def forward_no_gamma_beta(x, gamma, beta, eps):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


@BATCHNORM_FORWARD.wrong(
    "One mean and one variance were taken for the whole table.",
    "Each feature has its own: axis=0.",
)
def forward_whole_table(x, gamma, beta, eps):
    return gamma * (x - x.mean()) / np.sqrt(x.var() + eps) + beta


def moved_by_library(mean, var, x, momentum):
    """The library's running statistics after one batch."""
    layer = nn.BatchNorm1d(x.shape[1], momentum=momentum, dtype=np.float64)
    layer.running_mean, layer.running_var = mean.astype(np.float64), var.astype(np.float64)
    layer(x.astype(np.float64))
    return layer.running_mean, layer.running_var


RUNNING_STATISTICS = Exercise(
    title="What batch norm remembers",
    task="Move the running mean and variance on by one batch, as PyTorch does: `momentum` is the "
    "share of the new, and the batch's variance is divided by N − 1.",
    first="Write the mean: (1 − m) times the old one, plus m times the batch's.",
    reference=moved_by_library,
    cases=[
        Case("the first batch", (NONE, ONE, EIGHT, 0.1)),
        Case("three features", (BETA, GAMMA**2, X, 0.1)),
        Case("as many examples as features", (BETA, GAMMA**2, X[:3], 0.3)),
        Case("large numbers", (BETA, GAMMA**2, 1e3 * X, 0.01)),
        Case("integers", (np.array([0, 1]), np.array([1, 1]), np.array([[1, 2], [4, -1]]), 0.25)),
        Case("far from 0", (BETA, GAMMA**2, 1e6 + X, 0.3)),
        Case("float32", (*(a.astype(np.float32) for a in (BETA, GAMMA**2, X)), 0.2)),
        Case("a batch of two, the smallest", (BETA, GAMMA**2, X[:2], 0.1), single=True),
    ],
    draw=lambda d: (d.normal(d.d), d.normal(d.d) ** 2, d.batch(), d.between(0.05, 0.9)),
    skip=("one example",),
    hints=[
        "new = (1 − m) · old + m · batch, for both.",
        "`x.var(axis=0, ddof=1)` divides by N − 1.",
    ],
    returns=("new_mean", "new_var"),
)


@RUNNING_STATISTICS.solve("A moving average, in which each batch counts less with every later one.")
def running_statistics(mean, var, x, momentum):
    """new = (1 − m) · old + m · batch, for mean and variance.

    mean (D,), var (D,), x (N, D), momentum m
    → new_mean (D,), new_var (D,)
    """
    new_mean = (1 - momentum) * mean + momentum * x.mean(axis=0)
    new_var = (1 - momentum) * var + momentum * x.var(axis=0, ddof=1)
    return new_mean, new_var


@RUNNING_STATISTICS.wrong(
    "Old and new changed places: here the momentum counts the old, as in some other libraries.",
    "The new has the share m, the old 1 − m.",
)
def running_swapped(mean, var, x, momentum):
    return running_statistics(mean, var, x, 1 - momentum)


@RUNNING_STATISTICS.wrong(
    "The variance was divided by N. What is remembered is an estimate for all data: N − 1.",
    "Add `ddof=1`.",
)
def running_biased(mean, var, x, momentum):
    new_mean = running_statistics(mean, var, x, momentum)[0]
    return new_mean, (1 - momentum) * var + momentum * x.var(axis=0)


@RUNNING_STATISTICS.wrong(
    "The old is forgotten: what came are the batch's own mean and variance.",
    "Keep a share 1 − m of the old.",
)
def running_replaced(mean, var, x, momentum):
    return x.mean(axis=0), x.var(axis=0, ddof=1)


@RUNNING_STATISTICS.wrong(
    "The standard deviation was mixed into the variance.", "Take `x.var`, not `x.std`."
)
def running_std(mean, var, x, momentum):
    new_mean = running_statistics(mean, var, x, momentum)[0]
    return new_mean, (1 - momentum) * var + momentum * x.std(axis=0, ddof=1)


@RUNNING_STATISTICS.wrong(
    "The old was kept whole, and a share of the new added: it grows without end.",
    "Take the same share off the old: 1 − m.",
)
def running_grows(mean, var, x, momentum):
    return mean + momentum * x.mean(axis=0), var + momentum * x.var(axis=0, ddof=1)


G = RNG.normal(size=(6, 3))

BATCHNORM_BACKWARD = Exercise(
    title="Batch norm, backward",
    task="Write the way back through batch norm. Two facts come first, and the check looks at them "
    r"before anything else: `grad_x` sums to 0 over the batch, and for $\varepsilon = 0$ it is at "
    r"a right angle to $\hat{x}$. To derive the formula you need paper; it also stands in the "
    "chapter.",
    first="Begin with the two easy ones, for y = γ x̂ + β: what are ∂E/∂γ and ∂E/∂β?",
    reference=gradients.of_norm,
    numeric=gradients.numeric_norm,
    cases=[
        Case("six examples", (G, X, GAMMA, 1e-5)),
        Case("ε = 0", (G, X, GAMMA, 0.0)),
        Case("a large ε", (G[:4], X[:4], GAMMA, 0.5)),
        Case("as many examples as features", (G[:3], X[:3], GAMMA, 0.1)),
        Case("integers", (G[:3, :2], np.array([[1, -2], [3, 0], [9, 1]]), GAMMA[:2], 0.1)),
        Case("large numbers", (G, 1e3 * X, GAMMA, 1e-5)),
        Case("far from 0", (G, 1e6 + X, GAMMA, 1e-5)),
        Case("float32", (*(a.astype(np.float32) for a in (G, X, GAMMA)), 0.1)),
        Case("a batch of two, the smallest", (G[:2], X[:2], GAMMA, 0.1), single=True),
    ],
    draw=lambda d: (d.normal(d.n, d.d), d.batch(), d.normal(d.d), 10 ** d.between(-6, -1)),
    skip=("one example",),
    hints=[
        "∂E/∂γ = Σ grad · x̂ and ∂E/∂β = Σ grad, both over the batch.",
        "If all x move by the same amount, y does not change: so grad_x sums to 0. Take off the "
        "mean of grad.",
        "If x̂ is stretched, y does not change either: take off x̂ · mean(grad · x̂). Then "
        "multiply by γ / √(σ² + ε).",
    ],
    returns=("grad_x", "grad_gamma", "grad_beta"),
    laws=[
        Law(
            "the sum of grad_x over the batch",
            lambda values, args: values["grad_x"].sum(axis=0),
            "If all examples move together, y stays, so these gradients must cancel.",
            "Take the mean of grad over the batch off; what else is taken off must sum to 0, as x̂ "
            "does.",
        ),
        Law(
            "the sum of grad_x · x̂ over the batch, for ε = 0,",
            gradients.along_x_hat,
            "If all examples move away from their mean in proportion, y stays.",
            "Take x̂ · mean(grad · x̂) off, with a variance that is divided by N.",
        ),
    ],
)


@BATCHNORM_BACKWARD.solve(
    "Two parts are taken off: the one that would shift all examples, and the one that would "
    "stretch them."
)
def batchnorm_backward(grad, x, gamma, eps):
    """∂E/∂x, ∂E/∂γ, ∂E/∂β of y = γ x̂ + β, from grad = ∂E/∂y.

    x̂ = (x − μ) / √(σ² + ε); grad (N, D), x (N, D), gamma (D,)
    → grad_x (N, D), grad_gamma (D,), grad_beta (D,)
    """
    std = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / std
    shift = grad.mean(axis=0)
    stretch = x_hat * (grad * x_hat).mean(axis=0)
    grad_x = gamma / std * (grad - shift - stretch)
    return grad_x, (grad * x_hat).sum(axis=0), grad.sum(axis=0)


def _parts(grad, x, eps):
    std = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / std
    return std, x_hat, x_hat * (grad * x_hat).mean(axis=0)


@BATCHNORM_BACKWARD.wrong(
    "μ and σ were treated as constants, as in evaluation. In training every x moves them too.",
    "Take off the two means: of grad, and x̂ times that of grad · x̂.",
)
def norm_constants(grad, x, gamma, eps):
    std, x_hat, _ = _parts(grad, x, eps)
    return gamma / std * grad, (grad * x_hat).sum(axis=0), grad.sum(axis=0)


@BATCHNORM_BACKWARD.wrong(
    "The mean of grad was not taken off.", "Write grad − mean(grad) − x̂ · mean(grad · x̂)."
)
def norm_no_shift(grad, x, gamma, eps):
    std, x_hat, stretch = _parts(grad, x, eps)
    return gamma / std * (grad - stretch), (grad * x_hat).sum(axis=0), grad.sum(axis=0)


@BATCHNORM_BACKWARD.wrong(
    "The part along x̂ was not taken off: the spread moves with x as well.",
    "Take off x̂ · mean(grad · x̂).",
)
def norm_no_stretch(grad, x, gamma, eps):
    std, x_hat, _ = _parts(grad, x, eps)
    centered = grad - grad.mean(axis=0)
    return gamma / std * centered, (grad * x_hat).sum(axis=0), grad.sum(axis=0)


@BATCHNORM_BACKWARD.wrong(
    "The gradients of γ and β are means over the batch: mean against sum.",
    "Add up over the examples; a 1/N, if there is one, is in grad already.",
)
def norm_mean(grad, x, gamma, eps):
    grad_x, grad_gamma, grad_beta = batchnorm_backward(grad, x, gamma, eps)
    return grad_x, grad_gamma / len(x), grad_beta / len(x)


@BATCHNORM_BACKWARD.wrong("γ is missing on the way back to x.", "Multiply by γ / √(σ² + ε).")
def norm_no_gamma(grad, x, gamma, eps):
    grad_x, grad_gamma, grad_beta = batchnorm_backward(grad, x, gamma, eps)
    return grad_x / gamma, grad_gamma, grad_beta
