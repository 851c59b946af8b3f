// What holds a figure: it binds the page's controls to the traits, keeps the prediction, calls the
// drawing after every change, and takes everything away again.
import { add, fmt, knob, mapped, onKey, uid } from "./base.js";

/**
 * A figure from its drawing: `stage({ svg, width, height, get, set, knob, signal })` builds the
 * picture for one size and returns `draw()`, called after every change of a trait, which returns
 * `{ out, say, rows }`: the numbers by name, one sentence, and the rows of the table.
 */
export function figure(stage) {
  return {
    render({ model, el }) {
      if (!el.querySelector(".nnfig")) el.innerHTML = model.get("_html");
      return mount(stage, model, el.querySelector(".nnfig"));
    },
  };
}

/** What the answer says: how far off, or what the chosen option means, then the explanation. */
function answer(question, guess) {
  if (question.kind === "choice") {
    if (guess === null) return question.explain;
    const right = guess === question.right;
    return `${right ? "✓ Right." : "✗ Not so."} ${question.options[guess][1]} ${question.explain}`;
  }
  const truth = `${question.of ?? question.label} = ${fmt(question.truth, question.digits)}`;
  if (guess === null) return `It is ${truth}. ${question.explain}`;
  const off = guess - question.truth;
  if (Math.abs(off) <= question.tolerance) return `✓ Right: ${truth}. ${question.explain}`;
  if (question.kind === "number") {
    const [, why = ""] = question.mistakes.find(([v]) => Math.abs(guess - v) <= question.tolerance) ?? [];
    return `✗ Not so: ${truth}. ${why} ${question.explain}`;
  }
  const side = off > 0 ? "too far right" : "too far left";
  return `You said ${fmt(guess)}, ${fmt(Math.abs(off))} ${side}: it is ${truth}. ${question.explain}`;
}

/** Keeps inputs, answers, numbers and words in step with the traits. */
function refresh(root, get, controls) {
  for (const input of root.querySelectorAll("[data-trait]")) {
    const { trait } = input.dataset;
    if (input.type === "radio") input.checked = input.value === get(trait);
    else if (input.type === "checkbox") input.checked = get(trait);
    else if (controls[trait].lines) arrange(input, controls[trait].lines, get(trait));
    else {
      input.value = get(trait);
      input.setAttribute("aria-valuetext", controls[trait].text());
      input.nextElementSibling.textContent = controls[trait].text();
    }
    const only = Object.entries(controls[trait].only_if ?? {});
    if (only.length) input.closest("label").inert = only.some(([key, v]) => get(key) !== v);
  }
  const [key, guess, shown] = [get("predict"), get("guess"), get("shown")];
  for (const ask of root.querySelectorAll(".nn-ask")) ask.hidden = ask.dataset.ask !== key;
  for (const input of root.querySelectorAll("[data-guess]")) {
    input.disabled = shown;
    const mine = input.closest(".nn-ask").dataset.ask === key;
    if (input.type === "radio") input.checked = mine && Number(input.value) === guess;
    else if (input !== document.activeElement) input.value = mine && guess !== null ? guess : "";
  }
  const box = root.querySelector(".nn-answer");
  if (box) {
    const question = get("questions").find((one) => one.key === key);
    const text = shown ? answer(question, guess) : "";
    if (box.textContent !== text) box.textContent = text;
    root.querySelector("[data-action=show]").disabled = shown;
  }
}

/** Row k shows the k-th line of an order; those left out stand below. */
function arrange(list, lines, value) {
  const keys = value ? value.split(",") : [];
  const out = lines.filter(([key]) => !keys.includes(key));
  const all = [...keys.map((one) => lines.find(([key]) => key === one)), ...out];
  [...list.children].forEach((row, k) => {
    const [key, text] = all[k];
    const isOut = k >= keys.length;
    row.dataset.key = key;
    row.className = isOut ? "nn-out" : "";
    row.firstChild.textContent = text;
    row.querySelectorAll("button").forEach((button, i) => {
      button.disabled = i < 2 && (isOut || k === [0, keys.length - 1][i]);
      if (i === 2) button.textContent = isOut ? "+" : "✕";
      button.ariaLabel = `${["Move up", "Move down", isOut ? "Put back" : "Leave out"][i]}: ${text}`;
    });
  });
}

/** Lines are moved by their buttons, which keep the focus on the moved line. */
function sortable(list, get, set, signal) {
  const name = list.dataset.trait;
  const rows = [...list.children];
  list.addEventListener("click", ({ target }) => {
    if (!target.dataset.by) return;
    const k = rows.indexOf(target.parentNode);
    const by = Number(target.dataset.by);
    const keys = get(name).split(",").filter(Boolean);
    const [key] = keys.splice(k, 1);
    if (by) keys.splice(k + by, 0, key);
    else if (!key) keys.push(rows[k].dataset.key);
    set({ [name]: keys.join() });
    queueMicrotask(() => {
      const row = rows[k + by];
      (row.querySelector(`[data-by="${by}"]:enabled`) ?? row.lastChild).focus();
    });
  }, { signal });
}

function write(root, { out, rows }) {
  for (const [key, text] of Object.entries(out)) {
    root.querySelector(`[data-out="${key}"]`).textContent = text;
  }
  const cells = root.querySelectorAll(".nn-describe tbody :is(td, th)");
  rows.flat().forEach((v, i) => {
    cells[i].textContent = typeof v === "number" ? fmt(v, 3) : v;
  });
}

