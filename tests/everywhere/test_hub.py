"""A JupyterHub on this machine's loopback address: two students press the link of book/hosting.md.

It is configured by hub/values.yaml as far as one machine goes; the rest is read by the packages
that would read it on a cluster. The proxy comes from npm, so this needs Node.
"""

import json
import os
import re
import shutil
import subprocess
import time
from contextlib import ExitStack
from urllib.parse import urlencode

import pytest
import requests
import yaml
from fresh import ROOT, clone, env, free_port, pip, run, venv

VALUES = yaml.safe_load((ROOT / "hub/values.yaml").read_text("utf-8"))
PASSWORD = VALUES["hub"]["config"]["DummyAuthenticator"]["password"]
PROXY = "configurable-http-proxy@5.3.0"
CHAPTER = "chapters/neuron.ipynb"


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """An environment with what the image's server needs, at the versions of the image."""
    folder = tmp_path_factory.mktemp("hub")
    pins = folder / "pins.txt"
    lines = (ROOT / "binder/requirements.txt").read_text("utf-8").splitlines()
    pins.write_text("\n".join(line for line in lines if re.match(r"[\w.-]+==[\w.]+( ;|$)", line)))
    made = venv(folder / "venv", "3.11")
    more = ["jupyterlab", "ipykernel", "jupyterhub-kubespawner"]
    pip(made, "-r", ROOT / "hub/requirements.txt", "-c", pins, *more)
    return made


READS = """
import asyncio, json, sys
from kubespawner import KubeSpawner
from traitlets.config import Config

async def main():
    s = KubeSpawner(_mock=True, config=Config(KubeSpawner=json.loads(sys.argv[1])))
    print(s.mem_guarantee, s.mem_limit, s.cpu_limit, s.start_timeout, s.default_url, s.image)

asyncio.run(main())
"""
NOWHERE = """
{apiVersion: v1, kind: Config, current-context: none, users: [{name: none, user: {}}],
 clusters: [{name: none, cluster: {server: "http://127.0.0.1:9"}}],
 contexts: [{name: none, context: {cluster: none, user: none}}]}
"""


def test_a_clusters_spawner_reads_the_values(python, tmp_path):
    """KubeSpawner takes the limits in these words, and refuses others; it needs no cluster yet."""
    user, cluster = VALUES["singleuser"], tmp_path / "config"
    cluster.write_text(NOWHERE)
    asked = {
        "mem_guarantee": user["memory"]["guarantee"],
        "mem_limit": user["memory"]["limit"],
        "cpu_limit": user["cpu"]["limit"],
        "start_timeout": user["startTimeout"],
        "default_url": user["defaultUrl"],
        "image": f"{user['image']['name']}:{user['image']['tag']}",
    }
    there = env(KUBECONFIG=str(cluster))
    said = run(python, "-c", READS, json.dumps(asked), env=there).split()
    memory = [str(600 * 2**20), str(1500 * 2**20)]
    assert said == [*memory, "2.0", "300", "/lab", "REGISTRY/nnbook:1"]
    with pytest.raises(AssertionError, match="TraitError"):
        run(python, "-c", READS, json.dumps({**asked, "mem_limit": "much"}), env=there)


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    return clone(tmp_path_factory.mktemp("from") / "nnbook")


@pytest.fixture(scope="module")
def hub(tmp_path_factory, python):
    """Its address and the folder with everybody's homes."""
    folder = tmp_path_factory.mktemp("running")
    npm = shutil.which("npm") or pytest.fail("this proof needs Node's npm, for the hub's proxy")
    run(npm, "install", "--silent", "--prefix", folder, PROXY, env=env())
    ports = [free_port() for _ in range(3)]
    (folder / "jupyterhub_config.py").write_text(f"""
import json
values = json.loads({json.dumps(json.dumps(VALUES))})
for name, options in values["hub"]["config"].items():
    c[name].update(options)
c.JupyterHub.active_server_limit = values["hub"]["activeServerLimit"]
c.JupyterHub.concurrent_spawn_limit = values["hub"]["concurrentSpawnLimit"]
c.Spawner.default_url = values["singleuser"]["defaultUrl"]
c.Spawner.start_timeout = values["singleuser"]["startTimeout"]
c.JupyterHub.spawner_class = "simple"  # where a cluster has KubeSpawner
c.SimpleLocalProcessSpawner.home_dir_template = {str(folder)!r} + "/homes/{{username}}"
c.Spawner.ip = "127.0.0.1"
c.Spawner.cmd = [{str(python.with_name("jupyterhub-singleuser"))!r}]
c.Spawner.args = ["--allow-root"]
c.JupyterHub.bind_url = "http://127.0.0.1:{ports[0]}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{ports[1]}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports[2]}"
c.ConfigurableHTTPProxy.command = [{str(folder / "node_modules/.bin/configurable-http-proxy")!r}]
""")
    (folder / "homes").mkdir()
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    log = (folder / "log").open("w")
    process = subprocess.Popen(
        [python, "-m", "jupyterhub"], cwd=folder, env=env(PATH=path), stdout=log, stderr=log
    )
    address = f"http://127.0.0.1:{ports[0]}"
    for _ in range(120):
        try:
            if requests.get(f"{address}/hub/health", timeout=5).ok:
                break
        except requests.ConnectionError:
            assert process.poll() is None, (folder / "log").read_text()[-3000:]
        time.sleep(1)
    yield address, folder
    process.terminate()
    process.wait(60)
    log.close()


