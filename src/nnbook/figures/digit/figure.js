// Draws a square to draw a digit in, what the network sees of it, its neurons, and what they answer.
import { add, array, figure, fmt, mapped, table } from "../kit/kit.js";
import { cells } from "./cells.js";
import { answers, key, lines, neurons } from "./layers.js";
import { layout } from "./layout.js";
import { affine, network, reading, rights } from "./reading.js";
import { inked, isStored, prepared, strokes } from "./seeing.js";
import { square } from "./square.js";

/**
 * @typedef {{ drawing: string, network: string, neuron: number, off: string, biases: boolean, noise: number }} Settings
 * @typedef {{ images: Packed, weights: Record<string, Record<string, Packed>>, noises: Packed,
 *   tables: Record<string, Sampled>,
 *   constants: { pen: number, faint: number, smallest: number, letters: string, networks: Record<string, Seen>,
 *     draws: number, stride: number, raised: number } }} Data
 * @typedef {import("./seeing.js").Seen} Seen
 * @typedef {import("./layers.js").Reading} Reading
 */

const EACH = 10; // stored drawings of each digit, one digit after the other

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read, set, knob } = stage;
  const { networks, draws, stride, raised, ...paper } = get("constants");
  const images = array(get("images"));
  const weights = mapped(get("weights"), (packs) => mapped(packs, array));
  const noises = array(get("noises")).values;
  const exp = table(get("tables").exp);
  const place = layout(width, height);
  const caption = (/** @type {Point} */ [x, y], /** @type {string} */ text, name = "") =>
    add(svg, "text", { x, y, class: `nn-small nn-soft ${name}`, "aria-hidden": "true" }, text);

  const drawLines = lines(svg, place); // behind all else
  const image = (/** @type {number} */ k) => images.part(k);
  const shown = [get("opening"), ...get("questions").flatMap(({ before, after }) => [before, after])];
  const given = new Set(shown.map(({ drawing }) => drawing));
  /** The reader's own strokes: what was there before makes way for the first of them. */
  const plain = () => (isStored(get("drawing")) || given.has(get("drawing")) ? "" : get("drawing"));
  const sheet = square(stage, place.sheet, paper, { get: plain, set: (drawing) => set({ drawing }) });
  const pixels = cells(sheet.under, place.sheet, ["ink"], 0);
  for (const { x, y, size } of [place.seen, place.weights]) {
    add(svg, "rect", { x, y, width: size, height: size, rx: 4, class: "nn-shade" });
  }
  const seen = cells(svg, place.seen, ["ink"], 0.7);
  const chosen = cells(svg, place.weights, ["orange", "blue"], 0.7);
  caption([place.sheet.x, place.sheet.y - 6], "draw here");
  caption([place.seen.x, place.seen.y - 6], "it sees");
  const { x, y, size } = place.weights;
  const hint = caption([x + size / 2, y + size / 2 + 4], "", "nn-mid");
  const which = caption([place.weights.x, place.weights.y - 6], "");
  caption(place.hidden, "32 neurons", "nn-mid");
  if (place.which) caption(place.which, "which digit?", "nn-mid");

  place.digits.forEach((where, digit) => {
    const { text } = key(stage, where, `take a stored ${digit}`, () => {
      const now = isStored(get("drawing")) ? Number(get("drawing")) : -1;
      const next = Math.floor(now / EACH) === digit ? (now + 1) % EACH : 0;
      set({ drawing: String(EACH * digit + next) });
    });
    text.textContent = String(digit);
  });
  key(stage, place.clear, "clear the square", () => set({ drawing: "" })).text.textContent = "clear";
  const toggle = (/** @type {number} */ neuron) => {
    const off = numbers(get("off"));
    if (!off.delete(neuron)) off.add(neuron);
    set({ off: [...off].toSorted((a, b) => a - b).join() });
  };
  const silence = key(stage, place.off, "switch this neuron off or on", () => toggle(get("neuron")));
  const drawNeurons = neurons(stage, place, { knob: knob("neuron"), toggle });
  const drawAnswers = answers(svg, place);

  /** @type {Map<string, Float64Array[]>} */
  const prepare = new Map();
  /** What a network sees of each of the stored drawings. */
  const stored = (/** @type {string} */ name) => {
    if (!prepare.has(name)) {
      const all = Array.from({ length: images.shape[0] }, (_, k) => inked(String(k), image, paper));
      prepare.set(name, all.map((ink) => prepared(ink, networks[name], paper)));
    }
    return prepare.get(name) ?? [];
  };
  const changed = (/** @type {string} */ name, /** @type {boolean} */ biases, noise = 0, draw = 0) =>
    network(weights[name], { biases, noise, rest: (k) => noises[(k + draw * stride) % noises.length] - raised });
  let counted = { of: "", right: /** @type {number[]} */ ([]) };
  /** How many of the stored it reads right, in each draw of the noise. */
  const count = (/** @type {string} */ name, /** @type {boolean} */ biases, /** @type {number} */ noise) => {
    const of = [name, biases, noise, get("off")].join(" ");
    if (counted.of !== of) {
      const tried = Array.from({ length: noise ? draws : 1 }, (_, draw) => changed(name, biases, noise, draw));
      counted = { of, right: rights(tried, stored(name), numbers(get("off")), EACH) };
    }
    return counted.right;
  };
  const other = (/** @type {string} */ name) => Object.keys(networks).toSorted().find((one) => one !== name) ?? name;

  return () => {
    const [drawing, name, neuron, biases, noise] = read("drawing", "network", "neuron", "biases", "noise");
    const off = numbers(get("off"));
    const ink = inked(drawing, image, paper);
    const { side } = networks[name];
    const input = prepared(ink, networks[name], paper);
    const empty = !ink.some((v) => v > 0);
    const layers = changed(name, biases, noise);
    const mine = empty ? null : reading(layers, input, off, exp);
    const second = empty ? null :
      reading(changed(other(name), true), prepared(ink, networks[other(name)], paper), new Set(), exp);

    if (isStored(drawing)) pixels(image(Number(drawing)), images.shape[1], 1);
    else pixels(new Float64Array(0), 1, 1);
    sheet.draw(strokes(drawing, paper.letters));
    seen(input, side, Math.max(...input, 0.5));
    const w = layers[0].w.subarray(Math.max(0, neuron - 1) * side * side, neuron * side * side);
    chosen(w, side, Math.max(...w.map(Math.abs), 1e-9));
    which.textContent = neuron ? `neuron ${neuron}` : "a neuron";
    hint.textContent = neuron ? "" : "press one";
    silence.g.toggleAttribute("hidden", !neuron);
    silence.text.textContent = off.has(neuron) ? "turn on" : "turn off";
    const hidden = mine?.hidden ?? new Float64Array(layers[0].b.length);
    drawNeurons(hidden, off, neuron);
    drawLines(mine, (j, k) => layers[1].w[k * hidden.length + j]);
    drawAnswers(mine);

    const right = count(name, biases, noise);
    const mean = right.reduce((a, b) => a + b) / right.length;
    const between = right.length > 1 ? ` (${Math.min(...right)} to ${Math.max(...right)})` : "";
    const z = neuron ? fmt(hidden[neuron - 1]) : "";
    const a = neuron && mine ? affine(layers[0], input)[neuron - 1] : 0;
    return {
      out: {
        says: mine ? answer(mine) : "nothing, the square is empty",
        second: second ? answer(second) : "nothing",
        right: `${fmt(mean, right.length > 1 ? 1 : 0)}${between}`,
        neuron: neuron ? `${neuron}${off.has(neuron) ? ", off" : mine ? `: ReLU(${fmt(a)}) = ${z}` : ""}` : "none",
      },
      say: mine ? sentence(mine, drawing) : "The square is empty: draw a digit, or take a stored one.",
      rows: [...Array.from({ length: EACH }, (_, k) => [String(k), mine ? mine.scores[k] : "–",
        mine ? mine.shares[k] : "–", second ? second.shares[k] : "–"]), ["right of 100 stored", mean, "", ""]],
    };
  };
});

const numbers = (/** @type {string} */ text) => new Set(text.split(",").filter(Boolean).map(Number));

const percent = (/** @type {number} */ share) => `${fmt(100 * share, 0)} %`;

const answer = (/** @type {Reading} */ { first, second, shares: p }) =>
  `${first} (${percent(p[first])}), then ${second} (${percent(p[second])})`;

/**
 * @param {Reading} reading
 * @param {string} drawing
 */
function sentence({ first, second, shares: p }, drawing) {
  const digit = Math.floor(Number(drawing) / EACH);
  const meant = isStored(drawing) ? `Someone wrote this as a ${digit}. ` : "";
  const says = p[first] >= 0.9 ? `It says ${first}, with ${percent(p[first])}.` :
    p[first] >= 0.65 ? `It leans to ${first}, with ${percent(p[first])}; ${second} has ${percent(p[second])}.` :
      `It is torn: ${first} with ${percent(p[first])}, ${second} with ${percent(p[second])}.`;
  return meant + says + (isStored(drawing) && first !== digit ? " That is wrong." : "");
}
