"""A page that loads too much stops the build by its name, with what weighs most."""

from __future__ import annotations

from pathlib import Path

import budgets
import pytest
import trial
from trial import build

CONFIG = {"html_css_files": ["math.css", "book.css"], "html_js_files": ["page.js"]}


def test_a_page_weighs_what_it_loads_and_what_its_sheets_load(tmp_path: Path) -> None:
    (tmp_path / "dot.png").write_bytes(b"\x89PNG")
    page = "# Page\n\n![dot](dot.png) $x$\n"
    book = build(tmp_path, {"index.md": page}, ["theme", "mathml", "budgets"], **CONFIG)
    assert not book.failed, book.messages
    names = {path.name for path in budgets.loads(book.out / "index.html")}
    assert names == {
        "index.html", "dot.png", "icon.svg", "theme.js", "page.js", "math.css", "book.css",
        "source-sans-3.woff2", "source-sans-3-italic.woff2", "stix-two-text.woff2",
        "stix-two-math.woff2",
    }  # fmt: skip


def test_what_a_sheet_names_in_the_page_itself_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text('p { clip-path: url(#plot); src: url("b.woff2") }')
    (tmp_path / "page.html").write_text('<link rel="stylesheet" href="a.css">')
    found = budgets.loads(tmp_path / "page.html")
    assert {path.name for path in found} == {"page.html", "a.css", "b.woff2"}


def test_a_page_over_its_budget_stops_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(budgets.BUDGETS["page"], "weight", 40_000)
    pages = {
        "index.md": "# Page\n",
        "heavy.md": f"---\norphan: true\n---\n{' '.join(map(str, range(20_000)))}",
    }
    book = build(tmp_path, pages, ["theme", "budgets"])
    assert book.failed
    assert "heavy weighs" in book.messages
    assert "over 40000: heavy.html" in book.messages
    assert "index weighs" not in book.messages


def test_a_notebook_over_its_budget_stops_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(budgets.BUDGETS["notebook"], "seconds", 0.001)
    monkeypatch.setitem(budgets.BUDGETS["notebook"], "bytes", 500)
    cells = trial.text("title", "# Slow"), trial.code("sum", "sum(range(1_000_000))" + "\n" * 500)
    pages = {"index.ipynb": trial.notebook(*cells)}
    cache = str(tmp_path / "_build/cache")
    more = {"nb_execution_mode": "cache", "nb_execution_cache_path": cache}
    book = trial.build(tmp_path, pages, ["theme", "ahead", "budgets"], **more)
    assert book.failed
    assert "seconds as a notebook, over 0.001" in book.messages
    assert "bytes as a notebook, over 500" in book.messages
