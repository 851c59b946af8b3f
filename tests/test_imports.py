"""The library works with NumPy alone: each module in a fresh Python that has nothing else."""

import subprocess
import sys

import numpy as np
import pytest
from mpmath import mp
from scipy.special import ndtr

from nnbook.nn import activations

ALONE = """
import sys

class Only:  # NumPy, the standard library and nnbook
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        known = {"numpy", "nnbook"} | sys.stdlib_module_names
        if top not in known and not top.startswith("_sysconfigdata"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Only())
import numpy as np
rng = np.random.default_rng(0)
"""
USES = {
    "nn": """
from nnbook import nn
model = nn.Sequential(nn.Linear(4, 5, rng=rng), nn.GELU(), nn.Linear(5, 3, rng=rng))
y = model(np.ones((2, 4), np.float32))
assert y.shape == (2, 3) and y.dtype == np.float32
assert model.backward(y).shape == (2, 4)
nn.init.kaiming_normal_(nn.Parameter(np.zeros((3, 4))))
print(f"{nn.gelu(1.0):.13f} {nn.gelu_derivative(-2.0):.13f}")
""",
    "optim": """
from nnbook import nn, optim
p = nn.Parameter([1.0])
p.grad[:] = 2
optim.SGD([p], lr=0.25).step()
print(p.value[0])
""",
    "data": """
from nnbook import data
images, labels = data.load_digits()
pairs = data.ArrayDataset(images, labels)
print(sum(len(y) for x, y in data.DataLoader(pairs, 64, shuffle=True)))
try:
    data.load_mnist("test")
except data.Unavailable as error:
    assert "install pooch" in str(error), error
""",
    "training": """
from nnbook import data, nn, optim, training
model = nn.Sequential(nn.Flatten(), nn.Linear(64, 10, rng=rng))
loader = data.DataLoader(data.ArrayDataset(*data.load_digits()), 64)
optimizer = optim.SGD(model.parameters(), lr=0.1)
history = training.fit(model, nn.CrossEntropyLoss(), optimizer, loader, 2, progress=True)
assert history.train_loss[0] > history.train_loss[1]
print(len(history))
""",
    "gradient_check": """
from nnbook import nn
from nnbook.gradient_check import gradient_check
report = gradient_check(nn.Sequential(nn.Linear(3, 2, rng=rng), nn.GELU()), rng.normal(size=(2, 3)))
print(report.passed)
""",
    "exercises": """
from math import erfc
from nnbook import exercises
gelu = np.vectorize(lambda x: x * erfc(-x / 2**0.5) / 2, [float])
print([bool(exercises.check("gelu", f).passed) for f in (gelu, np.tanh)])
""",
    "peers": """
from nnbook import peers
print(peers.available(), peers.gelu(1.0))
""",
}
PRINTED = {
    "nn": "0.8413447460685 -0.0852318010782",
    "optim": "0.5",
    "data": "1797",
    "training": "2",
    "gradient_check": "True",
    "exercises": "[True, False]",
    "peers": "False None",
}


def printed(code):
    """What a fresh Python prints that runs the code."""
    command = [sys.executable, "-W", "error", "-c", code]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    return run.stdout.strip()


@pytest.mark.parametrize("module", USES)
def test_it_works_with_numpy_alone(module, monkeypatch):
    monkeypatch.delenv("NNBOOK_DATA", raising=False)
    assert printed(ALONE + USES[module]) == PRINTED[module]


def test_the_hook_of_these_tests_lets_nothing_else_in():
    code = "try:\n    import scipy\nexcept ImportError as error:\n    print(error)"
    assert printed(ALONE + code) == "No module named 'scipy'"


def test_importing_the_library_leaves_alone_what_is_slow_to_import():
    """SciPy took twice NumPy's own time, and the package's version a quarter of it."""
    modules = ", ".join(f"nnbook.{name}" for name in USES)
    brought = {*printed(f"import sys, {modules}; print(*sys.modules)").split()}
    assert {"nnbook.nn", "nnbook.exercises", "numpy"} <= brought
    slow = {"scipy", "matplotlib", "ipywidgets", "anywidget", "IPython", "pooch", "requests"}
    assert not brought & (slow | {"tqdm", "yaml", "torch", "importlib.metadata", "numpy.f2py"})


# ---- Φ ------------------------------------------------------------------------------------------

X = np.concatenate([np.linspace(-38, 9, 2001), [0.0, -0.0, 1e-300, -1e-300, np.inf, -np.inf]])


@pytest.fixture
def phi(monkeypatch):
    """Φ as it is without SciPy."""
    monkeypatch.setitem(sys.modules, "scipy.special", None)  # so that its import fails
    return activations._ndtr.__wrapped__()


def test_without_scipy_the_normal_distribution_is_the_same(phi):
    np.testing.assert_allclose(phi(X), ndtr(X), rtol=0, atol=1e-15)
    near = X[X > -2]
    np.testing.assert_allclose(phi(near), ndtr(near), rtol=2e-15)
    assert np.isnan(phi(np.array([np.nan]))).all()
    assert phi(np.zeros((0, 3))).shape == (0, 3)


def test_without_scipy_it_is_as_right_far_out_as_its_argument_allows(phi):
    """x is rounded before it is squared in e^(−x²/2): a relative error of x² ε."""
    with mp.workdps(40):
        x = X[np.isfinite(X)]
        true = np.array([float(mp.ncdf(mp.mpf(float(v)))) for v in x])
    usual = true > 1e-300
    error = np.abs(phi(x) - true)[usual] / true[usual]
    assert (error <= np.finfo(float).eps * (2 + x[usual] ** 2)).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_without_scipy_gelu_keeps_its_dtype_and_its_values(phi, dtype, monkeypatch):
    x = X[np.isfinite(X)].astype(dtype)
    with_scipy = activations.gelu(x), activations.gelu_derivative(x)
    monkeypatch.setattr(activations, "_ndtr", lambda: phi)
    without = activations.gelu(x), activations.gelu_derivative(x)
    for a, b in zip(without, with_scipy, strict=True):
        assert a.dtype == b.dtype == dtype
        np.testing.assert_allclose(a, b, rtol=0, atol=4 * np.finfo(dtype).eps)
    assert isinstance(activations.gelu(0.5), float)
