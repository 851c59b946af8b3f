"""Brings what runs Python in the pages into _build/runtime: Pyodide's files, each by its hash.

They stand in book/run/runtime.toml, and come from the folder that NNBOOK_PYODIDE names, else from
Pyodide's own address. Without them the book is built all the same, and a line says what is missing.
"""

import json
import os
import tomllib
import urllib.request
from hashlib import sha256
from pathlib import Path
from typing import Any

LIST = Path("book/run/runtime.toml")  # as seen from the book's folder
RUNTIME = Path("_build/runtime")
LOCK = RUNTIME / "pyodide-lock.json"  # Pyodide's list of what there is: written when all is there
PATIENCE = 5  # seconds for an address that does not answer

Entry = dict[str, Any]


class Missing(Exception):
    """A file cannot be had, or is another one."""


def provide() -> None:
    """Bring the files, write the lock, and say what is missing or must not be published."""
    listed = tomllib.loads(LIST.read_text("utf-8"))
    RUNTIME.mkdir(parents=True, exist_ok=True)
    try:
        core = [bring(entry, listed["source"]) for entry in listed["core"]]
        packages = {
            entry["package"]: bring(entry, listed["source"])
            | {"name": entry["package"], "imports": [entry["package"]], "depends": []}
            | {"version": entry["version"].split()[-1]}
            | {"install_dir": "site", "package_type": "package", "unvendored_tests": False}
            for entry in listed["package"]
        }
    except Missing as error:
        LOCK.unlink(missing_ok=True)
        print(f"  The pages will not run Python: {error}.")
        return
    lock = {"info": listed["info"], "packages": packages, "core": core}
    LOCK.write_text(json.dumps(lock, indent=1) + "\n", encoding="utf-8")
    for name in for_tests():
        print(f"  {name} is for tests, and must not be published.")


def bring(entry: Entry, source: str) -> Entry:
    """One file: its name, size and hash. In a folder of one's own a package may be a test build."""
    name, folder = entry["name"], os.environ.get("NNBOOK_PYODIDE")
    target = RUNTIME / name
    try:
        if folder:
            content = Path(folder, name).read_bytes()
        elif target.exists() and digest(target.read_bytes()) == entry["sha256"]:
            content = target.read_bytes()
        else:
            with urllib.request.urlopen(source + name, timeout=PATIENCE) as answer:
                content = answer.read()
    except OSError as error:
        raise Missing(f"{name} cannot be had ({error})") from error
    found = digest(content)
    if found != entry["sha256"] and not (folder and "package" in entry):
        raise Missing(f"{name} is not the file that {LIST} lists")
    if not target.exists() or target.read_bytes() != content:
        target.write_bytes(content)
    return {"file_name": name, "bytes": len(content), "sha256": found}


def for_tests(lock: Path = LOCK) -> set[str]:
    """The files of a lock that are not the listed ones, and must not be published."""
    listed, found = tomllib.loads(LIST.read_text("utf-8")), json.loads(lock.read_text("utf-8"))
    hashes = {e["name"]: e["sha256"] for e in [*listed["core"], *listed["package"]]}
    entries = [*found["core"], *found["packages"].values()]
    return {
        entry["file_name"]
        for entry in entries
        if (was := entry.get("made_of", entry["sha256"])) != hashes.get(entry["file_name"], was)
    }


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()
