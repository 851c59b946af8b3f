"""The figure `circuit`: gradients are the library's, and each gate does what it is said to do."""

import itertools

import numpy as np
import pytest

from nnbook import nn
from nnbook.figures import Circuit
from nnbook.figures.circuit.compute import GATES, run
from nnbook.figures.circuit.figure import LINES, RANGES
from nnbook.figures.kit.pack import unpack

INPUTS = [
    dict(zip("xyzw", four, strict=True))
    for four in itertools.product((-4.0, 0.0, 3.0), (-1.0, 4.0), (-4.0, 0.0, 2.0), (-3.5, 1.5))
]


def by_the_library(x, y, z, w):
    """∂out/∂(x, y, z, w): q·m = ½ · (½(q + m)² − ½(q − m)²), and max(z, w) = w + relu(z − w)."""
    gradients = []
    for sign in (1, -1):
        model = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 1)).to(np.float64)
        # q + 20 and w + 20 are positive, so that their ReLUs pass them on.
        model[0].weight.value[:] = [[1, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, -1]]
        model[0].bias.value[:] = [20, 20, 0]
        model[2].weight.value[:], model[2].bias.value[:] = [[1, sign, sign]], -20 - 20 * sign
        loss_fn = nn.HalfSquaredLoss()
        loss_fn(model(np.array([[x, y, z, w]])), np.zeros((1, 1)))
        gradients.append(sign * model.backward(loss_fn.backward())[0])
    return sum(gradients) / 2


@pytest.mark.parametrize("inputs", INPUTS, ids=str)
def test_the_gradients_are_those_of_the_librarys_backward(inputs):
    value, gradient = run(**inputs)
    assert value["out"] == (inputs["x"] + inputs["y"]) * max(inputs["z"], inputs["w"])
    assert [gradient[name] for name in "xyzw"] == pytest.approx(by_the_library(**inputs))


@pytest.mark.parametrize("inputs", INPUTS, ids=str)
def test_the_browser_looks_up_the_same(inputs):
    value, gradient = run(**inputs)
    drawn = Circuit(**inputs).still().rows
    assert drawn == [
        [name, value[name], pytest.approx(gradient[name])] for name in value | gradient
    ]


@pytest.mark.parametrize("inputs", INPUTS, ids=str)
def test_the_lines_of_code_beside_the_picture_compute_these_numbers(inputs):
    value, gradient = run(**inputs)
    scope = {**inputs, "max": max}
    for _, line in LINES:
        exec(line, scope)
    assert {name: scope[name] for name in value} == value
    assert {name: scope[f"d{name}"] for name in "xyzwqm"} == pytest.approx(
        {name: gradient[name] for name in "xyzwqm"}
    )


def test_what_a_gate_gives_back_is_what_a_nudge_of_its_input_shows():
    for name, gate in GATES.items():
        for a, b in ((3.0, -1.5), (-2.0, 0.5), (1.0, 4.5)):
            slopes, h = gate.slopes(a, b), 1e-6
            nudged = (gate.f(a + h, b) - gate.f(a, b)) / h, (gate.f(a, b + h) - gate.f(a, b)) / h
            assert slopes == pytest.approx(nudged, abs=1e-5), name


def test_every_pair_of_numbers_that_can_meet_has_its_place_in_the_tables():
    fig = Circuit()
    for name, (low, other, *_) in RANGES.items():
        out, one, two = unpack(fig.gates[name])
        gate = GATES[name]
        assert out[0, 0] == gate.f(low, other)
        assert (out[-1, -1], one[-1, -1], two[-1, -1]) == (
            gate.f(-low, -other),
            *gate.slopes(-low, -other),
        )
    assert RANGES["multiply"][0] == 2 * RANGES["add"][0]


def test_numbers_appear_step_by_step():
    def shown(step):
        return {key: text for key, text in Circuit(step=step).still().out.items() if text}

    assert shown(0) == {}
    for step, (key, _) in enumerate(LINES, start=1):
        assert shown(step).keys() - shown(step - 1).keys() == {key}
    assert shown(6)["max"] == "2, 0"
    assert "hands out" not in Circuit(step=4).still().picture
    assert "hands out" in Circuit(step=5).still().picture


def test_no_mistake_is_taken_for_the_truth_or_for_another():
    for question in Circuit().questions:
        made = [v for v, _ in question.get("mistakes", ())]
        assert len({*made, question.get("truth")}) == len(made) + 1
    route = next(q for q in Circuit().questions if q["key"] == "route")
    assert route["options"][route["right"]][0] == "All of it to z, nothing to w."
