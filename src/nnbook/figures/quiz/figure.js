// A quiz: judges an answer when the reader asks for it, and says why. Every text stands in the page
// already, in the list of answers; what the reader answers is kept in this browser, until it is deleted.
import { find, uid } from "../kit/kit.js";

/**
 * What html.py sends of a question; `wrong` has for each reply a number, an option, or two lines in wrong order.
 * @typedef {{ key: string, form: string, mark: string, wrong: number[][] }} Asked
 * @typedef {Asked & { kind: "number", truth: number, tolerance: number }} Typed
 * @typedef {Asked & { kind: "order" | "choice" | "several", right: number[] }} Chosen
 * @typedef {{ _html: string, chapter: string, questions: (Typed | Chosen)[] }} Quiz
 * What is kept of an answer: what it was asked, the text typed or the options, whether it was checked or told.
 * @typedef {{ mark: string, answer: string | number[], state: string, shown?: boolean }} Kept
 */

/**
 * The answers to one quiz, in the browser's storage; in memory alone where a browser has none to give.
 * @param {string} name
 */
function notebook(name) {
  /** @type {Record<string, Kept>} */
  let kept = {};
  try {
    const found = JSON.parse(localStorage.getItem(name) ?? "{}");
    if (found && typeof found === "object") kept = found;
  } catch {
    // no storage, or something else in it: begin anew
  }
  const write = () => {
    try {
      if (Object.keys(kept).length) localStorage.setItem(name, JSON.stringify(kept));
      else localStorage.removeItem(name);
    } catch {
      // full, or forbidden: the page goes on without
    }
  };
  return {
    /** @param {Typed | Chosen} spec */
    of: ({ key, mark }) => (kept[key]?.mark === mark ? kept[key] : null),
    /**
     * @param {string} key
     * @param {Kept} what
     */
    keep(key, what) {
      kept[key] = what;
      write();
    },
    clear() {
      kept = {};
      write();
    },
  };
}

/**
 * The number that was typed: 0.25, −1, 0,25, 1/4, 25 %, 1,250 or 1 250; NaN if it is none.
 * @param {string} text
 */
export function typed(text) {
  const [, plain, percent] = /^(.*?)\s*(%?)$/.exec(text.trim().replace(/[−–]/g, "-")) ?? ["", "", ""];
  const whole = /^-?[1-9]\d{0,2}(?:(,\d{3})+|(\s\d{3})+)$/.test(plain);
  const parts = (whole ? plain.replace(/[,\s]/g, "") : plain.replaceAll(",", ".")).split("/");
  const [above, below = 1] = parts.map((part) => (part.trim() ? Number(part) : NaN));
  return parts.length > 2 ? NaN : above / below / (percent ? 100 : 1);
}

/**
 * @param {number[]} one
 * @param {number[]} other
 */
const same = (one, other) => one.length === other.length && one.every((v, i) => v === other[i]);

/**
 * What the reader has answered, a number or the chosen options; null as long as there is nothing to judge.
 * @param {HTMLElement} box
 * @param {Typed | Chosen} spec
 */
function answered(box, { kind }) {
  if (kind === "number") {
    const value = typed(find(box, "input").value);
    return Number.isFinite(value) ? [value] : null;
  }
  if (kind === "order") return [...box.querySelectorAll("li")].map((row) => Number(row.dataset.at));
  const chosen = [...box.querySelectorAll("input:checked")].map((input) => Number(input.value));
  return chosen.length ? chosen : null;
}

/**
 * What the reader has done, to be kept: the text that was typed, or the options in their order.
 * @param {HTMLElement} box
 * @param {Typed | Chosen} spec
 */
const done = (box, spec) => (spec.kind === "number" ? find(box, "input").value : answered(box, spec) ?? []);

/**
 * Do it again, as it was kept; false if it does not fit the question.
 * @param {HTMLElement} box
 * @param {Typed | Chosen} spec
 * @param {string | number[]} answer
 */
