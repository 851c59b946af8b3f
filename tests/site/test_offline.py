"""The archive of `make zip`, unpacked on a machine without a network: every figure moves."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import archive
import pytest
from figure_page import HOME
from playwright.sync_api import Browser
from site_visit import Visit


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, in a folder whose name has a space and letters that are not ASCII."""
    folder = tmp_path_factory.mktemp("offline") / "Übung №1, ein Ordner"
    archive.write(folder.parent / "book.zip")
    with zipfile.ZipFile(folder.parent / "book.zip") as file:
        file.extractall(folder)
    return folder / archive.NAME / "site"


@pytest.fixture(scope="module")
def offline(browser: Browser) -> Iterator[Any]:
    """A profile of the browser with the network cut off."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    yield context
    context.close()


MOVE = """async box => {
  const picture = () => box.querySelector(".nn-live").innerHTML;
  const before = picture();
  for (const field of box.querySelectorAll("input[data-trait]")) {
    if (field.type === "range") {
      for (const value of [field.min, field.max]) {
        field.value = value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise((done) => setTimeout(done, 100));
        if (picture() !== before) return true;
      }
    } else if (!field.checked) {
      field.click();
      await new Promise((done) => setTimeout(done, 100));
      if (picture() !== before) return true;
    }
  }
  for (const button of box.querySelectorAll("[data-trait] button:not(:disabled)")) {
    button.click();
    await new Promise((done) => setTimeout(done, 100));
    if (picture() !== before) return true;
  }
  return false;
}"""


@pytest.mark.sweep
@pytest.mark.parametrize("address", sorted(set(HOME.values())))
def test_every_figure_of_a_page_moves_without_a_network(offline: Any, unpacked: Path, address: str):
    visit = Visit(offline.new_page(), "file:")
    visit.open((unpacked / address).as_uri())
    for name in (name for name, home in HOME.items() if home == address):
        assert visit.page.locator(f"#fig-{name}").evaluate(MOVE), name
    assert visit.strangers == []
    assert visit.complaints == []
    visit.page.close()


def test_the_unpacked_site_opens_at_its_first_page(offline: Any, unpacked: Path):
    page = offline.new_page()
    page.goto((unpacked / "index.html").as_uri())
    page.wait_for_url(re.compile(r"/book/index\.html$"))
    assert page.get_by_role("heading", level=1).is_visible()
    page.locator("main a", has_text="Read").first.click()
    page.wait_for_url(re.compile(r"/chapters/\w+\.html$"))
