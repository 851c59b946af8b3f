"""One quiz on a built page, as the tests in this folder see and answer it."""

from __future__ import annotations

import re
from functools import cache
from itertools import permutations
from typing import Any

from playwright.sync_api import Locator
from site_visit import SITE, Visit, pages

from nnbook import quizzes
from nnbook.quizzes import Question
from nnbook.quizzes.text import html

# Where each quiz stands.
HOME = {
    name: address
    for address in pages()
    for name in re.findall(r'id="fig-quiz-(\w+)"', (SITE / address).read_text("utf-8"))
}
ALL = "batchnorm"  # its quiz asks in every way
load = cache(quizzes.load)


def squeeze(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip()


def tries(question: Question) -> list[tuple[Any, str]]:
    """A wrong answer for everything that the quiz has to say, and what it says."""
    if question.kind == "number":
        found: list[tuple[Any, str]] = [(str(w.at[0]), w.why) for w in question.wrong]
        return [*found, (str(question.truth + 1e6), question.otherwise)]
    if question.kind != "order":
        return [([int(wrong.at[0])], wrong.why) for wrong in question.wrong]
    orders = {}
    for order in permutations(range(len(question.options))):
        slips = (w for w in question.wrong if order.index(w.at[0]) < order.index(w.at[1]))
        slip = next(slips, None)
        orders[slip.why if slip else question.otherwise] = list(order)
        if not slip and order == question.right:
            del orders[question.otherwise]
    return [(order, why) for why, order in orders.items()]


def right(question: Question) -> Any:
    if question.kind == "number":
        return str(round(question.truth, question.digits))
    return list(question.right)


class Asked:
    """The quiz of a chapter, whose page lies open."""

    def __init__(self, visit: Visit, chapter: str):
        self.visit, self.page, self.chapter = visit, visit.page, chapter
        self.questions = load(chapter).questions
        self.box = self.page.locator(f"#fig-quiz-{chapter}")

    def of_kind(self, kind: str) -> Question:
        return next(question for question in self.questions if question.kind == kind)

    def at(self, question: Question) -> Locator:
        return self.page.locator(f"#quiz-{self.chapter}-{question.key}")

    def form(self, question: Question) -> Locator:
        """The form of the question that is shown."""
        forms = [f'[data-key="{form.key}"]:visible' for form in question.forms]
        return self.box.locator(", ".join(forms))

    def said(self, question: Question) -> str:
        return squeeze(self.at(question).get_by_role("status").text_content())

    def texts(self, *markups: str) -> list[str]:
        """What texts of the file read like in the browser."""
        found = self.page.evaluate(
            """all => all.map((h) =>
              Object.assign(document.createElement("p"), { innerHTML: h }).textContent)""",
            [html(markup) for markup in markups],
        )
        return [squeeze(text) for text in found]

    def answer(self, question: Question, value: Any) -> tuple[str, str]:
        """Answer, press Check; the question's state, and what is said then."""
        state, said = self.at(question).evaluate(
            """(box, value) => {
              const lines = box.querySelector(".nn-lines");
              const inputs = [...box.querySelectorAll("input")];
              if (lines) value.forEach((at, k) => {
                const row = () => [...lines.children].findIndex((r) => Number(r.dataset.at) === at);
                while (row() > k) lines.children[row()].querySelector('[data-by="-1"]').click();
              });
              else if (inputs[0].type === "text") {
                inputs[0].value = value;
                inputs[0].dispatchEvent(new Event("input", { bubbles: true }));
              } else for (const input of inputs) {
                if (input.checked !== value.includes(Number(input.value))) input.click();
              }
              box.querySelector("[data-action=check]").click();
              return [box.dataset.state, box.querySelector("[role=status]").textContent];
            }""",
            value,
        )
        return str(state), squeeze(said)

    def answer_all(self) -> None:
        """Every question answered, most of them wrongly, so that all there is to see is seen."""
        for question in self.questions:
            self.answer(question, tries(question)[0][0])

    def again(self) -> None:
        self.visit.complaints.clear()
        self.box.locator("[data-action=again]").evaluate("button => button.click()")