function redo(box, spec, answer) {
  if (spec.kind === "number") {
    if (typeof answer !== "string") return false;
    find(box, "input").value = answer;
    return true;
  }
  if (!Array.isArray(answer)) return false;
  const rows = [...box.querySelectorAll("li")];
  if (spec.kind === "order") {
    if (answer.toSorted().join() !== [...rows.keys()].join()) return false;
    rows[0].parentElement?.append(...answer.map((at) => rows.filter((row) => Number(row.dataset.at) === at)[0]));
  }
  for (const input of box.querySelectorAll("input")) input.checked = answer.includes(Number(input.value));
  return true;
}

/**
 * Is it right? If not: which of the wrong answers it is, and how many right ones are missing.
 * @param {Typed | Chosen} spec
 * @param {number[]} answer
 */
function judge(spec, answer) {
  const found = (/** @type {(at: number[]) => boolean} */ test) => spec.wrong.flatMap((at, k) => (test(at) ? [k] : []));
  if (spec.kind === "number") {
    const near = (/** @type {number} */ v) => Math.abs(answer[0] - v) <= spec.tolerance * (1 + 1e-9);
    return { right: near(spec.truth), replies: found(([v]) => near(v)).slice(0, 1), missing: 0 };
  }
  if (spec.kind === "order") {
    const slip = found(([first, then]) => answer.indexOf(first) < answer.indexOf(then));
    return { right: same(answer, spec.right), replies: slip.slice(0, 1), missing: 0 };
  }
  const missing = spec.kind === "several" ? spec.right.filter((k) => !answer.includes(k)).length : 0;
  return { right: same(answer, spec.right), replies: found(([k]) => answer.includes(k)), missing };
}

const NOTHING = {
  order: "", // there always is one
  number: "Type a number, such as 0.25 or 1/4.",
  choice: "Choose an answer first.",
  several: "Choose at least one answer first.",
};

/**
 * What is said to an answer, as HTML from the list of answers.
 * @param {HTMLElement} key
 * @param {Typed | Chosen} spec
 * @param {number[]} answer
 */
function reply(key, spec, answer) {
  const text = (/** @type {string | number} */ name) => key.querySelector(`[data-reply="${name}"]`)?.innerHTML ?? "";
  const { right, replies, missing } = judge(spec, answer);
  if (right) return { right, html: `<p><b>✓ Right.</b> ${find(key, "[data-explain]").innerHTML}</p>` };
  const letter = (/** @type {number} */ k) =>
    (spec.kind === "several" ? `<b>${"abcdefgh"[spec.wrong[k][0]]}</b> ` : "");
  const said = replies.map((k) => `<p>${letter(k)}${text(k)}</p>`);
  if (!said.length && !missing) said.push(`<p>${text("otherwise")}</p>`);
  if (missing) said.push(`<p>${said.length ? "And something" : "Something"} that fits is missing.</p>`);
  const word = replies.length || spec.kind === "number" ? "Not so" : "Not yet";
  return { right, html: `<p><b>✗ ${word}.</b></p>${said.join("")}`.replace("</b></p><p>", "</b> ") };
}

/**
 * One question: its buttons, and what they say. Returns what forgets the answer.
 * @param {HTMLElement} box
 * @param {HTMLElement} key the list of answers
 * @param {Typed | Chosen} spec
 * @param {ReturnType<typeof notebook>} kept
 * @param {() => void} another shows the next form of the question
 * @param {AbortSignal} signal
 */
