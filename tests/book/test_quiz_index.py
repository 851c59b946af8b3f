"""`{quiz-index}`: each misconception with its questions, and links that lead to them."""

import re

import pytest
from trial import build

from nnbook import quizzes

INDEX = "# For instructors\n\n```{quiz-index}\n```\n"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    pages = {f"chapters/{name}.md": f"# {name}\n" for name in quizzes.names()}
    toc = "".join(f"chapters/{name}\n" for name in quizzes.names())
    pages["index.md"] = f"# Book\n\n```{{toctree}}\nbook/instructors\n{toc}```\n"
    return build(folder, {**pages, "book/instructors.md": INDEX}, ["quiz_index"])


def test_each_misconception_lists_its_questions_with_links(book):
    assert not book.failed, book.messages
    page = book.page("book/instructors")
    found = quizzes.by_misconception()
    links = re.findall(r'href="\.\./chapters/(\w+)\.html#quiz-(\w+)-([\w-]+)"', page)
    wanted = [(name, name, question.key) for all_ in found.values() for name, question in all_]
    assert links == wanted
    assert len(re.findall("<dt>", page)) == len(found)
    assert "<strong>M01 </strong>A network does what somebody programmed" in page


def test_a_quiz_of_no_page_is_an_error_with_its_name(tmp_path):
    book = build(tmp_path, {"index.md": INDEX}, ["quiz_index"])
    assert book.failed
    assert "quizzes/why.yaml: the book has no page chapters/why" in book.messages
