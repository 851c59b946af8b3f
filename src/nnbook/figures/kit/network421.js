// What the figures of the 4-2-1 network draw in the same way: units, weights, the lines at the foot.
import { SUB, add } from "./kit.js";

/** A text of the picture, which a screen reader passes over: the figure's table has its number. */
export const text = (parent, x, y, kind = "", words = "") =>
  add(parent, "text", { x, y, class: kind, "aria-hidden": "true" }, words);

/** The frame of a unit. */
export const box = (parent, x, y, width, height, kind = "nn-box") =>
  add(parent, "rect", { x, y, width, height, rx: 6, class: kind, "aria-hidden": "true" });

/** Weight k (from 0) in a small box on its connection: its name, then as many empty rows as asked for. */
export function weightBox(parent, k, { cx, y, width, height, rows }) {
  const g = add(parent, "g", { "aria-hidden": "true" });
  const frame = add(g, "rect", { x: cx - width / 2, y, width, height, rx: 5, class: "nn-box" });
  const pitch = (height - 4) / (rows + 1);
  const [name, ...values] = Array.from({ length: rows + 1 }, (_, row) =>
    text(g, cx, y + 13 + pitch * row, "nn-mid nn-small"));
  name.classList.add("nn-soft");
  name.textContent = `w${SUB[k]}`;
  return { g, frame, values };
}

/** Lines on a shade at the foot, pressed together where they are too long: `write(words)`. */
export function foot(svg, { width, height, tall, pitch, left }, kinds) {
  box(svg, 0, height - tall, width, tall, "nn-shade");
  const lines = kinds.map((kind, k) => text(svg, left, height - tall + pitch * (k + 1), kind));
  for (const line of lines) line.setAttribute("lengthAdjust", "spacingAndGlyphs");
  const room = width - 2 * left;
  return Object.assign((words) => lines.forEach((line, k) => {
    line.textContent = words[k];
    line.removeAttribute("textLength");
    if (line.getComputedTextLength() > room) line.setAttribute("textLength", room);
  }), { lines });
}

/** Marks the readout that the step fills: `keys` in the order of the steps from 1 on. */
export function current(svg, keys, step) {
  keys.forEach((key, k) => {
    const row = svg.closest(".nnfig").querySelector(`[data-out="${key}"]`).parentElement;
    if (k + 1 === step) row.setAttribute("aria-current", "step");
    else row.removeAttribute("aria-current");
  });
}
