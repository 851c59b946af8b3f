"""The playground and a typed function, with the real runtime: the library trains in the page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from python_page import START, Worker, shipped
from site_visit import Visit, until

from nnbook.experiments.playground import DISK, SPIRAL, XOR, Run, Settings

pytestmark = pytest.mark.skipif(not shipped(), reason="the site was built without Pyodide")
HOME = "chapters/training.html"


class Playground:
    def __init__(self, page: Page):
        self.page, self.box = page, page.locator("#fig-playground")

    def press(self, name: str) -> None:
        self.box.locator(f"[data-live={name}]").click()

    def out(self, name: str) -> str:
        return self.box.locator(f'[data-out="{name}"]').inner_text()

    def updates(self) -> int:
        text = self.out("updates")
        return int(text) if text.isdigit() else -1

    def said(self) -> str:
        return self.box.locator(".nn-live-said").inner_text()

    def wait(self, condition: str, argument: Any = None) -> None:
        """Until the condition on the figure, in JavaScript, holds."""
        until(
            self.page,
            f"(argument) => {{ const box = document.querySelector('#fig-playground'); "
            f"const said = box.querySelector('.nn-live-said').textContent; "
            f"const speed = box.querySelector('[data-out=speed]').textContent; "
            f"const updates = Number(box.querySelector('[data-out=updates]').textContent); "
            f"return {condition}; }}",
            arg=argument,
            timeout=START,
        )

    def choose(self, key: str, value: str) -> None:
        self.box.locator(f'[data-trait="{key}"][value="{value}"]').check()

    def slide(self, key: str, value: float) -> None:
        self.box.locator(f'[data-trait="{key}"]').fill(str(value))

    def maps(self) -> str:
        """The output's map, as pixels."""
        maps = "(e) => (e.toDataURL ? e.toDataURL() : e.getAttribute('href'))"
        return str(self.box.locator(".nn-live :is(image, canvas)").last.evaluate(maps))


@pytest.fixture
def playground(opened: Visit) -> Playground:
    """As it opens, with a Python that may have started already."""
    found = Playground(opened.page)
    found.box.scroll_into_view_if_needed()
    found.box.locator("[data-action=reset]").click()
    return found


@pytest.mark.parametrize(
    "settings",
    [DISK, XOR, SPIRAL, replace(XOR, f="gelu", dropout=0.2, norm=True, batch=32, sines=True)],
    ids=["disk", "xor", "spiral", "all"],
)
def test_200_updates_in_the_page_are_those_of_cpython(worker: Worker, settings: Settings):
    run = Run(settings)
    run.advance(200)
    code = """
from nnbook.experiments.playground import Run, Settings
run = Run(Settings.of(%r))
run.advance(200)
print(repr([p.value.ravel().tolist() for p in run.model.parameters()]))
"""
    cell = ["cell", code % settings.controls()]
    [answer] = worker.ask([{"do": "run", "cells": [cell]}])
    found = np.concatenate(eval(answer["said"]))
    expected = np.concatenate([p.value.ravel() for p in run.model.parameters()])
    assert np.abs(found - expected).max() <= 1e-12


def test_play_trains_and_says_when_it_has_solved_the_task(playground: Playground):
    playground.choose("data", "xor")
    playground.choose("f", "relu")
    playground.slide("h1", 8)
    playground.choose("rate", "0.3")
    assert playground.updates() == 0  # the recorded run
    playground.press("play")
    playground.wait("said.includes('Solved after')")
    expect(playground.box.locator("[data-live=play]")).to_have_text("Play")
    assert 20 <= playground.updates() <= 200
    assert playground.updates() % 20 == 0
    assert "updates a second" in playground.out("speed")


def test_step_explains_itself_and_gradients_are_checked_in_one_press(playground: Playground):
    playground.press("step")
    playground.wait("updates === 1")
    playground.press("explain")
    playground.wait("updates === 2")
    lines = playground.box.locator(".nn-live-lines")
    run = Run(replace(DISK, h1=2))
    run.advance(1)
    assert lines.inner_text() == "\n".join(run.explained())
    playground.press("check")
    expect(lines).to_contain_text("passed: ", timeout=START)
    assert playground.updates() == 2


def test_start_again_gives_the_same_first_weights_and_a_pale_curve(playground: Playground):
    playground.press("again")
    playground.wait("said.includes('same first weights') && speed !== 'recorded'")
    first = playground.maps()
    playground.press("play")
    playground.wait("updates >= 60")
    playground.press("play")
    playground.press("again")
    playground.wait("updates === 0")
    assert playground.maps() == first
    assert playground.box.locator(".nn-live .nn-faint").first.get_attribute("d")


