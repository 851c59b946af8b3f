"""What a figure computed for seconds in a notebook, kept in a file for the next kernel.

The file's name is made of the library's own text: another library computes anew. Pages and tests
always compute.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

COMPUTES = (".py", ".json", ".npz")
BYTES = "bytes in base 64"


def place(kind: str, given: object) -> Path | None:
    """Where the figure made from `given` is kept; None where nothing is."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    text = repr(given)
    if not hasattr(shell, "kernel") or os.environ.get("NNBOOK_STATIC") or " at 0x" in text:
        return None
    try:
        from pooch import os_cache
    except ImportError:
        return None
    name = f"{kind}-{sha256(text.encode()).hexdigest()[:12]}.json"
    return Path(os_cache("nnbook"), "figures", library(), name)


@cache
def library() -> str:
    """A name for all that a figure is computed with."""
    key = sha256(sys.version.encode())
    for package in ("numpy", "scipy", "torch"):
        try:
            key.update(f"{package} {version(package)}".encode())
        except PackageNotFoundError:
            key.update(f"no {package}".encode())
    with as_file(files("nnbook")) as folder:
        for path in sorted(p for p in folder.rglob("*") if p.suffix in COMPUTES):
            key.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return key.hexdigest()[:12]


def found(path: Path | None) -> dict[str, Any] | None:
    """What was kept there; None if nothing was, or nothing that can be read."""
    try:
        state: dict[str, Any] = json.loads(path.read_text("utf-8"), object_hook=_unpacked)  # type: ignore[union-attr]
    except (AttributeError, OSError, ValueError):
        return None
    return state


def put(path: Path | None, state: dict[str, Any]) -> None:
    """Keep it, and nothing of an older library; where that is not possible, keep nothing."""
    if path is None:
        return
    try:
        for old in path.parent.parent.glob("*"):
            if old != path.parent:
                shutil.rmtree(old, ignore_errors=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(f".{os.getpid()}")
        half.write_text(json.dumps(state, default=_packed), encoding="utf-8")
        half.replace(path)
    except OSError:
        pass


@contextmanager
def saying(words: str) -> Iterator[None]:
    """The words where the figure will stand, as long as it is computed."""
    from IPython import display

    say: Any = display.display
    html: Any = display.HTML
    said = say(html(f"<p>{words}</p>"), display_id=True)
    try:
        yield
    finally:
        said.update(html(""))


def _packed(value: Any) -> Any:
    if isinstance(value, bytes):
        return {BYTES: b64encode(value).decode()}
    return value.item()  # a number of NumPy


def _unpacked(value: dict[str, Any]) -> Any:
    return b64decode(value[BYTES]) if BYTES in value else value
