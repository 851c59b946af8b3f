// Brings the page's figures to life with no kernel: gives each its model, runs its module, and
// lets links and the page's address set it (#fig-NAME?key=value).
// The contract between a figure and its host is anywidget's: https://anywidget.dev/en/afm/
(() => {
  /** What a figure sees of its widget: traits to get, set and watch. */
  class PageModel {
    /** @type {Record<string, any>} */
    #state;
    /** @type {Map<string, Set<() => void>>} */
    #listeners = new Map();

    /** @param {Record<string, any>} state */
    constructor(state) {
      this.#state = state;
    }

    /** @param {string} key */
    get(key) {
      return this.#state[key];
    }

    /**
     * @param {string} key
     * @param {unknown} value
     */
    set(key, value) {
      if (this.#state[key] === value) return;
      this.#state[key] = value;
      for (const event of [`change:${key}`, "change"]) {
        for (const listener of [...(this.#listeners.get(event) ?? [])]) listener();
      }
    }

    /**
     * @param {string} event
     * @param {() => void} listener
     */
    on(event, listener) {
      const listeners = this.#listeners.get(event) ?? new Set();
      this.#listeners.set(event, listeners.add(listener));
    }

    /**
     * @param {string} event
     * @param {() => void} listener
     */
    off(event, listener) {
      this.#listeners.get(event)?.delete(listener);
    }

    save_changes() {} // there is no kernel to tell
  }

  /**
   * Put the arrays into the state: what book/ext/figure_bytes.py has done, backwards.
   * @param {Record<string, any>} state
   * @param {{ places: [string[], number, 1 | 2 | 4, boolean][], data: string }} packed where each
   *   array belongs, its bytes, those of one of its numbers, and whether the numbers are differences
   */
  async function unpack(state, { places, data }) {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const all = new Uint8Array(await new Response(stream).arrayBuffer());
    let from = 0;
    for (const [path, size, width, sums] of places) {
      const [one, count] = [new Uint8Array(size), size / width];
      for (let byte = 0; byte < width; byte++) {
        for (let k = 0; k < count; k++) one[k * width + byte] = all[from++];
      }
      if (sums) {
        const numbers = new { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array }[width](one.buffer);
        for (let k = 1; k < numbers.length; k++) numbers[k] += numbers[k - 1];
      }
      const holder = path.slice(0, -1).reduce((at, key) => at[key], state);
      holder[path[path.length - 1]] = new DataView(one.buffer);
    }
  }

  /** @type {Map<string, Widget>} */
  const programs = new Map();

  /**
   * A figure's program, made once however many figures share it: the kit, and what takes it.
   * @param {string[]} parts
   */
  function load(parts) {
    const known = programs.get(parts.join());
    if (known) return known;
    const [kit, make] = parts.map((part) => window.nnFront[part]);
    const program = make(kit);
    programs.set(parts.join(), program);
    return program;
  }

  /** @type {Map<string, { figure: HTMLElement, set: (query: string) => void, now: () => string }>} */
  const started = new Map(); // by "#fig-NAME", as an address writes it: the figure, what sets it, how it is set

  /** @param {HTMLElement} host */
  async function start(host) {
    const [figure] = host.querySelectorAll(".nnfig");
    try {
      const data = JSON.parse(host.querySelector("script")?.textContent ?? "");
      await unpack(data.state, data.bytes);
      const model = new PageModel(data.state);
      const widget = load(data.modules);
      await widget.initialize?.({ model });
      await widget.render({ model, el: host });
      const set = (/** @type {string} */ query) => widget.follow?.({ model }, query);
      const now = () => widget.settings?.({ model }) ?? "";
      started.set(new URL(`#${figure.id}`, location.href).hash, { figure, set, now });
      model.on("change", later);
    } catch (error) {
      console.error(error);
      figure.dataset.failed = "";
      const note = document.createElement("p");
      note.className = "nn-note";
      note.textContent = `This figure could not start, so you see it as on paper (${error}).`;
      figure.prepend(note);
    }
  }

  /**
   * Set the figure that the address names, #fig-NAME?key=value&…
   * @param {string} hash
   */
  function setBy(hash) {
    const [address, query = ""] = hash.split(/\?(.*)/s);
    const named = started.get(address);
    named?.set(query);
    return named?.figure;
  }

  const follow = (/** @type {string} */ hash) => setBy(hash)?.scrollIntoView({ block: "nearest" });

  // Each entry of the browser's history remembers how all figures are set: going back, going forward
  // and loading anew set them again, by the rule of links.
  let waiting = 0;
  const remember = () => {
    clearTimeout(waiting);
    waiting = 0;
    const figures = [...started].map(([address, { now }]) => [address, now()]);
    history.replaceState({ ...history.state, figures }, "");
  };
  function later() {
    waiting ||= setTimeout(remember, 300);
  }
  const arrive = () => {
    const { figures } = history.state ?? {};
    if (!figures) follow(location.hash);
    for (const [address, query] of figures ?? []) started.get(address)?.set(query);
    remember();
  };

  document.addEventListener("click", ({ target }) => {
    const link = target instanceof Element && target.closest('a[href*="#fig-"]');
    if (!(link instanceof HTMLAnchorElement) || link.pathname !== location.pathname) return;
    remember(); // in the entry that is left, with its place: it is only then that the figure comes into view
    if (link.hash === location.hash) follow(link.hash);
    else setBy(link.hash);
  });
  window.addEventListener("hashchange", arrive);
  window.addEventListener("pagehide", remember);

  // Once every script is there: one figure after the other, and between two the page may show and answer.
  document.addEventListener("DOMContentLoaded", async () => {
    for (const host of document.querySelectorAll(".nn-host")) {
      await start(/** @type {HTMLElement} */ (host));
      await new Promise((done) => setTimeout(done));
    }
    arrive();
  });
})();
