"""Builds a tiny book with some of the extensions in book/ext, and tells what came of it."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import fonts
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "book" / "ext"), str(ROOT / "src")]


class Book(NamedTuple):
    out: Path
    failed: bool
    messages: str

    def page(self, name: str) -> str:
        return (self.out / f"{name}.html").read_text(encoding="utf-8")


def build(
    folder: Path,
    pages: dict[str, str],
    extensions: list[str],
    cut_fonts: bool = False,
    **config: Any,
) -> Book:
    """Build as `jupyter-book build -W --keep-going -n` does, only what changed since last time.

    Fonts are empty files, unless they are to be cut: that is half of a small book's time.
    """
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    settings = {
        "extensions": ["myst_nb", *extensions],
        "exclude_patterns": ["_build"],
        "html_static_path": [str(ROOT / "book" / "static")],
        "html_theme": "basic",
        "myst_enable_extensions": ["amsmath", "dollarmath"],
        "nb_execution_mode": "off",
        "nitpicky": True,
        **config,
    }
    out, messages = folder / "_build" / "html", io.StringIO()
    cut = fonts._cut if cut_fonts else lambda source, target, text: target.touch()
    with patch_docutils(), docutils_namespace(), patch.object(fonts, "_cut", cut):
        app = Sphinx(
            folder, None, out, folder / "_build" / "doctrees", "html", settings, status=None,
            warning=messages, warningiserror=True, keep_going=True,
        )  # fmt: skip
        app.build()
    return Book(out, app.statuscode != 0, re.sub(r"\x1b\[[0-9;]*m", "", messages.getvalue()))


def notebook(*cells: dict[str, Any]) -> str:
    """The text of a notebook that holds `cells`."""
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python", "pygments_lexer": "ipython3"},
    }
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False)


def text(id: str, source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": id, "metadata": {}, "source": source}


def code(id: str, source: str = "x = 1", **data: str) -> dict[str, Any]:
    """A code cell; `data` may hold `tags`, `alt`, and as `svg` or `png` a picture that it shows."""
    types = {"svg": "image/svg+xml", "png": "image/png"}
    pictures = {types[kind]: data[kind] for kind in types if kind in data}
    output = {"output_type": "display_data", "metadata": {}, "data": pictures}
    metadata: dict[str, Any] = {"tags": data.get("tags", "").split()}
    if "alt" in data:
        metadata["mystnb"] = {"image": {"alt": data["alt"]}}
    return {
        "cell_type": "code", "id": id, "metadata": metadata, "source": source,
        "execution_count": 1, "outputs": [output] if pictures else [],
    }  # fmt: skip
