"""What was answered is counted, and goes into a file that runs by itself."""

import functools
import json
from pathlib import Path

import numpy as np
import pytest

from nnbook import exercises, nn
from nnbook.exercises import handin

HALF, TABLE, LARGE = 0.5, np.array([1.0, 2.0]), np.zeros(10_000)
rng = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(handin, "_checked", {})
    monkeypatch.setattr(handin, "_met", [])


def gelu(x):
    return nn.gelu(x)


def bend(a):
    return np.maximum(a, 0) * 2 * HALF


def neuron(x, w, b):
    LARGE = x @ w
    return bend(LARGE + b)


def average(sizes: np.ndarray = TABLE):
    return nn.relu(sizes).sum() / len(sizes) if len(sizes) else average()


def random(x):
    return rng.normal(size=x.shape)


def large(x):
    return x + LARGE


def test_the_report_counts_what_has_passed_and_names_what_is_next():
    all_of_them = f"of the book’s {len(exercises.names())} exercises passed"
    assert exercises.report() == f"0 {all_of_them}, next: neuron, “One neuron, many examples”."
    exercises.check("neuron", exercises.get("neuron").solution)
    exercises.check("gelu", gelu)
    exercises.check("sigmoid", lambda x: x)
    assert exercises.report().startswith(f"2 {all_of_them}, next: sigmoid, “")
    exercises.check("gelu", lambda x: x)
    assert exercises.report().startswith(f"1 {all_of_them}")


def test_next_is_what_this_notebook_asks_and_then_what_comes_behind_it():
    def stub(*_): ...

    for name in ("sgd_step", "cross_entropy"):
        exercises.check(name, stub)
    assert "next: sgd_step" in exercises.report()
    exercises.check("sgd_step", exercises.get("sgd_step").solution)
    assert "next: cross_entropy" in exercises.report()
    exercises.check("cross_entropy", exercises.get("cross_entropy").solution)
    assert "next: minibatches" in exercises.report()


def test_when_all_have_passed_nothing_is_next(monkeypatch):
    monkeypatch.setattr(handin, "_checked", dict.fromkeys(exercises.names(), (None, "passed")))
    total = len(exercises.names())
    assert exercises.report() == f"{total} of the book’s {total} exercises passed."


def test_a_stub_that_is_checked_again_takes_nothing_back():
    def stub(x): ...

    exercises.check("gelu", gelu)
    assert exercises.check("gelu", stub).status == "stub"
    assert exercises.report().startswith("1 of")


def test_an_export_says_what_it_holds_and_a_second_adds_to_it(monkeypatch):
    exercises.check("gelu", gelu)
    assert exercises.export("Ada Lovelace").startswith("Ada-Lovelace.json holds 1 answer.\n1 of")
    monkeypatch.setattr(handin, "_checked", {})
    exercises.check("neuron", neuron)
    assert "holds 2 answers.\n2 of" in exercises.export("Ada Lovelace")
    data = json.loads(Path("Ada-Lovelace.json").read_text("utf-8"))
    assert (data["format"], data["name"]) == (handin.FORMAT, "Ada Lovelace")
    assert list(data["answers"]) == ["neuron", "gelu"], "the order of the book"


def test_an_answer_stands_alone_with_what_it_uses_and_nothing_else():
    names: dict = {}
    text = handin.standing_alone(neuron)
    exec(text, names)
    x, w = np.ones((2, 3)), np.ones(3)
    assert (names["neuron"](x, w, 1.0) == neuron(x, w, 1.0)).all()
    assert "HALF = 0.5" in text
    assert "zeros" not in text, "a local name is not the notebook's"
    assert text.count("def bend") == 1


def test_defaults_notes_of_type_and_a_call_of_itself_go_along():
    names: dict = {}
    exec(handin.standing_alone(average), names)
    assert names["average"]() == 1.5


def loudly(f):
    @functools.wraps(f)
    def wrapped(*args):
        return f(*args)

    return wrapped


@loudly
def decorated(x):
    return bend(x)


def test_a_decorated_function_goes_with_its_decorator():
    names: dict = {}
    text = handin.standing_alone(decorated)
    exec(text, names)
    assert names["decorated"](np.array([-1.0, 2.0])).tolist() == [0.0, 2.0]
    assert text.index("def loudly") < text.index("@loudly")
    assert "import functools" in text


def test_what_was_imported_under_another_name_is_imported_under_it():
    from scipy.special import ndtr as gate

    from nnbook.nn import relu as bent

    def gelu(x):
        return bent(x) * gate(x)

    names: dict = {}
    text = handin.standing_alone(gelu)
    exec(text, names)
    assert names["gelu"](2.0) == pytest.approx(1.954, abs=1e-3)
    assert " as gate" in text
    assert " as bent" in text


square = lambda x: x * x  # noqa: E731


def squared(x):
    return square(x)


@pytest.mark.parametrize(
    ("f", "why"),
    [
        (lambda x: x, "made with `def`"),
        (np.maximum, "made with `def`"),
        (squared, "uses square, a lambda: make square with `def`"),
        (random, "rng, which no text can say"),
        (large, "LARGE, which is too large"),
    ],
)
def test_what_cannot_go_along_is_named_and_the_rest_goes(f, why):
    exercises.check("gelu", gelu)
    exercises.check("sigmoid", f)
    said = exercises.export("Ada")
    assert "Ada.json holds 1 answer." in said
    assert "sigmoid is not in it: " in said
    assert why in said


@pytest.mark.parametrize("name", ["", "  ", "../..", 3, None])
def test_a_name_without_a_letter_is_refused(name):
    with pytest.raises(ValueError, match=r'whose answers\? exercises\.export\("Ada'):
        exercises.export(name)


def test_a_name_leads_to_no_other_folder(tmp_path):
    exercises.export("../../etc/passwd")
    assert [path.name for path in tmp_path.iterdir()] == ["etc-passwd.json"]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": "x", "answers": {}}'])
def test_a_file_that_is_something_else_is_left_alone(tmp_path, text):
    (tmp_path / "Ada.json").write_text(text)
    with pytest.raises(ValueError, match=r"Ada\.json is no file of answers: move it away"):
        exercises.export("Ada")
    assert (tmp_path / "Ada.json").read_text() == text
