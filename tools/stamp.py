"""Tells whether files have changed since last time, by their contents: a touch changes nothing."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path


def fingerprint(files: Iterable[Path]) -> str:
    """One short string for the names and contents of `files`; a missing file counts as such."""
    digest = hashlib.sha256()
    for file in sorted(files):
        content = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "missing"
        digest.update(f"{file.as_posix()} {content}\n".encode())
    return digest.hexdigest()[:16]


def read(file: Path) -> dict[str, str]:
    """What `write` left there; nothing if there is no file, or not a whole one."""
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def write(file: Path, stamp: dict[str, str]) -> None:
    """Leave `stamp` in `file`, whole or not at all."""
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(stamp, indent=1) + "\n", encoding="utf-8")
    draft.replace(file)
