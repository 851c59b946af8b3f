"""No page needs a browser to run or style what stands in its text."""

import re
from base64 import b64encode
from pathlib import Path

import pytest
from policy import POLICY, styled
from trial import Book, build

DOT = b64encode(b"a picture").decode()
PAGE = f"""# Page

<p class="a" style="color: red">one</p>
<p style="color: red;">two</p>
<p style="font-family: &quot;X&quot;">three</p>
<img alt="dot" src="data:image/png;base64,{DOT}">

Text that says `style="x"`.

<script type="application/json">{{"html": "<p style='color: red'>"}}</script>
"""


def strict_book(folder: Path, page: str) -> Book:
    pages = {"index.md": page, "in/side.md": f"---\norphan: true\n---\n{page}"}
    return build(folder, pages, ["theme", "policy"])


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    book = strict_book(tmp_path_factory.mktemp("policy"), PAGE)
    assert not book.failed, book.messages
    return book


def test_every_page_says_its_policy_before_it_loads_anything(book: Book) -> None:
    for name in ("index", "in/side", "search", "genindex"):
        head = book.page(name).split("<script")[0]
        assert f'http-equiv="Content-Security-Policy" content="{POLICY}"' in head
    assert "unsafe-inline" not in POLICY
    assert "unsafe-eval" not in POLICY.replace("wasm-unsafe-eval", "")
    assert not re.search("blob:|data:|http", POLICY)


def test_a_style_attribute_becomes_a_class_that_says_the_same(book: Book) -> None:
    page = book.page("index")
    article = page.split("<article>")[1].split("</article>")[0]
    one, two, three = re.findall(r'<p class="([^"]+)">(?:one|two|three)', article)
    assert one == f"a {two}"
    assert three != two
    sheet = (book.out / "_static/styles/index.css").read_text("utf-8")
    assert f".{two}:not(#i) {{ color: red }}" in sheet
    assert f'.{three}:not(#i) {{ font-family: "X" }}' in sheet
    assert 'href="_static/styles/index.css"' in page
    assert 'href="../_static/styles/in-side.css"' in book.page("in/side")


def test_text_and_data_stay_as_they_are(book: Book) -> None:
    page = book.page("index")
    assert "style=&quot;x&quot;" in page
    assert '{"html": "<p style=\'color: red\'>"}' in page


def test_a_picture_in_the_text_becomes_a_file(book: Book) -> None:
    for name in ("index", "in/side"):
        page = book.page(name)
        assert "data:image" not in page
        found = re.search(r'src="([^"]*_images/[^"]+\.png)"', page)
        assert found
        assert ((book.out / name).parent / found[1]).read_bytes() == b"a picture"


@pytest.mark.parametrize(
    ("html", "what"),
    [
        ("<script>run()</script>", "an inline script"),
        ("<script type='module'>run()</script>", "an inline script"),
        ("<style>p { color: red }</style>", "an inline style sheet"),
        ('<p onclick="run()">x</p>', "a handler"),
        ('<a href="javascript:run()">x</a>', "an address with code"),
        ('<img alt="x" src="data:text/plain,x">', "a picture in its text"),
    ],
)
def test_what_the_policy_forbids_stops_the_build(tmp_path: Path, html: str, what: str) -> None:
    book = strict_book(tmp_path, f"# Page\n\n{html}\n")
    assert book.failed
    assert f"index has {what}" in book.messages


def test_the_same_style_is_one_rule_and_no_style_none() -> None:
    rules: dict[str, str] = {}
    assert styled("<p>", rules) == "<p>"
    assert styled('<p style="">', rules) == "<p>"
    assert not rules
    first = styled('<p style="a: b">', rules)
    assert styled('<path d="M0" style="a: b;"/>', rules).count(first.split('"')[1]) == 1
    assert len(rules) == 1


def test_the_sites_address_leads_to_the_first_page_under_the_policy(tmp_path: Path) -> None:
    pages = {"book/first.md": "# First\n"}
    book = build(tmp_path, pages, ["theme", "policy"], root_doc="book/first", html_title="A <book>")
    assert not book.failed, book.messages
    start = book.page("index")
    assert 'content="0; url=book/first.html"' in start
    assert f'content="{POLICY}"' in start
    assert "<title>A &lt;book&gt;</title>" in start


def test_what_names_a_part_of_the_page_stays_on_its_element() -> None:
    rules: dict[str, str] = {}
    tag = styled('<path style="fill: url(#a); opacity: 0.5"/>', rules)
    assert tag.endswith(' fill="url(#a)"/>')
    assert list(rules.values()) == ["opacity: 0.5"]
    assert styled('<path style="clip-path: url(#b)">', {}) == '<path clip-path="url(#b)">'
