"""Runs a cell as a notebook does, in one namespace: what it prints, its last value, its error."""

from __future__ import annotations

import ast
import linecache
import traceback
from typing import Any

from nnbook.page import output
from nnbook.page.stand_ins import NotHere

HERE = "Python in the page has its standard library, NumPy and nnbook, and nothing else."


def namespace() -> dict[str, Any]:
    """As a notebook's is before its first cell."""
    return {"__name__": "__main__", "display": output.display}


def parsed(code: str, name: str) -> tuple[ast.Module, str]:
    """The code of cell `name`, and its file's name, under which errors find its lines.

    SyntaxError if it is no Python.
    """
    file = f"<{name}>"
    linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
    return ast.parse(code, file), file


def run(code: str, name: str, space: dict[str, Any], send: output.Send) -> bool:
    """Send what the cell prints and shows, and what it raises; True if it raises nothing."""
    with output.to(send):
        try:
            tree, file = parsed(code, name)
            *before, last = tree.body or [ast.Pass()]
            if isinstance(last, ast.Expr) and not code.rstrip().endswith(";"):
                exec(compile(ast.Module(before, []), file, "exec"), space)
                value = eval(compile(ast.Expression(last.value), file, "eval"), space)
                if value is not None:
                    output.display(value)
            else:
                exec(compile(tree, file, "exec"), space)
        except BaseException as error:
            print(said(error))
            return False
    return True


def said(error: BaseException) -> str:
    """The traceback, but of its lines those of cells only; a sentence for what is not here."""
    if isinstance(error, NotHere):
        return f"{error}."
    told = traceback.TracebackException.from_exception(error)
    own = [line for line in told.stack if line.filename.startswith("<") and line.line]
    told.stack = traceback.StackSummary.from_list(own)
    text = "".join(told.format(chain=False)).rstrip()
    if isinstance(error, ModuleNotFoundError):
        text = f"ModuleNotFoundError: No module named {error.name!r}. {HERE}"
    return text
