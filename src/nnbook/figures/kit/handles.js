// What a reader takes hold of in the picture: spots to press, handles to drag, the guess.
import { add, fmt, onKey } from "./base.js";
import { knob } from "./controls.js";

/**
 * A part of the picture that can be pressed, by pointer, Enter or Space. Returns its group.
 * @param {Pick<Stage, "svg" | "signal">} stage
 * @param {string} label
 * @param {() => void} press
 */
export function spot(stage, label, press) {
  const g = add(stage.svg, "g", { class: "nn-spot", role: "button", tabindex: "0", "aria-label": label });
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
 * @param {Pick<Stage, "svg" | "width" | "signal">} stage
 * @param {{ label: string, across: Knob, along?: Knob, drag: (px: number, py: number) => void,
 *   shape?: string, parent?: SVGElement }} options
 */
export function handle({ svg, width, signal }, { label, across, along, drag, shape = "nn-dot", parent = svg }) {
  svg.handles ??= [];
  const all = svg.handles;
  const g = add(parent, "g", {
    class: "nn-handle", role: "slider", tabindex: "0", "aria-label": label,
    "aria-valuemin": across.min, "aria-valuemax": across.max,
  });
  add(g, "circle", { r: 22, class: "nn-target" });
  add(g, "circle", { r: 8, class: shape });
  let grip = [0, 0];
  let place = [0, 0];
  /** @returns {Point} */
  const point = (/** @type {PointerEvent} */ event) => {
    const box = svg.getBoundingClientRect();
    const zoom = width / box.width;
    return [(event.clientX - box.left) * zoom, (event.clientY - box.top) * zoom];
  };
  all.push({
    grab(event, [px, py]) {
      grip = [place[0] - px, place[1] - py];
      g.setPointerCapture(event.pointerId);
      g.focus({ preventScroll: true });
    },
    distance([px, py]) {
      return g.hasAttribute("hidden") ? Infinity : Math.hypot(place[0] - px, place[1] - py);
    },
  });
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
  const move = (/** @type {number} */ px, /** @type {number} */ py, /** @type {string} */ words) => {
    place = [px, py];
    g.setAttribute("transform", `translate(${px.toFixed(2)} ${py.toFixed(2)})`);
    g.setAttribute("aria-valuenow", across.get());
    g.setAttribute("aria-valuetext", words);
  };
  return Object.assign(move, { g });
}

/**
 * The reader's guess on the x axis: a marker to drag before *Show*, a ghost beside the truth after.
 * Returns a function that draws it, and does nothing while the question is of another kind.
 * @param {Pick<Stage, "svg" | "width" | "signal" | "get" | "set">} stage
 * @param {Scale} x
 * @param {Scale} y
 */
export function ghost(stage, x, y) {
  const [bottom, top] = y.range;
  const { get, set } = stage;
  const g = add(stage.svg, "g", { class: "nn-guess" });
  const spec = { min: x.domain[0], max: x.domain[1], step: 0.1, digits: 1 };
  const guess = knob("guess", spec, () => get("guess") ?? (spec.min + spec.max) / 2, set);
  const [mine, right] = ["nn-ghost", "nn-truth"].map((name) => ({
    name,
    path: add(g, "path", { class: name, "aria-hidden": "true" }),
    text: add(g, "text", { class: `${name}-text`, "aria-hidden": "true" }),
  }));
  const hint = add(g, "text", { class: "nn-guess-text nn-halo nn-mid", "aria-hidden": "true" }, "your guess");
  const move = handle(stage, {
    label: "my guess", across: guess, drag: (px) => guess.set(x.invert(px)), shape: "nn-mark", parent: g,
  });
  /**
   * One vertical line with its words on the side `left` or right of it, inside the frame; none at null.
   * @param {typeof mine} line
   * @param {number | null} v
   * @param {string} words
   * @param {number} row
   * @param {boolean} left
   */
  const mark = ({ name, path, text }, v, words, row, left) => {
    path.toggleAttribute("hidden", v === null);
    text.textContent = v === null ? "" : words;
    if (v === null) return;
    path.setAttribute("d", `M${x(v)} ${bottom}V${top}`);
    text.setAttribute("x", x(v) + (left ? -6 : 6));
    text.setAttribute("y", top + 16 + 18 * row);
    text.setAttribute("class", `${name}-text nn-halo ${left ? "nn-end" : ""}`);
  };
  /** Do the words at v stand left of it? Away from the frame, else away from the other line. */
  const leftward = (/** @type {number} */ v, /** @type {number} */ other) => {
    const part = (v - spec.min) / (spec.max - spec.min);
    return part >= 0.35 && (part > 0.65 || v < other);
  };
  return () => {
    const question = get("questions").find(({ key }) => key === get("predict"));
    const here = question?.kind === "position";
    g.toggleAttribute("hidden", !here);
    if (!here) return;
    const [shown, said, { truth }] = [get("shown"), get("guess"), question];
    mark(mine, said, `your guess ${fmt(said ?? 0)}`, 0, said !== null && leftward(said, truth));
    mark(right, shown ? truth : null, `it is ${fmt(truth)}`, 1, leftward(truth, said ?? truth));
    move.g.toggleAttribute("hidden", shown);
    hint.toggleAttribute("hidden", shown || said !== null);
    hint.setAttribute("x", x(guess.get()));
    hint.setAttribute("y", bottom - 28);
    move(x(guess.get()), bottom - 12, `my guess is ${guess.text()}`);
  };
}
