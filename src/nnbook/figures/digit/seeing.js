// A drawing as ink, and what a network sees of it. compute.py has the same rules.

/**
 * @typedef {{ pen: number, faint: number, smallest: number, letters: string }} Square
 * @typedef {{ side: number, fill: number }} Seen
 */

/** Is it one of the stored, and none that was drawn? */
export const isStored = (/** @type {string} */ drawing) => /^[0-9]/.test(drawing);

/**
 * The strokes of a drawing: two letters a point.
 * @param {string} drawing
 * @param {string} letters
 */
export function strokes(drawing, letters) {
  const all = isStored(drawing) ? [] : drawing.split(".").filter(Boolean);
  return all.map((text) => Array.from({ length: text.length / 2 }, (_, k) =>
    /** @type {Point} */ ([letters.indexOf(text[2 * k]), letters.indexOf(text[2 * k + 1])])));
}

/**
 * The ink of a drawing, from 0 to 1 in each cell, row by row.
 * @param {string} drawing
 * @param {(k: number) => Float64Array} image of one of the stored
 * @param {Square} square
 */
export function inked(drawing, image, { pen, letters }) {
  const side = letters.length;
  if (isStored(drawing)) return enlarged(image(Number(drawing)), side);
  const paper = new Float64Array(side * side);
  for (const points of strokes(drawing, letters)) {
    const ends = points.length > 1 ? points.slice(1) : points;
    ends.forEach((end, k) => draw(paper, side, pen, points[k], end));
  }
  return paper;
}

/**
 * A picture of half as many pixels a side.
 * @param {Float64Array} image
 * @param {number} side
 */
function enlarged(image, side) {
  const paper = new Float64Array(side * side);
  let place = 0;
  for (let row = 0; row < side; row++) { // plain loops: a hundred are enlarged before the first is shown
    for (let column = 0; column < side; column++) paper[place++] = image[(row >> 1) * (side / 2) + (column >> 1)];
  }
  return paper;
}

/**
 * The pen's way from one cell to another.
 * @param {Float64Array} paper
 * @param {number} side
 * @param {number} pen
 * @param {Point} start
 * @param {Point} end
 */
function draw(paper, side, pen, [x, y], [u, v]) {
  const [dx, dy] = [u - x, v - y];
  const square = Math.max(dx * dx + dy * dy, 1e-9);
  const rim = Math.ceil(pen + 1);
  const from = Math.max(0, Math.min(x, u) - rim);
  const to = Math.min(side - 1, Math.max(x, u) + rim);
  const last = Math.min(side - 1, Math.max(y, v) + rim);
  for (let row = Math.max(0, Math.min(y, v) - rim); row <= last; row++) {
    for (let column = from; column <= to; column++) {
      const part = Math.min(1, Math.max(0, ((column - x) * dx + (row - y) * dy) / square));
      const off = Math.sqrt((column - x - part * dx) ** 2 + (row - y - part * dy) ** 2);
      const ink = Math.min(1, Math.max(0, pen + 0.5 - off));
      paper[row * side + column] = Math.max(paper[row * side + column], ink);
    }
  }
}

/**
 * The pixels that a network gets: the longer side of the ink is scaled to `fill` of them, the center of its mass
 * comes to the middle, a pixel is the mean ink under it.
 * @param {Float64Array} ink
 * @param {Seen} seen
 * @param {Square} square
 */
export function prepared(ink, { side, fill }, { faint, smallest, letters }) {
  const n = letters.length;
  const [down, across] = [profile(ink, n, n, 1, faint), profile(ink, n, 1, n, faint)];
  const pixel = Math.max(down.length, across.length, smallest) / fill;
  const [rows, columns] = [down, across].map(({ center }) => overlaps(center, pixel, side, n));
  const half = new Float64Array(side * n); // mean over the rows, still all columns
  rows.forEach((parts, u) => parts.forEach(([row, part]) => {
    for (let column = 0; column < n; column++) half[u * n + column] += part * ink[row * n + column];
  }));
  return Float64Array.from({ length: side * side }, (_, i) =>
    columns[i % side].reduce((sum, [column, part]) => sum + part * half[Math.floor(i / side) * n + column], 0));
}

/**
 * From the first to the last line with ink, how many; and the center of the ink's mass.
 * @param {Float64Array} ink
 * @param {number} n
 * @param {number} step from one line to the next
 * @param {number} along from one cell of a line to the next
 * @param {number} faint
 */
function profile(ink, n, step, along, faint) {
  let [first, last, mass, moment] = [0, n - 1, 0, 0];
  let found = false;
  for (let line = 0; line < n; line++) {
    let most = 0;
    for (let k = 0; k < n; k++) {
      const v = ink[line * step + k * along];
      most = Math.max(most, v);
      mass += v;
      moment += v * (line + 0.5);
    }
    if (most < faint) continue;
    if (!found) first = line;
    found = true;
    last = line;
  }
  return { length: last - first + 1, center: moment / Math.max(mass, 1e-9) };
}

/**
 * Which cells lie under each pixel, and what part of the pixel each covers.
 * @param {number} center
 * @param {number} pixel
 * @param {number} side
 * @param {number} n
 */
function overlaps(center, pixel, side, n) {
  return Array.from({ length: side }, (_, u) => {
    const low = center + pixel * (u - side / 2);
    const high = center + pixel * (u + 1 - side / 2);
    /** @type {Point[]} */
    const parts = [];
    for (let cell = Math.max(0, Math.floor(low)); cell < Math.min(n, Math.ceil(high)); cell++) {
      parts.push([cell, (Math.min(high, cell + 1) - Math.max(low, cell)) / pixel]);
    }
    return parts;
  });
}
