// What holds a figure: it binds the page's controls to the traits, keeps the prediction, calls the
// drawing after every change, and takes everything away again.
import { add, find, fmt, mapped, onKey, uid } from "./base.js";
import { knob, settings } from "./controls.js";

/**
 * @typedef {(Slider & Knob) | Choice | Switch | Order | Points | Drawn} Bound a control; a slider can be turned
 * @typedef {Read<Declared>} Get
 * @typedef {(values: Partial<Declared>) => void} Put
 */

/**
 * A figure from its drawing: `stage({ svg, width, height, get, read, set, knob, signal })` builds the
 * picture for one size and returns `draw()`, called after every change of a trait, which returns
 * `{ out, say, rows }`: the numbers by name, one sentence, and the rows of the table; `current` may name
 * the number that was filled last, and `failed` the line of an order (from 0) that went wrong.
 * `stage` is given back too: still.js draws with it where there is no browser. In a browser it also gets, as
 * `live`, what the second argument makes of the figure's element: something that goes on by itself.
 * @template Settings
 * @template Data
 * @template Live
 * @param {Stager<Settings, Data, Live>} stage
 * @param {(page: Page<Settings, Data>) => Live} [begin]
 */
export function figure(stage, begin) {
  return {
    stage,
    /** @param {Host} host */
    render({ model, el }) {
      if (!el.querySelector(".nnfig")) el.innerHTML = model.get("_html");
      return mount(/** @type {Stager} */ (stage), model, find(el, ".nnfig"), /** @type {Begin} */ (begin));
    },
    /**
     * Set what a link says after its question mark, as far as the controls take it.
     * @param {Pick<Host, "model">} host
     * @param {string} query
     */
    follow({ model }, query) {
      const said = settings(model.get("controls"), query);
      for (const [key, value] of Object.entries(said)) model.set(key, value);
      model.save_changes();
    },
    /**
     * How the figure is set, as a link says it.
     * @param {Pick<Host, "model">} host
     */
    settings({ model }) {
      const now = Object.keys(model.get("controls")).map((key) => [key, String(model.get(key))]);
      return String(new URLSearchParams(now));
    },
  };
}

/**
 * What the answer says: how far off, or what the chosen option means, then the explanation.
 * @param {Question} question
 * @param {number | null} guess
 */
function answer(question, guess) {
  if (question.kind === "choice") {
    if (guess === null) return question.explain;
    const right = guess === question.right;
    return `${right ? "✓ Right." : "✗ Not so."} ${question.options[guess][1]} ${question.explain}`;
  }
  const typed = question.kind === "number";
  const truth = `${typed ? question.label : question.control} = ${fmt(question.truth, question.digits)}`;
  if (guess === null) return `It is ${truth}. ${question.explain}`;
  const off = guess - question.truth;
  if (Math.abs(off) <= question.tolerance) return `✓ Right: ${truth}. ${question.explain}`;
  if (typed) {
    const [, why = ""] = question.mistakes.find(([v]) => Math.abs(guess - v) <= question.tolerance) ?? [];
    return `✗ Not so: ${truth}. ${why} ${question.explain}`;
  }
  const side = off > 0 ? "too far right" : "too far left";
  return `You said ${fmt(guess)}, ${fmt(Math.abs(off))} ${side}: it is ${truth}. ${question.explain}`;
}

/**
 * Keeps inputs, answers, numbers and words in step with the traits.
 * @param {HTMLElement} root
 * @param {Get} get
 * @param {Record<string, Bound>} controls
 */
function refresh(root, get, controls) {
  for (const input of root.querySelectorAll("input[data-trait]")) {
    const { trait = "" } = input.dataset;
    const [control, value] = [controls[trait], get(trait)];
    const row = /** @type {HTMLElement} */ (input.closest("label"));
    if (control.kind === "choice") input.checked = input.value === value;
    else if (control.kind === "switch") input.checked = Boolean(value);
    else if (control.kind === "drawn") input.value = String(value);
    else if (control.kind === "slider") {
      input.value = String(value);
      input.setAttribute("aria-valuetext", control.text());
      find(row, ".nn-value").textContent = control.text();
    }
  }
  for (const field of root.querySelectorAll("[data-trait]")) {
    const only = Object.entries(controls[field.dataset.trait ?? ""].only_if ?? {});
    const row = field.closest(".nn-choice, .nn-row, .nn-switch");
    if (only.length && row instanceof HTMLElement) row.inert = only.some(([key, v]) => get(key) !== v);
  }
  for (const list of root.querySelectorAll("ol[data-trait]")) {
    const { trait = "" } = list.dataset;
    const control = controls[trait];
    if (control.kind === "order") arrange(list, control.lines, String(get(trait)));
  }
  const [guess, shown] = [get("guess"), get("shown")];
  for (const ask of root.querySelectorAll(".nn-ask")) ask.hidden = ask.dataset.ask !== get("predict");
  for (const input of root.querySelectorAll("input[data-guess]")) {
    input.disabled = shown;
    const mine = !input.closest(".nn-ask[hidden]");
    if (input.type === "radio") input.checked = mine && Number(input.value) === guess;
    else if (input !== document.activeElement) input.value = mine && guess !== null ? String(guess) : "";
  }
  const question = get("questions").find(({ key }) => key === get("predict"));
  if (!question) return;
  const text = shown ? answer(question, guess) : "";
  const box = find(root, ".nn-answer");
  if (box.textContent !== text) box.textContent = text;
  find(root, "button[data-action=show]").disabled = shown;
}

