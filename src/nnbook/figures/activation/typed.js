// A function that the reader types: the page's own Python makes its tables, when it is asked to.
import { find, table } from "../kit/kit.js";

/** @param {Page<any, any>} page */
export function typed({ root, set, again, signal }) {
  const python = window.nnPython;
  const row = find(root, "[data-own]");
  const field = find(row, "input.nn-own");
  const radio = find(row, "input[type=radio]");
  const said = find(root, "[data-own] + p");
  /** @type {{ f: Lookup, slope: Lookup } | null} */
  let tables = null;
  row.hidden = !python;

  async function draw() {
    if (row.ariaBusy === "true") return;
    row.ariaBusy = "true";
    try {
      const answer = await python?.consult({ do: "tabulate", text: field.value }, (loaded, total) => {
        said.textContent = loaded < total ? `Python is being loaded, once: ${Math.round((100 * loaded) / total)} %`
          : "Python is starting …";
      });
      said.textContent = answer.error ?? `Drawn: f(x) = ${field.value.trim()}. Its slope comes from differences.`;
      if (!answer.error) {
        tables = { f: table(answer.f.data), slope: table(answer.slope.data) };
        radio.disabled = false;
        set({ f: "own" });
        again();
      }
    } catch (error) {
      said.textContent = error instanceof Error ? error.message : String(error);
    }
    row.ariaBusy = null;
  }
  find(row, "button").addEventListener("click", draw, { signal });
  field.addEventListener("keydown", ({ key }) => { if (key === "Enter") draw(); }, { signal });
  return { tables: () => tables };
}
