// A quiz: judges an answer when the reader asks for it, and says why. Every text stands in the page
// already, in the list of answers; what the reader answers is kept nowhere else.
import { uid } from "../kit/kit.js";

/** The number that was typed: 0.25, −1, 0,25, 1/4 or 1,250; NaN if it is none. */
export function typed(text) {
  const plain = text.trim().replace("−", "-");
  const whole = /^-?[1-9]\d{0,2}(,\d{3})+$/.test(plain);
  const parts = plain.replaceAll(",", whole ? "" : ".").split("/");
  const values = parts.map((part) => (part.trim() ? Number(part) : NaN));
  return values.length === 1 ? values[0] : values.length === 2 ? values[0] / values[1] : NaN;
}

const same = (one, other) => one.length === other.length && one.every((v, i) => v === other[i]);

/** What the reader has answered; null as long as there is nothing to judge. */
function answered(box, { kind }) {
  if (kind === "number") {
    const value = typed(box.querySelector("input").value);
    return Number.isFinite(value) ? value : null;
  }
  if (kind === "order") return [...box.querySelectorAll("li")].map((row) => Number(row.dataset.at));
  const chosen = [...box.querySelectorAll("input:checked")].map((input) => Number(input.value));
  return chosen.length ? chosen : null;
}

/** Is it right? If not: which of the wrong answers it is, and how many right ones are missing. */
function judge({ kind, right, truth, tolerance, wrong }, answer) {
  const found = (test) => wrong.flatMap((at, k) => (test(at) ? [k] : []));
  if (kind === "number") {
    const near = (v) => Math.abs(answer - v) <= tolerance * (1 + 1e-9);
    return { right: near(truth), replies: found(([v]) => near(v)).slice(0, 1), missing: 0 };
  }
  if (kind === "order") {
    const slip = found(([first, then]) => answer.indexOf(first) < answer.indexOf(then));
    return { right: same(answer, right), replies: slip.slice(0, 1), missing: 0 };
  }
  const missing = kind === "several" ? right.filter((k) => !answer.includes(k)).length : 0;
  return { right: same(answer, right), replies: found(([k]) => answer.includes(k)), missing };
}

const NOTHING = {
  number: "That is no number yet. Type one, such as 0.25 or 1/4.",
  choice: "Choose an answer first.",
  several: "Choose at least one answer first.",
};

/** What is said to an answer, as HTML from the list of answers. */
function reply(key, spec, answer) {
  const text = (name) => key.querySelector(`[data-reply="${name}"]`)?.innerHTML ?? "";
  const { right, replies, missing } = judge(spec, answer);
  if (right) return { right, html: `<p><b>✓ Right.</b> ${key.querySelector("[data-explain]").innerHTML}</p>` };
  const letter = (k) => (spec.kind === "several" ? `<b>${"abcdefgh"[spec.wrong[k][0]]}</b> ` : "");
  const said = replies.map((k) => `<p>${letter(k)}${text(k)}</p>`);
  if (!said.length && !missing) said.push(`<p>${text("otherwise")}</p>`);
  if (missing) said.push(`<p>${said.length ? "And something" : "Something"} that fits is missing.</p>`);
  const word = replies.length || spec.kind === "number" ? "Not so" : "Not yet";
  return { right, html: `<p><b>✗ ${word}.</b></p>${said.join("")}`.replace("</b></p><p>", "</b> ") };
}

/** One question: its buttons, and what they say. */
function ask(box, key, spec, signal) {
  const feedback = box.querySelector(".nn-feedback");
  const tell = box.querySelector("[data-action=tell]");
  const lines = box.querySelector(".nn-lines");
  const first = lines && [...lines.children];
  const say = (state, html, offer = false) => {
    box.dataset.state = state;
    feedback.innerHTML = html;
    tell.hidden = !offer;
  };
  const ends = () => {
    for (const [by, end] of [[-1, lines?.firstElementChild], [1, lines?.lastElementChild]]) {
      for (const button of lines?.querySelectorAll(`[data-by="${by}"]`) ?? []) {
        button.disabled = button.parentNode === end;
      }
    }
  };
  const check = () => {
    const answer = answered(box, spec);
    if (answer === null) return say("open", `<p>${NOTHING[spec.kind]}</p>`);
    const { right, html } = reply(key, spec, answer);
    return say(right ? "right" : "wrong", html, !right);
  };
  const show = () => {
    const [right, why] = ["right", "explain"].map((part) => key.querySelector(`[data-${part}]`).innerHTML);
    say("told", `<p><b>The answer: ${right}.</b> ${why}</p>`, true);
  };
  const move = (button) => {
    const row = button.parentNode;
    const by = Number(button.dataset.by);
    const place = [...lines.children].indexOf(row) + by;
    const beside = by < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (by < 0) beside.before(row);
    else beside.after(row);
    ends();
    (button.disabled ? row.querySelector("button:enabled") : button).focus();
    const letter = row.querySelector(".nn-letter").textContent;
    say("open", `<p class="nn-moved">Line ${letter} is now number ${place + 1} of ${lines.children.length}.</p>`);
  };
  box.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button?.dataset.by) move(button);
    else if (button) ({ check, tell: show })[button.dataset.action]();
  }, { signal });
  box.addEventListener("input", () => say("open", ""), { signal });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.type !== "text") return;
    event.preventDefault();
    check();
  }, { signal });
  ends();
  return () => {
    for (const input of box.querySelectorAll("input")) {
      input.checked = false;
      if (input.type === "text") input.value = "";
    }
    lines?.replaceChildren(...first);
    ends();
    say("open", "");
  };
}

export default {
  render({ model, el }) {
    if (!el.querySelector(".nnfig")) el.innerHTML = model.get("_html");
    const root = el.querySelector(".nnfig");
    const life = new AbortController();
    const { signal } = life;
    const suffix = uid(); // the same quiz may stand in a notebook twice
    for (const radio of root.querySelectorAll("input[type=radio]")) radio.name += suffix;
    const resets = model.get("questions").map((spec) =>
      ask(root.querySelector(`[data-key="${spec.key}"]`), root.querySelector(`[data-of="${spec.key}"]`), spec, signal));
    root.querySelector("[data-action=again]").addEventListener("click", () => {
      for (const reset of resets) reset();
      root.querySelector(".nn-asked").scrollIntoView({ block: "nearest" });
    }, { signal });
    root.dataset.ready = "";
    return () => {
      life.abort();
      delete root.dataset.ready;
    };
  },
};
