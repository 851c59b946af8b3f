// Draws the network, the map of its output with the points, and its losses: of a recorded run, or of the
// network that the page's own Python trains.
import { add, array, axes, clipped, figure, fmt, handle, heat, mapped, scale } from "../kit/kit.js";
import { diagram } from "./diagram.js";
import { losses } from "./losses.js";
import { training } from "./training.js";

/**
 * @typedef {{ data: string, noise: number, own: string, put: string, cx: number, cy: number, squares: boolean,
 *   product: boolean, sines: boolean, h1: number, h2: number, h3: number, f: string, first: string, batch: string,
 *   rate: string, dropout: number, norm: boolean, seed: number, t: number }} Settings
 * @typedef {{ settings: Partial<Settings>, losses: Packed, map: Packed, units: Packed, weights: Packed,
 *   sizes: number[] }} Recorded
 * @typedef {{ sets: Record<string, Packed>, records: Recorded[], code: string,
 *   constants: { looks: number[], reach: number, step: number } }} Data
 * @typedef {{ updates: number, losses: number[], map: Float64Array, units: Float64Array, weights: Float64Array,
 *   sizes: number[], history: number[][], pale: number[][], speed: string }} Seen
 */

export default figure((/** @type {Stage<Settings, Data, ReturnType<typeof training>>} */ stage) => {
  const { svg, width, height, get, read, set, knob, live } = stage;
  const { looks, reach, step } = get("constants");
  const side = Math.min(0.5 * width - 16, 0.5 * height);
  const top = height - side - 24;
  const x = scale([-reach, reach], [28, 28 + side]);
  const y = scale([-reach, reach], [top + side, top]);
  const net = diagram(svg, { width, height: top - 34 });
  const map = add(svg, "g", { "aria-hidden": "true" });
  const color = heat(map, { x: x(-reach), y: y(reach), width: side, height: side, smooth: true });
  axes(svg, x, y, { xName: "", yName: "", xTicks: 4, yTicks: 4 });
  const inside = clipped(svg, x, y);
  const dots = add(inside, "g");
  const chart = losses(svg, { left: x(reach) + 40, right: width - 18, bottom: top + side, top });
  const ground = add(svg, "rect", { x: x(-reach), y: y(reach), width: side, height: side, class: "nn-column" });
  const sets = mapped(get("sets"), array);
  const records = get("records").map((one) => ({ ...one, ...mapped({ losses: one.losses, map: one.map,
    units: one.units, weights: one.weights }, array) }));

  /** A point at the cursor, or none where there is one. */
  const put = () => {
    const [own, kind] = read("own", "put");
    const place = [knob("cx"), knob("cy")].map((one) => String(one.index()).padStart(2, "0")).join("");
    const kept = (own.match(/.{5}/g) ?? []).filter((one) => one.slice(1) !== place);
    if (5 * kept.length === own.length) kept.push(kind + place);
    if (get("data") === "own" && kept.length <= 60) set({ own: kept.join("") });
  };
  const cursor = handle(stage, {
    label: "cursor", across: knob("cx"), along: knob("cy"), shape: "nn-dot",
    drag: (px, py) => set({ cx: knob("cx").snap(x.invert(px)), cy: knob("cy").snap(y.invert(py)) }),
  });
  ground.addEventListener("click", (event) => {
    const box = svg.getBoundingClientRect();
    const zoom = width / box.width;
    set({ cx: knob("cx").snap(x.invert((event.clientX - box.left) * zoom)),
      cy: knob("cy").snap(y.invert((event.clientY - box.top) * zoom)) });
    put();
  }, { signal: stage.signal });
  cursor.g.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    put();
  }, { signal: stage.signal });
  let drawn = "";

  /** The points: solid ones train, those for the test are small. */
  const scatter = () => {
    const [data, noise, own] = read("data", "noise", "own");
    if (drawn === [data, noise, own].join()) return;
    drawn = [data, noise, own].join();
    dots.replaceChildren();
    const point = (/** @type {number} */ u, /** @type {number} */ v, /** @type {boolean} */ one, r = 3.2) =>
      (one ? add(dots, "circle", { cx: x(u), cy: y(v), r, class: "nn-fill-orange" })
        : add(dots, "rect", { x: x(u) - r, y: y(v) - r, width: 2 * r, height: 2 * r, class: "nn-square" }));
    if (data === "own") {
      for (const one of own.match(/.{5}/g) ?? []) {
        point(Number(one.slice(1, 3)) * step - reach, Number(one.slice(3)) * step - reach, one[0] === "o");
      }
      return;
    }
    const all = sets[data];
    for (let i = 0; i < all.shape[0]; i++) {
      const [u, v, du, dv, one] = all.part(i);
      point(u + (noise / 100) * du, v + (noise / 100) * dv, one > 0.5, i < all.shape[0] / 2 ? 3.2 : 1.8);
    }
  };

  /**
   * The recorded run of these settings at look t; null where there is none.
   * @returns {Seen | null}
   */
  const recorded = () => {
    const other = get("data") === "own" ? "" : "own"; // own points wait until they are chosen
    const run = records.find(({ settings }) => Object.entries(settings).every(([key, v]) =>
      key === other || get(/** @type {keyof Settings} */ (key)) === v));
    if (!run) return null;
    const t = get("t");
    const signed = (/** @type {Unpacked} */ a) => a.part(t).map((/** @type {number} */ v) => 2 * v - 1);
    const history = looks.slice(0, t + 1).map((n, k) => [n, ...run.losses.part(k)]);
    return { updates: looks[t], losses: [...run.losses.part(t)], map: signed(run.map), units: signed(run.units),
      weights: run.weights.part(t), sizes: run.sizes, history, pale: [], speed: "recorded" };
  };

  return () => {
    const [cx, cy, h1, h2, h3] = read("cx", "cy", "h1", "h2", "h3");
    const seen = live?.seen() ?? recorded();
    scatter();
    const names = ["x₁", "x₂",
      ...(get("squares") ? ["x₁²", "x₂²"] : []), ...(get("product") ? ["x₁x₂"] : []),
      ...(get("sines") ? ["sin πx₁", "sin πx₂"] : [])];
    const sizes = seen?.sizes ?? [names.length, ...[h1, h2, h3].filter(Boolean), 1];
    const { f, batch, rate, first } = get("controls");
    net(sizes, names, seen, [`${f.options[get("f")]}, weights: ${first.options[get("first")]}, seed ${get("seed")}`,
      `batch ${batch.options[get("batch")]}, η = ${rate.options[get("rate")]}` +
      (get("dropout") ? `, dropout ${fmt(get("dropout"), 1)}` : "") + (get("norm") ? ", batch norm" : "")]);
    const columns = seen ? Math.round(Math.sqrt(seen.map.length)) : 1;
    color(seen?.map.map((/** @type {number} */ v) => v || 0) ?? new Float64Array(1), columns, 2.2);
    chart(seen?.history ?? [], seen?.pale ?? []);
    const at = (/** @type {number} */ v) => Math.round(((v + reach) / (2 * reach)) * (columns - 1));
    const p = seen ? (1 + seen.map[(columns - 1 - at(cy)) * columns + at(cx)]) / 2 : NaN;
    const here = Number.isFinite(p) ? fmt(p) : "–";
    cursor(x(cx), y(cy), `x₁ = ${fmt(cx, 1)}, x₂ = ${fmt(cy, 1)}, output ${here}`);
    cursor.g.classList.toggle("nn-off", get("put") === "s");
    const number = (/** @type {number | undefined} */ v, digits = 3, factor = 1, unit = "") =>
      (v !== undefined && Number.isFinite(v) ? fmt(factor * v, digits) + unit : "–");
    const [train, test, right, rightTest] = seen?.losses ?? [];
    const row = (/** @type {number[] | undefined} */ one, /** @type {number} */ k) => (one ? [String(k),
      String(one[0]), ...[one[1], one[2], 100 * one[3], 100 * one[4]].map((v) => (Number.isFinite(v) ? v : "–"))]
      : [String(k), "–", "–", "–", "–", "–"]);
    const history = seen?.history ?? [];
    const every = Math.max(1, (history.length - 1) / (looks.length - 1));
    return {
      out: {
        updates: seen ? String(seen.updates) : "–",
        loss: `${number(train)}, ${number(test)}`,
        right: `${number(right, 0, 100, " %")}, ${number(rightTest, 0, 100, " %")}`,
        here,
        speed: seen?.speed ?? "–",
      },
      say: seen ? `After ${seen.updates} updates the loss is ${number(train)} on the training points` +
        (Number.isFinite(test) ? ` and ${number(test)} on the test points` : "") +
        `, of which ${number(Number.isFinite(test) ? rightTest : right, 0, 100)} % are right.` :
        "No run of these settings is recorded. Where the page has Python, Play trains this network.",
      rows: looks.map((_, k) => row(history[live?.seen() ? Math.round(k * every) : k], k)),
    };
  };
}, training);
