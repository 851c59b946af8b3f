"""Sequential: a composition of functions, and the chain rule backward through it.
The slides' 4-2-1 network, worked by hand, is here too."""

import copy
import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnbook import nn, optim
from nnbook.gradient_check import gradient_check


def some(shape, seed=0, dtype=np.float64):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


class Spy(nn.Layer):
    """y = x, and a note of each question it is asked."""

    def __init__(self, learns):
        self.asked = []
        if learns:
            self.w = nn.Parameter(np.zeros(1))

    def forward(self, x):
        return np.asarray(x)

    def parameter_gradients(self, grad):
        self.asked.append("parameters")

    def input_gradient(self, grad):
        self.asked.append("input")
        return grad


# ---- the slides' 4-2-1 network by hand ------------------------------------------------------

X, Y, LR = [2, 1, -1, 0.5], 2.5, 0.1
W = [[0.5, 0.5, 1, 1], [-1, 0.5, 0.5, 2]]  # w1 … w4 lead to a1 = 1, w5 … w8 to a2 = −1
V = [0.5, -1]  # w9, w10


class Linear1(nn.Layer):
    """z = a: the table's column without a bend."""

    def forward(self, x):
        return x

    def input_gradient(self, grad):
        return grad


def f_of(kind):
    """f and f′, in plain Python."""
    if kind is nn.Sigmoid:
        f = lambda a: 1 / (1 + math.exp(-a))  # noqa: E731
        return f, lambda a: f(a) * (1 - f(a))
    if kind is nn.ReLU:
        return lambda a: max(a, 0), lambda a: float(a > 0)
    return lambda a: a, lambda a: 1


def by_hand(kind):
    """The table's numbers, each from its formula; indices as on the slide."""
    f, slope = f_of(kind)
    a = [sum(w * x for w, x in zip(row, X, strict=True)) for row in W]
    z = [f(a[0]), f(a[1])]
    y_hat = V[0] * z[0] + V[1] * z[1]
    delta = y_hat - Y
    w_grad = [[delta * V[j] * slope(a[j]) * x for x in X] for j in (0, 1)]
    v_grad = [delta * z[0], delta * z[1]]
    new_w = [[w - LR * g for w, g in zip(W[j], w_grad[j], strict=True)] for j in (0, 1)]
    new_v = [V[j] - LR * v_grad[j] for j in (0, 1)]
    new_z = [f(sum(w * x for w, x in zip(row, X, strict=True))) for row in new_w]
    new_y = new_v[0] * new_z[0] + new_v[1] * new_z[1]
    return y_hat, delta**2 / 2, w_grad, v_grad, new_w, new_v, new_y, (new_y - Y) ** 2 / 2


TABLE = {  # ŷ, E, new ŷ, new E; evidence.md §4, rounded there to six digits
    Linear1: (1.5, 0.5, 2.575, 0.0028125),
    nn.Sigmoid: (0.096588, 2.888195, 0.311859, 2.393980),
    nn.ReLU: (0.5, 2, 1.1375, 0.928203125),
}
W_GRADS = {
    Linear1: [[-1, -0.5, 0.5, -0.25], [2, 1, -1, 0.5]],
    nn.Sigmoid: [
        [-0.472540, -0.236270, 0.236270, -0.118135],
        [0.945079, 0.472540, -0.472540, 0.236270],
    ],
    nn.ReLU: [[-2, -1, 1, -0.5], [0, 0, 0, 0]],
}


def slides_network(kind):
    hidden = nn.Linear(4, 2, bias=False, dtype=np.float64)
    last = nn.Linear(2, 1, bias=False, dtype=np.float64)
    hidden.weight.value[:], last.weight.value[:] = W, V
    return nn.Sequential(hidden, kind(), last)


