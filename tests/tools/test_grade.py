"""`make grade`: right answers pass, others do not whatever they try, and each has its row."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import grade
import numpy as np
import pytest
import yaml

from nnbook import exercises
from nnbook.exercises.handin import FORMAT

CHECKS = Path(exercises.__file__).parent
TEXTS = yaml.safe_load(Path(__file__).with_name("hostile.yaml").read_text("utf-8"))
HOSTILE, RIGHT = TEXTS["hostile"], TEXTS["right"]
HOSTILE["has too deep a text"] = "x = " + "(" * 5000 + ")" * 5000
HOSTILE["has a text that ends early"] = "def neuron(x, w, b): return x\x00"
BEGIN = "import numpy as np\nfrom nnbook import nn\nfrom scipy.special import ndtr\n"
IN_PLACE = """
def {name}({parameters}):
    result = inner({parameters})
    for a in ({parameters},):
        if isinstance(a, np.ndarray): a[...] = 7
    return result
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="grading is for Linux and macOS")


def hand_in(folder, file, answers, name="", **more):
    """A file as exercises.export writes it, which says that everything has passed."""
    kept = {e: {"function": e, "source": s, "here": "passed"} for e, s in answers.items()}
    whole = {"format": FORMAT, "name": name or file, "answers": kept, **more}
    (folder / f"{file}.json").write_text(json.dumps(whole), "utf-8")


def solutions():
    """All solutions, each with what its chapter has imported."""
    found = {}
    for exercise in map(exercises.get, exercises.names()):
        torch = "import torch\n" if exercise.chapter == "pytorch" else ""
        found[exercise.name] = BEGIN + torch + exercise.source + "\n"
    return found


