"""What a page imports at its start is compiled by Pyodide's CPython while the book is built."""

import io
import zipfile

import bytecode
import pytest
from trial import ROOT

RUNTIME = ROOT / "_build" / "runtime"
HOME = "/lib/site"
FILES = {
    "first/__init__.py": "",
    "first/used.py": '"""Says where it is."""\nWHERE = (lambda: 1).__code__.co_filename\n',
    "first/other.py": "x = 1\n",
    "first/template.py": "x = {{ no Python }\n",
    "first/data.bin": "bytes",
}
RUN = """
import json, marshal
space = {}
exec(marshal.loads(bytes.fromhex(json.load(open("/in")))[16:]), space)
json.dump([space["__doc__"], space["WHERE"]], open("/out", "w"))
"""

pytestmark = pytest.mark.skipif(
    not (RUNTIME / bytecode.CPYTHON).exists(), reason="_build/runtime has no Pyodide"
)


def archive(files: dict[str, str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as new:
        for name, text in files.items():
            new.writestr(name, text)
    return held.getvalue()


def contents(archive: bytes) -> dict[str, bytes]:
    old = zipfile.ZipFile(io.BytesIO(archive))
    return {name: old.read(name) for name in old.namelist()}


@pytest.fixture(autouse=True)
def imported(monkeypatch):
    monkeypatch.setattr(bytecode, "_imported", lambda runtime: {"first", "first.used"})


def made(sources: bool) -> dict[str, bytes]:
    return contents(bytecode._compiled(RUNTIME, bytecode.Archive(archive(FILES), HOME, sources)))


def test_what_is_imported_becomes_bytecode_that_pythons_there_runs():
    found = made(sources=False)
    names = {"first/__init__.pyc", "first/used.pyc", "first/other.py", "first/template.py"}
    assert found.keys() == {*names, "first/data.bin"}
    assert found["first/data.bin"] == b"bytes"
    doc, where = bytecode._python(RUNTIME)(RUN, found["first/used.pyc"].hex())
    assert (doc, where) == ("Says where it is.", f"{HOME}/first/used.py")


def test_beside_sources_it_lies_where_python_looks_for_it():
    found = made(sources=True)
    compiled = {
        f"first/__pycache__/{name}.cpython-314.pyc" for name in ("__init__", "used", "other")
    }
    assert found.keys() == {*FILES, *compiled}
    assert {name: found[name].decode() for name in FILES} == FILES


def test_the_same_archive_becomes_the_same_again():
    assert made(sources=True) == made(sources=True)


def test_an_archive_is_compiled_once(tmp_path, monkeypatch):
    runtime, times = tmp_path / "runtime", []
    runtime.mkdir()
    (runtime / bytecode.CPYTHON).write_bytes(b"CPython")
    monkeypatch.setattr(bytecode, "_compiled", lambda *given: times.append(given) or b"compiled")
    for content in (b"one", b"one", b"two"):
        assert bytecode.compiled(runtime, bytecode.Archive(content, HOME)) == b"compiled"
    two = bytecode.Archive(b"two", HOME, sources=True)
    assert bytecode.compiled(runtime, two) == b"compiled"
    assert len(times) == 3
    assert len(list((tmp_path / "bytecode").iterdir())) == 2  # what is replaced is gone


@pytest.mark.slow
def test_what_another_process_has_compiled_is_not_compiled_here(tmp_path, monkeypatch):
    runtime, one = tmp_path / "runtime", bytecode.Archive(archive(FILES), HOME, sources=True)
    runtime.symlink_to(RUNTIME)
    process = bytecode.begin(runtime, [one])
    assert process
    assert process.wait() == 0
    monkeypatch.setattr(bytecode, "_compiled", None)
    assert "first/__pycache__/used.cpython-314.pyc" in contents(bytecode.compiled(runtime, one))
    assert bytecode.begin(runtime, [one]) is None
