"""Checks an answer typed into the page: runs its code beside the chapter's imports, then judges.
Code that does not come as far as the judge gets words of the same form."""

from __future__ import annotations

import builtins
from functools import cache
from traceback import extract_tb
from typing import Any

from nnbook import exercises
from nnbook.exercises.kit import guard, limit, words
from nnbook.exercises.kit.exercise import Exercise
from nnbook.exercises.kit.guess import of_error
from nnbook.exercises.kit.result import Part, Result
from nnbook.page import cells, output, stand_ins


def check(name: str, code: str, imports: str, send: output.Send, seed: int | None = None) -> Result:
    """exercises.check for what `code` defines. imports: the cell at the chapter's top."""
    exercise, judged = exercises.get(name), exercises.check
    space = dict(_imported(imports))
    space["__builtins__"] = {**vars(builtins), "__import__": stand_ins.strictly}
    guard.restore()  # what cells and other answers have replaced is no fault of this one
    with output.to(send):
        complaint = _complaint(exercise, code, space)
        return judged(name, space[name], seed) if complaint is None else complaint


def pieces(result: Result) -> list[tuple[str, str]]:
    """repr(result) in pieces, each with its kind: "head", "label", "code" or "text"."""
    found = [("head", repr(result).partition("\n")[0])]
    for part in result.parts:
        text = repr(Result(result.name, result.status, (part,))).partition("\n")[2]
        label = f"{part.label}:" if part.label else ""
        kind = "code" if part.code or part.table else "text"
        found += [("text", "\n"), ("label", label), (kind, text.removeprefix(label))]
    return found


def _complaint(exercise: Exercise, code: str, space: dict[str, Any]) -> Result | None:
    """Run the code in `space`; None if that leaves a thing of the exercise's name."""
    try:
        tree, file = cells.parsed(code, exercise.name)
    except SyntaxError as error:
        return _failed(
            exercise,
            Part("Came", f"{type(error).__name__}: {error.msg}", code=True),
            Part("In your code", _at(error.lineno, error.text), code=True),
            Part("Likely cause", "Python cannot read this, so nothing of the code has run."),
            Part("Next step", "Look for a missing bracket, colon or quote here and a line above."),
        )
    errors: list[BaseException] = []

    def work() -> None:
        try:
            exec(compile(tree, file, "exec"), space)
        except limit.TimeUp:
            raise
        except BaseException as error:
            errors.append(error)

    try:
        limit.within(limit.SECONDS, work)
    except limit.TooLong:
        return _failed(
            exercise,
            Part("Came", f"nothing within {limit.SECONDS:g} seconds, so the code was stopped."),
            Part("Likely cause", "A loop never ends, or goes over far more than it needs to."),
            Part("Next step", "Print the loop's variable: does it come closer to the end?"),
        )
    for raised in errors:
        own = [line for line in extract_tb(raised.__traceback__) if line.filename == file]
        where = _at(own[-1].lineno, own[-1].line) if own else ""
        cause, step = of_error(raised, where)
        return _failed(
            exercise,
            Part("Came", words.error(raised), code=True),
            Part("In your code", where, code=True),
            Part("Likely cause", cause),
            Part("Next step", step),
        )
    if exercise.name in space:
        return None
    return _failed(
        exercise,
        Part("Expected", f"the function {exercise.signature}", code=True),
        Part("Came", "no function of that name"),
        Part("Next step", f"Begin with `def {exercise.signature}:`"),
    )


def _failed(exercise: Exercise, *parts: Part) -> Result:
    return Result(exercise.name, "failed", tuple(part for part in parts if part.text))


def _at(number: int | None, text: str | None) -> str:
    """The learner's line, as the judge writes it."""
    return f"line {number}: {(text or '').strip()}"


@cache
def _imported(imports: str) -> dict[str, Any]:
    """The names that a chapter's first cell leaves."""
    space = cells.namespace()
    exec(imports, space)
    return space
