"""The first use of a word of the glossary leads to its entry, and nothing else is touched."""

import re

import pytest
import trial

GLOSSARY = """# Glossary

```{glossary}
batch
  Some examples.

batch normalization
  A layer.

loss
  How wrong.
```
"""
CHAPTER = """# The loss of a batch

`batch` and $batch$ stay. Two **batches** first, another batch later; and batch normalization.

| loss |
|---|
| loss |

> The slides say loss.

A [loss with a link](https://example.org) stays, a lossless text too. The loss is here.
The loss again.
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    pages = {
        "index.md": "# Index\n\n```{toctree}\nglossary\nchapters/one\n```\n",
        "glossary.md": GLOSSARY,
        "chapters/one.md": CHAPTER,
    }
    book = trial.build(tmp_path_factory.mktemp("words"), pages, ["glossary_links"])
    assert not book.failed, book.messages
    return book


def links(page):
    return re.findall(
        r'<a [^>]*href="\.\./glossary\.html#([^"]*)"[^>]*>.*?nn-term">(.*?)</span>', page
    )


def test_each_word_leads_once_to_its_entry_the_longest_word_first(page):
    assert links(page.page("chapters/one")) == [
        ("term-batch", "batches"),
        ("term-batch-normalization", "batch normalization"),
        ("term-loss", "loss"),
    ]


def test_the_word_is_linked_where_it_is_text(page):
    html = page.page("chapters/one")
    assert "lossless" in html
    assert re.search(r"too\. The <a [^>]*#term-loss", html)


def test_pages_that_are_no_chapters_are_left_alone(page):
    assert "nn-term" not in page.page("index")
    assert "nn-term" not in page.page("glossary")
