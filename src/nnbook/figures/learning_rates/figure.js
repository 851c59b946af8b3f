// Draws test accuracy over the learning rate: a mark for each seed, a line through the medians.
import { add, array, axes, clipped, figure, fmt, mapped, polyline, scale, spot } from "../kit/kit.js";

/**
 * @typedef {{ f: string, first: string, norm: boolean, k: number }} Settings
 * @typedef {{ runs: Record<string, Packed>, rates: string[], constants: { good: number } }} Data
 */

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read, knob } = stage;
  const rates = get("rates");
  const { good } = get("constants");
  const x = scale([-0.6, rates.length - 0.4], [48, width - 10]); // over the rates' numbers
  const y = scale([0, 103], [height - 46, 34]);
  const [bottom, top] = y.range;
  axes(svg, x, y, {
    xName: "learning rate η", yName: "", yTicks: [0, 30, 60, 90],
    xTicks: [0, 4, 8, 12].map((i) => [i, rates[i]]),
  });
  const inside = clipped(svg, x, y);
  add(inside, "path", { class: "nn-line nn-green nn-thin nn-dashed", d: `M${x.range[0]} ${y(good)}H${x.range[1]}` });
  const looks = [
    { words: "without", color: "orange", dash: "nn-dashed", left: 48 },
    { words: "with batch norm", color: "blue", dash: "", left: 148 },
  ];
  const series = looks.map(({ words, color, dash, left }) => {
    const g = add(inside, "g");
    const key = add(svg, "g", { "aria-hidden": "true" });
    add(key, "path", { class: `nn-line nn-${color} ${dash}`, d: `M${left} 18h26` });
    add(key, "text", { x: left + 32, y: 22 }, words);
    return { color, key, g, line: add(g, "path", { class: `nn-line nn-${color} ${dash}` }), marks: add(g, "g") };
  });
  add(svg, "text", { x: 42, y: top - 4, class: "nn-end nn-soft", "aria-hidden": "true" }, "%");
  const columns = rates.map((rate, i) => {
    const g = spot(stage, `learning rate ${rate}`, () => knob("k").set(knob("k").min + i * knob("k").step));
    const box = { x: x(i - 0.5), y: top, width: x(1) - x(0), height: bottom - top };
    add(g, "rect", { ...box, rx: 4, class: "nn-column" });
    g.setAttribute("tabindex", "-1"); // by keyboard there is the slider
    return g;
  });
  const runs = mapped(get("runs"), array);

  return () => {
    const [f, first, norm] = read("f", "first", "norm");
    const of = runs[f];
    const here = knob("k").index();
    const shown = [first === "larger" ? 1 : 0, 2].map((s) => {
      const sorted = rates.map((_, i) => Array.from(of.part(s, i)).toSorted((a, b) => a - b));
      return { sorted, medians: sorted.map(median) };
    });
    series.forEach(({ color, key, g, line, marks }, s) => {
      const seen = s === 0 || norm;
      for (const element of [key, g]) element.toggleAttribute("hidden", !seen);
      const { sorted, medians } = shown[s];
      line.setAttribute("d", polyline(medians.map((v, i) => [x(i), y(v)])));
      marks.replaceChildren();
      sorted.forEach((values, i) => {
        for (const v of values) mark(marks, s, [x(i) + (s ? 4 : -4), y(v)], color);
      });
    });
    columns.forEach((g, i) => {
      g.setAttribute("aria-pressed", i === here);
      g.classList.toggle("nn-pressed", i === here);
    });
    /** @typedef {typeof shown[number]} Shown */
    const words = (/** @type {Shown} */ { sorted, medians }) => {
      const [low, high] = [Math.min(...sorted[here]), Math.max(...sorted[here])];
      return `${fmt(medians[here], 0)} % (${fmt(low, 0)} to ${fmt(high, 0)})`;
    };
    const count = (/** @type {Shown} */ { medians }) => medians.filter((v) => v >= good - 1e-2).length;
    const name = get("controls").f.options[f];
    const [plain, other] = shown;
    return {
      out: {
        rate: rates[here],
        plain: words(plain),
        norm: norm ? words(other) : "–",
        count: `${count(plain)} of ${rates.length}${norm ? `, with it ${count(other)}` : ""}`,
      },
      say: `${name}, η = ${rates[here]}: the middle one of ${plain.sorted[0].length} networks is right on ` +
        `${fmt(plain.medians[here], 0)} % without batch norm` +
        `${norm ? `, on ${fmt(other.medians[here], 0)} % with it` : ""}.`,
      rows: rates.map((rate, i) => [rate, plain.medians[i], plain.sorted[i][0],
        ...(norm ? [other.medians[i], other.sorted[i][0]] : ["–", "–"])]),
    };
  };
});

const median = (/** @type {number[]} */ sorted) => (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;

/**
 * A square for a network without batch norm, series 0, a circle for one with it.
 * @param {Element} parent
 * @param {number} s
 * @param {Point} place
 * @param {string} color
 */
function mark(parent, s, [x, y], color) {
  const style = `stroke: var(--nn-${color}); fill: none; stroke-width: 1.5`;
  if (s) add(parent, "circle", { cx: x, cy: y, r: 4, style });
  else add(parent, "rect", { x: x - 3.5, y: y - 3.5, width: 7, height: 7, style });
}
