// What everything of a figure needs: elements of the SVG, ids, numbers as text.

const SVG = "http://www.w3.org/2000/svg";

/** An id that no other figure on the page has, also where each carries a kit of its own. */
export const uid = () => `nn-${Math.random().toString(36).slice(2, 10)}`;

/**
 * @param {number} v
 * @param {number} low
 * @param {number} high
 */
export const clamp = (v, low, high) => Math.min(high, Math.max(low, v));

/**
 * An object with f(value) in the place of each value.
 * @template {object} Values
 * @template Result
 * @param {Values} object
 * @param {(value: Values[keyof Values], key: string) => Result} f
 * @returns {{ [Key in keyof Values]: Result }}
 */
export function mapped(object, f) {
  const entries = Object.entries(object).map(([key, value]) => [key, f(value, key)]);
  return Object.fromEntries(entries);
}

/**
 * A number as text, with a real minus sign and no negative zero.
 * @param {number} v
 */
export function fmt(v, digits = 2) {
  const text = Math.abs(v).toFixed(digits);
  return v < 0 && Number(text) !== 0 ? `−${text}` : text;
}

const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";
export const SUB = ["₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉", "₁₀"];

/**
 * 10ᵏ in words of an axis: 0.01, 1, 100, but 10⁻⁵.
 * @param {number} k
 */
export function power(k) {
  if (Math.abs(k) < 3) return String(Number((10 ** k).toPrecision(3)));
  return `10${k < 0 ? "⁻" : ""}${[...String(Math.abs(k))].map((d) => SUPERSCRIPT[Number(d)]).join("")}`;
}

/**
 * A number over many powers of ten: 2.31, but 3.9·10⁻⁴ below 0.01 and above 1,000.
 * @param {number} v
 */
export function science(v) {
  const size = Math.abs(v);
  if (!size || (size >= 0.01 && size < 1000)) return fmt(v);
  const k = Math.floor(Math.log10(size));
  return `${fmt(v / 10 ** k, 1)}·${power(k)}`;
}

/**
 * A new SVG element under `parent`.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Element} parent
 * @param {Tag} tag
 * @param {Record<string, string | number>} [attributes]
 */
export function add(parent, tag, attributes = {}, text = "") {
  const element = document.createElementNS(SVG, tag);
  const { style = "", ...others } = attributes;
  for (const [key, value] of Object.entries(others)) element.setAttribute(key, String(value));
  if (style) element.style.cssText = String(style); // a page's policy forbids the attribute
  element.textContent = text;
  return parent.appendChild(element);
}

/**
 * The part of the page that a selector names; a page without it was not written by html.py.
 * @template {string} Selector
 * @param {ParentNode} root
 * @param {Selector} selector
 */
export function find(root, selector) {
  const [found] = root.querySelectorAll(selector);
  if (!found) throw new Error(`The figure's HTML has no ${selector}`);
  return found;
}

/** @param {Point[]} points */
export const polyline = (points) =>
  points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");

/**
 * Arrows step, Page Up/Down make ten steps, Home and End go to the ends.
 * @param {KeyboardEvent} event
 * @param {Pick<Knob, "turn">} across
 */
export function onKey(event, across, along = across) {
  /** @type {Partial<Record<string, [Pick<Knob, "turn">, number]>>} */
  const moves = {
    ArrowRight: [across, 1], ArrowLeft: [across, -1], ArrowUp: [along, 1], ArrowDown: [along, -1],
    PageUp: [across, 10], PageDown: [across, -10], Home: [across, -1e9], End: [across, 1e9],
  };
  const move = moves[event.key];
  if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const [target, steps] = move;
  target.turn(steps);
}
