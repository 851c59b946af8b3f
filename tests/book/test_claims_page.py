"""The page of claims shows what the chapters recorded, and misses no claim in silence."""

import claims_page
import pytest
import trial

from nnbook.experiments.claims import CLAIMS, LEGEND, NOT_ON_SLIDES

INDEX = "# Claims\n\n```{claims}\n```\n\n```{toctree}\none\ntwo\n```\n"


def chapter(title, **verdicts):
    """A notebook that was executed: what `claims.record` leaves in its outputs, and other glue."""
    said = {
        claim: repr({"verdict": verdict, "found": f"{title} found"})
        for claim, verdict in verdicts.items()
    }
    recorded = trial.code("the-cell", 'claims.record(\n    "C1", verdict=1)')
    recorded["outputs"] = [
        {
            "output_type": "display_data",
            "data": {"hidden/text/plain": text},
            "metadata": {"scrapbook": {"name": name, "mime_prefix": "hidden/"}},
        }
        for name, text in {**said, "another": "3"}.items()
    ]
    return trial.notebook(trial.text("t", f"# {title}"), recorded)


def build(folder, one, two):
    pages = {
        "index.md": INDEX,
        "one.ipynb": chapter("one", **one),
        "two.ipynb": chapter("two", **two),
    }
    return trial.build(folder, pages, ["cell_anchors", "claims_page"])


def test_every_claim_has_its_verdict_its_numbers_and_the_cell_that_found_them(tmp_path):
    book = build(tmp_path, dict.fromkeys(CLAIMS, "holds"), {"C3": "not as stated"})
    assert not book.failed, book.messages
    page = book.page("index")
    assert 'href="one.html#cell-the-cell"' in page
    assert page.count("✔ holds") == len(CLAIMS)
    for claim in CLAIMS:
        assert f'id="claim-{claim}"' in page.replace("id=claim", 'id="claim')


def test_what_the_slides_do_not_claim_is_marked_and_brackets_are_explained(tmp_path):
    page = build(tmp_path, dict.fromkeys(CLAIMS, "holds"), {}).page("index")
    assert page.count("Not on the slides") == len(NOT_ON_SLIDES)
    assert LEGEND in page


def test_a_claim_of_two_chapters_shows_what_both_found(tmp_path):
    page = build(tmp_path, dict.fromkeys(CLAIMS, "holds"), {"C3": "not as stated"}).page("index")
    third = page[page.index("claim-C3") : page.index("claim-C4")]
    assert "✔ holds" in third
    assert "✘ not as stated" in third
    assert "one found" in third
    assert "two found" in third


def test_what_a_chapter_no_longer_records_is_gone(tmp_path):
    build(tmp_path, dict.fromkeys(CLAIMS, "holds"), {"C3": "not as stated"})
    pages = {"two.ipynb": trial.notebook(trial.text("t", "# two"))}
    (tmp_path / "index.md").write_text(f"{INDEX}\nMore.", encoding="utf-8")
    page = trial.build(tmp_path, pages, ["cell_anchors", "claims_page"]).page("index")
    assert "one found" in page
    assert "two found" not in page


def test_a_claim_that_nobody_recorded_stops_the_build(tmp_path):
    known = {claim: "holds" for claim in CLAIMS if claim not in ("C4", "C19")}
    with pytest.raises(Exception, match="no chapter has recorded C4, C19"):
        build(tmp_path, known, {})


def test_each_verdict_has_a_mark_of_its_own():
    from nnbook.experiments.claims import VERDICTS

    assert set(claims_page.MARKS) == set(VERDICTS)
    assert len(set(claims_page.MARKS.values())) == len(VERDICTS)
