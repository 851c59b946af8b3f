"""Layers of a reader's own: which of them learn, and that what has no way back is refused."""

import copy
import inspect
import pickle
from collections import deque
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from nnbook import nn, optim
from nnbook.gradient_check import gradient_check

X = np.random.default_rng(0).normal(size=(8, 4)).astype(np.float32)
Y = np.random.default_rng(1).integers(0, 3, 8)


def linears(seed=0):
    rng = np.random.default_rng(seed)
    return nn.Linear(4, 5, rng=rng), nn.Linear(5, 6, rng=rng), nn.Linear(6, 3, rng=rng)


def flat(seed=0):
    a, b, c = linears(seed)
    return nn.Sequential(a, nn.ReLU(), b, nn.Tanh(), c)


class NeuralNetwork(nn.Layer):
    """The slides' class, with nn.Layer for nn.Module."""

    def __init__(self, seed=0):
        super().__init__()
        a, b, c = linears(seed)
        self.flatten = nn.Flatten()
        self.linear_relu_stack = nn.Sequential(a, nn.ReLU(), b, nn.Tanh(), c)

    def forward(self, x):
        x = self.flatten(x)
        logits = self.linear_relu_stack(x)
        return logits  # noqa: RET504, as on the slide


class OneByOne(nn.Layer):
    def __init__(self, seed=0):
        self.a, self.b, self.c = linears(seed)
        self.relu, self.tanh = nn.ReLU(), nn.Tanh()

    def forward(self, x):
        return self.c(self.tanh(self.b(self.relu(self.a(x)))))


class InAList(nn.Layer):
    def __init__(self, seed=0):
        a, b, c = linears(seed)
        self.parts = [a, nn.ReLU(), b, nn.Tanh(), c]

    def forward(self, x):
        for part in self.parts:
            x = part(x)
        return x


class InATupleOfLists(InAList):
    def __init__(self, seed=0):
        a, b, c = linears(seed)
        self.blocks = ([a, nn.ReLU()], [b, nn.Tanh()], [c])

    def forward(self, x):
        for block in self.blocks:
            for part in block:
                x = part(x)
        return x


class InADict(nn.Layer):
    def __init__(self, seed=0):
        a, b, c = linears(seed)
        self.parts = {"first": nn.Sequential(a, nn.ReLU()), "last": nn.Sequential(b, nn.Tanh(), c)}

    def forward(self, x):
        return self.parts["last"](self.parts["first"](x))


class Nested(nn.Layer):
    class Half(nn.Layer):
        def __init__(self, linear, f):
            self.linear, self.f = linear, f

        def forward(self, x):
            return self.f(self.linear(x))

    def __init__(self, seed=0):
        a, b, c = linears(seed)
        self.halves = [self.Half(a, nn.ReLU()), self.Half(b, nn.Tanh())]
        self.last = c

    def forward(self, x):
        for half in self.halves:
            x = half(x)
        return self.last(x)


class MadeOnTheWay(nn.Layer):
    """Activations that are made in forward, and layers of a network called one by one."""

    def __init__(self, seed=0):
        self.stack = nn.Sequential(*linears(seed))

    def forward(self, x):
        x = nn.ReLU()(self.stack[0](x))
        return self.stack[2](nn.Tanh()(self.stack[1](x)))


CHAINS = [NeuralNetwork, OneByOne, InAList, InATupleOfLists, InADict, Nested, MadeOnTheWay]


def trained(model, steps=20):
    """The weights after some steps, one after the other."""
    loss_fn, optimizer = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), 0.2, 0.9)
    for _ in range(steps):
        loss_fn(model(X), Y)
        model.parameter_gradients(loss_fn.backward())
        optimizer.step()
    return np.concatenate([p.value.ravel() for p in model.parameters()])


@pytest.mark.parametrize("kind", CHAINS)
def test_a_forward_that_calls_layers_learns_what_the_sequential_learns(kind):
    np.testing.assert_array_equal(trained(kind()), trained(flat()))
    assert not np.array_equal(trained(kind(), 1), trained(kind(), 2))


