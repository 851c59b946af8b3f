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

    /**
     * @param {Record<string, any>} state
     * @param {{ path: string[], data: string }[]} buffers of bytes, and where in the state they belong
     */
    constructor(state, buffers) {
      this.#state = state;
      for (const { path, data } of buffers) {
        const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
        const holder = path.slice(0, -1).reduce((at, key) => at[key], state);
        holder[path[path.length - 1]] = new DataView(bytes.buffer);
      }
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

  /** @type {Map<string, { figure: HTMLElement, set: (query: string) => void }>} */
  const started = new Map(); // by "#fig-NAME", as an address writes it: the figure, and what sets it

  /** @param {HTMLElement} host */
  async function start(host) {
    const [figure] = host.querySelectorAll(".nnfig");
    try {
      const data = JSON.parse(host.querySelector("script")?.textContent ?? "");
      const model = new PageModel(data.state, data.buffers);
      const widget = load(data.modules);
      await widget.initialize?.({ model });
      await widget.render({ model, el: host });
      const set = (/** @type {string} */ query) => widget.follow?.({ model }, query);
      started.set(new URL(`#${figure.id}`, location.href).hash, { figure, set });
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
   * Set the figure that the address names, #fig-NAME?key=value&…, and bring it into view.
   * @param {string} hash
   */
  function follow(hash) {
    const [address, query = ""] = hash.split(/\?(.*)/s);
    const named = started.get(address);
    named?.set(query);
    named?.figure.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("click", ({ target }) => {
    const link = target instanceof Element && target.closest('a[href*="#fig-"]');
    if (link instanceof HTMLAnchorElement && link.pathname === location.pathname) follow(link.hash);
  });
  window.addEventListener("hashchange", () => follow(location.hash));
  Promise.all([...document.querySelectorAll(".nn-host")].map(start)).then(() => {
    follow(location.hash);
  });
})();
