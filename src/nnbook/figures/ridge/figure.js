// Draws the map of z = f(w·x + b): a gradient along w, for there is nothing else to see.
import {
  add, arrow, axes, clamp, clipped, figure, fmt, handle, mapped, polyline, scale, table, uid,
} from "../kit/kit.js";

/**
 * @typedef {{ f: string, angle: number, length: number, b: number, x1: number, x2: number }} Settings
 * @typedef {{ tables: Record<string, { f: Sampled }>, spans: Record<string, Point>,
 *   constants: { reach: number, seen: number } }} Data
 */

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read, set, knob } = stage;
  const side = Math.min(width - 58, height - 190);
  const left = 44 + (width - 58 - side) / 2;
  const { reach, seen } = get("constants");
  const { min, max } = knob("x1");
  const x = scale([min, max], [left, left + side]);
  const y = scale([min, max], [26 + side, 26]);
  const map = clipped(svg, x, y);
  const color = gradient(svg, reach);
  const shade = add(map, "rect", { x: left, y: 26, width: side, height: side });
  axes(svg, x, y, { xName: "input x₁", yName: "input x₂", xTicks: 6 });
  const edge = add(clipped(svg, x, y), "path", { class: "nn-line nn-ink" });
  const drawW = arrow(svg, "nn-ink", 19); // its head is the handle, but for w = 0
  const [name, spotName] = ["w", "x"].map((word) =>
    add(svg, "text", { class: "nn-mid nn-label", "aria-hidden": "true" }, word));
  const below = profile(svg, scale([-seen, seen], [left, left + side]), [height - 44, side + 94], reach);
  const moveW = handle(stage, {
    label: "tip of w", across: knob("angle"), along: knob("length"), shape: "nn-tip",
    drag: (px, py) => {
      const [w1, w2] = [x.invert(px), y.invert(py)];
      const degrees = (Math.atan2(w2, w1) * 180) / Math.PI;
      set({ angle: knob("angle").snap(degrees), length: knob("length").snap(Math.hypot(w1, w2)) });
    },
  });
  const moveX = handle(stage, {
    label: "point x", across: knob("x1"), along: knob("x2"),
    drag: (px, py) => set({ x1: knob("x1").snap(x.invert(px)), x2: knob("x2").snap(y.invert(py)) }),
  });
  const tables = mapped(get("tables"), ({ f }) => table(f));
  let drawn = "";

  return () => {
    const [f, angle, length, b, x1, x2] = read("f", "angle", "length", "b", "x1", "x2");
    const of = tables[f];
    const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
    const pre = (/** @type {number} */ u, /** @type {number} */ v) => length * (cos * u + sin * v) + b;
    const a = pre(x1, x2);
    const z = of.at(a);
    if (f !== drawn) {
      const most = Math.max(...get("spans")[f].map(Math.abs));
      color.stops(of, most);
      below.build(of, get("spans")[f], most);
      drawn = f;
    }
    below.mark(a, z);

    // Along w the pre-activation runs from −reach to reach: between these two points.
    /** @returns {Point} */
    const spot = (/** @type {number} */ value, aside = 0) => {
      const t = (value - b) / length;
      return [x(t * cos - aside * sin), y(t * sin + aside * cos)];
    };
    if (length) color.span(spot(-reach), spot(reach));
    shade.setAttribute("fill", length ? color.fill : color.at(of.at(b)));
    edge.toggleAttribute("hidden", !length);
    if (length) edge.setAttribute("d", polyline([spot(0, -9), spot(0, 9)]));
    /** @type {Point} */
    const tip = [x(length * cos), y(length * sin)];
    drawW([x(0), y(0)], tip);
    moveW.g.children[1].toggleAttribute("hidden", length > 0);
    name.setAttribute("x", tip[0] - 20 * sin);
    name.setAttribute("y", tip[1] - 20 * cos + 5);
    const w = `(${fmt(length * cos)}, ${fmt(length * sin)})`;
    const point = `(${fmt(x1, 1)}, ${fmt(x2, 1)})`;
    moveW(...tip, `w = ${w}, direction ${fmt(angle, 0)} degrees, length ${fmt(length, 1)}`);
    spotName.setAttribute("x", x(x1));
    spotName.setAttribute("y", y(x2) - 14);
    moveX(x(x1), y(x2), `x = ${point}, output ${fmt(z)}`);

    const grid = [-2, -1, 0, 1, 2];
    const where = a < 0 ? "behind" : "ahead of";
    return {
      out: { w, x: point, a: fmt(a, 3), z: fmt(z, 3) },
      say: length === 0 ? `w is 0: the neuron sees nothing of x and always gives ${fmt(z)}.` :
        `The point is ${fmt(Math.abs(a) / length)} ${where} the line w·x + b = 0, measured along w. ` +
        `All that the neuron sees of it is a = ${fmt(a)}; it gives ${fmt(z)}.`,
      rows: grid.toReversed().map((v) => [`x₂ = ${fmt(v, 0)}`, ...grid.map((u) => of.at(pre(u, v)))]),
    };
  };
});

