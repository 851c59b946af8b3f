"""What the slow proofs are made in: other Pythons, empty environments, the project as a clone."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import install
import pytest

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
NOT_COPIED = (".git", ".venv*", "_build", "__pycache__", "*.egg-info", ".*_cache", ".hypothesis")
LED_ASTRAY = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "NNBOOK_DATA", "PYTEST_ADDOPTS")


def env(**more: str) -> dict[str, str]:
    """The environment without what leads to the project's own Python."""
    kept = {name: value for name, value in os.environ.items() if name not in LED_ASTRAY}
    return kept | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "OPENBLAS_NUM_THREADS": "1"} | more


def run(*command: object, timeout: float = 3000, **options: object) -> str:
    """What the command prints; if it fails, the test fails with what it said last."""
    result = subprocess.run(
        [str(part) for part in command],
        **{"env": env(), "stdin": subprocess.DEVNULL, **options},
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    said = (result.stdout + result.stderr)[-4000:]
    assert result.returncode == 0, f"{' '.join(map(str, command))}\n{said}"
    return result.stdout


def interpreter(version: str) -> str:
    """A Python of this version on this machine, pyenv's included."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    found = [
        shutil.which(f"python{version}"),
        *sorted(map(str, pyenv.glob(f"{version}.*/bin/python"))),
    ]
    if sys.version_info[:2] == tuple(map(int, version.split("."))):
        found.insert(0, getattr(sys, "_base_executable", sys.executable))
    for path in filter(None, found):
        if subprocess.run([path, "--version"], capture_output=True).returncode == 0:
            return path
    pytest.fail(f"this proof needs Python {version}, and there is none on this machine")


def venv(folder: Path, version: str, *packages: str) -> Path:
    """A new environment with these packages; the path of its Python."""
    run(interpreter(version), "-m", "venv", folder)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if packages:
        pip(python, *packages)
    return python


def pip(python: Path, *arguments: object) -> None:
    run(python, "-m", "pip", "install", "--quiet", *arguments)


def torch(python: Path) -> None:
    """The pinned PyTorch, as the CPU build where its index can be reached."""
    [pin] = [line.split()[0] for line in requirements() if line.startswith("torch==")]
    reachable = install.is_reachable(f"{install.TORCH_CPU}/torch/")
    pip(python, *(["--index-url", install.TORCH_CPU] if reachable else []), pin)


def requirements() -> list[str]:
    return (ROOT / "requirements.txt").read_text("utf-8").splitlines()


def copy(folder: Path) -> Path:
    """The project as it lies here, without what was made from it."""
    return Path(shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_COPIED)))


def clone(folder: Path) -> Path:
    """The project as it lies here, as a git repository of one commit."""
    copy(folder)
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@example.org", "-C", folder]
    run(*git, "init", "--quiet", "--initial-branch=main")
    run(*git, "add", "--all")
    run(*git, "commit", "--quiet", "--message", "The working tree")
    return folder


def as_if_from(repository: str, folder: Path) -> dict[str, str]:
    """The environment in which git finds `repository` in a folder on this disk."""
    return env(
        GIT_CONFIG_COUNT="1",
        GIT_CONFIG_KEY_0=f"url.{folder.as_uri()}.insteadOf",
        GIT_CONFIG_VALUE_0=repository,
        GIT_TERMINAL_PROMPT="0",
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port
