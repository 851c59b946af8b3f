"""The figures, pages, quizzes and exercises of sample.py stand for all others."""

from sample import EXERCISES, FIGURES, PAGES, QUIZZES
from site_visit import pages

from nnbook import exercises, quizzes
from nnbook.figures import BY_NAME


def kinds(name):
    """What a reader can do with a figure."""
    one = BY_NAME[name]()
    for spec in one.controls.values():
        yield spec["kind"], *(key for key in ("wait", "only_if") if spec.get(key))
    yield from (f"ask: {question['kind']}" for question in one.questions)
    yield from ["typed"] * bool(one.folded)


def test_some_figures_have_all_that_a_reader_can_do():
    every = {kind for name in BY_NAME for kind in kinds(name)}
    assert {kind for name in FIGURES for kind in kinds(name)} == every


def test_some_quizzes_ask_in_every_way():
    ways = {name: {q.kind for q in quizzes.load(name).questions} for name in quizzes.names()}
    assert set.union(*(ways[name] for name in QUIZZES)) == set.union(*ways.values())


def test_some_exercises_are_of_every_chapter_that_has_any():
    chapters = {exercises.get(name).chapter for name in exercises.names()}
    assert {exercises.get(name).chapter for name in EXERCISES} == chapters


def test_some_pages_are_there():
    assert {f"{page}.html" for page in PAGES} <= {*pages()}
