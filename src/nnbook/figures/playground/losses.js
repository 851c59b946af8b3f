// The losses over the updates: solid on the training points, dashed on the test points; the run before, pale.
import { add, axes, clipped, polyline, scale } from "../kit/kit.js";

const MOST = 0.9; // of the loss: ln 2 = 0.69 is that of whoever knows nothing

/**
 * `draw(history, pale)`, of rows [updates, training loss, test loss, …].
 * @param {Element} svg
 * @param {{ left: number, right: number, bottom: number, top: number }} place
 */
export function losses(svg, { left, right, bottom, top }) {
  const home = add(svg, "g", { "aria-hidden": "true" });
  let last = 0;
  /** @type {SVGPathElement[]} */
  let lines = [];
  let x = scale([0, 1], [left, right]);
  const y = scale([0, MOST], [bottom, top]);

  /** @param {number} end */
  function build(end) {
    home.replaceChildren();
    x = scale([0, end], [left, right]);
    axes(home, x, y, { xName: "", yName: "loss", xTicks: [0, end / 2, end], yTicks: 4 });
    add(home, "text", { x: right, y: top + 12, class: "nn-end nn-small nn-soft nn-halo" }, "— training");
    add(home, "text", { x: right, y: top + 28, class: "nn-end nn-small nn-soft nn-halo" }, "- - test");
    const inside = clipped(home, x, y);
    lines = ["nn-muted nn-faint", "nn-muted nn-faint nn-dashed", "nn-blue", "nn-orange nn-dashed"].map((look) =>
      add(inside, "path", { class: `nn-line ${look}` }));
  }

  /**
   * @param {number[][]} history
   * @param {number[][]} pale
   */
  return (history, pale) => {
    const far = Math.max(0, ...[history, pale].map((rows) => rows[rows.length - 1]?.[0] ?? 0));
    const end = 200 * 2 ** Math.max(0, Math.ceil(Math.log2(far / 200)));
    if (end !== last) build(end);
    last = end;
    [[pale, 1], [pale, 2], [history, 1], [history, 2]].forEach(([rows, k], i) => {
      const points = /** @type {number[][]} */ (rows).filter((row) => Number.isFinite(row[Number(k)]));
      lines[i].setAttribute("d", polyline(points.map((row) => [x(row[0]), y(row[Number(k)])])));
    });
  };
}
