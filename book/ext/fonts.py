"""Cuts a font down to the characters that the built pages use.

Shared by mathml.py (the formulas' font) and lean_pages.py (the icons' fonts).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont


def write_subset(source: Path, target: Path, characters: Iterable[str]) -> None:
    """Write the font `source` to `target` (WOFF2) with no other glyphs than `characters` need.

    The same characters give the same bytes. Copyright and license stay in the font.
    """
    options = subset.Options(flavor="woff2", hinting=False, notdef_outline=True)
    options.name_IDs = [0, 1, 2, 5, 13, 14]
    font = TTFont(source, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(characters)))
    subsetter.subset(font)
    subset.save_font(font, target, options)
