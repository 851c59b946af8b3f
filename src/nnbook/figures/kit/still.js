// A document of plain objects, so that a figure's own file draws in V8 alone as it does in a browser; then
// the text of what is seen. It knows what figures and their parts use, and nothing more.

/** @typedef {{ width: number, height: number, data: Uint8ClampedArray }} Pixels */

class Element {
  /** @type {Map<string, string>} */
  attributes = new Map();
  /** @type {Element[]} */
  children = [];
  /** @type {Element | null} */
  parentElement = null;
  /** @type {Record<string, string>} */
  style = {};
  text = "";
  /** @type {unknown[]} of the picture: those who could drag it find each other here */
  handles = [];

  /** @param {string} name */
  constructor(name) {
    this.localName = name;
    const names = () => new Set((this.getAttribute("class") ?? "").split(" ").filter(Boolean));
    const put = (/** @type {Iterable<string>} */ set) => this.setAttribute("class", [...set].join(" "));
    this.classList = {
      /** @param {string[]} given */
      add: (...given) => put(new Set([...names(), ...given])),
      /** @param {string[]} given */
      remove: (...given) => put([...names()].filter((one) => !given.includes(one))),
      /** @param {string} one */
      contains: (one) => names().has(one),
      /** @param {string} one */
      toggle: (one, on = !names().has(one)) => this.classList[on ? "add" : "remove"](one),
    };
  }

  /** @param {string} key */
  getAttribute(key) { return this.attributes.get(key) ?? null; }
  /** @param {string} key */
  hasAttribute(key) { return this.attributes.has(key); }
  /** @param {string} key */
  removeAttribute(key) { this.attributes.delete(key); }
  /**
   * @param {string} key
   * @param {string | number | boolean} value
   */
  setAttribute(key, value) { this.attributes.set(key, String(value)); }
  /** @param {string} key */
  toggleAttribute(key, on = !this.hasAttribute(key)) {
    if (on) this.setAttribute(key, "");
    else this.removeAttribute(key);
  }

  get tagName() { return this.localName; }

  /** @returns {string} */
  get textContent() { return this.text + this.children.map((one) => one.textContent).join(""); }
  set textContent(text) { this.replaceChildren(); this.text = String(text); }

  /** @param {Element[]} given */
  append(...given) {
    for (const one of given) {
      one.remove();
      one.parentElement = this;
      this.children.push(one);
    }
  }
  /** @param {Element} one */
  appendChild(one) { this.append(one); return one; }
  /** @param {Element[]} given */
  replaceChildren(...given) {
    for (const one of [...this.children]) one.remove();
    this.text = "";
    this.append(...given);
  }
  remove() {
    const beside = this.parentElement?.children;
    if (beside) beside.splice(beside.indexOf(this), 1);
    this.parentElement = null;
  }

  addEventListener() {} // nobody is there to press or drag
  getComputedTextLength() { return 6.6 * this.textContent.length; } // a mean letter of 13 px
}

/** Pixels as Python asks for them later: `pixels:K` in the place of an image's address. */
class Canvas extends Element {
  image = /** @type {Pixels} */ ({ width: 0, height: 0, data: new Uint8ClampedArray() });
  getContext() {
    return {
      /**
       * @param {number} width
       * @param {number} height
       * @returns {Pixels}
       */
      createImageData: (width, height) => ({ width, height, data: new Uint8ClampedArray(4 * width * height) }),
      /** @param {Pixels} pixels */
      putImageData: (pixels) => { this.image = { ...pixels }; },
    };
  }
  pixels() {
    const { width, height, data } = this.image;
    images.push({ width, height, alpha: Array.from({ length: width * height }, (_, i) => data[4 * i + 3]) });
    return `pixels:${images.length - 1}`;
  }
}

/**
 * The element, which refuses to be asked for what it does not know: `undefined` would draw something else.
 * @template {Element} Kind
 * @param {Kind} element
 * @returns {Kind}
 */
const strict = (element) => new Proxy(element, {
  get(target, key) {
    if (!(key in target)) throw new TypeError(`still.js knows no ${String(key)} of <${target.localName}>`);
    return Reflect.get(target, key);
  },
});

/** @type {{ width: number, height: number, alpha: number[] }[]} */
let images = [];

