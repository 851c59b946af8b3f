"""What is in .grad after each backward(), and which switch turns what off: asked of PyTorch."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import traitlets

from nnbook import nn, peers
from nnbook.figures._controls import choice, steps, switch
from nnbook.figures._figure import Figure
from nnbook.figures._html import number
from nnbook.figures._predict import Choice, Number, Question

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

X = np.array([[3.0], [2.0], [1.0], [1.0], [0.0], [-1.0], [-2.0], [2.0]])
CALLS = 8
EVERY = {"never": 0, "each": 1, "second": 2}
MODES = ("train", "eval")
NONE = "PyTorch is not installed where this figure was made: it has nobody to ask."
LAMPS = ("dropout", "batch norm", "graph")


class Grad(Figure):
    """Call backward() again and again; switch train()/eval() and no_grad(), each for itself."""

    figure = "grad"
    title = "What is in .grad?"
    question = "What is in .grad, and who switches what?"
    about = (
        "Above, a bar for each call of backward(): what the gradient of one weight holds after it. "
        "A small mark under a bar says that zero_grad() came before that call. Below, three lamps: "
        "whether dropout is on, whether batch norm uses the batch, whether a graph is recorded; "
        "train() or eval() is wired to the first two, no_grad() to the third."
    )
    readouts = (("grad", "w.grad"), ("made", "y.grad_fn"), ("error", "Python says"))
    columns = ("call", "never zeroed", "zeroed before each", "before every second")
    ratio = 0.88

    calls = steps(1, CALLS, "calls of backward()", wait=700)
    zero = choice(
        "never", {"never": "never", "each": "before each", "second": "every second"}, "zero_grad()"
    )
    mode = choice("eval", {"train": "model.train()", "eval": "model.eval()"}, "mode")
    no_grad = switch(False, "inside torch.no_grad()")
    found = traitlets.Dict().tag(sync=True)  # an Observed for each of KEYS

    def build(self) -> dict[str, Question]:
        if not peers.available():
            return {}
        self.found = {key: observed(key)._asdict() for key in KEYS}
        return questions()

    def rows(self) -> list[tuple[float | str, ...]]:
        if not self.found:
            return [(str(call), "–", "–", "–") for call in range(CALLS + 1)]
        grads = observed(self._key()).grads
        return [
            (str(call), *(none_or(grads[zero][call]) for zero in EVERY))
            for call in range(CALLS + 1)
        ]

    def _key(self) -> str:
        return f"{self.mode} {'no_grad' if self.no_grad else 'graph'}"

    def plot(self, picture: Picture) -> None:
        axes, below = picture.subplots(2, height_ratios=[3, 1])
        axes.set(
            xlim=(0.4, CALLS + 0.6), ylim=(0, 13), xlabel="call of backward()", ylabel="w.grad"
        )
        below.axis("off")
        marks = [k for k in range(CALLS) if EVERY[self.zero] and k % EVERY[self.zero] == 0]
        axes.plot([k + 1 for k in marks], [0.4] * len(marks), "|", color="C3")
        if not self.found:
            below.text(0, 0.5, f"{NONE}\n{self.calls} {self._key()}", fontsize=7)
            return
        now = self.found[self._key()]
        bars = [v or 0.0 for v in now["grads"][self.zero][1 : self.calls + 1]]
        axes.bar(np.arange(len(bars)) + 1, bars, color="C0", width=0.7)
        axes.axvline(self.calls + 0.5, color="0.5", linewidth=0.8)
        for k, (name, on) in enumerate(zip(LAMPS, now["lamps"], strict=True)):
            below.plot(k, 0.6, "o", color="C1", fillstyle="full" if on else "none", markersize=14)
            below.text(k, 0, f"{name}\n{'on' if on else 'off'}", ha="center", fontsize=8)
        below.set(xlim=(-0.5, 2.5), ylim=(-0.4, 1.2))


KEYS = [f"{mode} {graph}" for mode in MODES for graph in ("graph", "no_grad")]


class Observed(NamedTuple):
    """What PyTorch did in one mode, with or without a graph."""

    grads: dict[str, list[float | None]]  # by `zero`: before any call and after each
    error: str  # what Python said to backward()
    lamps: list[bool]  # as LAMPS
    made: str  # y.grad_fn


def network() -> nn.Sequential:
    """Batch norm, dropout, one weight w = 1 and a bias of 0."""
    linear = nn.Linear(1, 1)
    for parameter, value in zip(linear.parameters(), (1.0, 0.0), strict=True):
        nn.init.constant_(parameter, value)
    return nn.Sequential(nn.BatchNorm1d(1), nn.Dropout(0.5), linear).to(np.float64)


@cache
def observed(key: str) -> Observed:
    """Ask PyTorch, in the mode and with or without the graph that the key names."""
    mode, graph = key.split()
    model, recorded = network().train(mode == "train"), graph == "graph"
    grads, said = {}, ""
    for zero, n in EVERY.items():
        batch, loss_fn = (X, X / 2), nn.HalfSquaredLoss()
        pressed = peers.press_backward(model, loss_fn, batch, CALLS, zero_every=n, graph=recorded)
        assert pressed
        grads[zero] = [None if np.isnan(v) else round(float(v), 6) for v in pressed[0]]
        said = pressed[1]
    seen = peers.watch(model, X, graph=recorded)
    assert seen
    return Observed(grads, said, [seen.dropped, seen.of_batch, seen.graph != "None"], seen.graph)


def none_or(v: float | None) -> float | str:
    """A gradient, or the word for none."""
    return "None" if v is None else v


def questions() -> dict[str, Question]:
    """What to predict; PyTorch has been asked."""
    home = {"calls": 1, "zero": "never", "mode": "eval", "no_grad": False}
    usual, quiet, off = (observed(key) for key in ("eval graph", "eval no_grad", "train no_grad"))
    never, second = (np.array(usual.grads[zero][1:], float) for zero in ("never", "second"))
    one, three = float(never[0]), float(never[2])
    assert usual.lamps == [False, False, True]
    assert off.lamps == [True, True, False]
    assert quiet.error.startswith("RuntimeError")
    return {
        "three": Number(
            ask="Three times over, the model answers the same batch and backward() is called, with "
            f"no zero_grad(). After the first call w.grad is {number(one, 2)}. After the third?",
            start=home,
            then={**home, "calls": 3},
            label="w.grad",
            truth=three,
            tolerance=0.02,
            explain=f"backward() adds to .grad: {number(one, 2)} three times is "
            f"{number(three, 2)}. The gradient has not changed, only what is kept.",
            mistakes=(
                (one, "So it would be if backward() overwrote .grad."),
                (2 * one, "The first call counts as well."),
                (round(one**3, 3), "It adds; it does not multiply."),
            ),
        ),
        "second": Number(
            ask="Now zero_grad() comes before every second call: the first, the third, the fifth "
            "and so on. What is in w.grad after call 4?",
            start={**home, "calls": 3},
            then={**home, "calls": 4, "zero": "second"},
            label="w.grad",
            truth=float(second[3]),
            tolerance=0.02,
            explain="Calls 3 and 4 are added up. On purpose this is called gradient accumulation: "
            "with halved losses, two small batches give the gradient of a large one.",
            mistakes=(
                (float(never[3]), "That is without any zero_grad()."),
                (one, "Only before call 3 was it emptied, and call 4 has added to it."),
            ),
        ),
        "eval": Choice(
            ask="In training mode a graph is recorded and backward() works. What does eval() do "
            "to that?",
            start={**home, "mode": "train"},
            then=home,
            options=(
                ("No graph is recorded any more.", "That is what no_grad() is for."),
                ("A graph is recorded as before.", ""),
                ("backward() raises an error.", "It would without a graph; there is one."),
            ),
            right=1 if usual.lamps[2] else 0,
            explain=f"y.grad_fn is {usual.made}, and w.grad is {number(one, 2)}: eval() turns "
            "dropout off and lets batch norm use its running statistics, and no more.",
        ),
        "no_grad": Choice(
            ask="The model is in training mode. What does no_grad() do to its dropout?",
            start={**home, "mode": "train"},
            then={**home, "mode": "train", "no_grad": True},
            options=(
                ("It stays on.", ""),
                ("It goes off: nothing is trained here.", "Dropout listens to eval() only."),
                ("It goes off, and batch norm uses its running statistics.", "So it is in eval()."),
            ),
            right=0 if off.lamps[0] else 1,
            explain="Only the graph is gone, and with it backward(): PyTorch says that there is "
            "nothing to follow back. To test a network you want both switches.",
        ),
    }
