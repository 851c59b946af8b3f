"""The activation functions against their formulas, PyTorch and finite differences.
Then their manners: any finite number, any shape, any dtype; and the errors in words."""

import ast
import inspect
import os
import subprocess
import sys
import warnings
from functools import partial
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.optimize import minimize_scalar
from scipy.special import ndtr

import nnbook
from nnbook import nn, peers
from nnbook.nn import activations

TANH = {"approximate": "tanh"}
FUNCTIONS = {
    "sigmoid": nn.sigmoid,
    "tanh": nn.tanh,
    "relu": nn.relu,
    "gelu": nn.gelu,
    "gelu-tanh": partial(nn.gelu, **TANH),
}
DERIVATIVES = {
    "sigmoid": nn.sigmoid_derivative,
    "tanh": nn.tanh_derivative,
    "relu": nn.relu_derivative,
    "gelu": nn.gelu_derivative,
    "gelu-tanh": partial(nn.gelu_derivative, **TANH),
}
ALL = FUNCTIONS | {f"{name}-derivative": f for name, f in DERIVATIVES.items()}
PUBLIC = sorted(name for name in nn.__all__ if inspect.isfunction(getattr(nn, name)))
ELEMENTWISE = sorted({*PUBLIC} - {"softmax"})

each = pytest.mark.parametrize("f", ALL.values(), ids=ALL.keys())
each_pair = pytest.mark.parametrize("name", FUNCTIONS)
quick = settings(max_examples=60, deadline=None, derandomize=True)


# ---- the formulas, to fifty digits ----------------------------------------------------------


def mp_sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def mp_u(x):
    return mp.sqrt(2 / mp.pi) * (x + mp.mpf("0.044715") * x**3)


def mp_gelu_tanh(x):
    return x * (1 + mp.tanh(mp_u(x))) / 2


def mp_gelu_tanh_derivative(x):
    slope = mp.sqrt(2 / mp.pi) * (1 + 3 * mp.mpf("0.044715") * x**2)
    return (1 + mp.tanh(mp_u(x))) / 2 + x * slope * mp.sech(mp_u(x)) ** 2 / 2


FORMULAS = {
    "sigmoid": mp_sigmoid,
    "tanh": mp.tanh,
    "relu": lambda x: max(x, mp.mpf(0)),
    "gelu": lambda x: x * mp.ncdf(x),
    "gelu-tanh": mp_gelu_tanh,
    "sigmoid-derivative": lambda x: mp.exp(-x) / (1 + mp.exp(-x)) ** 2,
    "tanh-derivative": lambda x: mp.sech(x) ** 2,
    "relu-derivative": lambda x: mp.mpf(int(x > 0)),
    "gelu-derivative": lambda x: mp.ncdf(x) + x * mp.npdf(x),
    "gelu-tanh-derivative": mp_gelu_tanh_derivative,
}


def exact(name, x):
    with mp.workdps(1000 if "gelu-tanh" in name else 50):  # 1 + tanh u cancels
        return [FORMULAS[name](mp.mpf(float(value))) for value in x]


def relative_error(name, x):
    ours, truth = ALL[name](x), exact(name, x)
    return max(
        float(abs(mp.mpf(float(a)) - b) / abs(b)) for a, b in zip(ours, truth, strict=True) if b
    )


@pytest.mark.parametrize("name", FORMULAS)
def test_each_function_is_its_formula(name):
    x = np.linspace(-6, 6, 241)
    truth = np.array([float(b) for b in exact(name, x)])
    np.testing.assert_allclose(ALL[name](x), truth, rtol=0, atol=2e-15)


@pytest.mark.parametrize(
    ("name", "low", "high", "allowed"),
    [
        ("sigmoid", -700, 30, 1e-15),
        ("sigmoid-derivative", -700, 700, 1e-15),
        ("tanh-derivative", -350, 350, 1e-15),
        ("gelu", -37, -1, 5e-13),  # SciPy's Φ loses about x² roundings
        ("gelu-derivative", -37, -1, 5e-13),
        ("gelu-tanh", -20, -1, 5e-13),
        ("gelu-tanh-derivative", -20, -1, 5e-13),
    ],
)
def test_far_out_the_relative_error_stays_small(name, low, high, allowed):
    assert relative_error(name, np.linspace(low, high, 301)) <= allowed


