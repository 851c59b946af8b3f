"""The library's reference: a line ```{api} nnbook.optim``` documents what is public in that file.

It is made of signatures and docstrings as they stand in the code; docstrings.py sets the latter.
A chapter links an entry [so](../book/api.md#nnbook.nn.Linear); an entry links its lines of code.
"""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import is_dataclass
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from typing import Any

from docstrings import escaped, rst
from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.ext.viewcode import viewcode_anchor
from sphinx.pycode import ModuleAnalyzer
from sphinx.roles import XRefRole
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from tex import FormulaError

import nnbook

SOURCES = Path(nnbook.__file__).parents[1]
logger = logging.getLogger(__name__)


def home(file: str) -> str:
    """Where readers import from what a file defines: its package, if that exports names from it."""
    package, _, name = file.rpartition(".")
    return file if name in getattr(import_module(package), "__all__", [name]) else package


def public(file: str) -> list[str]:
    """The names that a module's file has for readers, in the order of the file."""
    here, module = import_module(file), import_module(home(file))
    names = getattr(module, "__all__", [name for name in vars(module) if name[0] != "_"])
    owned = [] if hasattr(here, "__path__") else getattr(here, "__all__", [])
    names = [n for n in names if n in owned or getattr(vars(module)[n], "__module__", "") == file]
    analyzer = ModuleAnalyzer.for_module(file)
    analyzer.analyze()
    return sorted(names, key=lambda name: analyzer.tagorder.get(name, len(analyzer.tagorder)))


class Api(SphinxDirective):
    """What a file's docstring says, and an entry for each of its public names."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        file = self.arguments[0]
        lines = typeset(self.env, file, import_module(file).__doc__ or "")
        for name in public(file):
            lines += ["", *self.entry(f"{home(file)}.{name}")]
        page = nodes.Element()
        text = StringList(["```{eval-rst}", *lines, "```"], source=file)
        self.env.ref_context["py:module"] = home(file)  # where names in the text are looked up
        self.state.nested_parse(text, self.content_offset, page)
        self.env.ref_context.pop("py:module", None)
        return [*self.anchor(file), *page.children]

    def entry(self, name: str) -> list[str]:
        thing = found(name)
        if inspect.isclass(thing):
            kind = "exception" if issubclass(thing, Exception) else "class"
            return [f".. auto{kind}:: {name}", "   :members:", "   :special-members: __call__"]
        if inspect.isroutine(thing):
            return [f".. autofunction:: {name}"]
        return [f".. autodata:: {name}", "   :no-value:"]

    def anchor(self, file: str) -> list[nodes.Node]:
        """A place for links to the module, if it is one that readers import."""
        if home(file) != file:
            return []
        target = nodes.target("", "", ids=[file])
        self.state.document.note_explicit_target(target)
        self.env.get_domain("py").note_module(file, file, "", "", False)
        return [target]


def found(name: str) -> Any:
    """The object of a full name, as nnbook.nn.Layer.forward."""
    module, _, rest = name.rpartition(".")
    try:
        return getattr(import_module(module), rest)
    except ModuleNotFoundError:
        return getattr(found(module), rest)


def typeset(env: BuildEnvironment, name: str, docstring: str) -> list[str]:
    """The docstring in reStructuredText; one with a formula that has no TeX is an error."""
    try:
        return rst(docstring)
    except FormulaError as error:
        env.note_reread()  # so that the next build says so again
        logger.error("docstring of %s: %s", name, error)
        return [escaped(" ".join(docstring.split()))]


def set_docstring(
    app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]
) -> None:
    docstring = comment_above(name) if what == "data" else "\n".join(lines)
    lines[:] = typeset(app.env, name, docstring) if docstring else []


def comment_above(name: str) -> str:
    """What a constant has instead of a docstring: the comment above it."""
    module, _, constant = name.rpartition(".")
    code = inspect.getsource(import_module(module))
    comment = re.search(rf"((?:^#.*\n)+)^{constant}\b.*=", code, re.MULTILINE)
    return re.sub("^# ?", "", comment[1], flags=re.MULTILINE) if comment else ""


def set_signature(
    app: Sphinx, what: str, name: str, thing: Any, options: Any, *autodocs: str | None
) -> tuple[str, str] | None:
    """The signature as it is written, with the short names of its types."""
    if what not in ("class", "exception", "function", "method"):
        return None
    if is_dataclass(thing) or hasattr(thing, "_fields"):
        fields = [node for node in written(thing).body if isinstance(node, ast.AnnAssign)]
        return f"({', '.join(map(_field, fields))})", ""
    if inspect.isclass(thing):
        thing = thing.__init__
        if not getattr(thing, "__module__", "").startswith("nnbook"):
            return "", ""
    function = written(thing)
    if what != "function":
        del function.args.args[0]  # self
    returns = ast.unparse(function.returns)
    return f"({ast.unparse(function.args)})", "" if returns == "None" else returns


def _field(node: ast.AnnAssign) -> str:
    if isinstance(node.value, ast.Call):  # field(default_factory=list)
        node.value = ast.Constant(...)
    return ast.unparse(node)


def written(thing: Any) -> Any:
    """The definition of a class or function, as Python's grammar sees it."""
    source = dedent(inspect.getsource(inspect.unwrap(thing)))
    return Spelling(source).visit(ast.parse(source).body[0])


