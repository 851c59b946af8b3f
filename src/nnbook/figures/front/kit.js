// What a figure draws with: scales, axes, tables to look up, handles to drag, the reader's guess.
// No neural-network mathematics: functions come from Python as tables.

const SVG = "http://www.w3.org/2000/svg";

/** An id that no other figure on the page has, also where each carries a kit of its own. */
export const uid = () => `nn-${Math.random().toString(36).slice(2, 10)}`;

export const clamp = (v, low, high) => Math.min(high, Math.max(low, v));

/** An object with f(value) in the place of each value. */
export const mapped = (object, f) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, f(value, key)]));

/** A number as text, with a real minus sign and no negative zero. */
export function fmt(v, digits = 2) {
  const text = Math.abs(v).toFixed(digits);
  return v < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** A new SVG element under `parent`. */
export function add(parent, tag, attributes = {}, text = "") {
  const element = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return parent.appendChild(element);
}

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

const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";
export const SUB = ["₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉", "₁₀"];

/** 10ᵏ in words of an axis: 0.01, 1, 100, but 10⁻⁵. */
export function power(k) {
  if (Math.abs(k) < 3) return String(Number((10 ** k).toPrecision(3)));
  return `10${k < 0 ? "⁻" : ""}${[...String(Math.abs(k))].map((d) => SUPERSCRIPT[d]).join("")}`;
}

/** A number over many powers of ten: 2.31, but 3.9·10⁻⁴ below 0.01 and above 1,000. */
export function science(v) {
  const size = Math.abs(v);
  if (!size || (size >= 0.01 && size < 1000)) return fmt(v);
  const k = Math.floor(Math.log10(size));
  return `${fmt(v / 10 ** k, 1)}·${power(k)}`;
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

export const polyline = (points) =>
  points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");

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
 * A function that Python sampled (float32: all x, then all y). Between two points it is straight;
 * outside, its last segments go on; two points with one x are a jump, whose left value counts.
 */
export function table(bytes) {
  const { buffer, byteOffset, byteLength } = bytes;
  const numbers = new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
  const n = numbers.length / 2;
  const xs = numbers.subarray(0, n);
  const ys = numbers.subarray(n);
  const at = (v) => {
    let low = 0;
    let high = n - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (xs[middle] < v) low = middle;
      else high = middle;
    }
    const slope = (ys[high] - ys[low]) / (xs[high] - xs[low]);
    return ys[low] + slope * (v - xs[low]);
  };
  /** The polygon itself on [low, high]: its ends, and every point between. */
  const points = (low, high) => {
    const inside = Array.from(xs, (x, i) => [x, ys[i]]).filter(([x]) => x > low && x < high);
    return [[low, at(low)], ...inside, [high, at(high)]];
  };
  return { at, points };
}

/** An array that Python packed: `at(i, j)` is a number, `part(i)` a row, `values` all in a row. */
export function array({ shape, dtype, scale: step, data }) {
  const kinds = { f4: Float32Array, i2: Int16Array, u1: Uint8Array };
  const { buffer, byteOffset, byteLength } = data;
  const raw = new kinds[dtype](buffer.slice(byteOffset, byteOffset + byteLength));
  const values = Float64Array.from(raw, (v) => (dtype === "i2" && v === -32768 ? NaN : v * step));
  const place = (index) => index.reduce((n, i, k) => n * shape[k] + i, 0);
  const part = (...index) => {
    const size = shape.slice(index.length).reduce((n, d) => n * d, 1);
    return values.subarray(place(index) * size, (place(index) + 1) * size);
  };
  return { shape, values, part, at: (...index) => values[place(index)] };
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

/** A part of the picture that can be pressed, by pointer, Enter or Space. Returns its group. */
export function spot(stage, label, press, parent = stage.svg) {
  const g = add(parent, "g", { class: "nn-spot", role: "button", tabindex: "0", "aria-label": label });
  g.addEventListener("click", press, { signal: stage.signal });
  g.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    press();
  }, { signal: stage.signal });
  return g;
}

/** A trait with its range: what sliders, handles and keys turn. */
export function knob(name, spec, get, set) {
  const digits = Math.max(0, -Math.floor(Math.log10(spec.step) + 1e-9));
  const snap = (v) =>
    clamp(Number((Math.round(v / spec.step) * spec.step).toFixed(digits)), spec.min, spec.max);
  return {
    ...spec,
    get: () => get(name),
    set: (v) => set({ [name]: snap(v) }),
    snap,
    text: () => fmt(get(name), digits),
    turn: (steps) => set({ [name]: snap(get(name) + steps * spec.step) }),
  };
}