@pytest.mark.parametrize("kind", CHAINS)
def test_its_gradients_are_right_alone_and_inside_a_network(kind):
    assert gradient_check(kind(), X[:3]).passed
    inside = nn.Sequential(nn.Linear(4, 4), nn.Tanh(), kind(), nn.Sigmoid())
    report = gradient_check(inside, X[:3])
    assert report.passed
    assert report.count == 20 + 25 + 36 + 21 + 12


@pytest.mark.parametrize("kind", CHAINS)
def test_its_three_ways_back_agree(kind):
    model, same = kind(), flat()
    grad = np.random.default_rng(2).normal(size=same(X).shape)
    model(X)
    expected = same.backward(grad)
    np.testing.assert_array_equal(model.backward(grad), expected)
    for p, q in zip(model.parameters(), same.parameters(), strict=True):
        np.testing.assert_array_equal(p.grad, q.grad)
        p.grad[:] = np.nan
    np.testing.assert_array_equal(model.input_gradient(grad), expected)
    assert model.parameter_gradients(grad) is None
    for p, q in zip(model.parameters(), same.parameters(), strict=True):
        np.testing.assert_array_equal(p.grad, q.grad)


def test_modes_dtypes_and_names_reach_into_lists_tuples_and_dicts():
    class Blocks(nn.Layer):
        def __init__(self):
            self.blocks = [(nn.Linear(2, 2), nn.Dropout()), {"norm": nn.BatchNorm1d(2)}]
            self.scales = [nn.Parameter([1.0])]

    blocks = Blocks()
    names = ["scales.0", "blocks.0.0.weight", "blocks.0.0.bias"]
    names += ["blocks.1.norm.weight", "blocks.1.norm.bias"]
    assert [name for name, _ in blocks.named_parameters()] == names
    assert [name for name, _ in blocks.named_children()] == [
        "blocks.0.0",
        "blocks.0.1",
        "blocks.1.norm",
    ]
    blocks.eval()
    assert not blocks.blocks[0][1].training
    blocks.to(np.float64)
    assert {p.value.dtype for p in blocks.parameters()} == {np.dtype(np.float64)}
    assert blocks.blocks[1]["norm"].running_mean.dtype == np.float64


def test_a_generator_in_a_layer_of_a_list_is_found_by_gradient_check():
    class Noisy(nn.Layer):
        def __init__(self):
            self.parts = [nn.Linear(4, 4), nn.Dropout(0.4), nn.Linear(4, 2)]

        def forward(self, x):
            for part in self.parts:
                x = part(x)
            return x

    report = gradient_check(Noisy(), X[:3])
    assert report.passed
    assert report.count == 20 + 10 + 12


def test_two_threads_record_each_their_own():
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda kind: trained(kind(), 40), CHAINS))
    for weights in found:
        np.testing.assert_array_equal(weights, trained(flat(), 40))


def test_a_subclass_of_sequential_with_another_forward_is_recorded_too():
    class Counted(nn.Sequential):
        forwards = 0

        def forward(self, x):
            self.forwards += 1
            return super().forward(x)

    class Residual(nn.Sequential):
        def forward(self, x):
            return x + super().forward(x)

    counted = Counted(*flat().layers)
    np.testing.assert_array_equal(trained(counted), trained(flat()))
    assert counted.forwards == 20
    residual = Residual(nn.Linear(4, 4))
    y = residual(X)
    with pytest.raises(
        RuntimeError, match=r"it returns something else than what Linear\(4, 4\) re"
    ):
        residual.parameter_gradients(y)


# ---- no way back ------------------------------------------------------------------------------


class Parts(nn.Layer):
    """Two layers, and a forward of somebody's."""

    def __init__(self, forward):
        self.a, self.relu, self.b = nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4)
        self.function = forward

    def forward(self, x):
        return self.function(self, x)

    def __repr__(self):
        return "Parts()"


def in_place(array):
    array *= 2
    return array


