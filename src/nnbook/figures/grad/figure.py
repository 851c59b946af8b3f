"""What is in .grad after each backward(), and which switch turns what off: asked of PyTorch."""

from __future__ import annotations

import traitlets

from nnbook import peers
from nnbook.figures.grad.compute import CALLS, EVERY, KEYS, observed
from nnbook.figures.grad.questions import questions
from nnbook.figures.kit.controls import choice, steps, switch
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.predict import Question


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
    constants = traitlets.Dict({"every": EVERY}).tag(sync=True)
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


def none_or(v: float | None) -> float | str:
    """A gradient, or the word for none."""
    return "None" if v is None else v
