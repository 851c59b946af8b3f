"""`{quiz-index}` lists the quizzes' questions by the misconceptions that their wrong answers name.

Each links to its place in its chapter. A chapter that is not part of the book is an error.
"""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from nnbook import quizzes
from nnbook.quizzes.text import html


class QuizIndex(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        folder = Path(str(quizzes.FOLDER))
        for file in (*folder.glob("*.yaml"), *folder.glob("*.py")):
            self.env.note_dependency(str(file))
        known, found = quizzes.misconceptions(), quizzes.by_misconception()
        listed = nodes.definition_list(classes=["nn-quiz-index"])
        for name, places in found.items():
            term = nodes.term("", "", nodes.Text(known.get(name, name)))
            if name in known:
                term.insert(0, nodes.strong("", f"{name} "))
            lines = nodes.bullet_list()
            lines += [nodes.list_item("", self.line(chapter, q)) for chapter, q in places]
            listed += nodes.definition_list_item("", term, nodes.definition("", lines))
        return [listed]

    def line(self, chapter: str, question: quizzes.Question) -> nodes.paragraph:
        """The chapter as a link to the question, then the question."""
        page = f"chapters/{chapter}"
        if page not in self.env.found_docs:
            raise self.error(f"quizzes/{chapter}.yaml: the book has no page {page}")
        here = self.env.app.builder.get_relative_uri(self.env.docname, page)
        uri = f"{here}#quiz-{chapter}-{question.key}"
        link = nodes.reference("", chapter, internal=True, refuri=uri)
        text = f" {html(question.ask)}"
        return nodes.paragraph("", "", link, nodes.raw("", text, format="html"))


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("quiz-index", QuizIndex)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
