"""`{build-status}` stands for a table of the notebooks that were executed, with their seconds, and
`{build-size}` for how much of the book there is, counted anew at each build."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).parents[2]


class build_status(nodes.General, nodes.Element):
    """Where the table goes, once all pages have been read."""


class Status(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        self.env.status_pages = getattr(self.env, "status_pages", set()) | {self.env.docname}
        return [build_status()]


class Size(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        self.env.note_reread()  # nothing else tells that what is counted has changed
        items = [nodes.list_item("", nodes.paragraph("", text)) for text in size(ROOT)]
        return [nodes.bullet_list("", *items)]


def size(root: Path) -> list[str]:
    """How much there is to read, and how much that tests it, in words."""

    def count(pattern: str, *files: str) -> str:
        texts = [path.read_text("utf-8") for glob in files for path in root.glob(glob)]
        return f"{sum(len(re.findall(pattern, text, re.MULTILINE)) for text in texts):,}"

    line, test, assertion, fault = r"^.*\S", r"^def test_", r'^ *"assert ', r"^\| .* \| `"
    return [
        f"The mathematics: {count(line, 'src/nnbook/nn/*.py')} lines, their formulas among them; "
        f"the library with figures, exercises, experiments: {count(line, 'src/nnbook/**/*.py')}",
        f"The figures in the browser: {count(line, 'src/nnbook/figures/**/*.js')} lines",
        f"Tests: {count(test, 'tests/**/*.py')} functions, most of them of many cases; and "
        f"{count(assertion, 'chapters/*.ipynb')} assertions in the chapters themselves. "
        f"They were tried on {count(fault, 'benchmarks/faults.md')} planted faults",
    ]


def executed(app: Sphinx) -> dict[str, float]:
    """Seconds by page; a page that failed never comes this far, since warnings are errors."""
    found = getattr(app.env, "nb_metadata", {})
    data = {page: found[page].get("exec_data") for page in sorted(found)}
    return {page: run["runtime"] or 0.0 for page, run in data.items() if run and run["succeeded"]}


def news(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The pages with the table, if a notebook has been executed since they were written."""
    if app.builder.format != "html" or executed(app) == getattr(env, "status_runs", None):
        return []
    env.status_runs = executed(app)
    return sorted(getattr(env, "status_pages", set()) & env.found_docs)


def fill(app: Sphinx, doctree: nodes.document, here: str) -> None:
    for node in list(doctree.findall(build_status)):
        runs = executed(app)
        rows: list[tuple[nodes.Node, str]] = []
        for page, seconds in runs.items():
            name = app.env.titles[page].astext()
            address = app.builder.get_relative_uri(here, page)
            rows.append(
                (nodes.reference("", name, internal=True, refuri=address), f"{seconds:.1f}")
            )
        rows.append((nodes.strong("", "together"), f"{sum(runs.values()):.1f}"))
        node.replace_self(table(("notebook", "seconds"), rows))


def table(head: tuple[str, ...], rows: list[tuple[nodes.Node, str]]) -> nodes.table:
    def row(*cells: nodes.Node) -> nodes.row:
        return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))

    group = nodes.tgroup("", cols=len(head))
    group += [nodes.colspec(colwidth=1) for _ in head]
    group += nodes.thead("", row(*map(nodes.Text, head)))
    group += nodes.tbody("", *(row(name, nodes.Text(seconds)) for name, seconds in rows))
    return nodes.table("", group, classes=["colwidths-auto"])


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_node(build_status)
    app.add_directive("build-status", Status)
    app.add_directive("build-size", Size)
    app.connect("env-updated", news)
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
