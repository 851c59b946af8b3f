// Draws the arrays of y = x Wᵀ + b in one row: axes that must match in one color and joined by a bracket,
// repeated numbers as ghosts, and what NumPy made of it.
import { add, array, figure, mapped, polyline } from "../kit/kit.js";

/**
 * @typedef {{ n: number, d: number, h: number, bug: string }} Settings
 * @typedef {{ texts: string[], outcomes: Record<string, Packed>,
 *   words: { code: Record<string, string>, verdicts: string[] } }} Data
 */

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read } = stage;
  const outcomes = mapped(get("outcomes"), array);
  const picture = add(svg, "g", { "aria-hidden": "true" });
  /**
   * @param {number} x
   * @param {number} y
   * @param {string} kind
   * @param {string} words
   */
  const text = (x, y, kind, words) => add(picture, "text", { x, y, class: kind }, words);
  const path = (/** @type {string} */ kind, /** @type {Point[]} */ points) =>
    add(picture, "path", { class: `nn-line ${kind}`, d: polyline(points) });

  return () => {
    const [n, d, h, bug] = read("n", "d", "h", "bug");
    const at = (/** @type {number} */ k) => Math.round(outcomes[bug].at(n - 1, d - 1, h - 1, k));
    const [said, verdict] = [get("texts")[at(0)], at(1)];
    const [flat, column, straight] = ["flat", "column", "untransposed"].map((one) => bug === one);
    const failed = verdict === 1;
    const result = failed ? [n, h] : sizes(said);
    const shape = (/** @type {number[]} */ size) => `(${size.join(", ")}${size.length === 1 ? "," : ""})`;
    const x = flat ? [d] : [n, d];
    const w = straight ? [h, d] : [d, h];
    const b = column ? [h, 1] : [h];
    // What is drawn of b: itself, and the rows or columns that NumPy repeats.
    const [rows, columns] = failed && column ? [h, 1] : result;
    const all = [
      { name: "x", size: x, rows: flat ? 1 : n, columns: d, real: [n, d] },
      { name: straight ? "@ W" : "@ W.T", size: w, rows: w[0], columns: w[1], real: w },
      { name: "+ b", size: b, rows: column ? h : rows, columns, real: column ? [h, 1] : [1, h] },
      { name: "= y", size: result, rows: result[0], columns: result[1], real: result },
    ];
    const gap = width < 420 ? 26 : 44;
    const most = Math.max(...all.map((one) => one.rows));
    const together = all.reduce((sum, one) => sum + one.columns, 0);
    const room = height - 46 - 92; // above, names; below, shapes, a bracket and what NumPy says
    const cell = Math.min((width - 3.4 * gap) / together, room / most, 34);
    const middle = 46 + room / 2;
    let left = (width - 3 * gap - cell * together) / 2;
    picture.replaceChildren();
    const boxes = all.map((one, k) => {
      const [wide, tall] = [one.columns * cell, one.rows * cell];
      const box = { left, right: left + wide, top: middle - tall / 2, bottom: middle + tall / 2 };
      const wrong = k === 3 && verdict === 2;
      for (let i = 0; i < one.rows; i++) {
        for (let j = 0; j < one.columns; j++) {
          const ghost = i >= one.real[0] || j >= one.real[1] || (k === 3 && failed);
          add(picture, "rect", {
            x: left + j * cell + 1, y: box.top + i * cell + 1, width: cell - 2, height: cell - 2, rx: 2,
            class: `nn-line nn-cell ${ghost ? "nn-lost" : wrong ? "nn-wrong" : ""}`,
          });
        }
      }
      const center = left + wide / 2;
      text(center, box.top - 8, "nn-mid nn-label nn-halo", one.name);
      text(center, box.bottom + 18, "nn-mid nn-soft nn-halo", k === 3 && failed ? "none" : shape(one.size));
      left += wide + gap;
      return box;
    });
    /**
     * Two axes that must match, as sides of their boxes, and a bracket between them; broken if they do not.
     * @param {Point[]} one its last corner begins the bracket
     * @param {Point[]} other its first corner ends it
     * @param {number} y
     * @param {boolean} fits
     * @param {string} words
     */
    const join = (one, other, y, fits, words) => {
      const color = fits ? "nn-blue" : "nn-orange";
      for (const side of [one, other]) path(color, side).style.strokeWidth = "5";
      const [from, to] = [one[one.length - 1], other[0]];
      const [halfway, hole] = [(from[0] + to[0]) / 2, fits ? 0 : 6];
      path(color, [from, [from[0], y], [halfway - hole, y]]);
      path(color, [to, [to[0], y], [halfway + hole, y]]);
      const up = y < middle;
      text(halfway, y + (up ? -7 : 17), `nn-mid nn-strong nn-halo nn-fill-${fits ? "blue" : "orange"}`, words);
      if (!fits) text(halfway, y + 5, "nn-mid nn-label nn-fill-orange", "✗");
    };
    /** The sides of a box, from one corner to another. */
    const side = (/** @type {Record<"left" | "right" | "top" | "bottom", number>} */ box) =>
      /** @type {Record<string, Point[]>} */ ({
        bottom: [[box.left, box.bottom], [box.right, box.bottom]], top: [[box.left, box.top], [box.right, box.top]],
        left: [[box.left - 2, box.bottom], [box.left - 2, box.top]],
        right: [[box.right + 2, box.top], [box.right + 2, box.bottom]],
      });
    const [X, W, B, Y] = boxes.map(side);
    const [low, high] = [middle + (most * cell) / 2 + 26, middle - (most * cell) / 2 - 22];
    /** @type {(a: string, v: number, c: string, u: number) => string} */
    const equal = (a, v, c, u) =>
      (v === u ? `${a === c ? a : `${a}, ${c}`} = ${v}` : `${a} = ${v}, ${c} = ${u}`);
    join(X.bottom, W.left, low, d === w[0], equal("D", d, straight ? "H" : "D", w[0]));
    if (column) join(B.right, Y.left, low, !failed, n === 1 && h > 1 ? "1 row repeated" : equal("H", h, "N", n));
    else if (!failed) join(W.top, B.top, high, true, `${straight ? "D" : "H"} = ${w[1]}`);

    const { code, verdicts } = get("words");
    if (failed) {
      const lines = wrapped(said, Math.floor(width / 6.4));
      lines.forEach((line, k) => text(2, height - 4 - 15 * (lines.length - 1 - k), "nn-fill-orange", line));
    } else text(width / 2, height - 6, `nn-mid ${verdict === 2 ? "nn-fill-orange" : "nn-soft"}`, verdicts[verdict]);
    return {
      out: { code: code[bug], numpy: said, verdict: verdicts[verdict] },
      say: `N = ${n}, D = ${d}, H = ${h}. ${code[bug]}: ${verdicts[verdict]}. NumPy says: ${said}`,
      rows: [
        ["x", shape(x)], [straight ? "W" : "W.T", shape(w)], ["b", shape(b)], ["y", failed ? "none" : said],
      ],
    };
  };
});

/**
 * Rows and columns from NumPy's way of writing a shape; one example is drawn as one row.
 * @param {string} text
 */
function sizes(text) {
  const edges = (text.match(/\d+/g) ?? []).map(Number);
  return edges.length === 1 ? [1, edges[0]] : edges;
}

/**
 * The text in lines of at most so many letters.
 * @param {string} text
 * @param {number} most
 */
function wrapped(text, most) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last && last.length + word.length >= most) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines;
}
