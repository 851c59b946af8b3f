// Draws three gates with wires between them: values above a wire, gradients below it. What a gate makes of
// two numbers, and its slopes, are looked up in Python's tables.
import { add, array, figure, fmt, mapped, polyline } from "../kit/kit.js";

/**
 * @typedef {{ step: number, x: number, y: number, z: number, w: number }} Settings
 * @typedef {"add" | "max" | "multiply"} Name
 * @typedef {{ gates: Record<Name, Packed>,
 *   constants: { ranges: Record<Name, number[]>, order: string[] } }} Data
 */

// In the order of the way forward.
/** @type {Record<Name, { sign: string, inputs: [string, string], out: string, does: string }>} */
const GATES = {
  add: { sign: "+", inputs: ["x", "y"], out: "q", does: "hands out" },
  max: { sign: "max", inputs: ["z", "w"], out: "m", does: "routes" },
  multiply: { sign: "×", inputs: ["q", "m"], out: "out", does: "swaps" },
};
const ORDER = /** @type {Name[]} */ (Object.keys(GATES));
const short = (/** @type {number} */ v) => fmt(v, v % 1 ? 1 : 0);

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read } = stage;
  const tables = mapped(get("gates"), array);
  const { ranges, order } = get("constants");
  const r = width < 420 ? 21 : 27;
  const across = [22, width * 0.42, width * 0.74];
  const down = (/** @type {number} */ part) => 18 + part * (height - 36);
  /** @type {Record<Name, Point>} */
  const place = { add: [across[1], down(0.22)], max: [across[1], down(0.78)], multiply: [across[2], down(0.5)] };
  /** @type {Record<string, Point>} where a wire begins */
  const from = mapped({ x: 0, y: 0.4, z: 0.6, w: 1 }, (part) => /** @type {Point} */ ([across[0], down(part)]));
  for (const name of ORDER) from[GATES[name].out] = place[name];
  const text = (/** @type {Point} */ [x, y], /** @type {string} */ kind, words = "") =>
    add(svg, "text", { x, y, class: `nn-mid ${kind}`, "aria-hidden": "true" }, words);

  const wires = mapped(from, ([x1, y1], name) => {
    const into = ORDER.find((gate) => GATES[gate].inputs.includes(name));
    const [x2, y2] = into ? place[into] : [width - 4, y1];
    const line = add(svg, "path", { d: polyline([[x1, y1], [x2, y2]]), "aria-hidden": "true" });
    const part = into ? 0.5 : 0.64;
    const [x, y] = [x1 + part * (x2 - x1), y1 + part * (y2 - y1)];
    const label = (/** @type {number} */ dy, /** @type {string} */ color) =>
      text([x, y + dy], `nn-label nn-halo nn-fill-${color}`);
    return { line, value: label(-7, "green"), gradient: label(18, "orange") };
  });
  for (const name of "xyzw") {
    const [cx, cy] = from[name];
    add(svg, "circle", { cx, cy, r: 15, class: "nn-box", "aria-hidden": "true" });
    text([cx, cy + 5], "nn-label", name);
  }
  const gates = mapped(GATES, ({ sign }, name) => {
    const [cx, cy] = place[/** @type {Name} */ (name)];
    const frame = add(svg, "circle", { cx, cy, r, class: "nn-box", "aria-hidden": "true" });
    text([cx, cy + 5], "nn-label", sign);
    return { frame, does: text([cx, cy + r + 17], "nn-strong nn-halo nn-fill-orange") };
  });

  return () => {
    const [step, x, y, z, w] = read("step", "x", "y", "z", "w");
    /** @type {Record<string, number>} */
    const value = { x, y, z, w };
    /** @type {Record<string, number>} */
    const gradient = { out: 1 };
    /** What the gate's table has for its two inputs: 0 what comes out, 1 and 2 its slopes. */
    const asked = (/** @type {Name} */ name, /** @type {number} */ k) => {
      const [a, b] = GATES[name].inputs.map((wire, i) => (value[wire] - ranges[name][i]) / ranges[name][i + 2]);
      return tables[name].at(k, a, b);
    };
    for (const name of ORDER) value[GATES[name].out] = asked(name, 0);
    for (const name of ORDER.toReversed()) {
      GATES[name].inputs.forEach((wire, k) => {
        gradient[wire] = gradient[GATES[name].out] * asked(name, k + 1) + 0; // no −0
      });
    }

    // A step goes through a gate, forward as long as it is called by its wire, then back.
    const key = order[step - 1];
    const now = ORDER.find((name) => name === key || GATES[name].out === key);
    const back = now === key;
    const reached = (/** @type {string} */ one) => step > order.indexOf(one);
    const [winner, loser] = z > w ? ["z", "w"] : ["w", "z"];
    for (const [name, wire] of Object.entries(wires)) {
      const into = ORDER.find((gate) => GATES[gate].inputs.includes(name)) ?? "multiply";
      const named = "xyzw".includes(name) ? "" : `${name} = `;
      wire.value.textContent = reached(name) ? named + short(value[name]) : "";
      wire.gradient.textContent = reached(into) ? short(gradient[name]) : "";
      const active = now && [...GATES[now].inputs, GATES[now].out].includes(name);
      wire.line.setAttribute("class", `nn-line nn-${!active ? "muted" : back ? "orange" : "green"}`);
      wire.line.style.strokeDasharray = name === loser && reached("max") ? "2 5" : "";
    }
    for (const name of ORDER) {
      gates[name].frame.classList.toggle("nn-chosen", name === now);
      gates[name].does.textContent = reached(name) ? GATES[name].does : "";
    }
    const pair = (/** @type {Name} */ name) => GATES[name].inputs.map((wire) => short(gradient[wire])).join(", ");
    return {
      current: key,
      out: Object.fromEntries(order.map((one) => [one, !reached(one) ? "" :
        one in value ? short(value[one]) : pair(/** @type {Name} */ (one))])),
      say: [
        "Four numbers wait. Press Step.",
        `The first gate adds: ${short(x)} and ${short(y)} make q = ${short(value.q)}.`,
        `max takes the larger one, ${winner} = ${short(value.m)}; ${loser} ends here.`,
        `The last gate multiplies: out = ${short(value.out)}. Now the way back.`,
        `Multiplying swaps: q gets m, that is ${short(gradient.q)}, and m gets q, that is ${short(gradient.m)}.`,
        `Adding hands out: x and y both get what q has, ${short(gradient.x)}.`,
        `max routes: ${winner} gets all of it, ${short(gradient[winner])}, and ${loser} gets 0.`,
      ][step],
      rows: ["x", "y", "z", "w", "q", "m", "out"].map((name) => [name, value[name], gradient[name]]),
    };
  };
});
