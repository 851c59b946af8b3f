"""`{build-status}` stands for a table of the notebooks that were executed, with their seconds."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective


class build_status(nodes.General, nodes.Element):
    """Where the table goes, once all pages have been read."""


class Status(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        self.env.status_pages = getattr(self.env, "status_pages", set()) | {self.env.docname}
        return [build_status()]


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
    app.connect("env-updated", news)
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
