// Where the parts of the figure stand: the square, what is seen, the neurons, the ten answers.

/**
 * @typedef {import("./cells.js").Box} Box
 * @typedef {{ x: number, y: number, width: number, height: number }} Rect
 * @typedef {import("./layers.js").Places & { sheet: Box, seen: Box, weights: Box, hidden: Point, which?: Point,
 *   digits: Rect[], clear: Rect, off: Rect }} Layout
 */

/**
 * @param {number} width
 * @param {number} height
 */
export const layout = (width, height) => (height > width ? upright(width, height) : sideways(width, height));

/**
 * From left to right: the square, what is seen, two columns of neurons, lying bars.
 * @param {number} width
 * @param {number} height
 * @returns {Layout}
 */
function sideways(width, height) {
  const top = 26;
  const size = Math.min(0.345 * width, height - top - 68);
  const small = Math.min(0.155 * width, (height - top - 72) / 2);
  const x = size + 0.035 * width;
  const step = (height - 36) / 16;
  const r = Math.min(8, step / 2 - 1.5);
  const first = x + small + 0.075 * width + r;
  const bar = first + 3 * r + 8 + 0.135 * width;
  const row = (height - 36) / 10;
  const key5 = (size + 4) / 5;
  const under = top + size + 8;
  return {
    sheet: { x: 0, y: top, size },
    digits: Array.from({ length: 10 }, (_, k) => ({
      x: (k % 5) * key5, y: under + 28 * Math.floor(k / 5), width: key5 - 4, height: 24,
    })),
    clear: { x: size - 50, y: 0, width: 50, height: 24 },
    seen: { x, y: top, size: small },
    weights: { x, y: top + small + 26, size: small },
    off: { x, y: top + 2 * small + 32, width: Math.max(56, small), height: 24 },
    from: [x + small + 4, top + small / 2],
    neurons: Array.from({ length: 32 }, (_, j) =>
      [first + (j % 2) * (2 * r + 8), 8 + step * (Math.floor(j / 2) + 0.5)]),
    r,
    hidden: [first + r + 4, height - 8],
    tall: false,
    bars: Array.from({ length: 10 }, (_, k) => [bar, 8 + row * (k + 0.5)]),
    reach: Math.max(12, width - bar - 44),
    thick: Math.min(15, row - 6),
    which: [bar + (width - bar - 44) / 2, height - 8],
  };
}

/**
 * From above to below, for phones: the square beside what is seen, two rows of neurons, standing bars.
 * @param {number} width
 * @param {number} height
 * @returns {Layout}
 */
function upright(width, height) {
  const key10 = (width + 4) / 10;
  const top = 58;
  const size = Math.min(0.46 * width, 0.37 * height);
  const small = 0.22 * width;
  const x = size + 0.05 * width;
  const right = width - small;
  const step = width / 16;
  const r = Math.min(7.5, step / 2 - 1.5);
  const row = top + size + 22;
  const below = height - 22;
  return {
    digits: Array.from({ length: 10 }, (_, k) => ({ x: k * key10, y: 2, width: key10 - 4, height: 26 })),
    sheet: { x: 0, y: top, size },
    clear: { x: size - 50, y: top - 26, width: 50, height: 24 },
    seen: { x, y: top, size: small },
    weights: { x: right, y: top, size: small },
    off: { x: right, y: top + small + 6, width: small, height: 26 },
    from: [x + small / 2, top + small + 4],
    neurons: Array.from({ length: 32 }, (_, j) => [step * (Math.floor(j / 2) + 0.5), row + (j % 2) * (2 * r + 5)]),
    r,
    hidden: [width - 36, row - 14],
    tall: true,
    bars: Array.from({ length: 10 }, (_, k) => [(width / 10) * (k + 0.5), below]),
    reach: Math.max(12, below - row - 4 * r - 44),
    thick: Math.min(18, width / 10 - 8),
  };
}
