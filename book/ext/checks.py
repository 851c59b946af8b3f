"""Cells tagged `checks` stand on the page as one quiet line, "✓ checked", that unfolds to code.

What they print, such as a claim's result, stays in sight above it. `<details>` needs no script.
"""

from __future__ import annotations

import re

from asides import raw
from cell_anchors import is_cell
from docutils import nodes
from sphinx.application import Sphinx

CLASS = "tag_checks"  # myst-nb's, of a cell with the tag
TITLE = re.compile(r"\A# @title (.*)\n")  # Colab folds the cell under it, and so does the page


def fold(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the code of these cells behind their results, closed until it is asked for.

    Of several in a row, those that print nothing are folded with the next.
    """
    if app.builder.format != "html":
        return
    waiting: list[nodes.container] = []
    for cell in list(doctree.findall(is_cell)):
        if CLASS not in cell["classes"]:
            continue
        waiting.append(cell)
        place = cell.parent.index(cell) + 1
        behind = cell.parent[place] if place < len(cell.parent) else None
        if (
            len(cell) > 1
            or not isinstance(behind, nodes.container)
            or CLASS not in behind["classes"]
        ):
            fold_into(cell, waiting)
            waiting = []


def fold_into(last: nodes.container, cells: list[nodes.container]) -> None:
    """One line for the code of these cells, in the last of them, which keeps their addresses."""
    codes = [cell.pop(0) for cell in cells]
    said = [untitled(code) for code in codes]
    opening = f'<details class="nn-checks"><summary>{said[-1]}</summary>'
    last += [raw(opening), *codes, raw("</details>")]
    for cell in cells[:-1]:
        last["ids"] += cell["ids"]
        cell.parent.remove(cell)


def untitled(code: nodes.Node) -> str:
    """Take the title off the code, and return it."""
    block = next(code.findall(nodes.literal_block))
    title = TITLE.match(block.astext())
    text = TITLE.sub("", block.astext())
    block.rawsource, block[:] = text, [nodes.Text(text)]
    return title[1] if title else "✓ checked"


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-resolved", fold)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