@pytest.mark.parametrize("kind", TABLE)
def test_the_slides_network_worked_by_hand(kind):
    model = slides_network(kind)
    y_hat, loss, w_grad, v_grad, new_w, new_v, new_y, new_loss = by_hand(kind)
    w, v = model.parameters()
    loss_fn, optimizer = nn.HalfSquaredLoss(), optim.SGD(model.parameters(), lr=LR)
    exact = {"rtol": 0, "atol": 1e-12}
    np.testing.assert_allclose(model[0]([X]), [[1, -1]], **exact)
    np.testing.assert_allclose(model([X]), [[y_hat]], **exact)
    np.testing.assert_allclose(loss_fn(model([X]), [[Y]]), loss, **exact)
    model.parameter_gradients(loss_fn.backward())
    np.testing.assert_allclose(w.grad, w_grad, **exact)
    np.testing.assert_allclose(v.grad, [v_grad], **exact)
    optimizer.step()
    np.testing.assert_allclose(w.value, new_w, **exact)
    np.testing.assert_allclose(v.value, [new_v], **exact)
    np.testing.assert_allclose(model([X]), [[new_y]], **exact)
    np.testing.assert_allclose(loss_fn(model([X]), [[Y]]), new_loss, **exact)


@pytest.mark.parametrize("kind", TABLE)
def test_the_hand_worked_table_says_the_same(kind):
    y_hat, loss, w_grad, _, _, _, new_y, new_loss = by_hand(kind)
    assert (y_hat, loss, new_y, new_loss) == pytest.approx(TABLE[kind], abs=5.1e-7)
    np.testing.assert_allclose(w_grad, W_GRADS[kind], rtol=0, atol=5.1e-7)


@pytest.mark.parametrize(
    ("kind", "after"), [(Linear1, 4.6e-19), (nn.Sigmoid, 0.0478), (nn.ReLU, 2.7e-24)]
)
def test_after_20_updates_the_slides_loss_is_the_tables(kind, after):
    model = slides_network(kind)
    loss_fn, optimizer = nn.HalfSquaredLoss(), optim.SGD(model.parameters(), lr=LR)
    for _ in range(20):
        loss_fn(model([X]), [[Y]])
        model.parameter_gradients(loss_fn.backward())
        optimizer.step()
    assert loss_fn(model([X]), [[Y]]) == pytest.approx(after, rel=0.02, abs=0)


# ---- PyTorch, and what a composition is -----------------------------------------------------


@given(seed=st.integers(0, 999), n=st.integers(2, 12), training=st.booleans())
@settings(max_examples=20, deadline=None, derandomize=True)
def test_a_deep_nested_network_is_pytorchs(is_torchs, restless, seed, n, training):
    model = restless(seed).train(training)
    is_torchs(model, some((n, 2, 3), seed))


def test_a_network_is_one_layer_after_the_other(restless):
    model, x = restless(), some((5, 6))
    z = x
    for layer in copy.deepcopy(model).layers:
        z = layer(z)
    np.testing.assert_array_equal(model(x), z)


def test_backward_takes_the_layers_in_reverse_order(restless):
    model = restless()
    twin = copy.deepcopy(model)
    grad = some(model(some((5, 6))).shape)
    twin(some((5, 6)))
    g = grad
    for layer in reversed(twin.layers):
        g = layer.backward(g)
    np.testing.assert_array_equal(model.backward(grad), g)
    np.testing.assert_array_equal(model.input_gradient(grad), g)
    for a, b in zip(model.parameters(), twin.parameters(), strict=True):
        np.testing.assert_array_equal(a.grad, b.grad)


def test_parameter_gradients_are_those_of_backward(restless):
    model = restless()
    grad = some(model(some((5, 6))).shape)
    model.backward(grad)
    expected = [p.grad.copy() for p in model.parameters()]
    for p in model.parameters():
        p.grad[:] = np.nan
    assert model.parameter_gradients(grad) is None
    for p, g in zip(model.parameters(), expected, strict=True):
        np.testing.assert_array_equal(p.grad, g)


def test_the_gradient_goes_no_farther_than_the_first_layer_that_learns():
    before, first, bend, last = Spy(False), Spy(True), Spy(False), Spy(True)
    model = nn.Sequential(nn.Flatten(), before, nn.Sequential(first, bend), last)
    model.parameter_gradients(model(some((2, 3))))
    assert before.asked == []
    assert first.asked == ["parameters"]  # and not for its input
    assert bend.asked == last.asked == ["parameters", "input"]


def test_in_a_nested_network_it_stops_behind_what_does_not_learn():
    flat, first, last = Spy(False), Spy(True), Spy(True)
    model = nn.Sequential(Spy(False), nn.Sequential(flat, nn.Sequential(first)), last)
    model.parameter_gradients(model(some((2, 3))))
    assert flat.asked == []
    assert first.asked == ["parameters"]
    assert last.asked == ["parameters", "input"]


