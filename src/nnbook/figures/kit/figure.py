"""The base of every figure: a widget whose traits are the whole truth about what it shows.

Python computes, fills the traits and writes the figure's HTML; `frame.js` binds it to them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from copy import deepcopy
from difflib import get_close_matches
from inspect import get_annotations
from typing import Any, ClassVar

import traitlets

from nnbook.figures.kit import html, keep, still
from nnbook.figures.kit.controls import formatted, index, waits
from nnbook.figures.kit.predict import Question
from nnbook.figures.kit.widget import Widget


class Figure(Widget):
    """An interactive figure.

    A subclass says its names and numbers, declares what can be set as traits (`controls.py`),
    and fills its data traits in `build`; `rows` has the numbers of the present settings. What
    its drawing must know and no control says is in `constants`.
    """

    title: ClassVar[str]
    question: ClassVar[str]
    about: ClassVar[str]  # what the picture shows at any setting, for whoever does not see it
    readouts: ClassVar[tuple[tuple[str, str], ...]]  # the numbers beside the picture: key, name
    coded: ClassVar[bool] = False  # their names are lines of code
    columns: ClassVar[tuple[str, ...]]  # the head of the table that describes the figure
    ratio: ClassVar[float] = 1.4  # width of the picture by its height
    narrow_ratio: ClassVar[float | None] = None  # on a phone, where it is another
    takes: ClassVar[str] = ""  # what making it takes, where that is seconds
    folded: ClassVar[tuple[str, ...]] = ()  # controls that one drags in the picture, too

    controls = traitlets.Dict().tag(sync=True)
    constants = traitlets.Dict().tag(sync=True)  # numbers that Python and the drawing share
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
        own = {key: v for key, v in vars(self).items() if not key.startswith("_")}  # such as seeds
        path = keep.place(self.figure, (self.name, predict, settings, own)) if self.takes else None
        if state := keep.found(path):
            self._restore(state)
        elif path:
            with keep.saying(f"{self.title}: {self.takes} …"):
                self._make(predict, settings)
            keep.put(path, {key: getattr(self, key) for key in (*self.own_traits(), "_html")})
        else:
            self._make(predict, settings)

    def _make(self, predict: str | None, settings: dict[str, Any]) -> None:
        """Compute what it shows, and write its HTML."""
        self.controls = self._declared()
        questions = self.build()
        self.questions = [{"key": key, **question.spec()} for key, question in questions.items()]
        if questions:
            self.predict = self._one_of("question", predict or next(iter(questions)), questions)
            settings = {**questions[self.predict].before, **settings}
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
            only = f"only {', '.join(known)}{_meant(key, known)}"
            raise ValueError(f"{type(self).__name__}: there is no {what} {key!r}, {only}")
        return key

    def __setattr__(self, key: str, value: Any) -> None:
        """Refuse a public name that no class declares: it would change nothing, and say nothing."""
        cls = type(self)
        declared = hasattr(cls, key) or any(key in get_annotations(base) for base in cls.__mro__)
        if not (declared or key.startswith("_")):
            ours = f"{', '.join(self.controls)}{_meant(key, self.controls)}"
            raise AttributeError(f"{cls.__name__} has no {key!r}; what can be set is {ours}")
        super().__setattr__(key, value)

    def build(self) -> dict[str, Question]:
        """Fill the data traits by calling the library; return the questions by their names."""
        raise NotImplementedError

    def index(self, key: str) -> int:
        """The number of the step that a slider stands on, 0 at its smallest value."""
        return index(self.controls[key], getattr(self, key))

    def alt(self) -> str:
        """What the picture shows, and at which settings."""
        specs = [(key, self.controls[key]) for key in self._declared()]  # in this order
        settings = [
            f"{spec['label']} = {formatted(spec, getattr(self, key))}"
            for key, spec in specs
            if not waits(self, spec)
        ]
        return f"{self.about} Here {', '.join(settings)}."

    def rows(self) -> list[tuple[float | str, ...]]:
        """The numbers behind the picture, computed by the library."""
        raise NotImplementedError

    def more(self) -> str:
        """HTML below the picture, for what only this figure has."""
        return ""

    def still(self, width: float = still.WIDE, prefix: str = "") -> still.Still:
        """The picture at the present settings, in a stage of so many CSS pixels, and its words."""
        state = {key: getattr(self, key) for key in self.own_traits()}
        prefix = prefix or f"still-{self.name}"
        ratio = (width <= still.NARROW and self.narrow_ratio) or self.ratio
        return still.draw(self.figure, state, ratio, width=width, prefix=prefix)

    def on_page(self, computed: str) -> str:
        """The HTML with the still picture in its stage, seen until the figure is drawn.

        It is written as the library writes it now; its table has the numbers that were computed.
        """
        self.controls = _in_order(self.controls, self._declared())
        table = re.search(r"<table>.*</table>", computed, re.DOTALL)
        now = html.figure(self, table[0] if table else "")
        before, stage, after = re.split(r'(<div class="nn-stage"[^>]*>)', now)
        wide = self.still().inline(self.alt(), "nn-wide")
        narrow = self.still(still.NARROW, f"phone-{self.name}").inline(self.alt(), "nn-narrow")
        return f'{before}{stage}<div class="nn-still">{wide}{narrow}</div>{after}'

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """With a picture for notebooks that are shown without their widgets, where there is V8."""
        data, metadata = super()._repr_mimebundle_(**kwargs)
        if still.available() and not os.environ.get("NNBOOK_STATIC"):
            data["image/svg+xml"] = self.still().alone(self.alt())
            metadata = {**metadata, "image/svg+xml": {"alt": self.alt()}}
        return data, metadata

    def __repr__(self) -> str:
        return f"Interactive figure: {self.title}. {self.alt()}"


def _in_order(found: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """The dict with its keys as another one orders them: a cache of cells has sorted them."""
    keys = [*(key for key in known if key in found), *(key for key in found if key not in known)]
    return {
        key: _in_order(found[key], known.get(key, {}))
        if isinstance(found[key], dict)
        else found[key]
        for key in keys
    }


def _meant(key: str, known: Iterable[str]) -> str:
    """The question whether a known name was meant, where some are like the key."""
    like = get_close_matches(key, known)
    return f". Did you mean {' or '.join(repr(k) for k in known if k in like)}?" if like else ""
