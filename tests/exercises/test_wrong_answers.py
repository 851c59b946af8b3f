"""Wrong answers that nobody has foreseen: each gets a sensible one, and nothing of ours raises."""

import threading
import time
from contextlib import suppress

import numpy as np
import pytest

from nnbook import exercises
from nnbook.exercises.kit import limit

NAMES = exercises.names()
each_exercise = pytest.mark.parametrize("name", NAMES)


def changed(name, change):
    """The solution, with its first number or array changed on the way out."""
    solution = exercises.get(name).solution

    def out(result):
        if isinstance(result, list):  # batches
            return [(change(x), y) for x, y in result]
        if isinstance(result, tuple):
            return change(result[0]), *result[1:]
        return change(result)

    return lambda *args: out(solution(*args))


def said(name, f):
    """The answer's text; never one for a fault of the check itself."""
    result = exercises.check(name, f)
    assert result.status == "failed", result
    assert "the book's fault" not in str(result)
    assert result._repr_html_()
    labels = {part.label: part.text for part in result.parts}
    assert labels["Came"]
    assert labels["Next step"]
    return labels


@each_exercise
def test_none_asks_for_return(name):
    labels = said(name, lambda *args: print(end=""))
    assert labels["Came"] == "None"
    assert "return" in labels["Next step"]


@each_exercise
def test_a_list_asks_for_an_array_and_a_text_is_named(name):
    labels = said(name, changed(name, lambda value: np.atleast_1d(value).tolist()))
    assert "list" in labels["Came"]
    labels = said(name, changed(name, str))
    assert "text" in labels["Came"]


@each_exercise
def test_a_wrong_shape_is_told_with_both_shapes(name):
    labels = said(name, changed(name, lambda value: np.asarray(value)[None]))
    assert "shape" in labels["Came"]
    assert "(1," in labels["Came"]


@each_exercise
def test_nan_is_told(name):
    labels = said(name, changed(name, lambda value: np.asarray(value) * np.nan))
    assert "nan" in labels["Came"] or name in ("minibatches", "count_parameters")


@each_exercise
def test_a_transposed_or_turned_result_is_not_right(name):
    def turn(value):
        value = np.asarray(value)
        return value.T if value.ndim > 1 else value[::-1] if value.ndim else -1 - value

    said(name, changed(name, turn))


@each_exercise
def test_a_factor_is_not_right(name):
    said(name, changed(name, lambda value: 3 * np.asarray(value)))


@each_exercise
def test_an_exception_is_shown_with_its_line_and_no_traceback(name):
    def f(*args):
        return undefined_thing + 1  # noqa: F821

    labels = said(name, f)
    assert labels["Came"].startswith("NameError: name 'undefined_thing' is not defined")
    assert "return undefined_thing + 1" in labels["In your code"]
    assert "Traceback" not in str(exercises.check(name, f))
    assert "typing error" in labels["Likely cause"]


@each_exercise
def test_a_changed_input_is_told(name):
    exercise = exercises.get(name)

    def f(*args):
        result = exercise.solution(*args)
        for a in args:
            if isinstance(a, np.ndarray) and a.dtype.kind == "f":
                a += 1
                return result
            if isinstance(a, list):
                a.pop()
                return result
            if hasattr(a, "detach"):
                a += 1
                return result
        args[0].append(0)  # so that a function without arrays fails here too
        return result

    labels = said(name, f)
    if name not in ("numerical_gradient", "he_init", "average_masks"):  # they are given numbers
        told = "changed" in labels["Came"] or "in place" in labels.get("Likely cause", "")
        assert told or "Error" in labels["Came"] or exercise.observe


@each_exercise
def test_what_is_no_function_is_told(name):
    for thing, word in ((3.0, "the number 3"), (np.ones(2), "an array"), ("f", "the text 'f'")):
        labels = said(name, thing)
        assert word in labels["Came"]
        assert f'exercises.check("{name}", {name})' in labels["Next step"]
    assert "class" in said(name, np.ndarray)["Came"]


@each_exercise
def test_another_number_of_arguments_is_told(name):
    labels = said(name, lambda: 0)
    assert exercises.get(name).signature in labels["Expected"]
    assert "arguments" in labels["Likely cause"]


@each_exercise
def test_rounding_to_float32_is_right(name):
    exercise = exercises.get(name)

    def rounded(value):
        if isinstance(value, np.ndarray | np.floating) and value.dtype == np.float64:
            return value.astype(np.float32)
        return value

    assert exercises.check(name, changed(name, rounded)), exercise.name


