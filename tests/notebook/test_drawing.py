"""The drawn neuron, layer and network: their numbers are the object's, and nothing is changed."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from nnbook import nn
from nnbook.notebook.drawing import draw

X = [2.0, 1.0, -1.0, 0.5]
W = np.array([[0.5, 0.5, 1.0, 1.0], [-1.0, 0.5, 0.5, 2.0]])


def linear(weight, bias=None):
    weight = np.array(weight, float)
    layer = nn.Linear(*weight.shape[::-1], bias=bias is not None, dtype=np.float64)
    layer.weight.value[:] = weight
    if bias is not None:
        layer.bias.value[:] = bias
    return layer


def ten_weights(f=nn.Sigmoid):
    return nn.Sequential(linear(W), f(), linear([[0.5, -1.0]]))


def texts(drawing):
    root = ET.fromstring(drawing.svg)
    return ["".join(one.itertext()) for one in root.iter() if one.tag == "text"]


def lit(drawing):
    """How many lines are colored."""
    return len(re.findall(r'<line [^>]*stroke-width="3.5"', drawing.svg))


def test_the_numbers_on_a_neuron_are_its_own():
    neuron = nn.Neuron([0.5, -0.25, 1], bias=2, f=nn.sigmoid)
    said = texts(draw(neuron, [2, 1, -1]))
    assert {"w1 = 0.5", "w2 = −0.25", "w3 = 1", "+ b = 2", "Σ", "sigmoid"} <= {*said}
    assert {"2", "1", "−1", "a = 1.75", "z = 0.85"} <= {*said}
    assert neuron([2, 1, -1]) == pytest.approx(0.85, abs=5e-3)


def test_row_j_of_a_layer_goes_to_neuron_j():
    said = texts(draw(nn.Sequential(linear(W, [0.5, -1]), nn.ReLU()), X))
    assert {"w13 = 1", "w21 = −1", "w24 = 2", "+ b = −1", "+ b = 0.5"} <= {*said}
    assert {"a1 = 1.5", "a2 = −2", "z1 = 1.5", "z2 = 0"} <= {*said}


def test_a_network_counts_its_weights_as_on_the_slide():
    said = texts(draw(ten_weights(), X))
    assert [text for text in said if text.startswith("w")] == [
        *("w1 = 0.5", "w2 = 0.5", "w3 = 1", "w4 = 1", "w5 = −1", "w6 = 0.5", "w7 = 0.5"),
        *("w8 = 2", "w9 = 0.5", "w10 = −1"),
    ]
    assert {"a1 = 1", "a2 = −1", "z1 = 0.73", "z2 = 0.27", "ŷ = 0.1"} <= {*said}


def test_without_inputs_there_are_names_and_no_results():
    said = texts(draw(ten_weights()))
    assert {"x4", "a2", "z1", "ŷ", "w10 = −1"} <= {*said}
    assert not any("=" in text for text in said if not text.startswith("w"))


@pytest.mark.parametrize(("path", "colored"), [(1, 3), (8, 3), (9, 1), (10, 1), (None, 0)])
def test_the_way_from_a_weight_to_the_output_is_colored(path, colored):
    assert lit(draw(ten_weights(), X, path=path)) == colored


def test_a_way_that_forks_is_colored_in_all_its_branches():
    net = nn.Sequential(linear(np.eye(2)), nn.Tanh(), linear(np.eye(3, 2)), linear([[1, 1, 1]]))
    assert lit(draw(net, path=1)) == 1 + 1 + 3 + 3


def dropped(rng=0):
    layers = linear([[1, 0], [0, 1], [1, 1], [0, 2]]), nn.ReLU()
    return nn.Sequential(
        *layers, nn.Dropout(0.5, rng=np.random.default_rng(rng)), linear([[1] * 4])
    )


@pytest.mark.parametrize("rng", range(4))
def test_what_the_next_mask_drops_is_crossed_out_and_silent(rng):
    net = dropped(rng)
    picture, [[answer]] = draw(net, [1, 2]), net([[1.0, 2.0]])
    kept = net[2].scale[0]
    assert picture.svg.count("M-20 -20L20 20") == picture.svg.count("dasharray") == sum(kept == 0)
    said = texts(picture)
    for k, factor in enumerate(kept):
        assert f"z{k + 1} = {k + 1} → {(k + 1) * factor:.0f}" in said
    assert f"ŷ = {answer:.0f}" in said
    assert f"dropout multiplies them by {', '.join(f'{v:.0f}' for v in kept)}" in picture.alt


def test_in_evaluation_nothing_is_crossed_out():
    net = dropped().eval()
    assert "M-20" not in draw(net, [1, 2]).svg
    assert {"z4 = 4", "ŷ = 10"} <= {*texts(draw(net, [1, 2]))}


def test_another_weight_or_another_input_gives_another_picture():
    one, other = ten_weights(), ten_weights()
    assert draw(one, X).svg == draw(other, X).svg
    other[0].weight.value[1, 2] += 0.25
    assert draw(one, X).svg != draw(other, X).svg
    assert draw(one, X).alt != draw(other, X).alt
    assert draw(one, X).svg != draw(one, [2, 1, -1, 0]).svg
    assert draw(ten_weights(nn.Tanh)).svg != draw(ten_weights(nn.ReLU)).svg


def test_what_is_small_is_not_called_zero():
    said = texts(draw(nn.Neuron([0.001, 0], bias=-0.002, f=nn.relu), [1, 0]))
    assert {"w1 ≈ 0", "w2 = 0", "+ b ≈ 0", "a ≈ 0", "z = 0"} <= {*said}


def test_the_words_have_the_numbers_too():
    drawing = draw(ten_weights(), X, path=1)
    assert ET.fromstring(drawing.svg).get("aria-label") == drawing.alt
    assert repr(drawing) == f"Drawing: {drawing.alt}"
    assert re.match(
        r"A 4-2-1 network: the inputs x₁ = 2, .*ŷ = 0\.1 is their sum, weighted by 0\.5, −1",
        drawing.alt,
    )
    assert "from w1 to the output" in drawing.alt


def test_text_has_13_pixels_or_more_and_all_colors_are_the_pages():
    svg = draw(ten_weights(), X, path=1)._repr_html_()
    assert min(map(float, re.findall(r'font-size="([\d.]+)"', svg))) >= 13
    assert "viewBox" not in re.sub(r"<marker.*?>", "", svg), "a viewBox would shrink the text"
    colors = re.findall(r'(?:fill|stroke)="([^"]*)"', svg)
    assert all(color.startswith("var(--") or color in ("currentColor", "none") for color in colors)


def test_two_pictures_of_a_page_share_no_id_and_all_that_are_named_are_there():
    ids = [{*re.findall(r' id="([^"]*)"', draw(net, X).svg)} for net in (ten_weights(), linear(W))]
    assert not ids[0] & ids[1]
    assert {*re.findall(r"url\(#([^)]*)\)", draw(linear(W)).svg)} <= {
        *re.findall(r' id="([^"]*)"', draw(linear(W)).svg)
    }


def test_drawing_leaves_what_a_forward_has_stored():
    net, loss_fn = ten_weights(), nn.HalfSquaredLoss()
    loss_fn(net(np.array([X])), np.array([[2.5]]))
    draw(net, [0, 0, 0, 0])
    net.backward(loss_fn.backward())
    assert net.parameters()[0].grad[0, 0] == pytest.approx(-0.472540, abs=1e-6)


@pytest.mark.parametrize(
    ("net", "says"),
    [
        (nn.Sequential(nn.Flatten(), nn.Linear(4, 2)), r"draw cannot draw Flatten.* here: give a"),
        (nn.Sequential(nn.ReLU(), nn.Linear(4, 2)), r"draw cannot draw ReLU.* here"),
        (nn.Sequential(nn.Linear(4, 2), nn.ReLU(), nn.ReLU()), r"draw cannot draw ReLU"),
    ],
)
def test_other_layers_are_refused_by_name(net, says):
    with pytest.raises(TypeError, match=says):
        draw(net)


def test_what_does_not_fit_is_refused_with_the_cure():
    with pytest.raises(ValueError, match=r"draw x has shape \(3,\): give 4 numbers"):
        draw(ten_weights(), X[:3])
    with pytest.raises(ValueError, match=r"1 to 6 numbers in each layer, got 64: draw a part"):
        draw(nn.Linear(64, 2))
    with pytest.raises(ValueError, match=r"got 64"):
        draw(nn.Neuron(np.ones(64)))
    with pytest.raises(ValueError, match="draw path=11: this network has the weights 1 to 10"):
        draw(ten_weights(), path=11)
