// Draws z = f(w·x + b) over x, the point that the reader drags along it, and the slope there.
import { add, axes, clipped, figure, fmt, ghost, handle, mapped, polyline, scale, table } from "../kit/kit.js";
import { typed } from "./typed.js";

/**
 * @typedef {{ f: string, w: number, b: number, x: number, printed: boolean }} Settings
 * @typedef {{ tables: Record<string, { f: Sampled, slope: Sampled }> }} Data
 */

export default figure((/** @type {Stage<Settings, Data, ReturnType<typeof typed>>} */ stage) => {
  const { svg, width, height, get, read, knob, live } = stage;
  const { min, max } = knob("x");
  const x = scale([min, max], [40, width - 14]);
  const y = scale([-2, 4], [height - 46, 28]);
  axes(svg, x, y, { xName: "input x", yName: "output z" });
  const inside = clipped(svg, x, y);
  const curve = add(inside, "path", { class: "nn-line nn-blue" });
  const printed = add(inside, "path", { class: "nn-line nn-purple nn-dashed" });
  const tangent = add(inside, "path", { class: "nn-line nn-orange nn-dashed" });
  const drop = add(inside, "path", { class: "nn-drop" });
  const guess = ghost(stage, x, y);
  const moveX = handle(stage, {
    label: "input x", across: knob("x"), drag: (px) => knob("x").set(x.invert(px)),
  });
  const tables = mapped(get("tables"), ({ f, slope }) => ({ f: table(f), slope: table(slope) }));

  return () => {
    const [name, w, b, x0] = read("f", "w", "b", "x");
    const { f, slope } = (name === "own" && live?.tables()) || tables[name] || tables.relu;
    const at = (/** @type {number} */ v) => {
      const a = w * v + b;
      return { a, z: f.at(a), slope: w * slope.at(a) };
    };
    /**
     * The table's own points, seen through a = w·x + b: kinks stay sharp.
     * @returns {Point[]}
     */
    const graph = (/** @type {Lookup} */ of) => {
      if (w === 0) return x.domain.map((v) => [v, of.at(b)]);
      const [low, high] = x.domain.map((v) => w * v + b).toSorted((p, q) => p - q);
      return of.points(low, high).map(([a, z]) => [(a - b) / w, z]);
    };
    const draw = (/** @type {Point[]} */ points) => polyline(points.map(([u, v]) => [x(u), y(v)]));
    const here = at(x0);
    const [px, py] = [x(x0), y(here.z)];
    const [top, bottom] = [y.range[1], y.range[0]];
    const off = py < top || py > bottom;
    const reach = 1.2 / Math.hypot(1, here.slope);
    curve.setAttribute("d", draw(graph(f)));
    const overlay = get("printed") && name === "gelu";
    printed.setAttribute("d", overlay ? draw(graph(tables.printed.f)) : "");
    tangent.setAttribute("d", draw([-reach, reach].map((d) => [x0 + d, here.z + d * here.slope])));
    drop.setAttribute("d", `M${px} ${y(0)}V${py}`);
    guess();
    const words = `x = ${fmt(x0, 1)}, output ${fmt(here.z)}`;
    moveX(px, Math.min(bottom, Math.max(top, py)), off ? `${words}, outside the picture` : words);
    moveX.g.classList.toggle("nn-off", off);

    const zero = w === 0 ? "w is 0: the output is the same for every x." :
      `w·x + b is 0 at x = ${fmt(-b / w)}.`;
    return {
      out: {
        a: `${fmt(w, 1)} × ${fmt(x0, 1)} ${b < 0 ? "−" : "+"} ${fmt(Math.abs(b), 1)} = ${fmt(here.a)}`,
        z: fmt(here.z, 3),
        slope: fmt(here.slope, 3),
      },
      say: `${zero} At x = ${fmt(x0, 1)} the output is ${fmt(here.z)}, and the slope ${fmt(here.slope)}.`,
      rows: Array.from({ length: max - min + 1 }, (_, i) => {
        const { a, z, slope: dz } = at(min + i);
        return [min + i, a, z, dz];
      }),
    };
  };
}, typed);
