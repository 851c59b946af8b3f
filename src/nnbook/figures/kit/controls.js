// What a reader can set, and the rule of what may be set: that of controls.py, which declares it.
import { clamp, fmt } from "./base.js";

/**
 * The number of a slider's nearest step, 0 at its smallest value; a half goes up.
 * @param {Span} spec
 * @param {number} v
 */
const index = ({ min, max, step }, v) => Math.floor((clamp(v, min, max) - min) / step + 0.5);

/**
 * The nearest number that a slider can show.
 * @param {Span} spec
 * @param {number} v
 */
const snapped = (spec, v) =>
  Number((spec.min + index(spec, v) * spec.step).toFixed(spec.digits)) + 0; // no −0

/**
 * What a control shows when a link says `text`; undefined where it takes no such text.
 * @param {Control} spec
 * @param {string} text
 */
function parsed(spec, text) {
  if (spec.kind === "slider") return /^-?[0-9]+(\.[0-9]+)?$/.test(text) ? snapped(spec, Number(text)) : undefined;
  if (spec.kind === "switch") return text === "true" || (text === "false" ? false : undefined);
  if (spec.kind === "choice") return Object.hasOwn(spec.options, text) ? text : undefined;
  if (spec.kind === "points") return hasPlace(text, spec.last) ? text : undefined;
  if (spec.kind === "drawn") return new RegExp(`^(?:${spec.pattern})$`).test(text) ? text : undefined;
  const keys = text ? text.split(",") : [];
  const distinct = new Set(spec.lines.map(([key]) => key).filter((key) => keys.includes(key)));
  return distinct.size === keys.length ? text : undefined;
}

/**
 * Are these points, 60 at most, on a grid of steps 0 to `last`?
 * @param {string} text
 * @param {number} last
 */
const hasPlace = (text, last) => /^([os][0-9]{4}){0,60}$/.test(text) &&
  (text.match(/[0-9]{2}/g) ?? []).every((step) => Number(step) <= last);

/**
 * Text of an address: one that is malformed is taken as it stands.
 * @param {string} text
 */
function decoded(text) {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/**
 * The settings in `key=value&…`: what is no control, or is not taken by one, is left out.
 * @param {Record<string, Control>} controls
 * @param {string} query
 */
export function settings(controls, query) {
  /** @type {Map<string, Value>} */
  const found = new Map();
  for (const pair of query.split("&")) {
    const [key, ...text] = pair.split("=");
    const name = decoded(key);
    const value = Object.hasOwn(controls, name) ? parsed(controls[name], decoded(text.join("="))) : undefined;
    if (value !== undefined) found.set(name, value);
  }
  return Object.fromEntries(found);
}

/**
 * A trait with its range: what sliders, handles and keys turn.
 * @template {string} Name
 * @template {Span} Spec
 * @param {Name} name
 * @param {Spec} spec
 * @param {(name: Name) => number} get
 * @param {(values: Record<Name, number>) => void} set
 * @returns {Spec & Knob}
 */
export function knob(name, spec, get, set) {
  const put = (/** @type {number} */ v) => set(/** @type {Record<Name, number>} */ ({ [name]: snapped(spec, v) }));
  return {
    ...spec,
    get: () => get(name),
    set: put,
    snap: (v) => snapped(spec, v),
    index: () => index(spec, get(name)),
    text: () => fmt(get(name), spec.digits),
    turn: (steps) => put(get(name) + steps * spec.step),
  };
}
