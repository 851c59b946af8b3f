"""Takes from the pages what the theme and its extensions put there and this book never uses.

Out go the scripts for running code on the page (thebe), FontAwesome's script (its web font alone
draws every icon), its icons that no page shows, orders to load fonts ahead of time, and the roles
of the bibliography's entries, which ARIA has given up.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from fonts import of_each, write_subset
from sphinx.application import Sphinx
from sphinx.config import Config

ICONS = "vendor/fontawesome"
NEEDLESS = re.compile(
    rf'<script [^>]*{ICONS}[^>]*></script>\n?|<link rel="preload" as="font"[^>]*{ICONS}[^>]*>\n?'
    r'|(?<=<div)(?= [^>]*class="citation) role="list"| role="doc-biblioentry"'
    r"|(?<=mystnb\.[0-9a-f]{64}\.css)\?v=[0-9a-f]+"  # there or not by chance; the name has it all
)
RULE = re.compile(r'([^{}]+)\{content:"\\([0-9a-f]+)"\}')  # .fa-bars:before{content:"\f0c9"}


def without_thebe(app: Sphinx, config: Config) -> None:
    """Disconnect sphinx-thebe: its script names an address at unpkg.com, and comes twice."""
    listeners = [listener for group in app.events.listeners.values() for listener in group]
    for listener in listeners:
        if listener.handler.__module__.startswith("sphinx_thebe"):
            app.disconnect(listener.id)
    sheets = app.registry.css_files
    sheets[:] = [sheet for sheet in sheets if sheet[0] != "sphinx-thebe.css"]
    config.html_context.setdefault("default_mode", "auto")  # without one the theme logs an error


def icons_in_use(text: str, rules: dict[str, str]) -> set[str]:
    """The characters of the icons that a text (page, style, script) names, escapes or contains.

    `rules` has the character of each class name, as `fa-bars`. Icons are private characters.
    """
    names = rules.keys() & re.findall(r"\bfa-[a-z0-9-]+", text)
    codes = set(re.findall(r"\\u?([ef][0-9a-f]{3})\b", text))
    written = set(re.findall("[\ue000-\uf8ff]", text))
    return written | {rules[name] for name in names} | {chr(int(code, 16)) for code in codes}


def characters_by_class(sheet: str) -> dict[str, str]:
    return {
        name: chr(int(code, 16))
        for selectors, code in RULE.findall(sheet)
        for name in re.findall(r"fa-[a-z0-9-]+", selectors)
    }


def lean_sheet(sheet: str, used: set[str]) -> str:
    """FontAwesome's style sheet with the rules of the icons `used`, and no fonts but WOFF2."""
    sheet = RULE.sub(lambda rule: rule[0] if chr(int(rule[2], 16)) in used else "", sheet)
    return re.sub(r',url\([^)]*\.ttf\) format\("truetype"\)', "", sheet)


def lean_icons(app: Sphinx, original: Path, files: list[Path]) -> None:
    """Rewrite the site's copy of FontAwesome from the theme's `original` files."""
    copy = Path(app.outdir, "_static", ICONS, original.name)
    sheet = (original / "css" / "all.min.css").read_text(encoding="utf-8")
    rules = characters_by_class(sheet)
    used = of_each(app, f"icons-{original.name}", files, lambda text: icons_in_use(text, rules))
    (copy / "css" / "all.min.css").write_text(lean_sheet(sheet, used), encoding="utf-8")
    for font in (original / "webfonts").glob("*.woff2"):
        write_subset(app, font, copy / "webfonts" / font.name, used)
    for font in (copy / "webfonts").glob("*.ttf"):
        font.unlink()
    shutil.rmtree(copy / "js", ignore_errors=True)


def note(app: Sphinx, pagename: str, *_: object) -> None:
    """Remember the page as one that this build writes; what earlier ones have written is lean."""
    vars(app.builder).setdefault("written", set()).add(pagename)


def lean(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    for page in map(Path, map(app.builder.get_outfilename, vars(app.builder).get("written", ()))):
        text = page.read_text(encoding="utf-8")
        if NEEDLESS.search(text):
            page.write_text(NEEDLESS.sub("", text), encoding="utf-8")
    files = [path for kind in ("html", "css", "js") for path in out.rglob(f"*.{kind}")]
    files = [path for path in files if ICONS not in path.as_posix()]
    for folder in app.builder.theme.get_theme_dirs():
        for original in Path(folder, "static", ICONS).glob("*"):
            lean_icons(app, original, files)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", without_thebe)
    app.connect("html-page-context", note)
    app.connect("build-finished", lean)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
