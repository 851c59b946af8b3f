// What the figures of the 4-2-1 network draw in the same way: units, weights, the lines at the foot.
import { SUB, add } from "./kit.js";

/**
 * A text of the picture, which a screen reader passes over: the figure's table has its number.
 * @param {Element} parent
 * @param {number} x
 * @param {number} y
 */
export const text = (parent, x, y, kind = "", words = "") =>
  add(parent, "text", { x, y, class: kind, "aria-hidden": "true" }, words);

/**
 * The frame of a unit.
 * @param {Element} parent
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
export const box = (parent, x, y, width, height, kind = "nn-box") =>
  add(parent, "rect", { x, y, width, height, rx: 6, class: kind, "aria-hidden": "true" });

/**
 * Weight k (from 0) in a small box on its connection: its name, then as many empty rows as asked for.
 * @param {Element} parent
 * @param {number} k
 * @param {{ cx: number, y: number, width: number, height: number, rows: number }} box
 */
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

/**
 * Lines on a shade at the foot, pressed together where they are too long: `write(words)`.
 * @param {Element} svg
 * @param {{ width: number, height: number, tall: number, pitch: number, left: number }} place
 * @param {string[]} kinds
 */
export function foot(svg, { width, height, tall, pitch, left }, kinds) {
  box(svg, 0, height - tall, width, tall, "nn-shade");
  const lines = kinds.map((kind, k) => text(svg, left, height - tall + pitch * (k + 1), kind));
  for (const line of lines) line.setAttribute("lengthAdjust", "spacingAndGlyphs");
  const room = width - 2 * left;
  const write = (/** @type {string[]} */ words) => lines.forEach((line, k) => {
    line.textContent = words[k];
    line.removeAttribute("textLength");
    if (line.getComputedTextLength() > room) line.setAttribute("textLength", room);
  });
  return Object.assign(write, { lines });
}
