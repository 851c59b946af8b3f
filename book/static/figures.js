// Brings the page's figures to life with no kernel: gives each its model, runs its module, and
// lets links and the page's address set it (#fig-NAME?key=value).
// The contract between a figure and its host is anywidget's: https://anywidget.dev/en/afm/
(() => {
  /** What a figure sees of its widget: traits to get, set and watch. */
  class Model {
    #state;
    #listeners = new Map();

    constructor(state, buffers) {
      this.#state = state;
      for (const { path, data } of buffers) {
        const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
        const holder = path.slice(0, -1).reduce((at, key) => at[key], state);
        holder[path.at(-1)] = new DataView(bytes.buffer);
      }
    }

    get(key) {
      return this.#state[key];
    }

    set(key, value) {
      if (this.#state[key] === value) return;
      this.#state[key] = value;
      for (const event of [`change:${key}`, "change"]) {
        for (const listener of [...(this.#listeners.get(event) ?? [])]) listener();
      }
    }

    on(event, listener) {
      if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
      this.#listeners.get(event).add(listener);
    }

    off(event, listener) {
      this.#listeners.get(event)?.delete(listener);
    }

    save_changes() {} // there is no kernel to tell
  }

  const modules = new Map();

  /** The module made of the named parts, imported once however many figures share it. */
  function load(parts) {
    const key = parts.join();
    if (!modules.has(key)) {
      const text = parts.map((part) => window.nnFront[part]).join("\n");
      const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
      modules.set(key, import(url).finally(() => URL.revokeObjectURL(url)));
    }
    return modules.get(key);
  }

  const started = new Map(); // "#fig-NAME", as an address writes it → the figure, and what sets it

  async function start(host) {
    const figure = host.querySelector(".nnfig");
    try {
      const data = JSON.parse(host.querySelector("script").textContent);
      const model = new Model(data.state, data.buffers);
      const { default: widget } = await load(data.modules);
      await widget.initialize?.({ model });
      await widget.render({ model, el: host });
      const set = (query) => widget.follow?.({ model }, query);
      started.set(new URL(`#${figure.id}`, location).hash, { figure, set });
    } catch (error) {
      console.error(error);
      figure.dataset.failed = "";
      const note = document.createElement("p");
      note.className = "nn-note";
      note.textContent = `This figure could not start, so you see it as on paper (${error}).`;
      figure.prepend(note);
    }
  }

  /** Set the figure that the address names, #fig-NAME?key=value&…, and bring it into view. */
  function follow(hash) {
    const [address, query = ""] = hash.split(/\?(.*)/s);
    const { figure, set } = started.get(address) ?? {};
    set?.(query);
    figure?.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("click", ({ target }) => {
    const link = target.closest?.('a[href*="#fig-"]');
    if (link && link.pathname === location.pathname) follow(link.hash);
  });
  window.addEventListener("hashchange", () => follow(location.hash));
  Promise.all([...document.querySelectorAll(".nn-host")].map(start)).then(() => {
    follow(location.hash);
  });
})();
