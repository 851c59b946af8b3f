"""A small network that learns to tell points of the plane apart, as far as one asks at a time.
The figure `playground` shows runs that the build records, and those of the page's own Python."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from math import isfinite
from types import SimpleNamespace
from typing import Any

import numpy as np

from nnbook import nn
from nnbook.experiments import plane
from nnbook.experiments.small_network import SHOWN
from nnbook.gradient_check import gradient_check
from nnbook.nn.activations import Array
from nnbook.training import Diverged

FUNCTIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "gelu": nn.GELU}
SOLVED = 0.95  # share of the points
CHOSEN: dict[str, Callable[[Any], Any]] = {"batch": int, "rate": float}  # from a list of texts


@dataclass(frozen=True)
class Settings:
    """What can be set. rate and batch may change while it learns; batch 0 takes all points."""

    data: str = "circle"
    noise: int = 5  # percent
    own: str = ""  # points of one's own: o1234 is a circle at step 12, 34 of the grid, s a square
    squares: bool = False
    product: bool = False
    sines: bool = False
    h1: int = 3
    h2: int = 0
    h3: int = 0
    f: str = "tanh"
    first: str = "torch"
    batch: int = 10
    rate: float = 1.0
    dropout: float = 0.0
    norm: bool = False
    seed: int = 0

    @classmethod
    def of(cls, controls: dict[str, Any]) -> Settings:
        """From the values of a figure's controls, of which some are more than these."""
        found = {key: controls[key] for key in cls.__dataclass_fields__ if key in controls}
        if found.get("data") != "own":
            found.pop("own", None)  # they wait until they are chosen
        numbers = {key: kind(found[key]) for key, kind in CHOSEN.items() if key in found}
        return cls(**{**found, **numbers})

    def controls(self) -> dict[str, Any]:
        """The same as a figure's controls have it."""
        return {**asdict(self), "batch": str(self.batch), "rate": f"{self.rate:g}"}

    @property
    def widths(self) -> list[int]:
        """Of the hidden layers: one of no units is none."""
        return [width for width in (self.h1, self.h2, self.h3) if width]


DISK = Settings()
XOR = Settings(data="xor", h1=8, f="relu", rate=0.3)
SPIRAL = Settings(data="spiral", noise=0, h1=8, h2=8, first="he", rate=0.3)
SEEDS = range(5)


def solved_after(settings: Settings, most: int = 4000) -> list[int]:
    """After how many updates a network of each seed has solved its task, to the next 20 of them.

    ValueError for one that has not after `most`.
    """
    return [_solved_after(replace(settings, seed=seed), most) for seed in SEEDS]


@cache
def _solved_after(settings: Settings, most: int) -> int:
    run = Run(settings)
    while run.updates < most:
        run.advance(20)
        if run.solved(run.state(2, 1)):
            return run.updates
    raise ValueError(f"{settings} is not solved after {most} updates")


LOOKS = (0, 50, 100, 200, 400, 800)  # updates after which a recorded run is looked at


@cache
def recorded(settings: Settings) -> list[dict[str, Any]]:
    """The states of a run at each of LOOKS."""
    run, states = Run(settings), []
    for updates in LOOKS:
        run.advance(updates - run.updates)
        states.append(run.state(24, 3))
    return states


def own_code() -> Any:
    """The functions of SHOWN as they are here, by name."""
    return SimpleNamespace(**{f.__name__: f for f in SHOWN})


