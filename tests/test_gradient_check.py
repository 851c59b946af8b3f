"""gradient_check: right networks pass, one wrong gradient among many is found and named."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nnbook import gradient_check as module
from nnbook import nn, peers
from nnbook.gradient_check import gradient_check


def normal(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def network(*layers, seed=0):
    """Layers with random weights, and biases that are not 0."""
    model, rng = nn.Sequential(*layers), np.random.default_rng(seed)
    for p in model.parameters():
        p.value[...] = rng.uniform(-1, 1, p.value.shape)
    return model


# ---- right networks pass ----------------------------------------------------------------------

MAKERS = {
    "Linear": lambda d, rng: nn.Linear(d, d, rng=rng),
    "Linear without bias": lambda d, rng: nn.Linear(d, d, bias=False, rng=rng),
    "Sigmoid": lambda d, rng: nn.Sigmoid(),
    "Tanh": lambda d, rng: nn.Tanh(),
    "ReLU": lambda d, rng: nn.ReLU(),
    "GELU": lambda d, rng: nn.GELU(),
    "GELU tanh": lambda d, rng: nn.GELU(approximate="tanh"),
    "Softmax": lambda d, rng: nn.Softmax(),
    "Flatten": lambda d, rng: nn.Flatten(),
    "Dropout": lambda d, rng: nn.Dropout(0.4, rng=rng),
    "BatchNorm1d": lambda d, rng: nn.BatchNorm1d(d),
    "nested": lambda d, rng: nn.Sequential(nn.Linear(d, d, rng=rng), nn.Dropout(rng=rng)),
}
LOSSES = ["none", "L1Loss", "HalfSquaredLoss", "BCEWithLogitsLoss", "CrossEntropyLoss"]


def loss_and_target(name, reduction, n, classes, rng):
    if name == "none":
        return {}
    target = rng.integers(0, classes, n) if name == "CrossEntropyLoss" else rng.random((n, classes))
    return {"loss_fn": getattr(nn, name)(reduction), "target": target}


@given(
    layers=st.lists(st.sampled_from(sorted(MAKERS)), max_size=5),
    loss=st.sampled_from(LOSSES),
    reduction=st.sampled_from(["mean", "sum"]),
    shape=st.tuples(st.integers(2, 6), st.integers(1, 5), st.integers(2, 4)),
    training=st.booleans(),
    scale=st.sampled_from([0.01, 1, 30]),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=50, deadline=None, derandomize=True)
def test_every_right_network_passes(layers, loss, reduction, shape, training, scale, seed):
    n, d, classes = shape
    rng = np.random.default_rng(seed)
    model = nn.Sequential(
        *(MAKERS[name](d, rng) for name in layers), nn.Linear(d, classes, rng=rng)
    )
    model(rng.standard_normal((9, d)).astype(np.float32))  # running statistics
    model.train(training)
    arguments = loss_and_target(loss, reduction, n, classes, rng)
    report = gradient_check(model, scale * rng.standard_normal((n, d)), **arguments)
    assert report.passed, str(report)


def test_the_tiny_gradients_of_ten_sigmoid_layers_pass():
    report = gradient_check(deep(), normal(3, 2), loss_fn=nn.CrossEntropyLoss(), target=[0, 1, 1])
    assert report.passed, str(report)


def test_the_large_sum_over_a_batch_passes():
    model = network(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    x, y = normal(100, 3), 1e3 * normal(100, 2, seed=1)
    loss_fn = nn.HalfSquaredLoss("sum")
    assert loss_fn(model(x.astype(np.float32)), y) > 1e7
    report = gradient_check(model, x, loss_fn=loss_fn, target=y)
    assert report.passed, str(report)


def test_confident_logits_pass_right_or_wrong():
    logits = np.array([[30.0, 0, 0], [0, 800, 0], [-1e4, 50, 0]])
    for target in ([0, 1, 1], [2, 0, 0]):
        report = gradient_check(
            nn.Sequential(), logits, loss_fn=nn.CrossEntropyLoss(), target=target
        )
        assert report.passed, str(report)


def test_batch_norm_of_a_large_mean_and_a_tiny_spread_passes():
    x = 1e4 + 1e-2 * normal(6, 2)
    assert gradient_check(network(nn.BatchNorm1d(2), nn.Tanh(), nn.Linear(2, 2)), x).passed


def test_gradients_that_are_0_pass_however_they_are_rounded():
    biased = network(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Sigmoid())  # that bias does nothing
    biased.layers[0].weight.value *= 100
    constant = network(nn.Linear(3, 4), nn.Sigmoid(), nn.Linear(4, 2))
    for p in constant.parameters():
        p.value[...] = 0
    for model in (biased, constant):
        assert gradient_check(model, normal(5, 3)).passed


def test_a_gradient_may_be_rounded_on_its_own():
    class One(nn.Layer):
        """y = sin² x + cos² x, with the derivative 0 from a formula that cancels."""

        off = 0.0

        def forward(self, x):
            self.x = x
            return np.sin(x) ** 2 + np.cos(x) ** 2

        def input_gradient(self, grad):
            zero = np.sin(2 * self.x) - 2 * np.sin(self.x) * np.cos(self.x)
            return grad * (1e5 * zero + self.off)

    one, x = One(), normal(5, 4)
    one(x)
    assert np.abs(one.backward(np.ones((5, 4)))).max() > 1e-12
    assert gradient_check(one, x).passed
    one.off = 1e-9
    assert not gradient_check(one, x).passed


def test_x_may_be_images_or_a_list_or_float32():
    model = network(nn.Flatten(), nn.Linear(4, 2))
    assert gradient_check(model, normal(3, 2, 2).astype(np.float32)).count == 10 + 12
    assert gradient_check(nn.Tanh(), [[0.5, -1.0]]).passed


# ---- one wrong gradient is found --------------------------------------------------------------


class Planted(nn.Sequential):
    """A network that gets one entry of one gradient wrong, in the pass that is named."""

    def plant(self, name, index, error, passes=("backward", "alone")):
        self.name, self.index, self.error, self.passes = name, index, error, passes
        return self

    def spoil(self, name, gradient, which):
        if name == self.name and which in self.passes:
            gradient[self.index] = self.error(gradient[self.index])
        return gradient

    def backward(self, grad):
        grad = super().backward(grad)
        for name, p in self.named_parameters():
            self.spoil(name, p.grad, "backward")
        return self.spoil("input", grad, "backward")

    def parameter_gradients(self, grad):
        super().parameter_gradients(grad)
        for name, p in self.named_parameters():
            self.spoil(name, p.grad, "alone")

    def input_gradient(self, grad):
        return self.spoil("input", super().input_gradient(grad), "alone")


ERRORS = {
    "another sign": lambda g: -g,
    "twice": lambda g: 2 * g,
    "a thousandth too much": lambda g: g + 1e-3,
    "0": lambda g: 0.0,
}


def deep(width=2, scale=0.5):
    """Ten sigmoid layers."""
    layers = [layer for _ in range(10) for layer in (nn.Linear(width, width), nn.Sigmoid())]
    model = network(*layers, nn.Linear(width, 2))
    for p in model.parameters():
        p.value *= scale
    return model


def of_the_slides():
    return network(nn.Linear(4, 2), nn.Sigmoid(), nn.Linear(2, 1)), normal(2, 4), {}


def with_everything():
    rng = np.random.default_rng(1)
    layers = nn.Linear(2, 2), nn.BatchNorm1d(2), nn.GELU(), nn.Dropout(0.3, rng=rng)
    model = network(nn.Flatten(), nn.Sequential(*layers), nn.ReLU(), nn.Linear(2, 2))
    return model, normal(3, 2, 1), {"loss_fn": nn.CrossEntropyLoss(), "target": [0, 1, 1]}


def summed():
    arguments = {"loss_fn": nn.BCEWithLogitsLoss("sum"), "target": np.ones((6, 2)) / 4}
    return network(nn.Linear(2, 2), nn.Tanh()), normal(6, 2), arguments


def gradients(model, x, arguments):
    """(name, index, gradient) of all that gradient_check compares."""
    run = module._Run(model, np.asarray(x), arguments.get("loss_fn"), arguments.get("target"))
    for name, gradient in run.gradients().items():
        yield from ((name, index, g) for index, g in np.ndenumerate(gradient))


@pytest.mark.parametrize(
    "make", [of_the_slides, pytest.param(with_everything, marks=pytest.mark.slow), summed]
)
@pytest.mark.parametrize("error", ERRORS)
def test_an_error_in_any_one_gradient_is_found(make, error):
    model, x, arguments = make()
    found = 0
    for name, index, g in gradients(model, x, arguments):
        planted = Planted(*model.layers).plant(name, index, ERRORS[error])
        report = gradient_check(planted, x, **arguments)
        if abs(g) > 1e-12 or error not in ("another sign", "twice", "0"):
            assert not report.passed, f"{error} of {g} at {name}{index}: {report}"
            assert (report.name, report.index) == (name, index)
            found += 1
        else:  # twice 0 is 0
            assert report.passed, f"{error} of {g} at {name}{index}: {report}"
    assert found >= 14


@pytest.mark.parametrize("error", ["another sign", "twice", "0"])
def test_an_error_in_a_tiny_gradient_is_found(error):
    model, x = deep(width=1, scale=0.7), normal(2, 1)
    tiny = {(name, i): abs(g) for name, i, g in gradients(model, x, {}) if abs(g) < 1e-9}
    assert len(tiny) >= 8
    assert 1e-13 < min(tiny.values()) < 1e-11
    for name, index in tiny:
        planted = Planted(*model.layers).plant(name, index, ERRORS[error])
        report = gradient_check(planted, x)
        assert (report.passed, report.name, report.index) == (False, name, index)


def test_two_thousandths_of_a_tiny_gradient_are_found():
    model, x = deep(width=1, scale=0.7), normal(2, 1)
    tiny = [(name, i) for name, i, g in gradients(model, x, {}) if 1e-10 < abs(g) < 1e-6]
    assert len(tiny) >= 2
    for name, index in tiny:
        report = gradient_check(Planted(*model.layers).plant(name, index, lambda g: 1.002 * g), x)
        assert (report.passed, report.name, report.index) == (False, name, index)


def test_pytorchs_gradcheck_agrees_except_about_the_tiny_ones():
    model, x = deep(), normal(2, 2)
    index, flip = (0, 0), ERRORS["another sign"]

    def theirs(spoil):
        class Network(torch.autograd.Function):
            @staticmethod
            def forward(context, x):
                return torch.from_numpy(model(x.numpy()))

            @staticmethod
            def backward(context, grad):
                grad = model.backward(grad.numpy())
                grad[index] = spoil(grad[index])
                return torch.from_numpy(grad)

        tensor = torch.from_numpy(x.copy()).requires_grad_()
        return torch.autograd.gradcheck(Network.apply, tensor, raise_exception=False)

    model.to(np.float64)
    for spoil, passes in ((lambda g: g, True), (lambda g: g + 1e-3, False)):
        planted = Planted(*model.layers).plant("input", index, spoil)
        assert gradient_check(planted, x).passed == theirs(spoil) == passes
    assert theirs(flip)  # overlooked, below its atol of 1e-5
    assert not gradient_check(Planted(*model.layers).plant("input", index, flip), x).passed


@pytest.mark.parametrize("which", ["backward", "alone"])
@pytest.mark.parametrize("place", [("0.weight", (1, 2)), ("input", (0, 1))])
def test_backward_and_its_two_parts_are_both_checked(which, place):
    model, x, _ = of_the_slides()
    report = gradient_check(Planted(*model.layers).plant(*place, ERRORS["twice"], [which]), x)
    assert (report.passed, report.name, report.index) == (False, *place)
    assert report.worst == pytest.approx(0.5)


def test_a_loss_with_a_wrong_backward_is_found():
    class Wrong(nn.HalfSquaredLoss):
        def backward(self):
            return 2 * super().backward()

    arguments = {"target": normal(3, 2)}
    assert not gradient_check(nn.Tanh(), normal(3, 2, seed=1), loss_fn=Wrong(), **arguments).passed


# ---- the report ---------------------------------------------------------------------------------


def test_the_report_says_what_is_wrong_where():
    model, x, _ = of_the_slides()
    assert gradient_check(model, x).count == 4 * 2 + 2 + 2 + 1 + 2 * 4
    assert str(gradient_check(model, x)).startswith("passed: 21 gradients, worst relative error ")
    planted = Planted(*model.layers).plant("0.weight", (1, 3), ERRORS["another sign"])
    report = gradient_check(planted, x)
    assert report.passed is False
    assert report.worst == pytest.approx(2)
    assert report.analytic == pytest.approx(-report.numeric)
    assert str(report) == (
        f"failed: at 0.weight[1, 3], of 21 gradients, backward gives {report.analytic:.7g}, "
        f"differences give {report.numeric:.7g}"
    )
    assert type(report.worst) is type(report.analytic) is type(report.numeric) is float
    assert not gradient_check(model, x).kink
    assert replace(report, worst=1e-6).passed  # to a relative error of 1e-6


def test_both_gradients_of_the_report_are_those_of_pytorch():
    model, x, target = (
        network(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)),
        normal(4, 3),
        [0, 1, 1, 0],
    )
    report = gradient_check(model, x, loss_fn=nn.CrossEntropyLoss(), target=target)
    theirs, tensor = peers.twin(model).double(), torch.from_numpy(x).requires_grad_()
    torch.nn.CrossEntropyLoss()(theirs(tensor), torch.tensor(target)).backward()
    named = dict(theirs.named_parameters()) | {"input": tensor}
    expected = named[report.name].grad[report.index].item()
    assert report.analytic == pytest.approx(expected, rel=1e-12)
    assert report.numeric == pytest.approx(expected, rel=1e-6)


def test_nan_fails_wherever_it_comes_from():
    class Root(nn.Layer):
        def forward(self, x):
            self.x = x
            return np.sqrt(x)

        def input_gradient(self, grad):
            return grad / (2 * np.sqrt(self.x))

    assert gradient_check(Root(), [[4.0, 0.25]]).passed
    report = gradient_check(Root(), [[4.0, -1.0]])
    assert (report.passed, report.worst, report.index) == (False, math.inf, (0, 0))
    assert gradient_check(Root(), [[4.0, 0.0]]).index == (0, 1)  # infinite slope
    model, x, _ = of_the_slides()
    planted = Planted(*model.layers).plant("0.bias", (1,), lambda g: math.nan)
    words = r"failed: at 0.bias\[1\], .* backward gives NaN or does not overwrite grad, differences"
    with pytest.raises(AssertionError, match=words):
        assert gradient_check(planted, x).passed, str(gradient_check(planted, x))


# ---- how it is done -----------------------------------------------------------------------------


class Cube(nn.Layer):
    """y = x³: central differences are off by exactly h²."""

    def forward(self, x):
        self.x = np.asarray(x)
        return self.x**3

    def input_gradient(self, grad):
        return grad * 3 * self.x**2


def test_h_is_the_step_of_the_central_difference():
    for h in (1e-4, 3e-4, 1e-3):
        report = gradient_check(Cube(), [[1.0]], h=h)
        assert report.worst == pytest.approx(h**2 / 3, rel=0.01)


def test_it_takes_two_forwards_for_each_gradient_and_some_more():
    class Counted(nn.Sequential):
        forwards = 0

        def forward(self, x):
            Counted.forwards += 1
            return super().forward(x)

    model = Counted(*network(nn.Linear(5, 20), nn.Tanh(), nn.Linear(20, 3)).layers)
    count = gradient_check(model, normal(4, 5)).count
    assert count == 5 * 20 + 20 + 20 * 3 + 3 + 4 * 5
    assert 2 * count <= Counted.forwards < 2.5 * count + 100


def test_a_huge_network_is_refused_with_the_cure():
    model = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 10))
    words = "407,834 gradients take 815,668 forward passes, at most 100,000: check a smaller"
    with pytest.raises(ValueError, match=words):
        gradient_check(model, normal(1, 784))
    almost = nn.Linear(100, 100)
    with pytest.raises(ValueError, match="50,100 gradients take 100,200"):
        gradient_check(almost, normal(400, 100))


def test_as_many_forwards_as_allowed_are_taken_and_not_one_more(monkeypatch):
    monkeypatch.setattr(module, "MOST", 2 * 12)
    assert gradient_check(nn.Tanh(), normal(4, 3)).count == 12
    with pytest.raises(ValueError, match="13 gradients take 26 forward passes, at most 24"):
        gradient_check(nn.Tanh(), normal(1, 13))


def test_without_a_loss_each_output_counts_about_once_with_either_sign():
    c = module._Run(nn.Tanh(), normal(200, 10), None, None).c
    size = np.abs(c)
    assert 0.5 <= size.min() < 0.51
    assert 1.49 < size.max() <= 1.5
    assert abs(np.sign(c).mean()) < 0.05


def test_the_steps_go_from_a_tenth_down_to_1e_7_and_take_43_forwards():
    asked = []

    def kinked_line(t):
        asked.append(t)
        return abs(t)

    module._compare(kinked_line, 5.0, 1e-5, 0.0, 0.0)
    assert asked[:3] == [1e-5, -1e-5, 0]
    steps = [10.0**-k for k in range(1, 8)]
    sides = [t for step in steps for t in (step / 2, step, 2 * step)]
    assert sorted(asked[3:]) == pytest.approx(sorted(sides + [-t for t in sides]), rel=1e-12)
    assert len(asked) == 2 + 43


def test_the_slope_is_the_one_of_the_finer_of_two_steps():
    a, h = 5e-5, 0.1  # L = t + a t³, whose two steps h/2 and h give 1 − a h²/2 and 1 − 2 a h²
    _, numeric, kink = module._compare(lambda t: t + a * t**3, 5.0, 1e-5, 0.0, 0.0)
    assert numeric == pytest.approx(1 - a * h**2 / 2, rel=1e-9)
    assert not kink


@pytest.mark.parametrize("side", [-1, 1, 0])
def test_at_a_kink_the_finest_slopes_and_their_mean_are_right(side):
    a, h = 2e9, 1e-7  # L = |t| + a t³
    slope = side - a * h**2 / 2
    error, numeric, kink = module._compare(lambda t: abs(t) + a * t**3, slope, 1e-5, 0.0, 0.0)
    assert numeric == pytest.approx(slope, rel=1e-8)
    assert error < 1e-8
    assert kink


def test_an_error_is_relative_less_what_rounding_explains():
    assert module._error(3.0, 1.0) == 2 / 3
    assert module._error(1.0, -3.0, 0.5) == 3.5 / 3
    assert module._error(3.0, 1.0, 2.0) == 0


def test_rounding_is_what_a_second_difference_leaves_but_at_least_that_of_the_largest_term():
    np.testing.assert_array_equal(module._jitter([[0, 0, 0], [1, 2, 3], [2, 8, 5]]), [0, 4, 1])
    c = module._Run(nn.Sequential(), np.ones((1, 3)), None, None).c
    x = np.array([[1e8, -1e8, 0]]) / c  # L = 1e8 − 1e8 + 0, which steps of 1e-11 do not move
    of_loss, _ = module._noise(module._Run(nn.Sequential(), x, None, None))
    assert np.spacing(0.9e8) <= of_loss <= np.spacing(1.1e8)


# ---- the model stays as it is -------------------------------------------------------------------


def test_the_model_and_all_else_stay_as_they_are():
    rng = np.random.default_rng(5)
    model, loss_fn = with_everything()[0], nn.CrossEntropyLoss()
    model.layers[1].layers[3].rng = rng
    x, target = normal(3, 2, 1).astype(np.float32), np.array([0, 1, 1])
    loss_fn(model(x), target)
    model.backward(loss_fn.backward())
    norm = model.layers[1].layers[1]

    def state():
        parts = [p.value for p in model.parameters()] + [p.grad for p in model.parameters()]
        parts += [norm.running_mean, norm.running_var, norm.normed, x, target, loss_fn.backward()]
        return [part.copy() for part in parts], rng.bit_generator.state, model.training

    before = state()
    reports = [gradient_check(model, x, loss_fn=loss_fn, target=target) for _ in range(2)]
    arrays, *others = state()
    for a, b in zip(arrays, before[0], strict=True):
        np.testing.assert_array_equal(a, b)
        assert a.dtype == b.dtype
    assert others == [*before[1:]]
    assert reports[0] == reports[1]


def test_the_mode_of_the_model_is_kept():
    modes = set()

    class Spy(nn.Dropout):
        def forward(self, x):
            modes.add(self.training)
            return super().forward(x)

    for mode in (True, False):
        modes.clear()
        assert gradient_check(nn.Sequential(Spy(), nn.Tanh()).train(mode), normal(3, 4)).passed
        assert modes == {mode}


def test_two_dropouts_may_share_a_generator():
    rng = np.random.default_rng(3)
    layers = nn.Dropout(rng=rng), nn.Linear(4, 4), nn.Sequential(nn.Dropout(rng=rng))
    assert gradient_check(network(*layers), normal(5, 4)).passed


# ---- kinks --------------------------------------------------------------------------------------

BESIDE = {("0.weight", 1), ("0.bias", 1), ("input", 0)}  # what moves the neuron of `kinked`


def kinked(distance):
    """A network with one ReLU's input at that distance from 0."""
    model, x = network(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)).to(np.float64), normal(2, 3)
    model.layers[0].bias.value[1] += distance - model.layers[0](x)[0, 1]
    return model, x


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("distance", [0, 1e-15, 1e-12, 1e-9, 1e-8, 3e-8, 1e-7, 1e-6, 9e-6, 3e-5])
def test_a_kink_nearby_is_no_false_alarm(distance, sign):
    model, x = kinked(sign * distance)
    assert gradient_check(model, x).passed


