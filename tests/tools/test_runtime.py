"""tools/runtime.py: Pyodide's files, each as it is listed, or a line that says which is missing."""

import json
from hashlib import sha256

import pytest
import runtime

LIST = """
source = "file://{there}/"

[info]
python = "3.14.2"

[[core]]
name = "core.wasm"
version = "Core 1"
sha256 = "{core}"

[[package]]
package = "numpy"
name = "numpy.whl"
version = "NumPy 2.4.6"
sha256 = "{numpy}"
"""


@pytest.fixture
def there(tmp_path, monkeypatch):
    """Where the files come from; the book beside it lists them."""
    there, book = tmp_path / "there", tmp_path / "book"
    there.mkdir()
    (book / runtime.LIST).parent.mkdir(parents=True)
    (there / "core.wasm").write_bytes(b"core")
    (there / "numpy.whl").write_bytes(b"numpy")
    hashes = {name: sha256(name.encode()).hexdigest() for name in ("core", "numpy")}
    (book / runtime.LIST).write_text(LIST.format(there=there, **hashes))
    monkeypatch.chdir(book)
    monkeypatch.delenv("NNBOOK_PYODIDE", raising=False)
    return there


def test_the_files_come_from_the_address_and_are_listed(there, capsys):
    runtime.provide()
    lock = json.loads(runtime.LOCK.read_text())
    assert lock["info"] == {"python": "3.14.2"}
    assert [entry["file_name"] for entry in lock["core"]] == ["core.wasm"]
    assert lock["packages"]["numpy"]["version"] == "2.4.6"
    assert lock["packages"]["numpy"]["bytes"] == 5
    assert (runtime.RUNTIME / "core.wasm").read_bytes() == b"core"
    assert capsys.readouterr().out == ""


def test_what_is_there_is_not_fetched_again(there):
    runtime.provide()
    for file in there.iterdir():
        file.unlink()
    runtime.provide()
    assert runtime.LOCK.exists()


def test_a_spoiled_file_is_fetched_again(there):
    runtime.provide()
    (runtime.RUNTIME / "core.wasm").write_bytes(b"half")
    runtime.provide()
    assert (runtime.RUNTIME / "core.wasm").read_bytes() == b"core"


@pytest.mark.parametrize("own", [False, True])
def test_a_missing_file_is_named_and_leaves_no_list(there, own, monkeypatch, capsys):
    if own:
        monkeypatch.setenv("NNBOOK_PYODIDE", str(there))
    runtime.provide()
    (there / "numpy.whl").unlink()
    (runtime.RUNTIME / "numpy.whl").unlink()
    runtime.provide()
    assert not runtime.LOCK.exists()
    assert "The pages will not run Python: numpy.whl cannot be had" in capsys.readouterr().out


def test_what_comes_from_an_address_must_be_the_listed_file(there, capsys):
    (there / "numpy.whl").write_bytes(b"another")
    runtime.provide()
    assert not runtime.LOCK.exists()
    assert "numpy.whl is not the file that" in capsys.readouterr().out


def test_a_folder_of_ones_own_may_hold_a_test_build_of_a_package_but_no_other_core(
    there, monkeypatch, capsys
):
    monkeypatch.setenv("NNBOOK_PYODIDE", str(there))
    (there / "numpy.whl").write_bytes(b"for tests")
    runtime.provide()
    lock = json.loads(runtime.LOCK.read_text())
    assert lock["packages"]["numpy"]["sha256"] == sha256(b"for tests").hexdigest()
    assert runtime.for_tests() == {"numpy.whl"}
    assert "numpy.whl is for tests, and must not be published" in capsys.readouterr().out
    (there / "core.wasm").write_bytes(b"for tests")
    runtime.provide()
    assert not runtime.LOCK.exists()


def test_without_the_folder_a_test_build_is_replaced(there, monkeypatch):
    monkeypatch.setenv("NNBOOK_PYODIDE", str(there))
    (there / "numpy.whl").write_bytes(b"for tests")
    runtime.provide()
    monkeypatch.delenv("NNBOOK_PYODIDE")
    (there / "numpy.whl").write_bytes(b"numpy")
    runtime.provide()
    assert not runtime.for_tests()
