"""The page of the library: all that is public, its formulas typeset, its code a click away."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from html import unescape
from importlib import import_module
from typing import Any

import pytest
from api import found, home
from docstrings import escaped, parts, rst
from tex import FormulaError
from trial import ROOT, Book, build, notebook, text
from unicode_tex import tex

PAGE = (ROOT / "book" / "api.md").read_text(encoding="utf-8")
MODULES = {home(file) for file in re.findall(r"\{api\} (\S+)", PAGE)}
CHAPTER = notebook(
    text("a", "# Chapter"),
    text("b", "[layer](api.md#nnbook.nn.Linear), [step](api.md#nnbook.optim.SGD.step)"),
    text("c", "[module](api.md#nnbook.optim), {py:class}`nn.ReLU <nnbook.nn.ReLU>`"),
)
INDEX = "# Book\n\n```{toctree}\napi\nchapter\n```\n"
SETTINGS: dict[str, Any] = {
    "html_theme": "sphinx_book_theme",
    "html_theme_options": {"repository_url": "https://github.com/OWNER/REPO"},
}
EXTENSIONS = ["api", "mathml"]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    pages = {"index.md": INDEX, "api.md": PAGE, "chapter.ipynb": CHAPTER}
    return build(tmp_path_factory.mktemp("api"), pages, EXTENSIONS, **SETTINGS)


@pytest.fixture(scope="module")
def entries(book: Book) -> dict[str, str]:
    """The HTML of each entry, up to the next one, by its full name."""
    assert not book.failed, book.messages
    names_and_bodies = re.split(r'<dt class="sig[^>]* id="([^"]+)">', book.page("api"))[1:]
    names, bodies = names_and_bodies[::2], names_and_bodies[1::2]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    return dict(zip(names, bodies, strict=True))


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def signature(entry: str) -> str:
    return words(entry.split("</dt>")[0]).partition("[")[0]


def public(module: str) -> set[str]:
    held = vars(import_module(module))
    here = [
        name
        for name, thing in held.items()
        if name[0] != "_" and getattr(thing, "__module__", "") == module
    ]
    names = [name for name in held.get("__all__", here) if not inspect.ismodule(held[name])]
    return {f"{module}.{name}" for name in names}


def explained_members(name: str) -> set[str]:
    """The public methods and properties that a class itself explains."""
    return {
        f"{name}.{member}"
        for member, thing in vars(found(name)).items()
        if (member[0] != "_" or member == "__call__")
        and (inspect.isfunction(thing) or isinstance(thing, property))
        and thing.__doc__
    }


def test_the_page_has_what_the_chapters_import() -> None:
    modules = "nn nn.init optim data training gradient_check peers notebook.plots"
    assert {f"nnbook.{name}" for name in modules.split()} <= MODULES


def test_every_public_name_is_on_the_page_once_and_no_other(entries: dict[str, str]) -> None:
    names = set().union(*map(public, MODULES))
    classes = {name for name in names if inspect.isclass(found(name))}
    assert len(names) > 40
    assert set(entries) == names.union(*map(explained_members, classes))


def test_a_method_has_its_entry_where_it_is_explained(entries: dict[str, str]) -> None:
    assert "nnbook.nn.Layer.forward" in entries
    assert "nnbook.nn.Linear.forward" not in entries


def test_every_docstring_that_begins_with_a_formula_has_it_typeset(
    entries: dict[str, str],
) -> None:
    begins = re.compile(r"\S+ [=~←→≤−] ")
    with_formula = [name for name in entries if begins.match(found(name).__doc__ or "")]
    assert len(with_formula) > 30
    for name in with_formula:
        assert re.search(r"</dt>\s*<dd><p><span class=\"math", entries[name]), name


def test_no_sign_of_a_formula_is_left_in_the_text(entries: dict[str, str]) -> None:
    for name, entry in entries.items():
        body = re.sub(r"(?s)^.*?</dt>|<(math|code)\b.*?</\1>", "", entry)
        assert not set("ᵀˣᵢⱼₖ²³⁻√Σ∂∞⊙·≤≈½σφΦμγβεŷ′\u0302") & set(words(body)), name


def test_prose_means_nothing_to_restructuredtext(entries: dict[str, str]) -> None:
    assert escaped("a_ *b* |c|_ `d`") == r"a\_ \*b\* \|c\|\_ \`d\`"
    assert not [name for name, entry in entries.items() if "problematic" in entry]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (
            "nnbook.nn.Linear",
            "class nn.Linear(in_features: int, out_features: int, bias: bool = True, *, "
            "rng: np.random.Generator | None = None, dtype: DTypeLike = np.float32)",
        ),
        ("nnbook.nn.sigmoid", "nn.sigmoid(x: Array) → Array"),
        ("nnbook.nn.L1Loss", "class nn.L1Loss(reduction: str = 'mean')"),
        ("nnbook.nn.ReLU", "class nn.ReLU"),
        ("nnbook.nn.Layer.named_children", "named_children() → dict"),
        ("nnbook.optim.SGD.step", "step()"),
        ("nnbook.data.Unavailable", "exception data.Unavailable"),
        ("nnbook.training.Metrics", "class training.Metrics(loss: float, accuracy: float)"),
    ],
)
def test_a_signature_is_what_the_code_says(entries: dict[str, str], name: str, shown: str) -> None:
    assert signature(entries[name]) == shown


def test_no_signature_shows_the_inside_of_numpy(entries: dict[str, str]) -> None:
    for name, entry in entries.items():
        assert not re.search("numpy|ndarray|typing|collections", signature(entry)), name


def test_an_entry_leads_to_its_lines_on_the_site_and_in_the_repository(
    book: Book, entries: dict[str, str]
) -> None:
    for name, entry in entries.items():
        thing = getattr(found(name), "fget", found(name))
        if not (inspect.isroutine(thing) or inspect.isclass(thing)):
            continue
        page, anchor = re.search(r'href="(_modules/[^"#]+)#([^"]+)"', entry).groups()
        assert f'id="{anchor}"' in (book.out / page).read_text(encoding="utf-8"), name
        address = r"https://github\.com/OWNER/REPO/blob/main/(src/\S+)#L(\d+)-L(\d+)"
        path, first, last = re.search(address, entry).groups()
        lines = (ROOT / path).read_text(encoding="utf-8").splitlines()[int(first) - 1 : int(last)]
        defines = re.compile(rf"\s*(def|class) {name.rpartition('.')[2]}\b")
        assert defines.match(next(line for line in lines if not line.strip().startswith("@"))), name


def test_a_constant_is_explained_by_the_comment_above_it(entries: dict[str, str]) -> None:
    assert "Blue below zero" in words(entries["nnbook.notebook.plots.DIVERGING"])


def test_code_in_a_docstring_links_its_entry_if_there_is_one(entries: dict[str, str]) -> None:
    assert 'href="#nnbook.nn.gelu"' in entries["nnbook.nn.GELU"]
    assert 'href="#nnbook.nn.Layer.forward"' in entries["nnbook.nn.Layer"]
    assert 'href="#nnbook.data.load_digits"' not in re.sub(
        'class="headerlink" href="[^"]+"', "", entries["nnbook.data.load_digits"]
    )


def test_a_chapter_links_an_entry_by_its_name(book: Book) -> None:
    for name in ("nn.Linear", "optim.SGD.step", "optim", "nn.ReLU"):
        assert f'href="api.html#nnbook.{name}"' in book.page("chapter"), name
        assert f'id="nnbook.{name}"' in book.page("api"), name


def test_a_link_to_no_entry_and_a_formula_without_tex_stop_the_build(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(found("nnbook.optim.SGD"), "__doc__", "w ← w ⊕ v, at once.")
    pages = {
        "index.md": "# Book\n\n[SGD](api.md#nnbook.optim.SDG)\n\n```{toctree}\napi\n```\n",
        "api.md": "# Library\n\n```{api} nnbook.optim\n```\n",
    }
    book = build(tmp_path, pages, EXTENSIONS, **SETTINGS)
    assert book.failed
    assert "local id not found in doc 'api': 'nnbook.optim.SDG'" in book.messages
    assert "docstring of nnbook.optim.SGD: no TeX for w ← w ⊕ v (⊕ is in no table" in book.messages


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("y = x Wᵀ + b", r"y = x W^{\top} + b"),
        ("z = f(w·x + b) = f(Σᵢ wᵢ xᵢ + b)", r"z = f(w \cdot x + b) = f(\sum_{i} w_{i} x_{i} + b)"),
        ("σ(x) = 1 / (1 + e⁻ˣ)", r"\sigma(x) = \frac{1}{1 + e^{- x}}"),
        ("tanh′(x) = 1 − tanh²(x)", r"\tanh'(x) = 1 - \tanh^{2}(x)"),
        ("ReLU(x) = max(x, 0)", r"{\operatorname{ReLU}(x)} = \max(x, 0)"),
        ("X ~ N(0, 1)", r"X \sim \mathcal{N}(0, 1)"),
        (
            "z_k = exp(x_k) / Σⱼ exp(x_j)",
            r"z_{k} = \frac{\exp(x_{k})}{\sum_{j} \exp(x_{j})}",
        ),
        ("∂ℓ/∂ŷ = ŷ − y", r"\frac{\partial \ell}{\partial \hat{y}} = \hat{y} - y"),
        ("ℓ = ½ (ŷ − y)²", r"\ell = \tfrac{1}{2} \, (\hat{y} - y)^{2}"),
        ("log(1 + e^(−|a|))", r"\log(1 + e^{- \lvert a\rvert})"),
        (
            "x̂ = (x − μ) / √(σ² + ε)",
            r"\hat{x} = \frac{x - \mu}{\sqrt{\sigma^{2} + \varepsilon}}",
        ),
        ("w ← w − lr · ∂L/∂w", r"w \gets w - \mathrm{lr} \cdot \frac{\partial L}{\partial w}"),
        ("y = fₖ(… f₂(f₁(x)))", r"y = f_{k}(\ldots f_{2}(f_{1}(x)))"),
        ("(L(w + h) − L(w − h)) / 2h", r"\frac{L(w + h) - L(w - h)}{2 h}"),
        ("⌈n / batch_size⌉", r"\left\lceil \frac{n}{\mathrm{batch}\_\mathrm{size}}\right\rceil"),
        ("√(2/π), ∞/∞, N = 60,000", r"\sqrt{2 / \pi}, \infty / \infty, N = 60{,}000"),
    ],
)  # fmt: skip
def test_a_formula_in_unicode_has_this_tex(formula: str, shown: str) -> None:
    assert tex(formula) == shown


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("a ⊕ b", "⊕ is in no table"),
        ("ж = 1", "ж is in no table"),
        ("1 / 2 x", "ambiguous without brackets"),
        ("log p / q", "ambiguous without brackets"),
        ("/ x", "nothing stands before the /"),
        ("f(x", "missing before the end"),
        ("f x)", r"missing before \)"),
        ("x^", "missing before"),
    ],
)
def test_a_formula_without_tex_is_refused_and_told_why(formula: str, why: str) -> None:
    with pytest.raises(FormulaError, match=why):
        tex(formula)


@pytest.mark.parametrize(
    "marked",
    [
        "⟦σ(x) = 1 / (1 + e⁻ˣ)⟧, between 0 and 1.",
        "⟦y = m ⊙ x / (1 − p)⟧ in training, and ⟦y = x⟧ in use.",
        "Row ⟦j⟧ of ⟦W⟧ and a row of a network, as in a ⟦4×4⟧ block.",
        "Logits ⟦a⟧ and targets ⟦y⟧ in [0, 1], at ⟦−|x|⟧, in ⟦±1/√in⟧.",
        "⟦w ~ N(0, gain² · 2 / (in + out))⟧: between what is needed.",
        "⟦y[n]⟧ = all the numbers of ⟦x[n]⟧ in one row.",
        "weight (out, in) or None; ⟦x (N, in) → y (N, out)⟧.",
        "T-shirt/top, PyTorch's e.g. 0 (paper) to 1 (ink), theirs=None.",
        "gelu(x, `a`), x[None, :] and torch.relu(x) are code.",
        "⟦max|ours − theirs| ≤ tolerance · max(1, max|theirs|)⟧, or an error.",
        "⟦σ(x)⟧ is ≤ 1 where ⟦φ = Φ′⟧.",
    ],
)
def test_a_formula_is_told_from_the_prose_around_it(marked: str) -> None:
    pieces = parts(re.sub("[⟦⟧]", "", marked))
    assert "".join(f"⟦{part}⟧" if kind == "formula" else part for kind, part in pieces) == marked


def test_a_docstring_has_paragraphs_for_its_errors_and_its_source() -> None:
    lines = rst("One.\n\nTwo,\nthree.\nValueError for a few.\nSource: A. Author, arXiv:1502.03167.")
    assert [line for line in lines if line] == [
        r"One\.",
        r"Two\, three\.",
        r"\ :api:`ValueError`\  for a few\.",
        ".. container:: source",
        r"   Source\: A\. Author\, `arXiv:1502.03167 <https://arxiv.org/abs/1502.03167>`__\.",
    ]
