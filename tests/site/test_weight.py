"""Pages carry what they show: few elements, and no rule of a style sheet that no page needs."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

import pytest
from budgets import budget
from playwright.sync_api import Browser
from python_page import shipped
from site_visit import SITE, Visit, pages

# What is there only after a deed, on another device, or in some state.
STATES = r"::?(?!is\(|not\(|has\(|where\(|nth|first-|last-|root)[a-z-]+(?:\([^()]*\))?|\[open\]"
USED = """(selectors) => selectors.filter((one) => {
  try { return document.querySelector(one); } catch { return true; }
})"""
# By a script, once something has happened.
LATER = re.compile(
    r"nn-present|data-failed|data-state|data-ready|nn-failed|nn-out|aria-current|nn-changed"
    r"|nn-work|nn-printed|nn-said|nn-tally|nn-editor|pce-|token|prism|nn-takes|data-ran|data-edited"
    r"|data-passed|nn-tick|highlighted|search-results|nn-moved|nn-feedback|nn-down|inert|disabled"
    r"|copy|nn-arrow|nn-wrong|nn-folded|aside\.margin"  # a note in the margin waits for its text
    r"|data-theme|theme=|jp-|vscode|nn-alone|nn-python|nn-narrow|nn-off|traceback|stderr|nn-js|nn-fresh"
    r"|nn-note"
)


@pytest.fixture(scope="module")
def visited(browser: Browser, site: str) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield Visit(context.new_page(), site)
    context.close()


def selectors() -> dict[str, str]:
    """Every selector of a sheet that the site ships, without its states, as it is written."""
    found = {}
    for sheet in SITE.glob("_static/**/*.css"):
        text = re.sub(
            r"/\*.*?\*/|@font-face\s*\{[^}]*\}", "", sheet.read_text("utf-8"), flags=re.DOTALL
        )
        for rule in re.findall(r"(?:^|[{};])\s*([^{};@]+?)\s*\{(?=[^{}]*\})", text):
            if not re.fullmatch(r"from|to|[\d%,\s]+|:root", rule) and not LATER.search(rule):
                found[re.sub(STATES, "", rule).strip() or "*"] = f"{sheet.name}: {rule}"
    return found


def test_no_rule_is_shipped_that_no_page_uses_and_no_page_has_too_many_elements(visited: Visit):
    unused, heavy = selectors(), {}
    assert len(unused) > 100
    for address in pages():
        page = visited.open(address)
        count = page.evaluate("document.querySelectorAll('*').length")
        if count > budget(address.removesuffix(".html"), "elements"):
            heavy[address] = count
        for used in page.evaluate(USED, list(unused)):
            del unused[used]
    too_much = [*heavy.items(), *sorted(unused.values())]
    assert not too_much, "\n".join(map(str, too_much))


@pytest.mark.skipif(not shipped(), reason="the site was built without Pyodide")
def test_pythons_folder_weighs_what_the_page_on_hosting_says(site: str):
    files = [path.read_bytes() for path in (SITE / "run").rglob("*") if path.is_file()]
    page = (SITE / "book/hosting.html").read_text("utf-8")
    assert "about eleven million bytes (eighteen, if the server does not compress)" in page
    assert 17.5e6 < sum(map(len, files)) < 18.5e6
    assert 10.5e6 < sum(min(len(one), len(gzip.compress(one, 6))) for one in files) < 11.9e6
