"""One letter, one meaning: the page on notation has a row for each letter of the formulas."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
FORMULA = re.compile(r"\$\$(.*?)\$\$|\$([^$]+?)\$", re.DOTALL)
WORDS = re.compile(r"\\(?:mathrm|text|begin|end|mathsf|mathbf|mathcal)\s*\{[^}]*\}")
GREEK = r"eta|lambda|kappa|[dD]elta|sigma|Phi|varphi|mu|gamma|beta|alpha|theta|varepsilon|ell|tau"
# Euler's number; what a rule is shown on, where it is named; the slides' rate.
APART = {"e", "u", "L"}


def letters(text: str) -> set[str]:
    """The letters in the formulas of a text, but for names in upright type."""
    found: set[str] = set()
    for formula in FORMULA.finditer(text):
        symbols = WORDS.sub(" ", formula[1] or formula[2])
        found |= set(re.findall(rf"\\({GREEK})(?![a-zA-Z])", symbols))
        found |= set(re.findall(r"[A-Za-z]", re.sub(r"\\[a-zA-Z]+", " ", symbols)))
    return found


def prose(chapter: Path) -> str:
    """The text of a chapter without its folded boxes and what its exercises' docstrings name."""
    cells = json.loads(chapter.read_text("utf-8"))["cells"]
    told = "\n\n".join(
        "".join(c["source"])
        for c in cells
        if c["cell_type"] == "markdown" and not c["id"].startswith("exercise-")
    )
    told = re.sub(r"`[^`]*`", "", told)
    return re.sub(r"<details>.*?</details>", "", told, flags=re.DOTALL)


def test_letters_are_found_in_formulas_and_not_in_words():
    assert letters(r"one $w_j x$ and $$\eta \, \mathrm{ReLU}(a)$$ here $5$") == {*"wjxa", "eta"}


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_each_letter_of_a_formula_stands_on_the_page_of_notation(chapter: Path):
    page = (ROOT / "book/notation.md").read_text("utf-8")
    symbols = [row.split("|")[1] for row in page.splitlines() if row.startswith("| $")]
    assert len(symbols) > 40
    unknown = letters(prose(chapter)) - letters("\n".join(symbols)) - APART
    assert not unknown, f"{chapter.stem}: {sorted(unknown)} have no row in book/notation.md"
