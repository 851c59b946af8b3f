// Draws both losses over the updates, a line for each seed, and where validation is lowest so far.
import { add, array, axes, clipped, figure, fmt, ghost, polyline, scale } from "../kit/kit.js";

/**
 * @typedef {{ network: string, n: string, labels: string, t: number }} Settings
 * @typedef {{ losses: Packed, shares: Packed }} Data
 */

export default figure((/** @type {Stage<Settings, Data>} */ stage) => {
  const { svg, width, height, get, read } = stage;
  const [losses, shares] = [array(get("losses")), array(get("shares"))];
  const [, , , , seeds, looks] = losses.shape;
  const { t: { max: last }, network: { order: names } } = get("controls");
  const at = (/** @type {number} */ k) => (last * k) / (looks - 1);
  const x = scale([0, last], [44, width - 14]);
  const y = scale([0, 3.2], [height - 46, 84]);
  axes(svg, x, y, { xName: "updates t, in hundreds", yName: "loss", xTicks: 6 });
  const inside = clipped(svg, x, y);
  const looksOf = [["nn-blue nn-dashed", "training"], ["nn-orange", "validation"]];
  const series = looksOf.map(([look]) => ({
    thin: Array.from({ length: seeds }, () => add(inside, "path", { class: `nn-line nn-thin ${look}` })),
    mean: add(inside, "path", { class: `nn-line ${look}` }),
  }));
  const rival = add(inside, "path", { class: "nn-line nn-purple", "stroke-dasharray": "2 4" });
  const level = add(inside, "path", { class: "nn-line nn-purple nn-thin" });
  const rings = series[1].thin.map(() => add(inside, "circle", { r: 5, class: "nn-line nn-green" }));
  /**
   * A line of the legend; a ring where no look is given.
   * @param {number} left
   * @param {number} top
   * @param {string} words
   * @param {string} [look]
   * @param {Record<string, string>} [extra]
   */
  const key = (left, top, words, look, extra = {}) => {
    const g = add(svg, "g", { "aria-hidden": "true" });
    if (look) add(g, "path", { class: `nn-line ${look}`, d: `M${left} ${top - 4}h24`, ...extra });
    else add(g, "circle", { class: "nn-line nn-green", cx: left + 12, cy: top - 4, r: 5 });
    add(g, "text", { x: left + 30, y: top }, words);
    return g;
  };
  key(64, 20, "training", looksOf[0][0]);
  key(184, 20, "validation", looksOf[1][0]);
  key(64, 40, "lowest so far");
  const others = [
    key(184, 40, "no dropout", "nn-purple", { "stroke-dasharray": "2 4" }),
    key(184, 60, "its lowest", "nn-purple nn-thin"),
  ];
  const guess = ghost(stage, x, y);

  return () => {
    const [network, n, labels, t] = read("network", "n", "labels", "t");
    const place = [Number(n === "many"), Number(labels !== "right")];
    const [mine, plain] = [names.indexOf(network), names.indexOf("large")];
    const end = Math.round((t / last) * (looks - 1));
    const shown = Array.from({ length: end + 1 }, (_, k) => k);
    /**
     * The numbers of one kind at look k, a seed each.
     * @param {Unpacked} from
     * @param {number} who
     * @param {number} kind
     * @param {number} k
     */
    const of = (from, who, kind, k) =>
      Array.from({ length: seeds }, (_, s) => from.at(...place, who, kind, s, k));
    /** Where each seed's validation loss is lowest, up to look `until`. */
    const lowest = (/** @type {number} */ who, /** @type {number} */ until) => Array.from({ length: seeds }, (_, s) => {
      const run = losses.part(...place, who, 1, s).slice(0, until + 1);
      return run.indexOf(Math.min(...run));
    });
    const path = (/** @type {(k: number) => number} */ value) => polyline(shown.map((k) => [x(at(k)), y(value(k))]));

    series.forEach(({ thin, mean: line }, kind) => {
      thin.forEach((one, s) => one.setAttribute("d", path((k) => losses.at(...place, mine, kind, s, k))));
      line.setAttribute("d", path((k) => mean(of(losses, mine, kind, k))));
    });
    const stops = lowest(mine, end);
    rings.forEach((ring, s) => {
      ring.setAttribute("cx", x(at(stops[s])));
      ring.setAttribute("cy", y(losses.at(...place, mine, 1, s, stops[s])));
    });
    const compared = network.startsWith("p");
    const best = lowest(plain, looks - 1);
    for (const element of [rival, level, ...others]) element.toggleAttribute("hidden", !compared);
    rival.setAttribute("d", path((k) => mean(of(losses, plain, 1, k))));
    const low = mean(best.map((k, s) => losses.at(...place, plain, 1, s, k)));
    level.setAttribute("d", `M${x.range[0]} ${y(low)}H${x.range[1]}`);
    guess();

    /** How many per cent each seed has right at its look. */
    const right = (/** @type {number} */ who, /** @type {number[]} */ ends) =>
      ends.map((k, s) => 100 * shares.at(...place, who, 0, s, k));
    const now = right(mine, stops.map(() => end));
    const [training, validation] = [0, 1].map((kind) => mean(of(losses, mine, kind, end)));
    const heart = mean(of(shares, mine, 1, end));
    const known = labels === "wrong" ? `${fmt(100 * heart, 0)} %` : "–";
    const range = `${fmt(Math.min(...now), 0)} to ${fmt(Math.max(...now), 0)}`;
    const cells = (/** @type {number} */ k) => [...[0, 1].map((kind) => mean(of(losses, mine, kind, k))),
      mean(of(shares, mine, 0, k)), labels === "wrong" ? mean(of(shares, mine, 1, k)) : "–"];
    return {
      out: {
        loss: `${fmt(training)}, ${fmt(validation)}`,
        heart: known,
        right: `${fmt(mean(now), 0)} % (${range})`,
        stop: `t = ${fmt(at(mean(stops)))}: ${fmt(mean(right(mine, stops)), 0)} %`,
        rival: compared ? `t = ${fmt(at(mean(best)))}: ${fmt(mean(right(plain, best)), 0)} %` : "–",
      },
      say: `After ${fmt(100 * t, 0)} updates the loss is ${fmt(training)} on the training pictures and ` +
        `${fmt(validation)} on validation pictures; ${fmt(mean(now), 0)} % of the test digits are right` +
        `${labels === "wrong" ? `, and ${known} of the wrong labels are known by heart.` : "."}`,
      rows: Array.from({ length: looks }, (_, k) =>
        [fmt(at(k), 1), ...(k <= end ? cells(k) : ["–", "–", "–", "–"])]),
    };
  };
});

const mean = (/** @type {number[]} */ values) => values.reduce((sum, v) => sum + v, 0) / values.length;
