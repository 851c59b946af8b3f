"""An expression that a reader types becomes the tables of a function, or words."""

import json

import numpy as np
import pytest

from nnbook import nn
from nnbook.page import own_function


def looked_up(packed, at):
    xs, ys = np.frombuffer(packed["data"].encode("latin-1"), "<f4").reshape(2, -1)
    return np.interp(at, xs, ys)


@pytest.mark.parametrize(
    ("text", "f", "slope"),
    [
        (" tanh(x) ", np.tanh, lambda x: 1 - np.tanh(x) ** 2),
        ("np.where(x > 0, x, 0.1*x)", lambda x: np.where(x > 0, x, 0.1 * x), None),
        ("gelu(x) + 1", lambda x: nn.gelu(x) + 1, nn.gelu_derivative),
        ("maximum(x, 0)**2", lambda x: np.maximum(x, 0) ** 2, lambda x: 2 * np.maximum(x, 0)),
        ("3", lambda x: 3 + 0 * x, np.zeros_like),
    ],
)
def test_the_tables_are_those_of_the_function(text, f, slope):
    found = json.loads(own_function.tabulate_json(text))
    x = np.linspace(-5.9, 5.9, 100)
    assert np.allclose(looked_up(found["f"], x), f(x), atol=1e-4)
    if slope is not None:
        assert np.allclose(looked_up(found["slope"], x), slope(x), atol=1e-3)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Type an expression in x"),
        ("2x", "Write 2 * x for 2x"),
        ("x +", "Python cannot read this"),
        ("x^2", "^ is no power in Python: write x**2."),
        ("max(x, 0)", "Write maximum instead of max"),
        ("log(x)", "log(x) returned nan at a = -16; it must be finite."),
        ("foo(x)", "There is no 'foo'"),
        ("x * Φ", "There is no 'Φ'"),
        ("open('file')", "There is no 'open'"),
        ("x + 1j", "not real numbers"),
        ("x - x.mean()", "must take each number by itself"),
        ("x[0]", "must take each number by itself"),
        ("ones(3)", "ones(3) raised ValueError"),
        ("x.foo", "x.foo raised AttributeError"),
        ("x if x > 0 else 0", "write where(x > 0, a, b) for a if x > 0 else b."),
        ("relu", "relu is a function: write relu(x)."),
        ("np.sin", "np.sin is a function: write np.sin(x)."),
        ("x" + " + x" * 5000, "Python cannot read this"),
        ("-" * 9000 + "x", "Python cannot read this"),
        ("zeros(10**15)", "MemoryError"),
    ],
)
def test_what_is_no_function_is_said_in_words(text, says):
    found = own_function.tabulate(text)
    assert found.keys() == {"error"}
    assert says in found["error"]
    assert "Traceback" not in found["error"]
