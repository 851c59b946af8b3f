"""The built site as it is found and quoted: addresses, previews, sitemap, search, buttons."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
import repository
from playwright.sync_api import expect
from site_visit import ROOT, SITE, Visit, pages, until

HERE = repository.configured()
BRANCH = "main"
CHAPTERS = [page for page in pages() if page.startswith("chapters/")]
PAGES = [page for page in pages() if page.startswith(("book/", "chapters/"))]


def text(page: str) -> str:
    return (SITE / page).read_text("utf-8")


def tags(page: str) -> dict[str, str]:
    found = re.findall(r'<meta (?:name|property)="([\w:]+)" content="([^"]*)"', text(page))
    return {name: unescape(content) for name, content in found}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_what_it_is_and_where(page: str):
    said = tags(page)
    assert 60 < len(said["description"]) <= 250, said["description"]
    assert said["og:description"] == said["description"]
    assert said["og:url"] == f"{HERE.site}{page}"
    assert f'<link rel="canonical" href="{HERE.site}{page}"' in text(page)
    assert said["og:title"] in unescape(re.search(r"<title>(.*?)</title>", text(page), re.S)[1])
    picture = SITE / said["og:image"].removeprefix(HERE.site)
    assert picture.read_bytes()[16:24] == (1200).to_bytes(4, "big") + (630).to_bytes(4, "big")
    assert said["og:image:alt"]


def test_descriptions_tell_the_chapters_apart():
    said = [tags(page)["description"] for page in CHAPTERS]
    assert len(set(said)) == len(said)


def test_the_sitemap_lists_every_page_once():
    tree = ElementTree.parse(SITE / "sitemap.xml")
    listed = [element.text for element in tree.iter() if element.tag.endswith("loc")]
    assert sorted(listed) == sorted(f"{HERE.site}{page}" for page in PAGES)
    assert f'href="{HERE.site}sitemap.xml"' in text(PAGES[0])


@pytest.mark.parametrize("page", CHAPTERS)
def test_no_button_of_a_chapter_is_dead(page: str):
    """Colab, Binder, download, source: each names a file that is there."""
    notebook = f"{page.removesuffix('.html')}.ipynb"
    slug = f"{HERE.owner}/{HERE.name}"
    header = text(page)
    links = {unquote(link) for link in re.findall(r'href="([^"]+)"', header)}
    assert f"https://colab.research.google.com/github/{slug}/blob/{BRANCH}/{notebook}" in links
    assert f"https://mybinder.org/v2/gh/{slug}/{BRANCH}?urlpath=lab/tree/{notebook}" in links
    assert f"https://github.com/{slug}/blob/{BRANCH}/{notebook}?plain=1" in links
    assert f"../_sources/{notebook}" in links
    assert (ROOT / notebook).read_bytes() == (SITE / "_sources" / notebook).read_bytes()


def test_the_search_opens_by_button_and_key_and_leads_to_what_was_typed(visit: Visit):
    page = visit.open("chapters/neuron.html")
    field = page.locator("dialog input[name=q]")
    page.locator("[data-do=search]:visible").first.click()
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).not_to_be_visible()
    page.keyboard.press("Control+k")
    field.fill("kink")
    field.press("Enter")
    page.wait_for_url("**/search.html?q=kink*")


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_this_repository_leads_to_a_file(page: str):
    slug = re.escape(f"{HERE.owner}/{HERE.name}")
    places = (
        rf"colab\.research\.google\.com/github/{slug}/blob/{BRANCH}/",
        rf"mybinder\.org/v2/gh/{slug}/{BRANCH}\?urlpath=lab/tree/",
        rf"github\.com/{slug}/(?:blob|tree|edit)/{BRANCH}/",
    )
    for link in re.findall(r'href="(https://[^"]+)"', text(page)):
        if f"{HERE.owner}/{HERE.name}" in link and "/issues" not in link:
            path = re.sub("|".join(places), "", unquote(link).partition("://")[2])
            file = re.split(r"[?#]", path)[0]
            known = file == f"github.com/{HERE.owner}/{HERE.name}"
            assert known or (ROOT / file).exists(), link


def test_the_landing_page_says_which_way_to_choose(visit: Visit):
    lead = visit.open("book/index.html").locator(".nn-ways")
    for way in ("Read", "Run", "Binder", "Colab"):
        assert lead.locator("li", has_text=way).count()
    assert "no account" in lead.inner_text()
    assert "Google account" in lead.inner_text()


def test_one_press_on_the_landing_page_deletes_what_this_browser_keeps(visit: Visit):
    page = visit.open("book/index.html")
    assert "kept in this browser, and goes nowhere else" in page.inner_text("main")
    page.evaluate(
        """() => {
          const keys = ["nn-quiz-neuron", "nnbook gelu", "mode", "another-site"];
          for (const key of keys) localStorage.setItem(key, "{}");
        }"""
    )
    page.locator("[data-do=forget]").click()
    assert sorted(page.evaluate("Object.keys(localStorage)")) == ["another-site", "mode"]
    assert page.locator("[data-do=forget]").inner_text() == "Deleted"


@pytest.mark.parametrize("where", ["from the disk", "from a server"])
def test_the_search_finds_the_vanishing_gradient(visit: Visit, where: str):
    page = f"{visit.site}/_build/html/search.html"
    if where == "from the disk":
        page = (SITE / "search.html").as_uri()
    visit.page.goto(f"{page}?q=vanishing+gradient")
    results = visit.page.locator("#search-results li a")
    results.first.wait_for()
    places = results.evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert any("chapters/" in place for place in places), places
    results.first.click()
    visit.page.wait_for_url(re.compile(r".*/(chapters|book)/.*"))
    assert "vanish" in visit.page.locator("main").inner_text().lower()
    assert visit.strangers == []


def test_the_search_finds_a_letter_with_its_hat_and_tells_it_from_the_bare_one(visit: Visit):
    found = {}
    for query in ("x%CC%82", "x"):
        visit.page.goto(f"{visit.site}/_build/html/search.html?q={query}")
        visit.page.locator("#search-results li a").first.wait_for()
        until(
            visit.page,
            "/finished|found/i.test(document.querySelector('#search-results').innerText)",
        )
        links = visit.page.locator("#search-results li a")
        found[query] = {link.get_attribute("href") for link in links.all()}
    assert any("chapters/batchnorm" in str(link) for link in found["x%CC%82"])
    assert len(found["x%CC%82"]) < len(found["x"])


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_without_javascript_every_still_picture_and_every_button_is_there(visit: Visit):
    visit.page.goto(f"{visit.site}/_build/html/chapters/neuron.html")
    stills = visit.page.locator(".nn-still svg.nn-wide")
    assert stills.count() >= 2
    assert all(still.is_visible() for still in stills.all())
    for menu, entry in (("Run this chapter", "on Colab"), ("Download this page", "Notebook")):
        visit.page.get_by_label(menu).click()
        assert visit.page.get_by_role("link", name=entry).is_visible()


@pytest.mark.parametrize("visit", [{"viewport": {"width": 320, "height": 225}}], indirect=True)
@pytest.mark.parametrize("page", ["book/index.html", "chapters/neuron.html"])
def test_at_four_hundred_percent_text_has_most_of_the_screen(visit: Visit, page: str):
    """1280 × 900 pixels at 400 %: nothing fixed may cover what is read, nothing is cut off."""
    shown = visit.open(page)
    shown.evaluate("scrollTo(0, 700)")
    shown.wait_for_timeout(300)
    covered = shown.evaluate(
        """[...document.querySelectorAll("body *")]
          .filter(e => ["fixed", "sticky"].includes(getComputedStyle(e).position))
          .map(e => e.getBoundingClientRect())
          .filter(r => r.right > 0 && r.left < innerWidth && r.bottom > 0 && r.top < innerHeight)
          .reduce((sum, r) => sum + Math.min(r.bottom, innerHeight) - Math.max(r.top, 0), 0)"""
    )
    assert covered < 225 / 3
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
