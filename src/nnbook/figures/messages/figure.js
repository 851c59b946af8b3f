// Draws the 4-2-1 network upright: numbers go up on the left of a unit, messages come down on its
// right, each weight stands on its connection. Every number comes from Python; products are text.
import { SUB, add, array, figure, mapped, polyline, uid } from "../kit/kit.js";
import { history } from "./history.js";
import { account, code, short, table } from "./words.js";
import { box, foot, text, weightBox } from "../kit/network421.js";

/**
 * @typedef {{ step: number, f: string, weight: number, batch: string, updates: number, slide: boolean }} Settings
 * @typedef {{ data: Record<string, Packed>, given: { x: number[][], y: number[], lr: number },
 *   constants: { lines: string[], batches: Record<string, number[]> } }} Data
 */

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read, set, signal } = stage;
  const numbers = mapped(get("data"), array);
  const { x, y, lr } = get("given");
  const { f: { options: names, order }, batch: { order: picks }, updates: { max: most } } = get("controls");
  const { lines: steps, batches } = get("constants");
  /** One or two lines of text (A, B) around a height: `put(lines, now)`. */
  const lines = (/** @type {number} */ px, /** @type {number} */ py, /** @type {string} */ kind) => {
    const two = [text(svg, px, py, kind), text(svg, px, py, kind)];
    return (/** @type {string[]} */ words, now = false) => two.forEach((t, n) => {
      t.textContent = words[n] ?? "";
      t.setAttribute("y", py + (words.length === 1 ? 5 : n ? 12 : -4));
      t.classList.toggle("nn-strong", now);
    });
  };
  const heads = ["blue", "orange"].map((color) => {
    const id = uid();
    const marker = add(svg, "marker", { id, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8,
      markerHeight: 8, markerUnits: "userSpaceOnUse", orient: "auto-start-reverse" });
    add(marker, "path", { d: "M0 0L8 4L0 8Z", class: `nn-fill-${color}` });
    return `url(#${id})`;
  });
  /** A connection, from below to above: `light(now)`, which is up or down or neither. */
  const edge = (/** @type {Point[]} */ points) => {
    const path = add(svg, "path", { d: polyline(points), "aria-hidden": "true" });
    const looks = { up: "nn-blue nn-lit", down: "nn-orange nn-dashed", none: "nn-muted nn-faint" };
    return (/** @type {"up" | "down" | "none"} */ way) => {
      path.setAttribute("class", `nn-line ${looks[way]}`);
      path.setAttribute("marker-end", way === "up" ? heads[0] : "");
      path.setAttribute("marker-start", way === "down" ? heads[1] : "");
    };
  };

  // From top to bottom; what is left of the height goes between.
  const rest = Math.max(0, height - 424);
  const top = 4;
  const [chipW, chipH] = [Math.min(54, width / 8 - 3), 46];
  const upper = top + 40 + 12 + rest * 0.14;
  const unitTop = upper + chipH + 12 + rest * 0.14;
  const lower = unitTop + 92 + 24 + rest * 0.48;
  const inputTop = lower + chipH + 24 + rest * 0.14;
  /**
   * A weight with its gradient, to be chosen: `write(w, d, chosen)`.
   * @param {number} i
   * @param {number} cx
   * @param {number} chipTop
   */
  const chip = (i, cx, chipTop) => {
    const place = { cx, y: chipTop, width: chipW, height: chipH };
    const { g, frame, values: [value, gradient] } = weightBox(svg, i, { ...place, rows: 2 });
    g.classList.add("nn-pick");
    gradient.classList.add("nn-fill-orange");
    g.addEventListener("click", () => set({ weight: i + 1 }), { signal });
    return (/** @type {number} */ w, /** @type {number | null} */ d, /** @type {boolean} */ mine) => {
      value.textContent = short(w);
      gradient.textContent = d === null ? "" : short(d);
      frame.classList.toggle("nn-chosen", mine);
    };
  };

  // The output, and beside it the error.
  const mid = width / 2;
  const outW = Math.min(132, width * 0.43);
  const outBox = box(svg, mid - outW / 2, top, outW, 40);
  const outUp = lines(mid - outW / 2 + 8, top + 20, "nn-fill-blue");
  const outDown = lines(mid + outW / 2 - 8, top + 20, "nn-end nn-fill-orange");
  const target = lines(4, top + 20, "nn-small nn-soft");
  const errors = history(svg, [width - 4, top], Math.min(110, mid - outW / 2 - 12), most);

  const units = [0, 1].map((j) => {
    const cx = width * (j ? 0.75 : 0.25);
    const wide = Math.min(176, width / 2 - 8);
    const left = cx - wide / 2;
    const chipX = mid + (j ? 1 : -1) * width * 0.14;
    const edges = [edge([[cx, unitTop], [chipX, upper + chipH]]),
      edge([[chipX, upper], [mid + (j ? 22 : -22), top + 40]])];
    const frame = box(svg, left, unitTop, wide, 92);
    for (const high of [37, 55]) {
      add(svg, "path", { d: `M${left} ${unitTop + high}h${wide}`, class: "nn-grid", "aria-hidden": "true" });
    }
    const at = (/** @type {number} */ dx, /** @type {number} */ dy, /** @type {string} */ kind) =>
      lines(left + (dx < 0 ? wide + dx : dx), unitTop + dy, kind);
    return {
      cx, wide, frame, edges, chip: chip(8 + j, chipX, upper),
      z: at(8, 18, "nn-fill-blue"), gz: at(-8, 18, "nn-end nn-fill-orange"),
      bend: text(svg, left + 8, unitTop + 50, "nn-small nn-soft"),
      slope: text(svg, left + wide - 8, unitTop + 50, "nn-small nn-end nn-fill-orange"),
      a: at(8, 73, "nn-fill-blue"), ga: at(-8, 73, "nn-end nn-fill-orange"),
    };
  });
  const inputs = [0, 1, 2, 3].map((i) => {
    const cx = (i + 0.5) * (width / 4);
    const side = chipW / 2 + 0.5;
    const ways = [0, 1].map((j) => {
      const from = cx + (j ? side : -side);
      const port = units[j].cx + (i - 1.5) * (units[j].wide / 4.6);
      const edges = [edge([[cx + (j ? 12 : -12), inputTop], [from, lower + chipH]]),
        edge([[from, lower], [port, unitTop + 92]])];
      const path = text(svg, from, lower + chipH + 15, "nn-mid nn-small nn-halo nn-fill-orange");
      path.style.strokeWidth = "7px";
      return { edges, path, chip: chip(4 * j + i, from, lower) };
    });
    const frame = box(svg, cx - chipW - 1, inputTop, 2 * chipW + 2, 36);
    text(svg, cx - chipW + 4, inputTop + 52, "nn-small nn-soft", `x${SUB[i]}`);
    const up = lines(cx - chipW + 4, inputTop + 18, "nn-fill-blue");
    return { ways, frame, up, down: lines(cx + chipW - 4, inputTop + 18, "nn-end nn-fill-orange") };
  });
  const arithmetic = foot(svg, { width, height, tall: 62, pitch: 18, left: 7 }, ["", "", "nn-fill-purple"]);

  return () => {
    const [step, f, weight, batch, updates, slide] = read("step", "f", "weight", "batch", "updates", "slide");
    const who = batches[batch];
    const place = [order.indexOf(f), picks.indexOf(batch), Number(slide)];
    /**
     * Numbers of this name: of example n, or of all.
     * @param {string} key
     * @param {number} [n]
     */
    const of = (key, n) => numbers[key].part(...place, updates, ...(n === undefined ? [] : [n]));
    const two = who.length > 1;
    const tag = (/** @type {number} */ n) => (two ? `${"AB"[n]} ` : "");
    /** The words of each example, from a step on. */
    const each = (/** @type {number} */ from, /** @type {(n: number) => string} */ words) =>
      (step < from ? [] : who.map(words));
    const chosen = weight - 1;

    target(who.map((n) => `${tag(n)}y = ${short(y[n])}`));
    outUp(each(3, (n) => `ŷ ${short(of("y_hat", n)[0])}`), step === 3);
    outDown(each(5, (n) => short(of("g", n)[0])), step === 5);
    outBox.classList.toggle("nn-chosen", step === 3 || step === 5);
    const w = of("w");
    const grad = of("grad");
    units.forEach((unit, j) => {
      const value = (/** @type {string} */ key) => (/** @type {number} */ n) => short(of(key, n)[j]);
      unit.a(each(1, (n) => `${tag(n)}a${SUB[j]} ${value("a")(n)}`), step === 1);
      unit.z(each(2, (n) => `${tag(n)}z${SUB[j]} ${value("z")(n)}`), step === 2);
      unit.gz(each(7, value("gz")), step === 7);
      unit.ga(each(8, value("ga")), step === 8);
      unit.bend.textContent = f === "linear" ? "linear" : names[f];
      unit.slope.textContent = step < 8 ? "" : `× f′ ${who.map(value("slope")).join(", ")}`;
      const dead = step >= 2 && who.every((n) => of("slope", n)[j] === 0);
      unit.frame.classList.toggle("nn-dead", dead);
      if (dead) unit.bend.textContent += ": off";
      unit.chip(w[8 + j], step < 6 ? null : grad[8 + j], chosen === 8 + j);
      unit.edges[0](step === 3 ? "up" : step === 7 ? "down" : "none");
      unit.edges[1](step === 3 ? "up" : step === 6 || step === 7 ? "down" : "none");
      unit.frame.classList.toggle("nn-chosen", [1, 2, 7, 8].includes(step));
    });
    inputs.forEach((input, i) => {
      input.up(who.map((n) => short(x[n][i])));
      input.down(each(10, (n) => short(of("gx", n)[i])), step === 10);
      input.ways.forEach((way, j) => {
        const k = 4 * j + i;
        way.chip(w[k], step < 9 ? null : grad[k], chosen === k);
        way.edges[0](step === 1 ? "up" : step === 10 ? "down" : "none");
        way.edges[1](step === 1 ? "up" : step === 9 || step === 10 ? "down" : "none");
        way.path.textContent = step < 10 || two ? "" : short(of("path", who[0])[k]);
      });
    });
    const past = Array.from({ length: updates + 1 }, (_, t) => numbers.E.at(...place, t, 0));
    const all = Array.from(numbers.E.part(...place.slice(0, 2)));
    const rule = `w ${slide ? "+" : "−"} ${short(lr)} ∂E/∂w`;
    errors(past, all, slide, [step < 4 ? "E" : `E = ${short(past[updates])}`, rule]);

    const words = account({ step, chosen, who, of, x, y, w, f, names, updates });
    arithmetic(words.lines);
    const out = code({ who, of, tag, E: past[updates] });
    for (const key of steps.slice(step)) out[key] = "";
    return { out, current: steps[step - 1], say: words.say, rows: table({ who, of, E: past[updates] }) };
  };
});
