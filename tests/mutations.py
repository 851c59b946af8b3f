"""Do the library's tests notice a mistake? Makes one at a time (mutants.py) and runs them.

    python tests/mutations.py [--sample N] [--seed S] [WORD]   WORD: only files with it in the name

Ends with 1 if the tests notice fewer than 95 % of the mistakes, of those that are mistakes at all:
equivalent_mutants.yaml lists the changes that change no result, and why.
"""

import argparse
import ast
import gc
import linecache
import multiprocessing
import os
import random
import resource
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from importlib.machinery import SourceFileLoader
from io import StringIO
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import yaml
from mutants import Mutant, mutants

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "src/nnbook"
FILES = [
    path.relative_to(LIBRARY).as_posix()
    for folder in (LIBRARY / "nn", LIBRARY)
    for path in sorted(folder.glob("[a-z]*.py"))
]
IN_ALL = ["tests/nn/test_layers.py", "tests/nn/test_network.py"]  # what layers have in common
MORE = {  # than the tests of its name
    "nn/activations.py": IN_ALL[:1],
    "nn/calls.py": ["tests/nn/test_layer.py", *IN_ALL],
    "nn/doors.py": ["tests/nn/test_layer.py", *IN_ALL],
    "nn/layer.py": IN_ALL,
    "nn/layers.py": IN_ALL[1:],
}
# What a mistake in the library that a file's own tests do not notice is shown, too.
ALL = ["tests/nn", *(f"tests/test_{name}.py" for name in ("absent", "refusals", "training"))]
# Imported once for all processes. PyTorch's optimizers import torch._dynamo.
SLOW_TO_IMPORT = ["hypothesis.extra.numpy", "mpmath", "pytest", "scipy.stats", "sklearn.datasets"]
SLOW_TO_IMPORT += ["torch._dynamo"]
OPTIONS = ["--assert=plain", "--tb=no", "-p", "no:cacheprovider", "-m", "not style"]
OPTIONS += ["-o", "addopts=", "--import-mode=importlib"]
MEMORY = 4 * 2**30  # bytes


def tests(file: str) -> list[str]:
    """Those of the same name, if there are any, and more: they are run first."""
    own = f"tests/{Path(file).with_name(f'test_{Path(file).name}').as_posix()}"
    return [own] * (ROOT / own).exists() + MORE.get(file, [])


