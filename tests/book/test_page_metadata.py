"""What search engines and messengers read: one address for all, descriptions, sitemap."""

import pytest
import repository
from docutils import nodes
from page_metadata import LONGEST, description, site


def paragraph(text, parent=nodes.section):
    return parent("", nodes.paragraph("", text))


@pytest.mark.parametrize(
    "url", ["https://github.com/Me/book", "https://github.com/Me/me.github.io"]
)
def test_the_sites_address_is_the_one_that_the_repository_tool_says(url):
    assert site(url) == repository.parsed(url).site


LONG = "A neuron is a function that weighs its inputs, adds them up, and bends the sum a little."


def test_a_description_is_the_first_paragraph_that_says_something():
    page = nodes.section("", paragraph("About 20 minutes to read."), paragraph(LONG))
    assert description(page, "otherwise") == LONG
    assert description(nodes.section("", paragraph("Short.")), "otherwise") == "otherwise"
    assert description(None, "otherwise") == "otherwise"


def test_a_list_a_table_a_quotation_or_the_line_with_the_minutes_does_not_describe_a_page():
    minutes = nodes.paragraph("", "", nodes.emphasis("", LONG))
    assert description(nodes.section("", minutes), "otherwise") == "otherwise"
    for parent in (nodes.list_item, nodes.entry, nodes.block_quote):
        page = nodes.section("", paragraph(LONG, parent))
        assert description(page, "otherwise") == "otherwise"


def test_a_long_paragraph_is_cut_at_a_sentence_and_a_long_sentence_at_a_word():
    cut = description(nodes.section("", paragraph(f"{LONG} {LONG} {LONG}")), "")
    assert cut == f"{LONG} {LONG}"
    cut = description(nodes.section("", paragraph("a long sentence " * 30)), "")
    assert len(cut) <= LONGEST
    assert cut.endswith("…")
