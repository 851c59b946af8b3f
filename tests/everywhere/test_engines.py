"""The built website in Firefox and in WebKit: quiet, operable by keys and by pointer, with formulas
whose parts stand as they do in Chromium, and with Python in the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from itertools import combinations, pairwise
from threading import Thread
from typing import Any

import engines
import pytest
from engines import Engine
from figure_page import HOME, NAMES, NOW, PICTURE, library
from playwright.sync_api import Browser
from python_page import shipped
from quiz_page import HOME as QUIZZES
from quiz_page import load, right
from serving import Handler
from site_visit import ROOT, SITE, pages

# What the page's own policy allows: a script of this server, which hears all that goes wrong.
HEARS = """
window.heard = [];
const hear = (what, why) => window.heard.push(`${what}: ${why}`);
const asked = (e) => e.target.src ?? e.target.href;
addEventListener("error", (e) => hear("error", e.message ?? asked(e)), { capture: true });
addEventListener("unhandledrejection", (e) => hear("promise", e.reason));
addEventListener("securitypolicyviolation", (e) =>
  hear("policy", `${e.effectiveDirective} ${e.blockedURI}`));
for (const kind of ["error", "warn"]) console[kind] = (...all) => hear(kind, all.join(" "));
"""

WRONG = """
console.error("by word");
document.head.append(Object.assign(document.createElement("script"), { textContent: "1" }));
document.body.append(Object.assign(new Image(), { src: "/nowhere.png" }));
Promise.reject(new Error("by promise"));
throw new Error("by throwing");
"""
SCRIPTS = {"/hears.js": HEARS, "/wrong.js": WRONG}


class Listening(Handler):
    """Serves the repository, with a script at the head of each page."""

    def do_GET(self) -> None:
        path = SITE.parents[1] / self.path.lstrip("/").partition("?")[0]
        if self.path in SCRIPTS:
            self._answer(SCRIPTS[self.path], "text/javascript")
        elif path.suffix == ".html" and path.is_file():
            page = path.read_text("utf-8")
            self._answer(page.replace("<head>", '<head><script src="/hears.js"></script>'))
        else:
            super().do_GET()

    def _answer(self, text: str, kind: str = "text/html") -> None:
        content = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture(scope="module")
def heard_site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Listening, directory=str(ROOT)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/_build/html/"
    server.shutdown()


class Visitor:
    """An engine on a page of the site."""

    def __init__(self, engine: Engine, site: str):
        self.engine, self.site, self.address = engine, site, ""

    def open(self, address: str) -> None:
        if address != self.address:
            self.address = ""
            self.engine.open(self.site + address)
            self.engine.until(SETTLED)
            self.address = address

    def forget(self) -> None:
        """Let the next page be opened as at a first visit."""
        self.engine.run("() => { if (location.host) localStorage.clear(); }")
        self.address = ""

    def heard(self) -> list[str]:
        return [str(one) for one in self.engine.run("() => window.heard.splice(0)")]


SETTLED = """() => document.readyState === "complete"
  && !document.querySelector(".nn-fresh, .nnfig:not([data-ready])")
  && document.fonts.status === "loaded" """


@pytest.fixture(scope="module", params=engines.STARTS)
def visitor(request: pytest.FixtureRequest, heard_site: str) -> Iterator[Visitor]:
    name = str(request.param)
    if lacking := engines.lacking(name):
        pytest.skip(f"{name} is not installed: there is no {', '.join(lacking)}")
    with engines.engine(name) as engine:
        yield Visitor(engine, heard_site)


def test_the_server_hears_what_goes_wrong(visitor: Visitor):
    visitor.open("book/glossary.html")
    visitor.engine.run(
        """async () => {
          const script = Object.assign(document.createElement("script"), { src: "/wrong.js" });
          document.head.append(script);
          await new Promise((done) => setTimeout(done, 1000));
        }"""
    )
    heard = " ".join(visitor.heard())
    for what in ("by word", "nowhere.png", "policy: script-src", "by promise", "by throwing"):
        assert what in heard
    visitor.address = ""


@pytest.mark.parametrize("address", pages())
def test_a_page_loads_without_a_complaint(visitor: Visitor, address: str):
    visitor.open(address)
    assert visitor.heard() == []
    assert visitor.engine.run("() => document.documentElement.scrollWidth <= innerWidth")


SEEN = "(box, what) => [...box.querySelectorAll(what)].filter((e) => e.checkVisibility())"


class Box:
    """A part of a page, in which things are found by their selectors and moved by real keys and a
    real pointer."""

    def __init__(self, visitor: Visitor, selector: str):
        self.visitor, self.engine, self.selector = visitor, visitor.engine, selector

    def do(self, function: str, *args: Any) -> Any:
        """A function of the box, and what comes of it once the page has drawn."""
        return self.engine.run(
            f"""async (selector, ...given) => {{
              await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
              return ({function})(document.querySelector(selector), ...given);
            }}""",
            self.selector,
            *args,
        )

    def of(self, what: str, k: int, expression: str) -> Any:
        """An expression in `e`, the k-th thing that can be seen."""
        found = f"(box, [what, k]) => {{ const e = ({SEEN})(box, what)[k]; return {expression}; }}"
        return self.do(found, [what, k])

    def count(self, what: str) -> int:
        """How many there are that can be seen."""
        return int(self.do(f"(box, what) => ({SEEN})(box, what).length", what))

    def text(self, what: str) -> str:
        return str(self.do("(box, what) => box.querySelector(what).textContent", what))

    def focus(self, what: str, k: int = 0) -> None:
        self.of(what, k, "e.focus()")

    def place(self, what: str, k: int = 0, x: float = 0.5, y: float = 0.5) -> tuple[float, float]:
        """A point of it in the window, to which the page scrolls."""
        here = "(e.scrollIntoView({ block: 'center', behavior: 'instant' }), e)"
        box = self.of(what, k, f"{here}.getBoundingClientRect().toJSON()")
        return box["left"] + x * box["width"], box["top"] + y * box["height"]

    def click(self, what: str, k: int = 0, x: float = 0.5) -> None:
        self.engine.drag(self.place(what, k, x))


class Figure(Box):
    """A figure and its controls."""

    def __init__(self, visitor: Visitor, name: str):
        visitor.open(HOME[name])
        super().__init__(visitor, f"#fig-{name}")
        self.controls: dict[str, dict[str, Any]] = library(name).controls
        self._kinds = [[key, spec["kind"]] for key, spec in self.controls.items()]
        self.reset()

    def reset(self) -> None:
        self.do(
            """(box) => {
              for (const e of box.querySelectorAll("details")) e.open = e.matches(".nn-folded");
              box.querySelector("[data-action=reset]").click();
            }"""
        )

    def now(self) -> dict[str, Any]:
        """The present settings."""
        return dict(self.do(NOW, self._kinds))

    def picture(self) -> str:
        return str(self.do(PICTURE))

    def show(self, spec: dict[str, Any]) -> None:
        """Set what a control asks for before it can be seen."""
        for key, value in spec.get("only_if", {}).items():
            self.show(self.controls[key])
            if self.now()[key] != value:
                only = f'[value="{value}"]' if isinstance(value, str) else ""
                self.click(f'label:has(> [data-trait="{key}"]{only})')


@pytest.fixture
def figure(visitor: Visitor, name: str) -> Figure:
    return Figure(visitor, name)


each_figure = pytest.mark.parametrize("name", NAMES)


def of_kind(figure: Figure, kind: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The controls of a kind, each as the figure opens and shown: name, selector, declaration."""
    for key, spec in figure.controls.items():
        if spec["kind"] == kind:
            figure.reset()
            figure.show(spec)
            yield key, f'[data-trait="{key}"]', spec


