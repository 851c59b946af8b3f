// Draws the 4-2-1 network: each step fills one number; a unit that is looked at shows its
// inputs, its weights and its line of code. Values of f come from Python's tables.
import { SUB, figure, fmt, mapped, spot, table } from "../kit/kit.js";
import { foot, network, text } from "../kit/network421.js";

/** As one writes it by hand: 0.5, −1, 0.731. */
const short = (/** @type {number} */ v) => (Math.abs(v) < 5e-4 ? "0" : fmt(v, 3).replace(/\.?0+$/, ""));
const factor = (/** @type {number} */ v) => (v < 0 ? `(${short(v)})` : short(v));

/**
 * @typedef {{ step: number, look: string, f: string, x1: number, x2: number, x3: number, x4: number }} Settings
 * @typedef {{ w: number[], code: string[], tables: Record<string, { f: Sampled }>,
 *   constants: { numbers: string[] } }} Data
 */

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read, set, signal } = stage;
  const tables = mapped(get("tables"), ({ f }) => table(f));
  const [w, code] = [get("w"), get("code")];
  const { numbers } = get("constants"); // their names, in the order of the steps
  const show = (/** @type {string} */ key) => set({ look: key });
  /** A unit that is looked at while it is pressed, focused or under the mouse. */
  const unit = (/** @type {string} */ key, /** @type {string} */ label) => {
    const g = spot(stage, label, () => show(key));
    g.addEventListener("focus", () => show(key), { signal });
    g.addEventListener("blur", () => show("step"), { signal });
    g.addEventListener("pointerenter", ({ pointerType }) => { if (pointerType === "mouse") show(key); }, { signal });
    g.addEventListener("pointerleave", ({ pointerType }) => {
      if (pointerType === "mouse" && document.activeElement !== g) show("step");
    }, { signal });
    return g;
  };
  const labels = { h1: "first hidden neuron", h2: "second hidden neuron", out: "output" };
  const units = mapped(labels, (label, key) => unit(key, `look at the ${label}`));
  const { r, inputs, a: sums, z: ends, out, weight, bends } = network(
    svg, { width, height, below: 65, right: width * 0.1 },
    (key) => units[/** @type {keyof typeof labels} */ (key)],
  );
  const largest = Math.max(...w.map(Math.abs)) || 1;
  const edges = w.map((value, k) => {
    const one = weight(k, Math.abs(value) / largest);
    one.value.textContent = short(value);
    return one;
  });
  const named = text(svg, (sums[0].x + ends[0].x) / 2, sums[0].y - r - 20, "nn-mid nn-soft");
  const write = foot(svg, { width, height }, ["", "", "nn-soft"]);
  write.lines[2].style.fontFamily = "ui-monospace, monospace";

  return () => {
    const [step, look, f] = read("step", "look", "f");
    const x = read("x1", "x2", "x3", "x4");
    const label = get("controls").f.options[f];
    const sum = (/** @type {number[]} */ weights, /** @type {number[]} */ values) =>
      weights.reduce((s, v, i) => s + v * values[i], 0);
    const a = [0, 1].map((j) => sum(w.slice(4 * j, 4 * j + 4), x));
    const z = a.map((v) => tables[f].at(v));
    const all = [a[0], z[0], a[1], z[1], sum(w.slice(8), z)];
    const known = (/** @type {number} */ k) => [step > k ? short(all[k]) : ""];
    // The unit that is looked at: 0 and 1 are hidden, 2 is the output; −1 before the first step.
    const now = look === "step" ? (step ? (step - 1) >> 1 : -1) : ["h1", "h2", "out"].indexOf(look);

    named.textContent = label;
    inputs.forEach((one, i) => one.up([short(x[i])]));
    [0, 1].forEach((j) => {
      sums[j].up(known(2 * j), step === 2 * j + 1);
      ends[j].up(known(2 * j + 1), step === 2 * j + 2);
      const dead = step > 2 * j + 1 && f === "relu" && all[2 * j] <= 0;
      [sums[j], ends[j]].forEach(({ frame }, k) => {
        frame.classList.toggle("nn-chosen", look === "step" ? step === 2 * j + 1 + k : now === j);
        frame.classList.toggle("nn-dead", dead);
      });
      bends[j](step === 2 * j + 2 || (now === j && look !== "step") ? "up" : "none");
    });
    out.up(known(4), step === 5);
    out.frame.classList.toggle("nn-chosen", now === 2);
    edges.forEach(({ light, g }, k) => {
      const mine = (k < 8 ? k >> 2 : 2) === now && !(look === "step" && step && step % 2 === 0);
      light(mine ? "up" : "none");
      g.classList.toggle("nn-strong", mine);
    });

    // The lines at the foot: the sum in letters, in numbers, in code.
    const terms = (/** @type {number[]} */ weights, /** @type {number[]} */ values) =>
      weights.map((v, i) => `${factor(v)}·${factor(values[i])}`).join(" + ");
    const names = (/** @type {number} */ from, /** @type {number} */ n, /** @type {string} */ of) =>
      Array.from({ length: n }, (_, i) => `w${SUB[from + i]}${of}${SUB[i]}`).join(" + ");
    const products = (/** @type {number} */ j) => terms(w.slice(4 * j, 4 * j + 4), x);
    const summed = (/** @type {number} */ j) =>
      [`a${SUB[j]} = ${names(4 * j, 4, "x")}`, `= ${products(j)} = ${short(a[j])}`, code[2 * j]];
    /** Both halves of a hidden unit; what has not been computed yet is not given away. */
    const whole = (/** @type {number} */ j) => [`z${SUB[j]} = f(${names(4 * j, 4, "x")})`,
      `= ${label}(${products(j)})${step > 2 * j + 1 ? ` = ${short(z[j])}` : ""}`, `z[${j}] = f(W1[${j}] @ x)`];
    const bent = (/** @type {number} */ j) =>
      [`z${SUB[j]} = f(a${SUB[j]})`, `= ${label}(${short(a[j])}) = ${short(z[j])}`, code[2 * j + 1]];
    const output = (/** @type {boolean} */ done) => [`ŷ = ${names(8, 2, "z")}${look === "out" ? ", no f" : ""}`,
      step > 3 ? `= ${terms(w.slice(8), z)}${done ? ` = ${short(all[4])}` : ""}` : "waits for z₁ and z₂", code[4]];
    const words = now < 0 ? ["x comes from outside.", "Nothing has been computed yet.", "x"] :
      now === 2 ? output(step > 4) :
        look !== "step" ? whole(now) : step % 2 ? summed(now) : bent(now);
    write(words);
    const said = [
      "The input layer computes nothing: it is x.",
      `First sum: a₁ = ${short(a[0])}.`,
      f === "identity" ? `f changes nothing: z₁ = ${short(z[0])}.` : `Bent by ${label}: z₁ = ${short(z[0])}.`,
      `Second sum, of the same inputs: a₂ = ${short(a[1])}.`,
      `By the same f: z₂ = ${short(z[1])}.`,
      `The output weighs z₁ and z₂: ŷ = ${short(all[4])}, with no f behind it.`,
    ][step];
    return {
      current: numbers[step - 1],
      out: Object.fromEntries(numbers.map((key, k) => [key, step > k ? short(all[k]) : ""])),
      say: look === "step" ? said : `${words[0]} ${words[1]}`,
      rows: [...w.map((v, k) => [`w${SUB[k]}`, v]), ...x.map((v, i) => [`x${SUB[i]}`, v]),
        ...all.map((v, k) => [numbers[k], v])],
    };
  };
});
