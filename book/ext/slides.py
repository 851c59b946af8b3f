"""The lecture: a deck in `html/slides/`, made of the chapters' own cells, and the speaker's window.

A cell tagged `slide:NAME` stands on the slide NAME of book/slides.yml, or only the part of it that
`slide:NAME:PART` names (PARTS). `{slides}` lists the lectures on a page. A tag without its slide, a
slide without its cells and minutes that do not add up are errors.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from cell_anchors import notebook_cells
from docutils import nodes
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from static_figures import after_the_kit, class_of, page_figures, sheets
from static_figures import parts as programs
from tex import inline

from chapters import first_part
from nnbook.quizzes import YAML

BOOK = Path(__file__).parents[1]
PLAN = BOOK / "slides.yml"
FILES = BOOK / "slides"
DECK, SPEAKER = "slides/index", "slides/speaker"
TAG = re.compile(r"slide:([a-z0-9-]+)(?::([a-z]+)([0-9]?))?")
STATE = re.compile(r'<script type="application/json">.*?</script>', re.DOTALL)
logger = logging.getLogger(__name__)


def is_quote(kind: str) -> Callable[[nodes.Element], bool]:
    return lambda node: isinstance(node, nodes.block_quote) and kind in node["classes"]


def is_element(name: str) -> Callable[[nodes.Element], bool]:
    return lambda node: node.get("nb_element") == f"cell_code_{name}"


def is_words(node: nodes.Element) -> bool:
    """What a formula says "In words: *…*"."""
    return isinstance(node, nodes.emphasis) and node.parent[0].astext() == "In words: "


PARTS: dict[str, Callable[[nodes.Element], bool]] = {  # of a cell; `math2` is the second formula
    "text": lambda node: isinstance(node, nodes.paragraph),
    "words": is_words,
    "math": lambda node: isinstance(node, nodes.math_block),
    "list": lambda node: isinstance(node, nodes.bullet_list | nodes.enumerated_list),
    "table": lambda node: isinstance(node, nodes.table),
    "says": is_quote("nn-says"),
    "errs": is_quote("nn-errs"),
    "boxes": lambda node: "nn-map" in node.get("classes", []),
    "code": is_element("source"),
    "output": is_element("output"),
}
GRAMMAR = f"slide:NAME shows a cell, slide:NAME:PART a part of it, of {', '.join(PARTS)}"


class Slide(NamedTuple):
    name: str
    title: str
    pages: range  # of the slides that the book follows, from 1; none for a figure of the book's own
    minutes: int
    ask: str
    do: str
    hear: str


class Lecture(NamedTuple):
    title: str
    slides: list[Slide]

    def minutes(self) -> int:
        return sum(slide.minutes for slide in self.slides)

    def outline(self) -> dict[str, str]:
        """Each title once, with the name of the first slide that has it."""
        found: dict[str, str] = {}
        for slide in self.slides:
            found.setdefault(slide.title, slide.name)
        return found


class Place(NamedTuple):
    """Where a cell of a slide stands in the book."""

    slide: str
    page: str
    section: str
    heading: str
    figure: str


def headings(plan: dict[str, Any]) -> list[str]:
    """The heading of each page of the slides that the book follows, the first one's at 0."""
    return [heading for heading, count in plan["pages"] for _ in range(count)]


@cache
def lectures() -> list[Lecture]:
    plan = yaml.load(PLAN.read_text("utf-8"), YAML)
    of = headings(plan)
    found = []
    for lecture in plan["lectures"]:
        slides = []
        for one in lecture["slides"]:
            pages = between(str(one.get("pages", "")))
            title = one.get("title") or of[pages.start - 1]
            texts = (" ".join(one.get(key, "").split()) for key in ("ask", "do", "hear"))
            slides.append(Slide(one["name"], title, pages, one["minutes"], *texts))
        found.append(Lecture(lecture["title"], slides))
    return found


def between(pages: str) -> range:
    """`4-8` as the numbers 4 to 8."""
    first, _, last = pages.partition("-")
    return range(int(first), int(last or first) + 1) if pages else range(1, 1)


