"""All of Python in the page: every named mistake, every missing file, and answers that do harm."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from python_page import CHECKED, Box, Worker, check, imports, shipped, words
from site_visit import SITE, Visit

from nnbook import exercises
from nnbook.page import answers

pytestmark = pytest.mark.skipif(not shipped(), reason="the site was built without Pyodide")
HOME = "chapters/neuron.html"
RIGHT = "def neuron(x, w, b):\n    return np.maximum(x @ w + b, 0)"
WRONG = "def neuron(x, w, b):\n    return x @ w"
PASSED = '{"status": "passed", "pieces": [["head", "right"]]}'
MISTAKES = [(e.name, mistake) for e in CHECKED for mistake in e.mistakes]


@pytest.fixture
def box(browser: Browser, site: str) -> Iterator[Box]:
    context = browser.new_context()
    yield Box(Visit(context.new_page(), site).open(HOME), "neuron")
    context.close()


def as_answer(name: str, mistake: str) -> str:
    """The mistake's source under the name that the exercise asks for, below the names of its
    module: there `right` is the solution, which some mistakes call."""
    exercise = exercises.get(name)
    text = inspect.getsource(exercise.mistakes[mistake])
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.FunctionDef)
    lines = "\n".join(text.splitlines()[node.lineno - 1 :])
    lines = re.sub(rf"(?<![\w.]){name}\(", "right(", lines)
    return (
        f"from nnbook.exercises import {exercise.chapter} as book\n"
        "globals().update({k: v for k, v in vars(book).items() if not k.startswith('__')})\n"
        f"right = {name}\n" + re.sub(rf"def {mistake}\(", f"def {name}(", lines)
    )


@pytest.mark.parametrize(("name", "mistake"), MISTAKES)
def test_every_named_mistake_gets_the_words_of_a_notebook(worker: Worker, name: str, mistake: str):
    code, heard = as_answer(name, mistake), list[str]()
    [answer] = worker.ask([check(name, code)])
    at_home = answers.check(name, code, imports(exercises.get(name).chapter), heard.append, 0)
    assert words(answer) == repr(at_home)
    assert exercises.get(name).known[mistake].cause in repr(at_home)
    assert answer["said"] == "".join(heard)


@pytest.mark.parametrize(
    "line",
    [
        "np.isclose = lambda *given, **named: True",
        "import builtins\nbuiltins.len = lambda x: 0",
        "import nnbook.exercises\nnnbook.exercises.check = print",
        "from nnbook import nn\nnn.Neuron.__call__ = lambda self, x: 3.0\nnn.relu = max",
        "from nnbook.exercises.kit import values\nvalues.close = lambda *given: True",
        "from nnbook.exercises.kit.result import Result\n"
        "Result.status = property(lambda self: 'passed', lambda self, value: None)",
        f"import json\njson.dumps = lambda *given, **named: {PASSED!r}",
        f"from nnbook.page import session\nsession.check = lambda *given: {PASSED!r}",
        "import nnbook.page.answers as answers\nanswers.pieces = lambda result: []",
        "import sys\ndel sys.modules['js']\nimport js\n"
        f"js.eval('for (let id = 0; id < 9; id++) postMessage({{ id, answer: {PASSED} }})')",
        f"from pyodide.code import run_js\nrun_js('JSON.parse = () => ({PASSED})')",
    ],
)
def test_an_answer_that_replaces_something_never_passes_nor_does_the_next(box: Box, line: str):
    for code in (f"{line}\n{WRONG}", WRONG):
        box.check(code)
        assert not box.passed
    box.check(RIGHT)
    assert box.passed


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("def neuron(x, w, b):\n    x = [x]\n    while True:\n        x += x", "Memory|seconds"),
        ("import os\nos._exit(0)", "failed|not yet"),
        ("import js", "js"),
        ("import sys\nsys.modules.clear()", "not checked|not yet"),
        ("import builtins\nfor name in [*vars(builtins)]: delattr(builtins, name)", "failed"),
        ("def neuron(x, w, b):\n    return eval('(' * 5000 + ')' * 5000)", "nests too deeply"),
        (
            "def neuron(x, w, b):\n    x = []\n    for _ in range(10**6): x = [x]\n    return x",
            "deep",
        ),
        ("class E(Exception):\n    def __str__(self): raise KeyboardInterrupt\nraise E", "Came: E"),
        ("import time\ntime.sleep(3600)", "nothing within 12 seconds"),
        ("import sys\nsys.stdout.buffer.write(b'1')", "no attribute 'buffer'"),
        ("print('x' * 10**7)\n" + WRONG, "not yet"),
        ("print('\\ud800\\0\\x1b[31m')\n" + WRONG, "not yet"),
        ("await 1", "await"),
        ("import ctypes\nctypes.memset(0, 0, 10**7)", "failed"),
        ("import threading\nthreading.Thread(target=print).start()", "thread"),
        ("import subprocess\nsubprocess.run('ls')", "Error"),
        ("def f(): f()\nf()", "RecursionError"),
        (
            "while True:\n    try:\n        pass\n    except BaseException:\n        pass",
            "nothing within 5 seconds",
        ),
    ],
)
def test_the_page_lives_on_after_whatever_an_answer_does(box: Box, code: str, word: str):
    said = box.check(code)
    assert any(one in said for one in word.split("|")), said
    assert not box.passed
    box.check(RIGHT)
    assert box.passed


FILES = sorted({path.name for path in (SITE / "run").rglob("*") if path.suffix in (".whl", ".zip")})


@pytest.mark.parametrize("file", [*FILES, "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm"])
@pytest.mark.parametrize("how", ["missing", "spoiled"])
def test_each_file_of_the_runtime_that_is_not_as_it_should_be_is_named(
    box: Box, file: str, how: str
):
    answer = {"status": 404} if how == "missing" else {"body": b"spoiled"}
    box.page.route(f"**/run/**/{file}", lambda route: route.fulfill(**answer))
    assert file in box.check()
    assert not box.passed
    box.page.unroute_all()
    box.check(RIGHT)
    assert box.passed
