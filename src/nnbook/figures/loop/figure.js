// Draws what PyTorch did with the five lines in the order chosen: looked up, never computed here.
import { add, array, axes, clipped, figure, fmt, polyline, scale } from "../kit/kit.js";

const USUAL = "zero_grad,forward,loss,backward,step";

export default figure(({ svg, width, height, get, signal }) => {
  const [curves, last] = get("texts").length > 1 ? [array(get("curves")), get("controls").step.max] : [];
  const list = svg.closest(".nnfig").querySelector("ol[data-trait=order]");
  draggable(list, signal);
  const x = scale([0, 60], [34, width - 12]);
  const y = scale([0, 4], [height - 46, 46]);
  axes(svg, x, y, { xName: "batches", yName: "loss of pictures held aside", yTicks: 4 });
  const inside = clipped(svg, x, y);
  const now = add(inside, "path", { class: "nn-line nn-muted nn-thin" });
  const usual = add(inside, "path", { class: "nn-line nn-orange nn-dashed" });
  const lines = Array.from({ length: 5 }, () => add(inside, "path", { class: "nn-line nn-blue nn-thin" }));
  const middle = add(inside, "path", { class: "nn-line nn-blue" });
  const cross = add(inside, "path", { class: "nn-line nn-purple" });
  const label = add(svg, "text", { class: "nn-halo nn-small nn-fill-orange", "aria-hidden": "true" }, "usual order");
  const chosen = add(svg, "text", { x: 4, y: 14, class: "nn-small nn-soft", "aria-hidden": "true" });
  const said = add(svg, "g");
  const path = (values, until) =>
    polyline(Array.from(values.slice(0, until + 1), (v, t) => [x(t), y(v)]));
  const ofFive = (place, t) => Array.from({ length: 5 }, (_, seed) => curves.at(place, seed, t)).sort((a, b) => a - b);

  return () => {
    const [order, step, texts] = ["order", "step", "texts"].map(get);
    chosen.textContent = order.replaceAll(",", " → ") || "nothing";
    const marks = [0, 10, 20, 30, 40, 50, 60];
    if (!curves) {
      write(said, texts[0], x, y);
      return {
        out: { kind: "–", loss: "–", error: "–" }, say: texts[0],
        rows: marks.map((t) => [String(t), "–", "–", "–"]),
      };
    }
    const [place, batch, line, error, kind] = get("outcomes")[order];
    const stopped = batch > 0 && step >= batch;
    const until = stopped ? batch - 1 : step;
    const medians = (k) => Array.from({ length: last + 1 }, (_, t) => ofFive(k, t)[2]);
    const best = get("outcomes")[USUAL][0];
    const [mine, theirs] = [medians(place), medians(best)];
    now.setAttribute("d", `M${x(step)} ${y(0)}V${y(4)}`);
    for (const part of [usual, label]) part.toggleAttribute("hidden", place === best || stopped);
    usual.setAttribute("d", path(theirs, last));
    lines.forEach((one, seed) => one.setAttribute("d", path(curves.part(place, seed), until)));
    middle.setAttribute("d", path(mine, until));
    const [cx, cy] = [x(until) + 1, y(mine[until])];
    cross.setAttribute("d", stopped ? `M${cx - 6} ${cy - 6}l12 12m-12 0l12 -12` : "");
    label.setAttribute("x", x(16));
    label.setAttribute("y", y(theirs[12]) - 6);
    write(said, stopped ? texts[error] : "", x, y);
    list.children[line].classList.toggle("nn-failed", stopped);
    const [low, , mid, , high] = ofFive(place, until);
    const words = `${fmt(mid)} (${fmt(low)} to ${fmt(high)})`;
    return {
      out: {
        kind: texts[kind], loss: words,
        error: stopped ? `${texts[error].split(":")[0]}, batch ${batch}` : "nothing",
      },
      say: stopped ? `In batch ${batch} line ${line + 1} fails, and the loop ends: ${texts[error].split(":")[0]}.` :
        `After ${step} ${step === 1 ? "batch" : "batches"} the loss is ${words}.${batch ? "" : ` Over all 60 it ${texts[kind]}.`}`,
      rows: marks.map((t) => [String(t), ...ofFive(place, t).filter((_, k) => k % 2 === 0)
        .map((v) => (Number.isNaN(v) ? "–" : v))]),
    };
  };
});

/** A text in lines that fit into the frame. */
function write(parent, text, x, y) {
  const room = Math.floor((x.range[1] - x.range[0] - 20) / 6);
  const rows = [""];
  for (const word of text.split(" ").flatMap((one) => one.match(new RegExp(`.{1,${room}}`, "g")) ?? [])) {
    if (rows.at(-1) && rows.at(-1).length + word.length >= room) rows.push("");
    rows[rows.length - 1] += `${rows.at(-1) && " "}${word}`;
  }
  parent.replaceChildren();
  rows.forEach((row, k) =>
    add(parent, "text", { x: x.range[0] + 16, y: y.range[1] + 15 + 15 * k, class: "nn-halo nn-small" }, row));
}

/** To drag a line over its neighbor is to press its button. */
function draggable(list, signal) {
  const rows = [...list.children];
  let held = 0;
  list.addEventListener("pointerdown", ({ target, pointerId }) => {
    if (target.localName !== "code") return;
    held = rows.indexOf(target.parentNode);
    target.setPointerCapture(pointerId);
  }, { signal });
  list.addEventListener("pointermove", ({ target, pointerId, clientY }) => {
    if (!target.hasPointerCapture(pointerId)) return;
    const { top, bottom } = rows[held].getBoundingClientRect();
    const by = (clientY > bottom) - (clientY < top);
    const button = rows[held].querySelector(`[data-by="${by}"]:enabled`);
    if (!by || !button) return;
    button.click();
    held += by;
  }, { signal });
}
