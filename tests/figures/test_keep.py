"""What a figure computed for seconds is there for the next kernel, of the same library alone."""

import json
import sys
from functools import cache
from types import SimpleNamespace

import pytest

from nnbook.experiments import why
from nnbook.figures import BestLine, LearningRates, Ridge
from nnbook.figures.kit import keep

networks = cache(why.networks)  # trained once for all tests here


@pytest.fixture
def said(tmp_path, monkeypatch):
    """A kernel with an empty cache: what is said in it."""
    words = []

    def display(html, display_id):
        words.append(html)
        return SimpleNamespace(update=words.append)

    shell = SimpleNamespace(kernel=True)
    fake = SimpleNamespace(
        get_ipython=lambda: shell, display=SimpleNamespace(display=display, HTML=str)
    )
    monkeypatch.setitem(sys.modules, "IPython", fake)
    monkeypatch.setattr("pooch.os_cache", lambda name: tmp_path)
    monkeypatch.delenv("NNBOOK_STATIC", raising=False)
    return words


@pytest.fixture
def trained(monkeypatch):
    """How often the networks of BestLine are trained."""
    calls = []

    def counted(task, seeds):
        calls.append(task)
        return networks(task, seeds)

    monkeypatch.setattr(why, "networks", counted)
    return calls


def state(figure):
    found = {key: getattr(figure, key) for key in (*figure.own_traits(), "_html")}
    return json.dumps(found, default=keep._packed, sort_keys=True)


def test_it_says_so_and_computes_once(said, trained):
    first = BestLine()
    assert said == [f"<p>{BestLine.title}: {BestLine.takes} …</p>", ""]
    once = len(trained)
    assert once > 0
    again = BestLine()
    assert len(trained) == once
    assert len(said) == 2
    assert state(again) == state(first)
    assert again.still() == first.still()
    again.task = list(first.controls["task"]["options"])[-1]
    assert again.still() != first.still()


def test_another_setting_or_another_library_computes_anew(said, trained, monkeypatch, tmp_path):
    BestLine()
    once = len(trained)
    BestLine(name="other")
    assert len(trained) == 2 * once
    monkeypatch.setattr(keep, "library", lambda: "another")
    BestLine()
    assert len(trained) == 3 * once
    assert [folder.name for folder in (tmp_path / "figures").iterdir()] == ["another"]


def test_own_seeds_and_own_functions_are_told_apart(said):
    a, b = (keep.place("x", (LearningRates, {"seeds": seeds})) for seeds in ((1, 2), (1, 3)))
    assert a != b
    assert keep.place("x", [lambda x: x]) is None
    assert keep.place("x", object()) is None


def test_a_damaged_file_and_a_folder_that_cannot_be_written_do_no_harm(said, trained, monkeypatch):
    BestLine()
    once = len(trained)
    [path] = keep.place("line", ()).parent.glob("*.json")
    path.write_text("{")
    assert BestLine().right
    assert len(trained) == 2 * once
    path.unlink()

    def refused(*args, **kwargs):
        raise PermissionError

    monkeypatch.setattr("pathlib.Path.mkdir", refused)
    assert BestLine().right
    assert len(trained) == 3 * once


def test_pages_and_programs_always_compute(said, trained, monkeypatch):
    monkeypatch.setenv("NNBOOK_STATIC", "1")
    BestLine(), BestLine()
    twice = len(trained)
    monkeypatch.delenv("NNBOOK_STATIC")
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: None))
    BestLine()
    assert len(trained) == 1.5 * twice
    assert said == []


def test_what_takes_no_time_says_nothing(said):
    Ridge()
    assert said == []
