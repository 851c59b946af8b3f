// Draws the error's map as nested ellipses, the way of the weights on it, and the points with their line.
import { add, array, arrow, axes, clamp, clipped, figure, fmt, handle, knob, polyline, scale } from "../kit/kit.js";

const RADII = [4, 3, 2, 1.5, 1, 0.5, 0.2]; // of the ellipses: there E is ½ r² above its lowest
const degrees = (u, v) => (Math.atan2(v, u) * 180) / Math.PI;
const within = (d) => ((((d + 180) % 360) + 360) % 360) - 180;

/**
 * @typedef {{ kappa: string, batch: string, lr: number, w1: number, w2: number, step: number, seed: number,
 *   arrows: boolean, cloud: boolean }} Settings
 * @typedef {{ bowls: Record<string, Bowl>, tables: Record<string, Record<string, Packed>>,
 *   constants: { far: number } }} Data
 */

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read, set, knob: named } = stage;
  const { far: beyond } = get("constants");
  const last = named("step").max;
  const [across, up] = ["w1", "w2"].map((key) => [named(key).min, named(key).max]);
  const unit = (width - 58) / (across[1] - across[0]);
  const x = scale(across, [44, width - 14]);
  const y = scale(up, [28 + (up[1] - up[0]) * unit, 28]);
  const map = clipped(svg, x, y);
  const rings = RADII.map(() => add(map, "path", {
    class: "nn-line nn-blue nn-thin", style: "fill: var(--nn-blue); fill-opacity: 0.06",
  }));
  axes(svg, x, y, { xName: "w₁ (slope)", yName: "w₂ (shift)", xTicks: 6, yTicks: 4 });
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
  /** A text at a place of the map, `below` pixels under it, inside the frame. */
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
    label: "start of the weights", across: named("w1"), along: named("w2"),
    drag: (px, py) => set({ w1: named("w1").snap(x.invert(px)), w2: named("w2").snap(y.invert(py)) }),
  });
  const angle = knob("guess", { min: -180, max: 180, step: 1 }, () => get("guess") ?? 0, set);
  let reach = 1.2; // of my arrow, which says a direction and no length
  let from = [0, 0];
  let home = 0;
  const moveMine = handle(stage, {
    label: "tip of my arrow", across: angle, shape: "nn-mark",
    drag: (px, py) => {
      const [a, b] = [x.invert(px) - from[0], y.invert(py) - from[1]];
      reach = clamp(Math.hypot(a, b), 0.5, 2.5);
      angle.set(within(degrees(a, b) - home));
    },
  });
  const far = (n) => (Math.abs(n) <= beyond ? n : `beyond ${n < 0 ? "−" : ""}${beyond}`);
  const text = (n) => (Math.abs(n) <= beyond ? fmt(n) : far(n));
  const tables = {};
  const unpacked = (one, key) => (tables[`${one} ${key}`] ??= array(get("tables")[one][key]));

  return () => {
    const [kappa, size, lr, step] = read("kappa", "batch", "lr", "step");
    const { center, axes: axis, inverse, lowest: least } = get("bowls")[kappa];
    const moves = unpacked(kappa, size);
    const first = named("seed").index() * last;
    /** What an update at rate 1 adds to w: affine in w, one row of the table. */
    const added = (m, [a, b]) => [0, 1].map((i) => m[i] + a * m[2 + i] + b * m[4 + i]);
    const w = [[get("w1"), get("w2")]];
    for (let t = 0; t < last; t++) {
      const d = added(moves.part((first + t) % moves.shape[0]), w[t]);
      w.push(w[t].map((n, i) => n + lr * d[i]));
    }
    const part = (p, q) => [0, 1].map((i) => inverse[i][0] * (p - center[0]) + inverse[i][1] * (q - center[1]));
    const error = ([p, q]) => least + part(p, q).reduce((sum, r) => sum + (r * r) / 2, 0);
    const here = w[step];
    const at = ([p, q]) => [x(p), y(q)];
    const full = added(unpacked(kappa, "all").part(0), here);
    const tip = here.map((n, i) => n + full[i]);

    RADII.forEach((r, k) => rings[k].setAttribute("d", `${polyline(Array.from({ length: 121 }, (_, i) => {
      const [c, s] = [r * Math.cos((i * Math.PI) / 60), r * Math.sin((i * Math.PI) / 60)];
      return at([center[0] + axis[0][0] * c + axis[0][1] * s, center[1] + axis[1][0] * c + axis[1][1] * s]);
    }))}Z`));
    const [cx, cy] = at(center);
    lowest.setAttribute("d", `M${cx - 7} ${cy}H${cx + 7}M${cx} ${cy - 7}V${cy + 7}`);
    const near = w.slice(0, step + 1).filter(([p, q]) => Math.hypot(p, q) < 1e4);
    way.setAttribute("d", polyline(near.map(at)));
    const spots = (group, list, r, name) => group.replaceChildren(...list.map(([px, py]) =>
      add(group, "circle", { cx: px.toFixed(1), cy: py.toFixed(1), r, class: name })));
    spots(dots, near.slice(1).map(at), 3, "nn-fill-orange");
    const seen = Math.hypot(...here) < 1e4;
    if (seen && step) add(dots, "circle", { cx: x(here[0]), cy: y(here[1]), r: 6, class: "nn-fill-orange" });
    stride.toggleAttribute("hidden", !seen);
    for (const [key, n] of [["cx", x(here[0])], ["cy", y(here[1])], ["r", lr * Math.hypot(...full) * unit]]) {
      stride.setAttribute(key, seen ? n : 0);
    }
    const ends = Array.from({ length: moves.shape[0] }, (_, k) => added(moves.part(k), here));
    const off = ends.map((d) => Math.hypot(d[0] - full[0], d[1] - full[1]) ** 2);
    const spread = Math.sqrt(off.reduce((a, b) => a + b) / off.length);
    spots(cloud, get("cloud") && seen ? ends.map((d) => at(here.map((n, i) => n + d[i]))) : [], 2.5, "nn-fill-purple");
    const show = get("arrows") && seen;
    if (show) down(at(here), at(tip));
    down.g.toggleAttribute("hidden", !show);
    straight.setAttribute("d", show ? polyline([at(here), [cx, cy]]) : "");

    from = here;
    home = degrees(center[0] - here[0], center[1] - here[1]);
    if (get("guess") === null) reach = 1.2;
    const asked = get("predict") === "arrow" && step === 0 && !(get("shown") && get("guess") === null);
    const way2 = ((home + angle.get()) * Math.PI) / 180;
    const end = asked ? [here[0] + reach * Math.cos(way2), here[1] + reach * Math.sin(way2)] : here;
    if (asked) mine(at(here), at(end));
    mine.g.toggleAttribute("hidden", !asked);
    mine.g.setAttribute("opacity", get("shown") ? 0.5 : 1);
    moveMine.g.toggleAttribute("hidden", !asked || get("shown"));
    moveMine(...at(end), `my arrow is turned by ${fmt(angle.get(), 0)} degrees`);
    said.textContent = asked ? `${fmt(angle.get(), 0)}°` : "";
    put(said, end, get("shown") ? 40 : 26);
    called.textContent = show ? "−gradient" : "";
    put(called, tip, full[1] < 0 ? 22 : -10);

    const [px, py] = unpacked(kappa, "points").shape[1] ? [0, 1].map((i) => unpacked(kappa, "points").part(i)) : [];
    const all = Array.from(px, (n, i) => [u(n), v(py[i])]);
    const next = size === "all" ? all :
      Array.from(unpacked("picks", size).part(first + Math.min(step, last - 1)), (i) => all[Math.round(i)]);
    spots(points, all, 2.5, "nn-fill-muted");
    spots(batch, next, 6, "nn-line nn-orange");
    line.setAttribute("d", seen ? polyline([-2.6, 2.6].map((n) => [u(n), v(here[0] * n + here[1])])) : "");
    moveStart(...at(w[0]), `start at w₁ = ${fmt(w[0][0], 1)}, w₂ = ${fmt(w[0][1], 1)}, error ${fmt(error(w[0]))}`);
    const miss = within(degrees(...full) - home);
    const hidden = asked && !get("arrows");
    const turn = hidden ? "?" : Math.hypot(...full) < 1e-6 ? "–" : `${fmt(miss, 1)}°`;
    return {
      out: { w: `${text(here[0])}, ${text(here[1])}`, e: text(error(here)), turn, spread: text(spread) },
      say: `At rate ${fmt(get("lr"), 2)}, after ${step} update${step === 1 ? "" : "s"} with ${size === "all" ? "all points" : `batches of ${size.slice(1)}`} ` +
        `the error is ${text(error(here))}; the lowest possible is ${fmt(least)}.` +
        (show ? ` −gradient misses the minimum by ${fmt(Math.abs(miss), 0)} degrees.` : ""),
      rows: Array.from({ length: last / 5 + 1 }, (_, k) => [String(5 * k), ...w[5 * k].map(far), far(error(w[5 * k]))]),
    };
  };
});