def test_between_two_kinks_the_slope_is_the_one_in_between():
    model, x = kinked(3e-6)
    model.layers[0].bias.value[2] -= 3e-6 + model.layers[0](x)[0, 2]
    assert gradient_check(model, x).passed
    planted = Planted(*model.layers).plant("input", (0, 0), ERRORS["a thousandth too much"])
    assert not gradient_check(planted, x).passed


@pytest.mark.parametrize("distance", [0, 1e-9, 1e-6])
def test_a_kink_excuses_no_wrong_gradient(distance):
    model, x = kinked(distance)
    places = [(name, i, g) for name, i, g in gradients(model, x, {}) if (name, i[0]) in BESIDE]
    assert len(places) == 3 + 1 + 3
    for name, index, g in places:
        for error in ("a thousandth too much", "another sign", "twice")[: 3 if g else 1]:
            report = gradient_check(Planted(*model.layers).plant(name, index, ERRORS[error]), x)
            assert (report.passed, report.name, report.index) == (False, name, index)


class OwnReLU(nn.Layer):
    """A ReLU that takes neurons with an input up to `edge` for dead."""

    def __init__(self, edge):
        self.edge = edge

    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def input_gradient(self, grad):
        return grad * (self.x > self.edge)


@pytest.mark.parametrize(
    ("distance", "edge", "passes"),
    [(0, 0, True), (0, -1e-9, True), (1e-6, 0, True), (1e-6, 1e-5, False), (-1e-6, -1e-5, False)],
)
def test_at_a_kink_both_slopes_are_right_and_beside_it_one(distance, edge, passes):
    model, x = kinked(distance)
    first, _, last = model.layers
    assert gradient_check(nn.Sequential(first, OwnReLU(edge), last), x).passed == passes


