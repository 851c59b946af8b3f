"""Pages are the book's own: no script, style, font or request that this book did not ask for."""

import json
import re
import shutil
from pathlib import Path

import pytest
import theme
from fontTools.ttLib import TTFont
from py_mini_racer import MiniRacer
from trial import ROOT, Book, build

EXTENSIONS = [
    "sphinx_copybutton",
    "sphinx_togglebutton",
    "sphinx_thebe",
    "sphinx_comments",
    "sphinx_design",
    "sphinx_book_theme",
]
OPTIONS = {
    "html_theme": "sphinx_book_theme",
    "html_title": "The book",
    "html_theme_options": {"repository_url": "https://github.com/OWNER/REPO"},
    "html_css_files": ["book.css"],
    "html_js_files": [["page.js", {"defer": "defer"}]],
    "myst_enable_extensions": ["colon_fence"],
}
PAGES = {
    "index.md": "# Start\n\n```{toctree}\n:caption: Chapters\npage\nlast\n```\n",
    "page.md": (
        "# Page\n\n## One\n\nŷ and a table:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n## Two\n\n"
        "```python\ndef f(x):\n    return x + 1  # more\n```\n\n:::{margin}\nAside.\n:::\n"
    ),
    "last.md": "# Last\n\nText.\n",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    folder, extensions = tmp_path_factory.mktemp("theme"), [*EXTENSIONS, "theme"]
    book = build(folder, PAGES, extensions, cut_fonts=True, **OPTIONS)
    assert not book.failed, book.messages
    return book


@pytest.fixture(scope="module")
def pages(book: Book) -> dict[str, str]:
    return {name: book.page(name) for name in ("index", "page", "last", "search", "genindex")}


def test_code_is_colored_once_and_complaints_are_said_each_time(tmp_path, monkeypatch):
    def built(text: str) -> Book:
        pages = PAGES | {"last.md": f"# Last\n\n```python\n{text}\n```\n"}
        shutil.rmtree(tmp_path / "_build" / "html", ignore_errors=True)
        shutil.rmtree(tmp_path / "_build" / "doctrees", ignore_errors=True)
        return build(tmp_path, pages, [*EXTENSIONS, "theme"], **OPTIONS)

    def kept() -> dict[str, str]:
        [file] = (tmp_path / "_build" / "code").iterdir()
        return dict(json.loads(file.read_text("utf-8")))

    first, before = built("x = 1").page("last"), kept()
    monkeypatch.setattr(theme.FourInks, "format_unencoded", None)
    assert built("x = 1").page("last") == first
    assert kept() == before
    monkeypatch.undo()
    built("x = 2")
    assert len(kept()) == len(before), "what no page has is not kept"
    for _ in range(2):
        book = built("x = $")
        assert book.failed
        assert "last.md" in book.messages
        assert "$" in book.messages


def test_a_page_loads_the_books_own_files_and_no_others(book: Book, pages: dict[str, str]) -> None:
    for name, page in pages.items():
        loaded = re.findall(r'<(?:script|link)[^>]*(?:src|href)="([^"?]+)', page)
        files = {address.rpartition("/")[2] for address in loaded}
        search = {"searchindex.js", *(f"{n}.js" for n in SEARCH)} if name == "search" else set()
        assert files == {"theme.js", "page.js", "book.css", "icon.svg", *search}, name


SEARCH = (
    "documentation_options",
    "doctools",
    "sphinx_highlight",
    "language_data",
    "searchtools",
    "search",
)


def test_nothing_lies_in_the_site_that_no_page_loads(book: Book) -> None:
    ours = {path.name for path in (ROOT / "book/static").iterdir()}
    found = {path.name for path in (book.out / "_static").iterdir()} - ours
    others = {name for name in found if not name.endswith(("-LICENSE.txt", ".woff2"))}
    assert others == {f"{name}.js" for name in SEARCH} - ours


def test_programs_are_sent_without_their_comments(book: Book) -> None:
    sent = (book.out / "_static" / "page.js").read_text("utf-8")
    assert "@type" not in sent
    assert not re.search(r"^ *//", sent, re.MULTILINE)
    assert MiniRacer().eval(f"new Function({json.dumps(sent)}).length") == 0  # it is whole


def test_no_page_asks_another_host_for_anything(book: Book, pages: dict[str, str]) -> None:
    elsewhere = r"""["'(]?\s*(?:https?:)?//"""
    loads = rf"<(?:script|img|iframe|source|video)[^>]*\ssrc={elsewhere}|<link[^>]*href={elsewhere}"
    for page in pages.values():
        assert not re.findall(loads, page)
    for sheet in book.out.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not re.findall(rf"url\({elsewhere}|@import\s+{elsewhere}", text), sheet


def test_chapters_contents_and_neighbors_stand_around_the_text(pages: dict[str, str]) -> None:
    page = pages["page"]
    parts = page.split('id="book"')[1].split("</nav>")[0]
    assert re.findall(r'class="caption">(.*?)<', parts) == ["Chapters"]
    links = re.findall(r'<li><a href="(.*?)"(.*?)>(.*?)</a></li>', parts)
    assert links == [("#", ' aria-current="page"', "Page"), ("last.html", "", "Last")]
    contents = page.split('id="contents"')[1].split("</nav>")[0]
    assert re.findall(r'href="(#[^"]+)"', contents) == ["#one", "#two"]
    assert re.search(r'rel="prev" href="index.html"', page)
    assert re.search(r'rel="next" href="last.html"', page)
    assert 'id="contents"' not in pages["last"], "nothing to choose from"


def test_a_table_stands_in_a_box_that_can_scroll(pages: dict[str, str]) -> None:
    assert re.search(r'<div class="table docutils container">\s*<table', pages["page"])


def test_a_note_for_the_margin_is_one(pages: dict[str, str]) -> None:
    assert re.search(r'<aside class="margin[^"]*">', pages["page"])


def test_code_has_four_inks_and_no_span_without_one(pages: dict[str, str]) -> None:
    code = re.search(r"<pre>(.*?)</pre>", pages["page"], re.DOTALL)
    assert code
    assert set(re.findall(r'class="(\w+)"', code[1])) == {"k", "nf", "l", "c"}
    text = re.sub(r"<[^>]+>", "", code[1])
    assert text.strip() == "def f(x):\n    return x + 1  # more"
    assert code[1].count("<span") - code[1].count("<span></span>") == 5  # def f return 1 more


def test_a_font_has_the_characters_of_the_pages_and_its_license_beside_it(book: Book) -> None:
    static = book.out / "_static"
    for name in ("source-sans-3", "source-sans-3-italic", "stix-two-text"):
        font = TTFont(static / f"{name}.woff2")
        assert {*map(ord, "aZ0–’")} <= font.getBestCmap().keys()
        assert "fvar" in font, "weights are one file"
        assert (static / f"{name}.woff2").stat().st_size < 20_000
    assert "Open Font License" in (static / "source-sans-3-LICENSE.txt").read_text("utf-8")
    assert "Open Font License" in (static / "stix-two-text-LICENSE.txt").read_text("utf-8")


def test_a_font_has_a_character_once_a_page_shows_it(tmp_path: Path) -> None:
    def has_it(page: str) -> bool:
        pages = {"index.md": f"# Start\n\n{page}\n"}
        book = build(tmp_path, pages, ["theme"], cut_fonts=True)
        return ord("¿") in TTFont(book.out / "_static/source-sans-3.woff2").getBestCmap()

    assert not has_it("Text")
    assert has_it("¿Text?")


def test_the_search_index_has_a_pages_words_and_not_those_of_its_pictures(tmp_path: Path) -> None:
    page = '# Start\n\nprose\n\n<div class="nn-host"><p>tickmark</p></div>\n'
    book = build(tmp_path, {"index.md": page}, ["theme"])
    index = (book.out / "searchindex.js").read_text("utf-8")
    assert "prose" in index
    assert "tickmark" not in index


def test_the_search_takes_a_letter_with_its_mark_for_one(tmp_path: Path) -> None:
    page = "# Start\n\n$\\hat{x}$ and $\\hat y - x$, and n\u0303 in the text\n"
    book = build(tmp_path, {"index.md": page}, ["theme"])
    index = (book.out / "searchindex.js").read_text("utf-8")
    words = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))["terms"]
    assert {"x\u0302", "\u0177", "\u00f1", "x"} <= words.keys()
    splitter = (book.out / "_static/language_data.js").read_text("utf-8").split("var splitQuery")[1]
    call = "splitQuery('x\u0302, y\u0302 1').join()"
    found = MiniRacer().eval(f"var splitQuery{splitter.split(';')[0]}; {call}")
    assert found == "x\u0302,\u0177,1"
