"""What stands beside the text is told apart: a slide's sentence, a slip, times, folded code."""

import re

import pytest
from trial import Book, build, code, notebook, text

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
INTRO = """# Page

*About ten minutes.*

*On the path.*

Text with *stress*.

*No remark any more.*

> **The slides say:** this.

> **On the slide.** An error.

> Someone **else** says that.
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    cells = [
        text("a", INTRO),
        code("imports", "import numpy"),
        code("picture", "draw()", svg=SVG, alt="a dot", tags="hide-input"),
        code("seen", "y = 2"),
        code("quiet", "z = 3", tags="hide-input"),
    ]
    book: Book = build(
        tmp_path_factory.mktemp("asides"),
        {"index.ipynb": notebook(*cells)},
        ["cell_anchors", "asides"],
    )
    assert not book.failed, book.messages
    return book.page("index")


def test_a_slides_sentence_and_a_slip_have_classes_and_other_quotations_none(page: str) -> None:
    classes = re.findall(r"<blockquote([^>]*)>", page)
    assert classes == [' class="nn-says"', ' class="nn-errs"', ""]


def test_only_the_lines_below_the_title_are_remarks(page: str) -> None:
    remarks = re.findall(r'<p class="nn-remark">.*?</p>', page)
    assert [re.sub("<[^>]+>", "", one) for one in remarks] == ["About ten minutes.", "On the path."]


def cell(page: str, name: str) -> str:
    return page.split(f'id="cell-{name}"')[1].split('id="cell-')[0]


def test_the_code_of_a_picture_is_a_line_below_it(page: str) -> None:
    found = cell(page, "picture")
    assert found.index("<svg") if "<svg" in found else found.index("<img")
    assert found.index("cell_output") < found.index("<summary>Code of this picture</summary>")
    assert found.index("<summary>") < found.index("cell_input")


def test_imports_are_folded_and_what_is_read_is_not(page: str) -> None:
    assert "<summary>Set-up: what this page imports</summary>" in cell(page, "imports")
    assert "<details" not in cell(page, "seen")
    assert "<summary>Code</summary>" in cell(page, "quiet")
