"""The bridge to PyTorch: what it says with PyTorch, and that it says so without."""

import ast
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import nnbook
from nnbook import nn, peers

X = np.array([[-2.0, -0.5, 0.0], [0.5, 1.0, 3.0]])


@pytest.fixture
def torch():
    return pytest.importorskip("torch")


@pytest.fixture
def no_torch(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)  # `import torch` then fails


# ---- with PyTorch ---------------------------------------------------------------------------


def test_a_seed_decides_what_pytorch_draws(torch):
    def mask():
        peers.manual_seed(3)
        return peers.twin(nn.Dropout(0.5))(torch.ones(1, 100)).numpy()

    np.testing.assert_array_equal(mask(), mask())


def test_each_peer_is_pytorchs_function(torch):
    assert peers.available()
    t = torch.tensor(X)
    for ours, theirs in [
        (peers.sigmoid(X), torch.sigmoid(t)),
        (peers.tanh(X), torch.tanh(t)),
        (peers.relu(X), torch.relu(t)),
        (peers.gelu(X), torch.nn.functional.gelu(t)),
        (peers.gelu(X, "tanh"), torch.nn.functional.gelu(t, approximate="tanh")),
    ]:
        assert isinstance(ours, np.ndarray)
        np.testing.assert_array_equal(ours, theirs.numpy())


def test_derivatives_are_autograds(torch):
    for name, at_0 in {"sigmoid": 0.25, "tanh": 1, "relu": 0, "gelu": 0.5}.items():
        slope = peers.derivative(name, X)
        assert slope.shape == X.shape
        assert slope[0, 2] == at_0
        h = 1e-6
        f = getattr(peers, name)
        off_0 = X != 0
        numeric = (f(X + h) - f(X - h)) / (2 * h)
        np.testing.assert_allclose(slope[off_0], numeric[off_0], rtol=0, atol=1e-9)
    exact, tanh = peers.derivative("gelu", X), peers.derivative("gelu", X, approximate="tanh")
    assert 1e-5 < np.abs(exact - tanh).max() < 1e-2


def test_dtype_and_shape_are_kept_and_the_input_is_not_edited(torch):
    for dtype in (np.float32, np.float64):
        x = X.astype(dtype)
        x.flags.writeable = False
        for view in (x, x[::-1, ::-2], x.T, x[0, 0]):
            for y in (peers.gelu(view), peers.relu(view), peers.derivative("relu", view)):
                assert y.dtype == dtype
                assert y.shape == view.shape
        np.testing.assert_array_equal(x, X)
    positive = np.abs(X)
    peers.relu(positive)[:] = -1  # not a view of the input
    assert positive.min() == 0
    assert peers.sigmoid([0, 1]).dtype == np.float64


def test_an_unknown_name_is_refused_and_the_known_ones_named(torch):
    with pytest.raises(ValueError, match="one of sigmoid, tanh, relu, gelu, got 'softplus'"):
        peers.derivative("softplus", X)


@pytest.mark.parametrize("f", [peers.gelu, lambda x, form: peers.derivative("relu", x, form)])
def test_another_approximation_is_refused_and_both_choices_named(torch, f):
    with pytest.raises(ValueError, match='approximate must be "none" or "tanh", got \'erf\''):
        f(X, "erf")


def test_text_is_no_number_here_either(torch):
    with pytest.raises(TypeError, match="x must be real numbers, got str"):
        peers.relu("x")


def test_the_accelerator_is_the_one_that_pytorch_finds_if_it_looks(torch, monkeypatch):
    cards = SimpleNamespace(is_available=lambda: True, current_accelerator=lambda: "cuda")
    monkeypatch.setattr(torch, "accelerator", cards, raising=False)
    assert peers.accelerator() == "cuda"
    cards.is_available = lambda: False
    assert peers.accelerator() is None
    monkeypatch.delattr(torch, "accelerator")  # as before PyTorch 2.6
    assert peers.accelerator() is None


