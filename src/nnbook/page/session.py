"""What the page's worker calls: `begin` once, then `run` and `check`, which answer in JSON."""

from __future__ import annotations

import builtins
import json
import sys
from collections.abc import Callable
from typing import NoReturn

from nnbook.exercises.kit import guard
from nnbook.page import answers, output, stand_ins
from nnbook.page.notebook import Notebook

_notebook = Notebook()


def begin() -> None:
    """Make this Python the page's: stand-ins, no keyboard, no way to the page."""
    stand_ins.install()
    guard.watch("nnbook.page")
    builtins.input = _no_input
    for name in ("js", "pyodide_js"):  # a reader's code has no business with the page
        sys.modules[name] = None  # type: ignore[assignment]


def run(page: str, send: Callable[[str, str], None]) -> str:
    """The last of the cells in `page`, JSON of ids and code: the id of what failed, or ""."""
    return json.dumps({"failed": _notebook.run(json.loads(page), send)})


def check(name: str, code: str, imports: str, send: output.Send, seed: int | None = None) -> str:
    """One answer: its status, and the words in pieces."""
    result = answers.check(name, code, imports, send, seed)
    return json.dumps({"status": result.status, "pieces": answers.pieces(result)})


def _no_input(prompt: object = "") -> NoReturn:
    raise stand_ins.NotHere(
        "input() waits for a keyboard, which Python in the page has not: write the value instead"
    )
