// What a figure draws with: scales, axes, the frame that clips, maps of numbers, arrows.
import { add, clamp, fmt, polyline, power, uid } from "./base.js";

/**
 * A linear scale from data to pixels, with its inverse.
 * @param {Point} domain
 * @param {Point} range
 * @returns {Scale}
 */
export function scale([a, b], [c, d]) {
  return Object.assign((/** @type {number} */ v) => c + ((v - a) / (b - a)) * (d - c), {
    domain: /** @type {Point} */ ([a, b]),
    range: /** @type {Point} */ ([c, d]),
    invert: (/** @type {number} */ p) => a + ((p - c) / (d - c)) * (b - a),
  });
}

/**
 * The same for numbers above 0 on a logarithmic axis.
 * @param {Point} domain
 * @param {Point} range
 * @returns {Scale}
 */
export function logScale([a, b], range) {
  const linear = scale([Math.log10(a), Math.log10(b)], range);
  return Object.assign((/** @type {number} */ v) => linear(Math.log10(v)), {
    domain: /** @type {Point} */ ([a, b]),
    range,
    log: true,
    invert: (/** @type {number} */ p) => 10 ** linear.invert(p),
  });
}

/**
 * Where an axis has its marks, with their texts: about n round numbers, powers of ten, or the given ones.
 * @param {Scale} s
 * @param {Marks} n
 * @returns {[number, string][]}
 */
function marks(s, n) {
  if (Array.isArray(n)) return n.map((one) => (Array.isArray(one) ? one : [one, fmt(one, one % 1 ? 1 : 0)]));
  if (!s.log) {
    const values = ticks(...s.domain, n);
    const digits = values.some((v) => v % 1) ? (values.some((v) => (v * 10) % 1 > 1e-9) ? 2 : 1) : 0;
    return values.map((v) => [v, fmt(v, v % 1 ? digits : 0)]);
  }
  const [low, high] = s.domain.map((v) => Math.log10(v));
  const every = Math.max(1, Math.ceil((high - low) / n));
  const first = Math.ceil((low - 1e-9) / every) * every;
  return Array.from({ length: Math.floor((high - first) / every + 1e-9) + 1 }, (_, i) =>
    [10 ** (first + i * every), power(first + i * every)]);
}

/**
 * Round numbers between a and b, about n of them.
 * @param {number} a
 * @param {number} b
 * @param {number} n
 */
export function ticks(a, b, n) {
  const rough = (b - a) / n;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * ([1, 2, 5].find((k) => k * unit >= rough * 0.999) ?? 10);
  const first = Math.ceil(a / step - 1e-9);
  return Array.from({ length: Math.floor(b / step + 1e-9) - first + 1 }, (_, k) =>
    Number(((first + k) * step).toPrecision(12)));
}

/**
 * Grid lines, numbers and names of two axes.
 * @param {Element} svg
 * @param {Scale} x
 * @param {Scale} y
 * @param {{ xName: string, yName: string, xTicks?: Marks, yTicks?: Marks }} looks
 */
export function axes(svg, x, y, { xName, yName, xTicks = 8, yTicks = 6 }) {
  const g = add(svg, "g", { class: "nn-axes", "aria-hidden": "true" });
  const [left, right] = x.range;
  const [bottom, top] = y.range;
  const line = (/** @type {Point} */ [x1, y1], /** @type {Point} */ [x2, y2], /** @type {boolean} */ zero) =>
    add(g, "path", { class: zero ? "nn-zero" : "nn-grid", d: `M${x1} ${y1}L${x2} ${y2}` });
  for (const [v, text] of marks(x, xTicks)) {
    line([x(v), bottom], [x(v), top], v === 0);
    add(g, "text", { x: x(v), y: bottom + 16, class: "nn-mid" }, text);
  }
  for (const [v, text] of marks(y, yTicks)) {
    line([left, y(v)], [right, y(v)], v === 0);
    add(g, "text", { x: left - 6, y: y(v) + 4, class: "nn-end" }, text);
  }
  add(g, "text", { x: (left + right) / 2, y: bottom + 34, class: "nn-mid" }, xName);
  add(g, "text", { x: left - 6, y: top - 9, class: "nn-start" }, yName);
}

/**
 * A group that shows only what lies inside the frame of two scales.
 * @param {Element} svg
 * @param {Scale} x
 * @param {Scale} y
 */
export function clipped(svg, x, y) {
  const id = uid();
  const [left, right] = x.range;
  const [bottom, top] = y.range;
  const box = { x: left, y: top, width: right - left, height: bottom - top };
  add(add(svg, "clipPath", { id }), "rect", box);
  return add(svg, "g", { "clip-path": `url(#${id})`, "aria-hidden": "true" });
}

/**
 * A map of numbers in a box of the picture: orange above zero, blue below, stronger with |v| / most.
 * Each color is a canvas of its own, in the theme's color of its class; a still has masks instead (still.js).
 * Returns `draw(values, columns, most)`; the first row of values is the top one.
 * @param {Element} parent
 * @param {{ x: number, y: number, width: number, height: number, smooth?: boolean }} box
 */
export function heat(parent, { x, y, width, height, smooth = false }) {
  const layers = [-1, 1].map((sign) => {
    const look = sign < 0 ? "nn-fill-blue" : "nn-fill-orange";
    const holder = add(parent, "foreignObject", { x, y, width, height, class: look });
    const canvas = document.createElement("canvas");
    holder.appendChild(canvas).setAttribute("class", smooth ? "nn-heat" : "nn-heat nn-pixels");
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    return { holder, canvas, context, sign };
  });
  return (/** @type {Float64Array} */ values, /** @type {number} */ columns, /** @type {number} */ most) => {
    for (const { holder, canvas, context, sign } of layers) {
      [canvas.width, canvas.height] = [columns, values.length / columns];
      const pixels = context.createImageData(canvas.width, canvas.height);
      const color = getComputedStyle(holder).fill.match(/\d+/g)?.map(Number) ?? [];
      values.forEach((v, i) => pixels.data.set([...color, 230 * clamp((sign * v) / most, 0, 1)], 4 * i));
      context.putImageData(pixels, 0, 0);
    }
  };
}

/**
 * An arrow between two points, with a head of at most so many pixels: `move(from, to)`; none where it would be
 * shorter than three.
 * @param {Element} parent
 */
export function arrow(parent, name = "nn-ink", most = 10) {
  const g = add(parent, "g", { class: `nn-arrow ${name}`, "aria-hidden": "true" });
  const line = add(g, "path", { class: `nn-line ${name}` });
  const head = add(g, "path", { class: "nn-head" });
  const move = (/** @type {Point} */ [x1, y1], /** @type {Point} */ [x2, y2]) => {
    const length = Math.hypot(x2 - x1, y2 - y1);
    g.toggleAttribute("hidden", !(length > 3));
    const [u, v] = [(x2 - x1) / (length || 1), (y2 - y1) / (length || 1)];
    const size = Math.min(most, length);
    const back = /** @type {Point} */ ([x2 - size * u, y2 - size * v]);
    line.setAttribute("d", polyline([[x1, y1], back]));
    const side = size * 0.45;
    head.setAttribute("d", `${polyline([[x2, y2], [back[0] - side * v, back[1] + side * u],
      [back[0] + side * v, back[1] - side * u]])}Z`);
  };
  return Object.assign(move, { g });
}