# ---- twins ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (nn.Linear(4, 2), "Linear(in_features=4, out_features=2, bias=True)"),
        (nn.Linear(4, 2, bias=False), "Linear(in_features=4, out_features=2, bias=False)"),
        (nn.Flatten(), "Flatten(start_dim=1, end_dim=-1)"),
        (nn.Sigmoid(), "Sigmoid()"),
        (nn.Tanh(), "Tanh()"),
        (nn.ReLU(), "ReLU()"),
        (nn.GELU(), "GELU(approximate='none')"),
        (nn.GELU("tanh"), "GELU(approximate='tanh')"),
        (nn.Softmax(), "Softmax(dim=1)"),
        (nn.Softmax(-1), "Softmax(dim=-1)"),
        (nn.Dropout(0.2), "Dropout(p=0.2, inplace=False)"),
        (nn.BatchNorm1d(3, 1e-3, 0.3), "BatchNorm1d(3, eps=0.001, momentum=0.3, affine=True"),
        (nn.Sequential(), "Sequential()"),
    ],
    ids=repr,
)
def test_the_twin_of_a_layer_is_pytorchs_with_the_same_options(torch, layer, text):
    twin = peers.twin(layer)
    assert type(twin) is getattr(torch.nn, type(layer).__name__)
    assert repr(twin).startswith(text)


@pytest.fixture
def model():
    rng = np.random.default_rng(0)
    norm = nn.BatchNorm1d(3)
    norm.weight.value[:], norm.bias.value[:] = rng.normal(size=(2, 3))
    norm.running_mean, norm.running_var = rng.normal(size=3), rng.uniform(1, 2, 3)
    inner = nn.Sequential(norm, nn.ReLU(), nn.Linear(3, 2, bias=False, rng=rng))
    return nn.Sequential(nn.Linear(4, 3, rng=rng), inner, nn.Dropout()).to(np.float64)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("training", [True, False])
def test_a_twin_has_the_weights_the_statistics_the_dtype_and_the_mode(
    torch, model, dtype, training
):
    model.to(dtype).train(training)
    twin = peers.twin(model)
    assert twin.training == twin[2].training == twin[1].training == training
    assert twin[1][0].training == training
    state = {k: x.numpy() for k, x in twin.state_dict().items() if "tracked" not in k}
    ours = {k: p.value for k, p in model.named_parameters()}
    ours |= {f"1.0.running_{k}": vars(model[1][0])[f"running_{k}"] for k in ("mean", "var")}
    assert state.keys() == ours.keys()
    for name, x in ours.items():
        assert state[name].dtype == dtype
        np.testing.assert_array_equal(state[name], x)


def test_a_twin_answers_alike_and_goes_on_by_itself(torch, model):
    model.eval()
    x = np.random.default_rng(1).normal(size=(5, 4))
    twin = peers.twin(model)
    y = model(x)
    np.testing.assert_allclose(twin(torch.from_numpy(x)).detach().numpy(), y, rtol=1e-13)
    with torch.no_grad():
        for p in twin.parameters():
            p.zero_()
    np.testing.assert_array_equal(model(x), y)
    other = peers.twin(model)
    for p in model.parameters():
        p.value[:] = 0
    model[1][0].running_mean[:] = 7
    np.testing.assert_allclose(other(torch.from_numpy(x)).detach().numpy(), y, rtol=1e-13)


def test_a_layer_that_pytorch_does_not_have_has_no_twin(torch):
    class Linear(nn.Linear):
        pass

    class Residual(nn.Sequential):
        def forward(self, x):
            return x + super().forward(x)

    with pytest.raises(TypeError, match=r"^PyTorch has no layer like .*Residual"):
        peers.twin(Residual(nn.Linear(2, 2)))
    for stranger in (Linear(2, 1), nn.Sequential(nn.Sequential(Linear(2, 1)))):
        with pytest.raises(
            TypeError, match=r"^PyTorch has no layer like Linear\(2, 1\): twin takes"
        ):
            peers.twin(stranger)


# ---- gradients and training -----------------------------------------------------------------


