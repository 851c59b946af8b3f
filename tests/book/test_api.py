"""The page of the library: all that is public, its formulas legible, its code a click away."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from html import unescape
from importlib import import_module
from typing import Any

import pytest
from api import import_path
from trial import ROOT, Book, build, notebook, text

from nnbook import nn

PAGE = (ROOT / "book" / "api.md").read_text(encoding="utf-8")
FILES = re.findall(r"\{api\} (\S+)", PAGE)
FORMULAS = {
    "y = x Wᵀ + b": "<y> = <x> <W>^(<T>) + <b>",
    "z = f(Σᵢ wᵢ xᵢ)": "<z> = <f>(Σ_(<i>) <w>_(<i>) <x>_(<i>))",
    "1 / (1 + e⁻²ˣ)": "1 / (1 + <e>^(−2<x>))",
    "x̂ = ½ (ŷ − μ) / √σ": "<x>\u0302 = ½ (<y>\u0302 − <μ>) / √<σ>",
    "lr · ∂L/∂w, tanh′(2x)": "lr · ∂<L>/∂<w>, tanh′(2<x>)",
}
CHAPTER = notebook(
    text("a", "# Chapter"),
    text("b", "[layer](api.md#nnbook.nn.Linear), [step](api.md#nnbook.optim.SGD.step)"),
    text("c", "```{eval-rst}\n" + "\n\n".join(f":formula:`{f}`" for f in FORMULAS) + "\n```"),
)
PAGES = {"index.md": "# Book\n\n```{toctree}\napi\nchapter\n```\n", "api.md": PAGE}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return build(tmp_path_factory.mktemp("api"), PAGES | {"chapter.ipynb": CHAPTER}, ["api"])


@pytest.fixture(scope="module")
def entries(book: Book) -> dict[str, str]:
    """The HTML of each entry, up to the next one, by its full name."""
    assert not book.failed, book.messages
    names_and_bodies = re.split(r'<dt class="sig[^>]* id="([^"]+)">', book.page("api"))[1:]
    names, bodies = names_and_bodies[::2], names_and_bodies[1::2]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    return dict(zip(names, bodies, strict=True))


def found(name: str) -> Any:
    """The object of a full name, as nnbook.nn.Layer.forward."""
    above, _, last = name.rpartition(".")
    try:
        return getattr(import_module(above), last)
    except ModuleNotFoundError:
        return getattr(found(above), last)


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def signature(entry: str) -> str:
    return words(entry.split("</dt>")[0]).partition("[source]")[0].rstrip("¶")


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


def test_every_module_that_the_chapters_import_has_a_section() -> None:
    chapters = "".join(p.read_text("utf-8") for p in (ROOT / "chapters").glob("*.ipynb"))
    lists = re.findall(r"from nnbook import ([\w, ]+)", chapters)
    names = {name for names in lists for name in re.findall(r"\b\w+", names)}
    files = {name for name in names if (ROOT / f"src/nnbook/{name}.py").exists()}
    assert {"data", "optim", "training", "peers"} <= files
    files |= {f"nn.{name}" for name in nn.__all__ if inspect.ismodule(getattr(nn, name))}
    assert {f"nnbook.{name}" for name in files} <= set(FILES)


def test_every_public_name_is_on_the_page_once_and_no_other(entries: dict[str, str]) -> None:
    names = set().union(*map(public, map(import_path, FILES)))
    classes = {name for name in names if inspect.isclass(found(name))}
    assert len(names) > 40
    assert set(entries) == names.union(*map(explained_members, classes))


def test_a_formula_has_slanted_letters_and_raised_and_lowered_ones(book: Book) -> None:
    shown = re.findall('<span class="formula">(.*?)</span>', book.page("chapter"))
    for tag, sign in {"em>": ("<", ">"), "sup>": ("^(", ")"), "sub>": ("_(", ")")}.items():
        shown = [s.replace(f"<{tag}", sign[0]).replace(f"</{tag}", sign[1]) for s in shown]
    assert shown == [*FORMULAS.values()]


def test_no_sign_of_a_formula_is_left_in_the_text(entries: dict[str, str]) -> None:
    assert 'class="formula"' in entries["nnbook.nn.Linear"]
    for name, entry in entries.items():
        body = re.sub(r'(?s)^.*?</dt>|<code.*?</code>|<span class="formula">.*?</span>', "", entry)
        assert not set("ᵀˣᵢⱼₖ²³⁻√Σ∂⊙½σφΦγβ′\u0302`") & set(words(body)), name


def test_prose_means_nothing_to_restructuredtext(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(found("nnbook.optim.SGD"), "__doc__", "w_ *is* |moved|, **not** copied_.")
    pages = {"index.md": "# Library\n\n```{api} nnbook.optim\n```\n"}
    book = build(tmp_path, pages, ["api"])
    assert not book.failed, book.messages
    assert "w_ *is* |moved|, **not** copied_." in words(book.page("index"))


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


def test_an_entry_leads_to_its_lines(book: Book, entries: dict[str, str]) -> None:
    for name, entry in entries.items():
        if inspect.isroutine(found(name)) or inspect.isclass(found(name)):
            page, anchor = re.search(r'href="(_modules/[^"#]+)#([^"]+)"', entry).groups()
            assert f'id="{anchor}"' in (book.out / page).read_text(encoding="utf-8"), name


def test_errors_and_the_source_have_paragraphs_of_their_own(entries: dict[str, str]) -> None:
    paragraphs = re.findall(r"(?s)<p>(.*?)</p>", entries["nnbook.nn.gelu"])
    error = next(p for p in paragraphs if words(p).startswith("ValueError for any other"))
    codes = [words(code) for code in re.findall("<code.*?</code>", error)]
    assert codes == ["ValueError", "approximate", '"none"', '"tanh"']
    source = next(p for p in paragraphs if p.startswith("Source: "))
    assert 'href="https://arxiv.org/abs/1606.08415">arXiv:1606.08415</a>' in source


def test_a_constant_is_explained_by_the_comment_above_it(entries: dict[str, str]) -> None:
    assert "Blue below zero" in words(entries["nnbook.notebook.plots.DIVERGING"])


def test_code_in_a_docstring_links_its_entry_if_there_is_one(entries: dict[str, str]) -> None:
    assert 'href="#nnbook.nn.gelu"' in entries["nnbook.nn.GELU"]
    assert 'href="#nnbook.nn.Layer.forward"' in entries["nnbook.nn.Layer"]
    unlinked = "<p>(?:(?!<a)[^§])*<code[^>]*><span[^>]*>lr</span>"
    assert re.search(unlinked, entries["nnbook.optim.SGD"])


def test_no_link_to_an_entry_is_dead(book: Book) -> None:
    page, chapter = book.page("api"), book.page("chapter")
    links = re.findall('href="#([^"]+)"', page) + re.findall('href="api.html#([^"]+)"', chapter)
    assert {"nnbook.nn.Linear", "nnbook.optim.SGD.step"} <= set(links)
    assert set(links) <= set(re.findall('id="([^"]+)"', page))
    assert '<section id="activation-functions">' in page  # as the table of contents watches it


def test_a_link_to_no_entry_stops_the_build(tmp_path) -> None:
    pages = {"index.md": "# Book\n\n[SGD](#nnbook.optim.SDG)\n\n```{api} nnbook.optim\n```\n"}
    book = build(tmp_path, pages, ["api"])
    assert book.failed
    assert "nnbook.optim.SDG" in book.messages
