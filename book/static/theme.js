// Before a page is styled: whether it is light or dark, that scripts run, and its fonts are asked for.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const mode = () => {
    try {
      return localStorage.getItem("mode") ?? "auto";
    } catch {
      return "auto"; // no storage here
    }
  };
  const forced = matchMedia("(forced-colors: active)"); // then the system's colors stand behind all
  const show = () => {
    const system = mode() === "auto" || forced.matches;
    root.dataset.mode = mode();
    root.dataset.theme = system ? (dark.matches ? "dark" : "light") : mode();
  };
  root.classList.add("nn-js");
  if (location.protocol !== "file:") root.classList.add("nn-python"); // which no page loads from a disk
  if (new URLSearchParams(location.search).get("present") === "1") root.classList.add("nn-present");
  const [visit] = performance.getEntriesByType("navigation");
  const isFresh = visit instanceof PerformanceNavigationTiming && visit.type === "navigate";
  const isTop = isFresh && !location.hash && !root.matches(".deck"); // there is no place to find again
  root.classList.toggle("nn-fresh", isTop); // until page.js has laid all of it out
  show();
  for (const media of [dark, forced]) media.addEventListener("change", show);
  addEventListener("nn-mode", show);
  const script = document.currentScript;
  // A plain preload of a font is an error on a page that is opened as a file.
  if (!(script instanceof HTMLScriptElement) || location.protocol === "file:") return;
  for (const font of script.dataset.fonts?.split(" ") ?? []) {
    const href = new URL(font, script.src).href;
    const link = { rel: "preload", as: "font", type: "font/woff2", crossOrigin: "", href };
    document.head.append(Object.assign(document.createElement("link"), link));
  }
})();