def graded(folder):
    """The rows, by file and exercise."""
    rows = list(grade.grade(grade.collect(folder)))
    found = {(row.file.removesuffix(".json"), row.exercise): row for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.fixture(scope="module")
def attacks(tmp_path_factory):
    """All hostile answers and two that are right, graded together."""
    folder, canary = tmp_path_factory.mktemp("attacks"), tmp_path_factory.mktemp("home") / "canary"
    canary.write_text("whole")
    before = sorted(path.stat().st_size for path in CHECKS.rglob("*.py"))
    for name, text in {**HOSTILE, **RIGHT}.items():
        text = text.replace("CANARY", str(canary)).replace("PLACE", str(CHECKS))
        hand_in(folder, name, {"sigmoid" if "def sigmoid" in text else "neuron": text})
    rows = graded(folder)
    assert canary.read_text() == "whole"
    assert [path.name for path in canary.parent.iterdir()] == ["canary"]
    assert sorted(path.stat().st_size for path in CHECKS.rglob("*.py")) == before
    return {file: row for (file, _), row in rows.items()}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_answer_does_not_pass_and_has_its_row(attacks, name):
    assert attacks[name].verdict == "failed"
    assert attacks[name].why
    assert "not judged" not in attacks[name].why


@pytest.mark.parametrize("name", RIGHT)
def test_right_answers_beside_hostile_ones_pass(attacks, name):
    assert (attacks[name].verdict, attacks[name].why) == ("passed", "")


def test_an_answer_that_changes_later_is_told_so(attacks):
    for name in ("is right for 39 calls", "is right until inputs come again"):
        assert attacks[name].why in (
            "the same call gave another result later on",
            "The same call was right before: something of an earlier call has stayed.",
        )


@pytest.mark.slow
def test_every_solution_passes_also_after_answers_that_spoil_their_arguments(tmp_path):
    pytest.importorskip("torch")
    right, spoiled = solutions(), {}
    for name, text in right.items():
        parameters = ", ".join(exercises.get(name).parameters)
        text = text.replace(f"def {name}(", "def inner(")
        spoiled[name] = text + IN_PLACE.format(name=name, parameters=parameters)
    hand_in(tmp_path, "1", spoiled)
    hand_in(tmp_path, "2", right)
    rows = list(grade.grade(grade.collect(tmp_path), workers=1))
    wrong = [(row.exercise, row.why) for row in rows if row.file == "2.json" and row.why]
    assert wrong == []
    assert [row.exercise for row in rows] == exercises.names() * 2
    arrays = {row.exercise: row.verdict for row in rows if row.file == "1.json"}
    assert arrays["neuron"] == arrays["cross_entropy"] == arrays["batchnorm_forward"] == "failed"


def test_an_answer_in_loops_is_told_so_and_one_for_the_shown_cases_is_wrong(tmp_path):
    text = "import numpy as np\n\ndef loops_to_matrix(images, weights, bias):\n"
    text += "    return np.array([[np.sum(i * w) for w in weights] for i in images]) + bias\n"
    shown = (
        BEGIN
        + exercises.get("gelu").source.replace("gelu", "real")
        + ("\n\ndef gelu(x):\n    return real(x) if np.size(x) in (2, 4, 8) else 0 * x\n")
    )
    hand_in(tmp_path, "a", {"loops_to_matrix": text, "gelu": shown})
    rows = graded(tmp_path)
    assert "one by one" in rows["a", "loops_to_matrix"].why
    assert rows["a", "gelu"].verdict == "failed"


def test_chance_is_looked_at_where_the_answer_runs(tmp_path):
    text = "import numpy as np\n\ndef he_init(in_features, out_features, rng):\n    {}"
    text += "\n    return np.sqrt(2 / in_features) * rng.normal(size=(out_features, in_features))\n"
    hand_in(tmp_path, "seeded", {"he_init": text.format("rng = np.random.default_rng(0)")})
    again = "rng = np.random.default_rng(rng.bit_generator.seed_seq)"
    hand_in(tmp_path, "begins anew", {"he_init": text.format(again)})
    hand_in(tmp_path, "odd", {"he_init": text.format("if out_features == 12: return 'odd'")})
    rows = graded(tmp_path)
    assert "No chance comes from rng" in rows["seeded", "he_init"].why
    assert "begins the generator's numbers anew" in rows["begins anew", "he_init"].why
    assert rows["odd", "he_init"].verdict == "failed"
    assert "not judged" not in rows["odd", "he_init"].why


def test_a_file_says_nothing_about_itself_that_is_believed(tmp_path):
    hand_in(tmp_path, "a", {"gelu": "def gelu(x): return x"}, verdict="passed", passed=25)
    assert graded(tmp_path)["a", "gelu"].verdict == "failed"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "cannot be read"),
        ("{", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ("\x00\xff", "cannot be read"),
        ("[]", "exercises.export did not write it"),
        ('{"format": "nnbook answers 1"}', "it holds no answers"),
        ('{"format": "nnbook answers 1", "answers": []}', "it holds no answers"),
        ('{"format": "nnbook answers 1", "answers": {"gelu": 3}}', "has no text"),
        ('{"format": "nnbook answers 1", "answers": {"gelu": {"source": "x"}}}', "has no text"),
        ('{"format": "nnbook answers 1", "answers": {"glue": {}}}', "no exercise of this name"),
        (" " * (grade.LARGEST + 1), "larger than 1 MB"),
    ],
)
def test_a_file_that_holds_no_answer_has_its_row_too(tmp_path, text, why):
    (tmp_path / "a.json").write_bytes(text.encode("latin-1"))
    [row] = graded(tmp_path).values()
    assert row.verdict == "failed"
    assert why in row.why


def test_a_link_to_another_file_is_not_read(tmp_path):
    hand_in(tmp_path, "a", {"gelu": BEGIN + exercises.get("gelu").source})
    (tmp_path / "b.json").symlink_to(tmp_path / "a.json")
    rows = graded(tmp_path)
    assert rows["a", "gelu"].verdict == "passed"
    assert "a link" in rows["b", ""].why


def test_a_file_of_python_is_taken_with_its_functions(tmp_path):
    own = [BEGIN, exercises.get("gelu").source, exercises.get("sigmoid").source, "def x(): pass\n"]
    (tmp_path / "ada.py").write_text("\n\n".join(own), "utf-8")
    assert {key: row.verdict for key, row in graded(tmp_path).items()} == {
        ("ada.py", "sigmoid"): "passed",
        ("ada.py", "gelu"): "passed",
    }


