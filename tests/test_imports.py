"""The library works with NumPy alone: each module in a fresh Python that has nothing else."""

import subprocess
import sys

import pytest

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