def test_a_changed_rate_goes_on_and_a_changed_layer_begins_anew(playground: Playground):
    playground.press("step")
    playground.wait("updates === 1")
    playground.choose("rate", "0.1")
    playground.press("step")
    playground.wait("updates === 2")
    playground.choose("batch", "32")
    playground.choose("f", "gelu")
    playground.press("step")
    playground.wait("updates === 3")
    playground.slide("h2", 3)
    playground.wait("updates === 0")
    assert playground.box.locator(".nn-live rect.nn-box").count() == 2 + 3


AWAY = {
    "scrolled away": "scrollTo({ top: 0, behavior: 'instant' })",
    "another tab": """const hidden = { value: true, configurable: true };
        Object.defineProperty(document, "hidden", hidden);
        document.dispatchEvent(new Event("visibilitychange"));
        delete document.hidden""",
}


@pytest.mark.parametrize("away", AWAY.values(), ids=AWAY)
def test_it_pauses_when_it_is_out_of_sight_and_says_so(playground: Playground, away: str):
    playground.slide("h1", 1)  # never solved
    playground.press("play")
    playground.wait("updates > 0")
    playground.page.evaluate(away)
    playground.wait("said.includes('out of sight')")
    playground.page.wait_for_timeout(300)  # the updates that were asked for still come
    seen = playground.updates()
    playground.page.wait_for_timeout(300)
    assert playground.updates() == seen


def test_the_edited_code_is_kept_and_trains(playground: Playground):
    page = playground.page
    playground.box.locator(".nn-live-code summary").click()
    code = playground.box.locator("[data-code]")
    code.locator('[data-do="edit"]').click()
    field = code.get_by_role("textbox")
    text = field.input_value()
    wild = text.replace("return loss", "return loss * float('nan')")
    assert wild != text
    field.fill(wild)
    playground.press("play")
    playground.wait("said.includes('no longer a number')")
    field.fill(text.replace("opt.step()", "opt.stepp()"))
    playground.press("play")
    playground.wait("said.includes('stepp')")
    assert 'File "<training code>", line' in playground.said()
    page.reload()
    expect(playground.box.locator("[data-code] textarea")).to_have_value(
        text.replace("opt.step()", "opt.stepp()")
    )
    playground.box.locator(".nn-live-code summary").click()
    code.locator('[data-do="restore"]').click()
    assert code.get_by_role("textbox").count() == 0
    playground.press("step")
    playground.wait("updates === 1")


def test_what_own_points_need_is_there_only_with_them(playground: Playground):
    clear = playground.box.locator("button[data-trait=own]")
    puts = playground.box.locator("fieldset", has=playground.page.locator("[data-trait=put]"))
    for data, there in (("circle", False), ("own", True), ("xor", False)):
        playground.choose("data", data)
        assert (clear.is_visible(), puts.is_visible()) == (there, there), data
    playground.page.reload(wait_until="commit")
    clear.wait_for(state="attached")
    assert not clear.is_visible(), "nor before the figure has started"


def test_own_points_by_keys_and_pointer_train_and_stay_in_the_address(playground: Playground):
    playground.choose("data", "own")
    cursor = playground.box.get_by_label("cursor", exact=True)
    cursor.focus()
    playground.page.keyboard.press("Enter")
    playground.page.keyboard.press("PageUp")
    playground.choose("put", "s")
    cursor.focus()
    playground.page.keyboard.press("Enter")
    dots = playground.box.locator(".nn-live circle.nn-fill-orange, .nn-live .nn-square")
    expect(dots).to_have_count(2)
    assert "own=o2020s3020" in playground.page.url
    ground = playground.box.locator(".nn-live .nn-column")
    ground.click(position={"x": 30, "y": 30})
    expect(dots).to_have_count(3)
    playground.press("step")
    playground.wait("updates === 1")
    assert playground.out("loss").endswith(", –")
    kept = "JSON.stringify(history.state).includes(/own=(\\w+)/.exec(location.hash)[1])"
    until(playground.page, kept)  # a third of a second after the last change
    playground.page.reload()
    expect(dots).to_have_count(3)


def test_a_typed_function_is_drawn_or_what_is_wrong_with_it_is_said(visit: Visit):
    page = visit.open("chapters/neuron.html")
    box = page.locator("#fig-activation")
    field = box.locator(".nn-own")
    said = box.locator("[data-own] + p")
    field.fill("x^2")
    field.press("Enter")
    expect(said).to_have_text("^ is no power in Python: write x**2.", timeout=START)
    field.fill("x**2 / 4")
    box.get_by_role("button", name="Draw it").click()
    expect(said).to_contain_text("Drawn", timeout=START)
    expect(box.locator("[data-out=z]")).to_have_text("1.000")
    expect(box.locator("[data-out=slope]")).to_have_text("1.000")
    box.locator('[data-trait="f"][value="tanh"]').check()
    expect(box.locator("[data-out=z]")).to_have_text("0.964")
