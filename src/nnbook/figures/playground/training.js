// Trains the network with the page's own Python, a slice of updates after the other; without one it plays the
// recorded run. What is shown of a run is kept here, and no trait: it can be had again from the settings.
import { array, find, mapped } from "../kit/kit.js";

const SLICE = 20; // updates between two pictures
const MOST = 400; // rows of history that are kept: then every other goes
const LOST = "the loss is no longer a number. Try a smaller learning rate, and start again.";
const WELL = "at least 95 % of all points are right. Play goes on.";
const HIDDEN = "Paused while it was out of sight. Play goes on.";
const NOT_SET = ["put", "cx", "cy", "t"]; // controls that are none of the network's

const mega = (/** @type {number} */ bytes) => (bytes / 1e6).toFixed(1);

/** @param {Page<any, any>} page */
export function training({ root, get, set, again, signal }) {
  const python = window.nnPython;
  const said = find(root, ".nn-live-said");
  const [lines] = root.querySelectorAll(".nn-live-lines");
  const playButton = find(root, "[data-live=play]");
  /** @type {any} */
  let shown = null; // the last state
  /** @type {number[][]} */
  let history = [];
  /** @type {number[][]} */
  let pale = [];
  /** @type {Promise<void> | null} */
  let busy = null;
  let [playing, praised, number, look, code, asked, speed] = [false, false, 1, -1, "", "", "–"];
  let timer = 0;
  if (python) for (const one of root.querySelectorAll("[data-live], .nn-live-code")) one.hidden = false;

  const settings = () => Object.fromEntries(Object.keys(get("controls")).filter((key) => !NOT_SET.includes(key))
    .map((key) => [key, get(key)]));
  const say = (/** @type {string} */ text) => { said.textContent = text; };
  const pause = (text = "") => {
    playing = false;
    clearInterval(timer);
    playButton.textContent = "Play";
    if (text) say(text);
  };
  const forget = () => {
    pause();
    [shown, history, pale] = [null, [], []];
    lines.hidden = true;
    say("");
  };
  const isSeen = () => {
    const { top, bottom } = find(root, ".nn-stage").getBoundingClientRect();
    return !document.hidden && bottom > 0 && top < innerHeight;
  };
  /** The reader's code, if it is not the book's. */
  const typed = () => {
    const field = root.querySelector("[data-code] textarea");
    return field instanceof HTMLTextAreaElement && field.value.trim() !== get("code") ? field.value : "";
  };

  /**
   * One question to Python; what it answers is shown.
   * @param {string} what
   * @param {number} updates
   */
  async function ask(what, updates) {
    const chosen = settings();
    asked = JSON.stringify(chosen);
    const message = { do: "train", number, settings: chosen, code, what, updates, side: 40, every: 5 };
    const start = performance.now();
    const answer = await /** @type {PythonOfPage} */ (python).consult(message, (loaded, total) =>
      say(loaded < total ? `Python is being loaded, once: ${mega(loaded)} of ${mega(total)} MB`
        : "Python is starting …"));
    if (signal.aborted || look !== get("t")) return;
    if (answer.stopped) {
      pause(`It cannot go on: ${answer.stopped}`);
      return;
    }
    if (answer.fresh && history.length) [pale, history] = [history, []];
    if (answer.fresh) praised = false;
    if (said.textContent?.startsWith("Python is")) say("");
    shown = { ...mapped({ map: answer.map, units: answer.units, weights: answer.weights }, (one) => array(one).values),
      losses: [...array(answer.losses).values], sizes: [...array(answer.sizes).values], updates: answer.updates };
    const seconds = (performance.now() - start) / 1000;
    if (updates && what === "go") speed = `${Math.round(updates / seconds)} updates a second`;
    if (history[history.length - 1]?.[0] !== shown.updates) history.push([shown.updates, ...shown.losses]);
    if (history.length > MOST) history = history.filter((_, k) => k % 2 === 0);
    lines.hidden = !answer.lines;
    lines.textContent = (answer.lines ?? []).join("\n");
    if (answer.diverged) pause(`Stopped after ${shown.updates} updates: ${LOST}`);
    else if (answer.solved && !praised) {
      praised = true;
      pause(`Solved after ${shown.updates} updates, so it pauses: ${WELL}`);
    } else if (playing && !isSeen()) pause(HIDDEN);
    requestAnimationFrame(again);
  }

  /**
   * The same unless a question is open; what goes wrong is said.
   * @param {string} what
   */
  const once = (what, updates = 0) => {
    busy ??= ask(what, updates).catch((error) => {
      shown = null;
      pause(`${error.message ?? error} Play begins anew.`);
      again();
    }).finally(() => { busy = null; });
    return busy;
  };

  /**
   * After the open question, if there is one.
   * @param {string} what
   */
  const next = async (what, updates = 0) => {
    pause();
    await busy;
    return once(what, updates);
  };

  async function play() {
    if (playing) return pause("Paused.");
    playing = true;
    playButton.textContent = "Pause";
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (!python) {
      const last = get("controls").t.max;
      if (get("t") >= last) set({ t: 0 });
      timer = setInterval(() => {
        set({ t: calm ? last : get("t") + 1 });
        if (get("t") >= last) pause();
      }, 700);
      return;
    }
    [code, look] = [typed(), get("t")];
    say("");
    await busy;
    const go = () => once("go", calm ? 10 * SLICE : SLICE).then(() => { if (playing) go(); });
    go();
  }

  /** @type {Record<string, () => unknown>} */
  const does = {
    play,
    step: () => next("go", 1),
    explain: () => next("explain"),
    check: () => next("check"),
    again: async () => {
      if (!python) { pause(); set({ t: 0 }); return; }
      await busy;
      [number, pale, history, praised] = [number + 1, history, [], false];
      await once("go", 0);
      say("The same first weights, and the same order of the data.");
    },
  };
  root.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    if (button?.dataset.trait) set({ [button.dataset.trait]: "" });
    if (button?.dataset.action) forget();
    const { live = "" } = button?.dataset ?? {};
    if (live && live !== "play") [code, look] = [typed(), get("t")];
    does[live]?.();
  }, { signal });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && playing) pause(HIDDEN);
  }, { signal });
  signal.addEventListener("abort", () => pause());

  return {
    /** What there is of the run; null while the recorded one is looked at. */
    seen() {
      const own = find(root, "button[data-trait]");
      if (python && own.dataset.value !== get("own")) {
        window.history.replaceState(window.history.state, "", `#${root.id}?data=${get("data")}&own=${get("own")}`);
      }
      own.dataset.value = get("own");
      if (shown && look !== get("t")) forget();
      if (shown && !playing && !busy && JSON.stringify(settings()) !== asked) once("go", 0);
      return shown && { ...shown, history, pale, speed };
    },
  };
}
