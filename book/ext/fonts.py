"""Cuts a font down to the characters that the built pages use, if that is not done already.

Shared by mathml.py (the formulas' font) and theme.py (the text's).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path

from sphinx.application import Sphinx


def of_each(
    app: Sphinx, name: str, files: Iterable[Path], find: Callable[[str], set[str]]
) -> set[str]:
    """What is found in any of the files; a text that the last build had is not searched again."""
    kept = Path(app.doctreedir, f"{name}.json")
    before: dict[str, list[str]] = json.loads(kept.read_text()) if kept.exists() else {}
    now = {}
    for file in files:
        text = file.read_bytes()
        key = sha256(text).hexdigest()
        now[key] = before[key] if key in before else sorted(find(text.decode()))
    kept.write_text(json.dumps(now))
    return set().union(*now.values())


def write_subset(app: Sphinx, source: Path, target: Path, characters: Iterable[str]) -> None:
    """Write the font `source` to `target` (WOFF2) with no other glyphs than `characters` need.

    The same characters give the same bytes, which are kept in _build/fonts for the next build.
    """
    text = "".join(sorted(characters))
    key = sha256(source.read_bytes() + text.encode()).hexdigest()[:16]
    kept = Path(app.doctreedir).with_name("fonts") / f"{source.stem}-{key}.woff2"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        for old in kept.parent.glob(f"{source.stem}-*"):
            old.unlink()
        _cut(source, kept, text)
    shutil.copyfile(kept, target)


def _cut(source: Path, target: Path, text: str) -> None:
    """Copyright and license stay in the font."""
    from fontTools import subset  # takes its time, and most builds need none of it
    from fontTools.ttLib import TTFont

    options = subset.Options(flavor="woff2", hinting=False, notdef_outline=True)
    options.name_IDs = [0, 1, 2, 5, 13, 14]
    font = TTFont(source, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    subset.save_font(font, target, options)