def unplanned(plan: dict[str, Any], found: list[Lecture]) -> list[str]:
    """What is wrong with the plan, in words."""
    slides = [slide for lecture in found for slide in lecture.slides]
    names = [slide.name for slide in slides]
    problems = [f"the slide {name!r} is there twice" for name in names if names.count(name) > 1]
    shown, pages = [page for slide in slides for page in slide.pages], len(headings(plan))
    if shown != [*range(1, pages + 1)]:
        problems.append(f"pages 1 to {pages}, each once and in order, are wanted, not {shown}")
    for lecture in found:
        total = plan["minutes"] - plan["spare"]
        if lecture.minutes() != total:
            problems.append(f"{lecture.title!r} takes {lecture.minutes()} minutes, not {total}")
    return problems


# ---- From the chapters ----


def mark(app: Sphinx, doctree: nodes.document) -> None:
    """Note on the nodes of tagged cells which slides show them, and where in the book that is."""
    page, places = app.env.docname, []
    for at, cell in enumerate(notebook_cells(app, page)):
        asked = [tag for tag in cell["metadata"].get("tags", []) if tag.startswith("slide:")]
        own = [node for node in body(doctree) if cell_of(node) == at] if asked else []
        for tag in asked:
            match = TAG.fullmatch(tag)
            found = chosen(own, cell, match[2] or "", match[3] or "") if match else []
            if not match or not found:
                logger.error(f"{page}: cell {cell['id']!r} has nothing for {tag!r}: {GRAMMAR}")
                continue
            spoken = cell["metadata"].get("spoken", {}).get(match[1])
            if spoken and not match[2]:
                found = found[-1:]
                found[0]["spoken"] = {**found[0].get("spoken", {}), match[1]: spoken}
            for node in found:
                node["slides"] = [*node.get("slides", []), match[1]]
            places.append(place(page, match[1], own[0]))
    app.env.slides = {**getattr(app.env, "slides", {}), page: places}
    for node in doctree.findall(nodes.container):  # a tag becomes a class; these style nothing
        node["classes"] = [name for name in node["classes"] if not name.startswith("tag_slide:")]


def body(doctree: nodes.document) -> list[nodes.Element]:
    """What stands in the sections, without their titles, in order."""
    inner = (node for section in doctree.findall(nodes.section) for node in section)
    found = [n for n in inner if isinstance(n, nodes.Element)]
    return [n for n in found if not isinstance(n, nodes.section | nodes.title)]


def cell_of(node: nodes.Element) -> int:
    """The number of the cell that a node is from: myst-nb counts 10,000 lines for each."""
    return (node.line or 0) // 10_000 - 1


def chosen(
    own: list[nodes.Element], cell: dict[str, Any], part: str, number: str
) -> list[nodes.Element]:
    """Of a cell's nodes those that a tag asks for."""
    if not part and cell["cell_type"] == "code":
        hidden = "hide-input" in cell["metadata"]["tags"] or "figures." in "".join(cell["source"])
        found = [*chosen(own, cell, "output", "")]
        return found if hidden else [*chosen(own, cell, "code", ""), *found]
    fits = PARTS.get(part, lambda node: not part)
    inside = (node for one in own for node in one.findall(nodes.Element))
    found = [*filter(fits, own)] or [*filter(fits, inside)]
    return found[int(number) - 1 : int(number)] if number else found


def place(page: str, slide: str, node: nodes.Element) -> Place:
    section = node.parent
    figure = re.search(r"figures\.(\w+)\(", node.astext())
    return Place(slide, page, section["ids"][0], section[0].astext(), figure[1] if figure else "")


def forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    getattr(env, "slides", {}).pop(docname, None)


def where(app: Sphinx) -> dict[str, list[Place]]:
    """The places of each slide's cells, chapter by chapter."""
    found: dict[str, list[Place]] = {}
    for page in first_part(app):
        for one in getattr(app.env, "slides", {}).get(page, []):
            found.setdefault(one.slide, []).append(one)
    return found


