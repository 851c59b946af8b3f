// Draws the largest error by the number of neurons, a line for each kind of them.
import { add, axes, clipped, polyline } from "../kit/kit.js";

const SERIES = [["bound", "nn-line nn-muted", "3 4"], ["relu", "nn-line nn-orange", "none"],
  ["sigmoid", "nn-line nn-purple", "7 5"], ["square", "nn-line nn-green", "2 3"]];
const NAMES = { bound: "bound", relu: "ReLU", sigmoid: "sigmoid", square: "x²" };

/** Largest error by width, on logarithmic axes, each line with its name at its end. */
export function errorChart(svg, x, y, widths) {
  axes(svg, x, y, { xName: "neurons in the hidden layer", yName: "largest error", xTicks: widths.map((n) => [n, String(n)]), yTicks: 5 });
  const inside = clipped(svg, x, y);
  const group = add(svg, "g", { "aria-hidden": "true" });
  const ring = add(svg, "circle", { r: 7, class: "nn-ring", "aria-hidden": "true" });
  const shapes = {
    relu: (cx, cy) => ["circle", { cx, cy, r: 3.5, class: "nn-fill-orange" }],
    sigmoid: (cx, cy) => ["rect", { x: cx - 3.5, y: cy - 3.5, width: 7, height: 7, class: "nn-fill-purple" }],
    square: (cx, cy) => ["path", { d: `M${cx} ${cy - 5}l5 8h-10Z`, class: "nn-fill-green" }],
  };
  return {
    build(errors) {
      for (const old of [inside, group]) old.replaceChildren();
      const names = [];
      for (const [key, look, dash] of SERIES) {
        const points = errors[key].map((v, k) => [x(widths[k]), y(v)]);
        if (!points.length) continue;
        add(inside, "path", { class: look, style: `stroke-dasharray: ${dash}`, d: polyline(points) });
        if (shapes[key]) for (const [cx, cy] of points) add(inside, ...shapes[key](cx, cy));
        names.push([points.at(-1)[1], key]);
      }
      // Names that would stand on each other move apart: down, then up where the frame ends.
      names.sort((a, b) => a[0] - b[0]);
      names.forEach((one, k) => { one[0] = Math.max(one[0], k ? names[k - 1][0] + 14 : y.range[1] + 6); });
      names.reduceRight((free, one) => (one[0] = Math.min(one[0], free)) - 14, y.range[0] - 4);
      for (const [py, key] of names) {
        const color = { relu: "nn-fill-orange", sigmoid: "nn-fill-purple", square: "nn-fill-green", bound: "nn-soft" }[key];
        add(group, "text", { x: x(widths.at(-1)) + 9, y: py + 4, class: `nn-small ${color}` }, NAMES[key]);
      }
    },
    mark(n, v) {
      ring.setAttribute("cx", x(n));
      ring.setAttribute("cy", y(Math.min(4, Math.max(1e-4, v))));
    },
  };
}
