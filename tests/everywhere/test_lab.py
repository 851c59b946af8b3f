"""A real JupyterLab, and Notebook 7: chapters run, figures keyed, linked, saved, opened again."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from fresh import ROOT, env, free_port, pip
from playwright.sync_api import Browser, Locator, Page
from site_visit import until

KEYS = ["ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "PageDown", "Home", "End"]
COMMANDS = ["a", "b", "d", "d", "x", "m", "y", "z", "j", "k", "i", "i", "Shift+M", "Enter", "Space"]
WIDGET = "application/vnd.jupyter.widget-view+json"


@contextmanager
def server(program: str, folder: Path, **more: str) -> Iterator[str]:
    """JupyterLab or Notebook, as a reader has it, on a copy of the chapters; its address."""
    shutil.copytree(ROOT / "chapters", folder / "chapters")
    own = {f"JUPYTER{what}_DIR": str(folder / what) for what in ("_CONFIG", "_DATA", "_RUNTIME")}
    own |= {f"JUPYTERLAB_{what}_DIR": str(folder / what) for what in ("SETTINGS", "WORKSPACES")}
    own |= {"IPYTHONDIR": str(folder / "ipython"), "XDG_CACHE_HOME": str(folder / "cache")}
    port = free_port()
    options = [
        "--no-browser",
        "--allow-root",
        f"--ServerApp.root_dir={folder}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    with (folder / "log").open("w") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", program, *options],
            cwd=folder,
            env=env(**own, **more),
            stdout=log,
            stderr=log,
        )
    yield f"http://127.0.0.1:{port}"
    started.terminate()
    started.wait()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """JupyterLab: what the addresses of its files begin with, and their folder."""
    folder = tmp_path_factory.mktemp("lab")
    with server("jupyterlab", folder) as address:
        yield f"{address}/lab/tree/", folder


@pytest.fixture(scope="module")
def seven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Notebook 7, of JupyterLab's own minor version, beside it and not among its packages."""
    folder = tmp_path_factory.mktemp("seven")
    packages, shared = folder / "packages", "share/jupyter"
    minor = version("jupyterlab").split(".")[1]
    pip(Path(sys.executable), "--no-deps", "--target", packages, f"notebook==7.{minor}.*")
    shutil.copytree(Path(sys.prefix, shared), packages / shared, dirs_exist_ok=True)
    paths = {
        "PYTHONPATH": str(packages),
        "JUPYTER_PATH": str(packages / shared),
        "JUPYTERLAB_DIR": str(packages / shared / "lab"),
    }
    with server("notebook", folder, **paths) as address:
        yield f"{address}/notebooks/", folder


class Notebook:
    """A chapter in JupyterLab or in Notebook 7."""

    def __init__(self, page: Page, served: tuple[str, Path], chapter: str):
        file = f"chapters/{chapter}.ipynb"
        self.page, self.file, self.address = page, served[1] / file, f"{served[0]}{file}?reset"
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(f"{error} {error.stack}"))
        dialogs = page.locator(".jp-Dialog")  # such as: a file has changed on the disk
        page.add_locator_handler(dialogs, lambda one: one.locator("button").last.click())
        for _ in range(60):  # until the server answers
            try:
                page.goto(self.address)
                break
            except Exception:
                page.wait_for_timeout(1000)
        page.locator(".jp-Cell").first.wait_for(timeout=120_000)
        until(page, COUNTS, self.cells(), 120_000)

    def cells(self) -> int:
        return len(json.loads(self.file.read_text("utf-8"))["cells"])

    def menu(self, name: str, *commands: str) -> None:
        self.page.locator(".lm-MenuBar-itemLabel", has_text=name).first.click()
        *menus, last = [
            self.page.locator(".lm-Menu-itemLabel", has_text=command).first for command in commands
        ]
        for menu in menus:
            menu.hover()
        last.click()

    def run_all(self) -> None:
        self.menu("Run", "Run All Cells")
        until(self.page, f"{RUNNING} > 0", timeout=60_000)
        until(self.page, f"{RUNNING} === 0", timeout=900_000)
        assert (
            self.page.locator(
                "[data-mime-type='application/vnd.jupyter.stderr'] .ansi-red-fg"
            ).count()
            == 0
        )

    def active(self) -> list[int]:
        """How many cells there are, and which is the active one."""
        found: list[int] = self.page.evaluate(
            """() => {
              const cells = [...document.querySelectorAll(".jp-Notebook .jp-Cell")];
              return [cells.length, cells.findIndex((e) => e.classList.contains("jp-mod-active"))];
            }"""
        )
        return found

    def figure(self, name: str) -> Locator:
        box = self.page.locator(f".jp-Notebook [data-figure={name}]")
        box.scroll_into_view_if_needed(timeout=60_000)
        until(self.page, "e => e.dataset.ready === ''", box.element_handle())
        return box

    def save(self) -> dict[str, Any]:
        self.page.keyboard.press("Control+s")
        self.page.locator(".jp-mod-dirty").wait_for(state="detached")
        notebook: dict[str, Any] = json.loads(self.file.read_text("utf-8"))
        return notebook

    def reopen(self) -> None:
        """Without its kernel, until a still picture is there."""
        self.menu("Kernel", "Shut Down Kernel")
        self.page.goto("about:blank")
        self.page.goto(self.address)
        stills = ".jp-OutputArea-output svg.nn-alone, .jp-OutputArea-output img"
        self.page.locator(stills).first.wait_for(timeout=60_000)


