"""The text that a figure's widget runs in a browser: the kit, the figure's own file and its parts.

The files in `front/` are ordinary modules that a browser also runs as they stand.
"""

from __future__ import annotations

import re
from importlib.resources import files

FRONT = files("nnbook.figures") / "front"
KIT = ("kit.js", "frame.js")
SEAM = "\n// ---- the figure ----\n"  # the page's build ships what stands before it once
CSS_SEAM = "\n/* ---- its own ---- */\n"
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.{1,2}/[\w/]+\.js)";$', re.MULTILINE)
_AMONG_KIT = re.compile(r'^(?:import|export) \{[^}]*\} from "\./(?:kit|frame)\.js";$', re.MULTILINE)
_COMMENT = re.compile(r"^ *(?:/\*\*.*?\*/|//[^\n]*)\n", re.MULTILINE | re.DOTALL)  # whole lines
_EXPORT = re.compile(r"^export (?=(?:const|function) (\w+))", re.MULTILINE)


def style(figure: str | None = None) -> str:
    """The style sheet that all figures share, and after a seam the figure's own, if it has one."""
    own = FRONT / f"{figure}.css"
    kit = (FRONT / "kit.css").read_text("utf-8")
    return f"{kit}{CSS_SEAM}{own.read_text('utf-8')}" if own.is_file() else kit


def module(figure: str) -> str:
    """One ES module. The kit and each part are scopes of their own, so that equal names do not
    meet."""
    kit = "".join(_AMONG_KIT.sub("", _read(name)) for name in KIT)
    own = _filled(f"{figure.replace('-', '_')}.js")
    return f"const kit = {_scope(_COMMENT.sub('', kit))};{SEAM}{own}"


def _read(name: str) -> str:
    return (FRONT / name).read_text("utf-8")


def _scope(text: str) -> str:
    """A module's text as an expression: the object of what it exports."""
    names = ", ".join(_EXPORT.findall(text))
    return f"(() => {{\n{_EXPORT.sub('', text)}\nreturn {{ {names} }};\n}})()"


def _filled(name: str) -> str:
    """The file with the kit, and in a figure its parts, in the place of its imports."""
    is_part = name.startswith("parts/")
    kit = "../kit.js" if is_part else "./kit.js"

    def fill(found: re.Match[str]) -> str:
        names, source = found.groups()
        if source == kit:
            return f"const {{{names}}} = kit;"
        if source.startswith("./parts/") and not is_part:
            return f"const {{{names}}} = {_scope(_filled(source[2:]))};"
        return found[0]

    text = _IMPORT.sub(fill, _read(name))
    if re.search(r"^\s*import\b", text, re.MULTILINE) or not (is_part or "} = kit;" in text):
        parts = "" if is_part else ', or one from "./parts/NAME.js"'
        raise ImportError(f'{name}: its only imports are one line from "{kit}"{parts}')
    return text
