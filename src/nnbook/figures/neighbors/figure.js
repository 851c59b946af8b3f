// Draws a batch on a line, the statistics in evaluation, and what batch norm makes of each example.
import { add, array, axes, clamp, clipped, figure, fmt, handle, polyline, scale } from "../kit/kit.js";

/**
 * @typedef {{ mode: string, other: number, n: number, gamma: number, beta: number, seen: number }} Settings
 * @typedef {{ values: number[], batches: Packed, running: Packed, refusal: string,
 *   constants: { momentum: number } }} Data
 */

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read, knob } = stage;
  const [top, low] = [64, height - 58];
  const { min, max } = knob("other");
  const { momentum } = get("constants");
  const x = scale([min, max], [18, width - 18]);
  const room = scale([0, 1], [low, top]);
  axes(svg, x, scale([0, 1], [height - 46, top]), { xName: "output y", yName: "", xTicks: 6, yTicks: [] });
  add(svg, "path", { class: "nn-zero", d: `M${x(min)} ${top}H${x(max)}` });
  add(svg, "path", { class: "nn-zero", d: `M${x(min)} ${low}H${x(max)}` });
  add(svg, "text", { x: x(min), y: 18, class: "nn-soft", "aria-hidden": "true" }, "input x");
  const inside = clipped(svg, scale([0, 1], [8, width - 8]), scale([0, 1], [low + 10, top]));
  const bars = [
    { words: "this batch", color: "blue", h: room(0.66) },
    { words: "running", color: "green", h: room(0.36) },
  ].map(({ words, color, h }) => {
    const g = add(inside, "g");
    add(svg, "text", { x: x(min), y: h - 16, class: "nn-halo nn-small", "aria-hidden": "true" }, words);
    return {
      color, h,
      box: add(g, "rect", { y: h - 9, height: 18, rx: 3, style: `stroke: var(--nn-${color})` }),
      middle: add(g, "path", { class: "nn-line nn-ink" }),
    };
  });
  const looks = ["nn-line nn-purple", "nn-line nn-orange nn-dashed"];
  const links = Array.from({ length: knob("n").max }, (_, k) =>
    add(inside, "path", { class: looks[k] ?? "nn-line nn-muted nn-thin" }));
  const outs = links.map((_, k) => add(inside, "circle", { cy: low, r: k < 2 ? 7 : 5, class: dot(k) }));
  inside.append(links[1], links[0], outs[1], outs[0]); // mine on top
  const ins = links.map((_, k) =>
    add(svg, "circle", { cy: top, r: k < 2 ? 7 : 5, class: dot(k), "aria-hidden": "true" }));
  const label = (/** @type {string} */ text, /** @type {number} */ y, soft = "") =>
    add(svg, "text", { y, class: `nn-mid nn-halo ${soft}`, "aria-hidden": "true" }, text);
  const me = label("me", top - 14, "nn-guess-text nn-strong");
  const neighbor = label("neighbor", top - 30, "nn-strong");
  const refused = add(svg, "text", { x: width / 2, y: room(0.52), class: "nn-mid nn-halo nn-strong" });
  const move = handle(stage, {
    label: "my neighbor", across: knob("other"), drag: (px) => knob("other").set(x.invert(px)),
  });
  const [batches, running] = [array(get("batches")), array(get("running"))];

  return () => {
    const [mode, other, n, gamma, beta, seen] = read("mode", "other", "n", "gamma", "beta", "seen");
    const training = mode === "train";
    const error = training && n === 1;
    const values = get("values").with(1, other);
    const place = knob("other").index();
    const stats = [
      [0, 1, 2].map((i) => batches.at(i, n - 1, place)),
      [0, 1, 2].map((i) => running.at(i, seen)),
    ];
    const [mean, , factor] = stats[training ? 0 : 1];
    const results = values.map((v, k) => {
      if (error || k >= n) return null;
      const normed = (v - mean) * factor;
      return { normed, y: gamma * normed + beta };
    });
    bars.forEach(({ color, h, box, middle }, i) => {
      const [m, variance] = stats[i];
      const none = Number.isNaN(m);
      box.toggleAttribute("hidden", none);
      middle.toggleAttribute("hidden", none);
      if (none) return;
      const used = training === (i === 0);
      const sigma = Math.sqrt(variance);
      box.setAttribute("x", x(m - sigma));
      box.setAttribute("width", x(m + sigma) - x(m - sigma));
      box.style.fill = used ? `color-mix(in srgb, var(--nn-${color}) 35%, transparent)` : "none";
      box.setAttribute("stroke-dasharray", used ? "" : "4 3");
      middle.setAttribute("d", `M${x(m)} ${h - 12}V${h + 12}`);
    });
    values.forEach((v, k) => {
      const result = results[k];
      ins[k].setAttribute("cx", x(v));
      ins[k].style.fill = k < n ? "" : "var(--nn-paper)";
      ins[k].style.stroke = k < n ? "" : "var(--nn-muted)";
      for (const element of [links[k], outs[k]]) element.toggleAttribute("hidden", !result);
      if (!result) return;
      links[k].setAttribute("d", polyline([[x(v), top], [x(result.y), low]]));
      outs[k].setAttribute("cx", x(result.y));
    });
    me.setAttribute("x", x(values[0]));
    neighbor.setAttribute("x", clamp(x(other), x(min) + 28, x(max) - 28));
    refused.textContent = error ? "one example has no spread" : "";
    move(x(other), top, `x = ${fmt(other, 1)}${n > 1 ? "" : ", not in the batch"}`);
    move.g.classList.toggle("nn-off", n === 1);

    const mine = results[0];
    const [was, now] = [seen && running.at(0, seen - 1), running.at(0, seen)];
    const sigma = Math.sqrt(stats[training ? 0 : 1][1]);
    const names = ["me", "neighbor", 3, 4, 5, 6, 7, 8].map(String);
    return {
      out: {
        used: error ? "none" : `${training ? "batch" : "running"}: ${fmt(mean)}, ${fmt(sigma)}`,
        normed: mine ? fmt(mine.normed, 3) : "none",
        y: mine ? fmt(mine.y, 3) : "ValueError",
        rule: seen === 0 ? "0 to begin with" :
          `${fmt(1 - momentum, 1)} × ${fmt(was)} + ${fmt(momentum, 1)} × ${fmt(running.at(3, seen))} = ${fmt(now)}`,
      },
      say: !mine ? get("refusal") :
        `My output is ${fmt(mine.y)}. ${training ?
          `It is taken from the mean ${fmt(mean)} and the spread ${fmt(sigma)} of this batch, ` +
          "my neighbor’s x among them." :
          `It is taken from the running mean ${fmt(mean)} and spread ${fmt(sigma)}; nobody in this batch counts.`}`,
      rows: values.map((v, k) => [names[k], v, results[k]?.normed ?? "–", results[k]?.y ?? "–"]),
    };
  };
});

const dot = (/** @type {number} */ k) => (k === 0 ? "nn-mark" : k === 1 ? "nn-dot" : "nn-fill-muted");
