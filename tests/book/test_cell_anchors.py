"""Cells have addresses, and a link to a cell that a page does not show stops the build."""

import re
from pathlib import Path

import pytest
from trial import Book, build, code, notebook, text

CELLS = [
    text("title", "# Neuron\n\nSee [the sum](#cell-sum)."),
    code("sum"),
    code("unseen", tags="remove-cell"),
    code("answer", tags="remove-input remove-output"),
    code("folded", tags="hide-input"),
]
INDEX = "# Book\n\n{link}\n\n```{{toctree}}\nchapters/neuron\n```\n"
TOPIC = "See [*the* sum](chapters/neuron.ipynb#cell-sum)."


def cell_book(folder: Path, link: str = TOPIC, cells: list[dict] = CELLS) -> Book:
    pages = {"index.md": INDEX.format(link=link), "chapters/neuron.ipynb": notebook(*cells)}
    return build(folder, pages, ["cell_anchors"])


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return cell_book(tmp_path_factory.mktemp("cells"))


def test_each_code_cell_of_a_page_has_its_id_as_address(book: Book) -> None:
    page = book.page("chapters/neuron")
    assert re.findall(r'<div class="cell [^>]*id="([^"]+)"', page) == ["cell-sum", "cell-folded"]


def test_links_lead_to_the_cell_from_another_page_and_from_its_own(book: Book) -> None:
    assert not book.failed, book.messages
    link = re.search(r'href="chapters/neuron.html#cell-sum">(.*?)</a>', book.page("index"))
    assert link
    assert "<em>the</em> sum" in link[1]
    assert 'href="#cell-sum">' in book.page("chapters/neuron")


@pytest.mark.parametrize(
    "link",
    [
        "[a](chapters/neuron.ipynb#cell-nowhere)",
        "[a](chapters/neuron.ipynb#cell-unseen)",
        "[a](chapters/neuron.ipynb#cell-answer)",
        "[a](chapters/neuron.ipynb#cell-title)",
        "[a](#cell-sum)",  # this page has no cells
    ],
)
def test_a_link_to_no_cell_of_the_page_fails_every_build(tmp_path: Path, link: str) -> None:
    for _ in range(2):
        book = cell_book(tmp_path, link)
        assert book.failed
        assert re.search(r"index\.md:3: ERROR: .* shows no cell #cell-", book.messages)
        assert "myst.xref_missing" not in book.messages, "told once, in our words"


def test_renaming_a_cell_fails_the_build_of_pages_that_did_not_change(tmp_path: Path) -> None:
    assert not cell_book(tmp_path).failed
    renamed = [text("title", "# Neuron"), code("product")]
    book = cell_book(tmp_path, cells=renamed)
    assert book.failed
    told = r"index\.md:3: ERROR: chapters/neuron shows no cell #cell-sum; its cells: cell-product"
    assert re.search(told, book.messages)
    assert not cell_book(tmp_path, TOPIC.replace("sum", "product"), renamed).failed


def test_links_to_figures_are_left_to_others(tmp_path: Path) -> None:
    book = cell_book(tmp_path, "[a](chapters/neuron.ipynb#fig-sum)")
    assert "ERROR" not in book.messages
    assert "myst.xref_missing" in book.messages