def test_where_many_kinks_meet_the_report_says_so():
    model = network(nn.Linear(3, 4, bias=False), nn.ReLU(), nn.Linear(4, 2))
    report = gradient_check(model, np.zeros((1, 3)))
    assert report.kink
    assert str(report).endswith("(at a kink of the loss: try another input)")
    assert gradient_check(model, normal(1, 3)).passed


def test_the_absolute_value_of_0_has_the_slope_0():
    y = normal(3, 2)
    assert gradient_check(nn.Sequential(), y, loss_fn=nn.L1Loss(), target=y).passed


# ---- layers of one's own ------------------------------------------------------------------------


class Scale(nn.Layer):
    """y = w ⊙ x, as a reader would write it."""

    def __init__(self, width):
        self.weight = nn.Parameter(np.linspace(1, 2, width))

    def forward(self, x):
        self.x = x
        return self.weight.value * x

    def parameter_gradients(self, grad):
        self.weight.grad = np.sum(grad * self.x, axis=0)

    def input_gradient(self, grad):
        return grad * self.weight.value


def test_a_layer_of_ones_own_passes_alone_and_in_a_network():
    assert gradient_check(Scale(3), normal(4, 3)).passed
    assert gradient_check(network(nn.Linear(2, 3), Scale(3), nn.Tanh()), normal(4, 2)).passed


