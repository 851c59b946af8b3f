"""What stands beside the text: a slide's sentence and its slips, times, folded code.

A quotation that begins with **The slides …** or **On the slide** gets a class of its own, as do the
lines in italics below a title. The code of a picture or figure, and of a page's imports, is
one line below it, which unfolds.
"""

from __future__ import annotations

from itertools import takewhile

from cell_anchors import PREFIX, is_cell
from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx

OPENINGS = {"The slides": "nn-says", "On the slide": "nn-errs"}
IMPORTS = f"{PREFIX}imports"


def mark(app: Sphinx, doctree: nodes.document) -> None:
    for quote in doctree.findall(nodes.block_quote):
        lead = next(iter(quote.findall(nodes.strong)), None)
        text = lead.astext() if lead is not None else ""
        if text and quote.astext().startswith(text):
            quote["classes"] += [name for start, name in OPENINGS.items() if text.startswith(start)]
    for section in list(doctree.findall(nodes.section))[:1]:
        for line in takewhile(is_remark, section.children[1:]):
            line["classes"].append("nn-remark")


def is_remark(node: nodes.Node) -> bool:
    return isinstance(node, nodes.paragraph) and isinstance(node[0], nodes.emphasis)


def fold(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put the code that a reader need not see below what it makes."""
    if app.builder.format != "html":
        return
    for cell in list(doctree.findall(is_cell)):
        hidden = next((one for one in cell if isinstance(one, HideCodeCellNode)), None)
        if hidden is not None:
            code = [*hidden.children, *(one for one in cell[1:] if is_tools(one))]
        elif IMPORTS in cell["ids"] or is_figure(cell):
            code = [one for one in cell if not is_output(one)]
        else:
            continue
        if not code:
            continue
        rest = [one for one in cell if one is not hidden and one not in code]
        start = f'<details class="nn-code"><summary>{name(cell)}</summary>'
        cell.children = []
        cell += [*rest, raw(start), *code, raw("</details>")]


def name(cell: nodes.Element) -> str:
    if IMPORTS in cell["ids"]:
        return "Set-up: what this page imports"
    if is_figure(cell):
        return "Code of this figure"
    pictures = (nodes.image, nodes.raw)
    shown = any(
        isinstance(one, pictures) for out in filter(is_output, cell) for one in out.findall()
    )
    return "Code of this picture" if shown else "Code"


def is_output(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code_output"


def is_tools(node: nodes.Node) -> bool:
    return isinstance(node, nodes.raw) and node.astext().startswith('<div class="nn-tools"')


def is_figure(cell: nodes.Element) -> bool:
    texts = (one.astext() for one in cell.findall(nodes.raw))
    return any(text.startswith('<div class="nn-host"') for text in texts)


def raw(text: str) -> nodes.raw:
    return nodes.raw("", text, format="html")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-read", mark)
    app.connect("doctree-resolved", fold, priority=700)  # figures and buttons are in their places
    return {"parallel_read_safe": True, "parallel_write_safe": True}
