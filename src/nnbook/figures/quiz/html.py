"""A quiz's HTML: the questions in their place, and all answers with their reasons at the end.

It is complete before a script runs; `figure.js` takes what it says from the answers here.
"""

from __future__ import annotations

from hashlib import sha256
from html import escape
from typing import Any

from nnbook.figures.kit.html import tag
from nnbook.quizzes import Question, Quiz
from nnbook.quizzes.text import html, number

LETTERS = "abcdefgh"
HOW = {
    "choice": "Choose one.",
    "several": "Choose every one that fits.",
    "number": "Type a number.",
    "order": "Put the lines in order, with the arrows.",
}


def spec(question: Question, first: Question) -> dict[str, Any]:
    """What the page needs to judge an answer. `form`: of which question it is a form; `mark`
    changes with what is asked.
    """
    asked = repr((question.ask, question.code, question.options))
    mark = sha256(asked.encode()).hexdigest()[:8]
    common = {"key": question.key, "form": first.key, "kind": question.kind, "mark": mark}
    wrong = [list(wrong.at) for wrong in question.wrong]
    if question.kind == "number":
        return {**common, "truth": question.truth, "tolerance": question.tolerance, "wrong": wrong}
    return {**common, "right": list(question.right), "wrong": wrong}


def quiz(name: str, quiz: Quiz) -> str:
    """The whole quiz: its questions, then the answers, folded."""
    count = len(quiz.questions)
    title = f"Quiz: {quiz.title}"
    note = f"{count} questions. Your answers are kept in this browser, and go nowhere else."
    again = tag("button", "Delete my answers", type="button", data_action="again")
    return tag(
        "figure",
        tag(
            "figcaption",
            tag("strong", html(title)) + " " + tag("span", note),
            class_="nn-title",
        ),
        *(
            _question(name, place, count, form, one)
            for place, one in enumerate(quiz.questions, start=1)
            for form in one.forms
        ),
        tag("div", again, class_="nn-buttons"),
        tag("details", tag("summary", "Answers to the quiz"), class_="nn-fold"),
        tag(
            "ol",
            *(_answer(form, one) for one in quiz.questions for form in one.forms),
            class_="nn-key",
        ),
        class_="nnfig",
        id=f"fig-{name}",
        data_figure="quiz",
        aria_label=title,
    )


def markdown(quiz: Quiz) -> str:
    """The questions alone, as Markdown: its texts are Markdown, but for a line break in one."""
    parts = [f"**Quiz: {quiz.title}.** Run this cell to answer."]
    for place, question in enumerate(quiz.questions, start=1):
        ask = f"**{place} of {len(quiz.questions)}** {' '.join(question.ask.split())}"
        code = f"```python\n{question.code.rstrip()}\n```" if question.code else ""
        options = [
            f"- **{LETTERS[k]}** {' '.join(option.split())}"
            for k, option in enumerate(question.options)
        ]
        parts += [part for part in (ask, code, "\n".join(options)) if part]
    return "\n\n".join(parts)


def _question(name: str, place: int, count: int, question: Question, first: Question) -> str:
    """A question in its place; one with other numbers waits there, hidden, for its turn."""
    number = tag("b", f"{place} of {count}", class_="nn-count")
    legend = tag("legend", number, " ", html(question.ask), class_="nn-asked")
    code = tag("pre", tag("code", escape(question.code))) if question.code else ""
    check = tag(
        "button", "Check", type="button", data_action="check", aria_label=f"Check question {place}"
    )
    tell = tag(
        "button",
        "Show the answer",
        type="button",
        data_action="tell",
        hidden=True,
        aria_label=f"Show the answer to question {place}",
    )
    another = tag(
        "button",
        "Another one",
        type="button",
        data_action="another",
        aria_label=f"Another one: question {place} with other numbers",
    )
    return tag(
        "fieldset",
        legend,
        code,
        tag("p", HOW[question.kind], class_="nn-how"),
        _field(f"{name}-{question.key}", question),
        tag("div", check, tell, another if first.others else "", class_="nn-buttons"),
        tag("div", class_="nn-feedback", role="status"),
        class_="nn-question",
        id=f"{name}-{question.key}",
        data_key=question.key,
        hidden=question is not first,
    )


def _field(name: str, question: Question) -> str:
    """Where the reader answers."""
    if question.kind == "number":
        field = tag("input", type="text", inputmode="decimal", autocomplete="off", size=10)
        return tag("label", tag("span", html(question.label)), " = ", field, class_="nn-typed")
    if question.kind == "order":
        return tag("ol", *map(_line, enumerate(question.options)), class_="nn-lines")
    kind = "radio" if question.kind == "choice" else "checkbox"
    labels = [
        tag(
            "label",
            tag("input", type=kind, name=name, value=k),
            tag("b", LETTERS[k], class_="nn-letter"),
            tag("span", html(option)),
            class_="nn-option",
        )
        for k, option in enumerate(question.options)
    ]
    return tag("div", *labels, class_="nn-options")


def _line(line: tuple[int, str]) -> str:
    """A line to be put in its place, with its two buttons."""
    k, text = line
    buttons = [
        tag(
            "button",
            sign,
            type="button",
            data_by=by,
            aria_label=f"Move line {LETTERS[k]} {way}",
        )
        for sign, by, way in (("↑", "-1", "up"), ("↓", "1", "down"))
    ]
    letter = tag("b", LETTERS[k], class_="nn-letter")
    return tag("li", letter, tag("span", html(text)), *buttons, data_at=k)


def _short(value: float, digits: int) -> str:
    """A number without zeros at its end."""
    text = number(value, digits)
    return html(text.rstrip("0").rstrip(".") if "." in text else text)


def _answer(question: Question, first: Question) -> str:
    """The right answer and why, then what there is to say to the wrong ones."""
    if question.kind == "number":
        label, truth = html(question.label), _short(question.truth, question.digits)
        right = f"{label} = {truth}"
        wrong = [_short(w.at[0], question.digits) for w in question.wrong]
    else:
        right = ", ".join(LETTERS[k] for k in question.right)
        wrong = [" before ".join(LETTERS[int(k)] for k in w.at) for w in question.wrong]
    replies = [
        tag("li", tag("b", at), " ", tag("span", html(w.why), data_reply=k))
        for k, (at, w) in enumerate(zip(wrong, question.wrong, strict=True))
    ]
    if question.otherwise:
        hint = tag("span", html(question.otherwise), data_reply="otherwise")
        replies.append(tag("li", tag("b", "Hint:"), " ", hint))
    return tag(
        "li",
        tag("b", right, data_right=True),
        " ",
        tag("span", html(question.explain), data_explain=True),
        tag("ul", *replies),
        data_of=question.key,
        hidden=question is not first,
    )
