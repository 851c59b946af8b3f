"""What search engines and messengers read of the site: addresses, descriptions, preview, sitemap.

The site's own address follows from the repository's, which stands in `_config.yml` alone.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

PREVIEW = "_static/social.png"  # the landing page, 1200 × 630 as messengers like it
PREVIEW_ALT = "The book's first page: its chapters, and a figure that asks for a prediction."
UNLISTED = {"search", "genindex", "py-modindex"}
ASIDE = nodes.list_item | nodes.entry | nodes.block_quote
LONGEST = 200  # characters of a description that search engines show


def site(repository: str) -> str:
    """Where GitHub Pages publishes a repository: the owner's host, the folder of its name."""
    owner, name = urlparse(repository).path.strip("/").split("/")
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"


def set_address(app: Sphinx, config: Config) -> None:
    """Sphinx then gives each page its canonical address."""
    config["html_baseurl"] = site(config.html_theme_options["repository_url"])


def description(doctree: nodes.document | None, otherwise: str) -> str:
    """The first paragraph of a page that is more than a remark, cut at a sentence."""
    for paragraph in doctree.findall(nodes.paragraph) if doctree else []:
        text = " ".join(paragraph.astext().split())
        remark = isinstance(paragraph.parent, ASIDE) or isinstance(paragraph[0], nodes.emphasis)
        if len(text) > 60 and not remark:
            sentences = re.findall(r".+?[.?!](?=\s|$)", text) or [text]
            kept = sentences[0]
            for sentence in sentences[1:]:
                if len(kept + sentence) > LONGEST:
                    break
                kept += sentence
            return kept if len(kept) <= LONGEST else f"{kept[: LONGEST - 1].rstrip()}…"
    return otherwise


def add_tags(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """The page's description, and how it looks where somebody sends its address to a friend."""
    home, book = app.config.html_baseurl, app.config.html_title or app.config.project
    about = app.config["book_description"]
    if pagename not in (app.config.root_doc, "book/index"):
        about = description(doctree, about)
    title = re.sub(r"<[^>]+>", "", context.get("title") or book)
    open_graph = {
        "og:type": "book" if pagename == app.config.root_doc else "article",
        "og:site_name": escape(book),
        "og:title": title,  # escaped by Sphinx
        "og:description": escape(about),
        "og:url": f"{home}{pagename}.html",
        "og:image": f"{home}{PREVIEW}",
        "og:image:alt": PREVIEW_ALT,
    }
    named = {"description": escape(about), "twitter:card": "summary_large_image"}
    tags = [f'<meta name="{name}" content="{value}"/>' for name, value in named.items()]
    tags += [f'<meta property="{name}" content="{value}"/>' for name, value in open_graph.items()]
    tags.append(f'<link rel="sitemap" type="application/xml" href="{home}sitemap.xml"/>')
    context["metatags"] = context.get("metatags", "") + "\n".join(tags)


def write_sitemap(app: Sphinx, exception: Exception | None) -> None:
    """The list of all pages for search engines."""
    if exception or app.builder.format != "html":
        return
    pages = sorted(app.env.found_docs - UNLISTED)
    entries = [f"  <url><loc>{app.config.html_baseurl}{page}.html</loc></url>" for page in pages]
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    text = "\n".join([head, f"<urlset {space}>", *entries, "</urlset>", ""])
    Path(app.outdir, "sitemap.xml").write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("book_description", "", "html")
    app.connect("config-inited", set_address, priority=2)
    app.connect("html-page-context", add_tags)
    app.connect("build-finished", write_sitemap)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
