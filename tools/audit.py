"""Looks for known holes in the locked packages, and for what could be misused in the workflows.

The databases of both are on the network: what cannot be reached is said, and is not called sound.
Ends with 1 if something was found.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("lock.txt", "tests/lock.txt")
PIP_AUDIT = "pip-audit==2.10.1"  # not of the book's environment: it brings thirty packages along


def main() -> int:
    return max(packages(), workflows())


def packages() -> int:
    """What the database of Python's packages knows of the pinned versions."""
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder, "bin/python")
        run(sys.executable, "-m", "venv", folder)
        installed = run(python, "-m", "pip", "install", "--quiet", PIP_AUDIT)
        if installed.returncode:
            print(f"Packages: {PIP_AUDIT} could not be installed: {last(installed.stderr)}")
            return 0
        locks = [word for lock in LOCKS for word in ("--requirement", lock)]
        options = ["--disable-pip", "--require-hashes", "--progress-spinner=off", "--format=json"]
        answer = run(python, "-m", "pip_audit", *options, *locks)
    if not answer.stdout.startswith("{"):
        print(f"Packages: the database could not be reached: {last(answer.stderr)}")
        return 0
    return told(json.loads(answer.stdout)["dependencies"])


def told(found: list[dict[str, Any]]) -> int:
    """Print what pip-audit found; 1 if there is a known hole."""
    known = [one for one in found if "skip_reason" not in one]
    holes = [(one, hole) for one in known for hole in one["vulns"]]
    for one, hole in holes:
        cure = ", ".join(hole["fix_versions"]) or "no version yet"
        print(f"{one['name']} {one['version']}: {hole['id']}, mended in {cure}")
    print(f"Packages: {len(known)} of {len(found)} looked up, {len(holes)} known holes.")
    if len(known) < len(found):
        print(f"  {len(found) - len(known)} are not known there, or it could not be reached.")
    return int(bool(holes))


def workflows() -> int:
    """What zizmor finds in them; with GH_TOKEN set, also by asking GitHub."""
    answer = run(Path(sys.executable).with_name("zizmor"), "--quiet", ".github/workflows")
    asked = (
        "with GitHub asked" if os.environ.get("GH_TOKEN") else "without GitHub, for want of a token"
    )
    print(f"Workflows, {asked}: {answer.stdout.strip() or last(answer.stderr)}")
    return int(answer.returncode != 0)


def run(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(c) for c in command], cwd=ROOT, capture_output=True, text=True)


def last(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1][:200]


if __name__ == "__main__":
    sys.exit(main())
