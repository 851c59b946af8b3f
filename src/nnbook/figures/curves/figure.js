// Draws four small pictures of losses over the updates, and what the reader takes them for.
import { add, array, axes, clipped, figure, logScale, mapped, polyline, scale } from "../kit/kit.js";

/**
 * @typedef {{ match: string, runs: string, until: number, axis: string, named: boolean }} Settings
 * @typedef {{ losses: Record<string, Packed>,
 *   constants: { panels: string[], every: number, looks: number[] } }} Data
 */

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read } = stage;
  const { panels, every, looks } = get("constants");
  const runs = mapped(get("losses"), array);
  const last = looks[looks.length - 1];
  const [wide, tall] = [width / 2, height / 2];
  const views = panels.map((name, k) => {
    const [left, top] = [(k % 2) * wide, Math.floor(k / 2) * tall];
    const x = scale([0, last], [left + 38, left + wide - 16]);
    const range = /** @type {Point} */ ([top + tall - 42, top + 30]);
    const home = add(svg, "g");
    const title = add(svg, "text", { x: (x.range[0] + x.range[1]) / 2, y: top + 20, class: "nn-mid nn-label",
      "aria-hidden": "true" });
    return { name, letter: "ABCD"[k], x, range, home, title };
  });
  let built = "";

  /**
   * @param {string} axis
   * @param {number} until
   */
  const build = (axis, until) => {
    for (const { name, x, range, home } of views) {
      home.replaceChildren();
      const y = axis === "log" ? logScale([0.02, 5], range) : scale([0, 3], range);
      axes(home, x, y, { xName: "updates", yName: "", xTicks: [0, last / 2, last], yTicks: 3 });
      const inside = clipped(home, x, y);
      const all = runs[name];
      for (let seed = all.shape[0] - 1; seed >= 0; seed--) {
        const points = [...all.part(seed)].map((v, i) => /** @type {Point} */ ([x(i * every), y(v)]))
          .filter(([u, v]) => Number.isFinite(v) && u <= x(until) + 0.1);
        add(inside, "path", { class: `nn-line nn-thin ${seed ? "nn-orange nn-others" : "nn-blue"}`,
          d: polyline(points) });
      }
    }
  };

  return () => {
    const [match, shown, axis, named] = read("match", "runs", "axis", "named");
    const until = get("until");
    if (built !== axis + until) build(axis, until);
    built = axis + until;
    const rates = new Map(/** @type {any} */ (get("controls").match).lines);
    const said = match ? match.split(",") : [];
    const word = (/** @type {string | undefined} */ name) => String(rates.get(name) ?? "–").replace("η = ", "");
    const seen = shown === "five" ? runs[panels[0]].shape[0] : 1;
    views.forEach(({ name, letter, home, title }, k) => {
      for (const line of home.children[2].children) {
        line.toggleAttribute("hidden", seen === 1 && line.classList.contains("nn-others"));
      }
      const mark = said[k] === name ? "✓" : "✗";
      const rate = named ? `${word(name)} ${said[k] ? mark : ""}` : `${word(said[k])}?`;
      title.textContent = `${letter}: η = ${rate}`;
    });
    const right = panels.filter((name, k) => said[k] === name).length;
    return {
      out: {
        yours: panels.map((_, k) => word(said[k])).join(", "),
        right: named ? `${right} of ${panels.length}` : "show the rates first",
      },
      say: named ? `${right} of your four ${right === 1 ? "is" : "are"} right. ` +
        `${views.map(({ name, letter }) => `${letter} is ${word(name)}`).join(", ")}.` :
        `Here are the first ${until} updates. Put the rates in the order of the curves, then show the true rates.`,
      rows: views.map(({ name, letter }) => {
        const all = runs[name];
        const mean = (/** @type {number} */ n) =>
          Array.from({ length: seen }, (_, i) => all.at(i, n / every)).reduce((sum, v) => sum + v, 0) / seen;
        return [letter, ...looks.map(mean), named ? word(name) : "–"];
      }),
    };
  };
});