OTHERWISE = {
    "an addition": (
        lambda m, x: m.b(m.a(x) + 1),
        "Linear(4, 4) gets something else than what Linear(4, 4) returned",
    ),
    "a skip": (
        lambda m, x: m.b(m.relu(m.a(x))) + x,
        "it returns something else than what Linear(4, 4) returned",
    ),
    "a function": (
        lambda m, x: m.b(nn.relu(m.a(x))),
        "Linear(4, 4) gets something else than what Linear(4, 4) returned",
    ),
    "a change in place": (
        lambda m, x: m.b(in_place(m.relu(m.a(x)))),
        "Linear(4, 4) gets something else than what ReLU() returned",
    ),
    "a change of the result": (
        lambda m, x: in_place(m.b(m.a(x))),
        "it returns something else than what Linear(4, 4) returned",
    ),
    "a change of the input": (
        lambda m, x: m.b(m.a(in_place(x))),
        "Linear(4, 4) gets something else than its input",
    ),
    "a scaled input": (
        lambda m, x: m.b(m.a(x / 255)),
        "Linear(4, 4) gets something else than its input",
    ),
    "two branches": (
        lambda m, x: m.a(x) * m.b(x),
        "Linear(4, 4) gets something else than what Linear(4, 4) returned",
    ),
    "a reshape": (
        lambda m, x: m.b(m.a(x).reshape(-1, 4)),
        "Linear(4, 4) gets something else than what Linear(4, 4) returned",
    ),
    "an earlier result": (
        lambda m, x: (m.a(x), m.relu(m.b(x)))[0],
        "Linear(4, 4) gets something else than what Linear(4, 4) returned",
    ),
    "a layer twice": (
        lambda m, x: m.b(m.relu(m.a(m.relu(x)))),
        "it calls ReLU() twice, which keeps one call at a time: make two",
    ),
    "a layer of a network twice": (
        lambda m, x: m.b(m.a(nn.Sequential(m.a, nn.ReLU())(x))),
        "it calls Linear(4, 4) twice, which keeps one call at a time: make two",
    ),
    "a layer by its forward": (
        lambda m, x: m.b(m.a.forward(x)),
        "Linear(4, 4) gets something else than its input",
    ),
    "an unused layer": (
        lambda m, x: m.relu(m.a(x)),
        "it does not use b.weight, b.bias, which then cannot learn",
    ),
}


@pytest.mark.parametrize(("forward", "why"), OTHERWISE.values(), ids=OTHERWISE.keys())
def test_anything_else_between_layers_is_refused_on_the_way_back(forward, why):
    model = Parts(forward)
    y = model(X)  # in use it may do what it likes
    cure = "call layers one after the other, such as nn.ReLU(), or define parameter_gradients and "
    for ask in (model.parameter_gradients, model.input_gradient, model.backward):
        with pytest.raises(RuntimeError) as error:
            ask(y)
        text = f"Parts() has no way back: in forward, {why}: {cure}input_gradient"
        assert str(error.value) == text


def test_inside_a_network_it_is_refused_too_and_gradient_check_names_the_cause():
    model = nn.Sequential(nn.Linear(4, 4), Parts(lambda m, x: m.b(m.a(x)) + 1), nn.Linear(4, 3))
    loss_fn = nn.CrossEntropyLoss()
    loss_fn(model(X), Y)
    why = "it returns something else than what Linear"
    with pytest.raises(RuntimeError, match=why):
        model.parameter_gradients(loss_fn.backward())
    with pytest.raises(RuntimeError, match=why):
        gradient_check(model, X)


def test_nan_and_infinity_pass_through_a_chain():
    model, x = OneByOne(), X.copy()
    x[0, 0], x[1, 1] = np.nan, np.inf
    with np.errstate(invalid="ignore"):
        y = model(x)
        assert np.isnan(model.backward(np.ones_like(y))).any()


def test_a_forward_of_no_layers_that_returns_its_input_has_its_gradient():
    class Same(nn.Layer):
        def forward(self, x):
            return x

    same = Same()
    y = same(X)
    np.testing.assert_array_equal(same.backward(2 * y), 2 * X)
    assert same.parameter_gradients(y) is None


def test_a_parameter_that_no_gradient_reaches_is_never_left_behind_in_silence():
    class Scale(nn.Layer):
        def __init__(self):
            self.s = nn.Parameter(np.ones(4, np.float32))

        def forward(self, x):
            return self.s.value * x

    class Block(nn.Layer):
        def __init__(self):
            self.inner = nn.Linear(4, 4)

        def forward(self, x):
            return self.inner(x)

        def input_gradient(self, grad):
            return self.inner.input_gradient(grad)

    class Slope(nn.ReLU):
        def __init__(self):
            self.s = nn.Parameter(np.ones(1, np.float32))

    for make, missing in (
        (Scale, "parameter_gradients and input_gradient"),
        (Block, "parameter_gradients"),
        (Slope, "parameter_gradients"),
    ):
        model = nn.Sequential(nn.Linear(4, 4), make(), nn.Linear(4, 3))
        y = model(X)
        for network in (model, model[1:2]):
            if network is not model:
                y = network(X)
            with pytest.raises(RuntimeError, match=rf"has no way back: define {missing}"):
                network.parameter_gradients(y)
            with pytest.raises(RuntimeError, match=rf"has no way back: define {missing}"):
                network.backward(y)


