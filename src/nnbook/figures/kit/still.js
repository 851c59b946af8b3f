// A document of plain objects, so that a figure's own file draws in V8 alone as it does in a browser; then
// the text of what is seen. It knows what figures and their parts use, and nothing more.

class Element {
  constructor(name) {
    Object.assign(this, { localName: name, parentElement: null, children: [], style: {}, text: "" });
    this.attributes = new Map();
    const names = () => new Set((this.getAttribute("class") ?? "").split(" ").filter(Boolean));
    const put = (set) => this.setAttribute("class", [...set].join(" "));
    this.classList = {
      add: (...given) => put(new Set([...names(), ...given])),
      remove: (...given) => put([...names()].filter((one) => !given.includes(one))),
      contains: (one) => names().has(one),
      toggle: (one, on = !names().has(one)) => this.classList[on ? "add" : "remove"](one),
    };
  }

  getAttribute(key) { return this.attributes.get(key) ?? null; }
  hasAttribute(key) { return this.attributes.has(key); }
  removeAttribute(key) { this.attributes.delete(key); }
  setAttribute(key, value) { this.attributes.set(key, String(value)); }
  toggleAttribute(key, on = !this.hasAttribute(key)) { if (on) this.setAttribute(key, ""); else this.removeAttribute(key); }

  get textContent() { return this.text + this.children.map((one) => one.textContent).join(""); }
  set textContent(text) { this.replaceChildren(); this.text = String(text); }

  get firstChild() { return this.children[0] ?? null; }
  get lastChild() { return this.children.at(-1) ?? null; }
  get parentNode() { return this.parentElement; }
  append(...given) {
    for (const one of given) {
      one.remove();
      one.parentElement = this;
      this.children.push(one);
    }
  }
  appendChild(one) { this.append(one); return one; }
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
  getContext() {
    const createImageData = (width, height) => ({ width, height, data: new Uint8ClampedArray(4 * width * height) });
    return { createImageData, putImageData: ({ width, height, data }) => { this.image = { width, height, data }; } };
  }
  toDataURL() {
    const { width, height, data } = this.image;
    images.push({ width, height, alpha: Array.from({ length: width * height }, (_, i) => data[4 * i + 3]) });
    return `pixels:${images.length - 1}`;
  }
}

let images = [];
globalThis.document = {
  createElementNS: (_, name) => new Element(name),
  createElement: (name) => new (name === "canvas" ? Canvas : Element)(name),
};

const PLACES = new Set(["d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "width", "height", "transform", "viewBox"]);
const UNHEARD = /^(?:aria-|role$|tabindex$|hidden$)/; // the still has one alternative text for all of it
const round = (text) => text.replace(/-?\d+\.\d+(?:e[-+]?\d+)?/g, (n) => String(Number(Number(n).toFixed(2))));
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
const dashed = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** An element as text, without what is hidden, empty, or there for fingers alone; `own` renames its ids. */
function markup(element, own) {
  const { localName: name, classList } = element;
  if (element.hasAttribute("hidden") || classList.contains("nn-target")) return "";
  if (name === "path" && !element.getAttribute("d")) return "";
  const inside = escaped(element.text) + element.children.map((one) => markup(one, own)).join("");
  if (!inside && (name === "text" || name === "g")) return "";
  const style = Object.entries(element.style).filter(([, value]) => value !== "");
  const said = [element.getAttribute("style"), ...style.map(([key, value]) => `${dashed(key)}: ${value}`)];
  const given = new Map(element.attributes);
  if (said.some(Boolean)) given.set("style", said.filter(Boolean).join("; "));
  const words = [...given].filter(([key]) => !UNHEARD.test(key)).map(([key, value]) => {
    const text = key === "id" ? own(value) : value.replace(/url\(#([^)]+)\)/, (_, id) => `url(#${own(id)})`);
    return ` ${key}="${escaped(PLACES.has(key) ? round(text) : text)}"`;
  });
  return `<${name}${words.join("")}>${inside}</${name}>`;
}

/** Traits as a figure gets them: what Python sent as text of bytes becomes bytes. */
const received = (value) => {
  if (value === null || typeof value !== "object") return value;
  if ("bytes" in value) return Uint8Array.from(value.bytes, (c) => c.charCodeAt(0));
  if (Array.isArray(value)) return value.map(received);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, received(one)]));
};

/** Draw once: the picture's text with ids that begin with `prefix`, the images in it, and what the figure says. */
globalThis.still = ({ kit, figure }, state, width, height, prefix) => {
  images = [];
  const values = received(state);
  const get = (key) => values[key];
  const set = (given) => Object.assign(values, given);
  const controls = kit.mapped(get("controls"), (spec, name) =>
    (spec.kind === "slider" ? kit.knob(name, spec, get, set) : spec));
  const svg = new Element("svg");
  svg.handles = [];
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const signal = { addEventListener() {} };
  const said = figure.stage({ svg, width, height, get, set, knob: (key) => controls[key], signal })();
  const ids = new Map();
  const own = (id) => {
    if (!ids.has(id)) ids.set(id, `${prefix}-${ids.size + 1}`);
    return ids.get(id);
  };
  return { ...said, picture: svg.children.map((one) => markup(one, own)).join(""), images };
};
