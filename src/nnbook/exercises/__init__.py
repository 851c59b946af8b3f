"""Exercises that answer: `check`, `hint` and `solution`, by the names that the chapters use; and
`report` and `export`, which count the answers and put them into a file.

from nnbook import exercises
exercises.check("gelu", gelu)
"""

from __future__ import annotations

from os import urandom
from typing import Any

from nnbook.exercises import (
    backprop,
    batchnorm,
    depth,
    dropout,
    handin,
    layer,
    network,
    neuron,
    pytorch,
    sgd,
    training,
)
from nnbook.exercises.kit import guard
from nnbook.exercises.kit.exercise import ALL, Exercise
from nnbook.exercises.kit.judge import judge
from nnbook.exercises.kit.result import Part, Result, Text

__all__ = [
    "check",
    "export",
    "get",
    "hint",
    "names",
    "report",
    "solution",
    "withhold_solutions",
]

CHAPTERS = (
    neuron,
    layer,
    network,
    sgd,
    training,
    backprop,
    depth,
    pytorch,
    dropout,
    batchnorm,
)

_hints_given: dict[str, int] = {}
_withheld = False


def check(name: str, f: Any, seed: int | None = None) -> Result:
    """Is f right? The answer says what is wrong, why perhaps, and what to try.

    Beside its fixed cases it draws fresh ones; what they find comes with their seed, and the same
    seed draws them again. Never raises for what f does: its exceptions, endless loops and odd
    results are in the answer. ValueError for a name that no exercise has.
    """
    exercise = get(name)
    try:
        result = judge(exercise, f, int.from_bytes(urandom(2), "big") if seed is None else seed)
    except Exception as error:  # should never happen; a learner must not pay for it
        ours = (
            f"The check itself failed ({type(error).__name__}: {error}), which is the book's fault."
        )
        return Result(name, "unchecked", (Part("", ours),))
    handin.keep(name, f, result)
    return result


def report() -> Text:
    """How many exercises have passed since this kernel began, and which one is next."""
    return handin.report(names(), lambda name: get(name).title)


def export(name: str) -> Text:
    """Write NAME.json, with every answer that was checked, to hand in.

    Answers of other chapters that are in the file already stay in it. ValueError for a name without
    a letter, and for a file of that name that is something else.
    """
    return handin.export(name, names(), lambda name: get(name).title)


def hint(name: str) -> Text:
    """The next hint; after the last one it says that there are no more."""
    exercise = get(name)
    given, total = _hints_given.get(name, 0), len(exercise.hints)
    if given == total:
        more = f'exercises.solution("{name}") shows a solution.'
        if _withheld:
            more = "Your instructor has the solution."
        return Text(f"You have seen all {total} hints. {more}")
    _hints_given[name] = given + 1
    return Text(f"Hint {given + 1} of {total}: {exercise.hints[given]}")


def solution(name: str) -> Text:
    """A solution's source, with a sentence why; in a student's notebook, who has it."""
    exercise = get(name)
    if _withheld:
        more = f'exercises.hint("{name}") gives a hint.'
        return Text(f"The solution of {name} is left to your instructor. {more}")
    source, because = exercise.source, exercise.because
    return Text(f"{source}\n\n# {because}", f"```python\n{source}\n```\n\n{because}")


def names() -> list[str]:
    """The names of all exercises, in the order of the book."""
    homes = [module.__name__ for module in CHAPTERS]
    return sorted(ALL, key=lambda name: homes.index(ALL[name].solution.__module__))


def get(name: str) -> Exercise:
    """All that is known about one exercise: .stub, .solution, .mistakes, .hints and more.

    ValueError for a name that no exercise has, with those that are close to it.
    """
    if not isinstance(name, str):
        got = type(name).__name__
        raise TypeError(f'the name comes first: exercises.check("gelu", gelu), got {got}')
    if name not in ALL:
        from difflib import get_close_matches  # here, since a page must start soon

        close = get_close_matches(name, ALL, n=3, cutoff=0.5)
        meant = f"did you mean {' or '.join(map(repr, close))}? " if close else ""
        raise ValueError(f"no exercise {name!r}: {meant}exercises.names() lists all {len(ALL)}")
    return ALL[name]


def withhold_solutions() -> None:
    """Leave the solutions to the instructor, from here on; student notebooks begin with it."""
    global _withheld
    _withheld = True


guard.restore()  # from here on it knows what everything was
