"""hub/: what a class's JupyterHub is made from fits together, and the page says the same."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from nnbook import peers

ROOT = Path(__file__).parents[1]
HUB = ROOT / "hub"
VALUES = yaml.safe_load((HUB / "values.yaml").read_text("utf-8"))
PAGE = (ROOT / "book/hosting.md").read_text("utf-8")


def megabytes(text):
    number, unit = re.fullmatch(r"(\d+)([MG])", text).groups()
    return int(number) * {"M": 1, "G": 1024}[unit]  # JupyterHub's: an M is 2²⁰ bytes


def test_the_image_takes_its_packages_from_what_binder_installs():
    file = (HUB / "Dockerfile").read_text("utf-8")
    sources = re.findall(r"^COPY (?!\.)(\S+)", file, re.MULTILINE)
    assert sources == ["binder/requirements.txt", "hub/requirements.txt"]
    assert all((ROOT / source).is_file() for source in sources)
    assert file.index("pip install --no-cache-dir -r") < file.index("COPY . ")  # a layer of its own
    python = re.search(r"^FROM python:(3\.\d+)", file, re.MULTILINE)[1]
    assert (ROOT / "binder/runtime.txt").read_text("utf-8").strip() == f"python-{python}"
    assert "USER jovyan" in file


def test_what_the_hub_adds_replaces_nothing_that_binder_pins():
    pins = [
        {
            line.split("==")[0]
            for line in path.read_text("utf-8").splitlines()
            if re.match(r"[\w.-]+==", line)
        }
        for path in (ROOT / "binder/requirements.txt", HUB / "requirements.txt")
    ]
    assert pins[1] == {"jupyterhub", "nbgitpuller"}
    assert not pins[0] & pins[1]


def test_the_limits_are_those_that_the_page_says():
    memory = VALUES["singleuser"]["memory"]
    guarantee, limit = megabytes(memory["guarantee"]), megabytes(memory["limit"])
    many = VALUES["hub"]["activeServerLimit"]
    assert f"*guarantees* {guarantee} MB" in PAGE
    assert f"*limits* each to {limit:,}" in PAGE
    whole = many * guarantee * 2**20 / 1e9
    assert f"need {whole:.0f} GB: eleven machines of\n32" in PAGE
    assert 500 / 11 < 0.9 * 32 * 1024 / guarantee < 500 / 10  # a tenth is the machine's own
    assert f"for up to {many} at once" in PAGE
    assert VALUES["cull"]["timeout"] == 3600
    assert "after an idle hour" in PAGE


def test_the_page_measures_a_kernel_and_not_the_process_that_asks(capsys):
    """What a process has used at most begins with what its parent has: 307 MB stood there twice."""
    cell = next(c for c in re.findall(r"^```{code-cell}.*\n([^`]*)^```", PAGE, re.M) if "rss" in c)
    np.ones(2**27)  # a GB for a moment
    exec(cell, {})
    said = re.fullmatch(r"a kernel with a figure: (\d+) MB\n(.*)", capsys.readouterr().out, re.S)
    assert 20 < int(said[1]) < 200
    if peers.available():
        more = re.fullmatch(r"a kernel with PyTorch, too: (\d+) MB\n", said[2])
        assert int(said[1]) + 50 < int(more[1]) < megabytes("600M")
    else:
        assert not said[2]


@pytest.mark.slow
def test_a_kernel_with_pytorch_fits_into_what_is_guaranteed():
    loads = "import ipykernel, nnbook.figures, nnbook.peers as p; p.relu([1.0])"
    # Not ru_maxrss, which begins with what the process that started this one has used.
    peak = "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    if sys.platform != "linux":
        return  # the image is Linux, and others count otherwise
    said = subprocess.run(
        [sys.executable, "-c", f"{loads}; {peak}"], capture_output=True, text=True, check=True
    )
    assert int(said.stdout) / 1024 + 100 < megabytes(VALUES["singleuser"]["memory"]["guarantee"])


def test_nothing_in_it_names_a_real_registry_or_a_real_password():
    assert VALUES["singleuser"]["image"]["name"].startswith("REGISTRY/")
    assert VALUES["hub"]["config"]["DummyAuthenticator"]["password"] == "CHANGE-ME"