class Spelling(ast.NodeTransformer):
    """Keeps constants as they are written, 1e-5, but for quotes around the name of a type."""

    def __init__(self, source: str) -> None:
        self.source = source

    def visit_Constant(self, node: ast.Constant) -> ast.Name:
        spelled = ast.get_source_segment(self.source, node) or ""
        return ast.Name(re.sub(r'^"([A-Z]\w*)"$', r"\1", spelled))


def finish(app: Sphinx, doctree: nodes.document) -> None:
    """Signatures begin as readers write them, nn.Linear, and have links to code and anchors."""
    here, modules = app.env.docname, app.env.get_domain("py").modules
    slugs = app.env.metadata[here].setdefault("myst_slugs", {})  # what MyST's links may lead to
    slugs |= {name: (0, name, name) for name, module in modules.items() if module.docname == here}
    for signature in doctree.findall(addnodes.desc_signature):
        name = f"{signature['module']}.{signature['fullname']}"
        for prefix in signature.findall(addnodes.desc_addname):
            prefix[0] = nodes.Text(prefix.astext().removeprefix("nnbook."))
        for id in signature["ids"]:
            slugs[id] = (0, id, name.removeprefix("nnbook."))
        links = nodes.inline("", "", classes=["code-links"])
        for inside in list(signature.findall(viewcode_anchor)):
            signature.remove(inside)
            links += inside
        if address := lines_of(app, defined(name)):
            links += nodes.reference("", "[GitHub]", refuri=address)
        signature += links
        for ref in list(signature.parent.findall(addnodes.pending_xref)):
            if ref.get("is_docstring") and ref["reftarget"] == signature["fullname"]:
                ref.replace_self(ref.children)  # an entry links others


def defined(name: str) -> Any:
    """What has lines of code behind a name: a class, a function or, of a property, its function."""
    thing = inspect.unwrap(getattr(found(name), "fget", found(name)))
    return thing if inspect.isroutine(thing) or inspect.isclass(thing) else None


def lines_of(app: Sphinx, thing: Any) -> str:
    """The address of an object's lines in the repository; nothing for a constant."""
    if thing is None:
        return ""
    lines, start = inspect.getsourcelines(thing)
    path = Path(inspect.getfile(thing)).relative_to(SOURCES)
    options = app.config.html_theme_options
    branch = options.get("repository_branch", "main")
    place = f"src/{path.as_posix()}#L{start}-L{start + len(lines) - 1}"
    return f"{options['repository_url']}/blob/{branch}/{place}"


def file_of(app: Sphinx, module: str, name: str) -> str:
    """The module that a name of another module comes from; viewcode asks for it."""
    return getattr(defined(f"{module}.{name}"), "__module__", module)


class Code(XRefRole):
    """Code in a docstring, which links its entry if there is one: `nn.gelu`, `forward`."""

    def process_link(
        self, env: BuildEnvironment, ref: nodes.Element, explicit: bool, title: str, target: str
    ) -> tuple[str, str]:
        ref.attributes |= {"refdomain": "py", "reftype": "obj", "is_docstring": True}
        ref.attributes |= {key: env.ref_context.get(key) for key in ("py:module", "py:class")}
        is_ours = target.partition(".")[0] in vars(nnbook)
        return title, ("nnbook." if is_ours else "") + target.removesuffix("()")


def skip(app: Sphinx, what: str, name: str, thing: Any, skipped: bool, options: Any) -> bool | None:
    """Leave out what Python itself says of a NamedTuple's fields."""
    return True if str(thing.__doc__).startswith("Alias for field") else None


def leave_plain(
    app: Sphinx, env: BuildEnvironment, ref: addnodes.pending_xref, text: nodes.Node
) -> nodes.Node | None:
    """What has no entry is no link, in docstrings and in the types of signatures."""
    above = ref.parent
    while above is not None and not isinstance(above, addnodes.desc_signature):
        above = above.parent
    return text if above is not None or ref.get("is_docstring") else None


def configure(app: Sphinx, config: Config) -> None:
    config["autodoc_inherit_docstrings"] = False  # a method has an entry where it is explained
    config["autodoc_member_order"] = "bysource"
    config["autodoc_typehints"] = "none"  # but for those of set_signature
    config["toc_object_entries_show_parents"] = "hide"
    config["html_domain_indices"] = False  # no page that lists the modules once more


def setup(app: Sphinx) -> dict[str, bool]:
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.viewcode")
    app.add_directive("api", Api)
    app.add_role("api", Code())
    app.connect("config-inited", configure)
    app.connect("autodoc-skip-member", skip)
    app.connect("autodoc-process-docstring", set_docstring)
    app.connect("autodoc-process-signature", set_signature)
    app.connect("viewcode-follow-imported", file_of)
    app.connect("doctree-read", finish)
    app.connect("missing-reference", leave_plain)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
