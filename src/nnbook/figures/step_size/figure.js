// Draws the valley E(w), the weight's way through it, and the bar of rates with its two marks.
import { add, array, axes, clipped, figure, fmt, handle, mapped, polyline, scale } from "../kit/kit.js";

/**
 * @typedef {{ lr: number, curvature: number, start: number, step: number }} Settings
 * @typedef {{ tables: { w: Packed, e: Packed, valley: Packed }, constants: { far: number } }} Data
 */

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read, knob } = stage;
  const { min, max } = knob("start");
  const { far: beyond } = get("constants");
  const x = scale([min, max], [34, width - 14]);
  const y = scale([0, 10], [Math.max(height - 150, 40), 28]);
  axes(svg, x, y, { xName: "weight w", yName: "error E", yTicks: 5 });
  const inside = clipped(svg, x, y);
  const valley = add(inside, "path", { class: "nn-line nn-blue" });
  const way = add(inside, "path", { class: "nn-line nn-orange nn-thin nn-dashed" });
  const dots = add(inside, "g");
  const bar = rates(svg, scale([0, knob("lr").max], x.range), height - 72);
  const moveStart = handle(stage, {
    label: "start of w", across: knob("start"), drag: (px) => knob("start").set(x.invert(px)),
  });
  const moveRate = handle(stage, {
    label: "rate on the bar", across: knob("lr"), shape: "nn-tip",
    drag: (px) => knob("lr").set(bar.x.invert(px)),
  });
  const { w: paths, e: errors, valley: valleys } = mapped(get("tables"), array);
  const far = (/** @type {number} */ v) => (Math.abs(v) <= beyond ? v : `beyond ${v < 0 ? "−" : ""}${beyond}`);
  const text = (/** @type {number} */ v, /** @type {number} */ digits) =>
    (Math.abs(v) <= beyond ? fmt(v, digits) : String(far(v)));

  return () => {
    const [lr, curvature, start, step] = read("lr", "curvature", "start", "step");
    const [i, j] = [knob("lr").index(), knob("curvature").index()];
    const w = Array.from(paths.part(i, j), (v) => v * start);
    const e = Array.from(errors.part(i, j), (v) => v * start * start);
    valley.setAttribute("d", polyline(Array.from(valleys.part(j), (v, k) => [x(min + k * knob("start").step), y(v)])));
    const seen = w.slice(0, step + 1).map((v, t) => /** @type {Point} */ ([x(v), y(e[t])]));
    const out = seen.findIndex(([, py]) => py < -4 * height);
    way.setAttribute("d", polyline(out < 0 ? seen : seen.slice(0, out + 1)));
    dots.replaceChildren();
    seen.forEach(([cx, cy], t) => {
      if (Math.abs(cy) < 1e4) add(dots, "circle", { cx, cy, r: t === step ? 6 : 3.5, class: "nn-fill-orange" });
    });
    bar.draw(1 / curvature, 2 / curvature);
    const top = Math.max(y(e[0]), y.range[1]);
    moveStart(x(start), top, `start at w = ${fmt(start, 1)}, error ${fmt(e[0])}`);
    moveStart.g.classList.toggle("nn-off", y(e[0]) < y.range[1]);
    moveRate(bar.x(lr), bar.y, `rate ${fmt(lr)}`);

    const factor = paths.at(i, j, 1);
    const size = Math.abs(factor);
    const kind = start === 0 ? "the weight lies at the bottom, and no rate moves it" :
      size < 1e-6 ? "one update lands on the minimum" :
      Math.abs(size - 1) < 1e-6 ? "the weight changes sides and comes no nearer" :
        factor > 0 ? "the weight glides down its side of the valley" :
          size < 1 ? "the weight changes sides at every update and settles" :
            "every update overshoots by more than it gained: the weight runs away";
    return {
      out: {
        factor: `1 − ${fmt(lr)} × ${fmt(curvature, 1)} = ${fmt(factor, 3)}`,
        marks: `${fmt(1 / curvature)} and ${fmt(2 / curvature)}`,
        w: text(w[step], 3),
        e: text(e[step], 3),
      },
      say: `At rate ${fmt(lr)} and curvature ${fmt(curvature, 1)} ${kind}. After ${step} ` +
        `update${step === 1 ? "" : "s"} w is ${text(w[step], 2)} and E ${text(e[step], 2)}.`,
      rows: w.map((v, t) => [String(t), far(v), far(e[t])]),
    };
  };
});

/**
 * The rates of a scale as a bar of three parts, named, with the marks 1/λ and 2/λ.
 * @param {Element} svg
 * @param {Scale} x
 * @param {number} y
 */
function rates(svg, x, y) {
  const g = add(svg, "g", { "aria-hidden": "true" });
  const parts = [
    { color: "nn-fill-green", words: ["glides"] },
    { color: "nn-fill-blue", words: ["alternates, settles", "alternates"] }, // the longest that fits
    { color: "nn-fill-orange", words: ["runs away", "away"] },
  ].map(({ color, words }) => ({
    words,
    box: add(g, "rect", { y: y - 14, height: 28, class: color, opacity: 0.25 }),
    label: add(g, "text", { class: "nn-mid nn-small", y: y - 22 }),
  }));
  const marks = ["1/λ", "2/λ"].map((word) => ({
    line: add(g, "path", { class: "nn-line nn-ink" }),
    label: add(g, "text", { class: "nn-mid nn-small", y: y + 30 }, word),
  }));
  for (const v of [0, 1, 2]) add(g, "text", { x: x(v), y: y + 48, class: "nn-mid nn-small nn-soft" }, fmt(v, 0));
  add(g, "text", { x: x.range[1], y: y + 64, class: "nn-end nn-small nn-soft" }, "learning rate η");
  return {
    x, y,
    /**
     * @param {number} once 1/λ
     * @param {number} twice 2/λ
     */
    draw(once, twice) {
      const edges = [0, once, twice, Infinity].map((v) => x(Math.min(v, x.domain[1])));
      parts.forEach(({ box, label, words }, k) => {
        const size = Math.max(0, edges[k + 1] - edges[k]);
        box.setAttribute("x", edges[k]);
        box.setAttribute("width", size);
        label.setAttribute("x", edges[k] + size / 2);
        label.textContent = words.find((word) => size > 7 * word.length) ?? "";
      });
      marks.forEach(({ line, label }, k) => {
        const v = [once, twice][k];
        line.toggleAttribute("hidden", v > x.domain[1]);
        label.toggleAttribute("hidden", v > x.domain[1]);
        line.setAttribute("d", `M${x(v)} ${y - 17}V${y + 17}`);
        label.setAttribute("x", x(v));
      });
    },
  };
}
