"""What axe-core finds on a page, in a fraction of its time.

Contrast takes axe longer than all else, and is the same for all texts of one look: the same color,
size and weight on the same backgrounds. So the rules of colors read one text of each look.
"""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

COLORS = ["color-contrast", "link-in-text-block"]
LOOKS = """
() => {
  const seen = new Set();
  const ground = (e) => {
    const { backgroundColor, backgroundImage, opacity } = getComputedStyle(e);
    const own = String([backgroundColor, backgroundImage, opacity]);
    const below = e.parentElement ? ground(e.parentElement) : "";
    return own === "rgba(0, 0, 0, 0),none,1" ? below : below + own;
  };
  for (const e of document.querySelectorAll("body *")) {
    const field = e.matches("input, select, textarea"), link = e.closest("a");
    const text = [...e.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!field && !text) continue;
    const style = getComputedStyle(e), { color, fill, fontSize, fontWeight, textShadow } = style;
    const around = link && [getComputedStyle(link.parentElement).color, style.textDecorationLine];
    const look = String([field, color, fill, fontSize, fontWeight, textShadow, around, ground(e)]);
    const fresh = e.checkVisibility() && !seen.has(look);
    e.dataset.look = fresh ? "new" : "known";
    if (fresh) seen.add(look);
  }
  return seen.size;
}"""


def violations(page: Page, within: str = "body", rules: list[str] | None = None) -> list[Any]:
    """Of these rules, or of all."""
    others = {"rules": {rule: {"enabled": False} for rule in COLORS}}
    if rules is not None:
        others = only([rule for rule in rules if rule not in COLORS])
    found = []
    if rules is None or not set(rules) <= set(COLORS):
        found += run(page, {"include": [[within]]}, others)
    if rules is None or set(rules) & set(COLORS):
        assert page.evaluate(LOOKS) > 1
        looks = {"include": [['[data-look="new"]']], "exclude": [['[data-look="known"]']]}
        found += run(page, looks, only(COLORS))
    return found


def only(rules: list[str]) -> dict[str, Any]:
    return {"runOnly": {"type": "rule", "values": rules}}


def run(page: Page, context: dict[str, Any], options: dict[str, Any]) -> list[Any]:
    options = {**options, "resultTypes": ["violations"]}  # the rest would take long to tell
    violations: list[Any] = Axe().run(page, context, options).response["violations"]
    return violations
