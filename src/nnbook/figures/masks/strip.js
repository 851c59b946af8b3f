// Draws what every mask answers at one point, on a line, over two bars.
import { add, axes, clipped, scale } from "../kit/kit.js";

const FARTHEST = 8; // score on the line

/**
 * The line with a mark for each mask's answer, and two bars: in use, and what is compared with it.
 * @param {Element} svg
 * @param {[top: number, left: number, right: number]} place
 */
export function strip(svg, [top, left, right]) {
  const group = add(svg, "g", { "aria-hidden": "true" });
  /**
   * @param {boolean} bent the answers are probabilities
   * @param {number[]} here the answer of every mask
   * @param {number} mine of the present mask
   * @param {number} b where bars begin
   * @param {Point} ends where they end
   * @param {string} name what is compared
   */
  return (bent, here, mine, b, ends, name) => {
    group.replaceChildren();
    const x = scale(bent ? [0, 1] : [-FARTHEST, FARTHEST], [left, right]);
    axes(group, x, scale([0, 1], [top + 60, top]), {
      xName: "", yName: "", xTicks: bent ? [0, 0.5, 1] : [-6, -3, 0, 3, 6], yTicks: [],
    });
    const inside = clipped(group, x, scale([0, 1], [top + 60, top]));
    const marks = (/** @type {number[]} */ values, /** @type {Point} */ [from, to]) =>
      values.map((v) => `M${x(v).toFixed(1)} ${from}V${to}`).join("");
    add(inside, "path", { class: "nn-line nn-blue nn-faint", d: marks(here, [top + 4, top + 20]) });
    add(inside, "path", { class: "nn-line nn-purple", d: marks([mine], [top, top + 24]) });
    const looks = ["nn-fill-blue", "nn-fill-orange"];
    ["in use", name].forEach((words, i) => {
      const [from, to] = [b, ends[i]].map(x).toSorted((p, q) => p - q);
      const width = Math.max(1, to - from);
      add(inside, "rect", { x: from, width, y: top + 28 + 16 * i, height: 10, class: looks[i] });
      add(group, "text", { x: left - 8, y: top + 38 + 16 * i, class: "nn-end nn-small" }, words);
    });
    add(group, "text", { x: left - 8, y: top + 17, class: "nn-end nn-small" }, bent ? "probability" : "score");
  };
}