function ask(box, key, spec, kept, another, signal) {
  const feedback = find(box, ".nn-feedback");
  const tell = find(box, "button[data-action=tell]");
  const first = [...box.querySelectorAll(".nn-lines > li")];
  const say = (/** @type {string} */ state, /** @type {string} */ html, offer = false) => {
    box.dataset.state = state;
    feedback.innerHTML = html;
    tell.hidden = !offer;
  };
  const save = () => kept.keep(spec.key, {
    mark: spec.mark,
    answer: done(box, spec),
    state: box.dataset.state ?? "open",
    shown: !box.hidden,
  });
  const ends = () => {
    for (const button of box.querySelectorAll("button[data-by]")) {
      const row = button.parentElement;
      button.disabled = !(button.dataset.by === "-1" ? row?.previousElementSibling : row?.nextElementSibling);
    }
  };
  const check = () => {
    const answer = answered(box, spec);
    if (!answer) {
      say("open", `<p>${NOTHING[spec.kind]}</p>`);
      return;
    }
    const { right, html } = reply(key, spec, answer);
    say(right ? "right" : "wrong", html, !right);
  };
  const show = () => {
    const [right, why] = ["right", "explain"].map((part) => find(key, `[data-${part}]`).innerHTML);
    say("told", `<p><b>The answer: ${right}.</b> ${why}</p>`, true);
  };
  const move = (/** @type {HTMLButtonElement} */ button) => {
    const rows = [...box.querySelectorAll(".nn-lines > li")];
    const at = rows.findIndex((row) => row === button.parentElement);
    const by = Number(button.dataset.by);
    if (by < 0) rows[at + by].before(rows[at]);
    else rows[at + by].after(rows[at]);
    ends();
    (button.disabled ? find(rows[at], "button:enabled") : button).focus();
    const letter = find(rows[at], ".nn-letter").textContent;
    say("open", `<p class="nn-moved">Line ${letter} is now number ${at + by + 1} of ${rows.length}.</p>`);
  };
  box.addEventListener("click", ({ target }) => {
    const button = target instanceof Element && target.closest("button");
    if (!button) return;
    feedback.ariaLive = null;
    if (button.dataset.by) move(button);
    if (button.dataset.action === "check") check();
    if (button.dataset.action === "tell") show();
    if (button.dataset.action === "another") another();
    else save();
  }, { signal });
  box.addEventListener("input", () => {
    say("open", "");
    save();
  }, { signal });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement) || event.target.type !== "text") return;
    event.preventDefault();
    feedback.ariaLive = null;
    check();
    save();
  }, { signal });
  const before = kept.of(spec);
  feedback.ariaLive = before && "off"; // what was said before is not read out again
  if (before && redo(box, spec, before.answer)) {
    if (before.state === "told") show();
    else if (before.state !== "open") check();
  }
  ends();
  return () => {
    for (const input of box.querySelectorAll("input")) {
      input.checked = false;
      if (input.type === "text") input.value = "";
    }
    first[0]?.parentElement?.replaceChildren(...first);
    ends();
    say("open", "");
  };
}

export default {
  /** @param {Host<Quiz>} host */
  render({ model, el }) {
    if (!el.querySelector(".nnfig")) el.innerHTML = model.get("_html");
    const root = find(el, ".nnfig");
    const life = new AbortController();
    const { signal } = life;
    const suffix = uid(); // the same quiz may stand in a notebook twice
    for (const radio of root.querySelectorAll("input[type=radio]")) radio.name += suffix;
    const questions = model.get("questions");
    const box = (/** @type {Typed | Chosen} */ spec) => find(root, `[data-key="${spec.key}"]`);
    const kept = notebook(`nn-quiz-${model.get("chapter")}`);
    const show = (/** @type {Typed | Chosen} */ spec) => {
      for (const form of questions) if (form.form === spec.form) box(form).hidden = form !== spec;
    };
    for (const spec of questions) if (kept.of(spec)?.shown) show(spec);
    const resets = questions.map((spec) => {
      const forms = questions.filter((other) => other.form === spec.form);
      const next = forms[(forms.indexOf(spec) + 1) % forms.length];
      const another = () => {
        for (const form of forms) {
          const own = kept.of(form);
          if (own) kept.keep(form.key, { ...own, shown: false });
        }
        show(next);
        kept.keep(next.key, { mark: next.mark, answer: "", state: "open", ...kept.of(next), shown: true });
        find(box(next), "input").focus();
      };
      return ask(box(spec), find(root, `[data-of="${spec.key}"]`), spec, kept, another, signal);
    });
    find(root, "button[data-action=again]").addEventListener("click", () => {
      for (const reset of resets) reset();
      for (const spec of questions) box(spec).hidden = spec.key !== spec.form;
      kept.clear();
      find(root, ".nn-asked").scrollIntoView({ block: "nearest" });
    }, { signal });
    root.dataset.ready = "";
    return () => {
      life.abort();
      delete root.dataset.ready;
    };
  },
};
