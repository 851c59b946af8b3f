"""`{chapters}` lists the book's chapters in the order of `_toc.yml`, each with what it is about.

The directive's lines say that, `NAME: a few words`; a chapter without a line is an error.
"""

from __future__ import annotations

from html import escape

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)


class chapters(nodes.General, nodes.Element):
    """Where the list goes, once all titles are known."""


class Chapters(SphinxDirective):
    has_content = True

    def run(self) -> list[nodes.Node]:
        lines = (line.partition(":") for line in self.content)
        return [chapters(words={name.strip(): words.strip() for name, _, words in lines})]


def fill(app: Sphinx, doctree: nodes.document, here: str) -> None:
    for node in list(doctree.findall(chapters)):
        items = []
        for page in first_part(app):
            name = page.rpartition("/")[2]
            if name not in node["words"]:
                logger.error(f"{here}: {{chapters}} has no line for {name!r}", location=node)
            address = escape(app.builder.get_relative_uri(here, page))
            title = escape(app.env.titles[page].astext())
            words = escape(node["words"].get(name, ""))
            items.append(f'<li><a href="{address}"><b>{title}</b> <span>{words}</span></a></li>')
        html = f'<ol class="nn-chapters">{"".join(items)}</ol>'
        node.replace_self(nodes.raw("", html, format="html"))


def first_part(app: Sphinx) -> list[str]:
    """The pages of the first part of the table of contents."""
    tocs = app.env.tocs[app.config.root_doc].findall(addnodes.toctree)
    return [page for _, page in next(iter(tocs))["entries"]]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_node(chapters)
    app.add_directive("chapters", Chapters)
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
