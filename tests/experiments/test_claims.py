"""A claim is judged by its trials, by one rule; shown in one line, and kept for the page."""

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


PASSED, FAILED, ABSENT = ([3.0], ">=", 2), ([1.0], ">=", 2), (None, ">=", 2)


@pytest.mark.parametrize(
    ("trials", "expected"),
    [
        ([PASSED, PASSED], "holds"),
        ([PASSED, FAILED], "holds with a condition"),
        ([PASSED, ABSENT], "holds with a condition"),
        ([FAILED, FAILED], "not as stated"),
        ([FAILED, ABSENT], "not as stated"),
        ([ABSENT, ABSENT], "not measured in this build"),
        ([], "not measured in this build"),
    ],
)
def test_one_rule_gives_every_verdict(said, trials, expected):
    claims.record("C5", "It is.", {f"case {k}": trial for k, trial in enumerate(trials)})
    assert said[0][0].startswith(f"**C5: {expected}.**")
    kept = said[1]["C5"]["trials"]
    assert claims.verdict(kept) == expected
    assert claims.verdict(claims.Trial(*trial) for trial in kept) == expected


@pytest.mark.parametrize(
    ("values", "relation", "passed"),
    [
        ([1, 2, 9], ">=", True),  # the median, not the mean and not the lowest
        ([1, 1, 9], ">=", False),
        ([2], "<=", True),  # the bound itself is in
        ([2], ">=", True),
        ([1, np.inf, np.inf], "<=", False),  # never
        ([np.nan], "<=", False),  # no number is not a small one
        ([np.nan], ">=", False),
        ([], ">=", None),
    ],
)
def test_a_trial_passes_if_its_median_is_what_was_asked_for(values, relation, passed):
    assert claims.Trial("of it", values, relation, 2).passed is passed


def test_a_sentence_says_its_numbers_and_each_trial_what_was_asked_of_it(said):
    shown, kept = said
    claims.record(
        "C15",
        "With it {norm} updates, without {plain}, right on {share:.0%}, on {what}.",
        {"against it": (np.array([3, 5, np.inf, 2, 4]), ">=", 2), "later": (None, "<=", 0.1)},
        measure="times as many",
        norm=40,
        plain=np.array([30, 50, np.inf, 20, 40]),
        share=[0.912, 0.95, 0.9],
        what="digits",
    )
    (line,) = shown
    sentence = "With it 40 updates, without 40 [20 to never], right on 91% [90% to 95%], on digits."
    assert kept["C15"]["sentence"] == sentence
    assert kept["C15"]["measure"] == "times as many"
    assert f"*{claims.middle(sentence)}*" in line
    assert f"<li>{sentence}</li>" in line
    assert claims.CLAIMS["C15"] in line
    assert "✔ against it: 4 [2 to never] (asked: at least 2)" in line
    assert "– later: not measured (asked: at most 0.1)" in line
    assert f"<li>times as many</li><li>{claims.LEGEND}</li>" in line


def test_a_negative_number_has_a_real_minus_sign_and_a_single_one_no_ends(said):
    claims.record("C9", "Slope {slope}.", {"of it": ([-0.5], "<=", -0.4)}, slope=[-0.5, -0.5])
    assert said[1]["C9"]["sentence"] == "Slope −0.5."
    assert "of it: −0.5 (asked: at most −0.4)" in said[0][0]
    assert claims.LEGEND not in said[0][0]
    assert claims.spread([-1, -3, 2]) == "−1 [−3 to 2]"
    assert claims.spread([np.inf, np.inf]) == "never"


def test_a_sentence_has_its_medians_and_the_details_have_the_runs():
    said = "It reads 20% [11% to 23%] of 1.5e−06 [1e−06 to 3e−06] [sic]."
    assert claims.middle(said) == "It reads 20% of 1.5e−06 [sic]."
    trials = [claims.Trial("here", [3.0], ">=", 2)]
    assert said in claims.folded(said, trials)
    assert "Without runs." not in claims.folded("Without runs.", trials)


def test_a_claim_that_the_slides_do_not_make_says_so(said):
    for claim in claims.CLAIMS:
        note = "Not on the slides" in claims.stated(claim)
        assert note == (claim in claims.NOT_ON_SLIDES)
    claims.record("C14", "So.", {"it": PASSED})
    assert claims.NOT_ON_SLIDES["C14"] in said[0][0]
    assert claims.NOT_ON_SLIDES.keys() < claims.CLAIMS.keys()


def test_a_text_that_says_another_verdict_than_the_rule_stops_with_the_trials(said):
    with pytest.raises(AssertionError, match=r"C5: the text says 'holds', the rule 'not as st.*1"):
        claims.record("C5", "It is.", {"here": FAILED}, says="holds")
    assert said == ([], {})
    claims.record("C5", "It is.", {"here": FAILED}, says="not as stated")
    assert said[1].keys() == {"C5"}


def test_what_does_not_fit_together_is_named(said):
    with pytest.raises(KeyError, match="there is no claim 'C99', only C1, C2"):
        claims.record("C99", "It is.", {})
    with pytest.raises(ValueError, match="not as stated, not measured in this build, got 'fails'"):
        claims.record("C5", "It is.", {}, says="fails")
    with pytest.raises(KeyError, match="faster"):
        claims.record("C5", "{faster} times.", {})
    with pytest.raises(ValueError, match="the sentence does not say slower"):
        claims.record("C5", "{faster} times.", {}, faster=2, slower=3)
    with pytest.raises(KeyError, match="<"):
        claims.record("C5", "So.", {"it": ([1.0], "<", 2)})
    assert said == ([], {})