/**
 * Row k shows the k-th line of an order; those left out stand below.
 * @param {HTMLElement} list
 * @param {Order["lines"]} lines
 * @param {string} value
 */
function arrange(list, lines, value) {
  const keys = value ? value.split(",") : [];
  const known = new Map(lines);
  const all = [...keys, ...lines.map(([key]) => key).filter((key) => !keys.includes(key))];
  list.querySelectorAll("li").forEach((row, k) => {
    const [key, text] = [all[k], known.get(all[k]) ?? ""];
    const isOut = k >= keys.length;
    row.dataset.key = key;
    row.className = isOut ? "nn-out" : "";
    find(row, "code").textContent = text;
    row.querySelectorAll("button").forEach((button, i) => {
      button.disabled = i < 2 && (isOut || k === [0, keys.length - 1][i]);
      if (i === 2) button.textContent = isOut ? "+" : "✕";
      button.ariaLabel = `${["Move up", "Move down", isOut ? "Put back" : "Leave out"][i]}: ${text}`;
    });
  });
}

/**
 * Lines are moved by their buttons, which keep the focus on the moved line; to drag one over its
 * neighbor is to press its button. A finger has the buttons: begun on a line, it scrolls the page.
 * @param {HTMLElement} list
 * @param {Get} get
 * @param {Put} set
 * @param {AbortSignal} signal
 */
function sortable(list, get, set, signal) {
  const { trait = "" } = list.dataset;
  const rows = [...list.querySelectorAll("li")];
  const rowOf = (/** @type {Element} */ target) => rows.findIndex((row) => row === target.parentElement);
  list.addEventListener("click", ({ target }) => {
    if (!(target instanceof HTMLButtonElement)) return;
    const k = rowOf(target);
    const by = Number(target.dataset.by);
    const keys = String(get(trait)).split(",").filter(Boolean);
    const [key] = keys.splice(k, 1);
    if (by) keys.splice(k + by, 0, key);
    else if (!key) keys.push(rows[k].dataset.key ?? "");
    set({ [trait]: keys.join() });
    queueMicrotask(() => {
      const row = rows[k + by];
      const [same = find(row, "button:last-child")] = row.querySelectorAll(`button[data-by="${by}"]:enabled`);
      same.focus();
    });
  }, { signal });
  let held = 0;
  list.addEventListener("pointerdown", ({ target, pointerId, pointerType }) => {
    if (!(target instanceof Element) || target.localName !== "code" || pointerType === "touch") return;
    held = rowOf(target);
    target.setPointerCapture(pointerId);
  }, { signal });
  list.addEventListener("pointermove", ({ target, pointerId, pointerType, clientY }) => {
    if (!(target instanceof Element) || pointerType === "touch" || !target.hasPointerCapture(pointerId)) return;
    const { top, bottom } = rows[held].getBoundingClientRect();
    const by = Number(clientY > bottom) - Number(clientY < top);
    const [button] = rows[held].querySelectorAll(`button[data-by="${by}"]:enabled`);
    if (!by || !button) return;
    button.click();
    held += by;
  }, { signal });
}

/**
 * Puts what a drawing says into the page: numbers, the failed line, the table.
 * @param {HTMLElement} root
 * @param {Drawing} drawing
 */
function write(root, { out, rows, current, failed = -1 }) {
  for (const [key, text] of Object.entries(out)) {
    const number = find(root, `[data-out="${key}"]`);
    number.textContent = text;
    if (key === current) number.parentElement?.setAttribute("aria-current", "step");
    else number.parentElement?.removeAttribute("aria-current");
  }
  root.querySelectorAll("ol[data-trait] > li").forEach((row, k) => row.classList.toggle("nn-failed", k === failed));
  const cells = root.querySelectorAll(".nn-describe tbody :is(td, th)");
  rows.flat().forEach((v, i) => {
    cells[i].textContent = typeof v === "number" ? fmt(v, 3) : v;
  });
}

