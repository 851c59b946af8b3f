"""The chapters as files: stored without outputs, cells named, alone on Colab, short cells."""

import ast
import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import minutes
import pytest
from minutes import source

from nnbook.page import needs

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def cells(path, kind=None):
    return [
        c for c in json.loads(path.read_text("utf-8"))["cells"] if kind in (None, c["cell_type"])
    ]


def tags(cell):
    return cell["metadata"].get("tags", [])


def test_the_chapters_are_stored_without_outputs():
    command = [Path(sys.executable).with_name("nbstripout"), "--keep-id", "--verify"]
    keys = ["--extra-keys", "metadata.language_info"]
    result = subprocess.run([*command, *keys, *CHAPTERS], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


@each_chapter
def test_every_cell_has_a_name_of_its_own(path):
    names = [cell["id"] for cell in cells(path)]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) for name in names)
    assert not any(re.fullmatch(r"[0-9a-f]{8}", name) for name in names)


@each_chapter
def test_the_first_cell_sets_up_colab_and_is_the_same_in_every_chapter(path):
    first = cells(path)[0]
    assert first["metadata"]["tags"] == ["remove-cell"]
    assert source(first) == source(cells(CHAPTERS[0])[0])


@each_chapter
def test_a_chapter_says_how_long_it_takes_to_read_to_work_through_and_to_run(path):
    """One rule counts it: tools/minutes.py, which also writes it."""
    title = source(cells(path, "markdown")[0])
    said = re.search(
        r"^\*About (\d+) minutes to read, about (\d+) to work through; the code runs in "
        r".*(?:second|minute)",
        title,
        re.MULTILINE,
    )
    found = minutes.minutes(json.loads(path.read_text("utf-8")))
    assert said, title
    assert abs(int(said[1]) - found.read) <= 1, "run: python tools/minutes.py"
    assert abs(int(said[2]) - found.work) <= 10, "run: python tools/minutes.py"


def test_all_chapters_together_take_the_hours_that_the_first_page_says():
    """It said "a little over three hours" of nine chapters that add up to less."""
    index = (ROOT / "book/index.md").read_text("utf-8")
    said = re.search(
        r"about (\d+)(½?) hours to read,.*?about (\d+) hours to work", index, re.DOTALL
    )
    assert said
    found = [minutes.minutes(json.loads(path.read_text("utf-8"))) for path in CHAPTERS]
    read, work = sum(one.read for one in found), sum(one.work for one in found)
    assert abs(60 * int(said[1]) + 30 * bool(said[2]) - read) <= 30
    assert abs(60 * int(said[3]) - work) <= 90


ASSERTIONS = 391  # in all chapters when checks left the reader's cells; they may not get fewer


def assertions(cell):
    return sum(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(source(cell))))


@each_chapter
def test_no_cell_that_a_reader_reads_asserts_or_records(path):
    for cell in cells(path, "code")[1:]:
        if "checks" not in tags(cell):
            assert not assertions(cell), f"{cell['id']}: into a cell of its own, tagged checks"
            assert "claims.record(" not in source(cell), cell["id"]


def test_the_assertions_do_not_get_fewer():
    every = [cell for path in CHAPTERS for cell in cells(path, "code")[1:]]
    assert sum(map(assertions, every)) >= ASSERTIONS


@each_chapter
def test_checks_follow_what_they_check_and_are_folded_wherever_a_notebook_is_read(path):
    before = {"cell_type": "", "id": ""}
    for cell in cells(path):
        if "checks" in tags(cell):
            assert before["cell_type"] == "code" or "remove-cell" in tags(cell), cell["id"]
            assert source(cell).startswith("# @title ✓ checked\n"), cell["id"]  # Colab's
            assert cell["metadata"]["cellView"] == "form", cell["id"]
            assert cell["metadata"]["jupyter"] == {"source_hidden": True}, cell[
                "id"
            ]  # JupyterLab's
            if (name := cell["id"].removesuffix("-checks")) != cell["id"]:
                assert name == before["id"] or "remove-cell" in tags(cell), cell["id"]
            assert assertions(cell) or cell["id"].startswith("claim-"), cell["id"]
        before = cell


@each_chapter
def test_a_chapter_runs_without_its_checks(path):
    """In a page they have no button: what a cell uses, a reader's cell above it has set last."""
    set_by = {}
    for cell in cells(path, "code"):
        names = needs.names(source(cell))
        if "checks" not in tags(cell):
            lost = {name: set_by[name] for name in names.needs & set_by.keys() if set_by[name]}
            assert not lost, f"{cell['id']} uses what only checks set: {lost}"
        set_by |= dict.fromkeys(names.sets, "checks" in tags(cell) and cell["id"])


@each_chapter
def test_no_library_code_that_a_chapter_shows_holds_guards(path):
    """What is shown is the formula; who calls wrongly was refused at the door."""
    if path.stem == "pytorch":
        pytest.importorskip("torch")
    names = {}
    exec(next(source(cell) for cell in cells(path) if cell["id"] == "imports"), names)
    for cell in cells(path, "code"):
        for node in ast.walk(ast.parse(source(cell))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "source.show":
                for thing in node.args:
                    text = inspect.getsource(eval(ast.unparse(thing), names))
                    assert not re.search(r"^\s*(raise|assert)\b", text, re.M), ast.unparse(thing)


WORKSHOPS = ("training", "depth", "scale")


@each_chapter
def test_a_workshop_says_first_that_it_goes_beyond_the_slides(path):
    first = source(cells(path, "markdown")[0]).split("\n\n")[1]
    assert first.startswith("*A workshop: it goes beyond the slides") == (path.stem in WORKSHOPS)


@each_chapter
def test_code_cells_are_short(path):
    for cell in cells(path, "code"):
        assert len(source(cell).splitlines()) <= 12 + ("checks" in tags(cell)), cell["id"]
        assert all(len(line) <= 76 for line in source(cell).splitlines()), cell["id"]


@each_chapter
def test_a_chapter_needs_no_data_that_a_build_may_lack(path):
    for cell in cells(path, "code"):
        assert not re.search(r"Unavailable|load_(fashion_)?mnist\(", source(cell)), cell["id"]


@each_chapter
def test_a_notebook_opens_no_file_by_a_relative_path(path):
    for cell in cells(path, "code"):
        assert not re.search(r"\bopen\(|Path\(|\.\./|np\.load\([\"']|read_csv\(", source(cell)), (
            cell["id"]
        )


@each_chapter
def test_only_the_pytorch_chapter_imports_torch(path):
    if path.stem != "pytorch":
        for cell in cells(path, "code"):
            assert not re.search(r"\bimport torch|from torch", source(cell)), cell["id"]


@each_chapter
def test_the_text_is_free_of_words_that_talk_down(path):
    for cell in cells(path, "markdown"):
        found = re.findall(
            r"\b(simply|obviously|trivially|of course)\b", source(cell), re.IGNORECASE
        )
        assert not found, (cell["id"], found)


def test_the_setup_cell_installs_from_the_address_in_the_configuration():
    address = re.search(r"^  url: (\S+)", (ROOT / "_config.yml").read_text("utf-8"), re.MULTILINE)
    assert address
    for path in CHAPTERS:
        assert f'"git+{address[1]}"' in source(cells(path)[0])
