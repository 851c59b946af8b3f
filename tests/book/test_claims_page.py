"""The page of claims shows what the chapters recorded, and misses no claim in silence."""

import json
import re

import claims_page
import pytest
import trial

from nnbook.experiments.claims import CLAIMS, LEGEND, MARKS, NOT_ON_SLIDES

INDEX = "# Claims\n\n```{claims}\n```\n\n```{toctree}\none\ntwo\n```\n"


def chapter(title, *claims, measure="", **trials):
    """A notebook that was executed: what `claims.record` leaves in its outputs, and other glue.

    Each of `claims` has passed its only trial; `trials` are those of others.
    """
    passed = [["here", [3.0, 4.0], ">=", 2]]
    said = {
        claim: json.dumps({"sentence": f"{title} found it.", "measure": measure, "trials": of_it})
        for claim, of_it in {**dict.fromkeys(claims, passed), **trials}.items()
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
        "one.ipynb": chapter("one", *one),
        "two.ipynb": chapter("two", **two),
    }
    return trial.build(folder, pages, ["cell_anchors", "claims_page"])


FAILED = {"C3": [["there", [1.0, 1.5], ">=", 2]]}


def part(page, claim):
    """What the page says of a claim."""
    return page[page.index(f"claim-{claim}") :].split("nn-claim docutils")[0]


def test_every_claim_has_its_verdict_its_sentence_and_the_cell_that_found_it(tmp_path):
    book = build(tmp_path, CLAIMS, FAILED)
    assert not book.failed, book.messages
    page = book.page("index")
    assert 'href="one.html#cell-the-cell"' in page
    assert page.count("✔ holds<") == len(CLAIMS) - 1
    assert page.count("one found it.") == len(CLAIMS)
    for claim in CLAIMS:
        assert f'id="claim-{claim}"' in page.replace("id=claim", 'id="claim')


def test_a_claim_of_two_chapters_is_judged_by_the_trials_of_both(tmp_path):
    third = part(build(tmp_path, CLAIMS, FAILED).page("index"), "C3")
    assert "(✔) holds with a condition" in third
    assert "one found it." in third
    assert "two found it." in third
    assert "✔ here: 3.5 [3 to 4] (asked: at least 2)" in third
    assert "✘ there: 1.25 [1 to 1.5] (asked: at least 2)" in third


def test_a_condition_says_where_the_claim_holds_and_where_not(tmp_path):
    trials = [*FAILED["C3"], ["far", [3.0], ">=", 2], ["on a GPU", [], ">=", 2]]
    page = build(tmp_path, CLAIMS, {"C3": trials}).page("index")
    assert "Holds for: here · far; not for: there; not measured for: on a GPU." in page
    assert page.count("Holds for") == 1


def test_what_the_slides_do_not_claim_is_marked_and_brackets_are_explained(tmp_path):
    page = build(tmp_path, CLAIMS, {}).page("index")
    assert page.count("Not on the slides") == len(NOT_ON_SLIDES)
    assert LEGEND in page


def test_a_claim_without_data_is_not_measured(tmp_path):
    page = build(tmp_path, [c for c in CLAIMS if c != "C3"], {"C3": [["GPU", [], ">=", 2]]})
    third = part(page.page("index"), "C3")
    assert "– not measured in this build" in third
    assert "– GPU: not measured (asked: at least 2)" in third


def test_a_picture_has_a_row_for_each_trial_that_was_run_and_a_mark_for_each_run():
    trials = [
        claims_page.Trial("one <b>", [1.0, 10.0, float("inf")], ">=", 2),
        claims_page.Trial("two", [5.0, float("nan")], ">=", 2),
        claims_page.Trial("no data", [], ">=", 2),
    ]
    svg = claims_page.picture(claims_page.Finding("C5", "", "times faster", trials, "", ""))
    assert svg.count("<circle") == 3
    assert svg.count("l7 4l-7 4z") == 1  # never arrived
    assert svg.count("nn-asked") == 2
    assert "one &lt;b&gt;" in svg
    assert "no data" not in svg
    assert ">1</text>" in svg
    assert ">10</text>" in svg
    places = [float(c) for c in re.findall(r'cx="([\d.]+)"', svg)]
    assert places == sorted(places[:2]) + places[2:]
    assert claims_page.LEFT < min(places) < max(places) < claims_page.WIDTH


def test_a_claim_is_drawn_only_where_its_trials_have_one_measure(tmp_path):
    pages = {"index.md": INDEX, "one.ipynb": chapter("one", *CLAIMS, measure="times faster")}
    pages["two.ipynb"] = chapter("two", **FAILED)
    page = trial.build(tmp_path, pages, ["cell_anchors", "claims_page"]).page("index")
    assert page.count('aria-label="times faster; here: 3.5 [3 to 4]') == len(CLAIMS)
    assert page.count("nn-trials") == len(CLAIMS)


def test_what_a_chapter_no_longer_records_is_gone(tmp_path):
    build(tmp_path, CLAIMS, FAILED)
    pages = {"two.ipynb": trial.notebook(trial.text("t", "# two"))}
    (tmp_path / "index.md").write_text(f"{INDEX}\nMore.", encoding="utf-8")
    page = trial.build(tmp_path, pages, ["cell_anchors", "claims_page"]).page("index")
    assert "one found" in page
    assert "two found" not in page


def test_a_claim_that_nobody_recorded_stops_the_build(tmp_path):
    known = [claim for claim in CLAIMS if claim not in ("C4", "C19")]
    with pytest.raises(Exception, match="no chapter has recorded C4, C19"):
        build(tmp_path, known, {})


def test_each_verdict_has_a_mark_of_its_own():
    assert len(set(MARKS.values())) == len(MARKS) == 4