@each_pair
def test_each_derivative_is_the_slope_of_its_function(name):
    x = np.linspace(-6, 6, 240)  # 0, where ReLU has no slope, is not among them
    h = 1e-5
    slope = (FUNCTIONS[name](x + h) - FUNCTIONS[name](x - h)) / (2 * h)
    np.testing.assert_allclose(DERIVATIVES[name](x), slope, rtol=0, atol=1e-9)


# ---- PyTorch --------------------------------------------------------------------------------

needs_torch = pytest.mark.skipif(not peers.available(), reason="PyTorch is not installed")


def torch_says(name, x):
    f, *options = name.removesuffix("-derivative").split("-")
    options = TANH if options else {}
    if name.endswith("-derivative"):
        return peers.derivative(f, x, **options)
    return getattr(peers, f)(x, **options)


@needs_torch
@pytest.mark.parametrize("name", ALL)
def test_float64_equals_pytorch(name):
    x = np.append(np.random.default_rng(0).normal(size=5000) * 2, [0.0, -0.0, 1.0])
    np.testing.assert_allclose(ALL[name](x), torch_says(name, x), rtol=0, atol=3e-15)


@needs_torch
@pytest.mark.parametrize("name", ALL)
def test_float32_is_about_as_exact_as_pytorch(name):
    x = (np.random.default_rng(1).normal(size=5000) * 3).astype(np.float32)
    truth = ALL[name](x.astype(np.float64))
    ours = np.abs(ALL[name](x) - truth).max()
    theirs = np.abs(torch_says(name, x) - truth).max()
    assert theirs < 1e-5
    assert ours <= max(2 * theirs, 2e-7)


# ---- every finite number --------------------------------------------------------------------

EXTREMES = [0.0, 5e-324, 1e-45, 1e-38, 1e-7, 1.0, 11.5, 40.0, 88.7, 89.0, 104.0, 360.0, 710.0]
EXTREMES += [746.0, 1e5, 1e13, 1e19, 1e20, 1e38, 1e103, 1e154, 1e155, 1e308, np.inf]


def extremes(dtype):
    info = np.finfo(dtype)
    with np.errstate(over="ignore", under="ignore"):
        x = np.clip(np.array(EXTREMES).astype(dtype), info.min, info.max)
    x = np.append(x, [info.max, info.tiny, info.smallest_subnormal]).astype(dtype)
    return np.concatenate([x, -x])


def loudly(f, x):
    """f(x), where each NumPy warning, of whatever kind, is an error."""
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        return f(x)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@each
def test_the_largest_and_smallest_numbers_pass_without_a_warning(f, dtype):
    x = extremes(dtype)
    y = loudly(f, x)
    assert y.dtype == dtype
    assert np.isfinite(y).all()
    for value, result in zip(x, y, strict=True):  # NumPy's scalars take other paths
        np.testing.assert_allclose(loudly(f, value), result, rtol=2 * np.finfo(dtype).eps)


@given(data=st.data(), dtype=st.sampled_from([np.float16, np.float32, np.float64]))
@quick
@each
def test_any_finite_array_keeps_shape_and_dtype_and_is_not_edited(f, data, dtype):
    shapes = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
    finite = {"allow_nan": False, "allow_infinity": False}
    x = data.draw(hnp.arrays(dtype, shapes, elements=finite))
    before = x.copy()
    x.flags.writeable = False
    y = loudly(f, x)
    assert np.shape(y) == x.shape
    assert y.dtype == dtype
    assert np.isfinite(y).all()
    assert not np.shares_memory(x, y)
    np.testing.assert_array_equal(x, before)


@each
def test_nan_comes_out_as_nan(f):
    for dtype in (np.float16, np.float32, np.float64):
        y = loudly(f, np.array([1.0, np.nan, -1.0], dtype))
        assert np.isnan(y).tolist() == [False, True, False]
        assert np.isnan(loudly(f, dtype(np.nan)))


def test_at_infinity_the_limits_hold():
    ends = np.array([-np.inf, np.inf])
    for name, limits in {
        "sigmoid": [0, 1],
        "tanh": [-1, 1],
        "relu": [0, np.inf],
        "sigmoid-derivative": [0, 0],
        "tanh-derivative": [0, 0],
        "relu-derivative": [0, 1],
        "gelu-derivative": [0, 1],
        "gelu-tanh-derivative": [0, 1],
    }.items():
        np.testing.assert_array_equal(loudly(ALL[name], ends), limits, err_msg=name)


