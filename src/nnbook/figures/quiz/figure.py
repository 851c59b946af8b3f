"""A chapter's quiz: questions that answer each wrong answer, on a page without a kernel too."""

from __future__ import annotations

import os
from typing import Any

import traitlets

from nnbook import quizzes
from nnbook.figures.kit.widget import Widget
from nnbook.figures.quiz import html


class Quiz(Widget):
    """The questions of a chapter, `Quiz("neuron")`.

    What a reader answers stays in the reader's browser: no trait holds it, and nothing is sent
    anywhere.
    """

    figure = "quiz"

    chapter = traitlets.Unicode().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    questions: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)

    def __init__(self, chapter: str):
        """`chapter` is one of `quizzes.names()`."""
        super().__init__()
        quiz = quizzes.load(chapter)
        self.chapter, self.title, self.name = chapter, quiz.title, f"quiz-{chapter}"
        self.questions = [
            html.spec(form, first) for first in quiz.questions for form in first.forms
        ]
        self._html = html.quiz(self.name, quiz)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """With its questions for notebooks that are shown without their widgets."""
        data, metadata = super()._repr_mimebundle_(**kwargs)
        if not os.environ.get("NNBOOK_STATIC"):
            data["text/markdown"] = html.markdown(quizzes.load(self.chapter))
        return data, metadata

    @classmethod
    def current(cls, state: dict[str, Any]) -> dict[str, Any]:
        """The state with the quiz's texts as its file has them now."""
        quiz = cls(state["chapter"])
        return state | {key: getattr(quiz, key) for key in (*cls.own_traits(), "_html")}

    def __repr__(self) -> str:
        count = len({form["form"] for form in self.questions})
        return f"Quiz: {self.title}. {count} questions, each with its answer."