def test_a_parameter_may_be_one_number():
    class Gain(Scale):
        def __init__(self):
            self.weight = nn.Parameter(np.array(1.5))

        def parameter_gradients(self, grad):
            self.weight.grad = np.sum(grad * self.x)

    class Wrong(Gain):
        def parameter_gradients(self, grad):
            self.weight.grad = np.mean(grad * self.x)

    assert gradient_check(Gain(), normal(4, 3)).passed
    assert str(gradient_check(Wrong(), normal(4, 3))).startswith("failed: at weight, of 13 grad")


def test_gradients_that_accumulate_as_in_pytorch_or_are_forgotten_fail():
    class Accumulates(Scale):
        def parameter_gradients(self, grad):
            self.weight.grad += np.sum(grad * self.x, axis=0)

    class Forgets(Scale):
        def parameter_gradients(self, grad):
            pass

    for kind in (Accumulates, Forgets):
        report = gradient_check(kind(3), normal(4, 3))
        assert (report.passed, report.name) == (False, "weight")
        assert "backward gives NaN or does not overwrite grad" in str(report)


def test_a_missing_input_gradient_is_named():
    class Half(nn.Layer):
        def forward(self, x):
            return x / 2

    with pytest.raises(NotImplementedError, match=r"Half\(\) has no way back: define input_grad"):
        gradient_check(Half(), normal(2, 3))


