// Draws what every mask makes of a small network: maps that are sums of the units' parts.
import {
  add, array, axes, clamp, clipped, figure, fmt, handle, heat, mapped, scale, science, table,
} from "../kit/kit.js";
import { strip } from "./strip.js";
import { zeroLine } from "./zero_line.js";

/**
 * @typedef {{ network: string, what: string, scale: boolean, mask: number, x1: number, x2: number }} Settings
 * @typedef {{ bias: Record<string, number>, above: Packed, parts: Record<string, Packed>, used: Packed,
 *   tables: { sigmoid: Sampled }, gaps: Record<string, number[]> }} Data
 */

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read, set, knob, signal } = stage;
  const { min, max, step } = knob("x1");
  const side = Math.round((max - min) / step) + 1; // pixels of a map
  const thumb = (side + 1) / 2;
  const m = Math.min((width - 50) / 2, 0.27 * height);
  const top = 30;
  const y = scale([min - step / 2, max + step / 2], [top + m, top]);
  const panels = [30, width - m - 8].map((left, i) => {
    const x = scale(y.domain, [left, left + m]);
    const words = add(svg, "text", { x: left, y: 16, class: "nn-strong nn-small" });
    const paint = heat(clipped(svg, x, y), { x: left, y: top, width: m, height: m, smooth: true });
    axes(svg, x, y, { xName: "", yName: "", xTicks: [-2, 0, 2], yTicks: i ? [] : [-2, 0, 2] });
    const soft = { class: "nn-soft nn-end", "aria-hidden": "true" };
    add(svg, "text", { x: left + m, y: top + m + 16, ...soft }, "x₁");
    if (!i) add(svg, "text", { x: left - 6, y: top + 12, ...soft }, "x₂");
    const zero = add(clipped(svg, x, y), "path", { class: "nn-line nn-ink" });
    const dot = add(svg, "circle", { r: 5, class: "nn-ring", "aria-hidden": "true" });
    return { x, words, paint, zero, dot, known: "" };
  });
  const move = handle(stage, {
    label: "point x", across: knob("x1"), along: knob("x2"),
    drag: (px, py) => set({
      x1: knob("x1").snap(panels[0].x.invert(px)), x2: knob("x2").snap(y.invert(py)),
    }),
  });
  const line = strip(svg, [top + m + 34, 84, width - 14]);
  const wallTop = top + m + 154;
  const g = Math.min(width - 16, height - wallTop - 6);
  const left = (width - g) / 2;
  const dropped = Array.from({ length: 8 }, (_, k) => { // the crosses over the units, four and four
    const unit = add(svg, "g", { "aria-hidden": "true" });
    const cx = left + g - 9 - 21 * (7 - k) - (k < 4 ? 10 : 0);
    add(unit, "circle", { cx, cy: wallTop - 17, r: 8, class: "nn-line nn-blue" });
    const cross = `M${cx - 8} ${wallTop - 25}l16 16M${cx - 8} ${wallTop - 9}l16 -16`;
    return add(unit, "path", { class: "nn-line nn-ink", d: cross });
  });
  const named = add(svg, "text", { x: left, y: wallTop - 12, class: "nn-strong", "aria-hidden": "true" });
  const paintWall = heat(svg, { x: left, y: wallTop, width: g, height: g });
  const frame = add(svg, "rect", { width: g / 16, height: g / 16, class: "nn-line nn-purple" });
  const wall = add(svg, "rect", { x: left, y: wallTop, width: g, height: g, class: "nn-target nn-pick" });
  wall.addEventListener("click", (event) => {
    const box = wall.getBoundingClientRect();
    const cell = (/** @type {number} */ v) => clamp(Math.floor(16 * v), 0, 15);
    const row = cell((event.clientY - box.top) / box.height);
    set({ mask: 16 * row + cell((event.clientX - box.left) / box.width) });
  }, { signal });
  const sigmoid = table(get("tables").sigmoid).at;
  const above = array(get("above"));
  const parts = mapped(get("parts"), array);
  const used = array(get("used"));
  let drawn = "";
  /** @type {Float64Array[]} */
  let all = []; // by mask: its score at every pixel
  /** @type {Float64Array[]} */
  let averages = []; // over the masks: of the score, of the probability

  /** The score of every mask at every pixel: the bias, and the parts of what is kept. */
  const everyScore = (/** @type {string} */ network, /** @type {boolean} */ scaled) =>
    Array.from({ length: 256 }, (_, mask) => {
      const [row, column] = [mask >> 4, mask & 15];
      const of = [0, 1, 2, 3].filter((k) => (column >> (3 - k)) & 1)
        .map((k) => parts[network].part(network === "one" ? 0 : row, k));
      if (network === "one") of.push(above.part(row));
      const b = get("bias")[network];
      return Float64Array.from({ length: side * side }, (__, i) =>
        b + (scaled ? 1 : 0.5) * of.reduce((sum, part) => sum + part[i], 0));
    });

  /** The wall: every mask's map, of every second pixel, with a pixel between two. */
  const drawWall = (/** @type {(score: number) => number} */ color) => {
    const pitch = thumb + 1;
    const thumbs = new Float64Array((16 * pitch) ** 2);
    all.forEach((one, mask) => {
      for (let i = 0; i < thumb * thumb; i++) {
        const [r, c] = [Math.floor(i / thumb), i % thumb];
        const at = ((mask >> 4) * pitch + r) * 16 * pitch + (mask & 15) * pitch + c;
        thumbs[at] = color(one[2 * r * side + 2 * c]);
      }
    });
    paintWall(thumbs, 16 * pitch, most(thumbs));
  };

  return () => {
    const [network, what, mask, x1, x2] = read("network", "what", "mask", "x1", "x2");
    const scaled = get("scale") || network === "two";
    const bent = what === "probability";
    const key = `${network} ${scaled} ${bent}`;
    const answer = bent ? sigmoid : (/** @type {number} */ v) => v;
    const middle = bent ? 0.5 : 0;
    const inUse = used.part(network === "one" ? 0 : 1);
    if (key !== drawn) {
      all = everyScore(network, scaled);
      averages = [all, all.map((one) => one.map(sigmoid))].map((maps) =>
        Float64Array.from(inUse, (_, i) => maps.reduce((sum, one) => sum + one[i], 0) / 256));
      drawWall((score) => answer(score) - middle);
      drawn = key;
    }
    const right = what === "mask" ? all[mask] : averages[bent ? 1 : 0];
    const titles = ["in use: eval()", what === "mask" ? `mask ${mask}` : `average ${what}`];
    const maps = [inUse.map(answer), right].map((values) => values.map((v) => v - middle));
    const known = [`${network} ${bent}`, `${key} ${what} ${what === "mask" && mask}`];
    panels.forEach((panel, i) => {
      const { x, words, paint, zero, dot } = panel;
      if (panel.known !== known[i]) {
        words.textContent = titles[i];
        paint(maps[i], side, most(maps[0])); // one scale for both
        zero.setAttribute("d", zeroLine(maps[i], side, (c) => x(min + c * step), (r) => y(max - r * step)));
        panel.known = known[i];
      }
      dot.setAttribute("cx", x(x1));
      dot.setAttribute("cy", y(x2));
    });
    const place = side * (side - 1 - knob("x2").index()) + knob("x1").index();
    const here = all.map((one) => answer(one[place]));
    const now = answer(inUse[place]);
    const other = what === "mask" ? here[mask] : averages[bent ? 1 : 0][place];
    const b = bent ? 0 : get("bias")[network];
    line(bent, here, here[mask], b, [now, other], what === "mask" ? "this mask" : "average");
    frame.setAttribute("x", left + ((mask & 15) * g) / 16 - g / 32 / (thumb + 1));
    frame.setAttribute("y", wallTop + ((mask >> 4) * g) / 16 - g / 32 / (thumb + 1));
    const bits = mask.toString(2).padStart(8, "0");
    dropped.forEach((mark, k) => mark.toggleAttribute("hidden", bits[k] === "1"));
    named.textContent = `mask ${mask}`;
    move(panels[0].x(x1), y(x2), `x = (${fmt(x1, 1)}, ${fmt(x2, 1)}), score in use ${fmt(inUse[place])}`);

    const [score, chance] = averages.map((one) => one[place]);
    const mine = all[mask][place];
    const gap = get("gaps")[scaled ? network : "unscaled"][bent ? 1 : 0];
    return {
      out: {
        used: `${fmt(inUse[place])}, ${fmt(sigmoid(inUse[place]), 3)}`,
        average: `${fmt(score)}, ${fmt(chance, 3)}`,
        mask: `${fmt(mine)}, ${fmt(sigmoid(mine), 3)}`,
        gap: what === "mask" ? "–" : science(gap),
      },
      say: `At the point the network in use says ${fmt(now)}, ${what === "mask" ? `mask ${mask} says` :
        "the average over all 256 masks is"} ${fmt(other)}. The masks’ ${bent ? "probabilities" : "scores"} ` +
        `go from ${fmt(Math.min(...here))} to ${fmt(Math.max(...here))}.`,
      rows: [
        ["in use", inUse[place], sigmoid(inUse[place])],
        ["average score", score, sigmoid(score)],
        ["average probability", "–", chance],
        ["this mask", mine, sigmoid(mine)],
      ],
    };
  };
});

const most = (/** @type {Float64Array} */ values) => values.reduce((m, v) => Math.max(m, Math.abs(v)), 1e-9);
