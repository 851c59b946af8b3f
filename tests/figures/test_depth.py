"""The figure `depth`: fading, growing and steady gradients, as the theory has them."""

import re

import numpy as np
import pytest

from nnbook import data, nn
from nnbook.figures import Depth
from nnbook.figures.depth.compute import (
    BATCH,
    DEPTHS,
    MOST,
    SEEDS,
    WIDTH,
    _first_weights,
    begin,
    histograms,
    measured,
    place,
)
from nnbook.figures.kit.pack import unpack


def factors(f, init, norm=False, depth=20):
    """What a message is multiplied with on its way one layer down: by weights, batch norm, f."""
    return 10 ** measured()[2][place(f, init, norm)][DEPTHS.index(depth)]


def left(f, init, norm=False, depth=20):
    """log₁₀ of the gradient of layer 1 by that of the last, for each seed."""
    g = measured()[1][place(f, init, norm)][:, begin(depth) : begin(depth) + depth]
    return g[:, 0] - g[:, -1]


def test_the_gradients_are_those_of_the_whole_network_by_the_librarys_backward():
    seed, depth = 3, 10
    rng = np.random.default_rng(seed)
    images, labels = data.load_digits()
    rows = rng.permutation(len(images))[:BATCH]
    linears = [_first_weights(D, "he", rng) for D in [64, *[WIDTH] * (MOST - 1)]]
    head = nn.Linear(WIDTH, 10, rng=rng, dtype=np.float64)
    norms = [nn.BatchNorm1d(WIDTH, dtype=np.float64) for _ in linears]
    for norm in (False, True):
        parts = [
            layer
            for one, two in zip(linears[:depth], norms, strict=False)
            for layer in ((one, two, nn.GELU()) if norm else (one, nn.GELU()))
        ]
        model, loss_fn = nn.Sequential(*parts, head), nn.CrossEntropyLoss()
        loss_fn(model(images.reshape(-1, 64)[rows].astype(np.float64)), labels[rows])
        model.backward(loss_fn.backward())
        expected = [np.log10(np.linalg.norm(layer.weight.grad)) for layer in linears[:depth]]
        start = begin(depth)
        got = measured()[1][place("gelu", "he", norm)][seed, start : start + depth]
        assert got == pytest.approx(expected, abs=1e-9)


def test_a_sigmoids_factor_is_below_a_quarter_and_the_weights_are_another():
    for init in ("torch", "xavier", "he", "xavier4"):
        assert factors("sigmoid", init)[2] < 0.25
    assert factors("sigmoid", "xavier")[0] == pytest.approx(1, abs=0.03)
    assert factors("sigmoid", "torch")[0] == pytest.approx(1 / np.sqrt(3), abs=0.02)
    # Four times larger weights lift the product, though f′ gets smaller still.
    wide, usual = factors("sigmoid", "xavier4"), factors("sigmoid", "xavier")
    assert wide[2] < usual[2]
    assert wide.prod() > 2 * usual.prod()


def test_ten_sigmoid_layers_lose_about_five_powers_of_ten():
    assert np.all(left("sigmoid", "xavier", depth=10) > -6.5)
    assert np.all(left("sigmoid", "xavier", depth=10) < -4.5)
    assert np.all(left("sigmoid", "xavier", norm=True) > -0.5)


def test_relu_fades_with_pytorchs_weights_and_keeps_its_size_with_hes():
    assert factors("relu", "torch").prod() == pytest.approx(1 / np.sqrt(6), abs=0.03)
    assert np.all(left("relu", "torch") < -5)
    assert np.all(np.abs(left("relu", "he")) < 0.6)


def test_batch_norm_makes_relus_gradients_grow():
    assert 1.1 < factors("relu", "he", norm=True).prod() < 1.35
    assert np.all(left("relu", "he", norm=True) > 1)


def test_gelu_with_xaviers_weights_has_equal_gradients_all_of_them_tiny():
    assert np.all(np.abs(left("gelu", "xavier")) < 0.6)
    g = measured()[1][place("gelu", "xavier", False)][:, begin(20) :]
    assert np.all(g < -5)


def test_the_factors_make_the_message():
    """Their product over the layers is what the gradient of layer 1 lost, but for its inputs."""
    for f, init, norm in (("sigmoid", "xavier", False), ("tanh", "he", True)):
        per_layer = np.log10(factors(f, init, norm).prod())
        g = measured()[1][place(f, init, norm)][:, begin(20) :]
        inner = (g[:, 4] - g[:, -1]).mean() / (MOST - 5)  # layers 5 to 20: inputs of one kind
        assert per_layer == pytest.approx(inner, abs=0.05), (f, init, norm)


def test_the_browser_gets_these_numbers():
    fig = Depth()
    for packed, true in zip((fig.signal, fig.gradient, fig.factors), measured(), strict=True):
        assert unpack(packed) == pytest.approx(true, abs=4e-4)
    assert unpack(fig.signal).shape[3] == SEEDS == 5
    spec = fig.controls["depth"]
    assert tuple(range(spec["min"], spec["max"] + 1, spec["step"])) == DEPTHS


def test_histograms_show_saturation_and_a_signal_that_has_gone():
    def spread(f, init, layer):
        return histograms()[place(f, init, False)][layer - 1]

    wide, usual = spread("tanh", "xavier4", 10), spread("tanh", "xavier", 10)
    assert min(wide[0], wide[-1]) > 0.8  # at both ends of −1 to 1
    assert max(wide[4:12]) < 0.1
    assert max(usual[0], usual[-1]) < 0.1
    gone = spread("relu", "torch", 20)
    assert np.sum(gone > 0) <= 2, "all outputs are next to 0"
    assert histograms().max(axis=-1) == pytest.approx(1)


def test_the_bars_of_a_network_are_as_many_as_its_layers():
    for depth in DEPTHS:
        picture = Depth(depth=depth).still().picture
        assert len(re.findall(r'<rect [^>]*nn-fill-orange"', picture)) == depth
        assert len(re.findall(r'<rect [^>]*nn-fill-blue"', picture)) == depth


def test_gray_marks_are_the_opening_once_something_has_changed():
    fig = Depth(f="tanh")
    assert "nn-fill-muted" not in fig.still().picture
    fig.f = "relu"
    assert fig.still().picture.count("nn-fill-muted") == 2 * fig.depth
    assert "gray: tanh, Xavier" in fig.still().picture
