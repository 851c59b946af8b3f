// Draws the error E through a window of width 3h around a weight, and below it how far the slope
// found by nudging is from the gradient, over h: all looked up in Python's tables.
import {
  add, array, axes, clamp, clipped, figure, fmt, ghost, handle, polyline, power, scale, science,
} from "../kit/kit.js";

/**
 * @typedef {{ k: number, weight: number, precision: string, rule: string, gradient: string }} Settings
 * @typedef {{ claims: Record<string, number[]>, near: Packed, errors: Packed,
 *   constants: { nudges: number[], floor: number } }} Data
 */

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read, knob } = stage;
  const near = array(get("near"));
  const errors = array(get("errors"));
  const claims = get("claims");
  const { nudges, floor } = get("constants"); // nudges in units of h
  const [below, here, above] = [-1, 0, 1].map((v) => nudges.indexOf(v));
  const dtypes = get("controls").precision.order;
  const middle = 24 + (height - 160) * 0.42;
  const s = scale([nudges[0], nudges[nudges.length - 1]], [46, width - 12]);
  const top = scale([-2.2, 2.2], [middle, 24]);
  axes(svg, s, top, { xName: "", yName: "change of E (the gradient predicts ±1)",
    xTicks: [[-1, "w − h"], [0, "w"], [1, "w + h"]], yTicks: [-2, -1, 0, 1, 2] });
  const window = clipped(svg, s, top);
  const claim = add(window, "path", { class: "nn-line nn-orange nn-dashed" });
  const secant = add(window, "path", { class: "nn-line nn-blue" });
  const path = add(window, "path", { class: "nn-line nn-muted" });
  const dots = Array.from({ length: near.shape[3] }, () => add(window, "circle", { r: 2.6, class: "nn-fill-blue" }));
  const rings = [below, here, above].map(() => add(window, "circle", { r: 6, class: "nn-ring" }));

  const x = scale([knob("k").min, knob("k").max], [46, width - 12]);
  const y = scale([-13, 1], [height - 46, middle + 62]);
  axes(svg, x, y, { xName: "h = 10ᵏ", yName: "difference from the gradient",
    xTicks: [-10, -8, -6, -4, -2, 0].map((k) => [k, power(k)]), yTicks: [-12, -8, -4, 0].map((k) => [k, power(k)]) });
  const inside = clipped(svg, x, y);
  const curves = ["nn-blue", "nn-orange nn-dashed"].map((kind) => add(inside, "path", { class: `nn-line ${kind}` }));
  const names = dtypes.map((name, p) => add(svg, "text", { class: `nn-halo nn-end nn-fill-${p ? "orange" : "blue"}`,
    "aria-hidden": "true" }, name));
  const guess = ghost(stage, x, y);
  const moveH = handle(stage, { label: "size of the nudge h", across: knob("k"),
    drag: (px) => knob("k").set(x.invert(px)) });

  return () => {
    const [exponent, weight, precision, rule, gradient] = read("k", "weight", "precision", "rule", "gradient");
    const k = weight - 1;
    const p = dtypes.indexOf(precision);
    const side = rule === "central" ? 0 : 1;
    const i = knob("k").index();
    const [right, claimed] = [claims.right[k], claims[gradient][k]];
    const unit = Math.abs(right);
    /** The difference that numbers of precision q show at the j-th nudge. */
    const off = (/** @type {number} */ q, /** @type {number} */ j) => errors.at(k, q, side, j) + (right - claimed);
    const log = (/** @type {number} */ v) => Math.log10(Math.max(Math.abs(v), 10 ** floor));
    const estimate = right + errors.at(k, p, side, i);

    const curve = near.part(k, p, i);
    const points = Array.from(curve, (v, j) => /** @type {Point} */ ([s(nudges[j]), top(v)]));
    path.setAttribute("d", polyline(points));
    points.forEach(([px, py], j) => {
      dots[j].setAttribute("cx", px);
      dots[j].setAttribute("cy", py);
    });
    const line = (/** @type {number} */ slope, /** @type {number} */ from) =>
      polyline(s.domain.map((u) => [s(u), top(from + (slope / unit) * u)]));
    claim.setAttribute("d", line(claimed, 0));
    // The line goes through the points that are compared; for w − h and w + h it need not meet w.
    secant.setAttribute("d", line(estimate, side ? 0 : (curve[below] + curve[above]) / 2));
    [below, here, above].forEach((j, n) => {
      const used = side ? n > 0 : n !== 1;
      rings[n].toggleAttribute("hidden", !used);
      rings[n].setAttribute("cx", points[j][0]);
      rings[n].setAttribute("cy", points[j][1]);
    });
    // The V comes to light on the way down: a guess is not given away.
    const exponents = Array.from({ length: errors.shape[3] }, (_, j) => knob("k").min + j * knob("k").step);
    curves.forEach((c, q) => {
      const all = exponents.map((e, j) => /** @type {Point} */ ([x(e), y(log(off(q, j)))]));
      c.setAttribute("d", polyline(all.filter(([px]) => get("shown") || px >= x(exponent) - 1)));
    });
    names.forEach((name, q) => {
      // At the right, where the two curves are one, each has its own row.
      name.setAttribute("x", x(-0.2));
      name.setAttribute("y", y(-13) - 10 - 17 * q);
      name.classList.toggle("nn-strong", q === p);
    });
    guess();
    const [low, high] = [y.range[0], y.range[1]];
    const py = y(log(off(p, i)));
    const words = `h is 10 to the power ${fmt(exponent, 1)}, the difference ${science(off(p, i))}`;
    moveH(x(exponent), clamp(py, high, low), py > low ? `${words}, below the picture` : words);
    moveH.g.classList.toggle("nn-off", py > low || py < high);

    const wrong = gradient !== "right" && Math.abs(right - claimed) > 0;
    // How far E is from the straight line with its slope, somewhere in the window.
    const bend = Math.max(...nudges.map((u, j) => Math.abs(curve[j] - Math.sign(right) * u)));
    const why = exponent > -3 ? `E is ${bend > 0.2 ? "clearly" : "slightly"} curved here.` :
      Math.abs(errors.at(k, p, side, i)) > 0.01 * unit ? "Here one sees rounding, and little else." :
        "E looks straight here.";
    return {
      out: { estimate: fmt(estimate, 9), claimed: fmt(claimed, 9), error: science(Math.abs(off(p, i))) },
      say: `With k = ${fmt(exponent, 1)}, nudging gives ${fmt(estimate, 4)} and backward ${fmt(claimed, 4)}. ${why}${
        wrong ? " No h brings the two together." : ""}`,
      rows: exponents.flatMap((e, j) => (e % 1 ? [] : [[fmt(e, 0),
        ...[0, 1].flatMap((q) => [right + errors.at(k, q, side, j), log(off(q, j))])]])),
    };
  };
});
