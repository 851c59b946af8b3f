// Draws, for each layer, the size of its signal and of its gradient as bars on one axis of powers of ten, and
// how its outputs are spread: look-up in the tables of five random starts.
import { add, array, axes, clipped, figure, fmt, polyline, power, scale, science, ticks } from "../kit/kit.js";

/**
 * @typedef {{ depth: number, f: string, init: string, norm: boolean }} Settings
 * @typedef {{ signal: Packed, gradient: Packed, factors: Packed, spread: Packed,
 *   seen: Record<string, Point> }} Data
 */

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read, knob } = stage;
  const [signal, gradient, factors, spread] = read("signal", "gradient", "factors", "spread").map(array);
  const controls = get("controls");
  const depths = Array.from({ length: factors.shape[3] }, (_, k) => knob("depth").min + k * knob("depth").step);
  const most = depths[depths.length - 1];
  const [left, right] = [46, width - 8];
  const tall = 34; // of the histograms
  const [top, bottom] = [34, height - tall - 44];
  const frame = add(svg, "g");
  const label = (/** @type {number} */ x, /** @type {number} */ py, /** @type {string} */ kind) =>
    add(svg, "text", { x, y: py, class: kind, "aria-hidden": "true" });
  const above = label(left, 18, "nn-strong nn-fill-blue");
  const below = label(right, 18, "nn-strong nn-end nn-fill-orange");
  const ghost = label(right - 4, bottom - 8, "nn-end nn-soft nn-halo");
  const name = label((left + right) / 2, height - 4, "nn-mid nn-soft");
  const across = scale([0, 1], [left, right]);
  const bars = add(clipped(svg, across, scale([0, 1], [bottom, top])), "g");
  const feet = add(svg, "g", { "aria-hidden": "true" });

  return () => {
    const [depth, f, init, norm] = read("depth", "f", "init", "norm");
    const start = depths.filter((n) => n < depth).reduce((sum, n) => sum + n, 0);
    const placed = (/** @type {string} */ bend, /** @type {string} */ first, /** @type {boolean} */ normed) =>
      [controls.f.order.indexOf(bend), controls.init.order.indexOf(first), Number(normed)];
    const seeds = Array.from({ length: signal.shape[3] }, (_, k) => k);
    /** Signals and gradients by seed, and by layer. */
    const sizes = (/** @type {number[]} */ place) => [
      seeds.map((k) => signal.part(...place, k).subarray(0, depth)),
      seeds.map((k) => gradient.part(...place, k).subarray(start, start + depth)),
    ];
    const here = placed(f, init, norm);
    const [up, down] = sizes(here);
    const home = /** @type {{ f: string, init: string, norm: boolean }} */ (get("opening"));
    const there = placed(home.f, home.init, home.norm);
    const moved = there.some((v, k) => v !== here[k]);
    const before = moved ? sizes(there) : [];

    // The axis, over powers of ten, is as long as need be, and has one of few lengths.
    const every = [up, down, ...before].flatMap((runs) => runs.map((run) => Array.from(run))).flat();
    const longest = [-4, -6, -12, -18].find((v) => v <= Math.min(...every)) ?? -18;
    const highest = [1, 4, 9].find((v) => v >= Math.max(...every)) ?? 9;
    const y = scale([longest, highest], [bottom, top]);
    const apart = highest - longest > 8 ? 4 : highest - longest > 5 ? 2 : 1;
    frame.replaceChildren();
    axes(frame, across, y, {
      xName: "", yName: "", xTicks: [],
      yTicks: ticks(longest, highest, (highest - longest) / apart).map((k) => [k, power(k)]),
    });

    const pitch = (right - left) / depth;
    const wide = Math.min(18, pitch * 0.34);
    bars.replaceChildren();
    feet.replaceChildren();
    for (let layer = 0; layer < depth; layer++) {
      const middle = left + (layer + 0.5) * pitch;
      [up, down].forEach((runs, k) => {
        const x = middle + (k ? 0.5 : -wide - 0.5);
        const ends = runs.map((run) => run[layer]);
        const [a, b] = [y(0), y(mean(ends))].toSorted((p, q) => p - q);
        const color = k ? "nn-fill-orange" : "nn-fill-blue";
        add(bars, "rect", { x, y: a, width: wide, height: Math.max(1.5, b - a), class: color });
        if (moved) {
          const mark = y(mean(before[k].map((run) => run[layer]))) - 1.5;
          add(bars, "rect", { x: x - 1, y: mark, width: wide + 2, height: 3, class: "nn-fill-muted" });
        }
        const [low, high] = [Math.min(...ends), Math.max(...ends)];
        add(bars, "path", { class: "nn-line nn-ink", d: `M${x + wide / 2} ${y(low)}V${y(high)}` });
      });
      // The histogram: its outline, on a line as wide as what f can give.
      const counts = spread.part(...here, layer);
      const [from, base] = [middle - pitch * 0.42, bottom + tall + 8];
      const step = (pitch * 0.84) / counts.length;
      /** @type {Point[]} */
      const outline = [[from, base]];
      counts.forEach((v, k) => {
        const high = base - (tall * v) / 255;
        outline.push([from + k * step, high], [from + (k + 1) * step, high]);
      });
      outline.push([from + counts.length * step, base]);
      add(feet, "path", { class: "nn-fill-blue", d: `${polyline(outline)}Z` });
      if (depth <= 10 || layer % 2 === 0) {
        add(feet, "text", { x: middle, y: base + 15, class: "nn-mid nn-soft" }, String(layer + 1));
      }
    }
    const [from, to] = get("seen")[f].map((v) => fmt(v, v % 1 ? 1 : 0));
    name.textContent = `layer, and how its outputs z are spread from ${from} to ${to}`;
    ghost.textContent = moved ? `gray: ${controls.f.options[home.f]}, ${controls.init.options[home.init]}` : "";

    const logs = Array.from(factors.part(...here, knob("depth").index()));
    const times = (/** @type {number} */ log) => `× ${fmt(10 ** log, log < -1.5 ? 3 : 2)}`;
    const layer = logs.reduce((sum, v) => sum + v, 0);
    const all = mean(down.map((seed) => seed[0] - seed[depth - 1]));
    // Below 10⁻¹³ the spread of numbers around ½ is rounding, and says nothing of the layers.
    const last = up[0].findLastIndex((v) => v > -13);
    const climb = mean(up.map((seed) => (seed[last] - seed[0]) / last));
    above.textContent = `signal ${times(climb)} a layer →`;
    below.textContent = `← gradient ${times(layer)} a layer`;

    return {
      out: {
        W: times(logs[0]), norm: norm ? times(logs[1]) : "none", f: times(logs[2]), layer: times(layer),
        all: science(10 ** all),
      },
      say: `Layer 1 has ${science(10 ** all)} times the gradient of layer ${depth}. ` +
        `One layer down, a message is taken ${times(layer)}${norm ? "" : ", by the weights and by f′"}.`,
      rows: Array.from({ length: most }, (_, i) => {
        if (i >= depth) return [String(i + 1), "–", "–", "–", "–"];
        const g = down.map((seed) => seed[i]);
        return [String(i + 1), mean(up.map((seed) => seed[i])), mean(g), Math.min(...g), Math.max(...g)];
      }),
    };
  };
});

const mean = (/** @type {number[]} */ values) => values.reduce((sum, v) => sum + v, 0) / values.length;
