"""Where the system sets the colors, pictures and choices are still told apart."""

from __future__ import annotations

import pytest
from site_visit import Visit, until

# The contrast of each kind of mark with the ground of its picture.
CONTRASTS = """(figure) => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const light = (color) => {
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const parts = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((v) => v / 255);
    const [r, g, b] = parts.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  const ground = light(getComputedStyle(figure.querySelector(".nn-stage")).backgroundColor);
  const seen = {};
  for (const e of figure.querySelectorAll(".nn-live :is(.nn-line, .nn-zero, .nn-dot, text)")) {
    const style = getComputedStyle(e), line = e.matches(".nn-line, .nn-zero");
    const one = light(line ? style.stroke : style.fill), kind = e.getAttribute("class");
    if (e.checkVisibility()) seen[kind] = Math.max(one, ground) / Math.min(one, ground);
  }
  return seen;
}"""


@pytest.mark.parametrize(
    "visit",
    [{"forced_colors": "active", "color_scheme": scheme} for scheme in ("light", "dark")],
    indirect=True,
    ids=["light", "dark"],
)
def test_pictures_and_choices_are_seen_whatever_theme_was_chosen(visit: Visit):
    page = visit.page
    scheme = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'")
    other = {"light": "dark", "dark": "light"}[scheme]
    page.add_init_script(f"localStorage.setItem('mode', '{other}')")
    visit.open("chapters/neuron.html")
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    for figure in page.locator(".nnfig:not([data-figure=quiz])").all():
        seen = figure.evaluate(CONTRASTS)
        assert len(seen) > 3
        assert {mark for mark, contrast in seen.items() if contrast < 3} == set()
    chosen, not_chosen = (
        page.locator(f"#fig-activation .nn-choice label:has({which})").first
        for which in (":checked", ":not(:checked)")
    )
    outline = "e => getComputedStyle(e).outlineStyle"
    assert chosen.evaluate(outline) == "solid"
    assert not_chosen.evaluate(outline) == "none"

    page.emulate_media(forced_colors="none")
    until(page, f"document.documentElement.dataset.theme === '{other}'")
