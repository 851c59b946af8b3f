"""How long a chapter takes: what counts, how much, and that the chapter says it."""

import minutes
import pytest
from practice import cell


def notebook(*cells):
    return {
        "cells": [cell("title", "# A title\n\n*About 9 minutes to read; the code runs*"), *cells]
    }


def words(n):
    return "word " * n


def test_words_are_read_at_200_a_minute_and_a_figure_takes_a_minute():
    found = minutes.minutes(notebook(cell("a", words(1990))))
    assert (found.words, found.read) == (2001, 10)
    figure = cell("figure-a", "figures.Depth()", "code")
    assert minutes.minutes(notebook(cell("a", words(1990)), figure)).read == 11


def test_what_is_folded_and_the_practice_are_worked_through_and_not_read():
    folded = cell("a", f"<details>\n<summary>More</summary>\n\n{words(1000)}\n\n</details>")
    practice = [cell("practice", words(1000)), cell("practice-answer", words(1000))]
    found = minutes.minutes(notebook(cell("b", words(200)), folded, *practice))
    assert found.read == 1
    assert found.work == 15
    assert minutes.minutes(notebook(*practice, cell("summary", words(400)))).read == 2
    summary = cell("summary", f"## In summary\n\n{words(400)}\n\n## Sources\n\n{words(400)}")
    assert minutes.minutes(notebook(*practice, summary)).read == 2  # sources are looked up


@pytest.mark.parametrize("tag", ["remove-cell", "remove-input", "hide-input", "checks"])
def test_ten_lines_of_code_are_a_minute_where_they_are_seen(tag):
    code = cell("a", "x = 1\n" * 300, "code")
    assert minutes.minutes(notebook(code)).work == 30
    code["metadata"]["tags"] = [tag]
    assert minutes.minutes(notebook(code)).work == 0


def test_each_task_takes_five_minutes_and_each_question_one():
    tasks = [cell("practice", "**On paper.** Do it.\n\n**Change and explain.** Why?")]
    tasks += [cell(f"try-{name}", "", "code") for name in "ab"]
    assert minutes.minutes(notebook(*tasks)).work == 20
    quiz = cell("quiz", 'figures.Quiz("sgd")', "code")
    assert minutes.minutes(notebook(*tasks, quiz)).work == 25


def test_the_times_are_written_into_the_first_words_and_a_second_time_changes_nothing():
    chapter = notebook(cell("a", words(1000)))
    once = minutes.stated(chapter, minutes.minutes(chapter))
    text = "".join(once["cells"][0]["source"])
    assert "*About 5 minutes to read, about 5 to work through; the code runs*" in text
    assert minutes.stated(once, minutes.minutes(once)) == once
    with pytest.raises(SystemExit, match="title says nowhere"):
        minutes.stated({"cells": [cell("title", "# A")]}, minutes.minutes(chapter))