def pressed(address, repository):
    """The link, with this hub and this repository in it."""
    page = (ROOT / "book/hosting.md").read_text("utf-8")
    assert 'f"{hub}/hub/user-redirect/git-pull?{urlencode(asked)}"' in page
    asked = {
        "repo": repository.as_uri(),
        "branch": "main",
        "urlpath": f"lab/tree/{repository.name}/{CHAPTER}",
    }
    return f"{address}/hub/user-redirect/git-pull?{urlencode(asked)}"


def student(address, name, link):
    """A browser in which a student has logged in and pressed the link, until the page is there."""
    browser = requests.Session()
    browser.get(f"{address}/hub/login", timeout=60)
    form = {"username": name, "password": PASSWORD, "_xsrf": browser.cookies["_xsrf"]}
    assert browser.post(f"{address}/hub/login", data=form, timeout=120).ok
    for _ in range(120):
        page = browser.get(link, timeout=120)
        if f"/user/{name}/git-pull" in page.url and page.ok:
            return browser
        if "/hub/spawn" in page.url and "pending" not in page.url:
            browser.get(f"{address}/hub/spawn/{name}", timeout=120)
        time.sleep(1)
    raise AssertionError(f"{name} is still at {page.url}")


def pull(browser, address, name, repository):
    """What that page does then: it has the book fetched, and listens until all is done."""
    asked = urlencode({"repo": repository.as_uri(), "branch": "main"})
    api = f"{address}/user/{name}/git-pull/api?{asked}"
    with browser.get(api, stream=True, timeout=300) as events:
        assert events.ok, events.text
        for line in events.iter_lines(decode_unicode=True):
            if line.startswith("data:"):
                said = json.loads(line.removeprefix("data:"))
                assert said["phase"] != "error", said
                if said["phase"] == "finished":
                    return
    raise AssertionError("it ended without a word")


def test_two_students_press_one_link_and_each_has_a_book_of_their_own(hub, repository):
    address, folder = hub
    link = pressed(address, repository)
    with ExitStack() as closing:
        browsers = {
            name: closing.enter_context(student(address, name, link)) for name in ("ada", "ben")
        }
        for name, browser in browsers.items():
            pull(browser, address, name, repository)
            contents = f"{address}/user/{name}/api/contents/{repository.name}/{CHAPTER}"
            opened = browser.get(contents, timeout=60).json()
            assert opened["content"]["cells"]
            assert (folder / "homes" / name / repository.name / CHAPTER).is_file()
        theirs = f"{address}/user/ada/api/contents/{repository.name}/{CHAPTER}"
        assert browsers["ben"].get(theirs, timeout=60).status_code in (403, 404)
        assert requests.get(theirs, timeout=60).status_code in (401, 403)

        mine = folder / "homes/ada" / repository.name / "README.md"
        mine.write_text(mine.read_text("utf-8") + "\nAda was here.\n", "utf-8")
        new = repository / "CORRECTION.md"
        new.write_text("A correction.\n", "utf-8")
        git = ["git", "-c", "user.name=test", "-c", "user.email=test@example.org", "-C", repository]
        run(*git, "add", "--all")
        run(*git, "commit", "--quiet", "--message", "A correction")
        pull(browsers["ada"], address, "ada", repository)
        assert "Ada was here." in mine.read_text("utf-8")
        assert (mine.parent / "CORRECTION.md").is_file()


def test_nobody_gets_in_without_the_password(hub):
    address, _ = hub
    browser = requests.Session()
    browser.get(f"{address}/hub/login", timeout=60)
    form = {"username": "eve", "password": "guessed", "_xsrf": browser.cookies["_xsrf"]}
    assert browser.post(f"{address}/hub/login", data=form, timeout=60).status_code == 403
