// Draws, over the layers, the size of the signal on its way up and of the gradient on its way down:
// look-up in the tables of five random starts.
import { add, array, axes, clipped, figure, fmt, polyline, power, scale, science } from "../kit/kit.js";

/**
 * @typedef {{ depth: number, f: string, init: string, norm: boolean }} Settings
 * @typedef {{ signal: Packed, gradient: Packed, factors: Packed }} Data
 */

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read, knob } = stage;
  const [signal, gradient, factors] = read("signal", "gradient", "factors").map(array);
  const controls = get("controls");
  const depths = Array.from({ length: factors.shape[3] }, (_, k) => knob("depth").min + k * knob("depth").step);
  const most = depths[depths.length - 1];
  const x = scale([0.4, most + 0.6], [46, width - 14]);
  const tall = (height - 46 - 24 - 48) / 2;
  /**
   * A chart with a line for each seed: `draw(seeds, text)`. `last`: it is the one below, dashed.
   * @param {number} top
   * @param {string} words
   * @param {string} color
   * @param {boolean} last
   */
  const panel = (top, words, color, last) => {
    const y = scale([-15, 9], [top + tall, top]); // over the powers of ten
    axes(svg, x, y, {
      xName: last ? "layer" : "", xTicks: [1, ...depths].map((v) => [v, String(v)]),
      yName: words, yTicks: [-12, -8, -4, 0, 4, 8].map((k) => [k, power(k)]),
    });
    const inside = clipped(svg, x, y);
    const kind = `nn-line nn-${color} nn-thin${last ? " nn-dashed" : ""}`;
    const lines = Array.from({ length: signal.shape[3] }, () => add(inside, "path", { class: kind }));
    const ends = [0, 1].map(() => add(inside, "circle", { r: 4, class: `nn-fill-${color}` }));
    const note = add(svg, "text", {
      x: last ? x(most) : x(1), y: top + tall - 10,
      class: `nn-halo nn-fill-${color}${last ? " nn-end" : ""}`, "aria-hidden": "true",
    });
    return (/** @type {Float64Array[]} */ seeds, /** @type {string} */ text) => {
      const n = seeds[0].length;
      lines.forEach((line, k) => line.setAttribute("d", polyline(Array.from(seeds[k], (v, i) => [x(i + 1), y(v)]))));
      ends.forEach((dot, k) => {
        dot.setAttribute("cx", x(k ? n : 1));
        dot.setAttribute("cy", y(mean(seeds.map((seed) => seed[k ? n - 1 : 0]))));
      });
      note.textContent = text;
    };
  };
  const above = panel(24, "signal: spread of outputs, going up →", "blue", false);
  const below = panel(24 + tall + 48, "gradient of weights, ← coming down", "orange", true);

  return () => {
    const [depth, f, init, norm] = read("depth", "f", "init", "norm");
    const place = [controls.f.order.indexOf(f), controls.init.order.indexOf(init), Number(norm)];
    const start = depths.filter((n) => n < depth).reduce((sum, n) => sum + n, 0);
    const seeds = Array.from({ length: signal.shape[3] }, (_, k) => k);
    const up = seeds.map((k) => signal.part(...place, k).subarray(0, depth));
    const down = seeds.map((k) => gradient.part(...place, k).subarray(start, start + depth));
    const logs = Array.from(factors.part(...place, knob("depth").index()));
    const times = (/** @type {number} */ log) => `× ${fmt(10 ** log, log < -1.5 ? 3 : 2)}`;
    const layer = logs.reduce((sum, v) => sum + v, 0);
    const all = mean(down.map((seed) => seed[0] - seed[depth - 1]));
    // Below 10⁻¹³ the spread of numbers around ½ is rounding, and says nothing of the layers.
    const top = up[0].findLastIndex((v) => v > -13);
    const climb = mean(up.map((seed) => (seed[top] - seed[0]) / top));
    above(up, `${times(climb)} a layer`);
    below(down, `${times(layer)} a layer`);

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
