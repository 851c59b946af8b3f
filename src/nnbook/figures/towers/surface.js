// The outputs of the networks that compute.py builds, at all points: affine maps, a table, a maximum.

const FINE = 128; // points of the table for one unit
const FAR = 16; // where a sigmoid has its ends

/**
 * Returns `outputs(step, f, width)`: of the single tower's step, or of many corners.
 * @param {number[]} at the points, along each input
 * @param {Point} walls of the single tower
 * @param {(a: number) => number} sigmoid
 */
export function surface(at, walls, sigmoid) {
  const side = at.length;
  const values = Float64Array.from({ length: 2 * FAR * FINE + 2 }, (_, i) => sigmoid(i / FINE - FAR));
  const bent = (/** @type {number} */ a) => {
    const place = Math.min(2 * FAR * FINE, Math.max(0, (a + FAR) * FINE));
    const i = Math.floor(place);
    return values[i] + (place - i) * (values[i + 1] - values[i]);
  };
  /**
   * @param {number | { many: number, change: Unpacked }} what
   * @param {string} f
   * @param {number} width of a wall, by the tower's
   */
  return (what, f, width) => {
    const smooth = f === "sigmoid";
    /** From 0 to 1 at t: a sigmoid, or the difference of two ReLUs. */
    const climb = (/** @type {number} */ t, /** @type {number} */ wide) => at.map((x) => (smooth ?
      bent((4 * (x - t)) / wide) : Math.min(1, Math.max(0, (x - t) / wide + 0.5))));
    const corner = (/** @type {number} */ sum) => (smooth ? bent((4 * (sum - 1.5)) / width) : Math.max(0, sum - 1));
    const each = smooth ? 1 : 2; // neurons that climb once
    const out = new Float64Array(side * side);
    const put = (/** @type {(k: number, i: number) => number} */ z) => {
      for (let i = 0; i < side; i++) for (let k = 0; k < side; k++) out[i * side + k] += z(k, i);
    };
    if (typeof what === "number") {
      const [one, two] = walls.map((t) => climb(t, width * (walls[1] - walls[0])));
      if (what === 0) put((k) => one[k]);
      if (what === 1) put((k, i) => one[k] + one[i]);
      if (what >= 2) put((k, i) => corner(one[k] + one[i]));
      if (what === 3) {
        put((k, i) => corner(two[k] + two[i]) - corner(one[k] + two[i]) - corner(two[k] + one[i]));
      }
      return { out, neurons: [each, 2 * each, 2 * each + 1, 4 * each + 4][what] };
    }
    const { many, change } = what;
    const apart = (at[side - 1] - at[0]) / many;
    const up = [at.map(() => 1), ...Array.from({ length: many }, (_, j) =>
      climb(at[0] + apart * (j + 0.5), width * apart))]; // the first is up everywhere
    put(() => change.at(0, 0));
    up.forEach((one, p) => up.forEach((two, q) => {
      const by = change.at(p, q);
      if (p + q) put((k, i) => by * corner(one[k] + two[i]));
    }));
    return { out, neurons: 2 * many * each + (many + 1) ** 2 - 1 };
  };
}
