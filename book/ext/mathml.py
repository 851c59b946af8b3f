"""Formulas are typeset while the book is built: MathML, and a font of the characters in use.

No script draws them on the page. A formula that does not convert is an error of the build.
"""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from fonts import of_each, write_subset
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator
from tex import FormulaError, display, inline

FONT = Path(__file__).parent / "stix-two-math" / "stix-two-math-latin-400-normal.woff"
LETTERS = {*map(chr, range(32, 127)), *"αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ∂∇√"}
ITALIC_CODES = [*range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C), 0x210E]
# A browser draws a lone letter, <mi>x</mi>, with the glyph of its mathematical italic.
ITALIC = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in ITALIC_CODES}
CODE = (nodes.literal, nodes.literal_block, nodes.raw)
END = "</mrow></math>"
ROWS = re.compile(rf"</mrow><mrow>.*{END}$", re.DOTALL)  # math.css lets it break there on a phone
logger = logging.getLogger(__name__)


def check(app: Sphinx, doctree: nodes.document) -> None:
    """Have a page with a formula that does not convert read, and its error told, in every build."""
    for convert, kind in ((inline, nodes.math), (display, nodes.math_block)):
        for node in doctree.findall(kind):
            try:
                convert(node.astext())
            except FormulaError:
                app.env.note_reread()


def _formula(convert: Callable[[str], str], node: nodes.Element) -> str:
    try:
        return convert(node.astext())
    except FormulaError as error:
        logger.error("%s", error, location=node)
        return f"<code>{escape(node.astext())}</code>"


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    start = self.starttag(node, "span", "", CLASS="math notranslate nohighlight")
    formula, marks = _formula(inline, node), node.get("marks", "")
    if marks and ROWS.search(formula):  # it may take two lines, and they belong to the last one
        formula, marks = f"{formula.removesuffix(END)}<mtext>{marks}</mtext>{END}", ""
    self.body.append(f"{start}{formula}{marks}</span>")
    raise nodes.SkipNode


def visit_math_block(self: HTML5Translator, node: nodes.math_block) -> None:
    formula = _formula(display, node)
    self.body.append(self.starttag(node, "div", "", CLASS="math notranslate nohighlight"))
    self.body.append(f'<div class="formula">{formula}</div>')
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def keep_together(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """A formula and the comma behind it, a number and its % stay on one line."""
    for text in [*doctree.findall(nodes.Text)]:
        if re.search(r"\d %", text) and not isinstance(text.parent, CODE):
            whole = re.sub(r"(?<=\d) (?=%)", "\N{NO-BREAK SPACE}", text)
            text.parent.replace(text, nodes.Text(whole))
    for node in [*doctree.findall(nodes.math)]:
        at = node.parent.index(node)
        after = node.parent[at + 1] if at + 1 < len(node.parent) else None
        marks = re.match(r"[,.;:!?)”’]+", after) if isinstance(after, nodes.Text) else None
        if after and marks:
            node["marks"] = marks[0]
            node["classes"].append("nn-together")
            node.parent[at + 1] = nodes.Text(after[marks.end() :])


def characters(page: str) -> set[str]:
    r"""What a page may show: its text, and what stands in its JSON as `\u…`, as in a quiz."""
    escapes = re.findall(r"(?:\\u[0-9a-f]{4})+", page)
    return set(page).union(*(json.loads(f'"{text}"') for text in escapes))


def write_font(app: Sphinx, exception: Exception | None) -> None:
    """Write the font for all characters of the pages, and letters and their italics in any case."""
    if exception or app.builder.format != "html":
        return
    used = LETTERS | of_each(app, "characters", Path(app.outdir).rglob("*.html"), characters)
    used |= {ITALIC[letter] for letter in used & ITALIC.keys()}
    static = Path(app.outdir, "_static")
    write_subset(app, FONT, static / "stix-two-math.woff2", used)
    shutil.copyfile(FONT.with_name("LICENSE"), static / "stix-two-math-LICENSE.txt")


def load_font_early(app: Sphinx, page: str, _: str, context: dict[str, Any], __: Any) -> None:
    """Ask for the font before the style sheets are read, so that text does not move when it comes.

    theme.js does it.
    """
    if app.env.get_domain("math").has_equations(page):
        context.setdefault("fonts", []).append("stix-two-math.woff2")


def setup(app: Sphinx) -> dict[str, bool]:
    # Sphinx prefers a renderer that someone added to its own, MathJax.
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math_block, None))
    app.connect("doctree-read", check)
    app.connect("doctree-resolved", keep_together)
    app.connect("html-page-context", load_font_early)
    app.connect("build-finished", write_font)
    # V8 does not survive the fork of a parallel build.
    return {"parallel_read_safe": False, "parallel_write_safe": False}
