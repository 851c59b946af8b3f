"""Pages carry the theme's looks and no more: no needless script, font or request."""

import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from lean_pages import characters_by_class, icons_in_use, lean_sheet
from trial import Book, build

EXTENSIONS = ["sphinx_copybutton", "sphinx_togglebutton", "sphinx_thebe", "sphinx_design"]
THEME = {
    "html_theme": "sphinx_book_theme",
    "html_theme_options": {
        "repository_url": "https://github.com/OWNER/REPO",
        "use_repository_button": True,
        "launch_buttons": {"colab_url": "https://colab.research.google.com"},
    },
    "thebe_config": {"repository_url": "https://github.com/OWNER/REPO"},
}
PAGE = "# Page\n\nText {fas}`rocket`.\n\n```{code-block} python\nx = 1\n```\n"
SHEET = "_static/vendor/fontawesome/6.5.2/css/all.min.css"


def lean_book(folder: Path, page: str = PAGE) -> Book:
    return build(folder, {"index.md": page}, [*EXTENSIONS, "lean_pages"], **THEME)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return lean_book(tmp_path_factory.mktemp("lean"))


@pytest.fixture(scope="module")
def pages(book: Book) -> dict[str, str]:
    assert not book.failed, book.messages
    names = ("index", "search", "genindex")
    return {name: book.page(name) for name in names}


def icons(book: Book) -> set[str]:
    """Every character that one of the icons' fonts can draw."""
    fonts = list(book.out.rglob("fa-*.woff2"))
    assert len(fonts) == 4
    return {chr(code) for font in fonts for code in TTFont(font).getBestCmap()}


def test_no_page_knows_thebe(pages: dict[str, str]) -> None:
    for page in pages.values():
        assert "thebe" not in page.lower()


def test_icons_come_by_font_and_not_by_script(book: Book, pages: dict[str, str]) -> None:
    for page in pages.values():
        assert not re.search(r"<script[^>]*fontawesome", page)
        assert "fontawesome/6.5.2/css/all.min.css" in page
    assert not list(book.out.rglob("fontawesome/*/js/*"))


def test_no_font_is_loaded_ahead_of_time(pages: dict[str, str]) -> None:
    # Opened as a file, a page logs an error for each.
    for page in pages.values():
        assert 'as="font"' not in page


def test_no_page_asks_another_host_for_anything(book: Book, pages: dict[str, str]) -> None:
    elsewhere = r"""["'(]?\s*(?:https?:)?//"""
    loads = rf"<(?:script|img|iframe|source|video)[^>]*\ssrc={elsewhere}|<link[^>]*href={elsewhere}"
    for page in pages.values():
        assert not re.findall(loads, page)
    for sheet in book.out.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not re.findall(rf"url\({elsewhere}|@import\s+{elsewhere}", text), sheet


def test_every_icon_of_a_page_can_be_drawn(book: Book, pages: dict[str, str]) -> None:
    sheet = (book.out / SHEET).read_text(encoding="utf-8")
    rules, drawable = characters_by_class(sheet), icons(book)
    styles = {"fa-solid", "fa-regular", "fa-brands", "fa-lg"}
    for page in pages.values():
        shown = set(re.findall(r'class="[^"]*\b(fa-[a-z0-9-]+)"', page)) - styles
        assert len(shown) > 4
        assert all(rules[name] in drawable for name in shown), shown


@pytest.mark.parametrize("icon", ["\uf00d", "\uf107", "\uf35d"])
def test_icons_that_only_scripts_and_styles_name_can_be_drawn(book: Book, icon: str) -> None:
    assert icon in icons(book)  # the banner's cross, the folded contents, an outside link


def test_icons_that_no_page_shows_are_gone(book: Book) -> None:
    assert "\uf6d5" not in icons(book)
    assert "fa-dragon" not in (book.out / SHEET).read_text(encoding="utf-8")
    assert sum(font.stat().st_size for font in book.out.rglob("fa-*.woff2")) < 12_000
    assert list(book.out.rglob("fontawesome/*/LICENSE.txt"))


def test_an_icon_is_there_again_once_a_page_shows_it(tmp_path: Path) -> None:
    lean_book(tmp_path)
    book = lean_book(tmp_path, PAGE + "\n{fas}`dragon`\n")
    assert "\uf6d5" in icons(book)


def test_the_theme_is_told_its_mode(pages: dict[str, str]) -> None:
    for page in pages.values():
        assert 'data-default-mode="auto"' in page  # else it logs an error on every page


def test_an_icon_is_in_use_by_its_name_or_its_code() -> None:
    rules = {"fa-bars": "\uf0c9", "fa-bars-staggered": "\uf550", "fa-sun": "\uf185"}
    texts = {
        '<i class="fas fa-bars">': "\uf0c9",
        '{content: "\\f107"}': "\uf107",
        "x = '\\uf00d'": "\uf00d",
        '{--icon: "\uf35d"}': "\uf35d",
    }
    for text, icon in texts.items():
        assert icons_in_use(text, rules) == {icon}
    assert icons_in_use(" ".join(texts), rules) == {*texts.values()}


def test_the_lean_sheet_keeps_what_is_no_icon() -> None:
    size, sun = ".fa-lg{font-size:2em}", '.fa-sun:before{content:"\\f185"}'
    bars = '.fa-bars:before,.fa-navicon:before{content:"\\f0c9"}'
    face, old = 'src:url(a.woff2) format("woff2")', ',url(a.ttf) format("truetype")'
    sheet = f"{size}{bars}{sun}@font-face{{{face}{old}}}"
    assert lean_sheet(sheet, {"\uf185"}) == f"{size}{sun}@font-face{{{face}}}"
