"""Advice is given where it fits, and nowhere else: no message speaks of what is not there."""

import functools
import inspect
import itertools
import math
import re
import textwrap
from pathlib import Path

import numpy as np
import pytest
import yaml
from answers import define, wrong_answers
from scipy.special import ndtr

from nnbook import exercises, nn
from nnbook.exercises.kit import limit
from nnbook.exercises.kit.guess import ERRORS, of_error

NAMES = exercises.names()
COMMON, WRONG = (
    yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text("utf-8"))
    for name in ("named_mistakes", "wrong_answers")
)
CHAPTER = {"np": np, "nn": nn, "ndtr": ndtr, "math": math, "functools": functools}


def said(result):
    return {part.label: part.text for part in result.parts}


@pytest.mark.parametrize("common", COMMON, ids=[common["mistake"] for common in COMMON])
def test_a_common_mistake_is_named(common):
    (name,) = common.keys() & set(NAMES)
    source, says = common[name], common["says"]
    names = dict(CHAPTER)
    if exercises.get(name).chapter == "pytorch":
        names["torch"] = pytest.importorskip("torch")
    result = exercises.check(name, define(source, names)[name], seed=1)
    assert not result.passed
    for words in says:
        if words.startswith("- "):
            assert words[2:] not in str(result), result
        else:
            assert words in str(result), result
    assert not misleading(result, source)


@pytest.mark.sweep
@pytest.mark.parametrize("name", NAMES)
def test_wrong_answers_as_learners_write_them_are_refused_and_none_is_misled(
    name, capsys, monkeypatch
):
    monkeypatch.setattr(limit, "SECONDS", 1)
    names = dict(CHAPTER, itertools=itertools)
    if exercises.get(name).chapter == "pytorch":
        names["torch"] = pytest.importorskip("torch")
    assert len(WRONG[name]) >= 7
    for source in WRONG[name]:
        result = exercises.check(name, define(source, names)[name], seed=1)
        assert result.status == "failed", source
        assert "book's fault" not in str(result)
        assert not misleading(result, source), (source, result)


# What a message says, and what must be in the answer, or in what came, for it to be true.
CLAIMS = {
    "`max`": r"\bmax\(",
    "`min`": r"\bmin\(",
    "`math`": r"\bmath\.",
    "`range`": r"\brange\(",
    "One Python number": r"\b(float|int)\(",
    "yes or no": r"\b(if|while|and|or|not)\b",
    "array on the left": r"[-+*/]=",
    "array of whole numbers": r"[-+*/]=|\] =|_like|astype|int|array|empty",
    "changed in place": r"[-+*/]=|\] =|\.(pop|sort|fill|append|reverse|clear|shuffle)|out=|_\(",
    "Two floats": r"==|!=",
    "asks for": r"input",
    "Square brackets": r"\[",
    "typing error": r".",
    "calls itself": r"\(",
    "is no power": r"\^",
    "A function itself": r"[a-z]",
    "An axis was named": r"axis|\(\d\)|(sum|mean|var|std|max|argmax)\(",
    "no graph behind": r"backward",
    "True and False": r"[<>=]|any|all|bool",
    "inside its loop": r"\bfor\b|next",
    "last batch": r"\bfor\b|\*_",
    "after the step": r"step",
    "Labels and predictions": r"loss",
    "sigmoid": r"exp|sigmoid|tanh",
    "softmax": r"softmax|exp",
    "uniform": r"uniform|random",
}


def misleading(result, source):
    """The pieces of advice that speak of something that neither the answer nor its result has."""
    labels = said(result)
    cause, came = labels.get("Likely cause", ""), labels.get("Came", "")
    bare = re.sub(r"\s", "", source)
    found = [
        quote
        for quote in re.findall("`([^`]+)`", cause)
        if quote not in ("nan", "inf") and re.sub(r"\s", "", quote) not in bare
    ]
    found += [
        claim for claim, code in CLAIMS.items() if claim in cause and not re.search(code, source)
    ]
    if "shapes in this line" in cause and not re.search(
        "shape|matmul|dimension|size|broadcast", came
    ):
        found.append("shapes")
    if "cut off at its point" in cause and "." in came:
        found.append("cut off")
    return found


def as_many_arguments(name):
    """The other exercises with as many arguments."""
    count = len(exercises.get(name).parameters)
    return [o for o in NAMES if o != name and len(exercises.get(o).parameters) == count]


def source_of(f):
    """The text of a function and of what it calls in the same file."""
    text, waiting, seen = "", [f], set()
    while waiting:
        g = waiting.pop()
        if inspect.isfunction(g) and g not in seen:
            seen.add(g)
            text += textwrap.dedent(inspect.getsource(g))
            waiting += [g.__globals__.get(name) for name in g.__code__.co_names]
            waiting += [cell.cell_contents for cell in g.__closure__ or ()]
    return text


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_no_advice_speaks_of_what_is_not_there(name, monkeypatch):
    """Each exercise is given mistakes and slips of its own and of others."""
    monkeypatch.setattr(limit, "SECONDS", 0.3)  # what was written for other arguments may not end
    answers = []
    names = dict(CHAPTER, itertools=itertools)
    if exercises.get(name).chapter == "pytorch":
        names["torch"] = pytest.importorskip("torch")
    assert exercises.get(name).ready()
    for other in as_many_arguments(name):
        if exercises.get(other).chapter == "pytorch":
            continue
        answers += exercises.get(other).mistakes.values()
        made = [answer.function for answer in wrong_answers(exercises.get(other), names)]
        answers += made[:: max(1, len(made) // 3)]
    own = [answer.function for answer in wrong_answers(exercises.get(name), names)]
    answers += own[:: max(1, len(own) // 6)]
    for f in answers:
        result = exercises.check(name, f, seed=1)
        assert not misleading(result, source_of(f)), (result, source_of(f))


def test_each_known_exception_asks_for_its_message_or_its_line():
    for known in ERRORS:
        if known.name not in (
            "NameError",
            "UnboundLocalError",
            "ZeroDivisionError",
            "RecursionError",
        ):
            assert known.message
        assert known.step.endswith(("?", "."))
    for error in (ValueError("odd"), TypeError("odd"), IndexError("odd"), RuntimeError("odd")):
        assert of_error(error, "line 1: x = max(if) + math.exp(x)")[0] == ""


@pytest.mark.parametrize("name", NAMES)
def test_the_words_of_a_mistake_quote_only_what_stands_in_it(name):
    for mistake in exercises.get(name).known.values():
        bare = re.sub(r"\s", "", source_of(mistake.function))
        for quote in re.findall("`([^`]+)`", mistake.cause):
            assert re.sub(r"\s", "", quote) in bare, mistake.cause
        assert not re.match("(Leave out|Drop|Take out)", mistake.step), mistake.step


def test_no_message_depends_on_the_machine():
    def narrow(x):
        x -= 0.5
        return x

    path = "/home/somebody/data/file.npz"

    def missing(x):
        raise OSError(f"[Errno 2] No such file or directory: '{path}'")

    for f in (narrow, missing, lambda x: x.astype(int), lambda x: object(), lambda x: x > 0):
        text = str(exercises.check("gelu", f, seed=1))
        assert not re.search(r"int(32|64)|/home|/usr|0x[0-9a-f]{6}|site-packages", text), text
