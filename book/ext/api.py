"""The library's reference: a line ```{api} nnbook.optim``` documents what is public in that file.

In a docstring `backticks` stand around a name, which then links its entry, or around a formula in
Unicode. A chapter links an entry [so](../book/api.md#nnbook.nn.Linear).
"""

from __future__ import annotations

import ast
import inspect
import re
import unicodedata
from dataclasses import is_dataclass
from importlib import import_module
from itertools import groupby
from textwrap import dedent
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective, SphinxRole

ERROR = r"[A-Z]\w*Error\b"
MARKED = re.compile(rf"""`[^`]+`|\b{ERROR}|(?:\w+=)?"[^"]*"|[*|]|_(?!\w)""")
NAME = re.compile(r"`([A-Za-z_][\w.]+(?:\(\))?)`")  # a single letter is a variable
LEVELS = {"<super>": nodes.superscript, "<sub>": nodes.subscript}  # as Unicode calls them
VARIABLE = re.compile(r"(?<![A-Za-z])([A-Za-zα-ω])(?![A-Za-z])")
PARAGRAPH = re.compile(rf"\n(?={ERROR}|[A-Z]\w+, an? {ERROR}|Source: )")
PAPER = re.compile(r"arXiv:([\d.]+\d)")


def import_path(file: str) -> str:
    """Where readers import from what a file defines: its package, if that exports names from it."""
    package, _, name = file.rpartition(".")
    return file if name in getattr(import_module(package), "__all__", [name]) else package


def public_names(file: str) -> list[str]:
    """The names that a module's file has for readers, in the order of the file."""
    here = vars(import_module(file))
    own = [] if "__path__" in here else here.get("__all__", [])
    public = vars(import_module(import_path(file)))
    public = public.get("__all__", [name for name in public if name[0] != "_"])
    return [
        name
        for name, thing in here.items()
        if name in own or (name in public and getattr(thing, "__module__", "") == file)
    ]


class Api(SphinxDirective):
    """What a file's docstring says, and an entry for each of its public names."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        file = self.arguments[0]
        module, path = import_module(file), import_path(file)
        lines = ["```{eval-rst}", f".. automodule:: {file}", "   :no-index:"]
        for name in public_names(file):
            lines += ["", *entry(f"{path}.{name}", getattr(module, name))]
        page = nodes.Element()
        self.state.nested_parse(StringList([*lines, "```"], file), self.content_offset, page)
        return page.children


def entry(name: str, thing: Any) -> list[str]:
    if inspect.isclass(thing):
        kind = "exception" if issubclass(thing, Exception) else "class"
        return [f".. auto{kind}:: {name}", "   :members:", "   :special-members: __call__"]
    if inspect.isroutine(thing):
        return [f".. autofunction:: {name}"]
    return [f".. autodata:: {name}", "   :no-value:"]


def set_docstring(
    app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]
) -> None:
    """Errors and source get paragraphs of their own; formulas, names and code their roles."""
    text = MARKED.sub(_role, PARAGRAPH.sub("\n\n", "\n".join(lines)))
    text = PAPER.sub(r"`\g<0> <https://arxiv.org/abs/\1>`__", text)
    text, _, source = text.partition("\nSource: ")
    lines[:] = [*text.splitlines(), ""]
    if source:
        lines += [".. container:: source", "", f"   Source: {' '.join(source.split())}", ""]


def _role(marked: re.Match[str]) -> str:
    text = marked[0]
    if text[0] == "`":
        name = NAME.fullmatch(text)
        return f":py:obj:`.{name[1]}`" if name else f":formula:{text}"
    return f"\\{text}" if text in ("*", "|", "_") else f"``{text}``"


class Formula(SphinxRole):
    """A formula in Unicode, y = x Wᵀ + b: its letters slanted, its ᵀ raised, its ⱼ lowered."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        formula = nodes.inline(self.rawtext, "", classes=["formula"])
        for level, run in groupby(unicodedata.normalize("NFD", self.text), _level):
            part, text = formula, "".join(run)
            if level in LEVELS:
                part, text = LEVELS[level](), unicodedata.normalize("NFKC", text)
                formula += part
            for i, piece in enumerate(VARIABLE.split(text)):
                part += nodes.emphasis("", piece) if i % 2 else nodes.Text(piece)
        return [formula], []


def _level(character: str) -> str:
    return unicodedata.decomposition(character).partition(" ")[0]


def set_signature(
    app: Sphinx, what: str, name: str, thing: Any, options: Any, *autodocs: str | None
) -> tuple[str, str] | None:
    """The signature as it is written, where Sphinx would spell out what `Array` stands for."""
    if what not in ("class", "exception", "function", "method"):
        return None
    if is_dataclass(thing) or hasattr(thing, "_fields"):
        fields = [node for node in ast_of(thing).body if isinstance(node, ast.AnnAssign)]
        return f"({', '.join(map(ast.unparse, fields))})", ""
    function = thing.__init__ if inspect.isclass(thing) else thing
    if not getattr(function, "__module__", "").startswith("nnbook"):
        return "", ""
    written = ast_of(function)
    if what != "function":
        del written.args.args[0]  # self
    returns = re.sub(r"'(\w+)'", r"\1", ast.unparse(written.returns))  # a type, defined below
    return f"({ast.unparse(written.args)})", "" if returns == "None" else returns


def ast_of(thing: Any) -> Any:
    return ast.parse(dedent(inspect.getsource(inspect.unwrap(thing)))).body[0]


def skip(app: Sphinx, what: str, name: str, thing: Any, skipped: bool, options: Any) -> bool | None:
    """Leave out what Python itself says of a NamedTuple's fields."""
    return True if str(thing.__doc__).startswith("Alias for field") else None


def finish(app: Sphinx, doctree: nodes.document) -> None:
    """Signatures begin as readers write them, nn.Linear, and MyST's links find the entries."""
    slugs = app.env.metadata[app.env.docname].setdefault("myst_slugs", {})
    for signature in doctree.findall(addnodes.desc_signature):
        slugs |= {id: (0, id, id.removeprefix("nnbook.")) for id in signature["ids"]}
        for prefix in signature.findall(addnodes.desc_addname):
            prefix[0] = nodes.Text(prefix.astext().removeprefix("nnbook."))


def configure(app: Sphinx, config: Config) -> None:
    config["autodoc_inherit_docstrings"] = False  # a method has an entry where it is explained
    config["autodoc_member_order"] = "bysource"
    config["autodoc_typehints"] = "none"  # but for those of set_signature
    config["toc_object_entries_show_parents"] = "hide"
    config["html_domain_indices"] = False  # no page that lists the modules once more
    config["nitpick_ignore_regex"] = [("py:.*", ".*")]  # what has no entry is no link


def setup(app: Sphinx) -> dict[str, bool]:
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.viewcode")
    app.add_directive("api", Api)
    app.add_role("formula", Formula())
    app.connect("config-inited", configure)
    app.connect("autodoc-skip-member", skip)
    app.connect("autodoc-process-docstring", set_docstring)
    app.connect("autodoc-process-signature", set_signature)
    app.connect("doctree-read", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
