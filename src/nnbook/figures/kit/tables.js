// What Python computed, as the browser reads it. No neural-network mathematics: functions are looked up.

/**
 * A function that Python sampled (float32: all x, then all y). Between two points it is straight;
 * outside, its last segments go on; two points with one x are a jump, whose left value counts.
 * @param {Sampled} bytes
 * @returns {Lookup}
 */
export function table(bytes) {
  const { buffer, byteOffset, byteLength } = bytes;
  const numbers = new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
  const n = numbers.length / 2;
  const xs = numbers.subarray(0, n);
  const ys = numbers.subarray(n);
  const at = (/** @type {number} */ v) => {
    let low = 0;
    let high = n - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (xs[middle] < v) low = middle;
      else high = middle;
    }
    const slope = (ys[high] - ys[low]) / (xs[high] - xs[low]);
    return ys[low] + slope * (v - xs[low]);
  };
  return {
    at,
    points(low, high) {
      const all = Array.from(xs, (x, i) => /** @type {Point} */ ([x, ys[i]]));
      return [[low, at(low)], ...all.filter(([x]) => x > low && x < high), [high, at(high)]];
    },
  };
}

/**
 * An array that Python packed: `at(i, j)` is a number, `part(i)` a row, `values` all in a row.
 * @param {Packed} packed
 * @returns {Unpacked}
 */
export function array({ shape, dtype, scale: step, data }) {
  const kinds = { f4: Float32Array, i2: Int16Array, u1: Uint8Array };
  const { buffer, byteOffset, byteLength } = data;
  const raw = new kinds[dtype](buffer.slice(byteOffset, byteOffset + byteLength));
  const values = new Float64Array(raw);
  for (let k = 0; k < raw.length; k++) values[k] = dtype === "i2" && raw[k] === -32768 ? NaN : raw[k] * step;
  const place = (/** @type {number[]} */ index) => index.reduce((n, i, k) => n * shape[k] + i, 0);
  return {
    shape,
    values,
    at: (...index) => values[place(index)],
    part(...index) {
      const size = shape.slice(index.length).reduce((n, d) => n * d, 1);
      return values.subarray(place(index) * size, (place(index) + 1) * size);
    },
  };
}
