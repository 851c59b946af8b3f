// The network whose hidden units are switches: a press drops one, or takes it back.
import { add, polyline, spot } from "../kit/kit.js";

/**
 * 2-8-1 or 2-4-4-1 in a box of the picture. Returns `{ g, draw(layers, kept) }`: one layer or two, and for each
 * unit, in the order of the mask's digits, whether it is kept.
 * @param {Pick<Stage, "svg" | "signal">} stage
 * @param {{ left: number, top: number, width: number, height: number }} box
 * @param {(unit: number) => void} toggle
 */
export function units(stage, { left, top, width, height }, toggle) {
  const g = add(stage.svg, "g");
  const lost = add(g, "path", { class: "nn-line nn-muted nn-faint", "aria-hidden": "true" });
  const edges = add(g, "path", { class: "nn-line nn-muted", "aria-hidden": "true" });
  /** @type {(part: [number, number]) => Point} */
  const at = ([across, down]) => [left + 14 + across * (width - 28), top + 14 + down * (height - 28)];
  const inputs = /** @type {Point[]} */ ([[0, 0.3], [0, 0.7]]).map(at);
  const output = at([1, 0.5]);
  inputs.concat([output]).forEach(([cx, cy], k) => {
    add(g, "circle", { cx, cy, r: 13, class: "nn-box", "aria-hidden": "true" });
    const name = ["x₁", "x₂", "ŷ"][k];
    add(g, "text", { x: cx, y: cy + 5, class: "nn-mid", "aria-hidden": "true" }, name);
  });
  const switches = Array.from({ length: 8 }, (_, k) => {
    const one = spot(stage, `hidden unit ${k + 1}: keep it or drop it`, () => toggle(k));
    g.append(one);
    const frame = add(one, "circle", { r: 11, class: "nn-box" });
    const cross = add(one, "path", { d: "M-6 -6L6 6M-6 6L6 -6", class: "nn-line nn-ink" });
    add(one, "circle", { r: 14, class: "nn-target" });
    return { one, frame, cross };
  });
  return {
    g,
    /**
     * @param {number} layers
     * @param {boolean[]} kept
     */
    draw(layers, kept) {
      // One layer stands in a zigzag, so that there is room for fingers.
      const places = kept.map((_, k) =>
        at(layers === 1 ? [k % 2 ? 0.6 : 0.4, k / 7] : [k < 4 ? 0.33 : 0.67, (k % 4) / 3]));
      /** @type {[Point, Point, boolean][]} from, to, and whether something goes that way */
      const ways = places.flatMap((place, k) => {
        const first = layers === 1 || k < 4;
        const from = first ? inputs.map((one) => /** @type {const} */ ([one, true])) :
          [0, 1, 2, 3].map((j) => /** @type {const} */ ([places[j], kept[j]]));
        /** @type {[Point, Point, boolean][]} */
        const into = from.map(([one, on]) => [one, place, on && kept[k]]);
        return layers === 1 || k > 3 ? [...into, [place, output, kept[k]]] : into;
      });
      for (const [path, on] of /** @type {const} */ ([[edges, true], [lost, false]])) {
        path.setAttribute("d", ways.filter((way) => way[2] === on).map(([a, b]) => polyline([a, b])).join(""));
      }
      switches.forEach(({ one, frame, cross }, k) => {
        one.setAttribute("transform", `translate(${places[k].map((v) => v.toFixed(1)).join(" ")})`);
        one.setAttribute("aria-pressed", kept[k]);
        frame.setAttribute("class", `nn-box ${kept[k] ? "nn-kept" : "nn-dead"}`);
        cross.toggleAttribute("hidden", kept[k]);
      });
    },
  };
}