/** Arrows step, Page Up/Down make ten steps, Home and End go to the ends. */
export function onKey(event, across, along = across) {
  const moves = {
    ArrowRight: [across, 1], ArrowLeft: [across, -1], ArrowUp: [along, 1], ArrowDown: [along, -1],
    PageUp: [across, 10], PageDown: [across, -10], Home: [across, -1e9], End: [across, 1e9],
  };
  const [target, steps] = moves[event.key] ?? [];
  if (!target || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  target.turn(steps);
}

/**
 * Something to drag inside the picture, announced as a slider. Left and right arrows turn the knob
 * `across`, up and down the knob `along`; `drag(px, py)` is called with pixels of the stage.
 * Returns `move(px, py, words)`, which puts it where the traits say.
 */
export function handle(stage, { label, across, along, drag, shape = "nn-dot", parent }) {
  const { svg, signal } = stage;
  const all = (svg.handles ??= []);
  const g = add(parent ?? svg, "g", {
    class: "nn-handle", role: "slider", tabindex: "0", "aria-label": label,
    "aria-valuemin": across.min, "aria-valuemax": across.max,
  });
  add(g, "circle", { r: 22, class: "nn-target" });
  add(g, "circle", { r: 8, class: shape });
  let grip = [0, 0];
  let place = [0, 0];
  const point = (event) => {
    const box = svg.getBoundingClientRect();
    const zoom = stage.width / box.width;
    return [(event.clientX - box.left) * zoom, (event.clientY - box.top) * zoom];
  };
  const grab = (event, [px, py]) => {
    grip = [place[0] - px, place[1] - py];
    g.setPointerCapture(event.pointerId);
    g.focus({ preventScroll: true });
  };
  const distance = ([px, py]) => (g.hasAttribute("hidden") ? Infinity :
    Math.hypot(place[0] - px, place[1] - py));
  all.push({ grab, distance });
  g.addEventListener("pointerdown", (event) => {
    const here = point(event);
    // Where the targets of two handles overlap, the nearer one is meant.
    all.reduce((a, b) => (a.distance(here) < b.distance(here) ? a : b)).grab(event, here);
    event.preventDefault();
  }, { signal });
  g.addEventListener("pointermove", (event) => {
    if (!g.hasPointerCapture(event.pointerId)) return;
    const [px, py] = point(event);
    drag(px + grip[0], py + grip[1]);
  }, { signal });
  // Within an SVG touch-action alone does not keep Chromium from scrolling the page up and down.
  g.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false, signal });
  g.addEventListener("keydown", (event) => onKey(event, across, along), { signal });
  return Object.assign((px, py, words) => {
    place = [px, py];
    g.setAttribute("transform", `translate(${px.toFixed(2)} ${py.toFixed(2)})`);
    g.setAttribute("aria-valuenow", across.get());
    g.setAttribute("aria-valuetext", words);
  }, { g });
}

/**
 * The reader's guess on the x axis: a marker to drag before *Show*, a ghost beside the truth after.
 * Returns a function that draws it, and does nothing while the question is of another kind.
 */
export function ghost(stage, x, y) {
  const [bottom, top] = y.range;
  const { get, set } = stage;
  const g = add(stage.svg, "g", { class: "nn-guess" });
  const asked = () => get("questions").find(({ key }) => key === get("predict"));
  const spec = { min: x.domain[0], max: x.domain[1], step: 0.1 };
  const guess = knob("guess", spec, () => get("guess") ?? (spec.min + spec.max) / 2, set);
  const lines = ["nn-ghost", "nn-truth"].map((name) => [
    add(g, "path", { class: name, "aria-hidden": "true" }),
    add(g, "text", { class: `${name}-text`, "aria-hidden": "true" }),
  ]);
  const hint = add(g, "text", { class: "nn-guess-text nn-halo nn-mid", "aria-hidden": "true" }, "your guess");
  const move = handle(stage, {
    label: "my guess", across: guess, drag: (px) => guess.set(x.invert(px)), shape: "nn-mark", parent: g,
  });
  /** One vertical line with its words on the side `left` or right of it, inside the frame. */
  const mark = ([path, text], v, words, row, left) => {
    path.toggleAttribute("hidden", v === null);
    text.textContent = v === null ? "" : words;
    if (v === null) return;
    path.setAttribute("d", `M${x(v)} ${bottom}V${top}`);
    text.setAttribute("x", x(v) + (left ? -6 : 6));
    text.setAttribute("y", top + 16 + 18 * row);
    text.setAttribute("class", `${path.getAttribute("class")}-text nn-halo ${left ? "nn-end" : ""}`);
  };
  return () => {
    const here = asked()?.kind === "position";
    g.toggleAttribute("hidden", !here);
    if (!here) return;
    const [shown, mine, { truth }] = [get("shown"), get("guess"), asked()];
    const near = (v) => (v - spec.min) / (spec.max - spec.min);
    const left = (v, other) => (near(v) < 0.35 ? false : near(v) > 0.65 || v < other);
    mark(lines[0], mine, `your guess ${fmt(mine ?? 0)}`, 0, left(mine, truth));
    mark(lines[1], shown ? truth : null, `it is ${fmt(truth)}`, 1, left(truth, mine ?? truth));
    move.g.toggleAttribute("hidden", shown);
    hint.toggleAttribute("hidden", shown || mine !== null);
    hint.setAttribute("x", x(guess.get()));
    hint.setAttribute("y", bottom - 28);
    move(x(guess.get()), bottom - 12, `my guess is ${guess.text()}`);
  };
}

export { figure } from "./frame.js";