/**
 * @param {Stager} stage
 * @param {Model} model
 * @param {HTMLElement} root
 * @param {Begin} [begin]
 * @returns {() => void} what takes the figure away again
 */
function mount(stage, model, root, begin) {
  const life = new AbortController();
  const { signal } = life;
  /** @type {Get} */
  const get = (key) => model.get(key);
  /** @type {Put} */
  const set = (values) => {
    for (const [key, value] of Object.entries(values)) model.set(key, value);
    model.save_changes();
  };
  const playing = player(root, get, set, signal);
  /** @type {Record<string, Bound>} */
  const controls = mapped(get("controls"), (spec, name) =>
    (spec.kind === "slider" ? knob(name, spec, (key) => Number(get(key)), set) : spec));
  bind(root, controls, get, set, playing, signal);
  /** @type {Stage["read"]} */
  const read = (...keys) => /** @type {any} */ (keys.map((key) => get(String(key)))); // a tuple in, a tuple out
  const turned = (/** @type {string} */ name) => /** @type {Slider & Knob} */ (controls[name]);

  const place = find(root, ".nn-stage");
  /** @type {Picture} */
  const svg = add(place, "svg", { class: "nn-picture nn-live", role: "group" });
  let drawing = new AbortController();
  /** @type {() => Drawing} */
  let draw = () => ({ out: {}, rows: [], say: "" });
  let timer = 0;
  let queued = false;
  const update = () => {
    queued = false;
    if (signal.aborted) return;
    refresh(root, get, controls);
    playing.refresh();
    const shown = draw();
    write(root, shown);
    clearTimeout(timer);
    timer = setTimeout(() => { find(root, ".nn-sentence").textContent = shown.say; }, 400);
  };
  const later = () => {
    if (!queued) queueMicrotask(update);
    queued = true;
  };
  const live = begin?.({ root, get, read, set, again: later, signal });
  const fit = () => {
    // On a slide the picture is drawn larger, in as many units fewer: its text is then as large as the slide's.
    const zoom = Number(getComputedStyle(place).getPropertyValue("--nn-zoom")) || 1;
    const [width, height] = [place.clientWidth / zoom, place.clientHeight / zoom];
    if (!width || svg.getAttribute("viewBox") === `0 0 ${width} ${height}`) return;
    const focus = svg.contains(document.activeElement) && document.activeElement?.ariaLabel;
    drawing.abort();
    drawing = new AbortController();
    svg.replaceChildren();
    svg.handles = [];
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    describe(svg, root);
    draw = stage({ svg, width, height, get, read, set, knob: turned, signal: drawing.signal, live });
    const [again] = focus ? svg.querySelectorAll(`[aria-label="${focus}"]`) : [];
    again?.focus({ preventScroll: true });
    update();
  };
  const watched = [...Object.keys(controls), "predict", "guess", "shown"].map((k) => `change:${k}`);
  for (const event of watched) model.on(event, later);
  // What is painted on a canvas has its colors by value. In the next frame, because JupyterLab turns attributes in the
  // middle of a click, when a radio button pressed has not yet told what it is.
  const themes = new MutationObserver(() => requestAnimationFrame(later));
  themes.observe(document.documentElement, { attributes: true });
  themes.observe(document.body, { attributes: true });
  const size = new ResizeObserver(fit);
  size.observe(place);
  fit();
  root.dataset.ready = "";
  return () => {
    life.abort();
    drawing.abort();
    clearTimeout(timer);
    size.disconnect();
    themes.disconnect();
    for (const event of watched) model.off(event, later);
    svg.remove();
    delete root.dataset.ready;
  };
}
/**
 * Play, Pause and Step of the controls that go on by steps: at most one of them plays.
 * @param {HTMLElement} root
 * @param {Get} get
 * @param {Put} set
 * @param {AbortSignal} signal
 */
function player(root, get, set, signal) {
  let timer = 0;
  /** @type {string | null} */
  let playing = null;
  const spec = (/** @type {string} */ key) => /** @type {Slider} */ (get("controls")[key]);
  const atEnd = (/** @type {string} */ key) => Number(get(key)) >= spec(key).max;
  const stop = () => {
    clearInterval(timer);
    playing = null;
    relabel();
  };
  const step = (/** @type {string} */ key) => set({ [key]: atEnd(key) ? 0 : Number(get(key)) + 1 });
  const relabel = () => {
    for (const button of root.querySelectorAll("button[data-action=play]")) {
      const text = button.dataset.of === playing ? "Pause" : "Play";
      if (button.textContent === text) continue;
      button.textContent = text;
      button.ariaLabel = String(button.ariaLabel).replace(/^\w+/, text);
    }
  };
  const toggle = (/** @type {string} */ key) => {
    const was = playing;
    stop();
    if (was === key) return;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return set({ [key]: spec(key).max });
    playing = key;
    if (atEnd(key)) set({ [key]: 0 });
    timer = setInterval(() => {
      step(key);
      if (atEnd(key)) stop();
    }, spec(key).wait);
    relabel();
  };
  signal.addEventListener("abort", () => clearInterval(timer));
  return { stop, step, toggle, refresh: relabel };
}

