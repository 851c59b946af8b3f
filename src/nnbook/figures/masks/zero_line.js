// Where a map of numbers is zero.

/**
 * A path where it crosses zero: straight pieces, one or two in each square of four pixels.
 * @param {ArrayLike<number>} v row by row
 * @param {number} side
 * @param {(column: number) => number} x
 * @param {(row: number) => number} y
 */
export function zeroLine(v, side, x, y) {
  let d = "";
  for (let i = 0; i < (side - 1) ** 2; i++) {
    const [r, c] = [Math.floor(i / (side - 1)), i % (side - 1)];
    const corners = [[r, c], [r, c + 1], [r + 1, c + 1], [r + 1, c]];
    const cuts = corners.flatMap(([r1, c1], k) => {
      const [r2, c2] = corners[(k + 1) % 4];
      const [one, two] = [v[r1 * side + c1], v[r2 * side + c2]];
      if (one < 0 === two < 0) return [];
      const t = one / (one - two);
      return [`${x(c1 + t * (c2 - c1)).toFixed(1)} ${y(r1 + t * (r2 - r1)).toFixed(1)}`];
    });
    for (let k = 0; k + 1 < cuts.length; k += 2) d += `M${cuts[k]}L${cuts[k + 1]}`;
  }
  return d;
}
