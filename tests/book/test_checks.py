"""Checks are one quiet line on a page, which unfolds without a script; results stay in sight."""

import re

import pytest
from trial import Book, build, code, notebook, text

ASSERT = "# @title ✓ checked\nassert x == 1"
PICTURE = "<svg xmlns='http://www.w3.org/2000/svg' id='drawn'></svg>"
CELLS = [
    text("title", "# Neuron\n\n[The claim](#cell-claim), [what it rests on](#cell-rests)."),
    code("sum"),
    code("sum-checks", ASSERT, tags="checks"),
    text("more", "More."),
    code("rests", "# @title ✓ checked\nassert rests", tags="checks"),
    code("claim", "# @title ✓ checked\nrecord()", tags="checks", svg=PICTURE, alt="A claim"),
    code("last", "# @title ✓ counted\nassert last", tags="checks"),
    code("folded", "y = 2", tags="hide-input"),
]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    folder = tmp_path_factory.mktemp("checks")
    index = "# Book\n\n```{toctree}\nneuron\n```\n"
    pages = {"index.md": index, "neuron.ipynb": notebook(*CELLS)}
    return build(folder, pages, ["checks", "cell_anchors"])


def folds(book: Book) -> list[tuple[str, str]]:
    """What each line says, and the text of what it unfolds to."""
    found = re.findall(
        r'<details class="nn-checks"><summary>(.*?)</summary>(.*?)</details>',
        book.page("neuron"),
        re.DOTALL,
    )
    return [(said, re.sub(r"<[^>]*>", "", code)) for said, code in found]


def test_each_says_its_title_and_unfolds_to_the_code_without_it(book: Book) -> None:
    assert not book.failed, book.messages
    lines = folds(book)
    assert [said for said, _ in lines] == ["✓ checked", "✓ checked", "✓ counted"]
    assert "@title" not in book.page("neuron")
    assert lines[0][1].split() == ["assert", "x", "==", "1"]


def test_several_in_a_row_are_one_line_and_keep_their_addresses(book: Book) -> None:
    assert re.search(r"assert rests\s+record\(\)", folds(book)[1][1])
    for address in ("cell-rests", "cell-claim"):
        assert book.page("neuron").count(f'id="{address}"') == 1
        assert f'href="#{address}"' in book.page("neuron")


def test_a_result_stands_above_the_line_and_another_cell_is_as_it_was(book: Book) -> None:
    page = book.page("neuron")
    assert page.index("cell_output") < page.index("record")
    assert re.search(r"✓ counted</summary>", page[page.index("cell_output") :])
    assert re.search(r'class="cell [^"]*" id="cell-sum">\s*<div class="cell_input', page)
    assert "y" in page[page.index('id="cell-folded"') :]
