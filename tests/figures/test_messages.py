"""The figure `messages`: every number is the hand-worked one and the library's own."""

import re

import numpy as np
import pytest

from nnbook import nn
from nnbook.figures import Messages
from nnbook.figures.kit.network421 import BATCHES, W, X, Y
from nnbook.figures.kit.pack import unpack
from nnbook.figures.messages.figure import BENDS, LINES, LR, UPDATES

# Worked by hand for example A: z, f′, ŷ, E, the gradients of w₁ … w₁₀, E after one update, E after
# one update with the slide's sign.
BY_HAND = {
    "linear": (
        (1, -1), (1, 1), 1.5, 0.5,
        (-1, -0.5, 0.5, -0.25, 2, 1, -1, 0.5, -1, 1),
        0.0028125, 1.781328,
    ),
    "relu": (
        (1, 0), (1, 0), 0.5, 2,
        (-2, -1, 1, -0.5, 0, 0, 0, 0, -2, 0),
        0.928203125, 2.850078,
    ),
    "sigmoid": (
        (0.731059, 0.268941), (0.196612, 0.196612), 0.096588, 2.888195,
        (-0.472540, -0.236270, 0.236270, -0.118135, 0.945079,
         0.472540, -0.472540, 0.236270, -1.757035, -0.646377),
        2.393980, 3.444814,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def fig():
    return Messages()


@pytest.mark.parametrize("f", BENDS)
def test_the_numbers_are_those_worked_by_hand(fig, f):
    z, slope, y_hat, error, gradient, after, wrong = BY_HAND[f]
    now, then = fig.run(f, "a", False)[:2]
    assert now["a"][0] == pytest.approx([1, -1])
    for key, true in (("z", z), ("slope", slope), ("y_hat", [y_hat])):
        assert now[key][0] == pytest.approx(true, abs=1e-6), key
    assert now["E"][0] == pytest.approx(error, abs=1e-6)
    assert now["grad"] == pytest.approx(gradient, abs=1e-6)
    assert then["E"][0] == pytest.approx(after, abs=1e-6)
    assert fig.run(f, "a", True)[1]["E"][0] == pytest.approx(wrong, abs=1e-6)


@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("f", BENDS)
def test_the_numbers_are_the_librarys_backward(fig, f, batch):
    layers = [nn.Linear(4, 2, bias=False), nn.Linear(2, 1, bias=False)]
    if BENDS[f]:
        layers.insert(1, BENDS[f]())
    model, loss_fn = nn.Sequential(*layers).to(np.float64), nn.HalfSquaredLoss()
    rows = BATCHES[batch]
    for t, now in enumerate(fig.run(f, batch, False)):
        first, last = model.parameters()
        first.value[:], last.value[:] = now["w"][:8].reshape(2, 4), now["w"][8:]
        assert now["E"][0] == pytest.approx(loss_fn(model(X[rows]), Y[rows]), abs=1e-14)
        of_x = model.backward(loss_fn.backward())
        both = np.concatenate([first.grad.ravel(), last.grad.ravel()])
        assert now["grad"] == pytest.approx(both, abs=1e-14), t
        assert now["gx"][rows] == pytest.approx(of_x, abs=1e-14)
        if t < UPDATES:
            following = fig.run(f, batch, False)[t + 1]["w"]
            assert following == pytest.approx(now["w"] - LR * both, abs=1e-14)


def test_what_x_would_send_down_is_the_sum_of_two_messages(fig):
    now = fig.run("linear", "a", False)[0]
    assert now["gx"][0] == pytest.approx([-1.25, 0.25, 0, 1.5])
    assert now["path"][0][:4] + now["path"][0][4:] == pytest.approx(now["gx"][0])
    assert now["path"][0][[0, 4]] == pytest.approx([-0.25, -1])


@pytest.mark.parametrize("f", BENDS)
def test_the_messages_of_two_examples_add_up_and_are_the_mean_of_both_alone(fig, f):
    a, b, both = (fig.run(f, batch, False)[0] for batch in BATCHES)
    assert both["gw"].sum(axis=0) == pytest.approx(both["grad"], abs=1e-15)
    assert (a["grad"] + b["grad"]) / 2 == pytest.approx(both["grad"], abs=1e-15)
    assert np.isnan(a["gw"][1]).all()
    assert np.isnan(b["gw"][0]).all()


@pytest.mark.parametrize("batch", BATCHES)
@pytest.mark.parametrize("f", BENDS)
def test_with_the_slides_sign_the_error_never_falls(fig, f, batch):
    wrong = [now["E"][0] for now in fig.run(f, batch, True)]
    assert wrong[1] > wrong[0]
    assert all(np.diff(wrong) >= 0)
    right = [now["E"][0] for now in fig.run(f, batch, False)]
    assert all(np.diff(right) < 0)


@pytest.mark.parametrize("f", BENDS)
def test_the_lines_of_code_beside_the_picture_compute_these_numbers(fig, f):
    now = fig.run(f, "both", False)[0]
    bend = {"linear": lambda a: a, "sigmoid": nn.sigmoid, "relu": nn.relu}[f]
    slope = {
        "linear": np.ones_like,
        "sigmoid": nn.sigmoid_derivative,
        "relu": nn.relu_derivative,
    }[f]
    weights = {
        name: nn.Parameter(w) for name, w in (("W1", W[:8].reshape(2, 4)), ("W2", W[8:][None]))
    }

    class Weight(np.ndarray):
        """An array that can carry `grad`, as the lines write it."""

    scope = {name: p.value.view(Weight) for name, p in weights.items()}
    scope |= {"x": X, "y": Y, "f": bend, "f_slope": slope, "mean": np.mean, "N": len(X)}
    keys = {"W2": "W2", "gz": "g", "ga": "g", "W1": "W1", "gx": "g"}
    for key, line in LINES:
        exec(line, scope)
        if key in ("W1", "W2"):
            part = now["grad"][:8] if key == "W1" else now["grad"][8:]
            assert scope[key].grad.ravel() == pytest.approx(part, abs=1e-15), line
        else:
            assert np.ravel(scope[keys.get(key, key)]) == pytest.approx(now[key].ravel()), line


def test_the_browser_gets_these_numbers(fig):
    for i, f in enumerate(BENDS):
        for j, batch in enumerate(BATCHES):
            for slide in (False, True):
                for t, now in enumerate(fig.run(f, batch, slide)):
                    for key, packed in fig.data.items():
                        got = unpack(packed)[i, j, int(slide), t]
                        assert got == pytest.approx(now[key], abs=1e-4, nan_ok=True), key


def test_a_named_mistake_is_never_taken_for_the_truth_or_for_another(fig):
    for question in fig.questions:
        values = (
            [question["truth"], *(v for v, _ in question["mistakes"])]
            if "truth" in question
            else []
        )
        for i, v in enumerate(values):
            for other in values[:i]:
                assert abs(v - other) > 2 * question["tolerance"], (question["key"], v)


def test_the_named_mistakes_are_what_these_mistakes_give(fig):
    asked = {question["key"]: question for question in fig.questions}
    made = {key: [v for v, _ in q["mistakes"]] for key, q in asked.items() if "truth" in q}
    error = BY_HAND["sigmoid"][2] - 2.5
    assert asked["chain"]["truth"] == -1
    assert made["chain"][:2] == [1, -2]
    assert made["slope"][:2] == pytest.approx([error, -error], abs=1e-6)  # w₉ x₁ is 1
    z_for_a = nn.sigmoid_derivative(nn.sigmoid(1.0))
    assert made["slope"][3] == pytest.approx(error * z_for_a, abs=1e-6)
    assert asked["dead"]["truth"] == 0
    assert made["dead"][:2] == [4, -4]
    assert asked["fan-out"]["truth"] == -1.25
    assert made["fan-out"][:2] == [-0.25, -1]
    assert asked["batch"]["truth"] == -0.25
    assert made["batch"] == [-0.5, 0.25, -1]


def test_a_network_of_ones_own_has_its_own_numbers_and_no_questions_of_ours():
    second = {"x": [1, 2, -1, 1], "w": [0.5, 0.5, 0.5, -0.5, 1, -1, 0.5, 0.5, 2, 1], "y": 1}
    own = Messages(**second)
    errors = [now["E"][0] for now in own.run("linear", "a", False)]
    assert errors[:2] == pytest.approx([0.5, 3.4453], abs=1e-4)  # a right step, too long
    assert own.questions == []
    assert own.still().rows[0][3] == pytest.approx(0.5)
    with pytest.raises(ValueError, match=r"Messages w has shape \(9,\): give 10 numbers"):
        Messages(w=W[:9])


def test_the_way_of_the_weight_that_is_looked_at_is_thick():
    for weight, edges in ((1, 3), (8, 3), (9, 1)):
        picture = Messages(weight=weight).still().picture
        assert len(re.findall(r"stroke-width: 4\b", picture)) == edges, weight


def test_each_weight_gets_its_gradient_when_its_message_has_come():
    def gradients(step):
        picture = Messages(step=step).still().picture
        return re.findall(r'<tspan class="nn-fill-orange">\s*([^<]+)</tspan>', picture)

    known = ["−1", "−0.5", "0.5", "−0.25", "2", "1", "−1", "0.5", "−1", "1"]
    assert gradients(5) == []
    assert gradients(6) == known[8:]
    assert gradients(9) == known


def test_it_says_of_each_neuron_that_is_off_and_that_nothing_is_bent_where_f_is_linear():
    def said(**settings):
        return Messages(**settings).still().say

    assert "Neuron 2 is off" in said(f="relu", step=8)
    assert "Both neurons are off" in said(f="relu", step=8, slide=True, updates=2)
    assert "off" not in said(f="sigmoid", step=8)
    assert "bent by f, here sigmoid" in said(f="sigmoid", step=2)
    assert "it bends nothing" in said(f="linear", step=2)
