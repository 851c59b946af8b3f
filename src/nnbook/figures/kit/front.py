"""The text that a figure's widget runs in a browser: the kit, the figure's own file and its parts.

The files are ordinary modules that a browser also runs as they stand.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from posixpath import dirname, normpath

FIGURES = files("nnbook.figures")
KIT = ("base.js", "controls.js", "axes.js", "tables.js", "handles.js", "frame.js")  # all of kit.js
KEYS, NOTEBOOK, PANEL = (f"kit/{name}.js" for name in ("keys", "notebook", "panel"))
KIT_END = "\n// ---- the figure ----\n"  # the page's build ships what stands before it once
CSS_KIT_END = "\n/* ---- its own ---- */\n"
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.{1,2}/[\w/]+\.js)";$', re.MULTILINE)
_COMMENT = re.compile(
    r"^ *(?:/\*\*(?:(?!\*/).)*\*/|//[^\n]*)\n"  # whole lines
    r"|/\*\* @\w+ (?:(?!\*/).)*\*/ ?",  # a type within a line
    re.MULTILINE | re.DOTALL,
)
_EXPORT = re.compile(r"^export (?=(?:const|function) (\w+))", re.MULTILINE)


def folder(figure: str) -> str:
    """The folder of a figure, by its name: step-size lives in step_size/."""
    return figure.replace("-", "_")


def style(figure: str | None = None) -> str:
    """The style sheet that all figures share, and after its end the figure's own, if it has one."""
    own = FIGURES / f"{folder(figure or 'kit')}/figure.css"
    kit = read("kit/picture.css") + read("kit/kit.css")
    return f"{kit}{CSS_KIT_END}{own.read_text('utf-8')}" if own.is_file() else kit


def module(figure: str) -> str:
    """One ES module. Each file is wrapped in a function, so their names cannot clash."""
    return f"const kit = {kit()};{KIT_END}{_filled(f'{folder(figure)}/figure.js')}"


def notebook(figure: str) -> str:
    """The module with what only a notebook needs around it."""
    text = module(figure).replace("export default ", "const widget = ", 1)
    around = _scope(_with_keys(NOTEBOOK))
    return f"{text}\nexport default {around}.notebook(widget);\n"


def panel() -> str:
    """The module of what stands unseen in a notebook's panel."""
    return _with_keys(PANEL)


def _with_keys(path: str) -> str:
    return code(KEYS) + _IMPORT.sub("", code(path))


def kit() -> str:
    """The kit's files as one expression; among themselves they import by name alone."""
    return _scope("".join(_IMPORT.sub("", code(f"kit/{file}")) for file in KIT))


def read(path: str) -> str:
    """A file of a figure or of the kit."""
    return (FIGURES / path).read_text("utf-8")


def code(path: str) -> str:
    """A JavaScript file of a figure or of the kit as a reader's browser gets it."""
    return bare(read(path))


@cache
def bare(text: str) -> str:
    """JavaScript without comments that fill their lines, and without types."""
    return _COMMENT.sub("", text)


def _scope(text: str) -> str:
    """A module's text as an expression: the object of what it exports."""
    names = ", ".join(_EXPORT.findall(text))
    return f"(() => {{\n{_EXPORT.sub('', text)}\nreturn {{ {names} }};\n}})()"


def _filled(path: str, *, is_part: bool = False) -> str:
    """The file with the kit, and in a figure its parts, in the place of its imports."""

    def fill(found: re.Match[str]) -> str:
        names, source = found.groups()
        target = normpath(f"{dirname(path)}/{source}")
        if target == "kit/kit.js":
            return f"const {{{names}}} = kit;"
        if not is_part and dirname(target) in (dirname(path), "kit"):
            return f"const {{{names}}} = {_scope(_filled(target, is_part=True))};"
        return found[0]

    text = _IMPORT.sub(fill, code(path))
    if re.search(r"^\s*import\b", text, re.MULTILINE) or not (is_part or "} = kit;" in text):
        parts = "" if is_part else ', or a part: "./PART.js", "../kit/PART.js"'
        raise ImportError(f'{path}: its only imports are one line from "../kit/kit.js"{parts}')
    return text
