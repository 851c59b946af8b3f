"""Links in the prose that set a figure, [as this one](#fig-step-size?lr=2.1), checked by the build.

The figure must stand on the page that the link names, each key must be one of its controls, and
each value what the control then shows. In the browser the figures' kit follows the links.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from docutils import nodes
from docutils.utils import get_source_line
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from static_figures import page_figures

from nnbook.figures.kit.controls import exact


class Link(NamedTuple):
    place: str  # file and line, for whoever has to mend it
    page: str
    fragment: str  # fig-NAME?key=value&…


def resolve(app: Sphinx, doctree: nodes.document) -> None:
    """Make each link to a figure an ordinary one, and remember it for the check."""
    here = app.env.docname
    found = app.env.figure_links = getattr(app.env, "figure_links", {})
    found[here] = []
    for node in list(doctree.findall(addnodes.pending_xref)):
        page, fragment = here, node["reftarget"]
        if node.get("refdomain") == "doc":
            page, fragment = node["reftarget"], node.get("reftargetid") or ""
        if node["reftype"] != "myst" or not fragment.startswith("fig-"):
            continue
        path = "" if page == here else app.builder.get_relative_uri(here, page)
        link = nodes.reference("", "", *node.children, internal=True, refuri=f"{path}#{fragment}")
        node.replace_self(link)
        found[here].append(Link(place(node, here), page, fragment))


def place(node: nodes.Element, here: str) -> str:
    """File and line; in a notebook myst-nb counts lines as 10,000 times the cell and its line."""
    source, line = get_source_line(node)
    if line and line >= 10_000:
        return f"{source}, cell {line // 10_000}, line {line % 10_000}"
    return f"{source or here}:{line}"


def check(app: Sphinx, env: BuildEnvironment) -> None:
    links = [link for page in getattr(env, "figure_links", {}).values() for link in page]
    problems = [
        f"{link.place}: [](#{link.fragment}) {why}" for link in links for why in wrong(app, link)
    ]
    if problems:
        raise SphinxError("links that set no figure:\n" + "\n".join(problems))


def wrong(app: Sphinx, link: Link) -> list[str]:
    """What is wrong with a link, in words; nothing if it is right."""
    name, _, query = link.fragment.removeprefix("fig-").partition("?")
    figures = {state["name"]: state for state in page_figures(app, link.page).values()}
    if name not in figures:
        return [f"names a figure that is not on {link.page}, only: {', '.join(figures) or 'none'}"]
    controls: dict[str, Any] = figures[name].get("controls", {})  # a quiz has none
    problems, seen = [], set()
    for key, text in parse_qsl(query, keep_blank_values=True):
        if key not in controls:
            problems.append(f"{key} is no control; there are {', '.join(controls) or 'none'}")
            continue
        if key in seen:
            problems.append(f"{key} is set twice")
        seen.add(key)
        try:
            exact(controls[key], text)
        except ValueError as error:
            problems.append(f"{key}={text}: {error}")
    return problems


def forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    getattr(env, "figure_links", {}).pop(docname, None)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-read", resolve)
    app.connect("env-purge-doc", forget)
    app.connect("env-updated", check)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
