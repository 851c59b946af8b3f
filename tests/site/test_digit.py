"""The figure `digit` on its page: drawn in with mouse, finger and keys, cleared, looked into."""

from __future__ import annotations

import pytest
from figure_page import PHONE, Shown
from site_visit import Visit, until

from nnbook.figures.digit.compute import strokes
from nnbook.figures.digit.questions import TORN


@pytest.fixture(scope="module")
def name() -> str:
    return "digit"


def corner(shown: Shown) -> tuple[float, float, float]:
    """The drawing square in the window: left, top, size."""
    sheet = shown.box.locator(".nn-live .nn-sheet > rect")
    sheet.evaluate("e => e.scrollIntoView({block: 'center', behavior: 'instant'})")
    box = sheet.bounding_box()
    assert box
    return box["x"], box["y"], box["width"]


def drawing(shown: Shown) -> str:
    return str(shown.now()["drawing"])


def test_the_mouse_draws_and_a_stored_digit_makes_way(shown: Shown):
    x, y, size = corner(shown)
    shown.set("drawing", "37")
    for k in (0.25, 0.75):
        shown.page.mouse.move(x + k * size, y + 0.2 * size)
        shown.page.mouse.down()
        shown.page.mouse.move(x + k * size, y + 0.8 * size, steps=6)
        shown.page.mouse.up()
        shown.page.mouse.move(x + 0.5 * size, y + 0.9 * size)
    two = strokes(drawing(shown))
    assert len(two) == 2
    for points, k in zip(two, (0.25, 0.75), strict=True):
        assert abs(points[:, 0] - k * 56).max() <= 1
        assert abs(points[0, 1] - 0.2 * 56) <= 1
        assert abs(points[-1, 1] - 0.8 * 56) <= 1
    shown.box.get_by_role("button", name="clear the square").click()
    assert drawing(shown) == ""
    until(
        shown.page,
        "e => e.innerText.startsWith('The square is empty')",
        arg=shown.box.locator(".nn-sentence").element_handle(),
    )


def test_the_drawing_that_was_there_makes_way_for_the_readers_own(shown: Shown):
    x, y, size = corner(shown)
    assert drawing(shown) == TORN
    shown.page.mouse.click(x + 0.5 * size, y + 0.5 * size)
    assert len(strokes(drawing(shown))) == 1
    shown.page.mouse.click(x + 0.6 * size, y + 0.6 * size)
    assert len(strokes(drawing(shown))) == 2


def test_keys_draw(visit: Visit):
    shown = Shown(visit, "digit")  # a page of its own, where the cursor stands in the middle
    shown.set("drawing", "")
    sheet = shown.box.get_by_role("application")
    sheet.focus()
    for press in ("ArrowUp", "ArrowUp", " ", "ArrowDown", "ArrowDown", " ", "ArrowRight"):
        shown.page.keyboard.press(press)
    (points,) = strokes(drawing(shown))
    assert points.tolist() == [[28, 24], [28, 26], [28, 28]]
    shown.page.keyboard.press(" ")
    shown.page.keyboard.press("ArrowRight")
    assert len(strokes(drawing(shown))) == 2
    shown.page.keyboard.press("Backspace")
    assert len(strokes(drawing(shown))) == 1
    shown.page.keyboard.press("Delete")
    assert drawing(shown) == ""


def test_keys_take_a_stored_digit_and_another_of_its_kind(shown: Shown):
    take = shown.box.get_by_role("button", name="take a stored 4", exact=True)
    take.focus()
    shown.page.keyboard.press("Enter")
    assert drawing(shown) == "40"
    shown.page.keyboard.press(" ")
    assert drawing(shown) == "41"


def test_a_neuron_is_looked_into_and_switched_off_by_mouse_and_by_keys(shown: Shown):
    shown.set("drawing", "30")
    layer = shown.box.get_by_role("slider", name="hidden neuron to look into")
    shown.box.locator(".nn-live .nn-neuron").nth(4).click()
    assert shown.now()["neuron"] == 5
    shown.box.get_by_role("button", name="switch this neuron off or on").click()
    assert shown.now()["off"] == "5"
    layer.focus()
    for press in ("ArrowRight", "Enter"):
        shown.page.keyboard.press(press)
    assert shown.now()["off"] == "5,6"
    assert layer.get_attribute("aria-valuetext") == "neuron 6 is off"
    shown.page.keyboard.press("Enter")
    assert shown.now()["off"] == "5"
    assert shown.visit.complaints == []


@pytest.mark.parametrize("options", [PHONE], ids=["phone"])
def test_a_finger_draws_and_does_not_scroll(shown: Shown):
    shown.set("drawing", "")
    x, y, size = corner(shown)
    touch = shown.page.context.new_cdp_session(shown.page)
    before = shown.page.evaluate("scrollY")

    def send(kind: str, *points: dict[str, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    send("touchStart", {"x": x + 0.3 * size, "y": y + 0.8 * size})
    for k in (0.7, 0.5, 0.3):
        send("touchMove", {"x": x + 0.3 * size, "y": y + k * size})
    send("touchEnd")
    shown.painted()
    (points,) = strokes(drawing(shown))
    assert abs(points[:, 0] - 0.3 * 56).max() <= 1
    assert abs(points[-1, 1] - 0.3 * 56) <= 1
    assert shown.page.evaluate("scrollY") == before
