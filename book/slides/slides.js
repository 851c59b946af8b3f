// The deck: reveal.js turns the slides, and nothing else. A clicker turns them whatever has the focus; in a
// figure the other keys are the figure's. A shows a figure's answer, N asks its next question, O shows all
// slides, S opens the speaker's window, T turns light to dark.
(() => {
  const root = document.documentElement;
  // A figure is drawn in its own units, 13 to a line of its text (kit/frame.js): that line is one rem here.
  const measure = () => {
    root.style.setProperty("--nn-zoom", String(parseFloat(getComputedStyle(root).fontSize) / 13));
  };
  measure();
  addEventListener("resize", measure);
  if (new URLSearchParams(location.search).has("print-pdf")) {
    root.classList.add("reveal-print", "print-pdf"); // every slide on a page of its own: slides.css
    measure();
    return;
  }

  const deck = /** @type {any} */ (window).Reveal;
  const here = () => deck.getCurrentSlide();
  /** @type {Window | null} */
  let speaker = null;
  const tell = () => speaker?.postMessage({ slide: here().id }, "*");
  const press = (/** @type {string} */ action) => () => {
    const button = here().querySelector(`button[data-action="${action}"]:enabled`);
    button?.click();
  };
  const unfold = () => {
    for (const note of here().querySelectorAll(".slips")) note.open = !note.open;
  };
  const turn = (/** @type {"next" | "prev"} */ way) => () => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    root.classList.remove("overview");
    deck[way]();
  };
  /** @type {Record<string, () => void>} */
  const always = { PageDown: turn("next"), PageUp: turn("prev") };
  /** @type {Record<string, () => void>} */
  const keys = {
    a: () => (here().querySelector(".nnfig") ? press("show")() : unfold()),
    n: press("next"),
    o: () => {
      root.classList.toggle("overview");
      here().scrollIntoView({ block: "center" });
    },
    s: () => {
      speaker = open("speaker.html", "speaker", "width=1100,height=720");
      tell();
    },
    t: () => {
      try {
        localStorage.setItem("mode", root.dataset.theme === "dark" ? "light" : "dark");
      } catch {
        return; // no storage here: the deck follows the system
      }
      dispatchEvent(new Event("nn-mode"));
    },
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const types = event.target instanceof Element && event.target.matches("input[type=text], textarea");
    const deed = always[event.key] ?? (types ? undefined : keys[event.key.toLowerCase()]);
    if (!deed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    deed();
  }, true);
  addEventListener("click", (event) => {
    if (!root.classList.contains("overview") || !(event.target instanceof Element)) return;
    event.preventDefault();
    const chosen = event.target.closest(".slides > section");
    if (!(chosen instanceof HTMLElement)) return;
    root.classList.remove("overview");
    deck.slide([...document.querySelectorAll(".slides > section")].indexOf(chosen));
  }, true);
  addEventListener("message", ({ source, data }) => {
    if (!speaker || source !== speaker) return;
    always[data.key]?.();
    tell();
  });

  deck.initialize({
    hash: true,
    disableLayout: true, // no transform above a figure
    transition: "none",
    backgroundTransition: "none",
    controls: false,
    progress: true,
    display: "grid",
    center: false,
    help: false,
    jumpToSlide: false,
    overview: false,
    postMessage: false,
    scrollActivationWidth: 0,
    /** @param {KeyboardEvent} event */
    keyboardCondition: ({ target }) => !(target instanceof Element && target.closest(".nnfig")),
  });
  deck.on("slidechanged", tell);
})();
