// The page's Python: a worker that starts when something is first asked of it, and can be ended.

/** Thrown to whoever waits for a Python that was ended. */
export class Ended extends Error {}

export class Python {
  /** @type {Worker | undefined} */
  #worker;
  /** @type {MessagePort | undefined} */
  #port;
  /** @type {Map<number, { answer: (value: any) => void, fail: (error: Error) => void, on: (message: any) => void }>} */
  #waiting = new Map();
  #asked = 0;
  /** @type {Promise<void> | undefined} */
  #started;
  /** @type {Set<(loaded: number, total: number) => void>} */
  #watching = new Set();
  ready = false;

  /**
   * What the worker answers to a message; `on` gets what comes before that.
   * @param {object} message
   * @param {(message: any) => void} [on]
   * @returns {Promise<any>}
   */
  ask(message, on = () => {}) {
    const id = ++this.#asked;
    return new Promise((answer, fail) => {
      this.#waiting.set(id, { answer, fail, on });
      this.#port?.postMessage({ ...message, id });
    });
  }

  /**
   * Starts Python if there is none; `watch` is told how many bytes have come.
   * @param {(loaded: number, total: number) => void} watch
   */
  async start(watch) {
    this.#watching.add(watch);
    this.#started ??= this.#begin();
    try {
      await this.#started;
    } finally {
      this.#watching.delete(watch);
    }
  }

  async #begin() {
    this.#worker = new Worker(new URL("worker.mjs", import.meta.url), { type: "module" });
    const { port1, port2 } = new MessageChannel();
    this.#worker.postMessage("", [port2]);
    this.#port = port1;
    port1.addEventListener("message", ({ data }) => {
      const waiting = this.#waiting.get(data.id);
      if (data.kind) waiting?.on(data);
      else this.#waiting.delete(data.id);
      if (data.error) waiting?.fail(new Error(data.error));
      else if (data.answer) waiting?.answer(data.answer);
    });
    port1.start();
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.end(new Error(event.message || "worker.mjs could not be loaded: is there a network?"));
    });
    try {
      await this.ask({ do: "start" }, ({ loaded, total }) => {
        if (loaded) for (const watch of this.#watching) watch(loaded, total);
      });
    } catch (error) {
      this.end(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
    this.ready = true;
  }

  /** Ends Python at once, with all its variables; the next question starts another. */
  end(reason = /** @type {Error} */ (new Ended("Python was ended."))) {
    this.#worker?.terminate();
    this.#port?.close();
    this.#worker = undefined;
    this.#port = undefined;
    this.#started = undefined;
    this.ready = false;
    for (const { fail } of this.#waiting.values()) fail(reason);
    this.#waiting.clear();
  }
}