@pytest.mark.parametrize("options", [{}, TANH])
def test_gelu_of_minus_infinity_is_nan_as_in_pytorch_and_not_silently(options):
    assert nn.gelu(np.inf, **options) == np.inf
    with pytest.warns(RuntimeWarning, match="invalid value"):
        y = nn.gelu(-np.inf, **options)
    assert np.isnan(y)
    if peers.available():
        assert np.isnan(peers.gelu(-np.inf, **options))


# ---- any array ------------------------------------------------------------------------------


@each
def test_integers_and_bools_count_as_float64(f):
    expected = f(np.array([0.0, 1.0, 1.0, 0.0]))
    for dtype in (bool, np.int8, np.uint8, np.int64, np.uint64):
        y = f(np.array([0, 1, 1, 0], dtype))
        assert y.dtype == np.float64
        np.testing.assert_array_equal(y, expected)
    assert f(np.array([200], np.uint8)) == f(200.0)  # −200 is no uint8


@each
def test_lists_and_numbers_count_as_arrays(f):
    np.testing.assert_array_equal(f([[1, -2], [0.5, 3]]), f(np.array([[1, -2], [0.5, 3]])))
    assert np.shape(f([])) == (0,)
    for one in (2, 2.0, True, np.float64(2), np.array(2.0)):
        assert np.shape(f(one)) == ()
        assert f(one) == f(np.array([float(one)]))[0]
    assert f(np.float32(2)).dtype == np.float32
    assert f(np.array(2, np.float32)).dtype == np.float32


@each
def test_views_of_any_layout_are_fine(f):
    x = np.random.default_rng(0).normal(size=(6, 8))
    for view in (x.T, x[::-2, ::3], np.asfortranarray(x), np.broadcast_to(x[0], (3, 8))):
        np.testing.assert_allclose(f(view), f(view.copy(order="C")), rtol=1e-14)
    big_endian = x.astype(">f4")
    np.testing.assert_array_equal(f(big_endian), f(big_endian.astype("=f4")))


# ---- Φ ------------------------------------------------------------------------------------------

FAR = np.concatenate([np.linspace(-38, 9, 2001), [0.0, -0.0, 1e-300, -1e-300, np.inf, -np.inf]])


@pytest.fixture
def phi(monkeypatch):
    """Φ as it is without SciPy."""
    monkeypatch.setitem(sys.modules, "scipy.special", None)  # so that its import fails
    return activations._ndtr.__wrapped__()


def test_without_scipy_the_normal_distribution_is_the_same(phi):
    np.testing.assert_allclose(phi(FAR), ndtr(FAR), rtol=0, atol=1e-15)
    near = FAR[FAR > -2]
    np.testing.assert_allclose(phi(near), ndtr(near), rtol=2e-15)
    assert np.isnan(phi(np.array([np.nan]))).all()
    assert phi(np.zeros((0, 3))).shape == (0, 3)


def test_without_scipy_it_is_as_right_far_out_as_its_argument_allows(phi):
    """x is rounded before it is squared in e^(−x²/2): a relative error of x² ε."""
    with mp.workdps(40):
        x = FAR[np.isfinite(FAR)]
        true = np.array([float(mp.ncdf(mp.mpf(float(v)))) for v in x])
    usual = true > 1e-300
    error = np.abs(phi(x) - true)[usual] / true[usual]
    assert (error <= np.finfo(float).eps * (2 + x[usual] ** 2)).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_without_scipy_gelu_keeps_its_dtype_and_its_values(phi, dtype, monkeypatch):
    x = FAR[np.isfinite(FAR)].astype(dtype)
    with_scipy = activations.gelu(x), activations.gelu_derivative(x)
    monkeypatch.setattr(activations, "_ndtr", lambda: phi)
    without = activations.gelu(x), activations.gelu_derivative(x)
    for a, b in zip(without, with_scipy, strict=True):
        assert a.dtype == b.dtype == dtype
        np.testing.assert_allclose(a, b, rtol=0, atol=4 * np.finfo(dtype).eps)
    assert isinstance(activations.gelu(0.5), float)


# ---- what the slides say, and what is known -------------------------------------------------


