"""Every page asks its browser to run, style and load nothing but the site's own files.

What generators write into pages otherwise is moved to files: `style` attributes become classes of
a sheet, pictures in `data:` addresses become files. An inline script, handler or style sheet that
is left is an error of the build.
"""

from __future__ import annotations

import re
from base64 import b64decode
from hashlib import sha256
from html import escape, unescape
from os.path import relpath
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",  # NumPy and Python in a page are WebAssembly
        "worker-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)
META = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
REDIRECT = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">{meta}
<title>{title}</title>
<meta http-equiv="refresh" content="0; url={first}"></head>
<body><main><p><a href="{first}">The book begins here.</a></p></main></body></html>
"""
TAG = re.compile(r"<[a-zA-Z](?:[^<>\"]|\"[^\"]*\")*>")
STYLE = re.compile(r'\sstyle="([^"]*)"')
NAMED = re.compile(r"([a-z-]+):\s*(url\(#[^)]*\))\s*(?:;|$)")  # a part of the same page
CLASS = re.compile(r'(\sclass=")([^"]*)"')
PICTURE = re.compile(r'(href|src)="data:image/([a-z]+)(?:\+xml)?;base64,([^"]+)"')
DATA = re.compile(r'(<script type="application/json">.*?</script>)', re.DOTALL)
FORBIDDEN = {
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)"),
    "an inline style sheet": re.compile(r"<style\b"),
    "a handler": re.compile(r"<[a-zA-Z][^<>]*\son[a-z]+="),
    "an address with code": re.compile(r'(?:href|src)="\s*javascript:'),
    "a picture in its text": re.compile(r'(?:href|src)="data:'),
}
logger = logging.getLogger(__name__)


def styled(tag: str, rules: dict[str, str]) -> str:
    """The tag with a class in the place of its `style`; `rules` gets what the class says."""
    style = STYLE.search(tag)
    if style is None:
        return tag
    text = unescape(style[1]).strip().rstrip(";")
    tag = STYLE.sub("", tag, count=1)
    # In a sheet of its own some browsers look for what url(#…) names in that sheet.
    for name, value in NAMED.findall(text):
        tag = re.sub(r"(/?>)$", rf' {name}="{value}"\1', tag)
    text = NAMED.sub("", text).strip("; ")
    if not text:
        return tag
    name = f"i{sha256(text.encode()).hexdigest()[:7]}"
    rules[name] = text
    if CLASS.search(tag):
        return CLASS.sub(rf'\1\2 {name}"', tag, count=1)
    return re.sub(r"^<([a-zA-Z][\w:-]*)", rf'<\1 class="{name}"', tag)


def sheet(rules: dict[str, str]) -> str:
    """The rules, each as strong as the attribute that it was."""
    return "".join(f".{name}:not(#i) {{ {text} }}\n" for name, text in sorted(rules.items()))


class Writer:
    """Makes one page of the site strict."""

    def __init__(self, app: Sphinx, page: str):
        self.page, self.site = page, Path(app.outdir)
        self.file = Path(app.builder.get_outfilename(page))

    def address(self, file: Path) -> str:
        return relpath(file, self.file.parent).replace("\\", "/")

    def picture(self, found: re.Match[str]) -> str:
        attribute, kind, data = found.groups()
        content = b64decode(data)
        name = f"{sha256(content).hexdigest()[:16]}.{kind}"
        file = self.site / "_images" / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
        return f'{attribute}="{self.address(file)}"'

    def write(self) -> None:
        text = self.file.read_text("utf-8")
        rules: dict[str, str] = {}

        def strict(part: str) -> str:
            part = PICTURE.sub(self.picture, part)
            return TAG.sub(lambda tag: styled(tag[0], rules), part)

        parts = DATA.split(text)  # every second one is a figure's state: data, which nobody runs
        parts[::2] = map(strict, parts[::2])
        for what, pattern in FORBIDDEN.items():
            for part in parts[::2]:
                if found := pattern.search(part):
                    start = part[found.start() : found.start() + 80].replace("\n", " ")
                    logger.error(f"{self.page} has {what}, which its policy forbids: {start}")
        own = self.site / "_static" / "styles" / f"{self.page.replace('/', '-')}.css"
        own.unlink(missing_ok=True)
        text = "".join(parts)
        if rules:
            own.parent.mkdir(parents=True, exist_ok=True)
            own.write_text(sheet(rules), "utf-8")
            text = text.replace(
                "</head>", f'<link rel="stylesheet" href="{self.address(own)}">\n</head>', 1
            )
        self.file.write_text(text, "utf-8")


def declare(app: Sphinx, page: str, _: str, context: dict[str, Any], doctree: Any) -> None:
    context["policy"] = META


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Make strict what this build wrote, and lead from the site's address to the first page."""
    if exception or app.builder.format != "html":
        return
    for page in sorted(vars(app.builder).get("written", ())):
        Writer(app, page).write()
    start, first = Path(app.outdir, "index.html"), app.builder.get_target_uri(app.config.root_doc)
    if app.config.root_doc != "index":  # else Jupyter Book leads there by a page without a policy
        title = escape(app.config.html_title)
        start.write_text(REDIRECT.format(meta=META, first=first, title=title), "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", declare)
    app.connect("build-finished", finish, priority=700)  # theme.py has cleared _static
    return {"parallel_read_safe": True, "parallel_write_safe": True}
