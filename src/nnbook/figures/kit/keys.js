// In a notebook keys that are pressed in a figure or a panel are its own.
const QUIET = "data-lm-suppress-shortcuts"; // JupyterLab runs no command for a key that is pressed there

/**
 * Keep keys within a box, but the one that saves the notebook; Escape leads back to the box's cell.
 * @param {() => Element | null} box
 * @param {AbortSignal} signal
 */
export const keepKeys = (box, signal) => {
  /** @param {EventTarget | null} target @returns {target is Element} */
  const within = (target) => target instanceof Element && !!box()?.contains(target);
  window.addEventListener("keydown", ({ target, key, ctrlKey, metaKey }) => { // before JupyterLab looks
    if (within(target)) target.toggleAttribute(QUIET, !((ctrlKey || metaKey) && key === "s"));
  }, { capture: true, signal });
  window.addEventListener("keydown", ({ target, key, defaultPrevented }) => { // who has no other use for it
    if (key !== "Escape" || defaultPrevented || !within(target)) return;
    const cell = target.closest(".jp-Cell");
    if (cell instanceof HTMLElement) cell.focus();
  }, { signal });
};
