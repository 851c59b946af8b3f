// Draws the points, the line that the reader turns and shifts, the best line, and a network's map.
import { add, array, arrow, axes, clipped, figure, fmt, handle, heat, mapped, polyline, scale } from "../kit/kit.js";

const LONG = 6; // of half a line, so that it leaves the frame

/**
 * @typedef {{ task: string, view: string, angle: number, offset: number }} Settings
 * @typedef {{ points: Record<string, Packed>, right: Record<string, Packed>, most: Record<string, number>,
 *   best: Record<string, [angle: number, offset: number, right: number]>,
 *   networks: Record<string, { map: Packed, right: number[] }> }} Data
 */

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read, set, knob } = stage;
  const side = Math.min(width - 52, height - 68);
  const { min, max } = knob("offset");
  const x = scale([min, max], [42, 42 + side]);
  const y = scale([min, max], [22 + side, 22]);
  const map = add(svg, "g", { "aria-hidden": "true" });
  const color = heat(map, { x: x(min), y: y(max), width: side, height: side, smooth: true });
  axes(svg, x, y, { xName: "input x₁", yName: "input x₂", xTicks: 4, yTicks: 4 });
  const inside = clipped(svg, x, y);
  const dots = add(inside, "g");
  const best = add(inside, "path", { class: "nn-line nn-green nn-dashed" });
  const mine = add(inside, "path", { class: "nn-line nn-ink" });
  const head = arrow(inside);
  const words = add(svg, "text", { class: "nn-halo nn-truth-text nn-mid", "aria-hidden": "true" }, "best line");
  /** Where the handle that turns stands, along the arrow and seen from the center: never in it. */
  const lever = () => {
    const offset = get("offset");
    return offset + (offset >= 0 ? 0.6 : -0.6) * (Math.abs(offset) > 1.3 ? -1 : 1);
  };
  const turn = (/** @type {number} */ px, /** @type {number} */ py) => {
    const degrees = (Math.atan2(y.invert(py), x.invert(px)) * 180) / Math.PI + (lever() < 0 ? 180 : 0);
    const { step } = knob("angle");
    set({ angle: (Math.round((degrees + 360) / step) * step) % 360 });
  };
  const moveOffset = handle(stage, {
    label: "offset of the line", across: knob("offset"),
    drag: (px, py) => {
      const a = rad(get("angle"));
      knob("offset").set(x.invert(px) * Math.cos(a) + y.invert(py) * Math.sin(a));
    },
  });
  const moveAngle = handle(stage, {
    label: "direction of the arrow", across: knob("angle"), drag: turn, shape: "nn-tip",
  });
  const right = mapped(get("right"), array);
  const nets = mapped(get("networks"), ({ map: packed }) => array(packed));
  /** What the best line that can be set gets right: the best of all may stand between the steps. */
  const within = mapped(right, ({ values }) => {
    const [squares, circles] = [values.subarray(0, values.length / 2), values.subarray(values.length / 2)];
    return Math.round(Math.max(...squares.map((n, k) => n + circles[k])));
  });
  let drawn = "";

  return () => {
    const [task, view, angle, offset] = read("task", "view", "angle", "offset");
    if (task !== drawn) {
      dots.replaceChildren();
      const all = array(get("points")[task]);
      for (let i = 0; i < all.shape[0]; i++) {
        const [px, py] = [x(all.at(i, 0)), y(all.at(i, 1))];
        if (all.at(i, 2) > 0.5) add(dots, "circle", { cx: px, cy: py, r: 3.5, class: "nn-fill-orange" });
        else add(dots, "rect", { x: px - 3, y: py - 3, width: 6, height: 6, class: "nn-square" });
      }
      color(nets[task].values, nets[task].shape[1], 2.6);
      drawn = task;
    }
    map.toggleAttribute("hidden", view !== "network");
    const through = (/** @type {number} */ degrees, /** @type {number} */ distance) => {
      const [c, s] = [Math.cos(rad(degrees)), Math.sin(rad(degrees))];
      return polyline([[x(distance * c - LONG * s), y(distance * s + LONG * c)],
        [x(distance * c + LONG * s), y(distance * s - LONG * c)]]);
    };
    const [bestAngle, bestOffset, bestRight] = get("best")[task];
    best.setAttribute("d", view === "best" ? through(bestAngle, bestOffset) : "");
    words.toggleAttribute("hidden", view !== "best");
    const b = rad(bestAngle);
    words.setAttribute("x", x(bestOffset * Math.cos(b)));
    words.setAttribute("y", y(bestOffset * Math.sin(b)) - 8);
    mine.setAttribute("d", through(angle, offset));
    const a = rad(angle);
    const [c, s] = [Math.cos(a), Math.sin(a)];
    head([x(offset * c), y(offset * s)], [x((offset + 0.5) * c), y((offset + 0.5) * s)]);
    const at = (/** @type {string} */ name) => [0, 1].map((one) =>
      Math.round(right[name].at(one, knob("angle").index(), knob("offset").index())));
    const percent = (/** @type {number} */ n) => `${fmt(n / 2, 1)} %`;
    const now = at(task)[0] + at(task)[1];
    moveOffset(x(offset * c), y(offset * s), `offset ${fmt(offset, 1)}, right on ${percent(now)}`);
    moveAngle(x(lever() * c), y(lever() * s), `arrow toward ${fmt(angle, 0)} degrees, right on ${percent(now)}`);
    const most = Math.max(now, get("most")[task] ?? 0);
    if (most > (get("most")[task] ?? 0) && !get("shown")) set({ most: { ...get("most"), [task]: most } });
    const counts = get("networks")[task].right;
    const spread = counts.every((n) => n === counts[0]) ? percent(counts[0]) :
      `${fmt(Math.min(...counts) / 2, 1)} to ${percent(Math.max(...counts))}`;
    return {
      out: {
        yours: percent(now),
        most: percent(most),
        best: view === "best" ? percent(bestRight) : "predict it first",
        network: view === "network" ? spread : "predict it first",
      },
      say: `Your line is right on ${percent(now)} of the points; chance is 50 %. ` +
        (now === bestRight ? "No line does better." :
          now === within[task] ? "No line that you can set does better." : "Turn and shift it to do better."),
      rows: get("controls").task.order.map((key) => {
        const [squares, circles] = at(key);
        return [get("controls").task.options[key], (squares + circles) / 2, squares, circles];
      }),
    };
  };
});

const rad = (/** @type {number} */ degrees) => (degrees * Math.PI) / 180;
