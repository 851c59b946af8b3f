"""The playground: a network of the reader's own making learns in the page, with the library."""

from __future__ import annotations

import inspect
from html import escape
from typing import Any

import numpy as np
import traitlets

from nnbook.experiments import plane, playground, small_network
from nnbook.experiments.playground import LOOKS, Settings
from nnbook.figures.kit.controls import choice, points, slider, switch
from nnbook.figures.kit.figure import Figure
from nnbook.figures.kit.html import tag
from nnbook.figures.kit.pack import pack
from nnbook.figures.kit.predict import Question
from nnbook.figures.playground.questions import RECORDED, questions

OWN = {"data": "own"}
LIVE = {  # what its buttons do, and say
    "play": "Play", "step": "Step", "again": "Start again",
    "explain": "Show the step", "check": "Check gradients",
}  # fmt: skip
RATES = ("0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "3", "10")


class Playground(Figure):
    """Build a network, choose what it learns, and train it; without Python, see it recorded."""

    figure = "playground"
    title = "Playground"
    question = "Which network separates this?"
    about = (
        "Above, a network: its inputs, its hidden neurons, each with a small map of its output, "
        "and its weights as lines, solid if positive and dashed if negative, thicker if larger. "
        "Below left, the points to be told apart, circles of class 1 and squares of class 0, on "
        "a map of the network's output. Below right, the loss over the updates: solid on the "
        "training points, dashed on the test points."
    )
    takes = "trains its networks, for a few seconds the first time"
    readouts = (
        ("updates", "updates"),
        ("loss", "loss: training, test"),
        ("right", "right: training, test"),
        ("here", "output p at the cursor"),
        ("speed", "speed"),
    )
    columns = (
        "look",
        "updates",
        "training loss",
        "test loss",
        "training, % right",
        "test, % right",
    )
    ratio = 0.9

    data = choice(
        "circle",
        {"circle": "disk", "xor": "XOR", "spiral": "spirals", "blobs": "heaps", "own": "my own"},
        "points",
    )
    noise = slider(5, 0, 50, 5, "noise (%)")
    own = points("", round(2 * plane.REACH / plane.STEP), "my points", only_if=OWN)
    put = choice("o", {"o": "circle", "s": "square"}, "a press on the map puts a", only_if=OWN)
    cx = slider(0.0, -plane.REACH, plane.REACH, plane.STEP, "cursor x₁")
    cy = slider(0.0, -plane.REACH, plane.REACH, plane.STEP, "cursor x₂")
    squares = switch(False, "inputs x₁², x₂²")
    product = switch(False, "input x₁x₂")
    sines = switch(False, "inputs sin πx₁, sin πx₂")
    h1 = slider(3, 0, 8, 1, "first layer, neurons")
    h2 = slider(0, 0, 8, 1, "second layer")
    h3 = slider(0, 0, 8, 1, "third layer")
    f = choice(
        "tanh", {"relu": "ReLU", "tanh": "tanh", "sigmoid": "sigmoid", "gelu": "GELU"}, "activation"
    )
    first = choice(
        "torch",
        {"torch": "PyTorch’s", "he": "He", "xavier": "Xavier", "large": "large", "zero": "zero"},
        "first weights",
    )
    batch = choice("10", {"1": "1", "10": "10", "32": "32", "0": "all"}, "batch size")
    rate = choice("1", {rate: rate for rate in RATES}, "learning rate η")
    dropout = slider(0.0, 0.0, 0.8, 0.1, "dropout p")
    norm = switch(False, "batch norm")
    seed = slider(0, 0, 9, 1, "seed")
    t = slider(0, 0, len(LOOKS) - 1, 1, "recorded run, look")
    constants = traitlets.Dict(
        {"looks": list(LOOKS), "reach": plane.REACH, "step": plane.STEP}
    ).tag(sync=True)
    sets = traitlets.Dict().tag(sync=True)  # by data set: clean x, noise, and class
    records: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    code = traitlets.Unicode().tag(sync=True)

    def build(self) -> dict[str, Question]:
        self.sets = {name: pack(np.column_stack(plane.points(name))) for name in plane.TASKS}
        self.records = [
            {"settings": chosen.controls(), **packed(playground.recorded(chosen))}
            for chosen in RECORDED.values()
        ]
        self.code = "\n\n".join(inspect.getsource(f) for f in small_network.SHOWN).rstrip()
        return questions()

    def rows(self) -> list[tuple[float | str, ...]]:
        settings = Settings.of({key: getattr(self, key) for key in self.controls})
        states = playground.recorded(settings) if settings in RECORDED.values() else []
        table: list[tuple[float | str, ...]] = []
        for look in range(len(LOOKS)):
            if look > self.t or not states:
                table.append((str(look), *["–"] * 5))
                continue
            train, test, *right = states[look]["losses"]
            shares = (100 * share for share in right)
            table.append((str(look), str(LOOKS[look]), float(train), float(test), *shares))
        return table

    def more(self) -> str:
        """What trains, where the page has Python: buttons, what they say, and the code."""
        buttons = [
            tag("button", text, type="button", data_live=do, hidden=do not in ("play", "again"))
            for do, text in LIVE.items()
        ]
        tools = [
            tag("button", text, type="button", data_do=text.lower()) for text in ("Edit", "Restore")
        ]
        code = tag("div", tag("pre", escape(self.code)), class_="cell_input")
        cell = tag("div", code, tag("div", *tools, class_="nn-tools"), class_="cell")
        return (
            tag("div", *buttons, class_="nn-buttons nn-live-tools")
            + tag("p", class_="nn-live-said", role="status")
            + tag("pre", class_="nn-live-lines", hidden=True)
            + tag(
                "details",
                tag("summary", "The code that trains"),
                tag("div", cell, class_="nn-run", data_code=self.name),
                class_="nn-live-code",
                hidden=True,
            )
        )


def packed(states: list[dict[str, Any]]) -> dict[str, Any]:
    """A recorded run as the browser reads it: the looks first in each shape."""
    stacked = {key: np.array([state[key] for state in states]) for key in states[0]}
    return {
        "losses": pack(stacked["losses"], "f4"),
        "map": pack((stacked["map"] + 1) / 2, "u1"),
        "units": pack((stacked["units"] + 1) / 2, "u1"),
        "weights": pack(stacked["weights"]),
        "sizes": states[0]["sizes"].tolist(),
    }