@pytest.fixture
def batch():
    rng = np.random.default_rng(2)
    return rng.normal(size=(6, 4)), rng.integers(0, 2, 6)


def small():
    rng = np.random.default_rng(0)
    parts = nn.Linear(4, 3, rng=rng), nn.Tanh(), nn.Linear(3, 2, rng=rng)
    return nn.Sequential(*parts).to(np.float64)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize(
    "loss", [nn.CrossEntropyLoss, nn.BCEWithLogitsLoss, nn.L1Loss, nn.HalfSquaredLoss]
)
def test_autograd_finds_the_gradients_that_the_library_finds(torch, batch, loss, reduction):
    x, y = batch
    y = y if loss is nn.CrossEntropyLoss else np.eye(2)[y]
    model, loss_fn = small(), loss(reduction)
    before = [p.value.copy() for p in model.parameters()]
    theirs = peers.gradients(model, loss_fn, x, y)
    loss_fn(model(x), y)
    model.parameter_gradients(loss_fn.backward())
    assert len(theirs) == len(model.parameters())
    for p, value, gradient in zip(model.parameters(), before, theirs, strict=True):
        np.testing.assert_array_equal(p.value, value)
        np.testing.assert_allclose(gradient, p.grad, rtol=1e-12, atol=1e-14)


def test_a_loss_that_pytorch_does_not_have_is_refused(torch, batch):
    class Loss(nn.L1Loss):
        pass

    with pytest.raises(TypeError, match=r"no loss like Loss\(\): give one of CrossEntropyLoss"):
        peers.gradients(small(), Loss(), *batch)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_pytorchs_descent_is_that_of_its_own_loop(torch, batch, momentum):
    losses, weights = peers.descend(small(), nn.CrossEntropyLoss(), [batch] * 5, 0.3, momentum)
    model = peers.twin(small())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=momentum)
    x, y = map(torch.from_numpy, batch)
    assert losses.shape == (5,)
    for loss in losses:
        optimizer.zero_grad()
        true = torch.nn.functional.cross_entropy(model(x), y)
        assert loss == true.item()
        true.backward()
        optimizer.step()
    for p, w in zip(model.parameters(), weights, strict=True):
        np.testing.assert_array_equal(p.detach().numpy(), w)


def test_the_lines_of_a_loop_are_run_as_they_stand(torch, batch):
    lines = ["optimizer.zero_grad()", "loss = loss_fn(model(X), y)", "loss.backward()"]
    some = [batch] * 4
    still = peers.run_loop(lines, small(), nn.CrossEntropyLoss(), some, batch, 0.3)
    assert still.losses.shape == (5,)
    assert len(set(still.losses)) == 1
    assert still[1:] == (0, 0, "")
    moved = peers.run_loop(
        [*lines, "optimizer.step()"], small(), nn.CrossEntropyLoss(), some, batch, 0.3
    )
    losses, _ = peers.descend(small(), nn.CrossEntropyLoss(), some, 0.3)
    np.testing.assert_allclose(moved.losses[:-1], losses, rtol=1e-12)
    lines = ["z = 1", "z = nobody"]
    failed = peers.run_loop(lines, small(), nn.CrossEntropyLoss(), some, batch, 0.3)
    assert (failed.batch, failed.line) == (1, 1)
    assert failed.error == "NameError: name 'nobody' is not defined"
    assert failed.losses.tolist() == [still.losses[0]]


def test_the_lines_of_a_loop_know_pytorchs_loss_and_run_in_one_thread(torch, batch):
    lines = [
        "import torch",
        "assert type(loss_fn) is torch.nn.CrossEntropyLoss",
        "assert torch.get_num_threads() == 1",
    ]
    model, (x, y) = small().to(np.float32), batch
    some, threads = (x.astype(np.float32), y), torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        ran = peers.run_loop(lines, model, nn.CrossEntropyLoss(), [some], some, 0.3)
        assert torch.get_num_threads() == 3  # as before
    finally:
        torch.set_num_threads(threads)
    assert ran.error == ""
    assert ran.losses.dtype == np.float64  # of single precision, too


