"""The texts of a quiz as HTML: `code`, *stress*, and $formulas$, which become MathML here.

A widget outside the book has nothing that typesets TeX, so it is done in Python. Where
latex2mathml is missing, a formula stands as it was written.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import Any

from nnbook.notebook import numbers

_PART = re.compile(r"(\$[^$]+\$|`[^`]+`|\*\*[^*]+\*\*|\*[^*\s][^*]*\*)")
_NUMBER = re.compile(r"\[\[(\w+)(?::(\d))?\]\]")
# What looks better than latex2mathml's: a minus that is a sign, no space around a stroke, a space
# behind log, a prime at its height, and capital Greek letters upright.
_TIGHT = '<mo lspace="0" rspace="0">'
_BETTER = [
    (r"(<mo(?: [^>]*)?>[^)|\]<]*</mo>)<mo>−</mo>", r'\1<mo form="prefix">−</mo>'),
    (r"<mo>/</mo>", f"{_TIGHT}/</mo>"),
    (r"(<mi>(?:log|exp|max|min)</mi>)(?=<m[in]|<msub)", r'\1<mspace width="0.17em"></mspace>'),
    (r"<msup>(<mi>[^<]*</mi>)<mi>′</mi></msup>", rf"<mrow>\1{_TIGHT}′</mo></mrow>"),
    (r"<mi>([ΓΔΘΛΞΠΣΦΨΩ])</mi>", r'<mi mathvariant="normal">\1</mi>'),
]


def number(value: Any, digits: int) -> str:
    """A number as the texts print it: whole ones as they are, the rest to `digits` places.

    With a hyphen for a minus, since it may stand in a formula or in code.
    """
    if isinstance(value, str | int):
        return f"{value}"
    return numbers.number(value, digits).replace("−", "-")


def fill(text: str, given: dict[str, Any], digits: int) -> str:
    """The text with each [[name]], or [[name:3]] with three places, replaced by its number."""

    def found(match: re.Match[str]) -> str:
        name, places = match.groups()
        if name not in given:
            ours = ", ".join(given) or "nothing"
            raise ValueError(f"[[{name}]] is not known; `given:` and `compute:` give {ours}")
        return number(given[name], int(places or digits))

    return _NUMBER.sub(found, text)


def html(text: str) -> str:
    """The text as HTML; ValueError if a formula does not convert."""
    if text.count("$") % 2 or text.count("`") % 2:
        raise ValueError("a $ or a ` has no partner")
    return "".join(_part(part) for part in _PART.split(text))


def _part(part: str) -> str:
    if part.startswith("$"):
        return formula(part[1:-1])
    if part.startswith("`"):
        return f"<code>{escape(part[1:-1])}</code>"
    if part.startswith("*"):
        element = "strong" if part.startswith("**") else "em"
        return f"<{element}>{html(part.strip('*'))}</{element}>"
    text = escape(part, quote=False).replace("'", "’")
    return re.sub(r"(?<![\w.)])-(?=\d)", "−", text)


@cache
def formula(tex: str) -> str:
    """A short formula as MathML."""
    try:
        from latex2mathml.converter import convert
    except ImportError:
        return f'<code class="nn-tex">{escape(tex)}</code>'
    try:
        text: str = convert(tex)
    except Exception as error:  # of a dozen kinds of its own
        raise ValueError(f"${tex}$ is no formula: {type(error).__name__}") from None
    # Characters as they are, so that the book's font is cut to them.
    text = re.sub(r"&#x([0-9A-F]{3,6});", lambda match: escape(chr(int(match[1], 16))), text)
    if re.search(r"[\\{}]", text) or re.search(r"<mfrac>(<mn>[^<]*</mn>)?</mfrac>", text):
        raise ValueError(f"${tex}$ is no formula that latex2mathml knows")
    for pattern, better in _BETTER:
        text = re.sub(pattern, better, text)
    return text