COUNTS = "count => document.querySelectorAll('.jp-Notebook .jp-Cell').length === count"
PROMPTS = "[...document.querySelectorAll('.jp-Notebook .jp-InputArea-prompt')]"
RUNNING = f"{PROMPTS}.filter((e) => e.textContent.includes('[*]')).length"


@pytest.fixture
def notebook(browser: Browser, request: Any) -> Iterator[Notebook]:
    program, chapter = request.param
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    yield Notebook(context.new_page(), request.getfixturevalue(program), chapter)
    context.close()


def in_lab(*chapters: str) -> Any:
    names = [("lab", chapter) for chapter in chapters]
    return pytest.mark.parametrize("notebook", names, indirect=True, ids=chapters)


def keys_stay_in(notebook: Notebook, target: Locator, keys: list[str] = COMMANDS) -> None:
    target.focus()
    before = notebook.active()
    for key in keys:
        notebook.page.keyboard.press(key)
        assert notebook.active() == before, key


def keys_turn(slider: Locator) -> None:
    """From one end to the other, and the slider keeps them."""
    slider.click()
    seen = {slider.input_value()}
    for key in KEYS:
        slider.page.keyboard.press(key)
        assert slider.evaluate("e => e === document.activeElement"), key
        seen.add(slider.input_value())
    assert {slider.get_attribute("min"), slider.get_attribute("max")} <= seen


def in_a_cell(page: Page) -> bool:
    return bool(page.evaluate("document.activeElement.classList.contains('jp-Cell')"))


@in_lab("neuron")
def test_a_chapter_in_jupyterlab(notebook: Notebook):
    page = notebook.page
    notebook.run_all()
    box = notebook.figure("activation")

    # Keys stay in the figure.
    slider = box.locator("[data-trait=w]")
    keys_turn(slider)
    for target in (slider, box.locator(".nn-handle").first, box.locator("button").first):
        keys_stay_in(notebook, target)
    slider.focus()
    page.keyboard.press("Escape")
    assert in_a_cell(page)

    # The text's links set it, and lead nowhere else.
    address = page.url
    page.locator(".jp-MarkdownCell a[href^='#fig-activation?f=gelu&w=1&b=0&x=-2']").click()
    until(page, "e => e.checked", box.locator("[data-trait=f][value=gelu]").element_handle())
    assert box.locator("[data-trait=x]").input_value() == "-2"
    assert page.url == address

    # It names its sources, and what unfolds has its mark.
    assert page.get_by_role("link", name="McCulloch and Pitts (1943)").count() == 1
    assert "{cite" not in page.inner_text(".jp-Notebook")
    summary = page.locator(".jp-MarkdownCell summary").first
    assert summary.evaluate("e => getComputedStyle(e).listStyleType") == "disclosure-closed"

    # A second view moves with the first, and no id stands twice.
    box.locator(".nn-title").click(button="right")
    page.locator(".lm-Menu-itemLabel", has_text="Create New View for Cell Output").click()
    second = page.locator(".jp-LinkedOutputView [data-figure=activation]")
    until(page, "e => e.dataset.ready === ''", second.element_handle(timeout=30_000))
    assert second.locator("[data-trait=x]").input_value() == "-2"
    second.locator("[data-trait=x]").focus()
    page.keyboard.press("ArrowRight")
    until(page, "e => e.value === '-1.9'", box.locator("[data-trait=x]").element_handle())
    ids = page.eval_on_selector_all(
        ".nnfig, .nnfig [id]", "all => all.map(e => e.id).filter(Boolean)"
    )
    assert len({*ids}) == len(ids)

    # It follows the theme.
    paper = "e => getComputedStyle(e).backgroundColor"
    light = box.evaluate(paper)
    notebook.menu("Settings", "Theme", "JupyterLab Dark")
    until(page, f"([e, light]) => ({paper})(e) !== light", [box.element_handle(), light])

    # The saving key saves; the file has still pictures, and the quiz's questions.
    slider.focus()
    saved = notebook.save()
    outputs = [
        out["data"] for cell in saved["cells"] for out in cell.get("outputs", []) if "data" in out
    ]
    shown = [{*data} - {WIDGET, "text/plain"} for data in outputs if WIDGET in data]
    assert shown == [{"image/svg+xml"}, {"image/svg+xml"}, {"text/markdown"}]
    notebook.reopen()
    assert "model not found" not in page.inner_text(".jp-Notebook")
    assert notebook.errors == []