@pytest.mark.slow
def test_one_file_cannot_use_up_the_time_of_all(tmp_path, monkeypatch):
    monkeypatch.setattr(grade, "LOST", 1.0)
    endless = "def {}(*args):\n    while True: pass"
    hand_in(tmp_path, "a", {name: endless.format(name) for name in exercises.names()})
    rows = list(graded(tmp_path).values())
    assert len(rows) == len(exercises.names())
    assert rows[0].why == "no result in time"
    assert {row.why for row in rows[1:]} == {
        "not run: this file's other answers have used up its time"
    }


def test_answers_that_are_wrong_use_up_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(grade, "LOST", 0.0)
    text = "def {}(*args):\n    sum(range(10**6))\n    return 3"
    hand_in(tmp_path, "a", {name: text.format(name) for name in ("neuron", "gelu", "sigmoid")})
    assert not [row for row in graded(tmp_path).values() if "not run" in row.why]


def test_a_judge_that_is_stuck_costs_one_row_and_no_more(monkeypatch):
    judge = grade.Judge()
    monkeypatch.setattr(grade, "STUCK", 0.01)
    assert judge.ask("gelu", "x", "gelu") == (False, "the judge gave up on it", grade.LOST)
    monkeypatch.setattr(grade, "STUCK", 180.0)
    text = BEGIN + exercises.get("gelu").source
    assert judge.ask("gelu", text, "gelu") == (True, "", 0.0)
    judge.close()


def test_steps_of_python_are_counted_where_the_answer_runs(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(grade.JUDGE.parent)
    import judge

    text = "def sigmoid(x):\n    return {}\n"
    bench = judge.Bench(tmp_path, False)
    found = []
    for body in ("x + x", "[v for v in x]"):
        channel = bench.answer()
        answer = judge.Answer(channel, "sigmoid")
        first = {"folder": str(tmp_path), "source": text.format(body), "function": "sigmoid"}
        assert answer.ask(first, []) == {"ready": True}
        found += [answer.work(np.ones(10)), answer.work(np.ones(100))]
        channel.close()
        bench.end()
    bench.close()
    assert found[0] == found[1] > 0
    assert found[3] > 5 * found[2]


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r\n=1", " =1", "\x1b=1", "＝1", "|x", "\u202e=1"]
)
def test_no_cell_is_a_formula_and_none_moves_the_cursor(tmp_path, cell):
    row = grade.Row(cell, cell, cell, "failed", cell, 0.1)
    grade.write(tmp_path / "grades.csv", [row])
    [_, cells] = csv.reader((tmp_path / "grades.csv").read_text("utf-8-sig").splitlines())
    assert all(text[0] in "'f0" for text in cells)
    assert "\x1b" not in grade.line(row)
    assert "\u202e" not in grade.line(row)
    assert "\n" not in grade.line(row)


def test_a_link_where_the_grades_go_is_replaced_and_not_followed(tmp_path):
    precious = tmp_path / "precious"
    precious.write_text("whole")
    folder = tmp_path / "hand-ins"
    folder.mkdir()
    (folder / "grades.csv").symlink_to(precious)
    grade.write(folder / "grades.csv", [grade.Row("a", "b", "c", "failed", "d")])
    assert precious.read_text() == "whole"
    assert "failed" in (folder / "grades.csv").read_text("utf-8-sig")
    assert [path.name for path in folder.iterdir()] == ["grades.csv"]


def test_the_command_prints_a_table_and_sums_and_writes_what_it_prints(tmp_path):
    hand_in(tmp_path, "ada", {"gelu": BEGIN + exercises.get("gelu").source}, "=Ada")
    hand_in(tmp_path, "bob", {"gelu": exercises.get("gelu").stub.split("\n\n\n")[0]})
    ran = subprocess.run(
        [sys.executable, grade.__file__, tmp_path], capture_output=True, text=True, check=True
    )
    assert "✓ passed  =Ada" in ran.stdout
    assert f"  1 of {len(exercises.names())}  =Ada  (ada.json)" in ran.stdout
    assert f"  0 of {len(exercises.names())}  bob  (bob.json)" in ran.stdout
    text = (tmp_path / "grades.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert [(row["name"], row["verdict"]) for row in rows] == [
        ("'=Ada", "passed"),
        ("bob", "failed"),
    ]


