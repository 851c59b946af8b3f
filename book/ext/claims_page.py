"""`{claims}` stands for what the chapters of this build recorded with `claims.record`.

A claim for which no chapter on the site has recorded anything is an error of the build.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from cell_anchors import PREFIX, notebook_cells
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import SphinxDirective

from nnbook.experiments.claims import CLAIMS, LEGEND, stated

MARKS = {"holds": "✔", "holds with a condition": "(✔)", "not as stated": "✘", "not measured": "–"}


class Finding(NamedTuple):
    claim: str
    verdict: str
    found: str
    page: str
    cell: str  # the address of the cell that recorded it, on its page


class claims(nodes.General, nodes.Element):
    """Where the findings go, once all pages have been read."""


class Claims(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        return [claims()]


def findings(app: Sphinx) -> Iterator[Finding]:
    """What was recorded, page by page: myst-nb leaves it beside the executed notebook."""
    executed = Path(app.outdir).parent / "jupyter_execute"
    pages = getattr(app.env, "nb_metadata", {})
    for page in sorted(page for page in pages if "glue" in pages[page]):
        kept = executed / f"{page}.glue.json"
        for claim, output in json.loads(kept.read_text(encoding="utf-8")).items():
            if claim in CLAIMS:
                said: dict[str, str] = ast.literal_eval(output["data"]["text/plain"])
                cell = recording_cell(app, page, claim)
                yield Finding(claim, said["verdict"], said["found"], page, cell)


def recording_cell(app: Sphinx, page: str, claim: str) -> str:
    call = re.compile(rf"record\(\s*[\"']{claim}[\"']")
    cells = (c for c in notebook_cells(app, page) if call.search("".join(c["source"])))
    return next((PREFIX + cell["id"] for cell in cells), "")


def fill(app: Sphinx, doctree: nodes.document, here: str) -> None:
    for node in list(doctree.findall(claims)):
        found = sorted(findings(app), key=lambda each: [*CLAIMS].index(each.claim))
        missing = [claim for claim in CLAIMS if claim not in {each.claim for each in found}]
        if missing:
            raise SphinxError(f"{here}: no chapter has recorded {', '.join(missing)}")
        legend = nodes.paragraph("", f"A number with brackets is the {LEGEND}.")
        node.replace_self([legend, *(entry(app, here, claim, found) for claim in CLAIMS)])


def entry(app: Sphinx, here: str, claim: str, found: list[Finding]) -> nodes.container:
    """A claim, whose it is, its verdict, and what each page found."""
    mine = [each for each in found if each.claim == claim]
    verdicts = dict.fromkeys(each.verdict for each in mine)
    head = nodes.paragraph("", "", nodes.strong("", f"{claim}. "), nodes.Text(f"{stated(claim)} "))
    for verdict in verdicts:
        head += nodes.inline("", f"{MARKS[verdict]} {verdict}", classes=["nn-verdict"])
    lines: list[nodes.Node] = [head]
    for each in mine:
        title = app.env.titles[each.page].astext()
        address = app.builder.get_relative_uri(here, each.page) + f"#{each.cell}".rstrip("#")
        link = nodes.reference("", title, internal=True, refuri=address)
        line = nodes.paragraph("", "", nodes.Text(f"{each.found} — "), link)
        lines.append(line)
    return nodes.container("", *lines, classes=["nn-claim"], ids=[f"claim-{claim}"])


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_node(claims)
    app.add_directive("claims", Claims)
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
