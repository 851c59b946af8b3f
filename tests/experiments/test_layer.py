"""The three ways through a layer compute the same, and a stack of linear layers is one."""

import ctypes
import shutil
import subprocess

import numpy as np
import pytest

from nnbook import nn
from nnbook.experiments import layer


@pytest.mark.parametrize("way", [layer.by_loops, layer.by_compiled_loops, layer.by_matrix_library])
def test_every_way_computes_the_layer(way):
    rng = np.random.default_rng(0)
    ours = nn.Linear(7, 3, rng=rng, dtype=np.float64)
    x = rng.normal(size=(5, 7))
    assert np.allclose(way(x, ours.weight.value, ours.bias.value), ours(x), rtol=0, atol=1e-14)


def test_the_race_is_won_by_the_matrix_library_and_lost_by_python():
    race = layer.race(16, 128, 64)
    assert race["loops in Python"] > 10 * race["compiled loops"]
    assert race["compiled loops"] > race["matrix library"]


PLAIN = """typedef const float *in;
void layer(in x, in W, in b, float *y, int n, int d, int h) {
  for (int i = 0; i < n; i++)
    for (int j = 0; j < h; j++) {
      float a = b[j];
      for (int k = 0; k < d; k++) a += W[j * d + k] * x[i * d + k];
      y[i * h + j] = a;
    }
}"""


@pytest.mark.skipif(not shutil.which("cc"), reason="there is no C compiler here")
def test_a_plain_loop_in_c_lies_between_python_and_numpys_compiled_loops(tmp_path):
    """So "leaving Python is the larger factor" holds for NumPy's loops, and not for every loop."""
    (tmp_path / "layer.c").write_text(PLAIN)
    flags = ["-O2", "-shared", "-fPIC"]
    subprocess.run(["cc", *flags, "layer.c", "-o", "layer.so"], cwd=tmp_path, check=True)
    plain = ctypes.CDLL(str(tmp_path / "layer.so")).layer
    n, d, h, rng = 64, 784, 512, np.random.default_rng(0)
    x, W, b = (rng.random(shape, np.float32) for shape in ((n, d), (h, d), h))
    y = np.zeros((n, h), np.float32)
    arrays = [a.ctypes.data_as(ctypes.c_void_p) for a in (x, W, b, y)]
    (took,) = layer.least({"C": lambda: plain(*arrays, n, d, h)}, 3).values()
    assert np.allclose(y, layer.by_matrix_library(x, W, b), rtol=1e-4)
    race = layer.race(n, d, h)
    assert race["loops in Python"] > took > race["compiled loops"]


@pytest.mark.parametrize("seed", range(5))
def test_ten_linear_layers_are_one(seed):
    assert layer.stack(10, seed) < 1e-12


def test_the_statements_of_a_layer_are_counted_with_those_of_its_helpers():
    own, code = layer.statements(helpers=False), layer.statements()
    assert len(own) <= 10
    assert set(own) < set(code)
    assert not any("np.dot" in line for line in own)
    assert sum(" @ " in line for line in code) == 2
    assert any("np.dot" in line for line in code)  # in a helper, which is called by name
    assert not any('"""' in line or "raise" in line for line in code)


def test_a_statement_counts_with_or_without_a_comment():
    class Longer(nn.Linear):
        def forward(self, x):
            """y = 2 x Wᵀ."""
            y = x @ self.weight.value.T
            for _ in range(1):
                y = y + y
            return y

    assert layer.statements(Longer)[0] == "y = x @ self.weight.value.T"
    assert len(layer.statements(Longer)) == 4


RANK_ONE = np.array([[1.0, -1.0], [-1.0, 1.0]])
FULL_RANK, SHIFT = np.array([[1.5, -1.0], [-1.0, 1.5]]), np.array([-0.5, -0.5])
CORNERS = np.array([[1.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]])


def test_a_matrix_of_rank_one_brings_the_corners_together_before_any_relu():
    a = CORNERS @ RANK_ONE.T
    assert np.linalg.matrix_rank(RANK_ONE) == 1
    assert (a[0] == a[1]).all()
    assert (a[0] == 0).all()


def test_of_full_rank_it_takes_the_relu_to_bring_them_together():
    a = CORNERS @ FULL_RANK.T + SHIFT
    assert np.linalg.matrix_rank(FULL_RANK) == 2
    assert len(np.unique(a, axis=0)) == 4
    assert nn.relu(a).tolist() == [[0, 0], [0, 0], [2, 0], [0, 2]]


def test_two_relus_fence_in_nothing_and_two_gelus_do():
    far = np.stack(np.meshgrid(*[np.linspace(-50, 50, 201)] * 2), axis=-1).reshape(-1, 2)
    edge = np.abs(far).max(axis=1) == 50
    rng = np.random.default_rng(0)
    for _ in range(200):
        hidden = nn.Sequential(nn.Linear(2, 2, rng=rng, dtype=np.float64), nn.ReLU())
        inside = hidden(far) @ rng.normal(size=2) > rng.normal()
        assert not inside.any() or inside[edge].any()
    inside = nn.gelu(far).sum(axis=1) < -0.3
    assert inside.any()
    assert not inside[edge].any()


def test_a_bias_that_is_a_column_goes_unnoticed_with_a_single_example_too():
    W, b = np.ones((4, 3)), np.arange(4.0)
    assert (np.ones((1, 3)) @ W.T + b[:, None]).shape == (4, 4)
    for n in (2, 3, 5):
        with pytest.raises(ValueError, match="broadcast"):
            np.ones((n, 3)) @ W.T + b[:, None]
