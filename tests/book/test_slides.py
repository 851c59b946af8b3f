"""The deck: every page of the slides that the book follows has its slide, made of tagged cells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import slides
import yaml
from trial import ROOT, Book, build, code, notebook, text

# The headings of the slides that the book follows, in their order, with their numbers of pages.
HEADINGS = """
1 Introduction to Deep Learning · 1 Why Deep Learning · 1 Yann LeCun · 5 Deep learning components
8 Neuron · 4 Neural network layer · 3 Neural network · 1 NN Generality · 3 Learning / training
5 Backpropagation · 3 Code example: forward · 2 Code example: backward
2 Code example: full implementation · 2 Deep learning components · 1 Dropout · 2 Batch normalization
"""
PLAN: dict[str, Any] = {
    "minutes": 3,
    "spare": 1,
    "pages": [["Start", 1], ["Bends", 2]],
    "lectures": [
        {
            "title": "All",
            "slides": [
                {"name": "start", "pages": 1, "minutes": 1, "ask": "Who?", "do": "Wave."},
                {"name": "bends", "pages": "2-3", "minutes": 1, "ask": "Why?", "do": "Bend."},
            ],
        }
    ],
}
INDEX = "# Book\n\n```{toctree}\nchapter\n```\n\n```{slides}\n```\n"


def tagged(cell: dict[str, Any], tags: str, **metadata: Any) -> dict[str, Any]:
    return {**cell, "metadata": {**cell["metadata"], "tags": tags.split(), **metadata}}


CELLS = [
    text("title", "# A chapter\n\nFirst words."),
    tagged(
        text(
            "bend", "## To bend\n\nA line is straight.\n\n$$ f(x) = x^2 $$\n\nIn words: *squared*."
        ),
        "slide:bends:text1 slide:bends:math slide:bends:words",
    ),
    tagged(code("code", "y = 7"), "slide:bends:code"),
]


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "plan.yml"
    file.write_text(yaml.safe_dump(PLAN))
    monkeypatch.setattr(slides, "PLAN", file)
    return file


def book(folder: Path, cells: list[dict[str, Any]]) -> Book:
    pages = {"index.md": INDEX, "chapter.ipynb": notebook(*cells)}
    extensions = ["cell_anchors", "asides", "mathml", "static_figures", "slides"]
    return build(folder / "book", pages, extensions, templates_path=[str(ROOT / "book" / "theme")])


def test_every_page_of_the_slides_has_its_slide_in_their_order():
    wanted = []
    for entry in HEADINGS.replace("\n", " · ").split(" · "):
        count, _, heading = entry.strip().partition(" ")
        wanted += [heading] * int(count or 0)
    assert len(wanted) == 44
    found = {
        page: slide.title
        for lecture in slides.lectures()
        for slide in lecture.slides
        for page in slide.pages
    }
    assert [found[page] for page in sorted(found)] == wanted


def test_two_lectures_of_fifty_minutes_have_five_to_spare_and_a_question_to_each_slide():
    plan = yaml.safe_load(slides.PLAN.read_text("utf-8"))
    assert (plan["minutes"], plan["spare"]) == (50, 5)
    assert [lecture.minutes() for lecture in slides.lectures()] == [45, 45]
    assert slides.unplanned(plan, slides.lectures()) == []
    for lecture in slides.lectures():
        assert all(slide.ask and slide.do for slide in lecture.slides)


def test_a_plan_that_does_not_add_up_is_told_so():
    lecture = slides.lectures()[0]
    plan = yaml.safe_load(slides.PLAN.read_text("utf-8"))
    twice = slides.Lecture("Twice", [*lecture.slides, lecture.slides[0]])
    told = " ".join(slides.unplanned(plan, [twice]))
    assert "'start' is there twice" in told
    assert "each once and in order" in told
    assert "'Twice' takes 46 minutes, not 45" in told


def test_a_slide_shows_what_its_tags_name_and_follows_a_change(tmp_path: Path, plan: Path):
    first = book(tmp_path, CELLS)
    assert not first.failed, first.messages
    deck = first.page("slides/index")
    assert deck.count("<section id=") == 2
    section = deck.split('<section id="bends"')[1]
    assert "A line is straight." in section
    assert "<math" in section
    assert '<p class="words">' in section
    assert "First words" not in deck
    assert '<aside class="notes">' in section
    assert "chapter.html#to-bend" in section

    page = first.page("index")  # the plan
    assert '<a href="slides/index.html#/bends">Bends</a>' in page
    assert '<a href="chapter.html#to-bend">To bend</a>' in page
    assert "<td>1–2</td>" in page
    assert "<td>Why?</td>" in page

    source = CELLS[1]["source"].replace("is straight", "has no bend")
    second = book(tmp_path, [CELLS[0], {**CELLS[1], "source": source}, CELLS[2]])
    assert "A line has no bend." in second.page("slides/index")
    assert "A line has no bend." in second.page("slides/speaker")
    assert "is straight" not in second.page("slides/index")


def test_a_spoken_form_stands_for_what_is_too_long(tmp_path: Path, plan: Path):
    long = tagged(CELLS[1], "slide:bends", spoken={"bends": "Bend $x$, **once**."})
    deck = book(tmp_path, [CELLS[0], long]).page("slides/index")
    assert "<strong>once</strong>" in deck
    assert "A line is straight" not in deck


def test_tags_without_their_slides_and_slides_without_their_tags_fail_with_words(
    tmp_path: Path, plan: Path
):
    told = {
        "slide:breaks": "has the tag slide:breaks, and there is no such slide",
        "slide:bends:table": "cell 'more' has nothing for 'slide:bends:table'",
        "slide:bends:tabel": "slide:NAME:PART a part of it, of text, words, math",
    }
    found = book(tmp_path, [CELLS[0], tagged(code("more"), " ".join(told))])
    assert found.failed
    for words in told.values():
        assert words in found.messages
    assert "no cell is tagged slide:bends" in book(tmp_path, CELLS[:1]).messages


def test_the_page_for_instructors_says_how_many_slides_are_figures():
    plan = yaml.safe_load((ROOT / "book/slides.yml").read_text("utf-8"))
    names = [slide["name"] for lecture in plan["lectures"] for slide in lecture["slides"]]
    shown = set()
    for path in (ROOT / "chapters").glob("*.ipynb"):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            if "".join(cell["source"]).startswith("figures."):
                shown |= {
                    tag.split(":")[1] for tag in cell["metadata"].get("tags", ()) if ":" in tag
                }
    page = (ROOT / "book/instructors.md").read_text("utf-8")
    assert f"{len(shown & set(names))} of its slides are figures that you move" in page