def test_a_gradient_of_a_wrong_shape_is_named():
    class Transposed(nn.Linear):
        def parameter_gradients(self, grad):
            super().parameter_gradients(grad)
            self.weight.grad = self.weight.grad.T

    class Returns(Scale):
        def input_gradient(self, grad):
            return None

    class OfOne(Scale):
        def input_gradient(self, grad):
            return super().input_gradient(grad)[:1]

    words = r"^OfOne\(\) gives a gradient of input of shape \(1, 3\), must be \(4, 3\)$"
    with pytest.raises(ValueError, match=words):
        gradient_check(OfOne(3), normal(4, 3))
    with pytest.raises(ValueError, match=r"Parameter grad has shape \(3, 2\), got \(2, 3\)"):
        gradient_check(nn.Sequential(nn.Tanh(), Transposed(2, 3)), normal(4, 2))
    with pytest.raises(TypeError, match=r"^Returns\(\) input_gradient returned None: return ∂L/∂x"):
        gradient_check(Returns(3), normal(4, 3))


def test_a_gradient_may_come_as_a_list():
    class Lists(Scale):
        def input_gradient(self, grad):
            return super().input_gradient(grad).tolist()

    assert gradient_check(Lists(3), normal(4, 3)).passed


def test_randomness_that_cannot_be_repeated_is_refused():
    class Noise(nn.Layer):
        def forward(self, x):
            return x + np.random.default_rng().normal(size=x.shape)

        def input_gradient(self, grad):
            return grad

    class NoisyGradient(nn.Tanh):
        def input_gradient(self, grad):
            return super().input_gradient(grad) + np.random.default_rng().normal(size=grad.shape)

    class Writes(nn.Tanh):
        def forward(self, x):
            x[x < 0] = 0
            return super().forward(x)

    for kind in (Noise, NoisyGradient, Writes):
        with pytest.raises(
            ValueError, match=rf"{kind.__name__}\(\) gives other results .*self\.rng"
        ):
            gradient_check(kind(), normal(2, 3))


