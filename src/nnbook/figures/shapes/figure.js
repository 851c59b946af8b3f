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
    const at = (/** @type {number} */ k) => Math.round(outcomes[bug].at(n - 1, d - 1, h - 1, k));
    const [text, verdict] = [get("texts")[at(0)], at(1)];
    const flat = bug === "flat";
    const weight = bug === "untransposed" ? { name: "W", size: [h, d], letters: ["H", "D"] } :
      { name: "W.T", size: [d, h], letters: ["D", "H"] };
    const bias = bug === "column" ? { size: [h, 1], letters: ["H", "1"] } : { size: [1, h], letters: ["", "H"] };
    const [rows, columns] = verdict === 1 ? [n, h] : sizes(text);
    const down = rows === n ? "N" : rows === h ? "H" : "";
    const across = columns === h ? "H" : columns === d ? "D" : "";
    const blocks = [
      { name: "x", size: [n, d], letters: [flat ? "" : "N", "D"] }, weight, { name: "b", ...bias },
      { name: "y", size: [rows, columns], letters: verdict === 1 ? ["", ""] : [down, across] },
    ];
    // Two lines, x @ W.T and + b = y. A square is as large as the widest case allows, so that
    // nothing jumps while sizes change.
    const gap = 46;
    const cell = Math.min((width - 2 * gap) / (2 * most), (height - 96) / (2 * most), 26);
    const line = height / 2;
    let left = 0;
    const signs = ["", "@", "+", "="];
    picture.replaceChildren();
    blocks.forEach(({ name, size: [r, c], letters }, k) => {
      if (k % 2 === 0) left = k ? gap : gap - 10;
      const middle = line * Number(k > 1) + 26 + (most * cell) / 2;
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
      const [cx, soft] = [left + (c * cell) / 2, "nn-small nn-soft"];
      add(picture, "text", { x: cx, y: top - 6, class: "nn-mid nn-strong" }, name);
      add(picture, "text", { x: cx, y: top + r * cell + 15, class: `nn-mid ${soft}` }, letters[1]);
      add(picture, "text", { x: left - 4, y: top + (r * cell) / 2 + 4, class: `nn-end ${soft}` }, letters[0]);
      left += c * cell + gap;
    });
    const { code, verdicts } = get("words");
    const shape = (/** @type {number[]} */ size) => `(${size.join(", ")})`;
    return {
      out: { code: code[bug], numpy: text, verdict: verdicts[verdict] },
      say: `N = ${n}, D = ${d}, H = ${h}. ${code[bug]}: ${verdicts[verdict]}. NumPy says: ${text}`,
      rows: [
        ["x", flat ? `(${d},)` : shape([n, d])],
        [weight.name, shape(weight.size)],
        ["b", bug === "column" ? shape(bias.size) : `(${h},)`],
        ["y", verdict === 1 ? "none" : text],
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
