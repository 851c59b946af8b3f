// Draws how an error has come along, update by update.
import { add, logScale, polyline, scale, uid } from "../kit/kit.js";

/**
 * The error after each update made so far, on a logarithmic scale, right of the output.
 * @param {Element} svg
 * @param {Point} corner its upper right one
 * @param {number} wide
 * @param {number} updates the most that can be made
 */
export function history(svg, [right, top], wide, updates) {
  const text = (/** @type {number} */ y, /** @type {string} */ kind) =>
    add(svg, "text", { x: right, y, class: `nn-end ${kind}`, "aria-hidden": "true" });
  const label = text(top + 15, "nn-label");
  const rule = text(top + 66, "nn-small nn-soft");
  const across = scale([0, updates], [right - wide + 8, right - 6]);
  const id = uid();
  add(add(svg, "clipPath", { id }), "rect", { x: right - wide, y: top + 18, width: wide, height: 38 });
  const g = add(svg, "g", { "clip-path": `url(#${id})`, "aria-hidden": "true" });
  const line = add(g, "path");
  const dots = Array.from({ length: updates + 1 }, (_, t) =>
    add(g, "circle", { cx: across(t), r: 3, class: "nn-tip" }));
  /**
   * @param {number[]} past
   * @param {number[]} all of every step of size, whose range the scale has
   * @param {boolean} slide
   * @param {string[]} words the error, and the rule
   */
  return (past, all, slide, words) => {
    const most = Math.max(...all);
    const up = logScale([Math.max(Math.min(...all), most / 1e4), most], [top + 50, top + 25]);
    [label.textContent, rule.textContent] = words;
    line.setAttribute("class", `nn-line ${slide ? "nn-orange nn-dashed" : "nn-green"}`);
    line.setAttribute("d", polyline(past.map((v, t) => [across(t), up(v)])));
    dots.forEach((dot, t) => {
      dot.toggleAttribute("hidden", t >= past.length || past.length < 2);
      if (t < past.length) dot.setAttribute("cy", up(past[t]));
    });
  };
}