@each_figure
def test_sliders_answer_keys_and_pointer(figure: Figure):
    for key, field, spec in of_kind(figure, "slider"):
        figure.focus(field)
        figure.engine.keys("Home", "ArrowRight")
        low, first = figure.now()[key], figure.picture()
        assert low == pytest.approx(spec["min"] + spec["step"]), key
        figure.engine.keys("End")
        assert figure.now()[key] == pytest.approx(spec["max"]), key
        assert figure.picture() != first, key
        figure.click(field, x=0.25)
        left = figure.now()[key]
        figure.engine.drag(figure.place(field, x=0.25), figure.place(field, x=0.75))
        assert spec["min"] <= left < figure.now()[key] <= spec["max"], key
    assert figure.visitor.heard() == []


@each_figure
def test_choices_and_switches_answer_keys_and_pointer(figure: Figure):
    for key, field, spec in of_kind(figure, "choice"):
        opening = figure.now()[key]
        for value in [*(one for one in spec["order"] if one != opening), opening]:
            before = figure.picture()
            figure.click(f'label:has(> {field}[value="{value}"])')
            assert figure.now()[key] == value
            assert figure.picture() != before, (key, value)
        figure.focus(f'{field}[value="{spec["order"][0]}"]')
        figure.engine.keys("ArrowDown")
        assert figure.now()[key] == spec["order"][1]
    for key, field, _ in of_kind(figure, "switch"):
        before, picture = figure.now()[key], figure.picture()
        figure.click(f"label:has(> {field})")
        assert figure.now()[key] is not before
        assert figure.picture() != picture, key
        figure.focus(field)
        figure.engine.keys(" ")
        assert figure.now()[key] is before
    assert figure.visitor.heard() == []


