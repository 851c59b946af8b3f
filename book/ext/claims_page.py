"""`{claims}` stands for what the chapters of this build recorded with `claims.record`.

A claim for which no chapter on the site has recorded anything is an error of the build.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from math import isfinite, log
from pathlib import Path
from typing import Any, NamedTuple

from cell_anchors import PREFIX, notebook_cells
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import SphinxDirective

from nnbook.experiments.claims import (
    CLAIMS,
    CONDITION,
    LEGEND,
    MARKS,
    Trial,
    folded,
    middle,
    spread,
    stated,
    verdict,
)


class Finding(NamedTuple):
    claim: str
    sentence: str
    measure: str
    trials: list[Trial]
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
                said = json.loads(output["data"]["text/plain"])
                trials = [Trial(*trial) for trial in said["trials"]]
                cell = recording_cell(app, page, claim)
                yield Finding(claim, said["sentence"], said["measure"], trials, page, cell)


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
    """A claim, whose it is, its verdict by all its trials, and what each page found."""
    mine = [each for each in found if each.claim == claim]
    given = verdict(trial for each in mine for trial in each.trials)
    head = nodes.paragraph("", "", nodes.strong("", f"{claim}. "), nodes.Text(f"{stated(claim)} "))
    head += nodes.inline("", f"{MARKS[given]} {given}", classes=["nn-verdict"])
    lines: list[nodes.Node] = [head]
    if given == CONDITION:
        lines.append(nodes.paragraph("", condition([t for each in mine for t in each.trials])))
    for each in mine:
        title = app.env.titles[each.page].astext()
        address = app.builder.get_relative_uri(here, each.page) + f"#{each.cell}".rstrip("#")
        link = nodes.reference("", title, internal=True, refuri=address)
        lines.append(nodes.paragraph("", "", nodes.Text(f"{middle(each.sentence)} — "), link))
        if each.measure:
            lines.append(nodes.raw("", picture(each), format="html"))
        lines.append(nodes.raw("", folded(each.sentence, each.trials), format="html"))
    return nodes.container("", *lines, classes=["nn-claim"], ids=[f"claim-{claim}"])


def condition(trials: list[Trial]) -> str:
    """Where the claim holds, by the names of its trials, and where it does not."""
    parts = []
    for passed, words in ((True, "Holds for"), (False, "not for"), (None, "not measured for")):
        if names := [trial.name for trial in trials if trial.passed is passed]:
            parts.append(f"{words}: {' · '.join(names)}")
    return f"{'; '.join(parts)}."


WIDTH, LEFT, ROW = 560, 240, 22  # of a picture, in its own units


def picture(found: Finding) -> str:
    """A row for each trial, a dot for each run, and a line at what was asked for.

    A run that has not arrived is a triangle at the right end.
    """
    trials = [trial for trial in found.trials if trial.values]
    here = [v for t in trials for v in (*t.values, t.bound) if isfinite(v)]
    low, high = min(here), max(here)
    scale = log if low > 0 and high > 5 * low else float
    span = scale(high) - scale(low) or 1.0

    def x(value: float) -> float:
        return LEFT + 12 + (WIDTH - LEFT - 40) * (scale(value) - scale(low)) / span

    parts = []
    for k, trial in enumerate(trials):
        y = ROW * (k + 0.5)
        parts.append(
            f'<text x="{LEFT}" y="{y + 4:g}" text-anchor="end">{escape(trial.name)}</text>'
        )
        at = x(trial.bound)
        parts.append(f'<path d="M{at:.1f} {ROW * k + 2}v{ROW - 4}" class="nn-asked"/>')
        for value in filter(lambda v: v == v, trial.values):
            parts.append(
                f'<circle cx="{x(value):.1f}" cy="{y:g}" r="3"/>'
                if isfinite(value)
                else f'<path d="M{WIDTH - 14} {y - 4:g}l7 4l-7 4z"/>'
            )
    below = ROW * len(trials)
    for value in dict.fromkeys((low, high)):
        text = escape(spread(value))
        parts.append(
            f'<text x="{x(value):.1f}" y="{below + 14}" text-anchor="middle">{text}</text>'
        )
    alt = escape(f"{found.measure}; {'; '.join(map(str, trials))}", quote=True)
    return (
        f'<figure class="nn-trials"><svg viewBox="0 0 {WIDTH} {below + 20}" role="img" '
        f'aria-label="{alt}">{"".join(parts)}</svg>'
        f"<figcaption>{escape(found.measure)}; the line is what was asked for</figcaption></figure>"
    )


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_node(claims)
    app.add_directive("claims", Claims)
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
