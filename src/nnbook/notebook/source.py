"""The library's own code, shown in a notebook or on a page as it stands in the file."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from textwrap import dedent
from typing import Any

from IPython.display import Markdown


def show(*objects: Callable[..., Any]) -> Markdown:
    """The source of functions, methods or classes, one below the other, as a code block.

    TypeError for anything that has no Python source of its own.
    """
    for thing in objects:
        if not (inspect.isroutine(thing) or inspect.isclass(thing)):
            raise TypeError(
                f"show takes functions, methods and classes, got {type(thing).__name__}"
            )
    code = "\n\n".join(dedent(inspect.getsource(thing)).rstrip() for thing in objects)
    return Markdown(f"```python\n{code}\n```")  # type: ignore[no-untyped-call]
