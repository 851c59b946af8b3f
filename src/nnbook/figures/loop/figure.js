// Draws what PyTorch did with the five lines in the order chosen: looked up, never computed here.
import { add, array, axes, clipped, figure, fmt, polyline, scale } from "../kit/kit.js";

/**
 * @typedef {{ order: string, step: number }} Settings
 * @typedef {{ curves: Packed, texts: string[],
 *   outcomes: Record<string, [curve: number, batch: number, line: number, error: number, kind: number]>,
 *   constants: { right: string, marks: number[] } }} Data
 */

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read } = stage;
  const curves = get("texts").length > 1 ? array(get("curves")) : null;
  const last = get("controls").step.max;
  const { right, marks } = get("constants");
  const x = scale([0, last], [34, width - 12]);
  const y = scale([0, 4], [height - 46, 46]);
  axes(svg, x, y, { xName: "batches", yName: "loss of pictures held aside", yTicks: 4 });
  const inside = clipped(svg, x, y);
  const now = add(inside, "path", { class: "nn-line nn-muted nn-thin" });
  const usual = add(inside, "path", { class: "nn-line nn-orange nn-dashed" });
  const lines = Array.from({ length: 5 }, () => add(inside, "path", { class: "nn-line nn-blue nn-thin" }));
  const middle = add(inside, "path", { class: "nn-line nn-blue" });
  const cross = add(inside, "path", { class: "nn-line nn-purple" });
  const label = add(svg, "text", { class: "nn-halo nn-small nn-fill-orange", "aria-hidden": "true" }, "usual order");
  const chosen = add(svg, "text", { x: 4, y: 14, class: "nn-small nn-soft", "aria-hidden": "true" });
  const said = add(svg, "g");
  const path = (/** @type {number[] | Float64Array} */ values, /** @type {number} */ until) =>
    polyline(Array.from(values.slice(0, until + 1), (v, t) => [x(t), y(v)]));

  return () => {
    const [order, step, texts] = read("order", "step", "texts");
    chosen.textContent = order.replaceAll(",", " → ") || "nothing";
    if (!curves) {
      write(said, texts[0], x, y);
      return {
        out: { kind: "–", loss: "–", error: "–" }, say: texts[0],
        rows: marks.map((t) => [String(t), "–", "–", "–"]),
      };
    }
    const [place, batch, line, error, kind] = get("outcomes")[order];
    const stopped = batch > 0 && step >= batch;
    const until = stopped ? batch - 1 : step;
    /** The losses of the five seeds, from the lowest to the highest. */
    const ofFive = (/** @type {number} */ curve, /** @type {number} */ t) =>
      lines.map((_, seed) => curves.at(curve, seed, t)).toSorted((a, b) => a - b);
    const medians = (/** @type {number} */ k) => Array.from({ length: last + 1 }, (_, t) => ofFive(k, t)[2]);
    const best = get("outcomes")[right][0];
    const [mine, theirs] = [medians(place), medians(best)];
    now.setAttribute("d", `M${x(step)} ${y(0)}V${y(4)}`);
    for (const part of [usual, label]) part.toggleAttribute("hidden", place === best || stopped);
    usual.setAttribute("d", path(theirs, last));
    lines.forEach((one, seed) => one.setAttribute("d", path(curves.part(place, seed), until)));
    middle.setAttribute("d", path(mine, until));
    const [cx, cy] = [x(until) + 1, y(mine[until])];
    cross.setAttribute("d", stopped ? `M${cx - 6} ${cy - 6}l12 12m-12 0l12 -12` : "");
    label.setAttribute("x", x(16));
    label.setAttribute("y", y(theirs[12]) - 6);
    write(said, stopped ? texts[error] : "", x, y);
    const [low, , mid, , high] = ofFive(place, until);
    const words = `${fmt(mid)} (${fmt(low)} to ${fmt(high)})`;
    return {
      failed: stopped ? line : -1,
      out: {
        kind: texts[kind], loss: words,
        error: stopped ? `${texts[error].split(":")[0]}, batch ${batch}` : "nothing",
      },
      say: stopped ? `In batch ${batch} line ${line + 1} fails, and the loop ends: ${texts[error].split(":")[0]}.` :
        `After ${step} ${step === 1 ? "batch" : "batches"} the loss is ${words}.` +
        (batch ? "" : ` Over all ${last} it ${texts[kind]}.`),
      rows: marks.map((t) => [String(t), ...ofFive(place, t).filter((_, k) => k % 2 === 0)
        .map((v) => (Number.isNaN(v) ? "–" : v))]),
    };
  };
});

/**
 * A text in lines that fit into the frame.
 * @param {Element} parent
 * @param {string} text
 * @param {Scale} x
 * @param {Scale} y
 */
function write(parent, text, x, y) {
  const room = Math.floor((x.range[1] - x.range[0] - 20) / 6); // letters, of 6 pixels
  const rows = [""];
  for (const word of text.split(" ").flatMap((one) => one.match(new RegExp(`.{1,${room}}`, "g")) ?? [])) {
    const row = rows[rows.length - 1];
    if (row && row.length + word.length >= room) rows.push(word);
    else rows[rows.length - 1] = row ? `${row} ${word}` : word;
  }
  parent.replaceChildren();
  rows.forEach((row, k) =>
    add(parent, "text", { x: x.range[0] + 16, y: y.range[1] + 15 + 15 * k, class: "nn-halo nn-small" }, row));
}
