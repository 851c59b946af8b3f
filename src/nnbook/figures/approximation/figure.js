// Draws a curve and the sum of ReLUs that is to follow it, straight between knots that one drags;
// below, the largest error by the number of neurons. Errors of networks come from Python.
import {
  add, array, axes, clamp, clipped, figure, fmt, handle, logScale, mapped, polyline, scale, science,
} from "../kit/kit.js";
import { errorChart } from "./error_chart.js";

/**
 * @typedef {import("./error_chart.js").Errors} Errors
 * @typedef {{ f: Packed, sigmoid: Packed, square: Packed }} Curves
 * @typedef {{ target: string, pieces: string, added: number, ramps: boolean, over: string,
 *   x1: number, y1: number, x2: number, y2: number, x3: number, y3: number }} Settings
 * @typedef {{ curves: Record<string, Curves>, errors: Record<string, Errors>,
 *   constants: { dense: number, coarse: number, widths: number[] } }} Data
 */

const KNOTS = /** @type {const} */ ([["x1", "y1"], ["x2", "y2"], ["x3", "y3"]]); // between the first and the last

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read, set, knob } = stage;
  const { dense, coarse, widths } = get("constants");
  const [edge, end] = [dense, 6 * dense]; // of the points 0 … end over [−3, 3], those between −2 and 2 count
  const tall = height < 320 ? 58 : 80; // of the strip with the errors
  const split = height - tall - 62;
  const x = scale([-3, 3], [36, width - 12]);
  const y = scale([-1.6, 1.6], [split, 26]);
  for (const from of [-3, 2]) {
    const box = { x: x(from), y: 26, width: x(from + 1) - x(from), height: split - 26 };
    add(svg, "rect", { ...box, class: "nn-shade", "aria-hidden": "true" });
  }
  axes(svg, x, y, { xName: "", yName: "", xTicks: 6, yTicks: 4 });
  const inside = clipped(svg, x, y);
  const ramps = add(inside, "path", { class: "nn-line nn-muted nn-thin" });
  const curve = add(inside, "path", { class: "nn-line nn-blue" });
  const rival = add(inside, "path", { class: "nn-line nn-green nn-dashed" });
  const without = add(inside, "path", { class: "nn-line nn-orange nn-thin nn-dashed" });
  const gap = add(inside, "path", { class: "nn-fill-orange nn-faint" });
  const line = add(inside, "path", { class: "nn-line nn-orange" });
  const dots = add(inside, "g");
  const gapText = add(svg, "text", { class: "nn-mid nn-strong nn-halo nn-fill-orange", "aria-hidden": "true" });
  const legend = add(svg, "text", { x: 36, y: 16, "aria-hidden": "true" });
  const tspan = (/** @type {string} */ color) => add(legend, "tspan", { class: color });
  const words = [tspan("nn-fill-blue"), tspan("nn-fill-orange"), tspan("nn-fill-green")];
  const handles = KNOTS.map(([one, two], k) => handle(stage, {
    label: `knot ${k + 1}`, across: knob(one), along: knob(two),
    drag: (px, py) => set({ [one]: knob(one).snap(x.invert(px)), [two]: knob(two).snap(y.invert(py)) }),
  }));
  // Right of 128 neurons is room for the names.
  const neurons = logScale([3.3, width < 420 ? 620 : 400], [48, width - 12]);
  const below = errorChart(svg, neurons, logScale([1e-4, 4], [height - 18, height - 18 - tall]), widths);
  const own = mapped(get("curves"), (packs) => mapped(packs, array));
  let drawn = "";

  return () => {
    const [target, pieces, added, over] = read("target", "pieces", "added", "over");
    const byHand = pieces === "hand";
    const n = byHand ? 4 : Number(pieces.slice(1));
    const { f, sigmoid, square } = own[target];
    const at = (/** @type {number} */ i) => -3 + i / dense;
    const values = Array.from(f.values);
    const onCurve = Array.from({ length: n + 1 }, (_, k) => {
      const i = edge + ((end - 2 * edge) / n) * k;
      return /** @type {Point} */ ([at(i), values[i]]);
    });
    const knots = byHand ? [onCurve[0], ...KNOTS.map((names) => read(...names)), onCurve[n]] : onCurve;
    const last = (n * added) / 4;
    const { slopes, sum } = ramped(knots);
    const weights = slopes.map((s, k) => (k < last ? s - (k ? slopes[k - 1] : 0) : 0));
    const path = (/** @type {Point[]} */ points) => polyline(points.map(([u, v]) => [x(u), y(v)]));
    const polygon = (/** @type {number} */ m) => path([[-3, knots[0][1]], ...knots.slice(0, m + 1), [3, sum(m, 3)]]);
    let [most, worst] = [-1, edge];
    for (let i = edge; i <= end - edge; i++) {
      const off = Math.abs(sum(last, at(i)) - values[i]);
      if (off > most + 1e-6) [most, worst] = [off, i];
    }

    curve.setAttribute("d", path(values.map((v, i) => [at(i), v])));
    line.setAttribute("d", polygon(last));
    without.setAttribute("d", last && added < 4 ? polygon(last - n / 4) : "");
    ramps.setAttribute("d", get("ramps") ? weights.slice(0, last).map((v, k) =>
      path([[knots[k][0], 0], [3, v * (3 - knots[k][0])]])).join("") : "");
    const lay = over === "sigmoid" ? sigmoid.part(widths.indexOf(n)) : over === "square" ? square.values : [];
    rival.setAttribute("d", path(Array.from(lay, (v, i) => [at(coarse * i), v])));
    dots.replaceChildren();
    knots.forEach(([u, v], k) => {
      if (byHand && k % 4) return; // a handle stands there
      add(dots, "circle", { cx: x(u), cy: y(v), r: 3.5, class: k <= last ? "nn-fill-orange" : "nn-fill-muted" });
    });
    const [px, top, bottom] = [x(at(worst)), y(sum(last, at(worst))), y(values[worst])];
    // The gap is filled from knot to knot around the worst place.
    const piece = knots.findLastIndex(([u]) => u <= at(worst) + 1e-9);
    const [from, to] = [knots[piece][0], knots[piece + 1]?.[0] ?? 2].map((u) => Math.round((u + 3) * dense));
    const between = Array.from({ length: to - from + 1 }, (_, k) => from + k);
    gap.setAttribute("d", path([...between.map((i) => /** @type {Point} */ ([at(i), values[i]])),
      ...between.toReversed().map((i) => /** @type {Point} */ ([at(i), sum(last, at(i))]))]));
    // Its words stand beyond the curve, where no handle is.
    gapText.textContent = `off by ${fmt(most, most < 0.095 ? 3 : 2)}`;
    gapText.setAttribute("x", clamp(px, x(-2.5), x(2.5)));
    gapText.setAttribute("y", clamp(bottom + (bottom > top ? 20 : -12), y.range[1] + 14, y.range[0] - 6));
    const label = get("controls").target.options[target];
    words[0].textContent = `— ${label}`;
    words[1].textContent = `   — sum of ${last} ReLU${last === 1 ? "" : "s"}`;
    words[2].textContent = over === "none" ? "" : `   - - ${n} ${over === "sigmoid" ? "sigmoids" : "× x²"}`;
    handles.forEach((move, k) => {
      move.g.toggleAttribute("hidden", !byHand);
      if (!byHand) return;
      const [u, v] = knots[k + 1];
      move(x(u), y(v), `knot ${k + 1} at x = ${fmt(u)}, height ${fmt(v)}, the sum is off by ${fmt(most)}`);
    });

    const errors = get("errors")[target];
    if (drawn !== target) below.build(errors);
    drawn = target;
    below.mark(n, most);

    const short = (/** @type {number[]} */ list, /** @type {number} */ digits) =>
      `(${list.slice(0, 4).map((v) => fmt(v, digits)).join(", ")}${n > 4 ? ", …" : ""})`;
    const precise = (/** @type {number} */ v) => (Math.abs(v) < 0.01 ? science(v) : fmt(v, 3));
    const bound = errors.bound.length ? precise(errors.bound[widths.indexOf(n)]) : "none: f jumps";
    const equal = errors.relu[widths.indexOf(n)];
    const limit = errors.bound.length ? fmt(most, 3) : `about ${fmt(most, 1)}`; // beside a jump, between the points
    return {
      out: {
        b: short(knots.slice(0, n).map(([u]) => -u), byHand ? 1 : 2),
        v: short(weights, 1),
        c: fmt(knots[0][1]),
        error: precise(most),
        bound: byHand && errors.bound.length ? `${bound}, if equally spaced` : bound,
        outside: `${fmt(sum(last, 3))}, ${fmt(values[end])}`,
      },
      say: added < 4 ? `${last} of ${n} ReLUs are added: at its knot each one changes the slope by its weight.` :
        byHand ? `Your four ReLUs are off by at most ${fmt(most, 3)}, at x = ${fmt(at(worst))}. Four that are ` +
          `equally spaced on the curve are off by ${fmt(equal, 3)}` +
          `${most < equal - 5e-4 ? ": yours are better." : "."}` :
          `${n} ReLUs are off by at most ${limit} between −2 and 2. Outside, the sum runs straight on: ` +
          `at x = 3 it says ${fmt(sum(last, 3))}, and the curve is at ${fmt(values[end])}.`,
      rows: [
        ["bias", ...knots.slice(0, 4).map(([u]) => -u)],
        ["weight in the sum", ...weights.slice(0, 4)],
        ["largest error, ReLU", ...errors.relu.slice(0, 4)],
        ["bound", ...(errors.bound.length ? errors.bound.slice(0, 4) : Array(4).fill("none"))],
        ["largest error, sigmoid", ...errors.sigmoid.slice(0, 4)],
        ["largest error, x²", ...errors.square.slice(0, 4)],
        ["largest error now; sum at −3, at 3; curve at 3", most, sum(last, -3), sum(last, 3), values[end]],
      ],
    };
  };
});

/**
 * The polygon through the knots as a sum of ReLUs: the slope from each knot on, and `sum(m, v)`, the first
 * m of them at v: constant, from knot to knot, then straight on.
 * @param {Point[]} knots
 */
function ramped(knots) {
  const slopes = knots.slice(1).map(([u, v], k) => (v - knots[k][1]) / (u - knots[k][0]));
  const sum = (/** @type {number} */ m, /** @type {number} */ v) => {
    const [[first, start]] = knots;
    if (v <= first || m === 0) return start;
    let k = 0;
    while (k < m - 1 && v > knots[k + 1][0]) k++;
    return knots[k][1] + slopes[k] * (v - knots[k][0]);
  };
  return { slopes, sum };
}
