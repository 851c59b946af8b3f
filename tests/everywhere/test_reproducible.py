"""Two builds of one state give the same bytes, but for what is measured, listed with reasons."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest
from fresh import copy, env, run

# In these files numbers may differ, their room, and pictures of them: nothing else.
MEASURED = {
    "book/claims.html": "C5, C6 and C8 compare times",
    "book/hosting.html": "the memory of a kernel, and the bytes that a thousand readers load",
    "book/status.html": "the seconds that each notebook took",
    "chapters/batchnorm.html": "what an update costs with batch norm and without",
    "chapters/layer.html": "the race of loops against products",
    "chapters/scale.html": "the ladder, and the workers",
    "searchindex.js": "the words of all pages, numbers among them",
}
PICTURE = r'<svg.*?</svg>|id="fig-workers".*?</script>'
NUMBER = re.compile(rf"{PICTURE}| *[-−]?\d[\d.,]*(?:e[+-]\d+)?", re.DOTALL)


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The site, built twice from nothing in one place."""
    project = copy(tmp_path_factory.mktemp("twice") / "book")
    sites = []
    for name in ("first", "second"):
        python = env(PYTHONPATH=str(project / "src"))
        run(sys.executable, "tools/build.py", cwd=project, env=python)
        sites.append(Path(shutil.move(project / "_build/html", project.parent / name)))
        shutil.rmtree(project / "_build")
    return sites


def test_two_builds_differ_in_what_is_measured_alone(builds: list[Path]):
    first, second = builds
    names = {file.relative_to(first).as_posix() for file in first.rglob("*") if file.is_file()}
    again = {file.relative_to(second).as_posix() for file in second.rglob("*") if file.is_file()}
    assert names == again
    different = [n for n in sorted(names) if (first / n).read_bytes() != (second / n).read_bytes()]
    assert [name for name in different if name not in MEASURED] == []
    for name in set(different) - {"searchindex.js"}:
        one, two = (NUMBER.sub("#", (site / name).read_text("utf-8")) for site in builds)
        assert one == two, f"{name} differs in more than numbers"
