"""The texts of the quizzes: TeX becomes MathML, and code, stress and signs are told apart."""

import pytest

from nnbook.quizzes import text as quiz_text
from nnbook.quizzes.text import formula


@pytest.mark.parametrize(
    ("tex", "part"),
    [
        ("x = -b/w", '<mo form="prefix">−</mo><mi>b</mi><mo lspace="0" rspace="0">/</mo>'),
        ("a - b", "<mi>a</mi><mo>−</mo><mi>b</mi>"),
        ("(a) - b", "<mo>−</mo>"),
        (r"\log p", '<mi>log</mi><mspace width="0.17em"></mspace>'),
        ("f'(a)", '<mi>f</mi><mo lspace="0" rspace="0">′</mo>'),
        (r"\Phi", '<mi mathvariant="normal">Φ</mi>'),
        (r"\eta \le 1", "<mi>η</mi><mo>≤</mo>"),
        ("a < b", "&lt;"),
    ],
)
def test_formulas_become_mathml(tex, part):
    assert part in formula(tex)
    assert "&#" not in formula(tex)


def test_texts_keep_code_stress_and_signs_apart():
    found = quiz_text.html("*one* **two** `a < b's` -3 to x-3, it's $x$")
    assert found.startswith(
        "<em>one</em> <strong>two</strong> <code>a &lt; b&#x27;s</code> −3 to x-3"
    )
    assert "it’s <math" in found


def test_without_latex2mathml_a_formula_stands_as_written(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "latex2mathml.converter", None)
    formula.cache_clear()
    try:
        assert formula("x < 1") == '<code class="nn-tex">x &lt; 1</code>'
    finally:
        formula.cache_clear()