# ---- forward and backward, as NumPy courses have it -----------------------------------------


class Course(nn.Layer):
    """A dense layer of a NumPy course."""

    def __init__(self, n_in, n_out, rng):
        self.W = nn.Parameter(rng.normal(0, 0.5, (n_in, n_out)).astype(np.float32))
        self.b = nn.Parameter(np.zeros(n_out, np.float32))
        self.cache = None

    def forward(self, x):
        self.cache = (x, self.W.value)
        return x @ self.W.value + self.b.value

    def backward(self, dout):
        x, w = self.cache
        self.W.grad = x.T @ dout
        self.b.grad = dout.sum(axis=0)
        return dout @ w.T


def test_a_backward_of_ones_own_trains_wherever_the_layer_stands():
    def model(rng):
        return nn.Sequential(Course(4, 5, rng), nn.Tanh(), Course(5, 3, rng))

    twin = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3))
    course = model(np.random.default_rng(0))
    for p, q in zip(course.parameters(), twin.parameters(), strict=True):
        q.value[:] = p.value.T
    weights = trained(course)
    other = trained(twin)
    parts = np.split(other, np.cumsum([p.size for p in twin.parameters()])[:-1])
    turned = [w.reshape(q.shape).T.ravel() for w, q in zip(parts, twin.parameters(), strict=True)]
    np.testing.assert_allclose(weights, np.concatenate(turned), rtol=0, atol=1e-5)
    assert gradient_check(model(np.random.default_rng(0)), X[:3]).passed


def test_a_backward_of_ones_own_is_asked_for_each_question():
    layer = Course(4, 3, np.random.default_rng(0))
    grad = np.ones_like(layer(X))
    x_grad = layer.backward(grad)
    grads = [p.grad.copy() for p in layer.parameters()]
    for p in layer.parameters():
        p.grad[:] = 0
    layer.parameter_gradients(grad)
    np.testing.assert_array_equal(layer.W.grad, grads[0])
    np.testing.assert_array_equal(layer.input_gradient(grad), x_grad)


def test_a_backward_that_changes_what_it_inherits_is_used_by_the_network():
    class Clipped(nn.Linear):
        def backward(self, grad):
            return super().backward(np.clip(grad, -0.1, 0.1))

    class Doubled(NeuralNetwork):
        def backward(self, grad):
            return super().backward(2 * grad)

    for first in (Clipped(4, 3), Doubled()):
        model = nn.Sequential(first)
        y = model(X)
        first.backward(np.ones_like(y))
        expected = [p.grad.copy() for p in first.parameters()]
        for p in first.parameters():
            p.grad[:] = 0
        model.parameter_gradients(np.ones_like(y))
        for p, grad in zip(first.parameters(), expected, strict=True):
            np.testing.assert_array_equal(p.grad, grad)
    plain = NeuralNetwork()
    plain(X)
    plain.backward(np.ones_like(y))
    np.testing.assert_allclose(expected[0], 2 * plain.parameters()[0].grad, rtol=1e-6)


@pytest.mark.parametrize("question", ["input_gradient", "parameter_gradients"])
def test_a_question_below_a_backward_of_ones_own_is_refused(question):
    def answer(self, grad):
        return getattr(super(Course, self), question)(grad)

    with pytest.raises(TypeError, match=f"^Mine defines {question} below a class .* backward inst"):
        type("Mine", (Course,), {question: answer})
    type("Both", (Course,), {question: answer, "backward": Course.backward})  # asked for both