@pytest.mark.parametrize("argument", [[], ["no folder"], ["."]])
def test_without_answers_it_says_what_to_give(tmp_path, argument):
    ran = subprocess.run(
        [sys.executable, grade.__file__, *argument], capture_output=True, text=True, cwd=tmp_path
    )
    assert ran.returncode == 1
    assert "folder" in ran.stderr or "exercises.export" in ran.stderr


REFUSED = {
    "open('CANARY', 'w')": "may not open",
    "open('/etc/passwd')": "may not open",
    "__import__('os').remove('CANARY')": "os.remove",
    "__import__('os').kill(1, 0)": "os.kill",
    "__import__('os').fork()": "os.fork",
    "__import__('os').listdir('/')": "may not open",
    "__import__('socket').socket()": "socket",
    "__import__('subprocess').run(['true'])": "subprocess",
    "__import__('ctypes').CDLL(None)": "ctypes",
}


@pytest.mark.parametrize("attack", REFUSED)
def test_where_the_system_has_no_walls_python_refuses(tmp_path, attack):
    text = (
        "import sys, os, socket, subprocess, ctypes\n"
        "sys.path.insert(0, sys.argv[1]); import guard\n"
        "guard.audited([os.path.dirname(os.__file__)])\n"
        "import colorsys\n"  # what may be read can be imported
        f"try: {attack.replace('CANARY', str(tmp_path / 'x'))}\n"
        "except PermissionError as error: print(error)\n"
    )
    grading = str(grade.JUDGE.parent)
    ran = subprocess.run([sys.executable, "-c", text, grading], capture_output=True, text=True)
    assert REFUSED[attack] in ran.stdout, ran.stderr
    assert not (tmp_path / "x").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="walls of Linux")
@pytest.mark.parametrize(
    ("wall", "attack"),
    [
        ("guard.landlock(['/usr'])", "open('/etc/passwd')"),
        ("guard.landlock(['/usr'])", "open('/tmp/x', 'w')"),
        ("guard.seccomp()", "os.fork()"),
        ("guard.seccomp()", "os.kill(os.getpid(), 0)"),
        ("guard.seccomp()", "os.execv('/bin/true', ['true'])"),
        ("guard.seccomp()", "__import__('socket').socket()"),
    ],
)
def test_each_wall_holds_by_itself(wall, attack):
    text = (
        "import sys, os, socket; sys.path.insert(0, sys.argv[1]); import guard\n"
        f"guard.alone()\nprint({wall})\n"
        f"try: {attack}; print('done')\n"
        "except PermissionError: print('refused')\n"
    )
    grading = str(grade.JUDGE.parent)
    ran = subprocess.run([sys.executable, "-c", text, grading], capture_output=True, text=True)
    if ran.stdout.startswith("False"):
        pytest.skip("this kernel has no such wall")
    assert ran.stdout.split() == ["True", "refused"], ran.stderr


def test_every_wall_stands_before_an_answer_runs():
    text = (
        "import sys; sys.path.insert(0, sys.argv[1]); import answer, guard\n"
        "own = lambda one: getattr(one, '__module__', '') == 'guard'\n"
        "walls = [name for name, one in vars(guard).items() if own(one)]\n"
        "raised = []\n"
        "for name in walls: setattr(guard, name, lambda *_, name=name: raised.append(name))\n"
        "answer.bind()\n"
        "print(sorted(walls) == sorted(raised), *raised)\n"
    )
    grading = str(grade.JUDGE.parent)
    ran = subprocess.run([sys.executable, "-c", text, grading], capture_output=True, text=True)
    assert ran.stdout.startswith("True"), ran.stdout + ran.stderr