def test_each_layer_is_asked_once_in_one_pass_backward():
    spies = [Spy(True), Spy(False), Spy(True)]
    model = nn.Sequential(spies[0], nn.Sequential(*spies[1:]))
    model.backward(model(some((2, 3))))
    assert [spy.asked for spy in spies] == [["parameters", "input"]] * 3
    model.input_gradient(some((2, 3)))
    assert [spy.asked for spy in spies] == [["parameters", "input", "input"]] * 3


def test_a_network_that_learns_nothing_has_nothing_to_do():
    spy = Spy(False)
    model = nn.Sequential(spy, nn.Sequential())
    x = some((2, 3))
    np.testing.assert_array_equal(model(x), x)
    assert model.parameter_gradients(x) is None
    assert spy.asked == []
    assert model.parameters() == []
    empty = nn.Sequential()
    np.testing.assert_array_equal(empty.backward(empty(x)), x)


def test_nesting_changes_nothing():
    def parts():
        rng = np.random.default_rng(0)
        return nn.Linear(4, 5, rng=rng), nn.Tanh(), nn.Linear(5, 3, rng=rng), nn.ReLU()

    a, b, c, d = parts()
    flat, nested = nn.Sequential(*parts()), nn.Sequential(nn.Sequential(a, nn.Sequential(b, c)), d)
    x = some((6, 4), dtype=np.float32)
    np.testing.assert_array_equal(flat(x), nested(x))
    np.testing.assert_array_equal(flat.backward(flat(x)), nested.backward(nested(x)))
    for p, q in zip(flat.parameters(), nested.parameters(), strict=True):
        np.testing.assert_array_equal(p.grad, q.grad)


def test_after_two_forwards_the_gradients_are_those_of_the_second(restless):
    model, fresh = restless().eval(), restless().eval()
    model(some((7, 6), 1))
    x = some((4, 6), 2)
    np.testing.assert_array_equal(model.backward(model(x)), fresh.backward(fresh(x)))
    for p, q in zip(model.parameters(), fresh.parameters(), strict=True):
        np.testing.assert_array_equal(p.grad, q.grad)


def test_a_list_takes_the_dtype_of_the_network_whatever_its_first_layer():
    for dtype in (np.float32, np.float64):
        model = nn.Sequential(nn.Flatten(), nn.Linear(4, 2)).to(dtype)
        assert model([[[1, 2], [3, 4]]]).dtype == dtype


def test_an_image_batch_is_not_edited_on_its_way_there_and_back(restless):
    x = some((4, 2, 3))
    x.flags.writeable = False
    model = restless()
    y = model(x)
    y.flags.writeable = False
    assert model.backward(y).shape == x.shape
    np.testing.assert_array_equal(x, some((4, 2, 3)))


# ---- what it holds --------------------------------------------------------------------------


def test_parameters_are_named_by_their_place():
    model = nn.Sequential(
        nn.Flatten(), nn.Linear(4, 3), nn.Sequential(nn.BatchNorm1d(3), nn.Linear(3, 1, bias=False))
    )
    names = ["1.weight", "1.bias", "2.0.weight", "2.0.bias", "2.1.weight"]
    assert [name for name, _ in model.named_parameters()] == names
    assert model.parameters() == [p for _, p in model.named_parameters()]
    assert dict(model.named_parameters())["2.1.weight"] is model[2][1].weight
    assert model.named_children() == [("0", model[0]), ("1", model[1]), ("2", model[2])]
    inside = ["", "0", "1", "2", "2.0", "2.1"]
    assert [name for name, _ in model.named_modules()] == inside
    assert len(model) == 3
    assert model[-1] is model.layers[2]
    assert isinstance(model[0], nn.Flatten)