def test_a_gradient_that_is_forgotten_to_be_returned_is_named():
    class Forgets(nn.Layer):
        def forward(self, x):
            return 2 * x

        def input_gradient(self, grad):
            2 * grad

    class NoReturn(nn.Layer):
        def forward(self, x):
            self.y = 2 * x

    layer = Forgets()
    with pytest.raises(TypeError, match=r"^Forgets\(\) input_gradient returned None: return ∂L/∂x"):
        layer.backward(layer(X))
    with pytest.raises(TypeError, match=r"^NoReturn\(\) output must be real numbers, got NoneType"):
        NoReturn()(X)


# ---- the doors --------------------------------------------------------------------------------


@pytest.mark.style
def test_the_source_of_a_method_is_the_method():
    lines = inspect.getsource(nn.Linear.forward).strip().splitlines()
    assert lines[0].startswith("def forward(self, x")
    assert len(lines) == 3
    assert (
        inspect.getsource(nn.Linear.input_gradient)
        .strip()
        .splitlines()[1]
        .endswith("# ∂L/∂x = g W")
    )


def test_own_methods_get_clean_arrays():
    class Looks(nn.Layer):
        def forward(self, x):
            self.got = x
            return x

        def parameter_gradients(self, grad):
            self.first = grad

        def input_gradient(self, grad):
            self.second = grad
            return grad

    layer, integers = Looks(), np.arange(6).reshape(3, 2).T
    y = layer(integers)
    assert layer.got.dtype == np.float64
    assert layer.got.flags.c_contiguous
    layer.backward(y.astype(np.float32).tolist())
    layer.parameter_gradients(np.asfortranarray(y.astype(np.float32)))
    for grad in (layer.first, layer.second):
        assert type(grad) is np.ndarray
        assert grad.dtype == np.float64
        assert grad.flags.c_contiguous
    with pytest.raises(ValueError, match="a gradient of shape"):
        layer.parameter_gradients(np.ones(2))


def test_a_list_takes_the_dtype_of_the_weights_inside():
    model = nn.Sequential(nn.Flatten(), nn.Linear(4, 3))
    assert model([[[1, 2], [3, 4]]]).dtype == np.float32
    assert NeuralNetwork()([[1, 2, 3, 4]]).dtype == np.float32
    with pytest.raises(TypeError, match=r"Linear\(4, 3\) holds float32, got uint8"):
        nn.Sequential(nn.Linear(4, 3))(np.ones((2, 4), np.uint8))


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_copies_and_pickles_hold_no_batch(clone):
    rng = np.random.default_rng(0)
    big = rng.normal(size=(20_000, 4)).astype(np.float32)
    layers = [*flat().layers, nn.BatchNorm1d(3), nn.Dropout(rng=rng), nn.GELU(), nn.Softmax()]
    for model in (nn.Sequential(*layers), NeuralNetwork(), nn.Sequential(Course(4, 3, rng))):
        size = len(pickle.dumps(model))
        y = model(big)
        model.backward(y)
        assert len(pickle.dumps(model)) < size + 300
        twin = clone(model)
        np.testing.assert_array_equal(twin.eval()(big), model.eval()(big))
        model(big)
        y = twin(big)
        np.testing.assert_array_equal(twin.backward(y), model.backward(y))
    loss_fn = nn.CrossEntropyLoss("sum")
    loss_fn(y, np.zeros(20_000, int))
    assert len(pickle.dumps(loss_fn)) < 300
    assert clone(loss_fn).reduction == "sum"


class Stores(nn.Layer):
    """A layer of a NumPy course, which stores its gradients, too."""

    def __init__(self):
        self.W, self.dW, self.mean = nn.Parameter(np.ones((4, 4), np.float32)), None, None

    def forward(self, x):
        self.x = x
        return x @ self.W.value

    def backward(self, grad):
        self.dW = self.W.grad = self.x.T @ grad
        self.dx = grad @ self.W.value.T
        return self.dx


def test_what_backward_stores_is_neither_saved_nor_copied():
    model = nn.Sequential(Stores(), nn.Linear(4, 3))
    model.backward(model(X))
    names = ["0.W", "1.weight", "1.bias"]
    assert [*model.state_dict()] == [*copy.deepcopy(model).state_dict()] == names
    nn.Sequential(Stores(), nn.Linear(4, 3)).load_state_dict(model.state_dict())
    assert copy.deepcopy(model)[0].dx is None


