"""Do the tests of nn/ and optim.py notice a mistake? Makes one at a time and runs them.

    python tests/mutations.py [WORD]     WORD: only files whose name contains it

Each mutation is an old text, which must occur once, and a new one; it is made in a copy of src.
Ends with 1 if an old text is gone, or if the tests notice fewer than 95 % of the mistakes.
"""

import multiprocessing
import os
import shutil
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS, NETWORK = "tests/nn/test_layers.py", "tests/nn/test_network.py"
TESTS = {
    "nn/activations.py": ["tests/nn/test_activations.py", LAYERS],
    "nn/neuron.py": ["tests/nn/test_neuron.py"],
    "nn/layers.py": [LAYERS, NETWORK],
    "nn/network.py": [NETWORK],
    "nn/losses.py": ["tests/nn/test_losses.py"],
    "nn/regularization.py": ["tests/nn/test_regularization.py"],
    "nn/init.py": ["tests/nn/test_init.py"],
    "optim.py": ["tests/test_optim.py"],
}
MUTATIONS = {
    "nn/activations.py": [
        ("return 1 / (1 + np.exp(-x))", "return 1 / (1 + np.exp(x))"),
        ("return 1 / (1 + np.exp(-x))", "return np.exp(x) / (np.exp(x) + 1)"),
        ("s = sigmoid(-np.abs(x))", "s = sigmoid(x)"),
        ("return s * (1 - s)", "return s * (1 + s)"),
        ("return 4 * sigmoid_derivative(2 * x)", "return 4 * sigmoid_derivative(x)"),
        ("return 4 * sigmoid_derivative(2 * x)", "return 1 - np.tanh(x) ** 2"),
        ("return np.maximum(x, 0)", "return np.abs(x)"),
        ("return np.heaviside(x, 0)", "return np.heaviside(x, 1)"),
        ("return x * _cdf(x, approximate)", "return x + _cdf(x, approximate)"),
        ("_cdf(x, approximate) + x * _pdf", "_cdf(x, approximate) - x * _pdf"),
        ("np.clip(x, -40, 40)", "np.clip(x, -4, 4)"),
        ("return np.exp(-(x**2) / 2)", "return np.exp(-(x**2))"),
        ("0.044715  # GELU", "0.04715  # GELU"),
        ("slope = C * (1 + 3 * K * x**2)", "slope = C * (1 + K * x**2)"),
        ("return a.astype(np.float64)", "return a.astype(np.float32)"),
    ],
    "nn/neuron.py": [
        ("return x @ self.weights + self.bias", "return x @ self.weights - self.bias"),
        ("return x @ self.weights + self.bias", "return x @ self.weights"),
        ("self.f(a))", "a)"),
    ],
    "nn/layers.py": [
        ("np.zeros(self.value.shape, self.value.dtype)", "np.zeros_like(self.value)"),
        ("np.zeros(self.value.shape, self.value.dtype)", "np.ones(self.value.shape, 'f4')"),
        ("self._y = y.shape, y.dtype", "self._y = self._y or (y.shape, y.dtype)"),
        ("        self.parameter_gradients(grad)\n        return", "        return"),
        ('named |= {f"{child}.{name}": p', 'named |= {f"{name}": p'),
        ("            child.train(mode)", "            child.train()"),
        ("            child.train(mode)", "            pass"),
        ("        self.training = mode", "        type(self).training = mode"),
        ("return self.train(False)", "return self.train(True)"),
        ("return self.train(False)", "self.train(False)"),
        ("            child.to(dtype)", "            pass"),
        ("not in (np.float32, np.float64):\n            raise", "is None:\n            raise"),
        ("x.value.astype(dtype), x.grad.astype(dtype)", "x.value.astype(dtype), x.grad"),
        ("                setattr(self, name, x.astype(dtype))", "                pass"),
        ("        if x.size == 0:", "        if x.ndim == 0:"),
        ('return np.asarray(x, order="C")', "return x"),
        ("if x.shape[1:] != (width,):", "if x.shape[-1] != width:"),
        ("if x.ndim > 2 and prod(x.shape[1:]) == width", "if x.ndim > 2"),
        ("elif x.size == width:", "elif x.ndim == 1:"),
        ("if isinstance(given, np.ndarray) and given.dtype != dtype:", "if False:"),
        (" * (given.dtype in (np.float32, np.float64))", ""),
        ("return x.astype(dtype, copy=False)", "return x"),
        ("if self._y is None:", "if False:"),
        ("if grad.shape != shape:", "if grad.size != np.prod(shape):"),
        ("if grad.shape != shape:", "if False:"),
        ('return np.asarray(grad, dtype, order="C")', 'return np.asarray(grad, order="C")'),
        ('return np.asarray(grad, dtype, order="C")', "return np.asarray(grad, dtype)"),
        ("1 / sqrt(in_features)", "1 / in_features"),
        ("1 / sqrt(in_features)", "1 / sqrt(out_features)"),
        ("w = rng.uniform(-bound, bound,", "w = rng.uniform(0, bound,"),
        ("b = rng.uniform(-bound, bound,", "b = rng.uniform(0, 0,"),
        ("y = self.x @ self.weight.value.T", "y = self.x @ -self.weight.value.T"),
        ("            y += self.bias.value", "            y -= self.bias.value"),
        ("            y += self.bias.value", "            pass"),
        ("if len(grad) > 1 else np.dot", "if len(grad) > 1 else np.divide"),
        ("product(grad.T, self.x, out=self.weight.grad)", "self.weight.grad += grad.T @ self.x"),
        (
            "product(grad.T, self.x, out=self.weight.grad)",
            "self.weight.grad = grad.T @ self.x / len(grad)",
        ),
        (
            "product(grad.T, self.x, out=self.weight.grad)",
            "product(-grad.T, self.x, out=self.weight.grad)",
        ),
        ("np.sum(grad, axis=0, out=self.bias.grad)", "np.mean(grad, axis=0, out=self.bias.grad)"),
        ("np.sum(grad, axis=0, out=self.bias.grad)", "self.bias.grad += np.sum(grad, axis=0)"),
        (
            "return self._gradient(grad) @ self.weight.value",
            "return self._gradient(grad) @ abs(self.weight.value)",
        ),
        ("return x.reshape(len(x), -1)", 'return x.reshape(len(x), -1, order="F")'),
        ("self._input(x, ndim=2)", "self._input(x)"),
        ("self._gradient(grad).reshape(self.shape)", "self._gradient(grad)"),
        ("* (self.z * (1 - self.z))", "* self.z"),
        ("* (self.z * (1 - self.z))", "* (self.z * (self.z - 1))"),
        ("* (1 - self.z**2)", "* (1 + self.z**2)"),
        ("* (1 - self.z**2)", "* (1 - self.z)"),
        ("self.passes = x > 0", "self.passes = x >= 0"),
        ("self.passes = x > 0", "self.passes = x < 0"),
        ("return np.maximum(x, 0)", "return np.maximum(x, 0.01 * x)"),
        ("return gelu(self.x, self.approximate)", "return gelu(self.x)"),
        ("gelu_derivative(self.x, self.approximate)", "gelu_derivative(self.x)"),
        ("gelu(0.0, approximate)", "gelu(0.0)"),
        ("z: Array = np.exp(x - top)", "z: Array = np.exp(x)"),
        ("z /= np.sum(z, axis=self.dim, keepdims=True)", "z /= np.sum(z)"),
        ("z /= np.sum(z, axis=self.dim, keepdims=True)", "z /= np.sum(z, axis=-1, keepdims=True)"),
        ("return self.z * (grad - gz)", "return self.z * grad"),
        ("return self.z * (grad - gz)", "return self.z * (grad + gz)"),
        ("gz: Array = np.sum(grad * self.z,", "gz: Array = np.sum(grad,"),
        ("ndim=max(self.dim + 1, -self.dim)", "ndim=self.dim + 1"),
        ("isinstance(n, bool) or not isinstance", "not isinstance"),
        ("np.integer) or n < 1", "np.integer) or n < 0"),
        ("return rng or np.random.default_rng()", "return rng or np.random.default_rng(0)"),
    ],
    "nn/network.py": [
        ("            x = layer(x)", "            x = layer.forward(x)"),
        ("dropwhile(lambda f: not f.parameters(), self.layers)", "self.layers"),
        ("dropwhile(lambda f: not f.parameters()", "filter(lambda f: f.parameters()"),
        ("for layer in reversed(learn[1:]):", "for layer in learn[1:]:"),
        ("for layer in reversed(learn[1:]):", "for layer in reversed(learn):"),
        ("            learn[0].parameter_gradients(grad)", "            learn[0].backward(grad)"),
        ("            learn[0].parameter_gradients(grad)", "            pass"),
        (
            "            grad = layer.input_gradient(grad)",
            "            grad = layer.backward(grad)",
        ),
        ("for other in parts) > 1:", "for other in parts) > 2:"),
        ("        parts = [*_parts(layers)]", "        parts = layers"),
        (
            "str(i): layer for i, layer in enumerate(self.layers)}",
            "str(i): layer for i, layer in enumerate(self.layers, 1)}",
        ),
        ("return len(self.layers)", "return len(self.parameters())"),
        ("        if not isinstance(layer, Layer):", "        if not callable(layer):"),
    ],
    "nn/losses.py": [
        ('losses.size if self.reduction == "mean" else 1', "losses.size"),
        ('losses.size if self.reduction == "mean" else 1', "1"),
        (
            'losses.size if self.reduction == "mean" else 1',
            'len(slopes) if self.reduction == "mean" else 1',
        ),
        ('losses.size if self.reduction == "mean"', 'slopes.size if self.reduction == "mean"'),
        ("losses.sum(dtype=np.float64)", "losses.sum()"),
        ("slopes = self._slopes / self._counted", "slopes = self._slopes"),
        ('return np.asarray(slopes, self._slopes.dtype, order="C")', "return slopes"),
        ("if y_hat.shape != y.shape:", "if y_hat.size != y.size:"),
        ("        if y.size == 0:", "        if False:"),
        ("return y_hat, y.astype(y_hat.dtype, copy=False)", "return y_hat, y"),
        (
            "return np.abs(difference), np.sign(difference)",
            "return np.abs(difference), -np.sign(difference)",
        ),
        (
            "return np.abs(difference), np.sign(difference)",
            "return np.abs(difference), np.where(difference < 0, -1.0, 1)",
        ),
        ("difference**2 / 2, difference  #", "difference**2, difference  #"),
        ("difference**2 / 2, difference  #", "difference**2 / 2, 2 * difference  #"),
        ("(y >= 0) & (y <= 1)", "(y >= 0) | (y <= 1)"),
        ("(y >= 0) & (y <= 1)", "(y > 0) & (y <= 1)"),
        ("np.maximum(a, 0) - a * y", "np.maximum(a, 0) + a * y"),
        ("np.log1p(np.exp(-np.abs(a)))", "np.log(1 + np.exp(-np.abs(a)))"),
        ("np.log1p(np.exp(-np.abs(a)))", "np.log1p(np.exp(-a))"),
        ("return losses, sigmoid(a) - y", "return losses, y - sigmoid(a)"),
        ("a = a - a.max(axis=1, keepdims=True)", "a = a - 0"),
        ("a = a - a.max(axis=1, keepdims=True)", "a -= a.max(axis=1, keepdims=True)"),
        ("a = a - a.max(axis=1, keepdims=True)", "a = a - a.min(axis=1, keepdims=True)"),
        ("total = p.sum(axis=1, keepdims=True)", "total = p.sum(axis=0, keepdims=True)"),
        ("np.log(total[:, 0]) - a[rows, y]", "np.log(total[:, 0]) + a[rows, y]"),
        ("        p /= total", "        pass"),
        ("        p[rows, y] -= 1", "        p[rows, y] += 1"),
        ("        p[rows, y] -= 1", "        p[y, rows] -= 1"),
        ("        p[rows, y] -= 1", "        pass"),
        ("if a.ndim != 2 or a.size == 0:", "if a.ndim != 2:"),
        ("if y.shape != (len(a),):", "if len(y) != len(a):"),
        ('if y.dtype.kind not in "iu":', 'if y.dtype.kind not in "iub":'),
        ('if y.dtype.kind not in "iu":', 'if y.dtype.kind not in "i":'),
        ("if y.min() < 0 or y.max() >= a.shape[1]:", "if y.max() >= a.shape[1]:"),
        ("if y.min() < 0 or y.max() >= a.shape[1]:", "if y.min() < 0 or y.max() > a.shape[1]:"),
        ("if self._slopes is None:", "if False:"),
    ],
    "nn/regularization.py": [
        ("if not 0 <= p < 1:", "if not 0 <= p <= 1:"),
        ("if not 0 <= p < 1:", "if p < 0 or p >= 1:"),
        ("        if self.training:\n            keeps", "        if True:\n            keeps"),
        (">= int(self.p * 2**32)", "<= int(self.p * 2**32)"),
        ("int(self.p * 2**32)", "int(self.p * 2**31)"),
        ("m / x.dtype.type(1 - self.p)", "m / x.dtype.type(self.p)"),
        ("m / x.dtype.type(1 - self.p)", "m * x.dtype.type(1)"),
        ("m / x.dtype.type(1 - self.p)", "m / (1 - self.p)"),
        ("return x * self.scale  #", "x *= self.scale\n        return x  #"),
        (
            "return self._gradient(grad) * self.scale",
            "return self._gradient(grad) * (self.scale > 0)",
        ),
        ("return self._gradient(grad) * self.scale", "return self._gradient(grad)"),
        ("self.rng.integers(0, 2**64,", "self.rng.integers(0, 2**63,"),
        ("return pairs.view(np.uint32)[:n]", "return np.repeat(pairs.view(np.uint32), 2)[:n]"),
        ("if not (eps > 0 and 0 <= momentum <= 1):", "if not (eps > 0 and 0 <= momentum < 1):"),
        ("if not (eps > 0 and 0 <= momentum <= 1):", "if not eps >= 0:"),
        ("float(eps), float(momentum)", "eps, momentum"),
        ("Parameter(np.ones(num_features))", "Parameter(np.zeros(num_features))"),
        ("self.running_var = np.ones(num_features)", "self.running_var = np.zeros(num_features)"),
        ("self.of_batch = self.training", "self.of_batch = True"),
        ("self.of_batch = self.training", "self.of_batch = False"),
        ("normed, var = x - self.running_mean, self", "normed, var = x - x.mean(axis=0), self"),
        ("np.sqrt(var + self.eps)", "np.sqrt(var) + self.eps"),
        ("np.sqrt(var + self.eps)", "np.sqrt(var)"),
        ("y = normed * self.weight.value", "y = normed.copy()"),
        ("        y += self.bias.value", "        y -= self.bias.value"),
        (
            "        self.weight.grad[:], self.bias.grad[:] = sums",
            "        self.bias.grad[:], self.weight.grad[:] = sums",
        ),
        ("if (n := len(x)) == 1:", "if (n := len(x)) == 0:"),
        ("rest: Array = share @ x", "rest: Array = share[1:] @ x[1:]"),
        ("        x -= rest", "        pass"),
        ("m * (mean + rest)", "m * mean"),
        ('np.einsum("nd,nd->d", x, x) / n', 'np.einsum("nd,nd->d", x, x) / (n - 1)'),
        ("var * (n / (n - 1))", "var"),
        ("var * (n / (n - 1))", "var * (n / (n + 1))"),
        ("(1 - m) * self.running_mean + m * (", "m * self.running_mean + (1 - m) * ("),
        ("(1 - m) * self.running_var + m * unbiased", "m * self.running_var + (1 - m) * unbiased"),
        (
            'np.einsum("nd,nd->d", grad, self.normed), np.sum(grad, axis=0)',
            "np.sum(grad, axis=0), np.sum(grad, axis=0)",
        ),
        ("        if not self.of_batch:", "        if not self.training:"),
        ("        if not self.of_batch:", "        if False:"),
        ("            return scale * grad", "            return self.weight.value * grad"),
        ("self.normed * (-sum_gx / len(grad))", "self.normed * (sum_gx / len(grad))"),
        ("self.normed * (-sum_gx / len(grad))", "self.normed * -sum_gx"),
        ("        x_grad -= sum_g / len(grad)", "        x_grad += sum_g / len(grad)"),
        ("        x_grad -= sum_g / len(grad)", "        x_grad -= sum_g / (len(grad) - 1)"),
        ("        x_grad *= scale", "        x_grad /= self.std"),
    ],
    "nn/init.py": [
        ("std = gain * sqrt(2 / fan_in)", "std = gain * sqrt(1 / fan_in)"),
        ("std = gain * sqrt(2 / fan_in)", "std = sqrt(2 / fan_in)"),
        ("    _, fan_in = _fans(parameter)", "    fan_in, _ = _fans(parameter)"),
        ("std = gain * sqrt(2 / (fan_in + fan_out))", "std = gain * sqrt(1 / (fan_in + fan_out))"),
        ("std = gain * sqrt(2 / (fan_in + fan_out))", "std = gain * sqrt(2 / fan_in)"),
        (
            "bound = gain * sqrt(6 / (fan_in + fan_out))",
            "bound = gain * sqrt(3 / (fan_in + fan_out))",
        ),
        (
            "bound = gain * sqrt(6 / (fan_in + fan_out))",
            "bound = gain**2 * sqrt(6 / (fan_in + fan_out))",
        ),
        ("uniform(-bound, bound,", "uniform(0, bound,"),
        ("parameter.value[...] = value", "parameter.value[:1] = value"),
        ("if parameter.value.ndim != 2:", "if parameter.value.ndim < 2:"),
    ],
    "optim.py": [
        ("p.value[rows] -= self.lr * v", "p.value[rows] += self.lr * v"),
        ("p.value[rows] -= self.lr * v", "p.value[rows] -= v"),
        ("p.value[rows] -= self.lr * v", "p.value = p.value - self.lr * v"),
        ("velocity[rows] *= self.momentum", "velocity[rows] *= 1 - self.momentum"),
        ("velocity[rows] *= self.momentum", "pass"),
        ("velocity[rows] += v  #", "velocity[rows] += (1 - self.momentum) * v  #"),
        ("velocity[rows] += v  #", "velocity[rows] -= v  #"),
        ("velocity[rows] += v  #", "velocity[rows] += self.lr * v  #"),
        ("                    v = velocity[rows]", "                    pass"),
        (
            "[np.zeros_like(p.grad) for p in self.parameters]",
            "[np.ones_like(p.grad) for p in self.parameters]",
        ),
        (
            "[np.zeros_like(p.grad) for p in self.parameters]",
            "[np.zeros_like(self.parameters[0].grad)] * len(self.parameters)",
        ),
        ("range(0, len(w), step)", "range(0, len(w) - step, step)"),
        ("slice(i, i + step)", "slice(i, i + step - 1)"),
        ("step = max(1, 2**15 * len(w) // w.size)", "step = 2**15 * len(w) // w.size"),
        ("if w.size <= 2**15:", "if w.size <= 0:"),
        ("if not 0 < lr < np.inf:", "if not 0 <= lr < np.inf:"),
        ("if not 0 < lr < np.inf:", "if not 0 < lr:"),
        ("if not 0 < lr < np.inf:", "if lr <= 0:"),
        ("if not 0 <= momentum < 1:", "if not 0 <= momentum <= 1:"),
        ("float(lr), float(momentum)", "lr, momentum"),
        ("        self.parameters = list(parameters)", "        self.parameters = parameters"),
        ("        if not self.parameters:", "        if False:"),
        ("        if len(set(self.parameters)) < len(self.parameters):", "        if False:"),
    ],
}
HOUSE = "not wide and not fits and not opens and not imports"  # tests of the text, not of its sense
SLOW_TO_IMPORT = ["hypothesis.extra.numpy", "mpmath", "pytest", "scipy.stats", "torch"]