@pytest.mark.parametrize(("dtype", "x"), [(np.float32, 89), (np.float64, 710)])
def test_the_sigmoid_as_printed_fails_where_ours_does_not(dtype, x):
    x = np.array(x, dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        assert np.isnan(np.exp(x) / (np.exp(x) + 1))
    assert loudly(nn.sigmoid, x) == 1
    assert 0 <= loudly(nn.sigmoid, -x) < 1e-38


@given(st.floats(allow_nan=False))
@quick
def test_sigmoid_stays_between_0_and_1_and_its_slope_below_a_quarter(x):
    assert 0 <= nn.sigmoid(x) <= 1
    assert 0 <= nn.sigmoid_derivative(x) <= 0.25
    assert 0 <= nn.tanh_derivative(x) <= 1
    assert nn.sigmoid_derivative(x) == nn.sigmoid_derivative(-x)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_not_even_a_rounding_lifts_the_slopes_above_their_bounds(dtype):
    x = np.logspace(-17, 1, 100_001).astype(dtype)
    assert nn.sigmoid_derivative(x).max() <= 0.25
    assert nn.tanh_derivative(x).max() <= 1


def test_the_steepest_slopes_are_at_0():
    assert nn.sigmoid(0) == 0.5
    assert nn.sigmoid_derivative(0) == 0.25
    assert nn.tanh_derivative(0) == 1
    assert nn.gelu_derivative(0) == nn.gelu_derivative(0, "tanh") == 0.5


def test_the_slope_of_relu_at_0_is_0():
    np.testing.assert_array_equal(nn.relu_derivative([-2.0, -0.0, 0.0, 3.0]), [0, 0, 0, 1])
    assert nn.relu_derivative(5e-324) == 1


def test_gelu_has_its_minimum_where_the_paper_has_it():
    lowest = minimize_scalar(nn.gelu, bracket=(-2, -0.5), tol=1e-10)
    assert lowest.x == pytest.approx(-0.7518, abs=5e-5)
    assert lowest.fun == pytest.approx(-0.16997, abs=5e-6)
    assert abs(nn.gelu_derivative(lowest.x)) < 1e-7


def test_gelu_as_printed_is_another_function():
    x = np.array([-10, -3, -1, 0, 1, 3])
    printed = x + ndtr(x)
    assert np.abs(printed - nn.gelu(x)).min() > 0.4
    assert printed[3] == 0.5
    assert nn.gelu(0) == 0
    assert (np.diff(printed) > 0).all()  # the printed one never falls
    assert nn.gelu(-1) < nn.gelu(-3)  # GELU does


def test_the_tanh_form_of_gelu_is_off_by_less_than_5e_4():
    x = np.linspace(-6, 6, 12001)
    off = np.abs(nn.gelu(x, "tanh") - nn.gelu(x)).max()
    assert off == pytest.approx(4.7e-4, abs=1e-5)


# ---- errors ---------------------------------------------------------------------------------

NOT_NUMBERS = [
    ("hello", "str"),
    (None, "NoneType"),
    (1j, "complex"),
    (np.array([1 + 1j]), "complex128"),
    ([1 + 1j], "list of complex128"),
    (["1.5"], "list of <U3"),
    (np.array([1.0, None]), "object"),
    (np.array(["2020-01-01"], "datetime64[D]"), "datetime64[D]"),
    (np.array([3], "timedelta64[s]"), "timedelta64[s]"),
    ([[1.0], [1.0, 2.0]], "list with rows of unequal length"),
    ({1.0}, "set"),
]


@pytest.mark.parametrize(("x", "came"), NOT_NUMBERS, ids=[came for _, came in NOT_NUMBERS])
@pytest.mark.parametrize("name", PUBLIC)
def test_what_is_no_number_is_refused_by_name(name, x, came):
    with pytest.raises(TypeError) as error:
        getattr(nn, name)(x)
    text = str(error.value)
    assert text.startswith(f"{name}(x): x must be real numbers, got {came}")
    assert ("x.real" in text) == ("complex" in came)


def test_what_numpy_would_read_for_ever_is_refused():
    class Dataset:
        def __len__(self):
            return 5

        def __getitem__(self, index):
            return float(index)  # and no IndexError, ever

    for endless in (Dataset(), [Dataset()], (1.0, Dataset())):
        with pytest.raises(TypeError, match=r"must be real numbers, got \w+: give an array$"):
            nn.relu(endless)


def test_a_masked_array_is_refused_alone_and_as_a_row():
    masked = np.ma.masked_array([1.0, 2.0], [False, True])
    for x in (masked, [masked], [[1.0, 2.0], masked]):
        with pytest.raises(TypeError, match=r"must be real numbers, got a masked array: give x\.f"):
            nn.relu(x)


def test_what_an_object_says_that_is_no_array_is_passed_on():
    class Table:
        def __array__(self, *_, **__):
            raise KeyError("no such column")

    with pytest.raises(TypeError) as error:
        nn.relu(Table())
    text = "relu(x): x must be real numbers, got Table, which is no array: 'no such column'"
    assert str(error.value) == text
    assert isinstance(error.value.__cause__, KeyError)


@pytest.mark.parametrize("wrong", ["erf", "TANH", "", None, True, 1, ["tanh"]])
@pytest.mark.parametrize("f", [nn.gelu, nn.gelu_derivative])
def test_another_approximation_is_refused_and_both_choices_named(f, wrong):
    with pytest.raises(ValueError, match='approximate must be "none" or "tanh", got') as error:
        f(1.0, approximate=wrong)
    assert repr(wrong) in str(error.value)


@pytest.mark.parametrize(
    ("shape", "dim"), [((2, 2), 2), ((2, 2), -3), ((2, 0), -1), ((0, 2), 0), ((), 0)]
)
def test_softmax_along_an_axis_that_is_not_there_or_empty_is_refused(shape, dim):
    with pytest.raises(ValueError, match="softmax along") as error:
        nn.softmax(np.ones(shape), dim)
    assert str(error.value) == f"softmax along dim={dim} got x of shape {shape}"


# ---- the house ------------------------------------------------------------------------------

NN = Path(nn.__file__).parent


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_help_opens_with_the_formula_and_shows_the_code(name):
    f = getattr(nn, name)
    assert "=" in inspect.getdoc(f).splitlines()[0]
    assert next(iter(inspect.signature(f).parameters)) == "x"
    assert f"def {name}(" in inspect.getsource(f)
    with pytest.raises(TypeError, match=rf"^{name}\(\) missing"):
        f()
    assert f(x=0.5) == f(0.5)


@pytest.mark.style
@pytest.mark.parametrize("file", ["activations.py", "neuron.py"])
def test_code_that_the_book_shows_fits_its_page(file):
    assert max(map(len, (NN / file).read_text("utf-8").splitlines())) <= 72


@pytest.mark.style
def test_the_mathematics_imports_only_numpy_and_the_normal_cdf():
    for file in sorted(NN.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{file.name}: write the full name"
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            else:
                continue
            for name in names:
                top = name.split(".")[0]
                allowed = top == "numpy" or top in sys.stdlib_module_names
                allowed |= name in ("scipy.special.ndtr", "nnbook.absent")
                allowed |= name.startswith("nnbook.nn.")
                assert allowed, f"{file.name} imports {name}"


@pytest.mark.style
def test_importing_the_mathematics_loads_neither_torch_nor_figures():
    code = "import sys, nnbook.nn, nnbook.data, nnbook.peers; print(*sys.modules)"
    path = os.pathsep.join(
        [str(Path(nnbook.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {module.split(".")[0] for module in run.stdout.split()}
    assert "nnbook" in loaded
    assert not loaded & {"torch", "matplotlib", "ipywidgets", "anywidget", "IPython", "sklearn"}


# ---- softmax ----------------------------------------------------------------------------------


@needs_torch
@pytest.mark.parametrize("dim", [0, 1, 2, -1, -3])
def test_softmax_is_pytorchs_along_each_axis(dim):
    torch = pytest.importorskip("torch")
    x = np.random.default_rng(0).normal(size=(4, 3, 5)) * 5
    expected = torch.softmax(torch.from_numpy(x), dim).numpy()
    np.testing.assert_allclose(nn.softmax(x, dim), expected, rtol=0, atol=1e-15)
    np.testing.assert_array_equal(nn.softmax(x, dim), nn.Softmax(dim)(x))


def test_the_last_axis_is_softmaxs_default_and_the_dtype_stays():
    x = np.array([[1.0, 2.0, 1e4], [0.0, -1e4, 0.0]], np.float32)
    before = x.copy()
    y = loudly(nn.softmax, x)
    np.testing.assert_allclose(y, [[0, 0, 1], [0.5, 0, 0.5]], atol=1e-30)
    np.testing.assert_array_equal(x, before)
    assert y.dtype == np.float32
    assert nn.softmax([1, 1]).dtype == np.float64
    np.testing.assert_array_equal(nn.softmax([0, -np.inf]), [1, 0])


@pytest.mark.parametrize(("shape", "dim"), [((), -1), ((3,), 1), ((3, 2), -3), ((3, 0), 1)])
def test_softmax_needs_its_axis_and_something_on_it(shape, dim):
    with pytest.raises(ValueError, match=f"^softmax along dim={dim} got x of shape"):
        nn.softmax(np.zeros(shape), dim)
