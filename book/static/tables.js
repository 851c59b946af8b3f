// A table wider than its page scrolls in a box of its own: there the Tab key stops, to scroll it.
(() => {
  const stop = () => {
    for (const box of document.querySelectorAll(".pst-scrollable-table-container")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  addEventListener("load", stop);
  addEventListener("resize", stop);
})();
