"""Training as on the slides: `train_loop` learns from all the data once, `test_loop` measures,
and `fit` does both for as many epochs as asked and keeps the record."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from math import isfinite, nan
from numbers import Real
from threading import local
from time import monotonic
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnbook.data import DataLoader
from nnbook.nn.activations import Array
from nnbook.nn.checks import count, shown, switch
from nnbook.nn.layer import Layer
from nnbook.nn.losses import BCEWithLogitsLoss, Loss, check_loss
from nnbook.optim import SGD

Batches: TypeAlias = Iterable[tuple[NDArray[Any], NDArray[Any]]]  # a DataLoader, for example

SMALLER = "most often the learning rate is too large: make the model anew and try a tenth of it"


class Optimizer(Protocol):
    """What the loops need of it."""

    def step(self) -> None: ...


class Metrics(NamedTuple):
    """Means over the examples, so that a last batch of 2 counts as 2.

    loss: of an example, the mean of its numbers, or with the loss's reduction "sum" their sum.
    accuracy: the share of examples, from 0 to 1, that are put into their class. It is counted for
    predictions (N, C) and targets that are integer labels (N,) or one-hot (N, C), by the largest
    prediction; and for one logit each, (N,) or (N, 1), and targets 0 or 1 under BCEWithLogitsLoss,
    by its sign. NaN for targets that name no classes.
    """

    loss: float
    accuracy: float


@dataclass
class History:
    """What `fit` recorded: a pair of training and test metrics for each whole epoch.

    As arrays of one length, NaN where nothing was measured: plot(history.epoch, history.test_loss).
    """

    pairs: list[tuple[Metrics, Metrics]] = field(default_factory=list)
    _stopped = _asked = False

    @property
    def stopped(self) -> bool:
        """Has the stop button ended `fit`? Who asks may go on after it: `fit` says how."""
        self._asked = True
        return self._stopped

    @property
    def epoch(self) -> NDArray[np.int64]:
        """1, 2, 3 …"""
        return np.arange(1, len(self) + 1)

    @property
    def train_loss(self) -> Array:
        """During the epoch: in training mode, each batch before its step."""
        return np.array([train.loss for train, _ in self.pairs])

    @property
    def train_accuracy(self) -> Array:
        """During the epoch, likewise."""
        return np.array([train.accuracy for train, _ in self.pairs])

    @property
    def test_loss(self) -> Array:
        """After the epoch, in eval mode."""
        return np.array([test.loss for _, test in self.pairs])

    @property
    def test_accuracy(self) -> Array:
        """After the epoch, in eval mode."""
        return np.array([test.accuracy for _, test in self.pairs])

    def __len__(self) -> int:
        return len(self.pairs)

    def __repr__(self) -> str:
        stopped = ", stopped" * self._stopped
        return f"History of {len(self)} epoch" + "s" * (len(self) != 1) + stopped


class Diverged(FloatingPointError):
    """The loss, or a weight, is NaN or ∞.

    step: in which batch of the epoch, from 1. From `fit` also: epoch, from 1, and history, of the
    epochs before it.
    """

    def __init__(
        self, what: str, step: int, epoch: int | None = None, history: History | None = None
    ) -> None:
        super().__init__(what, step, epoch, history)  # so that it can be pickled
        self.what, self.step, self.epoch, self.history = what, step, epoch, history

    def __str__(self) -> str:
        when = f"at step {self.step}" + (f" of epoch {self.epoch}" if self.epoch else "")
        return f"{when}, {self.what}"


def train_loop(dataloader: Batches, model: Layer, loss_fn: Loss, optimizer: Optimizer) -> Metrics:
    """One epoch: for each batch the loss, its gradient, and a step of the optimizer.

    Sets training mode, and leaves it so. The metrics are those of each batch before its step.
    Diverged, a FloatingPointError, for a loss or weight that is NaN or ∞; ValueError for no
    batches, or an optimizer with parameters that the model does not have.
    """
    call = "train_loop(dataloader, model, loss_fn, optimizer)"
    _check(call, model, loss_fn)
    _check_optimizer(call, model, optimizer)
    _check_loader("dataloader", dataloader)
    model.train()
    tallies = []
    for step, x, y in _batches(dataloader):
        # Compute prediction and loss
        prediction = model(x)
        loss = loss_fn(prediction, y)
        _check_finite("loss", loss, step, x, y)

        # Backpropagation
        model.parameter_gradients(loss_fn.backward())
        optimizer.step()
        tallies.append(_tally(loss_fn, loss, prediction, y))
    if not all(np.isfinite(p.value).all() for p in model.parameters()):
        raise Diverged(f"a weight is NaN or ∞: {SMALLER}", len(tallies))
    return _mean("train_loop", tallies)


def test_loop(dataloader: Batches, model: Layer, loss_fn: Loss) -> Metrics:
    """Loss and accuracy on all the data, in eval mode; leaves each layer in the mode it had.

    Diverged, a FloatingPointError, for a loss that is NaN or ∞; ValueError for no batches.
    """
    _check("test_loop(dataloader, model, loss_fn)", model, loss_fn)
    _check_loader("dataloader", dataloader)
    modes = [(part, part.training) for _, part in model.named_modules()]
    tallies = []
    model.eval()
    try:
        for step, x, y in _batches(dataloader):
            prediction = model(x)
            loss = loss_fn(prediction, y)
            _check_finite("test loss", loss, step, x, y)
            tallies.append(_tally(loss_fn, loss, prediction, y))
    finally:
        for layer, training in modes:
            layer.training = training
    return _mean("test_loop", tallies)


def fit(
    model: Layer,
    loss_fn: Loss,
    optimizer: Optimizer,
    dataloader: DataLoader,
    epochs: int,
    *,
    test_dataloader: DataLoader | None = None,
    progress: bool = True,
    on_epoch: Callable[[History], object] | None = None,
) -> History:
    """`epochs` times train_loop, each followed by test_loop if there is a test_dataloader.

    Returns the record, and leaves the model in eval mode, ready for use. progress: a bar that
    vanishes at the end. on_epoch(history) is called after each epoch; True from it stops.
    Ten fits of one epoch are one fit of ten: between them a caller can do anything else.

    The notebook's stop button (Ctrl-C) ends it within an epoch, which is then not in the history,
    and history.stopped is true. It ends a loop of fits as well: the next fit raises
    KeyboardInterrupt, if it begins within a second and nobody has asked for `stopped`. If somebody
    has, it runs, and a second press raises KeyboardInterrupt.

    Diverged, a FloatingPointError, for NaN or ∞: .epoch and .step say when, .history is the record
    of the epochs before. ValueError for epochs other than 1, 2, 3 …
    """
    call = "fit(model, loss_fn, optimizer, dataloader, epochs)"
    _check(call, model, loss_fn)
    _check_optimizer(call, model, optimizer)
    _check_loader("dataloader", dataloader, again=True)
    if test_dataloader is not None:
        _check_loader("test_dataloader", test_dataloader, again=True)
    if on_epoch is not None and not callable(on_epoch):
        raise TypeError(f"on_epoch must be a function, got {shown(on_epoch)}: on_epoch(history)")
    epochs, epoch, history = count("epochs", epochs), 0, History()
    in_a_sweep = _after_a_stop()
    steps = epochs * len(dataloader) if hasattr(dataloader, "__len__") else None
    bar = _bar(steps, switch("progress", progress))
    try:
        for epoch in range(1, epochs + 1):
            bar.set_description(f"epoch {epoch} of {epochs}", refresh=False)
            train = train_loop(_counted(dataloader, bar), model, loss_fn, optimizer)
            test = Metrics(nan, nan)
            if test_dataloader is not None:
                test = test_loop(test_dataloader, model, loss_fn)
            history.pairs.append((train, test))
            bar.set_postfix_str(f"loss {train.loss:.4f}", refresh=False)
            stop = on_epoch(history) if on_epoch else False
            if isinstance(stop, bool | np.bool_) and stop:
                break
    except KeyboardInterrupt:
        if in_a_sweep:
            raise
        history._stopped, _last.history, _last.time = True, history, monotonic()
        print(f"Stopped in epoch {epoch} of {epochs}; the history holds {len(history)}.")
    except Diverged as error:
        raise Diverged(error.what, error.step, epoch, history) from None
    finally:
        bar.close()
        model.eval()
    return history


_last = local()  # of each thread: the history of the fit that was stopped last, and when
SWEEP = 1.0  # seconds; a loop goes on sooner, and a person later


def _after_a_stop() -> bool:
    """Is this fit in a loop of which one was stopped? KeyboardInterrupt if nobody has asked."""
    history = getattr(_last, "history", None)
    if history is None or monotonic() - _last.time > SWEEP:
        return False
    if not history._asked:
        _last.history = None
        cure = "to go on, ask for the history.stopped of that fit, or call fit again"
        raise KeyboardInterrupt(f"the fit before was stopped, and a loop ends with it: {cure}")
    return True


def _check(call: str, model: Layer, loss_fn: Loss) -> None:
    """TypeError for arguments in another order, and for a loss's class."""
    if not isinstance(model, Layer):
        raise TypeError(f"model must be a layer or network, got {shown(model)}: {call}")
    check_loss(loss_fn, call)