class FirstFailure:
    """A plugin of pytest that keeps the name of the first test that fails."""

    name = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.name:
            self.name = report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.name = f"the collection of {report.nodeid}"


def broken(source: str, old: str, new: str) -> str:
    if (n := source.count(old)) != 1:
        raise SystemExit(f"occurs {n} times, not once, so mutations.py must follow: {old}")
    mutant = source.replace(old, new)
    compile(mutant, new, "exec")  # a slip in the mutation is no mistake that the tests find
    return mutant


def killer(file: str, source: str) -> str:
    """The first test that fails with `source` as the text of `file`, or "" if all pass."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "src", folder, dirs_exist_ok=True)
        (Path(folder) / "nnbook" / file).write_text(source, "utf-8")
        sys.path.insert(0, folder)
        sys.dont_write_bytecode = True
        os.chdir(ROOT)
        options = ["-x", "-q", "--tb=no", "-p", "no:cacheprovider", "-k", HOUSE]
        options += ["-o", "addopts=", "--import-mode=importlib"]
        first = FirstFailure()
        with redirect_stdout(StringIO()) as printed:
            code = pytest.main([*options, *TESTS[file]], plugins=[first])
        used = Path(sys.modules["nnbook"].__file__)
        if not used.is_relative_to(folder) or bool(code) != bool(first.name):
            raise RuntimeError(f"{file}: pytest ends with {code}, {used}: {printed.getvalue()}")
    return first.name


def main(word: str = "") -> int:
    sources = {file: (ROOT / "src/nnbook" / file).read_text("utf-8") for file in MUTATIONS}
    sources = {file: source for file, source in sources.items() if word in file}
    todo = [
        (file, old, new, broken(source, old, new))
        for file, source in sources.items()
        for old, new in MUTATIONS[file]
    ]
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(SLOW_TO_IMPORT)
    survived = 0
    with ProcessPoolExecutor(2, mp_context=context, max_tasks_per_child=1) as pool:
        for file, name in zip(sources, pool.map(killer, sources, sources.values()), strict=True):
            if name:
                raise SystemExit(f"{file}: without any mistake, {name} fails")
        names = pool.map(killer, [file for file, *_ in todo], [mutant for *_, mutant in todo])
        for (file, old, new, _), name in zip(todo, names, strict=True):
            survived += not name
            verdict = f"killed by {name}" if name else "SURVIVED"
            print(f"{file}: {old.strip()} → {new.strip()}: {verdict}", flush=True)
    killed = len(todo) - survived
    print(f"{killed} of {len(todo)} killed, {killed / len(todo):.1%}")
    return int(killed < 0.95 * len(todo))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
