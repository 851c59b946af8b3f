// What a reader takes hold of in the picture: spots to press, handles to drag, the guess.
import { add, fmt, knob, onKey } from "./base.js";

/** A part of the picture that can be pressed, by pointer, Enter or Space. Returns its group. */
export function spot(stage, label, press, parent = stage.svg) {
  const g = add(parent, "g", { class: "nn-spot", role: "button", tabindex: "0", "aria-label": label });
  g.addEventListener("click", press, { signal: stage.signal });
  g.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    press();
  }, { signal: stage.signal });
  return g;
}

/**
 * Something to drag inside the picture, announced as a slider. Left and right arrows turn the knob
 * `across`, up and down the knob `along`; `drag(px, py)` is called with pixels of the stage.
 * Returns `move(px, py, words)`, which puts it where the traits say.
 */
export function handle(stage, { label, across, along, drag, shape = "nn-dot", parent }) {
  const { svg, signal } = stage;
  const all = (svg.handles ??= []);
  const g = add(parent ?? svg, "g", {
    class: "nn-handle", role: "slider", tabindex: "0", "aria-label": label,
    "aria-valuemin": across.min, "aria-valuemax": across.max,
  });
  add(g, "circle", { r: 22, class: "nn-target" });
  add(g, "circle", { r: 8, class: shape });
  let grip = [0, 0];
  let place = [0, 0];
  const point = (event) => {
    const box = svg.getBoundingClientRect();
    const zoom = stage.width / box.width;
    return [(event.clientX - box.left) * zoom, (event.clientY - box.top) * zoom];
  };
  const grab = (event, [px, py]) => {
    grip = [place[0] - px, place[1] - py];
    g.setPointerCapture(event.pointerId);
    g.focus({ preventScroll: true });
  };
  const distance = ([px, py]) => (g.hasAttribute("hidden") ? Infinity :
    Math.hypot(place[0] - px, place[1] - py));
  all.push({ grab, distance });
  g.addEventListener("pointerdown", (event) => {
    const here = point(event);
    // Where the targets of two handles overlap, the nearer one is meant.
    all.reduce((a, b) => (a.distance(here) < b.distance(here) ? a : b)).grab(event, here);
    event.preventDefault();
  }, { signal });
  g.addEventListener("pointermove", (event) => {
    if (!g.hasPointerCapture(event.pointerId)) return;
    const [px, py] = point(event);
    drag(px + grip[0], py + grip[1]);
  }, { signal });
  // Within an SVG touch-action alone does not keep Chromium from scrolling the page up and down.
  g.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false, signal });
  g.addEventListener("keydown", (event) => onKey(event, across, along), { signal });
  return Object.assign((px, py, words) => {
    place = [px, py];
    g.setAttribute("transform", `translate(${px.toFixed(2)} ${py.toFixed(2)})`);
    g.setAttribute("aria-valuenow", across.get());
    g.setAttribute("aria-valuetext", words);
  }, { g });
}

/**
 * The reader's guess on the x axis: a marker to drag before *Show*, a ghost beside the truth after.
 * Returns a function that draws it, and does nothing while the question is of another kind.
 */
export function ghost(stage, x, y) {
  const [bottom, top] = y.range;
  const { get, set } = stage;
  const g = add(stage.svg, "g", { class: "nn-guess" });
  const asked = () => get("questions").find(({ key }) => key === get("predict"));
  const spec = { min: x.domain[0], max: x.domain[1], step: 0.1 };
  const guess = knob("guess", spec, () => get("guess") ?? (spec.min + spec.max) / 2, set);
  const lines = ["nn-ghost", "nn-truth"].map((name) => [
    add(g, "path", { class: name, "aria-hidden": "true" }),
    add(g, "text", { class: `${name}-text`, "aria-hidden": "true" }),
  ]);
  const hint = add(g, "text", { class: "nn-guess-text nn-halo nn-mid", "aria-hidden": "true" }, "your guess");
  const move = handle(stage, {
    label: "my guess", across: guess, drag: (px) => guess.set(x.invert(px)), shape: "nn-mark", parent: g,
  });
  /** One vertical line with its words on the side `left` or right of it, inside the frame. */
  const mark = ([path, text], v, words, row, left) => {
    path.toggleAttribute("hidden", v === null);
    text.textContent = v === null ? "" : words;
    if (v === null) return;
    path.setAttribute("d", `M${x(v)} ${bottom}V${top}`);
    text.setAttribute("x", x(v) + (left ? -6 : 6));
    text.setAttribute("y", top + 16 + 18 * row);
    text.setAttribute("class", `${path.getAttribute("class")}-text nn-halo ${left ? "nn-end" : ""}`);
  };
  return () => {
    const here = asked()?.kind === "position";
    g.toggleAttribute("hidden", !here);
    if (!here) return;
    const [shown, mine, { truth }] = [get("shown"), get("guess"), asked()];
    const near = (v) => (v - spec.min) / (spec.max - spec.min);
    const left = (v, other) => (near(v) < 0.35 ? false : near(v) > 0.65 || v < other);
    mark(lines[0], mine, `your guess ${fmt(mine ?? 0)}`, 0, left(mine, truth));
    mark(lines[1], shown ? truth : null, `it is ${fmt(truth)}`, 1, left(truth, mine ?? truth));
    move.g.toggleAttribute("hidden", shown);
    hint.toggleAttribute("hidden", shown || mine !== null);
    hint.setAttribute("x", x(guess.get()));
    hint.setAttribute("y", bottom - 28);
    move(x(guess.get()), bottom - 12, `my guess is ${guess.text()}`);
  };
}
