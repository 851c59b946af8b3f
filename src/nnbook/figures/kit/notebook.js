// What a figure needs in a notebook and not on a page: its keys are its own, and the text's links set it.
import { keepKeys } from "./keys.js";

/**
 * The widget for a notebook: what it shows anywhere, and its place among cells.
 * @param {Program} widget
 * @returns {Program}
 */
export const notebook = (widget) => ({
  ...widget,
  render(host) {
    const { model, el } = host;
    const leave = widget.render(host);
    const life = new AbortController();
    const { signal } = life;

    keepKeys(() => el, signal);

    // In a second view of the figure nothing has the id of the first.
    for (const one of el.querySelectorAll("[id]")) {
      const first = document.getElementById(one.id);
      if (first && first !== one) one.removeAttribute("id");
    }
    document.addEventListener("click", (event) => {
      const link = event.target instanceof Element && event.target.closest('a[href*="#fig-"]');
      if (!(link instanceof HTMLAnchorElement)) return;
      const [name, query] = link.hash.split(/\?(.*)/s);
      const [here, there] = [el, link].map((one) => one.closest(".jp-Notebook"));
      if (name !== `#fig-${model.get("name")}` || (here && there && here !== there)) return;
      event.preventDefault();
      event.stopPropagation(); // JupyterLab would look for a heading of this name
      if (query) widget.follow?.(host, query);
      el.querySelector(".nnfig")?.scrollIntoView({ block: "nearest" });
    }, { capture: true, signal });

    return () => {
      life.abort();
      leave();
    };
  },
});
