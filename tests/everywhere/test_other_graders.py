"""What *For instructors* tells users of nbgrader and otter works with the packages themselves: the
page's own lines pass a right answer and fail a wrong one."""

import csv
import re

import nbformat
import pytest
from fresh import ROOT, copy, env, pip, run, venv

PAGE = (ROOT / "book/instructors.md").read_text("utf-8")
[BLOCK] = re.findall(r"```python\n(# nbgrader: .*?)```", PAGE, re.DOTALL)
NBGRADER, OTTER = BLOCK.split("# otter: tests/gelu.py\n")
IMPORTS = "import math\nimport numpy as np\nfrom nnbook import exercises\n"
RIGHT = """def gelu(x):
    shares = [(1 + math.erf(v / math.sqrt(2))) / 2 for v in np.ravel(x)]
    return x * np.reshape(shares, np.shape(x))
"""
WRONG = "def gelu(x):\n    return x\n"


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """Both packages, and the library as it is here."""
    folder = tmp_path_factory.mktemp("graders")
    python = venv(folder / "venv", "3.11", "nbgrader==0.9.6", "otter-grader==7.0.0", "scipy")
    pip(python, "--no-deps", copy(folder / "book"))
    return python


def notebook(answer: str) -> nbformat.NotebookNode:
    """The imports, the answer, the check, as nbgrader marks them."""
    cells = []
    for name, text in {"imports": IMPORTS, "answer": answer, "check": NBGRADER}.items():
        cell = nbformat.v4.new_code_cell(text)
        cell.metadata["nbgrader"] = {
            "grade_id": name,
            "schema_version": 3,
            "task": False,
            "solution": name == "answer",
            "grade": name == "check",
            "locked": name == "check",
        } | ({"points": 1} if name == "check" else {})
        cells.append(cell)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def test_nbgrader_gives_the_point_to_the_right_answer_alone(tmp_path, python):
    handed_in = {"ada": RIGHT, "bob": WRONG}
    solution = RIGHT.replace("    ", "    ### BEGIN SOLUTION\n    ", 1) + "    ### END SOLUTION\n"
    for place, answer in {
        "source": solution,
        **{f"submitted/{student}": text for student, text in handed_in.items()},
    }.items():
        (tmp_path / place / "one").mkdir(parents=True)
        nbformat.write(notebook(answer), tmp_path / place / "one/gelu.ipynb")
    (tmp_path / "nbgrader_config.py").write_text(
        'c = get_config()\nc.CourseDirectory.course_id = "course"\n'
    )
    here = {"cwd": tmp_path, "env": env(PATH=f"{python.parent}:{env()['PATH']}")}
    for words in (["generate_assignment", "one", "--create"], ["autograde", "one", "--create"]):
        run(python, "-m", "nbgrader", *words, **here)
    run(python, "-m", "nbgrader", "export", **here)
    with (tmp_path / "grades.csv").open() as file:
        found = {row["student_id"]: float(row["raw_score"]) for row in csv.DictReader(file)}
    assert found == {"ada": 1, "bob": 0}


@pytest.mark.parametrize(("answer", "passes"), [(RIGHT, True), (WRONG, False)])
def test_otter_passes_the_right_answer_alone(tmp_path, python, answer, passes):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/gelu.py").write_text(OTTER)
    asked = "import otter\ngrader = otter.Notebook(tests_dir='tests')\n"
    asked += "print(grader.check('gelu', global_env=globals()))\n"
    said = run(python, "-c", IMPORTS + answer + asked, cwd=tmp_path)
    assert ("All test cases passed" in said) == passes, said
    assert ("Likely cause" in said) != passes, said