@dataclass
class Run:
    """One network and how far it has come. The same settings give the same run, anywhere."""

    settings: Settings
    code: Any = field(default_factory=own_code)
    updates: int = 0

    def __post_init__(self) -> None:
        s = self.settings
        (x, self.y), (x_test, self.y_test) = plane.examples(s.data, s.noise, s.own)
        self.x, self.x_test = self._inputs(x), self._inputs(x_test)
        self.loss_fn = nn.BCEWithLogitsLoss()
        self.model = self._network()
        self.optimizer = self.code.optimizer(self.model, s.rate)
        self.rng, self.order = np.random.default_rng([s.seed, 1]), np.empty(0, np.int64)

    def change(self, settings: Settings) -> bool:
        """Go on with other settings: the weights and the order of the data stay. False, and
        nothing has changed, where it takes another network or other data."""
        kept = {name: getattr(settings, name) for name in ("rate", "batch", "f", "dropout")}
        if replace(self.settings, **kept) != settings:
            return False
        before, self.settings = self.settings, settings
        if (settings.f, settings.dropout) != (before.f, before.dropout):
            old, self.model = self.model, self._network()
            names, values = self.model.state_dict(), old.state_dict().values()
            self.model.load_state_dict(dict(zip(names, values, strict=True)))
            self.optimizer = self.code.optimizer(self.model, settings.rate)
        self.optimizer.lr = settings.rate
        return True

    def advance(self, updates: int) -> None:
        """So many updates. Diverged, a FloatingPointError, for a loss that is NaN or ∞."""
        self.model.train()
        for _ in range(updates):
            self.step(*self.batch())

    def step(self, x: Array, y: Array) -> None:
        loss = self.code.update(self.model, self.loss_fn, self.optimizer, x, y)
        self.updates += 1
        if not isinstance(loss, float | int):
            raise TypeError(f"update must return the batch's loss, got {type(loss).__name__}")
        if not isfinite(loss):
            raise Diverged(f"the loss is {loss}", self.updates)

    def batch(self) -> tuple[Array, Array]:
        """The next examples: all of them in random order, then all of them in another."""
        n = min(self.settings.batch or len(self.x), len(self.x))
        while len(self.order) < n:
            self.order = np.append(self.order, self.rng.permutation(len(self.x)))
        chosen, self.order = self.order[:n], self.order[n:]
        return self.x[chosen], self.y[chosen]

    def state(self, side: int, every: int) -> dict[str, Any]:
        """What there is to see: losses and shares right in eval mode; the output 2p − 1 on a grid
        (side, side), its top row first; on every so many-th point of it the units (units, …),
        each by its largest; all weights, layer by layer; the widths from the inputs on."""
        self.model.eval()
        line = np.linspace(-plane.REACH, plane.REACH, side)
        grid = np.stack([a.ravel() for a in np.meshgrid(line, line[::-1])], axis=1)
        values, seen = self._inputs(grid), []
        for i, layer in enumerate(self.model.layers):
            values = layer(values)
            last = i + 1 == len(self.model.layers)
            if last or isinstance(self.model.layers[i + 1], nn.Linear):
                seen.append(values.T.reshape(-1, side, side))
        units = np.concatenate([np.empty((0, side, side)), *seen[:-1]])[:, ::every, ::every]
        linear = [layer for layer in self.model.layers if isinstance(layer, nn.Linear)]
        train, test = self._metrics(self.x, self.y), self._metrics(self.x_test, self.y_test)
        return {
            "updates": self.updates,
            "losses": np.array([train[0], test[0], train[1], test[1]]),
            "map": np.tanh(seen[-1][0] / 2),
            "units": units / np.maximum(np.abs(units).max(axis=(1, 2), keepdims=True), 1e-9),
            "weights": np.concatenate([layer.weight.value.ravel() for layer in linear]),
            "sizes": np.array([self.x.shape[1], *(layer.out_features for layer in linear)]),
        }

    def solved(self, state: dict[str, Any]) -> bool:
        """Has it learned what can be generalized?"""
        *_, train, test = state["losses"]
        return bool(train >= SOLVED and (test >= SOLVED or np.isnan(test)))

    def explained(self) -> list[str]:
        """One update with its numbers."""
        self.model.train()
        x, y = self.batch()
        named = {name: p.value.copy() for name, p in self.model.named_parameters()}
        before = float(self.loss_fn(self._in_eval(x), y))
        self.model.train()
        self.step(x, y)
        after = float(self.loss_fn(self._in_eval(x), y))
        lines = [f"update {self.updates}: a batch of {len(x)}, loss {before:.6f}"]
        for name, p in self.model.named_parameters():
            old, shape = named[name], "×".join(map(str, p.value.shape))
            w, g, new = old.flat[0], p.grad.flat[0], p.value.flat[0]
            moved, length = np.linalg.norm(p.value - old), np.linalg.norm(old)
            lines.append(
                f"{name} ({shape}): its first number {w:.6f} − {self.settings.rate:g} · {g:.6f} "
                f"= {new:.6f}; all of it, of length {length:.3g}, moves by {moved:.2g}"
            )
        return [*lines, f"loss of the same batch after the update: {after:.6f}"]

    def checked(self) -> str:
        """`gradient_check` of the present network, on eight examples."""
        self.model.train()
        report = gradient_check(self.model, self.x[:8], loss_fn=self.loss_fn, target=self.y[:8])
        return str(report)

    def _inputs(self, x: Array) -> Array:
        s = self.settings
        return plane.inputs(x, squares=s.squares, product=s.product, sines=s.sines)

    def _in_eval(self, x: Array) -> Array:
        self.model.eval()
        return np.asarray(self.model(x))

    def _metrics(self, x: Array, y: Array) -> tuple[float, float]:
        """Loss, and share right; NaN without examples."""
        if not len(x):
            return np.nan, np.nan
        logits = self.model(x)
        return float(self.loss_fn(logits, y)), float(((logits > 0) == (y > 0.5)).mean())

    def _network(self) -> nn.Sequential:
        s = self.settings
        rng, f = np.random.default_rng([s.seed, 0]), FUNCTIONS[s.f]
        made: nn.Sequential = self.code.network(
            self.x.shape[1], s.widths, f, s.first, s.dropout, s.norm, rng
        )
        return made