def check(app: Sphinx, env: BuildEnvironment) -> None:
    """A tag without its slide, a slide without its cells, minutes that do not add up."""
    plan = yaml.load(PLAN.read_text("utf-8"), YAML)
    found, places = lectures(), where(app)
    names = [slide.name for lecture in found for slide in lecture.slides]
    problems = unplanned(plan, found)
    problems += [f"no cell is tagged slide:{name}" for name in names[1:] if name not in places]
    problems += [
        f"{places[name][0].page} has the tag slide:{name}, and there is no such slide"
        for name in places
        if name not in names
    ]
    for problem in problems:
        logger.error(f"book/slides.yml: {problem}")


def keep(app: Sphinx, page: str, _: str, context: dict[str, Any], doctree: Any) -> None:
    """What a chapter gives to slides, as HTML, kept until it is written again."""
    if not getattr(app.env, "slides", {}).get(page):
        return
    shown = [
        (slide, *fragment(app.builder, node, slide))
        for node in doctree.findall(nodes.Element)
        for slide in node.get("slides", [])
    ]
    file = kept(app, page)
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(shown), "utf-8")


def kept(app: Sphinx, page: str) -> Path:
    return Path(app.doctreedir, "slides", f"{page.replace('/', '-')}.json")


def fragment(builder: Any, node: nodes.Element, slide: str) -> tuple[str, str]:
    """A node's kind and its HTML on a slide: without links, and without the names of places."""
    if slide in node.get("spoken", {}):
        return "text", spoken(node["spoken"][slide])
    copy = node.deepcopy()
    for link in list(copy.findall(nodes.reference)):
        link.replace_self(link.children)
    for one in copy.findall(nodes.Element):
        one["ids"] = []
    html: str = builder.render_partial(copy)["fragment"]
    if isinstance(node, nodes.emphasis):
        return "text", f'<p class="words">{html}</p>'
    if PARTS["errs"](node):
        return "note", html
    if 'class="nn-host"' in html:  # a section is a slide
        html = html.replace("<section ", '<div role="group" ').replace("</section>", "</div>")
        return "figure", html
    if re.search("<svg|<img", html):  # plots of different chapters may name their parts alike
        return "picture", re.sub(r'( id="|url\(#|href="#)(?=[\w-])', rf"\1{slide}-", html)
    if re.search("highlight-i?python", html):
        return "code", html
    return ("output" if PARTS["output"](node) else "text"), html


def spoken(text: str) -> str:
    """A spoken form: Markdown with formulas."""
    parser = MarkdownIt("commonmark").use(dollarmath_plugin)
    parser.add_render_rule("math_inline", lambda _, tokens, at, *__: inline(tokens[at].content))
    return str(parser.render(text))


# ---- The deck, and who speaks ----


