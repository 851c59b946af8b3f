"""A quiz from its YAML: every field checked, and each error says file, question, what and cure."""

from __future__ import annotations

import inspect
import math
import re
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from nnbook.quizzes import answers
from nnbook.quizzes.text import fill, html

KINDS = {
    "choice": {"options"},
    "several": {"options"},
    "number": {"label", "digits", "tolerance", "mistakes", "otherwise", "others"},
    "order": {"lines", "slips", "otherwise"},
}
COMMON = {"key", "kind", "ask", "code", "compute", "given", "explain"}
LAZY = re.compile(r"^(all|none|both) of (these|them)\b|\bof the above\b", re.IGNORECASE)


class QuizError(ValueError):
    """A quiz's file cannot be used as it stands."""


@dataclass(frozen=True)
class Wrong:
    """A wrong answer: where it lies, the misconception behind it, and what is said to it.

    `at` holds an option's index; a number; or two lines' indices, the first wrongly before the
    second.
    """

    at: tuple[float, ...]
    misconception: str
    why: str


@dataclass(frozen=True)
class Question:
    """A question with its texts as written, and its numbers in them."""

    key: str
    kind: str
    ask: str
    explain: str
    wrong: tuple[Wrong, ...]
    code: str = ""
    options: tuple[str, ...] = ()  # or an order's lines, as first shown
    right: tuple[int, ...] = ()  # right options, or the lines in their order
    label: str = ""
    truth: float = math.nan
    tolerance: float = 0.0
    digits: int = 0
    otherwise: str = ""
    others: tuple[Question, ...] = ()  # the same with other numbers

    @property
    def forms(self) -> tuple[Question, ...]:
        """The question as it is asked first, then with its other numbers."""
        return (self, *self.others)


@dataclass(frozen=True)
class Quiz:
    title: str
    questions: tuple[Question, ...]


def read(file: str, data: Any, known: dict[str, str]) -> Quiz:
    """The quiz in `data`; `known` are the misconceptions that a key M… may name."""
    if not isinstance(data, dict) or set(data) != {"title", "questions"}:
        raise QuizError(f"{file} must hold `title:` and `questions:`, and nothing else")
    questions = [
        _Reader(file, k, one, known).question() for k, one in enumerate(data["questions"], start=1)
    ]
    keys = [question.key for question in questions]
    for key in keys:
        if keys.count(key) > 1:
            raise QuizError(f"{file}: two questions are called {key!r}; give one another key")
    return Quiz(str(data["title"]), tuple(questions))


