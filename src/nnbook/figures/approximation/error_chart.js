// Draws the largest error by the number of neurons, a line for each kind of them.
import { add, axes, clamp, clipped, polyline } from "../kit/kit.js";

/** @typedef {{ bound: number[], relu: number[], sigmoid: number[], square: number[] }} Errors each by width */

const ROW = 15; // between two names, in pixels
/** @type {{ key: keyof Errors, name: string, look: string, dash: string, color: string }[]} */
const SERIES = [
  { key: "bound", name: "bound", look: "nn-muted", dash: "3 4", color: "nn-soft" },
  { key: "relu", name: "ReLU", look: "nn-orange", dash: "none", color: "nn-fill-orange" },
  { key: "sigmoid", name: "sigmoid", look: "nn-purple", dash: "7 5", color: "nn-fill-purple" },
  { key: "square", name: "x²", look: "nn-green", dash: "2 3", color: "nn-fill-green" },
];

/**
 * Largest error by width, on logarithmic axes, each line with its name at its end.
 * @param {Element} svg
 * @param {Scale} x
 * @param {Scale} y
 * @param {number[]} widths
 */
export function errorChart(svg, x, y, widths) {
  axes(svg, x, y, {
    xName: "", yName: "largest error, by neurons in the hidden layer",
    xTicks: widths.map((n) => [n, String(n)]), yTicks: 3,
  });
  const inside = clipped(svg, x, y);
  const group = add(svg, "g", { "aria-hidden": "true" });
  const ring = add(svg, "circle", { r: 7, class: "nn-ring", "aria-hidden": "true" });
  const mark = (/** @type {keyof Errors} */ key, /** @type {Point} */ [cx, cy], /** @type {string} */ color) => {
    if (key === "relu") add(inside, "circle", { cx, cy, r: 3.5, class: color });
    if (key === "sigmoid") add(inside, "rect", { x: cx - 3.5, y: cy - 3.5, width: 7, height: 7, class: color });
    if (key === "square") add(inside, "path", { d: `M${cx} ${cy - 5}l5 8h-10Z`, class: color });
  };
  return {
    /** @param {Errors} errors */
    build(errors) {
      for (const old of [inside, group]) old.replaceChildren();
      const ends = [];
      for (const { key, name, look, dash, color } of SERIES) {
        const points = errors[key].map((v, k) => /** @type {Point} */ ([x(widths[k]), y(v)]));
        if (!points.length) continue;
        add(inside, "path", { class: `nn-line ${look}`, d: polyline(points) }).style.strokeDasharray = dash;
        for (const point of points) mark(key, point, color);
        const [px, py] = points[points.length - 1];
        ends.push({ name, color, px, py });
      }
      // Names that would stand on each other move apart: down, then up where the frame ends.
      ends.sort((a, b) => a.py - b.py);
      let free = y.range[1] + 6;
      for (const end of ends) {
        end.py = Math.max(end.py, free);
        free = end.py + ROW;
      }
      free = y.range[0] - 4;
      for (const end of ends.toReversed()) {
        end.py = Math.min(end.py, free);
        free = end.py - ROW;
      }
      for (const { name, color, px, py } of ends) {
        add(group, "text", { x: px + 9, y: py + 4, class: color }, name);
      }
    },
    /**
     * The ring at n neurons, inside the frame.
     * @param {number} n
     * @param {number} v
     */
    mark(n, v) {
      ring.setAttribute("cx", x(n));
      ring.setAttribute("cy", y(clamp(v, ...y.domain)));
    },
  };
}
