// Draws the 4-2-1 network upright: numbers go up on the left of a unit, messages come down on its
// right, each weight stands on its connection. Every number comes from Python; products are text.
import { add, array, figure, fmt, logScale, polyline, scale, uid } from "./kit.js";

const SUB = ["₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉", "₁₀"];
const LINES = ["a", "z", "y_hat", "E", "g", "W2", "gz", "ga", "W1", "gx"];
const SLOTS = { a: [0], b: [1], both: [0, 1] };

/** As one writes it by hand: 0.5, −1, 14; ≈0 for what is small but not zero. */
function short(v) {
  const size = Math.abs(v);
  if (size > 0 && size < 0.005) return "≈0";
  const text = fmt(v, size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
const factor = (v) => (v < 0 ? `(${short(v)})` : short(v));
const vector = (values) => `(${Array.from(values, short).join(", ")})`;

export default figure(({ svg, width, height, get, set, knob, signal }) => {
  const numbers = Object.fromEntries(Object.entries(get("data")).map(([key, v]) => [key, array(v)]));
  const { x, y, lr } = get("given");
  const { options: names, order } = get("controls").f;
  const text = (px, py, kind) => add(svg, "text", { x: px, y: py, class: kind, "aria-hidden": "true" });
  /** One or two lines of text (A, B) around a height: `put(lines, now)`. */
  const lines = (px, py, kind) => {
    const two = [text(px, py, kind), text(px, py, kind)];
    return (words, now = false) => two.forEach((t, n) => {
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
  /** A connection, from below to above: `lit("up" | "down" | "")`. */
  const edge = (points) => {
    const path = add(svg, "path", { d: polyline(points), "aria-hidden": "true" });
    return (way) => {
      path.setAttribute("class", `nn-line ${{ up: "nn-blue nn-lit", down: "nn-orange nn-dashed" }[way] ?? "nn-muted nn-faint"}`);
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
  const box = (left, high, wide, tall) => add(svg, "rect", { x: left, y: high, width: wide, height: tall,
    rx: 6, class: "nn-box", "aria-hidden": "true" });
  const chip = (i, cx, high) => {
    const g = add(svg, "g", { class: "nn-pick", "aria-hidden": "true" });
    const frame = add(g, "rect", { x: cx - chipW / 2, y: high, width: chipW, height: chipH, rx: 5, class: "nn-box" });
    const row = (k, kind) => add(g, "text", { x: cx, y: high + 13 + 14 * k, class: `nn-mid nn-small ${kind}` });
    row(0, "nn-soft").textContent = `w${SUB[i]}`;
    const [value, gradient] = [row(1, ""), row(2, "nn-fill-orange")];
    g.addEventListener("click", () => set({ weight: i + 1 }), { signal });
    return (w, d, mine) => {
      value.textContent = short(w);
      gradient.textContent = d === null ? "" : short(d);
      frame.classList.toggle("nn-chosen", mine);
    };
  };

  // The output, and beside it the error.
  const mid = width / 2;
  const outW = Math.min(132, width * 0.43);
  const outBox = box(mid - outW / 2, top, outW, 40);
  const outUp = lines(mid - outW / 2 + 8, top + 20, "nn-fill-blue");
  const outDown = lines(mid + outW / 2 - 8, top + 20, "nn-end nn-fill-orange");
  const target = lines(4, top + 20, "nn-small nn-soft");
  const errors = history(svg, text, [width - 4, top], Math.min(110, mid - outW / 2 - 12));

  const units = [0, 1].map((j) => {
    const cx = width * (j ? 0.75 : 0.25);
    const wide = Math.min(176, width / 2 - 8);
    const left = cx - wide / 2;
    const chipX = mid + (j ? 1 : -1) * width * 0.14;
    const edges = [edge([[cx, unitTop], [chipX, upper + chipH]]),
      edge([[chipX, upper], [mid + (j ? 22 : -22), top + 40]])];
    const frame = box(left, unitTop, wide, 92);
    for (const high of [37, 55]) {
      add(svg, "path", { d: `M${left} ${unitTop + high}h${wide}`, class: "nn-grid", "aria-hidden": "true" });
    }
    const at = (dx, dy, kind) => lines(left + (dx < 0 ? wide + dx : dx), unitTop + dy, kind);
    return {
      cx, wide, frame, edges, chip: chip(8 + j, chipX, upper),
      z: at(8, 18, "nn-fill-blue"), gz: at(-8, 18, "nn-end nn-fill-orange"),
      bend: text(left + 8, unitTop + 50, "nn-small nn-soft"),
      slope: text(left + wide - 8, unitTop + 50, "nn-small nn-end nn-fill-orange"),
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
      const path = text(from, lower + chipH + 15, "nn-mid nn-small nn-halo nn-fill-orange");
      path.style.strokeWidth = "7px";
      return { edges, path, chip: chip(4 * j + i, from, lower) };
    });
    const frame = box(cx - chipW - 1, inputTop, 2 * chipW + 2, 36);
    text(cx - chipW + 4, inputTop + 52, "nn-small nn-soft").textContent = `x${SUB[i]}`;
    const up = lines(cx - chipW + 4, inputTop + 18, "nn-fill-blue");
    return { ways, frame, up, down: lines(cx + chipW - 4, inputTop + 18, "nn-end nn-fill-orange") };
  });
  add(svg, "rect", { y: height - 62, width, height: 62, rx: 6, class: "nn-shade", "aria-hidden": "true" });
  const arithmetic = ["", "", "nn-fill-purple"].map((color, k) =>
    add(svg, "text", { x: 7, y: height - 44 + 18 * k, class: color,
      lengthAdjust: "spacingAndGlyphs", "aria-hidden": "true" }));
  const root = svg.closest(".nnfig");

  return () => {
    const [step, f, weight, batch, updates, slide] =
      ["step", "f", "weight", "batch", "updates", "slide"].map(get);
    const who = SLOTS[batch];
    const place = [order.indexOf(f), Object.keys(SLOTS).indexOf(batch), Number(slide)];
    const of = (key, n) => numbers[key].part(...place, updates, ...(n === undefined ? [] : [n]));
    const two = who.length > 1;
    const tag = (n) => (two ? `${"AB"[n]} ` : "");
    const each = (from, words) => (step < from ? [] : who.map(words));
    const chosen = weight - 1;

    target(who.map((n) => `${tag(n)}y = ${short(y[n])}`));
    outUp(each(3, (n) => `ŷ ${short(of("y_hat", n)[0])}`), step === 3);
    outDown(each(5, (n) => short(of("g", n)[0])), step === 5);
    outBox.classList.toggle("nn-chosen", step === 3 || step === 5);
    const w = of("w");
    const grad = of("grad");
    units.forEach((unit, j) => {
      const value = (key) => (n) => short(of(key, n)[j]);
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
      unit.edges[0]({ 3: "up", 7: "down" }[step] ?? "");
      unit.edges[1]({ 3: "up", 6: "down", 7: "down" }[step] ?? "");
      unit.frame.classList.toggle("nn-chosen", [1, 2, 7, 8].includes(step));
    });
    inputs.forEach((input, i) => {
      input.up(who.map((n) => short(x[n][i])));
      input.down(each(10, (n) => short(of("gx", n)[i])), step === 10);
      input.ways.forEach((way, j) => {
        const k = 4 * j + i;
        way.chip(w[k], step < 9 ? null : grad[k], chosen === k);
        way.edges[0]({ 1: "up", 10: "down" }[step] ?? "");
        way.edges[1]({ 1: "up", 9: "down", 10: "down" }[step] ?? "");
        way.path.textContent = step < 10 || two ? "" : short(of("path", who[0])[k]);
      });
    });
    const past = Array.from({ length: updates + 1 }, (_, t) => numbers.E.at(...place, t, 0));
    const all = Array.from(numbers.E.part(...place.slice(0, 2)));
    errors(past, all, slide, step >= 4, `w ${slide ? "+" : "−"} ${short(lr)} ∂E/∂w`);

    const words = account({ step, chosen, who, of, x, y, w, f, names, updates });
    arithmetic.forEach((t, k) => {
      t.textContent = words.lines[k];
      t.removeAttribute("textLength");
      if (t.getComputedTextLength() > width - 14) t.setAttribute("textLength", width - 14);
    });
    const out = code({ who, of, tag, E: past[updates] });
    LINES.forEach((key, k) => {
      const row = root.querySelector(`[data-out="${key}"]`).parentElement;
      if (k + 1 === step) row.setAttribute("aria-current", "step");
      else row.removeAttribute("aria-current");
      if (k >= step) out[key] = "";
    });
    return { out, say: words.say, rows: table({ who, of, E: past[updates] }) };
  };
});

/** The error after each update made so far, on a logarithmic scale, right of the output. */
function history(svg, text, [right, top], wide) {
  const label = text(right, top + 15, "nn-end nn-label");
  const rule = text(right, top + 66, "nn-end nn-small nn-soft");
  const across = scale([0, 4], [right - wide + 8, right - 6]);
  const id = uid();
  add(add(svg, "clipPath", { id }), "rect", { x: right - wide, y: top + 18, width: wide, height: 38 });
  const g = add(svg, "g", { "clip-path": `url(#${id})`, "aria-hidden": "true" });
  const line = add(g, "path");
  const dots = [0, 1, 2, 3, 4].map((t) => add(g, "circle", { cx: across(t), r: 3, class: "nn-tip" }));
  return (past, all, slide, known, words) => {
    const most = Math.max(...all);
    const up = logScale([Math.max(Math.min(...all), most / 1e4), most], [top + 50, top + 25]);
    label.textContent = known ? `E = ${short(past.at(-1))}` : "E";
    rule.textContent = words;
    line.setAttribute("class", `nn-line ${slide ? "nn-orange nn-dashed" : "nn-green"}`);
    line.setAttribute("d", polyline(past.map((v, t) => [across(t), up(v)])));
    dots.forEach((dot, t) => {
      dot.toggleAttribute("hidden", t >= past.length || past.length < 2);
      if (t < past.length) dot.setAttribute("cy", up(past[t]));
    });
  };
}

/** The present step written out, the way to the weight that is looked at, and a sentence. */
function account({ step, chosen, who, of, x, y, w, f, names, updates }) {
  const [n] = who;
  const alone = who.length === 1;
  const sum = (factors, values) => factors.map((v, i) => `${i ? factor(v) : short(v)}·${factor(values[i])}`).join(" + ");
  const of2 = (key) => (j) => of(key, n)[j];
  const [a, z, gz, ga] = ["a", "z", "gz", "ga"].map(of2);
  const [g, yHat] = [of("g", n)[0], of("y_hat", n)[0]];
  const pair = (words) => [words(0), words(1)];
  const AB = (name, key, j) => `${name}: ${who.map((m) => `${"AB"[m]} ${short(of(key, m)[j])}`).join(", ")}`;
  const both = (name, key) => pair((j) => AB(`${name}${SUB[j]}`, key, j));
  const i = chosen % 4;
  const input = chosen < 8 ? i : 0;
  const shares = () => [`w${SUB[chosen]} gets A ${short(of("gw", 0)[chosen])} + B ${factor(of("gw", 1)[chosen])}`,
    `= ${short(of("grad")[chosen])}: messages of examples add up`];
  const E = `E = ${short(of("E")[0])}`;
  const steps = alone ? [
    ["Press Step: the network computes upward;", "then the error comes back down."],
    pair((j) => `a${SUB[j]} = ${sum(Array.from(w.subarray(4 * j, 4 * j + 4)), x[n])} = ${short(a(j))}`),
    pair((j) => `z${SUB[j]} = f(${short(a(j))}) = ${short(z(j))}`),
    [`ŷ = ${sum([w[8], w[9]], of("z", n))} = ${short(yHat)}`, ""],
    [`E = ½ (${short(yHat)} − ${factor(y[n])})² = ${short(of("E")[0])}`, ""],
    [`∂E/∂ŷ = ŷ − y = ${short(yHat)} − ${factor(y[n])} = ${short(g)}`, "This is the error that goes back."],
    pair((j) => `∂E/∂w${SUB[8 + j]}: ${short(g)} × z${SUB[j]} ${factor(z(j))} = ${short(of("gw", n)[8 + j])}`),
    pair((j) => `to z${SUB[j]}: ${short(g)} × w${SUB[8 + j]} ${factor(w[8 + j])} = ${short(gz(j))}`),
    pair((j) => `to a${SUB[j]}: ${short(gz(j))} × f′ ${short(of("slope", n)[j])} = ${short(ga(j))}`),
    pair((j) => `∂E/∂w${SUB[4 * j]}…w${SUB[4 * j + 3]}: ${short(ga(j))} × ${vector(x[n])}`),
    [`to x${SUB[input]}: ${short(of("path", n)[input])} + ${factor(of("path", n)[4 + input])} = ${short(of("gx", n)[input])}`,
      "two paths, one sum"],
  ] : [
    ["Press Step: both examples go up;", "then both errors come back down."],
    both("a", "a"), both("z", "z"), [AB("ŷ", "y_hat", 0), ""], [`${E}, the mean of both`, ""],
    [AB("(ŷ − y) / N", "g", 0), "N = 2: half of each error goes back."],
    shares(), both("to z", "gz"), both("to a", "ga"), shares(), [AB(`to x${SUB[input]}`, "gx", input), "two paths each, one sum each"],
  ];
  const j = chosen < 4 ? 0 : 1;
  const way = chosen < 8 ?
    [[5, g], [7, w[8 + j]], [8, of("slope", n)[j]], [9, x[n][i]]] : [[5, g], [6, z(chosen - 8)]];
  const done = step >= (chosen < 8 ? 9 : 6);
  const known = way.map(([from, v], k) => (step < from ? "…" : k ? factor(v) : short(v))).join(" × ");
  const result = done ? ` = ${short(of("grad")[chosen])}` : "";
  const name = `∂E/∂w${SUB[chosen]}`;
  const route = alone ? `${name} = ${known}${result}` : `${name}: A ${done ? short(of("gw", 0)[chosen]) : "…"}, B ${
    done ? short(of("gw", 1)[chosen]) : "…"}${done ? `, together ${short(of("grad")[chosen])}` : ""}`;
  const meaning = [
    "The inputs and the weights are there; nothing is computed yet.",
    "Each hidden unit weighs its four inputs and adds up.",
    `Each sum is bent by f, here ${names[f]}.`,
    "The output unit weighs the two hidden outputs.",
    "The error compares ŷ with the target y.",
    "The first message: how E changes with ŷ.",
    "A weight on top gets the message times the z below it: upstream × local.",
    "The same message goes on, through each weight, to the unit below.",
    "It passes f, where the local factor is the slope f′ at a.",
    "Each lower weight gets its unit’s message times the input below it.",
    "If x came from another layer, each xᵢ would get one message from each unit, and add them.",
  ][step];
  const dead = step >= 8 && [0, 1].find((k) => who.every((m) => of("slope", m)[k] === 0));
  const off = dead === 0 || dead === 1 ? ` Unit ${dead + 1} is off: nothing passes it.` : "";
  const moved = updates ? ` After ${updates} update${updates > 1 ? "s" : ""} ${E}.` : "";
  return { lines: [...steps[step], route], say: `${meaning}${off}${moved}` };
}

/** The value of each line of code. */
function code({ who, of, tag, E }) {
  const batch = (key, part = (v) => vector(v)) => who.map((n) => tag(n) + part(of(key, n))).join(" ");
  const grad = of("grad");
  const one = ([v]) => short(v);
  return {
    a: batch("a"), z: batch("z"), y_hat: batch("y_hat", one), E: short(E), g: batch("g", one),
    W2: vector(grad.subarray(8)), gz: batch("gz"), ga: batch("ga"),
    W1: `${vector(grad.subarray(0, 4))} ${vector(grad.subarray(4, 8))}`, gx: batch("gx"),
  };
}

function table({ who, of, E }) {
  const rows = [["E", "", "", E]];
  const mine = (key, i) => [0, 1].map((n) => (who.includes(n) ? of(key, n)[i] : "–"));
  const both = (key, name, n) => Array.from({ length: n }, (_, i) =>
    rows.push([name(i), ...mine(key, i), ""]));
  both("a", (i) => `a${SUB[i]}`, 2);
  both("z", (i) => `z${SUB[i]}`, 2);
  both("y_hat", () => "ŷ", 1);
  both("g", () => "∂E/∂ŷ", 1);
  both("gz", (i) => `∂E/∂z${SUB[i]}`, 2);
  both("ga", (i) => `∂E/∂a${SUB[i]}`, 2);
  both("gx", (i) => `∂E/∂x${SUB[i]}`, 4);
  of("w").forEach((v, i) => rows.push([`w${SUB[i]}`, "", "", v]));
  of("grad").forEach((v, i) => rows.push([`∂E/∂w${SUB[i]}`, ...mine("gw", i), v]));
  return rows;
}