@each_figure
def test_handles_answer_keys_and_pointer(figure: Figure):
    handle = ".nn-handle"
    for k in range(figure.count(handle)):

        def text(k: int = k) -> Any:
            return figure.of(handle, k, "e.ariaValueText")

        figure.focus(handle, k)
        seen = [text()]
        for key in ("Home", "ArrowRight", "PageUp"):
            figure.engine.keys(key)
            seen.append(text())
        assert all(one != two for one, two in pairwise(seen[1:])), seen
        least, now = figure.of(handle, k, "[e.ariaValueMin, e.ariaValueNow]")
        x, y = figure.place(handle, k)
        figure.engine.drag((x, y), (x + (30 if now == least else -30), y - 20))
        assert text() != seen[-1], k
    assert figure.visitor.heard() == []


@each_figure
def test_lines_steps_reset_and_questions_answer_the_pointer(figure: Figure):
    opening = figure.now()
    for key, field, _ in of_kind(figure, "order"):
        before = figure.now()[key]
        figure.click(f'{field} li:first-child [data-by="1"]')
        assert figure.now()[key] != before
        x, y = figure.place(f"{field} code")
        row = figure.of(f"{field} li", 0, "e.getBoundingClientRect().height")
        figure.engine.drag((x, y), (x, y + row), (x, y + 2.2 * row))
        first = figure.now()[key].split(",")[0]
        assert first != before.split(",")[1], "the line that was dragged stands first still"
    for key, field, spec in of_kind(figure, "slider"):
        if "wait" in spec:
            figure.focus(field)
            figure.engine.keys("Home")
            figure.click(f'[data-action=step][data-of="{key}"]')
            assert figure.now()[key] == spec["min"] + spec["step"]
            break
    figure.reset()
    figure.click("[data-action=show]")
    assert figure.text(".nn-answer")
    guess = "[data-ask]:not([hidden]) label:has(> [data-guess][type=radio])"
    if figure.count("[data-action=next]"):
        figure.click("[data-action=next]")
    if figure.count(guess):
        figure.click(guess)
        figure.click("[data-action=show]")
        said = figure.text(".nn-answer")
        assert said.startswith(("✓", "✗"))
    figure.click("[data-action=reset]")
    assert figure.now() == opening
    assert figure.visitor.heard() == []


