"""The three ways through a layer compute the same, and a stack of linear layers is one."""

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
    assert race["loops in Python"] > 10 * race["loops in C"]
    assert race["loops in C"] > race["matrix library"]


@pytest.mark.parametrize("seed", range(5))
def test_ten_linear_layers_are_one(seed):
    assert layer.stack(10, seed) < 1e-12


def test_the_formulas_of_a_layer_are_one_forward_and_three_backward():
    behind = [line.split("# ")[1] for line in layer.formulas()]
    assert behind[:1] == ["x Wᵀ + b"]
    assert behind[1:] == ["∂L/∂W = gᵀ x", "∂L/∂b = Σ g", "∂L/∂x = g W"]
