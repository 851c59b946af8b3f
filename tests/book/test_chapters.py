"""The landing page lists the chapters as the table of contents orders them."""

from __future__ import annotations

import re
from pathlib import Path

from trial import build

INDEX = """# Start

```{toctree}
second
first
```

```{toctree}
other
```

```{chapters}
first: about <one>
second: about two
third: not yet there
```
"""
PAGES = {f"{name}.md": f"# The {name}\n" for name in ("first", "second", "other")}


def test_the_first_part_is_listed_in_its_order_with_its_words(tmp_path: Path) -> None:
    book = build(tmp_path, {"index.md": INDEX, **PAGES}, ["chapters"])
    assert not book.failed, book.messages
    listed = re.search(r'<ol class="nn-chapters">(.*?)</ol>', book.page("index"))
    assert listed
    assert re.findall(r'href="(\w+)\.html"><b>([^<]+)</b> <span>([^<]+)', listed[1]) == [
        ("second", "The second", "about two"),
        ("first", "The first", "about &lt;one&gt;"),
    ]


def test_a_chapter_without_words_stops_the_build(tmp_path: Path) -> None:
    index = INDEX.replace("second: about two\n", "")
    book = build(tmp_path, {"index.md": index, **PAGES}, ["chapters"])
    assert book.failed
    assert "{chapters} has no line for 'second'" in book.messages
