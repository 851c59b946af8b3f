// What a page loads before the reader presses anything: fields with the kept answers, and buttons
// that fetch the rest at the first press, the editor at the first focus. A classic script, because
// a page opened from a disk loads no modules: there it says how to come by them.
(() => {
  const script = document.currentScript;
  if (!(script instanceof HTMLScriptElement)) return;
  const base = new URL(".", script.src).href;
  const fromDisk = location.protocol === "file:";
  const SERVE =
    "Python runs here once a server sends the page: in the folder of this site type " +
    "python -m http.server, and open http://localhost:8000 in the browser.";

  const BOXES = "[data-exercise], [data-cell], [data-code]"; // exercises, cells, a figure's own code

  /** @param {Element} inside one of them */
  const boxOf = (inside) => /** @type {HTMLElement} */ (inside.closest(BOXES));

  /** @param {HTMLElement} box */
  const keyOf = (box) => `nnbook ${box.dataset.exercise ?? `${location.pathname} ${nameOf(box)}`}`;

  /** @param {HTMLElement} box */
  const nameOf = (box) => box.dataset.cell ?? `figure ${box.dataset.code}`;

  /**
   * The code as the book has it; of an exercise, without the line that checks it.
   * @param {HTMLElement} box
   */
  const original = (box) =>
    (box.querySelector(".cell_input pre")?.textContent ?? "").split("\n\n\nexercises.check(")[0].trimEnd();

  /**
   * Takes the line that checks an exercise from its code: here a button does that.
   * @param {HTMLElement} box
   */
  function trim(box) {
    const pre = box.querySelector(".cell_input pre");
    let left = (pre?.textContent ?? "").length - original(box).length;
    for (const token of [...(pre?.childNodes ?? [])].toReversed()) {
      if (left <= 0) break;
      const text = token.textContent ?? "";
      if (text.length > left) token.textContent = text.slice(0, -left);
      else token.remove();
      left -= text.length;
    }
  }

  /**
   * What the reader wrote, and for which task.
   * @param {HTMLElement} box
   * @returns {{ text: string, of: string, passed?: boolean } | null}
   */
  function kept(box) {
    try {
      return JSON.parse(localStorage.getItem(keyOf(box)) ?? "null");
    } catch {
      return null; // no storage here
    }
  }

  /** Below a text that lives as long as the page. */
  function unkept() {
    const note = document.createElement("p");
    note.className = "nn-note nn-unkept";
    note.textContent = "This browser does not keep what you write here: copy it before you leave the page.";
    return note;
  }

  /**
   * Keep what the field holds, or nothing where that is the book's own code.
   * @param {HTMLElement} box
   */
  function keep(box) {
    const text = box.querySelector("textarea")?.value ?? original(box);
    const passed = box.dataset.passed === "true" || kept(box)?.passed === true;
    box.toggleAttribute("data-edited", text !== original(box));
    if (text !== original(box)) box.removeAttribute("data-untouched");
    box.querySelector(".nn-unkept")?.remove();
    try {
      if (text === original(box)) localStorage.removeItem(keyOf(box));
      else localStorage.setItem(keyOf(box), JSON.stringify({ text, of: box.dataset.task ?? original(box), passed }));
    } catch {
      if (text !== original(box)) box.append(unkept()); // no storage here, or no room in it
    }
    tally();
  }

  /**
   * A field in place of the code, with what the reader wrote before.
   * @param {HTMLElement} box
   */
  function open(box) {
    const area = document.createElement("textarea");
    const before = kept(box);
    area.value = before?.text ?? original(box);
    area.rows = area.value.split("\n").length;
    area.wrap = "off";
    area.spellcheck = false;
    area.setAttribute("autocapitalize", "off");
    area.setAttribute("autocomplete", "off"); // or on the way back a browser fills in other fields' texts
    area.setAttribute("aria-label", box.dataset.title ? `Your answer: ${box.dataset.title}` : `Code of ${nameOf(box)}`);
    const code = /** @type {HTMLElement} */ (box.querySelector(".cell_input"));
    const editor = document.createElement("div");
    editor.className = "nn-editor";
    editor.append(area);
    code.before(editor);
    code.inert = true; // the field says the same
    box.toggleAttribute("data-untouched", before === null);
    box.toggleAttribute("data-edited", before !== null);
    if (before && before.of !== (box.dataset.task ?? original(box))) {
      const note = document.createElement("details");
      note.className = "nn-changed";
      note.innerHTML = "<summary>The book’s code has changed since you wrote this. It reads now:</summary>";
      const now = document.createElement("pre");
      now.textContent = original(box);
      note.append(now);
      editor.after(note);
    }
    return area;
  }

  /** Every text that this browser keeps for the book, by its key. */
  function texts() {
    try {
      const keys = Object.keys(localStorage).filter((key) => key.startsWith("nnbook ")).toSorted();
      return keys.map((key) => ({ key, ...JSON.parse(localStorage.getItem(key) ?? "{}") }));
    } catch {
      return []; // no storage here
    }
  }

  /** All of them as one file, each below its name. */
  function exportAll() {
    const parts = texts().map(({ key, text, passed }) => `# ${key.slice(7)}${passed ? " (passed)" : ""}\n${text}\n`);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([parts.join("\n\n")], { type: "text/x-python" }));
    link.download = "my-answers.py";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  /**
   * Delete all of them, at the second press.
   * @param {HTMLElement} button
   */
  function deleteAll(button) {
    if (!button.dataset.sure) {
      button.dataset.sure = "yes";
      button.textContent = `Delete ${texts().length} for good?`;
      return;
    }
    for (const { key } of texts()) localStorage.removeItem(key);
    for (const box of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(BOXES))) {
      if (box.dataset.edited !== undefined) restore(box);
    }
    tally();
  }

  /** Below the last exercise: what is passed, and what is kept. */
  function tally() {
    const boxes = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-exercise]"))];
    const passed = boxes.filter((box) => kept(box)?.passed).length;
    let line = document.querySelector(".nn-tally");
    if (!line && passed) {
      line = document.createElement("p");
      line.className = "nn-tally";
      boxes[boxes.length - 1].after(line);
    }
    if (line) line.textContent = `${passed} of ${boxes.length} exercises of this chapter passed.`;
    document.querySelector(".nn-kept")?.remove();
    const count = texts().length;
    const last = line ?? [...document.querySelectorAll(".nn-run:not([data-code])")].pop();
    if (!count || !last) return;
    const note = document.createElement("div");
    note.className = "nn-kept";
    note.append(`${count === 1 ? "One text" : `${count} texts`} of yours kept in this browser, of all chapters.`);
    for (const [action, words] of [["export", "Export as a .py file"], ["delete", "Delete all"]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.do = action;
      button.textContent = words;
      note.append(button);
    }
    last.after(note);
  }

  /**
   * The book's own code again: at once, whatever is typed meanwhile.
   * @param {HTMLElement} box
   */
  function restore(box) {
    const area = box.querySelector("textarea");
    box.querySelector(".nn-changed")?.remove();
    delete box.dataset.passed;
    if (area && box.dataset.exercise) {
      area.value = original(box);
      area.dispatchEvent(new Event("input", { bubbles: true }));
      area.focus();
    } else {
      box.querySelector(".nn-editor")?.remove();
      box.querySelector(".cell_input")?.removeAttribute("inert");
      keep(box);
    }
  }

  /**
   * @param {HTMLElement} box
   * @param {string} action
   */
  async function press(box, action) {
    if (action === "restore") restore(box);
    if (action === "edit") {
      (box.querySelector("textarea") ?? open(box)).focus();
      return;
    }
    if (action === "check") delete box.dataset.passed; // what was said of another text
    try {
      const page = await import(`${base}page.mjs`);
      await page.press(box, action, script?.dataset.elsewhere);
      if (action === "check") keep(box);
    } catch (error) {
      const said = box.querySelector(".nn-said") ?? box.appendChild(document.createElement("p"));
      said.textContent = `What this button needs could not be loaded: is there a network? (${error})`;
      if (action === "check") box.dataset.passed = "false";
    }
  }

  function begin() {
    const boxes = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(BOXES))];
    if (fromDisk) {
      const note = document.createElement("p");
      note.className = "nn-note";
      note.textContent = SERVE;
      for (const box of boxes.filter((one) => one.dataset.exercise || one === boxes[0])) box.append(note.cloneNode(true));
      return;
    }
    for (const box of boxes) {
      if (box.dataset.exercise) trim(box);
      if (box.dataset.exercise || kept(box)) open(box);
    }
    tally();
    document.addEventListener("click", ({ target }) => {
      const button = target instanceof Element && target.closest("[data-do]");
      if (!(button instanceof HTMLElement)) return;
      if (button.dataset.do === "export") exportAll();
      else if (button.dataset.do === "delete") deleteAll(button);
      else if (boxOf(button) && button.dataset.do !== "copy") press(boxOf(button), button.dataset.do ?? "");
    });
    document.addEventListener("input", ({ target }) => {
      if (target instanceof HTMLTextAreaElement && boxOf(target)) keep(boxOf(target));
    });
    document.addEventListener("focusin", async ({ target }) => {
      const box = target instanceof HTMLTextAreaElement && boxOf(target);
      if (!box || target.closest(".prism-code-editor")) return;
      const editor = await import(`${base}editor.mjs`).catch(() => null); // the plain field will do
      await editor?.grow(target);
      box.removeAttribute("data-untouched");
    });
    document.addEventListener(
      "keydown",
      (event) => {
        const box = event.target instanceof HTMLTextAreaElement && boxOf(event.target);
        if (!box || event.key !== "Enter" || !(event.shiftKey || event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        event.stopPropagation();
        if (!box.dataset.code) press(box, box.dataset.exercise ? "check" : "run");
      },
      { capture: true },
    );
  }

  if (!fromDisk) {
    window.nnPython = { consult: async (message, watch) => (await import(`${base}page.mjs`)).consult(message, watch) };
  }
  begin();
})();
