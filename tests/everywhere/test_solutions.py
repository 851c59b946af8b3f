"""Every chapter with its exercises solved, as `make solutions` writes it, runs to its end."""

import json
import sys

import handout
import pytest
from fresh import HERE, ROOT, run

CHAPTERS = sorted(path.name for path in (ROOT / "chapters").glob("*.ipynb"))


@pytest.fixture(scope="module")
def solutions(tmp_path_factory):
    notebooks = {
        name: json.loads((ROOT / "chapters" / name).read_text("utf-8")) for name in CHAPTERS
    }
    return handout.make("solutions", notebooks, tmp_path_factory.mktemp("solutions"))


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_solved_chapter_runs(solutions, name):
    said = run(sys.executable, HERE / "alone.py", solutions / name)
    assert json.loads(said.splitlines()[0])["notebook"] == name
