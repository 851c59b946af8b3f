// Draws the arrays of y = x Wᵀ + b as blocks of squares, and what NumPy made of them.
import { add, array, figure, mapped } from "../kit/kit.js";

/**
 * @typedef {{ n: number, d: number, h: number, bug: string }} Settings
 * @typedef {{ texts: string[], outcomes: Record<string, Packed>,
 *   words: { code: Record<string, string>, verdicts: string[] } }} Data
 */

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read } = stage;
  const most = get("controls").n.max;
  const outcomes = mapped(get("outcomes"), array);
  const picture = add(svg, "g", { "aria-hidden": "true" });

  return () => {
    const [n, d, h, bug] = read("n", "d", "h", "bug");
    const at = (k) => Math.round(outcomes[bug].at(n - 1, d - 1, h - 1, k));
    const [text, verdict] = [get("texts")[at(0)], at(1)];
    const flat = bug === "flat";
    const weight = bug === "untransposed" ? ["W", h, d, "H", "D"] : ["W.T", d, h, "D", "H"];
    const bias = bug === "column" ? ["b", h, 1, "H", "1"] : ["b", 1, h, "", "H"];
    const [rows, columns] = verdict === 1 ? [n, h] : sizes(text);
    const blocks = [["x", n, d, "N", "D"], weight, bias,
      ["y", rows, columns, rows === n ? "N" : rows === h ? "H" : "", columns === h ? "H" : columns === d ? "D" : ""]];
    // Two lines, x @ W.T and + b = y. A square is as large as the widest case allows, so that
    // nothing jumps while sizes change.
    const gap = 46;
    const cell = Math.min((width - 2 * gap) / (2 * most), (height - 96) / (2 * most), 26);
    const line = height / 2;
    let left = 0;
    const signs = ["", "@", "+", "="];
    picture.replaceChildren();
    blocks.forEach(([name, r, c, down, across], k) => {
      if (k % 2 === 0) left = k ? gap : gap - 10;
      const middle = line * (k > 1) + 26 + (most * cell) / 2;
      const top = middle - (r * cell) / 2;
      if (k) add(picture, "text", { x: left - gap / 2 - 6, y: middle + 5, class: "nn-mid nn-strong" }, signs[k]);
      const lost = k === 3 && verdict === 1;
      for (let i = 0; i < r; i++) {
        for (let j = 0; j < c; j++) {
          const used = !(k === 0 && flat && i > 0);
          add(picture, "rect", {
            x: left + j * cell + 1, y: top + i * cell + 1, width: cell - 2, height: cell - 2, rx: 2,
            class: `nn-cell nn-line ${lost || !used ? "nn-lost" : k === 3 && verdict > 1 ? "nn-wrong" : ""}`,
          });
        }
      }
      if (lost) {
        add(picture, "path", {
          class: "nn-line nn-orange",
          d: `M${left} ${top}l${c * cell} ${r * cell}M${left + c * cell} ${top}l${-c * cell} ${r * cell}`,
        });
      }
      add(picture, "text", { x: left + (c * cell) / 2, y: top - 6, class: "nn-mid nn-strong" }, name);
      add(picture, "text", { x: left + (c * cell) / 2, y: top + r * cell + 15, class: "nn-mid nn-small nn-soft" }, lost ? "" : across);
      add(picture, "text", { x: left - 4, y: top + (r * cell) / 2 + 4, class: "nn-end nn-small nn-soft" }, k === 0 && flat ? "" : lost ? "" : down);
      left += c * cell + gap;
    });
    const { code, verdicts } = get("words");
    const shape = (r, c) => `(${r}, ${c})`;
    return {
      out: { code: code[bug], numpy: text, verdict: verdicts[verdict] },
      say: `N = ${n}, D = ${d}, H = ${h}. ${code[bug]}: ${verdicts[verdict]}. NumPy says: ${text}`,
      rows: [
        ["x", flat ? `(${d},)` : shape(n, d)],
        [weight[0], shape(weight[1], weight[2])],
        ["b", bug === "column" ? shape(h, 1) : `(${h},)`],
        ["y", verdict === 1 ? "none" : text],
      ],
    };
  };
});

/** Rows and columns from NumPy's way of writing a shape; one example is drawn as one row. */
function sizes(text) {
  const edges = text.match(/\d+/g).map(Number);
  return edges.length === 1 ? [1, edges[0]] : edges;
}
