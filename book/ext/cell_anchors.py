"""Every code cell of a notebook page has an address: `#cell-` and the cell's id.

A link to a cell that the page does not show, `[text](neuron.ipynb#cell-gelu)`, is an error.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

PREFIX = "cell-"
HIDDEN = ({"remove-cell"}, {"remove_cell"}, {"remove-input", "remove-output"})
logger = logging.getLogger(__name__)


def notebook_cells(app: Sphinx, docname: str) -> list[dict[str, Any]]:
    """The cells of a page's notebook, read from its file: myst-nb does not keep their ids."""
    path = Path(app.env.doc2path(docname))
    if path.suffix != ".ipynb":
        return []
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def is_cell(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def shown_cells(app: Sphinx, docname: str) -> set[str]:
    """The addresses of the code cells that stand on a page."""
    return {
        PREFIX + cell["id"]
        for cell in notebook_cells(app, docname)
        if cell["cell_type"] == "code"
        and "".join(cell["source"]).strip()
        and not any(tags <= set(cell["metadata"].get("tags", [])) for tags in HIDDEN)
    }


def add_anchors(app: Sphinx, doctree: nodes.document) -> None:
    cells = notebook_cells(app, app.env.docname)
    for node in doctree.findall(is_cell):
        if cells:
            node["ids"].append(PREFIX + cells[node["cell_index"]]["id"])


def cell_links(doctree: nodes.document) -> Iterator[tuple[addnodes.pending_xref, str, str]]:
    """Yield each link to a cell with the page that it names and the cell's address there."""
    for link in doctree.findall(addnodes.pending_xref):
        if link.get("reftype") != "myst":
            continue
        page, target = link.get("refdoc"), link["reftarget"]
        if link.get("refdomain") == "doc":
            page, target = target, link.get("reftargetid")
        if target and target.startswith(PREFIX):
            yield link, page, target


def note_links(app: Sphinx, doctree: nodes.document) -> None:
    noted = app.env.cell_links = getattr(app.env, "cell_links", {})
    noted[app.env.docname] = [
        (logging.get_node_location(link), page, target)
        for link, page, target in cell_links(doctree)
    ]


def check_links(app: Sphinx, env: BuildEnvironment) -> None:
    """Check the links of all pages, those not read again too: cells may have been renamed."""
    links = [link for here in sorted(env.found_docs) for link in env.cell_links.get(here, [])]
    pages = {page for _, page, _ in links}
    shown = {page: shown_cells(app, page) if page in env.found_docs else set() for page in pages}
    for location, page, target in links:
        if target not in shown[page]:
            known = ", ".join(sorted(shown[page])) or "none"
            logger.error(f"{page} shows no cell #{target}; its cells: {known}", location=location)


class ResolveCellLinks(SphinxPostTransform):
    """Turns links to cells into references, before MyST looks for a heading of that name."""

    default_priority = 8

    def run(self, **kwargs: Any) -> None:
        for link, page, target in list(cell_links(self.document)):
            text = nodes.inline("", "", *link[0].children, classes=["std", "std-ref"])
            reference = make_refnode(self.app.builder, self.env.docname, page, target, text)
            link.replace_self(reference)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-read", add_anchors, priority=300)
    app.connect("doctree-read", note_links)
    app.connect("env-updated", check_links)
    app.add_post_transform(ResolveCellLinks)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