class Verdict:
    """A plugin of pytest: runs the tests in this order, and ends the process at the first failure.

    The answer is the name of the test that failed or "", each test's seconds, and those of all.
    """

    def __init__(self, answer: Connection, order: list[str]):
        self.answer, self.seconds = answer, Counter[str]()
        self.place = {name: k for k, name in enumerate(order)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: self.place.get(item.nodeid, len(self.place)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration
        if report.failed:
            self.end(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.end(f"the collection of {report.nodeid}")

    def end(self, name: str) -> None:
        spent = resource.getrusage(resource.RUSAGE_SELF)
        self.answer.send((name, self.seconds, spent.ru_utime + spent.ru_stime))
        os._exit(0)


def work(answer: Connection, file: str, text: str, order: list[str], limit: int) -> None:
    """Run the file's tests, with this text in its place, for at most `limit` seconds."""
    import hypothesis

    gc.freeze()  # what was imported before stays
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
    quick = {"phases": [hypothesis.Phase.explicit, hypothesis.Phase.generate]}
    hypothesis.settings.register_profile("mutants", database=None, derandomize=True, **quick)
    hypothesis.settings.load_profile("mutants")
    path, used, get_code = str(LIBRARY / file), [], SourceFileLoader.get_code
    linecache.cache[path] = len(text), None, text.splitlines(keepends=True), path

    def get_mutant(loader: SourceFileLoader, name: str) -> object:
        if loader.path != path:
            return get_code(loader, name)
        used.append(name)
        return compile(text, path, "exec")

    SourceFileLoader.get_code = get_mutant
    os.chdir(ROOT)
    verdict = Verdict(answer, order)
    for some in (tests(file), ALL):
        printed = StringIO()
        with redirect_stdout(printed), redirect_stderr(printed):
            code = pytest.main([*OPTIONS, *some], plugins=[verdict])
        if code:
            verdict.end(f"pytest, which ends with {code}: {printed.getvalue()}")
    verdict.end("" if used else "the import, which no test does,")


class Judge:
    """Tells whether a text passes the tests of a file, in a fresh process for each."""

    def __init__(self, imports: list[str]) -> None:
        self.kills: Counter[str] = Counter()
        self.seconds: dict[str, Counter[str]] = {}  # of each test, by file
        self.total: dict[str, float] = {}
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(imports)

    def order(self, file: str) -> list[str]:
        """The file's tests, the likeliest to fail in a second first."""
        seconds = self.seconds.get(file, {})
        return sorted(seconds, key=lambda test: (seconds[test] + 0.01) / (self.kills[test] + 0.5))

    def killer(self, file: str, text: str) -> str:
        """The first test that fails, or "" if all pass."""
        limit = 10 + 5 * round(self.total.get(file, 100))
        ours, theirs = self.context.Pipe(duplex=False)
        process = self.context.Process(
            target=work, args=(theirs, file, text, self.order(file), limit)
        )
        process.start()
        theirs.close()
        try:
            name, seconds, total = ours.recv() if ours.poll(600) else ("TIME", {}, 0)
        except EOFError:
            name, seconds, total = "DEATH", {}, 0  # out of seconds or memory
        process.kill()
        process.join()
        if not name:
            self.seconds.setdefault(file, seconds)
            self.total.setdefault(file, total)
        self.kills[name] += 1
        return str(name)


def tree(file: str) -> ast.Module:
    return ast.parse((LIBRARY / file).read_text("utf-8"))


def equivalents() -> dict[str, list[dict[str, str]]]:
    path = Path(__file__).with_name("equivalent_mutants.yaml")
    return dict(yaml.safe_load(path.read_text("utf-8")))


def mistakes(file: str) -> list[Mutant]:
    """The file's mutants without those that are listed as equivalent."""
    text = (LIBRARY / file).read_text("utf-8")
    lines, listed, found = text.splitlines(), equivalents().get(file, []), []
    left = {(one["line"], change) for one in listed for change in one.get("changes", [""])}
    gone = set(left)
    for mutant in mutants(text):
        line = lines[mutant.line - 1].strip()
        known = {(line, mutant.change), (line, "")} & left
        gone -= known
        if not known:
            found.append(mutant)
    if gone:
        raise SystemExit(f"{file}: no mutant any more, so not for equivalent_mutants.yaml: {gone}")
    return found


def main(*arguments: str) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, help="only so many, at random; all without it")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("word", nargs="?", default="", help="only files with it in the name")
    given = parser.parse_args(arguments)
    files = [file for file in FILES if given.word in file]
    todo = [(file, mutant) for file in files for mutant in mistakes(file)]
    if given.sample:
        todo = random.Random(given.seed).sample(todo, min(given.sample, len(todo)))
    files = sorted({file for file, _ in todo}, key=FILES.index)
    print(f"{len(todo)} mistakes, seed {given.seed}", flush=True)
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    judge = Judge(SLOW_TO_IMPORT)
    with ThreadPoolExecutor(given.processes) as pool:
        sound = pool.map(judge.killer, files, [ast.unparse(tree(file)) for file in files])
        for file, name in zip(files, sound, strict=True):
            if name:
                pool.shutdown(cancel_futures=True)
                raise SystemExit(f"{file}: without any mistake, {name} fails")
        names = pool.map(judge.killer, [f for f, _ in todo], [mutant.text for _, mutant in todo])
        made, killed, start = Counter(), Counter(), time.monotonic()
        for (file, mutant), name in zip(todo, names, strict=True):
            made[file] += 1
            killed[file] += bool(name)
            if not name:
                print(f"{file}:{mutant.line}: {mutant.change}: SURVIVED", flush=True)
            if made.total() % 100 == 0:
                minutes = (time.monotonic() - start) / 60
                print(f"{made.total()} after {minutes:.0f} minutes", flush=True)
    for file in files:
        print(f"{killed[file]:5} of {made[file]:5} noticed in {file}")
    share = killed.total() / made.total()
    print(f"{killed.total():5} of {made.total():5} noticed in all, {share:.1%}")
    return int(share < 0.95)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
