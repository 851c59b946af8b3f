// The hidden neurons, lit by what they say, the ten answers as bars, and what leads from one to the other.
import { add, clamp, fmt, onKey, spot } from "../kit/kit.js";

/**
 * @typedef {{ neurons: Point[], r: number, from: Point, tall: boolean, bars: Point[], reach: number,
 *   thick: number }} Places tall: bars stand, and lines go down
 * @typedef {{ hidden: Float64Array, scores: Float64Array, shares: Float64Array, first: number,
 *   second: number }} Reading
 * @typedef {(j: number, k: number) => number} Weight from neuron j to answer k
 */

const SEEN = 0.005; // a share below half a percent is not written
const LINES = 6; // that lead to an answer
const MUTE = { class: "nn-line nn-muted", "stroke-opacity": 0 };

/**
 * The hidden neurons: pressed or turned by arrows they are looked into, Enter switches one off and on.
 * Returns `draw(hidden, off, chosen)`.
 * @param {Pick<Stage, "svg" | "signal">} stage
 * @param {Places} places
 * @param {{ knob: Knob, toggle: (neuron: number) => void }} actions
 */
export function neurons({ svg, signal }, { neurons: spots, r }, { knob, toggle }) {
  const g = add(svg, "g", {
    class: "nn-spot", role: "slider", tabindex: "0", "aria-label": "hidden neuron to look into",
    "aria-valuemin": 0, "aria-valuemax": spots.length,
  });
  const parts = spots.map(([x, y], j) => {
    const one = add(g, "g", { transform: `translate(${x.toFixed(2)} ${y.toFixed(2)})` });
    add(one, "circle", { r: r + 3, class: "nn-target" });
    const ring = add(one, "circle", { r: r + 2.5, class: "nn-line nn-blue" });
    const body = add(one, "circle", { r, class: "nn-neuron" });
    const cross = add(one, "path", { class: "nn-line nn-orange", d: `M${-r} ${-r}L${r} ${r}M${-r} ${r}L${r} ${-r}` });
    one.addEventListener("click", () => knob.set(knob.get() === j + 1 ? 0 : j + 1), { signal });
    return { ring, body, cross };
  });
  g.addEventListener("keydown", (event) => {
    onKey(event, knob);
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    if (knob.get()) toggle(knob.get());
  }, { signal });
  return (/** @type {Float64Array} */ hidden, /** @type {Set<number>} */ off, /** @type {number} */ chosen) => {
    const most = Math.max(...hidden, 1e-9);
    parts.forEach(({ ring, body, cross }, j) => {
      ring.toggleAttribute("hidden", j + 1 !== chosen);
      cross.toggleAttribute("hidden", !off.has(j + 1));
      body.setAttribute("fill-opacity", (hidden[j] / most).toFixed(2));
    });
    const z = chosen ? `neuron ${chosen} ${off.has(chosen) ? "is off" : `says ${fmt(hidden[chosen - 1])}`}` : "none";
    g.setAttribute("aria-valuenow", chosen);
    g.setAttribute("aria-valuetext", z);
  };
}

/**
 * The bars of the ten answers. Returns `draw(reading)`; null where nothing is drawn.
 * @param {Element} svg
 * @param {Places} places
 */
export function answers(svg, { bars, tall, reach, thick }) {
  const g = add(svg, "g", { "aria-hidden": "true" });
  const parts = bars.map(([x, y], k) => {
    const box = tall ? { x: x - thick / 2, y: y - reach, width: thick, height: reach } :
      { x, y: y - thick / 2, width: reach, height: thick };
    add(g, "rect", { ...box, rx: 3, class: "nn-shade" });
    const bar = add(g, "rect", { ...box, rx: 3 });
    const name = add(g, "text", tall ? { x, y: y + 17 } : { x: x - 10, y: y + 5 }, String(k));
    const share = add(g, "text", tall ? { x } : { x: x + reach + 6, y: y + 4.5 });
    return { bar, name, share };
  });
  return (/** @type {Reading | null} */ reading) => parts.forEach(({ bar, name, share }, k) => {
    const p = reading ? reading.shares[k] : 0;
    const color = reading?.first === k ? "blue" : reading?.second === k && p >= SEEN ? "orange" : "muted";
    bar.setAttribute("class", `nn-fill-${color}`);
    const [, y] = bars[k];
    bar.setAttribute(tall ? "height" : "width", (p * reach).toFixed(2));
    if (tall) {
      bar.setAttribute("y", (y - p * reach).toFixed(2));
      share.setAttribute("y", (y - p * reach - 5).toFixed(2));
    }
    const leads = color !== "muted";
    name.setAttribute("class", `nn-label ${tall ? "nn-mid" : "nn-end"} ${leads ? `nn-fill-${color}` : "nn-soft"}`);
    share.setAttribute("class", `nn-small nn-strong ${tall ? "nn-mid" : ""}`);
    share.textContent = leads ? `${fmt(100 * p, 0)} %` : "";
  });
}