def test_modes_and_dtypes_reach_every_layer(restless):
    model = restless()

    def walk(layer):
        yield layer
        for _, child in layer.named_children():
            yield from walk(child)

    assert model.eval() is model
    assert not any(layer.training for layer in walk(model))
    assert model.train() is model
    assert all(layer.training for layer in walk(model))
    assert model.to(np.float32) is model
    assert {p.value.dtype for p in model.parameters()} == {np.dtype(np.float32)}
    assert model[2].running_var.dtype == np.float32
    assert model(some((4, 6), dtype=np.float32)).dtype == np.float32


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_copy_goes_on_by_itself(restless, clone):
    model, x = restless(), some((5, 6))
    twin = clone(model)
    y = model(x)
    np.testing.assert_array_equal(twin(x), y)
    np.testing.assert_array_equal(twin.backward(y), model.backward(y))
    assert clone(model)[1].x is None
    for p in model.parameters():
        p.value[:] = 0
    model(100 * x)
    np.testing.assert_array_equal(twin(x), y)
    np.testing.assert_array_equal(twin.eval()(x), clone(twin)(x))
    assert not np.array_equal(twin[2].running_mean, model[2].running_mean)


def test_the_same_seed_gives_the_same_training_to_the_bit():
    def trained(seed):
        rng = np.random.default_rng(seed)
        model = nn.Sequential(
            nn.Linear(6, 8, rng=rng),
            nn.BatchNorm1d(8),
            nn.ReLU(),
            nn.Dropout(0.3, rng=rng),
            nn.Linear(8, 3, rng=rng),
        )
        optimizer, loss_fn = optim.SGD(model.parameters(), 0.1, 0.9), nn.CrossEntropyLoss()
        for _ in range(10):
            loss_fn(model(rng.normal(size=(16, 6)).astype(np.float32)), rng.integers(0, 3, 16))
            model.parameter_gradients(loss_fn.backward())
            optimizer.step()
        return np.concatenate([p.value.ravel() for p in model.parameters()])

    np.testing.assert_array_equal(trained(0), trained(0))
    assert not np.array_equal(trained(0), trained(1))


def test_what_is_printed_shows_the_nesting():
    model = nn.Sequential(nn.Flatten(), nn.Sequential(nn.Linear(4, 2), nn.ReLU()))
    inner = "(1): Sequential(\n    (0): Linear(4, 2)\n    (1): ReLU()\n  )"
    assert repr(model) == f"Sequential(\n  (0): Flatten()\n  {inner}\n)"
    assert repr(nn.Sequential()) == "Sequential()"


# ---- errors ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "got"),
    [
        (nn.ReLU, "<class 'nnbook.nn.layers.ReLU'>"),
        ([nn.ReLU()], "[ReLU()]"),
        (nn.relu, "<function relu"),
        (None, "None"),
    ],
    ids=["class", "list", "function", "None"],
)
def test_what_is_no_layer_is_refused_and_shown_the_way(wrong, got):
    with pytest.raises(TypeError) as error:
        nn.Sequential(nn.Flatten(), wrong)
    text = str(error.value)
    assert text.startswith(f"Sequential takes layers, got {got}")
    assert text.endswith(": write it as Sequential(nn.Linear(2, 1), nn.ReLU())")


def test_one_layer_in_two_places_is_refused_however_deep():
    relu = nn.ReLU()
    for make in (
        lambda: nn.Sequential(relu, nn.Linear(2, 2), relu),
        lambda: nn.Sequential(relu, nn.Sequential(nn.Sequential(relu))),
    ):
        with pytest.raises(ValueError, match="one ReLU") as error:
            make()
        why = "a layer keeps one forward at a time: make two"
        assert str(error.value) == f"Sequential got one ReLU() twice; {why}"
    assert len(nn.Sequential(nn.ReLU(), nn.ReLU())) == 2


def test_an_error_inside_names_the_layer_that_does_not_fit():
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(5, 2))
    with pytest.raises(ValueError, match=r"^Linear\(5, 2\) got input of width 3, shape \(1, 3\)"):
        model([[1, 2, 3, 4]])
    with pytest.raises(RuntimeError, match=r"^Sequential: backward before forward"):
        model.parameter_gradients([[1, 2]])
    with pytest.raises(TypeError, match=r"^Linear\(4, 3\) holds float32, got float64"):
        model(np.random.rand(2, 4))


