// Draws what a layer of two neurons makes of the plane: the grid, the points, the unit vectors.
import { add, array, arrow, axes, clipped, figure, fmt, handle, mapped, polyline, scale, table } from "../kit/kit.js";

const GRID = [-1.5, -1, -0.5, 0, 0.5, 1, 1.5];
const FINE = Array.from({ length: 31 }, (_, i) => i / 10 - 1.5);
const SAME = 1e-9; // nearer than that, two points are one
const UNITS = /** @type {const} */ ([["u1", "u2"], ["v1", "v2"]]); // the images of e₁ and e₂

/**
 * @typedef {{ u1: number, u2: number, v1: number, v2: number, b1: number, b2: number, f: string, t: number }} Settings
 * @typedef {{ points: { x: Packed, y: Packed }, tables: Record<string, Sampled>,
 *   constants: { corners: Point[] } }} Data
 */

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read, set, knob } = stage;
  const { corners } = get("constants");
  const side = Math.min(width - 52, height - 68);
  const x = scale([-3, 3], [42, 42 + side]);
  const y = scale([-3, 3], [22 + side, 22]);
  axes(svg, x, y, { xName: "z₁", yName: "z₂", xTicks: 6, yTicks: 6 });
  const inside = clipped(svg, x, y);
  const grid = [...GRID, ...GRID].map(() => add(inside, "path", { class: "nn-line nn-muted nn-thin" }));
  const all = array(get("points").x);
  const classes = array(get("points").y).values;
  const dots = Array.from(classes, (c) => (c > 0.5 ? add(inside, "circle", { r: 4.5, class: "nn-fill-orange" }) :
    add(inside, "rect", { width: 8, height: 8, class: "nn-square" })));
  const names = ["e₁", "e₂"];
  const arrows = names.map(() => arrow(inside));
  const texts = names.map((name) => add(inside, "text", { class: "nn-halo nn-label" }, name));
  const moves = UNITS.map(([one, two], k) => handle(stage, {
    label: `image of ${names[k]}`, across: knob(one), along: knob(two), shape: "nn-tip",
    drag: (px, py) => {
      const [b1, b2] = read("b1", "b2");
      set({ [one]: knob(one).snap(x.invert(px) - b1), [two]: knob(two).snap(y.invert(py) - b2) });
    },
  }));
  const shift = handle(stage, {
    label: "b, the image of the origin", across: knob("b1"), along: knob("b2"),
    drag: (px, py) => set({ b1: knob("b1").snap(x.invert(px)), b2: knob("b2").snap(y.invert(py)) }),
  });
  const tables = mapped(get("tables"), table);

  return () => {
    const [u1, u2, v1, v2, b1, b2, f, t] = read("u1", "u2", "v1", "v2", "b1", "b2", "f", "t");
    /** @returns {Point} */
    const linear = (/** @type {number} */ p, /** @type {number} */ q) => [u1 * p + v1 * q + b1, u2 * p + v2 * q + b2];
    const part = f === "relu" ? t : 1;
    const bend = (/** @type {number} */ a) => (1 - part) * a + part * tables[f].at(a);
    /** @returns {Point} */
    const output = (/** @type {number} */ p, /** @type {number} */ q) => {
      const [a1, a2] = linear(p, q);
      return [bend(a1), bend(a2)];
    };
    /** @returns {Point} */
    const pixel = (/** @type {Point} */ [p, q]) => [x(p), y(q)];
    GRID.forEach((c, k) => {
      grid[k].setAttribute("d", polyline(FINE.map((v) => pixel(output(c, v)))));
      grid[k + GRID.length].setAttribute("d", polyline(FINE.map((v) => pixel(output(v, c)))));
    });
    const seen = dots.map((dot, i) => {
      const z = output(all.at(i, 0), all.at(i, 1));
      const [px, py] = pixel(z);
      if (dot.tagName === "circle") {
        dot.setAttribute("cx", px);
        dot.setAttribute("cy", py);
      } else {
        dot.setAttribute("x", px - 4);
        dot.setAttribute("y", py - 4);
      }
      return z;
    });
    const from = pixel([b1, b2]);
    const unit = [linear(1, 0), linear(0, 1)];
    const words = (/** @type {Point} */ [p, q]) => `(${fmt(p, 1)}, ${fmt(q, 1)})`;
    unit.forEach((tip, k) => {
      const [px, py] = pixel(tip);
      arrows[k](from, [px, py]);
      texts[k].setAttribute("x", px + 10);
      texts[k].setAttribute("y", py - 8);
      moves[k](px, py, `${names[k]} goes to ${words(tip)}`);
    });
    shift(...from, `the origin goes to ${words([b1, b2])}`);
    const right = best(seen, classes);
    const bent = `${part < 1 ? `${fmt(100 * t, 0)} % of ` : ""}${get("controls").f.options[f]}`;
    const share = `${fmt((100 * right) / seen.length, 1)} %`;
    return {
      out: {
        W: `(${fmt(u1, 1)}, ${fmt(v1, 1)}; ${fmt(u2, 1)}, ${fmt(v2, 1)})`,
        b: words([b1, b2]),
        line: share,
      },
      say: `${f === "identity" ? "Without f" : `With ${bent}`}, ` +
        `the best straight line is right on ${share} of the points.`,
      rows: [...corners.map(([p, q]) => [`(${fmt(p, 0)}, ${fmt(q, 0)})`, ...linear(p, q), ...output(p, q)]),
        ["best line, in %", (100 * right) / seen.length, "", "", ""]],
    };
  };
});

/**
 * The most points that a straight line gets right. Points change places along its arrow only where it is at a right
 * angle to the line through two of them, so one direction between each two such, and every offset, are all.
 * @param {Point[]} points
 * @param {Float64Array} classes
 */
function best(points, classes) {
  const turns = [0];
  points.forEach(([p, q], i) => points.slice(0, i).forEach(([r, s]) => {
    if (Math.max(Math.abs(p - r), Math.abs(q - s)) > SAME) turns.push((Math.atan2(r - p, q - s) + Math.PI) % Math.PI);
  }));
  const sorted = [...turns, Math.PI].toSorted((a, b) => a - b);
  let most = 0;
  for (const angle of sorted.slice(1).map((turn, k) => (sorted[k] + turn) / 2)) {
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const along = points.map(([p, q], i) => [p * c + q * s, classes[i] > 0.5 ? -1 : 1]).toSorted((a, b) => a[0] - b[0]);
    let right = classes.reduce((n, one) => n + Number(one > 0.5), 0); // with all of them beyond the line
    along.forEach(([at, passed], i) => {
      if (!i || at - along[i - 1][0] > SAME) most = Math.max(most, right, points.length - right);
      right += passed;
    });
  }
  return most;
}
