// Draws the 4-2-1 network upright: each step fills one number; a unit that is looked at shows its
// inputs, its weights and its line of code. Values of f come from Python's tables.
import { SUB, add, figure, fmt, mapped, polyline, spot, table } from "../kit/kit.js";
import { box, foot, text, weightBox } from "../kit/network421.js";

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
  // From top to bottom: output, its weights, hidden layer, its weights, input; the rest goes between.
  const tall = 66; // of the lines at the foot
  const [boxH, chipH, unitH, mid] = [36, 34, 78, width / 2];
  const rest = Math.max(0, height - tall - 12 - (2 * (18 + boxH + 6) + 2 * chipH + 18 + unitH + 6));
  const upper = 18 + boxH + 6 + rest * 0.16;
  const unitTop = upper + chipH + 18 + rest * 0.16;
  const lower = unitTop + unitH + 6 + rest * 0.34;
  const inputTop = lower + chipH + 18 + rest * 0.34;
  const wide = Math.min(170, width * 0.42);
  const inputW = Math.min(96, width / 4 - 6);
  const centers = [width * 0.26, width * 0.74];
  const inputs = [0, 1, 2, 3].map((i) => (i + 0.5) * (width / 4));

  // Each layer is a band; its name comes after the connections.
  const bands = [
    { name: "output layer", y: 0, tall: boxH + 24 },
    { name: "hidden layer", y: unitTop - 18, tall: unitH + 24 },
    { name: "input layer", y: inputTop - 18, tall: boxH + 24 },
  ];
  for (const band of bands) box(svg, 0, band.y, width, band.tall, "nn-shade");
  const chips = w.map((value, k) => {
    // The weights of both units stand beside each other above their input; those of the output below it.
    const size = Math.min(62, width / 8 - 3);
    const [i, j] = k < 8 ? [k % 4, k >> 2] : [0, k - 8];
    const side = j ? 1 : -1;
    /** @type {{ cx: number, y: number, from: Point, to: Point }} */
    const { cx, y, from, to } = k < 8 ? {
      cx: inputs[i] + 0.5 * side * (size + 3), y: lower,
      from: [inputs[i] + 9 * side, inputTop], to: [centers[j] + (i - 1.5) * (wide / 4.4), unitTop + unitH],
    } : {
      cx: mid + side * width * 0.17, y: upper,
      from: [centers[j], unitTop], to: [mid + 24 * side, 18 + boxH],
    };
    const pieces = polyline([from, [cx, y + chipH]]) + polyline([[cx, y], to]);
    const edge = add(svg, "path", { d: pieces, "aria-hidden": "true" });
    const { frame, values: [number] } = weightBox(svg, k, { cx, y, width: size, height: chipH, rows: 1 });
    number.textContent = short(value);
    return { edge, frame };
  });
  for (const { name, y } of bands) text(svg, 7, y + 13, "nn-small nn-soft nn-halo", name);
  text(svg, width - 7, inputTop - 5, "nn-small nn-soft nn-halo nn-end", "computes nothing: it is x");

  const show = (/** @type {string} */ key) => set({ look: key });
  /**
   * A unit that is looked at while it is pressed, focused or under the mouse.
   * @param {string} key
   * @param {string} label
   * @param {number} cx
   * @param {number} y
   * @param {number} h
   */
  const unit = (key, label, cx, y, h) => {
    const g = spot(stage, label, () => show(key));
    const frame = box(g, cx - wide / 2, y, wide, h);
    g.addEventListener("focus", () => show(key), { signal });
    g.addEventListener("blur", () => show("step"), { signal });
    g.addEventListener("pointerenter", ({ pointerType }) => { if (pointerType === "mouse") show(key); }, { signal });
    g.addEventListener("pointerleave", ({ pointerType }) => {
      if (pointerType === "mouse" && document.activeElement !== g) show("step");
    }, { signal });
    return { g, frame };
  };
  const hidden = centers.map((cx, j) => {
    const made = unit(`h${j + 1}`, `look at the ${j ? "second" : "first"} hidden unit`, cx, unitTop, unitH);
    add(made.g, "path", { d: `M${cx - wide / 2} ${unitTop + 39}h${wide}`, class: "nn-grid" });
    const line = (/** @type {number} */ dy, /** @type {string} */ kind) =>
      text(made.g, cx, unitTop + dy, `nn-mid ${kind}`);
    return { ...made, z: line(19, "nn-fill-blue"), f: line(34, "nn-small nn-soft"), a: line(64, "nn-fill-blue") };
  });
  const out = unit("out", "look at the output", mid, 18, boxH);
  const yHat = text(out.g, mid, 18 + 24, "nn-mid nn-fill-blue");
  const xs = inputs.map((cx) => {
    box(svg, cx - inputW / 2, inputTop, inputW, boxH);
    return text(svg, cx, inputTop + 23, "nn-mid");
  });
  const write = foot(svg, { width, height, tall, pitch: 19, left: 8 }, ["", "", "nn-soft"]);
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
    const known = (/** @type {number} */ k) => (step > k ? `${numbers[k]} = ${short(all[k])}` : numbers[k]);
    // The unit that is looked at: 0 and 1 are hidden, 2 is the output; −1 before the first step.
    const now = look === "step" ? (step ? (step - 1) >> 1 : -1) : ["h1", "h2", "out"].indexOf(look);

    hidden.forEach((one, j) => {
      one.a.textContent = known(2 * j);
      one.z.textContent = known(2 * j + 1);
      one.f.textContent = label;
      one.a.classList.toggle("nn-strong", step === 2 * j + 1);
      one.z.classList.toggle("nn-strong", step === 2 * j + 2);
      one.frame.classList.toggle("nn-chosen", now === j);
      one.frame.classList.toggle("nn-dead", step > 2 * j + 1 && f === "relu" && all[2 * j] <= 0);
    });
    yHat.textContent = known(4);
    yHat.classList.toggle("nn-strong", step === 5);
    out.frame.classList.toggle("nn-chosen", now === 2);
    xs.forEach((t, i) => { t.textContent = `x${SUB[i]} = ${short(x[i])}`; });
    chips.forEach(({ edge, frame }, k) => {
      const mine = (k < 8 ? k >> 2 : 2) === now;
      edge.setAttribute("class", `nn-line ${mine ? "nn-blue" : "nn-muted nn-faint"}`);
      frame.classList.toggle("nn-chosen", mine);
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
      `Bent by ${label}: z₁ = ${short(z[0])}.`,
      `Second sum, of the same inputs: a₂ = ${short(a[1])}.`,
      `Bent by the same f: z₂ = ${short(z[1])}.`,
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