const PLACES = new Set(
  ["d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "width", "height", "transform", "viewBox"],
);
const UNHEARD = /^(?:aria-|role$|tabindex$|hidden$)/; // the still has one alternative text for all of it
const round = (/** @type {string} */ text) =>
  text.replace(/-?\d+\.\d+(?:e[-+]?\d+)?/g, (n) => String(Number(Number(n).toFixed(2))));
const escaped = (/** @type {string} */ text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
const BENT = /^M[-\d. L]+(?=Z?$)/; // one line, as `polyline` of the kit writes it
const UNSEEN = 0.1; // pixels by which a bend may be off
const dashed = (/** @type {string} */ name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * The line without the points that nobody would miss (Douglas, Peucker): a curve's points lie close together.
 * @param {string} line
 */
function straightened(line) {
  const points = line.slice(1).split("L").map((point) => point.trim().split(/ +/).map(Number));
  const kept = new Set([0, points.length - 1]), spans = [[0, points.length - 1]];
  for (let span; (span = spans.pop());) {
    const [first, last] = span, [x, y] = points[first], [dx, dy] = [points[last][0] - x, points[last][1] - y];
    let most = first, far = UNSEEN; // the point that lies farthest from the straight way, if one does
    for (let k = first + 1; k < last; k++) {
      const u = points[k][0] - x, v = points[k][1] - y;
      const at = Math.min(1, Math.max(0, (u * dx + v * dy) / (dx * dx + dy * dy || 1)));
      const off = Math.hypot(u - at * dx, v - at * dy);
      if (off > far) [most, far] = [k, off];
    }
    if (most === first) continue;
    kept.add(most);
    spans.push([first, most], [most, last]);
  }
  const order = [...kept].toSorted((a, b) => a - b);
  return `M${order.map((k) => points[k].map((n) => Number(n.toFixed(1))).join(" ")).join("L")}`;
}

/**
 * An element as text, without what is hidden, empty, or there for fingers alone; `own` renames its ids.
 * @param {Element} element
 * @param {(id: string) => string} own
 * @returns {string}
 */
function markup(element, own) {
  const { localName: name, classList } = element;
  if (element.hasAttribute("hidden") || classList.contains("nn-target")) return "";
  if (name === "path" && !element.getAttribute("d")) return "";
  if (name === "foreignObject") return masked(element, own);
  const inside = escaped(element.text) + element.children.map((one) => markup(one, own)).join("");
  if (!inside && (name === "text" || name === "g")) return "";
  const { cssText, ...others } = element.style;
  const style = Object.entries(others).filter(([, value]) => value !== "");
  const said = [cssText, ...style.map(([key, value]) => `${dashed(key)}: ${value}`)];
  const given = new Map(element.attributes);
  if (said.some(Boolean)) given.set("style", said.filter(Boolean).join("; "));
  const words = [...given].filter(([key]) => !UNHEARD.test(key)).map(([key, value]) => {
    const text = key === "id" ? own(value) : value.replace(/url\(#([^)]+)\)/, (_, id) => `url(#${own(id)})`);
    const place = PLACES.has(key) ? round(text) : text;
    return ` ${key}="${escaped(key === "d" ? place.replace(BENT, straightened) : place)}"`;
  });
  return `<${name}${words.join("")}>${inside}</${name}>`;
}

/**
 * A map's canvas as a mask over its color: an image has no theme, and a saved picture no script.
 * @param {Element} holder
 * @param {(id: string) => string} own
 */
function masked(holder, own) {
  const [canvas] = holder.children;
  if (!(canvas instanceof Canvas) || !canvas.image.width) return "";
  const place = (/** @type {string} */ key) => ` ${key}="${round(String(holder.getAttribute(key)))}"`;
  const box = ["x", "y", "width", "height"].map(place).join("");
  const href = canvas.pixels();
  const id = own(href);
  const look = canvas.classList.contains("nn-pixels") ? ' style="image-rendering: pixelated"' : "";
  const image = `<image${box} preserveAspectRatio="none" href="${href}"${look}></image>`;
  const color = `<rect${box} class="${holder.getAttribute("class")}" mask="url(#${id})"></rect>`;
  return `<mask id="${id}" maskUnits="userSpaceOnUse"${box}>${image}</mask>${color}`;
}

/**
 * Traits as a figure gets them: what Python sent as text of bytes becomes bytes.
 * @param {unknown} value
 * @returns {any} of what type, the figure's own declaration says
 */
function received(value) {
  if (value === null || typeof value !== "object") return value;
  if ("bytes" in value) return Uint8Array.from(String(value.bytes), (c) => c.charCodeAt(0));
  if (Array.isArray(value)) return value.map(received);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, received(one)]));
}

/**
 * Draw once: the picture's text with ids that begin with `prefix`, the images in it, and what the figure says.
 * @param {{ kit: typeof import("./kit.js"), figure: { stage: Stager } }} made
 * @param {Declared} state
 * @param {number} width
 * @param {number} height
 * @param {string} prefix
 */
function still({ kit, figure }, state, width, height, prefix) {
  images = [];
  /** @type {Declared} */
  const values = received(state);
  /** @type {Read<Declared>} */
  const get = (key) => values[key];
  const read = (/** @type {string[]} */ ...keys) => keys.map(get);
  const set = (/** @type {Partial<Declared>} */ given) => Object.assign(values, given);
  const controls = kit.mapped(values.controls, (spec, name) =>
    (spec.kind === "slider" ? kit.knob(name, spec, (key) => Number(get(key)), set) : spec));
  const svg = strict(new Element("svg"));
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const signal = { addEventListener() {} };
  const knob = (/** @type {string} */ key) => controls[key];
  // Its document is no browser's, but has all that a figure asks of one.
  const stage = /** @type {any} */ ({ svg, width, height, get, read, set, knob, signal });
  const said = figure.stage(stage)();
  const ids = new Map();
  const own = (/** @type {string} */ id) => {
    if (!ids.has(id)) ids.set(id, `${prefix}-${ids.size + 1}`);
    return ids.get(id);
  };
  return { ...said, picture: svg.children.map((one) => markup(one, own)).join(""), images };
}

Object.assign(globalThis, {
  still,
  getComputedStyle: () => ({ fill: "rgb(255, 255, 255)" }),
  document: {
    createElementNS: (/** @type {string} */ _, /** @type {string} */ name) => strict(new Element(name)),
    createElement: (/** @type {string} */ name) => strict(new (name === "canvas" ? Canvas : Element)(name)),
  },
});