def compose(app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
    """The pages of the deck and of the speaker's window."""
    if app.builder.format != "html":
        return []
    of: dict[str, list[tuple[str, str]]] = {}
    for page in first_part(app):
        if getattr(app.env, "slides", {}).get(page):
            for slide, kind, html in json.loads(kept(app, page).read_text("utf-8")):
                of.setdefault(slide, []).append((kind, html))
    places, at, deck = where(app), 0, []
    for number, lecture in enumerate(lectures(), start=1):
        minute = 0
        for slide in lecture.slides:
            at, minute = at + 1, minute + slide.minutes
            parts = arranged(of.get(slide.name, []))
            if parts["figure"].count('class="nn-host"') > 1:
                logger.error(f"book/slides.yml: the slide {slide.name!r} has two figures")
            home = places[slide.name][0] if slide.name in places else None
            deck.append(
                {
                    **slide._asdict(),
                    **parts,
                    "lecture": number,
                    "number": at,
                    "until": minute,
                    "home": home,
                    "address": address(app, DECK, home) if home else "",
                }
            )
    context = {"deck": deck, "lectures": lectures(), **loaded(app, places)}
    folder = Path(app.outdir, "slides")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(FILES, folder)
    stills = [{**slide, "figure": STATE.sub("", slide["figure"])} for slide in deck]
    return [
        (DECK, {**context, "speaker": False}, "slides.html"),
        (SPEAKER, {**context, "deck": stills, "speaker": True}, "slides.html"),
    ]


def arranged(shown: list[tuple[str, str]]) -> dict[str, str]:
    """The parts of a slide by their places: what is said, beside or below it what is seen."""
    kinds = {kind for kind, _ in shown}
    beside = {"picture"}
    if "code" in kinds and kinds & {"text", "picture"}:
        beside |= {"code", "output"}
    places: dict[str, list[str]] = {"text": [], "seen": [], "figure": [], "note": []}
    for kind, html in shown:
        own = kind if kind in places else "seen" if kind in beside else "text"
        places[own].append(html)
    picture = "".join(places["seen"])
    wide = 'class="nn-drawing"' in picture  # a network, from left to right
    look = "" if not picture else "wide" if wide else "beside"
    if not look and [kind for kind, _ in shown].count("code") > 1 and "output" not in kinds:
        look = "codes"
    return {"look": look, **{name: "".join(parts) for name, parts in places.items()}}


def address(app: Sphinx, here: str, place: Place) -> str:
    return f"{app.builder.get_relative_uri(here, place.page)}#{place.section}"


def loaded(app: Sphinx, places: dict[str, list[Place]]) -> dict[str, list[str]]:
    """The style sheets and programs of the figures on slides."""
    names = {one.figure for some in places.values() for one in some}
    pages = {one.page for some in places.values() for one in some}
    states = [state for page in sorted(pages) for state in page_figures(app, page).values()]
    kinds = [kind for kind in map(class_of, states) if kind.__name__ in names]
    css = sorted({name for kind in kinds for name in sheets(kind)}, key=after_the_kit)
    js = sorted({name for kind in kinds for name in programs(kind)})
    return {
        "figure_sheets": [f"_static/figures/{name}.css" for name in css],
        "figure_programs": [f"_static/figures/{name}.js" for name in js],
    }


# ---- The plan, on a page ----


class slides(nodes.General, nodes.Element):
    """Where the lectures are listed, once it is known where their cells stand."""


class Slides(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(PLAN))
        return [slides()]


def fill(app: Sphinx, doctree: nodes.document, here: str) -> None:
    for node in list(doctree.findall(slides)):
        places = where(app)
        tables = [table(app, here, lecture, places) for lecture in lectures()]
        node.replace_self(nodes.raw("", "".join(tables), format="html"))


def table(app: Sphinx, here: str, lecture: Lecture, places: dict[str, list[Place]]) -> str:
    """One lecture: minute, slide, where it is in the book, what to ask."""
    deck, minute, rows = app.builder.get_relative_uri(here, DECK), 0, []
    for slide in lecture.slides:
        home = next(iter(places.get(slide.name, [])), None)
        book = ""
        if home:
            book = f'<a href="{escape(address(app, here, home))}">{escape(home.heading)}</a>'
        shows = "move: " if home and home.figure else ""
        cells = [
            f"{minute}–{minute + slide.minutes}",
            f'{shows}<a href="{deck}#/{slide.name}">{escape(slide.title)}</a>',
            book,
            escape(slide.ask),
        ]
        rows.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
        minute += slide.minutes
    head = "".join(f"<th>{name}</th>" for name in ("minutes", "slide", "in the book", "ask"))
    caption = f"<caption>{escape(lecture.title)}</caption>"
    return (
        f'<div class="table"><table>{caption}<thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_node(slides)
    app.add_directive("slides", Slides)
    app.connect("builder-inited", lambda _: lectures.cache_clear())
    app.connect("doctree-read", mark, priority=600)  # asides.py has named the quotations
    app.connect("env-purge-doc", forget)
    app.connect("env-updated", check)
    app.connect("doctree-resolved", fill)
    app.connect("html-page-context", keep)
    app.connect("html-collect-pages", compose)
    return {"parallel_read_safe": False, "parallel_write_safe": False}