/**
 * The SVG's accessible name and description, from the words that the page shows anyway.
 * @param {Picture} svg
 * @param {HTMLElement} root
 */
function describe(svg, root) {
  const id = uid();
  add(svg, "title", { id: `${id}-t` }, root.ariaLabel ?? "");
  add(svg, "desc", { id: `${id}-d` }, find(root, ".nn-describe p").textContent ?? "");
  svg.setAttribute("aria-labelledby", `${id}-t`);
  svg.setAttribute("aria-describedby", `${id}-d`);
}

/**
 * The slider on which a finger has come down, as long as the finger may be about to scroll the page:
 * it turns nothing before it has gone sideways or is lifted.
 * @param {HTMLElement} root
 * @param {Get} get
 * @param {AbortSignal} signal
 */
function scrolling(root, get, signal) {
  /** @type {{ slider: HTMLInputElement | null, from: number }} */
  const finger = { slider: null, from: 0 };
  const turn = () => {
    const { slider } = finger;
    finger.slider = null;
    slider?.dispatchEvent(new Event("input", { bubbles: true }));
  };
  root.addEventListener("pointerdown", ({ target, pointerType, clientX }) => {
    if (pointerType !== "touch" || !(target instanceof HTMLInputElement) || target.type !== "range") return;
    Object.assign(finger, { slider: target, from: clientX });
  }, { signal });
  root.addEventListener("pointermove", ({ clientX }) => {
    if (Math.abs(clientX - finger.from) > 12) turn();
  }, { signal });
  root.addEventListener("pointerup", turn, { signal });
  root.addEventListener("pointercancel", () => { // the page scrolls
    const { slider } = finger;
    finger.slider = null;
    if (slider) slider.value = String(get(slider.dataset.trait ?? ""));
  }, { signal });
  return finger;
}

/**
 * Listens to the page's inputs and buttons; every one of them sets traits and nothing else.
 * @param {HTMLElement} root
 * @param {Record<string, Bound>} controls
 * @param {Get} get
 * @param {Put} set
 * @param {ReturnType<typeof player>} playing
 * @param {AbortSignal} signal
 */
function bind(root, controls, get, set, playing, signal) {
  const suffix = uid();
  for (const radio of root.querySelectorAll("input[type=radio]")) radio.name += suffix;
  const finger = scrolling(root, get, signal);
  root.addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target === finger.slider) return;
    const { type, value, dataset: { trait, guess } } = target;
    playing.stop();
    if (trait) set({ [trait]: type === "range" ? target.valueAsNumber : type === "checkbox" ? target.checked : value });
    if (guess !== undefined) {
      // "" and " " are 0 to Number, "1/4" is 1 to parseFloat: a number is what both read alike.
      const said = value.replace("−", "-").replace(/([1-9]\d*),(?=\d{3}$)/, "$1").replace(",", ".");
      set({ guess: parseFloat(said) === Number(said) ? Number(said) : null });
    }
  }, { signal });
  root.addEventListener("keydown", (event) => {
    if (!(event.target instanceof HTMLInputElement) || !event.key.startsWith("Page")) return;
    const { trait = "" } = event.target.dataset;
    const control = controls[trait];
    if (control?.kind === "slider") onKey(event, control);
  }, { signal });
  for (const list of root.querySelectorAll("ol[data-trait]")) sortable(list, get, set, signal);
  const questions = get("questions");
  const asked = () => questions.findIndex(({ key }) => key === get("predict"));
  const fresh = { guess: null, shown: false };
  /** @type {Partial<Record<string, (of: string) => void>>} */
  const actions = {
    play: playing.toggle,
    step: playing.step,
    show: () => set({ ...questions[asked()].after, shown: true }),
    next: () => {
      const { key, before } = questions[(asked() + 1) % questions.length];
      set({ ...before, ...fresh, predict: key });
    },
    reset: () => set({ ...get("opening"), ...fresh }),
  };
  root.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    const { action = "", of = "" } = button?.dataset ?? {};
    if (action && action !== "play") playing.stop();
    actions[action]?.(of);
  }, { signal });
}
