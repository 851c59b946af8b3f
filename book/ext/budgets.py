"""What pages may weigh, and their notebooks take, stands in book/budgets.toml: more is an error."""

from __future__ import annotations

import gzip
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

BUDGETS: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "budgets.toml").read_text("utf-8")
)
LOADED = re.compile(
    r'<script[^>]*\ssrc="([^"?#]+)|<link[^>]*rel="(?:stylesheet|icon)"[^>]*\shref="([^"?#]+)'
    r'|<link[^>]*\shref="([^"?#]+)[^>]*rel="(?:stylesheet|icon)"'
    r'|<(?:img|image)[^>]*\s(?:src|href)="([^"?#]+)'
)
URL = re.compile(r'url\("?(?!#)([^")]+)')  # but not a part of the same file
logger = logging.getLogger(__name__)


def budget(page: str, of: str) -> float:
    """What a page may have of something: as much as every page, unless it is named as heavier."""
    own: dict[str, float] = {**BUDGETS["page"], **BUDGETS["heavier"].get(page, {})}
    return own[of]


@cache
def compressed(file: Path) -> int:
    """Bytes on the way to a reader; fonts and pictures are compressed already."""
    content = file.read_bytes()
    return len(content if file.suffix in (".woff2", ".png") else gzip.compress(content, 9))


def loads(page: Path) -> set[Path]:
    """The page and every file that it loads by itself, its fonts among them."""
    found = {page}
    for groups in LOADED.findall(page.read_text("utf-8")):
        found.add((page.parent / "".join(groups)).resolve())
    for sheet in [file for file in found if file.suffix == ".css"]:
        found |= {sheet.parent / url for url in URL.findall(sheet.read_text("utf-8"))}
    return found


def weigh(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    compressed.cache_clear()
    for page in sorted(vars(app.builder).get("written", ())):
        most = budget(page, "weight")
        files = loads(Path(app.builder.get_outfilename(page)))
        weights = {file.name: compressed(file) for file in files}
        if sum(weights.values()) > most:
            heavy = sorted(weights, key=lambda name: -weights[name])[:5]
            told = ", ".join(f"{name} {weights[name]}" for name in heavy)
            logger.error(f"{page} weighs {sum(weights.values())} bytes, over {most}: {told}, …")


def take(app: Sphinx, env: BuildEnvironment) -> None:
    """Is a notebook larger than it may be, or was it slower?"""
    for page in sorted(env.found_docs):
        run = getattr(env, "nb_metadata", {}).get(page, {}).get("exec_data") or {}
        taken = {
            "seconds": run.get("runtime") or 0,
            "bytes": Path(env.doc2path(page)).stat().st_size if run else 0,
        }
        for unit, most in BUDGETS["notebook"].items():
            if taken[unit] > most:
                logger.error(f"{page} takes {taken[unit]:.0f} {unit} as a notebook, over {most}")


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("env-check-consistency", take)
    app.connect("build-finished", weigh, priority=950)  # every file has its last form
    return {"parallel_read_safe": True, "parallel_write_safe": True}
