"""After a change the page is read and written that it concerns, and all, if others show it."""

import os
import shutil
from pathlib import Path
from zlib import crc32

import pytest
import trial
from sphinx.search import js_index
from sphinxcontrib.bibtex.domain import BibtexDomain

TREE = "# Book\n\n{text}\n\n```{{toctree}}\none\ntwo\n```\n"
PAGES = {
    "index.md": TREE.format(text="All of it."),
    "one.md": "(label)=\n# One\n\nA sentence.\n\n## Within\n\n$$a$$ (eq)\n",
    "two.md": "# Two\n\nSee {ref}`label` and {eq}`eq`.\n",
}


def build(folder, pages):
    extensions, static = ["incremental", "theme"], ["static"]
    return trial.build(
        folder, pages, extensions, html_static_path=static, html_css_files=["book.css"]
    )


@pytest.fixture
def changed(tmp_path):
    """Changes a page of a small book; gives the book, and which pages that has written."""
    (tmp_path / "static").mkdir()
    (tmp_path / "static/book.css").write_text("p { color: red }")
    first = build(tmp_path, PAGES)
    assert not first.failed, first.messages
    site = first.out

    def change(name, old, new):
        for page in site.glob("*.html"):
            page.write_text("written before")
        path = tmp_path / name
        assert old in path.read_text()
        book = build(tmp_path, {name: path.read_text().replace(old, new)})
        written = {p.stem for p in site.glob("*.html") if p.read_text() != "written before"}
        return book, written & {Path(name).stem for name in PAGES}

    return change


def test_a_changed_sentence_writes_its_page_and_the_first_one(changed):
    """Sphinx itself writes the first page every time."""
    for old, new in (("A sentence.", "Another sentence."), ("Another", "One more\n\nlonger")):
        book, written = changed("one.md", old, new)
        assert not book.failed, book.messages
        assert new.split("\n")[0] in book.page("one")
        assert written == {"index", "one"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# One", "# The first"),
        ("## Within", "## Inside"),
        ("## Within", "## Within\n\n### Deeper"),
        ("A sentence.", "```{glossary}\nword\n  Its meaning.\n```"),
        ("$$a$$", "$$z$$ (before)\n\n$$a$$"),
    ],
    ids=["title", "heading", "more headings", "glossary", "equation's number"],
)
def test_what_other_pages_show_of_it_writes_them_all(changed, old, new):
    book, written = changed("one.md", old, new)
    assert not book.failed, book.messages
    assert written == {"index", "one", "two"}
    if old == "# One":
        assert "The first" in book.page("two")


def test_a_style_that_every_page_loads_writes_them_all(changed, tmp_path):
    (tmp_path / "static/book.css").write_text("p { color: blue }")
    book, written = changed("two.md", "See", "Look at")
    assert written == {"index", "one", "two"}
    assert "blue" in (book.out / "_static/book.css").read_text()
    for page in written:
        assert f"book.css?v={crc32(b'p { color: blue }'):08x}" in book.page(page)


def test_what_other_pages_miss_now_is_said_though_they_did_not_change(changed):
    book, _ = changed("one.md", "(label)=\n", "")
    assert book.failed
    assert "two.md:3: WARNING: undefined label: 'label'" in book.messages


