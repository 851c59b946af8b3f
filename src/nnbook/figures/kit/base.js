// What everything of a figure needs: elements of the SVG, ids, numbers as text, a trait with its range.

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

/** A new SVG element under `parent`. */
export function add(parent, tag, attributes = {}, text = "") {
  const element = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return parent.appendChild(element);
}

export const polyline = (points) =>
  points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");

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
