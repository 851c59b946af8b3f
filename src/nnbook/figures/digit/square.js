// The square to draw in: by mouse, finger or keys.
import { add, clamp, clipped, onKey, polyline, scale } from "../kit/kit.js";

/** @typedef {{ x: number, y: number, size: number }} Box */

const STEP = 2; // cells that a key moves the pen

/**
 * Returns its group, for what is drawn under the pen, and `draw(strokes)`.
 * @param {Pick<Stage, "svg" | "width" | "signal">} stage
 * @param {Box} box
 * @param {{ pen: number, letters: string }} square
 * @param {{ get: () => string, set: (drawing: string) => void }} drawing strokes alone, two letters a point
 */
export function square({ svg, width, signal }, { x: left, y: top, size }, { pen, letters }, drawing) {
  const last = letters.length - 1;
  const x = scale([-0.5, last + 0.5], [left, left + size]);
  const y = scale([-0.5, last + 0.5], [top + size, top]);
  const down = scale([-0.5, last + 0.5], [top, top + size]);
  const g = add(svg, "g", {
    class: "nn-spot nn-sheet", role: "application", tabindex: "0", "aria-label": "square to draw in: " +
      "arrows move the pen, Space puts it down and lifts it, Backspace takes a stroke back, Delete all",
  });
  add(g, "rect", { x: left, y: top, width: size, height: size, rx: 6, class: "nn-shade" });
  const under = add(g, "g");
  const ink = clipped(g, x, y);
  const line = add(ink, "path", {
    class: "nn-line nn-ink",
    style: `stroke-width: ${((2 * pen * size) / (last + 1)).toFixed(2)}px; stroke-linecap: round`,
  });
  const ring = add(g, "circle", { class: "nn-target nn-pen", r: 8 });
  let place = [(last + 1) / 2, (last + 1) / 2];
  let isDown = false;
  const letter = () => letters[place[0]] + letters[place[1]];
  const put = () => {
    ring.setAttribute("cx", x(place[0]));
    ring.setAttribute("cy", down(place[1]));
    g.classList.toggle("nn-down", isDown);
  };
  const start = () => drawing.set(`${drawing.get()}.${letter()}`);
  const goOn = () => {
    if (drawing.get().slice(-2) !== letter()) drawing.set(drawing.get() + letter());
  };
  const follow = (/** @type {PointerEvent} */ event) => {
    const shown = svg.getBoundingClientRect();
    const zoom = width / shown.width;
    place = [x.invert((event.clientX - shown.left) * zoom), down.invert((event.clientY - shown.top) * zoom)]
      .map((v) => clamp(Math.round(v), 0, last));
  };
  g.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    g.setPointerCapture(event.pointerId);
    g.focus({ preventScroll: true });
    isDown = false;
    follow(event);
    start();
    put();
    event.preventDefault();
  }, { signal });
  g.addEventListener("pointermove", (event) => {
    if (!g.hasPointerCapture(event.pointerId)) return;
    follow(event);
    goOn();
    put();
  }, { signal });
  // Within an SVG touch-action alone does not keep Chromium from scrolling the page up and down.
  g.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false, signal });
  const along = (/** @type {number} */ axis, /** @type {number} */ sign) => ({
    turn(/** @type {number} */ steps) {
      place[axis] = clamp(place[axis] + sign * STEP * steps, 0, last);
      if (isDown) goOn();
    },
  });
  g.addEventListener("keydown", (event) => {
    onKey(event, along(0, 1), along(1, -1));
    const strokes = drawing.get();
    if (event.key === " ") {
      isDown = !isDown;
      if (isDown) start();
    } else if (event.key === "Backspace") drawing.set(strokes.slice(0, Math.max(0, strokes.lastIndexOf("."))));
    else if (event.key === "Delete") drawing.set("");
    if ([" ", "Backspace", "Delete"].includes(event.key)) {
      if (event.key !== " ") isDown = false;
      event.preventDefault();
    }
    put();
  }, { signal });
  put();
  const draw = (/** @type {Point[][]} */ strokes) => line.setAttribute("d", strokes.map((points) =>
    polyline([...points, points[points.length - 1]].map(([p, q]) => [x(p), down(q)]))).join(""));
  return { under, draw };
}
