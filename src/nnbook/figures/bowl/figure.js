// Draws the error's map as nested ellipses, the way of the weights on it, and the points with their line.
import { add, array, arrow, axes, clamp, clipped, figure, fmt, handle, knob, polyline, scale } from "../kit/kit.js";

/**
 * @typedef {{ center: Point, axes: [Point, Point], inverse: [Point, Point], lowest: number }} Bowl
 * @typedef {{ kappa: string, batch: string, lr: number, w1: number, w2: number, step: number, seed: number,
 *   arrows: boolean, cloud: boolean }} Settings
 * @typedef {{ bowls: Record<string, Bowl>, tables: Record<string, Record<string, Packed>>,
 *   constants: { far: number } }} Data
 */

const RADII = [4, 3, 2, 1.5, 1, 0.5, 0.2]; // of the ellipses: there E is ½ r² above its lowest
const LOST = 1e4; // weights so far away are not drawn
const REACH = 1.2; // of my arrow before it is dragged: it says a direction and no length

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read, set, knob: named } = stage;
  const { far: beyond } = get("constants");
  const last = named("step").max;
  const [across, up] = [named("w1"), named("w2")];
  const unit = (width - 58) / (across.max - across.min);
  const x = scale([across.min, across.max], [44, width - 14]);
  const y = scale([up.min, up.max], [28 + (up.max - up.min) * unit, 28]);
  const map = clipped(svg, x, y);
  const rings = RADII.map(() => add(map, "path", {
    class: "nn-line nn-blue nn-thin", style: "fill: var(--nn-blue); fill-opacity: 0.06",
  }));
  axes(svg, x, y, { xName: "slope w₁", yName: "shift w₂", xTicks: 6, yTicks: 4 });
  const over = clipped(svg, x, y);
  const cloud = add(over, "g", { opacity: 0.45 });
  const stride = add(over, "circle", { class: "nn-line nn-purple nn-thin nn-dashed" });
  const straight = add(over, "path", { class: "nn-line nn-green nn-thin nn-dashed" });
  const lowest = add(over, "path", { class: "nn-line nn-green" });
  const way = add(over, "path", { class: "nn-line nn-orange nn-thin" });
  const dots = add(over, "g");
  const down = arrow(over, "nn-ink");
  const mine = arrow(over, "nn-purple");
  const said = add(svg, "text", { class: "nn-guess-text nn-halo nn-mid", "aria-hidden": "true" });
  const called = add(svg, "text", { class: "nn-halo nn-mid nn-small", "aria-hidden": "true" });
  /**
   * A text at a place of the map, `below` pixels under it, inside the frame.
   * @param {Element} label
   * @param {Point} place
   * @param {number} below
   */
  const put = (label, [p, q], below) => {
    label.setAttribute("x", clamp(x(p), x.range[0] + 34, x.range[1] - 34));
    label.setAttribute("y", clamp(y(q) + below, y.range[1] + 14, y.range[0] - 6));
  };

  const u = scale([-2.6, 2.6], x.range);
  const v = scale([-4, 4], [Math.max(height - 42, y.range[0] + 80), y.range[0] + 66]);
  axes(svg, u, v, { xName: "input x", yName: "target y", xTicks: [-2, -1, 0, 1, 2], yTicks: [-2, 0, 2] });
  const plane = clipped(svg, u, v);
  const line = add(plane, "path", { class: "nn-line nn-blue" });
  const [points, batch] = [add(plane, "g"), add(plane, "g")];

  const moveStart = handle(stage, {
    label: "start of the weights", across, along: up,
    drag: (px, py) => set({ w1: across.snap(x.invert(px)), w2: up.snap(y.invert(py)) }),
  });
  const angle = knob("guess", { min: -180, max: 180, step: 1, digits: 0 }, () => get("guess") ?? 0, set);
  let reach = REACH;
  /** @type {Point} */
  let from = [0, 0];
  let home = 0; // the direction from there to the minimum
  const moveMine = handle(stage, {
    label: "tip of my arrow", across: angle, shape: "nn-mark",
    drag: (px, py) => {
      const [a, b] = [x.invert(px) - from[0], y.invert(py) - from[1]];
      reach = clamp(Math.hypot(a, b), 0.5, 2.5);
      angle.set(within(degrees([a, b]) - home));
    },
  });
  const far = (/** @type {number} */ n) => (Math.abs(n) <= beyond ? n : `beyond ${n < 0 ? "−" : ""}${beyond}`);
  const text = (/** @type {number} */ n) => (Math.abs(n) <= beyond ? fmt(n) : String(far(n)));
  /** @type {Record<string, Unpacked>} */
  const tables = {};
  const unpacked = (/** @type {string} */ kappa, /** @type {string} */ key) =>
    (tables[`${kappa} ${key}`] ??= array(get("tables")[kappa][key]));
  /** @type {Record<string, Float64Array[]>} */
  const means = {};
  /** What an update with each batch adds: the mean of what its examples add. */
  const batches = (/** @type {string} */ kappa, /** @type {string} */ size) =>
    (means[`${kappa} ${size}`] ??= rows(unpacked("picks", size)).map((drawn) =>
      mean(Array.from(drawn, (i) => unpacked(kappa, "updates").part(Math.round(i))))));
  /** @returns {Point} */
  const at = (/** @type {Point} */ [p, q]) => [x(p), y(q)];
  /**
   * Circles in the place of those that were there.
   * @param {Element} group
   * @param {Point[]} places
   * @param {number} r
   * @param {string} name
   */
  const spots = (group, places, r, name) => group.replaceChildren(...places.map(([px, py]) =>
    add(group, "circle", { cx: px.toFixed(1), cy: py.toFixed(1), r, class: name })));

  /** The ellipses of equal error, and the minimum. */
  const drawBowl = (/** @type {Bowl} */ bowl) => {
    RADII.forEach((r, k) => rings[k].setAttribute("d", `${polyline(ellipse(bowl, r).map(at))}Z`));
    const [cx, cy] = at(bowl.center);
    lowest.setAttribute("d", `M${cx - 7} ${cy}H${cx + 7}M${cx} ${cy - 7}V${cy + 7}`);
  };

  /** The weights up to now. */
  const drawPath = (/** @type {Point[]} */ w, /** @type {boolean} */ seen) => {
    const near = w.filter((one) => Math.hypot(...one) < LOST);
    way.setAttribute("d", polyline(near.map(at)));
    spots(dots, near.slice(1).map(at), 3, "nn-fill-orange");
    const [cx, cy] = at(w[w.length - 1]);
    if (seen && w.length > 1) add(dots, "circle", { cx, cy, r: 6, class: "nn-fill-orange" });
  };

  /** −gradient of all points, at rate 1, how far the rate lets it go, and the straight way to the minimum. */
  const drawGradient = (/** @type {Point} */ here, /** @type {Point} */ full, /** @type {Point} */ center) => {
    const seen = Math.hypot(...here) < LOST;
    const [cx, cy] = at(here);
    stride.toggleAttribute("hidden", !seen);
    for (const [key, n] of Object.entries({ cx, cy, r: get("lr") * Math.hypot(...full) * unit })) {
      stride.setAttribute(key, seen ? n : 0);
    }
    const show = get("arrows") && seen;
    const tip = plus(here, full);
    if (show) down(at(here), at(tip));
    down.g.toggleAttribute("hidden", !show);
    straight.setAttribute("d", show ? polyline([at(here), at(center)]) : "");
    called.textContent = show ? "−gradient" : "";
    put(called, tip, full[1] < 0 ? 22 : -10);
    return show;
  };

  /** My arrow, while it is asked for, and after *Show* if there was one. Returns whether there is one. */
  const drawGuess = (/** @type {Point} */ here, /** @type {Point} */ center) => {
    const [shown, guess] = read("shown", "guess");
    from = here;
    home = degrees([center[0] - here[0], center[1] - here[1]]);
    if (guess === null) reach = REACH;
    const asked = get("predict") === "arrow" && get("step") === 0 && !(shown && guess === null);
    const direction = ((home + angle.get()) * Math.PI) / 180;
    const end = asked ? plus(here, [Math.cos(direction), Math.sin(direction)], reach) : here;
    if (asked) mine(at(here), at(end));
    mine.g.toggleAttribute("hidden", !asked);
    mine.g.setAttribute("opacity", shown ? 0.5 : 1);
    moveMine.g.toggleAttribute("hidden", !asked || shown);
    moveMine(...at(end), `my arrow is turned by ${fmt(angle.get(), 0)} degrees`);
    said.textContent = asked ? `${fmt(angle.get(), 0)}°` : "";
    put(said, end, shown ? 40 : 26);
    return asked;
  };

  /** All points, those of the next batch, and the line that the weights are. */
  const drawData = (/** @type {string} */ kappa, /** @type {number} */ place, /** @type {Point} */ here) => {
    const [size, data] = [get("batch"), unpacked(kappa, "points")];
    const all = Array.from(data.part(0), (n, i) => /** @type {Point} */ ([u(n), v(data.at(1, i))]));
    const drawn = rows(unpacked("picks", size));
    const next = Array.from(drawn[place % drawn.length], (i) => all[Math.round(i)]);
    spots(points, all, 2.5, "nn-fill-muted");
    spots(batch, next, 6, "nn-line nn-orange");
    const seen = Math.hypot(...here) < LOST;
    line.setAttribute("d", seen ? polyline(u.domain.map((n) => [u(n), v(here[0] * n + here[1])])) : "");
  };

  return () => {
    const [kappa, size, lr, step] = read("kappa", "batch", "lr", "step");
    const bowl = get("bowls")[kappa];
    const moves = batches(kappa, size);
    const first = named("seed").index() * last;
    /** @type {Point[]} */
    const w = [read("w1", "w2")];
    for (let t = 0; t < last; t++) w.push(plus(w[t], update(moves[(first + t) % moves.length], w[t]), lr));
    const here = w[step];
    const full = update(batches(kappa, "all")[0], here);
    const seen = Math.hypot(...here) < LOST;
    const updates = moves.map((one) => update(one, here));
    const off = updates.map((d) => Math.hypot(d[0] - full[0], d[1] - full[1]) ** 2);
    const spread = Math.sqrt(off.reduce((a, b) => a + b) / off.length);

    drawBowl(bowl);
    drawPath(w.slice(0, step + 1), seen);
    spots(cloud, get("cloud") && seen ? updates.map((d) => at(plus(here, d))) : [], 2.5, "nn-fill-purple");
    const show = drawGradient(here, full, bowl.center);
    const asked = drawGuess(here, bowl.center);
    drawData(kappa, first + Math.min(step, last - 1), here);
    const [w1, w2] = w[0].map((n) => fmt(n, 1));
    moveStart(...at(w[0]), `start at w₁ = ${w1}, w₂ = ${w2}, error ${fmt(error(bowl, w[0]))}`);

    const miss = within(degrees(full) - home);
    const hidden = asked && !get("arrows");
    const turn = hidden ? "?" : Math.hypot(...full) < 1e-6 ? "–" : `${fmt(miss, 1)}°`;
    const looked = size === "all" ? "all points" : `batches of ${size.slice(1)}`;
    return {
      out: { w: `${text(here[0])}, ${text(here[1])}`, e: text(error(bowl, here)), turn, spread: text(spread) },
      say: `At rate ${fmt(lr, 2)}, after ${step} update${step === 1 ? "" : "s"} with ${looked} ` +
        `the error is ${text(error(bowl, here))}; the lowest possible is ${fmt(bowl.lowest)}.` +
        (show ? ` −gradient misses the minimum by ${fmt(Math.abs(miss), 0)} degrees.` : ""),
      rows: w.flatMap((one, t) => (t % 5 ? [] : [[String(t), ...one.map(far), far(error(bowl, one))]])),
    };
  };
});

