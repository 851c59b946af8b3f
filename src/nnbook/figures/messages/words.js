// What the figure `messages` says: the present step written out, a sentence, the values of the code,
// the table. Every number comes from Python; products are text.
import { SUB, fmt } from "../kit/kit.js";

/**
 * Of the present state: the step, the weight that is looked at (from 0), the examples by number, and the
 * numbers: `of(key, n)` of example n or of all, inputs, targets, weights; f, its names, the updates made.
 * @typedef {{ step: number, chosen: number, who: number[], of: (key: string, n?: number) => Float64Array,
 *   x: number[][], y: number[], w: Float64Array, f: string, names: Record<string, string>, updates: number }} Now
 */

/**
 * As one writes it by hand: 0.5, −1, 14; ≈0 for what is small but not zero.
 * @param {number} v
 */
export function short(v) {
  const size = Math.abs(v);
  if (size > 0 && size < 0.005) return "≈0";
  const text = fmt(v, size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
const factor = (/** @type {number} */ v) => (v < 0 ? `(${short(v)})` : short(v));
const vector = (/** @type {ArrayLike<number>} */ values) => `(${Array.from(values, short).join(", ")})`;

/**
 * Two lines with the arithmetic of the present step, one with the way to the weight, a sentence.
 * @param {Now} now
 */
export function account(now) {
  const alone = now.who.length === 1;
  return { lines: [...(alone ? worked(now) : compared(now))[now.step], route(now)], say: sentence(now) };
}

const pair = (/** @type {(j: number) => string} */ words) => [words(0), words(1)];

/**
 * For one example, by step: products and sums with its numbers.
 * @param {Now} now
 */
function worked({ chosen, who: [n], of, x, y, w }) {
  const sum = (/** @type {ArrayLike<number>} */ factors, /** @type {ArrayLike<number>} */ values) =>
    Array.from(factors, (v, i) => `${i ? factor(v) : short(v)}·${factor(values[i])}`).join(" + ");
  const [a, z, gz, ga] = ["a", "z", "gz", "ga"].map((key) => (/** @type {number} */ j) => of(key, n)[j]);
  const [g, yHat] = [of("g", n)[0], of("y_hat", n)[0]];
  const input = chosen < 8 ? chosen % 4 : 0;
  return [
    ["Press Step: the network computes, from left to right;", "then the error comes back."],
    pair((j) => `a${SUB[j]} = ${sum(w.subarray(4 * j, 4 * j + 4), x[n])} = ${short(a(j))}`),
    pair((j) => `z${SUB[j]} = f(${short(a(j))}) = ${short(z(j))}`),
    [`ŷ = ${sum([w[8], w[9]], of("z", n))} = ${short(yHat)}`, ""],
    [`E = ½ (${short(yHat)} − ${factor(y[n])})² = ${short(of("E")[0])}`, ""],
    [`∂E/∂ŷ = ŷ − y = ${short(yHat)} − ${factor(y[n])} = ${short(g)}`, "This is the error that goes back."],
    pair((j) => `∂E/∂w${SUB[8 + j]}: ${short(g)} × z${SUB[j]} ${factor(z(j))} = ${short(of("gw", n)[8 + j])}`),
    pair((j) => `to z${SUB[j]}: ${short(g)} × w${SUB[8 + j]} ${factor(w[8 + j])} = ${short(gz(j))}`),
    pair((j) => `to a${SUB[j]}: ${short(gz(j))} × f′ ${short(of("slope", n)[j])} = ${short(ga(j))}`),
    pair((j) => `∂E/∂w${SUB[4 * j]}…w${SUB[4 * j + 3]}: ${short(ga(j))} × ${vector(x[n])}`),
    [`to x${SUB[input]}: ${short(of("path", n)[input])} + ${factor(of("path", n)[4 + input])} = ` +
      short(of("gx", n)[input]), "two paths, one sum"],
  ];
}

/**
 * For two examples, by step: their numbers beside each other.
 * @param {Now} now
 */
function compared({ chosen, who, of }) {
  const AB = (/** @type {string} */ name, /** @type {string} */ key, /** @type {number} */ j) =>
    `${name}: ${who.map((m) => `${"AB"[m]} ${short(of(key, m)[j])}`).join(", ")}`;
  const both = (/** @type {string} */ name, /** @type {string} */ key) => pair((j) => AB(`${name}${SUB[j]}`, key, j));
  const shares = [`w${SUB[chosen]} gets A ${short(of("gw", 0)[chosen])} + B ${factor(of("gw", 1)[chosen])}`,
    `= ${short(of("grad")[chosen])}: messages of examples add up`];
  const input = chosen < 8 ? chosen % 4 : 0;
  return [
    ["Press Step: both examples go to the right;", "then both errors come back."],
    both("a", "a"), both("z", "z"), [AB("ŷ", "y_hat", 0), ""], [`E = ${short(of("E")[0])}, the mean of both`, ""],
    [AB("(ŷ − y) / N", "g", 0), "N = 2: half of each error goes back."],
    shares, both("to z", "gz"), both("to a", "ga"), shares,
    [AB(`to x${SUB[input]}`, "gx", input), "two paths each, one sum each"],
  ];
}

/**
 * The gradient of the weight that is looked at, as the product of what is known by now.
 * @param {Now} now
 */
function route({ step, chosen, who, of, x, w }) {
  const [n] = who;
  const name = `∂E/∂w${SUB[chosen]}`;
  const done = step >= (chosen < 8 ? 9 : 6);
  const total = short(of("grad")[chosen]);
  if (who.length > 1) {
    const share = (/** @type {number} */ m) => `${"AB"[m]} ${done ? short(of("gw", m)[chosen]) : "…"}`;
    return `${name}: ${share(0)}, ${share(1)}${done ? `, together ${total}` : ""}`;
  }
  const [g, j] = [of("g", n)[0], chosen < 4 ? 0 : 1];
  const way = chosen < 8 ?
    [[5, g], [7, w[8 + j]], [8, of("slope", n)[j]], [9, x[n][chosen % 4]]] : [[5, g], [6, of("z", n)[chosen - 8]]];
  const known = way.map(([from, v], k) => (step < from ? "…" : k ? factor(v) : short(v))).join(" × ");
  return `${name} = ${known}${done ? ` = ${total}` : ""}`;
}

/** @param {Now} now */
function sentence({ step, who, of, f, names, updates }) {
  const meaning = [
    "The inputs and the weights are there; nothing is computed yet.",
    "Each hidden neuron weighs its four inputs and adds up.",
    f === "linear" ? "f is linear here: it bends nothing, z is a." : `Each sum is bent by f, here ${names[f]}.`,
    "The output neuron weighs the two hidden outputs.",
    "The error compares ŷ with the target y.",
    "The first message: how E changes with ŷ.",
    "A last weight gets the message times the z that it multiplies.",
    "The same message goes on, through each weight, to the hidden neuron before it.",
    "It passes f, where the local factor is the slope f′ at a.",
    "Each first weight gets its neuron’s message times the input that it multiplies.",
    "If x came from another layer, each xᵢ would get one message from each neuron, and add them.",
  ][step];
  const dead = step < 8 ? [] : [0, 1].filter((k) => who.every((m) => of("slope", m)[k] === 0));
  const one = ` Neuron ${dead[0] + 1} is off: nothing passes it.`;
  const off = ["", one, " Both neurons are off: nothing passes them."][dead.length];
  const moved = updates ? ` After ${updates} update${updates > 1 ? "s" : ""} E = ${short(of("E")[0])}.` : "";
  return `${meaning}${off}${moved}`;
}

/**
 * The value of each line of code.
 * @param {Pick<Now, "who" | "of"> & { tag: (n: number) => string, E: number }} now
 * @returns {Record<string, string>}
 */
export function code({ who, of, tag, E }) {
  const batch = (/** @type {string} */ key, part = vector) => who.map((n) => tag(n) + part(of(key, n))).join(" ");
  const grad = of("grad");
  const one = (/** @type {ArrayLike<number>} */ values) => short(values[0]);
  return {
    a: batch("a"), z: batch("z"), y_hat: batch("y_hat", one), E: short(E), g: batch("g", one),
    W2: vector(grad.subarray(8)), gz: batch("gz"), ga: batch("ga"),
    W1: `${vector(grad.subarray(0, 4))} ${vector(grad.subarray(4, 8))}`, gx: batch("gx"),
  };
}

/**
 * The figure's table: a name, the numbers of A and B, the number of all.
 * @param {Pick<Now, "who" | "of"> & { E: number }} now
 */
export function table({ who, of, E }) {
  /** @type {Drawing["rows"]} */
  const rows = [["E", "", "", E]];
  const mine = (/** @type {string} */ key, /** @type {number} */ i) =>
    [0, 1].map((n) => (who.includes(n) ? of(key, n)[i] : "–"));
  const both = (/** @type {string} */ key, /** @type {(i: number) => string} */ name, /** @type {number} */ n) => {
    for (let i = 0; i < n; i++) rows.push([name(i), ...mine(key, i), ""]);
  };
  both("a", (i) => `a${SUB[i]}`, 2);
  both("z", (i) => `z${SUB[i]}`, 2);
  both("y_hat", () => "ŷ", 1);
  both("g", () => "∂E/∂ŷ", 1);
  both("gz", (i) => `∂E/∂z${SUB[i]}`, 2);
  both("ga", (i) => `∂E/∂a${SUB[i]}`, 2);
  both("gx", (i) => `∂E/∂x${SUB[i]}`, 4);
  of("w").forEach((v, i) => rows.push([`w${SUB[i]}`, "", "", v]));
  of("grad").forEach((v, i) => rows.push([`∂E/∂w${SUB[i]}`, ...mine("gw", i), v]));
  return rows;
}