@in_lab("depth")
def test_a_panel_keeps_its_keys_stops_and_its_cell_can_be_run_again(notebook: Notebook):
    page = notebook.page
    notebook.run_all()
    panel = page.locator(".jupyter-widgets.widget-vbox")
    handle, menu = panel.locator(".noUi-handle").last, panel.locator("select").last
    train, stop = (panel.get_by_role("button", name=name) for name in ("Train", "Stop"))
    panel.scroll_into_view_if_needed()

    keys_stay_in(notebook, menu, COMMANDS[:-2])  # which would open it
    keys_stay_in(notebook, handle)
    at = handle.get_attribute("aria-valuenow")
    page.keyboard.press("ArrowRight")
    assert handle.get_attribute("aria-valuenow") != at
    page.keyboard.press("Escape")
    assert in_a_cell(page)

    notebook.menu("Settings", "Theme", "JupyterLab Dark")
    train.click()
    panel.locator("text=Start 1: after epoch").wait_for(timeout=60_000)
    stop.click()
    panel.locator("text=Stopped.").wait_for(timeout=60_000)
    bar = panel.locator(".progress-bar")
    width = bar.evaluate("e => parseFloat(e.style.width)")
    assert 0 < width < 100
    ink = panel.locator("svg text, svg use").first.evaluate("e => getComputedStyle(e).fill")
    assert min(map(int, re.findall(r"\d+", ink)[:3])) > 120, "light on the dark"

    train.click()
    page.locator(".jp-Cell", has=train).click(position={"x": 300, "y": 5})
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    until(page, "document.querySelector('.progress-bar')?.style.width === '0%'", timeout=60_000)
    assert notebook.errors == []


ANSWER = 'input[type=range], .nn-panel .nn-choice label:has(:not(:checked)), [data-by="1"]'
SHOWN = "e => ['.nn-live', '.nn-numbers'].map((part) => e.querySelector(part)?.innerHTML).join()"


@in_lab(*sorted(path.stem for path in (ROOT / "chapters").glob("*.ipynb")))
def test_the_figures_of_a_chapter_draw_and_answer(notebook: Notebook):
    notebook.run_all()
    boxes = notebook.page.locator(".jp-Notebook .nnfig:not([data-figure=quiz])")
    names = boxes.evaluate_all("all => all.map((e) => e.dataset.figure)")
    assert names
    for name in names:
        box = notebook.figure(name)
        before = box.evaluate(SHOWN)
        control = box.locator(ANSWER).locator("visible=true").first
        if control.get_attribute("type") == "range":
            at_end = control.input_value() == control.get_attribute("max")
            control.press("ArrowLeft" if at_end else "ArrowRight")
        else:
            control.click()
        until(notebook.page, f"([e, was]) => ({SHOWN})(e) !== was", [box.element_handle(), before])
    assert notebook.errors == []


@pytest.mark.parametrize("notebook", [("seven", "sgd")], indirect=True, ids=["sgd"])
def test_a_chapter_in_notebook_7(notebook: Notebook):
    page = notebook.page
    notebook.run_all()
    box = notebook.figure("step-size")
    slider = box.locator("[data-trait=lr]")
    keys_turn(slider)
    for target in (slider, box.locator("button").first):
        keys_stay_in(notebook, target)

    address = page.url
    link = page.locator(".jp-MarkdownCell a[href^='#fig-step-size?lr=']").first
    wanted = parse_qs((link.get_attribute("href") or "").partition("?")[2])["lr"][0]
    link.click()
    until(page, "([e, to]) => Number(e.value) === Number(to)", [slider.element_handle(), wanted])
    assert page.url == address

    notebook.save()
    notebook.reopen()
    assert [error for error in notebook.errors if "blob:" in error] == []  # where figures are from