/**
 * Lines to the neurons that speak, and from those that speak most for the first answer and the second.
 * Returns `draw(reading, weight)`.
 * @param {Element} svg
 * @param {Places} places
 */
export function lines(svg, { neurons: spots, from, r, bars, tall, reach }) {
  const g = add(svg, "g", { "aria-hidden": "true" });
  const into = spots.map(() => add(g, "path", MUTE));
  const out = ["nn-line nn-orange", "nn-line nn-blue"].map((look) =>
    Array.from({ length: LINES }, () => add(g, "path", { class: look, "stroke-linecap": "round" })));
  /** A line that leaves and arrives straight. */
  const bent = (/** @type {Point} */ [x, y], /** @type {Point} */ [u, v]) => {
    const [cx, cy] = [(x + u) / 2, (y + v) / 2];
    const middle = tall ? `${x.toFixed(1)} ${cy.toFixed(1)} ${u.toFixed(1)} ${cy.toFixed(1)}` :
      `${cx.toFixed(1)} ${y.toFixed(1)} ${cx.toFixed(1)} ${v.toFixed(1)}`;
    return `M${x.toFixed(1)} ${y.toFixed(1)}C${middle} ${u.toFixed(1)} ${v.toFixed(1)}`;
  };
  /** @type {(place: Point, by: number) => Point} */
  const beside = ([x, y], by) => (tall ? [x, y + by] : [x + by, y]);
  return (/** @type {Reading | null} */ reading, /** @type {Weight} */ weight) => {
    const most = Math.max(...(reading?.hidden ?? []), 1e-9);
    into.forEach((path, j) => {
      const z = reading ? reading.hidden[j] / most : 0;
      path.setAttribute("d", z > 0.05 ? bent(from, beside(spots[j], -r)) : "");
      path.setAttribute("stroke-opacity", (0.15 + 0.6 * z).toFixed(2));
    });
    out.forEach((paths, i) => {
      const answer = reading ? [reading.second, reading.first][i] : 0;
      const end = beside(bars[answer], tall ? -reach - 18 : -24);
      const seen = reading && reading.shares[answer] >= SEEN;
      const all = seen ? Array.from(reading.hidden, (z, j) => ({ j, v: z * weight(j, answer) })) : [];
      const best = all.filter(({ v }) => v > 0).toSorted((a, b) => b.v - a.v);
      paths.forEach((path, k) => {
        const one = best[k];
        path.setAttribute("d", one ? bent(beside(spots[one.j], r), end) : "");
        const part = one ? one.v / best[0].v : 0;
        path.style.strokeWidth = `${clamp(3 * part, 0.8, 3).toFixed(2)}px`;
        path.setAttribute("stroke-opacity", (0.35 + 0.6 * part).toFixed(2));
      });
    });
  };
}

/**
 * A word or a numeral to press.
 * @param {Pick<Stage, "svg" | "signal">} stage
 * @param {{ x: number, y: number, width: number, height: number }} box
 * @param {string} label
 * @param {() => void} press
 */
export function key(stage, { x, y, width, height }, label, press) {
  const g = spot(stage, label, press);
  add(g, "rect", { x, y, width, height, rx: 5, class: "nn-press" });
  const text = add(g, "text", { x: x + width / 2, y: y + height / 2 + 4.5, class: "nn-mid", "aria-hidden": "true" });
  return { g, text };
}
