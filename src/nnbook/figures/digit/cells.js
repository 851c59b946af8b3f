// Numbers as cells of a square, stronger with their size: ink, pixels, weights.
import { add, clamp } from "../kit/kit.js";

const LEVELS = 12; // of opacity

/**
 * @typedef {{ x: number, y: number, size: number }} Box
 */

/**
 * Returns `draw(values, side, most)`: what is above zero has the first color, below it the second.
 * @param {Element} parent
 * @param {Box} box
 * @param {string[]} colors
 * @param {number} gap between cells
 */
export function cells(parent, { x, y, size }, colors, gap) {
  const g = add(parent, "g", { "aria-hidden": "true", ...(gap ? {} : { "shape-rendering": "crispEdges" }) });
  const paths = colors.map((color) => Array.from({ length: LEVELS }, (_, k) => add(g, "path", {
    style: `fill: var(--nn-${color})`, "fill-opacity": ((k + 1) / LEVELS).toFixed(2),
  })));
  return (/** @type {Float64Array} */ values, /** @type {number} */ side, /** @type {number} */ most) => {
    const unit = size / side;
    const edge = (unit - gap).toFixed(2);
    const texts = paths.map((levels) => levels.map(() => ""));
    values.forEach((v, i) => {
      const level = Math.round(clamp(Math.abs(v) / most, 0, 1) * LEVELS);
      if (!level) return;
      const [left, top] = [x + (i % side) * unit, y + Math.floor(i / side) * unit];
      texts[v > 0 ? 0 : 1][level - 1] += `M${left.toFixed(2)} ${top.toFixed(2)}h${edge}v${edge}h-${edge}z`;
    });
    paths.forEach((levels, k) => levels.forEach((path, level) => path.setAttribute("d", texts[k][level])));
  };
}