function mount(stage, model, root) {
  const life = new AbortController();
  const { signal } = life;
  const get = (key) => model.get(key);
  const set = (values) => {
    for (const [key, value] of Object.entries(values)) model.set(key, value);
    model.save_changes();
  };
  const playing = player(root, get, set, signal);
  const controls = mapped(get("controls"), (spec, name) =>
    (spec.kind === "slider" ? knob(name, spec, get, set) : spec));
  bind(root, controls, get, set, playing, signal);

  const svg = add(root.querySelector(".nn-stage"), "svg", { class: "nn-live", role: "group" });
  let drawing = { abort() {} };
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
    timer = setTimeout(() => { root.querySelector(".nn-sentence").textContent = shown.say; }, 400);
  };
  const later = () => {
    if (!queued) queueMicrotask(update);
    queued = true;
  };
  const fit = (anew) => {
    const { clientWidth: width, clientHeight: height } = svg.parentElement;
    if (!width || (anew !== true && svg.getAttribute("viewBox") === `0 0 ${width} ${height}`)) return;
    const focus = svg.contains(document.activeElement) && document.activeElement.ariaLabel;
    drawing.abort();
    drawing = new AbortController();
    svg.replaceChildren();
    svg.handles = [];
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    name(svg, root);
    const named = (key) => controls[key];
    draw = stage({ svg, width, height, get, set, knob: named, signal: drawing.signal });
    if (focus) svg.querySelector(`[aria-label="${focus}"]`)?.focus({ preventScroll: true });
    update();
  };
  const watched = [...Object.keys(controls), "predict", "guess", "shown"].map((k) => `change:${k}`);
  for (const event of watched) model.on(event, later);
  const size = new ResizeObserver(fit);
  size.observe(svg.parentElement);
  const theme = new MutationObserver(() => fit(true)); // pictures of pixels take new colors
  theme.observe(document.documentElement, { attributeFilter: ["data-theme", "theme"] });
  fit();
  root.dataset.ready = "";
  return () => {
    life.abort();
    drawing.abort();
    clearTimeout(timer);
    size.disconnect();
    theme.disconnect();
    for (const event of watched) model.off(event, later);
    svg.remove();
    delete root.dataset.ready;
  };
}

/** Play, Pause and Step of the controls that go on by steps: at most one of them plays. */
function player(root, get, set, signal) {
  let timer = 0;
  let name = null;
  const last = (key) => get("controls")[key].max;
  const stop = () => {
    clearInterval(timer);
    name = null;
    refresh();
  };
  const step = (key) => set({ [key]: get(key) < last(key) ? get(key) + 1 : 0 });
  const refresh = () => {
    for (const button of root.querySelectorAll("[data-action=play]")) {
      const text = button.dataset.of === name ? "Pause" : "Play";
      if (button.textContent === text) continue;
      button.textContent = text;
      button.setAttribute("aria-label", button.getAttribute("aria-label").replace(/^\w+/, text));
    }
  };
  const toggle = (key) => {
    const was = name;
    stop();
    if (was === key) return;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      set({ [key]: last(key) });
      return;
    }
    name = key;
    if (get(key) === last(key)) set({ [key]: 0 });
    timer = setInterval(() => {
      step(key);
      if (get(key) === last(key)) stop();
    }, get("controls")[key].wait);
    refresh();
  };
  signal.addEventListener("abort", () => clearInterval(timer));
  return { stop, step, toggle, refresh };
}

/** The SVG's accessible name and description, from the words that the page shows anyway. */
function name(svg, root) {
  const id = uid();
  add(svg, "title", { id: `${id}-t` }, root.getAttribute("aria-label"));
  add(svg, "desc", { id: `${id}-d` }, root.querySelector(".nn-describe p").textContent);
  svg.setAttribute("aria-labelledby", `${id}-t`);
  svg.setAttribute("aria-describedby", `${id}-d`);
}

/** Listens to the page's inputs and buttons; every one of them sets traits and nothing else. */
function bind(root, controls, get, set, playing, signal) {
  const suffix = uid();
  for (const radio of root.querySelectorAll("input[type=radio]")) radio.name += suffix;
  root.addEventListener("input", ({ target }) => {
    const { trait, guess } = target.dataset;
    const value = { range: target.valueAsNumber, checkbox: target.checked }[target.type] ?? target.value;
    playing.stop();
    if (trait) set({ [trait]: value });
    if (guess !== undefined) set({ guess: target.value === "" ? null : Number(target.value) });
  }, { signal });
  root.addEventListener("keydown", (event) => {
    if (event.target.type === "range" && event.key.startsWith("Page")) {
      onKey(event, controls[event.target.dataset.trait]);
    }
  }, { signal });
  for (const list of root.querySelectorAll("ol[data-trait]")) sortable(list, get, set, signal);
  const questions = get("questions");
  const asked = () => questions.findIndex(({ key }) => key === get("predict"));
  const fresh = { guess: null, shown: false };
  const actions = {
    play: playing.toggle,
    step: playing.step,
    show: () => set({ ...questions[asked()].then, shown: true }),
    next: () => {
      const { key, start } = questions[(asked() + 1) % questions.length];
      set({ ...start, ...fresh, predict: key });
    },
    reset: () => set({ ...get("opening"), ...fresh }),
  };
  root.addEventListener("click", ({ target }) => {
    const { action, of } = target.closest("[data-action]")?.dataset ?? {};
    if (action && action !== "play") playing.stop();
    actions[action]?.(of);
  }, { signal });
}
