"""The base of every figure: a widget whose traits are the whole truth about what it shows.

Python computes, fills the traits and writes the figure's HTML; `front/kit.js` binds it to them.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets

from nnbook.figures.kit import html
from nnbook.figures.kit.controls import shown
from nnbook.figures.kit.predict import Question
from nnbook.figures.kit.widget import Widget
from nnbook.notebook import plots, svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture


class Figure(Widget):
    """An interactive figure.

    A subclass says its names and numbers, declares what can be set as traits (`_controls.py`),
    and fills its data traits in `build`; `rows` and `plot` show the present settings.
    """

    title: ClassVar[str]
    question: ClassVar[str]
    about: ClassVar[str]  # what the picture shows at any setting, for whoever does not see it
    readouts: ClassVar[tuple[tuple[str, str], ...]]  # the numbers beside the picture: key, name
    columns: ClassVar[tuple[str, ...]]  # the head of the table that describes the figure
    ratio: ClassVar[float] = 1.4  # width of the picture by its height

    controls = traitlets.Dict().tag(sync=True)
    opening = traitlets.Dict().tag(sync=True)
    # A List and no Dict, since a cache sorts the keys of a Dict.
    questions: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    predict = traitlets.Unicode().tag(sync=True)
    guess = traitlets.Float(None, allow_none=True).tag(sync=True)
    shown = traitlets.Bool(False).tag(sync=True)

    def __init__(self, *, name: str | None = None, predict: str | None = None, **settings: Any):
        """`name` tells a second instance on a page from the first; `predict` is the question asked
        first; every other keyword sets a control."""
        super().__init__()
        self.name = name or self.figure
        self.controls = self._declared()
        questions = self.build()
        self.questions = [{"key": key, **question.spec()} for key, question in questions.items()]
        if questions:
            self.predict = self._one_of("question", predict or next(iter(questions)), questions)
            settings = {**questions[self.predict].start, **settings}
        for key, value in settings.items():
            setattr(self, self._one_of("setting", key, self.controls), value)
        self.opening = {key: getattr(self, key) for key in ("predict", *self.controls)}
        self._html = html.figure(self)

    def _declared(self) -> dict[str, Any]:
        """The controls' specifications in the order in which the class declares its traits."""
        traits = self.traits(control=lambda spec: spec is not None)
        order = [key for base in reversed(type(self).mro()) for key in vars(base) if key in traits]
        return {key: deepcopy(traits[key].metadata["control"]) for key in order}

    def _one_of(self, what: str, key: str, known: Any) -> str:
        if key not in known:
            ours = ", ".join(known)
            raise ValueError(f"{type(self).__name__}: there is no {what} {key!r}, only {ours}")
        return key

    def build(self) -> dict[str, Question]:
        """Fill the data traits by calling the library; return the questions by their names."""
        raise NotImplementedError

    def alt(self) -> str:
        """What the picture shows, and at which settings."""
        specs = [(key, self.controls[key]) for key in self._declared()]  # in this order
        settings = [
            f"{spec['label']} = {shown(spec, getattr(self, key))}"
            for key, spec in specs
            if all(getattr(self, other) == v for other, v in spec.get("only_if", {}).items())
        ]
        return f"{self.about} Here {', '.join(settings)}."

    def rows(self) -> list[tuple[float | str, ...]]:
        """The numbers behind the picture, computed by the library."""
        raise NotImplementedError

    def plot(self, picture: Picture) -> None:
        """Draw the picture with Matplotlib, from the traits alone."""
        raise NotImplementedError

    def still(self) -> str:
        """The picture as an SVG text that follows the page's theme, with its alt text."""
        with plots.style():
            picture = plots.canvas(5.2, 5.2 / self.ratio)
            self.plot(picture)
            text = plots.as_svg(picture)
        return svg.themed(text, prefix=f"still-{self.name}", alt=self.alt())

    def on_page(self, html: str) -> str:
        """The HTML with the still picture in its stage, seen until the figure is drawn."""
        before, stage, after = re.split(r'(<div class="nn-stage"[^>]*>)', html)
        return f'{before}{stage}<div class="nn-still">{self.still()}</div>{after}'

    def __repr__(self) -> str:
        return f"Interactive figure: {self.title}. {self.alt()}"
