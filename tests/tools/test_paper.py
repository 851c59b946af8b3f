"""tools/paper.py: what the printed book is made of, and what is said where something is missing."""

from contextlib import nullcontext

import paper
import pytest

from nnbook import exercises


def test_the_book_has_the_pages_of_the_table_of_contents_in_its_order():
    given = paper.contents()
    listed = (paper.ROOT / "_toc.yml").read_text("utf-8")
    pages = [page for part in given["parts"] for page in part["pages"]]
    assert pages == sorted(pages, key=listed.index)
    assert len(pages) == listed.count("- file:") - len(paper.LEFT_OUT)
    assert all(page in listed for page in paper.LEFT_OUT)
    assert given["hints"].keys() == {*exercises.names()}
    assert all(given["hints"].values())


def test_without_a_site_it_says_how_to_make_one(tmp_path, monkeypatch):
    monkeypatch.setattr(paper, "SITE", tmp_path)
    with pytest.raises(SystemExit, match="make pdf"):
        paper.main()


def test_where_there_are_no_slides_it_prints_the_book_and_says_what_is_missing(
    tmp_path, monkeypatch, capsys
):
    (tmp_path / "index.html").touch()
    one_page = paper.pypdfium2.PdfDocument.new()
    one_page.new_page(100, 100)
    one_page.save(tmp_path / "page.pdf")
    monkeypatch.setattr(paper, "ROOT", tmp_path)
    monkeypatch.setattr(paper, "SITE", tmp_path)
    monkeypatch.setattr(paper, "BOOK", tmp_path / "book.pdf")
    monkeypatch.setattr(paper, "SLIDES", tmp_path / "slides.pdf")
    monkeypatch.setattr(paper, "chromium", nullcontext)
    monkeypatch.setattr(paper, "book", lambda browser: (tmp_path / "page.pdf").read_bytes())
    paper.main()
    said = capsys.readouterr().out
    assert "Printed book.pdf: 1 pages" in said
    assert "no slides/index.html" in said
    assert "make slides" in said
    assert not paper.SLIDES.exists()
