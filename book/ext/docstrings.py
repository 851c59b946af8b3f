"""Docstrings as reStructuredText: their paragraphs, their code, and their formulas as TeX.

A formula is a run of numbers, variables (one letter, no article), signs and brackets, and of names
that a spaced sign or a bracket binds, up to a comma; it has a sign, or a variable by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from unicode_tex import END, FUNCTIONS, Token, tex, tokens

# Names that no sign makes a part of a formula, as in “σ(x) is ≤ 1”.
SMALL = {
    "and", "are", "as", "at", "be", "by", "for", "from", "if", "is", "of", "or", "than", "that",
    "the", "to", "where", "which", "with",
}  # fmt: skip
ERROR = r"[A-Z]\w*Error\b"
PARAGRAPH = re.compile(rf"\n\s*\n|\n(?={ERROR}|[A-Z]\w+, an? {ERROR}|Source: )")
# What is code without backticks too: errors, calls, names with a dot or an underscore inside.
CODE = re.compile(rf"(\b(?:{ERROR}|\w+\(\)|[A-Za-z]\w*(?:[._]\w{{2,}})+(?:\([^()]*\))?))")
PAPER = re.compile(r"(arXiv:\d{4}\.\d{5})")


def rst(docstring: str) -> list[str]:
    """A docstring's lines in reStructuredText; FormulaError for a formula that has no TeX.

    In the first paragraph fractions have their full size.
    """
    lines: list[str] = []
    for i, paragraph in enumerate(PARAGRAPH.split(docstring.strip())):
        text = " ".join(paragraph.split())
        if text.startswith("Source: "):
            lines += [".. container:: source", "", f"   {_linked(text)}", ""]
        else:
            lines += [_set(text, r"\frac" if i else r"\dfrac"), ""]
    return lines


def _linked(text: str) -> str:
    """With its papers linked, and without formulas: the A of A. Author is no variable."""
    return "".join(
        f"`{part} <https://arxiv.org/abs/{part[6:]}>`__" if PAPER.match(part) else escaped(part)
        for part in PAPER.split(text)
    )


def _set(text: str, fraction: str) -> str:
    line = ""
    for kind, part in parts(text):
        if kind == "formula":
            line += rf"\ :math:`{tex(part, fraction)}`\ "
        elif kind == "code":
            line += _code(part)
        else:
            pieces = CODE.split(part)  # prose and code by turns
            line += "".join(_code(p) if i % 2 else escaped(p) for i, p in enumerate(pieces))
    # A mark behind a formula goes into it, because browsers would begin a line with it.
    return re.sub(r"(:math:`[^`]*)`\\ \\([,.;:])", r"\1\\text{\2}`\\ ", line)


def _code(code: str) -> str:
    role = "api" if re.fullmatch(r"`?[\w.]+(\(\))?`?", code) else "code"
    return rf"\ :{role}:`{code.strip('`')}`\ "


def escaped(prose: str) -> str:
    """Prose in which nothing means anything to reStructuredText."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", prose)


def parts(text: str) -> Iterator[tuple[str, str]]:
    """A paragraph piece by piece: its formulas, its code and, between them, its prose."""
    line, i, prose = [END, *tokens(text), END, END, END], 1, ""
    while line[i] != END:
        kind, end = "code", i + 1
        if line[i].kind != "code":
            kind, end = "formula", _end(line, i)
            if not _counts(line[i:end]):
                kind, end = "prose", max(end, _end_of_code(line, i), i + 1)
        piece, i = "".join(token.text for token in line[i:end]), end
        if kind == "prose":
            prose += piece
            continue
        if prose:
            yield "prose", prose
        yield kind, piece
        prose = ""
    if prose:
        yield "prose", prose


def _end(line: list[Token], start: int) -> int:
    """Where the run from `start` on ends: before the spaces and signs that lead nowhere."""
    end = start if _dangles(line, start) else _reach(line, start)
    while end > start and (line[end - 1].kind in ("space", "sign", "prefix")):
        end -= 1
    return end


def _dangles(line: list[Token], i: int) -> bool:
    """Whether a run cannot begin here: with a space, or a sign that lacks its first operand."""
    return line[i].kind == "space" or (line[i].kind == "sign" and line[i + 1].kind == "space")


def _reach(line: list[Token], start: int, close: str = "") -> int:
    """How far a run goes on from `start`; within brackets up to the `close`, or else 0."""
    i = start
    while line[i].kind not in (close, "end"):
        if line[i].kind in ("open", "bar"):
            partner = _reach(line, i + 1, "close" if line[i].kind == "open" else "bar")
            if not partner:
                break
            i = partner
        elif not _belongs(line, i, start, bool(close)):
            break
        i += 1
    return i if line[i].kind == close or not close else 0


def _belongs(line: list[Token], i: int, start: int, inside: bool) -> bool:
    kind = line[i].kind
    if kind == "name":
        return not _end_of_code(line, i) and _is_bound(line, i, start, inside)
    if kind == "letter":
        return not _end_of_code(line, i) and not _is_article(line, i)
    return kind in ("space", "number", "sign", "prefix", "script") or (kind == "comma" and inside)


def _is_bound(line: list[Token], i: int, start: int, inside: bool) -> bool:
    """Whether a name is part of the formula, and not a word of the sentence."""
    before, name, after, beyond = line[i - 1 : i + 3]
    if after.kind in ("open", "script"):  # exp(x), gain²
        return True
    if name.text in FUNCTIONS:  # log p, max|x|
        operand = beyond if after.kind == "space" else after
        return operand.kind in ("letter", "number", "prefix", "open", "bar")
    if i > start and before.kind in ("sign", "prefix"):  # √in, ±gain
        return True
    if name.text in SMALL or (after.kind == "space" and beyond.kind in ("name", "word", "code")):
        return False  # of two names in a row neither is part of a formula
    return inside or _is_operator(line, i + 2) or (i - 2 > start and _is_operator(line, i - 2))


def _is_operator(line: list[Token], i: int) -> bool:
    return [token.kind for token in line[i - 1 : i + 2]] == ["space", "sign", "space"]


def _is_article(line: list[Token], i: int) -> bool:
    letter, after, beyond = line[i : i + 3]
    is_noun = beyond.kind in ("name", "word", "code", "number") and beyond.text not in SMALL
    return letter.text in "aAI" and after.kind == "space" and is_noun


def _end_of_code(line: list[Token], i: int) -> int:
    """The end of brackets that are code, as in `x[None, :]`; 0 if there are none at this name."""
    opens = line[i].kind in ("name", "letter") and line[i + 1].kind == "open"
    if not opens or _reach(line, i + 2, "close"):
        return 0
    depth = 0
    for end in range(i + 1, len(line)):
        depth += {"open": 1, "close": -1}.get(line[end].kind, 0)
        if depth == 0:
            return end + 1
    return 0


def _counts(run: list[Token]) -> bool:
    """Whether a run is a formula: it has a sign, or a variable outside of brackets."""
    depth = 0
    for token in run:
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        is_variable = token.kind == "letter" and token.text != "…" and depth == 0
        is_sign = token.kind == "sign" and token.text not in "+/"
        if is_variable or is_sign or token.kind in ("prefix", "script"):
            return True
    return False
