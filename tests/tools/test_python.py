"""tools/python.sh: which Python is chosen, and what is said if there is none."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="make is for Linux, macOS and WSL")


@pytest.fixture
def machine(tmp_path):
    """A machine with just these Pythons: name -> version (None: a shim that fails)."""

    def make(**pythons):
        for name, version in pythons.items():
            file = tmp_path / name.replace("_", ".")
            known = f'if [ "$1" = -c ]; then echo {version}; else echo "{version} runs" "$@"; fi'
            file.write_text("#!/bin/sh\n" + (known if version else "exit 127") + "\n")
            file.chmod(0o755)

        def run(*arguments, **env):
            command = ["/bin/sh", ROOT / "tools" / "python.sh", *(arguments or ["script"])]
            env = {"PATH": str(tmp_path), **env}
            return subprocess.run(command, env=env, capture_output=True, text=True)

        return run

    return make


def test_python3_is_taken_if_it_is_a_tested_version(machine):
    assert machine(python3="3.11", python3_13="3.13")().stdout == "3.11 runs script\n"


def test_the_newest_tested_version_is_taken_if_python3_is_none(machine):
    older = {f"python3_{minor}": f"3.{minor}" for minor in (11, 12, 13, 14)}
    assert machine(python3="3.15", **older)().stdout == "3.14 runs script\n"


def test_a_shim_that_fails_is_passed_over(machine):
    assert machine(python3="3.9", python3_13=None, python3_11="3.11")().stdout.startswith("3.11")


@pytest.mark.parametrize("version", ["3.15", "3.20"])
def test_a_newer_python3_is_taken_if_there_is_no_other(machine, version):
    assert machine(python3=version)().stdout == f"{version} runs script\n"


def test_the_python_named_by_hand_goes_first(machine):
    run = machine(python3="3.11", python3_12="3.12")
    assert run(PYTHON="python3.12").stdout == "3.12 runs script\n"


def test_arguments_arrive_as_they_are(machine):
    assert machine(python3="3.11")("a  b", "--test").stdout == "3.11 runs a  b --test\n"


@pytest.mark.parametrize(
    ("pythons", "env", "words"),
    [
        ({}, {}, "there is no python3 here"),
        ({"python3": "3.9"}, {}, "python3 is 3.9"),
        ({"python3": "2.7"}, {}, "python3 is 2.7"),
        ({"python3": "3.11", "old": "3.10"}, {"PYTHON": "old"}, "PYTHON=old is Python 3.10"),
        ({"python3": "3.11"}, {"PYTHON": "/no/where"}, "PYTHON=/no/where does not run"),
    ],
)
def test_a_python_that_will_not_do_is_named_in_one_line_with_the_cure(machine, pythons, env, words):
    result = machine(**pythons)(**env)
    assert result.returncode == 1
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert words in line
    assert "3.11, 3.12, 3.13 or 3.14" in line