def _check_optimizer(call: str, model: Layer, optimizer: Optimizer) -> None:
    """TypeError for what is no optimizer; ValueError for that of a model or layer before."""
    if isinstance(optimizer, type) or not callable(getattr(optimizer, "step", None)):
        raise TypeError(f"optimizer must have step(), got {shown(optimizer)}: {call}")
    own = {id(p) for p in model.parameters()}
    foreign = isinstance(optimizer, SGD) and not own.issuperset(map(id, optimizer.parameters))
    if foreign or hasattr(optimizer, "param_groups"):  # as PyTorch's optimizers have
        cure = "make it anew after the model, optim.SGD(model.parameters(), lr=0.1)"
        raise ValueError(f"the optimizer has parameters of another model or layer: {cure}")


LOADER = "give DataLoader(ArrayDataset(x, y), batch_size=64)"


def _check_loader(name: str, loader: Any, *, again: bool = False) -> None:
    """TypeError for what gives no batches, or, if it is needed again, gives them only once."""
    kind = type(loader)
    if not hasattr(kind, "__iter__") or isinstance(loader, np.ndarray):  # a dataset has none
        raise TypeError(f"{name} must give batches (x, y), got {shown(loader)}: {LOADER}")
    if again and hasattr(kind, "__next__"):
        got = f"got a {kind.__name__}, which gives them once: {LOADER}"
        raise TypeError(f"{name} must give its batches at every epoch, {got}")


