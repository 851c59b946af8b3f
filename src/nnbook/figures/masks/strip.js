// What every mask answers at one point, as a histogram, with three of the answers marked.
import { add, axes, clamp, clipped, scale } from "../kit/kit.js";

const FARTHEST = 8; // score on the line
const BINS = 48;

/**
 * The histogram: `draw(bent, here, marks, b)`.
 * @param {Element} svg
 * @param {{ top: number, bottom: number, left: number, right: number }} place
 */
export function strip(svg, { top, bottom, left, right }) {
  const group = add(svg, "g", { "aria-hidden": "true" });
  /**
   * @param {boolean} bent the answers are probabilities
   * @param {number[]} here the answer of every mask
   * @param {[value: number, words: string, color: string][]} marks three of the answers
   * @param {number} b the last bias, what nothing kept would answer
   */
  return (bent, here, marks, b) => {
    group.replaceChildren();
    const x = scale(bent ? [0, 1] : [-FARTHEST, FARTHEST], [left, right]);
    axes(group, x, scale([0, 1], [bottom, top]), {
      xName: "", yName: "", xTicks: bent ? [0, 0.5, 1] : [-6, -3, 0, 3, 6], yTicks: [],
    });
    const name = bent ? "probability" : "score";
    add(group, "text", { x: right - (bent ? 20 : 0), y: bottom + 16, class: "nn-end nn-soft" }, name);
    const counts = Array(BINS).fill(0);
    const [low, high] = x.domain;
    for (const v of here) counts[clamp(Math.floor(((v - low) / (high - low)) * BINS), 0, BINS - 1)] += 1;
    const most = Math.max(...counts);
    const wide = (right - left) / BINS;
    const inside = clipped(group, x, scale([0, 1], [bottom, top]));
    counts.forEach((n, k) => {
      const tall = ((bottom - top) * 0.8 * n) / most;
      const bar = { x: left + k * wide, y: bottom - tall, width: wide - 1, height: tall };
      if (n) add(inside, "rect", { ...bar, class: "nn-fill-muted nn-faint" });
    });
    if (!bent) add(group, "text", { x: x(b), y: bottom + 16, class: "nn-mid nn-halo nn-strong" }, "b");
    // The words stand above the line, apart from each other, in the order of their marks.
    const sorted = marks.toSorted(([one], [other]) => one - other);
    sorted.forEach(([v, words, color], k) => {
      add(inside, "path", { class: `nn-line nn-${color}`, d: `M${x(v)} ${bottom}V${top}` });
      const side = ["nn-end", "nn-mid", "nn-start"][k];
      const at = [clamp(x(v) - 4, left + 96, right - 200), clamp(x(v), left + 50, right - 50),
        clamp(x(v) + 4, left + 200, right - 96)][k];
      add(group, "text", { x: at, y: top - (k === 1 ? 20 : 5), class: `${side} nn-halo nn-fill-${color}` }, words);
    });
  };
}
