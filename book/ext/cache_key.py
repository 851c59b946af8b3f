"""Keys the cache of executed notebooks on the library too, and drops the caches of older ones.

jupyter-cache looks at a notebook's cells alone: without this a page keeps what the old library
computed. From the figures' JavaScript, CSS and HTML, the quizzes' texts and what runs in pages no
cell computes anything: they are taken from the library when pages are written.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

NOT_COMPUTED = (
    "**/*.js",
    "**/*.d.ts",
    "**/*.css",
    "figures/kit/html.py",
    "notebook/svg.py",
    "quizzes/*.yaml",
    "page/*",
)


def digest(root: Path, without: Sequence[str] = NOT_COMPUTED) -> str:
    """A name for all that a cell runs on: the library, the pinned packages, the Python."""
    key, library = sha256(sys.version.encode()), root / "src" / "nnbook"
    left_out = {path for pattern in without for path in library.glob(pattern)}
    files = sorted({*library.rglob("*")} - left_out)
    for path in [*files, root / "lock.txt"]:
        if path.is_file() and "__pycache__" not in path.parts:
            key.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return key.hexdigest()[:12]


def choose(app: Sphinx, config: Config) -> None:
    folder = Path(app.srcdir, "_build", ".jupyter_cache")
    chosen = folder / digest(Path(app.srcdir))
    for old in folder.glob("*"):
        if old != chosen:
            shutil.rmtree(old, ignore_errors=True)
    config["nb_execution_cache_path"] = str(chosen)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", choose, priority=1)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
