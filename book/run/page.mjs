// What the buttons of exercises and cells do. Texts from Python are shown as texts, never as HTML.
import { Ended, Python } from "./python.mjs";

const LATE = 20; // seconds after which a start that is not done is spoken of
const LONGEST = 12; // seconds for a check, which Python itself stops after 5 unless NumPy is at work
const LARGE = 2 ** 30; // bytes of Python's memory, which never shrinks, after which it begins anew

const python = new Python();

/**
 * @param {HTMLElement} box the container of an exercise or a cell
 * @param {string} action what its button is for
 * @param {string} elsewhere the address at which the chapter runs in a notebook
 */
export async function press(box, action, elsewhere) {
  if (action === "stop") python.end();
  else if (action === "hint") hint(box);
  else if (action === "solution") unfold(box);
  else if (action === "restore") clear(box);
  else if (action === "check") await alone(box, () => check(box, elsewhere));
  else if (action === "run") await alone(box, () => run(box, elsewhere));
}

/**
 * What a figure asks of Python, which starts where there is none: the answer. Errors are in words.
 * @param {object} message
 * @param {(loaded: number, total: number) => void} watch
 */
export async function consult(message, watch) {
  if (!python.ready) watch(1, 1);
  await python.start(watch);
  let clock = 0;
  let timedOut = false;
  try {
    const answer = await python.ask(message, ({ kind }) => {
      if (kind !== "begun") return;
      clock = setTimeout(() => {
        timedOut = true;
        python.end();
      }, LONGEST * 1000);
    });
    if (answer.heap > LARGE) python.end();
    return answer;
  } catch (error) {
    if (timedOut) throw new Error(`Nothing within ${LONGEST} seconds, so Python was ended.`, { cause: error });
    throw error;
  } finally {
    clearTimeout(clock);
  }
}

/**
 * Does it unless the box is at work already.
 * @param {HTMLElement} box
 * @param {() => Promise<void>} deed
 */
async function alone(box, deed) {
  if (box.ariaBusy === "true") return;
  box.ariaBusy = "true";
  await deed();
  box.ariaBusy = null;
}

/** @param {HTMLElement} box */
const code = (box) => box.querySelector("textarea")?.value ?? original(box);

/** @param {HTMLElement} box */
const original = (box) =>
  (box.querySelector(".cell_input pre")?.textContent ?? "").split("\n\n\nexercises.check(")[0].trimEnd();

/**
 * @param {string} tag
 * @param {string} className
 * @param {string} [text]
 */
function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/**
 * Where the box's answer or output stands; made when it is first needed.
 * @param {HTMLElement} box
 * @param {"said" | "printed"} kind
 */
function place(box, kind) {
  const there = box.querySelector(`.nn-${kind}`);
  if (there instanceof HTMLElement) return there;
  const made = element("pre", `nn-${kind}`);
  made.setAttribute("role", "log");
  made.setAttribute("aria-label", "Output");
  made.tabIndex = 0;
  box.querySelector(".nn-tools")?.after(made);
  return made;
}

/**
 * Starts Python where there is none, asks it, and shows meanwhile how far it is and a button to
 * stop it. null, with words in `said`, where nothing came of it.
 * @param {HTMLElement} box
 * @param {object} message
 * @param {(message: any) => void} on
 * @param {(text: string) => void} said
 * @param {string} elsewhere
 * @param {number} [longest] seconds after which Python is ended
 */
async function ask(box, message, on, said, elsewhere, longest) {
  const line = element("p", "nn-work");
  const bar = document.createElement("progress");
  const text = element("span", "");
  const stop = element("button", "", "Stop");
  stop.dataset.do = "stop";
  line.append(bar, text, stop);
  box.querySelector(".nn-tools")?.after(line);
  const clocks = [setTimeout(() => line.append(late(elsewhere)), LATE * 1000)];
  let timedOut = false;
  try {
    if (!python.ready) {
      text.textContent = "Python is starting …";
      await python.start((loaded, total) => {
        bar.max = total;
        bar.value = loaded;
        text.textContent =
          loaded < total
            ? `Python is being loaded, once: ${(loaded / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`
            : "Python is starting …";
      });
    }
    clearTimeout(clocks[0]);
    bar.removeAttribute("value");
    text.textContent = "Python is at work …";
    const answer = await python.ask(message, (event) => {
      if (event.kind === "begun" && longest) {
        clocks.push(
          setTimeout(() => {
            timedOut = true;
            python.end();
          }, longest * 1000),
        );
      } else on(event);
    });
    if (answer.heap > LARGE) python.end();
    return answer;
  } catch (error) {
    if (timedOut) said(`nothing within ${longest} seconds, so Python was ended.`);
    else if (error instanceof Ended) said("Stopped: Python was ended. The next press starts it again.");
    else said(`Python has failed: ${error instanceof Error ? error.message : error} The next press starts it again.`);
    if (!(error instanceof Ended)) python.end();
    return null;
  } finally {
    for (const clock of clocks) clearTimeout(clock);
    line.remove();
  }
}