# ---- one call again and again ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("zero_every", "times"), [(0, [1, 2, 3, 4]), (1, [1, 1, 1, 1]), (2, [1, 2, 1, 2])]
)
def test_each_backward_adds_its_gradient_until_zero_grad(torch, batch, zero_every, times):
    batch, loss_fn = (batch[0], np.eye(2)[batch[1]]), nn.HalfSquaredLoss()
    weight = peers.gradients(small(), loss_fn, *batch)[-2].sum()  # that of the last layer
    found, said = peers.press_backward(small(), loss_fn, batch, 4, zero_every=zero_every)
    assert found.shape == (5,)
    np.testing.assert_allclose(found, [np.nan, *np.multiply(times, weight)], rtol=1e-12)
    assert said == ""


def test_backward_adds_up_without_being_told_and_has_no_way_back_without_a_graph(torch, batch):
    linear, loss_fn = nn.Linear(4, 2).to(np.float64), nn.L1Loss()
    batch = batch[0], np.ones((6, 2))
    plain, _ = peers.press_backward(linear, loss_fn, batch, 2)
    assert plain[2] == pytest.approx(2 * plain[1])
    assert plain[1]
    found, said = peers.press_backward(small(), loss_fn, batch, 2, graph=False)
    assert np.isnan(found).tolist() == [True] * 3
    assert said.startswith("RuntimeError: element 0 of tensors does not require grad")


def test_whoever_presses_backward_meets_the_same_masks(torch, batch):
    model, batch = nn.Sequential(nn.Dropout(), small()), (batch[0], np.ones((6, 2)))
    first, second = (peers.press_backward(model, nn.L1Loss(), batch, 3)[0] for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert len({*np.diff(first[1:])}) == 2  # from call to call they differ


@pytest.mark.parametrize("model", [nn.Tanh(), nn.Linear(4, 2, bias=False)], ids=repr)
def test_a_network_without_two_parameters_has_no_last_but_one(torch, batch, model):
    words = rf"^press_backward takes a network with parameters, got {re.escape(repr(model))}$"
    with pytest.raises(ValueError, match=words):
        peers.press_backward(model, nn.CrossEntropyLoss(), batch, 1)


@pytest.mark.parametrize("graph", [True, False])
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("rows", [2, 5])
def test_what_its_layers_do_is_what_the_mode_says(torch, rows, training, graph):
    x = np.random.default_rng(0).normal(size=(rows, 3))
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Dropout()).to(np.float64).train(training)
    seen = peers.watch(model, x, graph=graph)
    assert seen[:2] == (training, training)
    assert (seen.graph == "None") == (not graph)
    assert not graph or seen == peers.watch(model, x)


def test_the_name_of_an_operation_tells_the_graph(torch):
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Dropout(), nn.Linear(3, 2)).to(np.float64)
    assert peers.watch(model, X).graph == peers.twin(model)(torch.tensor(X)).grad_fn.name()


@pytest.mark.parametrize("part", [nn.BatchNorm1d(3), nn.Dropout(), nn.Tanh()], ids=repr)
def test_only_a_network_with_both_layers_is_watched(torch, part):
    with pytest.raises(ValueError, match=r"^watch takes a network with BatchNorm1d and Dropout, g"):
        peers.watch(nn.Sequential(part), X)


# ---- without PyTorch ------------------------------------------------------------------------


@pytest.mark.usefixtures("no_torch")
def test_without_pytorch_every_peer_is_none():
    peers.manual_seed(0)  # has nothing to do
    assert not peers.available()
    assert peers.sigmoid(X) is None
    assert peers.tanh(X) is None
    assert peers.relu(X) is None
    assert peers.gelu(X, approximate="tanh") is None
    assert peers.derivative("gelu", X) is None
    assert peers.twin(nn.Sequential(nn.Linear(2, 1))) is None
    one, loss_fn = nn.Sequential(nn.Linear(2, 1)), nn.L1Loss()
    assert peers.gradients(one, loss_fn, X, X) is None
    assert peers.descend(one, loss_fn, [], 0.1) is None
    assert peers.run_loop([], one, loss_fn, [], (X, X), 0.1) is None
    assert peers.press_backward(one, loss_fn, (X, X), 1) is None
    assert peers.watch(one, X) is None
    assert peers.accelerator() is None


