"""In the chapters, the first use of each word of the glossary leads to its entry.

Notebooks need no markup for it, and read well where there is no glossary. Words are found in the
singular and the plural; in code, headings, tables, quotations and other links they are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.nodes import make_refnode

LEFT_ALONE = (
    nodes.reference,
    nodes.literal,
    nodes.math,
    nodes.title,
    nodes.table,
    nodes.block_quote,
    nodes.raw,
)
Terms = dict[str, tuple[str, str]]  # word in small letters → page and address of its entry


def glossary(app: Sphinx) -> Terms:
    found = app.env.get_domain("std").get_objects()
    return {
        name.lower(): (page, label) for name, _, kind, page, label, _ in found if kind == "term"
    }


def pattern(terms: Terms) -> re.Pattern[str]:
    """Any of the terms, the longest first."""
    words = "|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])({words})(?:s|es)?(?![\w-])", re.IGNORECASE)


def texts(doctree: nodes.document) -> Iterator[nodes.Text]:
    """What a reader reads as running text."""
    for paragraph in doctree.findall(nodes.paragraph):
        for text in paragraph.findall(nodes.Text):
            around = text.parent
            while around is not None and not isinstance(around, LEFT_ALONE):
                around = around.parent
            if around is None:
                yield text


def link(app: Sphinx, doctree: nodes.document, here: str) -> None:
    terms = glossary(app)
    if not terms or not here.startswith("chapters/"):
        return
    words, met = pattern(terms), set()
    for text in list(texts(doctree)):
        parts: list[nodes.Node] = []
        said, end = text.astext(), 0
        for word in words.finditer(said):
            term = word[1].lower()
            if term in met:
                continue
            met.add(term)
            page, label = terms[term]
            name = nodes.inline("", word[0], classes=["nn-term"])
            reference = make_refnode(app.builder, here, page, label, name)
            parts += [nodes.Text(said[end : word.start()]), reference]
            end = word.end()
        if parts:
            text.parent.replace(text, [*parts, nodes.Text(said[end:])])


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-resolved", link)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
