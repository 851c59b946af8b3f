"""The book's own theme: what stands around the text, its fonts, and code in four inks.

Jupyter Book loads extensions that put buttons, scripts and style sheets of their own into every
page. They are switched off: `book/theme` and `book/static` are all that a page loads.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pygments
from docutils import nodes
from fonts import of_each, write_subset
from pygments.formatters import HtmlFormatter
from pygments.token import Comment, Keyword, Literal, Name, Operator, String, Text, _TokenType
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.config import Config
from sphinx.environment.adapters.toctree import TocTree
from sphinx.highlighting import PygmentsBridge
from sphinx.search.en import SearchEnglish

from nnbook.figures.kit import front

HERE = Path(__file__).parent
THEME = HERE.parent / "theme"
SILENT = (  # what Jupyter Book loads, and these pages do without
    "sphinx_book_theme",
    "pydata_sphinx_theme",
    "sphinx_comments",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_thebe",
    "sphinx_togglebutton",
)
SEARCH = ("documentation_options", "doctools", "sphinx_highlight", "language_data", "searchtools")
FONTS = {  # in _static, and where they come from
    "source-sans-3": "source-sans-3-latin-wght-normal",
    "source-sans-3-italic": "source-sans-3-latin-wght-italic",
    "stix-two-text": "stix-two-text-latin-wght-normal",
}
EARLY = ["source-sans-3.woff2", "stix-two-text.woff2"]  # a font that comes late moves the text
ALWAYS = {*map(chr, range(32, 127)), *"–—‘’“”…·×−→≈≤≥✓✗"}
ROLES = re.compile(r'(?<=<div) role="list"(?= class="citation)| role="doc-biblioentry"')
NO_WORDS = re.compile(
    r'<svg|<div class="nn-(host|tools)"|<details class="nn-code"|<p class="nn-tries"'
)
ACCENTS = {"hat": "\u0302", "tilde": "\u0303", "bar": "\u0304"}
ACCENT = re.compile(r"\\(hat|tilde|bar)(?: (\w)|\{(\w)\})")
FOOTER = "<p>Text and figures: CC BY 4.0. Code: BSD-3-Clause.</p>"
# Fixed words, given values, what is said, what is defined; the rest is the text's own color.
INKS = (
    (String.Doc, Comment),
    (Comment, Comment),
    (Keyword, Keyword),
    (Operator.Word, Keyword),
    (Literal, Literal),
    (Name.Function, Name.Function),
    (Name.Class, Name.Function),
)


class FourInks(HtmlFormatter[str]):
    """Code as HTML with a span for what has an ink, and for nothing else."""

    def format_unencoded(self, tokens: Iterable[tuple[_TokenType, str]], out: Any) -> None:
        super().format_unencoded(((ink(kind), text) for kind, text in tokens), out)


@cache
def ink(kind: _TokenType) -> _TokenType:
    return next((color for of, color in INKS if kind in of), Text)


def configure(app: Sphinx, config: Config) -> None:
    """Take the theme, whoever asked for another, and silence what the pages do without."""
    for group in app.events.listeners.values():
        group[:] = [one for one in group if not one.handler.__module__.startswith(SILENT)]
    app.registry.css_files.clear()
    app.registry.js_files.clear()
    config["html_theme"] = "nnbook"
    config["html_theme_options"] = {}
    config["html_show_search_summary"] = True


def surround(app: Sphinx, page: str, _: str, context: dict[str, Any], doctree: Any) -> None:
    """What layout.html shows around the text of a page."""
    ours = own(app)
    for kind in ("css_files", "script_files"):
        context[kind] = [file for file in context[kind] if file.filename in ours]
    if "parts" not in vars(app.builder):
        vars(app.builder)["parts"] = parts(app)
    context["parts"] = vars(app.builder)["parts"]
    context["contents"] = contents(app, page)
    context["fonts"] = [*EARLY, *context.get("fonts", [])]
    context["footer"] = FOOTER


def own(app: Sphinx) -> set[str]:
    """Style sheets and scripts that are the book's, by their path in the site."""
    given = [file for folder in static_folders(app) for file in folder.iterdir()]
    figures = Path(app.outdir, "_static", "figures").glob("*")
    return {f"_static/{file.name}" for file in given} | {
        f"_static/figures/{file.name}" for file in figures
    }


def static_folders(app: Sphinx) -> list[Path]:
    return [Path(app.confdir, folder) for folder in app.config.html_static_path]


def parts(app: Sphinx) -> list[tuple[str, list[tuple[str, str]]]]:
    """The parts of the book: their captions, and of each the pages with their titles in HTML."""

    def title(page: str, name: str | None) -> str:
        return escape(name) if name else app.builder.render_partial(app.env.titles[page])["title"]

    return [
        (tree["caption"] or "", [(page, title(page, name)) for name, page in tree["entries"]])
        for tree in app.env.tocs[app.config.root_doc].findall(addnodes.toctree)
    ]


def contents(app: Sphinx, page: str) -> str:
    """The page's headings below its title, as nested lists; nothing where there is one or none."""
    if page == app.config.root_doc or page not in app.env.tocs:
        return ""
    toc = TocTree(app.env).get_toc_for(page, app.builder)
    inner = toc[0][1] if len(toc) == 1 and len(toc[0]) > 1 else None
    if inner is None or len(inner) < 2:
        return ""
    return str(app.builder.render_partial(inner)["fragment"])