def test_what_is_set_by_hand_after_a_forward_is_saved_and_copied():
    layer = Stores()
    layer.backward(layer(X))
    layer.mean = np.arange(4.0)
    np.testing.assert_array_equal(copy.deepcopy(layer).mean, layer.mean)
    layer.backward(layer(X))
    assert [*layer.state_dict()] == ["W", "mean"]


def test_what_forward_makes_and_keeps_for_good_is_not_lost():
    class Lazy(nn.Layer):
        def __init__(self):
            self.inner, self.mean, self.note = None, np.zeros(4), None

        def forward(self, x):
            if self.inner is None:
                self.inner = nn.Linear(4, 2, dtype=np.float64)
            self.mean = 0.9 * self.mean + 0.1 * x.mean(axis=0)
            return self.inner(x - self.mean)

    layer = Lazy()
    layer(X.astype(np.float64))
    layer.note = "set by hand, later"
    twin = copy.deepcopy(layer)
    assert twin.inner.weight.value.shape == (2, 4)
    assert twin.mean.any()
    assert twin.note == layer.note


# ---- what would never learn -----------------------------------------------------------------


def test_what_stands_outside_the_parameters_is_refused_on_the_way_back():
    outside = nn.Linear(4, 4)

    class Holds(nn.Layer):
        def __init__(self, parts):
            self.first, self.parts = nn.Linear(4, 4), parts

        def forward(self, x):
            x = self.first(x)
            for part in self.parts or [outside]:
                x = part(x)
            return x

    for parts in ({nn.Linear(4, 4)}, deque([nn.Linear(4, 4)]), None):
        layer = Holds(parts)
        y = layer(X)
        for ask in (layer.backward, layer.parameter_gradients):
            with pytest.raises(
                RuntimeError, match=r"it calls Linear\(4, 4\), which is not an attribute"
            ):
                ask(y)
    layer = Holds((nn.ReLU(), nn.Linear(4, 4)))
    layer.backward(layer(X))
    layer = Holds({nn.ReLU()})  # which has nothing to learn
    layer.backward(layer(X))


@pytest.mark.parametrize(
    "make", [lambda: nn.Linear(4, 4), lambda: nn.Parameter([1.0]), lambda: [nn.Linear(4, 4)]]
)
def test_weights_of_a_class_are_refused(make):
    with pytest.raises(
        TypeError, match=r"^Mine has one w for all its objects: in __init__, self.w"
    ):
        type("Mine", (nn.Layer,), {"w": make()})
    type("Mine", (nn.Layer,), {"bend": nn.ReLU(), "widths": [3, 4]})


def test_arrays_in_place_of_parameters_are_refused_where_a_layer_says_that_it_learns():
    class Dense(nn.Layer):
        def __init__(self):
            self.W = np.ones((4, 3), np.float32)

        def forward(self, x):
            self.x = x
            return x @ self.W

        def parameter_gradients(self, grad):
            self.dW = self.x.T @ grad

        def input_gradient(self, grad):
            return grad @ self.W.T

    class Course(Dense):
        def backward(self, grad):
            self.dW = self.x.T @ grad
            return grad @ self.W.T

    class Fixed(nn.Layer):
        __init__, forward, input_gradient = Dense.__init__, Dense.forward, Dense.input_gradient

    for make in (Dense, Course):
        layer = make()
        for ask in (layer.parameters, layer.state_dict, lambda layer=layer: nn.Sequential(layer)):
            with pytest.raises(TypeError, match=r"W is no Parameter: self\.W = nn\.Parameter"):
                ask()
    assert Fixed().parameters() == []

    class Scaled(nn.Layer):
        def __init__(self):
            self.scale = np.array([1, 2, 3], np.float32)

        def forward(self, x):
            return self.scale * x

        def backward(self, grad):
            return self.scale * grad

    with pytest.warns(UserWarning, match=r"scale is no Parameter: self\.scale = nn\.Parameter"):
        assert Scaled().parameters() == []
    with pytest.warns(UserWarning, match="scale is no Parameter") as told:
        assert Scaled().named_parameters() == []
    assert told[0].filename == __file__  # where it was asked


def test_a_call_of_ones_own_is_refused():
    with pytest.raises(TypeError, match=r"^Mine defines __call__: define forward"):
        type("Mine", (nn.Layer,), {"__call__": lambda self, x: x})
