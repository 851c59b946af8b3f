"""What others made and the repository carries: book/vendored.toml has its license and hash."""

import subprocess
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LISTED = tomllib.loads((ROOT / "book/vendored.toml").read_text("utf-8"))["file"]
OURS = {"book/static/preview.png", "book/static/social.png"}  # pictures of pages


@pytest.mark.parametrize("entry", LISTED, ids=[entry["path"] for entry in LISTED])
def test_a_listed_file_is_the_one_that_was_listed(entry):
    assert entry.keys() == {"path", "of", "version", "license", "source", "sha256"}
    path = ROOT / entry["path"]
    assert sha256(path.read_bytes()).hexdigest() == entry["sha256"]
    if path.suffix != ".npz":  # of data the source and its license stand in data.py
        assert (path.parent / "LICENSE").exists()


def test_no_other_file_was_made_elsewhere():
    """Nobody here writes fonts, minified programs or arrays by hand."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    foreign = {
        name for name in filter(None, listed.stdout.decode().split("\0")) if is_foreign(ROOT / name)
    }
    assert foreign - OURS == {entry["path"] for entry in LISTED}


def is_foreign(path):
    if path.suffix in (".js", ".mjs", ".css"):
        return max(map(len, path.read_text("utf-8").splitlines() or [""])) > 1000
    return path.suffix in (
        ".woff",
        ".woff2",
        ".ttf",
        ".otf",
        ".npz",
        ".wasm",
        ".png",
        ".jpg",
        ".zip",
    )
