""".github/workflows: correct, pinned, with few rights, and calling what exists."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
each_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def read(path):
    return yaml.safe_load(path.read_text("utf-8"))


def steps(path):
    return [step for job in read(path)["jobs"].values() for step in job["steps"]]


def lint(tool, *arguments):
    program = Path(sys.executable).with_name(tool)
    return subprocess.run([program, *arguments], cwd=ROOT, capture_output=True, text=True)


def test_actionlint_finds_nothing():
    result = lint("actionlint", "-shellcheck=", "-pyflakes=", *WORKFLOWS)
    assert result.returncode == 0, result.stdout + result.stderr


def test_zizmor_finds_nothing_that_somebody_could_misuse():
    result = lint("zizmor", "--offline", "--quiet", ".github/workflows")
    assert result.returncode == 0, result.stdout + result.stderr


@each_workflow
def test_an_action_is_named_by_its_commit_and_its_version_said(path):
    for line in path.read_text("utf-8").splitlines():
        if "uses:" in line:
            assert re.search(r"uses: actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_an_action_has_one_version_everywhere():
    used = {step["uses"] for path in WORKFLOWS for step in steps(path) if "uses" in step}
    names = [use.partition("@")[0] for use in used]
    assert len(names) == len(set(names))


@each_workflow
def test_it_may_read_and_one_job_may_publish_and_one_write_the_address(path):
    workflow = read(path)
    assert workflow["permissions"] == {"contents": "read"}
    rights = {
        name: job["permissions"] for name, job in workflow["jobs"].items() if "permissions" in job
    }
    address, deploy = {"contents": "write"}, {"pages": "write", "id-token": "write"}
    assert rights in ({}, {"address": address, "deploy": deploy})
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())


@each_workflow
def test_what_it_calls_exists(path):
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for step in steps(path):
        for target in re.findall(r"^make ([\w-]+)", step.get("run", "")):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
        for file in re.findall(r"\b(?:tools|tests)/[\w/]+\.(?:py|txt)\b", step.get("run", "")):
            assert (ROOT / file).exists(), file
        for file in step.get("with", {}).get("cache-dependency-path", "").split():
            assert (ROOT / file).exists(), file


def test_every_system_every_python_and_every_slow_proof_has_its_job():
    jobs = read(ROOT / ".github/workflows/test.yml")["jobs"]
    pythons = ["3.11", "3.12", "3.13", "3.14"]
    assert jobs["make"]["strategy"]["matrix"]["python"] == pythons
    assert jobs["systems"]["strategy"]["matrix"] == {
        "system": ["macos-latest", "windows-latest"],
        "python": pythons,
    }
    proofs = {
        path.stem.removeprefix("test_") for path in (ROOT / "tests/everywhere").glob("test_*")
    }
    assert {*jobs["everywhere"]["strategy"]["matrix"]["proof"], "oldest", "rest"} == proofs
    assert ".ci/run" in [step.get("run") for step in jobs["make"]["steps"]]  # with `rest`


ADDRESS = """
set -eu
git init --quiet --bare home
git clone --quiet home copy 2>/dev/null
cd copy
git config user.name a && git config user.email a@example.org
mkdir tools && cp {tool} tools/
printf 'repository:\n  url: https://github.com/OWNER/REPO\n' > _config.yml
git add . && git commit --quiet --message first && git branch -M main
git push --quiet origin main
{run}
{run}
git -C ../home log --format=%s main && git -C ../home show main:_config.yml
"""


def test_the_first_push_of_a_copy_writes_its_own_address_once(tmp_path):
    [job] = [read(p)["jobs"]["address"] for p in WORKFLOWS if p.stem == "publish"]
    [run] = [step["run"] for step in job["steps"] if "run" in step]
    home = {
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "you/deep",
        "TOKEN": "x",
    }
    git = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_VALUE_0": "https://x-access-token:x@github.com/you/deep",
    }
    git["GIT_CONFIG_KEY_0"] = f"url.{(tmp_path / 'home').as_uri()}.insteadOf"
    script = ADDRESS.replace("{tool}", str(ROOT / "tools/repository.py")).replace("{run}", run)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=os.environ | home | git,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Write this repository's own address") == 1
    assert "url: https://github.com/you/deep" in done.stdout


def test_the_published_site_takes_its_address_from_the_repository_it_is_in():
    build = [step.get("run", "") for step in steps(ROOT / ".github/workflows/publish.yml")]
    change = build.index('make repository URL="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY"')
    assert change < build.index("make zip")


def test_the_pdfs_are_published_beside_the_pages_and_are_in_the_archive():
    build = [step.get("run", "") for step in steps(ROOT / ".github/workflows/publish.yml")]
    order = ["make pdf", "cp _build/*.pdf _build/html/", "make zip"]
    assert [step for step in build if step in order] == order
