"""A notebook's links to the sources are a page's citations, and say who and when."""

import re

import pytest
import trial

SOURCES = r"""
@book{ada, title={A}, author={Lovelace, Ada}, year={1843}, publisher={P}}
@book{two, title={B}, author={{Team, AI} and de la M{\"u}hle, Jo}, year={2001}, publisher={P}}
@book{all, title={C}, author={Bo, B and Co, C and Do, D}, year={2020}, publisher={P}}
"""
TREE = "# Book\n\n```{toctree}\nchapters/one\nlist\n```\n"
LIST = "# List\n\n```{bibliography}\n```\n"
AT = "../book/all.bib#"


def book(folder, written):
    (folder / "book").mkdir()
    (folder / "book/all.bib").write_text(SOURCES, "utf-8")
    pages = {"index.md": TREE, "list.md": LIST}
    pages["chapters/one.ipynb"] = trial.notebook(trial.text("one", f"# One\n\nA {written}."))
    settings = {"bibtex_bibfiles": ["book/all.bib"], "bibtex_reference_style": "author_year"}
    return trial.build(folder, pages, ["sphinxcontrib.bibtex", "citations"], **settings)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (f"[Lovelace (1843)]({AT}ada)", "Lovelace [1843]"),
        (f"([Lovelace (1843)]({AT}ada))", "(Lovelace [1843])"),
        (f"([Lovelace, 1843]({AT}ada))", "[Lovelace, 1843]"),
        (f"[Team, AI and de la Mühle (2001)]({AT}two)", "Team, AI and de la Mühle [2001]"),
        (f"([Bo et al., 2020]({AT}all))", "[Bo et al., 2020]"),
        (
            f"[Bo et al. (2020)]({AT}all), [Lovelace (1843)]({AT}ada)",
            "Bo et al. [2020], Lovelace [1843]",
        ),
    ],
)
def test_a_link_to_a_source_is_a_citation(tmp_path, written, shown):
    made = book(tmp_path, written)
    assert not made.failed, made.messages
    page = made.page("chapters/one")
    assert f"A {shown}." in re.sub(r"<[^>]*>", "", page).replace("\N{NO-BREAK SPACE}", " ")
    assert re.search(r'href="\.\./list\.html#id\d"', page)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (f"[Lovelace (1843)]({AT}nobody)", "is nobody in references.bib?"),
        (f"[Lovelace (1834)]({AT}ada)", r"Lovelace \(1843\)"),
        (f"[Bo (2020)]({AT}all)", r"Bo et al\. \(2020\)"),
        (f"[Lovelace, 1843]({AT}ada)", r"\(Lovelace, 1843\)"),
    ],
)
def test_a_link_that_misnames_its_source_ends_the_build(tmp_path, written, told):
    with pytest.raises(Exception, match=told):
        book(tmp_path, written)
