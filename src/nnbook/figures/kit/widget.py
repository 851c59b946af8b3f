"""What every figure and every quiz is: a widget whose traits and HTML are all that it needs.

The same object stands in a notebook with a kernel, and on a page without one, where its HTML is
written into the page and its traits beside it.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

import anywidget
import traitlets

from nnbook.figures.kit import front

REGISTERED: dict[str, type[Widget]] = {}  # by the names of their figures


class Widget(anywidget.AnyWidget):
    """A widget of the book. A subclass that names its front end in `figure` gets its texts."""

    figure: ClassVar[str]  # NAME of data-figure="NAME", and of its folder

    name = traitlets.Unicode().tag(sync=True)  # its id on a page is fig-NAME
    _html = traitlets.Unicode().tag(sync=True)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if "figure" in vars(cls):  # bases in between have no front end of their own
            cls._esm = front.notebook(cls.figure)
            cls._css = front.style(cls.figure) + front.read("kit/notebook.css")
            REGISTERED[cls.figure] = cls
        super().__init_subclass__(**kwargs)

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        """The object that a page's widget state describes: nothing is computed again."""
        self = cls.__new__(cls)
        anywidget.AnyWidget.__init__(self)
        self._restore({key: value for key, value in state.items() if key in cls.own_traits()})
        return self

    def _restore(self, state: dict[str, Any]) -> None:
        """Set these traits; first the controls, which say what the others can be."""
        for key in sorted(state, key=lambda key: key != "controls"):
            self.set_trait(key, state[key])

    @classmethod
    def current(cls, state: dict[str, Any]) -> dict[str, Any]:
        """A page's widget state, with what no cell computed as the library has it now."""
        return state

    @classmethod
    def own_traits(cls) -> set[str]:
        """The traits that say what it shows, without those of every widget and the HTML."""
        return (
            set(cls.class_trait_names()) - set(anywidget.AnyWidget.class_trait_names()) - {"_html"}
        )

    def on_page(self, html: str) -> str:
        """What stands on a page before any script has run, made from its HTML."""
        return html

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle = super()._repr_mimebundle_(**kwargs)
        assert bundle is not None  # it is only for widgets that have no view
        data, metadata = bundle
        return {**data, "text/plain": repr(self)}, metadata
