"""Makes .venv what the lock files say, and says what it does: `install.py [--test]`.

Each step is done once: .venv/stamp.json notes what it was done with. It is empty while pip works,
so that an installation cut short is seen next time and made anew.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import stamp

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(".venv")  # as seen from ROOT, where everything below runs
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "stamp.json"
LOG = VENV / "install.log"
TORCH_CPU = "https://download.pytorch.org/whl/cpu"

# What a step is keyed on.
FILES = {
    "packages": [Path("lock.txt")],
    "nnbook": [Path("pyproject.toml")],
    "tests": [Path("tests/lock.txt")],
}

# What a step must have left behind; a glance, on every call.
MODULES = {"packages": ["jupyter_book", "torch"], "nnbook": ["nnbook"], "tests": ["pytest"]}

# What pip says when a step fails, and what a person can do about it; the first that fits.
ADVICE = {
    r"No space left on device": "The disk is full: free 3 GB",
    r"NewConnection|Timeout|NameResolution|ProxyError|SSLError|Network is unreachable": (
        "No package registry can be reached: check the network (and what `pip config list` says of "
        "proxy, index and certificate)"
    ),
    r"DO NOT MATCH THE HASHES": (
        "A file is not the one that the book is tested with: it was damaged on its way, or comes "
        "from a mirror that changes packages (see what `pip config list` says)"
    ),
    r"No matching distribution found": (
        "This Python has no such package on this system: try another, as in "
        "`make book PYTHON=python3.12`"
    ),
}


def main() -> None:
    os.chdir(ROOT)
    if asked_torch() not in ("cpu", "default"):
        sys.exit(f"TORCH={asked_torch()} is unknown: say TORCH=cpu or TORCH=default.")
    done = stamp.read(STAMP)
    if VENV.exists() and not STAMP.exists():
        kept = next(path for k in count(1) if not (path := Path(f".venv.kept-{k}")).exists())
        print(f"The .venv that stood here is not make's: it is now {kept}.")
        VENV.rename(kept)
    if VENV.exists() and (why := fault(done)):
        print(f"Making .venv anew: {why}.")
        shutil.rmtree(VENV)
    if not VENV.exists():
        done = create()
    for name in ["packages", "nnbook"] + ["tests"] * ("--test" in sys.argv):
        key = stamp.fingerprint(FILES[name])
        if done.get(name) == key:
            continue
        STAMP.write_text("")
        try:
            STEPS[name]()
        except Failure:  # orderly: what was installed before is still whole
            stamp.write(STAMP, done)
            raise
        done[name] = key
        stamp.write(STAMP, done)


def fault(done: dict[str, str]) -> str | None:
    """Why .venv cannot be used as it is, going by its stamp; None if it can."""
    if not done.keys() >= {"python", "home", "torch"}:
        return "it was not finished by make"
    if done["home"] != str(ROOT):
        return "the folder was moved"
    if os.environ.get("PYTHON") and done["python"] != this_python():
        return f"it is for Python {done['python']}, asked for is {this_python()}"
    if os.environ.get("TORCH") and done["torch"] != asked_torch():
        return f"it has PyTorch's {done['torch']} build, asked for is {asked_torch()}"
    modules = ["pip", *(module for name in MODULES if name in done for module in MODULES[name])]
    probe = (
        "import importlib.util as u, sys; print('%d.%d' % sys.version_info[:2], "
        f"*(m for m in {modules} if not u.find_spec(m)))"
    )
    try:
        answer = subprocess.run(
            [str(PYTHON), "-c", probe], capture_output=True, text=True, env=clean_env()
        )
    except OSError:
        return "its Python is gone"
    version, *missing = answer.stdout.split() or ["broken"]
    if version != done["python"]:
        return f"it was made for Python {done['python']}, which is now {version}"
    if missing:
        return f"{' and '.join(missing)} is gone from it"
    return None


def create() -> dict[str, str]:
    """An empty .venv and its stamp."""
    version = this_python()
    if not all(importlib.util.find_spec(module) for module in ("venv", "ensurepip")):
        sys.exit(
            f"Python {version} here cannot make virtual environments: install its venv module "
            f"(on Debian and Ubuntu: apt-get install python{version}-venv) and run make again."
        )
    print(
        f"Installing into .venv, for Python {version}; this is done once. It downloads PyTorch "
        "(200 MB as CPU build) and the book's other packages (100 MB): 1.6 GB when unpacked."
    )
    if version not in ("3.11", "3.12", "3.13", "3.14"):
        print(f"Note: the book is tested with Python 3.11 to 3.14, not with {version}.")
    VENV.mkdir()
    STAMP.write_text("")
    with step("Making .venv"):
        # The Python below a virtual environment, if one is active: it could be the very .venv.
        base = getattr(sys, "_base_executable", sys.executable)
        run([base, "-m", "venv", VENV])
    done = {"python": version, "home": str(ROOT), "torch": asked_torch()}
    stamp.write(STAMP, done)
    return done


def install_packages() -> None:
    [torch] = re.findall(r"^torch==\S+", Path("lock.txt").read_text("utf-8"), re.MULTILINE)
    if sys.platform == "linux" and not is_installed(torch):
        install_torch(torch)
    with step("Installing the book's packages"):
        pip_locked("lock.txt")


def install_torch(torch: str) -> None:
    """PyTorch for Linux: its CPU build from its own index, or the registry's with all it needs."""
    if asked_torch() == "cpu":
        if is_reachable(f"{TORCH_CPU}/torch/"):
            with step("Installing PyTorch, CPU build"):
                try:
                    pip("--no-deps", "--index-url", TORCH_CPU, torch)
                    return
                except Failure:
                    print("not there", end=", ")
        print(
            "PyTorch's index of CPU builds cannot be used here, so PyTorch comes from pip's usual "
            "registry (where that has only the build with CUDA, several GB)."
        )
    with step("Installing PyTorch"):
        pip(torch)