class _Reader:
    """Reads one question; every error begins with where it is."""

    def __init__(self, file: str, place: int, data: Any, known: dict[str, str]) -> None:
        self.data: dict[str, Any] = data if isinstance(data, dict) else {}
        self.known = known
        self.where = f"{file}, question {self.data.get('key') or place!r}"
        self.numbers: dict[str, Any] = {}

    def fail(self, what: str) -> QuizError:
        return QuizError(f"{self.where}: {what}")

    def question(self) -> Question:
        key, kind = self.data.get("key"), self.data.get("kind")
        if not isinstance(key, str) or not re.fullmatch(r"[a-z][a-z0-9-]*", key):
            raise self.fail("`key:` must be a name of small letters, digits and hyphens")
        if kind not in KINDS:
            raise self.fail(f"kind {kind!r} is unknown; it is one of {', '.join(KINDS)}")
        if unknown := set(self.data) - COMMON - KINDS[kind]:
            fields = ", ".join(sorted(COMMON | KINDS[kind]))
            raise self.fail(f"{unknown.pop()!r} is no field of {kind}; its fields are {fields}")
        self.numbers = self.computed()
        code = str(self.data.get("code", "")).rstrip()
        reader = {"choice": self.choice, "several": self.choice, "number": self.number}
        own = reader.get(kind, self.order)()
        asked = Question(key, kind, self.text("ask"), self.text("explain"), code=code, **own)
        return replace(asked, others=self.others(asked))

    def others(self, first: Question) -> tuple[Question, ...]:
        """The same question for each of the other numbers, which must give another answer."""
        if not isinstance(listed := self.data.get("others", []), list):
            raise self.fail("`others:` must be a list, each as `given:`")
        found = [first]
        for k, given in enumerate(listed, start=2):
            if not isinstance(given, dict) or set(given) != set(self.data.get("given", {})):
                raise self.fail(f"others {k - 1} must give what `given:` gives, and nothing else")
            data = {key: value for key, value in self.data.items() if key != "others"}
            reader = _Reader("", k, data | {"given": given}, self.known)
            reader.where = f"{self.where}, others {k - 1}"
            found.append(replace(reader.question(), key=f"{first.key}-{k}"))
            if found[-1].truth in [form.truth for form in found[:-1]]:
                raise self.fail(f"others {k - 1} has the answer of another form")
        return tuple(found[1:])

    def text(self, field: str, holder: Any = None, what: str = "") -> str:
        """A text with its numbers filled in, whose formulas convert."""
        holder = self.data if holder is None else holder
        found = holder.get(field) if isinstance(holder, dict) else None
        if not isinstance(found, str) or not found.strip():
            raise self.fail(f"{what}has no `{field}:`; write it, as a text")
        try:
            filled = fill(found.strip(), self.numbers, int(self.data.get("digits", 2)))
            html(filled)
        except ValueError as error:
            raise self.fail(f"{what}{field}: {error}") from None
        if LAZY.search(filled):
            raise self.fail(f"{what}{field}: says “all of the above”; say what is meant instead")
        return filled

    def computed(self) -> dict[str, Any]:
        """What is given and what the library makes of it, by name."""
        given = self.data.get("given", {})
        name = self.data.get("compute")
        if name is None:
            return dict(given)
        function = vars(answers).get(str(name))
        if not inspect.isfunction(function) or str(name).startswith("_"):
            ours = ", ".join(answers.__all__)
            raise self.fail(f"compute: {name!r} is no function of quizzes/answers.py, only {ours}")
        try:
            inspect.signature(function).bind(**given)
        except TypeError as error:
            raise self.fail(f"given: {name}{inspect.signature(function)}: {error}") from None
        return {**given, **function(**given)}

    def value(self, name: Any, what: str) -> float:
        """A finite number that the question's function has computed."""
        found = self.numbers.get(str(name))
        if "compute" not in self.data or not isinstance(found, int | float):
            ours = ", ".join(self.numbers) or "nothing"
            raise self.fail(f"{what} {name!r} is not computed; `compute:` gives {ours}")
        if not math.isfinite(found):
            raise self.fail(f"{what} {name!r} is {found}; it must be finite")
        return float(found)

    def list_of(self, field: str, least: int) -> list[Any]:
        found = self.data.get(field)
        if not isinstance(found, list) or len(found) < least:
            raise self.fail(f"`{field}:` must be a list of at least {least}")
        return found

    def reply(self, at: tuple[float, ...], holder: Any, what: str) -> Wrong:
        """What is said to a wrong answer, and to which misconception it belongs."""
        name = holder.get("misconception") if isinstance(holder, dict) else None
        if not isinstance(name, str) or not name.strip():
            raise self.fail(f"{what}names no `misconception:`; give M01 to M20 or a short name")
        if re.fullmatch(r"M\d+", name) and name not in self.known:
            raise self.fail(f"{what}misconception {name} is not in misconceptions.yaml")
        return Wrong(at, name.strip(), self.text("why", holder, what))

    def choice(self) -> dict[str, Any]:
        options, right, wrong = [], [], []
        for k, option in enumerate(self.list_of("options", 3)):
            what = f"option {k + 1} "
            if not isinstance(option, dict) or len({"right", "wrong"} & set(option)) != 1:
                raise self.fail(f"{what}must hold either `right:` or `wrong:`, its text")
            side = "right" if "right" in option else "wrong"
            if extra := set(option) - {side, "misconception", "why"}:
                raise self.fail(f"{what}has an unknown field {extra.pop()!r}")
            options.append(self.text(side, option, what))
            if side == "right":
                right.append(k)
            else:
                wrong.append(self.reply((k,), option, what))
        if len(set(options)) < len(options):
            raise self.fail("two options are the same")
        if self.data["kind"] == "choice" and len(right) != 1:
            raise self.fail(f"has {len(right)} right options; `kind: choice` needs one")
        if not 0 < len(right) < len(options):
            raise self.fail("needs at least one right and one wrong option")
        return {"options": tuple(options), "right": tuple(right), "wrong": tuple(wrong)}

    def number(self) -> dict[str, Any]:
        truth = self.value("right", "the answer")
        digits, tolerance = self.data.get("digits", 2), self.data.get("tolerance")
        if not isinstance(tolerance, int | float) or tolerance < 0.5 * 10**-digits:
            raise self.fail(f"`tolerance:` must be a number, at least {0.5 * 10**-digits:g}")
        wrong: list[Wrong] = []
        for k, mistake in enumerate(self.data.get("mistakes", []), start=1):
            at = self.value(mistake.get("value"), f"mistake {k}, value")
            if any(
                abs(at - other) <= 2 * tolerance for other in [truth, *(w.at[0] for w in wrong)]
            ):
                raise self.fail(f"mistake {k} gives {at:g}, too near to another answer")
            wrong.append(self.reply((at,), mistake, f"mistake {k} "))
        return {
            "truth": truth,
            "tolerance": float(tolerance),
            "digits": digits,
            "label": self.text("label"),
            "otherwise": self.text("otherwise"),
            "wrong": tuple(wrong),
        }

    def order(self) -> dict[str, Any]:
        lines = self.data.get("lines")
        if not isinstance(lines, dict) or len(lines) < 3:
            raise self.fail("`lines:` must map at least 3 names to lines, in the right order")
        shown = sorted(lines, key=lambda name: sha256(str(name).encode()).hexdigest())
        if shown == list(lines):
            shown = [*shown[1:], shown[0]]
        wrong = []
        for k, slip in enumerate(self.list_of("slips", 1), start=1):
            names = [slip.get("line"), slip.get("before")] if isinstance(slip, dict) else []
            if not names or any(name not in lines for name in names):
                raise self.fail(f"slip {k} needs `line:` and `before:`, each of {', '.join(lines)}")
            first, then = (list(lines).index(name) for name in names)
            if first <= then:
                raise self.fail(f"slip {k}: {names[0]} before {names[1]} is right")
            at = (float(shown.index(names[0])), float(shown.index(names[1])))
            wrong.append(self.reply(at, slip, f"slip {k} "))
        return {
            "options": tuple(self.text(name, lines, "lines: ") for name in shown),
            "right": tuple(shown.index(name) for name in lines),
            "wrong": tuple(wrong),
            "otherwise": self.text("otherwise"),
        }
