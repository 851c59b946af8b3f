"""What Binder would do, as far as that goes without Docker: its steps, in a fresh environment.

repo2docker writes its Dockerfile; its steps are carried out in a venv instead of a container.
"""

import json
import os
import re
import subprocess
import time

import browser
import install
import pytest
from fresh import ROOT, copy, env, free_port, run, venv
from playwright.sync_api import sync_playwright

PATHS = {"NB_PYTHON_PREFIX", "KERNEL_PYTHON_PREFIX"}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return copy(tmp_path_factory.mktemp("binder") / "home")


@pytest.fixture(scope="module")
def dockerfile(tmp_path_factory, project):
    """What `repo2docker --no-build --debug .` says that it would do."""
    python = venv(tmp_path_factory.mktemp("r2d") / "venv", "3.11", "jupyter-repo2docker==2026.4.0")
    repo2docker = python.with_name("repo2docker")
    return run(repo2docker, "--no-build", "--debug", ".", cwd=project)


def test_the_packages_are_a_layer_of_their_own_that_commits_leave_alone(dockerfile):
    packages = dockerfile.index('pip install --no-cache-dir -r "binder/requirements.txt"')
    assert packages < dockerfile.index("COPY --chown=0:0 src/ ${REPO_DIR}/")
    assert dockerfile.index("RUN ./binder/postBuild") > packages
    assert "environment.py-3.11" in dockerfile or "py-2d3-2e11" in dockerfile


@pytest.fixture(scope="module")
def server(tmp_path_factory, project, dockerfile):
    """The Python of an environment in which the Dockerfile's steps have been carried out."""
    python = venv(tmp_path_factory.mktemp("image") / "venv", "3.11")
    bin_, file = python.parent, project / "binder/requirements.txt"
    if not install.is_reachable(f"{install.TORCH_CPU}/torch/"):  # then pip's own registry has it
        lines = file.read_text("utf-8").splitlines(keepends=True)
        file.write_text("".join(line for line in lines if "index-url" not in line), "utf-8")
    path = f"{bin_}{os.pathsep}{os.environ['PATH']}"
    there = env(PATH=path, **dict.fromkeys(PATHS, str(bin_.parent)))
    steps = re.findall(r"^RUN (\S*pip install .*|\./binder/.*)$", dockerfile, re.MULTILINE)
    assert len(steps) == 2
    for step in steps:
        (project / "binder/postBuild").chmod(0o755)
        run("bash", "-c", step, cwd=project, env=there)
    return python


@pytest.fixture
def lab(server, project):
    """The address of that environment's JupyterLab."""
    port = free_port()
    options = ["--no-browser", "--allow-root", f"--port={port}", "--ServerApp.token=try"]
    process = subprocess.Popen(
        [server, "-m", "jupyterlab", *options], cwd=project, env=env(), stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(120):
        if install.is_reachable(f"{address}/api?token=try"):
            break
        time.sleep(1)
    yield address
    process.terminate()
    process.wait(60)


def test_its_lab_opens_a_chapter_with_rendered_myst(lab):
    """In a browser: `jupyter labextension list` says what fits, not what works."""
    path = os.environ.get("NNBOOK_BROWSER") or browser.find()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = chromium.new_page()
        page.goto(f"{lab}/lab/tree/chapters/neuron.ipynb?token=try")
        page.locator(".jp-MarkdownCell .myst").first.wait_for(timeout=120_000)
        assert page.locator(".jp-MarkdownCell .myst", has_text="A neuron").count()
        chromium.close()


def test_the_packages_fit_together_and_nnbook_is_the_one_in_the_folder(server, project):
    run(server, "-m", "pip", "check")
    where = run(server, "-c", "import nnbook; print(nnbook.__file__)", cwd="/")
    assert str(project / "src") in where
    assert "+cpu" in run(server, "-c", "import torch; print(torch.__version__)") or os.name == "nt"


@pytest.mark.parametrize("chapter", ["neuron", "pytorch"])
def test_a_chapter_runs_there(server, project, chapter):
    if not (project / f"chapters/{chapter}.ipynb").exists():
        pytest.skip("not written yet")
    execute = ["nbconvert", "--to", "notebook", "--execute", "--stdout"]
    said = run(server, "-m", *execute, f"chapters/{chapter}.ipynb", cwd=project)
    code = [cell for cell in json.loads(said)["cells"] if cell["cell_type"] == "code"]
    assert code
    assert "PyTorch is not installed" not in json.dumps([cell["outputs"] for cell in code])


def test_binder_opens_each_chapter_in_jupyterlab():
    """The links of the site and of the README ask for it."""
    for page in [ROOT / "README.md", *(ROOT / "_build/html/chapters").glob("*.html")]:
        links = re.findall(r'https://mybinder\.org/v2/[^\s")]+', page.read_text("utf-8"))
        assert links
        assert all("?urlpath=lab" in link for link in links), page
