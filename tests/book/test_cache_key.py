"""The cache of executed notebooks is left behind when what the cells run on changes."""

import sys
from types import SimpleNamespace

import cache_key
import pytest


@pytest.fixture
def book(tmp_path):
    for name in ("src/nnbook/nn.py", "src/nnbook/front/kit.js", "lock.txt", "book/page.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("one")
    return tmp_path


@pytest.mark.parametrize("name", ["src/nnbook/nn.py", "src/nnbook/front/kit.js", "lock.txt"])
def test_a_changed_library_or_pin_gives_another_cache(book, name):
    before = cache_key.digest(book)
    (book / name).write_text("two")
    assert cache_key.digest(book) != before


def test_a_file_that_moves_gives_another_cache(book):
    before = cache_key.digest(book)
    (book / "src/nnbook/nn.py").rename(book / "src/nnbook/network.py")
    assert cache_key.digest(book) != before


def test_another_python_gives_another_cache(book, monkeypatch):
    before = cache_key.digest(book)
    monkeypatch.setattr(sys, "version", "3.99")
    assert cache_key.digest(book) != before


def test_a_page_or_a_compiled_file_gives_the_same_cache(book):
    before = cache_key.digest(book)
    (book / "book/page.md").write_text("two")
    (book / "src/nnbook/__pycache__").mkdir()
    (book / "src/nnbook/__pycache__/nn.pyc").write_text("x")
    assert cache_key.digest(book) == before


def test_only_the_cache_in_use_is_kept(book):
    old = book / "_build/.jupyter_cache/old"
    old.mkdir(parents=True)
    config = {}
    cache_key.choose(SimpleNamespace(srcdir=book), config)
    assert not old.exists()
    assert config["nb_execution_cache_path"].endswith(cache_key.digest(book))