def test_the_square_is_drawn_in_by_pointer_and_keys(visitor: Visitor):
    figure = Figure(visitor, "digit")
    sheet = ".nn-live .nn-sheet > rect"
    figure.click('[aria-label="clear the square"]')
    assert figure.now()["drawing"] == ""
    figure.engine.drag(*(figure.place(sheet, x=0.3, y=y) for y in (0.3, 0.5, 0.8)))
    drawn = figure.now()["drawing"]
    assert drawn
    figure.focus("[role=application]")
    figure.engine.keys(" ", "ArrowDown", "ArrowDown", " ")
    assert figure.now()["drawing"].startswith(drawn)
    assert figure.now()["drawing"] != drawn


@pytest.mark.parametrize("chapter", sorted(QUIZZES))
def test_each_kind_of_question_is_answered_by_pointer_and_keys(visitor: Visitor, chapter: str):
    visitor.open(QUIZZES[chapter])
    quiz = Box(visitor, f"#fig-quiz-{chapter}")
    for question in load(chapter).questions:
        box = f"#quiz-{chapter}-{question.key}"
        answer = right(question)
        if question.kind == "number":
            quiz.focus(f"{box} input")
            quiz.engine.keys(answer)
        elif question.kind == "order":
            for k, at in enumerate(answer):
                row = f'{box} .nn-lines > [data-at="{at}"]'
                while quiz.of(row, 0, "[...e.parentElement.children].indexOf(e)") > k:
                    quiz.click(f'{row} [data-by="-1"]')
        else:
            for k in answer:
                quiz.click(f'{box} label:has(> input[value="{k}"])')
        quiz.click(f"{box} [data-action=check]")
        said = quiz.text(f"{box} [role=status]")
        assert said.startswith("✓ Right"), (question.key, said)
    assert visitor.heard() == []


# The boxes of a formula's leaves and bars, in the size of its letters, from its own corner; last
# whether it is the accent of what stands before it.
FORMULAS = """async () => {
  for (const one of document.querySelectorAll("details")) one.open = true;
  await document.fonts.ready;
  const seen = [...document.querySelectorAll("math")].filter((math) => math.checkVisibility());
  return seen.map((math) => {
    const em = parseFloat(getComputedStyle(math).fontSize), home = math.getBoundingClientRect();
    const leaves = [...math.querySelectorAll("mi, mn, mo, mtext")];
    return leaves.filter((e) => e.textContent.trim()).map((e) => {
      const { x, y, width, height } = e.getBoundingClientRect();
      const accent = e.parentElement.localName === "mover" && e.previousElementSibling !== null;
      const box = [x - home.x, y - home.y, width, height].map((v) => v / em);
      return [e.textContent, ...box, accent];
    });
  });
}"""
Part = tuple[str, float, float, float, float, bool]
ASIDE, ABOVE = 0.8, 0.45  # of an em: what engines differ by; more is another picture


def overlap(one: Part, two: Part) -> tuple[float, float]:
    """How wide and how high two parts lie over each other."""
    wide, high = (
        min(one[k] + one[k + 2], two[k] + two[k + 2]) - max(one[k], two[k]) for k in (1, 2)
    )
    return max(wide, 0.0), max(high, 0.0)


def middle(part: Part) -> tuple[float, float]:
    return part[1] + part[3] / 2, part[2] + part[4] / 2


