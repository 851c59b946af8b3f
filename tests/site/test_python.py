"""Exercises and cells in the page, with the real runtime: the words, the faults, what is kept.

Starting Python takes seconds, so the tests of this file share a page as long as they can.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from budgets import budget
from playwright.sync_api import expect
from python_page import CHECKED, START, Box, Worker, check, shipped, words
from site_visit import SITE, Visit, pages

from nnbook import exercises

pytestmark = pytest.mark.skipif(not shipped(), reason="the site was built without Pyodide")
HOME = "chapters/neuron.html"
POLICY = "default-src 'self' 'wasm-unsafe-eval'; worker-src 'self'"
RIGHT = "def neuron(x, w, b):\n    return np.maximum(x @ w + b, 0)"

# Every text of the line that tells how far Python is, however short its time.
SHOWN_MEANWHILE = """(box) => {
  window.shown = [];
  const look = () => window.shown.push(box.querySelector(".nn-work")?.textContent ?? "");
  new MutationObserver(look).observe(box, { childList: true, subtree: true, characterData: true });
}"""


@pytest.fixture
def neuron(opened: Visit) -> Box:
    """The first exercise, with a Python that may have started already."""
    box = Box(opened.page, "neuron")
    opened.page.evaluate("localStorage.clear()")
    box.press("restore")
    return box


def test_a_page_that_is_only_read_asks_for_no_python(visit: Visit):
    asked_for: list[str] = []
    visit.page.on("request", lambda request: asked_for.append(request.url))
    visit.open(HOME).wait_for_load_state("networkidle")
    own = [address.rsplit("/", 1)[1] for address in asked_for if "/run/" in address]
    pyodide = [name for name in own if name not in ("run.css", "start.js")]
    assert sum(next(SITE.rglob(name)).stat().st_size for name in pyodide) <= budget(HOME, "python")
    folder = next((SITE / "run").glob("*/start.js")).parent
    assert sum((folder / name).stat().st_size for name in own) < 16_000


def test_the_pages_own_buttons_ask_for_no_python(visit: Visit):
    page, asked_for = visit.open(HOME), []
    page.on("request", lambda request: asked_for.append(request.url))
    for name in ("theme", "search"):
        page.locator(f"[data-do={name}]:visible").first.click()
    page.keyboard.press("Escape")
    code = page.locator("[data-exercise] .copy").first
    code.evaluate("(button) => button.click()")
    page.wait_for_load_state("networkidle")
    assert [address for address in asked_for if "/run/" in address] == []
    assert visit.complaints == []


def test_every_exercise_without_pytorch_can_be_checked_in_its_chapter():
    found = {
        name: (page, re.findall(r'data-do="(\w+)"', text))
        for page in pages()
        for name, text in re.findall(
            r'data-exercise="(\w+)"(.*?)role="status"', (SITE / page).read_text("utf-8"), re.S
        )
    }
    assert found.keys() == {exercise.name for exercise in CHECKED}
    for exercise in CHECKED:
        page, buttons = found[exercise.name]
        assert page == f"chapters/{exercise.chapter}.html"
        assert buttons == ["check", "hint", "solution", "restore"]


def test_the_first_check_loads_python_under_a_strict_policy_says_so_and_answers(visit: Visit):
    """Of the files that Python needs none is inline, a blob or from elsewhere."""

    def strict(route: Any) -> None:
        answer = route.fetch()
        headers = {**answer.headers, "content-security-policy": POLICY}
        route.fulfill(response=answer, headers=headers)

    refused: list[str] = []
    visit.page.on(
        "console", lambda m: refused.append(m.text) if "/run/" in str(m.location) else None
    )
    for files in ("**/*.html", "**/run/**/*.mjs"):
        visit.page.route(files, strict)
    visit.page.goto(f"{visit.site}/_build/html/{HOME}")
    box = Box(visit.page, "neuron")
    box.field.focus()
    visit.page.locator(".prism-code-editor").wait_for()
    box.box.evaluate(SHOWN_MEANWHILE)
    box.press("check")
    visit.page.wait_for_selector('[data-exercise="neuron"][data-passed]', timeout=START)
    shown = visit.page.evaluate("window.shown")
    assert any(re.search(r"of 1\d\.\d MBStop$", text) for text in shown), shown
    loading = box.box.locator(".nn-work")
    assert loading.count() == 0
    assert box.said() == repr(exercises.check("neuron", lambda x, w, b: ...))
    assert visit.strangers == []
    assert refused == []


@pytest.mark.slow
def test_every_solution_passes_in_the_page_with_the_words_of_a_notebook(worker: Worker):
    answers = worker.ask([check(e.name, e.source) for e in CHECKED])
    for exercise, answer in zip(CHECKED, answers, strict=True):
        assert words(answer) == repr(exercises.check(exercise.name, exercise.solution, 0))
        assert answer["status"] == "passed"
        assert answer["said"] == ""


def test_a_right_answer_passes_and_a_wrong_one_takes_that_back(neuron: Box):
    for _ in range(2):
        said = neuron.check(RIGHT)
        assert neuron.passed
        assert said == repr(exercises.check("neuron", exercises.get("neuron").solution))
        neuron.check(RIGHT.replace("+ b", ""))
        assert not neuron.passed
        assert neuron.said().startswith("✗ neuron: not yet\n")


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("", "no function of that name"),
        ("pass", "no function of that name"),
        ("def sigmoid(x):\n    return 1 / (1 + np.exp(-x))", "no function of that name"),
        ("def neuron(x, w, b):\n    return (x @ w", "line 2: return (x @ w"),
        ("import torch\n" + RIGHT, "No module named 'torch'"),
        ("input()\n" + RIGHT, "input() waits for a keyboard"),
        (RIGHT + "\nraise SystemExit", "SystemExit"),
        ("def neuron(x, w, b):\n    return undefined", "NameError"),
        ("import js", "js"),
        (
            "class Odd:\n    def __repr__(self):\n        raise ValueError\n"
            "def neuron(x, w, b):\n    return Odd()",
            "an Odd",
        ),
        (
            "def neuron(x, w, b):\n    return np.zeros((1 << 15, 1 << 15)) @ w",
            "memory|Memory|too big",
        ),
        pytest.param(
            "def neuron(x, w, b):\n    while True:\n        pass",
            "nothing within 5 seconds",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_what_cannot_pass_is_told_why_and_the_next_right_answer_passes(
    neuron: Box, code: str, word: str
):
    said = neuron.check(code)
    assert any(one in said for one in word.split("|")), said
    assert not neuron.passed
    neuron.check(RIGHT)
    assert neuron.passed


def test_a_press_takes_the_last_verdict_back_at_once(neuron: Box):
    neuron.check(RIGHT)
    click = "(b) => { b.click(); return b.closest('[data-exercise]').dataset.passed ?? 'gone'; }"
    assert neuron.button("check").evaluate(click) == "gone"
    neuron.page.wait_for_selector('[data-exercise="neuron"][data-passed="true"]', timeout=START)


def test_what_the_browser_does_not_keep_is_said_below_it(visit: Visit):
    refuse = "Storage.prototype.setItem = () => { throw new DOMException('full'); }"
    visit.page.add_init_script(refuse)
    box = Box(visit.open(HOME), "neuron")
    note = box.box.get_by_text("copy it before you leave the page")
    assert note.count() == 0
    box.field.fill(RIGHT)
    assert note.count() == 1
    box.press("restore")
    assert note.count() == 0


def test_one_long_call_is_ended_by_the_pages_own_clock(neuron: Box):
    neuron.page.clock.install()
    neuron.field.fill("from itertools import count\nsum(count())")
    neuron.press("check")
    neuron.page.get_by_text("Python is at work").wait_for()
    neuron.page.clock.fast_forward(11_000)
    assert neuron.page.get_by_text("Python is at work").is_visible()
    neuron.page.clock.fast_forward(1_000)
    ended = '[data-exercise="neuron"][data-passed="false"]:not([aria-busy])'
    neuron.page.wait_for_selector(ended, timeout=2000)
    assert "nothing within 12 seconds" in neuron.said()


@pytest.mark.slow
def test_an_answer_that_replaces_the_judge_never_passes_nor_does_the_next(neuron: Box):
    wrong = "def neuron(x, w, b):\n    return x @ w"
    for code in (f"np.isclose = lambda *given, **named: True\n{wrong}", wrong):
        neuron.check(code)
        assert not neuron.passed
    neuron.check(RIGHT)
    assert neuron.passed


@pytest.mark.slow
def test_what_an_answer_prints_is_shown_and_cut_where_it_is_too_much(neuron: Box):
    neuron.check("print('<b>hello</b>')\n" + RIGHT)
    assert neuron.printed() == "<b>hello</b>\n"
    assert neuron.passed
    neuron.check("for _ in range(1_000_000): print('line')\n" + RIGHT)
    assert neuron.printed().count("line\n") == 20_000
    assert "The rest is not shown" in neuron.printed()


def test_stop_ends_what_runs_at_once_and_the_next_check_starts_anew(neuron: Box):
    neuron.check(RIGHT)
    neuron.field.fill("import time\ntime.sleep(60)")
    neuron.press("check")
    neuron.page.get_by_text("Python is at work").wait_for()
    neuron.press("stop")
    neuron.page.wait_for_selector('[data-exercise="neuron"][data-passed="false"]', timeout=2000)
    assert "Stopped" in neuron.said()
    for _ in range(50):
        if neuron.page.workers:
            neuron.page.wait_for_timeout(100)
    assert neuron.page.workers == []
    neuron.check(RIGHT)
    assert neuron.passed


def test_hints_come_one_by_one_and_the_solution_unfolds(neuron: Box):
    exercises._hints_given.clear()
    for _ in range(len(exercises.get("neuron").hints) + 1):
        neuron.press("hint")
        expect(neuron.box.get_by_role("status")).to_have_text(str(exercises.hint("neuron")))
    solution = neuron.box.locator("details")
    assert not solution.evaluate("e => e.open")
    neuron.press("solution")
    expect(solution).to_have_attribute("open", "")
    assert exercises.get("neuron").source.splitlines()[-1] in solution.inner_text()


def test_an_answer_is_kept_until_it_is_started_over(visit: Visit):
    page = visit.open(HOME)
    box = Box(page, "neuron")
    stub = box.field.input_value()
    assert stub.startswith("def neuron(x, w, b):")
    assert "exercises.check" not in stub
    box.field.fill(RIGHT)
    box.field.press("End")
    page.keyboard.type("  # mine")
    page.reload()
    assert box.field.input_value() == f"{RIGHT}  # mine"
    page.evaluate(
        """() => {
          const key = Object.keys(localStorage).find((k) => k.endsWith("neuron"));
          const kept = JSON.parse(localStorage[key]);
          localStorage[key] = JSON.stringify({ ...kept, of: "another task" });
        }"""
    )
    page.reload()
    assert "has changed since" in box.box.inner_text()
    assert box.field.input_value() == f"{RIGHT}  # mine"
    box.press("restore")
    assert box.field.input_value() == stub
    assert "has changed since" not in box.box.inner_text()
    page.reload()
    assert box.field.input_value() == stub


def test_the_way_back_leads_to_ones_own_text(visit: Visit):
    page = visit.open(HOME)
    box, other = Box(page, "neuron"), Box(page, "sigmoid")
    stub = other.field.input_value()
    box.field.fill(RIGHT)
    page.locator(".prism-code-editor").wait_for()
    visit.open("chapters/layer.html")
    page.go_back(wait_until="load")
    page.wait_for_timeout(300)  # a browser fills fields in a little later
    assert box.field.input_value() == RIGHT
    assert other.field.input_value() == stub


def test_a_text_that_changes_while_it_is_checked_has_not_passed(neuron: Box):
    neuron.check(RIGHT)
    neuron.field.fill("import time\ntime.sleep(2)\n" + RIGHT)
    neuron.press("check")
    neuron.page.get_by_text("Python is at work").wait_for()
    neuron.press("restore")
    neuron.page.wait_for_selector('[data-exercise="neuron"][data-passed="false"]', timeout=START)
    assert "the code has changed meanwhile" in neuron.said()


def test_what_is_kept_can_be_exported_and_deleted_at_the_second_press(visit: Visit):
    page = visit.open(HOME)
    box = Box(page, "neuron")
    stub = box.field.input_value()
    kept = page.locator(".nn-kept")
    assert kept.count() == 0
    box.field.fill(RIGHT)
    assert "One text of yours kept in this browser" in kept.inner_text()
    page.evaluate(
        """() => {
          const text = "def gelu(x):\\n    return 1";
          localStorage.setItem("nnbook gelu", JSON.stringify({ text, passed: true }));
        }"""
    )
    page.reload()
    assert "2 texts of yours" in kept.inner_text()
    with page.expect_download() as download:
        kept.get_by_role("button", name="Export").click()
    assert download.value.suggested_filename == "my-answers.py"
    written = download.value.path().read_text("utf-8")
    assert written == f"# gelu (passed)\ndef gelu(x):\n    return 1\n\n\n# neuron\n{RIGHT}\n"
    kept.get_by_role("button", name="Delete all").click()
    assert box.field.input_value() == RIGHT
    kept.get_by_role("button", name="Delete 2 for good?").click()
    assert kept.count() == 0
    assert box.field.input_value() == stub
    page.reload()
    assert box.field.input_value() == stub


def test_a_cell_that_does_not_run_says_why_and_links_to_colab():
    text = "".join(page.read_text("utf-8") for page in sorted((SITE / "chapters").glob("*.html")))
    found = re.findall(r'<p class="nn-why"[^>]*>(.*?)</p>', text)
    for why in ("draws a picture", "needs PyTorch"):
        assert any(why in one for one in found), why
    assert all("colab.research.google.com" in one for one in found)
    for name in re.findall(r'data-cell="([^"]+)"', text):
        cell = text.split(f'data-cell="{name}"')[1].split("data-do=")[0]
        assert "nn-why" not in cell


def test_the_editor_comes_with_the_focus_and_lets_keyboard_and_clipboard_in(visit: Visit):
    page = visit.open(HOME)
    box = Box(page, "neuron")
    assert page.locator(".prism-code-editor").count() == 0
    box.field.focus()
    page.locator(".prism-code-editor textarea:focus").wait_for()
    assert "Escape" in (box.field.get_attribute("aria-label") or "")
    box.field.fill("")
    page.keyboard.type("def neuron(x, w, b):")
    page.keyboard.press("Enter")
    page.keyboard.type("return 1")
    page.keyboard.press("Tab")
    assert box.field.input_value() == "def neuron(x, w, b):\n    return 1    "
    page.keyboard.insert_text("pasted")
    assert box.field.input_value().endswith("pasted")
    page.keyboard.press("Control+z")
    assert not box.field.input_value().endswith("pasted")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.do") == "check"
    page.keyboard.press("Shift+Tab")
    page.locator(".prism-code-editor textarea:focus").wait_for()


@pytest.mark.slow
def test_a_missing_file_of_the_runtime_is_named_and_the_next_press_tries_again(visit: Visit):
    page = visit.open(HOME)
    page.route("**/run/pyodide.asm.wasm", lambda route: route.fulfill(status=404))
    box = Box(page, "neuron")
    assert "pyodide.asm.wasm is missing on the server" in box.check()
    assert not box.passed
    page.unroute_all()
    page.route("**/run/**/nnbook*.whl", lambda route: route.fulfill(body=b"spoiled"))
    assert "is not the file that this book was built with" in box.check()
    assert not box.passed


def test_without_a_network_the_page_says_so(visit: Visit):
    page = visit.open(HOME)
    box = Box(page, "neuron")
    box.field.focus()
    page.locator(".prism-code-editor").wait_for()
    box.press("hint")  # loads what is the page's own
    page.get_by_text("Hint 1").wait_for()
    page.context.set_offline(True)
    assert "is there a network?" in box.check()


def test_a_page_from_the_disk_has_no_dead_buttons_and_names_the_server(visit: Visit):
    page = visit.open((SITE / HOME).as_uri())
    assert page.locator(".nn-run [data-do]:not(.copy):visible").count() == 0
    assert page.get_by_text("python -m http.server").count() >= len(
        [e for e in CHECKED if e.chapter == "neuron"]
    )
    assert page.locator("#cell-try-neuron pre").first.is_visible()
    assert visit.complaints == []


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_without_javascript_there_are_no_buttons_and_the_stub_stands(visit: Visit):
    visit.page.goto(f"{visit.site}/_build/html/{HOME}")
    assert visit.page.locator("[data-do]:visible").count() == 0
    assert visit.page.locator("#cell-try-neuron pre").first.is_visible()


@pytest.fixture
def cell(opened: Visit) -> Any:
    """The cell of a name, on the page that is shared."""
    opened.page.evaluate("localStorage.clear()")
    return lambda name: Box(opened.page, name, "cell")


def printed_by_the_book(box: Box) -> str:
    """What the page showed of a cell before it was run."""
    return box.box.locator(".cell_output pre").first.text_content() or ""


def test_a_cell_prints_what_the_book_printed_after_what_it_needs(cell: Any):
    box = cell("bias-forced")
    expected = printed_by_the_book(box)
    assert box.run() == expected
    assert box.box.get_attribute("data-ran") == "true"
    assert not box.box.locator(".cell_output").is_visible()
    assert cell("imports").box.get_attribute("data-ran") is None


def test_an_edited_cell_is_marked_kept_and_restored_and_what_needs_it_follows(cell: Any):
    above, below = cell("worked-sum"), cell("worked-neuron")
    expected = printed_by_the_book(below)
    assert below.run() == expected
    assert not above.button("restore").is_visible()
    above.press("edit")
    code = above.field.input_value()
    above.field.fill(code.replace("2.0, 1.0", "4.0, 1.0"))
    assert above.button("restore").is_visible()
    below.press("edit")
    below.field.fill(f"{below.field.input_value()}  # of another sum")
    assert "f(2) = 2.0000" in below.run()
    assert "sum: a = 2.0" in above.printed()
    for box in (above, below):
        box.press("restore")
        assert box.field.count() == 0
        assert box.box.locator(".cell_output").is_visible()
    assert below.run() == expected


def test_an_error_shows_the_readers_line_and_the_page_lives_on(cell: Any):
    box = cell("worked-sum")
    box.press("edit")
    box.field.fill("x = np.ones(3)\nx @ np.ones(4)")
    said = box.run()
    assert box.box.get_attribute("data-ran") == "false"
    assert 'File "<worked-sum>", line 2' in said
    assert "ValueError" in said
    assert "numpy/" not in said
    box.field.fill("import matplotlib.pyplot as plt\nplt.plot([1, 2])")
    assert "needs Matplotlib" in box.run()
    box.field.fill("np.arange(3)")
    assert box.run() == "array([0, 1, 2])\n"
    box.press("restore")
