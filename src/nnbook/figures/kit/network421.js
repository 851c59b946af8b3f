// The slides' 4-2-1 network from left to right, as `forward` and `messages` draw it: circles hold numbers on
// their way up, what comes back stands beneath them, and weights stand on their edges.
import { SUB, add, polyline, uid } from "./kit.js";

/**
 * A text of the picture, which a screen reader passes over: the figure's table has its number.
 * @param {Element} parent
 * @param {number} x
 * @param {number} y
 */
export const text = (parent, x, y, kind = "", words = "") =>
  add(parent, "text", { x, y, class: kind, "aria-hidden": "true" }, words);

/**
 * The whole network, its circles and edges.
 * @param {SVGSVGElement} svg
 * @param {{ width: number, height: number, below: number, right: number }} place free below, and right of the output
 * @param {(key: string) => Element} [parent] of the circles of a unit, "h1", "h2" or "out"
 */
export function network(svg, { width, height, below, right }, parent = () => svg) {
  const wide = width > 420;
  const r = wide ? 22 : 18;
  const tall = height - below - 10;
  const columns = [wide ? 46 : 36, width * 0.43, width * 0.43 + (wide ? 84 : 56), width - right];
  const ends = ["blue", "orange"].map((color) => {
    const id = uid();
    const marker = add(svg, "marker", { id, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 9,
      markerHeight: 9, markerUnits: "userSpaceOnUse", orient: "auto-start-reverse" });
    add(marker, "path", { d: "M0 0L8 4L0 8Z", class: `nn-fill-${color}` });
    return `url(#${id})`;
  });
  const edges = add(svg, "g", { "aria-hidden": "true" });
  const labels = add(svg, "g", { "aria-hidden": "true" });

  /**
   * A circle with a name and up to two lines of numbers in it, and beneath it.
   * @param {Element} g
   * @param {number} x
   * @param {number} part of the height
   * @param {string} name
   */
  const node = (g, x, part, name) => {
    const y = part * tall;
    const frame = add(g, "circle", { cx: x, cy: y, r, class: "nn-box", "aria-hidden": "true" });
    const beside = name.startsWith("x");
    if (beside) text(g, x - r - 5, y + 5, "nn-soft nn-end", name);
    else text(g, x, y - r - 5, "nn-soft nn-mid", name);
    const lines = (/** @type {number} */ middle, /** @type {string} */ kind) => {
      const two = [text(g, x, 0, `nn-mid ${kind}`), text(g, x, 0, `nn-mid ${kind}`)];
      return (/** @type {string[]} */ words, now = false) => two.forEach((t, n) => {
        t.textContent = words[n] ?? "";
        t.setAttribute("y", middle + (words.length < 2 ? 5 : n ? 12 : -3));
        t.classList.toggle("nn-strong", now);
      });
    };
    return { x, y, r, frame, up: lines(y, "nn-fill-blue"), down: lines(y + r + 11, "nn-fill-orange nn-halo") };
  };
  const rows = [0, 1, 2, 3].map((k) => (k + 0.5) / 4);
  const inputs = rows.map((part, i) => node(svg, columns[0], part, `x${SUB[i]}`));
  const [a, z] = [1, 2].map((column) => [0, 1].map((j) =>
    node(parent(`h${j + 1}`), columns[column], 0.25 + 0.5 * j, `${"az"[column - 1]}${SUB[j]}`)));
  const out = node(parent("out"), columns[3], 0.5, "ŷ");

  /** An edge between two circles: `light(way, thick)`; with a label, which holds a weight, it is as wide as that. */
  const edge = (/** @type {typeof out} */ from, /** @type {typeof out} */ to, size = 0) => {
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const part = r / Math.hypot(dx, dy);
    const d = polyline([[from.x + part * dx, from.y + part * dy], [to.x - part * dx, to.y - part * dy]]);
    const path = add(edges, "path", { d });
    const looks = { up: "nn-blue", down: "nn-orange nn-dashed", none: "nn-muted nn-faint" };
    return (/** @type {"up" | "down" | "none"} */ way, thick = false) => {
      path.setAttribute("class", `nn-line ${thick && way === "none" ? "nn-ink" : looks[way]}`);
      path.style.strokeWidth = thick ? "4" : String(1 + 2 * size);
      path.setAttribute("marker-end", way === "up" ? ends[0] : "");
      path.setAttribute("marker-start", way === "down" ? ends[1] : "");
    };
  };
  /**
   * Weight k (from 0) on its edge: `{ light, g, value, gradient }`, two texts in a row.
   * @param {number} k
   * @param {number} size of the weight, by that of the largest
   */
  const weight = (k, size) => {
    const [from, to] = k < 8 ? [inputs[k % 4], a[k >> 2]] : [z[k - 8], out];
    const part = k < 8 ? 0.43 : 0.45;
    const [x, y] = [from.x + part * (to.x - from.x), from.y + part * (to.y - from.y) + 5];
    const g = text(labels, x, y, "nn-mid nn-halo");
    const piece = (/** @type {string} */ kind) => add(g, "tspan", { class: kind });
    const [name, value, gradient] = [piece("nn-soft"), piece(""), piece("nn-fill-orange")];
    if (wide) name.textContent = `w${SUB[k]} `;
    return { light: edge(from, to, size), g, value, gradient };
  };
  return { r, inputs, a, z, out, weight, bends: [0, 1].map((j) => edge(a[j], z[j])) };
}

/**
 * Lines at the foot, pressed together where they are too long: `write(words)`.
 * @param {Element} svg
 * @param {{ width: number, height: number }} place
 * @param {string[]} kinds
 */
export function foot(svg, { width, height }, kinds) {
  const tall = 19 * kinds.length + 8;
  add(svg, "rect", { x: 0, y: height - tall, width, height: tall, rx: 6, class: "nn-shade", "aria-hidden": "true" });
  const lines = kinds.map((kind, k) => text(svg, 9, height - tall + 19 * (k + 1) - 1, kind));
  for (const line of lines) line.setAttribute("lengthAdjust", "spacingAndGlyphs");
  const write = (/** @type {string[]} */ words) => lines.forEach((line, k) => {
    line.textContent = words[k];
    line.removeAttribute("textLength");
    if (line.getComputedTextLength() > width - 18) line.setAttribute("textLength", width - 18);
  });
  return Object.assign(write, { lines, tall });
}
