// What a network makes of pixels: affine maps, a maximum, a table. The numbers are Python's; compute.py has the
// same rules.

/**
 * @typedef {{ w: Float64Array, b: Float64Array }} Layer w holds one neuron's weights after the other's
 * @typedef {{ biases: boolean, noise: number, rest: (k: number) => number }} Changes
 */

/**
 * A network's two layers with noise on their weights, or without their biases.
 * @param {Record<string, Unpacked>} weights
 * @param {Changes} changes
 * @returns {Layer[]}
 */
export function network({ w1, b1, w2, b2 }, { biases, noise, rest }) {
  let used = 0;
  return [[w1, b1], [w2, b2]].map(([weight, bias]) => {
    const [start, by] = [used, noise * deviation(weight.values)];
    used += weight.values.length;
    return {
      w: weight.values.map((v, i) => (by ? v + by * rest(start + i) : v)),
      b: biases ? bias.values : new Float64Array(bias.values.length),
    };
  });
}

/**
 * a = W x + b.
 * @param {Layer} layer
 * @param {Float64Array} x
 */
export function affine({ w, b }, x) {
  const sums = Float64Array.from(b);
  let place = 0;
  for (let j = 0; j < sums.length; j++) {
    let sum = 0; // a plain loop: it runs 500 times while noise is turned
    for (let i = 0; i < x.length; i++) sum += w[place++] * x[i];
    sums[j] += sum;
  }
  return sums;
}

/**
 * What each hidden neuron says, 0 where it is off, and the ten scores.
 * @param {Layer[]} layers
 * @param {Float64Array} pixels
 * @param {Set<number>} off numbers of neurons, from 1
 */
function forward([first, second], pixels, off) {
  const hidden = affine(first, pixels).map((a, j) => (off.has(j + 1) ? 0 : Math.max(0, a)));
  return { hidden, scores: affine(second, hidden) };
}

/** Where the largest number stands. */
const largest = (/** @type {Float64Array} */ values) => values.indexOf(Math.max(...values));

/**
 * Of the stored digits, `each` of every kind, how many each network reads right.
 * @param {Layer[][]} networks
 * @param {Float64Array[]} stored pixels of each
 * @param {Set<number>} off
 * @param {number} each
 */
export const rights = (networks, stored, off, each) => networks.map((layers) =>
  stored.filter((pixels, k) => largest(forward(layers, pixels, off).scores) === Math.floor(k / each)).length);

/**
 * Scores as probabilities: e to each, by a table, over their sum.
 * @param {Float64Array} scores
 * @param {Lookup} exp
 */
function shares(scores, exp) {
  const most = Math.max(...scores);
  const powers = scores.map((v) => Math.max(0, exp.at(v - most)));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((v) => v / sum);
}

/**
 * What a network says of pixels: its scores, their shares of 1, and which two digits are first.
 * @param {Layer[]} layers
 * @param {Float64Array} pixels
 * @param {Set<number>} off
 * @param {Lookup} exp
 * @returns {import("./layers.js").Reading}
 */
export function reading(layers, pixels, off, exp) {
  const { hidden, scores } = forward(layers, pixels, off);
  const p = shares(scores, exp);
  const [first, second] = Array.from(p, (_, k) => k).toSorted((a, b) => p[b] - p[a]);
  return { hidden, scores, shares: p, first, second };
}

/** The standard deviation. */
function deviation(/** @type {Float64Array} */ values) {
  const mean = values.reduce((a, b) => a + b) / values.length;
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
}