def test_layers_that_were_called_one_by_one_take_the_gradient_of_the_network():
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(3, 4, rng=rng), nn.Tanh(), nn.Linear(4, 2, rng=rng))
    x, grad = rng.normal(size=(5, 3)).astype(np.float32), np.ones((5, 2), np.float32)
    model(x)
    whole = model.backward(grad)
    model(x[:1])  # a smaller batch, whole
    a = x
    for layer in model.layers:
        a = layer(a)
    np.testing.assert_array_equal(model.backward(grad), whole)


# ---- parts of it ----------------------------------------------------------------------------


def test_a_slice_is_a_network_that_shares_its_layers():
    model = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3))
    head, rest = model[:2], model[2:]
    assert isinstance(head, nn.Sequential)
    assert [head[0], head[1], rest[0]] == [*model]
    x = some((6, 4), dtype=np.float32)
    np.testing.assert_array_equal(rest(head(x)), model(x))
    assert head.parameters() == model.parameters()[:2]
    assert [len(model[i:j]) for i, j in ((0, 0), (-1, None), (None, None))] == [0, 1, 3]
    assert [*model[::2]] == [model[0], model[2]]
    assert model[np.int64(-1)] is model[2]


def test_append_puts_a_layer_behind_the_last():
    model = nn.Sequential(nn.Linear(4, 5))
    assert model.append(nn.Tanh()) is model
    model.append(nn.Linear(5, 3))
    assert len(model) == 3
    assert [name for name, _ in model.named_parameters()][-1] == "2.bias"
    y = model(some((6, 4), dtype=np.float32))
    assert model.backward(y).shape == (6, 4)
    with pytest.raises(ValueError, match=r"got one Tanh\(\) twice"):
        model.append(model[1])
    with pytest.raises(TypeError, match=r"^Sequential takes layers, got 'Tanh'"):
        model.append("Tanh")
    assert len(model) == 3


def test_a_summary_has_a_row_for_each_layer_with_shapes_and_numbers():
    model = nn.Sequential(
        nn.Flatten(), nn.Linear(784, 512), nn.Sequential(nn.ReLU(), nn.Linear(512, 10, bias=False))
    )
    rows = [row.split() for row in model.summary().splitlines()]
    assert rows[0] == ["layer", "y", "parameters", "numbers"]
    assert rows[1] == ["0", "Flatten()", "0"]
    assert rows[2] == ["1", "Linear(784,", "512)", "(512,", "784),", "(512,)", "401,920"]
    assert rows[3] == ["2.0", "ReLU()", "0"]
    assert rows[4][0] == "2.1"
    assert rows[4][-1] == "5,120"
    assert rows[5] == ["together", "407,040"]
    model(np.zeros((3, 28, 28), np.float32))
    assert "(3, 512)" in model.summary()
    assert len({len(row) for row in model.summary().splitlines()}) == 1
    assert nn.ReLU().summary().splitlines()[1].split() == ["ReLU()", "0"]


def test_a_layer_is_found_by_its_number_from_either_end():
    model = nn.Sequential(nn.Flatten(), nn.ReLU(), nn.Tanh())
    for i in (*range(-3, 3), np.int8(1)):
        assert model[i] is model.layers[i]
    for i in (3, -4):
        with pytest.raises(IndexError, match=f"a network of 3 layers has no layer {i}"):
            model[i]
    for i in (True, "0", 1.0, None):
        with pytest.raises(TypeError, match=r"a network's layers are counted, model\[0\]"):
            model[i]


def test_two_layers_with_one_parameter_are_refused():
    first, second = nn.Linear(2, 2), nn.Linear(2, 2)
    vars(second)["weight"] = first.weight
    with pytest.raises(ValueError, match="two layers with one parameter"):
        nn.Sequential(first, second)


def test_a_layer_that_a_subclass_adds_is_one_of_its_layers():
    class WithHead(nn.Sequential):
        def __init__(self):
            super().__init__(nn.Linear(4, 4), nn.ReLU())
            self.head = nn.Linear(4, 2)

        def forward(self, x):
            return self.head(super().forward(x))

    model = WithHead()
    assert [name for name, _ in model.named_children()] == ["0", "1", "head"]
    assert [*model.state_dict()] == ["0.weight", "0.bias", "head.weight", "head.bias"]
    y = model(some((3, 4), dtype=np.float32))
    model.parameter_gradients(y)
    assert all(p.grad.any() for p in model.head.parameters())
    assert gradient_check(model, some((3, 4))).passed
