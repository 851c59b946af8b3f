"""Pages with Python: what is marked, what is shipped, and pages as on paper without Pyodide."""

import io
import json
import re
import shutil
import zipfile
from hashlib import sha256
from html import unescape
from pathlib import Path

import bytecode
import pytest
from trial import ROOT, Book, build, code, notebook, text

from nnbook import exercises

STUB = exercises.get("neuron").stub
CELLS = [
    text("title", "# Neuron"),
    code("imports", "import numpy as np"),
    code("sum"),
    code("rounded"),
    code("plot"),
    text("exercise-neuron", "## Exercise"),
    code("try-neuron", STUB),
    text("solution-neuron", "<details>\n<summary>Solution</summary>\n\nThis.\n\n</details>"),
    text("end", "The end."),
]
INDEX = "# Book\n\n```{toctree}\nchapters/neuron\n```\n"
COLAB = {"colab": {"url": "https://colab/{{path}}"}}  # as launch_links.py sets it


def book(folder: Path, runtime: bool = True) -> Book:
    own = folder / "book" / "run"
    shutil.copytree(ROOT / "book" / "run", own)
    (own / "runnable.txt").write_text(
        "chapters/neuron imports\nchapters/neuron sum 20\nchapters/neuron rounded supplies\n"
        "chapters/sgd plot\n"
    )
    if runtime:
        files = folder / "_build" / "runtime"
        files.mkdir(parents=True)
        (files / "core.mjs").write_text("core")
        (files / "numpy.whl").write_text("numpy")
        numpy = {"file_name": "numpy.whl", "name": "numpy", "sha256": "", "bytes": 5}
        core = [{"file_name": "core.mjs", "sha256": "", "bytes": 4}]
        lock = {"info": {}, "core": core, "packages": {"numpy": numpy}}
        (files / "pyodide-lock.json").write_text(json.dumps(lock))
    pages = {"index.md": INDEX, "chapters/neuron.ipynb": notebook(*CELLS)}
    with pytest.MonkeyPatch.context() as patch:  # this Pyodide has no CPython
        patch.setattr(bytecode, "compiled", lambda runtime, archive: archive.content)
        patch.setattr(bytecode, "begin", lambda runtime, archives: None)
        return build(folder, pages, ["cell_anchors", "run"], myst_url_schemes=COLAB)


@pytest.fixture(scope="module")
def with_python(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return book(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return book(tmp_path_factory.mktemp("paper"), runtime=False)


def test_an_exercise_stands_with_its_solution_in_one_container(with_python: Book):
    assert not with_python.failed, with_python.messages
    page = with_python.page("chapters/neuron")
    start = page.index('data-exercise="neuron"')
    inside = page[start : page.index("The end.")]
    assert inside.index("cell-try-neuron") < inside.index('data-do="check"')
    assert inside.index('role="status"') < inside.index("<details>") < inside.index("</details>")
    assert (
        inside.count("<div") == inside.count("</div>") - 1
    )  # it has its own end behind the solution
    tries = re.search(r'class="nn-tries">(.*?)<', inside)
    assert tries
    assert all(
        case.label in tries[1].replace("&#x27;", "'") for case in exercises.get("neuron").cases
    )


def test_its_hints_are_those_of_a_notebook(with_python: Book):
    found = re.search(r'data-hints="(.*?)"', with_python.page("chapters/neuron"))
    assert found
    hints = json.loads(unescape(found[1]))
    exercises._hints_given.pop("neuron", None)
    assert hints == [str(exercises.hint("neuron")) for _ in hints]
    assert len(hints) == len(exercises.get("neuron").hints) + 1


def test_the_listed_cells_run_and_no_others(with_python: Book):
    page = with_python.page("chapters/neuron")
    assert re.findall(r'data-cell="([^"]+)"', page) == ["imports", "sum"]
    assert page.count('data-do="run"') == 2
    assert page.count("takes about") == page.count("takes about 20 s") == 1


def test_a_cell_that_only_supplies_others_says_that_it_does_not_run(with_python: Book):
    page = with_python.page("chapters/neuron")
    assert page.count('class="nn-why"') == 2
    assert page.count("data-supplies") == 1
    cell = page[page.index('id="cell-rounded"') : page.index('id="cell-plot"')]
    assert '<p class="nn-why" data-supplies>' in cell


def test_a_page_with_something_to_run_loads_the_script_and_others_do_not(with_python: Book):
    page = with_python.page("chapters/neuron")
    [script] = re.findall(r'<script defer src="([^"]+/start.js)"', page)
    assert (with_python.out / "chapters" / script).resolve().exists()
    assert 'data-elsewhere="https://colab/chapters/neuron.ipynb"' in page
    assert "start.js" not in with_python.page("index")


def test_what_is_shipped_is_listed_with_its_hash(with_python: Book):
    run = with_python.out / "run"
    lock = json.loads((run / "pyodide-lock.json").read_text())
    assert (run / "core.mjs").read_text() == "core"
    assert list(lock["packages"]) == ["numpy", "nnbook"]
    wheel = run / lock["packages"]["nnbook"]["file_name"]
    assert sha256(wheel.read_bytes()).hexdigest() == lock["packages"]["nnbook"]["sha256"]
    assert lock["packages"]["nnbook"]["bytes"] == wheel.stat().st_size
    shipped = {path.relative_to(run).as_posix().partition("/")[2] for path in run.rglob("*.*js")}
    assert {
        "start.js",
        "page.mjs",
        "worker.mjs",
        "prism-code-editor/prism-code-editor.mjs",
    } <= shipped
    assert (wheel.parent / "prism-code-editor" / "LICENSE").exists()
    assert not list(run.rglob("*.toml"))


def test_without_pyodide_a_page_is_as_on_paper(without: Book):
    assert not without.failed, without.messages
    page = without.page("chapters/neuron")
    assert not re.search(r"data-(do|cell|exercise)=|start\.js", page)
    assert "cell-try-neuron" in page
    assert not (without.out / "run").exists()


def test_the_wheel_holds_what_runs_in_a_page_and_is_the_same_each_time():
    import run

    with zipfile.ZipFile(io.BytesIO(run.wheel())) as archive:
        names = set(archive.namelist())
    assert {"nnbook/nn/layers.py", "nnbook/page/session.py", "nnbook/digits.npz"} <= names
    assert not [n for n in names if re.search(r"figures|quizzes|plots|live|\.js$|\.yaml$", n)]
    assert run.wheel() == run.wheel()


def test_each_listed_cell_is_a_cell_of_its_chapter_and_stands_once():
    lines = (ROOT / "book" / "run" / "runnable.txt").read_text("utf-8").splitlines()
    found = [tuple(line.split()[:2]) for line in lines]
    assert len(set(found)) == len(found) > 50
    for page, name in found:
        cells = json.loads((ROOT / f"{page}.ipynb").read_text("utf-8"))["cells"]
        assert [cell["cell_type"] for cell in cells if cell["id"] == name] == ["code"], (page, name)
