// Stands unseen in a panel of ipywidgets, and keeps its keys.
import { keepKeys } from "./keys.js";

export default {
  /** @param {{ el: HTMLElement }} host */
  render({ el }) {
    const life = new AbortController();
    keepKeys(() => el.parentElement, life.signal);
    return () => life.abort();
  },
};
