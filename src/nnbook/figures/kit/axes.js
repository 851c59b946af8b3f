// What a figure draws with: scales, axes, the frame that clips, maps of numbers, arrows.
import { add, fmt, polyline, power, uid } from "./base.js";

/** A linear scale from data to pixels, with its inverse. */
export function scale([a, b], [c, d]) {
  const map = (v) => c + ((v - a) / (b - a)) * (d - c);
  return Object.assign(map, {
    domain: [a, b],
    range: [c, d],
    invert: (p) => a + ((p - c) / (d - c)) * (b - a),
  });
}

/** The same for numbers above 0 on a logarithmic axis. */
export function logScale([a, b], range) {
  const linear = scale([Math.log10(a), Math.log10(b)], range);
  const map = (v) => linear(Math.log10(v));
  return Object.assign(map, { domain: [a, b], range, log: true, invert: (p) => 10 ** linear.invert(p) });
}

/** Where an axis has its marks, with their texts: about n round numbers, powers of ten, or the given ones. */
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

/** Round numbers between a and b, about n of them. */
export function ticks(a, b, n) {
  const rough = (b - a) / n;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * [1, 2, 5, 10].find((k) => k * unit >= rough * 0.999);
  const first = Math.ceil(a / step - 1e-9);
  return Array.from({ length: Math.floor(b / step + 1e-9) - first + 1 }, (_, k) =>
    Number(((first + k) * step).toPrecision(12)));
}

/**
 * Grid lines, numbers and names of two axes. `xTicks` and `yTicks` are about how many marks there
 * shall be, or the marks themselves: numbers, or [number, text].
 */
export function axes(svg, x, y, { xName, yName, xTicks = 8, yTicks = 6 }) {
  const g = add(svg, "g", { class: "nn-axes", "aria-hidden": "true" });
  const [left, right] = x.range;
  const [bottom, top] = y.range;
  const line = (x1, y1, x2, y2, zero) =>
    add(g, "path", { class: zero ? "nn-zero" : "nn-grid", d: `M${x1} ${y1}L${x2} ${y2}` });
  for (const [v, text] of marks(x, xTicks)) {
    line(x(v), bottom, x(v), top, v === 0);
    add(g, "text", { x: x(v), y: bottom + 16, class: "nn-mid" }, text);
  }
  for (const [v, text] of marks(y, yTicks)) {
    line(left, y(v), right, y(v), v === 0);
    add(g, "text", { x: left - 6, y: y(v) + 4, class: "nn-end" }, text);
  }
  add(g, "text", { x: (left + right) / 2, y: bottom + 34, class: "nn-mid" }, xName);
  add(g, "text", { x: left - 6, y: top - 9, class: "nn-start" }, yName);
}

/** A group that shows only what lies inside the frame of two scales. */
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
 * Returns `draw(values, columns, most)`; the first row of values is the top one.
 */
export function heat(parent, { x, y, width, height, smooth = false }) {
  const image = add(parent, "image", { x, y, width, height, preserveAspectRatio: "none" });
  if (!smooth) image.style.imageRendering = "pixelated";
  const canvas = document.createElement("canvas");
  const ink = (name) => {
    const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
    context.fillStyle = getComputedStyle(parent).getPropertyValue(name);
    context.fillRect(0, 0, 1, 1);
    return context.getImageData(0, 0, 1, 1).data;
  };
  const [blue, orange] = ["--nn-blue", "--nn-orange"].map(ink);
  return (values, columns, most) => {
    canvas.width = columns;
    canvas.height = values.length / columns;
    const context = canvas.getContext("2d");
    const pixels = context.createImageData(canvas.width, canvas.height);
    values.forEach((v, i) => {
      const [r, g, b] = v < 0 ? blue : orange;
      pixels.data.set([r, g, b, 230 * Math.min(1, Math.abs(v) / most)], 4 * i);
    });
    context.putImageData(pixels, 0, 0);
    image.setAttribute("href", canvas.toDataURL());
  };
}

/** An arrow between two points: `move(x1, y1, x2, y2)`; none where it would be shorter than its head. */
export function arrow(parent, name = "nn-ink") {
  const g = add(parent, "g", { class: `nn-arrow ${name}`, "aria-hidden": "true" });
  const line = add(g, "path", { class: `nn-line ${name}` });
  const head = add(g, "path", { class: "nn-head" });
  return Object.assign((x1, y1, x2, y2) => {
    const length = Math.hypot(x2 - x1, y2 - y1);
    g.toggleAttribute("hidden", !(length > 3));
    const [u, v] = [(x2 - x1) / length, (y2 - y1) / length];
    const size = Math.min(10, length);
    const back = [x2 - size * u, y2 - size * v];
    line.setAttribute("d", polyline([[x1, y1], back]));
    const side = size * 0.45;
    head.setAttribute("d", `${polyline([[x2, y2], [back[0] - side * v, back[1] + side * u],
      [back[0] + side * v, back[1] - side * u]])}Z`);
  }, { g });
}