@pytest.mark.usefixtures("no_torch")
def test_without_pytorch_the_comparison_says_so_in_one_line(capsys):
    peers.compare("gelu", X, peers.gelu(X), 1e-15)
    printed = capsys.readouterr().out
    assert printed == "gelu: PyTorch is not installed here, nothing was compared\n"


# ---- the comparison -------------------------------------------------------------------------


def test_a_comparison_prints_one_line_with_the_difference_and_the_limit(capsys):
    peers.compare("gelu", [1.0, 2.0], [1.0, 2.25], 0.5)
    printed = capsys.readouterr().out
    assert printed == "gelu: largest difference from PyTorch 0.25 (allowed 1.1)\n"
    peers.compare("relu", 3.0, 3.0, 1e-15)
    assert re.fullmatch(r"relu: .* 0 \(allowed 3e-15\)\n", capsys.readouterr().out)


def test_the_limit_grows_with_their_largest_number_but_never_shrinks():
    peers.compare("big", [1000.5, 0], [1000.0, 0], 1e-3)
    peers.compare("big and negative", [-1000.5, 0], [-1000.0, 0], 1e-3)
    peers.compare("small", [0.0015], [0.001], 1e-3)
    with pytest.raises(AssertionError, match="difference from PyTorch 2 "):
        peers.compare("big", [1002.0], [1000.0], 1e-3)
    with pytest.raises(AssertionError, match="difference from PyTorch 2 "):
        peers.compare("sign", [-999.0], [-1001.0], 1e-3)
    with pytest.raises(AssertionError, match=r"PyTorch 1\.5 \(allowed 1\)"):
        peers.compare("small", [1.5], [0.0], 1)


def test_the_limit_may_be_0_but_not_below():
    peers.compare("x", X, X, 0)
    with pytest.raises(ValueError, match=r"^tolerance must be 0 or more, got -0\.5: "):
        peers.compare("x", X, X, -0.5)


def test_the_difference_of_small_floats_is_taken_in_double_precision():
    largest = np.array([65504], np.float16)  # and twice that is ∞
    peers.compare("x", largest, -largest, 2)


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ([1.0, np.nan], [1.0, 2.0]),
        ([1.0, 2.0], [1.0, np.nan]),
        ([np.nan], [np.nan]),
        ([0.0], [np.inf]),
        ([np.inf], [0.0]),
        ([np.inf], [np.inf]),
    ],
)
def test_nan_and_infinity_never_pass(ours, theirs):
    with pytest.raises(AssertionError, match="largest difference"):
        peers.compare("x", ours, theirs, 1.0)


@pytest.mark.parametrize(
    ("ours", "theirs"), [([1, 1], [1]), ([[1, 1]], [1, 1]), (1, [1]), ([], [])]
)
def test_another_shape_or_nothing_at_all_never_passes(ours, theirs):
    with pytest.raises(AssertionError, match="x: cannot compare shape"):
        peers.compare("x", ours, theirs, 1.0)


def test_a_comparison_that_fails_still_shows_its_line(capsys):
    with pytest.raises(AssertionError):
        peers.compare("x", 1.0, 2.0, 1e-15)
    assert "largest difference from PyTorch 1 " in capsys.readouterr().out


# ---- the house ------------------------------------------------------------------------------


@pytest.mark.style
def test_only_peers_and_what_runs_many_processes_import_torch():
    root = Path(nnbook.__file__).parent
    importers = set()
    for file in root.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.split(".")[0] == "torch" for name in names):
                importers.add(file.relative_to(root).as_posix())
    processes = {f"experiments/{name}.py" for name in ("record", "rungs", "worker")}
    assert importers == {"peers.py"} | processes  # torch.distributed, threads and compiling
