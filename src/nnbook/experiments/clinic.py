"""Six ways to train a network badly, each with its curves: the patients of the page *Clinic*.
All read the digits; all but one have the same layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from nnbook import nn, optim
from nnbook.experiments.backprop import network
from nnbook.experiments.sgd import batches, digits
from nnbook.nn.activations import Array

SEEDS = (0, 1, 2, 3, 4)


@dataclass(frozen=True)
class Patient:
    """A training, and what is wrong with it."""

    lr: float = 0.1
    softmax: bool = False  # in the model, although the loss has one
    zero_grad: bool = True  # False: each gradient is added to those before
    constant: bool = False  # all first weights 0.05
    batch_norm: bool = False
    eval: bool = True  # False: validated in training mode, sorted by class


HEALTHY = Patient()
PATIENTS = {
    "learning rate too small": Patient(lr=1e-4),
    "learning rate too large": Patient(lr=3.0),
    "softmax twice": Patient(lr=0.5, softmax=True),
    "no zero_grad": Patient(zero_grad=False),
    "constant first weights": Patient(constant=True),
    "forgotten eval": Patient(batch_norm=True, eval=False),
}


def model_of(patient: Patient, rng: np.random.Generator) -> nn.Sequential:
    """64-64-10 with ReLUs, and what the patient adds."""
    first, *rest = network([64, 64, 10], nn.ReLU, "He", rng=rng).layers
    layers = [first, *[nn.BatchNorm1d(64)] * patient.batch_norm, *rest]
    model = nn.Sequential(*layers, *[nn.Softmax()] * patient.softmax)
    if patient.constant:
        for name, p in model.named_parameters():
            nn.init.constant_(p, 0.05 * name.endswith("weight"))
    return model


@cache
def curves(patient: Patient, seeds: Sequence[int] = SEEDS, epochs: int = 20) -> dict[str, Array]:
    """`train`, `validation`: mean losses, and `right`: the share of validation digits that is read
    rightly; each (seeds, epochs + 1), from before the first update."""
    runs = [_train(patient, seed, epochs)[1] for seed in seeds]
    train, validation, right = np.moveaxis(np.array(runs), 2, 0)
    return {"train": train, "validation": validation, "right": right}


def off(patient: Patient, seeds: Sequence[int] = SEEDS, epochs: int = 20) -> Array:
    """(seeds,): the share of hidden neurons that are 0 for every training digit, in the end."""
    shares = []
    for seed in seeds:
        layers = _train(patient, seed, epochs)[0].layers
        upward = nn.Sequential(*layers[: [type(f) for f in layers].index(nn.ReLU) + 1])
        shares.append(np.mean((upward(digits().x) == 0).all(axis=0)))
    return np.array(shares)


@cache
def _train(patient: Patient, seed: int, epochs: int) -> tuple[nn.Sequential, list[list[float]]]:
    """The trained network, not to be changed, and what was seen of it on the way."""
    rng = np.random.default_rng(seed)
    d, model, loss_fn = digits(), model_of(patient, rng), nn.CrossEntropyLoss()
    optimizer = optim.SGD(model.parameters(), patient.lr)
    sums = [np.zeros_like(p.grad) for p in model.parameters()]
    seen = [_look(patient, model)]
    feed = batches(d.x, d.y, 64, rng)
    for _ in range(epochs):
        for _ in range(17):  # batches of 64 in 1,077 digits
            x, y = next(feed)
            loss_fn(model(x), y)
            model.parameter_gradients(loss_fn.backward())
            if not patient.zero_grad:
                for p, total in zip(model.parameters(), sums, strict=True):
                    total += p.grad
                    p.grad[:] = total
            optimizer.step()
        seen.append(_look(patient, model))
    return model.eval(), seen


def _look(patient: Patient, model: nn.Sequential) -> list[float]:
    """Training loss, validation loss, accuracy; batches of 30, sorted by class if eval is forgotten
    and otherwise of no consequence."""
    d, loss_fn = digits(), nn.CrossEntropyLoss()
    order = np.argsort(d.y_val, kind="stable").reshape(12, 30)
    train = loss_fn(model.eval()(d.x), d.y)
    model.train(not patient.eval)
    logits = np.concatenate([model(d.x_val[some]) for some in order])
    y = d.y_val[order.ravel()]
    right = float(np.mean(logits.argmax(axis=1) == y))
    model.train()
    return [train, loss_fn(logits, y), right]
