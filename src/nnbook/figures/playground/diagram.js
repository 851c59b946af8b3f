// The network: units in columns with a small map of each, weights as lines between them.
import { add, clamp, heat } from "../kit/kit.js";

const MAP = 8; // pixels of a unit's map, and
const GAP = 2; // between two of them

/**
 * `draw(sizes, names, seen, notes)`: widths from the inputs on, the inputs' names, weights and maps if there are
 * any, and two lines in words below.
 * @param {Element} svg
 * @param {{ width: number, height: number }} place
 */
export function diagram(svg, { width, height }) {
  const home = add(svg, "g", { "aria-hidden": "true" });
  const notes = [0, 1].map((k) => add(svg, "text", { x: width / 2, y: height + 4 + 16 * (k - 1),
    class: "nn-mid nn-small nn-soft", "aria-hidden": "true" }));
  const tall = height - 34;
  /** @type {{ path: SVGPathElement }[]} */
  let edges = [];
  /** @type {{ color: ReturnType<typeof heat>, frames: SVGRectElement[] }[]} */
  let maps = [];
  let built = "";

  /**
   * @param {number[]} sizes
   * @param {string[]} names
   */
  function build(sizes, names) {
    home.replaceChildren();
    const pitch = Math.min(36, tall / Math.max(...sizes, 4));
    const size = (pitch * MAP) / (MAP + GAP);
    const wide = Math.max(...names.map((name) => 8 * name.length));
    const column = (/** @type {number} */ k) => wide + 8 + (k * (width - wide - 36)) / (sizes.length - 1);
    const row = (/** @type {number} */ i, /** @type {number} */ n) => tall / 2 + (i - (n - 1) / 2) * pitch + 4;
    edges = sizes.slice(1).flatMap((n, k) => Array.from({ length: n * sizes[k] }, (_, i) => {
      const [from, to] = [i % sizes[k], Math.floor(i / sizes[k])];
      const a = [column(k) + (k ? size / 2 : 2), row(from, sizes[k])];
      const b = [column(k + 1) - size / 2, row(to, n)];
      const half = (a[0] + b[0]) / 2;
      return { path: add(home, "path", { class: "nn-line", d: `M${a}C${half} ${a[1]} ${half} ${b[1]} ${b}` }) };
    }));
    names.forEach((name, i) =>
      add(home, "text", { x: column(0) - 4, y: row(i, names.length) + 4, class: "nn-end" }, name));
    maps = sizes.slice(1, -1).map((n, k) => {
      const frames = Array.from({ length: n }, (_, i) => add(home, "rect", { x: column(k + 1) - size / 2,
        y: row(i, n) - size / 2, width: size, height: size, class: "nn-box nn-fill-paper" }));
      const [left, top] = [column(k + 1) - size / 2, row(0, n) - size / 2];
      const color = heat(home, { x: left, y: top, width: size, height: n * pitch });
      return { color, frames };
    });
    add(home, "circle", { cx: column(sizes.length - 1), cy: row(0, 1), r: 10, class: "nn-box" });
    add(home, "text", { x: column(sizes.length - 1), y: row(0, 1) + 4, class: "nn-mid" }, "p");
  }

  /**
   * @param {number[]} sizes
   * @param {string[]} names
   * @param {{ weights: Float64Array, units: Float64Array } | null} seen
   * @param {string[]} words
   */
  return (sizes, names, seen, words) => {
    const key = [sizes, names].join();
    if (key !== built) build(sizes, names);
    built = key;
    notes.forEach((note, k) => { note.textContent = words[k]; });
    edges.forEach(({ path }, i) => {
      const w = seen?.weights[i] ?? NaN;
      const known = Number.isFinite(w);
      path.style.stroke = `var(--nn-${known ? (w < 0 ? "blue" : "orange") : "rule"})`;
      path.style.strokeDasharray = w < 0 ? "4 3" : "none";
      path.style.strokeWidth = known ? clamp(1.2 * Math.abs(w), 0.25, 5).toFixed(2) : "1";
      path.style.opacity = known ? "0.8" : "1";
    });
    let used = 0;
    maps.forEach(({ color }, k) => {
      const n = sizes[k + 1];
      const pixels = new Float64Array(n * MAP * (MAP + GAP));
      const values = seen?.units.subarray(used * MAP * MAP, (used + n) * MAP * MAP) ?? new Float64Array(0);
      values.forEach((v, i) => { pixels[i + Math.floor(i / (MAP * MAP)) * MAP * GAP] = v || 0; });
      color(pixels, MAP, 1.2);
      used += n;
    });
  };
}