/** @param {string} elsewhere */
function late(elsewhere) {
  const sentence = element("span", "nn-late", ` It is not ready after ${LATE} seconds. Wait, or `);
  const link = document.createElement("a");
  link.href = elsewhere;
  link.textContent = "open the chapter in Colab";
  sentence.append(link, ".");
  return sentence;
}

/**
 * @param {HTMLElement} box
 * @param {string} elsewhere
 */
async function check(box, elsewhere) {
  const said = place(box, "said");
  const name = box.dataset.exercise;
  const text = code(box);
  const unchecked = (/** @type {string} */ why) =>
    said.replaceChildren(element("strong", "", `✗ ${name}: not checked\n`), why);
  said.replaceChildren();
  box.querySelector(".nn-printed")?.remove();
  const imports = document.querySelector("#cell-imports .cell_input pre")?.textContent ?? "";
  const answer = await ask(
    box,
    { do: "check", name, code: text, imports },
    (event) => event.text && place(box, "printed").append(event.text),
    unchecked,
    elsewhere,
    LONGEST,
  );
  if (answer?.status === "unchecked") python.end(); // what it relies on was replaced, or broken
  const same = code(box) === text;
  if (answer && same) said.replaceChildren(...answer.pieces.flatMap(piece));
  else if (answer) unchecked("the code has changed meanwhile. Check it again.");
  box.dataset.passed = String(same && answer?.status === "passed");
}

/**
 * A piece of an answer, of which textContent is what a notebook prints.
 * @param {[string, string]} piece
 * @returns {(Node | string)[]}
 */
function piece([kind, text]) {
  if (kind !== "text") return [element({ head: "strong", label: "b" }[kind] ?? "code", `nn-${kind}`, text)];
  return text.split(/(`[^`]+`)/).map((part) => {
    if (!/^`[^`]+`$/.test(part)) return part;
    const marked = element("code", "");
    marked.append(element("span", "nn-tick", "`"), part.slice(1, -1), element("span", "nn-tick", "`"));
    return marked;
  });
}

/** @param {HTMLElement} box */
function hint(box) {
  const hints = JSON.parse(box.dataset.hints ?? "[]");
  const given = Number(box.dataset.given ?? 0);
  box.dataset.given = String(Math.min(given + 1, hints.length - 1));
  place(box, "said").replaceChildren(...piece(["text", hints[given]]));
}

/** @param {HTMLElement} box */
function unfold(box) {
  const solution = box.querySelector(":scope > details");
  if (!(solution instanceof HTMLDetailsElement)) return;
  solution.open = true;
  solution.querySelector("summary")?.focus();
}

/** @param {HTMLElement} box */
function clear(box) {
  box.querySelector(".nn-printed")?.remove();
  delete box.dataset.ran;
  if (box.dataset.exercise) place(box, "said").replaceChildren();
  else show(box, ".cell_output", true);
}

/**
 * @param {HTMLElement} box
 * @param {string} part
 * @param {boolean} on
 */
function show(box, part, on) {
  for (const found of /** @type {NodeListOf<HTMLElement>} */ (box.querySelectorAll(part))) found.hidden = !on;
}

/**
 * @param {HTMLElement} box
 * @param {string} elsewhere
 */
async function run(box, elsewhere) {
  // With cells that print something else here, but compute what others need.
  const found = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-cell], [data-supplies]"));
  const all = [...found].map((one) => (one.dataset.cell ? one : one.parentElement ?? one));
  const name = (/** @type {HTMLElement} */ cell) => cell.dataset.cell ?? cell.id.slice(5);
  const above = all.slice(0, all.indexOf(box) + 1);
  const begun = new Set();
  delete box.dataset.ran;
  const print = (/** @type {HTMLElement} */ cell, /** @type {string} */ text) => {
    const printed = place(cell, "printed");
    if (!begun.has(cell)) printed.replaceChildren();
    begun.add(cell);
    show(cell, ".cell_output", false);
    printed.append(text);
  };
  const answer = await ask(
    box,
    { do: "run", cells: above.map((cell) => [name(cell), code(cell)]) },
    ({ cell: from, text }) => {
      const cell = above.find((one) => name(one) === from);
      if (cell && (cell === box || cell.dataset.edited !== undefined)) print(cell, text);
    },
    (text) => print(box, text),
    elsewhere,
  );
  if (answer?.failed && answer.failed !== box.dataset.cell) {
    print(box, `This cell needs ${answer.failed}, further up, which failed.\n`);
  } else if (answer && !begun.has(box)) print(box, "");
  box.dataset.ran = String(answer?.failed === "");
}
