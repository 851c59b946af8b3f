// Draws what .grad holds after each backward(), and the lamps that the two switches are wired to.
import { add, axes, figure, fmt, polyline, scale, spot } from "../kit/kit.js";

/** What each lamp shows, and its words where it is lit, and where not. */
const LAMPS = [["dropout", "on", "off"], ["batch norm", "this batch", "running"], ["graph", "recorded", "none"]];

/**
 * @typedef {{ grads: Record<string, (number | null)[]>, error: string, lamps: boolean[], made: string }} Observed
 * @typedef {{ calls: number, zero: string, mode: string, no_grad: boolean }} Settings
 * @typedef {{ found: Record<string, Observed>, constants: { every: Record<string, number> } }} Data
 */

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read, set } = stage;
  const found = get("found");
  const known = "eval graph" in found;
  const { calls: { max: calls }, zero: { order } } = get("controls");
  const { every } = get("constants");
  const x = scale([0.4, calls + 0.6], [34, width - 8]);
  const y = scale([0, 13], [height - 178, 28]);
  axes(svg, x, y, { xName: "call of backward()", yName: "w.grad", yTicks: 5,
    xTicks: Array.from({ length: calls }, (_, k) => k + 1) });
  const bars = add(svg, "g", { "aria-hidden": "true" });
  const value = add(svg, "text", { class: "nn-mid nn-halo nn-strong", "aria-hidden": "true" });
  const note = add(svg, "text", {
    x: (x.range[0] + x.range[1]) / 2, y: y(7), class: "nn-mid nn-halo", "aria-hidden": "true",
  });
  const wires = add(svg, "g", { "aria-hidden": "true" });
  const places = [1, 3, 5].map((k) => (k * width) / 6);
  const lamps = LAMPS.map(([name], k) => {
    const wire = add(wires, "path", { class: "nn-line" });
    add(svg, "text", { x: places[k], y: height - 108, class: "nn-mid nn-soft", "aria-hidden": "true" }, name);
    return {
      wire,
      bulb: add(svg, "circle", { cx: places[k], cy: height - 90, r: 9, class: "nn-dot", "aria-hidden": "true" }),
      state: add(svg, "text", { x: places[k], y: height - 64, class: "nn-mid nn-halo", "aria-hidden": "true" }),
    };
  });
  const button = (/** @type {string} */ label, /** @type {number} */ middle, /** @type {() => void} */ press) => {
    const g = spot(stage, label, press);
    add(g, "rect", { x: middle - 46, y: height - 36, width: 92, height: 28, rx: 6, class: "nn-box" });
    return add(g, "text", { x: middle, y: height - 17, class: "nn-mid" });
  };
  const modeText = button("switch train and eval", (places[0] + places[1]) / 2, () =>
    set({ mode: get("mode") === "eval" ? "train" : "eval" }));
  const graphText = button("switch no_grad on or off", places[2], () => set({ no_grad: !get("no_grad") }));
  const tops = [(places[0] + places[1]) / 2 - 20, (places[0] + places[1]) / 2 + 20, places[2]];

  return () => {
    const [count, zero, mode, off] = read("calls", "zero", "mode", "no_grad");
    modeText.textContent = `${mode}()`;
    graphText.textContent = off ? "no_grad()" : "grad on";
    const marked = (/** @type {number} */ call) => every[zero] > 0 && (call - 1) % every[zero] === 0;
    bars.replaceChildren();
    for (let call = 1; call <= calls; call++) {
      const arrow = `M${x(call - 0.5)} ${y(0)}v-14m-4 9l4 5l4 -5`;
      if (marked(call)) add(bars, "path", { class: "nn-line nn-purple", d: arrow });
    }
    add(bars, "path", { class: "nn-ghost", d: `M${x(count + 0.5)} ${y(0)}V${y(13)}` });
    const { grads, error, lamps: on, made } = found[`${mode} ${off ? "no_grad" : "graph"}`] ?? {};
    lamps.forEach(({ wire, bulb, state }, k) => {
      const lit = known && on[k];
      bulb.classList.toggle("nn-off", !lit);
      state.textContent = known ? LAMPS[k][lit ? 1 : 2] : "?";
      wire.setAttribute("class", `nn-line ${lit ? "nn-orange" : "nn-muted nn-dashed"}`);
      wire.setAttribute("d", polyline([[tops[k], height - 36], [places[k], height - 58]]));
    });
    if (!known) {
      note.textContent = "PyTorch is not installed here.";
      return {
        out: { grad: "–", made: "–", error: "–" },
        say: `Nobody could be asked what ${count} calls do. ${note.textContent}`,
        rows: Array.from({ length: calls + 1 }, (_, call) => [String(call), "–", "–", "–"]),
      };
    }
    const mine = grads[zero];
    for (let call = 1; call <= count; call++) {
      const grad = mine[call];
      if (grad === null) break;
      const kept = marked(call) ? 0 : mine[call - 1] ?? 0;
      const left = x(call - 0.34);
      const part = (/** @type {Point} */ [from, to], /** @type {string} */ name) => add(bars, "rect", {
        x: left, y: y(to), width: x(call + 0.34) - left, height: Math.max(0, y(from) - y(to)), class: name,
      });
      part([0, kept], "nn-bar-kept");
      part([kept, grad], "nn-fill-blue");
    }
    const last = mine[count];
    value.textContent = last === null ? "" : fmt(last);
    value.setAttribute("x", x(count));
    value.setAttribute("y", y(last ?? 0) - 6);
    const failed = count > 0 && error !== "";
    note.textContent = failed ? "no gradient: RuntimeError" : "";
    const shown = last === null ? "None" : fmt(last, 3);
    return {
      out: { grad: shown, made, error: failed ? "RuntimeError" : "nothing" },
      say: failed ? `After ${count} ${count === 1 ? "try" : "tries"} w.grad is None. ${error}` :
        `After ${count} ${count === 1 ? "call" : "calls"} w.grad is ${shown}. Dropout is ${on[0] ? "on" : "off"}, ` +
        `batch norm uses ${on[1] ? "the batch" : "its running statistics"}, ${on[2] ? "a" : "no"} graph is recorded.`,
      rows: Array.from({ length: calls + 1 }, (_, call) =>
        [String(call), ...order.map((key) => grads[key][call] ?? "None")]),
    };
  };
});
