"""Trains the network of a playground in the page, a few updates at a time, with the code that the
reader sees beside it. Each answer is the network's state, or in words what came instead."""

from __future__ import annotations

import json
from types import FunctionType, SimpleNamespace
from typing import Any

import numpy as np

from nnbook import nn, optim
from nnbook.experiments import playground
from nnbook.nn.activations import Array
from nnbook.nn.losses import Loss
from nnbook.page import cells, output
from nnbook.training import Diverged


class Trainer:
    """Keeps the run of the playground that asked last."""

    def __init__(self) -> None:
        self.run: playground.Run | None = None
        self.of: object = None  # which run this is: its number, and the code that it learns with

    def train(self, message: dict[str, Any], send: output.Send) -> dict[str, Any]:
        """Go on with the run `number`, or begin it: with other data, layers or code there is none.

        `what` is "go" for so many updates, "explain" for one with its numbers, "check" for the
        gradients as they are. The answer's `fresh` says that the run has begun anew, `stopped`
        why it cannot go on.
        """
        settings = playground.Settings.of(message["settings"])
        number, code = message["number"], message["code"]
        answer: dict[str, Any] = {}
        try:
            with output.to(send), np.errstate(all="ignore"):  # a loss that is not finite is told
                if self.run is None or self.of != (number, code) or not self.run.change(settings):
                    self.run, self.of = None, (number, code)
                    self.run = playground.Run(settings, functions(code))
                    answer["fresh"] = True
                if message["what"] == "explain":
                    answer["lines"] = self.run.explained()
                elif message["what"] == "check":
                    answer["lines"] = [self.run.checked()]
                else:
                    answer |= self._advance(message["updates"])
                state = self.run.state(message["side"], message["every"])
            answer |= {"updates": state.pop("updates"), "solved": self.run.solved(state)}
            answer |= {key: packed(value) for key, value in state.items()}
        except BaseException as error:  # the reader's code may raise SystemExit
            self.run = None
            answer["stopped"] = cells.said(error)
        return answer

    def _advance(self, updates: int) -> dict[str, Any]:
        assert self.run is not None
        try:
            self.run.advance(updates)
        except Diverged:
            return {"diverged": True}
        return {}


def functions(code: str) -> Any:
    """What the code defines, with the library's own in the place of what it does not: that calls
    what the code defines."""
    known = vars(playground.own_code())
    space = {**cells.namespace(), "np": np, "nn": nn, "optim": optim, "Array": Array, "Loss": Loss}
    for name, f in known.items():
        space[name] = FunctionType(f.__code__, space, name, f.__defaults__)
    tree, file = cells.parsed(code, "training code")
    exec(compile(tree, file, "exec"), space)
    return SimpleNamespace(**{name: space[name] for name in known})


def packed(values: Array) -> dict[str, Any]:
    """An array as figures read it, with its bytes as a text of one letter each."""
    data = values.astype("<f4").tobytes().decode("latin-1")
    return {"shape": list(values.shape), "dtype": "f4", "scale": 1, "data": data}


_trainer = Trainer()


def train(message: str, send: output.Send) -> str:
    """What the worker calls, in JSON."""
    return json.dumps(_trainer.train(json.loads(message), send), ensure_ascii=False)
