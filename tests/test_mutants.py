"""The mistakes that mutants.py makes."""

import ast

import pytest
from mutants import mutants

CHANGES = {
    "y = a + b": {"a + b → a - b"},
    "y = a * b // c": {"a * b → a / b", "a * b // c → a * b * c"},
    "y = f(-x)": {"f(-x) → f(x)"},
    "y = a @ b": set(),
    "y = 3": {"3 → 4", "3 → 2"},
    "y = 0.5": {"0.5 → 1.5", "0.5 → 0.0"},
    "y = a < b": {"a < b → a <= b"},
    "y = a == b": {"a == b → a != b"},
    "y = a and b": {"a and b → a or b"},
    "y = x.sum(axis=1, keepdims=True)": {
        "x.sum(axis=1, keepdims=True) → x.mean(axis=1, keepdims=True)",
        "axis=1 → axis=0",
        "keepdims=True → keepdims=False",
    },
    "y = x[a:b]": {"a:b → a + 1:b", "a:b → a:b - 1"},
    "y = x[:-1]": {":-1 → :1", "-1 → -2", "-1 → -0", ":-1 → :-1 - 1"},
    "y = x.astype(t, copy=False)": {"x.astype(t, copy=False) → x"},
    "y = np.asarray(x, t)": {"np.asarray(x, t) → x"},
    "y = float(x)": {"float(x) → x"},
    "y = np.maximum(x, 0)": {
        "np.maximum(x, 0) → np.minimum(x, 0)",
        "np.maximum(x, 0) → np.maximum(x, 1)",
        "np.maximum(x, 0) → np.maximum(x, -1)",
    },
    "x[i] = y": {"x[i] = y → pass"},
    "x += y": {"x += y → pass", "x += y → x -= y"},
    "self.f(x)": {"self.f(x) → pass"},
    "if a:\n    raise ValueError(f'{1 + 1} {x:.3g}')": {
        "a → not a",
        "raise ValueError(f'{1 + 1} {x:.3g}') → pass",
    },
    "if not a:\n    f = 'x'": {"not a → a"},
    "for a, b in zip(x, y, strict=True):\n    break": {"break → pass"},
    "def f(x: int = 1, y: tuple[float] | None = None):\n    '''No 1.'''": {"1 → 2", "1 → 0"},
    "import a.b\nfrom a import b": set(),
}


@pytest.mark.parametrize("text", CHANGES)
def test_every_slip_is_made_once(text):
    found = list(mutants(text))
    assert {mutant.change for mutant in found} == CHANGES[text]
    assert len({mutant.text for mutant in found} | {ast.unparse(ast.parse(text))}) == len(found) + 1


def test_a_mutant_is_python_with_one_line_changed_and_knows_which():
    text = "def f(x):\n    # half of it\n    y = x / 2\n\n    return -y\n"
    found = {mutant.change: mutant for mutant in mutants(text)}
    turned = found["-y → y"]
    assert turned.line == 5
    assert turned.text == "def f(x):\n    y = x / 2\n    return y"
    names = {}
    exec(compile(found["x / 2 → x * 2"].text, "mutant", "exec"), names)
    assert names["f"](3) == -6
