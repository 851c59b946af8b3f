"""Do the library's tests notice a mistake? Makes one at a time (mutants.py) and runs them.

    python tests/mutations.py [--sample N] [--seed S] [WORD]   WORD: only files with it in the name

Ends with 1 if the tests notice fewer than 95 % of the mistakes, of those that are mistakes at all:
equivalent_mutants.yaml lists the changes that change no result, and why.
"""

import argparse
import ast
import linecache
import multiprocessing
import os
import random
import resource
import sys
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
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
OF_ALL = ["tests/nn/test_layers.py", "tests/nn/test_network.py"]  # what layers have in common
OWN = "tests/nn/test_layer.py"
MORE = {  # than the tests of its name
    "nn/activations.py": OF_ALL[:1],
    "nn/calls.py": [OWN, *OF_ALL],
    "nn/layer.py": [*OF_ALL, OWN],
    "nn/layers.py": OF_ALL[1:],
}
SLOW_TO_IMPORT = ["hypothesis.extra.numpy", "mpmath", "pytest", "scipy.stats", "sklearn", "torch"]
OPTIONS = ["-x", "-q", "--tb=no", "-p", "no:cacheprovider", "-m", "not style"]
OPTIONS += ["-o", "addopts=", "--import-mode=importlib"]
MEMORY = 4 * 2**30  # bytes


def tests(file: str) -> list[str]:
    """Those of the same name, and more; of a file that has none, those of all layers."""
    own = f"tests/{Path(file).with_name(f'test_{Path(file).name}').as_posix()}"
    found = [test for test in (own, *MORE.get(file, [])) if (ROOT / test).exists()]
    return found or OF_ALL


class FirstFailure:
    """A plugin of pytest that runs some tests before all others, and keeps what fails first."""

    def __init__(self, first: list[str]):
        self.first, self.name = first, ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: item.nodeid not in self.first)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.name:
            self.name = report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.name = f"the collection of {report.nodeid}"


def work(answer: Connection, file: str, text: str, first: list[str], seconds: int) -> None:
    """Run the file's tests with this text in its place; answer with what fails, and the seconds."""
    import hypothesis

    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
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
    sys.dont_write_bytecode = True
    os.chdir(ROOT)
    first_failure = FirstFailure(first)
    with redirect_stdout(StringIO()) as printed:
        code = pytest.main([*OPTIONS, *tests(file)], plugins=[first_failure])
    if not used or bool(code) != bool(first_failure.name):
        first_failure.name = f"ERROR: pytest ends with {code}: {printed.getvalue()}"
    spent = resource.getrusage(resource.RUSAGE_SELF)
    answer.send((first_failure.name, spent.ru_utime + spent.ru_stime))


class Judge:
    """Tells whether a text passes the tests of a file, in a fresh process for each."""

    def __init__(self) -> None:
        self.killers: dict[str, Counter[str]] = defaultdict(Counter)
        self.seconds: dict[str, float] = {}
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(SLOW_TO_IMPORT)

    def killer(self, file: str, text: str) -> str:
        """The first test that fails, or "" if all pass."""
        limit = 10 + 5 * round(self.seconds.get(file, 100))
        first = [name for name, _ in self.killers[file].most_common(20)]
        ours, theirs = self.context.Pipe(duplex=False)
        process = self.context.Process(target=work, args=(theirs, file, text, first, limit))
        process.start()
        theirs.close()
        try:
            name, seconds = ours.recv() if ours.poll(600) else ("TIME", 0)
        except EOFError:
            name, seconds = "DEATH", 0  # out of seconds or memory
        process.kill()
        process.join()
        if not name:
            self.seconds.setdefault(file, seconds)
        self.killers[file][name] += 1
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
    parser.add_argument("--sample", type=int, help="only so many, at random")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("word", nargs="?", default="", help="only files with it in the name")
    given = parser.parse_args(arguments)
    files = [file for file in FILES if given.word in file]
    todo = [(file, mutant) for file in files for mutant in mistakes(file)]
    random.Random(given.seed).shuffle(todo)
    todo = todo[: given.sample]
    print(f"{len(todo)} mistakes, seed {given.seed}", flush=True)
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    judge = Judge()
    with ThreadPoolExecutor(2) as pool:
        sound = pool.map(judge.killer, files, [ast.unparse(tree(file)) for file in files])
        for file, name in zip(files, sound, strict=True):
            if name:
                raise SystemExit(f"{file}: without any mistake, {name} fails")
        names = pool.map(judge.killer, [f for f, _ in todo], [mutant.text for _, mutant in todo])
        made, killed = Counter(), Counter()
        for (file, mutant), name in zip(todo, names, strict=True):
            made[file] += 1
            killed[file] += bool(name)
            if not name or name.startswith("ERROR"):
                print(f"{file}:{mutant.line}: {mutant.change}: {name or 'SURVIVED'}", flush=True)
    for file in made:
        print(f"{killed[file]:5} of {made[file]:5} noticed in {file}")
    share = killed.total() / made.total()
    print(f"{killed.total():5} of {made.total():5} noticed in all, {share:.1%}")
    return int(share < 0.95)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
