"""tools/repository.py: one address, in _config.yml; every copy of it follows."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import repository

ROOT = Path(__file__).resolve().parents[2]
URL = repository.configured().url
OTHERS = {  # repositories that are not this one, and where they may be named
    "zalandoresearch/fashion-mnist": "src/nnbook/data.py",
    "SomeB1oody/dataset-core": "src/nnbook/data.py",
    "EntroMorphic/sstt": "src/nnbook/data.py",
    "OWNER/NAME": "tools/repository.py",
    "you/your-book": "README.md",
    "you/book": "Makefile",
    "pyodide/pyodide": "LICENSE-TEXT.md",
    "PrismJS/prism": "book/run/prism-code-editor/LICENSE",
    "stipub/stixfonts": "book/ext/stix-two-math/LICENSE, book/ext/stix-two-text/LICENSE",
}
CACHES = {".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"}
SKIPPED = {*repository.SKIPPED, *CACHES, "temml", "tests"}
BINARY = {".png", ".npz", ".woff2", ".pyc", ".zip", ".pdf"}
PLACE = re.compile(
    r"(?:github\.com|mybinder\.org/v2/gh|colab\.research\.google\.com/github)[/:]"
    r"([A-Za-z0-9-]+/[\w.-]*\w)"
)
PAGES = re.compile(r"https://[A-Za-z0-9-]+\.github\.io/[\w./-]*")


def texts():
    """Every text file of the project that is not a test."""
    for place, folders, names in os.walk(ROOT):
        folders[:] = [one for one in folders if one not in SKIPPED and "egg-info" not in one]
        for path in (Path(place, name) for name in names if name not in SKIPPED):
            if path.suffix not in BINARY:
                yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8", errors="ignore")


def test_no_address_differs_from_the_one_in_the_configuration():
    present = repository.configured()
    for name, text in texts():
        for slug in PLACE.findall(text):
            if slug.removesuffix(".git") != f"{present.owner}/{present.name}":
                places = OTHERS.get(slug, "").split(", ")
                assert name in places or slug.startswith("actions/"), f"{name}: {slug}"
        for address in PAGES.findall(text):
            assert address.startswith(present.site), f"{name}: {address}"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A copy of the files that hold the address; calling it runs the tool there."""
    for path in repository.holders():
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    monkeypatch.setattr(repository, "ROOT", tmp_path)

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["repository.py", *arguments])
        repository.main()

    return call


def test_every_copy_follows_and_can_be_changed_back(project, capsys):
    before = {path: path.read_bytes() for path in repository.holders()}
    project("https://github.com/Some-one/deep.book")
    for path in repository.holders():
        text = path.read_text("utf-8")
        assert URL not in text, path
        assert {"Some-one/deep.book"} >= set(PLACE.findall(text)) - OTHERS.keys(), path
        if path.suffix == ".ipynb":
            json.loads(text)
    said = capsys.readouterr().out
    for name in ("_config.yml", "README.md", "chapters/neuron.ipynb", "CITATION.cff"):
        assert f"  {name}\n" in said
    assert "https://some-one.github.io/deep.book/" in said
    project(URL)
    assert {path: path.read_bytes() for path in repository.holders()} == before


def test_the_same_address_changes_nothing(project, capsys):
    project(f"{URL}.git")
    assert capsys.readouterr().out == f"The book's address is {URL} already.\n"


def test_line_ends_and_other_words_stay_as_they_are(tmp_path):
    file = tmp_path / "a.md"
    file.write_bytes(b"https://github.com/A/B\r\ngh/A/B/main A/B https://github.com/A/Bc\r\n")
    old, new = repository.Repository("A", "B"), repository.Repository("C", "D")
    assert repository.rewrite(file, old, new)
    assert file.read_bytes() == (
        b"https://github.com/C/D\r\ngh/C/D/main A/B https://github.com/A/Bc\r\n"
    )
    assert not repository.rewrite(file, old, new)


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/a/b",
        "https://github.com/a/b.git",
        " https://github.com/a/b/ ",
        "git@github.com:a/b.git",
        "ssh://git@github.com/a/b",
    ],
)
def test_an_address_is_read_as_people_copy_it(url):
    assert repository.parsed(url) == ("a", "b")


@pytest.mark.parametrize("url", ["git@gitlab.com:a/b", "github.com/a/b", "https://github.com/a"])
def test_any_other_address_is_refused_with_the_form_it_should_have(url):
    with pytest.raises(SystemExit, match=r"not of the form https://github\.com/OWNER/NAME"):
        repository.parsed(url)


def remote(folder, url):
    subprocess.run(["git", "-C", folder, "init", "--quiet"], check=True)
    subprocess.run(["git", "-C", folder, "remote", "add", "origin", url], check=True)


@pytest.mark.parametrize(
    "url", ["git@github.com:Some-one/deep.book.git", "https://github.com/Some-one/deep.book"]
)
def test_without_an_address_it_takes_the_one_that_git_pushes_to(project, tmp_path, capsys, url):
    remote(tmp_path, url)
    project()
    assert (
        "The book's address is now https://github.com/Some-one/deep.book" in capsys.readouterr().out
    )
    assert repository.configured() == ("Some-one", "deep.book")


def test_without_any_address_on_github_the_present_one_is_said(project, tmp_path, capsys):
    for arguments in ([], [""]):
        project(*arguments)
        assert f"{URL}\nTo change it" in capsys.readouterr().out
    remote(tmp_path, "https://example.org/a/b.git")
    project()
    assert f"{URL}\nTo change it" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "site"),
    [("book", "https://me.github.io/book/"), ("Me.github.io", "https://me.github.io/")],
)
def test_where_github_publishes_the_site(name, site):
    assert repository.Repository("Me", name).site == site
