// Draws the speed-up of n workers over n and over the network's size: computing, sending, waiting.
import { add, axes, clamp, clipped, figure, fmt, handle, logScale, polyline, scale, science } from "../kit/kit.js";

/**
 * @typedef {[fixed: number, compute: number, send: number, wait: number]} Prices compute.py says of what
 * @typedef {{ k: number, p: number, b: number, link: string, worker: string, batch: string }} Settings
 * @typedef {{ prices: Record<string, Record<string, Prices>>, points: Point[], where: string,
 *   constants: { measured_b: number } }} Data
 */

const LOW = 0.1; // the lowest speed-up that is drawn

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read, knob } = stage;
  const counts = Array.from({ length: knob("k").max + 1 }, (_, k) => 2 ** k);
  const most = counts[counts.length - 1];
  const split = Math.round(height * 0.6);
  const x = logScale([0.8, most * 1.25], [48, width - 12]);
  const y = logScale([LOW, most], [split - 46, 30]);
  const sizes = Array.from({ length: 57 }, (_, i) => 10 ** (4 + i / 8));
  const px = logScale([8e3, 1.25e11], [48, width - 12]);
  const py = scale([0, 104], [height - 42, split + 26]);
  axes(svg, x, y, {
    xName: "workers n", yName: "", yTicks: 5,
    xTicks: counts.filter((_, k) => k % 2 === 0).map((n) => [n, n < 1000 ? String(n) : `${Math.round(n / 1000)}k`]),
  });
  axes(svg, px, py, { xName: "parameters P", yName: "", xTicks: 7, yTicks: [0, 50, 100] });
  const ofIdeal = add(svg, "text", { x: 12, y: split + 14, class: "nn-small", "aria-hidden": "true" });
  add(svg, "text", { x: 12, y: 18, class: "nn-small", "aria-hidden": "true" }, "speed-up");
  const legend = add(svg, "text", { x: width - 12, y: 18, class: "nn-end nn-small", "aria-hidden": "true" });
  const tspan = (/** @type {string} */ color, text = "") => add(legend, "tspan", { class: color }, text);
  tspan("nn-soft", "- - ideal");
  tspan("nn-fill-blue", "   — predicted");
  const measuredWord = tspan("nn-fill-orange");
  const inside = clipped(svg, x, y);
  add(inside, "path", { class: "nn-line nn-muted nn-dashed", d: polyline(counts.map((n) => [x(n), y(n)])) });
  add(inside, "path", { class: "nn-line nn-muted nn-thin", d: `M${x.range[0]} ${y(1)}H${x.range[1]}` });
  const end = add(inside, "path", { class: "nn-drop" });
  const curve = add(inside, "path", { class: "nn-line nn-blue" });
  const spots = add(inside, "g");
  const below = clipped(svg, px, py);
  add(below, "path", { class: "nn-line nn-muted nn-dashed", d: `M${px.range[0]} ${py(100)}H${px.range[1]}` });
  const bySize = add(below, "path", { class: "nn-line nn-blue" });
  const circles = add(below, "g");
  const ring = add(below, "circle", { r: 6, class: "nn-ring" });
  const move = handle(stage, {
    label: "workers", across: knob("k"), drag: (at) => knob("k").set(Math.log2(x.invert(at))),
  });

  return () => {
    const [k, p, b, link, worker, batch] = read("k", "p", "b", "link", "worker", "batch");
    const [fixed, compute, send, wait] = get("prices")[worker][link];
    const [size, examples, shared, n] = [10 ** p, 2 ** b, batch === "shared", 2 ** k];
    const workers = `${whole(n)} worker${n === 1 ? "" : "s"}`;
    const parts = (/** @type {number} */ many, /** @type {number} */ parameters) => ({
      computing: fixed + compute * parameters * (shared ? examples / many : examples),
      sending: (send * parameters * (many - 1)) / many,
      waiting: wait * (many - 1),
    });
    const total = (/** @type {number} */ many, /** @type {number} */ parameters) => {
      const { computing, sending, waiting } = parts(many, parameters);
      return computing + sending + waiting;
    };
    const speed = (/** @type {number} */ many, parameters = size) =>
      ((shared ? 1 : many) * total(1, parameters)) / total(many, parameters);
    const share = (/** @type {number} */ v) => (100 * v) / n;
    const spare = (compute * examples - send) * size;
    const soonest = Math.max(Math.sqrt(Math.max(spare, 0) / wait), 1);
    const fine = Array.from({ length: 4 * knob("k").max + 1 }, (_, i) => 2 ** (i / 4));

    curve.setAttribute("d", polyline(fine.map((many) => [x(many), y(speed(many))])));
    bySize.setAttribute("d", polyline(sizes.map((parameters) => [px(parameters), py(share(speed(n, parameters)))])));
    ofIdeal.textContent = `% of the ideal, for ${workers}`;
    ring.setAttribute("cx", px(size));
    ring.setAttribute("cy", py(share(speed(n))));
    end.setAttribute("d", shared ? `M${x(soonest)} ${y.range[0]}V${y.range[1]}` : "");
    const comparable = link === "here" && worker === "core" && shared && b === get("constants").measured_b;
    const points = comparable ? get("points") : [];
    for (const old of [spots, circles]) old.replaceChildren();
    const mark = (/** @type {Element} */ parent, /** @type {number} */ cx, /** @type {number} */ cy) =>
      add(parent, "circle", { cx, cy, r: 4.5, class: "nn-line nn-orange" });
    const near = points.filter(([parameters]) => Math.abs(Math.log10(parameters) - p) < 0.1);
    for (const [, v] of near) mark(spots, x(2), y(v));
    if (n === 2) for (const [parameters, v] of points) mark(circles, px(parameters), py(share(v)));
    measuredWord.textContent = points.length ? "   ○ measured" : "";
    const here = speed(n);
    const words = here < 10 ? fmt(here) : whole(here);
    move(x(n), y(clamp(here, ...y.domain)), `${workers}, ${words} times as fast as one`);

    const now = parts(n, size);
    const time = (/** @type {number} */ s) => (s >= 1 ? `${science(s)} s` : s >= 1e-3 ? `${science(1e3 * s)} ms` :
      `${science(1e6 * s)} µs`);
    const best = Math.floor(0.5 + Math.sqrt(0.25 + Math.max(spare, 0) / wait)); // n (n − 1) ≤ soonest² < n (n + 1)
    let from = 1; // with a batch of its own, each worker beyond these adds
    while (from < most && speed(from + 1) <= speed(from)) from++;
    const own = from === 1 ? "each one adds" : `each beyond ${whole(from)} adds`;
    const ends = shared ? whole(best) : from < most ? own : "none adds";
    const measured = near.length && n === 2 ? ` Two processes were ${fmt(near[0][1])} times as fast as one, ` +
      `${get("where")}.` : comparable && n > 2 ? " Only two were measured." : "";
    return {
      out: {
        speed: `${words} ×`,
        compute: time(now.computing),
        send: time(now.sending),
        wait: time(now.waiting),
        most: ends,
      },
      say: `${workers}, ${science(size)} parameters. Predicted: ${words} times as fast as one.${measured}`,
      rows: counts.map((many) => {
        const { computing, sending, waiting } = parts(many, size);
        return [many, speed(many), computing, sending, waiting];
      }),
    };
  };
});

/** With commas, as Intl is not everywhere. */
const whole = (/** @type {number} */ v) => fmt(v, 0).replace(/\B(?=(\d{3})+$)/g, ",");
