"""A panel to train a network with one's own settings, in a running notebook.
On a page without a kernel it is the picture of its recorded run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from html import escape
from threading import Event, Thread
from typing import Any, ClassVar

import anywidget
import ipywidgets
import numpy as np
from numpy.typing import NDArray

from nnbook import nn, optim
from nnbook.data import ArrayDataset, DataLoader
from nnbook.figures.kit import front
from nnbook.nn.activations import Array
from nnbook.notebook import plots, svg
from nnbook.training import Diverged, Metrics, fit, test_loop

Build = Callable[..., nn.Layer]  # build(rng, **choices) → a network that has not been trained
Part = tuple[NDArray[Any], NDArray[Any]]
DARK = {"#0067b9": "#79bbff", "#b34500": "#ffb066", "#57606a": "#9aa4ae", "#ffffff": "#14181e"}
STATIC = "NNBOOK_STATIC"  # set while pages are built that have no kernel


def record(
    build: Callable[[np.random.Generator], nn.Layer],
    train: Part,
    validation: Part,
    *,
    lr: float,
    batch_size: int,
    epochs: int,
    seeds: int,
) -> Iterator[tuple[dict[str, Array], str]]:
    """Train a network from each seed; after each epoch, what is known and a sentence about it.

    `train`, `validation` (losses) and `right`: (seeds, epochs + 1), NaN where nothing is known yet
    or the loss is no number any more.
    """
    found = {
        name: np.full((seeds, epochs + 1), np.nan) for name in ("train", "validation", "right")
    }
    test = DataLoader(ArrayDataset(*validation), len(validation[0]))

    def note(seed: int, epoch: int, on_train: Metrics, on_validation: Metrics) -> None:
        found["train"][seed, epoch] = on_train.loss
        found["validation"][seed, epoch] = on_validation.loss
        found["right"][seed, epoch] = on_validation.accuracy

    for seed in range(seeds):
        rng, loss_fn = np.random.default_rng(seed), nn.CrossEntropyLoss()
        model = build(rng)
        optimizer = optim.SGD(model.parameters(), lr)
        feed = DataLoader(ArrayDataset(*train), batch_size, shuffle=True, rng=rng)
        note(seed, 0, test_loop(feed, model, loss_fn), test_loop(test, model, loss_fn))
        for epoch in range(1, epochs + 1):
            try:
                with np.errstate(all="ignore"):  # a rate too large is part of the experiment
                    run = fit(
                        model, loss_fn, optimizer, feed, 1, test_dataloader=test, progress=False
                    )
            except Diverged as error:
                yield found, f"Start {seed + 1}: epoch {epoch}, {error.what}."
                break
            note(seed, epoch, *run.pairs[0])
            percent = 100 * run.test_accuracy[0]
            yield found, f"Start {seed + 1}: after epoch {epoch}, {percent:.1f} % are right."


class Keys(anywidget.AnyWidget):
    """Keeps the keys that are pressed in the box where it stands, unseen, from JupyterLab."""

    _esm = front.panel()


class Training(ipywidgets.VBox):  # type: ignore[misc]
    """`live.Training(build, train, validation, lr=0.1, activation=["ReLU", "sigmoid"])`.

    build(rng, activation="ReLU") makes the network; each further keyword is a choice, with its
    options, the first of them chosen. train and validation are pairs (x, labels).
    """

    running: ClassVar[set[Training]] = set()

    def __init__(
        self,
        build: Build,
        train: Part,
        validation: Part,
        *,
        lr: float = 0.1,
        batch_size: int = 64,
        epochs: int = 10,
        seeds: int = 5,
        **choices: Sequence[str],
    ) -> None:
        self.build, self.data, self.seeds = build, (train, validation), seeds
        wide = {"style": {"description_width": "9em"}}
        self.lr = ipywidgets.FloatLogSlider(
            lr, min=-4, max=1, step=0.1, description="learning rate", **wide
        )
        self.batch_size = ipywidgets.Dropdown(
            options=sorted({1, 4, 16, 64, 256, batch_size}), value=batch_size,
            description="batch size", **wide,
        )  # fmt: skip
        self.epochs = ipywidgets.IntSlider(epochs, min=1, max=50, description="epochs", **wide)
        self.choices = {
            name: ipywidgets.Dropdown(
                options=list(options), description=name.replace("_", " "), **wide
            )
            for name, options in choices.items()
        }
        self.train = ipywidgets.Button(description="Train", button_style="primary", icon="play")
        self.stop = ipywidgets.Button(description="Stop", icon="stop", disabled=True)
        self.progress = ipywidgets.FloatProgress(0, min=0, max=1)
        self.said, self.picture = ipywidgets.HTML(), ipywidgets.HTML()
        self._stopped, self.thread = Event(), Thread()
        for other in [*self.running]:  # whose cell has been run again, or was left behind
            other._stopped.set()
        self.train.on_click(self._start)
        self.stop.on_click(lambda _: self._stopped.set())
        buttons = ipywidgets.HBox([self.train, self.stop, self.progress])
        settings = [self.lr, self.batch_size, self.epochs, *self.choices.values()]
        keys = Keys(layout={"display": "none"})
        super().__init__([*settings, buttons, self.said, self.picture, keys])

    def settings(self) -> dict[str, Any]:
        """What the controls say now."""
        return {
            "lr": self.lr.value,
            "batch_size": self.batch_size.value,
            "epochs": self.epochs.value,
            "seeds": self.seeds,
        }

    def record(self) -> Iterator[tuple[dict[str, Array], str]]:
        """Train as the controls say; see `record` of this module."""
        chosen = {name: control.value for name, control in self.choices.items()}
        return record(lambda rng: self.build(rng, **chosen), *self.data, **self.settings())

    def _start(self, _: object) -> None:
        if not self.thread.is_alive():
            self._stopped.clear()
            self.train.disabled, self.stop.disabled = True, False
            self.thread = Thread(target=self._run, daemon=True)
            self.thread.start()

    def _run(self) -> None:
        """In a thread of its own, so that the notebook can hear the stop button."""
        steps = self.seeds * self.epochs.value
        self.running.add(self)
        said = "Nothing was trained."
        try:
            for k, (found, said) in enumerate(self.record(), 1):
                self.progress.value = k / steps
                self.said.value = escape(said)
                if k % self.epochs.value == 0 or k % 5 == 0:
                    self.picture.value = draw(found)
                if self._stopped.is_set():
                    said = f"Stopped. {said}"
                    break
            else:
                self.progress.value = 1.0
            self.picture.value = draw(found)
        except Exception as error:  # of the reader's own build: nobody else would show it
            said = f"{type(error).__name__}: {error}"
        finally:
            self.running.discard(self)
            self.said.value = escape(said)
            self.train.disabled, self.stop.disabled = False, True

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The widget; while pages are built, its recorded run and how to have it live."""
        if not os.environ.get(STATIC):
            plain = "A panel to train with settings of your own: run this cell to have it."
            return {**super()._repr_mimebundle_(**kwargs), "text/plain": plain}
        *_, (found, _) = self.record()
        right = 100 * found["right"][:, -1]
        chosen = [f"{name.replace('_', ' ')} {c.value}" for name, c in self.choices.items()]
        settings = ", ".join(
            [f"learning rate {self.lr.value:g}", f"batches of {self.batch_size.value}", *chosen]
        )
        said = (
            f"Recorded run of {self.seeds} random starts: {settings}. After {self.epochs.value} "
            f"epochs {np.nanmin(right):.1f} to {np.nanmax(right):.1f} % of the validation data "
            "are right."
        )
        how = (
            "To train with settings of your own, run this chapter as a notebook: the triangle at "
            "the top of the page leads to Binder and Colab."
        )
        html = f'<div class="nn-recorded">{draw(found)}<p>{escape(said)} {how}</p></div>'
        return {"text/plain": said, "text/html": html}


def draw(found: dict[str, Array]) -> str:
    """The curves as an `<svg>` element that follows the page's theme."""
    with plots.style():
        figure = plots.training_curves(found["train"], found["validation"], found["right"])
        alt = "Training and validation loss, and validation accuracy, against epochs."
        drawn = svg.themed(plots.as_svg(figure), prefix="live", alt=alt)
    for light, dark in DARK.items():  # where no page's theme says so
        drawn = drawn.replace(f", {light})", f", light-dark({light}, {dark}))")
    return drawn
