"""The library's types fit together, strictly."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MYPY = [sys.executable, "-m", "mypy"]


@pytest.mark.style
def test_mypy_finds_nothing():
    """Here and not before the tests, since it leaves a second processor alone for half a minute."""
    done = subprocess.run(MYPY, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
