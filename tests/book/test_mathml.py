"""Formulas become MathML in the build, with their font; what does not convert stops the build."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from mathml import ITALIC, characters
from tex import FormulaError, convert, display, inline
from trial import Book, build

PAGE = r"""# Formulas

A neuron: $z = f(\mathbf{w}^\top \mathbf{x} + b)$ with $\hat{y} \in \mathbb{R}$ and $\sigma$;
$L(\theta) = -\frac{1}{N} \sum_{n=1}^{N} y_{n} \log \hat{y}_{n} + \lambda \lVert \theta \rVert^2$.

$$
\mathbb{E}[z] = \frac{1}{N} \sum_{n=1}^{N} \sqrt{x_n^2 + 1} - \frac{\partial L}{\partial w}
$$ (eq-mean)

$$
f(a) = \begin{cases} a & \text{if } a > 0 \\ 0 & \text{otherwise} \end{cases}
$$

\begin{align}
a &= b + c + d + e \\
f &= g + h + i + j
\end{align}

$$ x $$

By {eq}`eq-mean` and {eq}`eq-other`.

<script type="application/json">{"a": "\u00df \ud835\udc9c"}</script>

```{toctree}
other
```
"""
OTHER = """# Other

$$ y $$ (eq-other)

It reads 94.2 % of them, and `7 % 3` is 1.
"""
PAGES = {"index.md": PAGE, "other.md": OTHER}
FONT = "_static/stix-two-math.woff2"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return build(tmp_path_factory.mktemp("math"), PAGES, ["mathml"], cut_fonts=True)


def test_a_page_of_formulas_builds_without_a_warning(book: Book) -> None:
    assert not book.failed, book.messages


def test_a_formula_keeps_the_punctuation_behind_it(book: Book) -> None:
    page = book.page("index")
    together = re.findall(r'<span class="nn-together math[^>]*>(.*?)</span>', page)
    assert [re.sub(r"<[^>]*>", "", text)[-1] for text in together] == [";", "."]  # σ, the loss
    broken = [text for text in together if "</mrow><mrow>" in text]  # it can take two lines
    assert len(broken) == 1
    assert re.search(r"<mtext>[;.]</mtext></mrow></math>$", broken[0])
    assert "</math></span> with <span" in page  # a word may begin a line


def test_a_number_keeps_its_percent_sign_but_in_code(book: Book) -> None:
    page = book.page("other")
    assert "<p>It reads 94.2\N{NO-BREAK SPACE}% of them" in page
    code = re.findall(r"<code[^>]*>(.*?)</code>", page, re.DOTALL)[0]
    assert re.sub(r"<[^>]*>", "", code) == "7 % 3"


def test_no_script_typesets_formulas(book: Book) -> None:
    for page in book.out.glob("*.html"):
        scripts = re.findall(r"<script.*?</script>", page.read_text(encoding="utf-8"), re.DOTALL)
        assert not [script for script in scripts if "mathjax" in script.lower()]


def test_the_tex_stays_with_a_formula_that_stands_by_itself_and_a_letter_is_no_more() -> None:
    assert '<annotation encoding="application/x-tex">z = f(x)<' in display("z = f(x)")
    assert inline("z") == "<math><mi>z</mi></math>"


def test_a_reference_shows_the_number_of_its_equation_and_leads_to_it(book: Book) -> None:
    page = book.page("index")
    number = re.search(r'id="equation-eq-mean".*?class="eqno">\((\d)\)', page, re.DOTALL)
    assert number
    assert re.search(rf'href="#equation-eq-mean">\({number[1]}\)</a>', page)
    assert re.search(r'href="other.html#equation-eq-other">\(\d\)</a>', page)
    assert '<a class="headerlink" href="#equation-eq-mean"' in page


def test_an_equation_has_no_second_number_from_temml(book: Book) -> None:
    assert book.page("index").count('class="eqno"') == 2  # eq-mean and align
    assert "tml-eqn" not in book.page("index")
    numbered = convert(r"\begin{align}a\end{align}", displayMode=True)
    assert "tml-eqn" in numbered, "Temml calls its number otherwise: look for that"


def test_lines_are_aligned_without_an_environment_of_their_own() -> None:
    assert display("a &= 1 \\\\\nb &= 2").count("<mtr") == 2
    assert display("a\n\nb").count("<mtr") == 2
    assert "<mtable" not in display(r"50 \& x")


def test_a_matrix_is_not_wrapped_in_a_table_of_its_own() -> None:
    assert display(r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}").count("<mtable") == 1


def test_operators_in_a_script_take_no_room_and_others_keep_theirs() -> None:
    formula = display(r"\sum_{i=1} x = y")
    assert formula.count('<mo lspace="0em" rspace="0em">=</mo>') == 1
    assert formula.count("<mo>=</mo>") == 1


def test_a_function_stands_off_the_subscript_before_it() -> None:
    space = r"</msub><mspace [^>]*></mspace>"
    assert re.search(space + "<mrow><mi>log</mi>", inline(r"y_k \log z"))
    assert not re.search(space, inline("y_k z"))


def test_a_hat_is_as_wide_as_one_letter_unless_asked_for_more() -> None:
    assert 'stretchy="false"' in inline(r"\hat{y}")
    assert 'stretchy="true"' in inline(r"\widehat{xyz}")


def test_a_bar_is_a_row_and_a_product_by_entries_is_not_large() -> None:
    bar = display(r"\overline{g \odot x}")
    assert "menclose" not in bar
    assert '<mrow class="tml-overline">' in bar
    assert '<mo largeop="false">⊙</mo>' in bar


def test_bold_letters_of_vectors_are_upright() -> None:
    assert "<mi>𝐱</mi>" in inline(r"\mathbf{x}")


def test_a_formula_is_mathematics_and_nothing_else_is_said_of_it(book: Book) -> None:
    boxes = re.findall(r'<div class="formula"([^>]*)>(.*?)</div>', book.page("index"), re.DOTALL)
    assert boxes
    for attributes, formula in boxes:
        assert attributes == "", (
            "page.js makes it a stop of the Tab key where it is wider than its box"
        )
        assert re.match(r"\s*<math\b(?![^>]*(aria-hidden|role=))", formula)


def test_a_long_formula_in_the_text_comes_in_pieces_that_may_wrap() -> None:
    long = r"L(\theta) = \sum_n y_n \log z_n + \lambda \lVert \theta \rVert^2"
    assert [piece.tag for piece in ET.fromstring(inline(long))] == ["mrow", "mrow", "mrow"]
    assert [piece.tag for piece in ET.fromstring(inline("a = b + c"))] == ["mrow"]


def test_the_font_has_every_character_of_every_formula(book: Book) -> None:
    font = TTFont(book.out / FONT).getBestCmap()
    for formula in re.findall(r"<math.*?</math>", book.page("index"), re.DOTALL):
        seen = set(re.sub(r"<annotation.*?</annotation>|<[^>]+>", "", formula, flags=re.DOTALL))
        seen |= {ITALIC[c] for c in re.findall(r"<mi>(.)</mi>", formula) if c in ITALIC}
        assert not {c for c in seen if ord(c) not in font} - {
            "\u2061"
        }  # applies a function, unseen
    assert ord("√") in font, "the sign of a root stands in no formula's text"


def test_the_font_has_what_a_page_holds_in_its_json(book: Book) -> None:
    assert characters(r'{"a": "\u00df \ud835\udc9c"}') >= {"ß", "𝒜"}
    assert ord("𝒜") in TTFont(book.out / FONT).getBestCmap()


def test_the_font_can_stretch_and_is_small_and_has_its_license_beside_it(book: Book) -> None:
    path = book.out / FONT
    variants = TTFont(path)["MATH"].table.MathVariants
    assert len(variants.VertGlyphCoverage.glyphs) > 5
    assert path.stat().st_size < 40_000
    license = path.with_name("stix-two-math-LICENSE.txt").read_text(encoding="utf-8")
    assert "SIL Open Font License" in license


def test_a_page_asks_early_for_the_font_where_it_has_formulas(tmp_path: Path) -> None:
    early = r'<script src="[^"]*theme\.js" data-fonts="[^"]*stix-two-math\.woff2'
    book = build(tmp_path, PAGES, ["mathml", "theme"])
    assert re.search(early, book.page("index"))
    assert "stix-two-math" not in book.page("search")


def test_the_same_pages_give_the_same_font(book: Book, tmp_path: Path) -> None:
    again = build(tmp_path, PAGES, ["mathml"], cut_fonts=True)
    assert (again.out / FONT).read_bytes() == (book.out / FONT).read_bytes()


@pytest.mark.parametrize("tex", [r"\sigmoid(x)", r"\frac{1}{", "x_a_b", r"\begin{cases} a"])
def test_broken_tex_is_refused_and_shown(tex: str) -> None:
    with pytest.raises(FormulaError, match=rf"does not convert: {re.escape(tex)} \(.+ at "):
        display(tex)


def test_a_broken_formula_fails_every_build_until_it_is_mended(tmp_path: Path) -> None:
    broken = {"index.md": "# Page\n\nSome text.\n\n$$ \\sigmoid(x) $$\n\nAnd $x_{$ too.\n"}
    for _ in range(2):
        book = build(tmp_path, broken, ["mathml"])
        assert book.failed
        assert re.search(r"index\.md:5: ERROR: .* not convert: \\sigmoid\(x\) \(", book.messages)
        assert re.search(r"index\.md:7: ERROR: .* not convert: x_{ \(", book.messages)
    mended = build(tmp_path, {"index.md": "# Page\n\n$x$\n"}, ["mathml"])
    assert not mended.failed, mended.messages