def install_nnbook() -> None:
    with step("Installing nnbook in place, from src/"):
        pip("--no-deps", "--no-build-isolation", "--editable", ".")
    with step("Letting Matplotlib list the fonts"):  # else it says so in the first chapter
        run([PYTHON, "-c", "import matplotlib.font_manager"])


def install_tests() -> None:
    with step("Installing what the tests need (about 100 MB)"):
        pip_locked("tests/lock.txt")


STEPS = {"packages": install_packages, "nnbook": install_nnbook, "tests": install_tests}


class Failure(Exception):
    """A step failed; the message says why and what to do."""


@contextmanager
def step(text: str) -> Iterator[None]:
    start = time.monotonic()
    print(f"  {text} ...", end=" ", flush=True)
    try:
        yield
    except BaseException:
        print("failed.", flush=True)
        raise
    print(f"{time.monotonic() - start:.0f} s", flush=True)


def pip(*arguments: str) -> None:
    run([PYTHON, "-m", "pip", "install", "--no-input", "--progress-bar", "off", *arguments])


def pip_locked(lock: str) -> None:
    """These versions, from files with these hashes. A PyTorch that is there already may stay."""
    pip("--no-deps", "--require-hashes", "-r", lock)


def run(command: list[str | Path]) -> None:
    """Run quietly into LOG; if it fails, raise what it said last and what to do."""
    with LOG.open("a+", encoding="utf-8", errors="replace") as log:
        log.write(f"\n$ {' '.join(map(str, command))}\n")
        log.flush()
        begin = log.tell()
        result = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=clean_env()
        )
        log.seek(begin)
        said = log.read()
    if result.returncode:
        raise Failure(explain(said))


def explain(said: str) -> str:
    """The lines of a failed command that matter, and what to do."""
    lines = said.strip().splitlines()
    errors = [line for line in lines if line.startswith("ERROR:")] or lines[-10:]
    advice = next((text for sign, text in ADVICE.items() if re.search(sign, said)), "See above")
    return "\n".join([*dict.fromkeys(errors), f"{advice}; then run make again. All of it: {LOG}"])


def is_reachable(url: str) -> bool:
    from http.client import HTTPException
    from urllib.request import urlopen  # slow, and rarely asked

    try:
        with urlopen(url, timeout=5):
            return True
    except (OSError, HTTPException):
        return False


def is_installed(pin: str) -> bool:
    name, version = pin.split("==")
    return any(VENV.glob(f"lib/python*/site-packages/{name}-{version}*.dist-info"))


def asked_torch() -> str:
    return os.environ.get("TORCH") or "cpu"


def this_python() -> str:
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def clean_env() -> dict[str, str]:
    """The environment without what would lead .venv's Python astray."""
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    return env | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Stopped. The next make starts the installation anew.")
    except (Failure, OSError) as error:
        sys.exit(str(error))
