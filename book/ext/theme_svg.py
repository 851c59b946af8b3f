"""Matplotlib's drawings stand inside the page, where they take the colors of its theme.

An `<img>` would not see the page's colors. A picture without alt text is an error of the build.
"""

from __future__ import annotations

from pathlib import Path

from cell_anchors import is_cell
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from nnbook.notebook.svg import themed

logger = logging.getLogger(__name__)


def inline_pictures(app: Sphinx, doctree: nodes.document) -> None:
    """Replace every SVG that a cell put out, and complain of each picture that says nothing."""
    number = 0
    for cell in doctree.findall(is_cell):
        for image in list(cell.findall(nodes.image)):
            number += 1
            if not image.get("alt"):
                complain(app.env, cell)
            elif image["uri"].endswith(".svg"):
                drawing = Path(app.srcdir, image["uri"].lstrip("/")).read_text(encoding="utf-8")
                svg = themed(drawing, prefix=f"plot{number}", alt=image["alt"])
                image.replace_self(nodes.raw("", svg, format="html"))


def complain(env: BuildEnvironment, cell: nodes.Element) -> None:
    name = cell["ids"][0] if cell["ids"] else f"cell {cell['cell_index'] + 1}"
    env.note_reread()  # so that the next build says so again
    logger.error(
        f"{name} shows a picture without alt text: say what one sees in the cell's metadata, "
        '{"mystnb": {"image": {"alt": "…"}}}',
        location=cell,
    )


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-read", inline_pictures)  # cell_anchors.py, before, has named the cells
    return {"parallel_read_safe": True, "parallel_write_safe": True}