def _batches(dataloader: Batches) -> Iterator[tuple[int, Any, Any]]:
    """1, 2, 3 … with the x and y of each batch; TypeError for what is no batch."""
    rule = "dataloader must give batches (x, y)"
    for step, batch in enumerate(dataloader, 1):
        if not isinstance(batch, tuple | list) or len(batch) != 2:
            raise TypeError(f"{rule}, and gave {shown(batch)}: {LOADER}")
        x, y = batch
        if not 0 < _examples(x) == _examples(y):
            raise TypeError(f"{rule}, and gave x: {shown(x)}, y: {shown(y)}: {LOADER}")
        yield step, x, y


def _examples(x: Any) -> int:
    """How many there are; 0 for a number, which is not even one."""
    try:
        return len(x)
    except TypeError:
        return 0


def _check_finite(name: str, loss: float, step: int, x: NDArray[Any], y: NDArray[Any]) -> None:
    """Diverged, with the likeliest cause, for a loss that is NaN or ∞."""
    if not isinstance(loss, Real):
        raise TypeError(f"loss_fn must give one number, got {shown(loss)}: take its mean")
    if not isfinite(loss):
        clean = np.isfinite(x).all() and np.isfinite(y).all()
        why = SMALLER if clean else "the batch holds NaN or ∞: look at the data"
        raise Diverged(f"the {name} is {loss}: {why}", step)


def _tally(
    loss_fn: Loss, loss: float, prediction: Array, y: NDArray[Any]
) -> tuple[int, float, float]:
    """Of one batch: examples, the sum of their losses, how many are right."""
    n = len(prediction)
    if getattr(loss_fn, "reduction", "mean") == "mean":
        loss *= n
    return n, loss, _right(loss_fn, prediction, np.asarray(y))


def _right(loss_fn: Loss, prediction: Array, y: NDArray[Any]) -> float:
    """How many predictions are right, as `Metrics` says; NaN for targets without classes."""
    n, right = len(prediction), nan
    if prediction.ndim == 2 and prediction.shape[1] > 1:
        if y.shape == (n,) and y.dtype.kind in "iu":
            right = np.sum(prediction.argmax(axis=1) == y)
        elif y.shape == prediction.shape and _binary(y) and np.all(y.sum(axis=1) == 1):
            right = np.sum(prediction.argmax(axis=1) == y.argmax(axis=1))
    elif isinstance(loss_fn, BCEWithLogitsLoss) and prediction.size == n and _binary(y):
        right = np.sum((prediction > 0) == (y == 1))
    return float(right)


def _binary(y: NDArray[Any]) -> bool:
    return bool(np.all((y == 0) | (y == 1)))


def _mean(name: str, tallies: list[tuple[int, float, float]]) -> Metrics:
    if not tallies:
        cure = "is the dataloader empty, used up, or its only batch left out by drop_last?"
        raise ValueError(f"{name} got no batches: {cure}")
    n, loss, right = np.sum(tallies, axis=0)
    return Metrics(float(loss / n), float(right / n))


def _bar(steps: int | None, progress: bool) -> Any:
    """tqdm's, which vanishes at the end; where there is no tqdm, one that shows nothing."""
    if progress:
        with suppress(ImportError):
            from tqdm.auto import tqdm

            return tqdm(total=steps, leave=False, unit="step")
    return _NoBar()


class _NoBar:
    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *given, **named: None


def _counted(batches: Batches, bar: Any) -> Batches:
    """The batches; each, when it has been used, moves the bar on."""
    for batch in batches:
        yield batch
        bar.update()
