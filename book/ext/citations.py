"""A chapter cites as a notebook can show it, and its page as all pages do: the links
`[Kim et al. (2017)](../book/references.bib#kim2017)` and `([Lloyd, 1982](…#lloyd1982))`."""

from __future__ import annotations

import re

from pybtex.database import Entry
from sphinx.application import Sphinx
from sphinx.errors import SphinxError

LINK = re.compile(r"(\()?\[([^][\"]*)\]\([^)\s]*\.bib#([^)\s]*)\)(?(1)\)|)")


def roles(key: str, entry: Entry) -> dict[str, str]:
    """How a source is named in a text, and what names it so on a page."""
    names = [
        " ".join(map(str, [*who.rich_prelast_names, *who.rich_last_names]))
        for who in entry.persons["author"]
    ]
    named = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
    textual, year = f"{{cite:t}}`{key}`", entry.fields["year"]
    return {
        f"{named} ({year})": textual,
        f"({named} ({year}))": f"({textual})",
        f"({named}, {year})": f"{{cite:p}}`{key}`",
    }


def cite(app: Sphinx, page: str, source: list[str]) -> None:
    entries = app.env.get_domain("cite").bibdata.data.entries

    def role(link: re.Match[str]) -> str:
        opened, text, key = link.groups()
        if key not in entries:
            raise SphinxError(f"{page}: {link[0]} names no source; is {key} in references.bib?")
        known = roles(key, entries[key])
        text = f"({text})" if opened else text
        if text not in known:
            raise SphinxError(f'{page}: {key} is cited as "{text}"; write {" or ".join(known)}')
        return known[text]

    source[0] = LINK.sub(role, source[0])


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", cite)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