# ---- errors -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"x": np.arange(6).reshape(2, 3)}, TypeError, "x must be floats, got int64: give x.asty"),
        ({"x": [[True, False, True]]}, TypeError, "x must be floats, got bool"),
        ({"x": np.ones(3)}, ValueError, r"x of shape \(3,\): give a batch .*x\[None, :\]"),
        ({"x": 1.0}, ValueError, r"x of shape \(\)"),
        ({"x": np.ones((0, 3))}, ValueError, r"x of shape \(0, 3\)"),
        ({"x": np.ones((2, 4))}, ValueError, r"Linear\(3, 2\) got input of width 4"),
        ({"model": nn.Linear}, TypeError, "takes a layer or network, got <class"),
        ({"model": nn.CrossEntropyLoss()}, TypeError, r"takes a layer .*got CrossEntropyLoss\(\)"),
        ({"loss_fn": nn.L1Loss()}, ValueError, "takes loss_fn and target together, or neither"),
        ({"target": np.ones((2, 2))}, ValueError, "takes loss_fn and target together, or neither"),
        (
            {"loss_fn": nn.CrossEntropyLoss(), "target": [0.0, 1.0]},
            TypeError,
            "labels must be integers",
        ),
        ({"h": 0}, ValueError, "h must be positive, got 0: 1e-5 is usual"),
        ({"h": math.nan}, ValueError, "h must be positive, got nan"),
        ({"h": math.inf}, ValueError, "h must be positive, got inf"),
    ],
)
def test_what_cannot_be_checked_is_refused_with_the_cure(arguments, error, words):
    arguments = {"model": nn.Linear(3, 2), "x": np.ones((2, 3))} | arguments
    with pytest.raises(error, match=words):
        gradient_check(arguments.pop("model"), arguments.pop("x"), **arguments)


def test_a_layer_may_write_into_the_gradient_that_it_gets():
    class Square(nn.Layer):
        def forward(self, x):
            self.x = x
            return x**2

        def input_gradient(self, grad):
            grad *= 2 * self.x
            return grad

    class Spoils(Scale):
        def parameter_gradients(self, grad):
            grad *= self.x
            self.weight.grad = grad.sum(axis=0)

    assert gradient_check(Square(), normal(2, 3)).passed
    report = gradient_check(Spoils(3), normal(4, 3))  # input_gradient gets what it has left
    assert (report.passed, report.name) == (False, "input")


def test_what_is_no_loss_is_named():
    for wrong in (nn.CrossEntropyLoss, lambda a, b: 0.0):
        with pytest.raises(
            TypeError, match=r"loss_fn must be a loss, got .*: gradient_check\(model"
        ):
            gradient_check(nn.ReLU(), normal(2, 3), loss_fn=wrong, target=[0, 1])


def test_nan_is_no_kink():
    report = gradient_check(nn.ReLU(), np.full((2, 3), np.nan))
    assert not report.passed
    assert not report.kink
