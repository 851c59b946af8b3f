"""tools/archive.py: one zip that a machine without a network can read and run the book from."""

import json
import re
import zipfile

import archive
import pytest

ROOT = archive.ROOT


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """The archive of the site that is built, opened."""
    if not (archive.SITE / "index.html").exists():
        pytest.skip("there is no website yet: run `make book`")
    target = tmp_path_factory.mktemp("zip") / "book.zip"
    archive.write(target)
    with zipfile.ZipFile(target) as file:
        assert file.testzip() is None
        yield {name.partition("/")[2]: file.read(name) for name in file.namelist()}


def test_it_holds_site_notebooks_list_of_wheels_and_data(packed):
    assert {"site/index.html", "site/chapters/neuron.html", "READ-ME.txt", "LICENSE"} <= {*packed}
    for path in (ROOT / "chapters").glob("*.ipynb"):
        assert packed[f"notebooks/{path.name}"] == path.read_bytes()
    assert packed["data/digits.npz"] == (ROOT / "src/nnbook/digits.npz").read_bytes()
    assert [name for name in packed if re.fullmatch(r"wheels/nnbook-.*-none-any\.whl", name)]


def test_the_list_of_wheels_pins_every_package_and_none_of_cuda(packed):
    find, own, *pins = packed["wheels.txt"].decode().splitlines()
    assert (find, own) == ("--find-links wheels", "nnbook")
    assert len(pins) > 100
    for pin in pins:
        assert re.match(r"[\w.-]+==\S+( ;.*)?$", pin), pin
        assert not pin.startswith(("nvidia", "triton", "cuda"))


def test_its_list_of_parts_has_every_package_the_runtime_and_what_others_made(packed):
    listed = json.loads(packed["sbom.cdx.json"])
    assert (listed["bomFormat"], listed["specVersion"]) == ("CycloneDX", "1.6")
    parts = {part["name"]: part for part in listed["components"]}
    pairs = [(part["name"], part["version"]) for part in listed["components"]]
    assert len(set(pairs)) == len(pairs)
    for pin in packed["wheels.txt"].decode().splitlines()[2:]:
        name, version = pin.split(" ;")[0].split("==")
        assert (name, version) in pairs
        assert parts[name]["purl"].startswith(f"pkg:pypi/{name}@")
        assert parts[name]["hashes"]
    for name in ("Pyodide: pyodide.asm.wasm", "temml: book/ext/temml/temml.min.js"):
        assert parts[name]["licenses"]
        assert len(parts[name]["hashes"][0]["content"]) == 64


def test_what_it_tells_to_open_and_to_run_is_in_it(packed):
    text = packed["READ-ME.txt"].decode()
    for name in ("site/index.html", "wheels.txt", "data/digits.npz", "LICENSE-TEXT.md", "LICENSE"):
        assert name in text
        assert name in packed
    assert "{" not in text


def test_the_same_book_gives_the_same_archive(tmp_path, monkeypatch):
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("a page")
    monkeypatch.setattr(archive, "SITE", site)
    monkeypatch.setattr(archive, "wheel", lambda folder: archive.DIGITS)
    for name in ("1.zip", "2.zip"):
        archive.write(tmp_path / name)
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()
    assert (tmp_path / "1.zip").stat().st_mode & 0o400


def test_without_a_website_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "SITE", tmp_path)
    with pytest.raises(SystemExit, match="There is no website yet"):
        archive.main()


def test_of_pyodide_all_is_packed_but_what_is_for_tests(packed):
    lock = archive.SITE / "run" / "pyodide-lock.json"
    if not lock.exists():
        pytest.skip("the site was built without Pyodide")
    left_out = archive.runtime.for_tests(lock)
    for path in lock.parent.iterdir():
        assert not path.is_file() or (f"site/run/{path.name}" in packed) != (path.name in left_out)
