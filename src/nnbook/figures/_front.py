"""The text that a figure's widget runs in a browser: the kit and the figure's own file as one.

The files in `front/` are ordinary modules that a browser also runs as they stand.
"""

from __future__ import annotations

import re
from importlib.resources import files

FRONT = files("nnbook.figures") / "front"
KIT = ("kit.js", "frame.js")
SEAM = "\n// ---- the figure ----\n"  # the page's build ships what stands before it once
CSS_SEAM = "\n/* ---- its own ---- */\n"
_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./kit\.js";$', re.MULTILINE)
_AMONG_KIT = re.compile(r'^(?:import|export) \{[^}]*\} from "\./(?:kit|frame)\.js";$', re.MULTILINE)
_COMMENT = re.compile(r"^ *(?:/\*\*.*?\*/|//[^\n]*)\n", re.MULTILINE | re.DOTALL)  # whole lines
_EXPORT = re.compile(r"^export (?=(?:const|function) (\w+))", re.MULTILINE)


def style(figure: str | None = None) -> str:
    """The style sheet that all figures share, and after a seam the figure's own, if it has one."""
    own = FRONT / f"{figure}.css"
    kit = (FRONT / "kit.css").read_text("utf-8")
    return f"{kit}{CSS_SEAM}{own.read_text('utf-8')}" if own.is_file() else kit


def module(figure: str) -> str:
    """One ES module, the kit as a scope of its own so that equal names do not meet."""
    path = FRONT / f"{figure.replace('-', '_')}.js"
    kit = "".join(_AMONG_KIT.sub("", (FRONT / name).read_text("utf-8")) for name in KIT)
    kit = _COMMENT.sub("", kit)
    names = ", ".join(_EXPORT.findall(kit))
    own, imports = _IMPORT.subn(r"const {\1} = kit;", path.read_text("utf-8"))
    if imports != 1 or re.search(r"^\s*import\b", own, re.MULTILINE):
        raise ImportError(f'{path.name}: its only import must be one line from "./kit.js"')
    return (
        f"const kit = (() => {{\n{_EXPORT.sub('', kit)}\nreturn {{ {names} }};\n}})();{SEAM}{own}"
    )
