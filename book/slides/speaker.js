// The speaker's window: the notes of the slide that the deck shows, a still of the next one, a clock. It turns
// the deck's slides; opened by itself it turns its own.
(() => {
  const all = [...document.querySelectorAll("article")];
  const deck = window.opener;
  const [clock, pace] = document.querySelectorAll(".clock > *");
  let at = 0;
  let start = Date.now();

  const tick = () => {
    const seconds = Math.floor((Date.now() - start) / 1000);
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    const { until, minutes } = all[at].dataset;
    pace.textContent = `this slide from ${Number(until) - Number(minutes)} to ${until} minutes`;
  };
  const show = (/** @type {number} */ k) => {
    at = Math.min(Math.max(k, 0), all.length - 1);
    all.forEach((article, i) => { article.hidden = i !== at; });
    const next = all[at + 1]?.dataset.slide;
    for (const still of document.querySelectorAll("[data-still]")) {
      still.classList.toggle("present", still instanceof HTMLElement && still.dataset.still === next);
    }
    tick();
  };
  addEventListener("message", ({ source, data }) => {
    if (source === deck) show(all.findIndex(({ dataset }) => dataset.slide === data.slide));
  });
  addEventListener("keydown", (event) => {
    const by = { PageDown: 1, ArrowRight: 1, PageUp: -1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    if (deck) deck.postMessage({ key: by > 0 ? "PageDown" : "PageUp" }, "*");
    else show(at + by);
  });
  clock.addEventListener("click", () => {
    start = Date.now();
    tick();
  });
  setInterval(tick, 1000);
  show(0);
  deck?.postMessage({}, "*");
})();
