"""One figure on a built page, as the tests in this folder see and move it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from built import SITE, Visit, pages
from playwright.sync_api import Locator, Page

from nnbook.figures import BY_NAME, Figure

# Where each figure stands, its chapter before the landing page.
HOME = {
    name: address
    for address in pages()
    for name in re.findall(r'data-figure="([\w-]+)"', (SITE / address).read_text("utf-8"))
    if name != "quiz"  # see test_quizzes.py
}
PHONE = {"viewport": {"width": 360, "height": 800}, "has_touch": True}


@cache
def opened(name: str) -> Figure:
    """The figure as Python has it at first; not to be changed."""
    return BY_NAME[name]()


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
              box.querySelector("details").open = false;
              document.activeElement.blur();
              scrollTo({ top: 0, behavior: "instant" });
            }"""
        )

    def set(self, key: str, value: Any) -> None:
        """As a reader would, through the control itself."""
        spec = self.figure.controls[key]
        for other, needed in spec.get("only_if", {}).items():
            self.set(other, needed)
        field = self.box.locator(f"[data-trait={key}]")
        if spec["kind"] == "choice":
            self.box.locator(f"[data-trait={key}][value={value}]").check()
        elif spec["kind"] == "switch":
            field.set_checked(value)
        elif spec["kind"] == "order":
            field.evaluate(
                """(list, keys) => {
                  const row = (key) => [...list.children].find((r) => r.dataset.key === key);
                  const press = (key, by) => {
                    const button = row(key).querySelector(`[data-by="${by}"]`);
                    const paint = new Promise((done) => setTimeout(done));
                    button.click();
                    return paint;
                  };
                  return (async () => {
                    for (const one of [...list.children].map((r) => r.dataset.key)) {
                      if (!row(one).classList.contains("nn-out")) await press(one, 0);
                    }
                    for (const [k, key] of [...keys].reverse().entries()) {
                      await press(key, 0);
                      for (let n = 0; n < k; n++) await press(key, -1);
                    }
                  })();
                }""",
                [key for key in value.split(",") if key],
            )
        else:
            field.evaluate(
                "(e, v) => { e.value = v; e.dispatchEvent(new Event('input', {bubbles: true})); }",
                value,
            )

    def now(self) -> dict[str, Any]:
        """The present settings, read from the controls."""
        return {key: self._value(key, spec["kind"]) for key, spec in self.figure.controls.items()}

    def _value(self, key: str, kind: str) -> Any:
        field = self.box.locator(f"[data-trait={key}]")
        if kind == "choice":
            return self.box.locator(f"[data-trait={key}]:checked").input_value()
        if kind == "order":
            rows = field.locator("li:not(.nn-out)")
            return ",".join(rows.evaluate_all("rows => rows.map(row => row.dataset.key)"))
        return field.is_checked() if kind == "switch" else float(field.input_value())

    def ask_again(self, key: str) -> None:
        """Go round the questions, once."""
        for _ in self.figure.questions:
            self.box.get_by_role("button", name="Next question").click()
        assert self.box.locator(f"[data-ask={key}]").is_visible()

    def rows(self) -> list[list[str]]:
        return self.box.locator(".nn-describe tbody tr").evaluate_all(
            "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
        )

    def picture(self) -> str:
        """The drawing as it is seen: without what is hidden, and without the names of its ids."""
        return self.box.locator(".nn-live").evaluate(
            "svg => { const seen = svg.cloneNode(true);"
            " for (const e of seen.querySelectorAll('[hidden], title, desc')) e.remove();"
            " return seen.innerHTML.replace(/nn-[a-z0-9]{6,8}(?=[\"')])/g, 'nn-id'); }"
        )


def extremes(spec: dict[str, Any]) -> list[Any]:
    if spec["kind"] == "slider":
        return [spec["min"], spec["max"], spec["min"] + 3 * spec["step"]]
    if spec["kind"] == "order":
        keys = [key for key, _ in spec["lines"]]
        return [",".join(some) for some in (keys, keys[::-1], keys[1:], [])]
    return list(spec["options"]) if spec["kind"] == "choice" else [True, False]
