"""The exercises in the chapters are those of nnbook.exercises, and what is handed out from them."""

import ast
import builtins
import json
import re
from pathlib import Path
from zipfile import ZipFile

import handout
import practice
import pytest
from minutes import source

from nnbook import exercises

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def load(path):
    return json.loads(path.read_text("utf-8"))


def notebook(*ids, imports="from nnbook import data, nn\nimport numpy as np"):
    """A notebook with cells of these names."""
    texts = {"imports": imports, "setup": "import sys"}
    kinds = ["code" if name in texts else "markdown" for name in ids]
    made = [practice.cell(n, texts.get(n, n), k) for n, k in zip(ids, kinds, strict=True)]
    return {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


CHAPTER = notebook("setup", "title", "imports", "practice", "practice-paper", "summary")


@each_chapter
def test_a_chapter_has_its_exercises_as_they_stand_in_the_source(path):
    text = path.read_text("utf-8")
    new = practice.write(practice.refreshed(load(path), path.stem))
    assert text == new, f"run: python tools/practice.py chapters/{path.name}"


@each_chapter
def test_a_chapter_imports_what_its_solutions_need(path):
    (imports,) = [source(c) for c in load(path)["cells"] if c["id"] == "imports"]
    known = set(re.findall(r"\w+", imports)) | set(dir(builtins))
    for exercise in map(exercises.get, exercises.names()):
        if exercise.chapter == path.stem:
            tree = ast.walk(ast.parse(exercise.source))
            names = [node for node in tree if isinstance(node, ast.Name | ast.arg)]
            used = {n.id for n in names if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
            own = {n.arg for n in names if isinstance(n, ast.arg)}
            own |= {n.id for n in names if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
            assert used - own <= known, exercise.name


def test_every_exercise_has_a_chapter_in_the_book():
    stems = {path.stem for path in CHAPTERS} - {"why", "scale"}  # questions and machines
    assert {exercises.get(name).chapter for name in exercises.names()} == stems


def test_task_stub_and_solution_stand_behind_the_practice_cells():
    ids = [cell["id"] for cell in practice.refreshed(CHAPTER, "sgd")["cells"]]
    assert ids[:5] == ["setup", "title", "imports", "practice", "practice-paper"]
    assert ids[5:8] == ["exercise-sgd-step", "try-sgd-step", "solution-sgd-step"]
    assert ids[-2:] == ["report", "summary"]
    assert len(ids) == 6 + 2 * 3 + 1


def test_a_second_time_changes_nothing():
    once = practice.refreshed(CHAPTER, "neuron")
    assert practice.refreshed(once, "neuron") == once
    assert practice.write(practice.refreshed(once, "neuron")) == practice.write(once)


def test_a_changed_stub_and_an_exercise_that_is_gone_are_put_right():
    good = practice.refreshed(CHAPTER, "neuron")
    cells = [
        practice.cell(c["id"], "def gelu(x): ...", "code") if c["id"] == "try-gelu" else c
        for c in good["cells"]
    ]
    bad = good | {"cells": [*cells, practice.cell("solution-of-old", "gone")]}
    assert practice.refreshed(bad, "neuron") == good


def test_the_imports_take_in_exercises_and_stay_short():
    imports = (
        "import numpy as np\n\nfrom nnbook import data, figures, live, nn, optim, peers, plots"
    )
    imports += ", source\nfrom nnbook import nn as ours\n\nplots.use_style()"
    cell = practice.refreshed(notebook("imports", "practice", imports=imports), "sgd")["cells"][0]
    assert source(cell).splitlines() == [
        "import numpy as np",
        "",
        "from nnbook import data, exercises, figures, live, nn, optim, peers, plots",
        "from nnbook import source",
        "from nnbook import nn as ours",
        "",
        "plots.use_style()",
    ]
    assert practice.importing(cell) == cell


def test_a_chapter_without_a_place_for_its_exercises_is_refused():
    with pytest.raises(SystemExit, match="sgd has no cell named practice"):
        practice.refreshed(notebook("title"), "sgd")
    assert practice.refreshed(notebook("title"), "why") == notebook("title")


def test_the_solution_is_folded_with_its_code_and_a_sentence():
    cell = practice.cells(exercises.get("gelu"))[2]
    start, code, _ = source(cell).split("```")
    assert start == "<details>\n<summary>Solution</summary>\n\n"
    assert code == f"python\n{exercises.get('gelu').source}\n"
    assert source(cell).endswith(f"\n\n{exercises.get('gelu').because}\n\n</details>")


def test_tasks_show_no_formula_signs_that_markdown_would_eat():
    for exercise in map(exercises.get, exercises.names()):
        plain = re.sub(r"`[^`]*`|\$[^$]*\$", "", practice.task(exercise))
        assert not re.search(r"[_*$|<>]", plain), exercise.name


@pytest.fixture(autouse=True)
def _nothing_withheld(monkeypatch):
    monkeypatch.setattr(exercises, "_withheld", False)


def test_students_get_notebooks_without_solutions_that_say_who_has_them(tmp_path):
    chapter = practice.refreshed(CHAPTER, "neuron")
    target = handout.make("student", {"neuron.ipynb": chapter}, tmp_path)
    with ZipFile(target) as file:
        assert file.namelist() == ["student/neuron.ipynb"]
        cells = json.loads(file.read("student/neuron.ipynb"))["cells"]
    for exercise in map(exercises.get, ("neuron", "sigmoid", "gelu")):
        assert exercise.source not in "\n".join(map(source, cells))
        assert exercise.stub in map(source, cells)
    code = compile(source(cells[0]), "setup", "exec")
    assert "return" in exercises.solution("gelu")
    exec(code, {})
    assert "left to your instructor" in exercises.solution("gelu")


def test_the_solved_notebooks_pass_every_check_and_stop_where_one_does_not(tmp_path):
    chapter = practice.refreshed(CHAPTER, "sgd")
    folder = handout.make("solutions", {"sgd.ipynb": chapter}, tmp_path)
    cells = load(folder / "sgd.ipynb")["cells"]
    tries = [c for c in cells if c["id"].startswith("try-")]
    assert len(tries) == 2
    names = {}
    exec("import numpy as np\nfrom nnbook import exercises, nn", names)
    for cell in tries:
        exec(source(cell), names)
        assert names["result"].passed
    with pytest.raises(AssertionError, match="not yet"):
        exec(source(tries[0]).replace("w - lr", "w + lr"), names)


LINKS = """\
[a chapter](sgd.ipynb) [in it](sgd.ipynb#fig-bowl?w=2) [here](#fig-ridge)
[a page](../book/notation.md) [in a page](../book/notation.md#symbols) [gone](../book/gone.md)
[*far*](https://example.org/x) `a[0](x)` [try](binder:chapters/sgd.ipynb) ![no](link.png)
[a chapter](../chapters/sgd.ipynb) [lost](lost.ipynb)"""


def linked(address):
    """What becomes of the links, and all that is handed out."""
    given = notebook("title")
    given["cells"][0]["source"] = LINKS.splitlines(keepends=True)
    files = handout.handed({"neuron.ipynb": given, "sgd.ipynb": notebook("title")}, address)
    [cell] = json.loads(files["neuron.ipynb"])["cells"]
    return source(cell), files


def test_links_lead_to_the_website_where_it_is_known():
    text, files = linked("https://ada.github.io/book/")
    chapters, pages = "https://ada.github.io/book/chapters", "https://ada.github.io/book/book"
    assert text.splitlines() == [
        f"[a chapter](sgd.ipynb) [in it]({chapters}/sgd.html#fig-bowl?w=2) "
        f"[here]({chapters}/neuron.html#fig-ridge)",
        f"[a page]({pages}/notation.html) [in a page]({pages}/notation.html#symbols) gone",
        "[*far*](https://example.org/x) `a[0](x)` try ![no](link.png)",
        "[a chapter](sgd.ipynb) lost",
    ]
    assert files.keys() == {"neuron.ipynb", "sgd.ipynb"}


def test_without_a_website_links_lead_to_files_that_come_along():
    text, files = linked("")
    assert text.splitlines() == [
        "[a chapter](sgd.ipynb) [in it](sgd.ipynb) here",
        "[a page](notation.md) [in a page](notation.md) gone",
        "[*far*](https://example.org/x) `a[0](x)` try ![no](link.png)",
        "[a chapter](sgd.ipynb) lost",
    ]
    assert "notation.md" in files


@pytest.mark.parametrize("address", ["", "https://ada.github.io/book/"])
def test_every_link_of_what_is_handed_out_leads_somewhere(address):
    notebooks = {path.name: handout.student(load(path)) for path in CHAPTERS}
    files = handout.handed(notebooks, address)
    count = 0
    for name, text in files.items():
        cells = json.loads(text)["cells"] if name.endswith(".ipynb") else []
        texts = [source(c) for c in cells if c["cell_type"] == "markdown"] or [text]
        for link in re.findall(r"(?<!!)\]\(([^()\s]+)\)", "\n".join(texts)):
            count += 1
            page = link.removeprefix(address) if address else link
            if page != link:
                page = re.sub(r"[#?].*", "", page)
                sources = [ROOT / page.replace(".html", end) for end in (".md", ".ipynb")]
                assert any(path.exists() for path in sources), (name, link)
            else:
                assert link in files or link.startswith("https://"), (name, link)
    assert count > 50


def test_the_commands_say_what_they_can_make(monkeypatch):
    monkeypatch.setattr("sys.argv", ["handout.py"])
    with pytest.raises(SystemExit, match="student, or solutions"):
        handout.main()
