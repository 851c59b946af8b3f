"""How wrong a prediction is, as one number; and which way to move it.
loss_fn(prediction, target) first, then loss_fn.backward()."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

import nnbook.absent as absent
from nnbook.nn.activations import Array, as_array, floats, sigmoid
from nnbook.nn.checks import Checked, choice, shown
from nnbook.nn.layer import Layer


class Value(float):
    """A loss: a float, which says what to write for what it is not."""

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            raise absent.error(self, "a loss", absent.LOSS, name)


class Loss:
    """L = mean of ℓ over all that is counted, or with "sum" its sum.

    loss_fn(prediction, target) → float; loss_fn.backward() →
    ∂L/∂prediction, of the prediction's shape and dtype.
    ValueError for another reduction, shapes that do not fit, an empty
    batch; RuntimeError for backward before forward.
    """

    reduction = Checked(choice, "mean", "sum")
    _slopes: Array | None = None  # ∂L/∂prediction, of the last call

    def __init__(self, reduction: str = "mean") -> None:
        self.reduction = reduction

    def forward(self, y_hat: Array, y: Array) -> tuple[Array, Array]:
        """ℓ and ∂ℓ/∂ŷ."""
        raise NotImplementedError(f"{self!r} has no forward")

    def __call__(self, prediction: ArrayLike, target: ArrayLike) -> float:
        """L, after which backward() gives its gradient."""
        y_hat, y = self._checked_pair(prediction, target)
        with np.errstate(under="ignore"):
            losses, slopes = self.forward(y_hat, y)
            n = losses.size if self.reduction == "mean" else 1
            self._slopes = slopes / n  # ∂L/∂ŷ
            return Value(losses.sum(dtype=np.float64) / n)

    def backward(self) -> Array:
        """∂L/∂prediction = ∂ℓ/∂prediction, divided by N for a mean."""
        if self._slopes is None:
            cure = "backward before forward: call loss_fn(ŷ, y) first"
            raise RuntimeError(f"{self!r}: {cure}")
        return self._slopes.copy(order="C")

    def _checked_pair(self, prediction: ArrayLike, target: ArrayLike) -> tuple[Array, Array]:
        """ŷ and y, of one shape and the dtype of ŷ."""
        name = type(self).__name__
        y_hat, y = floats(f"{name} prediction", prediction), floats(f"{name} target", target)
        if y_hat.shape != y.shape:
            got = f"predictions of shape {y_hat.shape}, targets of {y.shape}"
            cure = "give both one shape, target.reshape(prediction.shape)"
            raise ValueError(f"{self!r} got {got}: {cure}")
        if y.size == 0:
            cure = "give at least one example"
            raise ValueError(f"{self!r} got an empty batch, shape {y.shape}: {cure}")
        return y_hat, y.astype(y_hat.dtype, copy=False)

    def __getstate__(self) -> dict[str, Any]:
        """For copies and pickles: without the gradient of the last call."""
        return {name: x for name, x in vars(self).items() if name != "_slopes"}

    def __repr__(self) -> str:
        changed = "" if self.reduction == "mean" else "reduction='sum'"
        return f"{type(self).__name__}({changed})"


def check_loss(x: Any, call: str) -> None:
    """TypeError for what is no loss, such as a loss's class."""
    if isinstance(x, type | Layer) or not (callable(x) and hasattr(x, "backward")):
        cure = f"nn.CrossEntropyLoss(), for example: {call}"
        raise TypeError(f"loss_fn must be a loss, got {shown(x)}: {cure}")


class L1Loss(Loss):
    """`ℓ = |ŷ − y|`, with `∂ℓ/∂ŷ = sign(ŷ − y)`, which is 0 at 0.

    ŷ and y of one shape; each number counts.
    """

    def forward(self, y_hat: Array, y: Array) -> tuple[Array, Array]:
        difference = y_hat - y
        return np.abs(difference), np.sign(difference)  # |ŷ − y|


class HalfSquaredLoss(Loss):
    """`ℓ = ½ (ŷ − y)²`, with `∂ℓ/∂ŷ = ŷ − y`.

    ŷ and y of one shape; each number counts. Half of PyTorch's MSELoss.
    """

    def forward(self, y_hat: Array, y: Array) -> tuple[Array, Array]:
        difference = y_hat - y
        return difference**2 / 2, difference  # ½ (ŷ − y)²


class BCEWithLogitsLoss(Loss):
    """`ℓ = −y log p − (1 − y) log(1 − p)`, `p = σ(a)`; `∂ℓ/∂a = p − y`.

    Logits a and targets y in [0, 1], of one shape; each number counts.
    Taken as `max(a, 0) − a y + log(1 + exp(−|a|))`, right for every a.
    ValueError for a target that is no probability.
    """

    def forward(self, a: Array, y: Array) -> tuple[Array, Array]:
        losses = np.maximum(a, 0) - a * y + np.log1p(np.exp(-np.abs(a)))
        return losses, sigmoid(a) - y  # p − y

    def _checked_pair(self, prediction: ArrayLike, target: ArrayLike) -> tuple[Array, Array]:
        """Logits, and targets that are probabilities."""
        a, y = super()._checked_pair(prediction, target)
        if not np.all((y >= 0) & (y <= 1)):
            got = f"got {y.min()} to {y.max()}"
            raise ValueError(f"{self!r} takes targets in [0, 1], {got}")
        return a, y


class CrossEntropyLoss(Loss):
    """`ℓ = −log p[y]`, `p = softmax(a)`; `∂ℓ/∂a = p − onehot(y)`.

    Logits a (N, C), no softmax before it; labels y (N,), integers
    from 0 to C − 1; each example counts. The largest logit is taken
    off first, so that nothing overflows.
    TypeError for labels that are no integers, ValueError out of range.
    """

    def forward(self, a: Array, y: Array) -> tuple[Array, Array]:
        rows = np.arange(len(a))
        a = a - a.max(axis=1, keepdims=True)  # the same softmax
        p = np.exp(a)
        total = p.sum(axis=1, keepdims=True)
        losses = np.log(total[:, 0]) - a[rows, y]  # log Σ eᵃ − a_y
        p /= total  # softmax(a)
        p[rows, y] -= 1  # p, and minus 1 at the right class
        return losses, p

    def _checked_pair(self, prediction: ArrayLike, target: ArrayLike) -> tuple[Array, Array]:
        """Logits (N, C) and labels (N,) that fit."""
        a, y = floats("CrossEntropyLoss logits", prediction), target
        if type(y) is not np.ndarray:
            y = as_array("CrossEntropyLoss labels", y)
        if a.ndim != 2 or a.size == 0:
            what = f"{'logits' if a.size else 'an empty batch'} of shape {a.shape}"
            raise ValueError(f"{self!r} got {what}: give (N, C), a row for each example")
        if y.shape != (len(a),):
            cure = "labels.argmax(axis=1)" if y.shape == a.shape else "one for each"
            if y.size == len(a):
                cure = "labels.ravel()"
            got = f"labels of shape {y.shape} for {len(a)} examples"
            raise ValueError(f"{self!r} got {got}: give {cure}")
        if y.dtype.kind not in "iu":
            cure = "labels.astype(np.int64)"
            raise TypeError(f"{self!r} labels must be integers, got {y.dtype}: {cure}")
        if y.min() < 0 or y.max() >= a.shape[1]:
            got = f"{y.min()} to {y.max()}"
            got += ": for one logit use BCEWithLogitsLoss()" * (a.shape[1] == 1)
            raise ValueError(f"{self!r} labels must be from 0 to {a.shape[1] - 1}, got {got}")
        return a, y
