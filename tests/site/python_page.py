"""A page on which Python runs: its exercises and cells, as the tests in this folder press them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page
from site_visit import SITE, Visit

from nnbook import exercises

START = 120_000  # ms, for a machine that has other things to do
CHECKED = [e for e in map(exercises.get, exercises.names()) if not e.missing]


def shipped() -> bool:
    """Has the built site a Python? Without Pyodide's files it has none."""
    return (SITE / "run" / "pyodide-lock.json").exists()


def imports(chapter: str) -> str:
    """The cell at the top of a chapter."""
    notebook = json.loads((SITE.parents[1] / f"chapters/{chapter}.ipynb").read_text("utf-8"))
    return next("".join(c["source"]) for c in notebook["cells"] if c["id"] == "imports")


class Box:
    """An exercise, or a cell that runs."""

    def __init__(self, page: Page, name: str, kind: str = "exercise"):
        self.page, self.name = page, name
        self.box = page.locator(f'[data-{kind}="{name}"]')
        self.field = self.box.get_by_role("textbox")

    def press(self, button: str) -> None:
        self.box.locator(f'[data-do="{button}"]').click()

    def button(self, name: str) -> Locator:
        return self.box.locator(f'[data-do="{name}"]')

    def check(self, code: str | None = None) -> str:
        """Type it, have it checked, and tell what was said."""
        if code is not None:
            self.field.fill(code)
        self.press("check")
        self.page.wait_for_selector(
            f'[data-exercise="{self.name}"][data-passed]:not([aria-busy])', timeout=START
        )
        return self.said()

    def said(self) -> str:
        return self.box.get_by_role("status").text_content() or ""

    @property
    def passed(self) -> bool:
        return self.box.get_attribute("data-passed") == "true"

    def run(self) -> str:
        """Run the cell, and tell what it printed."""
        self.box.evaluate("e => { delete e.dataset.ran; }")  # as the press does, once it is loaded
        self.press("run")
        self.page.wait_for_selector(
            f'[data-cell="{self.name}"][data-ran]:not([aria-busy])', timeout=START
        )
        return self.printed()

    def printed(self) -> str:
        return self.box.locator(".nn-printed").text_content() or ""


class Worker:
    """A worker of its own that is asked without the page: many checks take one message."""

    def __init__(self, visit: Visit, chapter: str = "chapters/neuron.html"):
        self.page = visit.open(chapter)
        [client] = (SITE / "run").glob("*/python.mjs")
        self.page.evaluate(
            """async (client) => {
              const { Python } = await import(client);
              window.python = new Python();
              await window.python.start(() => {});
            }""",
            f"{visit.site}/_build/html/{client.relative_to(SITE).as_posix()}",
        )

    def ask(self, messages: list[dict[str, Any]]) -> list[Any]:
        """What the worker answers, one after the other."""
        found: list[Any] = self.page.evaluate(
            """async (messages) => {
              const answers = [];
              for (const message of messages) {
                let said = "";
                const answer = await window.python.ask(message, ({ text }) => (said += text ?? ""));
                answers.push({ ...answer, said });
              }
              return answers;
            }""",
            messages,
        )
        return found


@pytest.fixture(scope="module")
def worker(browser: Browser, site: str) -> Iterator[Worker]:
    context = browser.new_context()
    yield Worker(Visit(context.new_page(), site))
    context.close()


def check(name: str, code: str) -> dict[str, Any]:
    """The message that has an answer checked."""
    chapter = exercises.get(name).chapter
    return {"do": "check", "name": name, "code": code, "imports": imports(chapter), "seed": 0}


def words(answer: dict[str, Any]) -> str:
    return "".join(text for _, text in answer["pieces"])