def misplaced(parts: list[Part], model: list[Part]) -> Iterator[str]:
    """What stands otherwise than in the model: over another part, or aside from the one before."""
    formula = "".join(part[0] for part in parts)
    for i, j in combinations(range(len(parts)), 2):
        if j == i + 1 and parts[j][5]:
            continue  # an accent's box is as high as a letter's, and lies over it everywhere
        wide, high = overlap(parts[i], parts[j])
        if wide > 0.12 + overlap(model[i], model[j])[0] and high > 0.2:
            yield f"{formula}: {parts[i][0]} and {parts[j][0]} overlap by {wide:.2f} × {high:.2f}"
    for k in range(1, len(parts)):
        here, there = ([middle(p[k - 1]), middle(p[k])] for p in (parts, model))
        aside, above = (here[1][a] - here[0][a] - there[1][a] + there[0][a] for a in (0, 1))
        broken = any(abs(two[1] - one[1]) > 0.8 for one, two in (here, there))  # the line
        if (abs(aside) > ASIDE and not broken) or (parts[k][5] and abs(above) > ABOVE):
            yield f"{formula}: {parts[k][0]} is {aside:.2f} aside, {above:.2f} above"


@pytest.fixture(scope="module")
def models(browser: Browser, heard_site: str) -> Callable[[str], list[list[Part]]]:
    """The formulas of a page as Chromium sets them."""
    page = browser.new_page(viewport={"width": engines.WIDE, "height": engines.HIGH})

    def formulas(address: str) -> list[list[Part]]:
        page.goto(heard_site + address)
        return list(page.evaluate(FORMULAS))

    return formulas


@pytest.mark.parametrize("address", pages())
def test_the_parts_of_each_formula_stand_as_they_do_in_chromium(
    visitor: Visitor, models: Callable[[str], list[list[Part]]], address: str
):
    visitor.forget()  # the answers to quizzes, which explain in formulas
    visitor.open(address)
    found, wanted = visitor.engine.run(FORMULAS), models(address)
    assert [[p[0] for p in f] for f in found] == [[p[0] for p in f] for f in wanted]
    wrong = [
        what for parts, model in zip(found, wanted, strict=True) for what in misplaced(parts, model)
    ]
    assert wrong == []


RIGHT = "def neuron(x, w, b):\n    return np.maximum(x @ w + b, 0)"
LOOP = "def neuron(x, w, b):\n    while True:\n        pass"
has_python = pytest.mark.skipif(not shipped(), reason="the site was built without Pyodide")


@has_python
def test_python_starts_checks_an_answer_ends_a_loop_and_runs_a_cell(visitor: Visitor):
    visitor.forget()
    visitor.open("chapters/neuron.html")
    engine = visitor.engine
    page = Box(visitor, "body")
    field, check = '[data-exercise="neuron"] textarea', '[data-exercise="neuron"] [data-do=check]'
    page.click(field)
    engine.until("() => document.querySelector('.prism-code-editor textarea:focus')")
    for code, passed in ((RIGHT, "true"), (LOOP, "false"), (RIGHT, "true")):
        engine.run(
            """(code) => {
              const field = document.activeElement;
              field.value = code;
              field.dispatchEvent(new Event("input", { bubbles: true }));
            }""",
            code,
        )
        engine.keys("End", "  # mine")
        page.click(check)
        verdict = "() => document.querySelector('[data-exercise=neuron]').dataset.passed"
        assert engine.until(verdict) == passed
        assert page.of(field, 0, "e.value") == f"{code}  # mine"
        page.click(field)
    cell = '[data-cell="bias-forced"]'
    printed = page.text(f"{cell} .cell_output pre")
    page.click(f"{cell} [data-do=run]")
    engine.until("(c) => document.querySelector(c).dataset.ran === 'true'", cell)
    assert page.text(f"{cell} .nn-printed") == printed
    assert visitor.heard() == []


@has_python
def test_the_playground_trains(visitor: Visitor):
    figure = Figure(visitor, "playground")
    figure.click("[data-live=play]")
    updates = "document.querySelector('#fig-playground [data-out=updates]').textContent"
    visitor.engine.until(f"() => Number({updates}) >= 20")
    figure.click("[data-live=play]")
    assert visitor.heard() == []