const rows = (/** @type {Unpacked} */ table) => Array.from({ length: table.shape[0] }, (_, k) => table.part(k));

/** The mean of these rows, number by number. */
const mean = (/** @type {Float64Array[]} */ all) =>
  all[0].map((_, j) => all.reduce((sum, row) => sum + row[j], 0) / all.length);

const degrees = (/** @type {Point} */ [u, v]) => (Math.atan2(v, u) * 180) / Math.PI;

/** The same direction from −180 to 180 degrees. */
const within = (/** @type {number} */ angle) => ((((angle + 180) % 360) + 360) % 360) - 180;

/**
 * `times` a step from a place.
 * @param {Point} place
 * @param {Point} step
 * @returns {Point}
 */
const plus = ([a, b], [c, d], times = 1) => [a + times * c, b + times * d];

/**
 * What an update at rate 1 adds to w: affine in w, one row of the table.
 * @param {Float64Array} m
 * @param {Point} w
 * @returns {Point}
 */
const update = (m, [a, b]) => [m[0] + a * m[2] + b * m[4], m[1] + a * m[3] + b * m[5]];

/** The error at w: ½ r² above its lowest, with the ellipse's radius r. */
function error(/** @type {Bowl} */ { center, inverse, lowest }, /** @type {Point} */ [p, q]) {
  const part = inverse.map(([a, b]) => a * (p - center[0]) + b * (q - center[1]));
  return lowest + part.reduce((sum, r) => sum + (r * r) / 2, 0);
}

/**
 * The ellipse of radius r, as 120 pieces.
 * @param {Bowl} bowl
 * @param {number} r
 */
function ellipse({ center, axes: [first, second] }, r) {
  return Array.from({ length: 121 }, (_, i) => {
    const [c, s] = [r * Math.cos((i * Math.PI) / 60), r * Math.sin((i * Math.PI) / 60)];
    return /** @type {Point} */ ([center[0] + first[0] * c + first[1] * s, center[1] + second[0] * c + second[1] * s]);
  });
}
