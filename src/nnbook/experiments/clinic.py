"""Six ways to train a network badly, each with its curves: the patients of the page *Clinic*.
All read the digits; all but one have the same layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

import numpy as np

from nnbook import nn, optim
from nnbook.experiments.backprop import network
from nnbook.experiments.sgd import batches, digits
from nnbook.experiments.side_by_side import descend, stacked, together
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
    model = nn.Sequential(*layers, *[nn.Softmax(-1)] * patient.softmax)
    if patient.constant:
        for name, p in model.named_parameters():
            nn.init.constant_(p, 0.05 * name.endswith("weight"))
    return model


class Adding(optim.SGD):
    """SGD without zero_grad: each gradient is added to those before."""

    def step(self) -> None:
        for total, p in zip(self.velocities, self.parameters, strict=True):
            total += p.grad
            p.grad[:] = total
        super().step()


@cache
def curves(patient: Patient, seeds: Sequence[int] = SEEDS, epochs: int = 20) -> dict[str, Array]:
    """`train`, `validation`: mean losses, and `right`: the share of validation digits that is read
    rightly; each (seeds, epochs + 1), from before the first update."""
    train, validation, right = np.transpose(_train(patient, seeds, epochs)[1], (1, 2, 0))
    return {"train": train, "validation": validation, "right": right}


def off(patient: Patient, seeds: Sequence[int] = SEEDS, epochs: int = 20) -> Array:
    """(seeds,): the share of hidden neurons that are 0 for every training digit, in the end."""
    layers = _train(patient, seeds, epochs)[0].layers
    upward = nn.Sequential(*layers[: [type(f) for f in layers].index(nn.ReLU) + 1])
    return np.asarray(np.mean((upward(digits().x[None]) == 0).all(axis=1), axis=1))


@cache
def _train(
    patient: Patient, seeds: Sequence[int], epochs: int
) -> tuple[nn.Sequential, list[list[list[float]]]]:
    """The trained networks, side by side and not to be changed, and what was seen of them on the
    way: (epochs + 1, 3, seeds)."""
    rngs = [np.random.default_rng(seed) for seed in seeds]
    models = together([model_of(patient, rng) for rng in rngs])
    optimizer = (optim.SGD if patient.zero_grad else Adding)(models.parameters(), patient.lr)
    feed = stacked(batches(digits().x, digits().y, 64, rng) for rng in rngs)
    seen = [_look(patient, models)]
    for _ in range(epochs):  # 17 batches of 64 in 1,077 digits
        descend(models, nn.CrossEntropyLoss("sum"), optimizer, islice(feed, 17))
        seen.append(_look(patient, models))
    return models.eval(), seen


def _look(patient: Patient, models: nn.Sequential) -> list[list[float]]:
    """Training losses, validation losses, accuracies; where eval is forgotten, on batches of 30
    sorted by class."""
    d, loss_fn = digits(), nn.CrossEntropyLoss()
    order = np.argsort(d.y_val, kind="stable")
    train = [loss_fn(logits, d.y) for logits in models.eval()(d.x[None])]
    models.train(not patient.eval)
    some = np.split(order, 1 if patient.eval else len(order) // 30)
    found = np.concatenate([models(d.x_val[None, rows]) for rows in some], axis=1)
    models.train()
    y = d.y_val[order]
    right = np.mean(found.argmax(axis=2) == y, axis=1)
    return [train, [loss_fn(logits, y) for logits in found], list(right)]
