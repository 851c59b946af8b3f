"""The cache of executed notebooks is left behind when what the cells run on changes."""

import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import cache_key
import pytest

LIBRARY = Path(cache_key.__file__).parents[2] / "src/nnbook"
COMPUTED = ("src/nnbook/nn/layers.py", "src/nnbook/quizzes/answers.py", "lock.txt")
SHOWN = (
    "src/nnbook/figures/bowl/figure.js",
    "src/nnbook/kit.css",
    "src/nnbook/quizzes/sgd.yaml",
    "src/nnbook/page/cells.py",
)


@pytest.fixture
def book(tmp_path):
    for name in (*COMPUTED, *SHOWN, "book/page.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("one")
    return tmp_path


@pytest.mark.parametrize("name", COMPUTED)
def test_a_changed_library_or_pin_gives_another_cache(book, name):
    before = cache_key.digest(book)
    (book / name).write_text("two")
    assert cache_key.digest(book) != before


@pytest.mark.parametrize("name", SHOWN)
def test_what_no_cell_computes_from_gives_the_same_cache(book, name):
    before = cache_key.digest(book)
    (book / name).write_text("two")
    assert cache_key.digest(book) == before


@pytest.mark.parametrize(
    ("pattern", "kept"), [("*.js", 0), ("*.d.ts", 0), ("*.css", 0), ("*.yaml", 0), ("*.py", 1)]
)
def test_of_the_library_only_front_end_and_quizzes_are_left_out(tmp_path, pattern, kept):
    root = tmp_path / "book"
    shutil.copytree(LIBRARY, root / "src/nnbook", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "lock.txt").touch()
    before = cache_key.digest(root)
    for path in root.rglob(pattern):
        path.write_text("changed")
    assert (cache_key.digest(root) != before) == kept


def test_a_file_that_moves_gives_another_cache(book):
    before = cache_key.digest(book)
    (book / "src/nnbook/nn/layers.py").rename(book / "src/nnbook/nn/layer.py")
    assert cache_key.digest(book) != before


def test_another_python_gives_another_cache(book, monkeypatch):
    before = cache_key.digest(book)
    monkeypatch.setattr(sys, "version", "3.99")
    assert cache_key.digest(book) != before


def test_a_page_or_a_compiled_file_gives_the_same_cache(book):
    before = cache_key.digest(book)
    (book / "book/page.md").write_text("two")
    (book / "src/nnbook/nn/__pycache__").mkdir()
    (book / "src/nnbook/nn/__pycache__/layers.pyc").write_text("x")
    assert cache_key.digest(book) == before


def test_only_the_cache_in_use_is_kept(book):
    old = book / "_build/.jupyter_cache/old"
    old.mkdir(parents=True)
    config = {}
    cache_key.choose(SimpleNamespace(srcdir=book), config)
    assert not old.exists()
    assert config["nb_execution_cache_path"].endswith(cache_key.digest(book))
