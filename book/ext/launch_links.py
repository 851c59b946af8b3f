"""Links to Binder, Colab and the repository, made from the one address in `_config.yml`.

The menus at the top of a notebook's page have them too (book/theme).

In the text they are written [so](binder:chapters/neuron.ipynb), [so](colab:chapters/neuron.ipynb)
and [so](repository:). What is published beside the pages is [here](site:slides.pdf).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlparse

from page_metadata import site
from sphinx.application import Sphinx
from sphinx.config import Config


def schemes(repository: str, branch: str) -> dict[str, dict[str, str] | None]:
    """MyST's link schemes: what each of ours becomes, `{{path}}` being what stands behind it."""
    name = urlparse(repository).path.strip("/")
    lab = quote("lab/tree/", safe="")
    return {
        "http": None,
        "https": None,
        "mailto": None,
        "binder": {"url": f"https://mybinder.org/v2/gh/{name}/{branch}?urlpath={lab}{{{{path}}}}"},
        "colab": {
            "url": f"https://colab.research.google.com/github/{name}/blob/{branch}/{{{{path}}}}"
        },
        "repository": {"url": repository},
        "site": {"url": f"{site(repository)}{{{{path}}}}"},
    }


def set_schemes(app: Sphinx, config: Config) -> None:
    options = config.html_theme_options
    branch = options.get("repository_branch", "main")
    # Tests see that the files are there; asked for by the hundred, GitHub and Binder refuse.
    own = re.escape(f"{options['repository_url']}/blob/")
    config["linkcheck_ignore"] = [own, r"https://mybinder\.org/v2/"]
    config["book_branch"] = branch
    config["myst_url_schemes"] = schemes(options["repository_url"], branch)


def add_ways(
    app: Sphinx, page: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Where a notebook runs, and what can be taken home of it."""
    if page not in app.env.found_docs or Path(app.env.doc2path(page)).suffix != ".ipynb":
        return
    links, path = app.config.myst_url_schemes, f"{page}.ipynb"
    home = links["repository"]["url"]
    context["ways"] = {
        "run": [
            ("on Binder", links["binder"]["url"].replace("{{path}}", path)),
            ("on Colab", links["colab"]["url"].replace("{{path}}", path)),
            ("on your machine", home),
        ],
        "download": [("Notebook", context["pathto"](f"_sources/{context['sourcename']}", True))],
        "source": f"{home}/blob/{app.config.book_branch}/{path}?plain=1",
    }


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("book_branch", "main", "html")
    app.connect("config-inited", set_schemes, priority=1)
    app.connect("html-page-context", add_ways)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
