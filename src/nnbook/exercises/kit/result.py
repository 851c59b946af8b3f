"""What `check`, `hint` and `solution` return: readable as text, and in a notebook as HTML.
An icon and a word say how it went; color only repeats them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

Row: TypeAlias = tuple[str, ...]

HEADS = {  # icon, word, and a color that can be seen on white and on black
    "passed": ("✓", "right", "#2f8f5b"),
    "failed": ("✗", "not yet", "#d0652a"),
    "stub": ("○", "not started", "#7a828a"),
    "unchecked": ("–", "not checked", "#7a828a"),
}
PLAIN = "background: none; border: none; padding: 0; color: inherit"  # as the text around it


@dataclass(frozen=True)
class Part:
    """A labelled piece of an answer. code: keep lines and spaces as they are."""

    label: str
    text: str
    code: bool = False
    table: tuple[Row, ...] = ()


@dataclass(frozen=True, repr=False)
class Result:
    """How a check went: `.passed`, and in words why. True if passed.

    status: "passed", "failed", "stub" (nothing written yet) or "unchecked" (PyTorch is missing,
    or an answer has replaced what the check relies on).
    """

    name: str
    status: str
    parts: tuple[Part, ...]

    @property
    def passed(self) -> bool:
        """Is the function right?"""
        return self.status == "passed"

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        icon, word, _ = HEADS[self.status]
        return "\n".join([f"{icon} {self.name}: {word}", *map(_text, self.parts)])

    def _repr_html_(self) -> str:
        icon, word, color = HEADS[self.status]
        head = (
            f'<strong><span aria-hidden="true">{icon}</span> {escape(self.name)}: {word}</strong>'
        )
        style = f"border-left: 0.3em solid {color}; padding: 0.3em 0 0.3em 0.9em; line-height: 1.5"
        return f'<div style="{style}"><div>{head}</div>{"".join(map(_html, self.parts))}</div>'


class Text(str):
    """A text that a notebook shows as it is, without quotes. markdown: how, if not as it is."""

    __slots__ = ("markdown",)
    markdown: str

    def __new__(cls, text: str, markdown: str = "") -> Text:
        self = super().__new__(cls, text)
        self.markdown = markdown or text
        return self

    def __repr__(self) -> str:
        return str(self)

    def _repr_markdown_(self) -> str:
        return self.markdown


def _text(part: Part) -> str:
    if part.table:
        columns = [max(map(len, column)) for column in zip(*part.table, strict=True)]
        rows = [
            "  ".join(cell.rjust(width) for cell, width in zip(row, columns, strict=True))
            for row in part.table
        ]
        return "\n    ".join([f"{part.label}:", *rows])
    if part.code and "\n" in part.text:
        return f"{part.label}:\n    " + part.text.replace("\n", "\n    ")
    return f"{part.label}: {part.text}" if part.label else part.text


def _html(part: Part) -> str:
    label = f"<b>{escape(part.label)}:</b> " if part.label else ""
    if part.table:
        return f"<div>{label}</div>{_table(part.table)}"
    text = escape(part.text)
    if part.code and "\n" in part.text:
        style = f"{PLAIN}; margin: 0 0 0 1em; overflow-x: auto"
        return f'<div>{label}</div><pre style="{style}">{text}</pre>'
    if part.code:
        return f"<div>{label}{_code(text)}</div>"
    return f"<div>{label}{re.sub('`([^`]+)`', lambda found: _code(found[1]), text)}</div>"


def _code(text: str) -> str:
    return f'<code style="{PLAIN}; white-space: pre-wrap">{text}</code>'


def _table(rows: tuple[Row, ...]) -> str:
    cell = "padding: 0 0.7em; text-align: right"
    lines = [
        "".join(f'<{tag} style="{cell}">{escape(text)}</{tag}>' for text in row)
        for tag, row in zip(["th"] + ["td"] * len(rows), rows, strict=False)
    ]
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f'<table style="margin: 0 0 0 1em; width: auto; color: inherit">{body}</table>'


def escape(text: str) -> str:
    """Text as HTML shows it."""
    from html import escape as escaped  # here, since a page must start soon

    return escaped(text)
