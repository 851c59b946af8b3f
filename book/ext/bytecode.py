"""Compiles the page's Python while the book is built, since a page spent half of its start on that.

It takes Pyodide's own CPython, since no other version's bytecode will do. That runs in V8 without a
browser, as Temml does for the formulas. What came of an archive is kept in _build/bytecode.
"""

from __future__ import annotations

import atexit
import base64
import io
import json
import os
import pickle
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO, Any, NamedTuple, cast

from py_mini_racer import MiniRacer

PROGRAMS = [Path(__file__), Path(__file__).with_suffix(".js")]
PATIENCE = 300  # seconds for CPython's start, of which it takes one
DATE = (1980, 1, 1, 0, 0, 0)  # so that the same files give the same archive
BY_PYODIDE = ("asyncio", "importlib.metadata", "shutil", "tarfile", "tempfile", "zipfile")
STDLIB, SITE = "/lib/python314.zip", "/lib/python3.14/site-packages"  # where archives lie in a page
CPYTHON = "pyodide.asm.wasm"
HEAD = b"\x01\0\0\0" + 8 * b"\0"  # "the source need not be looked at"
KEEP = """
import zipimport
def keep(path, source, compile=zipimport._compile_source):
    if path not in imported:  # it compiles once for the file's name, once more for the module
        imported[path] = compile(path, source)
    return imported[path]
imported, zipimport._compile_source = {}, keep
"""
COMPILE = """
import importlib.util, json, marshal, sys
found = {}
for path, source in json.load(open("/in", encoding="utf-8")).items():
    try:
        code = imported.get(path) or compile(source, path, "exec", dont_inherit=True)
        found[path] = marshal.dumps(code).hex()
    except SyntaxError:  # a template of NumPy's
        pass
json.dump([importlib.util.MAGIC_NUMBER.hex(), found], open("/out", "w"))
"""
IMPORT = """
import json, sys
for name in json.load(open("/in")):
    try:
        __import__(name)
    except ImportError:
        pass
json.dump(sorted(sys.modules), open("/out", "w"))
"""


class Archive(NamedTuple):
    """An archive of Python, where its files lie in a page, and whether to keep the sources beside
    the bytecode, for who reads them."""

    content: bytes
    home: str
    sources: bool = False


def compiled(runtime: Path, archive: Archive) -> bytes:
    """The archive, in which what a page imports at its start is bytecode; by Pyodide's folder."""
    kept = place(runtime, archive)
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        content = _compiled(runtime, archive)
        for old in kept.parent.glob(f"{kept.name.rpartition('-')[0]}-{'?' * 16}.zip"):
            old.unlink()
        kept.write_bytes(content)
    return kept.read_bytes()


def place(runtime: Path, archive: Archive) -> Path:
    """Where the compiled archive is kept, by all that it is made of."""
    digests = [sha256(archive.content).hexdigest(), *map(_digest, (runtime / CPYTHON, *PROGRAMS))]
    of = sha256(repr((digests, *archive[1:])).encode()).hexdigest()[:16]
    name = f"{Path(archive.home).name}{'-sources' * archive.sources}-{of}.zip"
    return runtime.with_name("bytecode") / name


@cache
def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


def begin(runtime: Path, archives: Iterable[Archive]) -> subprocess.Popen[bytes] | None:
    """Begin to compile those that are not kept, in a process of its own: V8 stands no second one
    in this. It gets the time that others leave. What goes wrong is said when `compiled` tries
    again."""
    todo = [tuple(one) for one in archives if not place(runtime, one).exists()]
    if not todo:
        return None
    command = [sys.executable, "-P", __file__]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    with cast(IO[bytes], process.stdin) as pipe:
        pickle.dump((runtime, todo), pipe)
    return process


def _compiled(runtime: Path, archive: Archive) -> bytes:
    names = _imported(runtime)
    content, home, sources = archive
    old = zipfile.ZipFile(io.BytesIO(content))
    texts = {
        f"{home}/{name}": old.read(name).decode()
        for name in old.namelist()
        if name.endswith(".py") and (sources or _module(name) in names or "pyodide/" in name)
    }
    magic, codes = _python(runtime)(COMPILE, texts)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            code = codes.get(f"{home}/{name}")
            if sources or not code:
                add(new, name, old.read(name))
            if code:
                path = PurePosixPath(name)
                cache = path.parent / "__pycache__" / f"{path.stem}.cpython-314.pyc"
                found = bytes.fromhex(magic) + HEAD + bytes.fromhex(code)
                add(new, str(cache) if sources else f"{name}c", found)
    return held.getvalue()


def add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, DATE), content, zipfile.ZIP_DEFLATED, 9)


def _module(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def _imported(runtime: Path) -> set[str]:
    """The modules that a page's start imports: those it does here, and what they are there."""
    code = f"import sys, nnbook.page.session, {', '.join(BY_PYODIDE)}; print(*sys.modules)"
    here = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    known = [name for name in here if name.partition(".")[0] in sys.stdlib_module_names]
    return {*here, *_python(runtime)(IMPORT, known)}


@cache
def _python(runtime: Path) -> Callable[[str, Any], Any]:
    """Pyodide's CPython in V8: runs code that reads JSON from /in and writes some to /out."""
    v8 = MiniRacer()
    atexit.register(v8.close)  # otherwise Python waits for V8's thread and never ends
    glue = (runtime / "pyodide.asm.mjs").read_text("utf-8")
    glue = glue.replace("export default", "globalThis.create =").replace("import.meta.url", '"/"')
    v8.eval(PROGRAMS[1].read_text("utf-8"))
    v8.eval(glue.replace('await import("node:module")', "{}"))
    for name in (CPYTHON, "python_stdlib.zip"):
        text = base64.b64encode((runtime / name).read_bytes()).decode()
        v8.eval(f'files["{name}"] = Uint8Array.fromBase64("{text}"); 0')
    v8.eval("begin(); 0")
    for _ in range(10 * PATIENCE):
        if state := v8.eval("state"):
            break
        time.sleep(0.1)
    if state != "ready":
        raise RuntimeError(f"Pyodide's CPython does not start in V8: {state}")
    v8.eval(f"run({json.dumps(KEEP)}, '')")

    def run(code: str, given: Any) -> Any:
        error = v8.eval(f"run({json.dumps(code)}, {json.dumps(json.dumps(given))})")
        if error:
            raise RuntimeError(f"Pyodide's CPython in V8: {error}")
        return json.loads(v8.eval("decoder.decode(python.FS.readFile('/out'))"))

    return run


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(19)
    runtime, todo = pickle.load(sys.stdin.buffer)
    for one in todo:
        compiled(runtime, Archive(*one))
