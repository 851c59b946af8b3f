// What a reader can set, and the rule of what may be set: that of controls.py, which declares it.
import { clamp, fmt } from "./base.js";

/** The number of a slider's nearest step, 0 at its smallest value; a half goes up. */
const index = ({ min, max, step }, v) => Math.floor((clamp(v, min, max) - min) / step + 0.5);

/** The nearest number that a slider can show. */
const snapped = (spec, v) =>
  Number((spec.min + index(spec, v) * spec.step).toFixed(spec.digits)) + 0; // no −0

/** What a control shows when a link says `text`; undefined where it takes no such text. */
function parsed(spec, text) {
  const { kind, options, lines } = spec;
  if (kind === "slider") return /^-?[0-9]+(\.[0-9]+)?$/.test(text) ? snapped(spec, Number(text)) : undefined;
  if (kind === "switch") return text === "true" || (text === "false" ? false : undefined);
  if (kind === "choice") return Object.hasOwn(options, text) ? text : undefined;
  const keys = text ? text.split(",") : [];
  const distinct = new Set(lines.map(([key]) => key).filter((key) => keys.includes(key)));
  return distinct.size === keys.length ? text : undefined;
}

/** Text of an address: one that is malformed is taken as it stands. */
function decoded(text) {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/** The settings in `key=value&…`: what is no control, or is not taken by one, is left out. */
export function settings(controls, query) {
  const found = new Map();
  for (const pair of query.split("&")) {
    const [key, ...text] = pair.split("=");
    const name = decoded(key);
    const value = Object.hasOwn(controls, name) ? parsed(controls[name], decoded(text.join("="))) : undefined;
    if (value !== undefined) found.set(name, value);
  }
  return Object.fromEntries(found);
}

/** A trait with its range: what sliders, handles and keys turn. */
export function knob(name, spec, get, set) {
  return {
    ...spec,
    get: () => get(name),
    set: (v) => set({ [name]: snapped(spec, v) }),
    snap: (v) => snapped(spec, v),
    index: () => index(spec, get(name)),
    text: () => fmt(get(name), spec.digits),
    turn: (steps) => set({ [name]: snapped(spec, get(name) + steps * spec.step) }),
  };
}
