"""What a chapter records of a claim: asserted, shown in one line, kept for the page of claims."""

import numpy as np
import pytest

from nnbook.experiments import claims


@pytest.fixture
def said(monkeypatch):
    """What `record` shows and keeps."""
    shown, kept = [], {}
    monkeypatch.setattr(claims, "display", lambda line: shown.append(line.data))
    monkeypatch.setattr(claims, "_keep", kept.__setitem__)
    return shown, kept


def test_a_verdict_is_shown_and_kept_with_its_numbers(said):
    shown, kept = said
    claims.record("C5", verdict="holds", condition=True, times_faster=123.456, GPU="not measured")
    assert kept == {"C5": {"verdict": "holds", "found": "times faster 123.5; GPU not measured"}}
    (line,) = shown
    assert line.startswith("**C5: holds.**")
    assert claims.CLAIMS["C5"] in line
    assert "times faster 123.5" in line


def test_a_negative_number_has_a_real_minus_sign(said):
    claims.record("C9", verdict="holds", condition=True, slope=-0.5)
    assert said[1]["C9"]["found"] == "slope −0.5"


def test_the_numbers_of_several_runs_are_shown_as_their_median_and_their_ends(said):
    shown, kept = said
    claims.record("C5", verdict="holds", condition=True, updates=np.array([30, 50, np.inf, 20, 40]))
    assert kept["C5"]["found"] == "updates 40 [20 to never]"
    assert f"updates 40 [20 to never] – {claims.LEGEND})" in shown[0]
    assert claims.spread([np.inf, np.inf]) == "never"
    assert claims.spread([0.912, 0.95, 0.9], ".0%") == "91% [90% to 95%]"
    assert claims.spread([-1, -3, 2]) == "−1 [−3 to 2]"


def test_a_single_number_has_no_ends(said):
    shown, kept = said
    claims.record("C5", verdict="holds", condition=True, once=np.array([3.0]), twice=np.float32(2))
    assert kept["C5"]["found"] == "once 3; twice 2"
    assert claims.LEGEND not in shown[0]


def test_a_claim_that_the_slides_do_not_make_says_so(said):
    for claim in claims.CLAIMS:
        note = "Not on the slides" in claims.stated(claim)
        assert note == (claim in claims.NOT_ON_SLIDES)
    claims.record("C14", verdict="holds", condition=True)
    assert claims.NOT_ON_SLIDES["C14"] in said[0][0]
    assert claims.NOT_ON_SLIDES.keys() < claims.CLAIMS.keys()


def test_a_condition_that_does_not_hold_stops_with_the_numbers_and_keeps_nothing(said):
    with pytest.raises(AssertionError, match=r"C5: this build does not carry .*'holds'.*faster 2"):
        claims.record("C5", verdict="holds", condition=False, faster=2)
    assert said == ([], {})


def test_an_unknown_claim_or_verdict_is_named_with_those_that_are_known(said):
    with pytest.raises(KeyError, match="there is no claim 'C99', only C1, C2"):
        claims.record("C99", verdict="holds", condition=True)
    with pytest.raises(ValueError, match="not as stated, not measured, got 'fails'"):
        claims.record("C5", verdict="fails", condition=True)
    assert said == ([], {})
