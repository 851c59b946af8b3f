// Draws a small network whose hidden units are switches, and what it answers everywhere: maps that are sums of
// the units' parts. The network in evaluation is the dashed line.
import {
  add, array, axes, clamp, clipped, figure, fmt, handle, heat, mapped, scale, science, table,
} from "../kit/kit.js";
import { strip } from "./strip.js";
import { units } from "./units.js";
import { zeroLine } from "./zero_line.js";

/**
 * @typedef {{ network: string, what: string, scale: boolean, mask: number, all: boolean,
 *   x1: number, x2: number }} Settings
 * @typedef {{ bias: Record<string, number>, above: Packed, parts: Record<string, Packed>, used: Packed,
 *   tables: { sigmoid: Sampled }, gaps: Record<string, number[]> }} Data
 */

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read, set, knob, signal } = stage;
  const { min, max, step } = knob("x1");
  const side = Math.round((max - min) / step) + 1; // pixels of a map
  const thumb = (side + 1) / 2;
  const m = Math.min(width * 0.46, height - 146); // the side of the map
  const top = 24;
  const left = width - m - 8;
  const x = scale([min - step / 2, max + step / 2], [left, left + m]);
  const y = scale(x.domain, [top + m, top]);
  const words = add(svg, "text", { x: left, y: 16, class: "nn-strong", "aria-hidden": "true" });
  const paint = heat(clipped(svg, x, y), { x: left, y: top, width: m, height: m, smooth: true });
  axes(svg, x, y, { xName: "", yName: "", xTicks: [-2, 0, 2], yTicks: [-2, 0, 2] });
  add(svg, "text", { x: left + m, y: top + m + 16, class: "nn-soft nn-end", "aria-hidden": "true" }, "x₁");
  add(svg, "text", { x: left - 6, y: top + 12, class: "nn-soft nn-end", "aria-hidden": "true" }, "x₂");
  const lines = ["nn-ink", "nn-blue nn-dashed"].map((kind) =>
    add(clipped(svg, x, y), "path", { class: `nn-line ${kind}` }));
  add(svg, "text", { x: 4, y: top + m + 16, class: "nn-fill-blue", "aria-hidden": "true" }, "– – evaluation");
  const line = strip(svg, { top: height - 66, bottom: height - 22, left: 8, right: width - 8 });

  // Left of the map the network, or the maps of all masks, of which one is chosen.
  const room = { left: 4, top, width: left - 40, height: m };
  const net = units(stage, room, (unit) => set({ mask: get("mask") ^ (128 >> unit), what: "mask" }));
  const named = add(svg, "text", { x: 4, y: 16, class: "nn-strong", "aria-hidden": "true" });
  const g = Math.min(room.width, m);
  const wall = add(svg, "g", { "aria-hidden": "true" });
  const paintWall = heat(wall, { x: 4, y: top, width: g, height: g });
  const frame = add(wall, "rect", { width: g / 16, height: g / 16, class: "nn-line nn-ink" });
  const pick = add(wall, "rect", { x: 4, y: top, width: g, height: g, class: "nn-target nn-pick" });
  pick.addEventListener("click", (event) => {
    const box = pick.getBoundingClientRect();
    const cell = (/** @type {number} */ v) => clamp(Math.floor(16 * v), 0, 15);
    const row = cell((event.clientY - box.top) / box.height);
    set({ mask: 16 * row + cell((event.clientX - box.left) / box.width), what: "mask" });
  }, { signal });
  const move = handle(stage, {
    label: "point x", across: knob("x1"), along: knob("x2"),
    drag: (px, py) => set({ x1: knob("x1").snap(x.invert(px)), x2: knob("x2").snap(y.invert(py)) }),
  });
  const sigmoid = table(get("tables").sigmoid).at;
  const above = array(get("above"));
  const parts = mapped(get("parts"), array);
  const used = array(get("used"));
  let [drawn, walled, known] = ["", "", ""]; // what all scores, the wall and the map were computed for
  const place = () => side * (side - 1 - knob("x2").index()) + knob("x1").index();
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
    const [network, what, mask, every, x1, x2] = read("network", "what", "mask", "all", "x1", "x2");
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
      walled = "";
      drawn = key;
    }
    if (every && walled !== key) drawWall((score) => answer(score) - middle);
    if (every) walled = key;
    const now = `${key} ${what} ${what === "mask" && mask}`;
    if (known !== now) {
      const right = what === "mask" ? all[mask] : averages[bent ? 1 : 0];
      const maps = [what === "mask" ? right.map(answer) : right, inUse.map(answer)].map((values) =>
        values.map((v) => v - middle));
      paint(maps[0], side, most(maps[1])); // colors as strong as those of the network in evaluation
      lines.forEach((one, k) => one.setAttribute("d",
        zeroLine(maps[k], side, (c) => x(min + c * step), (r) => y(max - r * step))));
      known = now;
    }
    words.textContent = what === "mask" ? "this mask" : `average ${what}`;
    named.textContent = every ? `all 256, mask ${mask}` : `mask ${mask}`;
    const kept = [...mask.toString(2).padStart(8, "0")].map((bit) => bit === "1");
    net.g.toggleAttribute("hidden", every);
    wall.toggleAttribute("hidden", !every);
    net.draw(network === "one" ? 1 : 2, kept);
    frame.setAttribute("x", 4 + ((mask & 15) * g) / 16 - g / 32 / (thumb + 1));
    frame.setAttribute("y", top + ((mask >> 4) * g) / 16 - g / 32 / (thumb + 1));
    move(x(x1), y(x2), `x = (${fmt(x1, 1)}, ${fmt(x2, 1)}), score in evaluation ${fmt(inUse[place()])}`);

    const spot = place();
    const here = all.map((one) => answer(one[spot]));
    const [score, chance] = averages.map((one) => one[spot]);
    const mine = all[mask][spot];
    line(bent, here, [
      [answer(mine), `this mask ${fmt(answer(mine))}`, "ink"],
      [bent ? chance : score, `average ${fmt(bent ? chance : score)}`, "orange"],
      [answer(inUse[spot]), `evaluation ${fmt(answer(inUse[spot]))}`, "blue"],
    ], get("bias")[network]);
    const gap = get("gaps")[scaled ? network : "unscaled"][bent ? 1 : 0];
    return {
      out: {
        used: `${fmt(inUse[spot])}, ${fmt(sigmoid(inUse[spot]), 3)}`,
        average: `${fmt(score)}, ${fmt(chance, 3)}`,
        mask: `${fmt(mine)}, ${fmt(sigmoid(mine), 3)}`,
        gap: what === "mask" ? "–" : science(gap),
      },
      say: `At the point the network in evaluation says ${fmt(answer(inUse[spot]))}, ` +
        `${what === "mask" ? `mask ${mask} says` : "the average over all 256 masks is"} ` +
        `${fmt(what === "mask" ? mine : bent ? chance : score)}. The masks’ ${bent ? "probabilities" : "scores"} ` +
        `go from ${fmt(Math.min(...here))} to ${fmt(Math.max(...here))}.`,
      rows: [
        ["in evaluation", inUse[spot], sigmoid(inUse[spot])],
        ["average score", score, sigmoid(score)],
        ["average probability", "–", chance],
        ["this mask", mine, sigmoid(mine)],
      ],
    };
  };
});

const most = (/** @type {Float64Array} */ values) => values.reduce((m, v) => Math.max(m, Math.abs(v)), 1e-9);