def box_tables(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Each table stands in a box, which scrolls where the table is wider."""
    if app.builder.format != "html":
        return
    for table in list(doctree.findall(nodes.table)):
        home, at = table.parent, table.parent.index(table)
        home[at] = nodes.container("", table, classes=["table"])


def index_words(app: Sphinx) -> None:
    """The search finds a page by its words, not by the marks of its axes and what buttons say."""
    builder = app.builder
    if not isinstance(builder, StandaloneHTMLBuilder):
        return
    index = builder.index_page

    def of_text(page: str, doctree: nodes.document, title: str) -> None:
        words = doctree.deepcopy()
        for raw in list(words.findall(nodes.raw)):
            if NO_WORDS.match(raw.astext()):
                raw.parent.remove(raw)
        for tex in words.findall(lambda node: isinstance(node, nodes.math | nodes.math_block)):
            tex.children = [nodes.Text(ACCENT.sub(accented, tex.astext()))]
        index(page, words, title)

    vars(builder)["index_page"] = of_text


def keep_code(app: Sphinx) -> None:
    """Code that has its inks is kept by its text in _build/code for the next build."""
    builder = app.builder
    if not isinstance(builder, StandaloneHTMLBuilder):
        return
    color, kept, used = builder.highlighter.highlight_block, colored(app), {}

    def once(source: str, *given: Any, location: Any = None, **named: Any) -> str:
        key = sha256(repr((source, given, named)).encode()).hexdigest()
        used[key] = kept.get(key) or color(source, *given, location=location, **named)
        kept[key] = used[key]
        return used[key]

    vars(builder.highlighter)["highlight_block"] = once
    vars(builder)["colored"] = used


def code_file(app: Sphinx) -> Path:
    """Where it is kept, for this text of this extension and this Pygments."""
    of = sha256(Path(__file__).read_bytes() + pygments.__version__.encode()).hexdigest()[:12]
    return Path(app.doctreedir).with_name("code") / f"{of}.json"


def colored(app: Sphinx) -> dict[str, str]:
    file = code_file(app)
    found: dict[str, str] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    return found


def put_code(app: Sphinx, exception: Exception | None) -> None:
    """Keep it, unless Sphinx has complained, of code maybe: it must again. What no page of a whole
    build has is left out."""
    used = vars(app.builder).get("colored")
    if exception or app._warncount or not used:
        return
    whole = vars(app.builder).get("written", set()) >= app.env.found_docs
    file = code_file(app)
    text = json.dumps(used if whole else colored(app) | used)
    if not file.exists() or file.read_text("utf-8") != text:
        shutil.rmtree(file.parent, ignore_errors=True)
        file.parent.mkdir(parents=True)
        file.write_text(text, "utf-8")


class Words(SearchEnglish):
    """English, where a letter and the mark above it are one: ŷ, x̂."""

    js_splitter_code = """var splitQuery = (query) =>
  query.normalize("NFC").match(/[\\p{Letter}\\p{Number}_\\u0300-\\u036f]+/gu) ?? [];"""

    def init(self, options: dict[str, str]) -> None:
        super().init(options)
        vars(self)["stem"] = cache(self.stem)  # a chapter's words are many times the same

    def split(self, input: str) -> list[str]:
        return re.findall(r"[\w\u0300-\u036f]+", normalize("NFC", input))


def accented(found: re.Match[str]) -> str:
    """What a formula shows of an accent in TeX."""
    return f" {found[2] or found[3]}{ACCENTS[found[1]]} "


def note(app: Sphinx, page: str, *_: object) -> None:
    """Remember the page as one that this build writes."""
    vars(app.builder).setdefault("written", set()).add(page)


def plain_roles(app: Sphinx, page: str, _: str, context: dict[str, Any], doctree: Any) -> None:
    """The list of sources without roles that a plain box may not have."""
    if "body" in context:
        context["body"] = ROLES.sub("", context["body"])


def visible(page: str) -> set[str]:
    """The characters of a page outside of its tags: of its text, its code and its formulas."""
    return set(re.sub(r"<[^>]+>", "", page))


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Write the fonts; take what no page loads from the site, and comments from its programs."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    used = ALWAYS | of_each(app, "text", Path(app.outdir).rglob("*.html"), visible)
    for name, file in FONTS.items():
        family = name.removesuffix("-italic")
        write_subset(app, HERE / family / f"{file}.woff2", static / f"{name}.woff2", used)
        shutil.copyfile(HERE / family / "LICENSE", static / f"{family}-LICENSE.txt")
    kept = {file.name for folder in static_folders(app) for file in folder.iterdir()}
    kept |= {f"{name}.js" for name in SEARCH} | {"figures", "styles", "images"}
    for file in static.iterdir():
        if file.name in kept or file.name.endswith(("-LICENSE.txt", ".woff2")):
            continue
        shutil.rmtree(file) if file.is_dir() else file.unlink()
    for file in (static / source.name for f in static_folders(app) for source in f.glob("*.js")):
        file.write_text(front.bare(file.read_text("utf-8")), "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_search_language(Words)
    app.add_html_theme("nnbook", str(THEME))
    PygmentsBridge.html_formatter = FourInks
    app.connect("config-inited", configure, priority=900)
    app.connect("builder-inited", index_words)
    app.connect("builder-inited", keep_code)
    app.connect("html-page-context", note)
    app.connect("html-page-context", plain_roles)
    app.connect("html-page-context", surround, priority=900)
    app.connect("doctree-resolved", box_tables)
    app.connect("build-finished", finish, priority=600)
    app.connect("build-finished", put_code, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