@pytest.mark.sweep
@each_exercise
def test_odd_results_never_make_the_check_raise(name):
    class Odd:
        def __repr__(self):
            raise RuntimeError("no repr")

    things = [Odd(), Odd, {}, set(), b"x", 1j, np.array(["a"]), np.array([None]), iter([]), print]
    things += [(), [], ((), ()), [[1], [1, 2]], np.zeros((0, 3)), np.ma.masked, float("inf"), ...]
    things += [(1, 2, 3), (None, None), (None, None, None), (None,) * 4, ([], []), True]
    for thing in things:
        labels = said(name, lambda *args, thing=thing: thing)
        assert labels["Expected"]


@pytest.mark.sweep
@each_exercise
def test_exits_and_recursion_are_caught(name):
    def leave(*args):
        raise SystemExit(3)

    def again(*args):
        return again(*args)

    assert "SystemExit" in said(name, leave)["Came"]
    labels = said(name, again)
    assert labels["Came"] == "RecursionError: maximum recursion depth exceeded"
    assert labels["In your code"].endswith(": return again(*args)")


def endless(x):
    while True:
        pass


def stubborn(x):
    for _ in range(3):
        with suppress(BaseException):
            endless(x)
    return x


@pytest.mark.parametrize("f", [endless, stubborn])
def test_an_endless_loop_is_stopped_and_told(f, monkeypatch):
    monkeypatch.setattr(limit, "SECONDS", 0.2)
    labels = said("gelu", f)
    assert "nothing within 0.2 seconds, so the call was stopped." in labels["Came"]
    assert "loop" in labels["Likely cause"]
    assert not [t for t in threading.enumerate() if t.daemon and "guarded" in repr(t)]


def test_a_call_that_cannot_be_stopped_is_left_and_told(monkeypatch):
    monkeypatch.setattr(limit, "SECONDS", 0.1)
    labels = said("gelu", lambda x: time.sleep(3))  # a call into C that hears no exception
    assert "could not be stopped: restart the kernel" in labels["Came"]


def test_a_check_works_in_a_thread_that_is_not_the_main_one(monkeypatch):
    monkeypatch.setattr(limit, "SECONDS", 0.2)
    results = []
    names = ("gelu", "gelu")
    functions = (exercises.get("gelu").solution, endless)
    thread = threading.Thread(target=lambda: results.extend(map(exercises.check, names, functions)))
    thread.start()
    thread.join(20)
    assert [result.passed for result in results] == [True, False]


def test_the_stop_button_ends_the_call_too(monkeypatch):
    entered = threading.Event()

    def f(x):
        entered.set()
        endless(x)

    def press(self, timeout=None):
        assert entered.wait(10)
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "join", press)
    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        exercises.check("gelu", f)
    assert threading.active_count() == before


def test_a_constant_ratio_of_n_says_mean_against_sum():
    right = exercises.get("linear_backward").solution

    def f(grad, x, weight):
        return tuple(len(x) * part for part in right(grad, x, weight))

    result = exercises.check("linear_backward", f)
    text = str(result)
    assert "4 is the number of examples N: mean against sum" in text
    table = next(part.table for part in result.parts if part.table)
    assert table[0][1:] == ("yours", "numeric", "ratio")
    assert {row[3] for row in table[1:]} == {"4"}
    assert "<th" in result._repr_html_()


def test_the_numeric_gradients_are_the_references():
    for name in NAMES:
        exercise = exercises.get(name)
        if exercise.numeric and exercise.cases[0].make:
            args = exercise.cases[0].fresh()
            numeric, exact = exercise.numeric(*args), exercise.reference(*args)
            if not exercise.returns:
                numeric, exact = [numeric], [exact]
            for a, b in zip(numeric, exact, strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_arrays_in_messages_are_short_and_rounded():
    labels = said("digit_templates", lambda x, labels: (x * np.pi, x))
    text = str(exercises.check("digit_templates", lambda x, labels: (np.ones((10, 64)), x)))
    assert max(map(len, text.splitlines())) < 120
    assert len(text.splitlines()) < 40
    assert labels


def test_a_small_difference_is_shown_with_as_many_digits_as_it_takes():
    f = exercises.get("count_parameters").solution
    assert said("count_parameters", lambda sizes: f(sizes) + 1)["Came"] == "14"
    from nnbook import nn

    labels = said("gelu", lambda x: nn.gelu(x) * (1 + 1e-5))
    assert labels["Expected"] != labels["Came"]
    assert "Nearly right" in labels["Likely cause"]