/**
 * Orange above zero, blue below, stronger with distance; stops go with −reach ≤ a ≤ reach.
 * @param {Element} svg
 * @param {number} reach
 */
function gradient(svg, reach) {
  const id = uid();
  const element = add(svg, "linearGradient", { id, gradientUnits: "userSpaceOnUse" });
  let most = 1;
  const at = (/** @type {number} */ z) => {
    const part = Math.round(90 * Math.min(1, Math.abs(z) / most));
    return `color-mix(in srgb, var(${z < 0 ? "--nn-blue" : "--nn-orange"}) ${part}%, transparent)`;
  };
  return {
    at,
    fill: `url(#${id})`,
    /**
     * @param {Lookup} of
     * @param {number} largest
     */
    stops(of, largest) {
      most = largest;
      element.replaceChildren();
      for (let k = 0; k <= 128; k++) {
        add(element, "stop", { offset: k / 128, style: `stop-color: ${at(of.at((k / 64 - 1) * reach))}` });
      }
    },
    /**
     * Where −reach and reach are.
     * @param {Point} from
     * @param {Point} to
     */
    span([x1, y1], [x2, y2]) {
      for (const [key, v] of Object.entries({ x1, y1, x2, y2 })) element.setAttribute(key, v);
    },
  };
}

/**
 * The curve of z over a, below the map: the only thing that the neuron sees, and the key to its colors.
 * @param {Element} svg
 * @param {Scale} a
 * @param {Point} edges lower and upper
 * @param {number} reach
 */
function profile(svg, a, [bottom, top], reach) {
  const group = add(svg, "g");
  const color = gradient(svg, reach);
  color.span([a(-reach), 0], [a(reach), 0]);
  let z = scale([0, 1], [bottom, top]);
  /** @type {SVGCircleElement} */
  let dot;
  return {
    /**
     * @param {Lookup} of
     * @param {Point} span of its values
     * @param {number} most
     */
    build(of, [low, high], most) {
      group.replaceChildren();
      const room = (high - low) * 0.12;
      z = scale([Math.min(low, 0) - room, high + room], [bottom, top]);
      const inside = clipped(group, a, z);
      const line = polyline(of.points(...a.domain).map(([u, v]) => [a(u), z(v)]));
      color.stops(of, most);
      add(inside, "path", { d: `${line}V${z(0)}H${a(a.domain[0])}Z`, fill: color.fill });
      axes(group, a, z, { xName: "a = w·x + b", yName: "z = f(a)", xTicks: 6, yTicks: 3 });
      add(inside, "path", { d: line, class: "nn-line nn-blue" });
      dot = add(group, "circle", { r: 6, class: "nn-dot", "aria-hidden": "true" });
    },
    /**
     * The point; hollow, at the frame's edge, where it lies outside.
     * @param {number} u
     * @param {number} v
     */
    mark(u, v) {
      const [px, py] = [clamp(u, ...a.domain), clamp(v, ...z.domain)];
      dot.setAttribute("cx", a(px));
      dot.setAttribute("cy", z(py));
      dot.classList.toggle("nn-off", px !== u || py !== v);
    },
  };
}