def test_the_site_is_the_one_of_a_clean_build(changed, tmp_path):
    """Searching too, and the words of pages that are not written again."""
    terms = "```{glossary}\nword\n  Its meaning.\n\nother\n  Another.\n```"
    changed("two.md", "# Two", f"# Two\n\n{terms}")
    changed("one.md", "A sentence.", "{term}`Word` and more.")
    for page in ("one", "two"):  # `changed` has written over them
        os.utime(tmp_path / f"{page}.md")
    book, _ = changed("index.md", "All of it.", "All.")
    copy = tmp_path / "clean"
    shutil.copytree(tmp_path, copy, ignore=shutil.ignore_patterns("_build"))
    clean = build(copy, {})
    files = {p.relative_to(book.out) for p in book.out.rglob("*") if p.is_file()}
    assert files == {p.relative_to(clean.out) for p in clean.out.rglob("*") if p.is_file()}
    for file in files - {Path("searchindex.js")}:
        assert (book.out / file).read_bytes() == (clean.out / file).read_bytes(), file
    found, expected = (
        js_index.loads((site / "searchindex.js").read_text()) for site in (book.out, clean.out)
    )
    for terms in ("terms", "titleterms"):  # Sphinx keeps words that no page has any more
        found[terms] = {word: pages for word, pages in found[terms].items() if pages != []}
    assert found == expected
    assert "word" in found["indexentries"]


def test_pages_of_code_are_written_again_when_their_menus_have_new_titles(tmp_path):
    def build(text):
        tree = "```{api} nnbook.optim\n```\n\n```{toctree}\none\n```\n"
        pages = {"index.md": f"# Book\n\n{tree}", "one.md": text}
        book = trial.build(tmp_path, pages, ["api", "incremental"], html_theme_options={})
        assert not book.failed, book.messages
        return book.out / "_modules/nnbook/optim.html"

    code = build("# One\n")
    code.write_text("written before")
    build("# One\n\nA sentence.\n")
    assert code.read_text() == "written before"
    build("# Another title\n")
    assert "SGD" in code.read_text()


def test_sources_are_formatted_anew_when_other_ones_are_cited(tmp_path, monkeypatch):
    entry = "@book{%s, title={Book of %s}, author={%s}, year={1986}, publisher={P}}\n"
    (tmp_path / "all.bib").write_text("".join(entry % (k, k, k) for k in ("Ada", "Bob")))
    formatted, format_all = [], BibtexDomain.env_updated
    monkeypatch.setattr(
        BibtexDomain, "env_updated", lambda self: formatted.append(1) or format_all(self)
    )

    def build(folder, pages):
        extensions = ["sphinxcontrib.bibtex", "incremental", "theme"]
        book = trial.build(folder, pages, extensions, bibtex_bibfiles=["all.bib"])
        assert not book.failed, book.messages
        return book

    tree = "# Book\n\n```{toctree}\none\ntwo\nlist\n```\n"
    listed = "# List\n\n```{bibliography}\n```\n"
    first = {"one.md": "# One\n\n{cite}`Ada`\n", "two.md": "# Two\n", "list.md": listed}
    build(tmp_path, {"index.md": tree, **first})
    formatted.clear()
    for page, text, times, titles in (
        ("two.md", "# Two\n\nMore.\n", 0, {"Ada"}),
        ("list.md", listed + "\nMore.\n", 0, {"Ada"}),
        ("one.md", "# One\n\nSee {cite}`Ada`\n", 0, {"Ada"}),
        ("two.md", "# Two\n\n{cite}`Bob`\n", 1, {"Ada", "Bob"}),
        ("one.md", "# One\n", 1, {"Bob"}),
    ):
        book = build(tmp_path, {page: text})
        assert len(formatted) == times, page
        formatted.clear()
        assert {k for k in ("Ada", "Bob") if f"Book of {k}" in book.page("list")} == titles
        shutil.copytree(tmp_path, copy := tmp_path.with_name("clean"), ignore=lambda *_: {"_build"})
        clean = build(copy, {})
        for name in ("one", "two", "list"):
            assert book.page(name) == clean.page(name)
        shutil.rmtree(copy)
        formatted.clear()


def test_a_page_with_an_older_file_is_read_again(changed, tmp_path):
    """As when a kept copy is moved back in its place."""
    text = (tmp_path / "one.md").read_text().replace("A sentence.", "As it was.")
    (tmp_path / "one.md").write_text(text)
    os.utime(tmp_path / "one.md", (0, 0))
    book, _ = changed("two.md", "See", "Look at")
    assert "As it was." in book.page("one")
