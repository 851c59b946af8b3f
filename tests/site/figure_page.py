"""One figure on a built page, as the tests in this folder see and move it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from playwright.sync_api import Locator, Page
from site_visit import SITE, Visit, pages

from nnbook.figures import BY_NAME, Figure

# Where each figure stands, its chapter before the landing page.
HOME = {
    name: address
    for address in pages()
    for name in re.findall(r'data-figure="([\w-]+)"', (SITE / address).read_text("utf-8"))
    if name != "quiz"  # see test_quizzes.py
}
NAMES = sorted(HOME, key=lambda name: (HOME[name], name))  # page by page
SAID = ("controls", "questions", "predict", "opening")  # test_figures.py holds them to the library
MEASURED = {"workers": ("prices", "points", "where", "questions")}  # anew by every build
PHONE = {"viewport": {"width": 360, "height": 800}, "has_touch": True}

# What a test does many times is one message to the browser: a message takes longer than the deed.
SET = """
(box, [key, kind, value]) => {
  const all = [...box.querySelectorAll(`[data-trait="${key}"]`)];
  const field = kind === "choice" ? all.find((e) => e.value === value) : all[0];
  if (kind !== "drawn" && !field.checkVisibility()) throw new Error(`${key} cannot be seen`);
  if (kind === "choice") field.click();
  if (kind === "switch" && field.checked !== value) field.click();
  if (kind === "slider" || kind === "drawn") {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (kind === "points") {
    field.click();
    const at = (name, step) => {
      const slider = box.querySelector(`[data-trait="${name}"]`);
      slider.value = Number(slider.min) + step * Number(slider.step);
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    };
    for (const one of value.match(/.{5}/g) ?? []) {
      box.querySelector(`[data-trait="put"][value="${one[0]}"]`).click();
      at("cx", Number(one.slice(1, 3)));
      at("cy", Number(one.slice(3)));
      box.querySelector('[aria-label="cursor"]')
        .dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    }
  }
  if (kind !== "order") return;
  const row = (one) => [...field.children].find((r) => r.dataset.key === one);
  const press = (one, by) => {
    row(one).querySelector(`[data-by="${by}"]`).click();
    return new Promise((done) => setTimeout(done));
  };
  return (async () => {
    for (const one of [...field.children].map((r) => r.dataset.key)) {
      if (!row(one).classList.contains("nn-out")) await press(one, 0);
    }
    for (const [k, one] of [...value].reverse().entries()) {
      await press(one, 0);
      for (let n = 0; n < k; n++) await press(one, -1);
    }
  })();
}"""
NOW = """
(box, kinds) => kinds.map(([key, kind]) => {
  const all = [...box.querySelectorAll(`[data-trait="${key}"]`)];
  if (kind === "choice") return [key, all.find((e) => e.checked).value];
  if (kind === "switch") return [key, all[0].checked];
  if (kind === "slider") return [key, Number(all[0].value)];
  if (kind === "points") return [key, all[0].dataset.value];
  if (kind === "drawn") return [key, all[0].value];
  const lines = [...all[0].querySelectorAll("li:not(.nn-out)")];
  return [key, lines.map((line) => line.dataset.key).join(",")];
})"""
ROWS = """
(box) => [...box.querySelectorAll(".nn-describe tbody tr")].map((row) =>
  [...row.cells].map((cell) => cell.textContent))"""
PICTURE = r"""
(box) => {
  const seen = box.querySelector(".nn-live").cloneNode(true);
  for (const e of seen.querySelectorAll("[hidden], title, desc")) e.remove();
  const text = seen.innerHTML.replace(/nn-[a-z0-9]{6,8}(?=["')])/g, "nn-id");
  return text.replaceAll(' style=""', ""); // what a style leaves that was taken back
}"""
THROUGH = f"""
async (box, [walks, kinds]) => {{
  const set = {SET}, now = {NOW}, rows = {ROWS}, picture = {PICTURE}, pictures = [], seen = [];
  const drawn = () => new Promise((done) => setTimeout(done));
  for (const steps of walks) {{
    box.querySelector("[data-action=reset]").click();
    await drawn();
    for (const step of steps) {{
      await set(box, step);
      await drawn();
    }}
    const here = picture(box);
    if (!pictures.includes(here)) pictures.push(here);
    seen.push([now(box, kinds), rows(box), pictures.indexOf(here)]);
  }}
  return seen;
}}"""
PRESS = """
(box, name) => {
  const seen = [...box.querySelectorAll("button")].filter((e) => e.checkVisibility());
  const button = seen.find((e) => e.innerText === name);
  if (!button) throw new Error(`no button ${name}, only ${seen.map((e) => e.innerText)}`);
  button.click();
}"""
LINKS = f"""
async (kinds) => {{
  const now = {NOW}, picture = {PICTURE}, press = {PRESS}, home = {{}}, seen = [];
  const drawn = () => new Promise((done) => setTimeout(done));
  for (const link of document.querySelectorAll('article a[href^="#fig-"]')) {{
    const name = link.hash.match(/^#fig-([\\w-]+)/)[1];
    const box = document.querySelector(`#fig-${{name}}`);
    const look = () => [Object.fromEntries(now(box, kinds[name])), picture(box)];
    home[name] ??= look();
    for (let twice = 0; twice < 2; twice++) {{ // a second click on the same link sets it again
      link.click();
      await drawn();
      const [settings, here] = look();
      seen.push([name, link.hash, home[name][0], settings, here !== home[name][1]]);
    }}
    press(box, "Reset");
    await drawn();
  }}
  return seen;
}}"""
GUESS = """
(box, [key, value]) => {
  const ask = box.querySelector(`[data-ask="${key}"]`);
  if (!ask.checkVisibility()) throw new Error(`${key} is not asked`);
  const fields = [...ask.querySelectorAll("input")];
  if (fields[0].type === "radio") fields[value].click();
  else {
    fields[0].value = value;
    fields[0].dispatchEvent(new Event("input", { bubbles: true }));
  }
}"""


def on_page(name: str) -> dict[str, Any]:
    """The state that the page holds; its tables are packed."""
    box = (SITE / HOME[name]).read_text("utf-8").split(f'id="fig-{name}"')[1]
    whole = json.loads(re.findall(r'<script type="application/json">(.*?)</script>', box)[0])
    return dict(whole["state"])


def library(name: str, **settings: Any) -> Figure:
    """The library's figure; what was measured when the page was built is the page's."""
    figure = BY_NAME[name](**settings)
    for trait in MEASURED.get(name, ()):
        setattr(figure, trait, on_page(name)[trait])
    return figure


@cache
def opened(name: str) -> Figure:
    """The figure as the page says that it opens, and nothing is computed; not to be changed."""
    state = on_page(name)
    return BY_NAME[name].from_state({key: state[key] for key in SAID})


class Shown:
    """One figure in the browser: its controls by the names of their traits, its numbers."""

    def __init__(self, visit: Visit, name: str, query: str = ""):
        visit.open(f"{HOME[name]}{query}")
        self._find(visit, name)

    @classmethod
    def on(cls, visit: Visit, name: str) -> Shown:
        """The figure on a page that is open already."""
        self = cls.__new__(cls)
        self._find(visit, name)
        return self

    def _find(self, visit: Visit, name: str) -> None:
        self.visit, self.name = visit, name
        self.page: Page = visit.page
        self.box: Locator = self.page.locator(f"#fig-{name}")
        self.figure: Figure = opened(name)

    def afresh(self) -> None:
        """As it was when the page opened."""
        self.visit.complaints.clear()
        self.page.mouse.move(0, 0)  # what it pointed at may have been lit
        self.box.evaluate(
            """box => {
              box.querySelector("[data-action=reset]").click();
              for (const e of box.querySelectorAll("details")) e.open = e.matches(".nn-folded");
              document.activeElement.blur();
              scrollTo({ top: 0, behavior: "instant" });
            }"""
        )

    def set(self, key: str, value: Any) -> None:
        """As a reader would, through the control itself, which must be there to be seen."""
        for step in self._steps(key, value):
            self.box.evaluate(SET, step)

    def _steps(self, key: str, value: Any) -> list[list[Any]]:
        """The control, after those without which it cannot be seen."""
        spec = self.figure.controls[key]
        before = [self._steps(*other) for other in spec.get("only_if", {}).items()]
        if spec["kind"] == "order":
            value = [one for one in value.split(",") if one]
        return [*(step for steps in before for step in steps), [key, spec["kind"], value]]

    def through(
        self, settings: list[tuple[str, Any]]
    ) -> Iterator[tuple[dict[str, Any], list[list[str]], int]]:
        """What `all` has after each of these, from the opening; a number stands for the picture."""
        walks = [self._steps(key, value) for key, value in settings]
        for now, rows, picture in self.box.evaluate(THROUGH, [walks, self.kinds()]):
            yield dict(now), rows, picture

    def now(self) -> dict[str, Any]:
        """The present settings, read from the controls."""
        return dict(self.box.evaluate(NOW, self.kinds()))

    def rows(self) -> list[list[str]]:
        """The table that describes the figure."""
        return self.box.evaluate(ROWS)

    def picture(self) -> str:
        """The drawing as it is seen: without what is hidden, and without the names of its ids."""
        return self.box.evaluate(PICTURE)

    def all(self) -> tuple[dict[str, Any], list[list[str]], str]:
        """Settings, table and picture."""
        every = f"(box, kinds) => [({NOW})(box, kinds), ({ROWS})(box), ({PICTURE})(box)]"
        now, rows, picture = self.box.evaluate(every, self.kinds())
        return dict(now), rows, picture

    def kinds(self) -> list[list[str]]:
        return [[key, spec["kind"]] for key, spec in self.figure.controls.items()]

    def press(self, name: str) -> None:
        """The button with this text, which must be there to be seen."""
        self.box.evaluate(PRESS, name)

    def guess(self, key: str, value: Any) -> str:
        """Answer the question, which must be there to be seen, press Show; what is said then."""
        self.box.evaluate(GUESS, [key, value])
        self.press("Show")
        return self.said()

    def said(self) -> str:
        return str(self.box.locator(".nn-answer").inner_text())

    def ask_again(self) -> None:
        """Go round the questions, once."""
        again = f"(box, n) => {{ for (; n; n--) ({PRESS})(box, 'Next question'); }}"
        self.box.evaluate(again, len(self.figure.questions))

    @staticmethod
    def middle(place: Locator) -> tuple[float, float]:
        """Where it is in the window."""
        box = place.bounding_box()
        assert box
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def off(self, handle: Locator, x: float, y: float) -> float:
        """How far it is beside x, which all handles follow but one that only goes up and down."""
        now = self.middle(handle)
        upright = handle.get_attribute("aria-label") == "offset of the line"
        return abs(now[1] - y) if upright else abs(now[0] - x)

    @staticmethod
    def room(handle: Locator) -> int:
        """Pixels to the left; to the right for a handle that is at its least."""
        least, now = (handle.get_attribute(f"aria-value{what}") for what in ("min", "now"))
        return 30 if now == least else -30

    def painted(self) -> None:
        """Wait until what was done last is drawn."""
        frames = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        self.page.evaluate(frames)


def extremes(spec: dict[str, Any]) -> list[Any]:
    if spec["kind"] == "slider":
        return [spec["min"], spec["max"], spec["min"] + 3 * spec["step"]]
    if spec["kind"] == "points":
        return ["o0510s3020", ""]
    if spec["kind"] == "drawn":
        return list(spec["tries"])
    if spec["kind"] == "order":
        keys = [key for key, _ in spec["lines"]]
        return [",".join(some) for some in (keys, keys[::-1], keys[1:], [])]
    return list(spec["options"]) if spec["kind"] == "choice" else [True, False]
