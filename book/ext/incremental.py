"""What is read and written again when a page has changed, so that nothing old is shown.

Sphinx goes by the times of files, and writes the pages that it reads. Here a page is read when its
text is another one, and all are written when one of them tells the others something new.
"""

from __future__ import annotations

import ast
import shutil
from hashlib import sha256
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from claims_page import findings
from jinja2 import FileSystemBytecodeCache
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.search import js_index
from sphinxcontrib.bibtex.domain import BibtexDomain, get_docnames

if TYPE_CHECKING:
    from sphinxcontrib.bibtex.directives import BibliographyKey, BibliographyValue

MODULES = "_modules"  # viewcode's folder
Texts = dict[str, str]  # by page, the fingerprint of its file


def fingerprint(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


def changed(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """The pages whose file has another text than the one that was read."""
    if app.builder.format != "html":
        return []
    before: Texts = getattr(env, "texts", {})
    # Before they are read: what is saved meanwhile counts as a change.
    env.texts = {page: fingerprint(Path(env.doc2path(page))) for page in env.found_docs}
    return [page for page, text in env.texts.items() if before.get(page) != text]


def told(app: Sphinx) -> str:
    """All that a page may show of another: titles, places, words, numbers, findings; and what
    every page loads."""
    env, cite = app.env, app.env.domains.get("cite")
    static = (Path(app.confdir, folder).rglob("*") for folder in app.config.html_static_path)
    return repr(
        [
            sorted((str(f), fingerprint(f)) for files in static for f in files if f.is_file()),
            sorted((page, title.astext()) for page, title in env.titles.items()),
            sorted((page, toc.pformat()) for page, toc in env.tocs.items()),
            sorted((page, repr(env.metadata[page].get("myst_slugs"))) for page in env.all_docs),
            sorted(map(repr, (x for domain in env.domains.values() for x in domain.get_objects()))),
            sorted(env.get_domain("math").equations.items()),
            sorted((r.docname, t.key) for r in cite.citation_refs for t in r.targets)
            if cite
            else [],
            sorted(findings(app)),
            sorted(getattr(env, "slides", {}).items()),
        ]
    )


def news(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Every page, if what pages tell one another is not what it was."""
    if app.builder.format != "html":
        return []
    before = getattr(env, "told", "")
    env.told = told(app)
    if env.told == before:
        return []
    shutil.rmtree(Path(app.outdir, MODULES), ignore_errors=True)  # their menus show all titles
    return sorted(env.found_docs)


def leave_modules(app: Sphinx, builder: Builder) -> None:
    """Leave the pages of the library's code as they are: viewcode imports it to see whether it may.

    A library that is another one has them made by a build that is clean.
    """
    if Path(app.outdir, MODULES).exists():
        vars(app.env).pop("_viewcode_modules", None)


def keep_index(app: Sphinx, env: BuildEnvironment) -> None:
    """Give the search its index's entries back: Sphinx keeps but those of pages that it writes."""
    built = Path(app.outdir, "searchindex.js")
    if app.builder.format != "html" or not built.exists():
        return
    with built.open(encoding="utf-8") as file:
        search = js_index.load(file)
    found = env._search_index_index_entries
    for page in search["docnames"]:
        found[page] = []
    for entry, places in search["indexentries"].items():
        for page, id, is_main in places:
            found[search["docnames"][page]].append((entry, id, "main" if is_main else ""))


def keep_templates(app: Sphinx) -> None:
    """Keep the theme's templates as Jinja compiles them; it compares their texts itself."""
    folder = Path(app.doctreedir, "templates")
    folder.mkdir(parents=True, exist_ok=True)
    app.builder.templates.environment.bytecode_cache = FileSystemBytecodeCache(str(folder))


class Sources(BibtexDomain):
    """The sources that pages cite, formatted anew if other ones are cited, and not each time."""

    def env_updated(self) -> list[str]:
        asked = repr(
            [
                sorted((key, repr(self.listed(key))) for key in self.bibliographies),
                # In the order of pages, of which the one read last would else come last.
                sorted(((r.docname, r.targets) for r in self.citation_refs), key=itemgetter(0)),
                [*get_docnames(self.env)],
                self.bibdata.bibfiles,
            ]
        )
        before, citations = self.data.get("formatted", ("", []))
        if asked == before:
            self.data["citations"] = [*citations]
        else:
            super().env_updated()
            self.data["formatted"] = asked, [*self.citations]
        return []

    def listed(self, key: BibliographyKey) -> BibliographyValue:
        """What a page lists, without objects that are others in each build."""
        listed = self.bibliographies[key]
        ids = {name: node["ids"] for name, node in listed.citation_nodes.items()}
        return listed._replace(citation_nodes=ids, filter_=ast.dump(listed.filter_))


def keep_sources(app: Sphinx, config: Config) -> None:
    if "sphinxcontrib.bibtex" in app.extensions:
        app.add_domain(Sources, override=True)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", keep_sources)
    app.connect("builder-inited", keep_templates)
    app.connect("env-get-outdated", changed)
    app.connect("env-updated", keep_index)
    app.connect("env-updated", news, priority=900)  # when the extensions know all that is told
    app.connect("write-started", leave_modules)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
