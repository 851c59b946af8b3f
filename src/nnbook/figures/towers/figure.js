// Draws a surface over two inputs, row behind row, and a cut through it beside the hill that it is to follow.
import { add, array, axes, clipped, figure, fmt, mapped, polyline, scale, table } from "../kit/kit.js";
import { surface } from "./surface.js";

/**
 * @typedef {{ step: number, f: string, width: number, many: string, target: string, cut: number }} Settings
 * @typedef {{ tables: Record<string, Sampled>, hills: Record<string, Packed>,
 *   changes: Record<string, Record<string, Packed>>,
 *   constants: { walls: Point, names: string[], reach: number } }} Data
 */

const EVERY = 2; // row of points that is drawn
const TALL = [2.1, 2.1, 2.1, 1.2, 1.2]; // highest output shown, by step

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read, knob } = stage;
  const { walls, names, reach } = get("constants");
  const hills = mapped(get("hills"), array);
  const changes = mapped(get("changes"), (packs) => mapped(packs, array));
  const side = hills[get("target")].shape[0];
  const at = Array.from({ length: side }, (_, k) => (2 * reach * k) / (side - 1) - reach);
  const outputs = surface(at, walls, table(get("tables").sigmoid).at);
  const last = names.length - 1;

  const split = Math.round(0.56 * height);
  const left = 30;
  const [shift, depth] = [0.22 * width, 0.3 * split];
  const across = scale([-reach, reach], [left, width - 6 - shift]);
  const floor = split - 22;
  const ground = add(svg, "path", { class: "nn-shade" });
  const upright = add(svg, "g", { class: "nn-axes", "aria-hidden": "true" });
  const rows = at.map(() => add(svg, "path", { class: "nn-line", "aria-hidden": "true" }));
  const caption = add(svg, "text", { x: left, y: 14, class: "nn-strong", "aria-hidden": "true" });
  add(svg, "text", { x: across(0), y: split - 2, class: "nn-mid nn-small nn-soft", "aria-hidden": "true" }, "x₁");
  const soft = { class: "nn-end nn-small nn-soft", "aria-hidden": "true" };
  add(svg, "text", { ...soft, x: width - 4, y: floor - depth / 2 + 14 }, "x₂");

  const x = scale([-reach, reach], [left, width - 8]);
  const plot = add(svg, "g");
  const legend = add(svg, "text", { x: width - 8, y: split + 16, class: "nn-end nn-small", "aria-hidden": "true" });
  add(legend, "tspan", { class: "nn-fill-blue" }, "network");
  add(legend, "tspan", { class: "nn-soft" }, "  – – hill, with its knots");

  return () => {
    const [step, f, wall, target, cut] = read("step", "f", "width", "target", "cut");
    const many = Number(get("many").slice(1));
    const row = knob("cut").index();
    const hill = hills[target];
    const { out, neurons } = outputs(step === last ? { many, change: changes[target][get("many")] } : step, f, wall);
    const tall = TALL[step];
    const lift = scale([0, tall], [0, floor - depth - 22]);

    const place = (/** @type {number} */ k, /** @type {number} */ i, /** @type {number} */ z) => {
      const back = i / (side - 1);
      return /** @type {Point} */ ([across(at[k]) + back * shift, floor - back * depth - lift(z)]);
    };
    ground.setAttribute("d", `${polyline([[0, 0], [side - 1, 0], [side - 1, side - 1], [0, side - 1]]
      .map(([k, i]) => place(k, i, 0)))}Z`);
    upright.replaceChildren();
    for (const z of tall > 2 ? [0, 1, 2] : [0, 1]) {
      const [px, py] = place(0, 0, z);
      add(upright, "path", { class: "nn-grid", d: `M${px} ${py.toFixed(1)}h-5` });
      add(upright, "text", { x: px - 8, y: py + 4, class: "nn-end" }, String(z));
    }
    rows.forEach((path, j) => {
      const i = side - 1 - j; // from the back to the front
      const seen = i % EVERY === 0 || i === row;
      const line = at.map((_, k) => place(k, i, out[i * side + k]));
      path.setAttribute("d", seen ? polyline(line) : "");
      path.setAttribute("class", `nn-line ${i === row ? "nn-orange" : "nn-blue nn-thin"}`);
      path.style.fill = "var(--nn-paper)";
      path.style.fillOpacity = i === row ? "0" : "0.85";
    });
    caption.textContent = `${step + 1}: ${names[step]}`;

    plot.replaceChildren();
    const y = scale([-0.2, tall], [height - 42, split + 26]);
    axes(plot, x, y, { xName: `x₁, at x₂ = ${fmt(cut, 1)}`, yName: "output", xTicks: 4, yTicks: 3 });
    const inside = clipped(plot, x, y);
    const mine = at.map((_, k) => out[row * side + k]);
    const truth = at.map((_, k) => hill.at(row, k));
    const path = (/** @type {number[]} */ values) => polyline(values.map((v, k) => [x(at[k]), y(v)]));
    add(inside, "path", { class: "nn-line nn-muted nn-dashed", d: path(truth) });
    for (let k = 0; k <= many; k++) {
      const i = (k * (side - 1)) / many;
      const [low, part] = [Math.min(Math.floor(i), side - 2), i - Math.min(Math.floor(i), side - 2)];
      const v = (1 - part) * truth[low] + part * truth[low + 1];
      const [cx, cy] = [x((2 * reach * k) / many - reach), y(v)].map((n) => n.toFixed(1));
      add(inside, "circle", { cx, cy, r: 2.5, class: "nn-fill-muted" });
    }
    add(inside, "path", { class: "nn-line nn-blue", d: path(mine) });

    const off = Array.from(out, (v, i) => Math.abs(v - hill.values[i]));
    const worst = step === last ? Math.max(...off) : 0;
    const mean = step === last ? off.reduce((a, b) => a + b) / off.length : 0;
    if (step === last) {
      const here = off.slice(row * side, (row + 1) * side);
      const k = here.indexOf(Math.max(...here));
      const d = `M${x(at[k]).toFixed(1)} ${y(mine[k]).toFixed(1)}V${y(truth[k]).toFixed(1)}`;
      add(inside, "path", { class: "nn-line nn-orange", style: "stroke-width: 4px", d });
    }
    const text = (/** @type {number} */ v) => (step === last ? fmt(v, 3) : "–");
    const [low, high] = [Math.min(...out), Math.max(...out)];
    return {
      out: { hidden: String(neurons), high: `${fmt(low)} … ${fmt(high)}`, worst: text(worst), mean: text(mean) },
      say: step === last ?
        `${neurons} hidden neurons follow the hill. At the points shown they miss it by at most ${fmt(worst, 3)}, on ` +
        `average by ${fmt(mean, 3)}.` :
        `${neurons} hidden neuron${neurons > 1 ? "s" : ""}: ${SAID[step]}` +
          (low < -0.05 ? ` Outside one of its corners is a pit, ${fmt(low)}.` : ""),
      rows: [...at.flatMap((v, k) => (k % 10 ? [] : [[fmt(v, 0), mine[k], truth[k]]])),
        ["largest error", step === last ? worst : "–", ""], ["mean error", step === last ? mean : "–", ""],
        ["hidden neurons", neurons, ""]],
    };
  };
});

const SAID = [
  "one step along x₁, and flat along x₂, a bent sheet.",
  "two sheets, added, are about 0, 1, 1 and 2 high in the four corners.",
  "a second layer keeps the plain where both are up.",
  "four corners, two of them subtracted, leave a tower.",
];
