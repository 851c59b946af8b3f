// Draws the 4-2-1 network: numbers go to the right in its circles, messages come back beneath them. Every
// number comes from Python; products are text.
import { array, figure, mapped } from "../kit/kit.js";
import { history } from "./history.js";
import { account, code, short, table } from "./words.js";
import { foot, network, text } from "../kit/network421.js";

/**
 * @typedef {{ step: number, f: string, weight: number, batch: string, updates: number, slide: boolean }} Settings
 * @typedef {{ data: Record<string, Packed>, given: { x: number[][], y: number[], lr: number },
 *   constants: { lines: string[], batches: Record<string, number[]> } }} Data
 */

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read, set, signal } = stage;
  const numbers = mapped(get("data"), array);
  const { x, y, lr } = get("given");
  const { f: { options: names, order }, batch: { order: picks }, updates: { max: most } } = get("controls");
  const { lines: steps, batches } = get("constants");
  const room = { width, height, below: 65, right: width * 0.13 };
  const { r, inputs, a, z, out, weight: label, bends } = network(svg, room);
  const first = numbers.w.part(0, 0, 0, 0);
  const largest = Math.max(...first.map(Math.abs)) || 1;
  const weights = Array.from(first, (w, k) => {
    const one = label(k, Math.abs(w) / largest);
    one.g.classList.add("nn-pick");
    one.g.addEventListener("click", () => set({ weight: k + 1 }), { signal });
    return one;
  });
  const [bend, slope] = ["nn-soft", "nn-fill-orange nn-halo"].map((kind, below) => [0, 1].map((j) =>
    text(svg, (a[j].x + z[j].x) / 2, a[j].y + (below ? r + 34 : -r - 20), `nn-mid ${kind}`)));
  const target = [0, 1].map((n) => text(svg, width - 4, out.y + r + 45 + 16 * n, "nn-end nn-soft"));
  const errors = history(svg, [width - 4, 2], Math.min(120, width * 0.28), most);
  const arithmetic = foot(svg, { width, height }, ["", "", "nn-strong"]);

  return () => {
    const [step, f, weight, batch, updates, slide] = read("step", "f", "weight", "batch", "updates", "slide");
    const who = batches[batch];
    const place = [order.indexOf(f), picks.indexOf(batch), Number(slide)];
    /**
     * Numbers of this name: of example n, or of all.
     * @param {string} key
     * @param {number} [n]
     */
    const of = (key, n) => numbers[key].part(...place, updates, ...(n === undefined ? [] : [n]));
    const two = who.length > 1;
    const tag = (/** @type {number} */ n) => (two ? `${"AB"[n]} ` : "");
    /** The words of each example, from a step on. */
    const each = (/** @type {number} */ from, /** @type {(n: number) => string} */ words) =>
      (step < from ? [] : who.map(words));
    const chosen = weight - 1;

    target.forEach((t, k) => { t.textContent = k < who.length ? `${tag(who[k])}y = ${short(y[who[k]])}` : ""; });
    out.up(each(3, (n) => short(of("y_hat", n)[0])), step === 3);
    out.down(each(5, (n) => short(of("g", n)[0])), step === 5);
    inputs.forEach((input, i) => {
      input.up(who.map((n) => short(x[n][i])));
      input.down([each(10, (n) => short(of("gx", n)[i])).join(", ")], step === 10);
    });
    const [values, grad] = [of("w"), of("grad")];
    const route = chosen < 8 ? [chosen, 8 + (chosen >> 2)] : [chosen]; // of the weight that is looked at
    weights.forEach(({ light, g, value, gradient }, k) => {
      const [forward, known, beyond] = k < 8 ? [1, 9, 10] : [3, 6, 7]; // steps that it takes part in
      value.textContent = short(values[k]);
      gradient.textContent = step < known ? "" : `  ${short(grad[k])}`;
      g.classList.toggle("nn-strong", k === chosen);
      light(step === forward ? "up" : [known, beyond].includes(step) ? "down" : "none", route.includes(k));
    });
    [0, 1].forEach((j) => {
      const value = (/** @type {string} */ key) => (/** @type {number} */ n) => short(of(key, n)[j]);
      a[j].up(each(1, value("a")), step === 1);
      z[j].up(each(2, value("z")), step === 2);
      z[j].down(each(7, value("gz")), step === 7);
      a[j].down(each(8, value("ga")), step === 8);
      const dead = step >= 2 && who.every((n) => of("slope", n)[j] === 0);
      bend[j].textContent = [...(j ? [] : [names[f]]), ...(dead ? ["off"] : [])].join(": ");
      slope[j].textContent = step < 8 ? "" : `× f′ ${who.map(value("slope")).join(", ")}`;
      slope[j].setAttribute("y", a[j].y + r + (two ? 47 : 34));
      for (const one of [a[j], z[j]]) one.frame.classList.toggle("nn-dead", dead);
      bends[j](step === 2 ? "up" : step === 8 ? "down" : "none", chosen < 8 && chosen >> 2 === j);
    });
    const rings = { a: [1, 8], z: [2, 7], out: [3, 5] };
    for (const one of a) one.frame.classList.toggle("nn-chosen", rings.a.includes(step));
    for (const one of z) one.frame.classList.toggle("nn-chosen", rings.z.includes(step));
    out.frame.classList.toggle("nn-chosen", rings.out.includes(step));
    const past = Array.from({ length: updates + 1 }, (_, t) => numbers.E.at(...place, t, 0));
    const all = Array.from(numbers.E.part(...place.slice(0, 2)));
    const rule = `w ${slide ? "+" : "−"} ${short(lr)} ∂E/∂w`;
    errors(past, all, slide, [step < 4 ? "E" : `E = ${short(past[updates])}`, updates || slide ? rule : ""]);

    const words = account({ step, chosen, who, of, x, y, w: values, f, names, updates });
    arithmetic(words.lines);
    const lines = code({ who, of, tag, E: past[updates] });
    for (const key of steps.slice(step)) lines[key] = "";
    return { out: lines, current: steps[step - 1], say: words.say, rows: table({ who, of, E: past[updates] }) };
  };
});
