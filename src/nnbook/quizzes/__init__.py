"""The chapters' quizzes: one YAML file each, read here; `figures.Quiz` shows them.

A question's numbers come from the functions of `answers.py`, which call the library. The file's
form is told in CONTRIBUTING.md, and by the errors of `read.py`.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

from nnbook.quizzes.read import Question, Quiz, QuizError, Wrong, read

__all__ = ["Question", "Quiz", "QuizError", "Wrong", "by_misconception", "load", "names"]

FOLDER = files("nnbook.quizzes")
YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C, where it is there
# In the book's order; beside them the folder holds misconceptions.yaml, the M01 to M20.
CHAPTERS = (
    "why",
    "neuron",
    "layer",
    "network",
    "sgd",
    "training",
    "backprop",
    "depth",
    "pytorch",
    "dropout",
    "batchnorm",
    "scale",
)


def names() -> list[str]:
    """The chapters that have a quiz."""
    return [name for name in CHAPTERS if (FOLDER / f"{name}.yaml").is_file()]


def load(chapter: str) -> Quiz:
    """The quiz of a chapter, checked, with its numbers computed."""
    if chapter not in names():
        raise ValueError(f"there is no quiz {chapter!r}, only {', '.join(names())}")
    return read(f"quizzes/{chapter}.yaml", _yaml(chapter), misconceptions())


def misconceptions() -> dict[str, str]:
    """What M01 to M20 stand for."""
    found: dict[str, str] = _yaml("misconceptions")
    return found


def by_misconception() -> dict[str, list[tuple[str, Question]]]:
    """(chapter, question) for each misconception that a wrong answer names: M01 to M20 first."""
    known = misconceptions()
    found: dict[str, list[tuple[str, Question]]] = {}
    for chapter in names():
        for question in load(chapter).questions:
            for name in dict.fromkeys(wrong.misconception for wrong in question.wrong):
                found.setdefault(name, []).append((chapter, question))
    return {name: found[name] for name in sorted(found, key=lambda name: (name not in known, name))}


def _yaml(name: str) -> Any:
    try:
        return yaml.load((FOLDER / f"{name}.yaml").read_text("utf-8"), YAML)
    except yaml.YAMLError as error:
        raise QuizError(
            f"quizzes/{name}.yaml is no YAML: {error}; a text with ': ' in it needs quotes"
        ) from None
